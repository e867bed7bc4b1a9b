"""What must not be in a dossier is found, and taken out of what people wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dossier import forbidden, parties
from rules.dossier.forbidden import redact, redact_html, scan
from rules.dossier.problems import ERROR, WARNING
from tests_pure import dossier_books as books
from tests_pure import dossier_consumer as consumers
from tests_pure.dossier_parts import NATIONAL_ID, changed

LINKS = [
    "https://books.example/claim/m/17/q2Jr-7xY_a8Z",
    "/claim/i/3/abcdefgh/all",
    "https://books.example/claim/p/9/abcdefgh/pay?x=1",
    "https://books.example/c/7K3M9PX4",
    "https://books.example/c/7K3M-9PX4",
    "https://books.example/my/claims/12",
    "https://books.example/my/invoices/8?access_token=0a1b2c",
    "https://books.example/payment/pay?amount=1&amp;access_token=0a1b2c",
    "access_token=0a1b2c3d",
    "access_token: 0a1b2c3d",
    "https://books.example/r/a8Zk/m/31",
    "https://books.example/web/reset_password?db=x",
    "https://click.example/?u=https%3A%2F%2Fbooks.example%2Fclaim%2Fm%2F17%2Fq2Jr7xYa",
    "https://click.example/?u=https%253A%252F%252Fbooks.example%252Fclaim%252Fm%252F17%252Fq2Jr",
]
HARMLESS = [
    "Invoice 2025-0417 of 18-04-2025, EUR 4,840.00",
    "https://books.example/terms.pdf",
    "NL91ABNA0417164300",
    "RF18 5390 0754 7034",
    "VAT NL800000006B01",
    "phone +31 111222333",
    "phone 0031 111222333",
    "software 19.0.1.0.0 at 12:30:45",
    "c/o J. Meijer, a/c 12345678",
    "the claim/m 17",
    "123456789",
    "1112223334",
    "2025.111222333.1",
    "article 1.2.3 and 300.1.1.1",
    "4111 1111 1111 1112",
    "betalingskenmerk 7111 1111 1111 1111",
]


def codes(text, numbers=ERROR):
    return [each.code for each in scan(text, "text", numbers)]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_may_still_work_is_found_and_taken_out(link):
    text = f"Look at {link} please"
    assert codes(text) == ["link"]
    assert redact(text) in ("Look at [link removed] please", "Look at [link removed]")


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_text_is_left_alone(text):
    assert codes(text) == []
    assert redact(text) == text


@pytest.mark.parametrize("link", LINKS)
def test_what_is_told_of_a_link_does_not_open_it(link):
    (found,) = scan(link, "text")
    secret = ("q2Jr", "abcdefgh", "9PX4", "0a1b2c", "a8Zk")
    assert not any(each in str(found) for each in secret)


@pytest.mark.parametrize(
    "number", ["111222333", "111 222 333", "1112.22.333", "123456782", "111\xa0222\xa0333"]
)
def test_a_number_that_may_be_a_citizens_is_found_and_taken_out(number):
    assert codes(f"number {number}.") == ["national_id"]
    assert redact(f"number {number}.") == "number [number removed]."


def test_such_a_number_is_an_error_where_its_name_stands_before_it():
    assert [each.severity for each in scan(f"BSN: {NATIONAL_ID}", "text", WARNING)] == [ERROR]
    assert [each.severity for each in scan(f"order {NATIONAL_ID}", "text", WARNING)] == [WARNING]


@pytest.mark.parametrize(
    "text", ["BSN: 123456789", "bsn is 123-456-78", "my BSN nr. 1234 56 789", "BSN (12345678)"]
)
def test_what_its_name_stands_before_is_taken_out_even_with_a_mistake_in_it(text):
    assert codes(text, WARNING) == ["national_id"]
    assert not any(each.isdigit() for each in redact(text))


def test_another_number_that_follows_the_name_is_left_alone():
    assert codes("We never ask for your BSN. Order 12345678") == []


@given(st.integers(0, 999_999_999))
def test_the_check_is_the_eleven_test(number):
    digits = f"{number:09d}"
    total = sum(int(digits[place]) * (9 - place) for place in range(8)) - int(digits[8])
    assert forbidden.is_national_id(digits) == (total % 11 == 0 and number > 0)


@pytest.mark.parametrize("digits", ["", "12345678", "1234567820", "000000000", "12345678a"])
def test_other_numbers_are_nobodys(digits):
    assert not forbidden.is_national_id(digits)


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"]
)
def test_a_number_of_a_payment_card_is_found_and_taken_out(number):
    assert codes(f"card {number}") == ["card_number"]
    assert redact(f"card {number}") == "card [number removed]"


@pytest.mark.parametrize("address", ["192.0.2.17", "2001:db8::8a2e:370:7334"])
def test_an_address_on_the_network_is_found_and_taken_out(address):
    assert codes(f"seen from {address} today") == ["ip_address"]
    assert redact(f"seen from {address} today") == "seen from [address removed] today"


def test_the_name_of_a_browser_is_found_and_taken_out():
    text = "with Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0\nnext line"
    assert codes(text) == ["user_agent"]
    assert redact(text) == "with [browser removed]\nnext line"


@pytest.mark.parametrize("text", ["PIN 123 456", "PIN: 123456", "pincode 123456"])
def test_code_and_pin_of_a_page_are_found_and_taken_out(text):
    assert codes(text) == ["page_code"]
    assert codes(redact(text)) == []


def test_html_keeps_its_words_and_loses_what_leads_to_a_page():
    made = redact_html(
        '<p>Dear <b>J.</b> <a href="https://x.example/claim/m/17/q2Jr7xYa?a=1&amp;b=2">pay</a> or '
        '<a href="https://x.example/terms">terms</a><br>/c/7K3M9PX4 now<!-- PIN 123456 --> PIN 123456</p>'
    )
    assert made == (
        '<p>Dear <b>J.</b> <a>pay</a> or <a href="https://x.example/terms">terms</a><br>'
        "[link removed] now PIN [number removed]</p>"
    )


def test_empty_html_stays_empty():
    assert redact_html(" ") == ""


@given(st.text(max_size=200))
def test_what_was_taken_out_leaves_nothing_to_find(text):
    assert codes(redact(text + " " + LINKS[0] + " " + NATIONAL_ID)) == []


def test_of_a_dossier_all_that_people_wrote_is_looked_at_and_numbers_of_records_are_not():
    dossier = changed(books.business(), "events.0.summary", f"BSN {NATIONAL_ID}, see {LINKS[0]}")
    dossier = changed(dossier, "disputes.0.defence", "seen from 192.0.2.17")
    dossier = changed(dossier, "debtors.0.number", NATIONAL_ID)
    found = forbidden.scan_dossier(dossier)
    assert [(each.code, each.where) for each in found] == [
        ("link", "dossier/Event[1]/Summary"),
        ("national_id", "dossier/Event[1]/Summary"),
        ("ip_address", "dossier/Dispute[1]/Defence"),
    ]


def test_of_a_dossier_it_is_taken_out_and_told():
    dossier = changed(books.business(), "events.0.summary", f"BSN {NATIONAL_ID}, see {LINKS[0]}")
    clean, found = forbidden.redact_dossier(dossier)
    assert clean.events[0].summary == "BSN [number removed], see [link removed]"
    assert {each.code for each in found} == {"link", "national_id"}
    assert forbidden.scan_dossier(clean) == []
    assert changed(clean, "events.0.summary", "") == changed(dossier, "events.0.summary", "")


@pytest.mark.parametrize(
    ("scheme", "value", "severity"),
    [("9944", f"NL{NATIONAL_ID}B01", WARNING), ("local", NATIONAL_ID, ERROR)],
)
def test_the_number_of_a_sole_trader_may_be_a_citizens(scheme, value, severity):
    trade = parties.LegalEntity(
        registered_name="Fietsen van Voorbeeld",
        identifiers=(parties.Identifier(scheme=scheme, value=value),),
    )
    dossier = changed(consumers.consumer(), "debtors.0.person.trading_as", trade)
    assert [(each.code, each.severity) for each in forbidden.scan_dossier(dossier)] == [
        ("national_id", severity)
    ]


def test_the_vat_number_of_a_company_is_its_own():
    number = (parties.Identifier(scheme="9944", value=f"NL{NATIONAL_ID}B01"),)
    dossier = changed(books.business(), "debtors.0.entity.identifiers", number)
    assert forbidden.scan_dossier(dossier) == []


def test_an_attribute_without_a_real_name_leads_nowhere_either():
    made = redact_html(
        "<a {}ef='https://a.example/claim/m/7/0123456789abcdef0123456789abcdef'>b</a>"
    )
    assert "claim" not in made
    assert ">b</a>" in made


def test_signs_that_xml_can_not_hold_keep_no_mail_out_of_a_dossier():
    assert redact_html("a\x01b<b>c\x0b</b>") == "ab<b>c</b>"
    assert redact_html("\x01") == ""
    assert redact_html("a&#2;b&#x1F;c&#65;&#1114112;&#xd800") == "abcA"
