import re
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain

from ..pdf import page_count
from ..rules.handover import ELSEWHERE, PROTECTED, checks, needs_lawyer
from ..rules.handover_facts import CaseFacts, Part
from ..rules.law.errors import Held, Refused
from ..rules.law.limits import claims_of, court_fee
from ..rules.law.tables import CONSUMER, CourtRule
from ..tools import content_of, exact

ZERO = Decimal(0)
#: Streets that nobody lives in.
BOX = re.compile(
    r"\b(postbus|post\s*box|p\.?\s*o\.?\s*box|postfach|bo[iî]te postale|b\.?p\.?\s+\d)", re.I
)


class CollectionCheck(models.AbstractModel):
    """Reads what the checks before a handover look at; see :mod:`..rules.handover`."""

    _name = "collection.check"
    _description = "Checks Before a Handover"

    @api.model
    def _checks(self, case, agent, sums=()):
        """What the checks say of a case for an agent today.

        :param sums: what does not add up, in words
        :return: list of :class:`~..rules.handover.Check`
        """
        return self._look(case, agent, sums)[0]

    @api.model
    def _look(self, case, agent, sums=()):
        """The same, with the :class:`~..rules.handover.CaseFacts` that the checks looked at."""
        day = case._today()
        facts = self._facts(case, day, sums)
        return checks(facts, agent._facts(case.company_id.sudo()), day), facts

    @api.model
    def _facts(self, case, day, sums=()):
        """A case as the checks know it; see :class:`~..rules.handover.CaseFacts`."""
        case = case.sudo()
        items = case._open_items()
        open_items = items.filtered(lambda item: item.state == "open")
        standings = self.env["dunning.law"]._standings(items, day)
        owed = (
            self.env["dunning.owed"]
            ._statements(items, day)
            .get((case.debtor_id.id, case.currency_id.id))
        )
        law = self._law(case, open_items, standings, owed, day)
        return CaseFacts(
            parts=self._parts(case, open_items, day),
            interest=owed.interest if owed else ZERO,
            costs=sum((exact(charge.amount_left) for charge in case._charges(items)), ZERO),
            natural=case.debtor_id.kind in ("consumer", "sole_trader"),
            consumer=any(each.rules == CONSUMER for each in standings.values()),
            notice_valid=all(
                any(served.code and served.until < day for served in standings[item.id].served)
                for item in open_items
            ),
            marks=self._marks(case, items, day),
            **self._agreed(case, items, day),
            unanswered=bool(
                self.env["dunning.question"]
                .sudo()
                .search_count(
                    [("debtor_id", "=", case.debtor_id.id), ("state", "=", "open")], limit=1
                )
            ),
            address_on=case.debtor_id.address_checked_on or None,
            enquired_on=case.debtor_id.insolvency_checked_on or None,
            sums=tuple(sums),
            **law,
            **self._address(case.debtor_id.partner_id),
            **self._handovers(case, items),
        )

    @api.model
    def _parts(self, case, items, day):
        """The invoices of a case, as far as checks look at them."""
        found = {
            candidate.facts.item_id: candidate.facts
            for candidate in self.env["dunning.facts"]._candidates(case.debtor_id, day)
        }
        files, laws = self._pdfs(items.move_id), items._laws()
        parts = []
        for item in items:
            facts, law, move = found.get(item.id), laws[item], item.move_id
            coming = facts and (
                facts.covered + facts.under_way > 0
                or (facts.receipt_until and facts.receipt_until >= day)
            )
            parts.append(
                Part(
                    number=item.display_name,
                    open=exact(item.amount_open),
                    disputed=facts.disputed(day) if facts else ZERO,
                    last_day=law.limitation,
                    pdf=move.id in files,
                    named=self._is_named(move, case.debtor_id.partner_id),
                    under_way=bool(coming),
                    in_default=bool(law.default_after and law.default_after < day),
                    **self._held(facts.holds if facts else (), day),
                )
            )
        return tuple(parts)

    @api.model
    def _held(self, holds, day):
        """What stops the follow-up of an invoice today, and until when."""
        found = [hold for hold in holds if hold.counts_on(day) and hold.kind not in ELSEWHERE]
        ends = [hold.until for hold in found]
        return {
            "held": tuple(sorted({hold.kind for hold in found})),
            "held_until": None if None in ends else max(ends, default=None),
        }

    @api.model
    def _agreed(self, case, items, day):
        """What runs with the debtor about a case, or was offered to it and still stands."""
        plans = self.env["dunning.payment.plan"]
        offer = plans._standing_offer(items, day)[:1]
        lapse = case._charges(items).filtered(lambda each: each.condition_state == "offered")
        until = [*lapse.mapped("condition_until")]
        if case.offer_state == "offered":
            until.append(case.offer_until)
        return {
            "plan": plans._of_items(items)[:1].name or "",
            "plan_offer": offer.name or "",
            "plan_offer_until": offer.valid_until or None,
            "offered_by_level": offer.invitation_id.kind == "reminder",
            "lapse_until": max(until, default=None),
        }

    @api.model
    def _pdfs(self, moves):
        """The stored PDFs of invoices that can be read: ``{move id: attachment}``."""
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", moves.ids),
                    ("res_field", "=", "invoice_pdf_report_file"),
                ]
            )
        )
        return {file.res_id: file for file in files if self._pages(file)}

    @api.model
    def _pages(self, file):
        """Number of pages of a stored PDF, counted once in a transaction; 0: it can't be read."""
        known = self.env.cr.cache.setdefault(self._name, {})
        key = file.id, file.checksum
        if key not in known:
            known[key] = page_count(content_of(file))
        return known[key]

    @api.model
    def _is_named(self, move, partner):
        """Whether an invoice is in the debtor's name, as far as one can tell."""
        shown = (move.invoice_partner_display_name or "").casefold()
        return not shown or (partner.name or "").casefold() in shown

    @api.model
    def _law(self, case, items, standings, owed, day):
        """Which court a claim is for, and what is advanced there."""
        jurisdictions = {each.jurisdiction for each in standings.values()}
        if len(jurisdictions) != 1 or not owed:
            return {}
        code, tables = jurisdictions.pop(), self.env["collection.law.row"].sudo()._tables()
        try:
            rule = tables.maybe(CourtRule, code, day=day)
            fee = court_fee(tables, code, owed.principal + owed.interest, day)
        except (Held, Refused):
            return {}
        if not rule:
            return {"court_fee": fee}
        kinds = [claims_of(each.claim, each.rules) for each in standings.values()]
        return {
            "court_fee": fee,
            "limit": rule.limit,
            "always_lower": bool(kinds)
            and all(len(own) == 1 and own[0] in rule.always for own in kinds),
        }

    @api.model
    def _needs_lawyer(self, case):
        """Whether only a lawyer can go to court with a case; see the check ``court``."""
        case, day = case.sudo(), case._today()
        items = case._open_items()
        owed = (
            self.env["dunning.owed"]
            ._statements(items, day)
            .get((case.debtor_id.id, case.currency_id.id))
        )
        law = self._law(case, items, self.env["dunning.law"]._standings(items, day), owed, day)
        if not law.get("limit"):
            return False
        return needs_lawyer(owed.principal + owed.interest, law["limit"], law["always_lower"])

    @api.model
    def _marks(self, case, items, day):
        """Kinds of holds on a debtor or its items because of which nobody may go on."""
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                Domain("kind", "in", PROTECTED)
                & Domain("proposed", "=", False)
                & Domain("released_on", "=", False)
                & Domain("date_from", "<=", day)
                & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))
                & (
                    Domain("debtor_id", "=", case.debtor_id.id)
                    | Domain("item_id", "in", items.ids)
                    | Domain("move_id", "in", items.move_id.ids)
                )
            )
        )
        return tuple(sorted(set(holds.mapped("kind"))))

    @api.model
    def _address(self, partner):
        street = f"{partner.street or ''} {partner.street2 or ''}".strip()
        return {
            "address": bool(partner.street and partner.city and partner.country_id),
            "box": bool(BOX.search(street)),
        }

    @api.model
    def _handovers(self, case, items):
        """Handovers of anything in a case: one that is not over, and whether there ever was one."""
        return {"live_handover": "", "handed_before": False}
