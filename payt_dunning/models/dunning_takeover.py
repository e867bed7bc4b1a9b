from collections import Counter, defaultdict
from datetime import date
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools import format_date

#: What is read of OCA's Credit Control, where it is installed: reminders, policies, their levels.
REMINDERS = "credit.control.line"
POLICIES = "credit.control.policy"
LEVELS = "credit.control.policy.level"
#: States there in which a reminder has left, and in which it may leave at any moment.
SENT, LEAVING, IGNORED = ("sent",), ("queued",), ("ignored",)


class Step(NamedTuple):
    """A reminder there about one journal item.

    :param level_id: of the level there
    :param day: on which it was sent, or made
    :param replaced: another one was made in its place
    """

    level_id: int
    state: str
    day: date
    channel: str
    replaced: bool


class Place(NamedTuple):
    """Where an item stood there, and where it goes on here.

    :param what: ``take``, ``hold`` or ``ignore`` (held from now on), or why nothing is taken over:
        ``begun``, ``leaving``, ``unsent``, ``out``
    :param last: the :class:`Step` that was sent last
    :param level: our level that stands for it
    :param reached: position that counts as reached here; 0: none
    :param again: levels up to it are formal, and are served anew
    """

    item: Any
    what: str
    steps: list
    last: Step | None = None
    level: Any = None
    reached: int = 0
    again: bool = False


class DunningTakeover(models.AbstractModel):
    """Takes over what OCA's Credit Control has sent, so that nobody is reminded of it again.

    Its models are read where they are; nothing here depends on it.
    """

    _name = "dunning.takeover"
    _description = "Taking Over From Credit Control"

    @api.model
    def _is_there(self):
        return all(model in self.env for model in (REMINDERS, POLICIES, LEVELS))

    # -- what is there ---------------------------------------------------------------------------

    @api.model
    def _steps(self, company):
        """Reminders about each journal item, the oldest first: ``{journal item id: [Step]}``."""
        found = defaultdict(list)
        reminders = self.env[REMINDERS].sudo()
        for row in reminders.search_read(
            [("company_id", "=", company.id), ("move_line_id", "!=", False)],
            [
                "move_line_id",
                "policy_level_id",
                "state",
                "date",
                "date_sent",
                "channel",
                "manually_overridden",
            ],
            order="date, id",
            load=None,
        ):
            found[row["move_line_id"]].append(
                Step(
                    row["policy_level_id"],
                    row["state"],
                    row["date_sent"] or row["date"],
                    row["channel"] or "",
                    bool(row["manually_overridden"]),
                )
            )
        return found

    @api.model
    def _last(self, steps):
        """The reminder that was sent last; ``None`` where none was."""
        sent = [step for step in steps if step.state in SENT]
        return max(enumerate(sent), key=lambda each: (each[1].day, each[0]))[1] if sent else None

    @api.model
    def _excluded(self, company, items):
        """Items that were left out there, because somebody said so."""
        policies = self.env[POLICIES].sudo().with_context(active_test=False)
        nothing = policies.search([("do_nothing", "=", True)])
        Partner = self.env["res.partner"].sudo().with_company(company)
        wanted = [("credit_policy_id", "in", nothing.ids)]
        partners = Partner.search(["|", *wanted, ("manual_followup", "=", True)])
        moves = set(self.env["account.move"].sudo().search(wanted).ids if nothing else ())
        owners = set(partners.commercial_partner_id.ids)
        return items.filtered(lambda item: item.move_id.id in moves or item.partner_id.id in owners)

    @api.model
    def _days(self, level):
        """After how many days from the due date a level there comes, roughly."""
        if level.computation_mode != "previous_date":
            return level.delay_days
        before = level.policy_id.level_ids.filtered(lambda other: other.level < level.level)
        return level.delay_days + (self._days(before.sorted("level")[-1]) if before else 0)

    @api.model
    def _when(self, level):
        """When a level there comes, in words."""
        words = {
            "net_days": self.env._("%s days after the due date", level.delay_days),
            "end_of_month": self.env._("%s days after the due date, month's end", level.delay_days),
            "previous_date": self.env._("%s days after the one before", level.delay_days),
        }
        return words.get(level.computation_mode, str(level.delay_days))

    # -- what stands for it here -----------------------------------------------------------------

    @api.model
    def _standing(self, company):
        """Open items by the level there on which they stand: ``{level: items}``."""
        steps, found = self._steps(company), defaultdict(lambda: self.env["dunning.item"].sudo())
        for item in self._open_items(company).filtered(lambda item: item.line_id.id in steps):
            if last := self._last(steps[item.line_id.id]):
                found[last.level_id] += item
        return {self.env[LEVELS].sudo().browse(level_id): found[level_id] for level_id in found}

    @api.model
    def _open_items(self, company):
        return (
            self.env["dunning.item"]
            .sudo()
            .search([("company_id", "=", company.id), ("state", "=", "open")])
        )

    @api.model
    def _propose(self, company, level, items):
        """Policy and level of ours that stand for a level there: by name, else by days.

        :return: a policy and a level; each empty where nothing fits
        """
        policies = self.env["dunning.policy"].search(
            [("revision_id", "!=", False), ("company_id", "in", [False, *company.parent_ids.ids])]
        )
        name = level.policy_id.name.casefold()
        policy = policies.filtered(lambda each: each.name.casefold() == name)[:1]
        if not policy:
            follow = Counter(items._policies().values())
            policy = max(follow, key=follow.get, default=policies[:0])
        if not policy.sudo().revision_id:
            return policy, policy.level_ids[:0]
        levels = policy.with_context(active_test=False).level_ids
        same = levels.filtered(lambda each: each.name.casefold() == level.name.casefold())[:1]
        if same and policy.sudo().revision_id._to_ladder().place(same.position) >= 0:
            return policy, same
        rungs = policy.sudo().revision_id._to_ladder().rungs
        days = self._days(level)
        passed = [rung.position for rung in rungs if rung.active and rung.days <= days]
        return policy, policy._level_at(passed[-1]) if passed else levels[:0]

    @api.model
    def _friendly(self, level):
        """Position up to which levels count as reached, and whether formal ones are served anew.

        That a statutory notice was served elsewhere, and how, can't be proven here.
        """
        ladder, reached = level.policy_id.sudo().revision_id._to_ladder(), 0
        for rung in ladder.rungs[: ladder.place(level.position) + 1]:
            if rung.active and rung.formal:
                return reached, True
            if not rung.formal and (rung.active or rung.position == level.position):
                reached = rung.position
        return reached, False

    @api.model
    def _places(self, company, levels):
        """Where each open item that was reminded of there goes on here.

        :param levels: our level by the id of theirs; items on others are left out
        :return: list of :class:`Place`
        """
        steps, items = self._steps(company), self._open_items(company)
        excluded = self._excluded(company, items)
        items = items.filtered(lambda item: item.line_id.id in steps) | excluded
        held, left_out = set(self._held(items).ids), set(excluded.ids)
        friendly = {level: self._friendly(level) for level in levels.values() if level}
        return [
            self._place(
                item, steps.get(item.line_id.id, []), levels, friendly, item.id in left_out, held
            )
            for item in items
        ]

    @api.model
    def _held(self, items):
        """Those of these items that somebody holds already."""
        holds = self.env["dunning.hold"].sudo()
        return holds.search([("item_id", "in", items.ids), ("released_on", "=", False)]).item_id

    def _place(self, item, steps, levels, friendly, excluded, held):
        """Where an item goes on.

        :param levels: our level by the id of theirs
        :param friendly: what :meth:`_friendly` says of each of ours
        :param excluded: whether it was left out there; what it had reached counts all the same
        :param held: ids of items that somebody holds already
        """
        last = self._last(steps)
        if excluded:
            return self._left_out(item, steps, last, levels, friendly, item.id in held)
        if any(step.state in LEAVING for step in steps):
            return Place(item, "leaving", steps, last)
        ignored = steps[-1].state in IGNORED and not steps[-1].replaced
        if item.reached or item.revision_id or item.start_position or (ignored and item.id in held):
            return Place(item, "begun", steps, last)
        level = levels.get(last.level_id) if last else None
        if not level and not ignored:
            return Place(item, "out" if last else "unsent", steps, last)
        reached, again = friendly[level] if level else (0, False)
        return Place(item, "hold" if ignored else "take", steps, last, level, reached, again)

    def _left_out(self, item, steps, last, levels, friendly, held):
        """An item that was left out there; when its hold ends it goes on where it was."""
        begun = item.reached or item.revision_id or item.start_position
        level = levels.get(last.level_id) if last and not begun else None
        reached, again = friendly[level] if level else (0, False)
        what = "ignore" if not held else "take" if level else "begun"
        return Place(item, what, steps, last, level or None, reached, again)

    # -- doing it --------------------------------------------------------------------------------

    @api.model
    def _take_over(self, places, hold=True):
        """Let items go on where they stood there.

        :param places: what :meth:`_places` gives
        :param hold: hold what was ignored there
        :return: the items, and the holds that were made
        """
        Item = self.env["dunning.item"].sudo()
        taken = [place for place in places if place.level]
        kept = [place for place in places if hold and place.what in ("hold", "ignore")]
        told = taken + [place for place in kept if not place.level]
        policies = Item.browse([place.item.id for place in taken])._policies()
        groups = defaultdict(list)
        for place in taken:
            policy = place.level.policy_id
            own = policy if policies[place.item] != policy else place.item.policy_id
            today = place.item._today()
            groups[own, policy, place.reached, min(place.last.day, today)].append(place.item.id)
        for (own, policy, reached, day), ids in groups.items():
            values = {"policy_id": own.id}
            if reached:
                values.update(
                    revision_id=policy.sudo().revision_id.id, reached=reached, reached_on=day
                )
            Item.browse(ids).write(values)
        holds = self.env["dunning.hold"].create([self._hold_values(place) for place in kept])
        self.env["dunning.event"].sudo()._note_each(
            [(place.item.id, self._told(place), None) for place in told]
        )
        items = Item.browse([place.item.id for place in told])
        items.debtor_id._look_again()
        return items, holds

    def _hold_values(self, place):
        ignored = place.what == "hold"
        return {
            "company_id": place.item.company_id.id,
            "item_id": place.item.id,
            "kind": "pause" if ignored else "ignore",
            "reason": self.env._("Its last reminder was ignored in Credit Control.")
            if ignored
            else self.env._("Left out of the reminders of Credit Control."),
        }

    @api.model
    def _level_names(self, place):
        """The level there on which an item stood, with its policy."""
        level = self.env[LEVELS].sudo().browse(place.last.level_id if place.last else [])
        return f"{level.policy_id.name}: {level.name}" if level else ""

    def _told(self, place):
        """What is noted in the history of an item."""
        sent = [step for step in place.steps if step.state in SENT]
        names = self.env[LEVELS].sudo()
        lines = [self.env._("Taken over from Credit Control.")]
        for step in sent:
            lines.append(
                self.env._(
                    "“%(level)s” left there on %(day)s (%(channel)s).",
                    level=names.browse(step.level_id).name,
                    day=format_date(self.env, step.day),
                    channel=step.channel,
                )
            )
        if place.again:
            lines.append(self.env._("Formal levels are served anew: no proof of them is here."))
        return "\n".join(lines)
