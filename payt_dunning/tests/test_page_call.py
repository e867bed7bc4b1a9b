from datetime import datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..models import dunning_page_call
from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestPageCall(PageCommon):
    """A debtor asks on its page to be called: the one way in which a visit leads to a call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = new_test_user(
            cls.env, "handler", groups="payt_dunning.group_dunning_user", name="Hanna Handler"
        )
        cls.debtor.handler_id = cls.handler
        cls.business.write({"phone": "+31 20 765 43 21", "tz": "Europe/Amsterdam"})

    def call(self, **typed):
        """The answer to asking to be called."""
        return self.post("/call", **{"known": str(self.business.id), "when": "soon", **typed})

    def question(self):
        return self.env["dunning.question"].search([("debtor_id", "=", self.debtor.id)])

    def task(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "dunning.debtor"), ("res_id", "=", self.debtor.id)]
        )

    def local(self, moment):
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Europe/Amsterdam"))

    def test_the_handler_gets_a_task_with_the_time_and_the_page_confirms_it(self):
        page = self.call()
        self.assertIn("Thank you. We call you", page.text)
        self.assertIn("You asked us to call you. We call", page.text)
        task = self.task()
        self.assertEqual(task.user_id, self.handler)
        self.assertIn("Call, as was asked: As soon as you can", task.summary)
        question = self.question()
        self.assertEqual(question.call_number, "+31 20 765 4321")
        self.assertEqual(question.call_task_id, task)
        self.assertEqual(task.date_deadline, self.local(question.call_from).date())

    def test_a_known_number_is_shown_masked_on_the_page_and_in_the_thread(self):
        self.assertIn("The number that we have of you: ••• 21", self.get().text)
        page = self.call()
        self.assertNotIn("765", page.text)
        self.assertIn("••• 21", self.question().text)

    def test_another_number_is_typed_and_checked(self):
        self.call(phone="06 12345678 call")
        self.assertFalse(self.question())
        self.call(phone="+31 6 12345678")
        self.assertEqual(self.question().call_number, "+31 6 12345678")

    def test_a_typed_number_is_kept_with_the_question_only(self):
        self.call(phone="+31 6 12345678")
        story = self.env["dunning.story"]._stories(self.debtor)[self.debtor.id]
        self.assertIn("+31 6 12345678", story)
        question = self.question()
        self.assertIn("••• 78", question.text)
        task = self.task()
        self.assertNotIn("345678", f"{task.summary} {task.note}")
        dialog = (
            self.env["dunning.call.wizard"]
            .with_user(self.handler)
            .with_context(active_model="dunning.debtor", active_ids=self.debtor.ids)
            .create({"outcome": "reached", "confirm": False})
        )
        dialog.action_apply()
        question.sudo().answered_on = fields.Datetime.now() - timedelta(days=31)
        self.env["dunning.retention"]._gc_call_numbers()
        self.env.flush_all()
        for number in ("345678", "12345678", "6 1234"):
            found = self.env["mail.message"].sudo().search([("body", "like", number)])
            self.assertFalse(found.filtered("dunning_debtor_id"))
            self.assertFalse(self.debtor.message_ids & found)
            self.assertNotIn(number, question.text)
            for model, name in (
                ("dunning.event", "note"),
                ("dunning.notice", "body"),
                ("dunning.hold", "reason"),
                ("mail.mail", "body_html"),
            ):
                self.assertFalse(self.env[model].sudo().search([(name, "like", number)]), model)
        self.assertFalse(question.call_number)

    def test_without_a_number_nothing_is_asked_for(self):
        self.business.phone = False
        answer = self.call(known="")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Type the number at which we can call you.", answer.text)
        self.assertFalse(self.question())

    def test_a_number_of_somebody_else_can_t_be_asked_for_by_its_key(self):
        self.consumer.phone = "+31 10 999 88 77"
        self.call(known=str(self.consumer.id))
        self.assertFalse(self.question())

    def test_outside_the_hours_for_calls_it_waits_for_them(self):
        zone = ZoneInfo("Europe/Amsterdam")
        sunday = self.today + timedelta(days=6 - self.today.weekday() + 7)
        night = datetime.combine(sunday, time(23), zone).astimezone(ZoneInfo("UTC"))
        with patch.object(
            dunning_page_call.fields.Datetime, "now", lambda: night.replace(tzinfo=None)
        ):
            self.call()
        first = self.local(self.question().call_from)
        self.assertGreater(first.date(), sunday)
        self.assertEqual((first.hour, first.minute), (9, 0))
        self.assertNotEqual(first.weekday(), 6)

    def test_a_part_of_the_day_is_kept_to(self):
        self.call(when="afternoon")
        first = self.local(self.question().call_from)
        self.assertTrue(12 <= first.hour < 17)

    def test_parts_without_hours_for_calls_are_not_offered(self):
        self.company.dunning_call_until = 12
        page = self.get().text
        self.assertIn("In the morning (9:00 – 12:00)", page)
        self.assertNotIn("In the afternoon", page)
        self.assertEqual(self.call(when="evening").status_code, 400)
        self.assertEqual(self.call(when="; drop").status_code, 400)
        self.assertFalse(self.question())

    def test_who_waits_for_a_call_need_not_ask_again(self):
        self.call()
        answer = self.call()
        self.assertEqual(answer.status_code, 400)
        self.assertIn("you need not ask again", answer.text)
        self.assertEqual(len(self.task()), 1)

    def test_a_debtor_asks_only_so_often_in_a_day(self):
        for _time in range(dunning_page_call.A_DAY):
            self.call()
            self.question().action_no_answer()
        answer = self.call()
        self.assertIn("Please call us yourself.", answer.text)
        self.assertFalse(self.question().filtered(lambda each: each.state == "open"))

    def test_opening_the_address_asks_for_nothing(self):
        self.assertEqual(self.get("/call").status_code, 405)
        self.assertFalse(self.question())

    def test_a_call_that_reached_somebody_ends_it(self):
        self.call()
        dialog = (
            self.env["dunning.call.wizard"]
            .with_user(self.handler)
            .with_context(active_model="dunning.debtor", active_ids=self.debtor.ids)
            .create({"outcome": "reached", "confirm": False})
        )
        dialog.action_apply()
        self.assertEqual(self.question().state, "answered")
        self.assertFalse(self.task())

    def test_a_call_that_reached_nobody_does_not(self):
        self.call()
        dialog = (
            self.env["dunning.call.wizard"]
            .with_user(self.handler)
            .with_context(active_model="dunning.debtor", active_ids=self.debtor.ids)
            .create({"outcome": "not_reached", "confirm": False})
        )
        dialog.action_apply()
        self.assertEqual(self.question().state, "open")
        self.assertTrue(self.task())

    def test_a_written_answer_takes_the_task_back(self):
        self.call()
        self.question().action_no_answer()
        self.assertFalse(self.task())

    def test_formal_steps_wait_as_after_any_message(self):
        self.call()
        item = self.Item.search([("debtor_id", "=", self.debtor.id)])[:1]
        self.assertEqual(item.hold_kind, "question")
        self.assertGreater(self.question().hold_until, fields.Date.today())
