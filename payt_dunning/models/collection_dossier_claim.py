from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, models

from ..rules.dossier.claim import (
    Claim,
    CollectionCosts,
    Credit,
    Excluded,
    Ground,
    Interest,
    InterestPeriod,
    Invoice,
    OtherCost,
    Payment,
    TimeBar,
    Totals,
)
from ..rules.dossier.codes import CREDIT_NOTE
from ..rules.dossier.sums_interest import exact_interest
from ..rules.law.money import cents
from ..rules.law.tables import CONSUMER, InterestRule
from ..tools import exact

ZERO, CENT = Decimal(0), Decimal("0.01")
GROUNDS = {"rent": "lease"}
GROUND_KINDS = ("sale", "services", "subscription", "energy", "loan")


class CollectionDossierClaim(models.AbstractModel):
    """What is claimed in a dossier, line by line, from the one calculation of what is owed.

    Each item is an invoice of the dossier: of one with several due dates each is its own.
    """

    _name = "collection.dossier.claim"
    _description = "Claim of a Dossier"

    @api.model
    def _claim(self, facts):
        """The claim of a dossier.

        :param facts: what was read, see :class:`~.collection_dossier.Facts`
        """
        invoices = tuple(self._invoice(facts, item) for item in facts.items)
        invoices += tuple(self._credit_note(facts, note) for note in facts.notes.values())
        payments, credits = self._movements(facts)
        interest = self._interest(facts)
        costs, others = self._costs(facts)
        principal = sum((each.open for each in invoices), ZERO)
        total_costs = costs.amount + costs.vat - costs.paid
        other = sum((each.amount + each.vat - each.paid for each in others), ZERO)
        open_interest = interest.accrued - interest.paid
        return Claim(
            law=self._country(facts),
            ground=self._ground(facts),
            invoices=invoices,
            payments=payments,
            credits=credits,
            interest=interest,
            costs=costs,
            other_costs=others,
            totals=Totals(
                principal=principal,
                interest=open_interest,
                collection_costs=total_costs,
                other_costs=other,
                due=principal + open_interest + total_costs + other,
            ),
        )

    @api.model
    def _country(self, facts):
        """The country whose law interest and costs follow; empty where it is more than one."""
        codes = {each.jurisdiction for each in facts.standings.values()}
        code = codes.pop() if len(codes) == 1 else ""
        return code if len(code) == 2 else ""

    @api.model
    def _ground(self, facts):
        kinds = {item.contract_kind for item in facts.items}
        kind = kinds.pop() if len(kinds) == 1 else ""
        kind = GROUNDS.get(kind, kind)
        return Ground(
            kind=kind if kind in (*GROUND_KINDS, "lease") else "other",
            description=facts.handover.ground
            or self.env._("Goods or services supplied as each invoice says."),
            agreed_on=facts.handover.agreed_on or None,
            channel=facts.handover.contract_channel or "",
            terms_apply=bool(facts.company.dunning_terms_agreed),
            documents=tuple(
                facts.ids(lambda each: each.kind in ("contract", "order_confirmation", "terms"))
            ),
        )

    # -- principal -------------------------------------------------------------------------------

    @api.model
    def _invoice(self, facts, item):
        """An item as an invoice of the dossier."""
        move, ledger = item.move_id, facts.ledgers[item.id]
        principal, excluded = cents(ledger.principal), cents(facts.excluded.get(item.id, ZERO))
        paid, credited = map(cents, self._taken_off(facts, item))
        excl, vat = self._parts(move, principal)
        law = facts.laws[item.id]
        return Invoice(
            number=item.display_name,
            issue_date=ledger.start,
            due_date=ledger.due,
            default_since=law.default_after and law.default_after + timedelta(days=1),
            supply=self._supply(move) or item.display_name,
            excl=excl,
            vat=vat,
            incl=principal,
            paid=paid,
            credited=credited,
            excluded=Excluded(reason="dispute", amount=excluded) if excluded else None,
            open=principal - paid - credited - excluded,
            time_bar=TimeBar(day=law.limitation) if law.limitation else None,
            documents=tuple(facts.ids(lambda each: each.about == move)),
        )

    @api.model
    def _taken_off(self, facts, item):
        """What payments and what credits took off an item: both in cents."""
        paid = sum(
            (each.went.principal for each in facts.paid[item.id] if each.step.kind == "payment"),
            ZERO,
        )
        credited = sum(
            (each.went.principal for each in facts.paid[item.id] if each.step.kind != "payment"),
            ZERO,
        )
        return paid, credited

    @api.model
    def _parts(self, move, amount):
        """An amount with tax in its parts, as the invoice has them: ``(without, tax)``."""
        total = exact(move.amount_total)
        if not move.is_invoice() or not total:
            return amount, ZERO
        tax = (amount * exact(move.amount_tax) / total).quantize(CENT, ROUND_HALF_UP)
        return amount - tax, tax

    @api.model
    def _supply(self, move):
        """In a sentence what an invoice is for."""
        names = [
            (line.name or "").strip().splitlines()[0]
            for line in move.invoice_line_ids
            if line.display_type == "product" and (line.name or "").strip()
        ]
        names = list(dict.fromkeys(names))
        more = "…" if len(names) > 3 else ""
        return "; ".join(names[:3]) + more

    @api.model
    def _movements(self, facts):
        """Payments and credits of the items, each as the ledger has it."""
        payments, credits = [], []
        for item in facts.items:
            for each in facts.paid[item.id]:
                if each.step.kind == "payment":
                    went = each.went
                    parts = [cents(part) for part in (went.principal, went.interest, went.costs)]
                    payments.append(
                        Payment(
                            date=each.step.day,
                            amount=sum(parts),
                            invoice=item.display_name,
                            to_principal=parts[0],
                            to_interest=parts[1],
                            to_costs=parts[2],
                        )
                    )
                elif each.went.principal:
                    credits.append(
                        Credit(
                            date=each.step.day,
                            amount=cents(each.went.principal),
                            invoice=item.display_name,
                            kind=self._credit_kind(facts, each.step),
                            note=each.step.name if each.step.name in facts.notes else "",
                        )
                    )
        return tuple(payments), tuple(credits)

    @api.model
    def _credit_kind(self, facts, step):
        if step.name in facts.notes:
            return "credit_note"
        return "set_off" if step.kind == "credit" else "write_off"

    @api.model
    def _credit_note(self, facts, note):
        """A credit note that was set against an item, with its document."""
        excl, tax = cents(exact(note.amount_untaxed)), cents(exact(note.amount_tax))
        return Invoice(
            number=note.name,
            kind=CREDIT_NOTE,
            issue_date=note.invoice_date or note.date,
            supply=self._supply(note) or note.name,
            excl=-excl,
            vat=-tax,
            incl=-(excl + tax),
            credited=-(excl + tax),
            open=ZERO,
            documents=tuple(facts.ids(lambda each: each.about == note)),
        )

    # -- interest --------------------------------------------------------------------------------

    @api.model
    def _interest(self, facts):
        """Interest on what is claimed, by the lines of the one calculation."""
        periods = []
        for item in facts.items:
            periods += self._periods(facts, item)
        if not periods:
            return Interest(basis="none")
        leap, compounding = self._how(facts)
        day = facts.day
        per_day = sum(
            (
                exact_interest(each.base, each.rate, day, day, leap)
                for each in periods
                if each.until == day
            ),
            ZERO,
        )
        consumer = any(each.rules == CONSUMER for each in facts.standings.values())
        agreed = any(each.rate is not None for each in facts.standings.values())
        return Interest(
            basis="contractual" if agreed else "statutory" if consumer else "statutory_commercial",
            day_count=leap,
            compounding=compounding,
            accrued=sum((each.amount for each in periods), ZERO),
            paid=cents(
                sum((each.went.interest for paid in facts.paid.values() for each in paid), ZERO)
            ),
            per_day=per_day.quantize(CENT, ROUND_HALF_UP),
            periods=tuple(periods),
        )

    @api.model
    def _how(self, facts):
        """Count of days and compounding, by the law's rule on the day."""
        tables = self.env["collection.law.row"].sudo()._tables()
        standing = next(iter(facts.standings.values()))
        debtor = "business" if standing.trade else standing.rules
        rule = tables.maybe(InterestRule, standing.jurisdiction, debtor, day=facts.day)
        return (
            "actual/actual" if rule and rule.actual else "actual/365",
            "yearly" if rule and rule.compounding else "none",
        )

    @api.model
    def _periods(self, facts, item):
        """The days on which interest runs on what is claimed of an item, in whole cents.

        Cents are divided over the rows so that they add up to what all of them give together.
        """
        left_out, leap = facts.excluded.get(item.id, ZERO), self._how(facts)[0]
        found, joined, total, told = [], ZERO, ZERO, ZERO
        for line in facts.lines[item.id]:
            if line.kind == "capitalised":
                joined += line.amount
            if line.kind != "interest" or line.base - left_out <= 0 or not line.percent:
                continue
            base = cents(line.base - left_out)
            total += exact_interest(base, line.percent, line.since, line.until, leap)
            amount = total.quantize(CENT, ROUND_HALF_UP) - told
            told += amount
            found.append(
                InterestPeriod(
                    invoice=item.display_name,
                    since=line.since,
                    until=line.until,
                    days=line.days,
                    base=base,
                    capitalised=cents(joined),
                    rate=line.percent,
                    amount=amount,
                )
            )
        return found

    # -- costs -----------------------------------------------------------------------------------

    @api.model
    def _costs(self, facts):
        """Costs of collecting, and what else is claimed beside the invoices.

        :return: :class:`~..rules.dossier.claim.CollectionCosts` and other costs
        """
        paid = cents(sum((each.went.costs for own in facts.paid.values() for each in own), ZERO))
        gross, net, event, others = ZERO, ZERO, "", []
        charges = self.env["dunning.charge"].sudo()
        for each in facts.charges:
            charge, left = charges.browse(each.charge_id), cents(each.amount - each.waived)
            if not left:
                continue
            tax = (left * exact(charge.amount_tax) / exact(charge.amount)).quantize(
                CENT, ROUND_HALF_UP
            )
            if each.kind == "interest":
                others.append(
                    OtherCost(
                        date=each.due_from,
                        amount=left - tax,
                        vat=tax,
                        description=charge.display_name,
                    )
                )
                continue
            gross, net = gross + left, net + left - tax
            event = event or facts.event_of(charge.notice_id)
        if not gross:
            return self._no_costs(facts), tuple(others)
        agreed = any(each.scale for each in facts.standings.values())
        return (
            CollectionCosts(
                basis="contractual" if agreed else "statutory_scale",
                base=cents(sum((exact(share.base) for share in facts.shares), ZERO)),
                amount=net,
                vat=gross - net,
                paid=paid,
                notice_event=event,
            ),
            tuple(others),
        )

    @api.model
    def _no_costs(self, facts):
        """Why no costs are asked for."""
        if facts.waived:
            return CollectionCosts(
                basis="waived",
                reason="goodwill",
                note=self.env._("Waived by the creditor."),
            )
        consumer = any(each.rules == CONSUMER for each in facts.standings.values())
        if consumer:
            return CollectionCosts(basis="not_due", reason="no_valid_notice")
        return CollectionCosts(
            basis="not_due", reason="other", note=self.env._("No costs were claimed.")
        )
