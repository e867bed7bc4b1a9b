"""Whether a dossier is whole and makes sense, apart from its amounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from .codes import CREDIT_NOTE, SEIZING
from .dossier import Dossier
from .parties import Party
from .problems import WARNING, Problem, problem

#: An address that nobody confirmed for so long is worth a look.
OLD_ADDRESS = timedelta(days=183)
CLAIMED = ("creditor", "debtors", "claim", "events", "checks", "documents", "declaration")
#: Parts that a dossier of each function must have, and may have.
WANTED = {
    "original": (CLAIMED, ("disputes", "no_defence", "plans")),
    "replacement": (CLAIMED, ("disputes", "no_defence", "plans")),
    "supplement": (("supplement",), ("events", "disputes", "documents", "declaration")),
    "recall": (("recall",), ()),
}
PARTS = (*CLAIMED, "disputes", "no_defence", "plans", "supplement", "recall")
#: What a judge asks for of his own motion where the debtor is a consumer.
CONSUMER_DOCUMENTS = ("contract", "terms")
ALSO_A_CONTRACT = ("contract", "order_confirmation")


def check_sense(dossier: Dossier) -> list[Problem]:
    """What is missing, refers to nothing, or can't be.

    Errors keep a dossier back. Warnings are for a person to look at: an old address, a missing
    registration, what a judge will ask for.
    """
    found = [*_parts(dossier), *_twice(dossier), *_references(dossier)]
    if dossier.claim:
        found += [*_parties(dossier), *_invoices(dossier), *_disputes(dossier), *_plans(dossier)]
        if any(each.consumer for each in dossier.debtors):
            found += _consumer(dossier)
    return found


def _parts(dossier: Dossier) -> list[Problem]:
    """Function and parts belong together; a claim has defences or says that none is known."""
    function = dossier.header.function
    needed, allowed = WANTED.get(function, ((), ()))
    there = {name for name in PARTS if getattr(dossier, name)}
    fits = set(needed) <= there <= {*needed, *allowed}
    if dossier.claim:
        fits = fits and bool(dossier.disputes) != dossier.no_defence
        needed = (*needed, "disputes or no_defence")
    if fits:
        return []
    values = {"wanted": ", ".join(needed), "found": ", ".join(sorted(there)) or "none"}
    return [problem("function_parts", "dossier", function=function, **values)]


def _twice(dossier: Dossier) -> list[Problem]:
    kinds = {
        "document": [each.id for each in dossier.documents],
        "exhibit": [each.exhibit for each in dossier.documents],
        "file": [each.path.lower() for each in dossier.documents],
        "event": [each.id for each in dossier.events],
        "invoice": [each.number for each in dossier.claim.invoices] if dossier.claim else [],
    }
    return [
        problem("twice", "dossier", kind=kind, id=value)
        for kind, values in kinds.items()
        for value, count in Counter(values).items()
        if count > 1
    ]


def _mentions(dossier: Dossier) -> Iterator[tuple[str, str, Iterable[str]]]:
    """What each record refers to: its name, the kind, the ids."""
    for each in dossier.events:
        yield f"event {each.id}", "document", each.documents
    for each in dossier.disputes:
        where = f"dispute of {each.raised_on}"
        yield where, "document", each.documents
        if dossier.claim:
            yield where, "invoice", each.invoices
    for each in dossier.plans:
        yield f"payment plan of {each.agreed_on}", "document", each.documents
    if not (claim := dossier.claim):
        return
    yield "ground", "document", claim.ground.documents
    for each in claim.invoices:
        yield f"invoice {each.number}", "document", each.documents
        yield f"invoice {each.number}", "event", filter(None, [_interrupted(each)])
    for each in claim.payments:
        yield f"payment of {each.date}", "invoice", filter(None, [each.invoice])
    for each in claim.credits:
        yield f"credit of {each.date}", "invoice", [each.invoice]
    for each in claim.interest.periods:
        yield f"interest from {each.since}", "invoice", [each.invoice]
    for each in claim.other_costs:
        yield f"cost of {each.date}", "document", each.documents
    yield "collection costs", "event", filter(None, [claim.costs.notice_event])


def _interrupted(invoice) -> str:
    return invoice.time_bar.interrupted_by if invoice.time_bar else ""


def _references(dossier: Dossier) -> list[Problem]:
    there = {
        "document": {each.id for each in dossier.documents},
        "event": {each.id for each in dossier.events},
        "invoice": {each.number for each in dossier.claim.invoices} if dossier.claim else set(),
    }
    return [
        problem("unknown", where, kind=kind, id=each)
        for where, kind, ids in _mentions(dossier)
        for each in ids
        if each not in there[kind]
    ]


def _party(party: Party, where: str) -> list[Problem]:
    if (party.entity is None) == (party.person is None):
        return [problem("party_kind", where)]
    found = []
    if party.business and not party.business.identifiers:
        found.append(problem("no_registration", where, WARNING))
    if party.entity and not party.entity.legal_form:
        found.append(problem("no_legal_form", where, WARNING))
    return found


def _parties(dossier: Dossier) -> list[Problem]:
    found = _party(dossier.creditor, "creditor") if dossier.creditor else []
    if not any(each.role == "principal" for each in dossier.debtors):
        found.append(problem("no_principal", "debtors"))
    day = dossier.header.calculation_date
    for each in dossier.debtors:
        where = f"debtor {each.number}"
        found += _party(each, where)
        if each.known_iban and dossier.assignment.action not in SEIZING:
            found.append(problem("known_iban", where))
        confirmed = each.address.as_of
        if confirmed and day - confirmed > OLD_ADDRESS:
            found.append(problem("address_old", where, WARNING, day=confirmed))
    return found


def _invoices(dossier: Dossier) -> list[Problem]:
    kinds = {each.id: each.kind for each in dossier.documents}
    day, found = dossier.header.calculation_date, []
    for each in dossier.claim.invoices:
        where = f"invoice {each.number}"
        wanted = "credit_note" if each.kind == CREDIT_NOTE else "invoice"
        if wanted not in {kinds.get(ref) for ref in each.documents}:
            listed = ", ".join(each.documents) or "none"
            found.append(problem("invoice_document", where, documents=listed))
        if each.due_date and each.due_date < each.issue_date:
            found.append(problem("due_early", where, due=each.due_date, issued=each.issue_date))
        if each.default_since and each.due_date and each.default_since <= each.due_date:
            values = {"default": each.default_since, "due": each.due_date}
            found.append(problem("default_early", where, **values))
        if each.time_bar and each.time_bar.day < day and each.open > 0:
            found.append(problem("time_barred", where, day=each.time_bar.day))
        if each.issue_date > day:
            found.append(problem("in_the_future", where, what="it", day=each.issue_date))
    for each in dossier.claim.payments:
        if each.date > day:
            found.append(
                problem(
                    "in_the_future", "payments", what=f"a payment of {each.amount}", day=each.date
                )
            )
    return found


def _disputes(dossier: Dossier) -> list[Problem]:
    """Decided ones are answered; of what an undecided one is about something is left out."""
    found = []
    left_out = {
        each.number
        for each in dossier.claim.invoices
        if each.excluded and each.excluded.reason == "dispute"
    }
    for each in dossier.disputes:
        where = f"dispute of {each.raised_on}"
        if each.status != "open":
            if not each.answer.strip():
                found.append(problem("dispute_answer", where))
        elif not set(each.invoices) & left_out and (each.invoices or not left_out):
            numbers = ", ".join(each.invoices) or "the claim"
            found.append(problem("dispute_open", where, invoices=numbers))
    return found


def _plans(dossier: Dossier) -> list[Problem]:
    return [
        problem("plan_active", f"payment plan of {each.agreed_on}")
        for each in dossier.plans
        if each.status == "active"
    ]


def _consumer(dossier: Dossier) -> list[Problem]:
    """What a judge looks at of his own motion."""
    found, channel = [], dossier.claim.ground.channel
    if not channel:
        found.append(problem("consumer_channel", "ground", WARNING))
    there = {each.kind for each in dossier.documents}
    lacking = [kind for kind in CONSUMER_DOCUMENTS if kind not in there]
    if there & set(ALSO_A_CONTRACT):
        lacking = [kind for kind in lacking if kind != "contract"]
    if channel == "distance" and "checkout_evidence" not in there:
        lacking.append("checkout_evidence")
    return found + [
        problem("consumer_document", "documents", WARNING, kind=kind) for kind in lacking
    ]
