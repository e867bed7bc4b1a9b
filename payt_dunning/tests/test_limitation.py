from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import UserError

from .case_common import CaseCommon


class TestLimitation(CaseCommon):
    """Claims are not barred while nobody looks."""

    def make_once(self):
        super().make_once()
        self.policy.case_opening = False
        self.item = self.at_level(3, 40)
        self.item.contract_kind = "services"

    def last(self):
        return self.item._law().limitation

    def tasks(self):
        kind = self.env.ref("payt_dunning.activity_limitation")
        return self.item.debtor_id.activity_ids.filtered(lambda each: each.activity_type_id == kind)

    def watch(self, day):
        with self.on_day(day):
            self.env["collection.limitation"].sudo()._watch(self.company, day)

    def test_three_months_before_the_handler_is_told_once(self):
        last = self.last()
        self.watch(last - timedelta(days=91))
        self.assertFalse(self.tasks())
        self.item.limitation_look_on = False
        self.watch(last - timedelta(days=90))
        self.watch(last - timedelta(days=80))
        self.assertEqual(len(self.tasks()), 1)
        self.assertIn(self.item.name, self.tasks().summary)

    def test_what_is_not_near_is_not_looked_at_each_day(self):
        day = self.item.date_due + timedelta(days=800)
        self.watch(day)
        self.assertGreater(self.item.limitation_look_on, day)

    def test_a_noted_interruption_begins_the_years_anew_and_ends_the_task(self):
        last = self.last()
        self.watch(last - timedelta(days=60))
        day = last - timedelta(days=50)
        with self.on_day(day):
            self.item.action_interrupt(day, "acknowledgement", "mail of the debtor")
        self.assertEqual(self.last(), day.replace(year=day.year + 5))
        self.assertFalse(self.tasks())

    def test_a_written_reservation_counts_once_it_has_left(self):
        last = self.last()
        day = last - timedelta(days=50)
        with self.on_day(day):
            self.item.action_write_interruption()
        self.assertEqual(self.last(), last)
        [mail] = self.deliver(day=day)
        self.assertIn("interrupts the limitation", mail)
        self.assertEqual(self.item.interrupted_on, day)
        self.assertEqual(self.last(), day.replace(year=day.year + 5))

    def test_an_interruption_is_proven(self):
        with self.on_day(self.today), self.assertRaisesRegex(UserError, "can be proven"):
            self.item.action_interrupt(self.today, "reminder", " ")

    def test_an_interruption_is_not_before_the_debt_nor_in_the_future(self):
        for day in (self.item.date_due, self.after(1)):
            with self.on_day(self.today), self.assertRaisesRegex(UserError, "Fill in the day"):
                self.item.action_interrupt(day, "reminder", "proof")

    def test_whoever_no_mail_reaches_is_named(self):
        self.business.email = False
        with self.on_day(self.today), self.assertRaisesRegex(UserError, "send a registered letter"):
            self.item.action_write_interruption()


class TestBadDebt(CaseCommon):
    """VAT of what nobody pays is found."""

    def test_the_vat_in_what_is_open_is_that_of_the_invoice(self):
        tax = self.company_data["default_tax_sale"]
        tax.amount = 21.0
        line = {"name": "work", "price_unit": 100.0, "tax_ids": tax.ids}
        move = self.invoice(400, invoice_line_ids=[Command.create(line)])
        item = self.taken_in(move)
        self.assertEqual(item.vat_open, 21.0)
        self.assertEqual(item.vat_back_from, item.date_due + relativedelta(years=1))
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"amount": 60.5, "payment_date": self.today})._create_payments()
        self.assertEqual(item.vat_open, 10.5)
