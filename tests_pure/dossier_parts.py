"""What made-up cases have in common: files, parties, and how a value in one is replaced."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal as D

from rules.dossier import claim as c
from rules.dossier import parties as p
from rules.dossier import story as s
from rules.dossier.dossier import (
    Assignment,
    Header,
    PlanMandate,
    Software,
)
from rules.dossier.package import Exhibit

DAY = date(2025, 11, 28)
WINTER = timezone(timedelta(hours=1))
SUMMER = timezone(timedelta(hours=2))
#: Nobody's number that passes the check of Dutch citizen service numbers.
NATIONAL_ID = "111222333"


def at(*parts, zone=WINTER):
    """A moment in a time zone."""
    return datetime(*parts, tzinfo=zone)


def pdf(*lines, link=""):
    """A PDF of one page, the same bytes for ever: examples hold its hash."""
    text = "\n".join(
        f"1 0 0 1 50 {780 - 20 * place} Tm ({line}) Tj" for place, line in enumerate(lines)
    )
    content = f"BT /F1 12 Tf\n{text}\nET"
    note = f"/Annots [<</Type /Annot /Subtype /Link /Rect [50 700 200 720] /A <</S /URI /URI ({link})>>>>]"
    objects = (
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        f"/Resources <</Font <</F1 5 0 R>>>> {note if link else ''}>>",
        f"<</Length {len(content)}>>\nstream\n{content}\nendstream",
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    )
    made, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        f"{made}xref\n0 6\n0000000000 65535 f \n{table}trailer\n<</Size 6 /Root 1 0 R>>\n"
        f"startxref\n{len(made)}\n%%EOF\n"
    ).encode()


def exhibit(key, kind, title, day, number="", content=None, **values):
    """A file of a case; its content is a PDF that says its title."""
    content = pdf(title) if content is None else content
    return Exhibit(
        key=key,
        kind=kind,
        title=title,
        date=day,
        number=number,
        open=lambda: io.BytesIO(content),
        **values,
    )


def header(**values):
    """The head of a dossier about the bakery."""
    known = {
        "dossier_id": "6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411",
        "revision": 1,
        "case_number": "CASE/2025/00037",
        "created_at": at(2025, 11, 28, 10, 15),
        "calculation_date": DAY,
        "currency": "EUR",
        "software": Software(name="payt_dunning", version="19.0.1.0.0"),
    }
    return Header(**{**known, **values})


def assignment(**values):
    """What the bailiff is asked for."""
    known = {
        "recipient_type": "bailiff",
        "recipient_name": "Voorbeeld Gerechtsdeurwaarders",
        "client_number": "K-10442",
        "action": "court_action",
        "mandate": "Framework agreement of 2025-01-15: one demand, then the writ of summons.",
        "plan_mandate": PlanMandate(allowed=True, max_months=6, min_instalment=D("500.00")),
        "contact": p.Contact(
            name="S. de Wit",
            emails=("debiteuren@vandalen-installatie.example",),
            phones=("+31880000000",),
        ),
    }
    return Assignment(**{**known, **values})


CREDITOR = p.Creditor(
    entity=p.LegalEntity(
        registered_name="Van Dalen Installatietechniek B.V.",
        legal_form="besloten vennootschap",
        identifiers=(
            p.Identifier(scheme="0106", value="90000001"),
            p.Identifier(scheme="9944", value="NL800000006B01"),
        ),
    ),
    address=p.Address(
        street="Havenkade", house_number="12", postal_code="9700 AA", city="Groningen", country="NL"
    ),
    language="nl",
    payout_iban="NL91ABNA0417164300",
    vat_deductible=True,
)


def period(invoice, since, until, days, base, rate, amount):
    """A period of interest; days as text, as in the calculation that people check."""
    return c.InterestPeriod(
        invoice=invoice,
        since=date.fromisoformat(since),
        until=date.fromisoformat(until),
        days=days,
        base=D(base),
        rate=D(rate),
        amount=D(amount),
    )


def ids_of(arranged):
    """Ids of documents by the key of their exhibit."""
    return {each.exhibit.key: each.document.id for each in arranged}


DECLARATION = s.Declaration(
    by="S. de Wit",
    function="Credit manager",
    at=at(2025, 11, 28, 10, 14, 58),
    text="To our knowledge this dossier is complete and true, with every defence known to us.",
)


def checks(*results):
    """Checks as pairs of code and result."""
    moment = at(2025, 11, 28, 10, 14, 55)
    return tuple(s.Check(code=code, result=result, at=moment) for code, result in results)


def changed(value, path, new):
    """A dossier with one value in it replaced.

    :param path: names and places of parts, as in ``claim.invoices.0.open``
    """
    name, _dot, rest = path.partition(".")
    if name.isdigit():
        place = int(name)
        one = changed(value[place], rest, new) if rest else new
        return (*value[:place], one, *value[place + 1 :])
    return replace(value, **{name: changed(getattr(value, name), rest, new) if rest else new})
