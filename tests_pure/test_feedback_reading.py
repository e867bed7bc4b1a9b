"""Messages of offices are read whole or refused with words, whatever they hold."""

import csv
import hashlib
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dossier.problems import Refused
from rules.feedback.reading import read
from rules.feedback.values import (
    Balance,
    Booking,
    Closure,
    Document,
    Event,
    Question,
    Remittance,
    Status,
)

EXAMPLE = Path(__file__).resolve().parent.parent / "docs" / "dossier" / "examples" / "feedback.xml"
XML = EXAMPLE.read_bytes()
JUDGMENT = b"%PDF-1.7 judgment"
WITH_FILE = XML.replace(
    b"1c7216191d159d355153ef491db37a9e566746e289457c25ccdf321338811c69",
    hashlib.sha256(JUDGMENT).hexdigest().encode(),
)
FILE = "2025.11873_judgment.pdf"
HEAD = {
    "feedback_id": "M-1",
    "sender": "office",
    "sent_at": "2026-03-02T06:00:00+01:00",
    "test": "no",
    "dossier_id": "6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411",
    "case_number": "CASE/2025/00037",
    "recipient_reference": "2025.11873",
}


def table(*rows, delimiter=",", encoding="utf-8", head=None):
    """Return a table with a row for each thing that is told."""
    rows = [{**HEAD, **(head or {}), **row} for row in rows]
    names = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, names, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


def zipped(**files):
    """Return a ZIP of files, by name without their points."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def refusal(content):
    """Return the codes of what is wrong with a message."""
    with pytest.raises(Refused) as caught:
        read(content)
    return [each.code for each in caught.value.problems]


STATUS = {"kind": "status", "phase": "amicable", "code": "demand", "since": "2026-03-01"}


def test_the_example_says_where_the_case_stands_and_what_was_booked():
    feedback = read(XML).feedback
    [case] = feedback.cases
    assert (feedback.id, feedback.sender, feedback.test) == (
        "VG-20260302-0007",
        "voorbeeld-gdw",
        False,
    )
    assert case.dossier_id == "6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411"
    assert case.one(Status).code == "payment_plan"
    assert [each.code for each in case.all(Event)][-1] == "payment_plan"
    assert case.all(Booking)[-1].amount == Decimal("-1000.00")
    assert case.one(Balance).due == Decimal("6353.51")
    assert case.one(Remittance).paid_out == Decimal("855.53")
    assert case.one(Question).text.startswith("The debtor asks")
    assert case.one(Closure) is None


def test_a_file_that_came_along_is_known_by_its_name():
    message = read(zipped(feedback__xml=WITH_FILE, **{FILE: JUDGMENT}))
    assert dict(message.files) == {FILE: JUDGMENT}


def test_a_bare_message_may_tell_of_files_that_did_not_come():
    message = read(XML)
    assert (len(message.feedback.cases[0].all(Document)), dict(message.files)) == (1, {})


def test_a_file_with_another_content_is_refused():
    assert refusal(zipped(feedback__xml=WITH_FILE, **{FILE: b"%PDF other"})) == ["document_hash"]


def test_a_file_that_nobody_tells_of_is_refused():
    found = refusal(zipped(feedback__xml=WITH_FILE, **{FILE: JUDGMENT, "more.pdf": b"%PDF"}))
    assert found == ["not_listed"]


def test_a_zip_without_its_file_is_refused():
    assert refusal(zipped(feedback__xml=WITH_FILE)) == ["missing"]


def test_a_zip_of_two_messages_is_refused():
    assert refusal(zipped(one__xml=XML, two__xml=XML)) == ["feedback_files"]


@pytest.mark.parametrize("name", ["../feedback.xml", "/feedback.xml", "a\\feedback.xml"])
def test_a_zip_that_would_write_elsewhere_is_refused(name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), XML)
    assert refusal(stream.getvalue()) == ["zip_name"]


@pytest.mark.parametrize(
    "content", [zipped(a__pdf=b"x"), b"Rar!\x1a", b"7z\xbc\xaf\x27", b"\x1f\x8b"]
)
def test_an_archive_within_the_zip_is_refused(content):
    told = WITH_FILE.replace(
        hashlib.sha256(JUDGMENT).hexdigest().encode(), hashlib.sha256(content).hexdigest().encode()
    )
    assert refusal(zipped(feedback__xml=told, **{FILE: content})) == ["zip_nested"]


def test_a_zip_that_unpacks_to_very_much_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feedback.xml", b"<a>" + b" " * 8_000_000)
    assert "zip_ratio" in refusal(stream.getvalue())


@pytest.mark.parametrize(
    "before",
    [b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', b"<!DOCTYPE a>"],
)
def test_a_document_type_is_refused(before):
    head, _, rest = XML.partition(b"?>")
    assert refusal(head + b"?>" + before + rest) == ["xml_doctype"]


def test_what_is_too_large_is_refused_before_it_is_read():
    assert refusal(XML + b" " * 6_000_000) == ["xml_too_large"]
    assert refusal(table(STATUS) + b"\n" * 6_000_000) == ["xml_too_large"]


def test_a_dossier_is_no_message():
    assert refusal((EXAMPLE.parent / "business.xml").read_bytes()) == ["schema_unknown"]


def test_a_day_that_does_not_exist_is_refused_with_its_line():
    assert refusal(XML.replace(b'since="2026-02-20"', b'since="2026-02-30"')) == ["schema"]


def test_a_day_before_all_calendars_is_refused():
    found = refusal(XML.replace(b'since="2026-02-20"', b'since="0000-02-20"'))
    assert found in (["schema"], ["feedback_value"])


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_beyond_the_calendar_is_refused(moment):
    for before in (b'sentAt="2026-03-02T06:00:00+01:00"', b'at="2025-12-01T09:12:00+01:00"'):
        after = before.split(b'"')[0] + b'"' + moment.encode() + b'"'
        assert refusal(XML.replace(before, after)) == ["feedback_value"]


def test_a_newer_code_is_kept_for_a_person():
    message = read(XML.replace(b'code="payment_plan" since', b'code="bailiff_strike" since'))
    assert message.feedback.cases[0].one(Status).code == "bailiff_strike"


# -- tables ---------------------------------------------------------------------------------------


def test_a_table_tells_the_same_as_the_xml_that_it_stands_for():
    parts = read(XML).feedback.cases[0]
    rows = [
        {"kind": "status", "phase": "enforcement", "code": "payment_plan", "since": "2026-02-20"},
        {
            "kind": "booking",
            "id": "VG-B-8",
            "date": "2026-02-27",
            "type": "payment",
            "amount": "-1000.00",
            "charged_to": "debtor",
            "to_principal": "0.00",
            "to_interest": "0.00",
            "to_costs": "1000.00",
        },
        {
            "kind": "question",
            "id": "VG-Q-1",
            "type": "plan_proposal",
            "asked_at": "2026-03-01T10:00:00+01:00",
            "answer_by": "2026-03-15",
            "text": "The debtor asks to lower the instalment to EUR 750.00. May we agree?",
        },
    ]
    [case] = read(table(*rows)).feedback.cases
    wanted = (parts.one(Status), parts.all(Booking)[-1], parts.one(Question))
    assert [each.content_hash for each in case.parts] == [each.content_hash for each in wanted]


def test_a_dutch_spreadsheet_is_read_as_it_is():
    row = {
        "kind": "remittance",
        "id": "R-1",
        "date": "02-03-2026",
        "collected": "1000,00",
        "withheld": "119,40",
        "withheld_vat": "25,07",
        "paid_out": "855,53",
        "iban": "NL91ABNA0417164300",
        "payment_reference": "R1",
    }
    status = {**STATUS, "since": "01-03-2026"}
    content = table(status, row, delimiter=";", encoding="utf-8-sig", head={"test": "nee"})
    [case] = read(content).feedback.cases
    assert case.one(Remittance).paid_out == Decimal("855.53")
    assert case.one(Status).since.isoformat() == "2026-03-01"


def test_a_sign_against_formulas_is_no_part_of_the_text():
    event = {"kind": "event", "id": "E-1", "at": "2026-03-01T10:00:00+01:00", "code": "demand"}
    content = table(STATUS, {**event, "text": "'=HYPERLINK(1)"})
    assert read(content).feedback.cases[0].one(Event).text == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello\nyou", "csv_columns"),
        (b"\xff\xfe\x00", "csv_broken"),
        (b"", "feedback_rows"),
        (table(STATUS, {**STATUS, "kind": "wish"}), "feedback_kind"),
        (table(STATUS, {**STATUS, "feedback_id": "M-2"}), "feedback_heads"),
        (table({**STATUS, "since": "yesterday"}), "schema"),
        (table({"kind": "event", "id": "1", "at": "2026-03-01T10:00:00+01:00"}), "schema"),
    ],
)
def test_what_is_no_table_of_messages_is_refused(content, code):
    assert code in refusal(content)


# -- anything at all ------------------------------------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(content):
    try:
        read(content)
    except Refused as refused:
        assert str(refused)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_damaged_message_is_read_or_refused(data):
    content = data.draw(st.sampled_from([XML, table(STATUS), zipped(feedback__xml=WITH_FILE)]))
    content = bytearray(content)
    for _number in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        read(bytes(content))
    except Refused as refused:
        assert str(refused)
