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
