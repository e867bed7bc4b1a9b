from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date

from ..rules.instalments import by_count
from ..tools import exact
from .handover_common import HandoverCommon

PDF = b"%PDF-1.4 one page"


class TestCaseChecks(HandoverCommon):
    """What is read of a case before it is handed over."""

    def found(self, code):
        with self.on_day(self.today):
            checks = self.env["collection.check"]._checks(self.case, self.agent)
        return next(check for check in checks if check.code == code)

    def not_passed(self):
        with self.on_day(self.today):
            checks = self.env["collection.check"]._checks(self.case, self.agent)
        return {check.code: check.result for check in checks if check.result != "pass"}

    def hold(self, kind, **values):
        values = {"item_id": self.item.id, "kind": kind, "date_from": self.today, **values}
        return self.env["dunning.hold"].create(values)

    def test_a_good_case_passes(self):
        self.assertEqual(self.not_passed(), {})

    def test_what_is_paid_is_not_handed_over(self):
        self.pay(self.item.move_id)
        self.assertEqual(self.found("open").result, "block")

    def test_a_free_credit_is_matched_first(self):
        self.credit_note(100.0)
        self.assertEqual(self.found("money_under_way").values["invoices"], [self.item.name])

    def test_a_plan_that_runs_keeps_it(self):
        plan = (
            self.env["dunning.payment.plan"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor_row.id,
                    "currency_id": self.case.currency_id.id,
                    "origin": "clerk",
                    "state": "running",
                    "item_ids": self.item.ids,
                }
            )
        )
        self.assertEqual(self.found("no_active_payment_plan").values["plan"], plan.name)

    def test_what_is_paused_promised_or_said_to_be_paid_waits(self):
        for kind in ("pause", "promise", "already_paid", "plan_requested"):
            with self.subTest(kind):
                hold = self.hold(kind, date_until=self.after(5))
                check = self.found("not_on_hold")
                self.assertEqual((check.result, check.overridable), ("block", True))
                self.assertEqual(check.values["day"], self.after(5))
                hold.action_release("Over.")
        self.assertEqual(self.not_passed(), {})

    def test_a_hold_is_named_with_its_last_day(self):
        self.hold("promise", date_until=self.after(5))
        said = self.env["collection.check.words"]._said(self.found("not_on_hold"))
        self.assertIn(self.item.name, said)
        self.assertIn("Promise to pay", said)
        self.assertIn(format_date(self.env, self.after(5)), said)

    def test_a_hold_that_ended_or_was_only_asked_for_keeps_nothing(self):
        self.hold("pause", date_from=self.after(-9), date_until=self.after(-1))
        self.hold("pause").sudo().proposed = True
        self.assertEqual(self.found("not_on_hold").result, "pass")

    def test_that_a_letter_came_back_is_for_the_check_of_the_address(self):
        self.hold("letter_returned")
        self.assertEqual(self.found("not_on_hold").result, "pass")

    def test_a_plan_that_was_offered_is_waited_for_as_long_as_it_stands(self):
        plans = self.env["dunning.payment.plan"].sudo()
        with self.on_day(self.today):
            schedule = by_count(
                exact(self.item.amount_open),
                2,
                [self.after(30), self.after(60)],
                Decimal("0.01"),
            )
            plan = plans._offer(self.item, schedule, self.after(14), tell=False)
        check = self.found("no_plan_offer")
        self.assertEqual((check.values["plan"], check.values["day"]), (plan.name, self.after(14)))
        self.hand_over(overridden={"no_plan_offer": "It said that it won't pay."})
        self.assertEqual(plan.state, "withdrawn")

    def test_of_what_is_disputed_in_part_the_rest_may_go(self):
        self.env["dunning.hold"].create(
            {"item_id": self.item.id, "kind": "dispute", "amount": 200.0, "date_from": self.today}
        )
        check = self.found("no_open_dispute")
        self.assertEqual((check.result, check.values["amount"]), ("warn", Decimal(200)))

    def test_who_is_dead_or_insolvent_is_protected(self):
        self.env["dunning.hold"].create(
            {"debtor_id": self.debtor_row.id, "kind": "deceased", "date_from": self.today}
        )
        check = self.found("not_protected")
        self.assertEqual((check.values["marks"], check.overridable), (["deceased"], False))

    def test_an_invoice_without_its_document_is_not_handed_over(self):
        other = self.at_level(3, 40)
        with self.on_day(self.today):
            self.case.action_join(other)
        self.assertEqual(self.found("invoice_documents").values["invoices"], [other.name])

    def test_opening_balances_have_no_document_so_they_are_not_handed_over(self):
        files = self.env["ir.attachment"].sudo()
        files.search([("res_field", "=", "invoice_pdf_report_file")]).unlink()
        self.item.move_id.sudo().move_type = "entry"
        self.assertEqual(self.found("invoice_documents").result, "block")

    def test_a_document_that_can_not_be_read_counts_as_none(self):
        file = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_id", "=", self.item.move_id.id),
                    ("res_field", "=", "invoice_pdf_report_file"),
                ]
            )
        )
        file.raw = PDF
        self.assertEqual(self.found("invoice_documents").result, "block")

    def test_without_a_street_nobody_is_served(self):
        self.business.street = False
        self.assertEqual(self.found("address").result, "block")

    def test_a_box_is_warned_of(self):
        for street in ("Postbus 12", "P.O. Box 9", "PO Box 9", "Postfach 77"):
            self.business.street = street
            with self.subTest(street):
                self.assertEqual(self.found("address").values, {"box": True})

    def test_an_address_that_nobody_confirmed_is_warned_of(self):
        self.debtor_row.address_checked_on = self.today - timedelta(days=200)
        self.assertEqual(self.found("address").result, "warn")

    def test_an_invoice_in_another_name_is_warned_of(self):
        self.business.name = "Bakery Holding"
        self.item.move_id.invoice_partner_display_name = "Bakery Ltd"
        self.assertEqual(self.found("name").result, "warn")

    def test_a_claim_that_is_barred_is_never_handed_over(self):
        self.item.contract_kind = "sale"
        self.item.line_id.move_id.button_draft()
        self.item.move_id.invoice_date_due = self.today - timedelta(days=365 * 6)
        self.item.move_id.action_post()
        check = self.found("not_time_barred")
        self.assertEqual((check.result, check.overridable), ("block", False))

    def test_above_the_limit_of_the_court_a_lawyer_is_wanted(self):
        other = self.at_level(3, 40, 25000.0)
        with self.on_day(self.today):
            self.case.action_join(other)
        self.assertEqual(self.found("court").result, "block")
        self.agent.kind = "lawyer"
        self.assertEqual(self.found("court").result, "pass")

    def test_without_an_account_to_pay_out_to_it_does_not_go(self):
        self.env["dunning.bank.account"].sudo().search([]).unlink()
        self.assertEqual(self.found("payout_account").result, "block")

    def test_a_message_that_waits_for_our_answer_is_answered_first(self):
        self.item.move_id.message_post(
            body="Why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        check = self.found("answered")
        self.assertEqual((check.result, check.overridable), ("block", True))

    def test_agents_are_made_by_managers_alone(self):
        clerk = self.person("agent_clerk", "group_dunning_user")
        self.assertTrue(self.agent.with_user(clerk).name)
        with self.assertRaises(AccessError):
            self.agent.with_user(clerk).kind = "agency"

    def test_an_address_for_packages_is_one(self):
        with self.assertRaisesRegex(ValidationError, "is not an e-mail address"):
            self.agent.email = "no address"
