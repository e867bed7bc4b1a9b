"""The side file: a row for each invoice, and nothing that a spreadsheet would run."""

import csv as standard
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.dossier import csv
from tests_pure import dossier_books as books
from tests_pure import dossier_consumer as consumers
from tests_pure.dossier_parts import changed

TRIGGERS = "=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20|%"
ISO, DUTCH = csv.DIALECTS["iso"], csv.DIALECTS["nl_excel"]


def rows(dossier, dialect="iso"):
    return csv.read(csv.write(dossier, dialect))[0]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("before", ["", " ", "  \u00a0", "\ufeff", "\u200b"])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(before, trigger):
    made = csv.safe(f"{before}{trigger}1+1")
    assert made.startswith("'")
    assert not csv.is_formula(made)


@settings(max_examples=300)
@given(st.text(st.characters(codec="utf-8")))
@example("\u200b=1")
@example(" \t=1")
@example("\x01=1")
@example("\x1f=1")
def test_no_text_is_left_that_a_spreadsheet_takes_for_a_formula(text):
    made = csv.safe(text)
    assert not csv.is_formula(made)
    assert not made.lstrip().startswith(tuple(TRIGGERS))
    assert "\n" not in made and "\r" not in made


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_plain_words_stay_as_they_are(text):
    assert csv.safe(text) == text


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1), st.sampled_from(sorted(csv.DIALECTS)))
def test_any_text_stays_in_its_own_cell(text, dialect):
    dossier = changed(books.business(), "claim.invoices.0.supply", text)
    read = rows(dossier, dialect)
    assert len(read) == 3
    assert read[0]["description"] == csv.safe(text)
    assert read[0]["principal_open"] == csv.cell(Decimal("3340.00"), csv.DIALECTS[dialect])


def test_a_negative_amount_stays_a_number():
    assert csv.cell(Decimal("-242.00"), ISO) == "-242.00"
    assert csv.cell(Decimal("-242.00"), DUTCH) == "-242,00"


def test_days_are_written_as_each_dialect_wants_them():
    assert csv.cell(date(2025, 4, 18), ISO) == "2025-04-18"
    assert csv.cell(date(2025, 4, 18), DUTCH) == "18-04-2025"


def test_a_phone_number_has_no_plus():
    assert rows(books.business())[0]["phone"] == "0031380000000"


def test_a_dutch_spreadsheet_opens_it_by_itself():
    content = csv.write(books.business(), "nl_excel")
    assert content.startswith(b"\xef\xbb\xbf")
    head, first, *_rest = content.decode("utf-8-sig").split("\r\n")
    assert head.startswith('"case_number";"dossier_id"')
    assert '"4840,00";"1500,00";"0,00";"0,00";"3340,00"' in first


def test_programs_read_the_other_dialect_as_rfc_4180_says():
    reader = standard.DictReader(io.StringIO(csv.write(books.business()).decode(), newline=""))
    assert [row["invoice_number"] for row in reader] == ["2025-0417", "2025-0533", "2025-C018"]
    assert tuple(reader.fieldnames) == csv.COLUMNS


@pytest.mark.parametrize("dialect", csv.DIALECTS)
def test_the_dialect_of_a_file_is_told_by_its_first_line(dialect):
    assert csv.read(csv.write(books.business(), dialect))[1] == csv.DIALECTS[dialect]


def test_what_belongs_to_the_case_stands_in_each_row():
    for row in rows(books.business()):
        assert row["case_number"] == "CASE/2025/00037"
        assert row["total_due_case"] == "6202.60"
        assert row["default_notice_delivered"] == "2025-09-23"
        assert row["plan_history"] == "defaulted 2025-07-04"


def test_what_belongs_to_an_invoice_stands_in_its_row():
    first, second, note = rows(books.business())
    assert (first["disputed"], second["disputed"]) == ("no", "yes")
    assert second["dispute_summary"].endswith("were not delivered. [accepted]")
    assert (note["invoice_type"], note["due_date"], note["principal_open"]) == ("381", "", "0.00")
    assert first["interest_from"] == "2025-05-19"
    assert first["time_bar_date"] == "2030-09-23"
    assert "10_invoices/20250418_invoice_2025-0417_ex01.pdf" in first["document_paths"].split()


def test_a_person_has_name_parts_and_what_is_left_out_is_told():
    (row,) = rows(consumers.consumer())
    assert (row["initials"], row["prefix"], row["debtor_name"]) == ("A.B.", "van", "Voorbeeld")
    assert (row["debtor_kind"], row["birth_date"]) == ("consumer", "1980-02-29")
    assert (row["excluded"], row["principal_open"]) == ("105.00", "500.00")
    assert row["fourteen_day_letter_delivered"] == "2025-07-03"


def test_the_order_in_which_invoices_are_given_says_nothing():
    dossier = books.business()
    turned = changed(dossier, "claim.invoices", tuple(reversed(dossier.claim.invoices)))
    assert csv.write(turned) == csv.write(dossier)


@pytest.mark.parametrize("content", [b'"a","b"\r\n"1"\r\n', b'"a\r\n', b"\xff\xfe", b'"a"x"\r\n'])
def test_what_is_no_such_file_is_refused(content):
    with pytest.raises(ValueError):
        csv.read(content)


def test_the_guide_tells_each_column():
    from pathlib import Path

    guide = (Path(__file__).parent.parent / "docs" / "dossier-format.md").read_text()
    assert [column for column in csv.COLUMNS if f"`{column}`" not in guide] == []
