from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user

from .common import DunningCommon

ANSWER = """From: {author}
To: catchall@creditor.example.com
Subject: Re: reminder
Message-Id: <{number}.answer@bakery.example.com>
In-Reply-To: {answered}
References: {answered}
{headers}Content-Type: text/plain; charset=utf-8

We have a question about this.
"""


class TestReplies(DunningCommon):
    """A debtor who answers is heard, whatever the message was about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway = new_test_user(
            cls.env, "gateway", groups="base.group_system", tz="Pacific/Kiritimati"
        )
        cls.handler = new_test_user(
            cls.env, "handler", groups="payt_dunning.group_dunning_user", tz="Pacific/Kiritimati"
        )

    def answer(self, notice, author="pay@bakery.example.com", headers="", number=1):
        """Let the mail gateway take in an answer to a message."""
        mail = ANSWER.format(
            author=author, answered=notice.message_id, headers=headers, number=number
        )
        self.env["mail.thread"].with_user(self.gateway).message_process("account.move", mail)

    def questions(self):
        return self.env["dunning.hold"].search([("kind", "=", "question")])

    def tasks(self, move):
        return self.env["mail.activity"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )

    def opening(self, *partners):
        """A posted entry with an opening balance for each partner."""
        due = self.after(-4)
        lines = [
            Command.create(
                {
                    "name": f"opening {partner.name}",
                    "partner_id": partner.id,
                    "account_id": self.company_data["default_account_receivable"].id,
                    "debit": 100.0,
                    "date_maturity": due,
                }
            )
            for partner in partners
        ]
        lines.append(
            Command.create(
                {
                    "name": "opening",
                    "account_id": self.company_data["default_account_revenue"].id,
                    "credit": 100.0 * len(partners),
                }
            )
        )
        entry = self.env["account.move"].create(
            {"move_type": "entry", "date": self.after(-30), "line_ids": lines}
        )
        entry.action_post()
        entry.line_ids.filtered("partner_id").no_followup = False
        return entry

    def test_an_answer_holds_all_invoices_that_the_message_reminded_of(self):
        moves = self.invoice() + self.invoice(days_late=5)
        self.run_and_deliver()
        notice = self.notices_to()
        self.assertEqual(len(notice.line_ids), 2)
        self.answer(notice)
        items = self.items(moves)
        self.assertEqual(self.questions().move_id, moves)
        self.assertEqual(set(items.mapped("reason")), {"hold"})

    def test_what_the_message_only_listed_goes_on(self):
        reminded = self.invoice()
        listed = self.invoice(days_late=-20)
        self.run_and_deliver()
        notice = self.notices_to()
        self.assertEqual(len(notice.line_ids), 2)
        self.answer(notice)
        self.assertEqual(self.questions().move_id, reminded)
        self.assertNotEqual(self.items(listed).reason, "hold")

    def test_an_answer_about_an_opening_balance_holds_it_and_no_other_debtor(self):
        other = self.debtor("Butcher")
        entry = self.opening(self.business, other)
        self.run_and_deliver()
        self.answer(self.notices_to())
        items = self.items(entry)
        mine = items.filtered(lambda item: item.partner_id == self.business)
        self.assertEqual(self.questions().item_id, mine)
        self.assertEqual(mine.reason, "hold")
        self.assertNotEqual((items - mine).reason, "hold")
        self.assertEqual(len(self.tasks(entry)), 1)

    def test_an_absence_note_does_nothing(self):
        move = self.invoice()
        self.run_and_deliver()
        self.answer(self.notices_to(), headers="Auto-Submitted: auto-replied\n")
        self.assertFalse(self.questions())
        self.assertFalse(self.tasks(move))

    def test_dates_are_those_of_the_company_not_of_the_gateway(self):
        move, tomorrow = self.invoice(), self.after(1)
        self.run_and_deliver()
        Message = type(self.env["dunning.message"])
        with patch.object(Message, "_today", lambda self, company: tomorrow):
            self.answer(self.notices_to())
        self.assertEqual(self.questions().date_from, tomorrow)
        self.assertEqual(self.questions().date_until, self.after(8))
        self.assertEqual(self.tasks(move).date_deadline, tomorrow)

    def test_the_task_goes_to_the_handler_of_the_debtor(self):
        move = self.invoice()
        self.run_and_deliver()
        self.items(move).debtor_id.handler_id = self.handler
        self.company.dunning_handler_id = self.env.user
        self.answer(self.notices_to())
        self.assertEqual(self.tasks(move).user_id, self.handler)

    def test_without_a_handler_the_task_goes_to_the_company_s(self):
        move = self.invoice()
        self.run_and_deliver()
        self.company.dunning_handler_id = self.handler
        self.answer(self.notices_to())
        self.assertEqual(self.tasks(move).user_id, self.handler)

    def test_without_any_handler_a_manager_gets_the_task_never_the_gateway(self):
        move = self.invoice()
        self.run_and_deliver()
        self.answer(self.notices_to())
        person = self.tasks(move).user_id
        self.assertTrue(person.has_group("payt_dunning.group_dunning_manager"))
        self.assertIn(self.company, person.company_ids)
        self.assertTrue(person.active)
        self.assertNotEqual(person, self.gateway)

    def test_a_handler_who_left_gets_no_task(self):
        move = self.invoice()
        self.run_and_deliver()
        self.items(move).debtor_id.handler_id = self.handler
        self.handler.active = False
        self.answer(self.notices_to())
        self.assertTrue(self.tasks(move).user_id.active)

    def test_a_second_answer_makes_the_hold_longer_and_no_second_task(self):
        move = self.invoice()
        self.run_and_deliver()
        self.answer(self.notices_to())
        with self.on_day(self.after(2)):
            self.answer(self.notices_to(), number=2)
        self.assertEqual(self.questions().date_until, self.after(9))
        self.assertEqual(len(self.tasks(move)), 1)

    def test_an_answer_does_not_end_a_hold_that_a_person_made(self):
        move = self.invoice()
        self.run_and_deliver()
        hold = self.hold(move_id=move.id, kind="question")
        self.answer(self.notices_to())
        self.assertIn(hold, self.questions(), "beside that of the message itself")
        self.assertFalse(hold.date_until)

    def test_a_comment_on_the_page_of_an_invoice_is_about_that_invoice(self):
        moves = self.invoice() + self.invoice(days_late=5)
        self.run_and_deliver()
        moves[0].message_post(
            body="why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(self.questions().move_id, moves[0])
