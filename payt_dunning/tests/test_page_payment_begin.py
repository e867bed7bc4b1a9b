from unittest.mock import patch
from urllib.parse import quote

from odoo import Command
from odoo.exceptions import AccessError

from odoo.addons.payt_dunning.models import dunning_page_choice

from .page_payment_common import PageCommon


class TestPagePaymentBegin(PageCommon):
    """Of what a browser sends only the choice counts; what it is worth the database says."""

    # -- one at a time -------------------------------------------------------------------------

    def test_a_second_click_is_refused_in_words_while_the_first_payment_is_under_way(self):
        path = self.path(self.open(100, 50))
        route, other = self.chosen(path), self.chosen(path, amount="20")
        self.begin(route)
        self.assert_refused("A payment of .*150.00.* was begun.*try again after", route)
        self.assert_refused("A payment of .*150.00.* was begun", other)
        page = self.get(f"{path}/pay", status=409).text
        self.assertIn("was begun", page)
        self.assertIn("A payment is being processed", page)

    def test_a_payment_from_another_message_about_the_same_invoice_is_refused_too(self):
        items = self.open(100, 50)
        route, other = self.chosen(self.path(items)), self.chosen(self.path(items[0]))
        self.begin(route)
        self.assert_refused("was begun", other)

    def test_another_payment_can_begin_once_the_first_was_cancelled(self):
        path = self.path(self.open(100))
        for fail in ("_set_canceled", "_set_error"):
            with self.subTest(fail):
                getattr(self.begin(self.chosen(path)), fail)("no")
        self.assertEqual(self.begin(self.chosen(path)).amount, 100)

    def test_another_payment_can_begin_after_half_an_hour_without_a_result(self):
        path = self.path(self.open(100))
        route = self.chosen(path)
        transaction = self.begin(route)
        self.age(transaction, minutes=29)
        self.assert_refused("was begun", route)
        self.age(transaction, minutes=31)
        self.assertEqual(self.begin(route).amount, 100)

    def test_a_payment_that_is_pending_is_waited_for_longer(self):
        path = self.path(self.open(100))
        route = self.chosen(path)
        transaction = self.begin(route)
        transaction._set_pending()
        self.age(transaction, hours=3)
        self.assert_refused("We have received your payment of .*100.00", route)

    def test_a_payment_that_is_done_and_not_booked_yet_is_waited_for(self):
        path = self.path(self.open(100))
        route = self.chosen(path)
        transaction = self.begin(route)
        transaction._set_done()
        self.assert_refused("are processing it", route)

    # -- what the browser says -----------------------------------------------------------------

    def test_amount_currency_and_partner_of_the_browser_are_not_believed(self):
        items = self.open(100)
        path = self.path(items)
        transaction = self.begin(
            self.chosen(path),
            amount=0.01,
            currency_id=self.company.currency_id.id,
            partner_id=self.business.id,
            landing_route="https://evil.example.com/",
            reference_prefix="evil",
            is_validation=True,
            tokenization_requested=True,
        )
        self.assertEqual((transaction.amount, transaction.currency_id), (100, self.euro))
        self.assertEqual(transaction.partner_id, self.consumer)
        self.assertEqual(transaction.landing_route, path)
        self.assertEqual(transaction.operation, "online_direct")
        self.assertFalse(transaction.tokenize)
        self.assertIn(items.name, transaction.reference)
        self.finish(transaction)
        self.assert_booked(transaction, {items.line_id: 100})
        self.assertFalse(transaction.token_id)

    def test_who_sends_invoices_does_not_read_the_address_of_a_debtors_page(self):
        transaction = self.begin(self.chosen(self.path(self.open(100))))
        clerk = self.person("payments.clerk", "account.group_account_invoice")
        seen = transaction.with_user(clerk).sudo(False)
        self.assertEqual(seen.read(["reference"])[0]["reference"], transaction.reference)
        with self.assertRaises(AccessError):
            seen.read(["landing_route"])

    def test_somebody_elses_saved_card_is_not_charged(self):
        token = (
            self.env["payment.token"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "partner_id": self.consumer.id,
                    "provider_ref": "card",
                    "demo_simulated_state": "done",
                }
            )
        )
        route = self.chosen(self.path(self.open(100)))
        self.assert_refused("can't pay this way", route, flow="token", token_id=token.id)
        self.assertFalse(self.begin(route, token_id=token.id).token_id)

    def test_what_the_form_never_sends_is_refused(self):
        route = self.chosen(self.path(self.open(100)))
        for name in ("invoice_ids", "dunning_order", "custom_create_values", "state"):
            with self.subTest(name):
                self.assert_refused("not whitelisted", route, **{name: []})

    def test_only_ways_to_pay_that_are_offered_are_taken(self):
        route = self.chosen(self.path(self.open(100)))
        data = self.setup_other_company(name="Second")
        foreign = self.provider_of(data["company"], data["default_journal_bank"])
        method = self.method.copy({"code": "other", "provider_ids": False})
        ways = {
            "of another company": {"provider_id": foreign.id},
            "unknown": {"provider_id": 10**6},
            "no number": {"provider_id": "x"},
            "a list": {"provider_id": [self.provider.id]},
            "a method of no provider": {"payment_method_id": method.id},
            "an unknown flow": {"flow": "offline"},
        }
        for name, values in ways.items():
            with self.subTest(name):
                self.assert_refused("can't pay this way", route, **values)
        self.provider.is_published = False
        with self.subTest("not published"):
            self.assert_refused("can't pay this way", route)
        self.provider.write({"is_published": True, "state": "disabled"})
        with self.subTest("disabled"):
            self.assert_refused("can't pay this way", route)

    # -- what was signed -----------------------------------------------------------------------

    def test_a_choice_that_was_changed_is_refused(self):
        route = self.chosen(self.path(self.open(100)))
        start, signed = route.rsplit("/", 1)
        middle = len(signed) // 2
        other = "A" if signed[middle] != "A" else "B"
        for changed in (
            signed[:middle] + other + signed[middle + 1 :],
            signed[:-4],
            signed + "AAAA",
            "x",
            "%C3%A9%C3%A9",
            "....",
        ):
            with self.subTest(changed):
                self.assert_refused("too old", f"{start}/{changed}")

    def test_a_choice_of_another_address_is_refused(self):
        items = self.open(100)
        mine, again = self.path(items), self.path(items)
        theirs = self.path(self.open(1, partner=self.business), statutory_code=False)
        signed = self.chosen(theirs).rsplit("/", 1)[1]
        self.assert_refused("too old", f"{mine}/transaction/{signed}")
        signed = self.chosen(again).rsplit("/", 1)[1]
        self.assert_refused("too old", f"{mine}/transaction/{signed}")

    def test_a_choice_of_hours_ago_is_refused(self):
        path = self.path(self.open(100))
        with patch.object(dunning_page_choice, "HOURS_TO_PAY", -1):
            route = self.chosen(path)
        self.assert_refused("too old", route)

    # -- changed meanwhile ---------------------------------------------------------------------

    def changed(self, change, words):
        """A change between choosing and paying leads to a refusal in words."""
        items = self.open(100, 50)
        route = self.chosen(self.path(items), *(f"r{item.id}" for item in items))
        change(items)
        self.assert_refused(words, route)
        return items

    def test_what_was_paid_in_full_meanwhile_is_refused(self):
        self.changed(
            lambda items: [self.pay(move) for move in items.move_id],
            "Nothing of this is open any more|not open any more",
        )

    def test_what_was_paid_in_part_meanwhile_is_refused(self):
        self.changed(lambda items: self.pay(items[1].move_id, 10), "owe has changed")

    def test_one_of_two_that_was_paid_meanwhile_is_refused(self):
        self.changed(lambda items: self.pay(items[1].move_id), "not open any more")

    def test_what_was_credited_meanwhile_is_refused(self):
        self.changed(
            lambda items: self.credit_note(10, self.consumer, currency_id=self.euro.id),
            "owe has changed",
        )

    def test_what_was_cancelled_meanwhile_is_refused(self):
        def cancel(items):
            items[0].move_id.button_draft()
            items[0].move_id.button_cancel()

        self.changed(cancel, "not open any more")

    def test_what_was_reversed_meanwhile_is_refused(self):
        def reverse(items):
            wizard = self.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=items[0].move_id.ids
            )
            journal = items[0].move_id.journal_id
            wizard.create({"journal_id": journal.id, "date": self.today}).refund_moves()
            items[0].move_id.reversal_move_ids.action_post()

        items = self.changed(reverse, "owe has changed|not open any more")
        self.assertEqual(items[0].move_id.payment_state, "reversed")

    def test_costs_that_were_waived_meanwhile_are_refused(self):
        items = self.open(100)
        notice = self.letter(items)
        charge = self.costs(items, notice)
        path = self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id.sudo())
        route = self.chosen(path)
        charge._waive(10, "goodwill")
        self.assert_refused("owe has changed", route)

    def opening_entry(self, *partners):
        """The items of one entry with the opening balances of several debtors, 100 each."""
        receivable = self.company_data["default_account_receivable"].id
        income = self.company_data["default_account_revenue"].id
        day = {"date_maturity": self.after(-30), "account_id": receivable, "debit": 100}
        lines = [{**day, "partner_id": each.id, "name": each.name} for each in partners]
        lines.append({"account_id": income, "credit": 100 * len(partners)})
        move = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.after(-60),
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        move.action_post()
        move.line_ids.no_followup = False
        return self.synced(move)

    def test_a_payment_of_opening_balances_is_no_other_debtors(self):
        items = self.opening_entry(self.consumer, self.business)
        first = items.filtered(lambda item: item.partner_id == self.consumer)
        second = items - first
        mine, theirs = self.path(first), self.path(second, statutory_code=False)
        begun = self.begin(self.chosen(mine))
        self.assertEqual(self.get(f"{mine}/pay", status=409).text.count("was begun"), 1)
        page = self.get(theirs).text
        self.assertNotIn("was begun", page)
        self.assertNotIn("being processed", page)
        self.assertEqual(self.env["dunning.page.choice"]._begun(second), begun.browse())
        route = self.chosen(theirs)
        self.assertEqual(self.finish(begun).amount, 100)
        self.assert_open(first, 0)
        self.assert_open(second, 100)
        self.finish(self.begin(route))
        self.assert_open(second, 0)

    def test_from_odoos_status_page_there_is_a_way_back(self):
        path = self.path(self.open(100))
        self.begin(self.chosen(path))
        self.assertIn(f'href="{path}"', self.get("/payment/status").text)

    def test_an_address_that_was_replaced_meanwhile_is_refused(self):
        items = self.open(100)
        route = self.chosen(self.path(items))
        items.debtor_id._replace_addresses()
        self.assert_refused("replaced", route)

    # -- amounts ---------------------------------------------------------------------------------

    def assert_told(self, path, amount, words):
        """An amount is refused, on the page itself, in words."""
        answer = self.get(f"{path}/pay?amount={quote(amount)}", status=409)
        self.assertRegex(answer.text, f'role="alert"[^>]*>[^<]*{words}')
        self.assertIn("100.00", answer.text)
        self.assertIn("Choose what to pay", answer.text)

    def test_what_is_no_amount_is_told(self):
        path = self.path(self.open(100))
        for amount in ("abc", "1x5", "12.345", "1e1", "5-", "1.2.3", "0.005", "<b>", "9" * 30):
            with self.subTest(amount):
                self.assert_told(path, amount, "not an amount we can read.*12.50")

    def test_an_amount_is_read_as_people_write_it_in_the_language_of_the_page(self):
        path = self.path(self.open(2000))
        self.get(f"{path}/pay?amount=1.000", status=409)
        begun = self.begin(self.chosen(path, amount="1.000", lang="nl_NL"))
        self.assertEqual(begun.amount, 1000)

    def test_a_currency_without_cents_is_paid_in_whole_units(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create({"currency_id": yen.id, "rate": 100})
        item = self.synced(self.euros(5000, currency_id=yen.id))
        path = self.path(item)
        self.get(f"{path}/pay?amount=1500.5", status=409)
        transaction = self.paid_online(path, amount="1,500")
        self.assert_booked(transaction, {item.line_id: 1500})
        self.assert_open(item, 3500)

    def test_too_much_is_told(self):
        path = self.path(self.open(100))
        for amount in ("100.01", "1,000", "999999999"):
            with self.subTest(amount):
                self.assert_told(path, amount, "more than what you chose, which is .*100.00")

    def test_less_than_the_least_part_of_the_policy_is_told(self):
        # Ten dollars are five euros.
        path = self.path(self.open(100))
        for amount in ("0", "-5", "4.99", "0.01"):
            with self.subTest(amount):
                self.assert_told(path, amount, "Pay .*5.00.* at least")
        self.assertEqual(self.begin(self.chosen(path, amount="5")).amount, 5)

    def test_a_policy_without_a_least_part_takes_every_amount_but_nothing(self):
        self.env["dunning.policy"].search([]).write({"part_minimum": 0})
        path = self.path(self.open(100))
        for amount in ("0", "-5", "0,00"):
            with self.subTest(amount):
                self.assert_told(path, amount, "Pay .*0.01.* at least")
        self.assertEqual(self.begin(self.chosen(path, amount="0,01")).amount, 0.01)

    def test_what_is_left_may_always_be_paid_though_it_is_less_than_the_least_part(self):
        items = self.open(100)
        self.pay(items.move_id, 97)
        path = self.path(items)
        self.assertIn("3.00", self.get(f"{path}/pay?amount=2", status=409).text)
        self.assertEqual(self.begin(self.chosen(path, amount="3")).amount, 3)

    def test_where_parts_are_not_allowed_only_all_of_it_is_taken(self):
        self.env["dunning.policy"].search([]).write({"parts_allowed": False})
        path = self.path(self.open(100))
        self.assert_told(path, "50", "only be paid in full")
        self.assertEqual(self.begin(self.chosen(path, amount="100")).amount, 100)

    def test_costs_alone_follow_the_policy_of_their_invoice(self):
        items = self.open(100)
        notice = self.letter(items)
        charge = self.costs(items, notice)
        path = self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id.sudo())
        page = self.get(f"{path}/pay?k=c{charge.id}&amount=4", status=409).text
        self.assertRegex(page, "Pay .*5.00.* at least")
        self.assertEqual(self.begin(self.chosen(path, f"c{charge.id}", amount="15")).amount, 15)

    def test_a_choice_of_nothing_or_of_what_is_not_open_is_told(self):
        items = self.open(100, 50)
        other = self.open(70, partner=self.business)
        self.pay(items[1].move_id)
        path = self.path(items)
        for query, words in {
            "chose=1": "Tick at least one",
            f"k=r{items[1].id}": "not open any more",
            f"k=r{other.id}": "not open any more",
            "k=r0": "not open any more",
            "k=c1": "not open any more",
            "k=i": "not open any more",
            f"i={items[1].move_id.id}": "not open any more",
            f"i={other.move_id.id}": "not open any more",
        }.items():
            with self.subTest(query):
                page = self.get(f"{path}/pay?{query}", status=409).text
                self.assertRegex(page, f'role="alert"[^>]*>[^<]*{words}')
                self.assertNotIn(other.name, page)
