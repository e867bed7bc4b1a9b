from datetime import timedelta

from odoo import Command, fields

from odoo.addons.payt_dunning.tests.charge_common import ChargeCommon

from .financing_common import FinancingCommon


class TestFinancingCheck(FinancingCommon):
    """What the ledger and follow-up know of invoices, as a financier looks at them."""

    def make_once(self):
        super().make_once()
        self.move = self.invoice(days_late=-10, amount=100.0)

    # -- what is a line ----------------------------------------------------------------------------

    def test_an_open_invoice_counts_and_its_share_is_advanced(self):
        line = self.line(self.move)
        self.assertEqual((line.state, line.open_amount, line.counts), ("qualifies", 100.0, 100.0))
        self.assertEqual(line.advance, 80.0)
        self.assertEqual(line.debtor_id.partner_id, self.business)
        self.assertFalse(line.reasons)

    def test_what_is_paid_is_no_line_and_what_is_paid_in_part_counts_for_the_rest(self):
        paid, part = self.invoice(amount=50), self.invoice(amount=50)
        self.pay(paid)
        self.pay(part, 20)
        check = self.check()
        self.assertFalse(self.line(paid, check))
        self.assertEqual(self.line(part, check).counts, 30.0)

    def test_drafts_credit_notes_and_bills_are_no_lines(self):
        draft = self.invoice(amount=10)
        draft.button_draft()
        self.credit_note(10, self.customer("Other"))
        self.assertEqual(self.check().line_ids.move_id, self.move)

    def test_instalments_are_one_invoice_as_late_as_the_oldest_and_aged_by_each(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 60)
                ],
            }
        )
        move = self.invoice(
            amount=100,
            invoice_date=self.after(-40),
            invoice_date_due=False,
            invoice_payment_term_id=term.id,
        )
        line = self.line(move)
        self.assertEqual((line.days_overdue, line.date_due), (40, self.after(20)))
        self.assertEqual((line.not_due, line.late_30, line.late_60), (50.0, 0.0, 50.0))

    def test_an_invoice_is_in_one_part_of_the_aging(self):
        for days, name in (
            (0, "not_due"),
            (1, "late_30"),
            (30, "late_30"),
            (31, "late_60"),
            (60, "late_60"),
            (61, "late_90"),
            (90, "late_90"),
            (91, "late_more"),
        ):
            with self.subTest(days):
                self.assertEqual(self.line(self.invoice(days, 10))[name], 10.0)

    # -- what is known of the debtor ---------------------------------------------------------------

    def test_a_debtor_without_a_country_is_refused_where_one_is_asked(self):
        self.business.country_id = False
        line = self.line(self.move, self.check(country_ids=[Command.set(self.home.ids)]))
        self.assertEqual(line.why, "The debtor has no country.")

    def test_the_country_is_that_of_the_commercial_partner(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Desk",
                "parent_id": self.business.id,
                "country_id": self.env.ref("base.be").id,
            }
        )
        move = self.invoice(partner=contact)
        self.assertFalse(self.codes(move, country_ids=[Command.set(self.home.ids)]))

    def test_natural_persons_are_refused_unless_they_are_taken(self):
        move = self.invoice(partner=self.consumer)
        self.assertFalse(self.codes(move))
        self.assertEqual(self.codes(move, consumers=False), ["consumer"])

    def test_an_invoice_that_a_trader_bought_privately_is_a_natural_persons(self):
        self.synced(self.move).claim_kind = "consumer"
        self.assertEqual(self.codes(self.move, consumers=False), ["consumer"])

    def test_own_companies_and_employees_are_refused_unless_they_are_taken(self):
        employee = self.customer("Staff")
        employee.employee = True
        sister = self.env["res.company"].create({"name": "Sister"}).partner_id
        moves = self.invoice(partner=employee), self.invoice(partner=sister)
        check = self.check(related=False)
        self.assertEqual(
            [self.line(move, check).why for move in moves],
            ["The debtor works for us.", "The debtor is a company of our own group."],
        )

    # -- currencies --------------------------------------------------------------------------------

    def test_another_currency_is_worth_what_the_rate_of_the_day_says(self):
        move = self.invoice(amount=100, currency_id=self.other_currency(2.0).id)
        line = self.line(move)
        self.assertEqual((line.open_own, line.open_amount, line.counts), (100.0, 50.0, 50.0))

    def test_another_currency_is_refused_where_only_one_is_taken(self):
        move = self.invoice(amount=100, currency_id=self.other_currency(2.0).id)
        line = self.line(move, self.check(other_currencies=False))
        self.assertEqual((line.open_amount, line.why), (50.0, "It is in another currency: CHF."))

    def test_without_a_rate_an_invoice_is_worth_nobody_knows_what(self):
        move = self.invoice(amount=100, currency_id=self.other_currency(2.0).id)
        move.currency_id.rate_ids.unlink()
        line = self.line(move)
        self.assertEqual((line.state, line.open_amount), ("refused", 0.0))
        self.assertIn("there is no exchange rate", line.why)

    def test_a_rate_of_a_later_day_is_no_rate(self):
        move = self.invoice(amount=100, currency_id=self.other_currency(2.0).id)
        move.currency_id.rate_ids.name = self.after(1)
        self.assertEqual(self.codes(move), ["currency"])

    # -- holds, plans, cases -----------------------------------------------------------------------

    def test_of_an_invoice_disputed_in_part_the_rest_counts(self):
        self.disputed(self.move, 30.0)
        line = self.line(self.move)
        self.assertEqual((line.state, line.counts), ("partly", 70.0))
        self.assertEqual(self.codes(self.move, disputed=False), ["disputed"])

    def test_an_invoice_disputed_in_whole_never_counts(self):
        self.disputed(self.move)
        self.assertEqual(self.line(self.move).why, "The debtor disputes all of it.")

    def test_a_dispute_about_a_debtor_is_about_each_of_its_invoices(self):
        debtor = self.synced(self.move).debtor_id
        self.hold(kind="dispute", debtor_id=debtor.id, reason="x")
        self.assertEqual(self.codes(self.move), ["disputed"])

    def test_a_dispute_that_is_over_takes_nothing_off(self):
        item = self.synced(self.move)
        hold = self.hold(kind="dispute", item_id=item.id, reason="x")
        hold.sudo().write({"released_on": self.today})
        self.hold(
            kind="dispute",
            item_id=item.id,
            reason="x",
            date_from=self.after(-9),
            date_until=self.after(-1),
        )
        self.assertFalse(self.codes(self.move))

    def test_a_dispute_that_waits_for_somebody_to_agree_takes_nothing_off(self):
        hold = self.hold(kind="dispute", item_id=self.synced(self.move).id, reason="x")
        hold.sudo().proposed = True
        self.assertFalse(self.codes(self.move))

    def test_a_plan_and_a_case_are_refused_unless_they_are_taken(self):
        planned, filed = self.invoice(amount=60), self.invoice(20, 70, self.customer("Late"))
        self.in_plan(planned)
        self.in_case(filed)
        check = self.check()
        self.assertEqual(self.line(planned, check).state, "qualifies")
        self.assertEqual(self.line(filed, check).state, "qualifies")
        check = self.check(in_plan=False, in_case=False)
        self.assertEqual(self.line(planned, check).why, "It is in a payment plan.")
        self.assertEqual(self.line(filed, check).why, "It is in a case, or was handed over.")

    def test_who_may_not_pay_or_says_it_has_never_counts(self):
        for kind in ("insolvency", "already_paid", "stop_write_off"):
            with self.subTest(kind), self.env.cr.savepoint() as savepoint:
                debtor = self.synced(self.move).debtor_id
                self.env["dunning.hold"].sudo().create(
                    {
                        "company_id": self.company.id,
                        "debtor_id": debtor.id,
                        "kind": kind,
                        "reason": "x",
                    }
                )
                self.assertEqual(self.codes(self.move), ["on_hold"])
                savepoint.rollback()

    def test_a_pause_is_no_doubt(self):
        self.hold(kind="pause", item_id=self.synced(self.move).id, reason="x")
        self.assertFalse(self.codes(self.move))

    # -- pledged, limit ----------------------------------------------------------------------------

    def test_what_is_pledged_or_offered_does_not_count_again_with_anybody(self):
        other = self.financier(name="Second Factor")
        offered = self.invoice(amount=50)
        self.pledge(self.move, other)
        self.pledge(offered, other, state="offered")
        check = self.check()
        for move in (self.move, offered):
            self.assertEqual(
                self.line(move, check).why, "It is pledged already, or offered: to Second Factor."
            )

    def test_what_was_released_counts_again(self):
        self.pledge(self.move, state="released")
        self.assertFalse(self.codes(self.move))

    def test_what_was_drawn_or_asked_for_is_taken_off_the_limit(self):
        self.invoice(amount=500)
        self.pledge(self.move, advance=80)
        self.pledge(self.invoice(amount=100), advance=60, state="offered")
        check = self.check(limit=300)
        self.assertEqual((check.advance, check.drawn, check.room), (400.0, 140.0, 160.0))
        self.assertEqual((self.financing.drawn, self.financing.asked_for), (80.0, 60.0))

    def test_drawn_with_another_financier_takes_nothing_off(self):
        self.pledge(self.invoice(amount=100), self.financier(name="Second"), advance=60)
        check = self.check(limit=1000)
        self.assertEqual((check.drawn, check.room), (0.0, 80.0))

    def test_the_share_of_a_debtor_is_measured_with_what_is_pledged_here(self):
        self.pledge(self.move, amount=100)
        more = self.invoice(amount=100)
        self.invoice(amount=200, partner=self.customer("Other"))
        self.assertEqual(self.counts(more, concentration=25), 0.0)
        self.assertEqual(self.counts(more, concentration=50), 100.0)

    # -- the whole ---------------------------------------------------------------------------------

    def test_sums_are_those_of_the_lines(self):
        self.disputed(self.move, 30.0)
        self.invoice(amount=33.33, partner=self.consumer)
        check = self.check(consumers=False)
        for name in ("open_amount", "counts", "advance"):
            self.assertAlmostEqual(check[name], sum(check.line_ids.mapped(name)))
        self.assertAlmostEqual(check.left_out, check.open_amount - check.counts)
        self.assertEqual((check.full_count, check.partly_count, check.refused_count), (0, 1, 1))

    def test_what_came_in_today_counts_although_no_run_saw_it(self):
        stranger = self.customer("New Customer")
        line = self.line(self.invoice(partner=stranger))
        self.assertEqual(line.debtor_id.partner_id, stranger)

    def test_another_company_is_not_looked_at(self):
        other = self.setup_other_company()["company"]
        theirs = self.env["receivable.financing"].create(
            {
                "name": "Theirs",
                "partner_id": self.bank.id,
                "company_id": other.id,
                "currency_id": other.currency_id.id,
            }
        )
        self.assertFalse(theirs._check().sudo().line_ids)

    def test_it_is_as_of_today_where_the_company_is(self):
        with self.on_day(self.after(30)):
            check = self.check()
        self.assertEqual(check.as_of, self.after(30))
        self.assertEqual(self.line(self.move, check).days_overdue, 20)

    def test_an_empty_book_has_a_check_too(self):
        self.pay(self.move)
        check = self.check()
        self.assertEqual((check.open_amount, check.room), (0.0, 0.0))
        self.assertEqual(check.says, "Nothing can be drawn: no invoice is open.")

    def statements(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.check()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_many_invoices_cost_as_many_statements_as_one(self):
        self.statements()
        one = self.statements()
        for number in range(6):
            partner = self.customer(f"Debtor {number}")
            for _each in range(4):
                move = self.invoice(partner=partner, amount=100 + number)
            self.hold(kind="dispute", item_id=self.synced(move).id, amount=5, reason="x")
            self.credit_note(10, partner)
        self.statements()
        many = self.statements()
        self.assertLessEqual(many, one + 2, f"{one} for one invoice, {many} for 25")
        self.assertLess(many, 90)

    def test_a_check_says_when_and_by_whom_it_was_made(self):
        check = self.check()
        self.assertEqual(check.made_by_id, self.env.user)
        self.assertLess(fields.Datetime.now() - check.made_on, timedelta(minutes=5))


class TestFinancingCosts(FinancingCommon, ChargeCommon):
    """What was booked beside invoices."""

    def test_an_invoice_that_claims_costs_never_counts(self):
        item = self.item()
        charge = self.costs(item, self.letter(item))
        booked = self.invoice(amount=40)
        booked.sudo().dunning_charge_id = charge.id
        self.assertEqual(self.codes(booked), ["costs"])
        self.assertNotIn("costs", self.codes(item.move_id))
