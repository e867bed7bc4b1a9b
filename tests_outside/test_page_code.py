"""People who hold a letter type its code on a phone; others try many at the same moment."""

import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests_outside.page_site import Visitor


@pytest.fixture
def phone(site, browser):
    """Somebody with a small phone, and a browser that never was here."""
    site.forget_tries()
    context = browser.new_context(
        viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True
    )
    yield Visitor(context.new_page(), site)
    context.close()
    site.forget_tries()


def test_a_typo_is_mended_and_then_the_claim_is_shown(phone, site):
    claim = site.take("holding a letter")
    page, code = phone.page, claim["code"]
    assert phone.open("/c") == 200
    typo = code[:-1] + ("K" if code[-1] != "K" else "W")
    page.get_by_label("Code", exact=True).fill(f"{typo[:4]} {typo[4:]}".lower())
    page.get_by_label("PIN", exact=True).fill(claim["pin"])
    page.get_by_role("button", name="Show me what it is about").tap()
    phone.reads("don't belong together")
    assert page.evaluate("document.activeElement.id") == "problem"
    # What was typed is still there, but for the PIN; the message leads to the field.
    page.get_by_role("link", name="Change the code").tap()
    assert page.evaluate("document.activeElement.id") == "code"
    assert page.get_by_label("Code", exact=True).input_value() == f"{typo[:4]} {typo[4:]}"
    assert page.get_by_label("PIN", exact=True).input_value() == ""
    page.get_by_label("Code", exact=True).fill(code.lower())
    page.get_by_label("PIN", exact=True).fill(claim["pin"])
    page.get_by_label("PIN", exact=True).press("Enter")
    page.wait_for_url(f"**{claim['path']}")
    phone.reads("300.30")


def test_the_code_alone_says_whose_letter_it_is(phone, site):
    claim = site.peek("holding a letter")
    phone.open(f"/c/{claim['code']}")
    phone.page.get_by_role("button", name="Is this really from us?").tap()
    phone.reads("Yes. Molen & Zonen B.V. sent you an e-mail on")
    phone.reads("NL91 ABNA 0417 1643 00")
    assert claim["name"] not in phone.page.content()


def test_it_works_without_a_script_and_without_cookies(site):
    claim = site.peek("holding a letter")
    site.forget_tries()
    status, address = send(site, claim["code"], claim["pin"])
    assert status == 200
    assert address.endswith(claim["path"])


@pytest.mark.parametrize("code", [None, "KXWR7TCP"], ids=["known", "unknown"])
def test_tries_at_the_same_moment_all_count(site, code):
    claim = site.peek("holding a letter")
    site.forget_tries()
    wrong = claim["pin"][:-1] + ("1" if claim["pin"][-1] != "1" else "2")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _n: send(site, code or claim["code"], wrong)[0], range(18)))
    assert Counter(answers) == {403: 5, 429: 13}
    assert site.sql("SELECT max(tries), max(lock_outs) FROM dunning_page_try") == ["18|1"]
    site.forget_tries()


def send(site, code, pin):
    """The status of the answer to a form, and the address that it led to."""
    data = urllib.parse.urlencode({"code": code, "pin": pin}).encode()
    try:
        with urllib.request.urlopen(f"{site.url}/c", data=data, timeout=60) as answer:
            return answer.status, answer.url
    except urllib.error.HTTPError as refused:
        return refused.code, ""
