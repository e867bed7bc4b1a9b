from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestLevelResults(DunningCommon):
    """What was paid after which level, what it cost, and how good the addresses are."""

    def make_once(self):
        super().make_once()
        self.move = self.invoice(days_late=5)
        self.assertEqual(len(self.run_and_deliver()), 1)
        self.first = self.notices_to()

    def rows(self, model="dunning.level.result"):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env[model].search([("company_id", "=", self.company.id)], order="id")

    def paid_on(self, days, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        wizard.create({"amount": amount, "payment_date": self.after(days)})._create_payments()

    def test_money_goes_to_the_last_level_before_it(self):
        self.paid_on(2, 30.0)
        self.assertEqual(len(self.run_and_deliver(self.after(14))), 1)
        self.paid_on(14, 20.0)
        first, second = self.rows()
        self.assertEqual((first.asked, first.recovered, first.share), (100, 30, 30))
        self.assertEqual((second.asked, second.recovered), (70, 20))

    def test_money_after_thirty_days_or_before_the_level_is_of_none(self):
        self.paid_on(31, 30.0)
        self.paid_on(-1, 10.0)
        self.assertEqual(self.rows().recovered, 0)
        self.paid_on(30, 60.0)
        self.assertEqual(self.rows().recovered, 60)

    def test_a_credit_note_is_no_money(self):
        self.move._reverse_moves([{"invoice_date": self.today}], cancel=True)
        self.assertEqual(self.rows().recovered, 0)

    def test_one_level_by_several_messages_counts_once(self):
        twin = self.first.copy({"sent_at": self.first.sent_at, "state": "sent"})
        twin.sent_on = self.today
        for row in self.first.line_ids:
            row.copy({"notice_id": twin.id, "recipient": "second@bakery.example.com"})
        self.paid_on(1, 100.0)
        row = self.rows()
        self.assertEqual((len(row), row.recovered, row.paid_in_full), (1, 100, 1))

    def test_a_group_is_of_its_sums(self):
        other = self.invoice(days_late=5, amount=300.0, partner=self.debtor("Other"))
        self.run_and_deliver()
        self.paid_on(0, 100.0)
        self.assertEqual(sorted(self.rows().mapped("share")), [0, 100])
        self.assertTrue(self.items(other).reached)
        ((share,),) = self.env["dunning.level.result"]._read_group([], [], ["share:avg"])
        self.assertEqual(share, 25)

    # -- costs -----------------------------------------------------------------------------------

    def cards(self):
        groups = self.env["dunning.figures"].look(None, None, 1)["groups"]
        return {card["key"]: card for group in groups for card in group["cards"]}

    def test_a_recovered_euro_costs_what_its_messages_cost(self):
        self.company.dunning_cost_email = 2.5
        self.paid_on(0, 50.0)
        card = self.cards()["cost_own"]
        # One e-mail for 50.
        self.assertIn("0.05", card["text"])
        self.assertIn("2.50", card["inputs"][0]["text"])

    def test_money_that_came_after_the_day_does_not_count(self):
        self.company.dunning_cost_email = 2.5
        self.paid_on(0, 50.0)
        self.paid_on(3, 40.0)
        for days, share, cost in ((0, "50.0", "0.05"), (3, "90.0", "0.03")):
            day = self.after(days)
            with self.subTest(days), self.on_day(self.after(5)):
                figures = self.env["dunning.figures"]
                groups = figures.look(day.isoformat(), None, 1)["groups"]
                cards = {card["key"]: card for group in groups for card in group["cards"]}
                self.assertIn(share, cards["levels"]["text"])
                self.assertIn(cost, cards["cost_own"]["text"])
                action = figures.open("recovered", day.isoformat(), None, 1)
                rows = self.env[action["res_model"]].with_context(**action["context"])
                rows = rows.search(action["domain"])
                self.assertEqual(sum(rows.mapped("recovered")), float(share))
                self.env.invalidate_all()

    def test_costs_below_nothing_are_refused(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.company.dunning_cost_email = -1
            self.env.flush_all()

    # -- contact ---------------------------------------------------------------------------------

    def test_a_message_that_came_back_did_not_arrive(self):
        self.assertEqual(self.rows("dunning.contact.result").share_arrived, 100)
        self.env.cr.execute(
            SQL("UPDATE dunning_notice SET state = 'returned' WHERE id = %s", self.first.id)
        )
        row = self.rows("dunning.contact.result")
        self.assertEqual((row.left_count, row.arrived, row.came_back), (1, 0, 1))
        self.assertIn(("email", "E-mail"), row._fields["channel"]._description_selection(self.env))

    def test_the_share_that_arrived_has_parts_of_a_percent(self):
        for _number in range(2):
            twin = self.first.copy({"sent_at": self.first.sent_at, "state": "sent"})
            twin.sent_on = self.today
        self.env.cr.execute(
            SQL("UPDATE dunning_notice SET state = 'returned' WHERE id = %s", self.first.id)
        )
        self.env.invalidate_all()
        ((share,),) = self.env["dunning.contact.result"]._read_group([], [], ["share_arrived:avg"])
        self.assertAlmostEqual(share, 66.667, places=3)

    def test_calls_tell_whether_the_right_person_was_reached(self):
        call = {
            "company_id": self.company.id,
            "debtor_id": self.items(self.move).debtor_id.id,
            "user_id": self.env.uid,
            "moment": self.first.sent_at - timedelta(minutes=5),
        }
        self.env["dunning.call"].sudo().create(
            [
                {**call, "outcome": "not_reached"},
                {**call, "outcome": "promised", "right_party": True},
            ]
        )
        ((right,),) = self.env["dunning.contact.result"]._read_group([], [], ["share_right:avg"])
        self.assertEqual(right, 50)
        self.assertIn("50.0", self.cards()["right_party"]["text"])
