from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from ..rules.facts import FORMAL_PHASES
from ..rules.track import Track

#: Notices that left before that open no case any more.
LATELY = timedelta(days=90)
#: Debtors whose cases are opened together.
BATCH = 200
#: How many numbers a sentence names.
SHOWN = 5


class CollectionCase(models.Model):
    """How cases begin, and how invoices come to be in them and leave them again."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _open(self, items, origin, reason="", begun_on=None):
        """Open a case about items, and put them on one track.

        :param items: of one debtor and currency, none of them in a case
        :param origin: see :data:`~.collection_case.ORIGINS`
        :param begun_on: the day on which its formal notice left; empty: it is still to leave
        :raises UserError: naming what keeps them from being in a case
        """
        return self._open_each([(items, begun_on)], origin, reason)

    @api.model
    def _open_each(self, piles, origin, reason=""):
        """Open a case about each of some piles of items, with as many statements as about one.

        :param piles: ``[(items, the day on which their formal notice left or None)]``
        :raises UserError: naming what keeps some of them from being in a case
        """
        every = self.env["dunning.item"].sudo().browse([i for items, _ in piles for i in items.ids])
        piles = [(items.sudo().with_prefetch(every.ids), day) for items, day in piles]
        for items, _day in piles:
            self._check_may_open(items)
        followed = every._policies()
        policies = [followed[self._furthest(items)] for items, _day in piles]
        cases = self.sudo().create(
            [
                self._opened(items, policy, origin=origin, reason=reason, begun_on=day)
                for (items, day), policy in zip(piles, policies, strict=True)
            ]
        )
        told = {}
        for case, (items, _day), policy in zip(cases, piles, policies, strict=True):
            case._align(policy, followed)
            told[case] = self.env._("Opened about %s.", case._numbers(items))
        cases._note_each(told)
        cases._settle()
        return cases

    @api.model
    def _opened(self, items, policy, **values):
        """Values of a case about items that begins today."""
        return {
            "company_id": items.company_id.id,
            "debtor_id": items.debtor_id.id,
            "currency_id": items.currency_id.id,
            "opened_on": items._today(),
            "phase_on": items._today(),
            "track_days": policy.case_days,
            "ask_first": policy.case_ask_first,
            "line_ids": [
                fields.Command.create({"item_id": item.id, "joined_on": items._today()})
                for item in items
            ],
            **values,
        }

    @api.model
    def _check_may_open(self, items):
        """Refuse what can't be one case, naming what is in the way."""
        if not items:
            raise UserError(self.env._("Choose at least one open invoice for the case."))
        if len(items.debtor_id) > 1 or len(items.currency_id) > 1:
            raise UserError(
                self.env._(
                    "A case is about the invoices of one debtor in one currency. Open one for each."
                )
            )
        if closed := items.filtered(lambda item: item.state not in ("open", "remainder")):
            raise UserError(
                self.env._(
                    "Nothing is open of %s any more, so it can't be in a case.",
                    self._numbers(closed),
                )
            )
        items._check_in_no_case()

    @api.model
    def _numbers(self, items):
        more = "…" if len(items) > SHOWN else ""
        return ", ".join(items[:SHOWN].mapped("display_name")) + more

    @api.model
    def _furthest(self, items):
        """The item whose policy a case follows: the furthest, then the oldest."""
        return items.sorted(lambda item: (-item.reached, item.date_due, item.id))[:1]

    @api.model
    def _policy_of(self, items):
        """The policy that a case about items follows."""
        return self._furthest(items)._policy()

    # -- one track -----------------------------------------------------------------------------

    def _align(self, policy=None, followed=None):
        """Put what is open of a case on one policy, and let its levels count from one day.

        Its formal notice is the fixed point: the next levels come so many days after it, for all.
        What has not come to it yet begins with it, where the law lets levels be left out.

        :param followed: the policies that items follow, see ``dunning.item._policies``
        """
        self.ensure_one()
        items = self._open_items().filtered(lambda item: item.state == "open")
        policy = policy or self._policy_of(items)
        followed = followed or items._policies()
        others = items.filtered(lambda item: followed[item] != policy)
        others.write({"policy_id": policy.id})
        rung = self._count_levels(policy)
        if self.begun_on or not rung:
            return
        ladder = items[:1]._ladder(policy)
        place = ladder.place(rung.position)
        behind = items.filtered(lambda item: ladder.place(item.reached) < place)
        if behind and self._may_skip(self.debtor_id):
            behind.write({"start_position": rung.position})

    def _count_levels(self, policy=None):
        """Let the levels of what is open count from one day: days that were paused put them off.

        :param policy: of all of it, where that is known
        :return: the rung that its formal notice is; ``None`` where its policy has none
        """
        items = self._open_items().filtered(lambda item: item.state == "open")
        ladder = items[:1]._ladder(policy) if items else None
        rung = self._formal_rung(ladder) if ladder else None
        if rung:
            day = self._today()
            begun = Track(self.begun_on or day, day, self.days_paused if self.begun_on else 0)
            items.write({"count_from": begun.counts_from(rung.days), "next_date": day})
        return rung

    @api.model
    def _formal_rung(self, ladder):
        """The rung with which a case begins: the first that is formal; ``None`` for none."""
        return next(
            (rung for rung in ladder.rungs if rung.active and rung.phase in FORMAL_PHASES), None
        )

    @api.model
    def _may_skip(self, debtor):
        """Whether friendly levels may be left out for a debtor; the law's never are."""
        try:
            debtor._check_may_skip_levels()
        except UserError:
            return False
        return True

    # -- joining and leaving ---------------------------------------------------------------------

    def action_join(self, items):
        """Put more invoices of the debtor in this case; they go on with the others.

        :param items: ``dunning.item`` records, or their ids
        """
        items = self.env["dunning.item"].browse(getattr(items, "ids", items))
        items.check_access("read")
        case = self._as_collector()._still_ours()
        case.ensure_one()
        case._join(items.sudo())
        return True

    def _join(self, items):
        self._check_may_open(items)
        if items.debtor_id != self.debtor_id or items.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "Case %(case)s is about invoices of %(debtor)s in %(currency)s.",
                    case=self.name,
                    debtor=self.debtor_id.display_name,
                    currency=self.currency_id.name,
                )
            )
        self._check_as_far(items)
        reached = self._reached()
        self._add(items)
        for item in items if self.begun_on else ():
            if item.reached != reached:
                # What is further gets the next message together with the others.
                item.write({"reached": reached, "episode": item.episode + 1})
        self._align()
        self._note(self.env._("%s joined.", self._numbers(items)))

    def _add(self, items):
        self.env["collection.case.line"].sudo().create(
            [{"case_id": self.id, "item_id": item.id, "joined_on": self._today()} for item in items]
        )

    def _reached(self):
        """The level that what is open of a case has reached: the lowest."""
        return min(
            self._open_items().filtered(lambda item: item.state == "open").mapped("reached"),
            default=0,
        )

    def _check_as_far(self, items):
        """Once its notice has left, only what had a notice of its own may join."""
        if not self.begun_on:
            return
        reached = self._reached()
        behind = items.filtered(
            lambda item: (
                (ladder := item._ladder()) is None
                or ladder.place(item.reached) < ladder.place(reached)
            )
        )
        if behind:
            raise UserError(
                self.env._(
                    "The formal notice of case %(case)s has left already, without %(invoices)s. Let "
                    "it get its own notice first, or open a case of its own.",
                    case=self.name,
                    invoices=self._numbers(behind),
                )
            )

    def action_leave(self, items, reason):
        """Take invoices out of their case: they go on by themselves.

        :param items: ``dunning.item`` records, or their ids
        :param reason: why, in words
        """
        items = self.env["dunning.item"].browse(getattr(items, "ids", items))
        items.check_access("read")
        case = self._as_collector()._still_ours()
        case.ensure_one()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it leaves the case."))
        lines = case.line_ids.filtered(
            lambda line: not line.left_on and line.item_id in items.sudo()
        )
        if not lines:
            raise UserError(self.env._("None of these is in case %s.", case.name))
        lines._leave(reason)
        case._note(
            self.env._(
                "%(invoices)s left the case. Reason: %(reason)s",
                invoices=case._numbers(lines.item_id),
                reason=reason,
            )
        )
        lines.item_id.debtor_id._look_again()
        case._settle()
        return True

    # -- by themselves ---------------------------------------------------------------------------

    @api.model
    def _notices_without_case(self, company, day):
        """A statement: rows of formal notices that open a case and did not yet.

        Those that left lately: what is older was left alone by somebody.
        """
        return SQL(
            """SELECT line.id
                 FROM dunning_notice notice
                 JOIN dunning_level level ON level.id = notice.level_id
                 JOIN dunning_policy policy ON policy.id = level.policy_id
                 JOIN dunning_notice_line line ON line.notice_id = notice.id
                 JOIN dunning_item item ON item.id = line.item_id
                WHERE notice.company_id = %s AND notice.state = 'sent'
                  AND notice.kind = 'reminder' AND notice.phase IN ('notice', 'collection')
                  AND notice.sent_on >= %s AND notice.retry_of_id IS NULL
                  AND policy.case_opening = 'notice'
                  AND line.position > 0 AND line.void_because IS NULL
                  AND item.state = 'open' AND item.debtor_id = notice.debtor_id
                  AND item.reached >= line.position
                  AND NOT EXISTS (SELECT FROM collection_case_line part
                                   WHERE part.item_id = line.item_id)""",
            company.id,
            day - LATELY,
        )

    @api.model
    def _open_after_notices(self, company, day):
        """Open a case about what a formal notice left for, where its policy says so.

        :return: a line for each debtor for whom it failed
        """
        rows = self.env.execute_query(self._notices_without_case(company, day))
        lines = self.env["dunning.notice.line"].sudo().browse([row[0] for row in rows])
        piles = defaultdict(lambda: self.env["dunning.item"].sudo())
        begun = {}
        for line in lines.sorted(lambda line: line.notice_id.sent_on):
            begun.setdefault(line.item_id, line.notice_id.sent_on)
        for item, day in begun.items():
            piles[item.debtor_id, item.currency_id, day] |= item
        of_debtor = defaultdict(list)
        for (debtor, _currency, day), items in piles.items():
            of_debtor[debtor].append((items, day))
        return self._open_for(of_debtor, "notice")

    @api.model
    def _open_for(self, of_debtor, origin):
        """Open cases for debtors, many at once; what fails of one keeps no other from its case.

        :param of_debtor: piles by debtor, see :meth:`_open_each`
        :return: a line for each debtor for whom it failed
        """

        def begin(debtors):
            self._open_each([pile for debtor in debtors for pile in of_debtor[debtor]], origin)

        problems, debtors = [], self.env["dunning.debtor"].sudo()
        for ids in split_every(BATCH, (debtor.id for debtor in of_debtor)):
            problems += self.env["dunning.dialogue"]._safely(debtors.browse(ids), begin)
        return problems
