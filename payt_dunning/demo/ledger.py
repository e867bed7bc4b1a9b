"""What the debtors of the demo data owe, as plain tables and one seeded generator.

No ORM here: every row says how many days before today it falls due, so that the demo data is as
fresh on the day it is loaded as on any other day. ``booking.py`` turns the rows into postings.
"""

import random
from typing import NamedTuple

from .people import IN_LAW, KINDS, PERSONAL_SITUATIONS


class Product(NamedTuple):
    """A product with its name in English, Dutch and German; ``price`` excludes VAT, in euros."""

    key: str
    company: str
    en: str
    nl: str
    de: str
    price: float


class Invoice(NamedTuple):
    """A customer invoice.

    ``overdue`` is the number of days since its first due date (negative: not yet due).
    ``lines`` holds (product key, quantity). ``settle`` is empty, ``("full", days ago)``,
    ``("share", share paid, days ago)``, ``("but", amount left open, days ago)`` or
    ``("first", number of instalments, days ago)``.
    ``flag`` names what happens to the posted invoice, see ``booking.Books``.
    """

    company: str
    debtor: str
    overdue: int
    lines: tuple
    term: str = ""
    currency: str = ""
    settle: tuple = ()
    flag: str = ""
    situation: str = ""


PRODUCTS = [
    Product(*row)
    for row in (
        ("boiler", "main", "Boiler service", "Onderhoudsbeurt cv-ketel", "Kesselwartung", 129),
        ("hour", "main", "Engineer, per hour", "Monteur, per uur", "Monteur, pro Stunde", 68.5),
        ("callout", "main", "Call-out fee", "Voorrijkosten", "Anfahrtspauschale", 42.5),
        ("heatpump", "main", "Heat pump 8 kW", "Warmtepomp 8 kW", "Wärmepumpe 8 kW", 4950),
        ("led", "main", "LED fixture, fitted", "Led-armatuur, gemonteerd", "LED-Leuchte", 89),
        ("check", "main", "Electrical inspection", "Keuring elektra", "Elektroprüfung", 395),
        ("airco", "main", "Cooling service", "Onderhoud koeling", "Wartung Klimaanlage", 215),
        (
            "contract",
            "main",
            "Boiler contract, one month",
            "Onderhoudscontract cv-ketel, per maand",
            "Wartungsvertrag Kessel, ein Monat",
            34.95,
        ),
        ("clean", "sister", "Office cleaning", "Schoonmaak kantoor", "Büroreinigung", 32),
        ("coffee", "sister", "Coffee service", "Koffieservice", "Kaffeeservice", 149),
        ("plants", "sister", "Plant rental", "Huur beplanting", "Pflanzenmiete", 58),
        ("fee", "club", "Membership fee", "Contributie senioren", "Mitgliedsbeitrag", 215),
        ("court", "club", "Court rental", "Baanhuur", "Platzmiete", 24),
    )
]

# (first day, last day, weight): how the open items of ordinary debtors spread over the days
# overdue. Most lie where the first rungs act (3 to 40), some fall due within ten days.
AGE_BUCKETS = [
    (-28, -11, 8),
    (-10, -1, 16),
    (0, 2, 5),
    (3, 10, 22),
    (11, 40, 31),
    (41, 60, 9),
    (61, 120, 6),
    (121, 200, 3),
]

# Debtors whose open items are spelled out below; the generator gives them history only.
_SPELLED_OUT = {
    "noordzijde",
    "fietspunt",
    "peeters",
    "visser",
    "groenhart",
    "bakker",
    "hoekstra",
    "jansen",
    "harbour",
    "pembroke",
    "prairie",
    "lakeside",
    *IN_LAW,
}


def _business(quantity=6):
    return (("hour", quantity), ("callout", 1))


def _special_main():
    """Yield the invoices of the main company that each show one situation."""
    for debtor in ("noordzijde", "fietspunt"):
        for number in range(12):
            lines = _business(2 + number % 5)
            yield Invoice("main", debtor, 3 + 4 * number, lines, situation="bundled")
    for debtor in ("peeters", "visser"):
        for month in range(4):
            lines = (("contract", 1),)
            yield Invoice("main", debtor, 95 - 30 * month, lines, situation="periodic")
    for debtor, overdue, share in (
        ("stukadoor", 9, 0.5),
        ("veldkamp", 17, 0.3),
        ("elamrani", 12, 0.8),
        ("kranich", 24, 0.4),
    ):
        settle = ("share", share, 4)
        yield Invoice("main", debtor, overdue, _business(8), settle=settle, situation="partial")
    for debtor, overdue, left in (("rijschool", 21, 0.85), ("chen", 13, 0.4)):
        settle = ("but", left, 4)
        yield Invoice(
            "main", debtor, overdue, _business(5), settle=settle, situation="small_remainder"
        )
    for debtor, overdue, paid in (
        ("ketelhuis", 45, 1),
        ("yilmaz", 68, 2),
        ("scheepswerf", 38, 1),
        ("tuinderij", 12, 0),
    ):
        settle = ("first", paid, 6) if paid else ()
        lines = (("heatpump", 1), ("hour", 6))
        yield Invoice(
            "main", debtor, overdue, lines, "parts", settle=settle, situation="instalments"
        )
    for debtor, overdue in (("degans", 6), ("smit", 5), ("datahuis", 13), ("devries", 16)):
        yield Invoice(
            "main",
            debtor,
            overdue,
            (("boiler", 1), ("callout", 1)),
            settle=("full", 0),
            situation="paid_today",
        )
    for debtor, overdue, lines in (
        ("dekker", 52, (("boiler", 1), ("callout", 1))),
        ("dekker", 49, (("boiler", 1), ("hour", 2))),
        ("wolters", 26, (("boiler", 1), ("hour", 3))),
        ("faber", 26, (("callout", 1),)),
        ("stolk", 36, (("airco", 4), ("hour", 9))),
    ):
        yield Invoice("main", debtor, overdue, lines, situation=IN_LAW[debtor])
    for debtor, currency, overdue in (
        ("harbour", "GBP", 11),
        ("harbour", "GBP", -6),
        ("pembroke", "GBP", 33),
        ("prairie", "USD", 5),
        ("prairie", "EUR", 21),
        ("lakeside", "USD", 19),
        ("lakeside", "USD", 52),
    ):
        lines = (("led", 14), ("hour", 5))
        situation = "foreign_currency" if currency != "EUR" else ""
        yield Invoice("main", debtor, overdue, lines, "", currency, situation=situation)


# flag (which is also the situation) -> (debtor, days overdue)
_FLAGGED = {
    "reversed": [("drukwerk", 22), ("brouwer", 15), ("kapsalon", 41)],
    "blocked": [("zilverberk", 18), ("apotheek", 8)],
    "no_followup": [("lantaarn", 25), ("koelhuis", 14)],
    "no_due_date": [("muziek", 20), ("rijschool", 10)],
    "never_sent": [("klusbedrijf", 7), ("makelaar", 19)],
    "po_missing": [("gemeente", 16), ("koelhuis", 27), ("gemeente", 5)],
    "credit_open_part": [("groenhart", 13), ("bakker", 11)],
    "credit_open_full": [("hoekstra", 17), ("jansen", 9)],
    "unallocated_payment": [("thuiszorg", 12), ("miller", 8)],
    "counter_claim": [("drukwerk", 9), ("schreinerei", 14)],
    "unmatched_bank_line": [("advies", 10), ("notaris", 6)],
    "intercompany": [("sister", 12), ("sister", -8)],
}

# Debtors of the other two companies: (debtor, days overdue of each open invoice)
_SISTER = [
    ("advies", (5, 19, -7)),
    ("makelaar", (12, 30)),
    ("notaris", (4,)),
    ("tandarts", (21, 8, -3)),
    ("school", (33, 3)),
    ("datahuis", (16, -9)),
    ("degans", (11, 26)),
    ("apotheek", (7,)),
    ("main", (15, -5)),
]
_CLUB = [
    ("lid_groen", (24, -6)),
    ("lid_postma", (6,)),
    ("lid_haan", (15, 45)),
    ("lid_okafor", (5,)),
    ("lid_verhoef", (18,)),
    ("lid_bos", (-3, 60)),
]

# Debtors that owe both the main company and its sister.
TWO_COMPANIES = ["advies", "makelaar", "notaris", "datahuis", "degans", "apotheek"]

# (debtor, amount, taken in): receivables brought over from the previous books. Lines of a
# general journal carry ``no_followup`` by default; "taken in" ones were released by hand.
OPENING_ITEMS = [
    ("optiek", 842.15, True),
    ("volkstuin", 310.00, True),
    ("waterschap", 1275.50, False),
    ("mulder", 189.95, False),
]


def _flagged():
    consumer_keys = {"brouwer", "bakker", "jansen", "miller"}
    flat = [(flag, *row) for flag, rows in _FLAGGED.items() for row in rows]
    for number, (flag, debtor, overdue) in enumerate(flat):
        # No two alike: an unmatched bank line must not fit the amount of somebody else too.
        hours = 7.6 + number / 2
        lines = (("boiler", 1), ("hour", hours)) if debtor in consumer_keys else _business(hours)
        yield Invoice("main", debtor, overdue, lines, flag=flag, situation=flag)


def _other_companies():
    """Yield the invoices of the sister company and of the association's members."""
    for debtor, days in _SISTER:
        situation = "intercompany" if debtor == "main" else ""
        for number, overdue in enumerate(days):
            lines = (("clean", 6 + abs(overdue)), ("plants", 1 + number), ("coffee", 1))
            yield Invoice("sister", debtor, overdue, lines, situation=situation)
    for debtor, days in _CLUB:
        for number, overdue in enumerate(days):
            lines = (("court", 3),) if number else (("fee", 1),)
            yield Invoice("club", debtor, overdue, lines)


def _random_lines(rng, kind):
    """Return believable lines: small jobs for consumers, hours and material for businesses."""
    if kind == "consumer":
        return rng.choice(
            [
                (("boiler", 1),),
                (("boiler", 1), ("callout", 1)),
                (("hour", rng.choice([1, 1.5, 2, 3])), ("callout", 1)),
                (("airco", 1), ("callout", 1)),
            ]
        )
    return rng.choice(
        [
            (("hour", rng.randint(4, 32)), ("callout", rng.randint(1, 3))),
            (("led", rng.randint(6, 40)), ("hour", rng.randint(4, 16))),
            (("check", rng.randint(1, 4)),),
            (("airco", rng.randint(1, 6)), ("callout", 1)),
        ]
    )


def _random_age(rng, days):
    """Return days overdue, such that an invoice with a term of ``days`` is not of tomorrow."""
    first, last, _weight = rng.choices(AGE_BUCKETS, weights=[b[2] for b in AGE_BUCKETS])[0]
    return max(rng.randint(first, last), 1 - days)


def _regular(debtors):
    """Yield open and long paid invoices of the main company for its ordinary debtors.

    The seed is fixed: the same debtors, amounts and ages on every load.
    """
    rng = random.Random(7)  # nosec B311 # made-up data, the same each time
    elsewhere = {"makelaar", "notaris", "tandarts", "school", "advies"}
    for debtor in debtors:
        if debtor.kind == "member" or debtor.key in elsewhere:
            continue
        consumer = debtor.kind == "consumer"
        kind = "consumer" if consumer else "business"
        if debtor.key not in _SPELLED_OUT:
            for _number in range(rng.randint(1, 2) if consumer else rng.randint(2, 4)):
                age = _random_age(rng, KINDS[debtor.kind][1])
                yield Invoice("main", debtor.key, age, _random_lines(rng, kind))
        overdue = rng.randint(95, 320)
        settle = ("full", overdue - rng.randint(-4, 25))
        lines = _random_lines(rng, kind)
        yield Invoice("main", debtor.key, overdue, lines, settle=settle, situation="paid_long_ago")


def all_invoices(debtors):
    """Return every :class:`Invoice` of the demo data for the given debtor rows."""
    return [*_special_main(), *_flagged(), *_other_companies(), *_regular(debtors)]


def situations(debtors, invoices):
    """Return ``{situation: [debtor key, ...]}`` by who the debtors are and what they owe."""
    found = {name: list(keys) for name, keys in PERSONAL_SITUATIONS.items()}
    for debtor in debtors:
        if debtor.kind != "company":
            found.setdefault(
                {"sole": "sole_trader", "public": "public_body"}.get(debtor.kind, debtor.kind), []
            ).append(debtor.key)
        if debtor.lang != "nl":
            found.setdefault({"en": "english", "de": "german"}[debtor.lang], []).append(debtor.key)
    for invoice in invoices:
        if invoice.situation:
            found.setdefault(invoice.situation, []).append(invoice.debtor)
        if -10 <= invoice.overdue < 0 and not invoice.settle:
            found.setdefault("upcoming", []).append(invoice.debtor)
    found["two_companies"] = TWO_COMPANIES
    for debtor, _amount, taken_in in OPENING_ITEMS:
        name = "opening_taken_in" if taken_in else "opening_excluded"
        found.setdefault(name, []).append(debtor)
    return {name: list(dict.fromkeys(keys)) for name, keys in found.items()}
