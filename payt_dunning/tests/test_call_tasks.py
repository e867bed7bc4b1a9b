from datetime import timedelta

from odoo import Command
from odoo.tests import Form
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..rules.working_days import add_working_days
from .channels_common import ChannelCase
from .common import ScriptedSMTP


class TestCallTasks(ChannelCase):
    """A level that is a call waits until somebody phones the debtor, and logs what came of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("caller", "group_dunning_user")
        cls.number = "+31612345678"

    def calls(self, state="queued"):
        return self.notices_to().filtered(
            lambda each: each.channel == "call" and each.state == state
        )

    def log(self, outcome, **values):
        debtor = self.notices_to().debtor_id
        Wizard = self.env["dunning.call.wizard"].sudo(False).with_user(self.collector)
        dialog = Form(Wizard.with_context(active_model="dunning.debtor", active_ids=debtor.ids))
        dialog.outcome = outcome
        for name, value in values.items():
            setattr(dialog, name, value)
        dialog.save().action_apply()

    def tasks(self, kind="call"):
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", self.business.id)])
        return self.env["dunning.task"]._open(debtor, self.env["dunning.task"]._type(kind))

    def begun_by_call(self, **values):
        self.policy("call", subject=False, text=False)
        return self.begun(**values)

    # -- waiting ---------------------------------------------------------------------------------

    def test_a_call_waits_in_the_outbox_and_the_item_says_so(self):
        item = self.begun_by_call()
        call = self.calls()
        self.assertEqual((call.recipient, call.subject[:17]), (self.number, "Call Bakery Ltd a"))
        self.assertEqual((item.action, item.reason, item.reached), ("blocked", "to_call", 0))
        self.run_day(day=self.after(1))
        self.assertEqual((item.reason, self.calls()), ("to_call", call))

    def test_the_handler_gets_one_task_with_the_story_so_far(self):
        self.company.dunning_call_until = 17.5
        self.invoice(amount=70.0)
        debtor = self.begun_by_call().debtor_id
        self.run_day(day=self.after(1))
        task = self.tasks()
        self.assertEqual(len(task), 1)
        self.assertEqual(task.res_id, debtor.id)
        for words in (self.number, "between 9:00 and 17:30", "70.00", "days late"):
            self.assertIn(words, task.note)

    def test_a_level_that_is_a_call_needs_no_text(self):
        policy = self.policy("call", subject=False, text=False)
        policy.level_ids.days = 4
        policy.action_publish()
        self.assertFalse(policy.has_changes)
        self.assertFalse(policy.outline["levels"][0]["warnings"])

    def test_without_a_number_somebody_is_asked_to_find_one(self):
        self.business.phone = "12"
        item = self.begun_by_call()
        self.assertEqual((item.action, item.reason), ("blocked", "no_number"))
        self.assertEqual(len(self.tasks("number")), 1)
        self.business.phone = "020 123 4567"
        self.business.country_id = self.env.ref("base.nl")
        self.run_day(day=self.after(1))
        self.assertEqual(self.calls().recipient, "+31201234567")
        self.assertFalse(self.tasks("number"))

    def test_the_dialog_tells_the_story_before_the_call(self):
        debtor = self.begun_by_call().debtor_id
        action = self.calls().sudo(False).with_user(self.collector).action_log_call()
        Wizard = self.env[action["res_model"]].sudo(False).with_user(self.collector)
        form = Form(Wizard.with_context(**action["context"]))
        self.assertIn(self.number, form.story)
        self.assertEqual(form.debtor_ids[:], debtor)

    # -- what came of it -------------------------------------------------------------------------

    def test_a_call_that_was_logged_reaches_its_level_and_ends_the_task(self):
        item = self.begun_by_call()
        self.log("refuses", note="Says no")
        call = self.calls("sent")
        self.assertEqual((call.contact, item.reached), ("refuses", 1))
        self.assertNotEqual(item.reason, "to_call")
        self.assertFalse(self.tasks())

    def test_who_was_not_reached_is_called_again_the_next_working_day(self):
        item = self.begun_by_call()
        self.log("not_reached")
        call = self.calls()
        self.assertEqual((call.attempts, item.reached), (1, 0))
        self.assertEqual(call.call_on, add_working_days(self.today, 1))
        self.assertEqual(self.tasks().date_deadline, call.call_on)

    def test_after_three_calls_in_vain_that_is_what_came_of_it(self):
        item = self.begun_by_call()
        for outcome in ("not_reached", "wrong_person", "not_reached"):
            self.assertFalse(item.reached)
            self.log(outcome)
        self.assertEqual((self.calls("sent").contact, item.reached), ("not_reached", 1))

    def test_a_wrong_number_is_not_called_again(self):
        item = self.begun_by_call()
        self.log("wrong_number")
        self.assertEqual(self.calls("failed").failure_kind, "address")
        failed = item.debtor_id.failed_address_ids
        self.assertEqual((failed.channel, failed.address), ("call", self.number))
        self.assertEqual((item.reached, item.reason), (0, "no_number"))

    def test_who_asked_to_be_called_back_stays_with_whoever_called(self):
        item = self.begun_by_call()
        self.log("call_back")
        self.assertEqual(item.reached, 1)
        task = item.debtor_id.activity_ids.filtered(
            lambda each: each.activity_type_id == self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(task.user_id, self.collector)

    def test_a_call_shows_nothing_to_the_debtor(self):
        item = self.begun_by_call()
        self.log("refuses")
        before = item.move_id.message_ids
        self.env["dunning.chatter"].sudo()._log_sent()
        self.assertEqual(item.move_id.message_ids, before)
        self.assertFalse(before.filtered(lambda each: each.dunning_debtor_id))

    # -- beside another channel ------------------------------------------------------------------

    def begun_beside(self, **values):
        self.business.email = "pay@bakery.example.com"
        policy = self.policy("email", "call", every=True, **values)
        policy.level_ids = [
            Command.create(
                {
                    "name": "Level 2",
                    "days": 9,
                    "spacing": 5,
                    "channel_ids": [Command.set(self.env.ref("payt_dunning.channel_email").ids)],
                    "subject": "Again about {numbers}",
                    "text": "Please pay {amount}.",
                }
            )
        ]
        policy.gap_days = 1
        policy._publish()
        item = self.begun()
        self.deliver()
        return item

    def test_a_call_beside_a_mail_keeps_nothing_waiting(self):
        item = self.begun_beside()
        self.assertEqual((item.reached, len(self.calls())), (1, 1))
        self.run_day(day=self.after(3))
        self.assertEqual((item.reason, len(self.calls())), ("not_yet", 1))
        self.run_and_deliver(day=self.after(6))
        self.assertEqual(item.reached, 2)

    def test_a_call_that_the_item_went_past_is_dropped(self):
        self.begun_beside()
        self.run_and_deliver(day=self.after(6))
        self.run_day(day=self.after(7))
        self.assertFalse(self.calls())
        self.assertEqual(len(self.calls("cancelled")), 1)
        self.assertFalse(self.tasks())

    def test_a_call_beside_a_mail_is_dropped_when_the_item_is_held(self):
        item = self.begun_beside()
        self.hold(kind="pause", reason="Asked for time", item_id=item.id)
        self.run_day(day=self.after(1))
        self.assertTrue(self.calls("cancelled"))
        self.assertFalse(self.calls())

    def test_a_call_after_the_mail_leaves_the_level_where_it_is(self):
        item = self.begun_beside()
        day = item.reached_on
        self.log("reached")
        self.assertEqual((item.reached, item.reached_on), (1, day))

    def test_a_call_about_a_demand_begins_no_term(self):
        item = self.begun_beside()
        self.calls().sudo().term_days = 7
        self.log("reached")
        call = self.calls("sent")
        self.assertEqual((call.term_until, call.received_because), (False, False))
        self.assertFalse(self.env["dunning.law"]._served(item.ids))

    def begun_before_a_letter(self):
        """The mail of a level that goes by letter else, with a call beside it, did not leave yet."""
        self.business.write(
            {
                "email": "pay@bakery.example.com",
                "street": "Dorp 1",
                "zip": "6711 AA",
                "city": "Ede",
            }
        )
        self.policy("email", "letter", call_beside=True)
        return self.begun()

    @mute_logger("odoo.addons.payt_dunning.models.mail_mail")
    def test_a_letter_after_a_mail_that_failed_does_not_wait_for_the_call_beside(self):
        item = self.begun_before_a_letter()
        self.deliver(ScriptedSMTP({"rcpt": (550, b"no such user")}))
        self.run_day(day=self.after(1))
        self.run_day(day=self.after(2))
        self.assertEqual(
            [(each.channel, each.state) for each in self.notices_to()],
            [("email", "failed"), ("call", "queued"), ("letter", "queued")],
        )
        self.assertEqual(item.reason, "to_post")

    def test_a_mail_that_is_made_anew_does_not_wait_for_the_call_beside(self):
        item = self.begun_before_a_letter()
        self.pay(item.move_id, 40.0)
        self.deliver()
        self.assertEqual(self.notices_to().mapped("state"), ["cancelled", "queued"])
        self.run_day(day=self.after(1))
        self.assertIn("60.00", self.deliver(day=self.after(1))[0])
        self.assertEqual((item.reached, len(self.calls())), (1, 1))

    @mute_logger("odoo.addons.payt_dunning.models.mail_mail")
    def test_where_only_the_call_is_left_the_item_waits_for_it(self):
        item = self.begun_before_a_letter()
        self.business.city = False
        self.deliver(ScriptedSMTP({"rcpt": (550, b"no such user")}))
        self.run_day(day=self.after(1))
        self.assertEqual((item.reason, len(self.notices_to())), ("to_call", 2))

    # -- when it is over -------------------------------------------------------------------------

    def test_a_call_about_what_was_paid_is_dropped(self):
        item = self.begun_by_call()
        self.pay(item.move_id)
        self.run_day(day=self.after(1))
        self.assertTrue(self.calls("cancelled"))
        self.assertFalse(self.tasks())

    def test_a_call_about_several_goes_on_about_what_is_still_open(self):
        paid = self.invoice(amount=40.0)
        item = self.begun_by_call()
        self.pay(paid)
        self.run_day(day=self.after(1))
        rows = self.calls().line_ids.filtered("position")
        self.assertEqual(rows.item_id, item)

    def test_a_call_about_what_is_on_hold_is_dropped_and_made_anew_afterwards(self):
        item = self.begun_by_call()
        hold = self.hold(kind="pause", reason="Asked for time", item_id=item.id)
        self.run_day(day=self.after(1))
        self.assertFalse(self.calls())
        hold.sudo().date_until = self.after(2)
        self.run_day(day=self.after(3))
        self.assertEqual(len(self.calls()), 1)

    def test_a_day_without_messages_does_not_drop_a_call(self):
        self.begun_by_call()
        call = self.calls()
        self.company.dunning_send_days = "tue_fri"
        for days in range(1, 8):
            self.run_day(day=self.today + timedelta(days=days))
        self.assertEqual(self.calls(), call)

    # -- the work list ---------------------------------------------------------------------------

    def test_the_work_list_reaches_everybody_and_waits_for_a_person(self):
        self.business.phone = False
        self.policy("list", subject=False, text=False)
        item = self.begun()
        work = self.notices_to()
        self.assertEqual((work.channel, work.recipient), ("list", "Bakery Ltd"))
        self.assertEqual(item.reason, "to_decide")
        self.assertEqual(len(self.tasks("list")), 1)

    def test_a_decision_with_a_note_reaches_the_level(self):
        self.policy("list", subject=False, text=False)
        item = self.begun()
        self.decide_list(note="We go on")
        self.assertEqual((item.reached, item.reason), (1, "end_of_ladder"))
        self.assertIn("Work list: We go on", item.event_ids.mapped("note"))
        self.assertFalse(self.tasks("list"))

    def test_a_decision_that_was_put_off_comes_again_after_the_day(self):
        self.policy("list", subject=False, text=False)
        item = self.begun()
        self.decide_list(note="In talks", decision="pause", date_until=self.after(3))
        self.assertEqual((item.reached, item.reason), (0, "hold"))
        self.run_day(day=self.after(4))
        self.assertEqual(item.reason, "to_decide")

    def decide_list(self, **values):
        work = self.notices_to()
        Wizard = self.env["dunning.work.wizard"].sudo(False).with_user(self.collector)
        dialog = Wizard.create({"notice_ids": work.ids, **values})
        dialog.action_apply()

    # -- lists and counts ------------------------------------------------------------------------

    def test_calls_to_make_are_ordered_by_day_and_amount(self):
        self.policy("call", subject=False, text=False)
        for name, amount in (("Small", 20.0), ("Large", 900.0)):
            self.invoice(partner=self.debtor(name, phone="+31 20 1234567"), amount=amount)
        self.begun(amount=100.0)
        self.log("not_reached")
        action = self.env.ref("payt_dunning.action_dunning_to_call")
        found = self.Notice.search(safe_eval(action.domain), order="call_on, amount desc")
        self.assertEqual(found.debtor_id.mapped("display_name"), ["Large", "Small", "Bakery Ltd"])

    def test_mine_shows_the_calls_of_whom_i_stand_in_for(self):
        item = self.begun_by_call()
        away = self.person("away", "group_dunning_user")
        item.debtor_id.handler_id = away
        mine = self.Notice.with_user(self.collector).sudo(False)
        self.assertFalse(mine.search([("mine", "=", True)]))
        self.env["dunning.substitute"].create(
            {"user_id": away.id, "substitute_id": self.collector.id, "date_until": self.today}
        )
        self.assertEqual(mine.search([("mine", "=", True)]), self.calls())

    def test_attempts_and_contacts_are_counted(self):
        debtor = self.begun_by_call().debtor_id
        self.log("not_reached")
        self.log("reached")
        calls = debtor.call_ids.sorted("id")
        self.assertEqual((debtor.call_count, debtor.right_party_count), (2, 1))
        self.assertEqual(debtor.last_right_party, calls[-1].moment)
        self.assertGreaterEqual(debtor.last_contact, calls[-1].moment)

    def test_the_page_says_what_a_person_is_going_to_do(self):
        item = self.begun_by_call()
        page = self.env["dunning.page"].sudo()
        piles = page._piles(item.debtor_id, item, self.today)
        (row,) = piles[0].rows
        self.assertEqual(
            self.env["dunning.page.story"]._step(row, self.today), "We will call you about it."
        )

    # -- where it pays ---------------------------------------------------------------------------

    def test_the_call_beside_a_mail_is_made_from_its_total_on(self):
        self.business.email = "pay@bakery.example.com"
        self.policy("email", call_beside=True, call_from=150)
        self.begun(amount=100.0)
        self.assertEqual(self.notices_to().mapped("channel"), ["email"])
        self.consumer.phone = "+31 20 1234567"
        self.invoice(partner=self.consumer, amount=150.0)
        self.run_day()
        self.assertEqual(set(self.notices_to(self.consumer).mapped("channel")), {"email", "call"})

    def test_where_a_call_beside_a_mail_would_pay_a_number_is_asked_for(self):
        self.business.write({"email": "pay@bakery.example.com", "phone": False})
        self.policy("email", call_beside=True, call_from=150)
        self.begun(amount=150.0)
        self.assertEqual(len(self.tasks("number")), 1)
        self.business.phone = "+31 20 1234567"
        self.run_day(day=self.after(1))
        self.assertFalse(self.tasks("number"))

    def test_a_total_is_published_and_shown_only_where_it_is_set(self):
        policy = self.policy("email", "letter")
        (rung,) = policy.revision_id.ladder["rungs"]
        self.assertFalse({"least", "call_beside"} & set(rung))
        policy.level_ids.write({"call_beside": True, "call_from": 500, "letter_from": 1000})
        self.assertTrue(policy.has_changes)
        policy.action_publish()
        (rung,) = policy.revision_id.ladder["rungs"]
        self.assertEqual(rung["least"], [["call", "500.0"], ["letter", "1000.0"]])
        self.assertIn("Telephone call from 500", policy.revision_id.summary)
        names = [each["name"] for each in policy.outline["levels"][0]["channels"]]
        self.assertIn("Letter from 1,000", names)

    def test_shipped_policies_call_where_it_pays(self):
        for level, total in (("consumer_2", 500), ("consumer_5", 150), ("business_2", 1000)):
            rung = self.env.ref(f"payt_dunning.level_{level}")._rung_values()
            self.assertEqual(dict(rung["least"])["call"], f"{total:.1f}")
            self.assertTrue(rung["call_beside"])
