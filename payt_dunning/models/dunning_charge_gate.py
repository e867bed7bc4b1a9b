from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..rules.law.costs import Circumstances, Creditor, Notice, costs, why_not
from ..rules.law.errors import Held, Refused
from ..rules.law.tables import CONSUMER, CostRule, InterestRule
from ..rules.law.who import rules_for, which_law
from ..tools import exact

#: Kinds of contract with a term again and again.
PERIODIC = ("subscription", "rent", "energy")
#: A second fee on such a contract within so many days waits for a person (rapport BGK-integraal).
FEE_GAP = timedelta(days=183)


class DunningChargeGate(models.AbstractModel):
    """What has to be true before anything may be claimed beside an invoice.

    Every new charge passes it, whoever makes it and in whatever way: screens, imports, RPC,
    levels and the daily run all end in ``create``.
    """

    _name = "dunning.charge.gate"
    _description = "Legal Gate of Costs and Interest"

    def _check_gate(self):
        """Refuse a new charge that the law or the facts don't allow.

        :raises UserError: with the reason
        """
        self.ensure_one()
        charge = self.sudo()
        # Two at the same time: the second one begins anew and sees the first.
        if charge.notice_id:
            self.env.cr.execute(
                "UPDATE dunning_notice SET write_date = write_date WHERE id = %s",
                [charge.notice_id.id],
            )
        charge._check_shares()
        charge._check_notice()
        rules = charge._rules()
        if charge.kind == "fee" and rules == CONSUMER:
            charge._refuse(self.env._("a consumer never owes fees for reminders."))
        law = charge._law(rules)
        tables = self.env["collection.law.row"]._tables()
        try:
            jurisdiction = tables.jurisdiction(law.code, charge._day())
            if jurisdiction.currency != charge.currency_id.name:
                charge._refuse(
                    self.env._(
                        "the amounts of this law (%(law)s) are in %(currency)s.",
                        law=law.display_name,
                        currency=jurisdiction.currency,
                    )
                )
            charge._check_company_claims(rules)
            if charge.kind == "interest":
                charge._check_interest(tables, law.code, rules)
            else:
                charge._check_costs(tables, law.code, rules)
        except (Held, Refused) as problem:
            charge._refuse(str(problem))

    def _refuse(self, reason):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "%(kind)s can't be claimed from %(debtor)s: %(reason)s",
                kind=kinds.get(self.kind, ""),
                debtor=self.debtor_id.display_name,
                reason=reason,
            )
        )

    def _day(self):
        """Today where the company is."""
        return self.env["dunning.message"]._today(self.company_id)

    # -- what it is about ----------------------------------------------------------------------

    def _check_shares(self):
        """Shares are of the debtor's own items and add up to the amount, to the cent."""
        for charge in self.sudo():
            currency, shares = charge.currency_id, charge.share_ids
            if charge.debtor_id.company_id != charge.company_id:
                charge._refuse(self.env._("it is a debtor of another company."))
            amounts = [exact(currency.round(amount)) for amount in shares.mapped("amount")]
            net, tax = exact(charge.amount_net), exact(charge.amount_tax)
            if not shares or min(amounts) <= 0 or net <= 0 or tax < 0:
                charge._refuse(self.env._("every amount must be more than zero."))
            if sum(amounts, Decimal(0)) != exact(charge.amount):
                charge._refuse(self.env._("the shares of its invoices don't add up to the amount."))
            for item in shares.item_id:
                if (
                    item.debtor_id != charge.debtor_id
                    or item.company_id != charge.company_id
                    or item.currency_id != currency
                ):
                    charge._refuse(
                        self.env._(
                            "%s is of another debtor, company or currency.", item.display_name
                        )
                    )

    def _check_notice(self):
        """The message is about the same debtor and lists what is claimed about."""
        notice = self.notice_id
        if not notice:
            return
        if notice.debtor_id != self.debtor_id or notice.currency_id != self.currency_id:
            self._refuse(self.env._("the message was about another debtor or currency."))
        listed = notice.line_ids.filtered(lambda line: line.position > 0).item_id
        if missing := self.share_ids.item_id - listed:
            self._refuse(
                self.env._(
                    "the message was not about %s.", ", ".join(missing.mapped("display_name"))
                )
            )
        void = notice.line_ids.filtered("void_because").item_id & self.share_ids.item_id
        if void:
            self._refuse(
                self.env._(
                    "the message asked for more than was owed of %s; a new one has to leave first.",
                    ", ".join(void.mapped("display_name")),
                )
            )

    # -- whose rules, which law --------------------------------------------------------------------

    def _rules(self):
        """Whose rules apply: the mildest of those of its items."""
        debtor = self.debtor_id
        found = {
            rules_for(item.claim_kind or debtor.kind, debtor.kind_confirmed).value
            for item in self.share_ids.item_id
        }
        return CONSUMER if CONSUMER in found else min(found, default=CONSUMER, key="public".__ne__)

    def _law(self, rules):
        """The jurisdiction whose law applies; that of an item bought otherwise is another one."""
        debtor = self.debtor_id
        law = debtor.law_id
        if rules != debtor._rules():
            own, home = self.company_id.country_id, debtor.partner_id.country_id
            chosen = debtor.contract_country_id
            code = which_law(rules, chosen.code or "", own.code or "", home.code or "").value
            country = next((each for each in (home, chosen, own) if each.code == code), own)
            law = self.env["collection.jurisdiction"]._of_country(country, self._day())
        if not law:
            self._refuse(self.env._("there are no tables for the law that applies."))
        return law.sudo()

    def _check_company_claims(self, rules):
        """A company may claim less than the law allows."""
        company = self.company_id
        interest = self.kind == "interest"
        setting = company.dunning_interest_from if interest else company.dunning_costs_from
        if setting == "none" or (setting == "business" and rules == CONSUMER):
            self._refuse(self.env._("the company decided not to claim this from such debtors."))

    # -- interest ----------------------------------------------------------------------------

    def _check_interest(self, tables, code, rules):
        """There is interest by law, and it is not claimed through that day already."""
        if self.due_from > self._day():
            self._refuse(self.env._("interest is claimed through today at the latest."))
        rule = tables.one(InterestRule, code, rules, day=self._day())
        if rule.rate_kind == "none" and not self.debtor_id.contract_rate:
            self._refuse(self.env._("there is no interest by law (%s).", rule.source))
        earlier = self._live_shares(("interest",)).filtered(
            lambda share: share.charge_id.due_from >= self.due_from
        )
        if earlier:
            self._refuse(
                self.env._(
                    "interest on %s is claimed through that day already.",
                    ", ".join(earlier.item_id.mapped("display_name")),
                )
            )

    def _live_shares(self, kinds):
        """Shares of the same items in other charges that are not waived."""
        return self.env["dunning.charge.share"].search(
            [
                ("item_id", "in", self.share_ids.item_id.ids),
                ("charge_id", "!=", self.id),
                ("charge_id.kind", "in", kinds),
                ("charge_id.state", "!=", "waived"),
            ]
        )

    # -- costs -------------------------------------------------------------------------------

    def _check_costs(self, tables, code, rules):
        """Costs that a valid notice announced, that are due, and no more than the law gives."""
        if self.due_from > self._day():
            self._refuse(self.env._("they are not due yet."))
        self._check_hardship()
        rule = tables.one(CostRule, code, rules, day=self._day())
        facts = self._circumstances(rule)
        if no := why_not(rule, facts):
            self._refuse(no)
        if rules == CONSUMER and not (facts.notice and rule.needs_notice):
            self._refuse(self.env._("no statutory notice has left."))
        if rule.needs_notice and self.due_from <= self.notice_id.term_until:
            self._refuse(self.env._("they are due after the term of the notice only."))
        self._check_announced(rules)
        self._check_scale(tables, code, rules, facts)

    def _check_hardship(self):
        """A debtor who can't pay and waits for our offer is asked for nothing more."""
        spared = self.env["dunning.hold"]._in_hardship(self.share_ids.item_id, self._day())
        if spared:
            self._refuse(
                self.env._(
                    "payment in parts was asked for or agreed for %s.",
                    ", ".join(spared.mapped("display_name")),
                )
            )

    def _circumstances(self, rule):
        """The facts that decide about costs, as the pure rules take them."""
        notice, company, debtor = self.notice_id, self.company_id, self.debtor_id
        day = self._day()
        items = self.share_ids.item_id
        seen = None
        if notice:
            seen = Notice(
                code=notice.statutory_code or "",
                valid=(notice.law or {}).get("valid") is not False,
                left=notice.state == "sent",
                expired=bool(notice.term_until and notice.term_until < day),
            )
        declared = notice.tax_announced > 0 if rule.needs_notice else company.dunning_vat_declared
        periodic = any(item.contract_kind in PERIODIC for item in items)
        return Circumstances(
            day=day,
            notice=seen,
            creditor=Creditor(
                can_deduct=not company.dunning_cannot_deduct,
                pays_collector=company.dunning_uses_collector,
                declared=declared,
            ),
            clause=debtor.costs_clause,
            periodic=periodic,
            earlier_fees=self._earlier_fees(day) if periodic else 0,
            agreed=self._agreed(),
        )

    def _earlier_fees(self, day):
        """How many costs the debtor was asked for about such a contract half a year before."""
        return self.env["dunning.charge"].search_count(
            [
                ("id", "!=", self.id),
                ("debtor_id", "=", self.debtor_id.id),
                ("kind", "in", ("costs", "fee")),
                ("state", "!=", "waived"),
                ("due_from", ">", day - FEE_GAP),
                ("share_ids.item_id.contract_kind", "in", PERIODIC),
            ]
        )

    def _agreed(self):
        """Percentage and minimum of a contract that is about all of these invoices."""
        debtor = self.debtor_id
        if not debtor.contract_document or not debtor.contract_since:
            return None
        if not (debtor.contract_cost_percent or debtor.contract_cost_minimum):
            return None
        for item in self.share_ids.item_id:
            invoiced = item.move_id.invoice_date or item.move_id.date
            if not invoiced or invoiced < debtor.contract_since:
                return None
        return exact(debtor.contract_cost_percent), exact(debtor.contract_cost_minimum)

    def _check_announced(self, rules):
        """All that was claimed by virtue of a notice, waived or not, is what it announced at most."""
        announced, currency = self.notice_id.costs_announced, self.currency_id
        if rules != CONSUMER and currency.is_zero(announced):
            return
        charges = self.env["dunning.charge"].search(
            [("notice_id", "=", self.notice_id.id), ("kind", "in", ("costs", "fee"))]
        )
        if currency.compare_amounts(sum(charges.mapped("amount")), announced) > 0:
            self._refuse(self.env._("no more than the announced %s.", currency.format(announced)))

    def _check_scale(self, tables, code, rules, facts):
        """No more than the law or the contract gives on the principal that was open."""
        items, currency = self.share_ids.item_id, self.currency_id
        most = costs(tables, code, rules, [self._principal(item) for item in items], facts)
        before = sum(map(exact, self._live_shares(("costs", "fee")).mapped("amount")), Decimal(0))
        net, tax = exact(self.amount_net), exact(self.amount_tax)
        if net + before > most.amount or tax > most.vat:
            self._refuse(
                self.env._(
                    "no more than %(most)s may be asked on what was open (%(why)s).",
                    most=currency.format(float(most.total)),
                    why=most.why,
                )
            )

    def _principal(self, item):
        """What costs are calculated on: open when they became due, less credit notes since."""
        until = self.notice_id.term_until or item.date_due
        return exact(item._open_on(until))
