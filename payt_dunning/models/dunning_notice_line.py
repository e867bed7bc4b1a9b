from odoo import fields, models


class DunningNoticeLine(models.Model):
    """A row of a message. While the message is live, the database keeps its slot unique."""

    _name = "dunning.notice.line"
    _description = "Dunning Notice Line"
    _order = "notice_id, id"

    notice_id = fields.Many2one(
        "dunning.notice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one("dunning.item", readonly=True, index=True, ondelete="restrict")
    source = fields.Char(required=True, readonly=True, help="What the row is about.")
    slot = fields.Char(
        readonly=True, help="The level the row stands for; empty: only listed as also open."
    )
    channel = fields.Char(required=True, readonly=True)
    recipient = fields.Char(required=True, readonly=True)
    live = fields.Boolean(
        "Counts", readonly=True, help="The message may have left: its level isn't sent again."
    )
    position = fields.Integer("Level No.", readonly=True)
    name = fields.Char("Number", readonly=True)
    date_due = fields.Date("Due Date", readonly=True)
    amount = fields.Monetary("Open Amount", readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)

    _slot_unique = models.UniqueIndex(
        "(source, slot, channel, recipient) WHERE live",
        "This message has been made already.",
    )
