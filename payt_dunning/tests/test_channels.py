from datetime import timedelta

import requests
import urllib3

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .channels_common import ChannelCase, ScriptedProvider

DISPATCH = "odoo.addons.payt_dunning.models.dunning_dispatch"


class TestTextMessages(ChannelCase):
    """Text messages: who gets one, what it says, and what becomes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sms_first = cls.policy("email", "sms", "letter")

    def test_a_debtor_without_an_address_gets_a_text_message(self):
        item = self.begun()
        ((company, number, text),) = self.dispatch()
        self.assertEqual((company, number), (self.company, "+31612345678"))
        self.assertIn(self.company.name, text)
        notice = item.notice_line_ids.notice_id
        self.assertEqual((notice.channel, notice.state), ("sms", "sent"))
        self.assertEqual(item.reached, 1)

    def test_a_text_message_names_no_amount_and_no_invoice(self):
        move = self.invoice(amount=417.0)
        self.run_day()
        ((_company, _number, text),) = self.dispatch()
        said = text.split("/c/")[0]  # by chance a code or a PIN may hold it
        self.assertNotIn("417", said)
        self.assertNotIn(move.name, text)
        self.assertRegex(text, r"/c/\w{8}\b.* \d{6}$")

    def test_what_is_kept_of_a_text_message_has_no_link(self):
        item = self.begun()
        self.dispatch()
        notice = item.notice_line_ids.notice_id
        kept = [
            notice.text,
            str(notice.body),
            *self.env["sms.sms"].sudo().search([]).mapped("body"),
        ]
        key = self.env["dunning.page.key"].sudo()._keys(notice)[notice.id]
        for text in kept:
            self.assertIn("claim-code.invalid", text)
            self.assertNotIn(key.code, text)
            self.assertNotIn(key.pin, text)

    def test_one_text_message_goes_to_a_debtor_with_several_invoices(self):
        self.invoice(), self.invoice(days_late=6)
        self.run_day()
        self.assertEqual(len(self.dispatch()), 1)
        self.assertFalse(self.dispatch())

    def test_a_number_that_is_no_mobile_number_is_passed_over(self):
        for phone in ("020 624 11 11", "12", "not a number", "+31 6 1234"):
            with self.subTest(phone=phone):
                self.business.write({"phone": phone, "street": "Dorp 1", "city": "Ede"})
                people = self.people()
                self.assertEqual(people.reachable & {"sms", "call", "letter"}, {"letter"})

    def test_a_number_without_country_code_is_of_the_debtors_country(self):
        self.business.write({"phone": "06 12345678", "country_id": self.env.ref("base.nl").id})
        self.assertIn(
            ("sms", "accounts", "+31612345678"), [r[:3] for r in self.people().recipients]
        )

    def test_who_asked_us_to_stop_gets_no_text_message(self):
        self.env["phone.blacklist"].sudo().create({"number": "+31612345678"})
        self.assertNotIn("sms", self.people().reachable)

    def test_who_was_taken_from_that_list_is_reached_again(self):
        listed = self.env["phone.blacklist"].sudo().create({"number": "+31612345678"})
        listed.active = False
        self.assertIn("sms", self.people().reachable)

    def test_reports_about_a_text_message_are_of_the_company_that_sent_it(self):
        notice = self.sent_text()
        text = self.env["sms.sms"].sudo().search([("uuid", "=", notice.provider_reference)])
        main = self.env.ref("base.main_company")
        self.assertNotEqual(main, self.company)
        self.assertEqual(text.with_company(main)._get_sms_company(), self.company)

    def test_a_channel_that_the_company_does_not_use_reaches_nobody(self):
        self.company.dunning_channel_ids = False
        item = self.begun()
        self.assertEqual((item.action, item.reason), ("blocked", "no_address"))

    def test_a_wrong_number_moves_to_the_next_channel_once(self):
        self.business.write({"street": "Dorp 1", "zip": "6711 AA", "city": "Ede"})
        item = self.begun()
        self.dispatch(ScriptedProvider("wrong_number_format"))
        first = item.notice_line_ids.notice_id
        self.assertEqual((first.state, first.failure_kind), ("failed", "address"))
        self.assertEqual(item.reached, 0)
        failed = item.debtor_id.failed_address_ids
        self.assertEqual((failed.channel, failed.address), ("sms", "+31612345678"))
        self.run_day()
        second = item.notice_line_ids.notice_id - first
        self.assertEqual((second.channel, second.state), ("letter", "queued"))
        self.assertTrue(
            item.debtor_id.activity_ids.filtered(
                lambda task: task.activity_type_id == self.env.ref("payt_dunning.activity_address")
            )
        )

    def test_a_corrected_number_is_used_again(self):
        item = self.begun()
        self.dispatch(ScriptedProvider("wrong_number_format"))
        self.business.phone = "+31 6 87654321"
        self.run_day()
        self.assertEqual([number for _c, number, _t in self.dispatch()], ["+31687654321"])
        self.assertEqual(item.reached, 1)

    def test_a_collector_says_that_a_number_works_again(self):
        item = self.begun()
        self.dispatch(ScriptedProvider("wrong_number_format"))
        failed = item.debtor_id.failed_address_ids
        viewer = self.person("looks.on", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            failed.sudo(False).with_user(viewer).action_use_again()
        collector = self.person("col", "group_dunning_user")
        failed.sudo(False).with_user(collector).action_use_again()
        self.assertFalse(failed.exists())
        self.assertIn("sms", self.people().reachable)
        self.assertFalse(item.debtor_id.activity_ids)

    @mute_logger(DISPATCH)
    def test_a_provider_that_can_not_be_reached_gets_the_same_message_later(self):
        refused = requests.exceptions.ConnectionError(
            urllib3.exceptions.MaxRetryError(
                None, "/", urllib3.exceptions.NewConnectionError(None, "refused")
            )
        )
        item = self.begun()
        self.dispatch(ScriptedProvider(refused))
        notice = item.notice_line_ids.notice_id
        self.assertEqual(notice.state, "queued")
        self.assertFalse(self.dispatch(), "it waits for a quarter of an hour")
        self.let_wait_be_over(notice)
        self.assertEqual(len(self.dispatch()), 1)
        self.assertEqual(notice.state, "sent")

    def test_without_credit_one_message_is_tried_and_a_manager_is_told(self):
        for number in range(3):
            self.invoice(partner=self.mobile(f"Debtor {number}", f"+3161234560{number}"))
        self.run_day()
        provider = ScriptedProvider(*["insufficient_credit"] * 9)
        self.assertEqual(len(self.dispatch(provider)), 1)
        waiting = self.Notice.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(waiting.mapped("state")), {"queued"})
        task = self.company.partner_id.activity_ids
        self.assertEqual(task.activity_type_id, self.env.ref("payt_dunning.activity_channel"))
        self.let_wait_be_over(waiting)
        self.assertEqual(len(self.dispatch()), 3)
        self.assertFalse(task.exists(), "it works again")

    def test_a_channel_that_works_leaves_the_task_about_another(self):
        self.begun()
        self.dispatch(ScriptedProvider("insufficient_credit"))
        task = self.company.partner_id.activity_ids
        self.assertTrue(task)
        letters = self.env["dunning.channel"]._way("letter")
        self.env["dunning.task"]._channel_answers(self.company, letters, set())
        self.assertTrue(task.exists())

    @mute_logger(DISPATCH)
    def test_silence_after_the_message_left_is_unclear(self):
        item = self.begun()
        self.dispatch(ScriptedProvider(requests.exceptions.ReadTimeout("no answer")))
        notice = item.notice_line_ids.notice_id
        self.assertEqual(notice.state, "ambiguous")
        self.run_day()
        self.assertFalse(self.dispatch(), "never twice")
        self.assertEqual((item.action, item.reason), ("blocked", "ambiguous"))

    def test_a_provider_that_answers_nonsense_is_unclear(self):
        for answer in ([], {"jsonrpc": 2}, [{"uuid": "another", "state": "success"}], ["x"]):
            with self.subTest(answer=answer):
                item = self.begun(partner=self.mobile("Nonsense", "+31612345600"))
                self.dispatch(ScriptedProvider(answer))
                self.assertEqual(item.notice_line_ids.notice_id.state, "ambiguous")

    def test_what_is_paid_before_it_leaves_is_dropped(self):
        move = self.invoice()
        self.run_day()
        self.pay(move)
        self.assertFalse(self.dispatch())
        self.assertEqual(self.items(move).notice_line_ids.notice_id.state, "cancelled")

    def test_messages_of_two_companies_leave_in_one_go(self):
        other = self.setup_other_company()["company"]
        other.write({"dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24})
        self.env.user.company_ids += other
        other.write({"dunning_channel_ids": self.company.dunning_channel_ids.ids})
        other.dunning_require_sent = False
        other._dunning_go_live()
        other.dunning_policy_id = self.sms_first
        self.invoice()
        move = self.env["account.move"].with_company(other)
        move = move.create(self.invoice_values(self.mobile("Theirs", "+31612340000")))
        move.action_post()
        self.run_day(), self.run_day(company=other)
        sent = self.dispatch()
        self.assertEqual({company.id for company, *_rest in sent}, {self.company.id, other.id})

    def test_a_report_of_delivery_is_kept_once(self):
        notice = self.sent_text()
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", notice.provider_reference)])
        for _time in range(2):
            tracker._action_update_from_sms_state("sent")
        self.assertEqual(notice.delivery_ids.mapped("what"), ["delivered"])
        self.assertTrue(notice.delivered_at)

    def test_a_report_that_it_did_not_arrive_takes_the_level_back(self):
        notice = self.sent_text()
        item = notice.line_ids.item_id
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", notice.provider_reference)])
        tracker._action_update_from_provider_error("invalid_destination")
        self.assertEqual(notice.state, "returned")
        self.assertEqual(item.reached, 0)
        self.assertFalse(item.debtor_id.failed_address_ids.until)
        self.assertNotIn("sms", self.people().reachable)

    def test_a_phone_that_was_off_is_tried_again_after_a_month(self):
        notice = self.sent_text()
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", notice.provider_reference)])
        tracker._action_update_from_provider_error("expired")
        self.assertNotIn("sms", self.people().reachable)
        self.assertIn("sms", self.people(self.today + timedelta(days=30)).reachable)

    def test_reports_out_of_order_leave_what_was_delivered_delivered(self):
        notice = self.sent_text()
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", notice.provider_reference)])
        tracker._action_update_from_sms_state("sent")
        tracker._action_update_from_provider_error("not_delivered")
        self.assertEqual(notice.state, "sent")
        self.assertEqual(notice.delivery_ids.mapped("what"), ["delivered"])

    def test_what_happened_to_a_message_can_not_be_changed(self):
        notice = self.sent_text()
        notice._take_delivered()
        with self.assertRaises(UserError):
            notice.delivery_ids.write({"what": "returned"})

    def test_odoos_own_queue_leaves_a_text_message_with_a_notice_alone(self):
        self.invoice()
        self.run_day()
        texts = self.env["sms.sms"].sudo().search([("dunning_notice_id", "!=", False)])
        provider = ScriptedProvider()
        texts.state = "outgoing"
        texts.with_context(sms_api=provider).send()
        self.assertFalse(provider.sent)
        self.assertEqual(len(self.dispatch()), 1)

    def test_a_short_text_can_not_name_an_amount(self):
        level = self.sms_first.level_ids
        with self.assertRaisesRegex(ValidationError, "amount"):
            level.short_text = "Pay {amount}"
        with self.assertRaisesRegex(ValidationError, "numbers"):
            level.update_field_translations("short_text", {"nl_NL": "Over {numbers}"})

    def test_the_way_to_read_it_is_added_to_a_text_of_ones_own(self):
        self.sms_first.level_ids.short_text = "{company} wrote to you."
        self.invoice()
        self.run_day()
        ((_company, _number, text),) = self.dispatch()
        self.assertTrue(text.startswith(f"{self.company.name} wrote to you."))
        self.assertIn("/c/", text, "the way to read it is always there")

    def test_through_all_channels_one_message_goes_by_each(self):
        self.policy("email", "sms", every=True)
        self.business.email = "pay@bakery.example.com"
        item = self.begun()
        self.deliver()
        self.dispatch()
        notices = item.notice_line_ids.notice_id
        self.assertEqual(set(notices.mapped("channel")), {"email", "sms"})
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertEqual(item.reached, 1)

    # -- builders ----------------------------------------------------------------------------

    def mobile(self, name, phone):
        return self.debtor(name, email=False, phone=phone)

    def invoice_values(self, partner):
        due = self.today - timedelta(days=4)
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": due,
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "work", "price_unit": 100, "tax_ids": []})
            ],
        }

    def people(self, day=None):
        debtor = self.env["dunning.debtor"].sudo()
        debtor = debtor._ensure(self.company, self.business)[self.business.id]
        house = self.env["dunning.house"].sudo()._read(self.company, day or self.today)
        return debtor._people(debtor.ids, house)[debtor.id]

    def sent_text(self):
        item = self.begun()
        self.dispatch()
        return item.notice_line_ids.notice_id
