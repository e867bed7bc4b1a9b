import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..rules.law.money import ZERO
from .dunning_dialogue import DISTURBED

_logger = logging.getLogger(__name__)


class DunningPaymentPlan(models.Model):
    """Instalments that are collected by what the debtor paid with before, as it agreed."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    token_id = fields.Many2one(
        "payment.token",
        "Collected By",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The debtor's payment method by which instalments are collected on their day.",
    )

    def _collects(self):
        """Whether instalments are collected, as things stand."""
        self.ensure_one()
        token = self.token_id
        return bool(token.active) and token.provider_id.state != "disabled"

    def _will_collect(self, share, day):
        """Whether an instalment is still going to be collected: on its day, and tried once."""
        self.ensure_one()
        return (
            self._collects() and (day - share.due).days <= self.wait and not self._was_tried(share)
        )

    def _was_tried(self, share):
        """Whether an instalment was collected for its day, or that was tried."""
        part = self.installment_ids.filtered(lambda each: each.number == share.number)
        return bool(
            self.env["payment.transaction"]
            .sudo()
            .search_count(
                Domain("dunning_plan_id", "=", self.id)
                & Domain("dunning_installment_id", "=", part.id)
                & Domain("dunning_due", "=", share.due),
                limit=1,
            )
        )

    def _forget_payment_details(self):
        """What the debtor let us keep for plans is kept no longer than for them."""
        tokens = self.token_id
        if not tokens:
            return
        self.token_id = False
        used = self.search([("token_id", "in", tokens.ids), ("state", "=", "running")]).token_id
        (tokens - used)._forget()

    def _over(self, state, reason):
        result = super()._over(state, reason)
        self._forget_payment_details()
        return result

    @api.model
    def _watch(self, company, day):
        problems = self._collect_due(company, day)
        return problems + super()._watch(company, day)

    @api.model
    def _collect_due(self, company, day):
        """Collect what is due today of a company's plans; each by itself, and kept before the next."""
        plans = self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "running")
            & Domain("token_id", "!=", False)
        )
        # Those with an instalment of these days: nothing is read of the others.
        plans = plans.filtered(
            lambda plan: any(
                0 <= (day - each.date).days <= plan.wait for each in plan.installment_ids
            )
        )
        if not plans or not company._dunning_is_live():
            return []
        problems = []
        silenced = self.env["dunning.hold"]._silenced(plans.item_ids, day)
        unsettled = plans._unsettled(day)
        for plan in plans - unsettled:
            if plan._collects() and not plan.item_ids & silenced:
                problems += plan._collect(day)
        return problems

    def _collect(self, day):
        """Collect what is due of one plan: once for an instalment and a day, one at a time.

        :return: a line for what could not be begun; the other plans are collected all the same
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                transaction, share = self._begin_due(day)
                self.env.flush_all()
        except DISTURBED:
            raise
        except Exception as error:
            self.env.invalidate_all(flush=False)
            _logger.exception("Payment plan %s can't be collected", self.name)
            return [f"{self.name}: {error}"]
        if not transaction:
            return []
        # What was begun is known whatever happens next: it is never begun twice.
        self.env["ir.cron"]._commit_progress()
        try:
            with self.env.cr.savepoint():
                transaction._charge_with_token()
        except Exception:
            _logger.exception("Instalment %s can't be collected", transaction.reference)
            transaction._set_error(self.env._("It could not be collected."))
        self._after_collecting(transaction, share)
        self.env["ir.cron"]._commit_progress()
        return []

    def _begin_due(self, day):
        """Begin to collect the oldest instalment that is due and was not begun.

        :return: the transaction and the instalment's share; nothing where there is none
        """
        for share in self._standings(day)[self.id].shares:
            if share.complete or not 0 <= (day - share.due).days <= self.wait:
                continue
            if transaction := self._begin_collecting(share):
                return transaction, share
        return None, None

    def _begin_collecting(self, share):
        """The transaction that collects an instalment; empty where it must not be begun."""
        transactions = self.env["payment.transaction"].sudo()
        # Whoever begins a payment on the page at the same moment sees this one.
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_debtor SET payments_begun = coalesce(payments_begun, 0) + 1 "
                "WHERE id = %s",
                self.debtor_id.id,
            )
        )
        items = self._open_items().sorted(lambda item: (item.date_due, item.id))
        part = self.installment_ids.filtered(lambda each: each.number == share.number)
        if self._was_tried(share) or self.env["dunning.page.choice"]._begun(items):
            return transactions
        owing = self._open_total(items, self.charge_ids.sudo())
        amount = min(share.left, max(owing, ZERO))
        if amount <= 0:
            return transactions
        token = self.token_id
        return transactions.create(
            {
                "provider_id": token.provider_id.id,
                "payment_method_id": token.payment_method_id.id,
                "token_id": token.id,
                "operation": "offline",
                "reference": transactions._compute_reference(
                    token.provider_id.code, prefix=f"{self.name}-{share.number}"
                ),
                "amount": float(amount),
                "currency_id": self.currency_id.id,
                "partner_id": token.partner_id.id,
                "invoice_ids": [Command.set(items.move_id.ids)],
                "dunning_debtor_id": self.debtor_id.id,
                "dunning_order": self._booking_order(items.ids),
                "dunning_plan_id": self.id,
                "dunning_installment_id": part.id,
                "dunning_due": share.due,
            }
        )

    def _after_collecting(self, transaction, share):
        """What was collected is booked at once; of what was not the debtor is told."""
        if transaction.state == "done":
            try:
                with self.env.cr.savepoint():
                    transaction._post_process()
            except Exception:
                # Odoo's own scheduled action tries again.
                _logger.exception("Payment %s can't be booked", transaction.reference)
        elif transaction.state in ("error", "cancel"):
            self._tell_plan(
                "plan_due",
                lambda plan: plan._not_collected_words(share),
                source=f"plan:{self.id}",
                slot=f"{share.number}:{fields.Date.to_string(share.due)}:failed",
                values={"plan_id": self.id, "plan_instalment": share.number},
            )

    # -- what the debtor is told -------------------------------------------------------------------

    def _moment(self, share, day):
        moment = super()._moment(share, day)
        # On its day it is collected, or the debtor was told that it could not be.
        return None if moment == "due" and self._collects() else moment

    def _instalment_words(self, share, moment):
        subject, paragraphs = super()._instalment_words(share, moment)
        if moment != "before" or not self._collects():
            return subject, paragraphs
        env = self.env
        return subject, [
            paragraphs[0],
            env._(
                "We collect it on that day, by %s, as you asked. You need not do anything.",
                self.token_id.display_name,
            ),
            env._(
                "Would you rather pay yourself, or does it not work out? Behind the button you "
                "switch collecting off, or move the instalment."
            ),
        ]

    def _not_collected_words(self, share):
        """That an instalment could not be collected."""
        env = self.env
        values = {
            "amount": self._money(share.left),
            "invoices": self._names(),
            "reference": self.reference,
        }
        return env._("We could not collect your instalment of %(amount)s", **values), [
            env._(
                "We tried to collect the instalment of %(amount)s for %(invoices)s, as we agreed. "
                "That did not work out: your bank or card refused it.",
                **values,
            ),
            self._how_to_pay(
                env._(
                    "Please pay it behind the button, or transfer it and mention %(reference)s.",
                    **values,
                )
            ),
            env._("Does it not work out? Move the instalment behind the button, or answer us."),
        ]


class PaymentTransaction(models.Model):
    """What the debtor paid an instalment with is kept, if it agreed to that."""

    _inherit = "payment.transaction"  # pylint: disable=consider-merging-classes-inherited

    dunning_due = fields.Date(
        "Collected For", readonly=True, copy=False, help="The day of the instalment."
    )

    def _tokenize(self, payment_data):
        result = super()._tokenize(payment_data)
        plan = self.dunning_plan_id.sudo()
        if self.token_id and plan.state == "running":
            if plan.token_id != self.token_id:
                plan._forget_payment_details()
            plan.token_id = self.token_id
            plan._message_log(
                body=self.env._(
                    "The debtor lets the next instalments be collected by %s.",
                    self.token_id.display_name,
                )
            )
        elif self.token_id and plan:
            self.token_id._forget()
        return result


class PaymentToken(models.Model):
    """What was kept for a payment plan pays nothing else."""

    _inherit = "payment.token"  # pylint: disable=consider-merging-classes-inherited

    def _forget(self):
        """Archive these, as far as their providers let us: nothing else has to wait for that."""
        for token in self.sudo():
            try:
                with self.env.cr.savepoint():
                    token.active = False
            except UserError:
                _logger.warning("Payment method %s can't be archived", token.id, exc_info=True)

    def _get_available_tokens(self, *args, **kwargs):
        tokens = super()._get_available_tokens(*args, **kwargs)
        plans = self.env["dunning.payment.plan"].sudo()
        return tokens - plans.search([("token_id", "in", tokens.ids)]).token_id
