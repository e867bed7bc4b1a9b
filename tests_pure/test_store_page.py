"""What Odoo's store and the list of apps show of each add-on."""

import ast
import struct
from html.parser import HTMLParser

import pytest

from dev import state, store
from dev.store_art import ART
from dev.store_texts import PAGES

ADDONS = {folder.name: folder for folder in state.addons()}
#: What the store lets through, of which we use this.
TAGS = {"section", "div", "h2", "h3", "p", "ul", "li", "strong", "img"}
LARGEST = 600_000


def folder_of(name):
    return ADDONS[name] / "static" / "description"


def size(file):
    """Width and height of a PNG."""
    head = file.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:])


def manifest(name):
    return ast.literal_eval((ADDONS[name] / "__manifest__.py").read_text(encoding="utf-8"))


class Reader(HTMLParser):
    """The tags of a page, with what they say."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.said = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said.append(data)


@pytest.mark.parametrize("name", ADDONS)
def test_an_add_on_has_an_icon_and_a_banner_of_the_size_that_the_store_shows(name):
    assert size(folder_of(name) / "icon.png") == store.ICON
    assert size(folder_of(name) / "banner.png") == store.BANNER
    assert manifest(name)["images"] == ["static/description/banner.png"]


def test_each_add_on_has_an_icon_of_its_own():
    icons = {(folder_of(name) / "icon.png").read_bytes() for name in ADDONS}
    assert len(icons) == len(ADDONS)
    assert set(ADDONS) <= set(ART)


@pytest.mark.parametrize("name", ADDONS)
def test_a_page_is_what_make_store_writes(name):
    assert (folder_of(name) / "index.html").read_text(encoding="utf-8") == store.page(name)


@pytest.mark.parametrize("name", ADDONS)
def test_a_page_has_only_what_the_store_lets_through_and_no_link_out(name):
    reader = Reader((folder_of(name) / "index.html").read_text(encoding="utf-8"))
    assert {tag for tag, _said in reader.tags} <= TAGS
    given = {key for _tag, said in reader.tags for key in said}
    assert given <= {"class", "style", "src", "alt"}
    assert not [said for _tag, said in reader.tags if "url(" in said.get("style", "")]


@pytest.mark.parametrize("name", ADDONS)
def test_the_pictures_of_a_page_are_there_with_words_for_who_cannot_see_them(name):
    reader = Reader((folder_of(name) / "index.html").read_text(encoding="utf-8"))
    pictures = [said for tag, said in reader.tags if tag == "img"]
    assert pictures[0]["src"] == "banner.png"
    assert [each["src"] for each in pictures if not (folder_of(name) / each["src"]).exists()] == []
    assert [each["src"] for each in pictures if len(each["alt"]) < 8] == []
    used = {each["src"] for each in pictures} | {"icon.png", "index.html"}
    assert {file.name for file in folder_of(name).iterdir()} == used


@pytest.mark.parametrize("name", ADDONS)
def test_what_a_page_weighs_is_little(name):
    assert sum(file.stat().st_size for file in folder_of(name).iterdir()) <= LARGEST


def test_the_pictures_of_screens_are_those_of_the_guides():
    for name in ADDONS:
        for shot, _says in PAGES[name].shots:
            there = (store.SHOTS / f"{shot}.en.png").read_bytes()
            assert (folder_of(name) / f"{shot}.png").read_bytes() == there


@pytest.mark.parametrize("name", ADDONS)
def test_a_page_has_the_name_of_its_add_on_and_a_manifest_says_what_it_is(name):
    said = manifest(name)
    assert said["name"] == PAGES[name].title
    assert said["summary"] and said["author"] and said["category"]
    assert "website" not in said and "price" not in said
