from dataclasses import replace
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.payt_dunning.rules.financing import NOTHING_OPEN
from odoo.addons.payt_dunning.rules.financing_invoices import refusals
from odoo.addons.payt_dunning.rules.pledges import Share, lessened
from odoo.addons.payt_dunning.tools import exact

from .receivable_financing_offer import Outcome


class ReceivableFinancingDraw(models.Model):
    """The financier pays: what is good by then is pledged."""

    _inherit = "receivable.financing.draw"  # pylint: disable=consider-merging-classes-inherited

    def action_paid(self):
        """Show what would be pledged now, and ask for the day and the amount."""
        self.ensure_one()
        draw = self._check_may()
        draw._check_state("applied")
        return self.env["receivable.draw.payout"]._show(self, draw._look_at_payout())

    def _look_at_payout(self):
        """What would be pledged by the books of now: less where something was paid meanwhile.

        :return: :class:`Outcome`
        """
        self.ensure_one()
        offered = self.pledge_ids.filtered(lambda each: each.state == "offered")
        standings = offered._now()
        step, rate = exact(self.currency_id.rounding), exact(self.advance_rate)
        kept, left, fallen = {}, {}, self._fallen(offered)
        for pledge in offered:
            now = standings[pledge.id]
            why = now.gone or pledge._why_over(now)
            if why:
                left[pledge.id] = why
                continue
            disputed = now.standing.disputed
            if disputed and not self.financing_id.disputed:
                left[pledge.id] = self.env._("It is disputed by now.")
                continue
            if pledge.move_id.id in fallen:
                left[pledge.id] = fallen[pledge.move_id.id]
                continue
            share = Share(exact(pledge.amount), exact(pledge.advance))
            still = pledge._in_financing(now.open - disputed)
            share = lessened(share, still, rate, step)
            if share.advance <= 0:
                left[pledge.id] = self.env._("All of it is disputed by now.")
                continue
            kept[pledge.id] = {
                "amount": float(share.amount),
                "advance": float(share.advance),
            }
        return Outcome(kept, left)

    def _fallen(self, offered):
        """Why invoices would not be offered by what is known now, in words, by invoice.

        Only what became of them counts: that the financier took its time makes nothing too old.
        What is open, disputed or pledged of them is looked at elsewhere.
        """
        financing, company = self.financing_id, self.company_id
        self.env["dunning.item"].sudo()._sync(company)
        facts, words = self.env["receivable.financing.facts"].sudo(), {}
        day = fields.Datetime.context_timestamp(self, self.applied_on).date()
        book = facts._book(financing, self.env["dunning.message"]._today(company))
        moves, criteria = set(offered.move_id.ids), financing._criteria()
        for invoice in book.invoices:
            if invoice.key not in moves:
                continue
            own = replace(invoice, pledged_to="", disputed=Decimal(0))
            reasons = [each for each in refusals(criteria, day, own) if each.code != NOTHING_OPEN]
            if reasons:
                words[invoice.key] = self._reason_words(reasons)
        return words

    def _reason_words(self, reasons):
        words, countries = self.env["receivable.financing.words"], {}
        return " ".join(
            words._reason(
                {"code": each.code, "amount": str(each.amount), **each.values},
                self.currency_id,
                countries,
            )
            for each in reasons
        )

    def _tell_left(self, outcome):
        """The financier was offered these: it is told why it does not get them.

        What became of the others since the offer the next look finds: they were told then.
        """
        left = self.pledge_ids.filtered(lambda each: each.id in outcome.left)
        standings, values = left._now(), []
        today = self.env["dunning.message"]._today(self.company_id)
        for pledge in left:
            now = standings[pledge.id]
            note = self.env._("Left out of the draw: %s", outcome.left[pledge.id])
            found = pledge._changes(now, today) or [
                pledge._change(
                    "withdrawn", today, exact(pledge.amount), pledge._in_financing(now.open)
                )
            ]
            for each in found:
                known = each["note"] if each["note"] != now.gone else ""
                values.append({**each, "note": " ".join(filter(None, (known, note)))})
        self.env["receivable.pledge.change"].create(values)

    def _pay_out(self, day, amount, why, seen):
        """The financier paid: what is good now is pledged from this moment on.

        :param day: on which it paid out
        :param amount: what it paid; another one than is asked needs a reason
        :param seen: the mark of the :class:`Outcome` that was shown
        :raises UserError: says what is wrong
        """
        self.ensure_one()
        self._check_state("applied")
        self._check_day(day)
        self._check_payee()
        self._lock(self.pledge_ids)
        self._check_state("applied")
        outcome = self._look_at_payout()
        self._check_seen(outcome, seen)
        if not outcome.kept:
            raise UserError(
                self.env._("Nothing of this draw is open any more. Cancel it, with the reason.")
            )
        why = (why or "").strip()
        self._check_amount(amount, outcome.advance(), why)
        self._tell_left(outcome)
        self._leave_out(outcome)
        pledged = self.pledge_ids.filtered(lambda each: each.id in outcome.kept)
        now = {"pledged_on": fields.Datetime.now(), "pledged_by_id": self.env.uid}
        for pledge in pledged:
            pledge.write({**outcome.kept[pledge.id], **now, "state": "pledged"})
        self.write({"state": "paid", "paid_on": day, "paid_amount": amount, "paid_why": why})
        pledged._payee_changed()

    def _check_day(self, day):
        today = self.env["dunning.message"]._today(self.company_id)
        if not day or day > today:
            raise UserError(self.env._("The day on which it was paid out can't be in the future."))
        applied = fields.Datetime.context_timestamp(self, self.applied_on).date()
        if day < applied:
            raise UserError(
                self.env._(
                    "It was applied for on %s: it can't have been paid out before that.",
                    format_date(self.env, applied),
                )
            )

    def _check_amount(self, amount, asked, why):
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Say how much was paid out; more than 0."))
        if self.currency_id.compare_amounts(amount, asked) and not why:
            raise UserError(
                self.env._(
                    "%(paid)s is not the %(asked)s that is asked on these invoices. Say why: fees, "
                    "for example.",
                    paid=self._money(amount),
                    asked=self._money(asked),
                )
            )

    def _check_payee(self):
        """Refuse to pledge while debtors would be led to an account that nobody confirmed."""
        financing = self.financing_id
        if not financing._account_waits():
            return
        financing._ask_to_confirm()
        raise UserError(
            self.env._(
                "Account %(account)s of %(financier)s is not confirmed: debtors would be told "
                "to pay to it. Another follow-up manager confirms it under Account Numbers.",
                account=financing.account_id.acc_number,
                financier=financing.name,
            )
        )
