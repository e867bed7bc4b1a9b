"""A finished package looked at from outside, as a receiver would, with nothing but its bytes.

``make dossier-check FILE=package.zip`` prints what it finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

from . import csv, pdf, schema, xml
from .archive import Archive, Bounds
from .bag import PAYLOAD, bag_info, check_bag
from .dossier import Dossier
from .forbidden import scan, scan_dossier
from .parsing import parse
from .problems import WARNING, Problem, Refused, problem
from .sense import check_sense
from .slots import clean_line
from .sums import check

XML_NAME, CSV_NAME = PAYLOAD + xml.NAME, PAYLOAD + csv.NAME
#: Files of the payload that are ours and no evidence.
OURS = (XML_NAME, CSV_NAME, PAYLOAD + "summary.pdf")
#: Columns of the side file that people wrote.
FREE_COLUMNS = ("description", "dispute_summary")
AMOUNTS = {
    "amount_excl_vat": "excl",
    "vat_amount": "vat",
    "amount_incl_vat": "incl",
    "paid": "paid",
    "credited": "credited",
    "excluded": "left_out",
    "principal_open": "open",
}
CASE_AMOUNTS = {
    "interest_accrued_case": "interest",
    "collection_costs_case": "collection_costs",
    "other_costs_case": "other_costs",
    "total_due_case": "due",
}
#: Elements of an invoice's XML that hold a whole file, not text.
_EMBEDDED = "EmbeddedDocumentBinaryObject"


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that was looked at.

    :param title: what it was, in English
    """

    title: str
    problems: tuple[Problem, ...]


def check_package(
    stream: IO[bytes],
    most_costs: Callable[[Dossier], Decimal | None] = lambda dossier: None,
    bounds: Bounds | None = None,
) -> Iterator[Section]:
    """Look at a package; what can't be looked at, because something before it failed, is left out.

    :param stream: binary, seekable
    :param most_costs: what the law gives for collecting, see :func:`.sums_costs.statutory_most`
    """
    try:
        archive = Archive(stream, bounds=bounds)
    except Refused as refused:
        yield Section("archive", refused.problems)
        return
    yield Section("archive", ())
    found, hashes = check_bag(archive)
    yield Section("manifests", tuple(found))
    try:
        dossier = xml.read(archive.content(XML_NAME), XML_NAME)
    except Refused as refused:
        yield Section("dossier.xml", refused.problems)
        dossier = None
    except KeyError:
        yield Section("dossier.xml", (problem("missing", XML_NAME),))
        dossier = None
    if dossier:
        yield Section("dossier.xml", tuple(_whose(archive, dossier, hashes)))
        yield Section("documents", tuple(_documents(archive, dossier, hashes)))
        yield Section("sums", tuple(check(dossier, most_costs(dossier))))
        yield Section("sense", tuple(check_sense(dossier)))
        yield Section("claims.csv", tuple(_side_file(archive, dossier)))
        yield Section("content of dossier.xml", tuple(scan_dossier(dossier)))
    yield Section("content of files", tuple(_contents(archive)))


def _whose(archive: Archive, dossier: Dossier, hashes: dict[str, str]) -> Iterator[Problem]:
    """Whether tag files and schema belong to this dossier."""
    said = bag_info(archive).get("External-Identifier", "nothing")
    if said != dossier.header.case_number:
        yield problem(
            "bag_info",
            "bag-info.txt",
            label="External-Identifier",
            said=said,
            found=dossier.header.case_number,
        )
    file = schema.SCHEMAS[xml.ROOT]
    name = PAYLOAD + file
    if name not in archive.sizes:
        yield problem("missing", name)
    elif hashes.get(name) != hashlib.sha256(schema.schema_bytes(file)).hexdigest():
        yield problem("schema_copy", name)


def _documents(archive: Archive, dossier: Dossier, hashes: dict[str, str]) -> Iterator[Problem]:
    """The list of documents is the payload, with sizes and hashes."""
    listed = set()
    for document in dossier.documents:
        name = PAYLOAD + document.path
        listed.add(name)
        if name not in archive.sizes:
            yield problem("listed_not_there", name, where=xml.NAME)
            continue
        if archive.sizes[name] != document.size:
            values = {"found": archive.sizes[name], "said": document.size}
            yield problem("document_size", name, **values)
        if hashes.get(name) != document.sha256:
            yield problem("document_hash", name)
    others = {*OURS, PAYLOAD + schema.SCHEMAS[xml.ROOT]}
    for name in sorted(archive.sizes):
        if name.startswith(PAYLOAD) and name not in listed | others:
            yield problem("not_listed", name, where=xml.NAME)


def _side_file(archive: Archive, dossier: Dossier) -> Iterator[Problem]:
    """The side file has the invoices and amounts of the dossier, and no formulas."""
    if not dossier.claim:
        return
    if CSV_NAME not in archive.sizes:
        yield problem("missing", CSV_NAME)
        return
    try:
        rows, form = csv.read(archive.content(CSV_NAME))
    except (Refused, ValueError) as error:
        yield problem("csv_broken", CSV_NAME, why=error)
        return
    if lacking := [name for name in csv.COLUMNS if rows and name not in rows[0]]:
        yield problem("csv_columns", CSV_NAME, columns=", ".join(lacking))
        return
    if len(rows) != len(dossier.claim.invoices):
        values = {"found": len(rows), "wanted": len(dossier.claim.invoices)}
        yield problem("csv_rows", CSV_NAME, **values)
    yield from _rows(rows, form, dossier)


def _rows(rows: list[dict], form: csv.Dialect, dossier: Dossier) -> Iterator[Problem]:
    claim = dossier.claim
    invoices = {csv.safe(each.number): each for each in claim.invoices}
    for number, row in enumerate(rows, 1):
        where = f"{CSV_NAME}, row {number}"
        for column, text in row.items():
            amount = column in AMOUNTS or column in CASE_AMOUNTS
            if csv.is_formula(text) and not amount:
                yield problem("csv_formula", CSV_NAME, row=number, column=column)
            if column in FREE_COLUMNS:
                yield from scan(text, f"{where}, {column}")
        invoice = invoices.get(row["invoice_number"])
        wanted = {"case_number": csv.cell(dossier.header.case_number, form)}
        wanted |= {
            column: csv.cell(getattr(claim.totals, name), form)
            for column, name in CASE_AMOUNTS.items()
        }
        if invoice:
            wanted |= {
                column: csv.cell(getattr(invoice, name), form) for column, name in AMOUNTS.items()
            }
        else:
            wanted["invoice_number"] = "one of the claim"
        for column, value in wanted.items():
            if row[column] != value:
                said = clean_line(row[column], 40)
                yield problem("csv_value", where, column=column, said=said, wanted=value)


def _contents(archive: Archive) -> Iterator[Problem]:
    """What must not be in the text of any file: certain links, and perhaps certain numbers."""
    for name in sorted(archive.sizes):
        ending = name.rpartition(".")[2]
        if ending not in ("pdf", "xml", "csv", "txt"):
            continue
        for place, text in _texts(archive, name, ending):
            if text is None:
                yield problem("text_unread", name)
                continue
            for each in scan(text, place, WARNING):
                # Numbers in dossier.xml and in the side file are looked at field by field.
                if each.code == "link" or name not in (XML_NAME, CSV_NAME):
                    yield each


def _texts(archive: Archive, name: str, ending: str) -> Iterator[tuple[str, str | None]]:
    """Texts of a file, each with its place; ``None``: it can't be read."""
    try:
        if ending == "pdf":
            for page, text in enumerate(pdf.text_of(archive.stream(name))):
                yield f"{name}, page {page}", text
        elif ending == "xml":
            root = parse(archive.content(name), name, largest=archive.bounds.file)
            parts = [
                text
                for node in root.iter()
                if not str(node.tag).endswith(_EMBEDDED)
                for text in (node.text, *node.attrib.values())
                if text
            ]
            yield name, "\n".join(parts)
        else:
            yield name, archive.content(name).decode("utf-8", "replace")
    except (Refused, ValueError):
        yield name, None
