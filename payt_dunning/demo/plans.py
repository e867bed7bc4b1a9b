"""Debtors who pay in parts: one plan in each of the states that it can be in."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from ..rules.instalments import by_count, due_dates
from .owing import Owing

STEP = Decimal("0.01")


class Case(NamedTuple):
    """A debtor with a plan.

    :param first: days from today to the first instalment; below zero: it has begun
    :param paid: how many instalments came
    :param becomes: ``running``, ``late``, ``lapsed``, ``proposed`` or ``offered``
    """

    name: str
    email: str
    is_company: bool
    amount: float
    what: str
    count: int
    first: int
    paid: int = 0
    becomes: str = "running"
    reason: str = ""


CASES = (
    Case("Familie Postma", "postma", False, 480.0, "Onderhoud cv-ketel", 6, -40, 2),
    Case("S. el Amrani", "s.elamrani", False, 240.0, "Vervangen kraan", 4, -12, 0, "late"),
    Case("M. Visser", "m.visser", False, 150.0, "Ontstoppen afvoer", 3, -75, 3),
    Case("Lunchroom Het Zonnetje B.V.", "zonnetje", True, 1200.0, "Koelcel", 3, 8, 0),
    Case("D. Janssens", "d.janssens", False, 320.0, "Nieuwe boiler", 4, -50, 1, "lapsed"),
    Case(
        "A. Kuipers",
        "a.kuipers",
        False,
        600.0,
        "Radiatoren",
        15,
        20,
        0,
        "proposed",
        "Ik werk tijdelijk minder en kan 40 euro per maand missen.",
    ),
    Case("Fysiotherapie De Brug", "debrug", True, 900.0, "Leidingwerk", 3, 16, 0, "offered"),
)


class DemoPlans(Owing):
    """Plans that were agreed in the months before the demo is loaded."""

    def __init__(self, env, company):
        self.env = env(context={**env.context, "allowed_company_ids": company.ids})
        self.company = company.with_env(self.env)
        self.today = env["dunning.message"]._today(company)

    def load(self):
        for case in CASES:
            self._load(case)

    def _load(self, case):
        item = self._owing(case)
        dates = due_dates(self.today + timedelta(days=case.first), case.count)
        share = Decimal(25) if case.is_company else Decimal(0)
        schedule = by_count(Decimal(str(case.amount)), case.count, dates, STEP, first_share=share)
        plans = self.env["dunning.payment.plan"]
        if case.becomes == "offered":
            plans._offer(item, schedule)
            return
        if case.becomes == "proposed":
            plans._propose(item, schedule, case.reason)
            return
        plan = plans._make(item, schedule, "proposed", "clerk")
        plan._start("clerk")
        begun = min(dates[0] - timedelta(days=10), self.today)
        plan.started_on = begun
        for each in plan.installment_ids[: case.paid]:
            self._pay(item, each)
        plan = plan.exists()
        if plan.state == "running":
            plan._look(self.today)
        missed = plan.installment_ids.filtered(lambda each: each.state == "late")
        missed.write({"missed_on": self.today - timedelta(days=2)})
        missed.write({"warned_on": self.today - timedelta(days=2)})
        if case.becomes == "lapsed":
            plan._lapse()

    def _owing(self, case):
        """The item of a debtor who owes one invoice."""
        partner = self._debtor(
            case.name,
            is_company=case.is_company,
            email=f"{case.email}@example.nl",
            street="Waterkade 7",
            zip="3011 ZZ",
            city="Rotterdam",
        )
        due = self.today + timedelta(days=min(case.first, 0) - 25)
        return self._items(self._invoiced(partner, due, case.what, [case.amount]))

    def _pay(self, item, instalment):
        """An instalment that came on its day."""
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=item.move_id.ids
        ).create(
            {
                "amount": instalment.amount,
                "payment_date": min(instalment.date, self.today),
                "communication": item.debtor_id.display_name,
            }
        )._create_payments()
        self.env["dunning.sync"]._sync(self.company)
