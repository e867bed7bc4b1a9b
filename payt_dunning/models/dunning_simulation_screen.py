from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

from ..rules.simulate.effect import LEAST, estimate
from ..rules.simulate.measure import BY_DAY, BY_LAW, Tally, above, busiest, cost
from .dunning_job import UNDER_WAY
from .dunning_simulation_job import MOST_MONTHS

#: Jobs that are offered to look at again.
RECENT = 8
SIDES = ("was", "would")


class DunningSimulationScreen(models.AbstractModel):
    """Trying levels on the past, as managers see it: plain values in the user's language."""

    _name = "dunning.simulation.screen"
    _description = "Try Out Levels"

    def _check_manager(self):
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only follow-up managers can try out levels."))

    # -- asking for one --------------------------------------------------------------------------

    @api.model
    def choices(self):
        """What can be tried, for whom, and what was tried before."""
        self._check_manager()
        policies = self.env["dunning.policy"].search([])
        companies = self.env.companies
        return {
            "companies": [
                {"id": each.id, "name": each.name, "policyId": each.sudo().dunning_policy_id.id}
                for each in companies
            ],
            "policies": [
                {
                    "id": policy.id,
                    "name": policy.name,
                    "companyId": policy.company_id.id,
                    "changed": policy.has_changes,
                    "revisions": [
                        {"id": revision.id, "number": revision.number}
                        for revision in policy.revision_ids
                    ],
                }
                for policy in policies
                if policy.level_ids
            ],
            "mostMonths": MOST_MONTHS,
            "recent": [self._listed(job) for job in self._recent()],
        }

    @api.model
    def _recent(self):
        return self.env["dunning.job"].search(
            [("kind", "=", "simulation"), ("company_id", "in", self.env.companies.ids)],
            limit=RECENT,
        )

    @api.model
    def _listed(self, job):
        states = dict(job._fields["state"]._description_selection(self.env))
        return {
            "id": job.id,
            "name": job.name,
            "company": job.company_id.name,
            "state": job.state,
            "stateText": states[job.state],
            "percent": job.percent,
            "day": format_date(self.env, job.create_date),
            "user": job.user_id.sudo().name,
        }

    @api.model
    def start(self, company_id, policy_id, instead_of=None, revision_id=None, months=12):
        """Begin to try levels in the background; nothing of follow-up is stored or sent.

        :param policy_id: whose levels; 0: everything as it was, to see how exact a replay is
        :param instead_of: the policy in whose place; itself when left out
        :param revision_id: as they were published then; as they are being edited when left out
        :param months: how far back, 1 to 24
        :return: id of the job
        """
        self._check_manager()
        company = self.env["res.company"].browse(int(company_id or 0)).exists()
        if company not in self.env.companies:
            raise UserError(self.env._("Choose one of your companies."))
        params = {"months": self._months(months)}
        name = self.env._("As it was")
        if policy_id:
            policy = self._readable("dunning.policy", policy_id)
            replaced = self._readable("dunning.policy", instead_of) if instead_of else policy
            params.update(
                self._levels_of(policy, revision_id), policy_id=policy.id, instead_of=replaced.id
            )
            name = self._named(policy, replaced, params["revision"])
        start, end = self.env["dunning.simulation"]._period(company, params["months"])
        params |= {"start": start.isoformat(), "end": end.isoformat()}
        partners = self.env["dunning.past"].sudo()._partners(company, start)
        if not partners:
            raise UserError(
                self.env._(
                    "%s has no receivables in that time: there is nothing to try levels on.",
                    company.name,
                )
            )
        job = self.env["dunning.job"]._begin("simulation", name, company, len(partners), params)
        return job.id

    @api.model
    def _months(self, months):
        try:
            months = int(months)
        except (TypeError, ValueError):
            months = 0
        if not 1 <= months <= MOST_MONTHS:
            raise UserError(self.env._("Choose 1 to %s months.", MOST_MONTHS))
        return months

    @api.model
    def _readable(self, model, record_id):
        record = self.env[model].browse(int(record_id)).exists()
        if not record:
            raise UserError(self.env._("This policy is gone. Reload the page."))
        record.check_access("read")
        return record

    @api.model
    def _levels_of(self, policy, revision_id):
        """The levels that are tried: ``{"ladder": …, "revision": its number or 0}``."""
        if revision_id:
            revision = self._readable("dunning.policy.revision", revision_id)
            if revision.policy_id != policy:
                raise UserError(self.env._("This revision is of another policy."))
            return {"ladder": revision.ladder, "revision": revision.number}
        if not policy.level_ids:
            raise UserError(self.env._("“%s” has no levels. Add at least one first.", policy.name))
        return {"ladder": policy._ladder_values(), "revision": 0}

    @api.model
    def _named(self, policy, replaced, number):
        if number:
            name = self.env._("%(policy)s, revision %(number)s", policy=policy.name, number=number)
        else:
            name = self.env._("%s, as it is being edited", policy.name)
        if replaced == policy:
            return name
        return self.env._("%(levels)s, instead of %(policy)s", levels=name, policy=replaced.name)

    # -- looking ---------------------------------------------------------------------------------

    @api.model
    def _job(self, job_id):
        self._check_manager()
        job = self.env["dunning.job"].browse(int(job_id)).exists()
        if not job or job.kind != "simulation":
            raise UserError(self.env._("What was found is gone: it is kept for a month."))
        job.check_access("read")
        return job

    @api.model
    def look(self, job_id):
        """How far a trial is, or what came of it."""
        job = self._job(job_id)
        told = {
            **self._listed(job),
            "underWay": job.state in UNDER_WAY,
            "cancelling": job.cancel_asked,
            "done": job.done_count,
            "total": job.total_count,
            "note": job.note or "",
            "result": None,
        }
        if job.result:
            told["result"] = self._result(job.sudo())
        return told

    @api.model
    def cancel(self, job_id):
        """Stop a trial."""
        return self._job(job_id).action_cancel()

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


class ResCompany(models.Model):
    """What messages cost a company."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _dunning_prices(self):
        """What a message costs, by channel: ``{code: Decimal}``, in company currency."""
        self.ensure_one()
        prices = {}
        for code in ("email", "sms", "letter", "call"):
            name = f"dunning_cost_{code}"
            if name in self._fields and self[name]:
                prices[code] = Decimal(repr(self[name]))
        return prices
