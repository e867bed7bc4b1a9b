from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import ValidationError

from .common import DunningCommon


class TestLanes(DunningCommon):
    """Who does not react, acts in bad faith or can't pay follows another policy, with the reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usual, cls.fast, cls.short, cls.soft = (
            cls.policy(name) for name in ("Usual", "Fast", "Short", "Soft")
        )
        cls.env["dunning.policy"].search([]).debtor_kind = False
        cls.company.dunning_policy_id = cls.usual
        cls.usual.write(
            {
                "no_reaction_after": 2,
                "fast_policy_id": cls.fast.id,
                "short_policy_id": cls.short.id,
                "soft_policy_id": cls.soft.id,
            }
        )

    @classmethod
    def policy(cls, name, count=4, **values):
        policy = cls.env["dunning.policy"].create(
            {
                "name": name,
                "gap_days": 1,
                "level_ids": [
                    Command.create(
                        {
                            "name": f"{name} {number}",
                            "days": 3 + 2 * number,
                            "spacing": 1,
                            "channel_ids": [
                                Command.set(cls.env.ref("payt_dunning.channel_email").ids)
                            ],
                            "subject": "About {numbers}",
                            "text": "Please pay {amount}.",
                            **values,
                        }
                    )
                    for number in range(count)
                ],
            }
        )
        policy._publish()
        return policy

    def after_two_messages(self):
        """An item about which two messages left, on the day after the second."""
        item = self.synced(self.invoice(days_late=3))
        self.sent_on = {}
        for days in (0, 2):
            self.run_and_deliver(day=self.after(days))
        # As if they had left on those days: what counts is the moment.
        for notice, days in zip(self.notices_to(), (9, 7), strict=True):
            notice.sent_at = fields.Datetime.now() - timedelta(days=days)
        return item

    def look(self, day=3):
        """What the daily run looks at, and the debtor then."""
        with self.on_day(self.after(day)):
            self.env["dunning.lane"].sudo()._watch(self.company, self.after(day))
        return self.env["dunning.debtor"].search([("partner_id", "=", self.business.id)])

    def reason(self, item, code, confirmed=True, **values):
        reason = self.env["dunning.nonpayment.reason"].search([("code", "=", code)])
        given = self.env["dunning.nonpayment"].sudo()._give(item, reason, "", **values)
        row = given or item.nonpayment_ids
        if confirmed:
            row.action_confirm()
        return row

    # -- no reaction -----------------------------------------------------------------------------

    def test_after_so_many_messages_without_reaction_the_fast_lane_is_taken(self):
        item = self.after_two_messages()
        self.run_day(day=self.after(3))
        debtor = item.debtor_id
        self.assertEqual((debtor.lane, debtor.lane_since), ("fast", self.after(3)))
        self.assertIn("2 messages in a row", debtor.lane_why)
        self.run_and_deliver(day=self.after(4))
        self.assertEqual(item.revision_id.policy_id, self.fast)
        self.assertTrue(any("fast lane" in (note or "") for note in item.event_ids.mapped("note")))

    def test_one_message_less_changes_nothing(self):
        self.usual.no_reaction_after = 3
        self.after_two_messages()
        self.assertFalse(self.look().lane)

    def test_what_came_back_is_no_contact(self):
        self.after_two_messages()
        self.notices_to()[-1]._set_returned("mailbox full")
        self.assertFalse(self.look().lane)

    def test_any_reaction_leads_back_to_the_usual_policy(self):
        item = self.after_two_messages()
        debtor = item.debtor_id
        reactions = {
            "visit": lambda: self.env["dunning.page.visit"].sudo().create({"debtor_id": debtor.id}),
            "promise": lambda: self.env["dunning.promise"].sudo()._make(item, self.after(9)),
            "payment": lambda: self.pay(item.move_id, 10),
            "receipt": lambda: self.receipt(7, partner=self.business),
            "call": lambda: (
                self.env["dunning.call"]
                .sudo()
                .create(
                    {
                        "company_id": self.company.id,
                        "debtor_id": debtor.id,
                        "moment": fields.Datetime.now(),
                        "outcome": "refuses",
                        "user_id": self.env.uid,
                    }
                )
            ),
        }
        for name, react in reactions.items():
            with self.subTest(name), self.cr.savepoint() as savepoint:
                self.assertEqual(self.look().lane, "fast")
                react()
                self.assertFalse(self.look(4).lane)
                self.assertFalse(debtor.lane_since)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_letter_counts_from_its_posting_and_not_from_when_that_was_noted(self):
        self.after_two_messages()
        first, second = self.notices_to()
        debtor = first.debtor_id
        self.env["dunning.page.visit"].sudo().create({"debtor_id": debtor.id})
        posted = fields.Date.today() - timedelta(days=3)
        second.write(
            {
                "channel": "letter",
                "sent_on": posted,
                "sent_at": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self.env.flush_all()
        found = self.env["dunning.lane"].sudo()._without_reaction(debtor)
        self.assertFalse(found)

    def test_a_call_that_reached_nobody_is_no_reaction(self):
        item = self.after_two_messages()
        self.env["dunning.call"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": item.debtor_id.id,
                "moment": fields.Datetime.now(),
                "outcome": "not_reached",
                "user_id": self.env.uid,
            }
        )
        self.assertEqual(self.look().lane, "fast")

    def test_nothing_set_is_nothing_changed(self):
        self.usual.no_reaction_after = 0
        self.after_two_messages()
        self.assertFalse(self.look().lane)

    # -- bad faith and hardship ------------------------------------------------------------------

    def test_bad_faith_counts_once_a_manager_has_confirmed_it(self):
        item = self.after_two_messages()
        row = self.reason(item, "bad_faith", confirmed=False)
        self.assertEqual(self.look().lane, "fast")
        row.action_confirm()
        self.assertEqual(self.look().lane, "short")

    def in_bad_faith(self):
        """Two items of a debtor of whom a manager confirmed bad faith about the first."""
        item = self.synced(self.invoice(days_late=3))
        other = self.synced(self.invoice(days_late=1))
        row = self.reason(item, "bad_faith")
        self.assertEqual(self.look().lane, "short")
        return item, other, row

    def test_a_reason_that_the_debtor_gives_later_does_not_end_bad_faith(self):
        item, _other, row = self.in_bad_faith()
        self.reason(item, "forgot", confirmed=False, by_debtor=True)
        self.assertFalse(row.current)
        self.assertEqual(self.look().lane, "short")

    def test_bad_faith_lasts_while_anything_of_the_debtor_is_open(self):
        item, other, _row = self.in_bad_faith()
        self.pay(item.move_id)
        self.Item._sync(self.company)
        self.assertEqual(item.state, "closed")
        self.assertEqual(self.look().lane, "short")
        self.pay(other.move_id)
        self.Item._sync(self.company)
        self.assertFalse(self.look().lane)

    def test_bad_faith_that_a_manager_withdraws_is_over_whatever_was_said_since(self):
        item, _other, row = self.in_bad_faith()
        self.reason(item, "forgot", confirmed=False, by_debtor=True)
        row.action_withdraw()
        self.assertFalse(self.look().lane)

    def test_bad_faith_is_over_after_six_months_whatever_was_said_since(self):
        item, _other, row = self.in_bad_faith()
        self.reason(item, "forgot", confirmed=False, by_debtor=True)
        last = (row.expires_on - self.today).days - 1
        self.assertEqual(self.look(last).lane, "short")
        self.assertFalse(self.look(last + 1).lane)

    def test_bad_faith_of_one_debtor_is_not_that_of_another(self):
        self.in_bad_faith()
        other = self.synced(self.invoice(partner=self.consumer)).debtor_id
        self.look()
        self.assertFalse(other.lane)

    def test_hardship_that_one_of_us_noted_comes_before_bad_faith_and_no_reaction(self):
        item = self.after_two_messages()
        other = self.synced(self.invoice(days_late=1))
        self.reason(item, "bad_faith")
        self.reason(other, "no_cash", confirmed=False)
        debtor = self.look()
        self.assertEqual(debtor.lane, "soft")
        self.assertIn("can't pay", debtor.lane_why)

    def test_hardship_that_only_the_debtor_tells_of_comes_after_bad_faith(self):
        _item, other, row = self.in_bad_faith()
        self.reason(other, "no_cash", confirmed=False, by_debtor=True)
        self.hold(
            item_id=other.id,
            kind="plan_requested",
            date_until=self.after(20),
            by_debtor=True,
            hardship=True,
        )
        self.assertEqual(self.look().lane, "short")
        row.action_withdraw()
        self.assertEqual(self.look().lane, "soft")

    def test_hardship_that_only_the_debtor_tells_of_is_over_after_ninety_days(self):
        item = self.synced(self.invoice(days_late=3))
        self.reason(item, "no_cash", confirmed=False, by_debtor=True)
        self.assertEqual(self.look(89).lane, "soft")
        self.assertFalse(self.look(90).lane)
        with self.on_day(self.after(90)):
            self.reason(item, "no_cash", confirmed=False, by_debtor=True)
        self.assertEqual(self.look(90).lane, "soft")

    def test_hardship_that_one_of_us_noted_lasts_while_it_is_the_latest_reason(self):
        item = self.synced(self.invoice(days_late=3))
        self.reason(item, "no_cash", confirmed=False)
        row = item.nonpayment_ids
        self.reason(item, "no_cash", confirmed=False, by_debtor=True)
        self.assertFalse(row.current)
        self.assertEqual(self.look(200).lane, "soft")
        self.reason(item, "forgot", confirmed=False, by_debtor=True)
        self.assertFalse(self.look(200).lane)

    def test_hardship_of_an_item_that_became_another_s_is_no_longer_the_debtor_s(self):
        item = self.synced(self.invoice(days_late=3))
        self.synced(self.invoice(days_late=1))
        self.reason(item, "no_cash", confirmed=False)
        other = self.env["dunning.debtor"].sudo()._ensure(self.company, self.consumer)
        item.debtor_id = other[self.consumer.id]
        self.reason(item, "no_cash", confirmed=False, by_debtor=True)
        self.assertFalse(self.look().lane)
        self.assertEqual(item.debtor_id.lane, "soft")

    def test_a_debtor_with_nothing_open_is_in_no_lane(self):
        item = self.after_two_messages()
        self.look()
        self.pay(item.move_id)
        self.Item._sync(self.company)
        self.assertFalse(self.look().lane)

    def test_another_company_s_debtor_of_the_same_partner_stays_where_it_is(self):
        item = self.after_two_messages()
        other = self.setup_other_company()["company"]
        mirror = (
            self.env["dunning.debtor"]
            .sudo()
            .create({"company_id": other.id, "partner_id": self.business.id})
        )
        self.look()
        self.assertEqual((item.debtor_id.lane, mirror.lane), ("fast", False))

    # -- what may be chosen ----------------------------------------------------------------------

    def test_a_shorter_way_must_not_leave_out_the_statutory_notice(self):
        notice = self.env.ref("payt_dunning.policy_consumer")
        with self.assertRaisesRegex(ValidationError, "must not leave it out"):
            notice.short_policy_id = self.short

    def test_a_notice_can_not_be_taken_out_of_the_shorter_way_later(self):
        notice = self.env.ref("payt_dunning.policy_consumer")
        notice.short_policy_id = shorter = notice.copy()
        with self.assertRaisesRegex(ValidationError, "must not leave it out"):
            shorter.level_ids.filtered("statutory_code").active = False

    def test_a_soft_way_may_do_without_the_notice(self):
        self.env.ref("payt_dunning.policy_consumer").soft_policy_id = self.soft

    def test_a_policy_is_not_its_own_lane(self):
        with self.assertRaisesRegex(ValidationError, "lane of itself"):
            self.usual.fast_policy_id = self.usual

    def test_why_tells_the_lane(self):
        item = self.after_two_messages()
        self.look()
        with self.on_day(self.after(3)):
            dialog = (
                self.env["dunning.why"]
                .with_context(active_model="dunning.item", active_ids=item.ids)
                .create({})
            )
            self.assertIn("fast lane", str(dialog.read()[0]))
