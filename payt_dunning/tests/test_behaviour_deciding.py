from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .behaviour_common import BehaviourCommon


@tagged("post_install", "-at_install")
class TestBehaviourDeciding(BehaviourCommon):
    """What people decide about how a debtor pays, who may, and contacts that are merged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("collects", "group_dunning_user")
        cls.manager = cls.person("manages", "group_dunning_manager")
        cls.viewer = cls.person("looks", "group_dunning_viewer")

    # -- natural persons ----------------------------------------------------------------------------

    def test_of_a_natural_person_the_figures_only_propose(self):
        row = self.paying(20, self.consumer)
        self.assertFalse(row.class_id)
        self.assertEqual((row.proposed_class_id.code, row.to_decide), ("slow", True))

    def test_an_invoice_says_that_a_class_is_only_proposed(self):
        self.paying(20, self.consumer)
        move = self.invoice(3, partner=self.consumer)
        self.assertEqual(move.dunning_class_name, "Slow Payer (proposed)")

    def test_a_sole_trader_is_a_natural_person(self):
        self.synced(self.invoice(1)).debtor_id.kind = "sole_trader"
        self.assertFalse(self.paying(20).class_id)

    def test_a_vat_number_alone_makes_nobody_a_company(self):
        self.consumer.vat = "BE0477472701"
        self.assertFalse(self.paying(20, self.consumer).class_id)
        standing = self.env["dunning.behaviour"]._standings(self.company, self.consumer)
        self.assertTrue(standing[self.consumer.id].natural)
        debtor = self.synced(self.invoice(1, partner=self.consumer)).debtor_id
        self.assertEqual(debtor.kind, "business")
        self.assertFalse(self.row(self.consumer).class_id)
        debtor.kind_confirmed = True
        self.assertEqual(self.row(self.consumer).class_id.code, "slow")

    def test_who_pays_better_since_somebody_decided_is_asked_about_again(self):
        row = self.paying(20, self.consumer)
        row.action_accept()
        self.paying(0, self.consumer, count=12)
        self.assertEqual(row.proposed_class_id.code, "good")
        self.assertTrue(row.to_decide)

    def test_accepting_changes_nothing_where_nothing_is_asked(self):
        row = self.paying(20)
        row.with_user(self.collector).action_accept()
        self.assertFalse(row.decided_on)

    def test_the_best_class_needs_nobody(self):
        row = self.paying(0, self.consumer)
        self.assertEqual((row.proposed_class_id.code, row.to_decide), ("good", False))

    def test_what_somebody_decided_is_asked_again_when_the_figures_say_something_else(self):
        row = self.paying(20, self.consumer).with_user(self.collector)
        row.action_accept()
        self.assertEqual((row.class_id.code, row.to_decide), ("slow", False))
        self.row(self.consumer)
        self.assertFalse(row.to_decide)
        row = self.paying(90, self.consumer, count=9)
        self.assertEqual(row.class_id.code, "slow")
        self.assertTrue(row.to_decide)

    def test_today_shows_what_is_to_decide_until_it_is(self):
        self.synced(self.invoice(1, partner=self.consumer))
        row = self.paying(20, self.consumer)
        self.assertEqual(self.waiting(), [row.id])
        row.with_user(self.collector).action_accept()
        self.assertEqual(self.waiting(), [])

    def waiting(self):
        look = self.env["dunning.today"].with_user(self.collector).look("all")
        sections = [each for each in look["sections"] if each["key"] == "class"]
        return [row["id"] for each in sections for row in each["rows"]]

    # -- decisions ----------------------------------------------------------------------------------

    def test_a_decision_stays_whatever_the_figures_do(self):
        row = self.paying(20)
        row.with_user(self.collector)._decide(self.classes()["good"], "Paid by its insurer")
        self.paying(90)
        self.assertEqual(row.class_id.code, "good")
        self.assertEqual(row.decided_by_id, self.collector)
        row.with_user(self.collector).action_follow_figures()
        self.assertEqual((row.class_id.code, row.decided_on), ("bad", False))

    def test_a_decision_is_kept_with_who_and_why(self):
        row = self.paying(20)
        self.decide(row, self.collector, class_id=self.classes()["good"].id, reason="Agreed")
        note = row.message_ids[:1]
        self.assertIn("Class decided: Good Payer. Agreed", note.body)
        self.assertEqual(note.author_id, self.collector.partner_id)

    def test_the_sentence_says_what_was_decided_before_what_the_figures_say(self):
        row = self.paying(20)
        row._decide(self.classes()["good"], "Agreed")
        self.assertEqual(
            row.says,
            "Decided: Good Payer. Agreed. By the figures: "
            "Slow Payer (average days late, by amount: 20 days; invoices paid late: 100 %)",
        )

    def test_a_decision_needs_a_reason(self):
        row = self.paying(20)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.decide(row, self.collector, class_id=self.classes()["good"].id, reason="  ")

    def test_a_class_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        row = self.paying(20)
        with self.assertRaisesRegex(UserError, "another company"):
            row._decide(self.classes(other)["good"], "x")

    def test_a_viewer_decides_nothing(self):
        row = self.paying(20).with_user(self.viewer)
        for call in (row.action_accept, row.action_follow_figures, row.action_refresh):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            row._decide(self.classes()["good"], "x")

    def test_nobody_writes_figures(self):
        row = self.paying(20).with_user(self.manager)
        with self.assertRaises(AccessError):
            row.write({"days_late": 0})

    def test_figures_of_another_company_are_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        stranger = self.person("stranger", "group_dunning_manager", company=other)
        row = self.paying(20).with_user(stranger)
        with self.assertRaises(AccessError):
            row.read(["days_late"])
        with self.assertRaises(AccessError):
            row._reset("x")

    # -- a new beginning ----------------------------------------------------------------------------

    def test_a_reset_forgets_what_was_and_keeps_what_is_open(self):
        self.invoice(50, 10)
        row = self.paying(90)
        self.decide(row, self.manager, what="reset", reason="Asked for it: our bills were wrong")
        self.assertEqual((row.invoices, row.days_late, row.reset_on), (0, 0, self.today))
        self.assertEqual(row.reset_by_id, self.manager)
        self.assertEqual((row.overdue, row.overdue_days), (10, 50))
        self.assertEqual(row.since, self.today)

    def test_a_reset_holds_for_what_comes_later(self):
        row = self.paying(90)
        row.with_user(self.manager)._reset("Asked for it")
        with self.on_day(self.after(40)):
            move = self.invoice(-10, 100)
            self.pay_on(move, self.after(20))
            row = self.row()
        self.assertEqual((row.invoices, row.days_late), (1, 10))

    def test_a_reset_needs_a_manager_and_a_reason(self):
        row = self.paying(90)
        with self.assertRaises(AccessError):
            self.decide(row, self.collector, what="reset", reason="x")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.decide(row, self.manager, what="reset", reason=" ")

    # -- contacts and companies ---------------------------------------------------------------------

    def test_an_archived_debtor_keeps_its_history(self):
        self.paying(20)
        self.business.active = False
        self.assertEqual(self.row().invoices, 3)

    def test_of_merged_contacts_the_history_is_one(self):
        other = self.debtor("Bakery Two")
        self.paid(100, 30, partner=other)
        self.paying(0)
        self.row(other)
        self.merge(other, self.business)
        rows = self.env["dunning.behaviour"].search([("partner_id", "in", self.business.ids)])
        self.assertEqual((len(rows), rows.invoices, rows.days_late), (1, 4, 7.5))

    def test_of_merged_contacts_a_decision_goes_along(self):
        other = self.debtor("Bakery Two")
        row = self.paying(0, other)
        row._decide(self.classes()["bad"], "Never again")
        self.paying(0)
        self.merge(other, self.business)
        kept = self.env["dunning.behaviour"].search([("partner_id", "=", self.business.id)])
        self.assertEqual((kept.class_id.code, kept.decided_why), ("bad", "Never again"))
        notes = kept.message_ids.mapped("body")
        self.assertTrue(any("Never again" in note for note in notes))
        self.assertTrue(any("Taken over" in note for note in notes))

    def test_of_merged_contacts_the_decision_about_who_stays_is_the_one(self):
        other = self.debtor("Bakery Two")
        self.paying(0, other)._decide(self.classes()["bad"], "Never again")
        self.paying(0)._decide(self.classes()["good"], "Always")
        self.merge(other, self.business)
        kept = self.env["dunning.behaviour"].search([("partner_id", "=", self.business.id)])
        self.assertEqual(kept.class_id.code, "good")

    def test_each_company_sees_its_own_history(self):
        other = self.setup_other_company()["company"]
        self.paying(20)
        row = self.row(company=other)
        self.assertEqual((row.company_id, row.invoices), (other, 0))

    def test_who_has_nothing_left_is_forgotten_unless_somebody_decided(self):
        gone, kept = self.debtor("Gone"), self.debtor("Kept")
        self.row(gone)
        self.row(kept)._decide(self.classes()["bad"], "Never again")
        self.env["dunning.behaviour"]._gc_empty()
        left = self.env["dunning.behaviour"].search([("partner_id", "in", (gone + kept).ids)])
        self.assertEqual(left.partner_id, kept)

    # -- builders -----------------------------------------------------------------------------------

    def decide(self, row, user, **values):
        wizard = self.env["dunning.behaviour.wizard"].with_user(user)
        wizard.create({"behaviour_ids": [Command.set(row.ids)], **values}).action_apply()

    def merge(self, source, target):
        merging = self.env["base.partner.merge.automatic.wizard"].create({})
        merging._merge((source + target).ids, target)
        self.env.invalidate_all()
