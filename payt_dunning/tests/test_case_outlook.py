from unittest.mock import patch

from odoo.exceptions import UserError

from .handover_common import HandoverCommon


class TestCaseOutlook(HandoverCommon):
    """Whether a case is worth going on with, and what else there is."""

    def outlook(self):
        with self.on_day(self.today):
            self.case.invalidate_recordset(["outlook"])
            return self.case.outlook

    def ended(self, won, lost):
        """Cases that were handed over and have ended."""
        for number in range(won + lost):
            case = self.case.sudo().copy({"debtor_id": self.case.debtor_id.id, "line_ids": []})
            self.env["collection.handover"].sudo().create(
                {
                    "case_id": case.id,
                    "agent_id": self.agent.id,
                    "state": "acknowledged",
                    "dossier_id": "x",
                    "idempotency_key": str(number),
                    "day": self.today,
                }
            )
            case.write({"phase": "closed", "outcome": "paid" if number < won else "uncollectable"})

    def test_without_history_nothing_is_estimated(self):
        self.assertIn("no case that was handed over has ended", self.outlook())

    def test_with_little_history_nothing_is_estimated_either(self):
        self.ended(1, 2)
        self.assertIn("Not estimated: only 3 cases", self.outlook())

    def test_the_dialog_proposes_an_office_to_ask(self):
        dialog = self.env["collection.case.decision"].create(
            {"case_id": self.case.id, "kind": "opinion"}
        )
        self.assertEqual(dialog.agent_id, self.agent)

    def test_with_history_the_estimate_says_where_it_comes_from(self):
        self.ended(4, 6)
        told = self.outlook()
        self.assertIn("4 of 10 cases", told)
        self.assertIn("40%", told)

    def test_the_court_fee_is_that_of_the_claim(self):
        with self.on_day(self.today):
            self.assertEqual(self.case.court_fee, 350.0)

    def test_an_office_is_asked_without_names(self):
        mails = []
        Mail = type(self.env["mail.mail"])

        def send(mail, *args, **kwargs):
            mails.extend(mail.read(["body_html", "email_to"]))

        with patch.object(Mail, "send", send), self.on_day(self.today):
            self.case.action_ask_opinion(self.agent, "Worth it?")
        self.assertIn(self.case.name, mails[0]["body_html"])
        self.assertNotIn(self.business.name, mails[0]["body_html"])
        self.assertEqual(self.case.opinion_agent_id, self.agent)
        self.case.opinion_answer = "Yes."

    def test_an_invoice_rests_until_three_months_before_it_is_barred(self):
        with self.on_day(self.today):
            last = self.case.last_safe_day
            self.case.action_give_up("dormant", "no means now")
        hold = self.env["dunning.hold"].search([("item_id", "=", self.item.id)])
        self.assertEqual((last - hold.date_until).days, 90)
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "not_pursued"))

    def test_what_is_nearly_barred_does_not_rest(self):
        self.item.contract_kind = "sale"
        soon = self.item.date_due.replace(year=self.item.date_due.year + 5)
        with self.on_day(soon), self.assertRaisesRegex(UserError, "can't rest"):
            self.case.action_give_up("dormant", "no means now")
