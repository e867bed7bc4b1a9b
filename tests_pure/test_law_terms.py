"""Terms, texts of notices, who follows whose rules, limitation: beyond the worked examples."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.law import limits, terms, who
from rules.law.errors import Held, Refused
from rules.law.interest import Span
from rules.law.money import amount_of
from rules.law.notice_text import check_text, term_is_right
from rules.law.read import read_folder

TABLES = read_folder()
DAY = date(2026, 3, 1)


# -- terms and texts -----------------------------------------------------------------------


def test_a_term_that_would_end_on_a_sunday_ends_on_monday():
    found = terms.term(TABLES, "NL", "nl_14_day", "email", date(2026, 3, 1))
    assert (found.last, found.costs_from) == (date(2026, 3, 16), date(2026, 3, 17))


def test_a_letter_is_not_delivered_on_sundays_mondays_and_holidays():
    found = terms.term(TABLES, "NL", "nl_14_day", "post", date(2026, 12, 23))
    assert found.received == date(2026, 12, 29)


def test_proof_of_delivery_leads():
    delivered = date(2026, 3, 9)
    found = terms.term(TABLES, "NL", "nl_14_day", "post", date(2026, 3, 3), delivered=delivered)
    assert (found.received, found.first) == (delivered, date(2026, 3, 10))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_letter_never_gives_less_time_than_an_email(sent):
    letter = terms.term(TABLES, "NL", "nl_14_day", "post", sent)
    mail = terms.term(TABLES, "NL", "nl_14_day", "email", sent)
    assert letter.last >= mail.last
    assert (mail.last - mail.first).days >= 13


def test_a_notice_of_another_country_is_held():
    with pytest.raises(Held):
        terms.term(TABLES, "DE", "nl_14_day", "email", DAY)


@pytest.mark.parametrize(
    ("sentence", "right"),
    [
        ("binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd", True),
        ("Betaal binnen 14 dagen vanaf de dag nadat deze e-mail door u is ontvangen.", True),
        ("binnen vijftien dagen nadat deze brief bij u is bezorgd", True),
        ("binnen 15 dagen nadat u deze brief hebt ontvangen", True),
        ("binnen veertien dagen nadat deze brief bij u is bezorgd", False),
        ("binnen dertien dagen vanaf de dag nadat deze brief bij u is bezorgd", False),
        ("binnen 14 dagen na dagtekening van deze brief", False),
        ("binnen 14 dagen vanaf vandaag", False),
        ("binnen veertien dagen", False),
        (
            "binnen 14 dagen vanaf de dag nadat deze brief bij u is bezorgd, uiterlijk "
            "binnen 10 dagen na vandaag",
            False,
        ),
    ],
)
def test_only_sentences_with_the_whole_term_are_right(sentence, right):
    assert term_is_right(sentence) is right


RIGHT = (
    "Betaal {amount} binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd. "
    "Daarna moet u ook {costs} incassokosten betalen. {tax_statement}"
)


def findings(text, names=("amount", "costs", "tax_statement", "table")):
    return [each.element for each in check_text(TABLES, "NL", "nl_14_day", text, names, DAY)]


def test_a_notice_that_says_all_is_right():
    assert findings(RIGHT) == []


def test_a_notice_without_the_amount_of_the_costs_names_it_with_its_source():
    found = check_text(TABLES, "NL", "nl_14_day", RIGHT, ("amount", "tax_statement", "table"), DAY)
    assert [each.element for each in found] == ["the exact amount of the costs"]
    assert "6:96" in found[0].source


def test_a_notice_with_a_term_from_today_or_a_fee_is_refused():
    wrong = RIGHT + " Betaal binnen 14 dagen na dagtekening. Wij rekenen aanmaningskosten."
    assert findings(wrong) == [
        "a fee for the notice itself",
        "a term counted from the date of the letter or today",
    ]


IN_FRENCH = "Payez {amount} {term}. Ensuite, vous devez aussi {costs} de frais de recouvrement."
FIELDS = ("amount", "costs", "tax_statement", "table", "term", "creditor_number")


def test_a_notice_in_french_that_says_all_is_right():
    assert findings(IN_FRENCH, FIELDS) == []


def test_a_notice_in_french_says_what_happens_without_payment():
    assert findings("Payez {amount} {term}.", FIELDS) == ["what happens without payment"]


@pytest.mark.parametrize(
    "term",
    [
        "dans les 14 jours à compter de la date de cette lettre",
        "dans les quatorze jours à partir d'aujourd'hui",
        "dans un délai de 14 jours après la date de cet e-mail",
        "dans les 14 jours calendrier à compter de la présente",
    ],
)
def test_a_notice_in_french_with_a_term_from_its_own_date_is_refused(term):
    found = findings(f"{IN_FRENCH} Payez {term}.", FIELDS)
    assert found == ["a term counted from the date of the letter or today"]


@pytest.mark.parametrize(
    "fee",
    ["frais de rappel", "aanmaningskosten", "Mahngebühr", "administration fee"],
)
def test_a_belgian_first_reminder_asks_no_fee_in_any_language(fee):
    text = f"{IN_FRENCH} {fee}: 5"
    found = check_text(TABLES, "BE", "be_first_reminder", text, FIELDS, DAY)
    assert [each.element for each in found] == ["a fee for the first reminder"]


# -- who, which law, how long ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "confirmed", "rules"),
    [
        ("unknown", False, "consumer"),
        ("sole_trader", False, "consumer"),
        ("sole_trader", True, "business"),
        ("business", False, "business"),
        ("public_body", False, "public"),
    ],
)
def test_until_it_is_sure_the_rules_of_consumers_apply(kind, confirmed, rules):
    assert who.rules_for(kind, confirmed).value == rules


def test_a_business_follows_the_contract_and_a_consumer_the_place_of_living():
    assert who.which_law("business", "DE", "NL", "FR").value == "DE"
    assert who.which_law("business", "", "NL", "FR").value == "NL"
    assert who.which_law("consumer", "DE", "NL", "FR").value == "FR"


def test_without_an_agreed_term_a_demand_puts_a_consumer_in_default():
    due = date(2026, 1, 31)
    assert who.in_default("consumer", due, term_agreed=True).after == due
    assert who.in_default("consumer", due, term_agreed=False).after is None
    short, right = (date(2026, 2, 10), 5), (date(2026, 2, 14), 7)
    found = who.in_default("consumer", due, False, [short, right])
    assert found.after == date(2026, 2, 21)
    assert who.in_default("business", due, False).after == due


def test_what_the_law_counts_as_interruption_renews_the_term():
    due = date(2021, 11, 30)
    reminder, paid = (date(2024, 5, 1), "reminder"), (date(2025, 6, 1), "acknowledgement")
    assert limits.last_day(TABLES, "NL", "contract", due, "any", [reminder]) == date(2029, 5, 1)
    assert limits.last_day(TABLES, "DE", "contract", due, "any", [reminder]) == date(2024, 12, 31)
    assert limits.last_day(TABLES, "DE", "contract", due, "any", [paid]) == date(2024, 12, 31)


def test_limitation_that_has_to_be_checked_is_held():
    with pytest.raises(Held, match="must be checked first"):
        limits.last_day(TABLES, "BE", "contract", DAY)


def test_the_court_depends_on_the_amount_and_the_day():
    assert limits.court(TABLES, "NL", Decimal("25000.01"), DAY) == "rechtbank"
    assert limits.court(TABLES, "NL", Decimal(90000), DAY, "rent") == "kantonrechter"
    assert limits.court(TABLES, "DE", Decimal(8000), date(2025, 5, 1)) == "Landgericht"
    assert limits.court(TABLES, "DE", Decimal(8000), DAY) == "Amtsgericht"


def test_amounts_are_given_with_a_point_and_whole_cents():
    for wrong in ("1,50", "abc", "1.005", "NaN", "Infinity"):
        with pytest.raises(Refused):
            amount_of(wrong, "principal")


def test_a_span_of_a_leap_year_is_shorter_by_the_day():
    span = Span(date(2024, 1, 1), date(2024, 12, 31), Decimal(7), Decimal(366))
    assert span.interest(Decimal(1000)) == 70


@pytest.mark.parametrize(
    ("contract", "rules", "claim", "until"),
    [
        ("sale", "consumer", "consumer_sale", date(2028, 3, 1)),
        ("sale", "business", "contract", date(2031, 3, 1)),
        ("rent", "public", "periodic", date(2031, 3, 1)),
        ("", "consumer", "consumer_sale", date(2028, 3, 1)),
        ("", "business", "contract", date(2031, 3, 1)),
    ],
)
def test_limitation_of_a_kind_of_contract(contract, rules, claim, until):
    day, row = limits.earliest(TABLES, "NL", contract, rules, date(2026, 3, 1))
    assert (day, row.claim) == (until, claim)


def test_limitation_is_not_known_where_a_row_is_missing_or_to_be_checked():
    with pytest.raises(Held, match="no limitation of periodic in FR"):
        limits.earliest(TABLES, "FR", "rent", "business", date(2026, 3, 1))
    with pytest.raises(Held, match="must be checked"):
        limits.earliest(TABLES, "BE", "", "consumer", date(2026, 3, 1))
