from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestFaults(DunningCommon):
    """Messages that should not have left are found in what is stored; forged here, for the engine
    sends none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.invoice(days_late=5)

    def make_once(self):
        super().make_once()
        self.assertEqual(len(self.run_and_deliver()), 1)
        self.notice = self.notices_to()
        self.item = self.items(self.move)

    def faults(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["dunning.fault"].search([("company_id", "=", self.company.id)])

    def before_it_left(self, record):
        """Let a record have been made a minute before the message left."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s WHERE id = ANY(%s)",
                SQL.identifier(record._table),
                self.notice.sent_at - timedelta(minutes=1),
                record.ids,
            )
        )

    def after_it_left(self, record):
        self.before_it_left(record)
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = create_date + interval '2 minutes' WHERE id = ANY(%s)",
                SQL.identifier(record._table),
                record.ids,
            )
        )

    def matches(self):
        return self.env["account.partial.reconcile"].search(
            [("debit_move_id", "=", self.item.line_id.id)]
        )

    def look(self):
        groups = self.env["dunning.figures"].look()["groups"]
        return {card["key"]: card for group in groups for card in group["cards"]}

    def test_a_message_that_was_right_is_no_fault(self):
        self.assertFalse(self.faults())
        cards = self.look()
        self.assertEqual((cards["unwarranted"]["wrong"], cards["duplicates"]["wrong"]), (0, 0))
        self.assertEqual(cards["unwarranted"]["inputs"][1]["text"], "1")
        self.assertTrue(cards["unwarranted"]["known"])

    def test_what_had_been_paid_is_found(self):
        self.pay(self.move)
        self.before_it_left(self.matches())
        fault = self.faults()
        self.assertEqual((fault.kind, fault.notice_id, fault.was_open), ("paid", self.notice, 0))

    def test_what_was_paid_afterwards_is_none(self):
        self.pay(self.move)
        self.after_it_left(self.matches())
        self.assertFalse(self.faults())

    def test_the_date_of_a_payment_matched_later_makes_no_fault(self):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        wizard.create({"payment_date": self.today - timedelta(days=3)})._create_payments()
        self.after_it_left(self.matches())
        self.assertFalse(self.faults())

    def test_asking_for_more_than_was_open_is_found(self):
        self.pay(self.move, 40.0)
        self.before_it_left(self.matches())
        fault = self.faults()
        self.assertEqual((fault.kind, fault.amount, fault.was_open), ("too_much", 100, 60))

    def test_what_was_held_is_found_by_the_kind_of_its_hold(self):
        scopes = {
            "pause": {"item_id": self.item.id},
            "promise": {"move_id": self.move.id},
            "dispute": {"debtor_id": self.item.debtor_id.id},
            "ignore": {},
        }
        kinds = {"pause": "held", "promise": "promised", "dispute": "disputed", "ignore": "held"}
        for kind, scope in scopes.items():
            hold = self.hold(kind=kind, reason="x", **scope)
            self.before_it_left(hold)
            with self.subTest(kind):
                fault = self.faults()
                self.assertEqual((fault.kind, fault.hold_id), (kinds[kind], hold))
            self.env.cr.execute(SQL("DELETE FROM dunning_hold WHERE id = %s", hold.id))

    def test_holds_that_did_not_stop_it_are_none(self):
        part = self.hold(kind="dispute", item_id=self.item.id, amount=40.0)
        over = self.hold(kind="pause", reason="x", item_id=self.item.id)
        over.write({"date_until": self.today})
        later = self.hold(kind="pause", reason="x", item_id=self.item.id)
        self.before_it_left(part + over)
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_hold SET date_from = %s, date_until = %s WHERE id = %s",
                self.today - timedelta(days=4),
                self.today - timedelta(days=1),
                over.id,
            )
        )
        self.after_it_left(later)
        self.assertFalse(self.faults())

    def test_a_hold_that_was_released_on_that_day_or_before_is_none(self):
        hold = self.hold(kind="pause", reason="x", item_id=self.item.id)
        self.before_it_left(hold)
        for days, found in ((-1, False), (0, False), (1, True)):
            self.env.cr.execute(
                SQL(
                    "UPDATE dunning_hold SET released_on = %s WHERE id = %s",
                    self.after(days),
                    hold.id,
                )
            )
            with self.subTest(days):
                self.assertEqual(bool(self.faults()), found)

    def test_a_message_without_a_decision_is_found(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE dunning_notice SET fingerprint = NULL WHERE id = %s", self.notice.id)
        )
        self.assertEqual(self.faults().kind, "undecided")

    def forge_twin(self, **values):
        """The same message once more, past the unique index."""
        twin = self.notice.copy(
            {"sent_at": fields.Datetime.now(), "state": "sent", "sent_on": self.today, **values}
        )
        for row in self.notice.line_ids:
            row.copy({"notice_id": twin.id, "live": False})
        return twin

    def test_a_message_that_left_twice_is_found(self):
        twin = self.forge_twin()
        fault = self.faults()
        self.assertEqual((fault.kind, fault.notice_id), ("duplicate", twin))
        cards = self.look()
        self.assertTrue(cards["duplicates"]["wrong"])
        self.assertFalse(cards["unwarranted"]["wrong"])
        action = self.env["dunning.figures"].open("duplicates")
        self.assertEqual(self.env["dunning.fault"].search(action["domain"]), fault)

    def test_a_copy_that_was_asked_for_is_no_duplicate(self):
        self.forge_twin(retry_of_id=self.notice.id)
        self.assertFalse(self.faults())

    def test_what_came_back_and_went_again_is_no_duplicate(self):
        self.forge_twin(state="returned")
        self.assertFalse(self.faults())

    def test_a_level_that_was_void_and_goes_again_is_no_duplicate(self):
        self.forge_twin()
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_notice_line SET void_because = 'x' WHERE notice_id = %s",
                self.notice.id,
            )
        )
        self.assertFalse(self.faults())

    def test_unwarranted_messages_turn_the_figure_red(self):
        self.pay(self.move)
        self.before_it_left(self.matches())
        card = self.look()["unwarranted"]
        self.assertTrue(card["wrong"])
        self.assertIn("100.0", card["text"])
        self.assertEqual(card["inputs"][0]["text"], "1")
