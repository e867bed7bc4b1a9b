from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningBehaviourWizard(models.TransientModel):
    """Decide the class of debtors, or let their history begin anew; either with a reason."""

    _name = "dunning.behaviour.wizard"
    _description = "Decide About Payment Behaviour"

    what = fields.Selection(
        [("class", "Decide the class"), ("reset", "Let the history begin anew")],
        required=True,
        default="class",
    )
    behaviour_ids = fields.Many2many(
        "dunning.behaviour",
        string="Debtors",
        required=True,
        default=lambda self: self._default_behaviours(),
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    class_id = fields.Many2one("dunning.payment.class", domain="[('company_id', '=', company_id)]")
    says = fields.Text("By the Figures", compute="_compute_company_id")
    reason = fields.Char()

    @api.model
    def _default_behaviours(self):
        """What was selected: rows themselves, or debtors."""
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids") or []
        if model == "dunning.debtor":
            debtors = self.env[model].browse(ids).exists()
            debtors.check_access("read")
            rows = self.env["dunning.behaviour"]
            for company, own in debtors.grouped("company_id").items():
                rows |= rows._refresh(company, own.partner_id)
            return rows.sudo(False)
        return self.env["dunning.behaviour"].browse(ids if model == "dunning.behaviour" else ())

    @api.depends("behaviour_ids")
    @api.depends_context("lang")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.behaviour_ids.company_id[:1]
            wizard.says = "\n".join(
                self.env._("%(debtor)s – %(why)s", debtor=each.display_name, why=each.says)
                for each in wizard.behaviour_ids[:20]
            )

    def action_apply(self):
        """Decide; rights are checked by what does it."""
        self.ensure_one()
        if not self.behaviour_ids:
            raise UserError(self.env._("None of these debtors is one of your companies'."))
        if self.what == "reset":
            self.behaviour_ids._reset(self.reason)
        else:
            self.behaviour_ids._decide(self.class_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
