from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tools import mute_logger

from .common import DunningCommon, ScriptedSMTP

CORE_MAIL = "odoo.addons.mail.models.mail_mail"
OUR_MAIL = "odoo.addons.payt_dunning.models.mail_mail"
OUR_RUN = "odoo.addons.payt_dunning.models.dunning_run"


class TestPeerFaults(DunningCommon):
    """What follow-up modules are known to get wrong; see docs/architecture.md."""

    # -- what has left -----------------------------------------------------------------

    def test_paid_between_compute_and_send_is_not_dunned(self):
        move = self.invoice()
        self.run_day()
        self.pay(move)
        self.assertFalse(self.deliver())
        self.assertEqual(self.items(move).reached, 0)

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_failed_reminder_does_not_count_as_delivered(self):
        move = self.invoice(days_late=30)
        self.run_day()
        self.deliver(ScriptedSMTP({"content": (554, b"no")}))
        self.assertEqual(self.items(move).reached, 0)
        self.assertFalse(self.items(move).debtor_id.last_message_date)
        self.run_and_deliver(self.after(1))
        self.assertEqual(self.notices_to().mapped("level_name"), ["First reminder"] * 2)
        self.assertEqual(self.notices_to().mapped("state"), ["failed", "sent"])

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_reminder_that_failed_three_times_goes_to_a_person(self):
        move = self.invoice(days_late=30)
        for days in range(4):
            self.run_day(day=self.after(days))
            self.deliver(ScriptedSMTP({"content": (554, b"no")}), day=self.after(days))
        self.assertEqual(len(self.notices_to()), 3)
        self.assertEqual(self.items(move).reason, "failed")

    def test_a_reminder_that_never_left_does_not_count_as_delivered(self):
        move = self.invoice()
        self.run_day()
        self.deliver(None)
        self.assertEqual(self.items(move).reached, 0)

    def test_a_second_run_and_a_second_queue_send_nothing_again(self):
        self.invoice()
        self.assertEqual(len(self.run_and_deliver()), 1)
        self.assertFalse(self.deliver())
        self.assertFalse(self.run_and_deliver())

    def test_a_run_between_plan_and_hand_over_plans_no_second_message(self):
        self.invoice()
        self.run_day()
        self.run_day(day=self.after(1))
        self.assertEqual(len(self.notices_to()), 1)

    def test_a_message_whose_mail_was_deleted_by_hand_is_made_anew(self):
        self.invoice()
        self.run_day()
        self.notices_to().mail_id.unlink()
        self.run_and_deliver(self.after(1))
        self.assertEqual(self.notices_to().mapped("state"), ["cancelled", "sent"])

    def test_a_message_whose_mail_was_cancelled_by_hand_is_made_anew(self):
        self.invoice()
        self.run_day()
        self.notices_to().mail_id.cancel()
        self.run_and_deliver(self.after(1))
        self.assertEqual(self.notices_to().mapped("state"), ["cancelled", "sent"])

    # -- one fault stops nothing else ----------------------------------------------------

    def test_company_b_runs_while_company_a_is_running(self):
        other = self.setup_other_company()["company"]
        with self.registry.cursor() as cursor:
            elsewhere = self.Run.with_env(self.env(cr=cursor))
            self.assertTrue(elsewhere._claim(self.company, "pg_try_advisory_lock"))
            try:
                self.assertFalse(self.run_day())
                self.assertEqual(self.run_day(company=other).company_id, other)
            finally:
                elsewhere._claim(self.company, "pg_advisory_unlock")

    @mute_logger(OUR_RUN)
    def test_company_b_runs_when_company_a_stops_with_an_error(self):
        other = self.setup_other_company()["company"]
        Sync = type(self.env["dunning.sync"])
        sync = Sync._sync

        def broken(model, company):
            if company == self.company:
                raise ValueError("broken")
            return sync(model, company)

        with (
            patch.object(Sync, "_sync", broken),
            # The test's own transaction must survive.
            patch.object(self.env.cr, "rollback", lambda: None),
            self.no_commit(),
        ):
            self.Run._cron_run()
        self.assertIn("done", self.Run.search([("company_id", "=", other.id)]).mapped("state"))

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_one_failing_mail_does_not_stop_the_others(self):
        partners = [self.debtor(f"Debtor {number}") for number in range(3)]
        for partner in partners:
            self.invoice(partner=partner)
        self.run_day()
        Mail = type(self.env["mail.mail"])
        prepare = Mail._prepare_outgoing_body

        def broken(mail):
            if "debtor.1" in mail.email_to:
                raise ValueError("broken")
            return prepare(mail)

        with patch.object(Mail, "_prepare_outgoing_body", broken):
            self.assertEqual(len(self.deliver()), 2)
        states = [self.notices_to(partner).state for partner in partners]
        self.assertEqual(states, ["sent", "failed", "sent"])

    def test_attachments_of_one_debtor_are_never_in_the_next_mail(self):
        self.env.ref("payt_dunning.level_business_1").attachment = "pdf"
        with_pdf, without = self.debtor("First"), self.debtor("Second")
        move = self.invoice(partner=with_pdf)
        self.invoice(partner=without)
        self.env["ir.attachment"].create(
            {
                "name": "secret-of-first.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        move.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
        mails = self.run_and_deliver()
        self.assertEqual(len(mails), 2)
        carrying = [mail for mail in mails if "secret-of-first" in mail]
        self.assertEqual(len(carrying), 1)
        self.assertIn("first@debtor", carrying[0])
        self.assertFalse(self.notices_to(without).attachment_ids)

    # -- which invoices, which amounts ---------------------------------------------------

    def test_invoices_due_any_number_of_days_ago_are_seen(self):
        for days in (3, 4, 9, 45, 90):
            self.invoice(partner=self.debtor(f"Late {days}"), days_late=days)
        self.assertEqual(self.run_day().planned, 5)

    def test_invoices_are_seen_after_days_without_a_run(self):
        move = self.invoice(days_late=-20)
        self.run_day()
        self.assertEqual(self.items(move).reason, "not_yet")
        self.assertEqual(self.run_day(day=self.after(50)).planned, 1)

    def test_a_courtesy_below_its_minimum_does_not_delay_the_reminder_after_it(self):
        self.invoice(days_late=-1)
        planned = [self.run_day(day=self.after(days)).planned for days in range(5)]
        self.assertEqual(planned, [0, 0, 0, 0, 1])

    def test_the_minimum_is_compared_in_company_currency(self):
        weak = self.setup_other_currency("CAD", rates=[("1900-01-01", 2.0)])
        strong = self.setup_other_currency("CHF", rates=[("1900-01-01", 0.5)])
        below = self.invoice(partner=self.debtor("Weak"), amount=9, currency_id=weak.id)
        above = self.invoice(partner=self.debtor("Strong"), amount=3, currency_id=strong.id)
        self.run_day()
        self.assertEqual(self.items(below).reason, "below_minimum")
        self.assertEqual(self.notices_to(self.items(above).partner_id).amount, 3)
        self.assertIn("CHF", self.notices_to(self.items(above).partner_id).body)

    def test_the_minimum_of_an_item_is_compared_in_company_currency(self):
        weak = self.setup_other_currency("CAD", rates=[("1900-01-01", 2.0)])
        self.env.ref("payt_dunning.level_business_1").item_minimum = 50
        self.env.ref("payt_dunning.policy_business").action_publish()
        below = self.invoice(amount=99, currency_id=weak.id)
        above = self.invoice(partner=self.debtor("Other"), amount=101, currency_id=weak.id)
        self.run_day()
        self.assertEqual(self.items(below).reason, "below_minimum")
        self.assertEqual(self.items(above).reason, "under_way")

    def test_cores_own_marks_are_honoured(self):
        blocked, excluded = self.invoice(), self.invoice()
        self.synced(blocked, excluded)
        blocked.action_toggle_block_payment()
        excluded.no_followup = True
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(self.items(blocked).reason, "core_blocked")
        self.assertEqual(self.items(excluded).reason, "no_followup")

    def test_a_message_asks_for_the_open_amount_not_for_the_total(self):
        move = self.invoice(amount=1000)
        self.pay(move, amount=400)
        (mail,) = self.run_and_deliver()
        self.assertEqual(self.notices_to().amount, 600)
        self.assertIn("600.00", mail)
        self.assertNotIn("1,000.00", mail)

    def test_free_credit_is_netted(self):
        self.invoice(amount=100)
        self.credit_note(25)
        self.run_day()
        self.assertEqual(self.notices_to().amount, 75)

    def test_a_reminder_of_one_invoice_does_not_silence_the_others_for_ever(self):
        first, second = self.invoice(days_late=4), self.invoice(days_late=0)
        for days in range(12):
            self.run_and_deliver(self.after(days))
        self.assertEqual(self.items(first).reached, 3)
        self.assertGreaterEqual(self.items(second).reached, 2)
        rows = self.notices_to().line_ids.filtered(lambda line: line.position and line.live)
        self.assertIn(self.items(second), rows.item_id)

    def test_an_invoice_in_instalments_is_overdue_at_its_first_term(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        move = self.invoice(
            amount=200,
            invoice_payment_term_id=term.id,
            invoice_date=self.today - timedelta(days=5),
        )
        self.run_day()
        notice = self.notices_to()
        self.assertEqual(notice.amount, 100)
        reminded = notice.line_ids.filtered("position").item_id
        self.assertEqual(reminded, self.items(move).filtered(lambda item: item.term_number == 1))

    def test_resuming_after_a_long_pause_fires_no_burst(self):
        moves = [self.invoice(days_late=days) for days in (5, 25, 45)]
        hold = self.hold(debtor_id=self.synced(*moves).debtor_id.id)
        self.run_day()
        with self.on_day(self.after(60)):
            hold.action_release("settled")
        left = [len(self.run_and_deliver(self.after(60 + days))) for days in range(8)]
        self.assertEqual(left, [0, 1, 0, 0, 0, 0, 0, 0])
        self.assertEqual(set(self.items(moves[0].union(*moves)).mapped("reached")), {2})

    # -- reset to draft ------------------------------------------------------------------

    def test_a_reset_to_draft_keeps_the_level(self):
        move = self.invoice()
        self.run_and_deliver()
        item = self.items(move)
        move.button_draft()
        self.assertEqual(self.run_day(day=self.after(30)).planned, 0)
        self.assertEqual(item.reason, "not_posted")
        move.action_post()
        self.run_day()
        self.assertEqual(self.items(move), item)
        self.assertEqual((item.state, item.reached, item.episode), ("open", 2, 1))

    def test_a_changed_amount_and_due_date_keep_the_level(self):
        move = self.invoice(amount=100)
        self.run_and_deliver()
        item = self.items(move)
        move.button_draft()
        move.write(
            {
                "invoice_date_due": self.after(3),
                "invoice_line_ids": [
                    Command.update(move.invoice_line_ids.id, {"price_unit": 80}),
                ],
            }
        )
        move.action_post()
        self.run_day()
        self.assertEqual(self.items(move), item)
        self.assertEqual((item.reached, item.amount_open), (2, 80))
        self.assertEqual(item.date_due, self.after(3))

    def test_lines_made_anew_in_draft_keep_the_level(self):
        move = self.invoice(amount=100)
        self.run_and_deliver()
        item = self.items(move)
        move.button_draft()
        move.line_ids.with_context(dynamic_unlink=True).unlink()
        move.invoice_line_ids = [Command.create({"name": "work", "price_unit": 90, "tax_ids": []})]
        self.run_day()
        move.action_post()
        self.run_day()
        self.assertEqual(self.items(move), item)
        self.assertEqual((item.state, item.reached, item.amount_open), ("open", 2, 90))
