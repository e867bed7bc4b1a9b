"""Every debtor's page, in every state and language, can be used by everybody.

axe-core looks at the pages as a phone shows them, with everything opened; what it can't
judge (focus, order, words) is in ``test_page_tours.py`` and with people.
"""

from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
import pytest

from tests_outside.page_site import OPEN_ALL, UNKNOWN, Visitor

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LANGUAGES = ("en_US", "nl_NL", "de_DE")
#: Each state of a page: the kind of claim, what follows its address, and the answer's status.
STATES = {
    "open": ("five", "?", 200),
    "one invoice chosen": ("five", "?i={move}", 200),
    "several pages": ("many", "?page=2", 200),
    "with costs": ("costs", "?", 200),
    "paid": ("paid", "?", 200),
    "on hold": ("held", "?", 200),
    "payment under way": ("under way", "?", 200),
    "replaced": ("replaced", "?", 410),
    "unknown": (UNKNOWN, "?", 404),
    "settled over a year": ("settled", "?", 200),
    "empty": ("empty", "?", 200),
    "message": ("five", "/message?", 200),
    "asking for a code": ("five", "/proof?", 200),
    "pay all": ("five", "/pay?c={currency}", 200),
    "pay a part": ("five", "/pay?c={currency}&k=r{item}&amount=12.00&chose=1", 200),
    "pay costs": ("costs", "/pay?c={currency}", 200),
    "nothing ticked": ("five", "/pay?c={currency}&chose=1", 409),
    "in a plan": ("in a plan", "?", 200),
    "pay an instalment": ("in a plan", "/pay?n=1", 200),
    "pay in parts": ("parts", "/parts?", 200),
    "typing a code": ("/c", "?", 200),
    "a code filled in": ("/c/KXWR7TCP", "?", 200),
}
SMALLEST = 320
#: Forms that are refused when nothing is filled in, by the end of their address.
FORMS = ("ask", "dispute", "promise", "paid", "reason", "parts/ask")


@pytest.fixture(scope="module")
def visit(site, browser):
    """Return a visitor with a phone, whose browser lets axe in past the pages' own policy."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    yield Visitor(context.new_page(), site)
    context.close()


def address(site, state):
    """Return the address of a page in one state, without the language, and its status."""
    kind, suffix, status = STATES[state]
    if kind.startswith("/"):
        return kind + suffix, status
    claim = site.peek(kind)
    filled = suffix.format(
        move=claim["moves"][0], item=claim["items"][0], currency=claim["currency"]
    )
    return claim["path"] + filled, status


def show(visit, path, status):
    """Open a page, wait until it has settled, and open all that can be opened in it."""
    assert visit.open(path) == status
    if "/pay?" in path and status == 200:
        visit.page.wait_for_selector("button[name=o_payment_submit_button]:enabled")
    visit.page.evaluate(OPEN_ALL)


def faults(page):
    """Return what axe finds wrong on a page: rule, place and reason."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(document, options)", options)
    assert result["passes"], "axe looked at nothing"
    return [
        f"{rule['id']} {node['target']}: {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_wrong(visit, site, state):
    path, status = address(site, state)
    for lang in LANGUAGES:
        show(visit, f"{path}&lang={lang}", status)
        said = visit.page.locator("html").get_attribute("lang")
        assert said == lang.replace("_", "-")
        assert faults(visit.page) == [], f"{state} in {lang}"


def test_axe_finds_nothing_wrong_after_a_payment_was_cancelled(visit, site):
    claim = site.take("one")
    visit.open(claim, "/pay?")
    visit.pay_online(claim, "cancel")
    for lang in LANGUAGES:
        show(visit, f"{claim['path']}?lang={lang}", 200)
        assert visit.page.locator(".box.bad").is_visible()
        assert faults(visit.page) == [], f"cancelled in {lang}"


#: The buttons of the form for a code.
OPEN, CHECK = "form button:not([formaction])", "form button[formaction]"
#: What comes of it: what is typed and pressed, and the box that says it.
CODES = {
    "a wrong PIN": ("KXWR 7TCP", "123456", OPEN, "#problem"),
    "no PIN": ("KXWR 7TCP", "", OPEN, "#problem"),
    "unknown": ("KXWR 7TCP", "", CHECK, "#problem"),
    "ours": (None, "", CHECK, "#answer"),
}


@pytest.mark.parametrize("case", CODES)
def test_axe_finds_nothing_wrong_after_a_code_was_typed(visit, site, case):
    code, pin, button, box = CODES[case]
    page = visit.page
    for lang in LANGUAGES:
        for width in (360, SMALLEST):
            page.set_viewport_size({"width": width, "height": 740})
            visit.open(f"/c?lang={lang}")
            site.forget_tries()
            page.fill("#code", code or site.peek("holding a letter")["code"])
            page.fill("#pin", pin)
            page.evaluate("document.querySelector('form').noValidate = true")
            page.click(button)
            page.wait_for_load_state()
            assert page.locator(box).is_visible(), f"{case} in {lang}"
            assert page.evaluate("document.activeElement.id") == box[1:], f"{case} in {lang}"
            page.evaluate(OPEN_ALL)
            assert faults(page) == [], f"{case} in {lang}"
            assert sideways(page) <= width, f"{case} in {lang} at {width}"
    page.set_viewport_size({"width": 360, "height": 740})
    site.forget_tries()


@contextmanager
def my_account(site, browser, login):
    """A visitor with a phone who is logged in."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    visit = Visitor(context.new_page(), site)
    visit.open("/web/login")
    visit.page.fill("#login", login)
    visit.page.fill("#password", f"{login}.{login}")
    visit.page.click(".oe_login_form button[type=submit]")
    visit.page.wait_for_url("**/my")
    yield visit
    context.close()


def test_axe_finds_nothing_wrong_with_everything_open_in_my_account(site, browser):
    claim = site.peek("many")
    with my_account(site, browser, "portal") as visit:
        for lang in LANGUAGES:
            show(visit, f"/my/claims/{claim['debtor']}?lang={lang}", 200)
            assert faults(visit.page) == [], f"everything in {lang}"


def test_axe_finds_nothing_wrong_with_a_thread_what_was_agreed_and_a_contact_form(site, browser):
    claim = site.peek("agreed")
    with my_account(site, browser, "agreed") as visit:
        for lang in LANGUAGES:
            for width in (360, SMALLEST):
                visit.page.set_viewport_size({"width": width, "height": 740})
                show(visit, f"/my/claims/{claim['debtor']}?lang={lang}", 200)
                assert sideways(visit.page) <= width, f"{lang} at {width}"
            assert visit.page.locator(".thread a[href*='/file/']").count() == 1
            assert visit.page.locator(".agreed button").is_visible()
            assert visit.page.locator("form[action$='/contact']").is_visible()
            assert faults(visit.page) == [], f"a dialogue in {lang}"
        visit.page.fill("#contact-email", "nobody")
        refused(visit, "contact", "everything")


@pytest.mark.parametrize("form", FORMS)
def test_axe_finds_nothing_wrong_after_a_form_was_refused(visit, site, form):
    claim = site.peek("refused")
    for lang in LANGUAGES:
        show(visit, f"{claim['path']}?lang={lang}", 200)
        refused(visit, form, f"{form} in {lang}")


def refused(visit, form, where):
    """Send a form with nothing in it, and look at the page that says what is wrong."""
    page, sent = visit.page, visit.page.locator(f"form[action$='/{form}']").last
    with page.expect_navigation():
        sent.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    problem = page.locator("#problem")
    assert problem.is_visible(), where
    assert page.evaluate("document.activeElement.id") == "problem", where
    sent = page.locator(f"form[action$='/{form}'][aria-describedby='problem']")
    assert sent.is_visible(), f"{where}: the form is open"
    page.evaluate(OPEN_ALL)
    assert faults(page) == [], where
    assert sideways(page) <= page.viewport_size["width"], where


def sideways(page):
    """How wide a page is with all that stands in it."""
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("kind", ["five", "many", "costs", "refused"])
def test_no_id_is_there_twice_and_every_label_has_its_field(visit, site, kind):
    show(visit, f"{site.peek(kind)['path']}?lang=nl_NL", 200)
    wrong = visit.page.evaluate(
        """() => {
            const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
            const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
            const labels = [...document.querySelectorAll("label")].filter((each) => !each.control);
            return [...twice, ...labels.map((each) => each.textContent)];
        }"""
    )
    assert wrong == []


def test_axe_does_find_what_is_wrong(visit, site):
    show(visit, address(site, "open")[0], 200)
    visit.page.evaluate("document.querySelector('input[name=amount]').removeAttribute('id')")
    visit.page.evaluate("document.querySelector('.for').style.color = '#bbb'")
    found = " ".join(faults(visit.page))
    assert "color-contrast" in found
    assert "label" in found


def test_no_page_scrolls_sideways_on_the_smallest_phone(visit, site):
    visit.page.set_viewport_size({"width": SMALLEST, "height": 568})
    wide = {}
    for state in STATES:
        path, status = address(site, state)
        show(visit, f"{path}&lang=de_DE", status)
        wide[state] = visit.page.evaluate("document.documentElement.scrollWidth")
    visit.page.set_viewport_size({"width": 360, "height": 740})
    assert {state: width for state, width in wide.items() if width > SMALLEST} == {}
