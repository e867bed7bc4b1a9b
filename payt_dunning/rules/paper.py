"""What becomes of a message on paper, and how a pile of letters is put in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html

#: Parts of a message that a letter has elsewhere, or that one can't use on paper.
ONLY_ON_SCREEN = ("mail-head", "mail-foot", "mail-button", "mail-only")
#: The part of it that says how to transfer the money; a letter has it beside its codes.
TRANSFER = "mail-transfer"
#: Schemes of addresses that are their own words.
_OWN_WORDS = re.compile(r"^(mailto|tel):|^#", re.I)
#: What a message says about a part of it by ``style`` and a letter by a class: read once for all
#: letters, where each ``style`` is read for itself.
CLASSES = (
    (re.compile(r"text-align:\s*right"), "paper-right"),
    (re.compile(r"font-weight:\s*[67]00"), "paper-bold"),
    (re.compile(r"white-space:\s*pre-line"), "paper-lines"),
    (re.compile(r"border-bottom:"), "paper-row"),
)


def on_paper(body: str, stand_in: str) -> tuple[str, str]:
    """A message as it can be printed: without buttons, links as plain words.

    :param body: canonical HTML of a message
    :param stand_in: how addresses of the debtor's page begin: nobody can type them
    :return: HTML of the message, and of how to transfer the money, which may be empty
    """
    root = html.fragment_fromstring(body or "", create_parent="div")
    for element in root.xpath("//*[@class]"):
        if element.getparent() is not None and set(element.get("class").split()) & set(
            ONLY_ON_SCREEN
        ):
            element.drop_tree()
    for picture in root.xpath("//img[not(starts-with(@src, 'data:'))] | //script | //style"):
        picture.drop_tree()
    for link in root.xpath("//a"):
        _as_words(link, stand_in)
    for element in root.xpath("//*[@style]"):
        style = element.attrib.pop("style")
        names = [name for pattern, name in CLASSES if pattern.search(style)]
        if names:
            element.set("class", " ".join([*element.get("class", "").split(), *names]))
    transfer = []
    for element in root.xpath(f"//*[contains(@class, '{TRANSFER}')]"):
        transfer.append(html.tostring(element, encoding="unicode", with_tail=False))
        element.drop_tree()
    inner = html.tostring(root, encoding="unicode")
    return inner, "".join(transfer)


def _as_words(link, stand_in):
    """Say where a link leads, unless its words do or nobody could type it."""
    address, words = link.get("href") or "", link.text_content()
    if address and not _OWN_WORDS.match(address) and not address.startswith(stand_in):
        bare = re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
        if bare not in words:
            last = link[-1] if len(link) else None
            if last is None:
                link.text = f"{link.text or ''} ({bare})"
            else:
                last.tail = f"{last.tail or ''} ({bare})"
    link.drop_tag()


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a letter lies in a pile.

    :param key: what tells the letter
    :param number: 1 for the first
    :param page: its first page in the file, from 1
    :param blank: a blank page follows, so that the next one begins on a sheet of its own
    """

    key: int
    number: int
    page: int
    blank: bool


def stacked(letters: list[tuple[int, int, str, str]], home: str, double_sided: bool) -> list:
    """Put letters in the order in which a printer and a post office want them.

    Those of our own country first, then by country; by postcode within it.

    :param letters: of each its key, number of pages, country code (empty: ours) and postcode
    :param home: our country code
    :return: list of :class:`Placed`, in order
    """

    def order(letter):
        key, _pages, country, postcode = letter
        country = country or home
        return country != home, country, re.sub(r"\s", "", postcode or "").upper(), key

    placed, page = [], 1
    for number, (key, pages, _country, _postcode) in enumerate(sorted(letters, key=order), 1):
        blank = bool(double_sided and pages % 2)
        placed.append(Placed(key, number, page, blank))
        page += pages + blank
    return placed
