from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_amount, format_date


class CollectionRemittanceMatch(models.TransientModel):
    """Shows the bank lines that a transfer may be, and the entry, before it is booked."""

    _name = "collection.remittance.match"
    _description = "Match What an Office Paid Out"

    remittance_id = fields.Many2one(
        "collection.remittance", required=True, readonly=True, ondelete="cascade"
    )
    choice_ids = fields.Many2many("account.bank.statement.line", compute="_compute_choice_ids")
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank Line",
        compute="_compute_statement_line_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="cascade",
        domain="[('id', 'in', choice_ids)]",
    )
    candidates = fields.Html("On the Bank", compute="_compute_candidates", sanitize=False)
    entry = fields.Html("The Entry", compute="_compute_entry", sanitize=False)
    problem = fields.Char(compute="_compute_entry")

    @api.depends("remittance_id")
    def _compute_choice_ids(self):
        for dialog in self:
            found = dialog._found()
            dialog.choice_ids = dialog.choice_ids.browse([line.id for line, _why in found])

    @api.depends("remittance_id")
    def _compute_statement_line_id(self):
        for dialog in self:
            dialog.statement_line_id = dialog.choice_ids[:1]

    @api.depends("remittance_id")
    @api.depends_context("lang")
    def _compute_candidates(self):
        words = {
            "reference": self.env._("names the payment"),
            "amount": self.env._("the same amount"),
            "day": self.env._("about the same day"),
            "office": self.env._("from this office"),
        }
        for dialog in self:
            rows = [
                (
                    line.move_id.name,
                    format_date(self.env, line.date),
                    line.journal_id.name,
                    line.payment_ref or "",
                    format_amount(self.env, line.amount, line.currency_id),
                    ", ".join(words[reason] for reason in why)
                    + ("" if "amount" in why else "; " + self.env._("another amount")),
                )
                for line, why in dialog._found()
            ]
            head = [
                self.env._("Bank Line"),
                self.env._("Day"),
                self.env._("Bank"),
                self.env._("What It Says"),
                self.env._("Amount"),
                self.env._("Why It Fits"),
            ]
            dialog.candidates = rows and _table(head, rows, {4})

    @api.depends("remittance_id", "statement_line_id")
    @api.depends_context("lang")
    def _compute_entry(self):
        for dialog in self:
            remittance = dialog._remittance()
            receipt = dialog.statement_line_id._origin.sudo()
            may = dialog.remittance_id._origin._may_book()
            problem = remittance._problem(receipt)
            # Who only looks sees the entry all the same.
            dialog.problem = problem or ("" if may else remittance._who_may_words())
            dialog.entry = "" if problem else dialog._entry_table(remittance, receipt)

    def _remittance(self):
        """What it is about, for who may read that; stored, also while the dialog is not."""
        remittance = self.remittance_id._origin
        remittance.check_access("read")
        return remittance.sudo()

    def _found(self):
        remittance = self._remittance()
        return remittance._candidates() if remittance else []

    def _entry_table(self, remittance, receipt):
        """The entry as it will be, the bank's own line first."""
        currency = remittance.currency_id
        liquidity, _suspense, _other = receipt._seek_for_lines()
        lines = [
            (
                liquidity.account_id,
                remittance.agent_id.partner_id,
                receipt.payment_ref,
                remittance.paid_out,
            ),
            *((row.account, row.partner, row.label, row.amount) for row in remittance._rows()),
        ]
        rows = [
            (
                account.display_name,
                partner.display_name or "",
                label or "",
                format_amount(self.env, float(amount), currency) if amount > 0 else "",
                format_amount(self.env, float(-amount), currency) if amount < 0 else "",
            )
            for account, partner, label, amount in lines
        ]
        head = [
            self.env._("Account"),
            self.env._("Partner"),
            self.env._("Label"),
            self.env._("Debit"),
            self.env._("Credit Amount"),
        ]
        return _table(head, rows, {3, 4})

    def action_apply(self):
        """Book the entry and reconcile it."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        self.remittance_id._match(self.statement_line_id)
        return {"type": "ir.actions.act_window_close"}


def _table(head, rows, amounts):
    """A table; columns of amounts are aligned to the right. Everything in it is escaped."""

    def cells(tag, values):
        return Markup().join(
            Markup('<%s class="%s">%s</%s>')
            % (tag, "text-end text-nowrap" if place in amounts else "", value, tag)
            for place, value in enumerate(values)
        )

    body = Markup().join(Markup("<tr>%s</tr>") % cells("td", row) for row in rows)
    return Markup(
        '<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
    ) % (cells("th", head), body)
