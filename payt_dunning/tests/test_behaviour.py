from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .behaviour_common import BehaviourCommon


@tagged("post_install", "-at_install")
class TestBehaviour(BehaviourCommon):
    """Classes, what people decide about them, and who may."""

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
