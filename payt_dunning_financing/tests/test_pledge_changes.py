import json
from unittest.mock import patch

from odoo import Command
from odoo.tools import mute_logger

from odoo.addons.payt_dunning.tests.common import ScriptedSMTP

from .pledge_common import PledgeCommon


class TestPledgeChanges(PledgeCommon):
    """What becomes of a pledged invoice is found once, told once, and ends the pledge."""

    def make_once(self):
        self.move = self.invoice(amount=100.0)
        self.draw = self.pledged(self.move)

    def test_nothing_changed_is_nothing_to_tell(self):
        self.look()
        self.assertFalse(self.changes(self.move))
        self.assertFalse(self.reports())

    def test_a_payment_is_told_once_with_what_is_open_after_it(self):
        self.pay(self.move, 30.0)
        self.look()
        self.look()
        self.assertEqual(self.changes(self.move), [("paid", 30.0)])
        self.assertEqual(self.pledge(self.move).change_ids.open_amount, 70.0)

    def test_what_was_paid_before_the_draw_is_no_change(self):
        other = self.invoice(amount=100.0)
        self.pay(other, 30.0)
        self.pledged(other)
        self.look()
        self.assertFalse(self.changes(other))

    def test_two_payments_on_different_days_are_told_as_they_come(self):
        self.pay(self.move, 30.0)
        self.look()
        self.pay(self.move, 20.0)
        self.look()
        self.assertEqual(self.changes(self.move), [("paid", 30.0), ("paid", 20.0)])

    def test_a_credit_note_is_told_as_one(self):
        self.credit(self.move, 25.0)
        self.look()
        self.assertEqual(self.changes(self.move), [("credited", 25.0)])

    def test_what_was_written_off_is_told_as_that(self):
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": account.id, **sides, **partner})
                    for account, sides, partner in (
                        (
                            self.company_data["default_account_receivable"],
                            {"credit": 10.0},
                            {"partner_id": self.business.id},
                        ),
                        (self.company_data["default_account_expense"], {"debit": 10.0}, {}),
                    )
                ],
            }
        )
        entry.action_post()
        self.match(self.move + entry)
        self.look()
        self.assertEqual(self.changes(self.move), [("written_off", 10.0)])

    def test_a_payment_that_is_taken_back_before_it_was_told_is_no_change(self):
        self.pay(self.move)
        self.take_back(self.move)
        self.look()
        self.assertFalse(self.changes(self.move))

    def test_a_payment_that_is_taken_back_after_it_was_told_is_open_again(self):
        self.pay(self.move, 40.0)
        self.look()
        self.take_back(self.move)
        self.look()
        self.assertEqual(self.changes(self.move), [("paid", 40.0), ("reopened", 40.0)])

    def test_a_dispute_is_told_with_its_amount_and_when_it_is_over(self):
        dispute = self.dispute(self.move, 60.0)
        self.look()
        dispute._withdraw("Agreed")
        self.look()
        self.assertEqual(self.changes(self.move), [("disputed", 60.0), ("dispute_over", 60.0)])

    def test_a_payment_plan_is_told_with_its_number(self):
        plans = self.env["dunning.payment.plan"]
        item = self.items(self.move)
        with patch.object(
            type(plans), "_of_items", lambda *args: [self.fake_plan(item)], create=False
        ):
            self.look()
        (change,) = self.pledge(self.move).change_ids
        self.assertEqual((change.kind, change.note), ("plan", "PLAN/7"))

    def fake_plan(self, item):
        return type("Plan", (), {"name": "PLAN/7", "item_ids": item})()

    def test_a_case_that_an_office_has_is_told(self):
        case = self.env["collection.case"]._open(self.items(self.move), "clerk")
        self.look()
        self.assertFalse(self.changes(self.move), "nobody else has it yet")
        case.sudo().phase = "handed_over"
        self.look()
        (change,) = self.pledge(self.move).change_ids
        self.assertEqual((change.kind, change.note), ("case", case.name))

    def test_an_invoice_that_becomes_a_draft_again_is_withdrawn_and_released(self):
        self.move.button_draft()
        self.look()
        pledge = self.pledge(self.move)
        self.assertEqual(self.changes(self.move), [("withdrawn", 100.0)])
        self.assertEqual((pledge.state, pledge.why), ("released", "The invoice is a draft again."))
        self.assertEqual(self.draw.state, "settled")

    def test_an_invoice_that_is_cancelled_or_deleted_is_withdrawn_in_those_words(self):
        pledge = self.pledge(self.move)
        self.move.button_draft()
        self.move.name = False
        self.move.with_context(force_delete=True).unlink()
        self.look()
        self.assertEqual(pledge.why, "The invoice was deleted.")
        self.assertEqual(pledge.change_ids.kind, "withdrawn")
        other = self.invoice()
        self.pledged(other)
        other.button_draft()
        other.button_cancel()
        self.look()
        self.assertEqual(self.pledge(other).why, "The invoice was cancelled.")

    def test_an_invoice_that_was_corrected_to_less_is_told_as_credited(self):
        self.move.button_draft()
        self.move.invoice_line_ids.price_unit = 80.0
        self.move.action_post()
        self.look()
        self.assertEqual(self.changes(self.move), [("credited", 20.0)])
        self.assertEqual(self.pledge(self.move).state, "pledged")

    def test_another_currency_is_told_by_the_rate_of_the_draw(self):
        foreign = self.setup_other_currency("EUR", rates=[("2000-01-01", 2.0)])
        other = self.invoice(amount=100.0, currency_id=foreign.id)
        self.financing.other_currencies = True
        self.pledged(other)
        self.assertEqual(self.pledge(other).amount, 50.0)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=other.ids
        ).create({"amount": 40.0, "currency_id": foreign.id})._create_payments()
        self.look()
        self.assertEqual(self.changes(other), [("paid", 20.0)])

    def test_when_contacts_are_merged_the_pledge_is_the_others(self):
        target = self.debtor("Other Bakery")
        self.synced(self.invoice(partner=target))
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.business + target).ids, target
        )
        self.assertEqual(self.pledge(self.move).debtor_id.partner_id, target)

    def test_one_that_fails_keeps_no_other_from_being_looked_at(self):
        other = self.invoice()
        self.pledged(other)
        self.pay(self.move, 10.0)
        self.pay(other, 10.0)
        bad = self.pledge(self.move)
        look = type(bad)._changes

        def fails(pledge, *args):
            if pledge == bad:
                raise ValueError("broken")
            return look(pledge, *args)

        logger = "odoo.addons.payt_dunning_financing.models.receivable_pledge_watch"
        with patch.object(type(bad), "_changes", fails), mute_logger(logger):
            self.look()
        self.assertEqual(self.changes(other), [("paid", 10.0)])
        self.look()
        self.assertEqual(self.changes(self.move), [("paid", 10.0)])

    def test_many_invoices_are_looked_at_with_as_many_statements_as_a_few(self):
        moves = [self.invoice(amount=10.0) for _each in range(3)]
        self.pledged(*moves)
        few = self.statements()
        self.pledged(*[self.invoice(amount=10.0) for _each in range(12)])
        self.assertLessEqual(self.statements(), few + 2)

    def statements(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Pledge.sudo().search(self.Pledge._to_watch())._now()
        return self.env.cr.sql_log_count - before

    # -- reports -----------------------------------------------------------------------------------

    def test_changes_wait_in_one_report_for_whoever_sends_it(self):
        self.pay(self.move, 30.0)
        self.look()
        self.pay(self.move, 20.0)
        self.look()
        report = self.reports()
        self.assertEqual((len(report), report.state, report.change_count), (1, "waiting", 2))
        task = self.task(report)
        self.assertEqual(task.summary, "Send the report to Bold Bank")
        self.assertEqual(task.user_id, self.env.user)

    def task(self, record, kind="financing_report"):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref(f"payt_dunning_financing.activity_{kind}").id,
                ),
            ]
        )

    def test_what_is_told_after_a_report_was_sent_is_in_another(self):
        self.pay(self.move, 30.0)
        self.tell()
        self.assertFalse(self.task(self.reports()))
        self.pay(self.move, 20.0)
        self.tell()
        self.assertEqual([report.change_count for report in self.reports()], [1, 1])

    def test_a_report_is_made_for_each_financier(self):
        other = self.financier("Keen Credit")
        move = self.invoice()
        self.pledged(move, financing=other)
        self.pay(self.move, 10.0)
        self.pay(move, 20.0)
        self.look()
        self.assertEqual(self.reports().change_ids.pledge_id.move_id, self.move)
        self.assertEqual(self.reports(other).change_ids.pledge_id.move_id, move)

    def test_what_is_paid_in_full_is_released_once_its_financier_was_told(self):
        self.pay(self.move)
        self.look()
        self.assertEqual(self.pledge(self.move).state, "pledged")
        self.reports().action_sent()
        pledge = self.pledge(self.move)
        self.assertEqual((pledge.state, pledge.why), ("released", "Paid in full"))
        self.assertEqual(self.draw.state, "settled")

    def test_what_was_credited_in_full_is_not_called_paid(self):
        self.credit(self.move)
        self.tell()
        self.assertEqual(self.pledge(self.move).why, "Nothing is open any more")

    def test_what_was_paid_after_the_report_was_made_is_told_before_the_release(self):
        self.pay(self.move, 40.0)
        self.look()
        self.pay(self.move, 60.0)
        self.reports().action_sent()
        self.assertEqual(self.pledge(self.move).state, "pledged")
        self.tell()
        self.assertEqual(self.changes(self.move), [("paid", 40.0), ("paid", 60.0)])
        self.assertEqual(self.pledge(self.move).state, "released")

    def test_what_needs_no_more_words_is_released_by_the_next_look(self):
        self.pay(self.move)
        self.look()
        pledge = self.pledge(self.move).sudo()
        pledge.told = {**pledge.told, "case": "CASE/1"}
        self.reports().action_sent()
        self.assertEqual(pledge.state, "pledged")
        self.look()
        self.assertEqual((pledge.state, pledge.why), ("released", "Paid in full"))

    def test_what_was_paid_in_part_stays_pledged(self):
        self.pay(self.move, 99.0)
        self.tell()
        self.assertEqual(self.pledge(self.move).state, "pledged")

    def test_a_payment_that_fails_after_the_release_pledges_it_again_and_is_told(self):
        self.pay(self.move)
        self.tell()
        self.take_back(self.move)
        self.look()
        pledge = self.pledge(self.move)
        self.assertEqual((pledge.state, pledge.why), ("pledged", False))
        self.assertEqual(self.changes(self.move), [("paid", 100.0), ("reopened", 100.0)])
        self.assertEqual(self.draw.state, "paid")
        self.assertEqual(self.reports()[-1].change_ids.kind, "reopened")

    def test_what_a_person_released_is_not_pledged_again(self):
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        self.look()
        self.assertEqual(self.pledge(self.move).state, "released")

    def test_what_is_another_financiers_by_now_is_not_pledged_again(self):
        self.pay(self.move)
        self.tell()
        self.take_back(self.move)
        other = self.financier("Keen Credit")
        self.pledged(self.move, financing=other)
        self.look()
        pledges = self.Pledge.search([("move_id", "=", self.move.id)])
        states = {each.financing_id.name: each.state for each in pledges}
        self.assertEqual(states, {"Bold Bank": "released", "Keen Credit": "pledged"})

    def test_the_button_tells_now_what_the_night_would(self):
        self.pay(self.move, 10.0)
        action = self.financing.action_report_now()
        self.assertEqual(self.Report.search(action["domain"]), self.reports())
        self.assertEqual(self.reports().change_count, 1)

    # -- by mail -----------------------------------------------------------------------------------

    def by_mail(self, email="reports@bold.example.com"):
        self.financing.write({"report_by": "mail", "report_email": "first@bold.example.com"})
        # An address that is none comes in some other way: the form refuses it.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE receivable_financing SET report_email = %s WHERE id = %s",
            [email, self.financing.id],
        )
        self.financing.invalidate_recordset()
        self.pay(self.move)
        self.look()
        return self.reports()

    def test_a_report_goes_by_mail_once_with_its_files(self):
        report = self.by_mail()
        self.look()
        self.assertEqual((report.state, report.mail_id.state), ("waiting", "outgoing"))
        kinds = [name.rpartition(".")[2] for name in report.mail_id.attachment_ids.mapped("name")]
        self.assertEqual(kinds, ["xlsx", "csv", "json"])
        (mail,) = self.deliver()
        self.assertIn("reports@bold.example.com", mail)
        self.assertIn(self.move.name, mail.replace("=\r\n", "").replace("=\n", ""))
        self.assertEqual(report.state, "sent")
        self.assertFalse(report.sent_by_id)
        self.assertEqual(self.pledge(self.move).state, "released")
        self.look()
        self.assertFalse(self.deliver())

    def test_a_mail_that_fails_is_a_task_and_can_be_sent_again(self):
        report = self.by_mail()
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self.deliver(None)
        self.assertEqual(report.state, "failed")
        self.assertIn("could not be mailed", report.problem)
        self.assertEqual(self.task(report).summary, "The report to Bold Bank could not be sent")
        self.assertEqual(self.pledge(self.move).state, "pledged")
        report.action_again()
        self.assertEqual(len(self.deliver(ScriptedSMTP())), 1)
        self.assertEqual(report.state, "sent")
        self.assertFalse(self.task(report))

    def test_an_address_that_is_none_fails_with_the_reason(self):
        report = self.by_mail("nobody at nowhere")
        self.assertEqual(report.state, "failed")
        self.assertEqual(report.problem, "“nobody at nowhere” is not an e-mail address.")
        self.assertTrue(self.task(report))

    def test_nothing_is_mailed_before_the_company_is_live(self):
        self.company.dunning_live_uuid = False
        report = self.by_mail()
        self.assertFalse(report.mail_id)
        self.assertTrue(self.task(report))

    def test_a_report_on_its_way_is_not_marked_as_sent_by_hand(self):
        report = self.by_mail()
        with self.assertRaisesRegex(Exception, "on its way by e-mail"):
            report.action_sent()

    def test_what_is_told_is_kept_as_plain_values(self):
        self.pay(self.move, 30.0)
        self.look()
        told = json.loads(json.dumps(self.pledge(self.move).told))
        self.assertEqual(told["paid"], "30.0")
