from datetime import timedelta

from odoo import api, models

#: So many documents are named beside a rule; more of them say nothing more.
NAMED = 3


class DunningWhyMoney(models.AbstractModel):
    """In words: money that is there but not matched, or on its way."""

    _name = "dunning.why.money"
    _description = "Why? In Words: Money"

    @api.model
    def _rule_match_credit(self, case, passed):
        facts = case.facts
        total = case.company_money(facts.debtor_total)
        if passed and not facts.covered:
            text = self.env._("No free credit covers any of it; the debtor owes %s in all.", total)
            return text, case.item.debtor_id
        values = {
            "covered": case.money(facts.covered),
            "open": case.money(facts.open),
            "total": total,
        }
        if passed:
            text = self.env._(
                "Free credits cover %(covered)s of the %(open)s; the debtor owes %(total)s net.",
                **values,
            )
        else:
            text = self.env._(
                "Free credits cover %(covered)s of the %(open)s, and the debtor owes %(total)s "
                "net. Match them.",
                **values,
            )
        return text, self._credits(case) or case.item.debtor_id

    @api.model
    def _credits(self, case):
        """Open credit notes and payments of the debtor, as journal entries."""
        return self._open_moves(
            case, [("account_id", "in", case.house.accounts), ("amount_residual_currency", "<", 0)]
        )

    @api.model
    def _open_moves(self, case, which):
        """Entries of the debtor with something open, oldest first; a few of them."""
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", case.partner.id),
                    ("company_id", "in", case.house.tree),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    *which,
                ],
                order="date, id",
                limit=NAMED,
            )
        )
        return lines.move_id

    @api.model
    def _rule_we_owe(self, case, passed):
        facts = case.facts
        if not case.house.offset_payables:
            return self.env._("What we owe a debtor keeps nothing back in this company."), None
        if not facts.we_owe:
            return self.env._("We owe the debtor nothing."), None
        values = {
            "owed": case.company_money(facts.we_owe),
            "total": case.company_money(facts.debtor_total),
        }
        if passed:
            text = self.env._("We owe the debtor %(owed)s; the debtor owes us %(total)s.", **values)
        else:
            text = self.env._(
                "We owe the debtor %(owed)s; the debtor owes us %(total)s. Settle it first.",
                **values,
            )
        bills = self._open_moves(
            case, [("account_type", "=", "liability_payable"), ("amount_residual", "<", 0)]
        )
        return text, bills

    @api.model
    def _rule_money_under_way(self, case, passed):
        under_way = case.money(case.facts.under_way)
        if not case.facts.under_way:
            return self.env._("No payment has been started that is not in the books yet."), None
        if passed:
            text = self.env._(
                "A payment of %s has been started; more than that is open.", under_way
            )
        else:
            text = self.env._("A payment of %s has been started, which covers it.", under_way)
        return text, self._payments(case) or case.move

    @api.model
    def _payments(self, case):
        """Payments for the invoice that are not in the books."""
        return (
            self.env["account.payment"]
            .sudo()
            .search(
                [
                    ("invoice_ids", "in", case.move.ids),
                    ("state", "in", ("in_process", "paid")),
                    ("move_id", "=", False),
                ],
                limit=NAMED,
            )
        )

    @api.model
    def _rule_receipt(self, case, passed):
        until = case.facts.receipt_until
        if not until:
            return self.env._("No receipt that nobody matched may be for it."), None
        lines = self._receipts_behind(case)
        if passed:
            text = self.env._(
                "A receipt that nobody matched may be for it; it kept it back until %s.",
                case.date(until),
            )
        else:
            text = self.env._(
                "Money came in that may be for it: %(receipts)s. Match it, or say that it is for "
                "something else. It keeps this back until %(until)s.",
                receipts=", ".join(
                    self.env._(
                        "%(amount)s on %(day)s",
                        amount=case.money(line.amount, line.currency_id),
                        day=case.date(line.date),
                    )
                    for line in lines
                ),
                until=case.date(until),
            )
        return text, lines.move_id

    @api.model
    def _receipts_behind(self, case):
        """The lines of the bank that keep an item back the longest."""
        money, company = self.env["dunning.money"].sudo(), case.item.company_id
        first = case.facts.receipt_until - timedelta(days=company.dunning_receipt_days)
        lines = [line for line in money._unmatched(company) if line.day == first]
        fits = money._fits(company, lines, [("id", "=", case.item.id)])
        ids = [line.line_id for line, items in fits if items]
        return self.env["account.bank.statement.line"].sudo().browse(ids[:NAMED])

    @api.model
    def _rule_bank(self, case, passed):
        if passed:
            return self.env._("No bank journal that is watched is behind."), None
        behind = self.env["dunning.money"].sudo()._journals_behind(case.item.company_id, case.day)
        text = self.env._(
            "The bank statements are behind: %s. Import them.",
            ", ".join(
                self.env._(
                    "%(journal)s has none after %(day)s",
                    journal=journal.name,
                    day=case.date(newest),
                )
                for journal, newest in behind
            ),
        )
        return text, self.env["account.journal"].union(*(journal for journal, _day in behind))
