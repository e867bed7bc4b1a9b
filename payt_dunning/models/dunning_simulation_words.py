from datetime import date

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..rules.simulate.effect import LEAST, estimate
from ..rules.simulate.measure import BY_DAY, BY_LAW, Tally, above, busiest, cost

SIDES = ("was", "would")


class DunningSimulationScreen(models.AbstractModel):
    """What came of a trial, in the user's words."""

    _inherit = "dunning.simulation.screen"

    @api.model
    def _result(self, job):
        tally, company, params = Tally.from_json(job.result), job.company_id, job.params
        channels = self._channels(tally)
        return {
            "period": self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, params["start"]),
                last=format_date(self.env, params["end"]),
            ),
            "before": self._before(company, params),
            "sums": self._sums(tally, company),
            "channels": [
                {"name": name, **{side: self._count(tally, side, code) for side in SIDES}}
                for code, name in channels
            ],
            "months": self._months_of(tally),
            "busiest": {
                side: [
                    {"day": format_date(self.env, day), "count": count}
                    for day, count in busiest(tally.daily, side)
                ]
                for side in SIDES
            },
            "kept": self._kept(tally),
            "differences": self._differences(tally, params),
            "counts": {
                each: tally.counts[each] for each in ("same", "earlier", "later", "more", "fewer")
            },
            "effect": self._effect(tally),
            "limits": self._limits(),
        }

    @api.model
    def _channels(self, tally):
        names = {each.code: each.name for each in self.env["dunning.channel"].search([])}
        used = {channel for _side, _month, channel in tally.volumes}
        return sorted((code, names.get(code, code)) for code in used)

    @api.model
    def _count(self, tally, side, channel=None):
        return sum(
            count
            for (own, _month, code), count in tally.volumes.items()
            if own == side and channel in (None, code)
        )

    @api.model
    def _sums(self, tally, company):
        """The rows of the table at the top: name, as it was, as it would have been."""

        def money(side, amount):
            return format_amount(self.env, float(amount), company.currency_id)

        rows = [
            {
                "name": self.env._("Messages and work made"),
                **{side: str(self._count(tally, side)) for side in SIDES},
            },
            {
                "name": self.env._("Asked for in all, each message counted"),
                **{side: money(side, tally.amounts[side]) for side in SIDES},
            },
        ]
        if any(tally.approvals.values()):
            rows.append(
                {
                    "name": self.env._("To be approved by a person"),
                    "was": "",
                    "would": str(tally.approvals["would"]),
                }
            )
        if prices := company.sudo()._dunning_prices():
            rows.append(
                {
                    "name": self.env._("What the messages cost"),
                    **{side: money(side, cost(tally.volumes, side, prices)) for side in SIDES},
                }
            )
        most = company.sudo().dunning_day_cap
        if most:
            rows.append(
                {
                    "name": self.env._("Days with more than the %s a day that may leave", most),
                    **{side: str(above(tally.daily, side, most)) for side in SIDES},
                }
            )
        return rows

    @api.model
    def _months_of(self, tally):
        months = sorted({month for _side, month, _channel in tally.volumes})
        found = []
        for month in months:
            row = {"month": format_date(self.env, f"{month}-01", date_format="LLL yyyy")}
            for side in SIDES:
                row[side] = sum(
                    count
                    for (own, each, _channel), count in tally.volumes.items()
                    if own == side and each == month
                )
            found.append(row)
        return found

    @api.model
    def _kept(self, tally):
        """Why invoices were kept back at some time, the law and closed days first."""
        reasons = dict(self.env["dunning.item"]._fields["reason"]._description_selection(self.env))
        rows = [
            {
                "text": reasons.get(code, code),
                "count": count,
                "law": code in BY_LAW,
                "day": code in BY_DAY,
            }
            for code, count in tally.kept.items()
        ]
        return sorted(rows, key=lambda row: (not row["law"], not row["day"], -row["count"]))

    @api.model
    def _differences(self, tally, params):
        """Messages about invoices that differ, the largest differences first."""
        rows = tally.differences
        names = self._names([each.item_id for each in rows])
        levels = self._level_names([each.item_id for each in rows], params)
        channels = {each.code: each.name for each in self.env["dunning.channel"].search([])}
        return [
            {
                "key": f"{each.item_id}:{each.position}:{each.channel}",
                "itemId": each.item_id if each.item_id > 0 else 0,
                "invoice": names.get(each.item_id, ("", ""))[0],
                "debtor": names.get(each.item_id, ("", ""))[1],
                "level": levels(each.item_id, each.position),
                "channel": channels.get(each.channel, each.channel),
                "was": format_date(self.env, each.was) if each.was else "",
                "would": format_date(self.env, each.would) if each.would else "",
                "days": (each.would - each.was).days if each.was and each.would else None,
            }
            for each in rows
        ]

    @api.model
    def _names(self, item_ids):
        """Number and debtor of items; negative ids are those of journal items that none follows."""
        found = {}
        items = self.env["dunning.item"].browse([each for each in item_ids if each > 0]).exists()
        for item in items.sudo():
            found[item.id] = (item.display_name, item.partner_id.display_name)
        lines = self.env["account.move.line"].sudo()
        lines = lines.browse([-each for each in item_ids if each < 0]).exists()
        for line in lines:
            found[-line.id] = (
                line.move_id.name,
                line.partner_id.commercial_partner_id.display_name,
            )
        return found

    @api.model
    def _level_names(self, item_ids, params):
        """A function that names the level of an item by its position."""
        tried = self.env["dunning.policy"].browse(params.get("policy_id") or ()).exists()
        items = self.env["dunning.item"].browse([each for each in item_ids if each > 0]).exists()
        followed = {item.id: policy.id for item, policy in items.sudo()._policies().items()}
        levels = self.env["dunning.level"].sudo().with_context(active_test=False).search([])
        names = {(level.policy_id.id, level.position): level.name for level in levels}

        def name(item_id, position):
            policy_id = tried.id or followed.get(item_id)
            return names.get((policy_id, position), self.env._("No. %s", position))

        return name

    @api.model
    def _effect(self, tally):
        """What it might do to payments, in words that say that nobody knows."""
        found = estimate(
            tally.counts["reminded"],
            tally.counts["followed"],
            tally.amounts["moved"],
            tally.amounts["concerned"],
        )
        if found.share is None:
            return [
                self.env._(
                    "Too little history for an estimate: %(count)s reminders about invoices, at "
                    "least %(least)s are needed.",
                    count=found.reminded,
                    least=LEAST,
                )
            ]
        low, middle, high = (f"{100 * each:.1f}" for each in found.share)
        lines = [
            self.env._(
                "In your own history a payment in full followed %(share)s %% of reminders within two "
                "weeks (95 %% certain: %(low)s to %(high)s %%; %(count)s reminders about invoices).",
                share=middle,
                low=low,
                high=high,
                count=found.reminded,
            )
        ]
        if found.days is None:
            return lines
        low, middle, high = (f"{each:.1f}" for each in found.days)
        return [
            *lines,
            self.env._(
                "If these payments had moved along with the first reminder, they would have come "
                "%(days)s days earlier on average (%(low)s to %(high)s; below 0: later). Nobody "
                "knows whether they would have.",
                days=middle,
                low=low,
                high=high,
            ),
        ]

    @api.model
    def _limits(self):
        """What a replay can't know."""
        return [
            self.env._(
                "Payments, pauses, disputes and promises stay as they were: what would have been "
                "sent is exact given these."
            ),
            self.env._(
                "Contacts, kinds of debtor and the policy of each debtor are those of today; "
                "addresses that worked then and fail now are used as they were."
            ),
            self.env._(
                "Not replayed: what people decided about single invoices (begin with a later "
                "level, restart), items that were moved to a newer revision, matches that were undone "
                "later, and a limit of messages a day."
            ),
            self.env._(
                "Where people send, messages would have left on the days on which somebody sent some, "
                "to everybody."
            ),
            self.env._(
                "Letters and calls that never were are taken to be done as fast as yours usually "
                "are."
            ),
        ]

    @api.model
    def _before(self, company, params):
        """What to know of a time in which the company had not gone live yet."""
        live = company.sudo().dunning_live_since
        if live and live <= date.fromisoformat(params["start"]):
            return ""
        if not live:
            return self.env._(
                "%s has not gone live: nothing was really sent, and the books count by their "
                "dates. Whatever was late on the first day is taken for a backlog.",
                company.name,
            )
        return self.env._(
            "%(company)s went live on %(day)s. Before, nothing was really sent, and the books count "
            "by their dates. Whatever was late on the first day is taken for a backlog.",
            company=company.name,
            day=format_date(self.env, live),
        )
