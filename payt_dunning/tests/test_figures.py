from datetime import timedelta

from lxml import etree

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import DunningCommon, ScriptedSMTP


class TestFigures(DunningCommon):
    """What screens tell of items, debtors, runs, messages and invoices."""

    def filtered(self, name):
        """Items that a filter of the list shows."""
        arch = etree.fromstring(self.Item.get_view(view_type="search")["arch"])
        (found,) = arch.xpath(f"//filter[@name='{name}']")
        return self.Item.search(safe_eval(found.get("domain"), {"uid": self.env.uid}))

    # -- items -----------------------------------------------------------------------------------

    def test_items_are_found_by_the_name_of_the_level_they_reached(self):
        reached = self.invoice(days_late=5)
        self.run_and_deliver()
        new = self.synced(self.invoice(days_late=-30))
        item = self.items(reached)
        self.assertTrue(item.reached_name)
        found = self.Item.search([("reached_name", "ilike", item.reached_name)])
        self.assertIn(item, found)
        self.assertNotIn(new, found)
        self.assertIn(new, self.filtered("no_level"))

    def test_items_are_found_by_amount(self):
        large, small = self.synced(self.invoice(amount=1500), self.invoice(amount=150))
        if large.amount_open < small.amount_open:
            large, small = small, large
        self.assertIn(large, self.filtered("over_1000"))
        self.assertNotIn(small, self.filtered("over_1000"))
        self.assertIn(small, self.filtered("over_100"))
        self.assertNotIn(large, self.filtered("over_10000"))

    def test_items_are_found_by_when_something_happens(self):
        soon, later = self.synced(self.invoice(), self.invoice(amount=7))
        today = self.env["dunning.message"]._today(self.company)
        soon.next_date, later.next_date = today + timedelta(days=5), today + timedelta(days=30)
        self.assertIn(soon, self.filtered("next_week"))
        self.assertNotIn(later, self.filtered("next_week"))
        self.assertNotIn(soon, self.filtered("next_today"))

    # -- debtors ---------------------------------------------------------------------------------

    def test_a_debtor_shows_what_it_owes_in_each_currency(self):
        euro = self.setup_other_currency("EUR")
        debtor = self.synced(self.invoice(), self.invoice(amount=9, currency_id=euro.id)).debtor_id
        self.assertEqual(
            set(debtor.owed.split(" + ")), {"$\xa0100.00", "9.00\xa0€"}, "each for itself"
        )

    def test_a_debtor_shows_how_late_it_pays_on_average(self):
        early, late = self.invoice(days_late=10), self.invoice(days_late=20)
        for move, days_ago in ((early, 10), (late, 10)):
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"payment_date": self.today - timedelta(days=days_ago)})
            )
            wizard._create_payments()
        debtor = self.synced(self.invoice(days_late=30)).debtor_id
        self.env["dunning.behaviour"]._refresh(self.company, debtor.partner_id)
        self.assertEqual((debtor.paid_count, debtor.paid_days_late), (2, 5))

    def test_a_debtor_shows_its_contacts_with_their_role(self):
        debtor = self.synced(self.invoice()).debtor_id
        contact = self.env["res.partner"].create(
            {"name": "Head", "parent_id": self.business.id, "dunning_role": "management"}
        )
        debtor.invalidate_recordset(["contact_ids"])
        self.assertEqual(debtor.contact_ids, self.business | contact)

    # -- runs and messages -------------------------------------------------------------------------

    def test_a_run_tells_in_words_what_was_decided(self):
        self.invoice()
        self.invoice(days_late=-30, partner=self.consumer)
        run = self.run_day()
        self.assertIn("<td>To Send</td><td>The next level is due</td>", run.outcome)
        self.assertIn("The next level is not due yet", run.outcome)
        self.assertEqual(run.notice_count, 1)

    def test_a_message_tells_what_became_of_it(self):
        self.invoice()
        self.run_day()
        notice = self.notices_to()
        self.assertIn("Waits for its turn", notice.delivery)
        self.deliver()
        notice.invalidate_recordset()
        self.assertIn("The mail server took it on", notice.delivery)
        self.assertIn(notice.recipient, notice.delivery)

    def test_a_message_that_was_refused_tells_why(self):
        self.invoice()
        self.run_day()
        self.deliver(ScriptedSMTP({"rcpt": (550, b"100% unknown")}))
        self.assertIn("Did not leave to", self.notices_to().delivery)
        self.assertIn("100% unknown", self.notices_to().delivery)

    # -- invoices ----------------------------------------------------------------------------------

    def test_an_invoice_shows_the_level_it_reached(self):
        collector = new_test_user(
            self.env,
            "figures_collector",
            groups="payt_dunning.group_dunning_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        move = self.invoice().with_user(collector)
        self.assertFalse(move.dunning_level)
        self.synced(move)
        move.invalidate_recordset()
        self.assertEqual(move.dunning_level, "No level yet")
        self.run_and_deliver()
        move.invalidate_recordset()
        self.assertEqual(move.dunning_level, self.items(move).reached_name)
