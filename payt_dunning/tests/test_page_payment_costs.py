from unittest.mock import patch

from odoo.exceptions import RedirectWarning

from .page_payment_common import PageCommon


class TestPagePaymentCosts(PageCommon):
    """Costs and interest that are paid on the page are booked and paid, or a person is asked."""

    def claim(self, *amounts, **values):
        """Items, a charge of 40 about the first, and the address of its message."""
        items = self.open(*amounts)
        notice = self.letter(items)
        charge = self.costs(items[0], notice, shares=[(items[0], items[0].amount_open, 40)])
        path = self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id.sudo())
        return items, charge, path

    def tasks(self, items):
        return self.env["mail.activity"].search(
            [("res_model", "=", "dunning.debtor"), ("res_id", "=", items.debtor_id.id)]
        )

    # -- costs -------------------------------------------------------------------------------

    def test_costs_that_were_claimed_are_booked_and_paid(self):
        items, charge, path = self.claim(100)
        self.assertEqual(charge.state, "claimed")
        transaction = self.paid_online(path)
        self.assertEqual(transaction.amount, 140)
        self.assert_booked(transaction, {items.line_id: 100, self.line_of(charge): 40})
        self.assertEqual((charge.state, charge.amount_left), ("paid", 0))
        self.assertEqual(charge.move_id.amount_total, 40)
        self.assert_open(items, 0)
        self.assertFalse(self.tasks(items))

    def test_costs_that_are_booked_already_are_paid_and_not_booked_again(self):
        items, charge, path = self.claim(100)
        move = charge._book()
        transaction = self.paid_online(path)
        self.assertEqual(charge.booking_move_ids, move)
        self.assert_booked(transaction, {items.line_id: 100, self.line_of(charge): 40})
        self.assertEqual(charge.state, "paid")

    def test_costs_whose_booking_was_cancelled_are_booked_anew(self):
        items, charge, path = self.claim(100)
        cancelled = charge._book()
        cancelled.button_draft()
        cancelled.button_cancel()
        transaction = self.paid_online(path)
        self.assertNotEqual(charge.move_id, cancelled)
        self.assert_booked(transaction, {items.line_id: 100, self.line_of(charge): 40})

    def test_costs_alone(self):
        items, charge, path = self.claim(100)
        transaction = self.paid_online(path, f"c{charge.id}")
        self.assertEqual(transaction.amount, 40)
        self.assert_booked(transaction, {self.line_of(charge): 40})
        self.assertEqual(charge.state, "paid")
        self.assert_open(items, 100)

    def test_costs_alone_after_the_invoice_was_paid(self):
        items, charge, path = self.claim(100)
        self.pay(items.move_id)
        self.Item._sync(self.company)
        transaction = self.paid_online(path)
        self.assert_booked(transaction, {self.line_of(charge): 40})

    def test_costs_that_lapse_if_the_invoice_is_paid_are_not_asked_for_until_then(self):
        items, charge, path = self.claim(100)
        charge._offer(self.after(5), "quick")
        shown = " ".join(self.url_open(path).text.replace("\xa0", " ").split())
        self.assertRegex(shown, r"Pay \W*100\.00")
        self.assertRegex(
            shown, r"of \W*40\.00\W*: you need not pay this if you pay what is open by"
        )
        transaction = self.paid_online(path)
        self.assertEqual(transaction.amount, 100)
        self.run_day()
        self.assertEqual((charge.state, charge.amount_left), ("waived", 0))

    def test_costs_that_did_not_lapse_are_asked_for_again(self):
        items, charge, path = self.claim(100)
        charge._offer(self.today, "quick")
        charge._update(condition_until=self.after(-1))
        self.assertEqual(self.paid_online(path).amount, 140)

    def test_the_invoice_without_its_costs(self):
        items, charge, path = self.claim(100)
        transaction = self.paid_online(path, f"r{items.id}")
        self.assert_booked(transaction, {items.line_id: 100})
        self.assertEqual((charge.state, charge.amount_left), ("claimed", 40))

    def test_a_part_goes_to_the_invoices_first_where_the_ledger_leads(self):
        items, charge, path = self.claim(60, 50)
        transaction = self.paid_online(path, amount="120")
        first, second = items.line_id
        self.assert_booked(transaction, {first: 60, second: 50, self.line_of(charge): 10})
        self.assertEqual((charge.state, charge.amount_left), ("booked", 30))

    def test_a_part_goes_to_the_costs_first_where_the_company_chose_the_order_of_the_law(self):
        items, charge, path = self.claim(60, 50)
        law = items.debtor_id.law_id
        self.env["dunning.allocation"].create({"jurisdiction_id": law.id, "mode": "legal"})
        transaction = self.paid_online(path, amount="70")
        self.assert_booked(transaction, {self.line_of(charge): 40, items[0].line_id: 30})
        self.assert_open(items, 30, 50)

    def test_a_part_that_does_not_reach_the_costs_books_none(self):
        items, charge, path = self.claim(100)
        transaction = self.paid_online(path, amount="100")
        self.assert_booked(transaction, {items.line_id: 100})
        self.assertEqual((charge.state, charge.move_id.ids), ("claimed", []))
        self.assertFalse(self.tasks(items))

    def test_costs_of_several_messages_at_once(self):
        items, charge, path = self.claim(100, 200)
        other = self.costs(items[1], self.letter(items[1]))
        transaction = self.paid_online(path)
        self.assertEqual(transaction.amount, 380)
        self.assert_booked(
            transaction,
            {
                items[0].line_id: 100,
                items[1].line_id: 200,
                self.line_of(charge): 40,
                self.line_of(other): 40,
            },
        )

    def test_costs_are_paid_once_though_two_payments_were_for_them(self):
        items, charge, path = self.claim(100)
        first = self.begin(self.chosen(path, f"c{charge.id}"))
        self.age(first, hours=1)
        second = self.begin(self.chosen(path))
        self.finish(second)
        self.finish(first)
        self.assert_booked(second, {items.line_id: 100, self.line_of(charge): 40})
        self.assert_booked(first, {}, credit=40)
        self.assertFalse(self.tasks(items))
        self.assertEqual(len(charge.booking_move_ids), 1)

    def test_costs_that_were_waived_meanwhile_become_a_credit(self):
        items, charge, path = self.claim(100)
        transaction = self.begin(self.chosen(path))
        charge._waive(40, "goodwill")
        self.finish(transaction)
        self.assert_booked(transaction, {items.line_id: 100}, credit=40)
        self.assertEqual(charge.state, "waived")
        self.assertFalse(self.tasks(items))

    # -- interest ----------------------------------------------------------------------------

    def interest_of(self, items):
        (owed,) = self.env["dunning.owed"]._statements(items, self.today).values()
        return round(float(owed.interest), 2)

    def test_interest_that_a_message_asked_for_becomes_a_charge_that_is_booked_and_paid(self):
        items, path = self.with_interest(1000, 500)
        interest = self.interest_of(items)
        self.assertGreater(interest, 5)
        transaction = self.paid_online(path)
        self.assertEqual(transaction.amount, round(1500 + interest, 2))
        charge = self.Charge.search([("debtor_id", "=", items.debtor_id.id)])
        self.assertEqual((charge.kind, charge.amount), ("interest", interest))
        self.assertEqual((charge.state, charge.due_from), ("paid", self.today))
        self.assertEqual(charge.share_ids.item_id, items)
        self.assertEqual(
            charge.move_id.invoice_line_ids.account_id, self.company.dunning_interest_account_id
        )
        first, second = items.line_id
        self.assert_booked(transaction, {first: 1000, second: 500, self.line_of(charge): interest})
        self.assertEqual(self.interest_of(items), 0)
        self.assertIn("All paid", self.get(path).text)

    def test_interest_that_no_message_asked_for_is_not_paid(self):
        items = self.open(1000, partner=self.business)
        self.assertGreater(self.interest_of(items), 5)
        path = self.path(items, statutory_code=False)
        self.assertEqual(self.paid_online(path).amount, 1000)
        self.assertFalse(self.Charge.search([("debtor_id", "=", items.debtor_id.id)]))

    def test_interest_that_is_a_charge_already_is_booked_and_paid(self):
        items, path = self.with_interest(1000)
        charge = self.Charge._create_interest(
            [(items, 1000, self.interest_of(items))], self.today, "law", [], []
        )
        transaction = self.paid_online(path)
        self.assert_booked(transaction, {items.line_id: 1000, self.line_of(charge): charge.amount})
        self.assertEqual(self.Charge.search([("debtor_id", "=", items.debtor_id.id)]), charge)

    def test_interest_that_was_paid_in_part_leaves_the_rest_of_it_and_no_more(self):
        items, path = self.with_interest(1000)
        interest = self.interest_of(items)
        law = items.debtor_id.law_id
        self.env["dunning.allocation"].create({"jurisdiction_id": law.id, "mode": "legal"})
        first = self.paid_online(path, amount="6")
        charge = self.Charge.search([("debtor_id", "=", items.debtor_id.id)])
        self.assertEqual((charge.amount, charge.state), (interest, "booked"))
        self.assert_booked(first, {self.line_of(charge): 6})
        second = self.paid_online(path)
        rest = round(interest - 6, 2)
        self.assertEqual(second.amount, round(1000 + rest, 2))
        self.assert_booked(second, {self.line_of(charge): rest, items.line_id: 1000})

    def test_a_report_that_comes_twice_books_costs_and_interest_once(self):
        items, path = self.with_interest(1000)
        transaction = self.begin(self.chosen(path))
        for _time in range(2):
            transaction._set_done()
            transaction._post_process()
            transaction._post_process()
        charge = self.Charge.search([("debtor_id", "=", items.debtor_id.id)])
        self.assertEqual(len(charge.booking_move_ids), 1)
        self.assert_booked(transaction, {items.line_id: 1000, self.line_of(charge): charge.amount})

    def test_costs_and_interest_are_booked_by_the_visitors_own_browser(self):
        items, path = self.with_interest(1000)
        transaction = self.begin(self.chosen(path))
        transaction._set_done()
        self.assertNotIn("error", self.call("/payment/status/poll"))
        charge = self.Charge.search([("debtor_id", "=", items.debtor_id.id)])
        self.assertEqual(charge.state, "paid")
        self.assert_booked(transaction, {items.line_id: 1000, self.line_of(charge): charge.amount})

    # -- what can't be booked ------------------------------------------------------------------

    def assert_a_task_and_a_credit(self, items, charge, transaction):
        self.assert_booked(transaction, {items.line_id: 100}, credit=40)
        self.assertEqual((charge.state, charge.amount_left), ("claimed", 40))
        self.assertEqual(transaction.state, "done")
        self.assertTrue(transaction.is_post_processed)
        self.assertEqual(self.tasks(items).summary, "Book what was paid online")

    def test_without_an_account_of_costs_the_payment_stays_as_credit_and_somebody_is_asked(self):
        items, charge, path = self.claim(100)
        transaction = self.begin(self.chosen(path))
        self.company.dunning_costs_account_id = False
        self.finish(transaction)
        self.assert_a_task_and_a_credit(items, charge, transaction)
        self.assertIn("Account of Costs", items.debtor_id.message_ids[0].body)

    def test_in_a_locked_period_the_payment_stays_as_credit_and_somebody_is_asked(self):
        items, charge, path = self.claim(100)
        transaction = self.begin(self.chosen(path))
        self.company.sale_lock_date = self.today
        self.finish(transaction)
        self.assert_a_task_and_a_credit(items, charge, transaction)
        self.assertIn("Sales Lock Date", items.debtor_id.message_ids[0].body)

    def test_settings_that_core_misses_leave_a_credit_and_somebody_is_asked(self):
        items, charge, path = self.claim(100)
        transaction = self.begin(self.chosen(path))
        missing = RedirectWarning("Configure the journal", 1, "Go there")
        with patch.object(type(charge), "_book", side_effect=missing):
            self.finish(transaction)
        self.assert_a_task_and_a_credit(items, charge, transaction)
        self.assertIn("Configure the journal", items.debtor_id.message_ids[0].body)

    def test_the_task_stays_until_somebody_has_done_it(self):
        items, charge, path = self.claim(100)
        transaction = self.begin(self.chosen(path))
        self.company.dunning_costs_account_id = False
        self.finish(transaction)
        self.run_day()
        self.run_day(day=self.after(1))
        self.assertEqual(self.tasks(items).mapped("summary"), ["Book what was paid online"])

    # -- off the ledger ------------------------------------------------------------------------

    def off_the_ledger(self):
        self.company.dunning_charge_booking = "off"

    def test_a_company_that_keeps_costs_off_the_ledger_does_not_take_them_online(self):
        items, charge, path = self.claim(100)
        self.off_the_ledger()
        transaction = self.paid_online(path)
        self.assertEqual(transaction.amount, 100)
        self.assert_booked(transaction, {items.line_id: 100})
        self.assertEqual(charge.state, "claimed")

    def test_off_the_ledger_the_form_of_the_page_pays_the_invoices(self):
        items, charge, path = self.claim(100, 50)
        self.off_the_ledger()
        keys = [f"r{item.id}" for item in items] + [f"c{charge.id}"]
        transaction = self.paid_online(path, *keys)
        self.assert_booked(transaction, {items[0].line_id: 100, items[1].line_id: 50})

    def test_off_the_ledger_costs_alone_are_refused_in_words(self):
        items, charge, path = self.claim(100)
        self.off_the_ledger()
        page = self.get(f"{path}/pay?k=c{charge.id}", status=409).text
        self.assertIn("can&#39;t be paid online", page)

    def test_without_accounts_costs_are_not_taken_online(self):
        items, charge, path = self.claim(100)
        self.company.dunning_costs_account_id = False
        self.assertEqual(self.paid_online(path).amount, 100)

    # -- a second company ----------------------------------------------------------------------

    def test_costs_in_a_second_company_are_booked_there(self):
        data = self.setup_other_company(name="Second", currency_id=self.euro.id)
        company, income = data["company"], data["default_account_revenue"]
        company.write(
            {
                "country_id": self.nl.id,
                "dunning_charge_journal_id": data["default_journal_sale"].id,
                "dunning_costs_account_id": income.id,
                "dunning_interest_account_id": income.id,
            }
        )
        self.env.user.company_ids += company
        self.provider = self.provider_of(company, data["default_journal_bank"])
        move = self.euros_in(company, 100)
        self.Item._sync(company)
        item = self.items(move)
        notice = self.letter(item)
        charge = self.costs(item, notice)
        path = self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id.sudo())
        transaction = self.begin(self.chosen(path))
        transaction._set_done()
        self.assertNotIn("error", self.call("/payment/status/poll"))
        self.assertEqual(charge.move_id.company_id, company)
        self.assert_booked(transaction, {item.line_id: 100, self.line_of(charge): 40})

    # -- several invoices ----------------------------------------------------------------------

    def test_costs_about_two_invoices_are_asked_for_in_whole_on_either_page_and_paid_once(self):
        items = self.open(100, 50)
        shares = [(item, item.amount_open, 20) for item in items]
        charge = self.costs(items, self.letter(items), shares=shares)
        door = self.env["dunning.page.door"]
        first, second = (door._path("i", item.move_id.id, item.debtor_id.sudo()) for item in items)
        transaction = self.paid_online(first)
        self.assert_booked(transaction, {items[0].line_id: 100, self.line_of(charge): 40})
        self.assertNotIn("Collection Costs", self.get(f"{first}/pay", status=409).text)
        transaction = self.paid_online(second)
        self.assert_booked(transaction, {items[1].line_id: 50})
