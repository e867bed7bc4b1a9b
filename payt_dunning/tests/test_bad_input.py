from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ..models import dunning_run
from ..models.dunning_when import Place
from .common import DunningCommon

OUR_RUN = "odoo.addons.payt_dunning.models.dunning_run"


class TestBadInput(DunningCommon):
    """Whatever is wrong is named; the rest goes on, nothing is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.policy = cls.env.ref("payt_dunning.policy_business")
        cls.level = cls.env.ref("payt_dunning.level_business_1")
        cls.email = cls.env.ref("payt_dunning.channel_email")

    def other_policy(self, *levels, **values):
        return self.env["dunning.policy"].create(
            {
                "name": "Special",
                "level_ids": [
                    Command.create(
                        {
                            "position": place,
                            "name": f"Step {place}",
                            "days": place,
                            "channel_ids": self.email.ids,
                            "subject": "Pay",
                            "text": "Pay",
                            **level,
                        }
                    )
                    for place, level in enumerate(levels, start=1)
                ],
                **values,
            }
        )

    # -- policies ----------------------------------------------------------------------------

    def test_a_policy_that_never_was_published_reminds_nobody(self):
        policy = self.other_policy()
        move = self.invoice()
        self.synced(move).debtor_id.policy_id = policy
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(self.items(move).reason, "no_ladder")

    def test_two_levels_on_one_day_are_refused_and_named(self):
        with self.assertRaisesRegex(ValidationError, "Step 1.*Step 2"):
            self.other_policy({"days": 5}, {"days": 5})

    def test_a_level_put_between_two_others_takes_its_place(self):
        policy = self.other_policy({"days": 5}, {"days": 20}, {"days": 9, "name": "Between"})
        policy.action_publish()
        policy.invalidate_recordset(["level_ids"])
        self.assertEqual(policy.level_ids.mapped("name"), ["Step 1", "Between", "Step 2"])
        rungs = policy.revision_id._to_ladder().rungs
        self.assertEqual([rung.position for rung in rungs], [1, 3, 2])

    def test_a_level_without_text_cannot_be_published(self):
        for missing in ("subject", "text"):
            with self.subTest(missing), self.assertRaisesRegex(UserError, "Step 1.*Special"):
                self.other_policy({missing: False}).action_publish()

    def test_a_level_without_channel_cannot_be_published(self):
        with self.assertRaisesRegex(UserError, "Step 1.*Special"):
            self.other_policy({"channel_ids": False}).action_publish()

    def test_a_filter_that_cannot_be_used_is_refused_with_the_name_of_its_policy(self):
        for wrong in ("[('no_such_field', '=', 1)]", "[('email', '=',", "uid", "5"):
            with self.subTest(wrong), self.assertRaisesRegex(ValidationError, "Special"):
                self.other_policy({}, partner_domain=wrong)

    @mute_logger(OUR_RUN)
    def test_a_filter_that_broke_later_is_named_by_the_run(self):
        policy = self.other_policy({}, debtor_kind="consumer", sequence=1)
        policy.action_publish()
        self.env.flush_all()
        # As when the add-on that brought the field is gone.
        self.env.cr.execute(
            "UPDATE dunning_policy SET partner_domain = %s WHERE id = %s",
            ["[('gone_field', '=', 1)]", policy.id],
        )
        policy.invalidate_recordset()
        self.invoice(partner=self.consumer, days_late=6)
        run = self.run_day()
        self.assertEqual((run.state, run.planned), ("problems", 0))
        self.assertIn("Special", run.problems)

    def test_a_level_that_is_used_can_be_archived_but_not_deleted(self):
        move = self.invoice()
        self.run_and_deliver()
        with self.assertRaisesRegex(UserError, "First reminder"):
            self.level.unlink()
        self.level.active = False
        self.policy.action_publish()
        self.run_and_deliver(self.after(7))
        self.assertEqual(self.items(move).reached, 3)

    @mute_logger(OUR_RUN)
    def test_a_level_that_is_gone_all_the_same_is_named_and_the_others_go_on(self):
        self.invoice()
        self.invoice(partner=self.consumer, days_late=6)
        self.env.cr.execute("DELETE FROM dunning_level WHERE id = %s", [self.level.id])
        self.env.invalidate_all()
        run = self.run_day()
        self.assertEqual(run.planned, 1)
        self.assertIn("Bakery", run.problems)
        self.assertIn(self.policy.name, run.problems)

    def test_an_address_that_is_none_is_refused_and_named(self):
        for field in ("sender", "reply_to"):
            with self.subTest(field), self.assertRaisesRegex(ValidationError, "not-an-address"):
                self.level[field] = "not-an-address"

    def test_a_company_without_any_policy_reminds_nobody_and_says_so(self):
        self.env["dunning.policy"].search([]).active = False
        self.company.dunning_policy_id = False
        move = self.invoice()
        run = self.run_day()
        self.assertEqual((run.planned, run.state), (0, "problems"))
        self.assertEqual(self.items(move).reason, "no_ladder")

    # -- records of others ---------------------------------------------------------------------

    def test_a_currency_without_rate_is_asked_for_in_itself(self):
        currency = self.setup_other_currency("CAD", rates=[])
        self.invoice(amount=80, currency_id=currency.id)
        self.assertEqual(len(self.run_and_deliver()), 1)
        self.assertEqual((self.notices_to().amount, self.notices_to().currency_id), (80, currency))

    def test_a_salesperson_of_another_company_stops_nobodys_reminder(self):
        other = self.setup_other_company()["company"]
        user = self.env["res.users"].create(
            {
                "name": "Sally",
                "login": "sally",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        self.consumer.user_id = user
        self.invoice(partner=self.consumer, days_late=6)
        self.invoice()
        # A run that stops rolls back, which a test's transaction would not survive.
        with patch.object(self.env.cr, "rollback", lambda: None):
            self.assertEqual(self.run_day().planned, 2)

    # -- clocks ---------------------------------------------------------------------------------

    def test_a_clock_set_back_a_day_sends_nothing_twice(self):
        self.invoice(days_late=30)
        self.assertEqual(len(self.run_and_deliver()), 1)
        self.assertFalse(self.run_and_deliver(self.after(-1)))
        self.assertFalse(self.run_and_deliver())

    def test_a_clock_set_back_before_hand_over_makes_the_message_anew(self):
        self.invoice(days_late=30)
        self.run_day()
        self.assertFalse(self.deliver(day=self.after(-1)))
        self.assertEqual(len(self.run_and_deliver(self.after(-1))), 1)

    def test_today_is_the_companys_own(self):
        Message = self.env["dunning.message"]
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2025-06-10 13:00:00"):
            self.assertEqual(str(Message._today(self.company)), "2025-06-11")
        self.company.partner_id.tz = "Pacific/Honolulu"
        with freeze_time("2025-06-10 09:00:00"):
            self.assertEqual(str(Message._today(self.company)), "2025-06-09")

    def test_no_message_leaves_on_the_companys_own_day_of_resuming(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        item = self.synced(self.invoice(days_late=10))
        tomorrow = datetime.combine(self.after(1), datetime.min.time())
        with freeze_time(tomorrow + timedelta(hours=13)), self.no_commit():
            hold = self.env["dunning.hold"].create({"item_id": item.id})
            hold.action_release("there it is after midnight already")
            self.assertEqual(self.Run._run_company(self.company).planned, 0)
            self.assertEqual(item.reason, "resumed")

    def test_what_changed_is_looked_at_on_the_companys_own_day(self):
        self.company.partner_id.tz = "Pacific/Honolulu"
        tomorrow = datetime.combine(self.after(1), datetime.min.time())
        with freeze_time(tomorrow + timedelta(hours=5)), self.no_commit():
            self.invoice(days_late=10)
            self.assertEqual(self.Run._run_company(self.company).planned, 1)

    def test_a_hold_made_now_holds_on_the_companys_own_day(self):
        self.company.partner_id.tz = "Pacific/Honolulu"
        item = self.synced(self.invoice(days_late=10))
        tomorrow = datetime.combine(self.after(1), datetime.min.time())
        with freeze_time(tomorrow + timedelta(hours=5)), self.no_commit():
            self.env["dunning.hold"].create({"item_id": item.id})
            self.assertEqual(self.Run._run_company(self.company).planned, 0)

    # -- two at once -------------------------------------------------------------------------------

    def test_a_second_run_beside_one_that_is_busy_does_nothing(self):
        self.invoice()
        key = (dunning_run.LOCK_SPACE, self.company.id)
        with self.registry.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
            try:
                self.assertFalse(self.run_day())
                self.assertFalse(self.Run.search([("company_id", "=", self.company.id)]))
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
        self.assertEqual(self.run_day().planned, 1)

    def test_two_managers_who_approve_the_same_message_send_it_once(self):
        self.level.approval = True
        self.policy.action_publish()
        self.invoice()
        self.run_day()
        notice = self.notices_to()
        self.assertEqual(notice.state, "planned")
        notice.sudo(False).action_approve()
        notice.sudo(False).action_approve()
        self.assertEqual(len(self.deliver()), 1)

    def test_a_manager_who_refuses_what_another_approved_changes_nothing(self):
        self.level.approval = True
        self.policy.action_publish()
        self.invoice()
        self.run_day()
        self.notices_to().sudo(False).action_approve()
        self.notices_to().sudo(False).action_refuse()
        self.assertEqual(len(self.deliver()), 1)

    # -- when messages leave ---------------------------------------------------------------------------

    def window(self, moment):
        self.company.partner_id.tz = "Europe/Amsterdam"
        self.company.write({"dunning_hour_from": 8.5, "dunning_hour_until": 17.5})
        place = Place("Europe/Amsterdam", "", "")
        window = self.env["dunning.when"]._window(self.company, "email", place, False, {})
        return str(window.first_moment(datetime.fromisoformat(moment)))

    def test_within_the_hours_a_message_leaves_at_once(self):
        self.assertEqual(self.window("2025-01-15 10:00:00"), "2025-01-15 10:00:00")

    def test_before_the_hours_a_message_waits_for_the_morning(self):
        self.assertEqual(self.window("2025-01-15 02:00:00"), "2025-01-15 07:30:00")

    def test_after_the_hours_a_message_waits_for_the_next_morning(self):
        self.assertEqual(self.window("2025-01-15 16:30:00"), "2025-01-16 07:30:00")

    def test_the_morning_comes_an_hour_earlier_after_the_clock_goes_forward(self):
        self.assertEqual(self.window("2025-03-29 20:00:00"), "2025-03-30 06:30:00")

    def test_the_morning_comes_an_hour_later_after_the_clock_goes_back(self):
        self.assertEqual(self.window("2025-10-25 20:00:00"), "2025-10-26 07:30:00")

    def test_a_message_never_leaves_on_a_day_without_messages(self):
        self.company.dunning_send_days = "mon_fri"
        friday = self.after((4 - self.today.weekday()) % 7)
        self.invoice(days_late=30)
        self.assertEqual(self.run_day(day=friday).planned, 1)
        self.assertFalse(self.deliver(day=friday + timedelta(days=1)))
        self.assertEqual(len(self.run_and_deliver(friday + timedelta(days=3))), 1)

    # -- going live --------------------------------------------------------------------------------------

    def test_going_live_is_refused_while_another_module_sends_reminders(self):
        self.company._dunning_stop_live()
        self.other_follow_up()
        with self.assertRaisesRegex(UserError, "Credit control"):
            self.company._dunning_go_live()
        self.assertFalse(self.company._dunning_is_live())

    def test_nothing_leaves_when_another_module_was_installed_later(self):
        self.invoice()
        self.run_day()
        self.other_follow_up()
        self.assertFalse(self.deliver())
        self.assertFalse(self.run_day().live)

    def other_follow_up(self):
        Module = self.env["ir.module.module"].sudo()
        module = Module.search([("name", "=", "account_credit_control")]) or Module.create(
            {"name": "account_credit_control"}
        )
        module.write({"shortdesc": "Credit control", "state": "installed"})
