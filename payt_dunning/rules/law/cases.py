"""Worked cases, as accountants check a year's rates with: read, run through the rules, answered.

A case is what ``law-examples.json`` holds: ``id``, ``jurisdiction``, ``category``, ``input``. The
answer has the keys of the case's ``expected``, where it has one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from . import limits, notice_text, terms
from .costs import NOTHING, Circumstances, Costs, Creditor, Notice, costs
from .errors import Held, Refused
from .interest import interest_rule, spans
from .money import amount_of, cents
from .owed import LEGAL_ORDER, Charge, Claim, Payment, Statement, owed
from .tables import CONSUMER, ONE_DAY, AllocationRule, LawTables
from .who import rules_for

#: Kinds of contract with terms that recur.
PERIODIC = ("periodic", "subscription", "rent", "energy", "care")
ORDERS = {
    "costs_interest_principal": ("costs", "interest", "principal"),
    "interest_costs_principal": ("interest", "costs", "principal"),
    "interest_principal_costs": ("interest", "principal", "costs"),
    "interest_principal": ("costs", "interest", "principal"),
    "principal_interest_costs": ("principal", "interest", "costs"),
    "principal_first": ("principal", "interest", "costs"),
}


def answer(tables: LawTables, case: dict[str, Any]) -> dict[str, Any]:
    """What the rules say of a case: its result, or ``error``, or ``held`` with the reason."""
    known = {"id": case.get("id")}
    try:
        result = _Case(tables, case).result()
    except Held as held:
        return known | {"result": {"held": True, "reason": str(held)}}
    except Refused as error:
        return known | {"error": str(error)}
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        return known | {"error": f"the case lacks something or has a wrong form: {error!r}"}
    wanted = case.get("expected")
    if isinstance(wanted, dict) and "held" not in wanted:
        result = {key: value for key, value in result.items() if key in wanted}
    return known | {"result": result}


def _day(text: object, what: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise Refused(f"{what}: “{text}” is not a day; write it as 2026-07-01") from error


def _money(amount: Decimal) -> str:
    return str(cents(amount))


class _Case:
    """One case while it is answered."""

    def __init__(self, tables: LawTables, case: dict[str, Any]) -> None:
        self.tables, self.case = tables, case
        self.input = case["input"]
        self.category = case["category"]
        self.day = _day(self.input.get("as_of_inclusive") or date.today(), "as_of_inclusive")
        found = tables.jurisdiction(case["jurisdiction"], max(self.day, date(2020, 1, 1)))
        self.code = found.jurisdiction
        currency = self.input.get("currency") or found.currency
        if currency != found.currency:
            raise Refused(
                f"the tables of {self.code} are in {found.currency}, the case is in {currency}"
            )
        self.debtor = rules_for(
            self.input.get("debtor_type") or "unknown", bool(self.input.get("confirmed"))
        ).value
        if self.input.get("debtor_type") in ("public", "government"):
            self.debtor = "public"

    def result(self) -> dict[str, Any]:
        kinds = {
            "costs": self.costs_only,
            "guard": self.costs_only,
            "interest": self.interest,
            "allocation": self.allocation,
            "dates": self.dates,
            "notice_text": self.notice_text,
            "court": self.court,
            "limitation": self.limitation,
            "full_case": self.full_case,
        }
        if self.category not in kinds:
            raise Refused(f"there is no category “{self.category}”")
        return kinds[self.category]()

    # -- costs -----------------------------------------------------------------------------

    def principals(self) -> list[Decimal]:
        found = []
        for number, claim in enumerate(self.input["claims"], 1):
            amount = amount_of(claim["principal"], f"principal of claim {number}")
            if amount < 0:
                raise Refused(f"the principal of claim {number} is negative: {amount}")
            found.append(amount)
        return found

    def circumstances(self, day: date) -> Circumstances:
        notice, creditor = self.input.get("notice"), self.input.get("creditor") or {}
        return Circumstances(
            day=day,
            notice=_notice(notice) if notice else None,
            creditor=Creditor(
                can_deduct=creditor.get("can_deduct_vat", True),
                pays_collector=creditor.get("uses_vat_charged_collector", False),
                declared=creditor.get("vat_declared", False),
            ),
            clause=self.input.get("contract_clause", True),
            periodic=self.input.get("contract") in PERIODIC,
            earlier_fees=int(
                self.input.get("earlier_unpaid_terms_with_notice_within_6_months") or 0
            ),
        )

    def costs_only(self) -> dict[str, Any]:
        left = self.principals()
        for payment in self.input.get("payments_within_term") or ():
            money = amount_of(payment["amount"], "payment within the term")
            if money <= 0:
                raise Refused(f"a payment must be above zero: {money}")
            for place, principal in enumerate(left):
                paid = min(money, principal)
                left[place] -= paid
                money -= paid
        found = costs(self.tables, self.code, self.debtor, left, self.circumstances(self.day))
        return self.costs_result(found)

    def costs_result(self, found: Costs) -> dict[str, Any]:
        result = {
            "costs": _money(found.amount),
            "vat_on_costs": _money(found.vat),
            "costs_incl_vat": _money(found.total),
            "is_maximum": found.ceiling,
            "why": found.why,
        }
        return result

    # -- interest and payments -------------------------------------------------------------

    def claims(self) -> list[Claim]:
        rule = interest_rule(self.tables, self.code, self._interest_debtor(), self.day)
        if rule.no_clause and (
            self.input.get("interest_kind") == rule.no_clause
            or self.input.get("contract_clause") is False
        ):
            rule = replace(rule, rate_kind=rule.no_clause)
        self._check_kind(rule.rate_kind)
        asked = self.input.get("compounding")
        if asked and asked != "simple" and not rule.compounding:
            raise Refused(f"interest does not bear interest in {self.code}: {rule.source}")
        compounding = rule.compounding and asked != "simple"
        claims = []
        for key, (claim, principal) in enumerate(
            zip(self.input["claims"], self.principals(), strict=True)
        ):
            if not principal:
                raise Refused(f"the principal of claim {key + 1} must be above zero")
            due = _day(claim.get("due_date") or self.input.get("interest_runs_after"), "due_date")
            after = self._runs_after(due)
            contract = claim.get("contract_rate") or self.input.get("contract_rate")
            parts = self._parts(rule, after, contract)
            invoiced = claim.get("invoice_date")
            claims.append(
                Claim(
                    key,
                    principal,
                    due,
                    after,
                    parts,
                    compounding,
                    _day(invoiced, "invoice_date") if invoiced else None,
                )
            )
        return claims

    def _interest_debtor(self) -> str:
        """Who buys for the business owes interest as in trade; only the costs are milder."""
        trades = self.input.get("debtor_type") == "sole_trader"
        if trades and self.input.get("interest_kind") == "commercial":
            return "business"
        return self.debtor

    def _check_kind(self, allowed: str) -> None:
        kind = self.input.get("interest_kind")
        if kind and allowed != "none" and kind != allowed:
            raise Refused(
                f"the {kind} rate does not apply to a {self.debtor} in {self.code}: "
                f"the {allowed} one does"
            )

    def _runs_after(self, due: date) -> date:
        after = self.input.get("interest_runs_after") or "each due_date"
        after = due if "due_date" in str(after) else _day(after, "interest_runs_after")
        if after < due:
            raise Refused(f"interest can't run after {after}, before the due date {due}")
        return after

    def _parts(self, rule, after, contract):
        if self.input.get("interest_claimed") is False:
            return []
        count = self.input.get("day_count") or "act/365"
        if count not in ("act/365", "act/act", "actact_calendar"):
            raise Refused(f"there is no day count “{count}”")
        if count != "act/365":
            rule = replace(rule, actual=True)
        agreed = None
        if contract is not None:
            if self.debtor == CONSUMER:
                raise Refused("from consumers only the statutory rate may be asked")
            agreed = Decimal(str(contract))
        return spans(self.tables, self.code, rule, after, self.day, agreed)

    def payments(self) -> list[Payment]:
        found = []
        for payment in self.input.get("payments") or ():
            claim = payment.get("claim")
            found.append(
                Payment(
                    _day(payment["date"], "payment"),
                    amount_of(payment["amount"], "payment"),
                    int(claim) if claim is not None else None,
                    payment.get("kind") == "credit_note",
                )
            )
        return found

    def order(self) -> tuple[str, ...]:
        name = self.input.get("order")
        if name:
            if name not in ORDERS:
                raise Refused(f"there is no order “{name}”")
            return ORDERS[name]
        if not self.input.get("payments"):
            return LEGAL_ORDER  # nothing to allocate: the law need not be known
        return self.tables.one(AllocationRule, self.code, day=self.day).order

    def statement(self, charges: list[Charge], day: date | None = None) -> Statement:
        return owed(self.claims(), self.payments(), charges, day or self.day, self.order())

    def interest(self) -> dict[str, Any]:
        found = self.statement([])
        first = min((claim.runs_after or self.day) for claim in self.claims())
        return {
            "interest": _money(found.accrued),
            "days": max((self.day - first).days, 0),
            "interest_per_claim": self._per_claim(found),
        }

    def _per_claim(self, found: Statement) -> list[str]:
        return [_money(state.accrued_total) for _key, state in sorted(found.claims.items())]

    def allocation(self) -> dict[str, Any]:
        charges = [
            Charge(_day(cost["due_from"], "due_from"), amount_of(cost["amount"], "costs"))
            for cost in self.input.get("costs") or ()
        ]
        return self._settled(self.statement(charges))

    def _settled(self, found: Statement) -> dict[str, Any]:
        return {
            "allocations": [
                {
                    "date": str(each.day),
                    "costs": _money(each.costs),
                    "interest": _money(each.interest),
                    "principal": _money(each.principal),
                    "unapplied": _money(each.unapplied),
                }
                for each in found.allocations
            ],
            "principal_outstanding": _money(found.principal),
            "costs_outstanding": _money(found.costs),
            "interest_outstanding": _money(found.interest),
            "total_outstanding": _money(found.total),
            "interest_accrued_total": _money(found.accrued),
        }

    def full_case(self) -> dict[str, Any]:
        """Costs of what was open when they became due, then everything through time."""
        due_from = self.input.get("costs_due_from")
        start = _day(due_from, "costs_due_from") if due_from else self.day
        found = Costs(NOTHING, NOTHING, "")
        if start <= self.day:
            before = self.statement([], min(start - ONE_DAY, self.day))
            left = [state.principal for _key, state in sorted(before.claims.items())]
            found = costs(self.tables, self.code, self.debtor, left, self.circumstances(start))
        statement = self.statement([Charge(start, found.total)] if found.total else [])
        return {
            **self.costs_result(found),
            "interest": _money(statement.accrued),
            "interest_per_claim": self._per_claim(statement),
            **self._settled(statement),
        }

    # -- the rest --------------------------------------------------------------------------

    def dates(self) -> dict[str, Any]:
        sent = self.input.get("posted_on") or self.input["sent_on"]
        channel = self.input["channel"]
        delivered = self.input.get("delivered_on")
        found = terms.term(
            self.tables,
            self.code,
            self.input["notice"],
            channel,
            _day(sent, "sent"),
            delivered=_day(delivered, "delivered_on") if delivered else None,
        )
        return {
            "presumed_received_on": str(found.received),
            "term_first_day": str(found.first),
            "term_last_day": str(found.last),
            "costs_due_from": str(found.costs_from),
        }

    def notice_text(self) -> dict[str, Any]:
        if self.input["notice"] != "nl_14_day":
            raise Refused(f"sentences of {self.input['notice']} are not known")
        return {"acceptable": notice_text.term_is_right(self.input["term_sentence"])}

    def court(self) -> dict[str, Any]:
        amount = amount_of(self.input["claim_incl_interest"], "claim")
        kind = "consumer_sale" if self.input.get("consumer_sale") else self.input.get("claim", "")
        return {"court": limits.court(self.tables, self.code, amount, self.day, kind)}

    def limitation(self) -> dict[str, Any]:
        given = self.input.get("interruptions") or ()
        happened = [
            (
                _day(each["date"], "interruption"),
                each.get("kind") or each.get("means") or "reminder",
            )
            for each in given
        ]
        due = _day(self.input["became_due"], "became_due")
        end = limits.last_day(
            self.tables,
            self.code,
            self.input.get("claim") or "contract",
            due,
            self.debtor if self.input.get("debtor_type") else limits.ANYBODY,
            happened,
        )
        return {"last_day_to_interrupt": str(end)}


def _notice(given: dict[str, Any]) -> Notice:
    bounced = given.get("bounced") or given.get("returned") or given.get("left") is False
    return Notice(
        code=given["type"],
        valid=bool(given.get("valid", True)),
        left=not bounced,
        expired=bool(given.get("term_expired_unpaid")),
        missing=given.get("missing") or "",
    )
