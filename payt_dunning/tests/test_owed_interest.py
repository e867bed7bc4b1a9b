from datetime import date
from decimal import Decimal

from .owed_common import TODAY, OwedCommon

END_OF_JULY = date(2026, 7, 31)


class TestOwedInterest(OwedCommon):
    """Interest and costs that are owed, and why they are not."""

    def test_interest_of_a_business_over_a_half_year_change(self):
        # 1000 * (10.15 % * 30 + 10.40 % * 31) / 365
        self.assert_owed(self.bill(), "1000", "17.18", day=END_OF_JULY)

    def test_after_a_payment_interest_runs_over_the_rest(self):
        item = self.bill()
        self.paid(item, 400, date(2026, 6, 30))
        # 1000 * 10.15 % * 30 / 365 + 600 * 10.40 % * 31 / 365
        self.assert_owed(item, "600", "13.64", day=END_OF_JULY)

    def test_what_was_reconciled_on_an_invoice_is_principal_in_every_order(self):
        item = self.bill()
        self.charge(item, 40, due_from=date(2026, 6, 20))
        self.paid(item, 400, date(2026, 6, 30))
        for mode in ("ledger", "legal"):
            self.set_order(mode)
            found = self.assert_owed(item, "600", "13.64", "40", day=END_OF_JULY)
            self.assertEqual(bool(found.notes), mode == "legal")

    def test_where_nothing_was_paid_the_order_of_the_law_changes_nothing(self):
        item = self.bill()
        self.set_order("legal")
        found = self.assert_owed(item, "1000", "17.18", day=END_OF_JULY)
        self.assertFalse(found.notes)

    def test_a_credit_note_never_pays_costs_or_interest(self):
        item = self.bill()
        self.charge(item, 40, due_from=date(2026, 6, 20))
        self.set_order("legal")
        note = self.credit_note(400, invoice_date=date(2026, 6, 30), currency_id=self.euro.id)
        lines = (note + item.move_id).line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").reconcile()
        self.assert_owed(item, "600", "13.64", "40", day=END_OF_JULY)

    def test_an_order_of_the_law_that_nobody_read_leaves_the_ledger_in_front(self):
        self.business.country_id = self.company.country_id = self.env.ref("base.pl")
        item = self.bill()
        self.paid(item, 400, date(2026, 6, 30))
        self.set_order("legal", "EU")
        found = self.owed(item)
        self.assertEqual(found.principal, 600)
        self.assertIn("must be checked first", found.notes[0])

    def set_order(self, mode, code="NL"):
        law = self.env["collection.jurisdiction"].search([("code", "=", code)])
        Allocation = self.env["dunning.allocation"]
        Allocation.search([]).unlink()
        Allocation.create({"jurisdiction_id": law.id, "mode": mode})

    # -- none --------------------------------------------------------------------------------

    def assert_none(self, item, why, day=TODAY, principal=1000):
        found = self.owed(item, day)
        self.assertEqual((found.interest, found.principal), (0, principal))
        self.assertIn(why, found.items[item.id].why_no_interest)

    def test_a_consumer_owes_interest_only_after_an_agreed_term(self):
        item = self.bill(partner=self.consumer)
        self.assert_none(item, "Not in default")
        item.term_agreed = "yes"
        # 1000 * 4 % * 61 / 365
        self.assert_owed(item, "1000", "6.68", day=END_OF_JULY)

    def test_before_default_there_is_no_interest(self):
        item = self.bill()
        found = self.assert_owed(item, "1000", day=date(2026, 5, 31))
        self.assertFalse(found.items[item.id].why_no_interest)
        self.assert_owed(item, "1000", "0.28", day=date(2026, 6, 1))

    def test_a_day_beyond_the_tables_gives_no_interest_and_says_why(self):
        self.assert_none(self.bill(), "known until", date(2027, 1, 2))

    def test_a_currency_that_is_not_the_laws_bears_no_interest(self):
        item = self.bill(currency_id=self.company.currency_id.id)
        self.assert_none(item, "knows amounts in EUR only")

    def test_a_country_without_tables_gives_no_interest(self):
        self.company.country_id = self.env.ref("base.us")
        self.assert_none(self.bill(), "no tables")

    def test_a_company_may_claim_less_than_the_law(self):
        item = self.bill(partner=self.consumer)
        item.term_agreed = "yes"
        self.company.dunning_interest_from = "business"
        self.assert_none(item, "Our company claims no interest")

    def test_an_agreed_rate_counts_for_invoices_since_and_never_for_consumers(self):
        item = self.bill()
        item.debtor_id.write(
            {
                "contract_rate": 12.0,
                "contract_since": date(2026, 5, 1),
                "contract_document": "Framework contract",
            }
        )
        # 1000 * 12 % * 61 / 365
        self.assert_owed(item, "1000", "20.05", day=END_OF_JULY)
        item.debtor_id.contract_since = date(2026, 6, 1)
        self.assert_owed(item, "1000", "17.18", day=END_OF_JULY)
        item.debtor_id.contract_since = date(2026, 5, 1)
        item.write({"claim_kind": "consumer", "term_agreed": "yes"})
        self.assert_owed(item, "1000", "6.68", day=END_OF_JULY)

    def test_nothing_is_ever_negative(self):
        item = self.bill()
        self.charge(item, 40, waived=40)
        self.paid(item, 1000, date(2026, 3, 1))
        for mode in ("ledger", "legal"):
            self.set_order(mode)
            found = self.owed(item)
            self.assertEqual((found.principal, found.interest, found.costs), (0, 0, 0))

    # -- charges -----------------------------------------------------------------------------

    def test_costs_count_from_the_day_they_are_due(self):
        item = self.bill()
        self.charge(item, 40)
        self.assertEqual(self.owed(item, date(2026, 6, 30)).costs, 0)
        self.assertEqual(self.owed(item, date(2026, 7, 1)).costs, 40)

    def test_costs_that_are_waived_or_paid_do_not_count(self):
        item = self.bill()
        charge = self.charge(item, 40, waived=15)
        self.assertEqual(self.owed(item).costs, 25)
        charge._update(paid_on=TODAY)
        self.assertEqual((self.owed(item).costs, charge.state), (0, "paid"))
        charge._update(paid_on=False, waived=40)
        self.assertEqual((self.owed(item).costs, charge.state), (0, "waived"))

    def test_of_costs_that_are_booked_what_is_open_counts(self):
        self.company.write(
            {
                "dunning_charge_journal_id": self.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        item = self.bill()
        charge = self.charge(item, 40)
        charge._book()
        self.assertEqual(self.owed(item).costs, 40)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=charge.move_id.ids)
            .create({"amount": 15, "payment_date": TODAY})
        )
        wizard._create_payments()
        self.assertEqual(self.owed(item).costs, 25)

    def test_each_item_has_its_share_in_the_costs(self):
        items = self.bill() | self.bill(500)
        self.charge(items, 40, waived=15)
        found = self.owed(items)
        self.assertEqual({each.costs for each in found.items.values()}, {Decimal("12.5")})
        self.assertEqual(self.owed(items[0]).costs, Decimal("12.5"))

    def test_interest_that_was_claimed_is_not_computed_as_well(self):
        item = self.bill()
        charge = self.charge(item, 8.34, kind="interest", due_from=date(2026, 6, 30))
        # 8.34 and 1000 * 10.40 % * 31 / 365
        found = self.assert_owed(item, "1000", "17.17", day=END_OF_JULY)
        self.assertEqual(found.statement.interest, Decimal("8.83"))
        charge._update(paid_on=TODAY)
        self.assert_owed(item, "1000", "8.83", day=END_OF_JULY)
        self.assert_owed(item, "1000", "8.06", day=date(2026, 6, 29))

    def test_costs_of_an_invoice_that_was_paid_are_owed_still(self):
        item = self.bill()
        self.charge(item, 40)
        self.company.dunning_interest_from = "none"
        self.paid(item, 1000, date(2026, 7, 8))
        self.assert_owed(item, "0", costs="40")
