from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import DunningCommon


class TestInvoiceActions(DunningCommon):
    """Pausing, stopping and logging calls from Odoo's own invoices."""

    def make_once(self):
        super().make_once()
        self.moves = self.invoice(amount=100) + self.invoice(days_late=30, amount=50)
        self.found = self.synced(*self.moves)
        own = {"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]}
        self.collector = new_test_user(
            self.env,
            "invoice.collector",
            groups="payt_dunning.group_dunning_user,account.group_account_invoice",
            **own,
        )
        self.manager = new_test_user(
            self.env,
            "invoice.manager",
            groups="payt_dunning.group_dunning_manager,account.group_account_invoice",
            **own,
        )

    def dialog(self, model, records, user=None):
        wizard = self.env[f"dunning.{model}.wizard"].with_user(user or self.collector)
        return Form(wizard.with_context(active_model=records._name, active_ids=records.ids))

    def holds(self):
        return self.env["dunning.hold"].search([("move_id", "in", self.moves.ids)])

    def test_invoices_are_paused_until_a_date(self):
        form = self.dialog("pause", self.moves)
        form.date_until, form.reason = self.after(5), "asked for time"
        form.save().action_apply()
        self.assertEqual(self.holds().move_id, self.moves)
        self.assertEqual(self.found.mapped("reason"), ["hold", "hold"])

    def test_a_dialog_tells_what_it_concerns(self):
        form = self.dialog("stop", self.moves, self.manager)
        name = self.found.debtor_id.display_name
        self.assertIn(f"2 open items of {name}, ", form.concerns)
        self.assertIn("150.00", form.concerns)

    def test_a_dialog_about_one_item_names_it_and_its_debtor(self):
        form = self.dialog("stop", self.moves[0], self.manager)
        item = self.items(self.moves[0])
        self.assertIn(f"{item.name} of {item.debtor_id.display_name}, ", form.concerns)

    def test_a_manager_stops_follow_up_of_an_invoice_with_a_reason(self):
        form = self.dialog("stop", self.moves[0], self.manager)
        form.kind, form.reason = "stop_goodwill", "our mistake"
        form.save().action_apply()
        self.run_day()
        notice = self.notices_to(self.business)
        self.assertEqual(notice.line_ids.filtered("position").item_id.move_id, self.moves[1])

    def test_what_was_stopped_goes_on_when_the_hold_is_released(self):
        form = self.dialog("stop", self.moves[0], self.manager)
        form.kind, form.reason = "stop_goodwill", "our mistake"
        form.save().action_apply()
        self.holds().with_user(self.manager).action_release("after all")
        self.run_day(day=self.after(1))
        self.assertNotEqual(self.items(self.moves[0]).reason, "hold")

    def test_a_collector_can_not_stop_for_good(self):
        with self.assertRaises(AccessError):
            self.dialog("stop", self.moves)

    def test_a_call_is_noted_on_invoice_and_debtor_and_only_inside(self):
        form = self.dialog("call", self.moves[0])
        form.outcome, form.note = "reached", "will look into it"
        form.save().action_apply()
        for record in (self.moves[0], self.found.debtor_id):
            note = record.message_ids[0]
            self.assertIn("Spoke to the debtor", note.body)
            # The note itself is on the call alone, where it is emptied in time.
            self.assertNotIn("will look into it", note.body)
            self.assertTrue(note.is_internal or note.subtype_id.internal)

    def test_a_promise_on_the_phone_holds_until_its_day(self):
        form = self.dialog("call", self.moves[0])
        form.outcome, form.date_until = "promised", self.after(3)
        form.save().action_apply()
        hold = self.env["dunning.hold"].search([("item_id", "in", self.found.ids)])
        grace = self.company.dunning_promise_grace
        self.assertEqual((hold.kind, hold.date_until), ("promise", self.after(3 + grace)))

    def test_invoices_without_follow_up_are_refused_in_words(self):
        form = self.dialog("pause", self.moves[0].copy())
        form.date_until, form.reason = self.after(5), "asked for time"
        with self.assertRaisesRegex(UserError, "open and followed up"):
            form.save().action_apply()

    def test_many_selected_invoices_cost_no_statement_each(self):
        holds = [self.invoice(amount=10) for _number in range(12)]
        moves = self.env["account.move"].union(*holds)
        self.synced(*moves)

        def statements(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard = (
                self.env["dunning.pause.wizard"]
                .with_context(active_model="account.move", active_ids=some.ids)
                .create({"date_until": self.after(5), "reason": "asked for time"})
            )
            wizard.action_apply()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = statements(moves[:2])
        self.assertLessEqual(statements(moves[2:]), few + 6)

    def test_an_invoice_shows_the_level_it_has_reached(self):
        before = self.moves[0].dunning_level
        self.run_and_deliver()
        self.moves.invalidate_recordset()
        self.assertNotEqual(self.moves[0].dunning_level, before)

    def test_a_debtor_is_found_by_its_name(self):
        found = self.env["dunning.item"].search([("debtor_id", "ilike", "bakery")])
        self.assertEqual(found & self.found, self.found)
