from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from babel import dates

from odoo import api, models
from odoo.tools import SQL, format_amount
from odoo.tools.misc import babel_locale_parse

from ..rules.facts import DISPUTE
from ..rules.law.money import ZERO

#: What is read of the items behind an address; all else comes by SQL.
ITEM_FIELDS = ("debtor_id", "company_id", "state", "closed_on", "move_id", "name", "date_due")
#: After so many days nothing is shown of what was settled.
SETTLED_DAYS = 365


class Holdable(NamedTuple):
    """A row as holds are spread over it."""

    item_id: int
    move_id: int
    debtor_id: int
    due: date
    open: Decimal


class DunningPageAbout(models.AbstractModel):
    """What an invoice on a debtor's page is about, and where a transfer for it goes."""

    _name = "dunning.page.about"
    _description = "What Invoices on a Debtor's Page Are About"

    # -- beside an invoice -----------------------------------------------------------------------

    @api.model
    def _details(self, rows):
        """What invoices are about: ``{item id: [(label, text)]}`` of what is known."""
        moves = self.env["account.move"].sudo().browse({row.move_id for row in rows})
        moves.fetch(
            ["move_type", "ref", "invoice_origin", "invoice_date", "delivery_date"]
            + ["amount_total", "currency_id", "invoice_user_id"]
        )
        about, periods = self._lines_of(moves)
        contacts = {user: self._contact(user) for user in moves.invoice_user_id}
        found = {}
        for row in rows:
            move = moves.browse(row.move_id)
            if move.move_type == "entry":
                texts = [(self.env._("What"), move.ref)]
            else:
                delivered = move.delivery_date and self._date(move.delivery_date)
                invoiced = move.invoice_date and self._date(move.invoice_date)
                texts = [
                    (self.env._("What"), about.get(move.id)),
                    (self.env._("Your reference"), move.ref),
                    (self.env._("Order"), move.invoice_origin),
                    (self.env._("Invoice date"), invoiced),
                    (self.env._("Delivered"), periods.get(move.id) or delivered),
                    (
                        self.env._("Invoice amount"),
                        self._money(move.amount_total, move.currency_id),
                    ),
                    (self.env._("Contact"), contacts.get(move.invoice_user_id)),
                ]
            found[row.item_id] = [(label, text) for label, text in texts if text]
        return found

    @api.model
    def _lines_of(self, moves):
        """One line of what invoices are for, and their periods, where lines have any; by id."""
        self.env.flush_all()
        lines = self.env["account.move.line"]
        dates = SQL("NULL, NULL")
        if "deferred_start_date" in lines._fields:
            dates = SQL(
                "min(deferred_start_date) OVER invoice, max(deferred_end_date) OVER invoice"
            )
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (move_id) move_id, name, count(*) OVER invoice, %s
                     FROM account_move_line
                    WHERE move_id = ANY(%s) AND display_type = 'product'
                   WINDOW invoice AS (PARTITION BY move_id)
                 ORDER BY move_id, sequence, id""",
                dates,
                moves.ids,
            )
        )
        about, periods = {}, {}
        for move_id, name, count, start, end in rows:
            first = (name or "").split("\n")[0]
            about[move_id] = (
                self.env._("%(what)s and %(count)s more", what=first, count=count - 1)
                if first and count > 1
                else first
            )
            if start:
                periods[move_id] = f"{self._date(start)} – {self._date(end or start)}"
        return about, periods

    @api.model
    def _contact(self, user):
        """Who knows about an invoice, with a phone number where there is one."""
        user.fetch(["partner_id", "share"])
        person = user.partner_id
        person.fetch(["name", "phone"])
        return "" if user.share else " · ".join(filter(None, (person.name, person.phone)))

    # -- what is taken off ----------------------------------------------------------------------------

    @api.model
    def _disputed(self, debtor, rows, day):
        """What of rows the debtor does not agree with, and need not be paid now, by item id."""
        held = (
            self.env["dunning.hold"]
            .sudo()
            ._load(
                debtor.company_id.id,
                [
                    Holdable(row.item_id, row.move_id, debtor.id, row.row.due, row.row.open)
                    for row in rows
                    if row.is_open
                ],
            )
        )
        found = {}
        for row in rows:
            own = [
                hold
                for hold in held.get(row.item_id, ())
                if hold.kind == DISPUTE and hold.counts_on(day)
            ]
            whole = any(hold.amount is None for hold in own)
            found[row.item_id] = row.row.open if whole else sum((hold.amount for hold in own), ZERO)
        return found

    @api.model
    def _has_credit(self, debtor):
        """Whether anything of the debtor is open in its favour; most have nothing."""
        return self.env.execute_query(
            SQL(
                """SELECT 1
                     FROM account_move_line line
                     JOIN res_partner partner ON partner.id = line.partner_id
                     JOIN account_account account ON account.id = line.account_id
                    WHERE partner.commercial_partner_id = %s
                      AND account.account_type = 'asset_receivable'
                      AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                      AND line.amount_residual_currency < 0 LIMIT 1""",
                debtor.partner_id.id,
            )
        )

    # -- how to transfer ---------------------------------------------------------------------------

    @api.model
    def _account(self, company, rows):
        """The bank account to pay to: that of the oldest invoice, else the company's first."""
        oldest = self.env["account.move"].sudo().browse([row.move_id for row in rows[:1]])
        return self._account_for(company, oldest)

    @api.model
    def _account_for(self, company, oldest):
        """The bank account to pay an invoice of a company to; one that may be shown."""
        if payee := self.env["dunning.payee"]._by_move(oldest.ids).get(oldest.id):
            return self.env["dunning.payee"]._account(payee)
        own = company.sudo().partner_id.bank_ids
        oldest.sudo().fetch(["partner_bank_id", "payment_reference"])
        printed = oldest.sudo().partner_bank_id & own
        return self.env["dunning.bank.account"]._account(company, printed)

    @api.model
    def _asked_by(self, notice):
        """Ids of the items that a message asks for, whoever owes them now."""
        rows = self.env.execute_query(
            SQL(
                """SELECT item_id FROM dunning_notice_line
                    WHERE notice_id = ANY(%s) AND position > 0""",
                (notice | notice.retry_of_id).ids,
            )
        )
        return {item_id for (item_id,) in rows}

    @api.model
    def _reference(self, rows, notice=None):
        """What a transfer for these rows says, so that it finds them.

        :param notice: the message whose page this is; its own reference for all it asks for
        """
        ids = {row.item_id for row in rows}
        if len(ids) == 1:
            move = self.env["account.move"].sudo().browse(rows[0].move_id)
            move.fetch(["payment_reference"])
            return move.payment_reference or rows[0].name
        if notice and notice.reference and ids == self._asked_by(notice):
            return notice.reference
        return ", ".join(row.name for row in rows[:5]) + (" …" if len(rows) > 5 else "")

    # -- what lies behind an address ---------------------------------------------------------

    @api.model
    def _all_of(self, debtor):
        """Everything that a debtor has open with its company."""
        return (
            self.env["dunning.item"]
            .sudo()
            .search_fetch(
                [("debtor_id", "=", debtor.id), ("state", "in", ("open", "remainder"))],
                ITEM_FIELDS,
                order="date_due, id",
            )
        )

    @api.model
    def _is_over(self, items, day):
        """Whether all of a claim was settled so long ago that nothing is shown of it any more."""
        closed = [item.closed_on for item in items if item.state == "closed"]
        return len(closed) == len(items) and all(
            each and (day - each).days > SETTLED_DAYS for each in closed
        )

    # -- words ---------------------------------------------------------------------------------------

    @api.model
    def _money(self, amount, currency):
        return format_amount(self.env, float(amount), currency)

    @api.model
    def _date(self, day):
        return _written(day, self.env.lang or "en_US")


@lru_cache(maxsize=4096)
def _written(day, lang):
    """A day written out. Not by Odoo's own function: it looks up the language each time."""
    return dates.format_date(day, "long", locale=babel_locale_parse(lang))
