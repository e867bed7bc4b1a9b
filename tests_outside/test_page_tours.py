"""Debtors pay on their page in a real browser, and the books agree to the cent."""

import pytest

from tests_outside.page_site import Ledger, Visitor

SIZES = {"desktop": (1280, 800), "phone": (360, 740)}
DONE = "posted|done"
NOT_THROUGH = "The payment did not go through. No money was taken and nothing has changed"
#: The element that has the focus: what it says, and how one sees that it has it.
FOCUS = """() => {
    const here = document.activeElement, style = getComputedStyle(here);
    const box = here.getBoundingClientRect();
    const names = [...(here.labels ?? [])].map(each => each.innerText);
    return {
        words: [here.innerText, ...names].join(" ").replace(/\\s+/g, " ").trim(),
        id: here.id,
        seen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
            && box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
        html: here.outerHTML.slice(0, 200),
    };
}"""


def visitor(site, browser, size, **options):
    """Return a visitor with a fresh browser context, in a window of this size."""
    width, height = size
    viewport = {"width": width, "height": height}
    context = browser.new_context(viewport=viewport, locale="en-US", **options)
    return Visitor(context.new_page(), site)


@pytest.fixture(params=SIZES)
def visit(request, site, browser):
    """Return a visitor, at a desk and with a phone."""
    someone = visitor(site, browser, SIZES[request.param])
    yield someone
    someone.page.context.close()


# -- paying ------------------------------------------------------------------------------------


def test_who_pays_all_owes_nothing_and_is_thanked(visit, site):
    claim = site.take("five")
    visit.open(claim)
    visit.press("Pay 436.00 €")
    visit.pay_online(claim)

    visit.reads("Thank you. We have received your payment of 436.00 €.")
    visit.reads("All paid")
    assert site.ledger(claim) == Ledger(["0.00"] * 5, [f"436.00|{DONE}"], "0.00")


def test_who_chooses_two_of_five_pays_those_and_no_other(visit, site):
    claim = site.take("five")
    visit.open(claim)
    visit.choose(claim, 1, 3)
    visit.press("Pay what I ticked", "button")
    visit.reads("Pay 275.20 €")
    visit.pay_online(claim)

    visit.reads("Thank you. We have received your payment of 275.20 €.")
    visit.reads("160.80 €")
    assert site.ledger(claim) == Ledger(
        ["100.10", "0.00", "50.05", "0.00", "10.65"], [f"275.20|{DONE}"], "160.80"
    )


def test_who_pays_a_part_has_the_rest_open(visit, site):
    claim = site.take("five")
    visit.open(claim)
    visit.choose(claim, 3, 4)
    visit.page.get_by_label("Pay a part of it").fill("80.00")
    visit.press("Pay what I ticked", "button")
    visit.reads("This is a part of 85.65 €. The rest stays open.")
    visit.pay_online(claim)

    visit.reads("Thank you. We have received your payment of 80.00 €.")
    assert site.ledger(claim) == Ledger(
        ["100.10", "200.20", "50.05", "0.00", "5.65"], [f"80.00|{DONE}"], "356.00"
    )


def test_who_pays_with_costs_has_them_booked_and_paid(visit, site):
    claim = site.take("costs")
    assert site.ledger(claim) == Ledger(["250.00"], [], "250.00", ["claimed|40.00||"])
    visit.open(claim)
    visit.press("Pay 290.00 €")
    visit.reads("Collection Costs")
    visit.pay_online(claim)

    visit.reads("Thank you. We have received your payment of 290.00 €.")
    assert site.ledger(claim) == Ledger(
        ["0.00"], [f"290.00|{DONE}"], "0.00", ["paid|40.00|40.00|0.00"]
    )


def test_who_cancels_at_the_provider_finds_all_as_before_and_can_pay_after_all(visit, site):
    claim = site.take("one")
    before = site.ledger(claim)
    assert before == Ledger(["80.40"], [], "80.40")
    visit.open(claim)
    visit.press("Pay 80.40 €")
    visit.pay_online(claim, "cancel")

    visit.reads(NOT_THROUGH)
    assert site.ledger(claim) == before
    visit.press("Pay 80.40 €")
    visit.pay_online(claim)
    visit.reads("Thank you. We have received your payment of 80.40 €.")
    assert site.ledger(claim) == Ledger(["0.00"], [f"80.40|{DONE}"], "0.00")


# -- without a mouse, without scripts --------------------------------------------------------------


def tab_to(page, words="", element="", limit=60):
    """Go on with Tab to what has these words; at each stop one sees where one is."""
    for _stop in range(limit):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        assert here["seen"], f"one does not see the focus on {here['html']}"
        if (element and here["id"] == element) or (words and words in here["words"]):
            return
    raise AssertionError(f"Tab does not lead to {words or element}")


def test_with_the_keyboard_alone_one_gets_from_the_claim_to_a_paid_invoice(site, browser):
    claim, someone = site.take("five"), visitor(site, browser, SIZES["desktop"])
    someone.open(claim)
    page = someone.page
    tab_to(page, "To the content")
    page.keyboard.press("Enter")
    tab_to(page, "Choose what to pay")
    page.keyboard.press("Enter")
    for name in claim["names"][1:]:
        tab_to(page, f"{name} due")
        page.keyboard.press("Space")
    tab_to(page, "Pay what I ticked")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[name=o_payment_submit_button]:enabled")
    tab_to(page, element="simulated_payment_state")
    tab_to(page, "Pay")
    page.keyboard.press("Space")
    page.wait_for_url(f"**{claim['path']}")

    someone.reads("Thank you. We have received your payment of 100.10 €.")
    page.context.close()
    assert site.ledger(claim) == Ledger(
        ["0.00", "200.20", "50.05", "75.00", "10.65"], [f"100.10|{DONE}"], "335.90"
    )


def test_without_scripts_one_sees_the_claim_chooses_and_gets_what_a_transfer_needs(site, browser):
    claim = site.take("five")
    someone = visitor(site, browser, SIZES["phone"], java_script_enabled=False)
    someone.open(claim)
    someone.reads("436.00 €")
    someone.choose(claim, 0, 2)
    someone.press("Pay what I ticked", "button")

    someone.reads("Pay 150.15 €")
    someone.reads("Paying at once needs JavaScript, which is off in your browser.")
    someone.reads("NL91 ABNA 0417 1643 00")
    someone.reads(f"{claim['names'][0]}, {claim['names'][2]}")
    code = someone.page.get_by_role("img", name="QR code with this transfer")
    assert code.get_attribute("src").startswith("data:image/png;base64,")
    assert code.bounding_box()["width"] >= 150
    assert not someone.page.get_by_role("button", name="Pay").is_visible()
    someone.press("Back")
    someone.reads("436.00 €")
    someone.page.context.close()
