from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..rules.figures.values import unknown
from .figures_common import AGED, FiguresCommon


def shown(figure, places="0.01"):
    return figure.value.quantize(Decimal(places))


@tagged("post_install", "-at_install")
class TestFiguresLedger(FiguresCommon):
    """Every figure of the ledger against one that was computed by hand."""

    def test_aging_is_what_was_open_on_the_day(self):
        _figures, aging = self.values()
        self.assertEqual((aging.current, *aging.late), AGED)
        # 2,300 + 750 + 650 + 200 + 450
        self.assertEqual((aging.open, aging.overdue, aging.long), (4350, 2050, 450))

    def test_shares_are_of_what_is_open(self):
        figures, _aging = self.values()
        # 2,050 ÷ 4,350 and 450 ÷ 4,350
        self.assertEqual(shown(figures["share_overdue"]), Decimal("47.13"))
        self.assertEqual(shown(figures["share_long"]), Decimal("10.34"))

    def test_count_back_takes_the_latest_months_first(self):
        figures, _aging = self.values()
        # Sales: November 4,000, October 3,100. 4,350 - 4,000 = 350; 30 + 350/3,100 × 31 = 33.5
        self.assertEqual(shown(figures["dso"]), Decimal("33.50"))

    def test_simple_and_best_dso_are_of_the_period(self):
        figures, _aging = self.values()
        # September to November: 91 days; sales 2,200 + 3,100 + 4,000 = 9,300.
        # 4,350 × 91 ÷ 9,300; 2,300 × 91 ÷ 9,300; their difference
        self.assertEqual(shown(figures["dso_simple"]), Decimal("42.56"))
        self.assertEqual(shown(figures["dso_best"]), Decimal("22.51"))
        self.assertEqual(shown(figures["delinquent"]), Decimal("20.06"))

    def test_effectiveness_is_what_was_collected_of_what_could_be(self):
        figures, _aging = self.values()
        # Open on 31 August: 100 + 150 + 400 = 650 (300, 200 and 250 were paid by then).
        # (650 + 9,300 - 4,350) ÷ (650 + 9,300 - 2,300) = 5,600 ÷ 7,650
        self.assertEqual(shown(figures["effectiveness"]), Decimal("73.20"))

    def test_days_late_are_weighted_by_what_was_paid(self):
        figures, _aging = self.values(months=1)
        # Paid in November, amount × days late:
        # 300 × 60, 400 × 20, 500 × 30, 100 × 7, 450 × 10, 800 × 0, 500 × 10, 200 × -21
        # = 18,000 + 8,000 + 15,000 + 700 + 4,500 + 0 + 5,000 - 4,200 = 47,000 of 3,250
        self.assertEqual(shown(figures["days_late"]), Decimal("14.46"))

    def test_a_past_day_is_as_it_was(self):
        figures, aging = self.values(date(2026, 9, 30))
        # Open: 50, 150, 400, 300, 200, 250 (350 - 100), 150, 250, 350 = 2,100
        self.assertEqual(aging.open, 2100)
        # Due before: 50 (37 days), 150 (27), 400 (30), 300 (9), 200 (6), 250 (5), 150 (1)
        self.assertEqual(aging.late, (1450, 50, 0, 0))
        # September's sales are 2,200: 2,100/2,200 × 30
        self.assertEqual(shown(figures["dso"]), Decimal("28.64"))

    def test_a_payment_counts_from_its_date_whenever_it_was_matched(self):
        _figures, before = self.values(date(2026, 11, 19))
        _figures, after = self.values(date(2026, 11, 20))
        # On the 20th: 300 paid, 500 invoiced.
        self.assertEqual(after.open - before.open, 200)

    def test_the_trend_has_thirteen_ends_of_months(self):
        trend = self.look()["trend"]
        self.assertEqual(len(trend), 13)
        self.assertEqual((trend[-1]["dso"], trend[-1]["overdue"]), (33.5, 47.1))
        self.assertEqual((trend[-3]["dso"], trend[0]["dso"]), (28.6, None))

    # -- what counts ---------------------------------------------------------------------------

    def test_drafts_and_cancelled_invoices_count_for_nothing(self):
        self.dated("2026-11-03", "2026-11-10", 777, post=False)
        self.dated("2026-11-03", "2026-11-10", 888).button_cancel()
        figures, aging = self.values()
        self.assertEqual(aging.open, 4350)
        self.assertEqual(shown(figures["dso"]), Decimal("33.50"))

    def test_what_is_left_out_of_follow_up_counts(self):
        self.moves[-1].line_ids.no_followup = True
        self.assertEqual(self.values()[1].open, 4350)

    def test_a_credit_note_that_is_not_matched_comes_off_the_balance_only(self):
        self.credit_note(350.0, invoice_date="2026-11-18", date="2026-11-18")
        figures, aging = self.values()
        self.assertEqual((aging.open, aging.credits, aging.receivables), (4350, 350, 4000))
        # Sales of November 4,000 - 350 = 3,650; 4,000 - 3,650 = 350; 30 + 350/3,100 × 31
        self.assertEqual(shown(figures["dso"]), Decimal("33.50"))
        self.assertEqual(shown(figures["share_overdue"]), Decimal("47.13"))
        # 2,300 - 350 = 1,950 not overdue; sales 8,950: 1,950 × 91 ÷ 8,950
        self.assertEqual(shown(figures["dso_best"]), Decimal("19.83"))

    def test_a_matched_credit_note_takes_its_invoice_off_and_is_no_payment(self):
        before = self.values(months=1)[0]["days_late"]
        move = self.moves[9]
        note = move._reverse_moves(
            [{"invoice_date": "2026-11-18", "date": "2026-11-18"}], cancel=True
        )
        self.assertEqual((note.state, move.payment_state), ("posted", "reversed"))
        figures, aging = self.values(months=1)
        self.assertEqual(aging.late, (750, 650, 0, 450))
        self.assertEqual(figures["days_late"], before)

    def test_a_reconciliation_that_was_undone_never_was(self):
        move = self.moves[23]
        self.assertEqual(move.amount_total, 800)
        move.line_ids.remove_move_reconcile()
        _figures, aging = self.values()
        # The invoice is open and 14 days late; the payment is a credit on account.
        self.assertEqual((aging.late[0], aging.credits, aging.receivables), (1550, 800, 4350))

    def test_two_currencies_are_never_added(self):
        dollar = self.setup_other_currency("XAF", rates=[("2026-01-01", 4.0)])
        move = self.dated("2026-11-09", "2026-11-23", 400, currency_id=dollar.id)
        self.pay_on(move, "2026-11-24", 100.0, currency_id=dollar.id)
        _figures, aging = self.values()
        # 400 at four to one is 100; a quarter of it was paid.
        self.assertEqual(aging.late[0], 750 + 75)
        row = self.opened("overdue").filtered(lambda row: row.move_id == move)
        self.assertEqual((row.amount, row.amount_currency), (75, 300))
        self.assertEqual(row.currency_id, dollar)

    def test_a_payment_at_another_rate_leaves_nothing_open(self):
        other = self.setup_other_currency("XAF", rates=[("2026-01-01", 4.0), ("2026-11-20", 5.0)])
        move = self.dated("2026-11-09", "2026-11-23", 400, currency_id=other.id)
        self.pay_on(move, "2026-11-24", 400.0, currency_id=other.id)
        self.assertEqual(self.values(date(2026, 11, 23))[1].open, 4350 + 1000 - 200 + 100 - 100)
        _figures, aging = self.values()
        self.assertEqual((aging.open, aging.credits), (4350, 0))

    def test_the_balance_is_that_of_the_accounts(self):
        self.credit_note(350.0, invoice_date="2026-11-18", date="2026-11-18")
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
                ("date", "<=", self.day),
            ]
        )
        balance = Decimal(repr(round(sum(lines.mapped("balance")), 2)))
        self.assertEqual(self.values()[1].receivables, balance)

    def test_what_own_companies_owe_can_be_left_out(self):
        sister = self.setup_other_company()["company"]
        self.dated("2026-11-09", "2026-11-23", 1234, partner_id=sister.partner_id.id)
        self.assertEqual(self.values()[1].open, 4350 + 1234)
        self.assertEqual(self.values(own=False)[1].open, 4350)
        self.assertEqual(sum(self.opened("open", own=False).mapped("amount")), 4350)

    def test_a_locked_year_can_be_looked_at(self):
        self.company.fiscalyear_lock_date = "2026-11-30"
        self.assertEqual(self.values()[1].open, 4350)

    # -- to the invoices -----------------------------------------------------------------------

    def test_each_number_of_the_ledger_leads_to_what_it_was_made_of(self):
        for key, amount in (
            ("receivables", 4350),
            ("current", 2300),
            ("current_net", 2300),
            ("overdue", 2050),
            ("long", 450),
            ("beginning", 650),
        ):
            with self.subTest(key):
                self.assertEqual(sum(self.opened(key).mapped("amount")), amount)

    def test_sales_lead_to_their_journal_items(self):
        self.assertEqual(sum(self.opened("sales").mapped("balance")), 9300)
        self.assertEqual(sum(self.opened("sales_year").mapped("balance")), 10700)

    def test_days_late_lead_to_the_invoices_that_were_paid(self):
        late = self.env["dunning.ledger"]._paid(self.company, date(2026, 8, 31), self.day)
        collector = self.person("ledger.collector", "group_dunning_user")
        with self.on_day(date(2026, 12, 31)):
            action = self.Figures.with_user(collector).open("paid", "2026-11-30")
        lines = self.env["account.move.line"].with_user(collector).search(action["domain"])
        paid = lines.sudo().matched_credit_ids.filtered(
            lambda each: date(2026, 8, 31) < each.max_date <= self.day
        )
        self.assertTrue(late)
        self.assertEqual(sum(paid.mapped("amount")), float(sum(amount for _days, amount in late)))
        self.assertEqual(lines, paid.debit_move_id)

    def test_rows_are_grouped_by_bucket(self):
        with self.on_day(self.day):
            rows = self.env["dunning.aging"]._read_group([], ["bucket"], ["amount:sum"])
        self.assertEqual(
            [(name.split(" · ")[1], amount) for name, amount in rows],
            list(
                zip(
                    ("Not due yet", "1-30 days", "31-60 days", "61-90 days", "91 days and more"),
                    AGED,
                    strict=True,
                )
            ),
        )

    def test_a_company_chooses_its_buckets(self):
        self.company.dunning_aging_buckets = "45"
        _figures, aging = self.values()
        self.assertEqual(aging.late, (750 + 300, 350 + 200 + 450))
        self.assertEqual(len(self.look(buckets="10,20")["aging"]), 4)
        with self.assertRaisesRegex(UserError, "rising"):
            self.company.dunning_aging_buckets = "60, 30"

    # -- odd questions --------------------------------------------------------------------------

    def test_a_day_to_come_is_refused(self):
        with self.on_day(self.day), self.assertRaisesRegex(UserError, "of the past"):
            self.Figures.look("2026-12-01")
        context = {"dunning_day": "2026-12-01"}
        with self.on_day(self.day), self.assertRaisesRegex(UserError, "of the past"):
            self.env["dunning.aging"].with_context(**context).search([])

    def test_what_is_no_day_is_refused(self):
        for text in ("yesterday", "2026-13-01", "0001-01-01"):
            with self.subTest(text), self.assertRaises(UserError):
                self.Figures.look(text)

    def test_empty_books_say_why_nothing_is_known(self):
        figures, aging = self.values(date(2026, 7, 31))
        self.assertEqual((aging.open, aging.receivables), (0, 0))
        for key, why in (
            ("share_overdue", "no_receivables"),
            ("dso", "no_receivables"),
            ("dso_simple", "no_sales"),
            ("effectiveness", "nothing_to_collect"),
            ("days_late", "nothing_paid"),
            ("promises", "nothing_decided"),
            ("levels", "nothing_counted"),
        ):
            with self.subTest(key):
                self.assertEqual(figures[key], unknown(why))
        cards = [
            card for group in self.look(date(2026, 7, 31))["groups"] for card in group["cards"]
        ]
        self.assertTrue(all(card["text"] for card in cards))

    def test_one_invoice_is_enough(self):
        figures, aging = self.values(date(2026, 8, 3))
        self.assertEqual(aging.open, 300)
        # All sales of August so far, which has had 3 days.
        self.assertEqual(figures["dso"].value, 3)

    # -- who sees what --------------------------------------------------------------------------

    def test_only_collectors_see_figures(self):
        for number, group in enumerate(("group_dunning_viewer", "base.group_user")):
            person = self.person(f"figures.{number}", group)
            with self.assertRaises(AccessError):
                self.Figures.with_user(person).look()
            with self.assertRaises(AccessError):
                self.env["dunning.aging"].with_user(person).search([])
        collector = self.person("figures.collector", "group_dunning_user")
        self.assertTrue(self.Figures.with_user(collector).look()["groups"])

    def test_each_company_has_figures_of_its_own(self):
        other = self.setup_other_company()["company"]
        person = self.person("figures.other", "group_dunning_user", company=other)
        figures = self.Figures.with_user(person).with_company(other)
        with self.on_day(self.day):
            look = figures.look("2026-11-30")
        values = {card["key"]: card for group in look["groups"] for card in group["cards"]}
        self.assertFalse(values["share_overdue"]["known"])
        with self.assertRaises(AccessError):
            figures.look("2026-11-30", self.company.id)
        with self.assertRaises(AccessError):
            figures.open("overdue", "2026-11-30", self.company.id)
        self.assertFalse(self.env["dunning.aging"].with_user(person).search([]))

    def test_more_invoices_cost_no_more_statements(self):
        self.look()
        before = self.count_look()
        for number in range(12):
            self.booked(f"2026-11-0{number % 9 + 1} 2026-11-2{number % 9} 90 2026-11-29:40")
        self.env.flush_all()
        self.assertEqual(self.count_look(), before)

    def count_look(self):
        self.env.invalidate_all()
        self.look()
        self.env.invalidate_all()
        count = self.env.cr.sql_log_count
        self.look()
        return self.env.cr.sql_log_count - count
