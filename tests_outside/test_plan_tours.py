"""A debtor with a phone who pays in parts: an offer, a proposal, an instalment, another day."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests_outside.page_site import Visitor

PHONE = {"width": 390, "height": 780}
#: An offer of three instalments, the first of them in some days.
OFFER = """
from datetime import timedelta
from decimal import Decimal
from odoo.addons.payt_dunning.rules.instalments import by_count, due_dates
items = env["dunning.item"].sudo().browse({items})
day = env["dunning.message"]._today(items.company_id) + timedelta(days=20)
total = sum(Decimal(str(item.amount_open)) for item in items)
env["dunning.payment.plan"].sudo()._offer(
    items, by_count(total, 3, due_dates(day, 3), Decimal("0.01")))
"""


@pytest.fixture
def debtor(talking, browser):
    """Return somebody with a phone."""
    context = browser.new_context(viewport=PHONE, locale="en-US")
    yield Visitor(context.new_page(), talking)
    context.close()


def fits(debtor):
    """Check that nothing is wider than the phone."""
    assert debtor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def state(site, claim):
    """The states of a debtor's plans."""
    return site.sql(
        f"SELECT state FROM dunning_payment_plan WHERE debtor_id = {claim['debtor']} ORDER BY id"
    )


def test_an_offer_is_accepted_and_the_first_instalment_paid_and_the_next_moved(talking, debtor):
    site, claim = talking, talking.take("offered parts")
    site.run(OFFER.format(items=claim["items"]))
    debtor.open(claim)
    debtor.reads("Pay in parts: our offer")
    fits(debtor)
    debtor.press("I agree", "button")
    debtor.reads("Thank you, we agreed")
    debtor.reads("0 of 3 instalments")
    assert state(site, claim) == ["running"]
    fits(debtor)

    debtor.press("Pay the instalment of 100.00 €")
    debtor.reads("Instalment 1 of 3")
    debtor.pay_online(claim)
    debtor.reads("Thank you. We have received your payment of 100.00 €.")
    debtor.reads("1 of 3 instalments")
    debtor.reads("Paid on")
    assert site.ledger(claim).open == ["200.00"]

    debtor.page.get_by_text("Move an instalment").click()
    form = debtor.page.locator("form[action$='/plan/move']")
    first = date.fromisoformat(form.get_by_label("I would like to pay it on").get_attribute("min"))
    form.get_by_label("I would like to pay it on").fill(f"{first + timedelta(days=5)}")
    form.get_by_role("button", name="Move it to this day").click()
    debtor.reads("It is moved.")
    debtor.reads("moved from")


def test_one_of_the_choices_is_agreed_to_at_once(talking, debtor):
    site, claim = talking, talking.take("parts")
    debtor.open(claim)
    debtor.press("Pay in parts")
    debtor.reads("You need not call")
    fits(debtor)
    debtor.page.get_by_role("radio", name="3 parts of 100.00 €").check()
    debtor.press("Agree to pay like this", "button")
    debtor.reads("Thank you, we agreed")
    assert state(site, claim) == ["running"]


def test_a_proposal_beyond_the_bounds_says_who_answers_when(talking, debtor):
    site, claim = talking, talking.take("parts")
    debtor.open(claim, "/parts")
    debtor.page.get_by_text("So much each time").click()
    form = debtor.page.locator("form", has=debtor.page.locator("input[value='amount'][name='way']"))
    form.get_by_label("I can pay each time").fill("10")
    form.get_by_role("button", name="Show how it works out").click()
    debtor.reads("This is how you would pay")
    debtor.reads("One of us looks at it and answers you by")
    fits(debtor)
    debtor.press("Send my proposal", "button")
    debtor.reads("Your proposal to pay in parts")
    debtor.reads("One of us looks at it and answers you by")
    expect(debtor.page.get_by_role("button", name="Take my proposal back")).to_be_visible()
    assert state(site, claim) == ["proposed"]
