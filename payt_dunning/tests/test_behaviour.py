from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .behaviour_common import BehaviourCommon


@tagged("post_install", "-at_install")
class TestBehaviour(BehaviourCommon):
    """Classes, what people decide about them, and who may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("collects", "group_dunning_user")
        cls.manager = cls.person("manages", "group_dunning_manager")
        cls.viewer = cls.person("looks", "group_dunning_viewer")

    def classes(self, company=None):
        found = self.env["dunning.payment.class"].search(
            [("company_id", "=", (company or self.company).id)]
        )
        return {each.code: each for each in found}

    def paying(self, late, partner=None, count=3):
        """How a debtor pays after some invoices that were paid so late."""
        for _each in range(count):
            self.paid(100, late, partner=partner)
        return self.row(partner)

    # -- classes ------------------------------------------------------------------------------------

    def test_each_company_has_its_classes(self):
        company = self.env["res.company"].create({"name": "New Ltd"})
        self.assertEqual(set(self.classes(company)), {"good", "slow", "bad", "unknown"})

    def test_what_people_changed_of_a_class_stays(self):
        self.classes()["good"].write({"name": "Gold", "max_days_late": 1})
        self.company._dunning_payment_classes()
        good = self.classes()["good"]
        self.assertEqual((good.name, good.max_days_late, len(self.classes())), ("Gold", 1, 4))

    def test_a_language_that_is_added_has_names_for_the_classes(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        good, slow = (self.classes()[code].with_context(lang="nl_NL") for code in ("good", "slow"))
        good.name, slow.name = "Good Payer", "Neemt de tijd"
        self.env["ir.module.module"]._load_module_terms(["payt_dunning"], ["nl_NL"])
        self.assertEqual((good.name, slow.name), ("Goede betaler", "Neemt de tijd"))

    def test_limits_of_the_classes_decide(self):
        self.assertEqual(self.paying(20).class_id.code, "slow")
        self.classes()["slow"].max_days_late = 19
        self.assertEqual(self.row().class_id.code, "bad")

    def test_a_class_of_one_s_own_comes_where_it_stands(self):
        self.env["dunning.payment.class"].create(
            {"name": "Rather Good", "sequence": 15, "max_days_late": 20}
        )
        self.assertEqual(self.paying(20).class_id.name, "Rather Good")

    def test_a_limit_below_zero_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "−1 stands for no limit"):
            self.classes()["good"].max_broken = -2

    def test_a_share_above_a_hundred_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "More than 100 %"):
            self.classes()["good"].max_late_share = 101

    def test_the_classes_that_each_company_has_are_archived_not_deleted(self):
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.classes()["slow"].unlink()
        self.classes()["slow"].active = False
        self.assertEqual(self.paying(20).class_id.code, "bad")

    def test_the_class_of_who_has_no_history_can_t_be_archived(self):
        with self.assertRaisesRegex(ValidationError, "the one for who has none"):
            self.classes()["unknown"].active = False

    def test_the_last_class_is_not_deleted(self):
        own = self.env["dunning.payment.class"].create({"name": "Ours"})
        for code in ("good", "slow", "bad"):
            self.classes()[code].active = False
        with self.assertRaisesRegex(UserError, "the last class"):
            own.unlink()

    def test_there_is_one_class_for_who_has_no_history(self):
        with self.assertRaisesRegex(ValidationError, "the one for who has none"):
            self.classes()["good"].without_history = True

    def test_a_copy_of_the_class_without_history_is_an_ordinary_one(self):
        self.assertFalse(self.classes()["unknown"].copy().without_history)

    def test_a_decided_class_that_is_deleted_leaves_the_one_of_the_figures(self):
        own = self.env["dunning.payment.class"].create({"name": "Ours", "max_days_late": 0})
        row = self.paying(20)
        row._decide(own, "Ours")
        self.assertEqual(row.class_id, own)
        own.unlink()
        self.assertEqual(self.row().class_id.code, "slow")

    def test_new_limits_are_followed_soon(self):
        self.env["ir.cron.trigger"].sudo().search([]).unlink()
        self.classes()["slow"].max_days_late = 19
        cron = self.env.ref("payt_dunning.ir_cron_dunning_behaviour")
        self.assertTrue(self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)]))

    def test_some_class_is_left(self):
        with self.assertRaisesRegex(ValidationError, "at least one class"):
            (self.classes()["good"] + self.classes()["slow"] + self.classes()["bad"]).write(
                {"active": False}
            )

    def test_settings_that_make_no_sense_are_refused(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.company.dunning_behaviour_months = 0
            self.env.flush_all()

    # -- what is shown ------------------------------------------------------------------------------

    def test_every_figure_is_shown_with_its_limit_and_what_it_did(self):
        row = self.paying(20)
        self.assertIn("20 days", row.explained)
        self.assertIn("Slow Payer: at most 30 days", row.explained)
        self.assertIn("Slow Payer: more than the 25 % of Good Payer", row.explained)

    def test_the_sentence_names_what_decides(self):
        self.assertEqual(
            self.paying(40).says,
            "Bad Payer (average days late, by amount: 40 days)",
        )

    def test_debtor_and_invoice_show_the_class(self):
        row = self.paying(20)
        open_move = self.invoice(3)
        debtor = self.synced(open_move).debtor_id
        self.row()
        debtor.invalidate_recordset()
        self.assertEqual(debtor.payment_class_id, row.class_id)
        self.assertEqual(open_move.dunning_class_id, row.class_id)
        self.assertEqual(open_move.dunning_class_says, row.says)
        self.assertEqual(open_move.action_dunning_behaviour()["res_id"], row.id)
        self.assertIn(
            debtor, self.env["dunning.debtor"].search([("payment_class_id.code", "=", "slow")])
        )

    def test_a_row_knows_its_debtor_as_soon_as_that_is_followed_up(self):
        row = self.paying(20)
        self.assertFalse(row.debtor_id)
        debtor = self.synced(self.invoice(1)).debtor_id
        self.assertEqual(row.debtor_id, debtor)

    def test_debtors_without_a_class_are_found(self):
        without = self.synced(self.invoice(1, partner=self.consumer)).debtor_id
        found = self.synced(self.invoice(1)).debtor_id
        self.paying(20)
        none = self.env["dunning.debtor"].search([("payment_class_id", "=", False)])
        self.assertIn(without, none)
        self.assertNotIn(found, none)

    def test_a_debtor_that_was_never_worked_out_is_when_somebody_looks(self):
        debtor = self.synced(self.invoice(3)).debtor_id
        self.assertFalse(debtor.behaviour_id)
        row = self.env["dunning.behaviour"].browse(debtor.action_behaviour()["res_id"])
        self.assertEqual(row.overdue_days, 3)

    def test_the_records_behind_the_figures_open(self):
        row = self.paying(20)
        found = self.env["account.move"].search(row.action_invoices()["domain"])
        self.assertEqual(len(found), 3)

    def test_invoices_of_contacts_count_for_their_company(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.business.id})
        self.assertEqual(self.paying(20, contact).partner_id, self.business)

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

    # -- many ---------------------------------------------------------------------------------------

    def test_a_fault_of_one_company_does_not_stop_the_next(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        refreshed, behaviours = [], type(self.env["dunning.behaviour"])

        def refresh(records, company, partners=None):
            refreshed.append(company)
            if company != other:
                raise ValueError("broken")

        with (
            self.no_commit(),
            patch.object(behaviours, "_refresh", refresh),
            patch.object(self.env.cr, "rollback"),
            mute_logger("odoo.addons.payt_dunning.models.dunning_behaviour_refresh"),
        ):
            self.env["dunning.behaviour"]._cron_refresh()
        self.assertIn(other, refreshed)
        self.assertEqual(refreshed.count(self.company), 2)

    def test_the_night_works_out_everybody(self):
        partners = [self.debtor(f"Customer {number}") for number in range(3)]
        for partner in partners:
            self.paid(60, 20, partner=partner)
        with self.no_commit():
            self.env["dunning.behaviour"]._cron_refresh()
        rows = self.env["dunning.behaviour"].search(
            [("partner_id", "in", [partner.id for partner in partners])]
        )
        self.assertEqual(rows.mapped("days_late"), [20, 20, 20])

    def test_many_debtors_cost_as_many_statements_as_one(self):
        self.paying(20)
        self.cost()
        one = self.cost()
        for number in range(8):
            self.paid(60, 20, partner=self.debtor(f"Customer {number}"))
        self.assertLessEqual(self.cost(), one)

    def test_how_many_stand_costs_as_many_statements_as_how_one_does(self):
        partners = self.business
        self.paying(20)
        self.standing_cost(partners)
        one = self.standing_cost(partners)
        for number in range(8):
            partner = self.debtor(f"Customer {number}")
            self.paid(60, 20, partner=partner)
            partners |= partner
        self.assertLessEqual(self.standing_cost(partners), one)

    def cost(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["dunning.behaviour"]._refresh(self.company)
        return self.env.cr.sql_log_count - before

    def standing_cost(self, partners):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["dunning.behaviour"]._standings(self.company, partners)
        return self.env.cr.sql_log_count - before

    # -- builders -----------------------------------------------------------------------------------

    def decide(self, row, user, **values):
        wizard = self.env["dunning.behaviour.wizard"].with_user(user)
        wizard.create({"behaviour_ids": [Command.set(row.ids)], **values}).action_apply()

    def merge(self, source, target):
        merging = self.env["base.partner.merge.automatic.wizard"].create({})
        merging._merge((source + target).ids, target)
        self.env.invalidate_all()
