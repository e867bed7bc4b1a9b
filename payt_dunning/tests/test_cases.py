from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .case_common import CaseCommon


class TestCaseOpening(CaseCommon):
    """How cases begin."""

    def test_a_case_by_hand_begins_with_the_formal_notice_of_all_its_invoices(self):
        items = self.at_level(1, 12) | self.at_level(2, 25)
        case = self.open_case(items)
        self.run_and_deliver()
        notice = case.notice_ids
        self.assertEqual(notice.level_name, "Formal")
        self.assertEqual(notice.line_ids.item_id, items)
        self.assertEqual(items.mapped("reached"), [3, 3])

    def test_its_days_begin_when_its_notice_has_left(self):
        case = self.open_case(self.at_level(1, 12))
        self.assertFalse(case.deadline)
        self.run_and_deliver()
        self.run_day(day=self.after(1))
        self.assertEqual(
            (case.begun_on, case.deadline, case.phase),
            (self.today, self.after(30), "default_notice"),
        )

    def test_a_consumer_gets_the_levels_before_the_notice_all_the_same(self):
        item = self.at_level(1, 12, partner=self.consumer)
        case = self.open_case(item)
        self.run_and_deliver(self.after(5))
        self.assertEqual(case.notice_ids.level_name, "Second")

    def test_a_formal_notice_that_left_opens_a_case_where_the_policy_says_so(self):
        item = self.at_level(2, 20)
        self.run_and_deliver(self.after(5))
        self.assertEqual(item.reached, 3)
        self.assertFalse(item.case_id)
        self.run_day(day=self.after(6))
        case = item.case_id
        self.assertEqual((case.origin, case.begun_on), ("notice", self.after(5)))
        self.assertEqual(case.deadline, self.after(35))

    def opened(self, count):
        """Statements of opening cases of so many debtors after their notices."""
        items = self.Item
        for number in range(count):
            items |= self.at_level(2, 20, partner=self.debtor(f"Debtor {number} of {count}"))
        self.run_and_deliver(self.after(5))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with self.on_day(self.after(6)):
            self.Case._open_after_notices(self.company, self.after(6))
            self.env.flush_all()
        self.assertEqual(len(items.case_id), count)
        return self.env.cr.sql_log_count - before

    def test_many_cases_are_opened_with_hardly_more_statements_than_few(self):
        few, many = self.opened(2), self.opened(12)
        # A number is drawn for each.
        self.assertLess(many - few, 10 * 6)

    def test_where_the_policy_does_not_say_so_none_is_opened(self):
        self.policy.case_opening = False
        item = self.at_level(2, 20)
        self.run_and_deliver(self.after(5))
        self.run_day(day=self.after(6))
        self.assertFalse(item.case_id)

    def test_an_invoice_is_in_one_case_at_a_time(self):
        item = self.at_level(1, 12)
        self.open_case(item)
        with self.assertRaisesRegex(UserError, "in case CASE/.* already"):
            self.open_case(item)

    def test_a_case_is_about_one_debtor(self):
        other = self.at_level(1, 12, partner=self.debtor("Other"))
        with self.assertRaisesRegex(UserError, "one debtor in one currency"):
            self.open_case(self.at_level(1, 12) | other)

    def test_what_is_paid_can_not_be_in_a_case(self):
        item = self.at_level(1, 12)
        self.pay(item.move_id)
        self.run_day()
        with self.assertRaisesRegex(UserError, f"Nothing is open of {item.name}"):
            self.open_case(item)

    def test_one_message_is_about_all_of_a_case_and_nothing_else(self):
        case = self.open_case(self.at_level(3, 20) | self.at_level(3, 24), begun_on=self.after(-1))
        alone = self.at_level(3, 29)
        self.policy.case_opening = False
        self.run_and_deliver(self.after(9))
        self.assertEqual(case.notice_ids.line_ids.item_id, case.item_ids)
        self.assertEqual(self.notices_of(alone).level_name, "Demand")
        self.assertFalse(self.notices_of(alone).case_id)

    def notices_of(self, item):
        return item.notice_line_ids.filtered("position").notice_id

    def test_items_of_another_policy_follow_that_of_the_case(self):
        other = self.policy.copy({"name": "Other"})
        other.action_publish()
        first, second = self.at_level(2, 25), self.at_level(1, 12)
        second.policy_id = other
        self.open_case(first | second)
        self.assertEqual(second._policy(), self.policy)

    def test_each_message_of_a_case_waits_for_a_manager_where_that_is_wanted(self):
        self.policy.case_ask_first = True
        case = self.open_case(self.at_level(1, 12))
        self.run_day()
        self.assertEqual(case.notice_ids.state, "planned")
        self.assertEqual(self.deliver(), [])

    def test_after_its_notice_only_what_had_one_too_joins(self):
        case = self.open_case(self.at_level(3, 20), begun_on=self.after(-1))
        with self.assertRaisesRegex(UserError, "has left already"):
            case.action_join(self.at_level(2, 20))
        joined = self.at_level(3, 21)
        with self.on_day(self.today):
            case.action_join(joined)
        self.assertEqual(joined.case_id, case)

    def test_what_is_further_gets_the_next_message_with_the_others(self):
        case = self.open_case(self.at_level(3, 20), begun_on=self.after(-1))
        further = self.at_level(4, 31)
        with self.on_day(self.today):
            case.action_join(further)
        self.run_and_deliver(self.after(9))
        self.assertEqual(case.notice_ids.line_ids.item_id, case.item_ids)
        self.assertEqual(set(case.item_ids.mapped("reached")), {4})

    def test_what_leaves_a_case_goes_on_by_itself(self):
        first, second = self.at_level(1, 12), self.at_level(1, 12)
        case = self.open_case(first | second)
        with self.assertRaisesRegex(UserError, "why it leaves"):
            case.action_leave(second, " ")
        case.action_leave(second, "not theirs")
        self.assertEqual(case.item_ids, first)
        self.assertFalse(second.case_id)
        self.assertEqual(self.open_case(second).item_ids, second)

    def test_the_dialog_opens_a_case_about_what_was_selected_and_says_what_happens(self):
        items = self.at_level(1, 12) | self.at_level(2, 14)
        dialog = Form(
            self.env["collection.case.wizard"].with_context(
                active_model="dunning.item", active_ids=items.ids
            )
        )
        dialog.reason = "does not react"
        self.assertIn("“Formal” comes next", dialog.outlook)
        action = dialog.save().action_apply()
        case = self.Case.browse(action["res_id"])
        self.assertEqual(case.item_ids, items)
        self.assertEqual(case.reason, "does not react")

    def test_who_only_looks_opens_no_case(self):
        viewer = self.person("case_viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            self.env["collection.case.wizard"].with_user(viewer).create({"reason": "x"})

    def test_what_a_case_is_about_is_not_written_by_hand(self):
        case = self.open_case(self.at_level(1, 12))
        clerk = self.person("case_clerk", "group_dunning_user")
        mine = case.with_user(clerk)
        mine.note = "moved away"
        with self.assertRaisesRegex(UserError, "by its buttons only"):
            mine.phase = "closed"

    def test_another_company_s_case_is_not_seen(self):
        case = self.open_case(self.at_level(1, 12))
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self.person("case_stranger", "group_dunning_manager", other)
        self.assertFalse(self.Case.with_user(stranger).search([("id", "=", case.id)]))
        with self.assertRaises(AccessError):
            case.with_user(stranger).action_recall("x")


class TestCaseTrack(CaseCommon):
    """Phases and days of a case."""

    def make_once(self):
        super().make_once()
        self.item = self.at_level(3, 20)
        self.case = self.open_case(self.item, begun_on=self.after(-1))

    def test_its_phase_follows_the_messages_that_left(self):
        self.assertEqual(self.case.phase, "default_notice")
        self.run_and_deliver(self.after(9))
        self.run_day(day=self.after(10))
        self.assertEqual((self.case.phase, self.case.phase_on), ("demand", self.after(10)))

    def test_at_the_end_of_the_levels_somebody_decides(self):
        for day in (9, 18):
            self.run_and_deliver(self.after(day))
        self.run_day(day=self.after(19))
        self.run_day(day=self.after(20))
        self.assertEqual(self.case.phase, "ready")

    def test_days_on_hold_put_the_deadline_off_and_are_shown_apart(self):
        self.env["dunning.hold"].create(
            {"item_id": self.item.id, "date_from": self.after(2), "date_until": self.after(5)}
        )
        self.run_day(day=self.after(9))
        self.assertEqual(
            (self.case.days_running, self.case.days_paused, self.case.deadline),
            (6, 4, self.after(33)),
        )

    def test_a_dispute_about_part_of_it_pauses_nothing(self):
        self.env["dunning.hold"].create(
            {"item_id": self.item.id, "kind": "dispute", "amount": 10.0, "date_from": self.after(2)}
        )
        self.run_day(day=self.after(9))
        self.assertEqual(self.case.days_paused, 0)

    def test_when_everything_is_paid_it_is_closed(self):
        self.pay(self.item.move_id)
        self.run_day(day=self.after(1))
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "paid"))
        self.assertEqual(self.case.closed_on, self.after(1))

    def test_when_everything_is_credited_it_is_closed_as_such(self):
        note = self.credit_note(500.0)
        lines = (note | self.item.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.run_day(day=self.after(1))
        self.assertEqual(self.case.outcome, "credited")

    def test_after_a_merge_the_case_is_the_one_debtor_s_that_is_left(self):
        twin = self.debtor("Bakery Twin")
        self.env["dunning.debtor"].sudo()._ensure(self.company, twin)
        self.env["dunning.debtor"].sudo()._combine(self.business, twin)
        self.assertEqual(self.case.debtor_id.partner_id, twin)

    def test_what_is_owed_is_what_the_one_calculation_says(self):
        owed = self.env["dunning.owed"]._statements(
            self.item, self.env["dunning.message"]._today(self.company)
        )
        statement = next(iter(owed.values()))
        self.assertEqual(self.case.principal, 500.0)
        self.assertEqual(self.case.total, float(statement.total))
        self.assertGreater(self.case.interest, 0)
