from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tools import mute_logger

from .common import DunningCommon


class TestRun(DunningCommon):
    """The daily run: who gets a message, who waits, who is blocked, and why."""

    def notices(self, partner=None):
        return self.Notice.search(
            [("debtor_id.partner_id", "=", (partner or self.business).id)], order="id"
        )

    def credit(self, amount, partner=None):
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": (partner or self.business).id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "back", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        return move

    def test_an_overdue_invoice_is_reminded_of(self):
        move = self.invoice(days_late=4)
        self.run_day()
        notice = self.notices()
        self.assertEqual(notice.state, "queued")
        self.assertEqual(notice.level_name, "First reminder")
        self.assertEqual(notice.line_ids.item_id, self.items(move))

    def test_a_second_run_on_the_same_day_plans_nothing(self):
        self.invoice()
        self.assertEqual(self.run_day().planned, 1)
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(len(self.notices()), 1)

    def test_a_second_run_after_delivery_plans_nothing(self):
        self.invoice()
        self.run_and_deliver()
        self.assertEqual(self.run_day().planned, 0)

    def test_before_go_live_the_run_decides_but_makes_no_message(self):
        self.company._dunning_stop_live()
        move = self.invoice()
        run = self.run_day()
        self.assertFalse(self.notices())
        self.assertEqual(self.items(move).action, "send")
        self.assertFalse(run.live)

    def test_a_copy_of_a_live_database_is_silent(self):
        self.env["ir.config_parameter"].set_param("database.uuid", "the-copy")
        self.invoice()
        self.assertFalse(self.run_day().live)
        self.assertFalse(self.notices())

    def test_invoices_of_one_debtor_share_a_message(self):
        moves = self.invoice() + self.invoice(days_late=6)
        self.run_day()
        self.assertEqual(self.notices().line_ids.item_id.move_id, moves)

    def test_each_currency_has_a_message_of_its_own(self):
        dollar = self.setup_other_currency("GBP", rates=[("2017-01-01", 2.0)])
        self.invoice()
        self.invoice(currency_id=dollar.id)
        self.run_day()
        self.assertEqual(len(self.notices()), 2)
        self.deliver()
        self.assertEqual(self.notices().mapped("state"), ["sent", "sent"])

    def test_a_missed_day_is_caught_up(self):
        self.invoice(days_late=33)
        self.run_day()
        self.assertEqual(self.notices().level_name, "First reminder")

    def test_levels_follow_each_other_with_their_spacing(self):
        self.invoice(days_late=33)
        self.run_and_deliver()
        self.run_and_deliver(self.today + timedelta(days=6))
        self.assertEqual(len(self.notices()), 1)
        self.run_and_deliver(self.today + timedelta(days=7))
        self.assertEqual(self.notices().mapped("level_name"), ["First reminder", "Second reminder"])

    def test_after_the_last_level_nothing_is_sent_and_a_person_decides(self):
        policy = self.env.ref("payt_dunning.policy_business")
        policy.level_ids.filtered(
            lambda level: level.phase in ("notice", "collection")
        ).active = False
        policy.action_publish()
        move = self.invoice(days_late=33)
        for days in (0, 7, 14, 21):
            self.run_and_deliver(self.today + timedelta(days=days))
        self.assertEqual(len(self.notices()), 2)
        self.assertEqual(self.items(move).reason, "end_of_ladder")

    def test_a_young_invoice_is_listed_without_threat_and_not_counted_as_reminded(self):
        late, young = self.invoice(days_late=4), self.invoice(days_late=-9)
        self.run_and_deliver()
        notice = self.notices()
        row = notice.line_ids.filtered(lambda line: line.item_id == self.items(young))
        self.assertEqual(row.position, 0)
        self.assertEqual(self.items(late).reached, 2)
        self.assertEqual(self.items(young).reached, 0)

    def test_a_paid_invoice_is_not_reminded_of(self):
        move = self.invoice()
        self.run_day(day=self.today - timedelta(days=10))
        self.pay(move)
        self.run_day()
        self.assertFalse(self.notices())

    def test_a_credit_that_covers_an_invoice_holds_its_reminder(self):
        move = self.invoice(amount=100)
        self.credit(100)
        self.run_day()
        self.assertFalse(self.notices())
        self.assertEqual(self.items(move).reason, "match_credit")

    def test_a_credit_that_covers_a_part_lowers_the_amount_asked_for(self):
        self.invoice(amount=100)
        self.credit(30)
        self.run_day()
        self.assertEqual(self.notices().amount, 70)

    def test_an_invoice_blocked_in_the_ledger_is_not_reminded_of(self):
        move = self.invoice()
        move.action_toggle_block_payment()
        self.run_day()
        self.assertEqual(self.items(move).reason, "core_blocked")

    def test_an_invoice_excluded_from_follow_up_later_is_not_reminded_of(self):
        move = self.invoice()
        self.run_day(day=self.today - timedelta(days=10))
        move.no_followup = True
        self.run_day()
        self.assertEqual(self.items(move).reason, "no_followup")

    def test_a_debtor_without_working_address_is_blocked_and_the_others_go_on(self):
        self.consumer.email = "not an address"
        move = self.invoice(partner=self.consumer, days_late=6)
        self.invoice()
        run = self.run_day()
        self.assertEqual(self.items(move).reason, "no_address")
        self.assertEqual(run.planned, 1)

    def test_the_invoice_address_gets_the_message(self):
        self.env["res.partner"].create(
            {
                "name": "Accounts payable",
                "parent_id": self.business.id,
                "type": "invoice",
                "email": "ap@bakery.example.com",
            }
        )
        self.invoice()
        self.run_day()
        self.assertEqual(self.notices().recipient, "ap@bakery.example.com")

    def test_an_unknown_placeholder_is_named_and_the_others_go_on(self):
        level = self.env.ref("payt_dunning.level_consumer_1")
        # Past the check on saving, as an import of translations would.
        self.env.cr.execute(
            """UPDATE dunning_level SET text = '{"en_US": "Pay {sum} now"}' WHERE id = %s""",
            [level.id],
        )
        level.invalidate_recordset()
        self.invoice(partner=self.consumer, days_late=6)
        self.invoice()
        run = self.run_day()
        self.assertEqual(run.planned, 1)
        self.assertIn("{sum}", run.problems)
        self.assertIn("Jan Jansen", run.problems)

    def test_a_level_without_text_is_named_and_the_others_go_on(self):
        self.env.ref("payt_dunning.level_consumer_1").text = False
        self.invoice(partner=self.consumer, days_late=6)
        self.invoice()
        run = self.run_day()
        self.assertEqual(run.planned, 1)
        self.assertIn("First reminder", run.problems)

    @mute_logger("odoo.addons.payt_dunning.models.dunning_run")
    def test_one_debtors_fault_never_stops_the_others(self):
        self.invoice(partner=self.consumer, days_late=6)
        self.invoice()
        Message = type(self.env["dunning.message"])
        render = Message._render_one

        def fail_for_consumer(model, planned, *args):
            if planned.recipient == "jan@jansen.example.com":
                raise ValueError("broken")
            return render(model, planned, *args)

        with patch.object(Message, "_render_one", fail_for_consumer):
            run = self.run_day()
        self.assertEqual(run.planned, 1)
        self.assertEqual(run.problems, "Jan Jansen: broken")

    def test_another_companys_debts_are_not_in_the_message(self):
        other = self.setup_other_company()
        mine = self.invoice()
        self._create_invoice_one_line(
            company_id=other["company"],
            partner_id=self.business,
            price_unit=50,
            invoice_date=self.today - timedelta(days=40),
            post=True,
        )
        self.run_day()
        self.run_day(company=other["company"])
        self.assertEqual(self.notices().line_ids.item_id.move_id, mine)

    def test_the_scheduled_action_runs_every_company(self):
        other = self.setup_other_company()["company"]
        self.invoice()
        with self.no_commit():
            self.Run._cron_run()
        companies = self.Run.search([]).company_id
        self.assertIn(other, companies)
        self.assertIn(self.company, companies)
