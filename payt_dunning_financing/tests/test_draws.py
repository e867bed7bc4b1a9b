from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .pledge_common import PledgeCommon


class TestDraws(PledgeCommon):
    """From a check to money: everything is looked at again before it goes on."""

    def make_once(self):
        self.first = self.invoice(days_late=10, amount=100.0)
        self.second = self.invoice(days_late=5, amount=200.0)

    # -- the draft ---------------------------------------------------------------------------------

    def test_a_draft_has_what_qualifies_with_its_sums(self):
        self.refused[self.second.name] = True
        self.addCleanup(self.refused.clear)
        draw = self.draft()
        self.assertEqual(draw.pledge_ids.move_id, self.first)
        self.assertEqual((draw.amount, draw.advance, draw.invoice_count), (100.0, 80.0, 1))
        self.assertIn("Nothing is pledged yet", draw.says)

    def test_the_invoice_that_exceeds_the_room_counts_in_part_oldest_due_first(self):
        self.financing.limit = 120.0
        draw = self.draft()
        shares = {each.move_id: (each.amount, each.advance) for each in draw.pledge_ids}
        self.assertEqual(shares, {self.first: (100.0, 80.0), self.second: (50.0, 40.0)})

    def test_what_has_no_room_is_left_out_with_the_reason(self):
        self.financing.limit = 80.0
        draw = self.draft()
        left = self.pledge(self.second, draw)
        self.assertEqual((left.state, left.why), ("dropped", "There is no room for it."))
        self.assertEqual(draw.left_out_count, 1)

    def test_a_check_that_has_a_draft_opens_it_again(self):
        check = self.checked(self.financing)
        self.assertEqual(check.action_draw()["res_id"], check.action_draw()["res_id"])

    def test_an_old_check_is_refused(self):
        check = self.checked(self.financing, as_of=self.today - timedelta(days=8))
        with self.assertRaisesRegex(UserError, "Check again"):
            check.action_draw()

    def test_a_company_that_does_not_qualify_draws_nothing(self):
        check = self.checked(self.financing, qualifies=False)
        with self.assertRaisesRegex(UserError, "does not qualify for Bold Bank"):
            check.action_draw()

    def test_without_room_there_is_no_draw(self):
        check = self.checked(self.financing, room=0.0)
        with self.assertRaisesRegex(UserError, "no financing room at Bold Bank"):
            check.action_draw()

    def test_where_nothing_qualifies_there_is_no_draw(self):
        self.refused.update({self.first.name: True, self.second.name: True})
        self.addCleanup(self.refused.clear)
        check = self.checked(self.financing, room=50.0)
        with self.assertRaisesRegex(UserError, "No invoice qualifies"):
            check.action_draw()

    def test_what_other_draws_asked_for_meanwhile_leaves_less_room(self):
        self.financing.limit = 100.0
        self.offered(self.first)
        draw = self.draft(self.second)
        self.assertEqual(draw.advance, 20.0)

    def test_an_archived_financier_gets_no_draw(self):
        check = self.checked(self.financing)
        self.financing.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            check.action_draw()

    def test_a_person_takes_an_invoice_out_and_in_again(self):
        draw = self.draft()
        pledge = self.pledge(self.first, draw)
        pledge.action_take_out()
        self.assertEqual((pledge.state, draw.advance), ("dropped", 160.0))
        pledge.action_take_in()
        self.assertEqual((pledge.state, draw.advance), ("proposed", 240.0))

    def test_what_has_no_room_can_be_taken_in_once_another_is_out(self):
        self.financing.limit = 80.0
        draw = self.draft()
        second = self.pledge(self.second, draw)
        with self.assertRaisesRegex(UserError, "Take another invoice out first"):
            second.action_take_in()
        self.pledge(self.first, draw).action_take_out()
        second.action_take_in()
        self.assertEqual((second.amount, second.advance), (100.0, 80.0))

    def test_taking_one_in_says_when_another_would_fall_out(self):
        self.financing.limit = 80.0
        draw = self.draft()
        first, second = self.pledge(self.first, draw), self.pledge(self.second, draw)
        first.action_take_out()
        second.action_take_in()
        with self.assertRaisesRegex(UserError, f"no room for {self.second.name} any more"):
            first.action_take_in()

    def test_the_room_of_a_draw_is_what_there_was_before_it(self):
        self.financing.limit = 200.0
        self.offered(self.first)
        draw = self.offered(self.second)
        self.assertEqual(draw.room, 120.0)

    def test_who_draws_locks_the_financier_whose_limit_it_is(self):
        draw = self.draft(self.first)
        with patch.object(self.env.cr, "execute", wraps=self.env.cr.execute) as execute:
            draw.sudo()._lock(draw.pledge_ids)
        rows = [
            call.args[1]
            for call in execute.call_args_list
            if "receivable_financing SET" in str(call.args[0])
        ]
        self.assertEqual(rows, [[self.financing.ids]])

    def test_a_draft_can_be_deleted_and_what_was_offered_can_not(self):
        self.draft().sudo().unlink()
        draw = self.offered()
        with self.assertRaisesRegex(UserError, "it was offered"):
            draw.sudo().unlink()

    # -- offering it -------------------------------------------------------------------------------

    def test_offering_gives_a_number_and_keeps_who_and_when(self):
        draw = self.offered()
        self.assertEqual(draw.state, "applied")
        self.assertRegex(draw.name, r"^DRAW/\d{4}/\d+$")
        self.assertTrue(draw.applied_on)
        self.assertEqual(draw.applied_by_id, self.env.user)
        self.assertEqual(set(draw.pledge_ids.mapped("state")), {"offered"})

    def test_what_was_paid_since_the_draft_is_left_out_and_the_dialog_says_so(self):
        draw = self.draft()
        self.pay(self.first)
        dialog = self.dialog(draw.action_offer())
        self.assertEqual((dialog.before, dialog.asked, dialog.left_count), (240.0, 160.0, 1))
        self.assertEqual(dialog.left, f"{self.first.name}: Nothing is open of it any more.")
        dialog.action_apply()
        self.assertEqual(self.pledge(self.first, draw).state, "dropped")
        self.assertEqual(draw.advance, 160.0)

    def test_what_was_paid_in_part_since_the_draft_is_asked_on_the_rest(self):
        draw = self.draft()
        self.pay(self.first, 40.0)
        self.dialog(draw.action_offer()).action_apply()
        pledge = self.pledge(self.first, draw)
        self.assertEqual((pledge.open_then, pledge.amount, pledge.advance), (60.0, 60.0, 48.0))

    def test_it_is_offered_at_the_rate_of_now_not_of_the_draft(self):
        draw = self.draft(self.first)
        self.financing.advance_rate = 50
        self.dialog(draw.action_offer()).action_apply()
        self.assertEqual((draw.advance, draw.advance_rate), (50.0, 50))

    def test_what_became_a_draft_again_or_was_cancelled_is_left_out_in_those_words(self):
        draw = self.draft()
        self.first.button_draft()
        self.second.button_draft()
        self.second.button_cancel()
        dialog = self.dialog(draw.action_offer())
        self.assertIn("The invoice is a draft again.", dialog.left)
        self.assertIn("The invoice was cancelled.", dialog.left)
        with self.assertRaisesRegex(UserError, "None of these invoices qualifies any more"):
            dialog.action_apply()

    def test_what_changes_while_the_dialog_is_open_is_shown_before_it_goes(self):
        draw = self.draft()
        dialog = self.dialog(draw.action_offer())
        self.pay(self.first)
        with self.assertRaisesRegex(UserError, f"{self.first.name}.*\n.*look again"):
            dialog.action_apply()
        self.assertEqual(draw.state, "draft")

    def test_an_old_check_leaves_out_what_was_offered_since(self):
        check = self.checked(self.financing)
        self.offered(self.first)
        draw = self.Draw.browse(check.action_draw()["res_id"])
        left = self.pledge(self.first, draw)
        self.assertEqual(left.state, "dropped")
        self.assertIn("Offered to Bold Bank", left.why)
        check = self.checked(self.financing, self.first)
        with self.assertRaisesRegex(UserError, "offered or pledged by now"):
            check.action_draw()

    def test_an_invoice_in_two_drafts_is_only_offered_once_whoever_is_second_is_told(self):
        other = self.financier("Keen Credit")
        mine, theirs = self.draft(), self.draft(financing=other)
        self.dialog(mine.action_offer()).action_apply()
        dialog = self.dialog(theirs.action_offer())
        self.assertIn(f"{self.first.name}: Offered to Bold Bank on ", dialog.left)
        with self.assertRaisesRegex(UserError, "None of these invoices"):
            dialog.action_apply()

    def test_two_drafts_for_the_same_financier_do_not_offer_an_invoice_twice(self):
        mine, again = self.draft(), self.draft()
        self.dialog(mine.action_offer()).action_apply()
        self.assertIn("Offered to Bold Bank", self.dialog(again.action_offer()).left)

    def test_the_database_itself_refuses_an_invoice_that_is_pledged_twice(self):
        mine, again = self.draft(self.first), self.draft(self.first)
        self.dialog(mine.action_offer()).action_apply()
        with self.assertRaisesRegex(UniqueViolation, "one_at_a_time"), mute_logger("odoo.sql_db"):
            again.pledge_ids.sudo().state = "offered"
            self.env.flush_all()

    def test_it_is_not_offered_twice(self):
        draw = self.draft()
        dialog = self.dialog(draw.action_offer())
        dialog.action_apply()
        with self.assertRaisesRegex(UserError, "state “Applied For”"):
            dialog.action_apply()

    # -- paid out ----------------------------------------------------------------------------------

    def test_paying_out_pledges_the_invoices_who_when_how_far(self):
        draw = self.pledged()
        pledge = self.pledge(self.first)
        self.assertEqual((draw.state, draw.paid_amount, draw.paid_on), ("paid", 240.0, self.today))
        self.assertEqual((pledge.state, pledge.amount, pledge.advance), ("pledged", 100.0, 80.0))
        self.assertTrue(pledge.pledged_on)
        self.assertEqual(pledge.pledged_by_id, self.env.user)
        self.assertEqual(draw.pledged_advance, 240.0)

    def test_what_was_paid_or_credited_before_it_is_paid_out_is_left_out(self):
        draw = self.offered()
        self.pay(self.first)
        self.credit(self.second)
        third = self.invoice(amount=50.0)
        dialog = self.dialog(draw.action_paid())
        self.assertEqual((dialog.before, dialog.asked), (240.0, 0.0))
        self.assertIn(f"{self.first.name}: Paid before the draw was paid out.", dialog.left)
        self.assertIn(f"{self.second.name}: Credited before the draw was paid out.", dialog.left)
        with self.assertRaisesRegex(UserError, "Nothing of this draw is open any more"):
            dialog.write({"amount": 1.0})
            dialog.action_apply()
        self.assertFalse(self.pledge(third))

    def test_what_was_paid_in_part_before_the_draw_is_pledged_for_less(self):
        draw = self.offered()
        self.pay(self.first, 40.0)
        self.pay_out(draw)
        pledge = self.pledge(self.first)
        self.assertEqual((pledge.amount, pledge.advance), (60.0, 48.0))
        self.assertEqual(draw.paid_amount, 208.0)

    def test_what_is_disputed_meanwhile_is_left_out(self):
        draw = self.offered()
        self.dispute(self.first)
        self.pay_out(draw)
        pledge = self.pledge(self.first)
        self.assertEqual((pledge.state, pledge.why), ("dropped", "It is disputed by now."))

    def test_what_is_on_hold_meanwhile_is_left_out(self):
        draw = self.offered()
        self.hold(move_id=self.first.id, kind="already_paid", reason="Says so")
        dialog = self.dialog(draw.action_paid())
        self.assertIn(f"{self.first.name}: On hold: ", dialog.left)
        dialog.action_apply()
        self.assertEqual(self.pledge(self.first).state, "dropped")
        self.assertEqual(self.pledge(self.second).state, "pledged")

    def test_what_the_financier_does_not_take_any_more_is_left_out(self):
        draw = self.offered()
        self.first.partner_id.country_id = self.env.ref("base.fr")
        self.financing.country_ids = self.env.ref("base.nl")
        dialog = self.dialog(draw.action_paid())
        self.assertIn(f"{self.first.name}: The debtor is in another country", dialog.left)

    def test_an_invoice_grows_not_too_old_while_the_financier_takes_its_time(self):
        self.financing.days_overdue = 10
        draw = self.offered()
        with self.on_day(self.today + timedelta(days=3)):
            self.assertFalse(self.dialog(draw.action_paid()).left)

    def test_what_became_of_them_between_offer_and_payout_is_told_in_the_first_report(self):
        third = self.invoice(amount=50.0)
        fourth = self.invoice(amount=60.0)
        draw = self.offered()
        self.pay(self.first)
        self.pay(self.second, 40.0)
        self.dispute(third)
        self.hold(move_id=fourth.id, kind="already_paid", reason="Says so")
        self.pay_out(draw)
        self.look()
        self.assertEqual(self.changes(self.first), [("paid", 100.0)])
        self.assertEqual(self.changes(self.second), [("paid", 40.0)])
        self.assertEqual(self.changes(third), [("disputed", 50.0)])
        self.assertEqual(self.changes(fourth), [("withdrawn", 60.0)])
        notes = {each.name: each.note for each in self.reports().change_ids}
        self.assertEqual(
            notes[self.first.name], "Left out of the draw: Paid before the draw was paid out."
        )
        self.assertEqual(notes[third.name], "Left out of the draw: It is disputed by now.")
        self.assertIn("Left out of the draw: On hold: ", notes[fourth.name])
        self.assertFalse(notes[self.second.name])
        self.look()
        self.assertEqual(len(self.reports().change_ids), 4)

    def test_another_amount_needs_a_reason(self):
        draw = self.offered()
        dialog = self.dialog(draw.action_paid())
        dialog.amount = 235.0
        with self.assertRaisesRegex(UserError, "Say why"):
            dialog.action_apply()
        dialog.why = "Fee of 5"
        dialog.action_apply()
        self.assertEqual((draw.paid_amount, draw.difference), (235.0, 5.0))
        self.assertEqual(draw.paid_why, "Fee of 5")

    def test_it_was_not_paid_out_in_the_future_or_before_it_was_applied_for(self):
        draw = self.offered()
        dialog = self.dialog(draw.action_paid())
        dialog.day = self.today + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "in the future"):
            dialog.action_apply()
        dialog.day = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "applied for on"):
            dialog.action_apply()

    def test_a_draft_can_not_be_paid_out(self):
        draw = self.draft()
        with self.assertRaisesRegex(UserError, "state “Draft”"):
            draw.action_paid()

    # -- the end of it -----------------------------------------------------------------------------

    def test_a_draw_is_cancelled_with_a_reason_and_its_invoices_are_free(self):
        draw = self.offered()
        self.give_reason(draw.action_cancel(), "The bank said no")
        self.assertEqual((draw.state, draw.why), ("cancelled", "The bank said no"))
        self.assertEqual(set(draw.pledge_ids.mapped("state")), {"released"})
        self.assertEqual(self.offered().state, "applied")

    def test_a_reason_of_blanks_is_none(self):
        draw = self.offered()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.give_reason(draw.action_cancel(), "  ")

    def test_what_was_paid_out_is_not_cancelled(self):
        draw = self.pledged()
        with self.assertRaisesRegex(UserError, "state “Paid Out”"):
            draw.action_cancel()

    def test_a_person_releases_some_and_the_draw_is_settled_with_the_last(self):
        draw = self.pledged()
        self.give_reason(self.pledge(self.first).action_release(), "Agreed by phone")
        pledge = self.pledge(self.first)
        self.assertEqual((pledge.state, pledge.why), ("released", "Agreed by phone"))
        self.assertEqual(pledge.released_by_id, self.env.user)
        self.assertEqual((draw.state, draw.pledged_advance), ("paid", 160.0))
        self.give_reason(self.pledge(self.second).action_release(), "Agreed by phone")
        self.assertEqual(draw.state, "settled")

    def test_what_is_released_is_not_released_again(self):
        self.pledged()
        pledge = self.pledge(self.first)
        self.give_reason(pledge.action_release(), "Agreed by phone")
        with self.assertRaisesRegex(UserError, "nothing to release"):
            pledge.action_release()

    def test_what_is_pledged_is_kept(self):
        self.pledged()
        with self.assertRaisesRegex(UserError, "Release it instead"):
            self.pledge(self.first).sudo().unlink()
