"""What somebody wrote in a mail or in a form, without what a mail program quotes."""

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
#: What nobody typed: quotations that Odoo's own editor marks, and what is no text.
NOT_TYPED = (
    "//*[@data-o-mail-quote] | //*[@data-o-mail-quote-container]"
    " | //script | //style | //head | //title"
)
BLOCKS = {"p", "div", "br", "li", "tr", "pre", "h1", "h2", "h3", "ul", "ol", "table"}
#: A line after which everything is quoted. Who tells what somebody wrote ends no line with a colon.
HEADS = (
    re.compile(r"^-{2,}\s*(original message|oorspronkelijk bericht|ursprüngliche nachricht)", re.I),
    re.compile(r"^_{10,}$"),
    re.compile(r"^(on|op|am|le)\b.{5,200}\b(wrote|schreef|schrieb|a écrit)\b.{0,200}:$", re.I),
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
    body = _readable(body)
    if not body:
        return ""
    everything = _text(body)
    return _lines(_text(body, QUOTED)) or _lines(everything) or everything.strip()


def unquoted(body: str) -> str:
    """The text of a message without anything that it quotes; empty where nothing else is in it.

    :param body: HTML
    """
    body = _readable(body)
    return _lines(_text(body, QUOTED)) if body else ""


def typed_words(body: str) -> str:
    """The text of a message that was typed in a form or an editor: every line of it.

    Nothing quotes there but people, and what they quote is what they say.

    :param body: HTML
    """
    body = _readable(body)
    return _tidy(_text(body, NOT_TYPED).splitlines()) if body else ""


def _readable(body: str) -> str:
    body = UNWRITABLE.sub("", body or "")[:LONGEST]
    return body if body.strip() else ""


def _text(body: str, drop: str = "") -> str:
    """The text of HTML, whatever it holds; without the elements of an XPath."""
    try:
        # Within an element, what some programs send counts for nothing: two bodies, or frames.
        root = html.document_fromstring(f"<div>{body}</div>")
    except etree.LxmlError:
        return re.sub(r"<[^>]*>", " ", body)
    for element in root.xpath(drop) if drop else ():
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
    return _tidy(kept)


def _tidy(lines: list[str]) -> str:
    text = "\n".join(line.strip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
