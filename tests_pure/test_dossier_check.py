"""``make dossier-check`` fails on each kind of damage, and on nothing in a good package."""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rules.dossier.checking import check_package
from tests_pure import dossier_books as books
from tests_pure import dossier_consumer as consumers
from tests_pure import dossier_parts as parts
from tests_pure.dossier_books import packed
from tests_pure.dossier_parts import NATIONAL_ID, changed, exhibit

SCRIPT = Path(__file__).parent.parent / "dev" / "dossier_check.py"
INVOICE = "data/10_invoices/20250602_invoice_2025-0533_ex03.pdf"
GOOD = packed()


def files(content=GOOD):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(contents):
    """A ZIP of pairs of name, or entry, and content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents:
            archive.writestr(name, content)
    return out.getvalue()


def sealed(found):
    """A package of such files whose manifests and Payload-Oxum fit: forged, not damaged."""
    payload = {name: content for name, content in found.items() if name.startswith("data/")}
    size = f"{sum(map(len, payload.values()))}.{len(payload)}"
    oxum = re.sub(rb"Oxum: .*", b"Oxum: " + size.encode(), found["bag-info.txt"])
    tags = {
        "bagit.txt": found["bagit.txt"],
        "bag-info.txt": oxum,
        "manifest-sha256.txt": manifest(payload),
    }
    tags["tagmanifest-sha256.txt"] = manifest(tags)
    return zipped(sorted({**payload, **tags}.items()))


def manifest(found):
    lines = (
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(found.items())
    )
    return "".join(lines).encode()


def forged(name, before, after):
    """A package in which a file was changed, with manifests that fit."""
    found = files()
    assert before in found[name]
    return sealed({**found, name: found[name].replace(before, after)})


def damaged(name, content):
    """A package in which a file was changed, added or (``None``) left out, and nothing else."""
    found = {**files(), name: content}
    return zipped([(each, found[each]) for each in found if found[each] is not None])


def errors(content, **values):
    sections = list(check_package(io.BytesIO(content), **values))
    return {
        (each.code, each.where.partition(",")[0])
        for section in sections
        for each in section.problems
        if each.is_error
    }


def warnings(content):
    sections = check_package(io.BytesIO(content))
    return [each.code for section in sections for each in section.problems if not each.is_error]


CASES = {
    "business": lambda: GOOD,
    "business, Dutch spreadsheet": lambda: packed(dialect="nl_excel"),
    "consumer": lambda: packed(consumers.consumer_exhibits(), consumers.consumer),
    "supplement": lambda: packed(books.supplement_exhibits(), books.supplement, cover=b""),
    "recall": lambda: packed([], lambda arranged: books.recall(), cover=b""),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_said_about_a_good_package(name):
    sections = list(check_package(io.BytesIO(CASES[name]())))
    assert [str(each) for section in sections for each in section.problems] == []
    assert len(sections) == 9


# -- damage: bytes that changed on the way ----------------------------------------------------


def flipped():
    content = bytearray(files()[INVOICE])
    content[len(content) // 2] ^= 1
    return damaged(INVOICE, bytes(content))


def flipped_in_the_zip():
    content = bytearray(GOOD)
    content[GOOD.index(b"Ventilation system")] ^= 1
    return bytes(content)


def edited(name, before, after):
    content = files()[name]
    assert before in content
    return damaged(name, content.replace(before, after, 1))


DAMAGE = {
    "a byte of a PDF": (flipped, ("manifest_hash", INVOICE)),
    "a byte of the ZIP": (flipped_in_the_zip, ("unreadable", "data/claims.csv")),
    "a file more": (
        lambda: damaged("data/10_invoices/more.pdf", b"%PDF-"),
        ("not_listed", "data/10_invoices/more.pdf"),
    ),
    "a file less": (lambda: damaged(INVOICE, None), ("listed_not_there", INVOICE)),
    "a file beside the payload": (lambda: damaged("notes.txt", b"x"), ("not_listed", "notes.txt")),
    "a hash in the manifest": (
        lambda: edited("manifest-sha256.txt", files()["manifest-sha256.txt"][:8], b"00000000"),
        ("manifest_hash", "manifest-sha256.txt"),
    ),
    "a line of the manifest": (
        lambda: edited("manifest-sha256.txt", b"  data/summary.pdf", b" data/summary.pdf"),
        ("manifest_line", "manifest-sha256.txt"),
    ),
    "a line twice": (
        lambda: damaged("manifest-sha256.txt", files()["manifest-sha256.txt"] * 2),
        ("manifest_line", "manifest-sha256.txt"),
    ),
    "a hash in the tag manifest": (
        lambda: edited(
            "tagmanifest-sha256.txt", files()["tagmanifest-sha256.txt"][:8], b"00000000"
        ),
        ("manifest_hash", "bag-info.txt"),
    ),
    "no manifest": (
        lambda: damaged("manifest-sha256.txt", None),
        ("missing", "manifest-sha256.txt"),
    ),
    "no tag manifest": (
        lambda: damaged("tagmanifest-sha256.txt", None),
        ("missing", "tagmanifest-sha256.txt"),
    ),
    "no bag-info": (lambda: damaged("bag-info.txt", None), ("missing", "bag-info.txt")),
    "no bagit.txt": (lambda: damaged("bagit.txt", None), ("missing", "bagit.txt")),
    "another BagIt": (lambda: edited("bagit.txt", b"1.0", b"0.9"), ("bagit_txt", "bagit.txt")),
    "the Payload-Oxum": (
        lambda: edited("bag-info.txt", b"Payload-Oxum: ", b"Payload-Oxum: 1"),
        ("oxum", "bag-info.txt"),
    ),
    "no dossier": (lambda: damaged("data/dossier.xml", None), ("missing", "data/dossier.xml")),
    "half of the ZIP": (lambda: GOOD[: len(GOOD) // 2], ("zip_broken", "ZIP")),
    "no ZIP at all": (lambda: b"%PDF-", ("zip_broken", "ZIP")),
    "bytes before the ZIP": (lambda: b"MZ" + GOOD, ("zip_around", "ZIP")),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found(name):
    make, wanted = DAMAGE[name]
    assert wanted in errors(make())


# -- forged: wrong from the beginning, with manifests that fit ---------------------------------

XML, CSV = "data/dossier.xml", "data/claims.csv"
LINK = "https://books.example/claim/m/17/q2Jr7xYa8Z"


def with_text(text, link=""):
    """A package in which one PDF says something."""
    content = parts.pdf(text, link=link)
    exhibits = [
        exhibit(each.key, each.kind, each.title, each.date, each.number, content)
        if each.key == "mail"
        else each
        for each in books.business_exhibits()
    ]
    return packed(exhibits)


def with_summary(text):
    return packed(change=lambda dossier: changed(dossier, "events.0.summary", text))


def without_a_row():
    lines = files()[CSV].splitlines(keepends=True)
    return sealed({**files(), CSV: b"".join(lines[:-1])})


MAIL = "data/50_disputes/20250615_dispute_ex10.pdf"
FORGED = {
    "a wrong sum": (
        lambda: forged(XML, b"<VatAmount>840.00<", b"<VatAmount>841.00<"),
        ("sum_incl", "invoice 2025-0417"),
    ),
    "a wrong total": (
        lambda: forged(XML, b'due="6202.60"', b'due="6302.60"'),
        ("total_due", "totals"),
    ),
    "a wrong rate": (
        lambda: forged(XML, b'rate="11.15"', b'rate="12.15"'),
        ("interest_amount", "interest on 2025-0417 from 2025-05-19"),
    ),
    "invalid XML": (lambda: forged(XML, b"<Test>false<", b"<Test>perhaps<"), ("schema", XML)),
    "XML that is cut off": (lambda: forged(XML, b"</CollectionDossier>", b""), ("xml_broken", XML)),
    "a document type": (
        lambda: forged(XML, b"<CollectionDossier", b"<!DOCTYPE x []><CollectionDossier"),
        ("xml_doctype", XML),
    ),
    "another schema": (
        lambda: forged("data/collection-dossier-1.0.xsd", b'value="4000"', b'value="9999"'),
        ("schema_copy", "data/collection-dossier-1.0.xsd"),
    ),
    "a hash in the XML": (
        lambda: forged(XML, hashlib.sha256(files()[INVOICE]).hexdigest().encode(), b"0" * 64),
        ("document_hash", INVOICE),
    ),
    "a size in the XML": (
        lambda: forged(XML, f'bytes="{len(files()[MAIL])}"'.encode(), b'bytes="7"'),
        ("document_size", MAIL),
    ),
    "a document that the XML does not list": (
        lambda: sealed({**files(), "data/90_other/x.pdf": parts.pdf("x")}),
        ("not_listed", "data/90_other/x.pdf"),
    ),
    "a listed document that is not there": (
        lambda: sealed({name: content for name, content in files().items() if name != MAIL}),
        ("listed_not_there", MAIL),
    ),
    "another case's tags": (
        lambda: sealed(
            {**files(), "bag-info.txt": files()["bag-info.txt"].replace(b"00037", b"00038")}
        ),
        ("bag_info", "bag-info.txt"),
    ),
    "no side file": (
        lambda: sealed({name: content for name, content in files().items() if name != CSV}),
        ("missing", CSV),
    ),
    "a row less": (without_a_row, ("csv_rows", CSV)),
    "an amount in the side file": (
        lambda: forged(CSV, b'"3340.00"', b'"3340.01"'),
        ("csv_value", CSV),
    ),
    "a total in the side file": (
        lambda: forged(CSV, b'"6202.60"', b'"6202.61"'),
        ("csv_value", CSV),
    ),
    "an invoice in the side file": (
        lambda: forged(CSV, b'"2025-0533","380"', b'"2025-0534","380"'),
        ("csv_value", CSV),
    ),
    "a column less": (lambda: forged(CSV, b'"currency"', b'"money"'), ("csv_columns", CSV)),
    "a formula": (
        lambda: forged(CSV, b'"Twelve thermostats', b'"=HYPERLINK(1) thermostats'),
        ("csv_formula", CSV),
    ),
    "a broken side file": (
        lambda: forged(CSV, b'"case_number"', b'"case"number"'),
        ("csv_broken", CSV),
    ),
    "a token in a PDF's text": (lambda: with_text(f"Pay at {LINK}"), ("link", MAIL)),
    "a token behind a link of a PDF": (lambda: with_text("Pay here", link=LINK), ("link", MAIL)),
    "a citizen service number in a PDF": (
        lambda: with_text(f"my BSN is {NATIONAL_ID}"),
        ("national_id", MAIL),
    ),
    "a token in the XML": (
        lambda: with_summary(f"See {LINK}"),
        ("link", "dossier/Event[1]/Summary"),
    ),
    "a citizen service number in the XML": (
        lambda: with_summary(f"Number {NATIONAL_ID}"),
        ("national_id", "dossier/Event[1]/Summary"),
    ),
    "an address on the network in the XML": (
        lambda: with_summary("Seen from 192.0.2.17"),
        ("ip_address", "dossier/Event[1]/Summary"),
    ),
    "a token beside the format": (
        lambda: forged(
            XML,
            b"</Declaration>",
            b'</Declaration><Extension><x xmlns="urn:o">' + LINK.encode() + b"</x></Extension>",
        ),
        ("link", XML),
    ),
    "a PDF without an end": (
        lambda: sealed({**files(), INVOICE: files()[INVOICE].replace(b"%%EOF", b"%%end")}),
        ("text_unread", INVOICE),
    ),
    "an archive in the archive": (
        lambda: sealed({**files(), INVOICE: zipped([("a", b"")])}),
        ("zip_nested", INVOICE),
    ),
    "a UBL file with a document type": (
        lambda: sealed(
            {
                name: b"<!DOCTYPE x><x/>" if name.endswith("_ex02.xml") else content
                for name, content in files().items()
            }
        ),
        ("text_unread", "data/10_invoices/20250418_invoice_2025-0417_ex02.xml"),
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_was_wrong_from_the_beginning_is_found(name):
    make, wanted = FORGED[name]
    found = errors(make())
    assert wanted in found
    assert not {code for code, _where in found} & {"manifest_hash", "oxum"}


def test_costs_of_a_consumer_above_the_law_are_found():
    content = packed(consumers.consumer_exhibits(), consumers.consumer)
    assert ("costs_too_high", "collection costs") in errors(content, most_costs=lambda dossier: 74)


def test_a_number_in_a_pdf_that_may_be_anything_is_a_warning():
    content = with_text(f"order {NATIONAL_ID}")
    assert errors(content) == set()
    assert warnings(content) == ["national_id"]


# -- the command -------------------------------------------------------------------------------


def command(file):
    return subprocess.run(
        [sys.executable, SCRIPT, file], capture_output=True, text=True, check=False
    )


def test_the_command_ends_well_on_a_good_package_and_says_what_it_looked_at(tmp_path):
    (tmp_path / "p.zip").write_bytes(GOOD)
    done = command(tmp_path / "p.zip")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[-1] == "p.zip: 0 errors, 0 warnings"
    assert len(lines) == 10 and all(line.startswith("ok ") for line in lines[:-1])


def test_the_command_ends_badly_on_a_bad_one_with_a_line_for_each_finding(tmp_path):
    (tmp_path / "p.zip").write_bytes(flipped())
    done = command(tmp_path / "p.zip")
    assert done.returncode == 1
    assert f"error    {INVOICE}: its content is not what manifest-sha256.txt says" in done.stdout
    assert done.stderr == ""


def test_a_warning_alone_is_told_and_does_not_fail(tmp_path):
    (tmp_path / "p.zip").write_bytes(with_text(f"order {NATIONAL_ID}"))
    done = command(tmp_path / "p.zip")
    assert done.returncode == 0
    assert "warning  " in done.stdout


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    done = command(tmp_path / "none.zip")
    assert (done.returncode, done.stderr) == (1, "")


def test_what_a_package_says_cannot_steer_a_terminal(tmp_path):
    (tmp_path / "p.zip").write_bytes(zipped([("data/\x1b[2J.pdf", b"x")]))
    assert "\x1b" not in command(tmp_path / "p.zip").stdout


def test_a_message_of_an_office_in_place_of_the_dossier_is_told():
    feedback = Path(__file__).parent.parent / "docs" / "dossier" / "examples" / "feedback.xml"
    forged = sealed({**files(), "data/dossier.xml": feedback.read_bytes()})
    codes = [
        problem.code
        for section in check_package(io.BytesIO(forged), lambda _dossier: None)
        for problem in section.problems
    ]
    assert "schema_unknown" in codes
