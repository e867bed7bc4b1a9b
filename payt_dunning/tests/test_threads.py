from odoo import Command, fields

from .page_common import PageCommon


class TestThreads(PageCommon):
    """A debtor reads its own thread, and nothing that is not in it."""

    def whole(self, debtor):
        """The thread as the debtor reads it after it has proven who it is."""
        doors = self.env["dunning.page.door"].sudo()
        items = self.env["dunning.page"].sudo()._all_of(debtor)
        notice = self.Notice.search([("debtor_id", "=", debtor.id)], limit=1)
        door = doors._open("m", notice.id, doors._token("m", notice.id, debtor.page_version))
        door = doors._widen(door)
        self.assertEqual(door.items, items)
        return self.env["dunning.page.dialogue"].sudo()._thread(door)

    def said(self, debtor):
        return [entry["text"] for entry in self.whole(debtor)]

    def writes(self, move, author, text, **context):
        """Somebody writes on an invoice, as the page or the mail gateway lets it."""
        return move.with_context(**context).message_post(
            body=text,
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_reminders_are_in_the_thread(self):
        self.assertEqual(len(self.said(self.debtor)), 1, "the same on two invoices, told once")
        self.assertIn(self.notice.subject, self.said(self.debtor)[0])

    def test_question_and_answer_are_in_the_thread_in_their_order(self):
        move = self.moves[0]
        self.writes(move, self.business, "What is this?")
        self.writes(move, self.env.user.partner_id, "Work of May")
        self.assertEqual(self.said(self.debtor)[1:], ["What is this?", "Work of May"])

    def test_notes_of_ours_are_not(self):
        move = self.moves[0]
        move.message_post(body="secret note", subtype_xmlid="mail.mt_note")
        move.message_post(body="secret log", message_type="notification")
        message = self.writes(move, self.business, "To be hidden")
        message.is_internal = True
        hidden = self.writes(move, self.business, "Made a note of")
        hidden.subtype_id = self.env.ref("mail.mt_note")
        self.assertEqual(len(self.said(self.debtor)), 1)

    def test_what_is_tracked_and_planned_is_not(self):
        move = self.moves[0]
        move.activity_schedule("mail.mail_activity_data_todo", summary="secret task")
        move.activity_ids.action_feedback(feedback="secret feedback")
        move.payment_reference = "CHANGED"
        self.assertEqual(len(self.said(self.debtor)), 1)

    def test_what_another_debtor_or_a_stranger_writes_there_is_not(self):
        stranger = self.env["res.partner"].create({"name": "Lawyer", "email": "law@example.com"})
        for author in (self.consumer, stranger):
            self.writes(self.moves[0], author, f"of {author.name}")
        self.assertEqual(len(self.said(self.debtor)), 1)

    def test_debtors_of_one_entry_with_opening_balances_read_their_own_part(self):
        lines = [
            Command.create(
                {
                    "name": f"opening {partner.name}",
                    "partner_id": partner.id,
                    "account_id": self.company_data["default_account_receivable"].id,
                    "debit": 100.0,
                    "date_maturity": self.after(-4),
                }
            )
            for partner in (self.business, self.consumer)
        ]
        counterpart = {"account_id": self.company_data["default_account_revenue"].id}
        lines.append(Command.create({"name": "opening", "credit": 200.0, **counterpart}))
        entry = self.env["account.move"].create(
            {"move_type": "entry", "date": self.after(-30), "line_ids": lines}
        )
        entry.action_post()
        entry.line_ids.filtered("partner_id").no_followup = False
        self.run_and_deliver(day=self.after(10))
        Debtor = self.env["dunning.debtor"].sudo()
        other = Debtor.search([("partner_id", "=", self.consumer.id)])
        self.writes(entry, self.business, "mine")
        self.writes(entry, self.consumer, "theirs")
        question = self.env["dunning.question"].search([("debtor_id", "=", other.id)])
        dialog = (
            self.env["dunning.answer.wizard"]
            .with_context(active_model="dunning.question", active_id=question.id)
            .create({"body": "for them alone"})
        )
        dialog.action_apply()
        self.assertIn("mine", self.said(self.debtor))
        self.assertFalse({"theirs", "for them alone"} & set(self.said(self.debtor)))
        self.assertLessEqual({"theirs", "for them alone"}, set(self.said(other)))
        self.assertNotIn("mine", self.said(other))

    def test_who_an_invoice_went_to_does_not_read_what_was_said_to_who_had_it(self):
        move = self.moves[0]
        self.writes(move, self.business, "of the baker")
        self.writes(move, self.env.user.partner_id, "to the baker")
        move.button_draft()
        move.write({"partner_id": self.consumer.id, "invoice_date_due": self.after(-4)})
        move.action_post()
        self.run_and_deliver(day=self.after(10))
        other = self.items(move).debtor_id
        self.assertEqual(other.partner_id, self.consumer)
        texts = " ".join(self.said(other))
        self.assertNotIn("baker", texts)

    def test_the_time_of_a_message_is_the_company_s(self):
        self.company.partner_id.tz = "Europe/Amsterdam"
        message = self.writes(self.moves[0], self.business, "When?")
        message.date = fields.Datetime.to_datetime("2026-07-01 22:30:00")
        dialogue = self.env["dunning.page.dialogue"].with_context(tz="Europe/Amsterdam")
        self.assertIn("00:30", dialogue._moment(message.date))
