from odoo import api, fields, models
from odoo.tools import ormcache


class DunningChannel(models.Model):
    """A way to reach a debtor. The code is what the rules and the hand-over know it by.

    What a channel can do is in a model of its own, ``dunning.channel.<code>``, see
    :class:`~.dunning_way.DunningWay`.
    """

    _name = "dunning.channel"
    _description = "Dunning Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    optional = fields.Boolean(
        compute="_compute_optional",
        search="_search_optional",
        help="A company switches it on before it is used: it costs money or work.",
    )

    _code_unique = models.UniqueIndex("(code)", "There already is a channel with this code.")

    @api.depends("code")
    def _compute_optional(self):
        ways = self._ways()
        for channel in self:
            channel.optional = channel.code in ways and not ways[channel.code]._always

    def _search_optional(self, operator, value):
        if operator != "in":
            return NotImplemented
        codes = [code for code, way in self._ways().items() if not way._always]
        return [("code", "in" if True in value else "not in", codes)]

    @api.model
    def _ways(self):
        """What channels can do, by code: every installed :class:`~.dunning_way.DunningWay`."""
        return {code: self.env[f"{self._name}.{code}"] for code in self._codes()}

    @api.model
    def _waits_for(self):
        """Why items wait whose message a person has to take care of, by code of its channel."""
        return {code: way._waits_for for code, way in self._ways().items() if way._by_hand}

    @api.model
    def _work(self):
        """Codes of the channels that are work for our people."""
        return tuple(code for code, way in self._ways().items() if way._work)

    @api.model
    def _way(self, code):
        """What the channel with this code can do."""
        return self.env[f"{self._name}.{code}"]

    @api.model
    @ormcache()
    def _codes(self):
        """Codes of the channels that are installed, in a fixed order, e-mail first."""
        prefix = f"{self._name}."
        names = [name for name in self.env.registry if name.startswith(prefix)]
        codes = {name.removeprefix(prefix) for name in names} - {"base"}
        return tuple(sorted(codes, key=lambda code: (code != "email", code)))
