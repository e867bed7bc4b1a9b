from odoo import fields, models


class DunningPostedWizard(models.TransientModel):
    """Notes that a letter was posted, when, and what proves it."""

    _name = "dunning.posted.wizard"
    _description = "A Letter Was Posted"

    notice_id = fields.Many2one(
        "dunning.notice",
        "Letter",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    day = fields.Date("Posted On", required=True, default=fields.Date.context_today)
    proof = fields.Binary("Proof of Posting", attachment=False)
    proof_name = fields.Char()

    def action_apply(self):
        """Note it; its term runs from there."""
        self.ensure_one()
        letter = self.notice_id
        letter._as_poster()
        proof = self.env["ir.attachment"]
        if self.proof:
            proof = proof.sudo().create(
                {
                    "name": self.proof_name or self.env._("Proof of posting"),
                    "datas": self.proof,
                    "res_model": "dunning.notice",
                    "res_id": letter.id,
                }
            )
        letter._posted(self.day, proof)
        return {"type": "ir.actions.act_window_close"}
