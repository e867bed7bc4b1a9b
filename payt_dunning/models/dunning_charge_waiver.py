import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

CONDITIONS = [("offered", "Offered"), ("applied", "Applied"), ("withdrawn", "Withdrawn")]
#: A payment of the last day may show on the bank's statement so many days later.
BANK_DAYS = timedelta(days=3)


class DunningChargeWaiver(models.AbstractModel):
    """Waiving costs and interest: in full or in part, at once or when the invoices are paid."""

    _name = "dunning.charge.waiver"
    _description = "Waiving of Costs and Interest"

    condition_until = fields.Date(
        "Lapses if Paid by",
        readonly=True,
        help="What is left lapses when all its invoices are paid by this day.",
    )
    condition_state = fields.Selection(CONDITIONS, "Offer", readonly=True)
    condition_reason = fields.Char("Why Offered", readonly=True)

    # -- at once -------------------------------------------------------------------------------

    def _check_may_waive(self, amount):
        """Collectors waive up to the company's limit, all in all; managers more.

        :param amount: in the currency of the charge
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can waive costs and interest."))
        if user.has_group("payt_dunning.group_dunning_manager"):
            return
        company = self.company_id.sudo()
        own, limit = company.currency_id, company.dunning_waive_limit
        total = self.currency_id._convert(self.waived + amount, own, company, self._day())
        if own.compare_amounts(total, limit) > 0:
            raise AccessError(
                self.env._(
                    "A collector may waive up to %s of a claim, a manager more.",
                    own.format(limit),
                )
            )

    def _waive(self, amount, reason):
        """Let go of part of what is left, or of all; booked, by a credit note.

        :param amount: in the currency of the charge
        """
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is waived."))
        currency = self.currency_id
        amount = currency.round(amount)
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Fill in how much is waived."))
        if currency.compare_amounts(amount, self.amount_left) > 0:
            raise UserError(
                self.env._(
                    "Only %(left)s of “%(what)s” is left.",
                    left=currency.format(self.amount_left),
                    what=self.display_name,
                )
            )
        if self.state == "booked":
            self._credit(amount)
        elif self.move_id.state == "draft":
            # Posted again it would ask for more than is left.
            self.move_id.button_cancel()
        self._update(waived=currency.round(self.waived + amount))
        self._note(
            self.env._(
                "%(what)s: waived %(amount)s (%(reason)s).",
                what=self.display_name,
                amount=currency.format(amount),
                reason=reason,
            )
        )
        if currency.is_zero(self.amount_left):
            self._go_on(reason)
        self._close_settled()

    def _credit(self, amount):
        """A posted credit note, reconciled with the booking."""
        move = self.move_id
        values = self._move_values("out_refund", amount)
        # As it was booked, whatever the settings say by now.
        booked = move.invoice_line_ids[:1]
        line = values["invoice_line_ids"][0][2]
        line.update(account_id=booked.account_id.id, tax_ids=booked.tax_ids.ids)
        line["price_unit"] = self._price(amount, booked.tax_ids)
        values.update(journal_id=move.journal_id.id, reversed_entry_id=move.id)
        note = self.env["account.move"].with_company(self.company_id).create(values)
        if self.currency_id.compare_amounts(note.amount_total, amount):
            raise UserError(
                self.env._(
                    "With its tax this amount can't be credited to the cent: choose another."
                )
            )
        note.action_post()
        self._receivables(note | move).reconcile()

    # -- when the invoices are paid --------------------------------------------------------------

    def _offer(self, until, reason):
        """What is left lapses when the principal is paid by a day; until it is judged we wait."""
        self.ensure_one()
        if self.state not in ("claimed", "booked"):
            raise UserError(self.env._("Nothing is left of “%s”.", self.display_name))
        if not until or until < self._day():
            raise UserError(self.env._("Fill in a day that is not over."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is waived."))
        self._update(condition_until=until, condition_state="offered", condition_reason=reason)
        self._wait_until(until)
        self._note(
            self.env._(
                "%(what)s: lapses if the invoices are paid by %(day)s (%(reason)s).",
                what=self.display_name,
                day=format_date(self.env, until),
                reason=reason,
            )
        )

    def _wait_until(self, until):
        """Follow-up of its invoices waits until the offer is judged."""
        self._go_on(self.env._("Another offer took its place."))
        holds = self.env["dunning.hold"].sudo()
        day = format_date(self.env, until)
        holds.create(
            [
                {
                    "company_id": self.company_id.id,
                    "item_id": item.id,
                    "kind": "pause",
                    "date_until": until + BANK_DAYS,
                    "reason": self.env._("Costs lapse if it is paid by %s.", day),
                    **holds._owner_values(self),
                }
                for item in self.share_ids.item_id
                if item.state == "open"
            ]
        )

    def _go_on(self, reason):
        """Follow-up does not wait for an offer any more; it goes on tomorrow at the earliest."""
        self.env["dunning.hold"].sudo()._release_owned(self, reason)

    @api.model
    def _daily(self, company):
        """What becomes of charges by itself, after the ledger was read.

        :return: a line for each that something went wrong with
        """
        problems = self._apply_conditions(company)
        if company.dunning_waive_paid:
            problems += self._waive_paid(company)
        remainders = self.env["dunning.item"].search(
            [("company_id", "=", company.id), ("state", "=", "remainder")]
        )
        self._close_items(remainders)
        return problems

    @api.model
    def _apply_conditions(self, company):
        """Waive what was offered and paid in time; withdraw what was not."""
        offered = self._live(company, [("condition_state", "=", "offered")])
        return offered._each_safely(type(self)._apply_condition)

    def _apply_condition(self):
        """Apply or withdraw the offer of one charge, or leave it: a payment may be on its way."""
        items, until = self.share_ids.item_id, self.condition_until
        if items._in_correction():
            # Nobody knows yet what it asks for, nor what of it is paid.
            return
        if not any(item._open_on(until) for item in items):
            self._update(condition_state="applied")
            self._waive(self.amount_left, self.condition_reason)
        elif self._day() > until + BANK_DAYS:
            self._update(condition_state="withdrawn")
            self._go_on(self.env._("Not paid in time: nothing lapses."))
            self._note(
                self.env._(
                    "%(what)s: not paid by %(day)s, so nothing lapses.",
                    what=self.display_name,
                    day=format_date(self.env, until),
                )
            )

    @api.model
    def _waive_paid(self, company):
        """Waive what is left some days after the invoices were paid."""
        return self._live(company, [])._each_safely(type(self)._waive_when_paid)

    def _waive_when_paid(self):
        items = self.share_ids.item_id
        if items._in_correction():
            return
        paid_on, company = items._last_paid_on(), self.company_id
        delay = timedelta(days=company.dunning_waive_paid_days)
        if paid_on and paid_on + delay <= self._day() and not any(items.mapped("amount_open")):
            self._waive(self.amount_left, self.env._("the invoices are paid"))

    @api.model
    def _live(self, company, domain):
        return self.search(
            [("company_id", "=", company.id), ("state", "in", ("claimed", "booked")), *domain]
        )

    def _each_safely(self, do):
        """Do something with each charge; one that fails is named and keeps nobody else."""
        problems = []
        for charge in self:
            try:
                with self.env.cr.savepoint():
                    do(charge)
            except UserError as error:
                _logger.warning("Costs or interest %s could not be waived: %s", charge.id, error)
                problems.append(f"{charge.display_name}: {error}")
        return problems

    # -- what follows --------------------------------------------------------------------------

    def _close_settled(self):
        """Close the remainders of which nothing is left any more."""
        self._close_items(self.share_ids.item_id.filtered(lambda item: item.state == "remainder"))

    @api.model
    def _close_items(self, remainders):
        settled = remainders.sudo() - remainders.sudo()._owed_beside()
        settled._close()
        debtors = settled.debtor_id
        waiting = debtors.item_ids.filtered(lambda item: item.state == "remainder").debtor_id
        self.env["dunning.task"]._done(debtors - waiting, "costs")

    # -- telling the debtor ----------------------------------------------------------------------

    def _told(self, amount, until=None):
        """What a debtor is told about a waiver, in the debtor's language.

        :param amount: that is waived
        :param until: the day by which the invoices must be paid; empty: it is waived at once
        :return: subject and text
        """
        env = self._voice().env
        currency, numbers = self.currency_id.with_env(env), self._numbers()
        if self.kind == "interest":
            subject = env._("Interest on %s", numbers)
        else:
            subject = env._("Costs of %s", numbers)
        if until:
            text = env._(
                "If you pay %(invoices)s in full by %(day)s, the extra %(amount)s that we asked for "
                "lapses. After that day it is due.",
                invoices=numbers,
                day=format_date(env, until, date_format="long"),
                amount=currency.format(amount),
            )
            return subject, text
        left = self.currency_id.round(self.amount_left - amount)
        if currency.is_zero(left):
            text = env._(
                "You need not pay the extra %(amount)s that we asked for about %(invoices)s.",
                amount=currency.format(amount),
                invoices=numbers,
            )
        else:
            text = env._(
                "You need not pay %(amount)s of the extra that we asked for about %(invoices)s. "
                "%(left)s of it is left.",
                amount=currency.format(amount),
                invoices=numbers,
                left=currency.format(left),
            )
        return subject, text

    def _voice(self):
        """How we speak to the debtor: see :class:`~.dunning_talk.Voice`."""
        return self.env["dunning.talk"]._voices(self.debtor_id)[self.debtor_id.id]

    def _can_tell(self):
        """Whether the debtor can be told by mail: the company is live and an address works."""
        return self.company_id._dunning_is_live() and bool(self._voice().addresses)

    def _tell(self, subject, text):
        """Mail it to the debtor; it stands in the thread of each invoice as well."""
        if not self._can_tell():
            raise UserError(
                self.env._(
                    "%s can't be told: there is no working address, or the company is not live.",
                    self.debtor_id.display_name,
                )
            )
        self.env["dunning.talk"]._tell(
            self.debtor_id,
            self.share_ids.item_id,
            "waiver",
            lambda _env: (subject or "", (text or "").split("\n\n")),
            author=self.env.user.partner_id,
        )
