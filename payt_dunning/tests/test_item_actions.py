from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import DunningCommon, ScriptedSMTP

CORE_MAIL = "odoo.addons.mail.models.mail_mail"
OUR_MAIL = "odoo.addons.payt_dunning.models.mail_mail"


class TestItemActions(DunningCommon):
    """What a person may decide where follow-up stopped, and who may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "payt_dunning.group_dunning_user"
        cls.collector = new_test_user(cls.env, "collector", groups=groups)
        cls.outsider = new_test_user(cls.env, "outsider", groups="base.group_user")
        for user in (cls.collector, cls.outsider):
            user.write({"company_ids": [Command.link(cls.company.id)], "company_id": cls.company})

    def item(self, **values):
        move = self.invoice(**values)
        self.run_day()
        return self.items(move)

    # -- failed messages --------------------------------------------------------------------

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_what_failed_three_times_can_be_tried_again(self):
        move = self.invoice(days_late=30)
        for days in range(3):
            self.run_day(day=self.after(days))
            self.deliver(ScriptedSMTP({"content": (554, b"no")}), day=self.after(days))
        self.run_day(day=self.after(3))
        item = self.items(move)
        self.assertEqual(item.reason, "failed")
        with self.on_day(self.after(3)):
            item.with_user(self.collector).action_try_again()
        self.run_and_deliver(self.after(3))
        self.assertEqual(item.reached, 2)

    # -- backlog ----------------------------------------------------------------------------

    def test_what_was_late_for_months_at_go_live_waits_for_a_call_and_then_starts(self):
        item = self.item(days_late=100)
        self.assertEqual(item.reason, "backlog_call")
        item.with_user(self.collector).action_take_up_backlog()
        self.assertEqual(item.reason, "due")

    def test_what_was_late_for_years_at_go_live_can_be_taken_up(self):
        item = self.item(days_late=800)
        self.assertEqual(item.reason, "old_backlog")
        item.with_user(self.collector).action_take_up_backlog()
        self.assertEqual(item.reason, "due")

    # -- evidence of the invoice --------------------------------------------------------------

    def test_an_invoice_sent_by_letter_can_be_marked_as_sent(self):
        self.company.dunning_require_sent = True
        item = self.item()
        self.assertEqual(item.reason, "invoice_not_sent")
        item.with_user(self.collector).action_mark_invoice_sent()
        self.assertEqual(item.reason, "due")

    def test_an_invoice_whose_mail_bounced_is_not_reminded_of(self):
        self.company.dunning_require_sent = True
        move = self.invoice()
        move.is_move_sent = True
        message = move.message_post(body="the invoice", message_type="comment")
        notification = self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": self.business.id,
                "notification_type": "email",
                "notification_status": "bounce",
            }
        )
        self.run_day()
        item = self.items(move)
        self.assertEqual(item.reason, "invoice_bounced")
        item.with_user(self.collector).action_mark_invoice_sent()
        self.assertEqual(item.reason, "due")
        item.invoice_sent_on = False
        again = move.message_post(body="the invoice again", message_type="comment")
        notification.copy({"mail_message_id": again.id, "notification_status": "sent"})
        self.items(move).next_date = self.today
        self.run_day()
        self.assertEqual(self.items(move).reason, "under_way")

    # -- direct debit --------------------------------------------------------------------------

    def test_after_a_refused_collection_the_levels_count_from_that_day(self):
        move = self.invoice(days_late=30)
        self.items_debtor(move).direct_debit = True
        self.run_day()
        item = self.items(move)
        self.assertEqual(item.reason, "direct_debit")
        item.with_user(self.collector).action_collection_refused()
        self.assertEqual((item.reason, item.count_from), ("not_yet", self.today))
        self.run_and_deliver(self.after(3))
        self.assertEqual(item.reached, 2)

    def test_what_was_selected_beside_what_is_meant_is_left_alone(self):
        item = self.item(days_late=30)
        self.deliver()
        for action in ("action_collection_refused", "action_mark_invoice_sent"):
            getattr(item.with_user(self.collector), action)()
        self.assertEqual((item.reached, item.episode), (2, 1))
        self.assertFalse(item.count_from or item.invoice_sent_on)

    def test_a_collection_that_comes_back_begins_anew_and_needs_no_person(self):
        move = self.invoice(days_late=30)
        self.items_debtor(move).direct_debit = True
        payment = self.pay(move)
        self.run_day()
        payment.action_draft()
        payment.action_cancel()
        self.run_day()
        item = self.items(move)
        self.assertEqual((item.state, item.count_from), ("open", self.today))
        self.assertEqual(item.reason, "not_yet")

    def test_an_invoice_that_names_direct_debit_waits_to_be_collected(self):
        method = (
            self.env["account.payment.method"]
            .sudo()
            .create({"name": "SEPA Direct Debit", "code": "sdd", "payment_type": "inbound"})
        )
        line = (
            self.env["account.payment.method.line"]
            .sudo()
            .create(
                {
                    "name": "SDD",
                    "payment_method_id": method.id,
                    "journal_id": self.company_data["default_journal_bank"].id,
                }
            )
        )
        move = self.invoice()
        move.preferred_payment_method_line_id = line
        self.run_day()
        self.assertEqual(self.items(move).reason, "direct_debit")

    def items_debtor(self, move):
        return self.synced(move).debtor_id

    # -- another place on the ladder -------------------------------------------------------------

    def test_levels_can_be_left_out_for_a_business_with_a_reason(self):
        item = self.item(days_late=30)
        self.deliver()
        with self.on_day(self.after(1)):
            item.with_user(self.collector).action_skip_to(3, "never pays on the first")
        self.assertIn("never pays on the first", item.debtor_id.message_ids[0].body)
        self.run_and_deliver(self.after(20))
        self.assertEqual(item.reached, 3)

    def test_levels_are_not_left_out_without_a_reason(self):
        item = self.item(days_late=30)
        with self.assertRaisesRegex(UserError, "why"):
            item.with_user(self.collector).action_skip_to(3, " ")

    def test_levels_are_not_left_out_for_a_consumer(self):
        item = self.item(days_late=30, partner=self.consumer)
        with self.assertRaisesRegex(UserError, "Jan Jansen is: Consumer"):
            item.with_user(self.collector).action_skip_to(3, "because")

    def test_a_level_that_does_not_exist_can_not_be_begun_with(self):
        item = self.item(days_late=30)
        with self.assertRaisesRegex(UserError, "no level 99"):
            item.with_user(self.collector).action_skip_to(99, "because")

    def test_an_item_can_follow_a_policy_of_its_own(self):
        policy = self.env.ref("payt_dunning.policy_key_account")
        item = self.item()
        item.with_user(self.collector).action_set_policy(policy.id)
        self.assertEqual(item.policy_id, policy)
        item.with_user(self.collector).action_set_policy(False)
        self.assertFalse(item.policy_id)

    def test_on_another_policy_no_level_counts_as_sent_that_was_not(self):
        item = self.item(days_late=30)
        self.deliver()
        self.assertEqual(item.reached, 2)
        policy = self.env["dunning.policy"].create(
            {
                "name": "Two levels",
                "level_ids": [
                    Command.create(
                        {
                            "position": position,
                            "name": f"Level {position}",
                            "days": days,
                            "subject": "Pay",
                            "text": "Pay",
                            "phase": "reminder",
                            "channel_ids": [
                                Command.link(self.env.ref("payt_dunning.channel_email").id)
                            ],
                        }
                    )
                    for position, days in ((1, 10), (2, 20))
                ],
            }
        )
        policy.action_publish()
        item.debtor_id.policy_id = policy
        self.run_and_deliver(self.after(10))
        self.assertEqual((item.reached, item.reached_name), (1, "Level 1"))
        self.assertEqual(item.episode, 2)

    # -- rights -----------------------------------------------------------------------------------

    def test_only_collectors_decide_about_items(self):
        item = self.item()
        for call in (
            ("action_try_again",),
            ("action_take_up_backlog",),
            ("action_mark_invoice_sent",),
            ("action_collection_refused",),
            ("action_set_policy", False),
            ("action_skip_to", 2, "because"),
        ):
            with self.subTest(call[0]), self.assertRaises(AccessError):
                getattr(item.with_user(self.outsider), call[0])(*call[1:])


class TestViewer(DunningCommon):
    """Somebody from sales sees what is open, and may ask for a pause."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = new_test_user(cls.env, "viewer", groups="payt_dunning.group_dunning_viewer")
        cls.viewer.write({"company_ids": [Command.link(cls.company.id)], "company_id": cls.company})

    def asked(self):
        move = self.invoice()
        item = self.synced(move)
        hold = self.env["dunning.hold"].with_user(self.viewer)
        return item, hold.create(
            {"company_id": self.company.id, "item_id": item.id, "reason": "A talk is planned."}
        )

    def test_a_pause_that_a_viewer_asks_for_holds_nothing_yet(self):
        item, hold = self.asked()
        self.assertTrue(hold.proposed)
        self.run_day()
        self.assertEqual(item.reason, "under_way")

    def test_a_pause_counts_once_a_collector_agrees(self):
        item, hold = self.asked()
        hold.with_user(self.env.user).action_accept()
        self.run_day()
        self.assertEqual(item.reason, "hold")

    def test_a_viewer_can_not_agree_with_its_own_request(self):
        _item, hold = self.asked()
        with self.assertRaises(AccessError):
            hold.with_user(self.viewer).action_accept()

    def test_a_viewer_can_not_stop_follow_up_for_good(self):
        item = self.synced(self.invoice())
        with self.assertRaises(AccessError):
            self.env["dunning.hold"].with_user(self.viewer).create(
                {
                    "company_id": self.company.id,
                    "item_id": item.id,
                    "kind": "stop_goodwill",
                    "reason": "x",
                }
            )


class TestSpecialDebtors(DunningCommon):
    """Debtors that are followed up in another way, or not at all."""

    def test_who_works_for_us_is_not_reminded(self):
        self.consumer.employee = True
        move = self.invoice(partner=self.consumer, days_late=6)
        self.run_day()
        self.assertEqual(self.items(move).reason, "employee")

    def test_under_administration_without_representative_nothing_leaves(self):
        item = self.synced(self.invoice())
        self.hold(debtor_id=item.debtor_id.id, kind="administration")
        self.run_day()
        self.assertEqual(item.reason, "hold")

    def test_under_administration_the_representative_gets_every_message(self):
        item = self.synced(self.invoice())
        self.hold(debtor_id=item.debtor_id.id, kind="administration")
        for name, role in (("Guardian", "representative"), ("Director", "management")):
            self.env["res.partner"].create(
                {
                    "name": name,
                    "parent_id": self.business.id,
                    "email": f"{name}@elsewhere.example.com".lower(),
                    "dunning_role": role,
                }
            )
        level = self.env.ref("payt_dunning.level_business_1")
        level.recipient = "both"
        level.policy_id.action_publish()
        self.run_and_deliver()
        self.assertEqual(self.notices_to().mapped("recipient"), ["guardian@elsewhere.example.com"])

    def test_while_we_owe_as_much_nothing_is_reminded_of_where_the_company_wants_that(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.business.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "flour", "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        item = self.synced(self.invoice(amount=100))
        self.assertEqual(item.debtor_id.amount_we_owe, 100)
        self.company.dunning_offset_payables = True
        self.run_day()
        self.assertEqual(item.reason, "we_owe")
        self.company.dunning_offset_payables = False
        item.next_date = self.today
        self.run_day()
        self.assertEqual(item.reason, "under_way")

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_two_bad_addresses_are_each_tried_once(self):
        self.env["res.partner"].create(
            {
                "name": "Invoices",
                "parent_id": self.business.id,
                "type": "invoice",
                "email": "invoices@bakery.example.com",
            }
        )
        move = self.invoice()
        for days in range(4):
            self.run_day(day=self.after(days))
            self.deliver(ScriptedSMTP({"rcpt": (550, b"no such user")}), day=self.after(days))
        self.assertEqual(
            self.notices_to().mapped("recipient"),
            ["invoices@bakery.example.com", "pay@bakery.example.com"],
        )
        self.assertEqual(self.items(move).reason, "no_address")
