from datetime import timedelta

from odoo import Command

from odoo.addons.payt_dunning.models.dunning_dispute import Contested

from .insurance_common import InsuranceCommon


class TestInsurance(InsuranceCommon):
    """What an insurer has to know, read from the ledger."""

    def test_the_deadline_counts_from_the_due_date_of_the_oldest_unpaid_invoice(self):
        self.limit()
        self.invoice(days_late=3)
        oldest = self.invoice(days_late=20)
        self.look()
        notice = self.notices()
        self.assertEqual((notice.move_id, notice.number, notice.amount), (oldest, 2, 200.0))
        self.assertEqual(notice.deadline, self.after(40))
        self.assertEqual(notice.ask_on, self.after(30))

    def test_the_day_it_is_due_an_invoice_is_not_late(self):
        self.limit()
        self.invoice(days_late=0)
        self.look()
        self.assertFalse(self.notices())
        self.look(1)
        self.assertEqual(self.notices().deadline, self.after(60))

    def test_who_is_not_insured_is_not_reported(self):
        self.limit(partner=self.debtor("Another"))
        self.invoice(days_late=20)
        self.look()
        self.assertFalse(self.notices())

    def test_a_paid_invoice_makes_the_next_one_the_oldest(self):
        self.limit()
        oldest = self.invoice(days_late=20)
        second = self.invoice(days_late=5)
        self.look()
        self.pay(oldest)
        self.look()
        notice = self.notices()
        self.assertEqual((notice.move_id, notice.deadline), (second, self.after(55)))

    def test_credits_that_are_not_matched_are_taken_off_the_oldest_first(self):
        self.limit()
        self.invoice(days_late=20, amount=100)
        second = self.invoice(days_late=5, amount=100)
        self.credit_note(130)
        self.look()
        notice = self.notices()
        self.assertEqual((notice.move_id, notice.amount, notice.number), (second, 70.0, 1))

    def test_credits_that_cover_all_of_it_leave_nothing_to_report(self):
        self.limit()
        self.invoice(days_late=20, amount=100)
        self.credit_note(100)
        self.look()
        self.assertFalse(self.notices())

    def test_a_small_remainder_makes_nothing_old(self):
        self.limit()
        self.company.dunning_write_off_limit = 1.0
        self.pay(self.invoice(days_late=50, amount=100), 99.5)
        self.look()
        self.assertFalse(self.notices())
        second = self.invoice(days_late=5, amount=100)
        self.look()
        self.assertEqual(self.notices().move_id, second)

    def test_less_than_the_least_amount_is_not_reported(self):
        self.insurance.least_amount = 150.0
        self.limit()
        self.invoice(days_late=20)
        self.look()
        self.assertFalse(self.notices())
        self.invoice(days_late=3, amount=50)
        self.look()
        self.assertEqual(self.notices().amount, 150.0)

    def test_what_is_above_the_limit_is_shown(self):
        self.limit(1000)
        self.invoice(days_late=5, amount=1200)
        self.look()
        self.assertEqual((self.notices().limit_amount, self.notices().above), (1000.0, 200.0))

    def test_an_invoice_is_covered_by_its_date(self):
        """It is dated two weeks before it is due."""
        self.limit(valid_from=self.after(-30), valid_until=self.after(-20))
        self.invoice(days_late=20)
        covered = self.invoice(days_late=10)
        self.invoice(days_late=1)
        self.look()
        self.assertEqual((self.notices().move_id, self.notices().number), (covered, 1))

    def test_first_and_last_day_of_a_limit_are_in_it(self):
        day = self.after(-24)
        self.limit(valid_from=day, valid_until=day)
        self.invoice(days_late=10)
        self.look()
        self.assertEqual(self.notices().number, 1)

    def test_invoices_outside_the_policys_time_are_not_covered(self):
        self.limit()
        self.insurance.write({"valid_from": self.after(-30), "valid_until": self.after(-20)})
        self.invoice(days_late=20)
        covered = self.invoice(days_late=10)
        self.invoice(days_late=1)
        self.look()
        self.assertEqual((self.notices().move_id, self.notices().number), (covered, 1))

    def test_of_two_limits_one_after_the_other_the_larger_is_shown(self):
        self.limit(500, valid_until=self.after(-30))
        self.limit(200, valid_from=self.after(-29))
        self.invoice(days_late=20, amount=300)
        self.invoice(days_late=3, amount=300)
        self.look()
        self.assertEqual((self.notices().limit_amount, self.notices().above), (500.0, 100.0))

    def test_a_limit_of_the_company_covers_what_its_contacts_owe(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.business.id})
        self.limit()
        self.invoice(days_late=20, partner=contact)
        self.look()
        self.assertEqual(self.notices().amount, 100.0)

    # -- blind cover -----------------------------------------------------------------------------

    def test_blind_cover_is_of_who_has_no_limit(self):
        self.insurance.others_amount = 80.0
        self.invoice(days_late=20)
        self.look()
        self.assertEqual((self.notices().limit_amount, self.notices().above), (80.0, 20.0))

    def test_without_blind_cover_others_are_not_insured(self):
        self.invoice(days_late=20)
        self.look()
        self.assertFalse(self.notices())

    def test_blind_cover_is_never_of_consumers_nor_of_the_own_group(self):
        self.insurance.others_amount = 500.0
        self.invoice(days_late=20, partner=self.consumer)
        group = self.setup_other_company()["company"].partner_id
        self.invoice(days_late=20, partner=group)
        self.look()
        self.assertFalse(self.notices(self.consumer) + self.notices(group))

    def test_a_consumer_with_a_limit_is_insured(self):
        self.limit(partner=self.consumer)
        self.invoice(days_late=20, partner=self.consumer)
        self.look()
        self.assertEqual(len(self.notices(self.consumer)), 1)

    def test_whose_limit_has_ended_is_in_no_blind_cover(self):
        self.insurance.others_amount = 500.0
        self.limit(valid_from=self.after(-90), valid_until=self.after(-60))
        self.invoice(days_late=20)
        self.look()
        self.assertFalse(self.notices())

    def test_invoices_before_the_first_limit_are_in_the_blind_cover(self):
        self.insurance.others_amount = 50.0
        self.limit(10, valid_from=self.after(-20))
        self.invoice(days_late=20)
        self.look()
        self.assertEqual(self.notices().limit_amount, 50.0)

    # -- what counts, and what for ---------------------------------------------------------------

    def test_what_is_disputed_counts_and_is_told(self):
        self.limit()
        move = self.invoice(days_late=20)
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        item = self.synced(move)
        self.env["dunning.dispute"].sudo()._begin(item, Contested("amount", 30.0), reason)
        self.look()
        self.assertEqual((self.notices().amount, self.notices().disputed), (100.0, 30.0))

    def test_what_is_in_a_plan_counts_and_is_told(self):
        self.limit()
        item = self.synced(self.invoice(days_late=20))
        self.env["dunning.hold"].sudo().create(
            {
                "company_id": self.company.id,
                "item_id": item.id,
                "kind": "plan",
                "reason": "Plan",
                "date_from": self.today,
            }
        )
        self.look()
        self.assertEqual((self.notices().amount, self.notices().in_plan), (100.0, 100.0))

    def test_what_is_pledged_counts_and_is_told(self):
        self.limit()
        moves = self.invoice(days_late=20) + self.invoice(days_late=10)
        financing = self.env["receivable.financing"].create(
            {"name": "Bank", "partner_id": self.insurer.id, "company_id": self.company.id}
        )
        values = {"financing_id": financing.id, "company_id": self.company.id}
        values["currency_id"] = self.company.currency_id.id
        draw = self.env["receivable.financing.draw"].sudo().create(values)
        self.env["receivable.pledge"].sudo().create(
            [
                {"draw_id": draw.id, "move_id": move.id, "state": state}
                for move, state in zip(moves, ("pledged", "released"), strict=True)
            ]
        )
        self.look()
        self.assertEqual((self.notices().amount, self.notices().pledged), (200.0, 100.0))

    def test_what_is_not_followed_up_is_reported_all_the_same(self):
        self.limit()
        move = self.invoice(days_late=20)
        move.line_ids.no_followup = True
        self.look()
        self.assertEqual(self.notices().amount, 100.0)

    def test_an_invoice_without_a_due_date_is_due_on_its_date(self):
        self.limit()
        move = self.invoice(days_late=20)
        lines = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL WHERE id = %s", [lines.id]
        )
        self.env.invalidate_all()
        self.look()
        self.assertEqual(self.notices().oldest_due, lines.date)

    def test_each_due_date_of_an_invoice_counts_by_itself(self):
        self.limit()
        term = self.env["account.payment.term"].create(
            {
                "name": "Two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (10, 40)
                ],
            }
        )
        self.invoice(
            invoice_date=self.today - timedelta(days=20),
            invoice_date_due=False,
            invoice_payment_term_id=term.id,
        )
        self.look()
        self.assertEqual((self.notices().amount, self.notices().number), (50.0, 1))
        self.assertEqual(self.notices().oldest_due, self.after(-10))

    def test_booked_costs_are_not_covered(self):
        self.limit()
        move = self.invoice(days_late=20)
        charged = self.invoice(days_late=20, amount=40)
        item = self.synced(move)
        self.env.flush_all()
        self.env.cr.execute(
            """INSERT INTO dunning_charge (company_id, debtor_id, currency_id, kind, state, due_from,
                                           amount, amount_net)
               VALUES (%s, %s, %s, 'costs', 'booked', %s, 40, 40) RETURNING id""",
            [self.company.id, item.debtor_id.id, self.company.currency_id.id, self.today],
        )
        (charge_id,) = self.env.cr.fetchone()
        self.env.cr.execute(
            "UPDATE account_move SET dunning_charge_id = %s WHERE id = %s", [charge_id, charged.id]
        )
        self.env.invalidate_all()
        self.look()
        self.assertEqual(self.notices().amount, 100.0)

    # -- currencies and companies ----------------------------------------------------------------

    def test_amounts_are_in_the_insurances_currency_at_the_days_rate(self):
        other = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        self.insurance.currency_id = other
        self.limit(150)
        self.invoice(days_late=20, amount=100)
        self.look()
        self.assertEqual((self.notices().amount, self.notices().above), (200.0, 50.0))

    def test_an_invoice_in_the_insurances_currency_is_not_converted(self):
        other = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0), (self.after(-1), 4.0)])
        self.insurance.currency_id = other
        self.limit(150)
        self.invoice(days_late=20, amount=100, currency_id=other.id)
        self.look()
        self.assertEqual(self.notices().amount, 100.0)

    def test_two_insurances_of_one_debtor_both_want_to_know(self):
        top_up = self.insured(name="TOP-2", report_days=30)
        self.limit()
        self.limit(insurance=top_up)
        self.invoice(days_late=20)
        self.look()
        deadlines = {each.insurance_id: each.deadline for each in self.notices()}
        self.assertEqual(deadlines, {self.insurance: self.after(40), top_up: self.after(10)})

    def test_what_is_owed_to_another_company_is_not_its_insurers(self):
        other = self.setup_other_company()["company"]
        self.limit()
        self._create_invoice_one_line(
            company_id=other,
            partner_id=self.business,
            price_unit=50,
            invoice_date=self.after(-60),
            post=True,
        )
        self.look()
        self.look(company=other)
        self.assertFalse(self.notices())
