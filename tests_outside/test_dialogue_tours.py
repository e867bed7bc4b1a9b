"""A debtor with a phone and a clerk at a desk, each with a browser of their own."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from dev.outside import eventually
from tests_outside.page_site import Clerk, Visitor

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1366, "height": 800}
#: A receipt on the bank that nobody matched.
RECEIPT = """
from odoo import fields
journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
env["account.bank.statement.line"].create({{
    "journal_id": journal.id, "date": fields.Date.today(), "amount": {amount},
    "payment_ref": "{text}"}})
"""


@pytest.fixture
def debtor(talking, browser):
    """Return somebody with a phone."""
    context = browser.new_context(viewport=PHONE, locale="en-US")
    yield Visitor(context.new_page(), talking)
    context.close()


@pytest.fixture(scope="module")
def clerk(talking, browser):
    """Return a collector who is logged in."""
    context = browser.new_context(viewport=DESK, locale="en-US")
    yield Clerk(context.new_page(), talking)
    context.close()


def says(visitor, text):
    """Check that the page says this somewhere, opened or not."""
    expect(visitor.page.locator("main")).to_contain_text(text)


def test_who_asks_on_the_phone_reads_the_answer_there_and_by_mail(talking, debtor, clerk):
    site = talking
    claim = site.take("asking")
    debtor.open(claim)
    asked = debtor.page.locator("form[action$='/ask']:not([action$='/parts/ask'])")
    asked.get_by_label(claim["names"][1]).check()
    asked.get_by_label("Your message").fill("Which order was this?\nWe can't find it.")
    asked.get_by_role("button", name="Send my message").click()
    debtor.reads("we have your message")
    debtor.reads("Which order was this?")
    says(debtor, "You wrote to us, and we answer first.")

    clerk.open("dunning-unanswered")
    row = clerk.row(claim["name"])
    expect(row).to_contain_text(claim["names"][1])
    expect(row).to_contain_text("Which order was this?")
    row.locator("button[name='action_answer']").click()
    clerk.field("body").fill("It was order 17 of May.")
    clerk.press("action_apply")
    clerk.done()
    expect(clerk.row(claim["name"])).to_have_count(0)

    debtor.open(claim)
    debtor.reads("It was order 17 of May.")
    debtor.reads("Carla Clerk")
    site.run_day()
    subject, text = site.mails_to(claim)[-1]
    assert subject == f"Answer to your message about {claim['names'][1]}"
    assert "It was order 17 of May." in text
    link = re.search(r"/claim/m/\d+/[0-9a-f]{32}", text).group()
    stranger = debtor.page.context.browser.new_context(viewport=PHONE, locale="en-US")
    other = Visitor(stranger.new_page(), site)
    other.open(link)
    says(other, claim["names"][1])
    expect(other.page.locator("main")).not_to_contain_text("It was order 17 of May.")
    stranger.close()


def test_a_part_is_disputed_the_rest_is_paid_and_the_outcome_told_and_credited(
    talking, debtor, clerk
):
    site, claim = talking, talking.take("disputing")
    debtor.open(claim)
    debtor.page.get_by_text("I don't agree with it").click()
    form = debtor.page.locator("form[action$='/dispute']")
    form.get_by_label("What is not right?").select_option(index=1)
    form.get_by_label("An amount").check()
    form.get_by_label("The amount that you don't agree with").fill("50")
    form.get_by_label("What happened?").fill("One of four came broken.")
    form.get_by_role("button", name="Send this to us").click()
    says(debtor, "In dispute")
    debtor.reads("150.00 €")

    # The rest is reminded of; what is disputed is taken off.
    site.run_day(8)
    _subject, reminder = site.mails_to(claim)[-1]
    assert "In dispute" in reminder
    assert "150.00" in reminder

    clerk.open("dunning-disputes")
    clerk.row(claim["name"]).get_by_role("button", name="Decide…").click()
    clerk.page.locator(".modal").get_by_label("The debtor is right: accept all of it").check()
    clerk.field("outcome").fill("You are right, we credit one of the four.")
    clerk.press("action_apply")
    # The credit note is there as a draft; posting it settles the disputed part.
    expect(clerk.page.locator(".o_form_view")).to_contain_text("Credit Note")
    clerk.page.locator("button[name='action_post']").first.click()
    eventually(lambda: site.ledger(claim).open == ["150.00"], 30, "the credit note")

    site.run_day()
    debtor.open(claim)
    says(debtor, "You are right, we credit one of the four.")
    assert any("You are right" in text for _subject, text in site.mails_to(claim))
    debtor.press("Pay 150.00 €")
    debtor.pay_online(claim)
    debtor.reads("Thank you. We have received your payment of 150.00 €.")
    assert site.ledger(claim).open == ["0.00"]


def test_what_is_said_to_be_paid_is_found_among_the_receipts(talking, debtor, clerk):
    site, claim = talking, talking.take("paid before")
    site.run(RECEIPT.format(amount="151.70", text="thank you for the cake"))
    debtor.open(claim)
    debtor.page.get_by_text("I have paid already").click()
    form = debtor.page.locator("form[action$='/paid']")
    form.get_by_label("I paid on").fill(f"{date.today() - timedelta(days=1)}")
    form.get_by_role("button", name="Tell us that I paid").click()
    says(debtor, "we are looking for it")

    clerk.open("dunning-says-paid")
    clerk.row(claim["name"]).locator("td").nth(1).click()
    candidate = clerk.page.locator("div[name='candidate_ids'] tr.o_data_row").first
    expect(candidate).to_contain_text("thank you for the cake")
    candidate.locator("button[name='action_take']").click()
    eventually(lambda: site.ledger(claim).open == ["0.00"], 30, "matching it")

    site.run_day()
    debtor.open(claim)
    debtor.reads("All paid")
    assert any("151.70" in text for _subject, text in site.mails_to(claim))


def promise(debtor, claim, days):
    """Promise on the page to pay in so many days."""
    debtor.open(claim)
    debtor.page.get_by_text("I will pay later").click()
    form = debtor.page.locator("form[action$='/promise']")
    form.get_by_label("I pay by").fill(f"{date.today() + timedelta(days=days)}")
    form.get_by_role("button", name="Tell us when I pay").click()
    says(debtor, "You said")


def test_a_promise_that_is_kept_is_seen_in_the_ledger(talking, debtor, clerk):
    site, claim = talking, talking.take("promising")
    promise(debtor, claim, 3)
    debtor.press("Pay 90.00 €")
    debtor.pay_online(claim)
    debtor.reads("Thank you. We have received your payment of 90.00 €.")
    site.run_day()
    state = f"SELECT state FROM dunning_promise WHERE debtor_id = {claim['debtor']}"
    assert site.sql(state) == ["kept"]


def test_a_promise_that_is_broken_is_told_and_follow_up_goes_on(talking, debtor, clerk):
    site, claim = talking, talking.take("promising")
    promise(debtor, claim, 3)
    site.run_day(4)
    state = f"SELECT state FROM dunning_promise WHERE debtor_id = {claim['debtor']}"
    assert site.sql(state) == ["open"], "some days of grace"
    site.run_day(7)
    assert site.sql(state) == ["broken"]
    assert any("not received" in text for _subject, text in site.mails_to(claim))
    held = f"SELECT DISTINCT reason FROM dunning_item WHERE debtor_id = {claim['debtor']}"
    site.run_day(8)
    assert site.sql(held) != ["hold"]


def test_a_call_is_kept_and_confirmed_and_both_read_it_again(talking, debtor, clerk):
    site, claim = talking, talking.take("called")
    clerk.open(f"action-payt_dunning.action_dunning_debtor/{claim['debtor']}")
    clerk.page.get_by_role("button", name="Log Call").first.click()
    clerk.page.locator(".modal").get_by_label("Says when it will be paid").check()
    clerk.field("contact_name").fill("Bea Baker")
    clerk.field("date_until").fill(f"{date.today() + timedelta(days=4):%m/%d/%Y}")
    clerk.field("note").fill("Sounds tired, SECRET")
    expect(clerk.page.locator(".modal")).to_contain_text("Bea Baker")
    clerk.press("action_apply")
    clerk.done()

    site.run_day()
    subject, text = site.mails_to(claim)[-1]
    assert "Bea Baker" in text
    assert "61.00" in text
    assert "SECRET" not in text
    debtor.open(claim)
    says(debtor, "You said")
    link = re.search(r"/claim/m/\d+/[0-9a-f]{32}", text).group()
    debtor.open(f"{link}/message")
    says(debtor, "Bea Baker")
    expect(debtor.page.locator("main")).not_to_contain_text("SECRET")


#: The company tells who handles a debtor that it is on its page; this debtor is the clerk's.
TELL = """
env.company.dunning_presence = True
env["dunning.debtor"].browse({debtor}).handler_id = env["res.users"].search(
    [("login", "=", "clerk")])
"""
HEARD = ".o_notification:has-text('is on its page now')"


def test_the_handler_hears_in_another_browser_that_the_debtor_is_on_its_page(
    talking, debtor, clerk
):
    site, claim = talking, talking.take("looking")
    site.run(TELL.format(debtor=claim["debtor"]))
    clerk.open("dunning-disputes")
    second = clerk.page.context.new_page()
    second.goto(f"{site.url}/odoo/dunning-unanswered")
    second.wait_for_selector(".o_list_view")
    tabs = (clerk.page, second)
    debtor.open(claim)
    says(debtor, "Our staff can see that you have this page open.")

    def told():
        return [tab for tab in tabs for _one in tab.query_selector_all(HEARD)]

    second.wait_for_timeout(5000)
    assert not told(), "opening the page is not using it"
    debtor.page.mouse.wheel(0, 200)
    eventually(lambda: told(), 30, "the handler to be told")
    second.wait_for_timeout(2000)
    (tab,) = told()
    notice = tab.locator(HEARD)
    expect(notice).to_contain_text("77.00")
    notice.get_by_role("button", name="Open").click()
    expect(tab.locator(".o_form_view")).to_contain_text("has its page open now")
    second.close()
    count = "SELECT count(*) FROM {} WHERE {} = " + str(claim["debtor"])
    assert site.sql(count.format("dunning_page_visit", "debtor_id")) == ["1"]
    about = "res_model = 'dunning.debtor' AND res_id"
    assert site.sql(count.format("mail_activity", about)) == ["0"]
