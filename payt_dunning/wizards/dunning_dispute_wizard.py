from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.dunning_dispute import SCOPES, Contested


class DunningDisputeWizard(models.TransientModel):
    """Take in that a debtor does not agree with an invoice: on the phone, by letter."""

    _name = "dunning.dispute.wizard"
    _description = "Open a Dispute"

    choice_ids = fields.Many2many(
        "dunning.item",
        "dunning_dispute_wizard_choice_rel",
        default=lambda self: self._choices(),
    )
    item_id = fields.Many2one(
        "dunning.item",
        "About",
        required=True,
        default=lambda self: self._choices()[:1] if self._is_one() else False,
        domain="[('id', 'in', choice_ids)]",
    )
    debtor_id = fields.Many2one(related="item_id.debtor_id")
    company_id = fields.Many2one(related="item_id.company_id")
    currency_id = fields.Many2one(related="item_id.currency_id")
    move_id = fields.Many2one(related="item_id.move_id")
    move_type = fields.Char(compute="_compute_room")
    room = fields.Monetary("Open and Not Disputed", compute="_compute_room")
    scope = fields.Selection(SCOPES, "How Much of It", required=True, default="whole")
    amount = fields.Monetary(
        "Amount That Is Disputed", help="With tax, in the currency of the invoice."
    )
    line_ids = fields.Many2many(
        "account.move.line",
        string="Lines",
        domain="[('move_id', '=', move_id), ('display_type', '=', 'product')]",
    )
    reason_id = fields.Many2one("dunning.dispute.reason", "What Is Wrong", required=True)
    text = fields.Text("What the Debtor Says")
    owner_id = fields.Many2one(
        "res.users",
        "Looks Into It",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: who handles the debtor.",
    )

    @api.model
    def _choices(self):
        """The open items that the dialog was opened from, or that the debtor has."""
        model, ids = (self.env.context.get(name) for name in ("active_model", "active_ids"))
        field = {"dunning.item": "id", "dunning.debtor": "debtor_id", "account.move": "move_id"}
        if model not in field or not ids:
            return self.env["dunning.item"]
        return self.env["dunning.item"].search(
            [(field[model], "in", ids), ("state", "=", "open")], order="date_due, id"
        )

    @api.model
    def _is_one(self):
        """Whether all that was selected is one invoice."""
        return len(self._choices().move_id) == 1

    @api.depends("item_id")
    def _compute_room(self):
        for dialog in self:
            items = self.env["dunning.dispute"].sudo()._family(dialog.item_id.sudo())
            dialog.room = float(self.env["dunning.dispute"].sudo()._room(items)) if items else 0.0
            dialog.move_type = items.move_id[:1].move_type or ""

    def action_apply(self):
        """Open it, and confirm it to the debtor."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can open disputes."))
        self.item_id.check_access("read")
        if self.owner_id and self.item_id.company_id not in self.owner_id.sudo().company_ids:
            raise UserError(
                self.env._(
                    "%(user)s does not work for %(company)s.",
                    user=self.owner_id.name,
                    company=self.item_id.company_id.name,
                )
            )
        Dispute = self.env["dunning.dispute"].sudo()
        items = Dispute._family(self.item_id.sudo())
        if not items:
            raise UserError(self.env._("Nothing of %s is open any more.", self.item_id.name))
        contested = Contested(self.scope, self.amount, self.line_ids.sudo())
        if self.scope != "lines":
            contested = contested._replace(lines=())
        dispute = Dispute._begin(
            items,
            contested,
            self.reason_id,
            (self.text or "").strip(),
            owner_id=self.owner_id.id,
        )
        dispute._confirm()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispute"),
            "res_model": "dunning.dispute",
            "res_id": dispute.id,
            "view_mode": "form",
        }
