from odoo import api, fields, models

OUTCOMES = [
    ("accepted", "The debtor is right: accept all of it"),
    ("partly", "The debtor is right in part"),
    ("rejected", "The debtor is not right: reject it"),
]


class DunningDisputeOutcomeWizard(models.TransientModel):
    """Decide about a dispute, and tell its debtor why."""

    _name = "dunning.dispute.outcome.wizard"
    _description = "Decide About a Dispute"

    dispute_id = fields.Many2one(
        "dunning.dispute",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    debtor_id = fields.Many2one(related="dispute_id.debtor_id")
    name = fields.Char("Invoice", related="dispute_id.name")
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    disputed = fields.Monetary("Disputed", related="dispute_id.amount")
    says = fields.Text("What the Debtor Says", related="dispute_id.text")
    language = fields.Char("The Debtor Reads", compute="_compute_language")
    state = fields.Selection(OUTCOMES, "Outcome", required=True)
    amount = fields.Monetary("Accepted", help="With tax; it is credited.")
    outcome = fields.Text(
        "Why, as the Debtor Reads It",
        required=True,
        help="It is mailed, and stands on the debtor's page. What is credited, what stays to be "
        "paid and when follow-up goes on is added.",
    )
    next_step = fields.Char("What Happens Then", compute="_compute_next_step")

    @api.depends("dispute_id")
    def _compute_language(self):
        for dialog in self:
            dispute = dialog.dispute_id.sudo()
            lang = dispute and self.env["dunning.talk"]._env_of(dispute.debtor_id).lang
            dialog.language = dict(self.env["dunning.notice"]._languages()).get(lang, lang)

    @api.depends("state", "amount", "dispute_id")
    def _compute_next_step(self):
        for dialog in self:
            money = dialog.currency_id.format
            accepted = dialog.amount if dialog.state == "partly" else dialog.disputed
            words = {
                "rejected": self.env._("From tomorrow on follow-up goes on where it was."),
                "accepted": self.env._(
                    "%s stays held until it has been credited.", money(accepted)
                ),
                "partly": self.env._(
                    "%s stays held until it has been credited; the rest goes on tomorrow.",
                    money(accepted),
                ),
            }
            dialog.next_step = words.get(dialog.state, "")

    def action_apply(self):
        """Decide, tell the debtor, and go on to the credit note where there is one to be made."""
        self.ensure_one()
        dispute = self.dispute_id
        dispute._as_collector()._decide(self.state, self.outcome, self.amount)
        if self.state == "rejected" or dispute.sudo().credited_on:
            return {"type": "ir.actions.act_window_close"}
        return dispute.action_credit_note()
