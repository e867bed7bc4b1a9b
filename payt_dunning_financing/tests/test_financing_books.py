from datetime import date

from .financing_common import FinancingCommon

LAST_YEAR = date(2025, 6, 1)
DAY = date(2026, 11, 27)


class TestFinancingBooks(FinancingCommon):
    """What the books and settings say of the company itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "12"})
        cls.income, cls.expense = cls.account("income"), cls.account("expense")
        cls.equity = cls.account("equity")
        cls.cash = cls.account("asset_cash")
        cls.env.cr.execute(
            "UPDATE account_move_line SET parent_state = 'cancel' WHERE company_id = %s",
            [cls.company.id],
        )
        cls.Books = cls.env["receivable.financing.books"]

    def books(self, day=DAY):
        return self.Books._company(self.company, day)

    def sold(self, amount, day=LAST_YEAR, **values):
        return self.entry(day, (self.cash, amount), (self.income, -amount), **values)

    def spent(self, amount, day=LAST_YEAR):
        return self.entry(day, (self.expense, amount), (self.cash, -amount))

    def test_without_entries_neither_is_known(self):
        found = self.books()
        self.assertIsNone(found.result)
        self.assertIsNone(found.equity)

    def test_profit_is_income_less_expenses_of_the_last_year_that_is_over(self):
        self.sold(1000)
        self.spent(400)
        self.sold(5000, date(2026, 2, 1))
        self.sold(7000, date(2024, 12, 31))
        result = self.books().result
        self.assertEqual(result.amount, 600)
        self.assertEqual((result.first, result.last), (date(2025, 1, 1), date(2025, 12, 31)))

    def test_a_loss_is_below_zero(self):
        self.spent(400)
        self.assertEqual(self.books().result.amount, -400)

    def test_the_year_is_the_companys_own(self):
        self.company.write({"fiscalyear_last_day": 30, "fiscalyear_last_month": "6"})
        self.sold(100, date(2026, 3, 1))
        result = self.books().result
        self.assertEqual((result.first, result.last), (date(2025, 7, 1), date(2026, 6, 30)))
        self.assertEqual(result.amount, 100)

    def test_where_the_last_year_has_nothing_twelve_months_are_looked_at(self):
        self.sold(100, date(2026, 11, 20))
        result = self.books().result
        self.assertEqual((result.first, result.last), (date(2025, 11, 28), DAY))
        self.assertEqual(result.amount, 100)

    def test_drafts_are_not_in_the_books(self):
        self.sold(100, post=False)
        self.assertIsNone(self.books().result)

    def test_an_entry_that_closes_the_year_makes_no_loss(self):
        self.sold(1000)
        self.entry(date(2025, 12, 31), (self.income, 1000), (self.equity, -1000))
        found = self.books()
        self.assertEqual((found.result.amount, found.equity), (1000, 1000))

    def test_an_entry_of_the_next_first_day_may_close_the_year_before(self):
        self.sold(1000)
        self.entry(date(2025, 1, 1), (self.income, 700), (self.equity, -700))
        self.assertEqual(self.books().result.amount, 1000)

    def test_private_expenses_count_although_equity_stands_against_them(self):
        self.sold(1000)
        self.entry(date(2025, 8, 1), (self.expense, 300), (self.equity, -300))
        self.assertEqual(self.books().result.amount, 700)

    def test_an_entry_of_a_year_to_date_with_other_accounts_counts(self):
        self.entry(date(2025, 12, 31), (self.cash, 900), (self.income, -600), (self.equity, -300))
        found = self.books()
        self.assertEqual((found.result.amount, found.equity), (600, 900))

    def test_equity_is_what_is_owned_less_what_is_owed_with_the_running_year(self):
        self.entry(date(2020, 1, 1), (self.cash, 500), (self.equity, -500))
        self.sold(100, date(2026, 5, 1))
        self.spent(900)
        self.assertEqual(self.books().equity, -300)

    def test_equity_is_as_of_the_day(self):
        self.sold(100)
        self.sold(50, date(2026, 11, 28))
        self.assertEqual(self.books().equity, 100)

    def test_a_branch_has_the_books_of_the_company_it_belongs_to(self):
        self.sold(1000)
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.company.write(
            {"receivable_legal_form_id": self.form.id, "receivable_registered_on": "2020-01-01"}
        )
        found = self.Books._company(branch, DAY)
        self.assertEqual(found.result.amount, 1000)
        self.assertEqual(found.legal_form, str(self.form.id))
        self.assertEqual(found.registered_on, date(2020, 1, 1))

    # -- in words ------------------------------------------------------------------------------------

    def on(self, criterion, **asked):
        with self.on_day(DAY):
            answer = self.answer(criterion, **asked)
            return answer.says, answer.asked, answer.found

    def test_a_loss_is_told_with_its_period(self):
        self.spent(400)
        self.assertEqual(
            self.on("profit", profit=True),
            (
                "✗ No",
                "A profit in the last financial year that is over",
                "A loss of $\xa0400.00, 01/01/2025 to 12/31/2025",
            ),
        )

    def test_neither_profit_nor_loss_is_no_profit(self):
        self.sold(400)
        self.spent(400)
        says, _asked, found = self.on("profit", profit=True)
        self.assertEqual(
            (says, found), ("✗ No", "Neither profit nor loss, 01/01/2025 to 12/31/2025")
        )

    def test_what_is_wrong_is_told_in_one_sentence(self):
        self.spent(400)
        self.company.receivable_registered_on = "2026-06-01"
        self.company.receivable_legal_form_id = self.form
        self.company.sudo().dunning_live_since = "2026-11-01"
        with self.on_day(DAY):
            check = self.check(
                legal_form_ids=self.env.ref("payt_dunning_financing.legal_form_nl_nv").ids,
                months_registered=12,
                months_followed=6,
                profit=True,
                equity=True,
            )
        self.assertEqual(
            check.says.replace("\xa0", "").replace("\ufeff", ""),
            "Nothing can be drawn: the company is a Besloten vennootschap (bv), NL; registered "
            "since 06/01/2026, long enough from 06/01/2027 on; the books show a loss of $400.00, "
            "01/01/2025 to 12/31/2025; the equity is $-400.00; follow-up runs here since "
            "11/01/2026, long enough from 05/01/2027 on.",
        )

    def test_negative_equity_is_told_with_its_day(self):
        self.spent(400)
        says, _asked, found = self.on("equity", equity=True)
        self.assertEqual(says, "✗ No")
        self.assertIn("-$", found.replace("\xa0", "").replace("$-", "-$"))
        self.assertIn("on 11/27/2026", found)

    def test_what_is_missing_is_said_and_nothing_can_be_drawn(self):
        check = self.check(
            months_registered=12, legal_form_ids=self.form.ids, profit=True, equity=True
        )
        self.assertEqual(
            check.says,
            "Nothing can be drawn: the legal form of the company is not filled in; "
            "the registration date of the company is not filled in; "
            "the books show neither income nor expenses; nothing is booked.",
        )
        self.assertTrue(check.missing)
        self.assertFalse(check.qualifies)

    def test_a_young_company_is_told_when_it_will_be_old_enough(self):
        self.company.receivable_registered_on = "2026-06-01"
        says, asked, found = self.on("registered", months_registered=12)
        self.assertEqual((says, asked), ("✗ No", "For 12 months at least"))
        self.assertEqual(found, "Since 06/01/2026: long enough from 06/01/2027 on")

    def test_follow_up_counts_from_the_day_it_went_live(self):
        self.company.sudo().dunning_live_since = "2026-01-15"
        says, _asked, found = self.on("followed", months_followed=6)
        self.assertEqual((says, found), ("✓ Yes", "Since 01/15/2026"))

    def test_another_legal_form_is_named(self):
        self.company.receivable_legal_form_id = self.env.ref(
            "payt_dunning_financing.legal_form_nl_vof"
        )
        says, asked, found = self.on("legal_form", legal_form_ids=self.form.ids)
        self.assertEqual(says, "✗ No")
        self.assertEqual(asked, "One of: Besloten vennootschap (bv), NL")
        self.assertEqual(found, "Vennootschap onder firma (vof), NL")

    def test_a_registration_that_is_still_to_come_is_refused(self):
        with self.assertRaisesRegex(Exception, "still to come"):
            self.company.receivable_registered_on = self.after(1)
