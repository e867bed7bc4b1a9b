"""Reading the law tables: what is refused, and that what is shipped hangs together."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.law.cases import answer
from rules.law.errors import Held, Refused
from rules.law.read import DATA, TABLES, check_gaps, columns, read_folder, read_rows
from rules.law.tables import CostRule, InterestRule, LawTables, Rate

SHIPPED = read_folder()
HEADER = ",".join(columns("rates"))
ROW = "NL,2026-01-01,2026-06-30,commercial,10.15,BW 6:120,sure"
CODES = ("NL", "BE", "DE", "AT", "FR", "LU", "ES", "IT", "UK", "EU")


def rates(*rows, header=HEADER):
    return read_rows("rates", "\n".join([header, *rows]), "mine.csv")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW.replace("10.15", '"10,15"'), "row 2, percent: .*decimal comma; write 10.15"),
        (ROW.replace("10.15", "ten"), "row 2, percent: .*not a number"),
        (ROW.replace("2026-01-01", "1-1-2026"), "row 2, since: .*not a day"),
        (ROW.replace("commercial", "trade"), "row 2, kind: .*not one of consumer"),
        (ROW.replace("BW 6:120", ""), "row 2, source: .*empty"),
        (ROW.replace("sure", "surely"), "row 2, confidence"),
        (ROW.replace("2026-06-30", "2025-06-30"), "row 2: it would end"),
        (ROW + ",more", "must have 7 columns"),
        ("NL,2026-01-01", "must have 7 columns"),
    ],
)
def test_a_file_with_something_wrong_is_refused_with_row_and_column(row, words):
    with pytest.raises(Refused, match=f"mine.csv, {words}" if "row" in words else words):
        rates(row)


def test_a_file_with_another_first_row_is_refused():
    with pytest.raises(Refused, match="first row must be jurisdiction,since"):
        rates(ROW, header="jurisdiction;since")


def test_a_file_of_a_spreadsheet_with_a_byte_order_mark_is_read():
    assert read_rows("rates", "\ufeff" + HEADER + "\n" + ROW)[0].percent == Decimal("10.15")


def test_rows_that_overlap_are_refused():
    with pytest.raises(Refused, match="both apply on 2026-06-01"):
        LawTables(rates(ROW, ROW.replace("2026-01-01,2026-06-30", "2026-06-01,2026-12-31")))


def test_new_rates_that_leave_days_out_are_refused():
    later = ROW.replace("2026-01-01,2026-06-30", "2026-07-02,2026-12-31")
    check_gaps(rates(ROW), [], "mine.csv")
    check_gaps(rates(ROW, later.replace("07-02", "07-01")), [], "mine.csv")
    for new, known in ((rates(later), rates(ROW)), (rates(later, ROW), [])):
        with pytest.raises(Refused, match="row 2, since: from 2026-07-01 through 2026-07-01"):
            check_gaps(new, known, "mine.csv")


def test_a_gap_between_rows_is_held():
    tables = LawTables(rates(ROW, ROW.replace("2026-01-01,2026-06-30", "2026-08-01,2026-12-31")))
    with pytest.raises(Held, match="no row for 2026-07-01"):
        tables.between(Rate, "NL", "commercial", since=date(2026, 6, 1), until=date(2026, 9, 1))


def test_a_row_that_must_be_checked_is_not_used():
    tables = LawTables(rates(ROW.replace("sure", "check")))
    with pytest.raises(Held, match="must be checked first"):
        tables.one(Rate, "NL", "commercial", day=date(2026, 3, 1))


def test_the_rows_that_were_used_are_known():
    tables = LawTables(rates(ROW))
    tables.one(Rate, "NL", "commercial", day=date(2026, 3, 1))
    assert list(tables.used) == ["Rate:NL:commercial:2026-01-01"]


@pytest.mark.parametrize("code", CODES)
def test_all_ten_jurisdictions_have_rules_for_each_kind_of_debtor(code):
    for debtor in ("consumer", "business", "public"):
        for kind in (InterestRule, CostRule):
            assert SHIPPED.one(kind, code, debtor, day=date(2026, 11, 1)).source


@pytest.mark.parametrize("code", CODES)
def test_commercial_rates_are_known_for_each_day_from_2019_to_2026(code):
    found = SHIPPED.between(
        Rate, code, "commercial", since=date(2019, 1, 1), until=date(2026, 12, 31)
    )
    assert found[-1].until == date(2026, 12, 31)


MARGINS = {"NL": 8, "FR": 10, "LU": 8, "ES": 8, "IT": 8, "EU": 8}


@pytest.mark.parametrize("code", MARGINS)
def test_commercial_rates_are_the_reference_rate_and_the_margin(code):
    for rate in SHIPPED.between(
        Rate, code, "commercial", since=date(2019, 1, 1), until=date(2026, 12, 31)
    ):
        reference = SHIPPED.one(Rate, "EU", "policy_rate", day=rate.since)
        # Countries that look at the operations before the half-year, not at its first day.
        before = SHIPPED.one(Rate, "EU", "policy_rate", day=rate.since - timedelta(days=7))
        assert rate.percent - MARGINS[code] in {reference.percent, before.percent}


def test_an_unknown_country_is_refused_and_a_member_state_has_the_unions_floor():
    case = {
        "id": "x",
        "category": "costs",
        "input": {"debtor_type": "business", "claims": [{"principal": "100.00"}]},
    }
    assert "no tables" in answer(SHIPPED, {**case, "jurisdiction": "US"})["error"]
    assert answer(SHIPPED, {**case, "jurisdiction": "PL"})["result"]["costs"] == "40.00"


def interest_case(**changes):
    given = {
        "debtor_type": "business",
        "claims": [{"principal": "1000.00", "due_date": "2026-01-31"}],
        "interest_kind": "commercial",
        "as_of_inclusive": "2026-03-31",
    }
    return {"id": "x", "jurisdiction": "NL", "category": "interest", "input": {**given, **changes}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"claims": [{"principal": "-5", "due_date": "2026-01-31"}]}, "negative"),
        ({"claims": [{"principal": "0", "due_date": "2026-01-31"}]}, "above zero"),
        ({"claims": [{"principal": "1,50", "due_date": "2026-01-31"}]}, "not an amount"),
        ({"claims": [{"principal": "5", "due_date": "31-01-2026"}]}, "not a day"),
        ({"currency": "USD"}, "EUR"),
        ({"debtor_type": "consumer"}, "commercial rate does not apply to a consumer"),
        ({"order": "as I like"}, "no order"),
        ({"day_count": "30/360"}, "no day count"),
        ({"payments": [{"date": "2026-02-01", "amount": "0"}]}, "above zero"),
        ({"claims": None}, "wrong form"),
        ({"claims": [{}]}, "lacks"),
    ],
)
def test_a_case_that_cannot_be_right_is_refused_in_words(changes, words):
    assert words in answer(SHIPPED, interest_case(**changes))["error"]


def test_a_case_beyond_the_known_rates_is_held():
    found = answer(SHIPPED, interest_case(as_of_inclusive="2027-03-31"))["result"]
    assert found["held"]
    assert "2026-12-31" in found["reason"]


def test_each_file_of_the_tables_is_there_and_nothing_else():
    assert {file.stem for file in DATA.glob("*.csv")} == set(TABLES)


def test_a_sole_trader_owes_interest_as_in_trade_and_costs_as_a_consumer():
    found = answer(SHIPPED, interest_case(debtor_type="sole_trader"))
    assert found["result"]["interest"] == answer(SHIPPED, interest_case())["result"]["interest"]
    costs = {"debtor_type": "sole_trader", "claims": [{"principal": "100.00"}]}
    case = {"id": "x", "jurisdiction": "NL", "category": "costs", "input": costs}
    assert answer(SHIPPED, case)["result"]["costs"] == "0.00"


def test_a_belgian_consumer_without_a_valid_clause_owes_the_civil_rate():
    given = {"debtor_type": "consumer", "interest_kind": "consumer"}
    found = answer(SHIPPED, {**interest_case(**given), "jurisdiction": "BE"})["result"]
    assert found["interest"] == "7.27"  # 59 days at 4.50%
    clause = {"debtor_type": "consumer", "interest_kind": None, "contract_clause": False}
    assert answer(SHIPPED, {**interest_case(**clause), "jurisdiction": "BE"})["result"] == found


@pytest.mark.parametrize("code", ["UK", "EU"])
def test_an_order_of_payments_that_nobody_read_is_held_unless_it_was_agreed(code):
    paid = [{"date": "2026-03-01", "amount": "10.00"}]
    case = {**interest_case(payments=paid), "jurisdiction": code}
    assert answer(SHIPPED, case)["result"]["held"]
    case["input"]["order"] = "costs_interest_principal"
    assert "interest" in answer(SHIPPED, case)["result"]
