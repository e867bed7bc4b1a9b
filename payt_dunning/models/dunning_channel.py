from odoo import fields, models


class DunningChannel(models.Model):
    """A way to reach a debtor. The code is what the rules and the hand-over know it by."""

    _name = "dunning.channel"
    _description = "Dunning Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.UniqueIndex("(code)", "There already is a channel with this code.")
