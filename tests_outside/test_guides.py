"""The guides tell what the screens show: each of their pictures is made here, of a real screen.

With ``PICTURES=1`` the pictures in ``docs/pictures/guides`` are made anew.
"""

import io
import os
import re
from collections.abc import Callable
from typing import NamedTuple

import polib
import pytest
from PIL import Image
from playwright.sync_api import expect

from dev import state
from tests_outside import guide_books
from tests_outside.conftest import serving
from tests_outside.page_site import Clerk

GUIDES = state.CHECKOUT / "docs" / "guides"
PICTURES = state.CHECKOUT / "docs" / "pictures" / "guides"
NAMES = {
    "en": ("clerk.md", "admin.md", "debtor.md"),
    "nl": ("debiteurenbeheerder.md", "beheerder.md", "debiteur.md"),
}
LOCALES = {"en": "en-GB", "nl": "nl-NL"}
LOGINS = {
    ("clerk", "en"): "clerk",
    ("clerk", "nl"): "medewerker",
    ("manager", "en"): "manager",
    ("manager", "nl"): "beheerder",
}
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
COLORS, LARGEST, MOST = 96, 150_000, 24
#: A picture in a guide, and the paragraph before it, which tells what one sees there.
SHOWN = re.compile(r"([^\n]+)\n\n!\[[^\]]+\]\(\.\./pictures/guides/([a-z-]+)\.(en|nl)\.png\)")
WORDS = re.compile(r"\*\*(.+?)\*\*")


# -- how one gets to the screens -------------------------------------------------------------------


def today(page, site, language):
    """What needs a person, of everybody."""
    page.goto(f"{site.url}/odoo/dunning-today")
    page.locator("[data-scope='all']").click()
    page.locator("[data-scope='all'].active").wait_for()
    page.locator(".o_dunning_today[aria-busy='false'] [data-section='dispute']").wait_for()


def answer(page, site, language):
    """The dialog with which one answers a message."""
    page.goto(f"{site.url}/odoo/dunning-unanswered")
    row = page.locator("tr.o_data_row", has_text=site.peek(f"debtor {language}")["name"])
    row.locator("button[name='action_answer']").click()
    page.locator(".modal div[name='body'] textarea").wait_for()


def plan(page, site, language):
    """The dialog with which one decides about a plan that was asked for."""
    today(page, site, language)
    row = page.locator("[data-section='plan_request'] li", has_text="A. Kuipers")
    row.get_by_role("button").filter(has_text="…").first.click()
    page.locator(".modal button[name='action_apply']:visible").wait_for()


def debtor(page, site, language):
    """All about one debtor."""
    who = site.peek(f"debtor {language}")
    page.goto(f"{site.url}/odoo/dunning-debtors/{who['debtor']}")
    expect(page.locator("div[name='partner_id']")).to_contain_text(who["name"])
    page.locator("div[name='item_ids'] tr.o_data_row").first.wait_for()


def call(page, site, language):
    """The dialog in which one keeps what was said in a call."""
    debtor(page, site, language)
    words = {"en": "Log Call…", "nl": "Gesprek vastleggen…"}
    page.get_by_role("button", name=words[language]).first.click()
    page.locator(".modal button[name='action_apply']:visible").wait_for()


def why(page, site, language):
    """What each rule found about an item."""
    debtor(page, site, language)
    words = {"en": "Why?", "nl": "Waarom?"}
    page.get_by_role("button", name=words[language]).first.click()
    page.locator(".modal .o_form_view").wait_for()


def end(page, site, language):
    """The debtors whom all levels have not helped."""
    page.goto(f"{site.url}/odoo/dunning-ended")
    expect(page.locator("tr.o_data_row")).to_have_count(2)


def preview(page, site, language):
    """What leaves today, and what does not."""
    page.goto(f"{site.url}/odoo/dunning-preview")
    page.locator(".o_dunning_messages button").first.click()
    page.frame_locator(".o_dunning_reading iframe").locator("p").first.wait_for()


def policy(page, site, language):
    """The levels of a policy."""
    page.goto(f"{site.url}/odoo/dunning-policies/{site.peek('policy')['id']}")
    page.locator("div[name='level_ids'] tr.o_data_row").first.wait_for()


def go_live(page, site, language):
    """The checklist of a company that is not live."""
    page.goto(f"{site.url}/odoo/action-payt_dunning.action_dunning_checklist")
    page.locator("div[name='line_ids'] tr.o_data_row").first.wait_for()
    if page.locator("button[name='action_test_mode']").is_visible():
        page.locator("button[name='action_test_mode']").click()
    page.locator("button[name='action_automatic']:visible").wait_for()
    page.locator("button[name='action_test_mode']").wait_for(state="hidden")
    page.locator("div[name='line_ids'] tr.o_data_row").first.wait_for()


def claim(page, site, language):
    """What a debtor sees first."""
    page.goto(f"{site.url}{site.peek(language)['path']}")
    page.locator("main a.button").first.wait_for()


def parts(page, site, language):
    """How a debtor chooses to pay in parts."""
    claim(page, site, language)
    page.locator("main a[href*='/parts']:visible").first.click()
    page.locator("input[name='number']").first.check()


class Screen(NamedTuple):
    """A screen in a guide.

    :param who: ``clerk``, ``manager`` or ``debtor``: whose guide it is in
    :param show: brings a page to it: page, site, language
    """

    name: str
    who: str
    show: Callable


SCREENS = (
    Screen("today", "clerk", today),
    Screen("answer", "clerk", answer),
    Screen("plan", "manager", plan),
    Screen("debtor", "clerk", debtor),
    Screen("call", "clerk", call),
    Screen("why", "clerk", why),
    Screen("end", "clerk", end),
    Screen("preview", "manager", preview),
    Screen("policy", "manager", policy),
    Screen("claim", "debtor", claim),
    Screen("parts", "debtor", parts),
    # The last one: it takes the company out of its live state.
    Screen("go-live", "manager", go_live),
)
MADE = [(screen, language) for screen in SCREENS for language in NAMES]


# -- the guides ------------------------------------------------------------------------------------


def guides(language):
    """The texts of the guides in a language, by their names."""
    return {name: (GUIDES / name).read_text(encoding="utf-8") for name in NAMES[language]}


def introduced(language):
    """The words that stand, in bold, in the paragraph before each picture: ``{name: [words]}``."""
    found = {}
    for text in guides(language).values():
        for before, name, tongue in SHOWN.findall(text):
            assert tongue == language, f"a picture in another language: {name}"
            found.setdefault(name, []).extend(WORDS.findall(before))
    return found


@pytest.fixture(scope="module")
def office(installed_db):
    """Return a server with the books of the guides."""
    with serving(installed_db, "guides", guide_books) as site:
        yield site


@pytest.fixture(scope="module")
def seat(office, browser):
    """Return a page for who looks, in a language; who is one of us is logged in once."""
    seats = {}

    def take(who, language):
        if (who, language) not in seats:
            size = PHONE if who == "debtor" else DESK
            context = browser.new_context(
                viewport=size, locale=LOCALES[language], reduced_motion="reduce"
            )
            page = context.new_page()
            seats[who, language] = page
            page.set_default_timeout(30_000)
            if who != "debtor":
                Clerk(page, office, LOGINS[who, language])
        return seats[who, language]

    yield take
    for page in seats.values():
        page.context.close()


def keep(name, shot):
    """Write a picture, small, to the state, and to the guides where that is wanted."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image = image.quantize(COLORS, dither=Image.Dither.NONE)
    folders = [state.path("pictures")] + ([PICTURES] if os.environ.get("PICTURES") else [])
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        image.save(folder / name, optimize=True)
    return folders[0] / name


@pytest.mark.parametrize(
    ("screen", "language"), MADE, ids=[f"{screen.name}-{language}" for screen, language in MADE]
)
def test_a_screen_shows_what_its_guide_says(screen, language, office, seat):
    page = seat(screen.who, language)
    screen.show(page, office, language)
    page.evaluate("document.fonts.ready")
    shot = page.screenshot(animations="disabled", caret="hide")
    picture = keep(f"{screen.name}.{language}.png", shot)
    assert picture.stat().st_size <= LARGEST

    words = introduced(language)[screen.name]
    assert words, "the guide says nothing about this screen"
    # Without regard to capitals: style sheets put headings in them.
    seen = " ".join(page.locator("body").inner_text().split()).casefold()
    assert [each for each in words if each.casefold() not in seen] == []


@pytest.mark.parametrize("language", NAMES)
def test_the_words_in_bold_are_words_of_the_program(language):
    name = "*.pot" if language == "en" else f"{language}.po"
    files = [file for addon in state.addons() for file in (addon / "i18n").glob(name)]
    entries = [each for file in files for each in polib.pofile(file)]
    known = {each.msgid if language == "en" else each.msgstr for each in entries}
    bold = {word for text in guides(language).values() for word in WORDS.findall(text)}
    assert len(bold) > 40
    assert sorted(bold - known) == []


def test_every_picture_is_in_a_guide_and_each_guide_has_its_pictures():
    made = sorted(f"{screen.name}.{language}.png" for screen, language in MADE)
    named = [f"{name}.{language}.png" for language in NAMES for name in introduced(language)]
    links = sum(text.count("](../pictures/") for lang in NAMES for text in guides(lang).values())
    assert sorted(named) == made
    assert links == len(made)
    assert sorted(path.name for path in PICTURES.iterdir()) == made
    assert len(made) <= MOST
    assert [path.name for path in PICTURES.iterdir() if path.stat().st_size > LARGEST] == []


@pytest.mark.parametrize("number", range(3))
def test_both_languages_tell_the_same_in_the_same_order(number):
    english, dutch = (guides(language)[NAMES[language][number]] for language in ("en", "nl"))

    def outline(text):
        return re.findall(r"^#+(?= )|(?<=/)[a-z-]+(?=\.(?:en|nl)\.png)", text, re.MULTILINE)

    assert outline(english)[:2] == ["#", "##"]
    assert outline(english) == outline(dutch)
