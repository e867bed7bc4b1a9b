from unittest.mock import patch

from odoo.addons.payt_dunning_financing.demo.insurance import insure

from .insurance_common import InsuranceCommon


class TestInsuranceDays(InsuranceCommon):
    """What becomes of reports from day to day."""

    def test_looking_twice_makes_one_report(self):
        self.limit()
        self.invoice(days_late=20)
        self.look()
        self.look(1)
        self.assertEqual(len(self.notices()), 1)

    def test_what_was_paid_before_anybody_was_asked_leaves_no_trace(self):
        self.limit()
        move = self.invoice(days_late=20)
        self.look()
        self.pay(move)
        self.look(1)
        self.assertFalse(self.notices())

    def test_what_was_paid_after_somebody_was_asked_is_over(self):
        self.limit()
        move = self.invoice(days_late=55)
        self.look()
        self.pay(move)
        self.look(1)
        self.assertEqual((self.notices().state, self.notices().over_on), ("over", self.after(1)))

    def test_a_debtor_that_falls_behind_again_is_reported_again(self):
        self.limit()
        move = self.invoice(days_late=55)
        self.look()
        self.report(self.notices())
        self.pay(move)
        self.look(1)
        second = self.invoice(days_late=-5)
        self.look(6)
        self.assertEqual(self.notices().mapped("state"), ["over", "due"])
        self.assertEqual(self.notices(state="due").move_id, second)

    def test_what_becomes_overdue_after_the_report_belongs_to_it(self):
        self.limit()
        self.invoice(days_late=55)
        self.look()
        self.report(self.notices())
        deadline = self.notices().deadline
        self.invoice(days_late=-5, amount=50)
        self.look(6)
        notice = self.notices()
        self.assertEqual(
            (notice.state, notice.amount, notice.deadline), ("reported", 150, deadline)
        )

    def test_paying_the_oldest_after_the_report_does_not_end_it(self):
        self.limit()
        oldest = self.invoice(days_late=55)
        self.invoice(days_late=5)
        self.look()
        self.report(self.notices())
        self.pay(oldest)
        self.look(1)
        notice = self.notices()
        self.assertEqual((notice.state, notice.amount), ("reported", 100.0))
        self.assertEqual(notice.deadline, self.after(5))

    def test_a_report_that_waits_ends_below_the_least_amount_and_one_that_was_made_does_not(self):
        self.insurance.least_amount = 150.0
        other = self.debtor("Another")
        for partner in (self.business, other):
            self.limit(partner=partner)
            self.invoice(days_late=55, amount=200, partner=partner)
        self.look()
        self.report(self.notices())
        for partner in (self.business, other):
            self.credit_note(100, partner=partner)
        self.look(1)
        self.assertEqual((self.notices().state, self.notices().amount), ("reported", 100.0))
        self.assertEqual(self.notices(other).state, "over")

    def test_an_archived_insurance_wants_to_know_nothing(self):
        self.limit()
        self.invoice(days_late=55)
        self.look()
        self.insurance.active = False
        self.look()
        self.assertEqual(self.notices().state, "over")
        self.assertFalse(self.tasks(self.notices()))

    def test_an_archived_debtor_is_still_reported(self):
        self.limit()
        self.invoice(days_late=55)
        self.business.active = False
        self.look()
        self.assertEqual(self.notices().state, "due")

    def test_other_days_in_the_policy_move_the_deadline(self):
        self.limit()
        self.invoice(days_late=20)
        self.look()
        self.insurance.report_days = 30
        self.look()
        self.assertEqual(self.notices().deadline, self.after(10))

    def test_the_scheduled_action_looks_at_every_company(self):
        self.limit()
        self.invoice(days_late=20)
        with self.no_commit(), self.on_day(self.today):
            self.env.ref("payt_dunning_financing.ir_cron_insurance").ir_actions_server_id.run()
        self.assertEqual(len(self.notices()), 1)

    def test_the_demo_insures_two_debtors_once_and_one_deadline_is_near(self):
        late = self.debtor("Late")
        self.synced(self.invoice(50, 1000.0, late), self.invoice(days_late=3))
        Demo = type(self.env["dunning.demo"])
        with patch.object(Demo, "_demo_companies", lambda _self: self.company):
            insurance = insure(self.env)
            self.assertEqual(insure(self.env), insurance)
        self.assertEqual(insurance.limit_ids.partner_id, late + self.business)
        self.assertEqual(self.notices(late).deadline, self.after(6))
        self.assertEqual(self.notices(late).above, 200.0)
        self.assertFalse(self.notices().asked_on)

    def test_many_debtors_cost_as_many_statements_as_few(self):
        def look():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Notices._look(self.company)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def statements(number):
            """Of making reports, of moving their deadlines, and of ending them."""
            partners = self.env["res.partner"].create(
                [{"name": f"Debtor {n}", "is_company": True} for n in range(number)]
            )
            for partner in partners:
                self.invoice(days_late=55, partner=partner)
            made = look()
            self.insurance.report_days -= 1
            moved = look()
            self.env["account.move"].search([("partner_id", "in", partners.ids)]).button_draft()
            return made, moved, look()

        self.insurance.others_amount = 500.0
        statements(1)
        few = statements(3)
        for three, thirty in zip(few, statements(30), strict=True):
            self.assertLessEqual(thirty, three + 3)
