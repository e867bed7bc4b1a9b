from .page_payment_common import PageCommon


class TestPagePayment(PageCommon):
    """What a payment on the page is set against in the ledger, to the cent."""

    def test_all_of_a_claim(self):
        items = self.open(100, 50.55)
        transaction = self.paid_online(self.path(items))
        self.assertEqual((transaction.amount, transaction.currency_id), (150.55, self.euro))
        first, second = items.line_id
        self.assert_booked(transaction, {first: 100, second: 50.55})
        self.assert_open(items, 0, 0)
        # Two dollars for a euro.
        self.assertEqual(sum(transaction.payment_id.move_id.line_ids.mapped("debit")), 301.1)
        self.assertEqual(items.move_id.mapped("payment_state"), ["paid", "paid"])
        self.Item._sync(self.company)
        self.assertEqual(items.mapped("state"), ["closed", "closed"])

    def test_two_chosen_of_five(self):
        items = self.open(10, 20, 30, 40, 50)
        _one, two, _three, four, _five = items
        transaction = self.paid_online(self.path(items), f"r{four.id}", f"r{two.id}")
        self.assert_booked(transaction, {two.line_id: 20, four.line_id: 40})
        self.assert_open(items, 10, 0, 30, 0, 50)

    def test_everything_of_one_invoice(self):
        items = self.open(10, 20)
        transaction = self.paid_online(self.path(items), i=items[1].move_id.id)
        self.assert_booked(transaction, {items[1].line_id: 20})
        self.assert_open(items, 10, 0)

    def test_one_due_date_of_an_invoice_with_several(self):
        items = self.terms(20, 30, 50)
        transaction = self.paid_online(self.path(items), f"r{items[1].id}")
        self.assert_booked(transaction, {items[1].line_id: 30})
        self.assert_open(items, 20, 0, 50)

    def test_a_part_goes_to_the_oldest_first(self):
        items = self.open(100, 100)
        transaction = self.paid_online(self.path(items), amount="130,25")
        self.assertEqual(transaction.amount, 130.25)
        self.assert_booked(transaction, {items[0].line_id: 100, items[1].line_id: 30.25})
        self.assert_open(items, 0, 69.75)

    def test_a_part_of_a_later_invoice_stays_with_it(self):
        items = self.open(100, 100)
        transaction = self.paid_online(self.path(items), f"r{items[1].id}", amount="25")
        self.assert_booked(transaction, {items[1].line_id: 25})
        self.assert_open(items, 100, 75)

    def test_what_a_credit_covers_is_not_paid_again(self):
        items = self.open(100, 50)
        self.credit_note(30, self.consumer, currency_id=self.euro.id)
        transaction = self.begin(self.chosen(self.path(items)))
        self.assertEqual(transaction.amount, 120)

    def test_a_claim_in_two_currencies_is_paid_one_currency_at_a_time(self):
        euros = self.open(100)
        dollars = self.synced(self.invoice(30, 70, self.consumer))
        path, dollar = self.path(euros | dollars), self.company.currency_id
        transaction = self.paid_online(path, c=dollar.id)
        self.assertEqual((transaction.amount, transaction.currency_id), (70, dollar))
        self.assert_booked(transaction, {dollars.line_id: 70})
        self.assert_open(euros | dollars, 100, 0)
        transaction = self.paid_online(path, c=self.euro.id)
        self.assert_booked(transaction, {euros.line_id: 100})
        self.assert_open(euros | dollars, 0, 0)

    def test_in_a_second_company(self):
        data = self.setup_other_company(name="Second", currency_id=self.euro.id)
        company = data["company"]
        self.env.user.company_ids += company
        self.provider = self.provider_of(company, data["default_journal_bank"])
        move = self.euros_in(company, 80)
        self.Item._sync(company)
        item, own = self.items(move), self.open(100)
        transaction = self.paid_online(self.path(item))
        self.assert_booked(transaction, {item.line_id: 80})
        self.assertEqual(transaction.payment_id.company_id, company)
        self.assertEqual(transaction.payment_id.journal_id, data["default_journal_bank"])
        self.assert_open(item | own, 0, 100)

    def test_in_a_branch_through_the_provider_of_its_company(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id, "country_id": self.nl.id}
        )
        self.env.cr.precommit.run()  # the chart of accounts
        self.env.user.company_ids += branch
        journal = self.company_data["default_journal_sale"]
        move = self.euros(80, company_id=branch.id, journal_id=journal.id)
        self.Item._sync(branch)
        item = self.items(move)
        self.assertEqual(item.company_id, branch)
        transaction = self.paid_online(self.path(item))
        self.assert_booked(transaction, {item.line_id: 80})

    def test_invoices_on_two_accounts_leave_a_credit_for_what_cannot_be_matched(self):
        items = self.open(100)
        account = items.line_id.account_id.copy({"name": "Other debtors"})
        self.consumer.property_account_receivable_id = account
        items += self.open(50) - items
        self.assertEqual(items.line_id.account_id.mapped("account_type"), 2 * ["asset_receivable"])
        transaction = self.paid_online(self.path(items))
        self.assert_booked(transaction, {items[0].line_id: 100}, credit=50)
        self.assertIn("Online payment", items.debtor_id.message_ids[0].body)

    # -- the bank was faster -------------------------------------------------------------------

    def test_what_the_bank_paid_meanwhile_becomes_a_credit(self):
        items = self.open(100, 50)
        transaction = self.begin(self.chosen(self.path(items)))
        self.pay(items[0].move_id)
        self.finish(transaction)
        self.assert_booked(transaction, {items[1].line_id: 50}, credit=100)
        self.assert_open(items, 0, 0)
        covering = self.open(100)
        self.assertIn("Already received or credited", self.get(self.path(covering)).text)

    def test_a_part_the_bank_paid_meanwhile_leaves_the_rest_to_be_settled(self):
        items = self.open(100)
        transaction = self.begin(self.chosen(self.path(items)))
        self.pay(items.move_id, 30)
        self.finish(transaction)
        self.assert_booked(transaction, {items.line_id: 70}, credit=30)

    def test_an_invoice_that_was_cancelled_meanwhile_leaves_a_credit(self):
        items = self.open(100, 50)
        transaction = self.begin(self.chosen(self.path(items)))
        items[0].move_id.button_draft()
        items[0].move_id.button_cancel()
        self.finish(transaction)
        self.assertEqual(items[0].move_id.state, "cancel")
        self.assert_booked(transaction, {items[1].line_id: 50}, credit=100)

    # -- what the provider reports -------------------------------------------------------------

    def test_a_report_that_comes_twice_is_booked_once(self):
        items = self.open(100)
        transaction = self.begin(self.chosen(self.path(items)))
        for _time in range(2):
            transaction._set_done()
            transaction._post_process()
            transaction._post_process()
        self.assert_booked(transaction, {items.line_id: 100})
        payments = self.env["account.payment"].search(
            [("payment_transaction_id", "=", transaction.id)]
        )
        self.assertEqual(payments, transaction.payment_id)

    def test_what_was_cancelled_or_failed_leaves_everything_as_it_was(self):
        items = self.open(100, 50)
        path, before = self.path(items), self.env["account.move"].search_count([])
        for fail in ("_set_canceled", "_set_error"):
            with self.subTest(fail):
                transaction = self.begin(self.chosen(path))
                getattr(transaction, fail)("no")
                transaction._post_process()
                self.assertFalse(transaction.payment_id)
                self.assert_open(items, 100, 50)
                self.assertEqual(self.env["account.move"].search_count([]), before)
                page = self.get(path).text
                self.assertIn("did not go through", page)
                self.assertIn("150.00", page)

    def test_it_is_booked_when_the_visitors_browser_asks_for_the_result(self):
        items = self.open(100)
        path = self.path(items)
        transaction = self.begin(self.chosen(path))
        transaction._set_done()
        answer = self.call("/payment/status/poll")
        self.assertEqual(answer["result"]["landing_route"], path)
        self.assert_booked(transaction, {items.line_id: 100})
        self.assertIn("We have received your payment", self.get(path).text)

    def test_each_payment_keeps_to_its_own_though_the_later_one_is_done_first(self):
        items = self.open(100, 50)
        path = self.path(items)
        first = self.begin(self.chosen(path, f"r{items[1].id}"))
        self.age(first, hours=1)
        second = self.paid_online(path, f"r{items[0].id}")
        self.finish(first)
        self.assert_booked(second, {items[0].line_id: 100})
        self.assert_booked(first, {items[1].line_id: 50})

    def test_nobody_is_reminded_while_a_payment_is_under_way(self):
        items = self.open(100)
        transaction = self.begin(self.chosen(self.path(items)))
        self.assertFalse(self.run_and_deliver())
        transaction._set_pending()
        self.assertFalse(self.run_and_deliver())
        transaction._set_canceled()
        self.assertTrue(self.run_and_deliver(self.after(1)))

    def test_a_merge_of_contacts_takes_the_payment_along(self):
        items, kept = self.open(100), self.debtor("Kept")
        self.open(20, partner=kept)
        transaction = self.begin(self.chosen(self.path(items)))
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((kept + self.consumer).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(transaction.dunning_debtor_id.partner_id, kept)
        self.finish(transaction)
        self.assert_booked(transaction, {items.line_id: 100})
