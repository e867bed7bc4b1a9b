"""A debtor with a phone and a clerk at a desk, each with a browser of their own."""

import re

import pytest
from playwright.sync_api import expect

from tests_outside.page_site import Clerk, Visitor

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1366, "height": 800}


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
    asked = debtor.page.locator("form[action$='/ask']")
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
