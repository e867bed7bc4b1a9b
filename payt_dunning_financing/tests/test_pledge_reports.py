from unittest.mock import patch

from odoo.tools import mute_logger

from .pledge_common import PledgeCommon

LOGGER = "odoo.addons.payt_dunning_financing.models.receivable_financing_report"


class TestPledgeReports(PledgeCommon):
    """What is in a report stays as it is from when somebody has it; one fault stops no other."""

    def make_once(self):
        self.move = self.invoice(amount=100.0)
        self.draw = self.pledged(self.move)

    def test_what_is_found_after_a_download_is_in_another_report(self):
        self.pay(self.move, 40.0)
        self.look()
        first = self.reports()
        first.action_download()
        self.pay(self.move, 60.0)
        self.look()
        self.assertEqual(self.reports().mapped("change_count"), [1, 1])
        first.action_sent()
        self.assertEqual(self.reports().mapped("state"), ["sent", "waiting"])
        self.assertEqual(self.pledge(self.move).state, "pledged")

    def test_a_report_is_downloaded_again_as_it_was_the_first_time(self):
        self.pay(self.move, 40.0)
        self.look()
        report = self.reports()
        export = self.env["receivable.financing.export"]
        report.action_download()
        files = [export._file(kind, report) for kind in ("xlsx", "changes.csv", "json")]
        self.assertIn(b"40.00", files[2])
        report.change_ids.sudo().amount = 41.0
        report.action_download()
        report.action_sent()
        again = [export._file(kind, report) for kind in ("xlsx", "changes.csv", "json")]
        self.assertEqual(again, files)

    def test_what_was_looked_at_today_is_not_looked_at_again_when_time_ran_out(self):
        others = [self.invoice(amount=10.0) for _each in range(2)]
        self.pledged(*others)
        for move in (self.move, *others):
            self.pay(move, 5.0)
        watch = "odoo.addons.payt_dunning_financing.models.receivable_pledge_watch.BATCH"
        crons = type(self.env["ir.cron"])
        for _run in range(3):
            with (
                patch(watch, 1),
                patch.object(crons, "_commit_progress", lambda cron, *args, **kwargs: 0),
            ):
                self.Pledge._cron_look()
        for move in (self.move, *others):
            self.assertEqual(self.changes(move), [("paid", 5.0)])

    def test_the_report_follows_when_all_was_looked_at(self):
        cron = self.env.ref("payt_dunning_financing.ir_cron_report_to_financiers")
        asked = self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)])
        asked.unlink()
        with self.no_commit():
            self.Pledge._cron_look()
        asked = self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)])
        self.assertEqual(len(asked), 1)

    def test_by_hand_all_is_looked_at_whatever_the_night_saw(self):
        self.look()
        self.pay(self.move, 5.0)
        self.financing.action_report_now()
        self.assertEqual(self.changes(self.move), [("paid", 5.0)])

    def fails_for(self, method, financing):
        """One step of the reports of one financier fails."""
        real = getattr(type(self.Report), method)

        def step(report):
            if report.financing_id == financing:
                raise ValueError("broken")
            return real(report)

        return patch.object(type(self.Report), method, step)

    def of_two(self):
        """Something to tell each of two financiers, by mail."""
        other = self.financier("Keen Credit")
        move = self.invoice()
        self.pledged(move, financing=other)
        for financing in self.financing + other:
            financing.write({"report_by": "mail", "report_email": "reports@bank.example.com"})
        self.pay(self.move, 10.0)
        self.pay(move, 20.0)
        return other

    def tasks(self, report):
        return self.env["mail.activity"].search(
            [("res_model", "=", report._name), ("res_id", "=", report.id)]
        )

    def test_a_report_that_fails_stops_no_other_and_is_a_task(self):
        other = self.of_two()
        with self.fails_for("_hand_over", self.financing), mute_logger(LOGGER):
            self.look()
        report = self.reports()
        self.assertTrue(self.reports(other).mail_id)
        self.assertEqual((report.state, report.problem), ("failed", "It could not be made: broken"))
        self.assertEqual(report.change_count, 1)
        self.assertEqual(self.tasks(report).summary, "The report to Bold Bank could not be sent")

    def test_a_mail_whose_end_can_not_be_kept_stops_no_other_and_is_a_task(self):
        other = self.of_two()
        self.look()
        (self.reports() + self.reports(other)).sudo().mail_id.state = "sent"
        with self.fails_for("_after_mail", self.financing), mute_logger(LOGGER):
            self.look()
        self.assertEqual(self.reports(other).state, "sent")
        self.assertEqual(self.reports().state, "waiting")
        self.assertEqual(
            self.tasks(self.reports()).summary, "Find out what became of the report to Bold Bank"
        )

    def test_what_was_paid_before_a_person_released_it_is_told(self):
        self.pay(self.move, 40.0)
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        self.assertEqual(self.changes(self.move), [("paid", 40.0)])
        self.assertEqual(self.pledge(self.move).why, "Agreed")
        self.look()
        self.assertEqual(self.reports().change_count, 1)

    def test_a_case_that_is_over_while_the_invoice_is_open_is_told_with_its_number(self):
        case = self.env["collection.case"]._open(self.items(self.move), "clerk")
        case.sudo().phase = "handed_over"
        self.look()
        case.sudo().phase = "closed"
        self.look()
        first, last = self.pledge(self.move).change_ids.sorted("id")
        self.assertEqual((first.kind, first.note), ("case", case.name))
        self.assertEqual((last.kind, last.note), ("case_over", case.name))

    def test_a_sales_receipt_is_no_draft(self):
        receipt = self.invoice(amount=100.0, move_type="out_receipt")
        self.pledged(receipt)
        self.look()
        self.assertFalse(self.changes(receipt))
        self.pay(receipt, 30.0)
        self.look()
        self.assertEqual(self.changes(receipt), [("paid", 30.0)])
