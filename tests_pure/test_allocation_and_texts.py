"""Credits set against items on paper, and texts with placeholders."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.allocation import cover
from rules.texts import (
    UnknownPlaceholder,
    fill_paragraphs,
    substitute,
    threats,
    unknown_placeholders,
)

amounts = st.decimals(min_value=0, max_value=10_000, places=2)
dates = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


def test_credits_cover_the_oldest_due_first():
    items = [(1, date(2026, 2, 1), Decimal(50)), (2, date(2026, 1, 1), Decimal(30))]
    assert cover(items, Decimal(40)) == {2: Decimal(30), 1: Decimal(10)}


@given(st.lists(st.tuples(dates, amounts), max_size=12), amounts)
def test_a_credit_is_never_used_twice_nor_lost(rows, credit):
    items = [(number, due, amount) for number, (due, amount) in enumerate(rows)]
    covered = cover(items, credit)
    assert sum(covered.values()) == min(credit, sum(amount for _due, amount in rows))
    assert all(0 < covered[number] <= amount for number, _d, amount in items if number in covered)


def test_placeholders_are_filled_in():
    assert substitute("Pay {amount}", {"amount": "€ 5"}) == "Pay € 5"


def test_an_unknown_placeholder_is_named():
    assert unknown_placeholders("{sum} of {amount} {sum}") == ["sum"]
    with pytest.raises(UnknownPlaceholder, match="sum"):
        substitute("{sum}", {"sum": "1"})


def test_expressions_are_text_not_code():
    assert unknown_placeholders("{amount.__class__}") == ["amount.__class__"]
    assert unknown_placeholders("${{1+1}}") == ["1+1"]
    assert substitute("%(amount)s $amount", {"amount": "5"}) == "%(amount)s $amount"


def test_a_line_left_empty_is_dropped():
    text = "Hello {debtor}\n\nRegards,\n{handler}\n{company}"
    filled = fill_paragraphs(text, {"debtor": "Bakery", "company": "Us"})
    assert filled == ["Hello Bakery", "Regards,\nUs"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sinon, un bureau de recouvrement prend le dossier.", ["recouvr"]),
        ("Par la présente, nous vous mettons en demeure.", ["mettons en demeure"]),
        ("Nous demandons à un huissier de justice.", ["huissier", "justice"]),
        ("Il y a alors des frais supplémentaires.", ["des frais"]),
        ("Notre avocat va au tribunal.", ["avocat", "tribuna"]),
    ],
)
def test_a_french_threat_is_found(text, found):
    assert threats(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Vos frais de scolarité sont bientôt à payer.",
        "Voir les frais de scolarité et payer",
        "Vos produits frais ont été livrés juste à temps.",
    ],
)
def test_french_that_threatens_nobody_is_left_alone(text):
    assert not threats(text)
