from odoo import fields, models


class CollectionHandoverAnswer(models.TransientModel):
    """What came of a handover: the office took it, refused it, or we recall it."""

    _name = "collection.handover.answer"
    _description = "Answer to a Handover"

    handover_id = fields.Many2one(
        "collection.handover",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    kind = fields.Selection(
        [
            ("accepted", "The Office Took It"),
            ("rejected", "The Office Refused It"),
            ("recall", "Recall"),
        ],
        "What Happened",
        required=True,
        default="accepted",
    )
    reference = fields.Char("Its Number There")
    reason = fields.Text()

    def action_apply(self):
        """Note it; the rights are those of each decision."""
        self.ensure_one()
        if self.kind == "accepted":
            self.handover_id.action_accepted(self.reference)
        elif self.kind == "rejected":
            self.handover_id.action_rejected(self.reason)
        else:
            self.handover_id.action_recall(self.reason)
        return {"type": "ir.actions.act_window_close"}
