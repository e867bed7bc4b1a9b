import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ..rules.instalments import MOST, Unfit, by_amount, months_later, single
from .dunning_level import PHASES

#: Characters of a seal: what somebody saw is compared with what is there by now.
SEAL = 16


class Basis(NamedTuple):
    """What somebody wants to pay in parts, and what its policy says about that.

    :param keys: of what was chosen, as :class:`~.dunning_page_choice.Choice` has them
    :param first: day of the first instalment, for the choices
    :param asks: a person decides, whatever is chosen
    """

    pile: object
    items: object
    charges: object
    keys: tuple
    total: Decimal
    terms: object
    day: date
    first: date
    asks: bool

    @property
    def currency(self):
        return self.pile.currency

    @property
    def step(self):
        """The currency's smallest unit."""
        return Decimal(1).scaleb(-self.currency.decimal_places)

    @property
    def latest(self):
        """Last day for the first instalment of a choice."""
        return self.day + timedelta(days=self.terms.bounds.first_days or 35)


class DunningPageDialogue(models.AbstractModel):
    """Paying in parts: what can be chosen on the page, and what the debtor proposes itself."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        values = super()._sections(door, piles, day, visitor)
        return {**values, "parts": [self._may_choose(door, pile) for pile in piles]}

    @api.model
    def _may_choose(self, door, pile):
        """Whether the page leads to paying something of a pile in parts."""
        rows = [row for row in pile.rows if self._fits(row)]
        if not rows:
            return False
        items = door.items.browse([row.item_id for row in rows])
        terms = self._plan_terms(items)
        return bool(terms) and terms.who != "none" and self._phase_reached(items, terms)

    @api.model
    def _fits(self, row):
        """Whether a row can be in a plan: nothing of it is disputed, planned, or being paid."""
        return row.payable > 0 and not row.disputed and not row.under_way

    @api.model
    def _plan_terms(self, items):
        """How the policy of items wants plans; ``None`` where there is none."""
        try:
            return self.env["dunning.payment.plan"]._terms_of(items.sudo())
        except UserError:
            return None

    @api.model
    def _phase_reached(self, items, terms):
        """Whether follow-up is as far as the policy wants before debtors choose by themselves."""
        order = [key for key, _name in PHASES]
        wanted = order.index(terms.policy.plan_phase)
        if not wanted:
            return True
        reached = max(items.mapped("reached"), default=0)
        levels = terms.policy.level_ids.filtered(lambda level: level.position <= reached)
        return any(order.index(level.phase) >= wanted for level in levels)

    # -- what it is about ------------------------------------------------------------------------

    @api.model
    def _parts_basis(self, door, piles, day, currency_id=0, keys=(), first=""):
        """What somebody wants to pay in parts.

        :param keys: of rows and costs; none: all that can be in a plan
        :param first: day of the first instalment, as it came in
        :return: :class:`Basis`
        :raises UserError: in the debtor's words
        """
        pile = next((each for each in piles if each.currency.id == currency_id), None)
        pile = pile or next(iter(piles), None)
        rows = {f"r{row.item_id}": row for row in pile.rows if self._fits(row)} if pile else {}
        charges = self._bookable(pile) if rows else {}
        if set(keys) - set(rows) - set(charges):
            raise UserError(
                self.env._(
                    "Something you chose can't be paid in parts: it was paid, it is in a plan, or "
                    "you don't agree with it. Look at what is open now."
                )
            )
        if keys:
            rows = {key: row for key, row in rows.items() if key in keys}
            charges = {key: charge for key, charge in charges.items() if key in keys}
        if not rows:
            raise UserError(self.env._("There is nothing here that can be paid in parts."))
        rows, charges = self._to_one_account(pile, rows, charges, keys)
        items = door.items.browse([row.item_id for row in rows.values()])
        plans = self.env["dunning.payment.plan"].sudo()
        self._refuse_second(plans, items)
        terms = self._plan_terms(items)
        if not terms or terms.who == "none":
            raise UserError(
                self.env._("Paying in parts is not possible here. Call us, or write to us below.")
            )
        charges = self.env["dunning.charge"].sudo().union(*charges.values())
        basis = Basis(
            pile,
            items,
            charges,
            (*rows, *(f"c{charge.id}" for charge in charges)),
            plans._open_total(items, charges),
            terms,
            day,
            day,
            not self._phase_reached(items, terms),
        )
        return basis._replace(first=self._first_day(basis, first))

    @api.model
    def _refuse_second(self, plans, items):
        """Refuse a second proposal while one waits for us."""
        waiting = plans._of_items(items, ("proposed",))[:1]
        if waiting:
            raise UserError(
                self.env._(
                    "You made a proposal already; we answer it by %s.",
                    self.env["dunning.page"]._date(waiting.answer_by),
                )
            )

    @api.model
    def _bookable(self, pile):
        """Costs and interest of a pile that can be in a plan, by their keys."""
        found = {}
        for extra in pile.extras:
            charge = self.env["dunning.charge"].sudo().browse(extra.charge_id or ()).exists()
            if not charge or charge.amount_left <= 0:
                continue
            try:
                if charge.state == "claimed":
                    charge._check_may_book()
            except UserError:
                continue  # it stays beside the plan
            found[extra.key] = charge
        return found

    @api.model
    def _first_day(self, basis, text):
        """The day of the first instalment: the one that was given, else the same day next month."""
        if not (text or "").strip():
            return min(months_later(basis.day, 1), basis.latest)
        first = self._day(text)
        if first <= basis.day:
            raise UserError(self.env._("Choose a first day from tomorrow on."))
        if first > basis.latest:
            raise UserError(
                self.env._(
                    "The first instalment is by %s at the latest. Do you need more time? Propose "
                    "a later day below, then one of us looks at it.",
                    self.env["dunning.page"]._date(basis.latest),
                )
            )
        return first

    # -- schedules -------------------------------------------------------------------------------

    @api.model
    def _choices(self, basis):
        """The schedules that can be chosen, by their number of instalments."""
        if basis.asks:
            return {}
        found = self.env["dunning.payment.plan"]._options(
            basis.total, basis.terms, basis.first, basis.step, basis.day
        )
        return {len(schedule): schedule for schedule in found}

    @api.model
    def _wanted(self, basis, typed):
        """The schedule that somebody asks for, worked out here: no amount of a form counts.

        :param typed: ``way`` (``count``, ``amount`` or ``day``), ``number``, ``amount``, ``every``
            and ``date`` as they came in
        :raises UserError: in the debtor's words
        """
        way = typed.get("way")
        try:
            if way == "count":
                number = typed.get("number", "")
                number = int(number) if number.isdecimal() and len(number) < 4 else 0
                schedule = self._choices(basis).get(number)
            elif way == "amount":
                schedule = self._so_much_each(basis, typed)
            elif way == "day":
                schedule = single(basis.total, self._later_day(basis, typed.get("date")))
            else:
                schedule = None
        except Unfit as problem:
            words = self.env["dunning.payment.plan"]._unfit_words(problem, basis.currency)
            raise UserError(words) from None
        if not schedule:
            raise UserError(self.env._("Choose one of the ways to pay in parts."))
        return schedule

    @api.model
    def _so_much_each(self, basis, typed):
        choices, page = self.env["dunning.page.choice"], self.env["dunning.page"]
        if not (typed.get("amount") or "").strip():
            raise UserError(self.env._("Fill in how much you pay each time."))
        amount = choices._typed(typed["amount"], basis.currency)
        if amount > basis.total:
            raise UserError(
                self.env._(
                    "%(amount)s is more than what is open, which is %(total)s.",
                    amount=page._money(amount, basis.currency),
                    total=page._money(basis.total, basis.currency),
                )
            )
        every = typed.get("every")
        if every not in ("month", "two_weeks", "week"):
            raise UserError(self.env._("Choose how often you pay."))
        return by_amount(basis.total, amount, basis.first, every, 0, basis.step)

    @api.model
    def _later_day(self, basis, text):
        day = self._day(text)
        if day <= basis.day:
            raise UserError(self.env._("Choose a day from tomorrow on. Or pay now, on the page."))
        if day > months_later(basis.day, MOST):
            raise UserError(self.env._("Choose a day within ten years."))
        return day

    @api.model
    def _seal(self, basis, schedule):
        """A mark of what somebody saw: other amounts, days or invoices have another one."""
        seen = [(each.due.isoformat(), str(each.amount.normalize())) for each in schedule]
        text = repr((basis.currency.id, sorted(basis.keys), seen))
        return hashlib.sha256(text.encode()).hexdigest()[:SEAL]

    # -- proposed --------------------------------------------------------------------------------

    @api.model
    def _waits(self, basis, schedule):
        """Whether one of us decides about a schedule."""
        return basis.asks or bool(
            self.env["dunning.payment.plan"]._needs_person(
                basis.items, schedule, basis.terms, basis.day
            )
        )

    @api.model
    def _propose_parts(self, door, basis, schedule, reason, author):
        """The debtor pays in parts: at once within the bounds, else one of us looks at it.

        :return: what the page says then, and the debtor's message
        :raises UserError: in the debtor's words
        """
        self._check_pace(door)
        reason = self._check_text(reason, needed=False)
        plans, page = self.env["dunning.payment.plan"].sudo(), self.env["dunning.page"]
        asks = [self.env._("Debtors choose later by themselves, says the policy.")]
        rhythm = {"every": self._rhythm(schedule)}
        plan = plans._propose(
            basis.items,
            schedule,
            reason,
            asks=asks if basis.asks else (),
            charges=basis.charges,
            **rhythm,
        )
        values = {
            "amount": page._money(basis.total, basis.currency),
            "count": len(schedule),
            "first": page._date(schedule[0].due),
        }
        words = (
            self.env._("I pay %(amount)s on %(first)s.", **values)
            if len(schedule) == 1
            else self.env._(
                "I pay %(amount)s in %(count)s instalments, the first on %(first)s.", **values
            )
        )
        words = "\n\n".join(filter(None, (words, reason)))
        if plan.state == "running":
            return "plan_agreed", self._put_in_thread(door, plan, words, author)
        self.env["dunning.task"]._done(basis.items.move_id, "plan_request")
        if plan._is_held():
            return "plan_asked", self._put_in_thread(door, plan, words, author)
        # It had its share of waiting: nothing formal leaves before somebody has answered.
        return "plan_asked", self._say(door, basis.items, words, author=author)

    @api.model
    def _rhythm(self, schedule):
        """How often it is paid: by week, two weeks or month."""
        gap = (schedule[1].due - schedule[0].due).days if len(schedule) > 1 else 30
        return {7: "week", 14: "two_weeks"}.get(gap, "month")
