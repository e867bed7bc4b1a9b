from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ..rules.remittance import spread, vat_fits
from ..tools import exact
from .collection_remittance import OVER

ZERO = Decimal(0)


class Row(NamedTuple):
    """A line of the entry that takes the place of what is not matched on the bank.

    :param amount: in the currency of the transfer; debit above zero
    :param target: the receivable line that it is reconciled with; may be empty
    :param more: values of the line beside these
    """

    account: object
    partner: object
    label: str
    amount: Decimal
    target: object
    more: dict


class CollectionRemittance(models.Model):
    """The entry of what was paid out: made on its bank line by a person, never by itself.

    ::

        Dr bank                            855.53   (is there: the bank line)
        Dr collection expense              119.40   what the office kept
        Dr input VAT                        25.07   by the tax that is set
        Cr receivables, by allocation    1,000.00   what the debtor paid
    """

    _inherit = "collection.remittance"  # pylint: disable=consider-merging-classes-inherited

    # -- what it will be -------------------------------------------------------------------------------

    def _problem(self, receipt):
        """Why it can't be matched with a bank line, in words; empty: it can."""
        self.ensure_one()
        if self.state in OVER:
            return self.env._("“%s” is not looked for any more.", self.display_name)
        if missing := self._missing():
            return self.env._(
                "Choose these in the settings of %(company)s first: %(missing)s.",
                company=self.company_id.name,
                missing=", ".join(missing),
            )
        kept = exact(self.withheld) + exact(self.withheld_vat)
        if exact(self.collected) - kept != exact(self.paid_out):
            return self.env._("What was collected less what was kept is not what was paid out.")
        if taken := self._counting().filtered(lambda line: line.collected < 0)[:1]:
            return self.env._(
                "The office takes back what it had collected of %s: book it by hand.",
                taken.case_id.name,
            )
        if self.paid_out <= 0:
            return self._words_of_kept(self.env)
        if not receipt:
            return self.env._("No line on the bank may be it. Import the statement first.")
        if "amount" not in dict(self._candidates()).get(receipt.sudo(), ()):
            return self.env._(
                "The bank line is not %s: ask the office what it is made of.",
                format_amount(self.env, self.paid_out, self.currency_id),
            )
        return self._problem_of_tax()

    def _missing(self):
        """Labels of the settings that are needed and not there."""
        company = self.company_id.sudo()
        needed = {
            "dunning_agent_income_account_id": any(
                not row.account for row in self._rows_of_debtors()
            ),
            "dunning_agent_expense_account_id": self.withheld,
            "dunning_agent_tax_id": self.withheld_vat,
        }
        return [
            company._fields[name]._description_string(self.env)
            for name, amount in needed.items()
            if amount and not company[name]
        ]

    def _problem_of_tax(self):
        computed = sum((exact(part["amount"]) for part in self._taxes()["taxes"]), ZERO)
        if vat_fits(exact(self.withheld_vat), computed, len(self._counting())):
            return ""
        return self.env._(
            "With the tax %(tax)s the VAT would be %(computed)s and not %(told)s: choose another, "
            "or ask the office.",
            tax=self.company_id.sudo().dunning_agent_tax_id.name,
            computed=format_amount(self.env, float(computed), self.currency_id),
            told=format_amount(self.env, self.withheld_vat, self.currency_id),
        )

    def _taxes(self):
        """The tax on what was kept, as Odoo computes it; none where there is no VAT."""
        taxes = self.env["account.tax"].sudo()
        if self.withheld_vat:
            taxes = self.company_id.sudo().dunning_agent_tax_id
        if not taxes:
            return {"taxes": [], "base_tags": []}
        return taxes.compute_all(
            self.withheld,
            currency=self.currency_id,
            partner=self.agent_id.partner_id,
            handle_price_include=False,
        )

    def _rows(self):
        """The lines of the entry beside the bank's own: :class:`Row`."""
        return [*self._rows_of_debtors(), *self._rows_of_costs()]

    def _rows_of_debtors(self):
        """What was collected, taken off what is open of each case, the oldest due first."""
        collected, rows, used = defaultdict(Decimal), [], defaultdict(Decimal)
        for line in self._counting():
            collected[line.case_id] += exact(line.collected)
        for case, amount in collected.items():
            targets = {}
            debts = [
                [self._debt(line, due, used, targets) for line, due in found]
                for found in (case._lines_of_items(self.currency_id), case._lines_of_charges())
            ]
            parts = spread(amount, *debts)
            for line_id, part in (*parts.items.items(), *parts.charges.items()):
                line = targets[line_id]
                used[line_id] += part
                label = self.env._("%(case)s: %(invoice)s", case=case.name, invoice=line.move_name)
                rows.append(Row(line.account_id, line.partner_id, label, -part, line, {}))
            if parts.rest:
                rows += self._rows_of_rest(case, parts.rest, sum(parts.charges.values(), ZERO))
        return rows

    def _rows_of_rest(self, case, rest, charges):
        """What the debtor paid above our invoices: costs and interest; above that it is a credit.

        :param charges: what of it paid costs and interest that are booked
        """
        income = self.company_id.sudo().dunning_agent_income_account_id
        none, rows = self.env["account.move.line"], []
        known = case._costs_there(self.agent_id) - charges - self._recovered_before(case, income)
        costs = min(rest, max(known, ZERO))
        if costs:
            label = self.env._("%s: costs and interest, paid by the debtor", case.name)
            rows.append(Row(income, case.partner_id, label, -costs, none, {}))
        if rest > costs:
            label = self.env._("%s: more than was open", case.name)
            account = case._receivable_account()
            rows.append(Row(account, case.partner_id, label, costs - rest, none, {}))
        return rows

    def _recovered_before(self, case, income):
        """Costs and interest of a case that other transfers brought."""
        others = self.search([("line_ids.case_id", "=", case.id), ("state", "=", "matched")]) - self
        lines = others.made_ids.filtered(
            lambda line: line.account_id == income and line.partner_id == case.partner_id
        )
        return -exact(sum(lines.mapped("amount_currency")))

    def _debt(self, line, due, used, targets):
        """What is open of a line and not used for another case of the same transfer."""
        targets[line.id] = line
        return line.id, due, exact(line.amount_residual_currency) - used[line.id]

    def _rows_of_costs(self):
        """What the office kept, and the VAT on it: to the cent as it told."""
        kept, told = exact(self.withheld), exact(self.withheld_vat)
        expense = self.company_id.sudo().dunning_agent_expense_account_id
        office, none = self.agent_id.partner_id, self.env["account.move.line"]
        found = self._taxes()
        rows = []
        if kept:
            taxes = self.company_id.sudo().dunning_agent_tax_id if told else expense.browse()
            more = {
                "tax_ids": [Command.set(taxes.ids)],
                "tax_tag_ids": [Command.set(found["base_tags"])],
            }
            label = self.env._("Kept by the office: %s", self.reference)
            rows.append(Row(expense, office, label, kept, none, more))
        parts = sorted(found["taxes"], key=lambda part: abs(part["amount"]))
        for part in parts:
            last = part is parts[-1]
            amount = told if last else exact(part["amount"])
            told -= amount
            account = self.env["account.account"].sudo().browse(part["account_id"]) or expense
            more = {
                "tax_repartition_line_id": part["tax_repartition_line_id"],
                "tax_tag_ids": [Command.set(part["tag_ids"])],
                "tax_base_amount": self.withheld,
            }
            rows.append(Row(account, office, part["name"], amount, none, more))
        return rows

    # -- booking ---------------------------------------------------------------------------------------

    def _may_book(self):
        """Whether the user may match bank lines and entries."""
        return all(
            self.env[model].sudo(False).has_access("write")
            for model in ("account.bank.statement.line", "account.move.line")
        )

    @api.model
    def _who_may_words(self):
        return self.env._("Only accountants can match what offices paid out.")

    def _match(self, receipt):
        """Book what was paid out on its bank line and reconcile it, with the user's own rights.

        :param receipt: ``account.bank.statement.line``
        :raises UserError: when it is not that, or was matched meanwhile
        """
        self.ensure_one()
        if not self._may_book():
            raise AccessError(self._who_may_words())
        own = self._as_collector()
        own._lock()
        own._look()
        if problem := own._problem(receipt):
            raise UserError(problem)
        rows = own._rows()
        receipt = receipt.sudo(False).with_env(self.sudo(False).env)
        made = self._replace_suspense(receipt, rows)
        own.write(
            {
                "statement_line_id": receipt.id,
                "made_ids": [Command.set(made.ids)],
                "made_count": len(made),
                "matched_by_id": self.env.uid,
                "asked": False,
            }
        )
        own._tell_of_match(receipt)
        return receipt.move_id

    def _lock(self):
        """Wait for whoever else matches it, then see what became of it."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE collection_remittance SET write_date = write_date WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset()

    def _replace_suspense(self, receipt, rows):
        """Put the entry in the place of what is not matched, and reconcile its receivables.

        :return: the lines that were made
        """
        if not receipt.partner_id:
            receipt.partner_id = self.agent_id.partner_id.id
        _liquidity, suspense, other = receipt._seek_for_lines()
        if not suspense or other or receipt.is_reconciled:
            raise UserError(self.env._("Somebody has matched this bank line already."))
        values = [self._line_values(receipt, row) for row in rows]
        for each in values:
            if "tax_base_amount" in each:
                # In the currency of the company, as the balance of what the tax is on.
                each["tax_base_amount"] = sum(one["balance"] for one in values if "tax_ids" in one)
        missing = sum(suspense.mapped("balance")) - sum(each["balance"] for each in values)
        currency = receipt.company_id.currency_id
        if abs(missing) > len(values) * currency.rounding:
            raise UserError(self.env._("The entry would not be what is on the bank line."))
        largest = max(values, key=lambda each: abs(each["balance"]))
        largest["balance"] = currency.round(largest["balance"] + missing)
        known = receipt.move_id.line_ids
        receipt.with_context(force_delete=True, skip_readonly_check=True).write(
            {
                "line_ids": [
                    *(Command.delete(line.id) for line in suspense),
                    *(Command.create(each) for each in values),
                ]
            }
        )
        made = (receipt.move_id.line_ids - known).sorted("id")
        pairs = [
            line + row.target.with_env(receipt.env).sudo(False)
            for line, row in zip(made, rows, strict=True)
            if row.target
        ]
        self.env["account.move.line"].sudo(False)._reconcile_plan(pairs)
        return made

    def _line_values(self, receipt, row):
        amounts = receipt._prepare_counterpart_amounts_using_st_line_rate(
            self.currency_id, 0.0, float(row.amount)
        )
        return {
            "account_id": row.account.id,
            "partner_id": row.partner.id,
            "name": row.label,
            "currency_id": self.currency_id.id,
            **amounts,
            **row.more,
        }

    def _tell_of_match(self, receipt):
        """Note it on cases, invoices and debtors; close what is paid."""
        cases = self._counting().case_id
        self._message_log(body=self.env._("Matched as %s.", receipt.move_id.name))
        cases._note(
            self.env._(
                "%(office)s paid out “%(reference)s”: matched as %(entry)s.",
                office=self.agent_id.partner_id.name,
                reference=self.reference,
                entry=receipt.move_id.name,
            )
        )
        self.env["dunning.task"]._done(self, "remittance")
        items = cases.line_ids.item_id
        items.invalidate_recordset()
        items.filtered(lambda item: item.state == "open" and item.reconciled)._close()
        cases.debtor_id._look_again()
        cases.debtor_id._decide_now()
        cases.filtered(lambda case: case.phase != "closed")._settle()
