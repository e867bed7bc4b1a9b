from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

#: Items that are at the end of their policy.
AT_END = Domain("state", "=", "open") & Domain("reason", "=", "end_of_ladder")


class DunningDebtor(models.Model):
    """What was tried with a debtor whose policy has ended, for whoever decides what comes next."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    at_end = fields.Boolean(
        "At the End of Its Policy", compute="_compute_at_end", search="_search_at_end"
    )
    end_count = fields.Integer("Items at the End", compute="_compute_at_end")
    end_amount = fields.Monetary(
        "Open at the End", compute="_compute_at_end", help="In the company's currency."
    )
    end_owed = fields.Char(
        "Owes at the End",
        compute="_compute_at_end",
        help="What is open of items whose policy has ended, in each currency.",
    )
    end_since = fields.Date(
        "Oldest Due On", compute="_compute_at_end", help="Of what is at the end of its policy."
    )
    end_tried = fields.Text(
        "What Was Tried",
        compute="_compute_end_tried",
        help="Messages that left by each channel, and calls; of all its items.",
    )
    end_reason = fields.Char("Reason Given", compute="_compute_end_tried")

    @api.depends("item_ids.state", "item_ids.reason", "item_ids.amount_open")
    @api.depends_context("lang")
    def _compute_at_end(self):
        found = {}
        for debtor, currency, *figures in self.env["dunning.item"]._read_group(
            Domain("debtor_id", "in", self.ids) & AT_END,
            ["debtor_id", "currency_id"],
            ["__count", "amount_company:sum", "amount_open:sum", "date_due:min"],
        ):
            found.setdefault(debtor.id, []).append((currency, *figures))
        for debtor in self:
            own = found.get(debtor._origin.id, [])
            debtor.at_end = bool(own)
            debtor.end_count = sum(count for _currency, count, *_more in own)
            debtor.end_amount = sum(amount for _currency, _count, amount, *_more in own)
            debtor.end_owed = " + ".join(
                format_amount(self.env, amount, currency)
                for currency, _count, _company, amount, _due in own
            )
            debtor.end_since = min((due for *_figures, due in own), default=False)

    @api.model
    def _search_at_end(self, operator, value):
        if operator != "in":
            return NotImplemented
        ended = Domain("item_ids", "any", AT_END)
        return ended if True in value else ~ended

    @api.depends("notice_ids.state", "call_ids.moment")
    @api.depends_context("lang")
    def _compute_end_tried(self):
        """In one statement for messages, one for calls and one for reasons."""
        self.env.flush_all()
        channels = {each.code: each.name for each in self.env["dunning.channel"].search([])}
        messages, last = {}, {}
        for debtor_id, channel, count, day in self.env.execute_query(
            SQL(
                """SELECT debtor_id, channel, count(*), max(sent_on) FROM dunning_notice
                    WHERE debtor_id = ANY(%s) AND state = 'sent' AND kind = 'reminder'
                      AND channel NOT IN ('call', 'list')
                 GROUP BY debtor_id, channel ORDER BY count(*) DESC, channel""",
                self.ids,
            )
        ):
            told = f"{count} × {channels.get(channel, channel)}"
            messages.setdefault(debtor_id, []).append(told)
            last[debtor_id] = max(filter(None, (last.get(debtor_id), day)), default=None)
        calls = {
            debtor.id: figures
            for debtor, *figures in self.env["dunning.call"]._read_group(
                [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count", "moment:max"]
            )
        }
        reasons = {
            debtor.id: reason
            for debtor, reason in self.env["dunning.nonpayment"]._read_group(
                [("debtor_id", "in", self.ids), ("current", "=", True)],
                ["debtor_id"],
                ["reason_id:recordset"],
            )
        }
        for debtor in self:
            own = debtor._origin.id
            given = reasons.get(own) or self.env["dunning.nonpayment.reason"]
            debtor.end_reason = ", ".join(given.mapped("name"))
            debtor.end_tried = debtor._tried(messages.get(own), last.get(own), calls.get(own))

    def _tried(self, messages, last, calls):
        """What was tried, in words.

        :param messages: number and channel, each in words
        :param last: the day on which the last message left
        :param calls: number, and the moment of the last one
        """
        told = (
            self.env._(
                "%(messages)s, last on %(day)s",
                messages=", ".join(messages),
                day=format_date(self.env, last) if last else "?",
            )
            if messages
            else self.env._("No message left")
        )
        if not calls:
            return self.env._("%s; no call", told)
        count, moment = calls
        day = fields.Datetime.context_timestamp(self, moment).date()
        return self.env._(
            "%(told)s; calls: %(count)s, last on %(day)s",
            told=told,
            count=count,
            day=format_date(self.env, day),
        )
