"""What a made ledger looks like, in plain values: who owes, what, since when.

No ORM and no clock here: the same size, shape and seed give the same rows on every day, with
dates as days relative to the day the ledger is made.
"""

import itertools
import random
from typing import NamedTuple

SEED = 19
LANGUAGES = ("en_US", "nl_NL", "de_DE")
COMPANIES = 2
#: Days from the invoice to its (first) due date, and from the invoice to its payment.
TERM_DAYS = 30
PAID_AFTER = 3

#: Invoices of each debtor, in ledgers that are not mixed.
EACH = {"one": 1, "many": 200, "paid": 20}
STATUSES = ("paid", "open", "part")
#: Every kind of invoice that is made by the ORM: company, its own currency or not, instalments
#: or not, status. The clones are multiples of these.
TEMPLATES = tuple(itertools.product(range(COMPANIES), (True, False), (False, True), STATUSES))
PLAIN = TEMPLATES.index((0, True, False, "open"))
PAID = TEMPLATES.index((0, True, False, "paid"))


class Debtor(NamedTuple):
    """Who owes. ``rank`` 0 has the most invoices."""

    rank: int
    company: int
    lang: str
    business: bool
    email: bool
    contact: bool


class Invoice(NamedTuple):
    """An invoice: which template it is a multiple of, and how many days ago it was made."""

    template: int
    debtor: int
    factor: int
    age: int


def debtors(size, shape, seed=SEED):
    """Return the debtors of a ledger of ``size`` invoices.

    :param shape: ``mixed``; ``one`` and ``many``: 1 and 200 invoices for each debtor; ``paid``:
        20 for each, all paid
    """
    rng = random.Random(f"debtors {seed}")
    if shape != "mixed":
        count = max(size // EACH[shape], 1)
        return [Debtor(rank, 0, LANGUAGES[rank % 3], True, True, False) for rank in range(count)]
    return [_debtor(rng, rank) for rank in range(max(size // 8, 1))]


def _debtor(rng, rank):
    email = rng.random() >= 0.05
    return Debtor(
        rank=rank,
        company=rng.randrange(COMPANIES),
        lang=rng.choice(LANGUAGES),
        business=rng.random() < 0.8,
        email=email,
        contact=email and rng.random() < 0.05 / 0.95,
    )


def invoices(size, shape, people, seed=SEED):
    """Yield the invoices of a ledger: 70 % paid, half of the rest overdue by 1 to 200 days."""
    rng = random.Random(f"invoices {seed}")
    if shape != "mixed":
        # All overdue alike and in one currency: one message for each debtor, whatever the number.
        template = PAID if shape == "paid" else PLAIN
        for number in range(size):
            age = TERM_DAYS + rng.randint(4, 700 if shape == "paid" else 200)
            yield Invoice(template, number % len(people), rng.randint(1, 60), age)
        return
    # Zipf: debtor of rank r gets a share of 1 / r^0.7.
    weights = list(itertools.accumulate((rank + 1) ** -0.7 for rank in range(len(people))))
    for chosen in rng.choices(range(len(people)), cum_weights=weights, k=size):
        yield _invoice(rng, people[chosen])


def _invoice(rng, debtor):
    own_currency = rng.random() < 0.8
    instalments = rng.random() < 0.1
    if rng.random() < 0.7:
        status, overdue = "paid", rng.randint(1, 700)
    else:
        status = "part" if rng.random() < 0.1 else "open"
        overdue = rng.randint(1, 200) if rng.random() < 0.5 else -rng.randint(0, 25)
    template = TEMPLATES.index((debtor.company, own_currency, instalments, status))
    return Invoice(template, debtor.rank, rng.randint(1, 60), TERM_DAYS + overdue)
