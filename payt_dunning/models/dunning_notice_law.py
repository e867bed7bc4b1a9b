from dataclasses import replace
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from ..rules.law.asks import term_of
from ..rules.law.errors import Held, Refused
from ..rules.law.standing import Standing
from ..rules.law.terms import BY_POST
from ..rules.work import WORK


class DunningNoticeLaw(models.Model):
    """Messages with a part in law: what they announced, and the term that they began."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    statutory_name = fields.Char("Statutory Notice", compute="_compute_law_words")
    calculation = fields.Text("How It Is Calculated", compute="_compute_law_words")
    received_because = fields.Text("Why Received", compute="_compute_received_because")
    term_problem = fields.Text("Why No Term Began", readonly=True)

    @api.depends("law", "statutory_code", "currency_id")
    @api.depends_context("lang")
    def _compute_law_words(self):
        names = dict(self.env["dunning.level"]._statutory_codes())
        words = self.env["dunning.law.words"]
        for notice in self:
            law = notice.law or {}

            def money(amount, currency=notice.currency_id):
                return format_amount(self.env, float(amount), currency)

            lines = words._calculation(self.env, law.get("steps", ()), money)
            notice.statutory_name = names.get(notice.statutory_code, "")
            notice.calculation = "\n".join(
                filter(None, [*lines, law.get("basis"), law.get("held")])
            )

    @api.model
    def _planned_values(self, run, planned, content):
        """With what the message asks and announces, and how that was calculated."""
        values = super()._planned_values(run, planned, content)
        asked = planned.asked
        if not asked:
            days = content.level.term_days
            return {**values, "term_days": days} if days else values
        return {
            **values,
            "statutory_code": asked.notice or False,
            "term_days": asked.term_days,
            "costs_announced": float(asked.announced),
            "tax_announced": float(asked.tax),
            "costs": float(asked.costs),
            "fee": float(asked.fee),
            "interest": float(asked.interest),
            "pay_by": asked.pay_by,
            "law": {
                "jurisdiction": asked.jurisdiction,
                "rules": asked.rules,
                "valid": True,
                "cut": asked.cut,
                "basis": asked.basis,
                "held": asked.held and self._told_problem(planned, asked.held) or "",
                "rows": list(asked.used),
                "steps": [[step.code, step.values] for step in asked.lines],
                "shares": [
                    [share.item_id, str(share.base), str(share.amount)] for share in asked.shares
                ],
            },
        }

    @api.model
    def _told_problem(self, planned, problem):
        """Why costs are not said, in our company's language: it is for us."""
        company = self.env["res.company"].browse(planned.company_id).sudo()
        words = self.env["collection.law.words"].with_context(lang=company.partner_id.lang)
        return words._problem(problem)

    def _set_sent(self, message_id=None, day=None):
        """A message that gives a term begins it when it has left, and its fee is claimed."""
        result = super()._set_sent(message_id, day)
        self.browse(self._begin_terms())._claim_fees()
        return result

    def _begin_terms(self):
        """Note when messages count as received, why, and when their term ends.

        Where the tables no longer say, the term is not begun: nothing is claimed after it.
        Neither does a call begin one, nor what was decided from the work list: nobody got a text.
        Most messages have neither term nor fee, and need not be read.

        :return: ids of those that cost a fee
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT id, coalesce(statutory_code, ''), coalesce(term_days, 0), channel,
                          sent_on, coalesce(law->>'jurisdiction', ''),
                          coalesce(law->>'rules', ''), coalesce(fee, 0)
                     FROM dunning_notice
                    WHERE id = ANY(%s) AND state = 'sent' AND retry_of_id IS NULL
                      AND channel <> ALL(%s)
                      AND (statutory_code <> '' OR term_days > 0 OR fee > 0)""",
                self.ids,
                list(WORK),
            )
        )
        for notice_id, code, days, channel, sent_on, jurisdiction, rules, _fee in rows:
            if code or days:
                self.browse(notice_id)._begin_term(
                    code, days, channel, sent_on, Standing(jurisdiction, "", rules)
                )
        return [row[0] for row in rows if row[-1] > 0]

    def _claim_fees(self):
        """Claim the fees of these messages, which have left; what can't be claimed is noted."""
        for notice in self:
            self.env["dunning.claims"]._claim_fee(notice)

    def _begin_term(self, code, days, channel, sent_on: date, standing):
        self.ensure_one()
        tables = self.env["collection.law.row"]._tables()
        try:
            found = term_of(tables, standing, code, days, channel, sent_on)
        except (Held, Refused) as problem:
            self.write({"term_problem": str(problem)})
            return
        found = self._fitting(found)
        self.write({"received_on": found.received, "term_until": found.last})

    def _fitting(self, found):
        """A term that ends on the day that the message names, where it names one and no number."""
        if not (self.law or {}).get("cut"):
            return found
        return replace(found, last=min(found.last, self.pay_by))

    def _term_if(self, sent_on, delivered=None):
        """The term that this message gives when it left, or was delivered, on a day.

        :return: :class:`~..rules.law.terms.Term`; ``None`` where it gives none
        """
        self.ensure_one()
        if not (self.statutory_code or self.term_days):
            return None
        law = self.law or {}
        standing = Standing(law.get("jurisdiction", ""), "", law.get("rules", ""))
        tables = self.env["collection.law.row"]._tables()
        about = (self.statutory_code or "", self.term_days, self.channel)
        try:
            return self._fitting(term_of(tables, standing, *about, sent_on, delivered))
        except (Held, Refused):
            return None

    def _delivered_later(self, day):
        """It was proven to be delivered later than it was taken to be: its term is longer.

        Never shorter. A term that is over by what was known then, with its costs, stays.
        """
        self.ensure_one()
        if not self.received_on or day <= self.received_on or self.costs_settled:
            return
        if found := self._term_if(self.sent_on, day):
            self.write({"received_on": found.received, "term_until": found.last})

    @api.depends("channel", "statutory_code", "sent_on", "received_on", "term_problem")
    @api.depends_context("lang")
    def _compute_received_because(self):
        for notice in self:
            notice.received_because = notice.received_on and notice._why_received()

    def _why_received(self):
        """Why the message counts as received on a day; proof of sending is its own record."""
        day, sent = (format_date(self.env, each) for each in (self.received_on, self.sent_on))
        if self.channel not in BY_POST:
            return self.env._("The mail server of the debtor accepted it on %s.", day)
        if self.statutory_code:
            return self.env._(
                "Posted on %(sent)s; by law a letter counts as delivered on %(day)s.",
                sent=sent,
                day=day,
            )
        return self.env._(
            "Posted on %(sent)s; taken to be delivered on %(day)s at the latest.",
            sent=sent,
            day=day,
        )
