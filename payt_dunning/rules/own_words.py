"""What somebody wrote in a mail, without what the mail quotes."""

from __future__ import annotations

import re

from lxml import etree, html

#: Elements by which mail programs mark what they quote.
QUOTED = (
    "//blockquote | //*[@data-o-mail-quote] | //*[@data-o-mail-quote-container]"
    " | //*[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')]"
    " | //*[@id='divRplyFwdMsg'] | //*[@id='appendonsend']"
    " | //script | //style | //head | //title"
)
BLOCKS = {"p", "div", "br", "li", "tr", "pre", "h1", "h2", "h3", "ul", "ol", "table"}
#: A line after which everything is quoted.
HEADS = (
    re.compile(r"^-{2,}\s*(original message|oorspronkelijk bericht|ursprüngliche nachricht)", re.I),
    re.compile(r"^_{10,}$"),
    re.compile(r"^(on|op|am|le)\b.{5,200}\b(wrote|schreef|schrieb|a écrit)\b.*:?\s*$", re.I),
)
#: Characters that HTML can't hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: No message is read further than this.
LONGEST = 200_000


def own_words(body: str) -> str:
    """The text of a mail or message without quotations, as plain lines.

    Where everything seems to be quoted (somebody answered within the quotation), all of it is
    given: better too much than nothing.

    :param body: HTML
    """
    body = UNWRITABLE.sub("", body or "")[:LONGEST]
    if not body.strip():
        return ""
    everything = _text(body, drop=False)
    return _lines(_text(body, drop=True)) or _lines(everything) or everything.strip()


def _text(body: str, drop: bool) -> str:
    try:
        root = html.fragment_fromstring(body, create_parent="div")
    except etree.LxmlError:
        return re.sub(r"<[^>]*>", " ", body)
    if drop:
        for element in root.xpath(QUOTED):
            if element.getparent() is not None:
                element.drop_tree()
    parts = []
    _collect(root, parts)
    return re.sub(r"[ \t\xa0]+", " ", "".join(parts))


def _collect(element: html.HtmlElement, parts: list[str]) -> None:
    """The text of an element, with line ends where its blocks end; without recursion."""
    for event, node in _walk(element):
        if event == "start":
            if node.tag in BLOCKS:
                parts.append("\n")
            parts.append(node.text or "")
        else:
            if node.tag in BLOCKS and node.tag != "br":
                parts.append("\n")
            if node is not element:
                parts.append(node.tail or "")


def _walk(element: html.HtmlElement):
    """``(event, element)`` in document order; comments count for nothing but their tail."""
    stack = [(element, False)]
    while stack:
        node, left = stack.pop()
        if left:
            yield "end", node
            continue
        if not isinstance(node.tag, str):
            yield "end", node
            continue
        yield "start", node
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))


def _lines(text: str) -> str:
    kept = []
    for line in text.splitlines():
        line = line.strip()
        if any(head.match(line) for head in HEADS):
            break
        if not line.startswith(">"):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
