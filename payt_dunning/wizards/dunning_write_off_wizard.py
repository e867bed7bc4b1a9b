from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .dunning_selection import SHOWN

#: Types of account that a loss may be booked on.
LOSSES = ("expense", "expense_other", "income_other")


class DunningWriteOffWizard(models.TransientModel):
    """Write off small remainders, in one journal entry that can be reversed."""

    _name = "dunning.write.off.wizard"
    _description = "Write Off Small Remainders"
    _inherit = "dunning.selection"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    limit = fields.Monetary(
        "At Most, Each",
        compute="_compute_limit",
        currency_field="company_currency_id",
        help="Set under Settings. Managers may write off more.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_booking",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
    account_id = fields.Many2one(
        "account.account",
        "Account of the Loss",
        compute="_compute_booking",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        check_company=True,
        domain=[("account_type", "in", LOSSES)],
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True)

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_company_id(self):
        for dialog in self:
            dialog.company_id = dialog._open_items().company_id[:1] or self.env.company

    @api.depends("company_id")
    def _compute_limit(self):
        for dialog in self:
            dialog.limit = dialog.company_id.sudo().dunning_write_off_limit

    @api.depends("company_id")
    def _compute_booking(self):
        for dialog in self:
            company = dialog.company_id
            dialog.account_id = company.sudo().dunning_write_off_account_id
            dialog.journal_id = self.env["account.journal"].search(
                [
                    *self.env["account.journal"]._check_company_domain(company),
                    ("type", "=", "general"),
                ],
                limit=1,
            )

    def action_apply(self):
        """Book the loss and close the items; with the rights of whoever does it."""
        self.ensure_one()
        user = self.env.user
        if not user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can write off small remainders."))
        selected = self._open_items()
        items = self._still_open(selected)
        self._check_booking()
        self._check_items(items)
        watch = self.env["dunning.change"]._watch(items)
        entry = self.env["account.move"].create(self._entry_values(items))
        entry.action_post()
        pairs = zip(items.line_id, entry.line_ids.filtered("partner_id"), strict=True)
        self.env["account.move.line"]._reconcile_plan([line + other for line, other in pairs])
        if user.has_group("payt_dunning.group_dunning_manager"):
            self.company_id.sudo().dunning_write_off_account_id = self.account_id

        def words(count):
            return self.env._(
                "Wrote off %(count)s remainders (%(entry)s): %(reason)s",
                count=count,
                entry=entry.name,
                reason=self.reason,
            )

        self.env["dunning.event"].sudo()._note(items, words(len(items)))
        items.sudo()._close()
        items.debtor_id.sudo()._decide_now()
        also = ""
        if paid := selected - items:
            also = self.env._(
                "Left out, for nothing is open and posted any more: %s",
                ", ".join(paid[:SHOWN].mapped("display_name")),
            )
        return watch.keep(words, also, entries=entry)

    def _still_open(self, items):
        """Those that the ledger has open now; an item knows only what the last run saw."""
        lines = items.line_id
        lines.invalidate_recordset(["amount_residual", "amount_residual_currency", "reconciled"])
        return items.filtered(
            lambda item: (
                item.line_id.parent_state == "posted"
                and not item.line_id.reconciled
                and item.line_id.amount_residual_currency > 0
            )
        )

    def _check_booking(self):
        """The loss goes to an account of losses, by a journal for such entries."""
        if self.account_id.account_type not in LOSSES:
            raise UserError(
                self.env._(
                    "%s is no account of costs or other income.", self.account_id.display_name
                )
            )
        if self.journal_id.type != "general":
            raise UserError(
                self.env._("%s is no journal for general entries.", self.journal_id.display_name)
            )

    def _check_items(self, items):
        """Refuse what is not small, not one company's or not there."""
        if not items:
            raise UserError(self.env._("Nothing of the selection is open and posted any more."))
        if len(items.company_id) > 1:
            raise UserError(self.env._("Write off the items of one company at a time."))
        if self.env.user.has_group("payt_dunning.group_dunning_manager"):
            return
        currency = self.company_id.currency_id
        for item in items:
            if currency.compare_amounts(abs(item.line_id.amount_residual), self.limit) > 0:
                raise UserError(
                    self.env._(
                        "%(item)s is no small remainder: a collector may write off up to "
                        "%(limit)s each, a manager more.",
                        item=item.display_name,
                        limit=currency.format(self.limit),
                    )
                )

    def _entry_values(self, items):
        """A line against each item, and the loss in one."""
        company = self.company_id
        lines = [
            {
                "name": self.env._("Remainder of %s", item.display_name),
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id or item.partner_id.id,
                "currency_id": line.currency_id.id,
                "amount_currency": -line.amount_residual_currency,
                "balance": -line.amount_residual,
            }
            for item in items
            for line in item.line_id
        ]
        loss = company.currency_id.round(sum(items.line_id.mapped("amount_residual")))
        lines.append(
            {
                "name": self.reason,
                "account_id": self.account_id.id,
                "currency_id": company.currency_id.id,
                "amount_currency": loss,
                "balance": loss,
            }
        )
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": self.journal_id.id,
            "date": self.date,
            "ref": self.reason,
            "line_ids": [Command.create(line) for line in lines],
        }
