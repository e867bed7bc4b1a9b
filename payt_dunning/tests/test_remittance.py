from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .feedback_common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestRemittance(FeedbackCommon):
    """What an office says that it paid out is looked for on the bank, and believed by nobody."""

    def told(self, *parts, **values):
        self.take_in(self.message(self.status(), *parts, **values))
        return self.env["collection.remittance"].search([("agent_id", "=", self.agent.id)])

    def look(self, remittance, day=None):
        with self.on_day(day or self.today):
            remittance._look()

    def test_what_was_paid_out_is_expected(self):
        remittance = self.told(self.remittance())
        self.assertEqual(
            (remittance.collected, remittance.withheld, remittance.withheld_vat),
            (1000, 119.4, 25.07),
        )
        self.assertEqual((remittance.paid_out, remittance.state), (855.53, "expected"))
        self.assertFalse(remittance.activity_ids)

    def test_what_comes_by_one_transfer_is_one(self):
        other = self.hand_over(self.second_case())
        first = self.told(self.remittance("P1", "VG-2026/7"))
        both = self.told(
            self.remittance("P2", "vg 2026 7"), dossier=other.dossier_id, case=other.case_id.name
        )
        self.assertEqual(first, both)
        self.assertEqual((both.paid_out, both.case_count), (1711.06, 2))

    def second_case(self):
        item = self.at_level(3, 40, amount=700.0, partner=self.other_debtor())
        self.store_pdf(item.move_id)
        item.debtor_id.write(
            {"address_checked_on": self.today, "insolvency_checked_on": self.today}
        )
        return self.open_case(item, begun_on=self.after(-10))

    def other_debtor(self):
        return self.debtor(
            "Other Bakery",
            country_id=self.env.ref("base.nl").id,
            company_registry="90000003",
            street="Molenstraat 46",
            city="Zwolle",
            zip="8000 AA",
        )

    def test_another_reference_or_day_is_another_transfer(self):
        found = self.told(self.remittance("P1", "R 1"), self.remittance("P2", "R 2"))
        self.assertEqual(len(found), 2)

    def test_a_bank_line_of_that_amount_is_found(self):
        remittance = self.told(self.remittance())
        self.receipt(855.53, "something", days_ago=0)
        self.look(remittance)
        self.assertEqual(remittance.state, "found")
        self.assertIn("855.53", remittance.activity_ids.summary)

    def test_a_bank_line_that_names_it_with_another_amount_can_not_be_matched(self):
        remittance = self.told(self.remittance(reference="VG 2025.11873 R1"))
        line = self.receipt(850.0, "Uitbetaling VG2025.11873-R1")
        [(found, why)] = remittance._candidates()
        self.assertEqual((found, "amount" in why), (line, False))
        self.look(remittance)
        self.assertEqual(remittance.state, "expected")

    def test_a_bank_line_of_another_time_that_names_nothing_is_something_else(self):
        remittance = self.told(self.remittance())
        self.receipt(855.53, "rent", days_ago=20)
        self.assertEqual(remittance._candidates(), [])

    def test_money_on_another_account_is_something_else(self):
        remittance = self.told(self.remittance())
        line = self.receipt(855.53, "R 1 of the office")
        line.journal_id.bank_account_id = self.env["res.partner.bank"].create(
            {"acc_number": "NL02ABNA0123456789", "partner_id": self.company.partner_id.id}
        )
        self.assertEqual(remittance._candidates(), [])

    def test_what_does_not_come_becomes_a_task(self):
        remittance = self.told(self.remittance())
        with self.on_day(self.after(20)):
            self.env["collection.remittance"]._watch(self.company, self.after(20))
        self.assertEqual(remittance.state, "overdue")
        self.assertIn("where it is", remittance.activity_ids.summary)

    def test_what_came_late_after_all_is_to_be_matched(self):
        remittance = self.told(self.remittance())
        self.look(remittance, self.after(20))
        self.receipt(855.53, "R 1, with our apologies")
        self.look(remittance, self.after(21))
        self.assertEqual(remittance.state, "found")
        self.assertIn("Match", remittance.activity_ids.summary)

    def test_a_task_that_somebody_has_done_is_not_asked_again(self):
        remittance = self.told(self.remittance())
        self.look(remittance, self.after(20))
        remittance.activity_ids.action_feedback("They look into it")
        self.look(remittance, self.after(21))
        self.assertFalse(remittance.activity_ids)

    def test_the_daily_run_looks_while_something_is_expected(self):
        remittance = self.told(self.remittance())
        due = self.env["dunning.dialogue"]._due(self.company, self.today)
        self.assertIn("collection.remittance", due)
        remittance.action_settled()
        due = self.env["dunning.dialogue"]._due(self.company, self.today)
        self.assertNotIn("collection.remittance", due)

    def test_a_correction_changes_what_is_expected(self):
        remittance = self.told(self.remittance())
        message = self.take_in(
            self.message(
                self.status(),
                self.remittance(withheld="100.00", withheldVat="21.00", paidOut="879.00"),
            )
        )
        self.assertEqual(remittance.paid_out, 855.53)
        message.line_ids.filtered("to_decide").action_take()
        self.assertEqual((remittance.paid_out, remittance.withheld), (879, 100))

    def test_a_correction_of_the_reference_withdraws_the_other(self):
        remittance = self.told(self.remittance())
        message = self.take_in(self.message(self.status(), self.remittance(reference="R 2")))
        with self.on_day(self.today):
            message.line_ids.filtered("to_decide").action_take()
        self.assertEqual(remittance.state, "withdrawn")
        self.assertEqual(message.line_ids.remittance_id.state, "expected")

    def test_an_office_that_kept_more_than_it_collected_transfers_nothing(self):
        found = self.told(
            self.remittance(
                collected="100.00", withheld="110.00", withheldVat="0.00", paidOut="-10.00"
            )
        )
        self.assertEqual((found.paid_out, found.state), (-10, "expected"))
        self.assertIn("kept more", found.activity_ids.summary)
        self.look(found, self.after(30))
        self.assertEqual(found.state, "expected")

    def test_a_test_pays_nothing_out(self):
        self.agent.test_mode = True
        self.case._take_back("Again")
        test = self.hand_over()
        self.assertFalse(self.told(self.remittance(), dossier=test.dossier_id, test="true"))

    def test_what_was_settled_by_hand_is_looked_for_again_when_taken_back(self):
        remittance = self.told(self.remittance())
        self.look(remittance, self.after(20))
        remittance.action_settled()
        self.assertEqual((remittance.state, remittance.activity_ids.ids), ("settled", []))
        with self.assertRaises(UserError):
            remittance.action_settled()
        with self.on_day(self.after(20)):
            remittance.action_take_back()
        self.assertEqual(remittance.state, "overdue")

    def test_who_only_looks_settles_nothing(self):
        remittance = self.told(self.remittance())
        viewer = self.person("remittance.viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            remittance.with_user(viewer).action_settled()

    def test_another_company_sees_nothing_of_it(self):
        remittance = self.told(self.remittance())
        other = self.setup_other_company()["company"]
        stranger = self.person("remittance.stranger", "group_dunning_manager", other)
        self.assertFalse(
            self.env["collection.remittance"]
            .with_user(stranger)
            .search([("id", "=", remittance.id)])
        )

    def test_the_days_after_which_it_is_late_are_working_days(self):
        remittance = self.told(self.remittance())
        self.look(remittance, remittance.day + timedelta(days=5))
        self.assertEqual(remittance.state, "expected")
