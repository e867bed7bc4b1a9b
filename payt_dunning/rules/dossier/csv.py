"""The side file for offices that work with spreadsheets: a row for each invoice of the claim.

Two dialects: ``iso`` (comma, decimal point, ISO dates) and ``nl_excel`` (semicolon, decimal comma,
31-12-2026, with a byte order mark, as a Dutch Excel opens it by itself). Every cell is quoted.

A spreadsheet takes text that begins with certain characters for a formula, quoted or not; such
text gets an apostrophe before it. Amounts, days and codes are written by their kind and match a
pattern, so that ``-242.00`` stays a number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .claim import Invoice
from .dossier import Dossier
from .parties import Debtor
from .slots import clean_text, money
from .xml import in_order

NAME = "claims.csv"
COLUMNS = (
    "case_number",
    "dossier_id",
    "revision",
    "requested_action",
    "creditor_name",
    "creditor_registration",
    "debtor_number",
    "debtor_kind",
    "debtor_name",
    "initials",
    "prefix",
    "birth_date",
    "debtor_registration",
    "street",
    "house_number",
    "postal_code",
    "city",
    "country",
    "email",
    "phone",
    "invoice_number",
    "invoice_type",
    "invoice_date",
    "due_date",
    "default_since",
    "description",
    "amount_excl_vat",
    "vat_amount",
    "amount_incl_vat",
    "paid",
    "credited",
    "excluded",
    "principal_open",
    "interest_basis",
    "interest_from",
    "interest_accrued_case",
    "collection_costs_case",
    "other_costs_case",
    "total_due_case",
    "currency",
    "fourteen_day_letter_delivered",
    "default_notice_delivered",
    "disputed",
    "dispute_summary",
    "plan_history",
    "time_bar_date",
    "document_paths",
)
#: With these a formula begins, and their full-width twins; behind spaces too, as some programs
#: cut those off.
_FORMULA = re.compile("^[\\s\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n\0|%]")
#: Schemes in the order in which a registration is looked for; any other comes last.
REGISTERS = ("0106", "0208", "0190", "local")
#: So many characters of the defences are told.
SUMMARY_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells and days are written."""

    delimiter: str
    decimal: str
    day: str
    encoding: str


DIALECTS = {
    "iso": Dialect(",", ".", "%Y-%m-%d", "utf-8"),
    "nl_excel": Dialect(";", ",", "%d-%m-%Y", "utf-8-sig"),
}


def write(dossier: Dossier, dialect: str = "iso") -> bytes:
    """The side file of a dossier that has a claim.

    :param dialect: ``iso`` or ``nl_excel``
    """
    lines = ([values.get(column) for column in COLUMNS] for values in rows(dossier))
    return table(COLUMNS, lines, dialect)


def table(head: Iterable[str], lines: Iterable[Iterable[object]], dialect: str = "iso") -> bytes:
    """Any table in one of the dialects; no text in it is a formula for a spreadsheet.

    :param head: names of the columns
    :param lines: values as :func:`cell` takes them
    """
    form = DIALECTS[dialect]
    stream = io.StringIO(newline="")
    writer = csv.writer(
        stream, delimiter=form.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    writer.writerow(head)
    for line in lines:
        writer.writerow([cell(value, form) for value in line])
    return stream.getvalue().encode(form.encoding)


def read(content: bytes) -> tuple[list[dict[str, str]], Dialect]:
    """The rows of a side file in either dialect, and which it is.

    :raises ValueError: for what is no such file
    """
    text = content.decode("utf-8-sig")
    head = text.partition("\n")[0]
    form = DIALECTS["nl_excel" if head.count(";") > head.count(",") else "iso"]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True)
    try:
        names, *lines = list(reader) or [[]]
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if any(len(line) != len(names) for line in lines):
        raise ValueError("not all rows have the columns of the first")
    return [dict(zip(names, line, strict=True)) for line in lines], form


def cell(value: object, form: Dialect) -> str:
    """One value as a cell; text that a spreadsheet would take for a formula is made harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return money(value).replace(".", form.decimal)
    if isinstance(value, date):
        return value.strftime(form.day) if value.year > 999 else value.isoformat()
    return safe(str(value))


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take text for a formula."""
    return bool(_FORMULA.match(text))


def safe(text: str) -> str:
    """Text in one line that no spreadsheet takes for a formula."""
    line = " ".join(clean_text(text, 32_000).split())
    return f"'{line}" if is_formula(text) or is_formula(line) else line


def phone(number: str) -> str:
    """A phone number without the plus that a spreadsheet would calculate with: ``0031…``."""
    return re.sub(r"^\s*\+", "00", number)


def rows(dossier: Dossier) -> Iterator[dict[str, object]]:
    """The values of each row by column, in the order of the dossier."""
    dossier = in_order(dossier)
    for invoice in dossier.claim.invoices:
        yield {**_case(dossier), **_debtor(dossier.debtors[0]), **_invoice(dossier, invoice)}


def _registration(party) -> str:
    if not party.business:
        return ""
    schemes = [each.scheme for each in party.business.identifiers]
    return party.registration(*REGISTERS, *schemes)


def _case(dossier: Dossier) -> dict[str, object]:
    header, claim = dossier.header, dossier.claim
    return {
        "case_number": header.case_number,
        "dossier_id": header.dossier_id,
        "revision": header.revision,
        "requested_action": dossier.assignment.action,
        "creditor_name": dossier.creditor.name,
        "creditor_registration": _registration(dossier.creditor),
        "interest_basis": claim.interest.basis,
        "interest_accrued_case": claim.totals.interest,
        "collection_costs_case": claim.totals.collection_costs,
        "other_costs_case": claim.totals.other_costs,
        "total_due_case": claim.totals.due,
        "currency": header.currency,
        "fourteen_day_letter_delivered": _delivered(dossier, "fourteen_day_letter"),
        "default_notice_delivered": _delivered(dossier, "default_notice"),
        "plan_history": "; ".join(f"{each.status} {each.agreed_on}" for each in dossier.plans),
    }


def _delivered(dossier: Dossier, kind: str) -> date | None:
    """The day on which the last message of a kind was delivered."""
    days = [
        delivery.at.date()
        for event in dossier.events
        if event.kind == kind
        for delivery in event.deliveries
        if delivery.status == "delivered"
    ]
    return max(days, default=None)


def _debtor(debtor: Debtor) -> dict[str, object]:
    person, address, contact = debtor.person, debtor.address, debtor.contact
    return {
        "debtor_number": debtor.number,
        "debtor_kind": "consumer" if debtor.consumer else "business",
        "debtor_name": person.family_name if person else debtor.name,
        "initials": person.initials if person else "",
        "prefix": person.prefix if person else "",
        "birth_date": person.birth_date if person else None,
        "debtor_registration": _registration(debtor),
        "street": address.street,
        "house_number": address.house_number,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
        "email": contact.emails[0] if contact and contact.emails else "",
        "phone": phone(contact.phones[0]) if contact and contact.phones else "",
    }


def _invoice(dossier: Dossier, invoice: Invoice) -> dict[str, object]:
    disputes = [
        each for each in dossier.disputes if not each.invoices or invoice.number in each.invoices
    ]
    periods = [
        each.since for each in dossier.claim.interest.periods if each.invoice == invoice.number
    ]
    paths = {each.id: each.path for each in dossier.documents}
    summary = "; ".join(f"{each.defence} [{each.status}]" for each in disputes)
    return {
        "invoice_number": invoice.number,
        "invoice_type": invoice.kind,
        "invoice_date": invoice.issue_date,
        "due_date": invoice.due_date,
        "default_since": invoice.default_since,
        "description": invoice.supply,
        "amount_excl_vat": invoice.excl,
        "vat_amount": invoice.vat,
        "amount_incl_vat": invoice.incl,
        "paid": invoice.paid,
        "credited": invoice.credited,
        "excluded": invoice.left_out,
        "principal_open": invoice.open,
        "interest_from": min(periods, default=None),
        "disputed": bool(disputes),
        "dispute_summary": clean_text(summary, SUMMARY_LIMIT),
        "time_bar_date": invoice.time_bar.day if invoice.time_bar else None,
        "document_paths": " ".join(paths[ref] for ref in invoice.documents if ref in paths),
    }
