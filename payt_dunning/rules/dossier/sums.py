"""Whether the amounts of a dossier add up, before it is built and when it is looked at.

Nothing raises: each fault is a :class:`.problems.Problem` that names the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from .claim import Claim, Invoice
from .codes import CREDIT_NOTE
from .dossier import Dossier
from .problems import WARNING, Problem, problem
from .slots import CENT
from .sums_costs import check_costs
from .sums_interest import check_interest

ZERO = Decimal(0)


def check(dossier: Dossier, most_costs: Decimal | None = None) -> list[Problem]:
    """What does not add up in a dossier; nothing for one without a claim.

    :param most_costs: what the law's scale gives, without VAT, where it is known: a consumer is
        asked for no more
    """
    claim = dossier.claim
    if claim is None:
        return []
    return [
        *_invoices(claim),
        *_payments(claim),
        *_credits(claim),
        *check_interest(claim, dossier.header.calculation_date),
        *check_costs(dossier, most_costs),
        *_totals(claim),
        *_plans(dossier),
    ]


def check_ledger(dossier: Dossier, residuals: Mapping[str, Decimal]) -> list[Problem]:
    """Where a dossier and the books differ, as they are now.

    :param residuals: what is open of each invoice by its number, in the dossier's currency;
        credit notes that are used up may be missing
    """
    found = []
    for invoice in dossier.claim.invoices if dossier.claim else ():
        open_here = invoice.open + invoice.left_out
        if invoice.number in residuals:
            residual = residuals[invoice.number]
            if residual != open_here:
                found.append(_of(invoice, "ledger_differs", open=open_here, residual=residual))
        elif open_here or invoice.kind != CREDIT_NOTE:
            found.append(_of(invoice, "ledger_missing"))
    return found


def _of(invoice: Invoice, code: str, severity: str = "error", **values: object) -> Problem:
    return problem(code, f"invoice {invoice.number}", severity, **values)


def _invoices(claim: Claim) -> list[Problem]:
    found = []
    for each in claim.invoices:
        if each.excl + each.vat != each.incl:
            found.append(_of(each, "sum_incl", excl=each.excl, vat=each.vat, incl=each.incl))
        if each.incl - each.paid - each.credited - each.left_out != each.open:
            found.append(
                _of(
                    each,
                    "sum_open",
                    incl=each.incl,
                    paid=each.paid,
                    credited=each.credited,
                    excluded=each.left_out,
                    open=each.open,
                )
            )
    return found


def _payments(claim: Claim) -> list[Problem]:
    """Each payment is its parts; all of an invoice are what it says is paid."""
    found, by_invoice = [], defaultdict(Decimal)
    for each in claim.payments:
        by_invoice[each.invoice] += each.to_principal
        if each.to_principal + each.to_interest + each.to_costs != each.amount:
            found.append(
                problem(
                    "payment_parts",
                    f"payment of {each.date}",
                    principal=each.to_principal,
                    interest=each.to_interest,
                    costs=each.to_costs,
                    amount=each.amount,
                )
            )
    for invoice in claim.invoices:
        paid = by_invoice.pop(invoice.number, ZERO)
        if paid != invoice.paid:
            found.append(_of(invoice, "paid_differs", paid=invoice.paid, found=paid))
    for number, paid in by_invoice.items():
        if paid:
            where = f"payments on {number}" if number else "payments without an invoice"
            found.append(problem("paid_differs", where, paid=ZERO, found=paid))
    return found


def _credits(claim: Claim) -> list[Problem]:
    """Credits are what invoices say was credited; a credit note gives no more than it has."""
    found, by_invoice, by_note = [], defaultdict(Decimal), defaultdict(Decimal)
    numbers = {each.number: each for each in claim.invoices}
    for each in claim.credits:
        by_invoice[each.invoice] += each.amount
        if each.note:
            by_note[each.note] += each.amount
        elif each.kind == "credit_note":
            found.append(problem("credit_note_unknown", f"credit of {each.date}", number="?"))
    for number, given in by_note.items():
        note = numbers.get(number)
        if note is None or note.kind != CREDIT_NOTE:
            found.append(problem("credit_note_unknown", "credits", number=number))
        elif given > -note.credited:
            found.append(_of(note, "credit_note_overused", found=given, credited=note.credited))
    for invoice in claim.invoices:
        given = by_invoice.get(invoice.number, ZERO)
        if invoice.kind != CREDIT_NOTE and given != invoice.credited:
            found.append(_of(invoice, "credited_differs", credited=invoice.credited, found=given))
    return found


def _totals(claim: Claim) -> list[Problem]:
    totals, costs = claim.totals, claim.costs
    other = sum((each.amount + each.vat - each.paid for each in claim.other_costs), ZERO)
    wanted = {
        "total_principal": (totals.principal, sum((each.open for each in claim.invoices), ZERO)),
        "total_interest": (totals.interest, claim.interest.accrued - claim.interest.paid),
        "total_costs": (totals.collection_costs, costs.amount + costs.vat - costs.paid),
        "total_other": (totals.other_costs, other),
        "total_due": (
            totals.due,
            totals.principal + totals.interest + totals.collection_costs + totals.other_costs,
        ),
    }
    found = [
        problem(code, "totals", total=total, found=right.quantize(CENT))
        for code, (total, right) in wanted.items()
        if total != right
    ]
    if totals.due <= 0:
        found.append(problem("nothing_due", "totals"))
    return found


def _plans(dossier: Dossier) -> list[Problem]:
    return [
        problem(
            "plan_paid",
            f"payment plan of {plan.agreed_on}",
            WARNING,
            due=each.due,
            paid=each.paid,
            amount=each.amount,
        )
        for plan in dossier.plans
        for each in plan.instalments
        if each.paid > each.amount
    ]
