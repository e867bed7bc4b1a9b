from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

#: What a manager confirmed counts for so many months.
MONTHS = 6
#: Hardship that only the debtor tells of counts for so many days.
HARDSHIP_DAYS = 90


class DunningNonpayment(models.Model):
    """A reason that was given for not paying an item; each is kept, for reports."""

    _name = "dunning.nonpayment"
    _description = "Reason Given for Not Paying"
    _order = "id desc"
    _rec_name = "reason_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "dunning.item", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="item_id.move_id", string="Invoice")
    reason_id = fields.Many2one(
        "dunning.nonpayment.reason", required=True, readonly=True, index=True, ondelete="restrict"
    )
    offer = fields.Selection(related="reason_id.offer")
    note = fields.Text(readonly=True, help="What was said beside it.")
    by_debtor = fields.Boolean("Given by the Debtor", readonly=True)
    given_on = fields.Date(required=True, readonly=True)
    given_by_id = fields.Many2one("res.users", "Noted By", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="avg", help="On the day it was given.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        "Open Then", readonly=True, aggregator=None, help="What was open of it on that day."
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        "Open Then in Company Currency", readonly=True, currency_field="company_currency_id"
    )
    needs_manager = fields.Boolean(readonly=True, help="It counts once a manager confirmed it.")
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    expires_on = fields.Date(readonly=True, help="From this day on it counts for nothing.")
    withdrawn_on = fields.Date(readonly=True)
    current = fields.Boolean(readonly=True, help="The latest of its item that counts.")

    _of_item = models.UniqueIndex(
        "(item_id) WHERE current", "An item has one current reason for not being paid."
    )
    _with_note = models.Index("(given_on) WHERE note IS NOT NULL")
    _expiring = models.Index("(company_id, expires_on) WHERE current AND expires_on IS NOT NULL")

    # -- a reason is given ---------------------------------------------------------------------

    @api.model
    def _give(self, items, reason, note="", by_debtor=False):
        """Keep the reason why items are not paid; said twice on a day it is kept once.

        :param items: open ones
        :param reason: a ``dunning.nonpayment.reason``
        :return: one row for each item
        """
        # Two at the same time: the second one begins anew and sees the first.
        self.env.cr.execute(
            SQL("UPDATE dunning_item SET write_date = write_date WHERE id = ANY(%s)", items.ids)
        )
        rows = self.browse()
        for company, own in items.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            same = self.search(
                [
                    ("item_id", "in", own.ids),
                    ("reason_id", "=", reason.id),
                    ("by_debtor", "=", by_debtor),
                    ("given_on", "=", today),
                    ("withdrawn_on", "=", False),
                ]
            )
            if note:
                same.write({"note": note})
            rows |= same
            rows |= self.create(
                [
                    {
                        "company_id": company.id,
                        "debtor_id": item.debtor_id.id,
                        "item_id": item.id,
                        "reason_id": reason.id,
                        "note": note or False,
                        "by_debtor": by_debtor,
                        "given_on": today,
                        "given_by_id": False if by_debtor else self.env.uid,
                        "days_late": max((today - item.date_due).days, 0) if item.date_due else 0,
                        "currency_id": (item.currency_id or company.currency_id).id,
                        "amount": item.amount_open,
                        "amount_company": item.amount_company,
                        "needs_manager": reason.needs_manager,
                    }
                    for item in own - same.item_id
                ]
            )
        self._refresh(items)
        self._ask_manager(rows)
        return rows

    @api.model
    def _counting(self, day):
        """A domain: reasons that count on a day."""
        return Domain("withdrawn_on", "=", False) & (
            Domain("needs_manager", "=", False)
            | (Domain("confirmed_by_id", "!=", False) & Domain("expires_on", ">", day))
        )

    @api.model
    def _refresh(self, items):
        """Let each of items have the latest reason that counts; none of another debtor's."""
        items = items.sudo()
        for company, own in items.grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            rows = self.sudo().search(
                Domain("item_id", "in", own.ids) & self._counting(day), order="id desc"
            )
            latest = {}
            for row in rows:
                if row.debtor_id == row.item_id.debtor_id:
                    latest.setdefault(row.item_id, row)
            now = self.sudo().browse(row.id for row in latest.values())
            before = self.sudo().search([("item_id", "in", own.ids), ("current", "=", True)])
            (before - now).write({"current": False})
            self.flush_model(["current"])
            (now - before).write({"current": True})
            for item in own:
                reason = latest[item].reason_id if item in latest else now.reason_id.browse()
                if item.nonpayment_reason_id != reason:
                    item.nonpayment_reason_id = reason

    @api.model
    def _follow_debtor(self, debtor, survivor):
        """The reasons of a debtor that becomes another one go along."""
        rows = self.search([("debtor_id", "=", debtor.id)])
        rows.write({"debtor_id": survivor.id})
        self._refresh(rows.item_id)

    # -- what a debtor is, by its reasons -------------------------------------------------------

    @api.model
    def _of_hardship(self, debtors, day):
        """The reasons by which debtors can't pay something that is open, while that is the latest.

        What only the debtor tells of is over after 90 days; what one of us noted, too, is not.
        """
        rows = self.search(
            Domain("debtor_id", "in", debtors.ids)
            & Domain("reason_id.hardship", "=", True)
            & Domain("item_id.state", "=", "open")
            & Domain("item_id.nonpayment_reason_id.hardship", "=", True)
            & (
                Domain("by_debtor", "=", False)
                | Domain("given_on", ">", day - timedelta(days=HARDSHIP_DAYS))
            )
            & self._counting(day)
        )
        return rows.filtered(lambda row: row.debtor_id == row.item_id.debtor_id)

    @api.model
    def _in_bad_faith(self, debtors, day):
        """Those of debtors who owe something and of whom a manager confirmed bad faith.

        It is about the debtor: what it says later, and the payment of that one item, end nothing.
        """
        return self.search(
            Domain("debtor_id", "in", debtors.ids)
            & Domain("reason_id.code", "=", "bad_faith")
            & Domain("confirmed_by_id", "!=", False)
            & Domain("debtor_id.item_ids.state", "=", "open")
            & self._counting(day)
        ).debtor_id

    # -- what a manager confirms ----------------------------------------------------------------

    @api.model
    def _ask_manager(self, rows):
        waiting = rows.filtered(lambda row: row.needs_manager and not row.confirmed_by_id)
        self.env["dunning.task"]._ask(
            waiting.debtor_id,
            "reason",
            lambda env: env._("Confirm or withdraw the reason given for not paying"),
            managers=True,
        )

    def _as(self, group, refusal):
        """These reasons, writable, for a user in a group.

        :raises AccessError: for anybody else
        """
        self.check_access("read")
        if not self.env.user.has_group(group):
            raise AccessError(refusal)
        return self.sudo()

    def action_confirm(self):
        """A manager agrees: the reason counts for six months."""
        rows = self._as(
            "payt_dunning.group_dunning_manager",
            self.env._("Only a follow-up manager can confirm such a reason."),
        )
        waiting = rows.filtered(
            lambda row: row.needs_manager and not row.confirmed_by_id and not row.withdrawn_on
        )
        for row in waiting:
            today = row.item_id._today()
            until = fields.Date.add(today, months=MONTHS)
            row.write({"confirmed_by_id": self.env.uid, "expires_on": until})
            self._note(
                row,
                self.env._(
                    "Confirmed until %(day)s: %(reason)s.",
                    day=format_date(self.env, until),
                    reason=row.reason_id.name,
                ),
            )
        waiting._settled()
        return True

    def action_withdraw(self):
        """The reason does not hold: it counts for nothing, and stays in the history."""
        rows = self._as(
            "payt_dunning.group_dunning_user",
            self.env._("Only collectors can withdraw a reason."),
        )
        standing = rows.filtered(lambda row: not row.withdrawn_on)
        if standing.confirmed_by_id and not self.env.user.has_group(
            "payt_dunning.group_dunning_manager"
        ):
            raise UserError(
                self.env._(
                    "A manager confirmed “%s”; only a manager can withdraw it.",
                    standing.filtered("confirmed_by_id")[:1].display_name,
                )
            )
        for row in standing:
            row.withdrawn_on = row.item_id._today()
            self._note(row, self.env._("Withdrawn: %s.", row.reason_id.name))
        standing._settled()
        return True

    @api.model
    def _note(self, row, words):
        self.env["dunning.event"].sudo()._note(row.item_id, words)

    def _settled(self):
        """What was asked of managers about these is done, unless something else waits."""
        self._refresh(self.item_id)
        still = self.search(
            [
                ("debtor_id", "in", self.debtor_id.ids),
                ("needs_manager", "=", True),
                ("confirmed_by_id", "=", False),
                ("withdrawn_on", "=", False),
            ]
        )
        self.env["dunning.task"]._done(self.debtor_id - still.debtor_id, "reason")

    @api.model
    def _watch_sql(self, company, day):
        """Whether anything that a manager confirmed has expired."""
        return SQL(
            """EXISTS (SELECT FROM dunning_nonpayment
                        WHERE company_id = %s AND current AND expires_on <= %s)""",
            company.id,
            day,
        )

    @api.model
    def _watch(self, company, day):
        """What a manager confirmed half a year ago counts for nothing any more."""
        expired = self.search(
            [
                ("company_id", "=", company.id),
                ("current", "=", True),
                ("expires_on", "<=", day),
            ]
        )
        self._refresh(expired.item_id)


class DunningDialogue(models.AbstractModel):
    """Reasons that expire are looked at every day."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "dunning.nonpayment"]


class DunningItem(models.Model):
    """Items know why they are not paid."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    nonpayment_reason_id = fields.Many2one(
        "dunning.nonpayment.reason",
        "Reason for Not Paying",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The latest that the debtor gave, or one of us noted.",
    )
    nonpayment_ids = fields.One2many("dunning.nonpayment", "item_id", "Reasons Given")

    def write(self, vals):
        result = super().write(vals)
        if "debtor_id" in vals:
            told = self.filtered("nonpayment_reason_id")
            if told:
                self.env["dunning.nonpayment"]._refresh(told)
        return result
