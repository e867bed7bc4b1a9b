from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..rules.working_days import add_working_days
from .dunning_question import EXCERPT

#: A manager is told of what waits longer than so many working days.
LATE_DAYS = 5


class DunningQuestion(models.Model):
    """What becomes of a debtor's message: an answer, another invoice, a manager who is told."""

    _inherit = "dunning.question"  # pylint: disable=consider-merging-classes-inherited

    # -- the answer ----------------------------------------------------------------------------

    def _answered_by(self, message, user=None):
        """What one of us wrote is the answer: it is mailed, and what waited goes on tomorrow.

        What was answered before gets one more, which is mailed as well.
        """
        for question in self:
            text = message._dunning_words()
            question.answer_notice_id = self.env["dunning.talk"]._tell(
                question.debtor_id,
                question.item_ids or question.move_id.dunning_item_ids,
                "answer",
                lambda env, text=text, name=question.move_id.name: (
                    env._("Answer to your message about %s", name),
                    (text or env._("Please see the attached files.")).split("\n\n"),
                ),
                answers=question.last_message_id,
                recipient=question._reply_address(),
                files=message.attachment_ids,
                shown=False,
            )
            question.answer_ids = [Command.link(message.id)]
            if question.state == "open":
                question._close("answered", user or self.env.user, message)

    def _close(self, state, user, message=None):
        """It waits no longer: what it held goes on, never on the same day."""
        now = fields.Datetime.now()
        for question in self:
            question.write(
                {
                    "state": state,
                    "answered_on": now,
                    "answered_by_id": user.id,
                    "answer_id": message.id if message else False,
                    "response_hours": (now - question.asked_on) / timedelta(hours=1),
                }
            )
            words = (
                self.env._("The debtor's message was answered.")
                if state == "answered"
                else self.env._("The debtor's message needs no answer.")
            )
            self.env["dunning.hold"]._release_owned(question, words)
            if not self._others(question):
                self.env["dunning.task"]._done(question.move_id, "answer")
            question.debtor_id._decide_now()

    @api.model
    def _others(self, question):
        """Whether something else waits on the same entry."""
        return self.search_count(
            [("move_id", "=", question.move_id.id), ("state", "=", "open")], limit=1
        )

    @api.model
    def _follow_debtor(self, debtor, survivor):
        """What waits for a debtor that becomes another one goes along, with its thread."""
        waiting = [("debtor_id", "=", survivor.id), ("state", "=", "open")]
        there = self.search(waiting).grouped("move_id")
        for question in self.search([("debtor_id", "=", debtor.id)]):
            kept = question.state == "open" and there.get(question.move_id)
            if kept:
                question._close("closed", self.env.user)
                kept.item_ids |= question.item_ids
                kept._hold(question.item_ids.filtered(lambda item: item.state == "open"))
            question.debtor_id = survivor
        self.env["mail.message"].sudo().search([("dunning_debtor_id", "=", debtor.id)]).write(
            {"dunning_debtor_id": survivor.id}
        )

    # -- what people do ------------------------------------------------------------------------

    def _as_collector(self):
        """These questions, writable, if the user may decide about them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can answer debtors."))
        return self.sudo()

    def action_no_answer(self):
        """What the debtor wrote needs no answer; follow-up goes on."""
        waiting = self._as_collector().filtered(lambda each: each.state == "open")
        waiting._close("closed", self.env.user)
        return True

    def action_answer(self):
        """The dialog for an answer."""
        self.ensure_one()
        self._as_collector()
        action = self.env["ir.actions.act_window"]._for_xml_id("payt_dunning.action_dunning_answer")
        return {**action, "context": {"active_model": self._name, "active_id": self.id}}

    def _move_to(self, move):
        """What the debtor wrote is about another invoice of its: messages and hold go there.

        :raises UserError: when that is another debtor's
        """
        self.ensure_one()
        items = move.dunning_item_ids.filtered(lambda item: item.debtor_id == self.debtor_id)
        if not items or move.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(invoice)s is not an invoice of %(debtor)s.",
                    invoice=move.name or move.display_name,
                    debtor=self.debtor_id.display_name,
                )
            )
        former = self.move_id
        messages = self._messages()
        messages.write({"model": "account.move", "res_id": move.id})
        messages.attachment_ids.filtered(
            lambda each: each.res_model == "account.move" and each.res_id == former.id
        ).write({"res_id": move.id})
        open_items = items.filtered(lambda item: item.state == "open")
        waits_there = self.search(
            [
                ("move_id", "=", move.id),
                ("debtor_id", "=", self.debtor_id.id),
                ("state", "=", "open"),
                ("id", "!=", self.id),
            ]
        )
        self.env["dunning.hold"]._release_owned(self, self.env._("It is about another invoice."))
        if waits_there:
            waits_there.write(
                {
                    "text": "\n\n".join(filter(None, (waits_there.text, self.text)))[-EXCERPT:],
                    "asked_on": min(waits_there.asked_on, self.asked_on),
                    "message_id": min((waits_there | self).message_id.ids, default=False),
                    "last_message_id": max((waits_there | self).last_message_id.ids, default=False),
                }
            )
            self.unlink()
        else:
            self.write({"move_id": move.id, "item_ids": [Command.set((open_items or items).ids)]})
        question = waits_there or self
        question._hold(open_items)
        if not self.search_count([("move_id", "=", former.id), ("state", "=", "open")]):
            self.env["dunning.task"]._done(former, "answer")
        self._ask_handler(question)
        question.debtor_id._decide_now()
        return question

    def _messages(self):
        """The debtor's messages of this question, still where they came in."""
        self.ensure_one()
        Message = self.env["mail.message"].sudo()
        since = self.message_id.id or self.last_message_id.id
        found = Message.search(
            [
                ("model", "=", "account.move"),
                ("res_id", "=", self.move_id.id),
                ("id", ">=", since),
                ("message_type", "in", ("email", "comment")),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
            ]
        )
        theirs = found.filtered(
            lambda each: (
                each.dunning_debtor_id in (self.debtor_id, self.env["dunning.debtor"])
                and (not each.author_id or each.author_id.partner_share)
                and each.author_id != self.company_id.partner_id
            )
        )
        return theirs | self.message_id | self.last_message_id

    # -- what waits too long -------------------------------------------------------------------

    @api.model
    def _watch_sql(self, company, _day):
        """Whether anything waits of which no manager has been told."""
        return SQL(
            """EXISTS (SELECT FROM dunning_question
                        WHERE company_id = %s AND state = 'open' AND alerted_on IS NULL)""",
            company.id,
        )

    @api.model
    def _watch(self, company, day):
        """Tell a manager, once, of what has waited for an answer for too long."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id, (asked_on AT TIME ZONE 'UTC')::date FROM dunning_question
                    WHERE company_id = %s AND state = 'open' AND alerted_on IS NULL""",
                company.id,
            )
        )
        if not rows:
            return
        closed = self.env["dunning.when"]._closed(company)
        late = self.browse(
            [i for i, asked in rows if add_working_days(asked, LATE_DAYS, closed) < day]
        )
        if not late:
            return
        self.env["dunning.task"]._ask(
            late.move_id,
            "late_answer",
            lambda env: env._("A debtor has waited for an answer for more than five working days"),
            company=company,
            managers=True,
        )
        late.write({"alerted_on": day})
