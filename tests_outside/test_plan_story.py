"""Payment plans from the first word to the last: a debtor with a phone, a clerk, and the days."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from dev.outside import eventually
from tests_outside.page_site import Clerk, Visitor

PHONE, DESK = {"width": 390, "height": 780}, {"width": 1366, "height": 900}
#: A transfer that somebody books on the invoices of a claim some days from now.
TRANSFER = """
from datetime import timedelta
from odoo import fields
moves = env["account.move"].browse({moves})
day = fields.Date.today() + timedelta(days={days})
env["account.payment.register"].with_context(
    active_model="account.move", active_ids=moves.ids).create({{
        "amount": {amount}, "payment_date": day, "group_payment": True}})._create_payments()
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


def plan(site, claim, what):
    """A column of the debtor's plans, the oldest first."""
    return site.sql(
        f"SELECT {what} FROM dunning_payment_plan WHERE debtor_id = {claim['debtor']} ORDER BY id"
    )


def instalments(site, claim):
    """States of the instalments of the debtor's plan."""
    return site.sql(
        f"""SELECT part.state FROM dunning_payment_installment part
              JOIN dunning_payment_plan plan ON plan.id = part.plan_id
             WHERE plan.debtor_id = {claim["debtor"]} ORDER BY part.number"""
    )


def reminders(site, claim):
    """How many reminders left to the debtor."""
    return int(
        site.sql(
            f"""SELECT count(*) FROM dunning_notice
                 WHERE debtor_id = {claim["debtor"]} AND kind = 'reminder' AND state = 'sent'"""
        )[0]
    )


def subjects(site, claim):
    return [subject for subject, _text in site.mails_to(claim)]


def fill(clerk, name, value):
    """Fill in a field of the dialog, and let the dialog calculate."""
    shown = clerk.page.locator(f".modal div[name='{name}'] button")
    if shown.count():  # a day that is there is a button until one presses it
        shown.first.click()
    field = clerk.field(name)
    field.fill(str(value))
    field.press("Tab")


def test_a_plan_is_paid_online_and_by_bank_missed_lapses_and_reminders_go_on(
    talking, debtor, clerk
):
    site, claim = talking, talking.take("paying in parts")
    sent = reminders(site, claim)
    clerk.open(f"action-payt_dunning.action_dunning_debtor/{claim['debtor']}")
    clerk.page.get_by_role("button", name="Payment Plan…", exact=True).click()
    clerk.page.wait_for_selector(".modal div[name='row_ids'] tr.o_data_row")
    fill(clerk, "count", 3)
    fill(clerk, "date_first", f"{date.today() + timedelta(days=2):%m/%d/%Y}")
    expect(clerk.page.locator(".modal div[name='row_ids'] tr.o_data_row")).to_have_count(3)
    expect(clerk.page.locator(".modal div[name='row_ids']")).to_contain_text("100.00")
    clerk.press("action_apply")
    eventually(lambda: plan(site, claim, "state") == ["running"], 60, "the plan")
    due = [date.fromisoformat(day) for day in dates(site, claim)]
    third = (due[2] - date.today()).days

    site.run_day()
    subject, text = site.mails_to(claim)[-1]
    assert subject.startswith("Your payment plan for ")
    assert "100.00" in text
    link = re.search(r"/claim/p/\d+/[0-9a-f]{32}", text).group()
    debtor.open(link)
    debtor.press("Pay the instalment of 100.00 €")
    debtor.reads("Instalment 1 of 3")
    debtor.pay_online({"path": link})
    debtor.reads("Thank you. We have received your payment of 100.00 €.")
    debtor.reads("1 of 3 instalments")

    site.run(TRANSFER.format(moves=claim["moves"], days=(due[1] - date.today()).days, amount=100))
    site.run_day((due[1] - date.today()).days + 1)
    assert instalments(site, claim) == ["paid", "paid", "coming"]

    site.run_day(third - 3)
    assert subjects(site, claim)[-1].startswith("Coming up: your instalment of 100.00")
    site.run_day(third)
    assert subjects(site, claim)[-1].startswith("Today: your instalment of 100.00")
    site.run_day(third + 4)
    assert subjects(site, claim)[-1].startswith("We have not received your instalment of 100.00")
    assert plan(site, claim, "health") == ["late"]
    site.run_day(third + 11)
    assert plan(site, claim, "state") == ["running"], "the days of grace"
    assert reminders(site, claim) == sent, "nothing is reminded of while the plan runs"
    site.run_day(third + 12)
    assert plan(site, claim, "state") == ["lapsed"]
    assert subjects(site, claim)[-1].startswith("Our payment plan for ")
    assert reminders(site, claim) == sent, "never on the same day"
    site.run_day(third + 13)
    assert reminders(site, claim) == sent + 1
    assert "100.00" in site.mails_to(claim)[-1][1], "what is left of it is reminded of"
    debtor.open(link)
    debtor.reads("Our payment plan ended on")
    debtor.reads("100.00 €")
    assert len(subjects(site, claim)) == len(set(subjects(site, claim))), "nothing is told twice"


def dates(site, claim):
    return site.sql(
        f"""SELECT part.date FROM dunning_payment_installment part
              JOIN dunning_payment_plan plan ON plan.id = part.plan_id
             WHERE plan.debtor_id = {claim["debtor"]} ORDER BY part.number"""
    )


def test_a_proposal_gets_a_counter_offer_which_is_accepted_and_paid(talking, debtor, clerk):
    site, claim = talking, talking.take("paying in parts")
    debtor.open(claim, "/parts")
    debtor.page.get_by_text("So much each time").click()
    form = debtor.page.locator("form", has=debtor.page.locator("input[value='amount'][name='way']"))
    form.get_by_label("I can pay each time").fill("10")
    form.get_by_role("button", name="Show how it works out").click()
    debtor.press("Send my proposal", "button")
    debtor.reads("Your proposal to pay in parts")

    (number,) = plan(site, claim, "id")
    clerk.open(f"action-payt_dunning.action_dunning_payment_plan/{number}")
    clerk.page.get_by_role("button", name="Counter-Offer…").click()
    clerk.page.wait_for_selector(".modal div[name='row_ids'] tr.o_data_row")
    clerk.page.locator(".modal").get_by_label("So Many Instalments").check()
    fill(clerk, "count", 5)
    fill(clerk, "date_first", f"{date.today() + timedelta(days=20):%m/%d/%Y}")
    expect(clerk.page.locator(".modal div[name='row_ids'] tr.o_data_row")).to_have_count(5)
    clerk.press("action_apply")
    eventually(
        lambda: plan(site, claim, "state") == ["withdrawn", "offered"], 60, "the counter-offer"
    )

    site.run_day()
    subject, text = site.mails_to(claim)[-1]
    assert subject.endswith("in parts?")
    assert "75.00" in text, "a business pays a quarter first"
    assert text.count("56.25") == 4
    link = re.search(r"/claim/p/\d+/[0-9a-f]{32}", text).group()
    debtor.open(link)
    debtor.press("I agree", "button")
    debtor.reads("Thank you, we agreed")
    assert plan(site, claim, "state") == ["withdrawn", "running"]

    debtor.page.get_by_role("link", name="Pay the rest at once").click()
    debtor.pay_online({"path": link})
    debtor.reads("Thank you. We have received your payment of 300.00 €.")
    site.run_day()
    assert plan(site, claim, "state") == ["withdrawn", "completed"]
    assert subjects(site, claim)[-1] == "All paid: thank you"
    assert site.ledger(claim).open == ["0.00"]
    debtor.open(link)
    debtor.reads("All of it is paid. Thank you for keeping to our agreement.")
