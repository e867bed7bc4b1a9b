from datetime import timedelta

from odoo import fields

from .common import DunningCommon

#: Tables that hold nothing about debtors: what people set up, and the law.
SET_UP = {
    "collection.agent",
    "collection.jurisdiction",
    "collection.law.row",
    "collection.poll",
    "dunning.allocation",
    "dunning.channel",
    "dunning.closure",
    "dunning.payment.class",
    "dunning.contract.kind.rule",
    "dunning.dispute.reason",
    "dunning.hold.reason",
    "dunning.level",
    "dunning.nonpayment.reason",
    "dunning.plan.tier",
    "dunning.policy",
    "dunning.policy.revision",
    "dunning.reply",
    "dunning.retention",
    "dunning.retention.term",
    "dunning.substitute",
}


class TestRetention(DunningCommon):
    """What is kept about debtors stands in a table with its time, and goes when that is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Retention = cls.env["dunning.retention"]
        cls.rows = cls.Retention.search([])
        cls.item = cls.synced(cls.invoice())
        cls.debtor = cls.item.debtor_id

    def ago(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    def test_every_table_of_ours_is_in_it(self):
        ours = {
            name
            for name, model in self.env.items()
            if name.startswith(("dunning.", "collection."))
            and model._auto
            and not (model._abstract or model._transient)
        }
        told = set().union(*(row._models() for row in self.rows))
        # Add-ons tell of tables of their own.
        told = {name for name in told if name.startswith(("dunning.", "collection."))}
        self.assertEqual(ours - told - SET_UP, set())
        self.assertEqual({name for name in told if name not in self.env}, set())

    def test_each_time_has_a_cleaner_that_runs_every_day(self):
        for row in self.rows:
            with self.subTest(row.name):
                self.assertEqual(bool(row.days or row.by_country), bool(row.cleaner))
                if row.cleaner:
                    model, _dot, name = row.cleaner.rpartition(".")
                    method = getattr(type(self.env[model]), name)
                    self.assertTrue(method._autovacuum)

    def test_the_table_promises_what_the_cleaners_do(self):
        self.assertEqual(
            self.env["dunning.page.visit"]._KEPT.days, self.Retention._days_of("retention_visits")
        )
        self.assertEqual(
            self.env["dunning.presence"]._KEPT.days, self.Retention._days_of("retention_presence")
        )
        changes = self.env["dunning.change"].sudo()
        kept, over = (
            changes.create({"company_id": self.company.id, "name": "x", "steps": {}})
            for _each in range(2)
        )
        days = self.Retention._days_of("retention_changes")
        self.env.flush_all()
        for change, age in ((kept, days - 1), (over, days + 1)):
            self.env.cr.execute(
                "UPDATE dunning_change SET create_date = %s WHERE id = %s",
                [self.ago(age), change.id],
            )
        self.env.invalidate_all()
        changes._gc_changes()
        self.assertEqual((kept | over).exists(), kept)

    def question(self, days, state="answered"):
        return (
            self.env["dunning.question"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "asked_on": self.ago(days),
                    "answered_on": self.ago(days) if state != "open" else False,
                    "state": state,
                    "call_number": "+31 6 12345678",
                }
            )
        )

    def test_numbers_to_call_go_a_month_after_the_call(self):
        fresh, old, waits = self.question(29), self.question(31), self.question(31, "open")
        self.Retention._gc_call_numbers()
        self.assertTrue(fresh.call_number)
        self.assertFalse(old.call_number)
        self.assertTrue(waits.call_number)

    def call(self, days):
        return (
            self.env["dunning.call"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "user_id": self.env.uid,
                    "moment": self.ago(days),
                    "outcome": "reached",
                    "contact_name": "Bea",
                    "note": "Has been ill",
                }
            )
        )

    def settle(self, days):
        self.item.write({"state": "closed", "closed_on": self.ago(days).date()})

    def test_notes_stay_while_anything_of_the_debtor_is_open(self):
        call = self.call(800)
        self.Retention._gc_notes()
        self.assertEqual(call.note, "Has been ill")

    def test_notes_stay_for_a_year_after_it_was_settled(self):
        call = self.call(800)
        self.settle(364)
        self.Retention._gc_notes()
        self.assertEqual(call.note, "Has been ill")

    def test_notes_go_a_year_after_it_was_settled_and_the_call_stays(self):
        call = self.call(800)
        self.settle(367)
        self.Retention._gc_notes()
        self.assertEqual((call.note, call.contact_name), (False, False))
        self.assertEqual(call.outcome, "reached")

    def test_a_row_says_how_long_in_words(self):
        kept = {row.days: row.kept for row in self.rows if not row.by_country}
        self.assertEqual(kept[90], "90 days")
        self.assertEqual(kept[1], "1 day")
        self.assertEqual(kept[0], "As long as the books")
