from odoo import api, fields, models


class DunningDisputeChange(models.TransientModel):
    """Let somebody else look into a dispute, or take more time for it."""

    _name = "dunning.dispute.change"
    _description = "Hand On a Dispute"

    dispute_id = fields.Many2one(
        "dunning.dispute",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    debtor_id = fields.Many2one(related="dispute_id.debtor_id")
    company_id = fields.Many2one(related="dispute_id.company_id")
    name = fields.Char("Invoice", related="dispute_id.name")
    promised = fields.Date("Promised By", related="dispute_id.deadline")
    owner_id = fields.Many2one(
        "res.users",
        "Looks Into It",
        required=True,
        compute="_compute_as_it_is",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="A collector of the company.",
    )
    deadline = fields.Date(
        "Answer By",
        required=True,
        compute="_compute_as_it_is",
        store=True,
        precompute=True,
        readonly=False,
        help="The debtor gets no message; its page shows the new day.",
    )
    reason = fields.Char("Why", help="For the history. A later day asks for it.")

    @api.depends("dispute_id")
    def _compute_as_it_is(self):
        for dialog in self:
            dialog.owner_id = dialog.dispute_id.owner_id
            dialog.deadline = dialog.dispute_id.deadline

    def action_apply(self):
        """Change it, and let its task go along."""
        self.ensure_one()
        disputes = self.dispute_id._as_collector()
        disputes._change(self.owner_id.sudo(), self.deadline, self.reason)
        return {"type": "ir.actions.act_window_close"}
