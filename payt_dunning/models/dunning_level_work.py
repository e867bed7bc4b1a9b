from odoo import api, fields, models
from odoo.tools import formatLang


class DunningLevel(models.Model):
    """Channels that cost work are used only where it pays."""

    _inherit = "dunning.level"  # pylint: disable=consider-merging-classes-inherited

    call_from = fields.Float(
        digits=(16, 2),
        help="The debtor is phoned only where it owes at least this, in company currency. "
        "0: always, where the level goes by telephone.",
    )
    call_beside = fields.Boolean(
        "Also Call",
        help="The debtor is phoned beside the message, which goes by the first of the other "
        "channels that works.",
    )
    letter_from = fields.Float(
        digits=(16, 2),
        help="A letter is sent only where the debtor owes at least this, in company currency, or "
        "where nothing else reaches it. 0: always, where the level goes by letter.",
    )

    _from_not_negative = models.Constraint(
        "CHECK(call_from >= 0 AND letter_from >= 0)", "Amounts can't be negative."
    )

    def _rung_values(self):
        """Only where they are set, so that earlier ladders are what they were."""
        values = super()._rung_values()
        if self.call_beside:
            values["call_beside"] = True
            values["channels"] = list(dict.fromkeys([*values["channels"], "call"]))
        least = [
            [code, str(total)]
            for code, total in (("call", self.call_from), ("letter", self.letter_from))
            if total and code in values["channels"]
        ]
        if least:
            values["least"] = least
        return values

    def _channels_shown(self):
        """Its channels for people, each with the total from which it is used."""
        self.ensure_one()
        channels = self.channel_ids
        if self.call_beside:
            channels |= self.env.ref("payt_dunning.channel_call")
        return [(each, self._least_of(each.code)) for each in channels]

    @api.model
    def _named(self, name, least):
        """A channel with the least total, for people."""
        amount = formatLang(self.env, least, digits=2 if least % 1 else 0)
        return self.env._("%(channel)s from %(amount)s", channel=name, amount=amount)

    def _least_of(self, code):
        return {"call": self.call_from, "letter": self.letter_from}.get(code) or 0.0
