from odoo import fields, models


class CollectionHandoverAnswer(models.TransientModel):
    """What an office says of a case by telephone or in a letter, or that we recall it."""

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
            ("status", "It Says How the Case Stands"),
            ("closure", "It Closed the Case"),
            ("recall", "Recall"),
        ],
        "What Happened",
        required=True,
        default="accepted",
    )
    reference = fields.Char("Its Number There")
    reason = fields.Text()
    status = fields.Selection(
        lambda self: self.env["collection.handover"]._statuses(), "What the Office Says"
    )
    closure = fields.Selection(
        lambda self: self.env["collection.handover"]._closures(), "How It Ended"
    )
    day = fields.Date("Since", default=fields.Date.context_today)
    told = fields.Text("In Its Words")

    def action_apply(self):
        """Note it; the rights are those of each decision."""
        self.ensure_one()
        if self.kind == "accepted":
            self.handover_id.action_accepted(self.reference)
        elif self.kind == "rejected":
            self.handover_id.action_rejected(self.reason)
        elif self.kind in ("status", "closure"):
            self.handover_id._note_told(self.kind, self[self.kind], self.day, self.told or "")
        else:
            self.handover_id.action_recall(self.reason)
        return {"type": "ir.actions.act_window_close"}
