from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from .claims_common import EXPIRED, ClaimsCommon
from .law_common import DAY
from .owed_common import TODAY, OwedCommon
from .page_common import PageCommon

PDF = "odoo.addons.account.models.account_move.AccountMove._get_invoice_pdf_proforma"


def blank_page():
    """A PDF of one page."""
    writer = PdfFileWriter()
    writer.addBlankPage(100, 100)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


class TestPageReasons(PageCommon):
    """What the page offers to who does not pay, and what comes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Given = cls.env["dunning.nonpayment"].sudo()
        cls.item, cls.other = cls.items(cls.moves).sorted("id")

    def reason(self, code):
        return self.env.ref(f"payt_dunning.reason_{code}")

    def give(self, code, action="reason", items=None, **typed):
        """Send the form of a reason."""
        items = self.item if items is None else items
        data = {"reason": self.reason(code).id, **typed}
        if items:
            data["item"] = items.ids
        self.env.flush_all()
        answer = self.post(f"/{action}", **data)
        self.env.invalidate_all()
        return answer

    def questions(self):
        return self.env["dunning.question"].search([("debtor_id", "=", self.debtor.id)])

    def test_the_reasons_of_a_business_are_there_and_ours_are_not(self):
        page = self.get().text
        for code in ("forgot", "not_received", "no_cash", "order_number", "payment_run"):
            with self.subTest(code):
                self.assertIn(self.reason(code).question.replace("'", "&#39;"), page)
        self.assertNotIn("Bad faith", page)

    def test_a_consumer_is_not_asked_for_an_order_number(self):
        self.debtor.kind = "consumer"
        page = self.get().text
        self.assertNotIn(self.reason("order_number").question, page)
        answer = self.give("order_number", text="PO 1")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("This reason is not there any more", answer.text)
        self.assertFalse(self.Given.search([]))

    def test_forgotten_is_noted_for_all_that_is_open(self):
        answer = self.give("forgot", items=())
        self.assertIn("we have noted it", answer.text)
        rows = self.Given.search([])
        self.assertEqual(
            (rows.item_id, set(rows.mapped("by_debtor"))), (self.item | self.other, {True})
        )
        self.assertFalse(self.questions())

    def test_an_order_number_waits_for_an_answer_with_the_reason(self):
        answer = self.give("order_number", text="PO 4711")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.item.nonpayment_reason_id, self.reason("order_number"))
        self.assertIn("PO 4711", self.questions().text)
        self.assertEqual(self.questions().item_ids, self.item)
        self.assertEqual(self.item.reason, "hold")

    def test_twice_the_same_is_kept_once(self):
        self.give("order_number", text="PO 4711")
        self.give("order_number", text="PO 4711")
        self.assertEqual(len(self.Given.search([])), 1)
        self.assertEqual(len(self.questions()), 1)

    # -- never received ---------------------------------------------------------------------------

    def test_an_invoice_that_never_arrived_is_mailed_with_a_new_term(self):
        answer = self.give("not_received", "copy")
        self.assertIn("We have mailed it to you", answer.text)
        until = self.env["dunning.page"].with_context(lang="en_US")._date(self.after(7))
        self.assertIn(f"You have until {until} to pay it.", self.amounts(answer.text))
        notice = self.notices_to(kind="talk")
        self.assertEqual((notice.topic, len(notice.attachment_ids)), ("copy", 1))
        self.assertEqual((self.item.reached, self.item.count_from), (0, self.after(7)))
        self.assertTrue(self.other.reached)

    def test_a_second_time_a_person_looks_at_it(self):
        self.give("not_received", "copy")
        answer = self.give("not_received", "copy")
        self.assertIn("One of us looks at it", answer.text)
        self.assertEqual(len(self.notices_to(kind="talk")), 1)
        self.assertEqual(self.questions().item_ids, self.item)

    def test_after_a_formal_message_a_person_looks_at_it(self):
        self.notice.phase = "notice"
        self.give("not_received", "copy")
        self.assertFalse(self.notices_to(kind="talk"))
        self.assertTrue(self.item.reached)
        self.assertTrue(self.questions())

    def test_an_invoice_that_cannot_be_rendered_becomes_a_question(self):
        with patch(PDF, side_effect=UserError("no engine")), self.assertLogs(level="ERROR"):
            answer = self.give("not_received", "copy")
        self.assertIn("One of us looks at it", answer.text)
        self.assertTrue(self.item.reached)
        self.assertTrue(self.questions())

    def test_with_many_invoices_a_reason_is_about_all_of_them(self):
        with patch("odoo.addons.payt_dunning.models.dunning_page_reason.FEW", 1):
            self.assertIn('name="all"', self.get().text)
        self.give("other", items=(), text="all late", all="1")
        self.assertEqual(self.questions().item_ids, self.item | self.other)

    # -- no money ---------------------------------------------------------------------------------

    def test_asking_for_parts_holds_for_30_days_and_asks_somebody(self):
        answer = self.give("no_cash", "parts/ask", text="20 a month")
        self.assertIn("makes you a proposal", answer.text)
        hold = self.env["dunning.hold"].search([("kind", "=", "plan_requested")])
        self.assertEqual((hold.item_id, hold.hardship), (self.item, True))
        self.assertEqual(hold.date_until, self.after(29))
        self.assertIn("20 a month", self.questions().text)
        self.assertIn("to pay invoice", self.get().text)
        kind = self.env.ref("payt_dunning.activity_plan_request").id
        tasks = self.env["mail.activity"].search([("activity_type_id", "=", kind)])
        self.assertEqual(tasks.res_id, self.item.move_id.id)

    def test_our_answer_ends_the_task_and_leaves_the_debtor_time_to_answer_it(self):
        self.give("no_cash", "parts/ask", text="20 a month")
        self.questions().sudo()._close("answered", self.env.user)
        hold = self.env["dunning.hold"].search([("kind", "=", "plan_requested")])
        self.assertFalse(hold.released_on)
        self.assertEqual(self.item.hold_id, hold)
        kind = self.env.ref("payt_dunning.activity_plan_request").id
        self.assertFalse(self.env["mail.activity"].search([("activity_type_id", "=", kind)]))

    def test_asking_again_in_the_same_course_is_for_a_person(self):
        self.give("no_cash", "parts/ask", text="20 a month")
        self.questions().sudo()._close("answered", self.env.user)
        answer = self.give("no_cash", "parts/ask", text="20 a month")
        self.assertIn("You asked for time before", answer.text)
        self.assertEqual(
            self.env["dunning.hold"].search_count([("kind", "=", "plan_requested")]), 1
        )

    def test_free_help_is_told_as_the_company_has_it(self):
        self.company.dunning_debt_help_business_url = "https://help.example.com"
        self.assertIn("https://help.example.com", self.get().text)
        self.company.dunning_debt_help_business_url = False
        self.assertNotIn("help is free", self.get().text)

    def test_dutch_companies_tell_of_dutch_help(self):
        self.company.country_id = False
        self.company.dunning_debt_help_url = False
        self.company.country_id = self.env.ref("base.nl")
        self.assertEqual(self.company.dunning_debt_help_url, "https://www.geldfit.nl")

    # -- lost track -------------------------------------------------------------------------------

    def test_one_file_has_all_invoices_of_the_claim(self):
        with patch(PDF, return_value={"filename": "x.pdf", "content": blank_page()}):
            answer = self.get("/overview")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(PdfFileReader(BytesIO(answer.content)).getNumPages(), 2)

    def test_a_file_that_cannot_be_made_is_said_on_the_page(self):
        with patch(PDF, side_effect=ValueError("broken")), self.assertLogs(level="ERROR"):
            answer = self.get("/overview")
        self.assertEqual(answer.status_code, 503)
        self.assertIn("We can&#39;t make this file at the moment", answer.text)

    # -- bad input --------------------------------------------------------------------------------

    def test_a_reason_that_is_not_there_is_refused(self):
        for wrong in (0, 99999999, "x", "", -1, self.reason("bad_faith").id):
            with self.subTest(wrong):
                answer = self.post("/reason", reason=wrong, item=self.item.id)
                self.assertEqual(answer.status_code, 400)
                self.assertIn("This reason is not there any more", answer.text)
        self.assertFalse(self.Given.search([]))

    def test_a_reason_does_not_lead_to_the_offer_of_another(self):
        for action in ("copy", "parts/ask"):
            self.assertEqual(self.give("forgot", action).status_code, 400)
        self.assertFalse(self.notices_to(kind="talk"))
        self.assertFalse(self.Given.search([]))

    def test_another_debtors_invoice_is_left_alone(self):
        theirs = self.synced(self.invoice(partner=self.consumer))
        answer = self.give("order_number", items=theirs, text="PO 1")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Choose what it is about", answer.text)
        self.assertIn("PO 1", answer.text)
        self.assertFalse(self.Given.search([]))

    def test_what_was_paid_meanwhile_needs_no_reason(self):
        self.pay(self.item.move_id)
        self.run_day()
        answer = self.give("not_received", "copy")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("you need not do anything", answer.text)

    def test_what_was_written_about_something_paid_is_not_lost(self):
        self.pay(self.item.move_id)
        self.run_day()
        answer = self.give("order_number", text="PO 4711")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("PO 4711", self.questions().text)
        self.assertFalse(self.Given.search([]))

    def test_too_long_a_text_is_refused_and_not_lost(self):
        answer = self.give("other", text="y" * 10_001)
        self.assertEqual(answer.status_code, 400)
        self.assertIn("10001 characters", answer.text)
        self.assertIn("y" * 10_001, answer.text)
        self.assertFalse(self.Given.search([]) or self.questions())

    def test_nothing_filled_in_is_said(self):
        self.assertIn("Fill in your order number", self.give("order_number", text=" ").text)
        self.assertIn("Write a few words first", self.give("other").text)

    def test_a_script_is_shown_as_it_was_typed_and_never_run(self):
        script = "<script>alert(1)</script>"
        self.give("other", text=script)
        self.assertNotIn(script, self.get().text)
        message = self.questions().message_id
        self.assertNotIn("<script", str(message.body))

    # -- what is ours -----------------------------------------------------------------------------

    def test_bad_faith_is_never_shown_to_the_debtor(self):
        bad_faith = self.reason("bad_faith")
        row = self.Given._give(self.item, bad_faith, "invented a bank statement")
        row.action_confirm()
        self.give("other", text="hello")
        self.questions().sudo()._close("answered", self.env.user)
        door = self.env["dunning.page.door"]._of_user
        self.assertTrue(door)
        pages = [self.get().text, self.get("/message").text]
        pages += self.run_and_deliver(day=self.after(60))
        self.assertGreater(len(pages), 2)
        for page in pages:
            for secret in ("ad faith", "invented", "Te kwader trouw", "Kwade trouw"):
                self.assertNotIn(secret, page)


class TestHardshipCosts(ClaimsCommon):
    """Who can't pay and waits for our offer is asked for no new costs."""

    def make_once(self):
        super().make_once()
        self.item = self.served(509.10)
        self.expired = EXPIRED

    def spare(self, since, days=30):
        return self.hold(
            item_id=self.item.id,
            kind="plan_requested",
            hardship=True,
            date_from=since,
            date_until=since + timedelta(days=days - 1),
        )

    def test_costs_wait_while_a_plan_was_asked_for(self):
        self.spare(DAY + timedelta(days=10))
        self.run_day(day=self.expired)
        self.assertFalse(self.charges())
        with self.on_day(self.expired):
            expected = self.env["dunning.claims"]._expected(self.item.ids, self.expired)
        self.assertFalse(expected)

    def test_they_become_due_once_30_days_have_passed(self):
        self.spare(DAY + timedelta(days=10))
        self.run_day(day=DAY + timedelta(days=39))
        self.assertFalse(self.charges())
        self.run_day(day=DAY + timedelta(days=40))
        self.assertEqual(self.charges().amount, 76.37)

    def test_they_become_due_once_it_was_answered(self):
        hold = self.spare(DAY + timedelta(days=10))
        with self.on_day(DAY + timedelta(days=12)):
            hold._end("answered")
        self.run_day(day=self.expired)
        self.assertEqual(self.charges().amount, 76.37)

    def test_nobody_else_can_claim_them_meanwhile_either(self):
        self.spare(DAY + timedelta(days=10))
        notice = self.notices_to(self.consumer)
        with self.on_day(self.expired), self.assertRaisesRegex(Exception, "in parts was asked"):
            self.env["dunning.charge"]._create_costs(
                notice,
                [(self.item, 509.10, 76.37)],
                76.37,
                0,
                notice.term_until + timedelta(days=1),
                "BW 6:96",
                ["76.37"],
                ["NL"],
            )


class TestHardshipInterest(OwedCommon):
    """No interest runs over the days on which a debtor waits for our offer of a plan."""

    def days(self, item):
        """On how many days interest ran."""
        lines = self.owed(item).statement.lines
        return sum(line.days for line in lines if line.kind == "interest")

    def spare(self, item, since, **values):
        values = {"kind": "plan_requested", "hardship": True, "date_from": since, **values}
        return self.hold(item_id=item.id, **values).sudo()

    def test_the_days_of_the_hold_bear_no_interest(self):
        item = self.bill()
        before, interest = self.days(item), self.owed(item).interest
        since = TODAY - timedelta(days=20)
        self.spare(item, since, date_until=since + timedelta(days=9))
        self.assertEqual(self.days(item), before - 10)
        self.assertLess(self.owed(item).interest, interest)

    def test_from_the_day_it_was_answered_it_runs_again(self):
        item = self.bill()
        before = self.days(item)
        since = TODAY - timedelta(days=20)
        self.spare(item, since).released_on = since + timedelta(days=5)
        self.assertEqual(self.days(item), before - 5)

    def test_after_30_days_it_runs_again_whatever_the_hold_says(self):
        item = self.bill()
        before = self.days(item)
        self.spare(item, TODAY - timedelta(days=50))
        self.assertEqual(self.days(item), before - 30)
