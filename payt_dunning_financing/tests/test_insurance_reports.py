from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form
from odoo.tools import html2plaintext

from .insurance_common import InsuranceCommon


class TestInsuranceReports(InsuranceCommon):
    """Who is asked to report a debtor, when, and what becomes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limit()
        cls.move = cls.invoice(days_late=50)
        cls.viewer = cls.person("insurance.viewer", "group_dunning_viewer")

    def due(self):
        self.look()
        return self.notices()

    # -- tasks -----------------------------------------------------------------------------------

    def test_nobody_is_asked_before_the_days_ahead(self):
        self.insurance.ahead_days = 9
        self.look()
        self.assertFalse(self.tasks(self.notices()))
        self.look(1)
        self.assertEqual(len(self.tasks(self.notices())), 1)

    def test_a_task_names_debtor_insurer_day_and_amount(self):
        task = self.tasks(self.due())
        self.assertEqual(task.date_deadline, self.after(10))
        for word in ("Bakery Ltd", "Sure Ltd", "100.00", str(self.after(10).day)):
            self.assertIn(word, task.summary)

    def test_somebody_is_asked_once_for_a_delay(self):
        notice = self.due()
        self.look(1)
        self.assertEqual(len(self.tasks(notice)), 1)
        self.tasks(notice).action_feedback()
        self.look(2)
        self.assertFalse(self.tasks(notice))

    def test_a_task_is_taken_back_when_the_debtor_pays(self):
        notice = self.due()
        self.pay(self.move)
        self.look(1)
        self.assertFalse(self.tasks(notice))

    def test_a_task_is_taken_back_while_the_deadline_is_far_again(self):
        second = self.invoice(days_late=20)
        notice = self.due()
        self.pay(self.move)
        self.look()
        self.assertEqual((notice.move_id, notice.asked_on), (second, False))
        self.assertFalse(self.tasks(notice))
        self.look(30)
        self.assertEqual(self.tasks(notice).date_deadline, self.after(40))

    def test_the_debtors_handler_is_asked_who_may_report(self):
        debtor = self.due().debtor_id
        self.notices().unlink()
        debtor.handler_id = self.reporter
        self.assertEqual(self.tasks(self.due()).user_id, self.reporter)

    def test_a_manager_is_asked_where_the_handler_may_not_report(self):
        collector = self.person("insurance.collector", "group_dunning_user")
        debtor = self.due().debtor_id
        self.notices().unlink()
        debtor.handler_id = collector
        person = self.tasks(self.due()).user_id
        self.assertTrue(person.has_group("payt_dunning.group_dunning_manager"))

    def test_a_task_is_in_its_readers_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env.ref("base.lang_nl").date_format = "%d/%m/%Y"
        debtor = self.due().debtor_id
        self.notices().unlink()
        self.reporter.lang = "nl_NL"
        debtor.handler_id = self.reporter
        self.assertIn(self.after(10).strftime("%d/%m/%Y"), self.tasks(self.due()).summary)

    # -- reporting -------------------------------------------------------------------------------

    def test_what_is_reported_asks_nobody_any_more(self):
        notice = self.due()
        self.report(notice, reference=" CL-77 ")
        self.assertEqual((notice.state, notice.reference), ("reported", "CL-77"))
        self.assertEqual((notice.reported_on, notice.reported_by_id), (self.today, self.reporter))
        self.assertFalse(self.tasks(notice))
        self.look(20)
        self.assertEqual(len(self.notices()), 1)
        self.assertFalse(self.tasks(notice))

    def test_reporting_is_noted_on_the_report_and_the_debtor(self):
        notice = self.due()
        self.report(notice, reference="CL-77")
        for record in (notice, notice.debtor_id):
            note = record.message_ids[:1]
            self.assertIn("CL-77", html2plaintext(note.body))
            self.assertEqual(note.author_id, self.reporter.partner_id)
            self.assertTrue(note.is_internal or note.subtype_id.internal)

    def test_nothing_is_reported_on_a_day_to_come(self):
        with self.assertRaisesRegex(UserError, "can't have reported"):
            self.report(self.due(), day=self.after(1))
        self.assertEqual(self.notices().state, "due")

    def test_a_report_needs_a_day(self):
        with self.assertRaisesRegex(UserError, "On which day"):
            self.report(self.due(), day=False)

    def test_not_reporting_needs_a_reason_and_asks_nobody_any_more(self):
        notice = self.due()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.report(notice, what="declined", reason="  ")
        self.report(notice, what="declined", reason="Paid tomorrow")
        self.assertEqual((notice.state, notice.reason), ("declined", "Paid tomorrow"))
        self.look(20)
        self.assertEqual(notice.state, "declined")
        self.assertFalse(self.tasks(notice))

    def declined(self):
        """A debtor with 100 overdue of which somebody decided not to tell the insurer."""
        notice = self.due()
        self.report(notice, what="declined", reason="Pays next week")
        return notice

    def test_what_was_not_to_be_reported_is_asked_again_once_much_more_is_overdue(self):
        notice = self.declined()
        self.invoice(days_late=49, amount=40)
        self.look()
        self.assertEqual(notice.state, "declined", "a little more is the same delay")
        self.invoice(days_late=48, amount=20)
        self.look()
        self.assertEqual(notice.state, "due")

    def test_what_was_not_to_be_reported_is_asked_again_when_another_invoice_is_late(self):
        notice = self.declined()
        self.invoice(days_late=40)
        self.pay(self.move)
        self.look(1)
        self.assertEqual(notice.state, "due")

    def test_a_currency_without_a_rate_is_refused(self):
        currency = self.env["res.currency"].create({"name": "ZQX", "symbol": "Z"})
        with self.assertRaisesRegex(ValidationError, "no rate of ZQX"):
            self.insurance.currency_id = currency

    def test_what_was_not_to_be_reported_can_be_all_the_same(self):
        notice = self.due()
        self.report(notice, what="declined", reason="Paid tomorrow")
        self.report(notice)
        self.assertEqual((notice.state, notice.reason), ("reported", False))

    def test_what_is_over_is_not_reported(self):
        notice = self.due()
        self.pay(self.move)
        self.look(1)
        for what in ("reported", "declined"):
            with self.assertRaises(UserError):
                self.report(notice, what=what, reason="x")

    def test_a_report_that_was_taken_back_is_asked_for_again(self):
        notice = self.due()
        self.report(notice, reference="CL-77")
        notice.with_user(self.reporter).action_take_back()
        self.assertEqual(
            (notice.state, notice.reported_on, notice.reference), ("due", False, False)
        )
        self.look()
        self.assertEqual(len(self.tasks(notice)), 1)

    def test_several_are_reported_at_once(self):
        other = self.debtor("Another")
        self.limit(partner=other)
        self.invoice(days_late=55, partner=other)
        self.look()
        notices = self.notices() + self.notices(other)
        form = Form(
            self.env["receivable.insurance.wizard"]
            .with_user(self.reporter)
            .with_context(active_model=notices._name, active_ids=notices.ids)
        )
        form.reference = "BATCH"
        form.save().action_apply()
        self.assertEqual(notices.mapped("reference"), ["BATCH", "BATCH"])

    def test_whether_it_was_in_time_is_told_in_words(self):
        notice = self.due()
        for days, words in ((0, "left: 10"), (10, "last day"), (12, "Missed, days late: 2")):
            with self.on_day(self.after(days)):
                notice.invalidate_recordset()
                self.assertIn(words, notice.timing)
        for days, words in ((10, "in time"), (13, "days late: 3")):
            self.report(notice, days=days, day=self.after(days))
            self.assertIn(words, notice.timing)

    # -- where it is seen ------------------------------------------------------------------------

    def today_section(self, user, days=0):
        with self.on_day(self.after(days)):
            today = self.env["dunning.today"].with_user(user)
            return today.with_context(allowed_company_ids=self.company.ids).look(
                "all", keys=["insurer"]
            )["sections"]

    def test_today_shows_deadlines_that_are_near_or_missed(self):
        other = self.debtor("Later")
        self.limit(partner=other)
        self.invoice(days_late=20, partner=other)
        self.look()
        (section,) = self.today_section(self.reporter)
        (row,) = section["rows"]
        self.assertEqual(
            (row["debtor"], row["about"], row["late"]), ("Bakery Ltd", "Sure Ltd", False)
        )
        self.assertEqual([act["label"] for act in row["acts"]], ["Reported…", "Not Reported…"])
        (section,) = self.today_section(self.reporter, days=11)
        self.assertEqual((section["count"], section["late"]), (1, 1))

    def test_today_shows_the_first_deadline_first(self):
        other = self.debtor("Sooner")
        self.limit(partner=other)
        self.invoice(days_late=55, amount=20, partner=other)
        self.look()
        (section,) = self.today_section(self.reporter)
        self.assertEqual([row["debtor"] for row in section["rows"]], ["Sooner", "Bakery Ltd"])

    def test_today_shows_nothing_of_it_to_who_may_not_report(self):
        self.look()
        self.assertFalse(self.today_section(self.viewer))

    def test_what_is_reported_is_gone_from_today(self):
        self.report(self.due())
        self.assertFalse(self.today_section(self.reporter)[0]["count"])

    def insured_as_seen(self, debtor, days=0):
        self.env.invalidate_all()
        with self.on_day(self.after(days)):
            return debtor.sudo(False).with_user(self.viewer).insured or ""

    def test_a_viewer_sees_on_the_debtor_up_to_what_it_is_insured_and_the_deadline(self):
        words = self.insured_as_seen(self.due().debtor_id)
        self.assertRegex(words, r"Up to .*1,000.00.* at Sure Ltd, POL-1")
        self.assertIn("To be reported to Sure Ltd by", words)

    def test_the_debtor_tells_that_it_was_reported_or_is_not(self):
        notice = self.due()
        self.report(notice)
        self.assertIn("Reported to Sure Ltd on", self.insured_as_seen(notice.debtor_id))
        notice.with_user(self.reporter).action_take_back()
        self.report(notice, what="declined", reason="x")
        self.assertIn("Not to be reported to Sure Ltd", self.insured_as_seen(notice.debtor_id))

    def test_a_limit_that_has_ended_insures_nothing_new(self):
        debtor = self.due().debtor_id
        self.insurance.others_amount = 70.0
        self.insurance.limit_ids.valid_until = self.after(3)
        self.assertIn("Up to", self.insured_as_seen(debtor, days=3))
        self.assertNotIn("Up to", self.insured_as_seen(debtor, days=4))

    def test_the_debtor_tells_of_blind_cover(self):
        self.insurance.others_amount = 70.0
        moves = [self.invoice(partner=each) for each in (self.debtor("Blind"), self.consumer)]
        blind, consumer = (self.synced(move).debtor_id for move in moves)
        self.assertIn("70.00", self.insured_as_seen(blind))
        self.assertFalse(self.insured_as_seen(consumer))

    # -- merging ---------------------------------------------------------------------------------

    def merge(self, gone, kept):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((gone + kept).ids, kept)
        self.env.invalidate_all()

    def test_a_report_goes_along_when_contacts_are_merged(self):
        notice = self.due()
        kept = self.debtor("Kept")
        self.synced(self.invoice(partner=kept, days_late=-20))
        self.merge(self.business, kept)
        self.assertEqual(notice.debtor_id.partner_id, kept)
        self.assertEqual(self.insurance.limit_ids.partner_id, kept)
        self.look()
        self.assertEqual((notice.state, len(self.notices(kept))), ("due", 1))

    def test_of_two_reports_that_are_merged_the_reported_one_stays(self):
        kept = self.debtor("Kept")
        self.limit(500, partner=kept)
        self.invoice(days_late=55, partner=kept)
        self.look()
        reported, waits = self.notices(), self.notices(kept)
        self.report(reported)
        self.merge(self.business, kept)
        self.assertEqual((reported.state, waits.state), ("reported", "over"))
        self.assertEqual(self.insurance.limit_ids.amount, 500.0)
        self.assertIn("1,000.00", html2plaintext(self.insurance.message_ids[:1].body))
        self.look()
        self.assertEqual((reported.debtor_id.partner_id, reported.amount), (kept, 200.0))
