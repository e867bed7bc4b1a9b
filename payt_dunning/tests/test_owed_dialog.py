from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tools import html2plaintext

from .owed_common import TODAY, OwedCommon


class TestOwedDialog(OwedCommon):
    """What clerks see of what is owed."""

    def dialog(self, records, user=None, **values):
        Dialog = self.env["dunning.calculation"].sudo(False)
        return (
            Dialog.with_user(user or self.env.user)
            .with_context(active_model=records._name, active_ids=records.ids)
            .create(values)
        )

    def told(self, *args, **values):
        """What the dialog says, in words, spaces put right."""
        answer = html2plaintext(self.dialog(*args, **values).answer)
        return " ".join(answer.replace("\N{NO-BREAK SPACE}", " ").split())

    def test_a_debtor_shows_what_it_owes_in_each_currency(self):
        item = self.bill()
        self.charge(item, 40)
        self.bill(70, currency_id=self.company.currency_id.id)
        debtor = item.debtor_id
        self.assertIn("1,000.00", debtor.owed_principal)
        self.assertIn("70.00", debtor.owed_principal)
        self.assertIn("40.00", debtor.owed_costs)
        # 1000 * (10.15 % * 30 + 10.40 % * 63) / 365
        self.assertIn("26.29", debtor.owed_interest)
        self.assertIn("1,066.29", debtor.owed_total)
        self.assertIn("No interest", debtor.owed_note)

    def test_an_item_shows_its_own_part(self):
        items = self.bill() | self.bill(500)
        self.charge(items, 40)
        item = items.sorted("amount_open")[0]
        # 500 * (10.15 % * 30 + 10.40 % * 63) / 365
        amounts = (item.owed_principal, item.owed_costs, item.owed_interest, item.owed_total)
        self.assertEqual(amounts, (500, 20, 13.15, 533.15))

    def test_a_debtor_that_owes_nothing_says_so(self):
        item = self.bill()
        debtor = item.debtor_id
        self.paid(item, 1000, TODAY)
        self.Item._sync(self.company)
        self.assertEqual(debtor.owed_total, "nothing")

    def test_the_dialog_tells_days_rates_payments_costs_and_sources(self):
        item = self.bill()
        self.charge(item, 40, basis="BW 6:96")
        self.paid(item, 400, date(2026, 6, 30))
        told = self.told(item.debtor_id, day=date(2026, 7, 31))
        for words in (
            "06/01/2026 06/30/2026 30",
            "10.15 %",
            "07/01/2026 07/31/2026 31",
            "10.40 %",
            "5.2997",
            "Payment",
            "BW 6:96",
            "ECB MRO 2.40 + 8",
            "653.64",
        ):
            self.assertIn(words, told)

    def test_the_dialog_looks_ahead_but_not_too_far(self):
        item = self.bill()
        self.assertIn("If nothing is paid until then", self.told(item, day=self.later(30)))
        self.assertIn("within a year", self.told(item, day=self.later(400)))

    def test_the_dialog_tells_what_is_not_claimed_and_why(self):
        item = self.bill(partner=self.consumer)
        self.assertIn("Not in default", self.told(item))
        self.assertIn("known until 2026-12-31", self.told(self.bill(), day=date(2027, 1, 2)))

    def test_the_dialog_of_an_item_leaves_the_others_out(self):
        items = self.bill() | self.bill(500)
        told = self.told(items[0])
        self.assertIn(items[0].name, told)
        self.assertNotIn(items[1].name, told)

    def test_of_many_invoices_the_days_of_the_oldest_are_listed(self):
        first = self.bill(due=date(2026, 5, 30))
        items = first | self.bill() | self.bill(500)
        with patch("odoo.addons.payt_dunning.wizards.dunning_calculation.SHOWN", 1):
            told = self.told(items.debtor_id)
        self.assertIn("of the 2 invoices that were due last", told)
        self.assertEqual(told.count(first.name), 3, "in the table of invoices, and two spans")
        self.assertEqual(told.count(items[1].name), 1)

    def test_as_of_a_past_day_what_was_paid_since_is_shown(self):
        item = self.bill()
        self.paid(item, 1000, date(2026, 8, 1))
        self.Item._sync(self.company)
        self.assertEqual(item.state, "closed")
        debtor = item.debtor_id
        self.assertIn("Nothing is owed", self.told(debtor))
        self.assertIn("1,000.00", self.told(debtor, day=date(2026, 7, 31)))

    def test_a_viewer_sees_it_and_somebody_of_another_company_does_not(self):
        item = self.bill()
        self.charge(item, 40)
        viewer = self.person("owed_viewer", "group_dunning_viewer")
        self.assertIn("1,066.29", self.told(item, viewer))
        self.assertIn("1,066.29", item.sudo(False).with_user(viewer).debtor_id.owed_total)
        other = self.setup_other_company()["company"]
        stranger = self.person("owed_stranger", "group_dunning_manager", other)
        for records in (item, item.debtor_id):
            with self.assertRaises(AccessError):
                self.dialog(records, stranger)
        theirs = self.env["dunning.calculation"].sudo(False).with_user(stranger)
        for values in ({"debtor_ids": item.debtor_id.ids}, {"item_id": item.id}):
            with self.subTest(values), self.assertRaises(AccessError):
                theirs.create({**values, "day": TODAY}).read(["answer"])

    def later(self, days):
        return TODAY + timedelta(days=days)
