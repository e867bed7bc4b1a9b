from unittest.mock import patch

from .pledge_common import PledgeCommon


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
        with self.no_commit(), self.capture_triggers(cron.id) as asked:
            self.Pledge._cron_look()
        self.assertEqual(len(asked.records), 1)

    def test_by_hand_all_is_looked_at_whatever_the_night_saw(self):
        self.look()
        self.pay(self.move, 5.0)
        self.financing.action_report_now()
        self.assertEqual(self.changes(self.move), [("paid", 5.0)])
