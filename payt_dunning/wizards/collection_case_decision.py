from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Days in which a debtor pays who is offered that costs lapse.
OFFER_DAYS = 7


class CollectionCaseDecision(models.TransientModel):
    """Recall a case, let costs lapse for quick payment, take invoices out, or give it up."""

    _name = "collection.case.decision"
    _description = "Decide About a Case"

    case_id = fields.Many2one(
        "collection.case",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="case_id.currency_id")
    kind = fields.Selection(
        [
            ("recall", "Recall: Begun Wrongly or Too Early"),
            ("offer", "Let Costs Lapse for Quick Payment"),
            ("leave", "Take Invoices Out"),
            ("give_up", "Do Not Pursue"),
            ("opinion", "Ask an Office"),
        ],
        "Decision",
        required=True,
        default="recall",
    )
    reason = fields.Text(help="Kept with the case; the debtor does not see it.")
    company_id = fields.Many2one(related="case_id.company_id")
    agent_id = fields.Many2one(
        "collection.agent",
        domain="[('company_id', '=', company_id)]",
        compute="_compute_agent_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    question = fields.Text(
        default=lambda self: self.env._("Is it worth going to court, and what would it cost?")
    )
    tell = fields.Boolean(
        "Tell the Debtor", compute="_compute_tell", store=True, precompute=True, readonly=False
    )
    apology = fields.Text(
        "What We Write", help="Empty: that we should not have written, and are sorry."
    )
    until = fields.Date(
        "Paid by",
        default=lambda self: fields.Date.context_today(self) + timedelta(days=OFFER_DAYS),
    )
    lapses = fields.Monetary("What Lapses", compute="_compute_lapses")
    choice_ids = fields.Many2many("dunning.item", compute="_compute_choice_ids")
    item_ids = fields.Many2many("dunning.item", string="Invoices That Leave")
    how = fields.Selection(
        [
            ("stop_write_off", "Write Off"),
            ("stop_goodwill", "Goodwill"),
            ("stop_not_ours", "Not Ours to Collect"),
            ("dormant", "Let Rest Until Nearly Time-barred"),
        ],
        "What Becomes of Them",
        default="stop_write_off",
    )

    @api.depends("case_id")
    def _compute_agent_id(self):
        proposed = self.env["collection.agent"]._proposed(self.case_id)
        for dialog in self:
            dialog.agent_id = proposed.get(dialog.case_id)

    @api.depends("kind")
    def _compute_tell(self):
        for dialog in self:
            dialog.tell = dialog.kind in ("recall", "offer")

    @api.depends("case_id", "kind")
    def _compute_lapses(self):
        for dialog in self:
            dialog.case_id.check_access("read")
            dialog.lapses = sum(dialog.case_id.sudo()._charges().mapped("amount_left"))

    @api.depends("case_id")
    def _compute_choice_ids(self):
        for dialog in self:
            dialog.choice_ids = dialog.case_id.item_ids

    def action_apply(self):
        """Do what was decided; the rights are those of each decision."""
        self.ensure_one()
        case = self.case_id
        if self.kind == "recall":
            case.action_recall(self.reason, self.tell, self.apology)
        elif self.kind == "offer":
            case.action_offer(self.until, self.reason, self.tell)
        elif self.kind == "opinion":
            if not self.agent_id:
                raise UserError(self.env._("Choose the office that you ask."))
            case.action_ask_opinion(self.agent_id, self.question)
        elif self.kind == "leave":
            if not self.item_ids:
                raise UserError(self.env._("Choose the invoices that leave the case."))
            case.action_leave(self.item_ids, self.reason)
        else:
            case.action_give_up(self.how, self.reason)
        return {"type": "ir.actions.act_window_close"}
