"""The XML of a dossier: what is written is valid, and read back it is the same."""

from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from rules.dossier import codes, schema, slots, xml
from rules.dossier.parsing import parse
from rules.dossier.problems import Refused
from tests_pure import dossier_books as books
from tests_pure import dossier_consumer as consumers
from tests_pure.dossier_parts import changed

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "dossier" / "examples"
KINDS = (books.business, consumers.consumer, books.supplement, books.recall)
#: Which example is of which made-up case.
STORED = dict(zip(("business", "consumer", "supplement", "recall"), KINDS, strict=True))


def problems_of(content):
    return [problem.code for problem in schema.validate(parse(content), "test")]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_valid_and_read_back_it_is_the_same(kind):
    dossier = kind()
    assert xml.read(xml.write(dossier)) == xml.in_order(dossier)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.xml")), ids=lambda file: file.stem)
def test_a_stored_example_is_valid_by_the_newest_schema_of_its_version(file):
    assert schema.validate(parse(file.read_bytes()), file.name) == []


def test_there_is_an_example_of_each_function_and_of_feedback():
    assert {file.stem for file in EXAMPLES.glob("*.xml")} == {*STORED, "feedback"}


@pytest.mark.parametrize("name", STORED)
def test_a_stored_example_is_what_the_writer_makes_today(name):
    assert (EXAMPLES / f"{name}.xml").read_bytes() == xml.write(STORED[name]())


def test_the_order_in_which_parts_are_given_says_nothing():
    dossier = books.business()
    turned = changed(dossier, "events", tuple(reversed(dossier.events)))
    turned = changed(turned, "claim.invoices", tuple(reversed(dossier.claim.invoices)))
    turned = changed(turned, "documents", tuple(reversed(dossier.documents)))
    turned = changed(
        turned, "claim.interest.periods", tuple(reversed(dossier.claim.interest.periods))
    )
    turned = changed(turned, "checks", tuple(reversed(dossier.checks)))
    assert turned != dossier
    assert xml.write(turned) == xml.write(dossier)


ANY = st.text(st.characters(), max_size=60)


@settings(max_examples=150, deadline=None)
@given(ANY, ANY)
def test_any_text_comes_back_as_its_clean_form(text, line):
    dossier = changed(books.recall(), "recall.text", f"x{text}x")
    dossier = changed(dossier, "assignment.recipient_name", f"x{line}x")
    content = xml.write(dossier)
    back = xml.read(content)
    assert back.recall.text == slots.clean_text(f"x{text}x")
    assert back.assignment.recipient_name == slots.clean_line(f"x{line}x")
    assert xml.write(back) == content


@given(st.text(st.characters(), max_size=60))
def test_what_xml_can_hold_of_a_text_is_kept(text):
    kept = slots.clean_text(f"x{text}x")
    printable = "".join(each for each in text if each.isprintable())
    assert all(each in kept for each in printable)


@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x1b", "\ufffe", "\uffff", "\ud800"])
def test_characters_that_xml_cannot_hold_are_left_out(bad):
    assert slots.clean_text(f"one{bad}two") == "onetwo"


@pytest.mark.parametrize("text", ["]]>", "<b>", "&amp;", "<!-- x -->", "<?x ?>", "\"'"])
def test_markup_in_a_text_is_text(text):
    dossier = changed(books.recall(), "recall.text", text)
    assert xml.read(xml.write(dossier)).recall.text == text


def test_a_text_that_is_too_long_ends_with_an_ellipsis_and_is_valid():
    back = xml.read(xml.write(changed(books.recall(), "recall.text", "word " * 2000)))
    assert len(back.recall.text) <= slots.TEXT_LIMIT
    assert back.recall.text.endswith("word…")


def test_a_number_that_is_too_long_is_refused_instead_of_cut():
    with pytest.raises(Refused, match="CaseNumber"):
        xml.read(xml.write(changed(books.recall(), "header.case_number", "9" * 141)))


def test_zero_has_no_sign_and_amounts_have_two_decimals():
    assert slots.money(Decimal("-0.00")) == "0.00"
    assert slots.money(Decimal("1E+3")) == "1000.00"


@pytest.mark.parametrize("amount", ["1.005", "NaN", "Infinity"])
def test_what_is_no_amount_is_not_written(amount):
    with pytest.raises(ValueError, match="amount"):
        slots.money(Decimal(amount))


def test_a_moment_without_time_zone_is_not_written():
    with pytest.raises(ValueError, match="time zone"):
        xml.write(changed(books.recall(), "header.created_at", datetime(2025, 1, 1)))


#: What stands in the bakery's dossier, what is put there instead.
BROKEN = {
    "an exhibit that is not there": (b"<DocumentRef>d01<", b"<DocumentRef>d99<"),
    "a path that leads out": (b'path="10_invoices/', b'path="10_invoices/../'),
    "a path with two points": (b'path="10_invoices/20250418_', b'path="10_invoices/2025..0418_'),
    "an absolute path": (b'path="10_invoices/', b'path="/10_invoices/'),
    "a backslash": (b'path="10_invoices/', b'path="10_invoices\\'),
    "three decimals": (b"<VatAmount>840.00<", b"<VatAmount>840.001<"),
    "a decimal comma": (b"<VatAmount>840.00<", b"<VatAmount>840,00<"),
    "a citizen service number": (b'scheme="0106"', b'scheme="BSN"'),
    "a codice fiscale": (b'scheme="0106"', b'scheme="0210"'),
    "an unknown code": (b"<RequestedAction>court_action<", b"<RequestedAction>threaten<"),
    "a moment without offset": (b"T10:15:00+01:00<", b"T10:15:00<"),
    "a day with an offset": (b"<CalculationDate>2025-11-28<", b"<CalculationDate>2025-11-28Z<"),
    "a payment on another invoice": (b'invoice="2025-0417" toP', b'invoice="2025-9999" toP'),
    "interest on another invoice": (b'Period invoice="2025-0417"', b'Period invoice="2025-9999"'),
    "a notice that is not told": (b'noticeEvent="e09"', b'noticeEvent="e99"'),
    "an interruption that is not told": (b'interruptedBy="e09"', b'interruptedBy="e99"'),
    "the same exhibit twice": (b'exhibit="2"', b'exhibit="1"'),
    "another major version": (b'schemaVersion="1.0"', b'schemaVersion="2.0"'),
    "a short hash": (b'sha256="', b'sha256="0'),
    "a claim and no word about defences": (b"<Dispute ", b"<Disputed "),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_schema_refuses(name):
    before, after = BROKEN[name]
    content = xml.write(books.business())
    assert before in content
    content = content.replace(before, after)
    content = (
        content.replace(b"</Dispute>", b"</Disputed>") if b"<Disputed " in content else content
    )
    assert set(problems_of(content)) == {"schema"}


def test_the_schema_takes_a_later_minor_version_with_nothing_new():
    assert problems_of(xml.write(changed(books.business(), "schema_version", "1.7"))) == []


def test_a_problem_of_the_schema_names_line_and_element_without_namespace():
    content = xml.write(books.business()).replace(b"<Test>false<", b"<Test>perhaps<")
    (problem,) = schema.validate(parse(content), "dossier.xml")
    assert "Element 'Test'" in str(problem)
    assert "urn:" not in str(problem)
    assert str(problem).startswith("dossier.xml: line 1")


def test_another_root_is_no_dossier():
    assert problems_of(b'<CollectionDossier xmlns="urn:other"/>') == ["schema_unknown"]


def test_what_two_parties_agreed_beside_the_format_is_taken_and_left_out_when_read():
    content = xml.write(books.recall())
    extended = content.replace(
        b"</Recall>", b'</Recall>\n<Extension><x xmlns="urn:other">1</x></Extension>'
    )
    assert xml.read(extended) == xml.read(content)


def enumerations():
    """Values of each code list in the schema, by its name."""
    root = etree.fromstring(schema.schema_bytes())
    space = {"xs": "http://www.w3.org/2001/XMLSchema"}
    return {
        each.get("name"): tuple(each.xpath(".//xs:enumeration/@value", namespaces=space))
        for each in root.findall("xs:simpleType", space)
        if each.find(".//xs:enumeration", space) is not None
    }


def test_the_code_lists_of_schema_and_code_are_the_same():
    lists = {value for value in vars(codes).values() if isinstance(value, tuple)}
    assert set(enumerations().values()) <= lists


@pytest.mark.parametrize("name", sorted(enumerations()))
def test_the_guide_tells_each_code_of_a_list(name):
    guide = (ROOT / "docs" / "dossier-format.md").read_text()
    assert [code for code in enumerations()[name] if f"`{code}`" not in guide] == []


def names_of(of):
    for each in fields(of):
        slot = slots.slot_of(each)
        yield from filter(None, (slot.name, slot.within))
        if isinstance(slot.kind, type):
            yield from names_of(slot.kind)


def test_the_guide_tells_each_element_and_attribute():
    guide = (ROOT / "docs" / "dossier-format.md").read_text()
    assert sorted({name for name in names_of(xml.Dossier) if f"`{name}`" not in guide}) == []


def test_feedback_with_a_code_that_is_newer_than_we_are_is_valid():
    content = (EXAMPLES / "feedback.xml").read_bytes()
    assert problems_of(content.replace(b'code="judgment"', b'code="appeal_lodged"')) == []


def test_feedback_with_the_same_booking_twice_is_refused():
    content = (EXAMPLES / "feedback.xml").read_bytes()
    assert problems_of(content.replace(b'"VG-B-2"', b'"VG-B-1"')) == ["schema"]


MOMENT = b">2025-11-28T10:15:00+01:00<"


def example_with(moment):
    content = (EXAMPLES / "business.xml").read_bytes()
    assert MOMENT in content
    return content.replace(MOMENT, moment)


def test_spaces_around_a_moment_are_read_as_the_schema_reads_them():
    assert xml.read(example_with(b">\n 2025-11-28T10:15:00+01:00 <")) == xml.read(
        example_with(MOMENT)
    )


def test_a_moment_that_nobody_can_reckon_with_is_refused_in_words():
    with pytest.raises(Refused, match="is no XML"):
        xml.read(example_with(b">2025-11-28T24:00:00+01:00<"))
