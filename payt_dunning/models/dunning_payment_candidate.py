from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.receipts import characters, numbers_in
from ..tools import exact
from .dunning_receipts import MIN_NUMBER

#: How much each reason says.
WEIGHTS = {"number": 4, "partner": 4, "amount": 3, "day": 2, "credit": 2, "payment": 4, "near": 1}
#: So many days apart, a receipt may still be what was paid then.
DAYS_APART = 5
#: So far apart are amounts that may be the same but for a typing error or a fee.
FEE, SHARE = Decimal(1), Decimal("0.01")


class DunningPaymentAdvice(models.Model):
    """Looks for the money that a debtor says it has paid."""

    _inherit = "dunning.payment.advice"  # pylint: disable=consider-merging-classes-inherited

    def _find(self):
        """Put what the money may be beside each: unmatched receipts first, then free credits.

        What somebody said it is not stays so.
        """
        Candidate = self.env["dunning.payment.candidate"]
        for company, advices in self.grouped("company_id").items():
            lines = self.env["dunning.receipts"]._unmatched(company)
            receipts = self.env["account.bank.statement.line"].sudo()
            days = dict(receipts.browse(line.line_id for line in lines).mapped(_id_and_date))
            for advice in advices:
                found = advice._receipts_that_fit(lines, days) | advice._free_credits()
                known = {each._key(): each for each in advice.sudo().candidate_ids}
                gone = [each.id for key, each in known.items() if key not in found]
                Candidate.browse(gone).filtered(lambda each: not each.chosen).unlink()
                for score, key, reasons in _best_first(found):
                    values = {"reasons": reasons, "score": score}
                    if key in known:
                        known[key].write(values)
                    else:
                        name, record_id = key
                        Candidate.create({**values, "advice_id": advice.id, name: record_id})

    def _receipts_that_fit(self, lines, days):
        """Receipts on the bank that may be what was paid: ``{key: reasons}``."""
        by_number = self._numbers()
        found = {}
        for line in lines:
            reasons = []
            if line.partner_id == self.debtor_id.partner_id.id:
                reasons.append("partner")
            if numbers_in(characters(line.text), by_number):
                reasons.append("number")
            surely = bool(reasons)
            if line.partner_id and not surely:
                continue  # somebody else's
            amounts = [
                amount for currency_id, amount in line.amounts if currency_id == self._unit()
            ]
            reasons += self._alike(amounts, days.get(line.line_id, line.day))
            if surely or {"amount", "day"} <= set(reasons) or {"near", "day"} <= set(reasons):
                found["statement_line_id", line.line_id] = reasons
        return found

    def _unit(self):
        return self.currency_id.id

    def _numbers(self):
        """Numbers by which a transfer may name the items, each with theirs."""
        found = defaultdict(list)
        for item in self.item_ids:
            for number in (item.name, item.move_id.name, item.move_id.payment_reference):
                if len(key := characters(number)) >= MIN_NUMBER:
                    found[key].append(item.id)
        found.update(self.env["dunning.receipts"]._bundle_references(self.item_ids))
        return found

    def _alike(self, amounts, day):
        """How amount and day of some money are like what was said: reasons."""
        said = exact(self.amount)
        total = sum((exact(item.amount_open) for item in self.item_ids), Decimal(0))
        reasons = []
        if any(amount in (said, total) for amount in amounts):
            reasons.append("amount")
        elif any(abs(amount - said) <= max(FEE, said * SHARE) for amount in amounts):
            reasons.append("near")
        if abs((day - self.paid_on).days) <= DAYS_APART:
            reasons.append("day")
        return reasons

    def _free_credits(self):
        """Payments and credit notes of the debtor that nobody matched: ``{key: reasons}``."""
        domain = self.env["dunning.item"]._receivable_domain(self.company_id) & Domain(
            [
                ("partner_id.commercial_partner_id", "=", self.debtor_id.partner_id.id),
                ("amount_residual_currency", "<", 0),
                ("currency_id", "=", self.currency_id.id),
            ]
        )
        found = {}
        for line in self.env["account.move.line"].sudo().search(domain):
            kind = "credit" if line.move_id.move_type == "out_refund" else "payment"
            amount = -exact(line.amount_residual_currency)
            found["line_id", line.id] = [kind, *self._alike([amount], line.date)]
        return found


class DunningPaymentCandidate(models.Model):
    """Money that may be what a debtor says it has paid."""

    _name = "dunning.payment.candidate"
    _description = "Money That May Be a Payment"
    _order = "dismissed, score desc, id"

    advice_id = fields.Many2one(
        "dunning.payment.advice",
        "Payment Told",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="advice_id.company_id", store=True)
    state = fields.Selection(related="advice_id.state")
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank Line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        "account.move.line", "Credit", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    reasons = fields.Json(readonly=True)
    score = fields.Integer(readonly=True)
    dismissed = fields.Boolean("Not This One", readonly=True)
    chosen = fields.Boolean(readonly=True, help="Somebody says that it is this one.")
    date = fields.Date(compute="_compute_money")
    amount = fields.Monetary(compute="_compute_money")
    currency_id = fields.Many2one("res.currency", compute="_compute_money")
    text = fields.Char(compute="_compute_money", help="What the bank line says.")
    why = fields.Char("Why It Fits", compute="_compute_why")

    @api.depends("statement_line_id", "line_id")
    def _compute_money(self):
        for candidate in self.sudo():
            receipt, line = candidate.statement_line_id, candidate.line_id
            candidate.date = receipt.date or line.date
            candidate.amount = receipt.amount if receipt else -line.amount_residual_currency
            candidate.currency_id = receipt.currency_id or line.currency_id
            candidate.text = receipt.payment_ref or line.move_id.name

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_why(self):
        words = {
            "partner": self.env._("from this debtor"),
            "number": self.env._("names the invoice"),
            "amount": self.env._("the same amount"),
            "near": self.env._("nearly the same amount"),
            "day": self.env._("about the same day"),
            "payment": self.env._("a payment of this debtor that is not matched"),
            "credit": self.env._("a credit note of this debtor that is not matched"),
        }
        for candidate in self:
            why = ", ".join(words[reason] for reason in candidate.reasons or ())
            candidate.why = why[:1].upper() + why[1:]

    def _key(self):
        return (
            ("statement_line_id", self.statement_line_id.id)
            if self.statement_line_id
            else ("line_id", self.line_id.id)
        )

    # -- what people do --------------------------------------------------------------------------

    def action_dismiss(self):
        """This is something else."""
        self.check_access("read")
        self.advice_id._as_collector()
        self.sudo().dismissed = True
        return True

    def action_take(self):
        """This is what the debtor paid: match it with the items, with the user's own rights.

        Who may not do the books only notes it, and an accountant is asked.
        """
        self.ensure_one()
        self.check_access("read")
        advice = self.advice_id._as_collector()
        self.sudo().write({"chosen": True, "dismissed": False})
        items = advice._own().filtered(lambda item: item.state == "open")
        if not self._may_book():
            self._ask_accountant(advice)
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "Noted. You may not match payments yourself: somebody in accounting is "
                        "asked to."
                    ),
                },
            }
        self._book(items.line_id.sudo(False))
        self.env["dunning.event"].sudo()._note(
            items, self.env._("The payment that the debtor told of was found and matched.")
        )
        self.env["dunning.task"]._done(advice.debtor_id, "paid_match")
        advice._found(self.env.user)
        items.filtered("reconciled")._close()
        advice.debtor_id._decide_now()
        return True

    def _may_book(self):
        """Whether the user may match bank lines and entries."""
        return all(
            self.env[model].sudo(False).has_access("write")
            for model in ("account.bank.statement.line", "account.move.line")
        )

    def _book(self, debts):
        """Match the money with receivable lines, in one go.

        :param debts: in the user's own environment
        :raises UserError: when somebody matched it meanwhile
        """
        receipt = self.sudo().statement_line_id.with_env(debts.env)
        credit = self.sudo().line_id.with_env(debts.env)
        if receipt.is_reconciled or credit.reconciled or not debts:
            raise UserError(
                self.env._("Somebody has matched this already. Look again for the payment.")
            )
        debts = debts.filtered(lambda line: line.account_id == debts[:1].account_id)
        if receipt:
            receipt.partner_id = self.sudo().advice_id.debtor_id.partner_id.id
            _liquidity, credit, _other = receipt._seek_for_lines()
            credit.account_id = debts.account_id
        else:
            debts = debts.filtered(lambda line: line.account_id == credit.account_id)
        (credit + debts).reconcile()

    def _ask_accountant(self, advice):
        """Ask somebody who may do the books of the company to match it."""
        group = self.env.ref("account.group_account_user")
        people = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", group.id),
                    ("company_ids", "in", advice.company_id.ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        )
        self.env["dunning.task"]._ask(
            advice.debtor_id,
            "paid_match",
            lambda env: env._("Match the payment that was found for this debtor"),
            handler=people.sorted(lambda user: user.company_id != advice.company_id)[:1],
        )


def _id_and_date(line):
    return line.id, line.date


def _best_first(found):
    """What may be the money, by how much speaks for it: ``[(score, key, reasons)]``."""
    scored = [(sum(map(WEIGHTS.get, reasons)), key, reasons) for key, reasons in found.items()]
    return sorted(scored, key=lambda each: (-each[0], each[1]))
