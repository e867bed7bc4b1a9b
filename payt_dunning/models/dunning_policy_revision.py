from decimal import Decimal

from odoo import api, fields, models

from ..rules.facts import Ladder, Rung


class DunningPolicyRevision(models.Model):
    """The ladder of a policy as it was published: never edited, only followed by another."""

    _name = "dunning.policy.revision"
    _description = "Published Revision of a Dunning Policy"
    _order = "policy_id, number desc"

    policy_id = fields.Many2one("dunning.policy", required=True, index=True, ondelete="cascade")
    number = fields.Integer(required=True)
    ladder = fields.Json(required=True)
    create_date = fields.Datetime("Published On", readonly=True)
    create_uid = fields.Many2one("res.users", "Published By", readonly=True)

    summary = fields.Text("Levels", compute="_compute_summary")
    item_count = fields.Integer("Open Items", compute="_compute_item_count")

    _number_unique = models.UniqueIndex(
        "(policy_id, number)", "This revision of the policy is there already."
    )

    @api.depends("policy_id.name", "number")
    def _compute_display_name(self):
        for revision in self:
            revision.display_name = f"{revision.policy_id.name} ({revision.number})"

    @api.depends("ladder", "policy_id.level_ids.name")
    def _compute_summary(self):
        for revision in self:
            levels = revision.policy_id.with_context(active_test=False).level_ids
            names = {level.position: level.name for level in levels}
            channels = {
                channel.code: channel.name for channel in self.env["dunning.channel"].search([])
            }
            rungs = sorted(
                (rung for rung in revision.ladder["rungs"] if rung["active"]),
                key=lambda rung: (rung["days"], rung["position"]),
            )
            revision.summary = "\n".join(self._rung_words(rung, names, channels) for rung in rungs)

    @api.model
    def _rung_words(self, rung, names, channels):
        """A rung in a line, for people."""
        values = {
            "day": rung["days"],
            "level": names.get(rung["position"], rung["position"]),
            "channels": self._channels_of(rung, channels),
        }
        if rung.get("by_day"):
            return self.env._("By day %(day)s: %(level)s (%(channels)s)", **values)
        return self.env._("Day %(day)s: %(level)s (%(channels)s)", **values)

    @api.model
    def _channels_of(self, rung, names):
        """The channels of a rung for people, each with the total from which it is used."""
        least = dict(rung.get("least", ()))
        level = self.env["dunning.level"]
        return ", ".join(
            level._named(names.get(code, code), float(least[code]))
            if code in least
            else names.get(code, code)
            for code in rung["channels"]
        )

    def _compute_item_count(self):
        counts = dict(
            self.env["dunning.item"]._read_group(
                [("revision_id", "in", self.ids), ("state", "=", "open")],
                ["revision_id"],
                ["__count"],
            )
        )
        for revision in self:
            revision.item_count = counts.get(revision, 0)

    def _to_ladder(self):
        """The ladder in the shape that :func:`~..rules.decide.decide` takes."""
        self.ensure_one()
        rungs = sorted(self.ladder["rungs"], key=lambda rung: (rung["days"], rung["position"]))
        return Ladder(
            gap=self.ladder["gap"],
            per_invoice=self.ladder["per_invoice"],
            rungs=tuple(
                Rung(
                    **{
                        **rung,
                        "channels": tuple(rung["channels"]),
                        "minimum": Decimal(rung["minimum"]),
                        "item_minimum": Decimal(rung["item_minimum"]),
                        "alone_below": Decimal(rung.get("alone_below", 0)),
                        "fee": Decimal(rung.get("fee", 0)),
                        "least": tuple(
                            (channel, Decimal(total)) for channel, total in rung.get("least", ())
                        ),
                    }
                )
                for rung in rungs
            ),
        )
