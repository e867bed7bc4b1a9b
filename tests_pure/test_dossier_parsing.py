"""XML that somebody else wrote is read without opening, fetching or swallowing anything."""

import pytest

from rules.dossier import parsing
from rules.dossier.parsing import parse
from rules.dossier.problems import Refused

LAUGHS = b"""<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>"""
HOSTILE = {
    "a file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "an address": b'<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><a>&x;</a>',
    "a parameter entity": b'<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><a/>',
    "a foreign definition": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
    "a bare type": b"<!DOCTYPE a><a/>",
    "laughs": LAUGHS,
    "a long entity": b'<!DOCTYPE a [<!ENTITY x "'
    + b"A" * 50_000
    + b'">]><a>'
    + b"&x;" * 999
    + b"</a>",
}


def code_of(content, **limits):
    with pytest.raises(Refused) as refused:
        parse(content, "test", **limits)
    (problem,) = refused.value.problems
    return problem.code


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_type_is_refused_whatever_it_says(name):
    assert code_of(HOSTILE[name]) == "xml_doctype"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_type_is_refused_in_utf_16_too(name, encoding):
    head = b"" if encoding == "utf-16" else "\ufeff".encode(encoding)
    assert code_of(head + HOSTILE[name].decode().encode(encoding)) == "xml_doctype"


@pytest.mark.parametrize("encoding", ["utf-7", "utf-32", "cp037"])
def test_an_encoding_that_could_hide_a_document_type_is_not_read(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a><a/>'
    assert code_of(text.encode(encoding)) in ("xml_broken", "xml_doctype")


def test_what_is_too_large_is_refused_before_it_is_read():
    assert code_of(b"<a>not even XML" * 10, largest=100) == "xml_too_large"


def test_what_is_nested_too_deeply_is_refused():
    assert code_of(b"<a>" * 41 + b"</a>" * 41) == "xml_deep"


def test_nesting_up_to_the_limit_is_read():
    assert parse(b"<a>" * parsing.DEEPEST + b"</a>" * parsing.DEEPEST).tag == "a"


def test_too_many_elements_are_refused():
    assert code_of(b"<a>" + b"<b/>" * 10 + b"</a>", most=10) == "xml_many"


@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_an_empty_file_is_refused_as_such(content):
    assert code_of(content) == "xml_empty"


@pytest.mark.parametrize(
    "content", [b"<a>", b"text", b"<a/><b/>", b"\x00\x01", b"<a>\xff</a>", b"<a x=1/>"]
)
def test_what_is_no_xml_is_refused_with_its_reason(content):
    assert code_of(content) == "xml_broken"


def test_comments_and_instructions_are_dropped_and_text_stays_whole():
    root = parse(b"<a>one <!-- no --><?php no ?>two</a>")
    assert "".join(root.itertext()) == "one two"
    assert len(root) == 0


def test_utf_16_without_a_document_type_is_read():
    assert parse('<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16")).text == "é"


def test_nothing_is_fetched_for_a_schema_that_a_file_names(monkeypatch):
    import socket

    def refuse(*_parts, **_values):
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    root = parse(
        b'<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd" '
        b'xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="http://127.0.0.1:9/"/></a>'
    )
    assert root[0].tag == "{http://www.w3.org/2001/XInclude}include"
