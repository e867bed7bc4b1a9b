from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import DunningCommon


class TestHolds(DunningCommon):
    """Only a hold stops the clock, for what it is about and as long as it lasts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.collector = new_test_user(
            cls.env, "collector", groups="payt_dunning.group_dunning_user"
        )

    def release(self, hold, days=0, **kwargs):
        with self.on_day(self.after(days)):
            hold.action_release("settled", **kwargs)

    def in_two_parts(self, amount=200):
        """An invoice with two due dates, both past."""
        term = self.env["account.payment.term"].create(
            {
                "name": "two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 1}),
                ],
            }
        )
        move = self.invoice(
            amount=amount, invoice_payment_term_id=term.id, invoice_date=self.after(-6)
        )
        return move, self.synced(move)

    # -- scopes --------------------------------------------------------------------------

    def test_a_hold_on_an_item_holds_that_item_only(self):
        _move, (first, second) = self.in_two_parts()
        self.hold(item_id=first.id)
        self.run_day()
        self.assertEqual(self.notices_to().line_ids.item_id, second)
        self.assertEqual(first.reason, "hold")

    def test_a_hold_on_an_invoice_holds_all_its_instalments(self):
        move, items = self.in_two_parts()
        other = self.invoice()
        self.hold(move_id=move.id)
        self.run_day()
        self.assertEqual(items.mapped("reason"), ["hold", "hold"])
        self.assertEqual(self.notices_to().line_ids.item_id, self.items(other))

    def test_a_hold_on_a_debtor_holds_what_is_invoiced_later_too(self):
        first = self.invoice()
        self.hold(debtor_id=self.synced(first).debtor_id.id)
        second, theirs = self.invoice(), self.invoice(partner=self.debtor("Other"))
        run = self.run_day()
        self.assertEqual(self.items(first + second).mapped("reason"), ["hold", "hold"])
        self.assertEqual(self.items(theirs).reason, "under_way")
        self.assertEqual(run.planned, 1)

    def test_a_hold_without_scope_holds_the_whole_company(self):
        self.invoice()
        self.invoice(partner=self.debtor("Other"))
        self.hold()
        self.assertEqual(self.run_day().planned, 0)

    def test_holds_of_one_company_do_not_touch_another(self):
        other = self.setup_other_company()["company"]
        self.invoice()
        self.hold(company_id=other.id)
        self.assertEqual(self.run_day().planned, 1)

    def test_what_is_held_names_its_hold(self):
        (item,) = self.synced(self.invoice())
        hold = self.hold(item_id=item.id, kind="dispute")
        self.run_day()
        self.assertEqual((item.action, item.hold_id), ("blocked", hold))

    # -- a part --------------------------------------------------------------------------

    def test_a_part_that_is_held_lowers_what_is_asked_for(self):
        (item,) = self.synced(self.invoice(amount=100))
        self.hold(item_id=item.id, kind="dispute", amount=30)
        self.run_day()
        self.assertEqual(self.notices_to().amount, 70)

    def test_a_part_as_large_as_what_is_open_holds_everything(self):
        move = self.invoice(amount=100)
        (item,) = self.synced(move)
        self.pay(move, amount=40)
        self.hold(item_id=item.id, kind="dispute", amount=60)
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(item.reason, "hold")

    def test_a_part_of_an_invoice_is_held_once_over_its_instalments(self):
        move, _items = self.in_two_parts(amount=200)
        self.hold(move_id=move.id, kind="dispute", amount=50)
        self.run_day()
        self.assertEqual(self.notices_to().amount, 150)

    def test_a_part_of_a_debtor_cannot_be_held(self):
        debtor = self.synced(self.invoice()).debtor_id
        with self.assertRaisesRegex(ValidationError, "not of a debtor"):
            self.hold(debtor_id=debtor.id, amount=10)

    # -- how it ends ---------------------------------------------------------------------

    def test_a_hold_ends_by_itself_after_its_last_day(self):
        move = self.invoice()
        (item,) = self.synced(move)
        self.hold(item_id=item.id, date_until=self.after(3))
        planned = [self.run_day(day=self.after(days)).planned for days in range(5)]
        self.assertEqual(planned, [0, 0, 0, 0, 1])

    def test_a_hold_that_begins_later_does_not_hold_yet(self):
        (item,) = self.synced(self.invoice())
        self.hold(item_id=item.id, date_from=self.after(1))
        self.assertEqual(self.run_day().planned, 1)

    def test_a_release_keeps_who_and_why(self):
        (item,) = self.synced(self.invoice())
        hold = self.hold(item_id=item.id)
        with self.on_day(self.today):
            hold.with_user(self.collector).action_release("paid in part")
        self.assertEqual(hold.released_by_id, self.collector)
        self.assertEqual((hold.released_on, hold.release_reason), (self.today, "paid in part"))

    def test_no_message_leaves_on_the_day_of_resuming(self):
        (item,) = self.synced(self.invoice())
        hold = self.hold(item_id=item.id)
        self.run_day()
        self.release(hold)
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(item.reason, "resumed")
        self.assertEqual(self.run_day(day=self.after(1)).planned, 1)

    def test_resuming_continues_with_the_next_level(self):
        item = self.reminded_and_held()
        self.release(self.held, 40)
        self.run_and_deliver(self.after(41))
        self.assertEqual((item.reached, item.episode), (3, 1))

    def test_resuming_can_begin_again_with_the_first_level(self):
        item = self.reminded_and_held()
        self.release(self.held, 40, mode="restart")
        self.run_and_deliver(self.after(41))
        self.assertEqual((item.reached, item.episode), (2, 2))
        self.assertEqual(self.notices_to().mapped("level_name"), ["First reminder"] * 2)

    def test_resuming_can_go_to_the_level_that_fits_the_days_late(self):
        self.add_third_reminder()
        item = self.reminded_and_held()
        self.release(self.held, 40, mode="recalculate")
        self.run_and_deliver(self.after(41))
        self.assertEqual(self.notices_to()[-1].level_name, "Third reminder")
        self.assertEqual(item.reached_name, "Third reminder")

    def test_recalculating_counts_for_items_that_were_never_reminded_too(self):
        (item,) = self.synced(self.invoice(days_late=30))
        hold = self.hold(item_id=item.id)
        self.run_day()
        self.release(hold, mode="recalculate")
        self.run_and_deliver(self.after(1))
        self.assertEqual(item.reached, 3)

    def test_recalculating_never_goes_back(self):
        (item,) = self.synced(self.invoice(days_late=40))
        for days in (0, 7):
            self.run_and_deliver(self.after(days))
        hold = self.hold(item_id=item.id)
        self.release(hold, 8, mode="recalculate")
        self.assertEqual(item.reached, 3)

    def test_an_item_held_twice_stays_held_when_one_hold_is_released(self):
        (item,) = self.synced(self.invoice())
        first, _second = self.hold(item_id=item.id), self.hold(debtor_id=item.debtor_id.id)
        self.release(first)
        self.assertEqual(self.run_day(day=self.after(1)).planned, 0)
        self.assertEqual(item.reason, "hold")

    def test_a_hold_that_goes_to_another_debtor_frees_the_first(self):
        mine, theirs = self.synced(self.invoice(), self.invoice(partner=self.debtor("Other")))
        hold = self.hold(debtor_id=mine.debtor_id.id, date_until=self.after(30))
        self.run_day()
        hold.sudo().debtor_id = theirs.debtor_id  # as a merge of contacts does
        self.run_day()
        self.assertEqual(mine.reason, "under_way")

    def reminded_and_held(self):
        move = self.invoice(days_late=4)
        self.run_and_deliver()
        item = self.items(move)
        self.held = self.hold(item_id=item.id)
        return item

    def add_third_reminder(self):
        policy = self.env.ref("payt_dunning.policy_business")
        self.env["dunning.level"].create(
            {
                "policy_id": policy.id,
                "name": "Third reminder",
                "days": 30,
                "channel_ids": self.env.ref("payt_dunning.channel_email").ids,
                "subject": "Third",
                "text": "Third time we write about {amount}.",
            }
        )
        policy.action_publish()

    # -- between plan and hand-over --------------------------------------------------------

    def test_a_hold_between_plan_and_hand_over_stops_the_mail(self):
        for scope in ("item_id", "move_id", "debtor_id", "company_id"):
            with self.subTest(scope):
                partner = self.debtor(f"Held by {scope}")
                item = self.synced(self.invoice(partner=partner))
                self.run_day()
                target = {
                    "item_id": item,
                    "move_id": item.move_id,
                    "debtor_id": item.debtor_id,
                    "company_id": self.company,
                }[scope]
                hold = self.hold(**{scope: target.id})
                self.assertFalse(self.deliver())
                self.assertEqual(self.notices_to(partner).state, "cancelled")
                hold.action_release("next")

    def test_a_part_held_between_plan_and_hand_over_is_not_asked_for(self):
        (item,) = self.synced(self.invoice(amount=100))
        self.run_day()
        self.hold(item_id=item.id, amount=30, kind="dispute")
        self.assertFalse(self.deliver())
        self.run_and_deliver()
        self.assertEqual(self.notices_to()[-1].amount, 70)

    # -- rights and bad input ---------------------------------------------------------------

    def test_a_collector_may_pause_and_resume(self):
        (item,) = self.synced(self.invoice())
        hold = self.env["dunning.hold"].with_user(self.collector).create({"item_id": item.id})
        hold.action_release("done")
        self.assertTrue(hold.released_on)

    def test_a_collector_may_not_stop_for_good(self):
        (item,) = self.synced(self.invoice())
        Hold = self.env["dunning.hold"].with_user(self.collector)
        with self.assertRaises(AccessError):
            Hold.create({"item_id": item.id, "kind": "stop_goodwill", "reason": "nice"})
        pause = Hold.create({"item_id": item.id})
        with self.assertRaises(UserError):
            pause.write({"kind": "stop_write_off", "reason": "old"})

    def test_a_collector_may_not_agree_to_a_stop_for_good(self):
        (item,) = self.synced(self.invoice())
        stop = self.hold(item_id=item.id, kind="stop_goodwill", reason="nice", proposed=True)
        with self.assertRaises(AccessError):
            stop.with_user(self.collector).action_accept()

    def test_a_collector_may_not_take_up_what_was_stopped_for_good(self):
        (item,) = self.synced(self.invoice())
        stop = self.hold(item_id=item.id, kind="stop_not_ours", reason="sold")
        with self.assertRaises(AccessError):
            stop.with_user(self.collector).action_release("oops")

    def test_a_collector_may_not_undo_a_stop_by_editing_it(self):
        (item,) = self.synced(self.invoice())
        stop = self.hold(item_id=item.id, kind="stop_not_ours", reason="sold")
        for values in (
            {"kind": "pause"},
            {"date_until": self.today},
            {"released_on": self.today},
            {"amount": 1},
            {"date_from": self.after(99)},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                stop.with_user(self.collector).write(values)

    def test_stopping_for_good_needs_a_reason(self):
        (item,) = self.synced(self.invoice())
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self.hold(item_id=item.id, kind="stop_goodwill", reason="  ")

    def test_what_is_stopped_for_good_is_never_reminded_of(self):
        (item,) = self.synced(self.invoice())
        self.hold(item_id=item.id, kind="stop_goodwill", reason="long-standing customer")
        self.assertEqual([self.run_day(day=self.after(d)).planned for d in (0, 30)], [0, 0])
        self.assertEqual(item.reason, "hold")

    def test_a_hold_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "Release"):
            self.hold().sudo().unlink()

    def test_a_hold_that_is_over_does_not_go_on(self):
        (item,) = self.synced(self.invoice())
        hold = self.hold(item_id=item.id, kind="pause", date_until=self.after(3))
        with self.on_day(self.after(3)):
            hold.date_until = self.after(5)
        with self.on_day(self.after(6)):
            for until in (self.after(9), False):
                with self.assertRaisesRegex(UserError, "Make a new hold"):
                    hold.with_user(self.collector).date_until = until
            hold.date_until = self.after(5)

    def test_a_hold_cannot_end_before_it_begins(self):
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self.hold(date_until=self.after(-1))

    def test_a_hold_is_about_one_thing(self):
        (item,) = self.synced(self.invoice())
        with self.assertRaisesRegex(ValidationError, "not several"):
            self.hold(item_id=item.id, debtor_id=item.debtor_id.id)

    @mute_logger("odoo.sql_db")
    def test_a_negative_amount_cannot_be_held(self):
        (item,) = self.synced(self.invoice())
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.hold(item_id=item.id, amount=-1)
            self.env.flush_all()
        self.assertIn("amount_positive", str(caught.exception))

    def test_a_hold_on_something_of_another_company_is_refused(self):
        other = self.setup_other_company()["company"]
        (item,) = self.synced(self.invoice())
        with self.assertRaises(UserError):
            self.hold(company_id=other.id, item_id=item.id)

    def test_a_released_hold_cannot_be_released_again_by_somebody_else(self):
        hold = self.hold()
        hold.action_release("first")
        hold.with_user(self.collector).action_release("second")
        self.assertEqual(hold.release_reason, "first")
