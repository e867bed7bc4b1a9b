from urllib.parse import urlencode

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.instalment_standing import next_due

#: So many days after its end a plan is told of on other pages than its own.
TOLD_FOR = 30
#: Plans of a claim that are looked at, the latest; messages of a plan that are listed.
MOST_PLANS, MOST_MESSAGES = 20, 40
#: What is told of first.
SHOWN_FIRST = ("running", "offered", "proposed")


class DunningPaymentPlan(models.Model):
    """Payment plans have a page of their own, and are shown on those of what they cover."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    def _page_url(self):
        """The whole address of the page of this plan."""
        self.ensure_one()
        return self.env["dunning.page.door"]._url(self, self.debtor_id)

    def _is_within(self, door):
        """Whether all of a plan lies behind a door: else nothing of it is told there.

        Somebody who was sent one invoice learns no numbers and no amounts of the others.
        """
        self.ensure_one()
        if self == door.plan:
            return True
        own = self.item_ids.filtered(lambda item: item.debtor_id == self.debtor_id)
        if door.whole:
            # Behind such a door is what is open; it was asked who it is.
            own = own.filtered(lambda item: item.state != "closed")
        return bool(self.item_ids) and own <= door.items

    def _letters(self, door):
        """The messages about a plan that left and may be read behind a door.

        A reminder that offered the plan may tell of other invoices: then it is read where those are.
        """
        self.ensure_one()
        here = door.items | self.item_ids
        return self.notice_ids.filtered(
            lambda notice: (
                notice.state == "sent"
                and (
                    door.whole
                    or notice == door.notice
                    or notice.kind == "talk"
                    or notice.line_ids.item_id <= here
                )
            )
        )


class DunningPageDialogue(models.AbstractModel):
    """Payment plans on a debtor's page: how they stand, and what was offered or asked for."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        values = super()._sections(door, piles, day, visitor)
        rows = [row for pile in piles for row in pile.rows]
        plans = self._plans_of(door)
        here = [plan for plan in plans if plan._is_within(door)]
        running = [plan for plan in plans if plan.state == "running"]
        shown = [plan for plan in here if plan.state in SHOWN_FIRST]
        shown.sort(key=lambda plan: SHOWN_FIRST.index(plan.state))
        shown += self._over_to_tell(door, here, plans, day)
        return {
            **values,
            "plans": [self._plan(plan, door, day) for plan in shown],
            "plan_beyond": any(plan not in here for plan in running),
            # Nothing is asked for beside the instalments.
            "all_planned": bool(rows) and all(row.plan_id for row in rows),
        }

    @api.model
    def _plans_of(self, door):
        """The latest plans about what lies behind a door; its own first."""
        plans = self.env["dunning.payment.plan"].sudo()
        found = plans.search(
            Domain("debtor_id", "=", door.debtor.id) & Domain("item_ids", "in", door.items.ids),
            order="id desc",
            limit=MOST_PLANS,
        )
        found = found.filtered(
            lambda plan: plan.state != "offered" or (self._stands(plan) and plan._has_left())
        )
        return (door.plan | found).with_env(door.debtor.env)

    @api.model
    def _stands(self, plan):
        """Whether an offer can be accepted today."""
        return bool(plan.valid_until) and plan.valid_until >= plan._today()

    @api.model
    def _over_to_tell(self, door, here, plans, day):
        """Plans that are over and are told of: the door's own, and the last one where none follows."""
        if door.plan and door.plan.state not in SHOWN_FIRST:
            return [plan for plan in here if plan == door.plan]
        latest = plans[:1]
        if not latest or latest not in here or latest.state in (*SHOWN_FIRST, "withdrawn"):
            return []
        ended = latest.ended_on
        return [latest] if ended and (day - ended).days <= TOLD_FOR else []

    # -- one plan ----------------------------------------------------------------------------------

    @api.model
    def _plan(self, plan, door, day):
        """A plan for the template."""
        values = {
            "id": plan.id,
            "name": plan.name,
            "state": plan.state,
            "asked": plan.origin == "debtor",
            "covers": self.env._("For %s", plan._names()),
            "documents": f"{door.path}/plan/{plan.id}",
            "versions": [
                {
                    "number": version.number,
                    "what": self.env._("Agreement of %s (PDF)", plan._day(version.made_on.date())),
                }
                for version in plan.version_ids.filtered("pdf_id")
            ],
            "messages": self._plan_messages(plan, door),
        }
        if plan.state == "offered" and not self._stands(plan):
            return {**values, "state": "expired", "over": self._over_words(plan, "expired")}
        if plan.state == "running":
            return {**values, **self._running(plan, door, day)}
        if plan.state in ("offered", "proposed"):
            return {**values, **self._waiting(plan, door)}
        return {**values, "over": self._over_words(plan, plan.state)}

    @api.model
    def _plan_messages(self, plan, door):
        """Messages about a plan that left, the latest first."""
        notices = plan._letters(door).filtered(lambda notice: not notice.retry_of_id)
        notices = notices.sorted(lambda notice: (notice.sent_on, notice.id), reverse=True)
        page = self.env["dunning.page"]
        return [
            {"id": notice.id, "day": page._date(notice.sent_on), "what": notice.subject}
            for notice in notices[:MOST_MESSAGES]
        ]

    @api.model
    def _running(self, plan, door, day):
        """How a plan stands, and what can be done about it."""
        standing = plan._standings(day)[plan.id]
        shares = standing.shares
        coming, total = next_due(shares, day), standing.paid + standing.left
        moved = {each.number: each.shifted_from for each in plan.installment_ids}
        incomplete = [share for share in shares if not share.complete]
        values = {
            "sums": self.env._(
                "Paid %(paid)s of %(total)s; %(left)s is left.",
                paid=plan._money(standing.paid),
                total=plan._money(total),
                left=plan._money(standing.left),
            ),
            "rest": self.env._("Pay the rest at once: %s", plan._money(standing.left)),
            "stopping": self.env._(
                "Then %s is open at once, as our invoices say, and from tomorrow on our reminders "
                "go on. What you paid stays paid. Does only one instalment not work out? Move it "
                "instead, or ask us.",
                plan._money(standing.left),
            ),
            "percent": int(standing.paid * 100 / total) if total else 100,
            "progress": self._progress(len(shares) - len(incomplete), len(shares)),
            "late": bool(standing.missed),
            "rows": [
                {
                    "number": share.number,
                    "day": plan._day(share.due),
                    "amount": plan._money(share.needed or share.amount),
                    "state": self._share_words(plan, share, standing, moved.get(share.number)),
                    "late": standing.states[share.number] == "late",
                    "done": share.complete,
                }
                for share in shares
            ],
            "reference": plan.reference,
            "accounts": plan._accounts(),
            "online": plan._pays_online(),
            "waived": plan._waived_words(),
            "missed": plan._if_missed_words(),
            "avoided": self._avoided(plan),
            "help": plan._help_words(),
            "collects": bool(incomplete) and plan._collects(),
            "collected": self._collected_words(plan, coming, day),
            "several": len(incomplete) > 1,
            "next": coming and self._next(plan, coming, standing),
            "move": self._move(plan, standing, day),
            "amended": [
                (str(each.number), plan._day(each.due), plan._money(each.amount))
                for each in plan._amended()
            ]
            if plan.amendment_until and plan.amendment_until >= day
            else [],
            "amended_words": plan.amendment_until
            and self.env._(
                "You would pay like this from now on. Until you agree, your plan stays as it is. "
                "You can agree until %s.",
                plan._day(plan.amendment_until),
            ),
        }
        return values

    @api.model
    def _next(self, plan, share, standing):
        """The instalment that is to be paid next."""
        amount, day = plan._money(share.left), plan._day(share.due)
        late = standing.states[share.number] == "late"
        return {
            "number": share.number,
            "amount": amount,
            "words": self.env._("It was due on %s.", day)
            if late
            else self.env._("Your next instalment, due on %s.", day),
            "button": self.env._("Pay the instalment of %s", amount),
        }

    @api.model
    def _avoided(self, plan):
        """What is spared by keeping the plan, where that can be calculated."""
        try:
            return plan._avoided_words()
        except UserError:
            return ""

    @api.model
    def _progress(self, done, count):
        """How many instalments are complete."""
        if count == 1:
            return self.env._("%s of 1 instalment", done)
        return self.env._("%(done)s of %(count)s instalments", done=done, count=count)

    @api.model
    def _collected_words(self, plan, share, day):
        """That the next instalment is collected; empty where the debtor pays it."""
        if not share or not plan._will_collect(share, day):
            return ""
        return self.env._("We collect it by %s.", plan.token_id.display_name)

    @api.model
    def _share_words(self, plan, share, standing, moved_from):
        """Where an instalment is, in words."""
        state = standing.states[share.number]
        if state == "paid":
            return self.env._("Paid on %s", plan._day(share.paid_on))
        if not share.complete and share.paid:
            return self.env._(
                "%(paid)s of it is here, %(left)s is left",
                paid=plan._money(share.paid),
                left=plan._money(share.left),
            )
        if state == "coming" and moved_from:
            return self.env._("Coming, moved from %s", plan._day(moved_from))
        return {
            "coming": self.env._("Coming"),
            "due": self.env._("Due now"),
            "received": self.env._("Received, being processed"),
            "late": self.env._("Late"),
            "waived": self.env._("Not needed any more"),
        }[state]

    @api.model
    def _move(self, plan, standing, day):
        """What the form for moving the next instalment needs; ``None`` where there is none."""
        record, last = plan._may_postpone(standing)
        if not record:
            return None
        rule = (
            self.env._(
                "Up to %s you can move it once, at once. The instalments after it move along. "
                "A later day we look at first, and answer you.",
                plan._day(last),
            )
            if last
            else self.env._("Tell us the day that suits you. We look at it first, and answer you.")
        )
        after = max(record.date, day)
        which = self.env._("Your instalment of %s.", plan._day(record.date))
        return {
            "number": record.number,
            "least": after.fromordinal(after.toordinal() + 1).isoformat(),
            "rule": f"{which} {rule}",
        }

    @api.model
    def _waiting(self, plan, door):
        """An offer of ours, or a proposal of the debtor."""
        values = {"amount": plan._money(plan.total), "invoices": plan._names()}
        offered = plan.state == "offered"
        return {
            "what": self.env._(
                "You can pay %(amount)s for %(invoices)s in parts, like this:", **values
            )
            if offered
            else self.env._(
                "You would like to pay %(amount)s for %(invoices)s like this:", **values
            ),
            "rows": [
                (str(each.number), plan._day(each.date), plan._money(each.amount))
                for each in plan.installment_ids
            ],
            "until": self.env._(
                "You can agree until %s. You need not call, and we ask for no proof of your income.",
                plan._day(plan.valid_until),
            )
            if offered
            else self._answer_words(plan.answer_by, plan._today()),
            "choose": self._choose_instead(plan, door),
            "waived": plan._waived_words(),
            "missed": plan._if_missed_words(),
            "avoided": self._avoided(plan),
            "help": plan._help_words(),
        }

    @api.model
    def _choose_instead(self, plan, door):
        """The page on which other instalments are chosen for what a plan is about."""
        charges = plan.charge_ids.filtered(lambda charge: charge.amount_left > 0)
        keys = [f"r{item.id}" for item in plan._open_items()]
        keys += [f"c{charge.id}" for charge in charges]
        return f"{door.path}/parts?{urlencode({'c': plan.currency_id.id, 'k': keys}, doseq=True)}"

    @api.model
    def _answer_words(self, day, today=None):
        """By when we answer a proposal; that we are late where that day has passed."""
        if today and day < today:
            return self.env._(
                "We wanted to answer you by %s, and did not. We are sorry. One of us looks at it "
                "and answers you as soon as possible, here and by e-mail.",
                self.env["dunning.page"]._date(day),
            )
        return self.env._(
            "One of us looks at it and answers you by %s, here and by e-mail.",
            self.env["dunning.page"]._date(day),
        )

    @api.model
    def _over_words(self, plan, state):
        """What is the case with a plan that is over, and what comes next."""
        day = plan._day(plan.ended_on or plan.valid_until or plan._today())
        words = {
            "completed": self.env._(
                "All of it is paid. Thank you for keeping to our agreement. You need not do "
                "anything more."
            ),
            "lapsed": self.env._(
                "Our payment plan ended on %s, because an instalment was not paid. What is open "
                "stands below, and our reminders go on. Can't you pay it? Tell us, and we look "
                "for a solution together.",
                day,
            ),
            "ended": self.env._(
                "Our payment plan ended on %s. What is open stands below, as if there had been no "
                "plan.",
                day,
            ),
            "expired": self.env._(
                "You could accept our offer until %s. Would you still like to pay in parts? Make "
                "a proposal of your own.",
                day,
            ),
            "withdrawn": self.env._(
                "This offer or proposal does not stand any more. What counts now is shown on "
                "this page."
            ),
        }
        if state != "refused":
            return words[state]
        return self.env._(
            "We could not agree to your proposal to pay in parts. %(why)s You can make another "
            "one, or ask us.",
            why=plan.ended_because or "",
        )
