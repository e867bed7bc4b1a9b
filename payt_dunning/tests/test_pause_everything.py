from odoo.exceptions import UserError
from odoo.tests import Form

from .common import DunningCommon


class TestPauseEverything(DunningCommon):
    """A pause keeps back reminders; messages of payment plans only if somebody said so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Hold = cls.env["dunning.hold"].sudo()

    def make_once(self):
        super().make_once()
        self.move = self.invoice()
        self.item = self.synced(self.move)
        self.other = self.synced(self.invoice(partner=self.consumer))

    def silenced(self, day=None):
        return self.Hold._silenced(self.item | self.other, day or self.today)

    def pause(self, **values):
        with self.on_day(self.today):
            form = Form(
                self.env["dunning.pause.wizard"].with_context(
                    active_model="dunning.item", active_ids=self.item.ids
                )
            )
            form.date_until, form.reason = self.after(5), "Spoke to them"
            for name, value in values.items():
                form[name] = value
            return form.save().action_apply()

    def test_a_pause_lets_messages_of_plans_go(self):
        self.pause()
        self.assertFalse(self.silenced())
        self.assertEqual(self.item.reason, "hold")

    def test_a_pause_of_everything_keeps_back_messages_of_plans_until_its_last_day(self):
        self.pause(everything=True)
        self.assertEqual(self.silenced(self.after(5)), self.item)
        self.assertFalse(self.silenced(self.after(6)))

    def test_a_pause_of_everything_begins_on_its_day(self):
        self.hold(item_id=self.item.id, everything=True, date_from=self.after(2))
        self.assertFalse(self.silenced())
        self.assertEqual(self.silenced(self.after(2)), self.item)

    def test_a_pause_of_everything_counts_for_an_invoice(self):
        self.hold(move_id=self.move.id, everything=True)
        self.assertEqual(self.silenced(), self.item)

    def test_a_pause_of_everything_counts_for_a_debtor(self):
        self.hold(debtor_id=self.item.debtor_id.id, everything=True)
        self.assertEqual(self.silenced(), self.item)

    def test_a_pause_of_everything_counts_for_a_company(self):
        self.hold(everything=True, reason="Migration")
        self.assertEqual(self.silenced(), self.item | self.other)

    def test_what_is_only_asked_for_keeps_nothing_back(self):
        self.hold(item_id=self.item.id, everything=True, proposed=True)
        self.assertFalse(self.silenced())

    def test_what_was_released_keeps_nothing_back(self):
        self.hold(item_id=self.item.id, everything=True).action_release("Over")
        self.assertFalse(self.silenced())

    def test_insolvency_keeps_back_messages_of_plans(self):
        self.hold(debtor_id=self.item.debtor_id.id, kind="insolvency")
        self.assertEqual(self.silenced(), self.item)

    def test_a_stop_for_good_keeps_back_messages_of_plans(self):
        self.hold(item_id=self.item.id, kind="stop_goodwill", reason="Long a customer")
        self.assertEqual(self.silenced(), self.item)

    def test_a_dispute_or_a_promise_lets_messages_of_plans_go(self):
        self.hold(item_id=self.item.id, kind="dispute")
        self.hold(item_id=self.item.id, kind="promise")
        self.assertFalse(self.silenced())

    def test_somebody_under_administration_gets_no_messages_of_plans(self):
        self.hold(debtor_id=self.item.debtor_id.id, kind="administration")
        self.assertEqual(self.silenced(), self.item)

    def test_who_represents_somebody_under_administration_gets_messages_of_plans(self):
        self.hold(debtor_id=self.item.debtor_id.id, kind="administration")
        self.env["res.partner"].create(
            {
                "name": "Administrator",
                "parent_id": self.business.id,
                "email": "administrator@office.example.com",
                "dunning_role": "representative",
            }
        )
        self.assertFalse(self.silenced())

    def test_it_is_one_statement_whatever_the_number_of_items(self):
        self.hold(debtor_id=self.item.debtor_id.id, everything=True)
        self.silenced()
        before = self.env.cr.sql_log_count
        self.silenced()
        self.assertEqual(self.env.cr.sql_log_count - before, 1)

    def test_whether_everything_waits_stays_as_it_was_chosen(self):
        hold = self.hold(item_id=self.item.id)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            hold.with_user(self.env.user).sudo(False).everything = True

    def test_a_pause_of_everything_can_be_undone(self):
        self.pause(everything=True)
        change = self.env["dunning.change"].search([], order="id desc", limit=1)
        change.action_undo()
        self.assertFalse(self.silenced())

    def test_a_release_that_is_undone_keeps_everything_back_again(self):
        self.pause(everything=True)
        hold = self.env["dunning.hold"].search([("item_id", "=", self.item.id)])
        with self.on_day(self.today):
            form = Form(
                self.env["dunning.release.wizard"].with_context(
                    active_model="dunning.hold", active_ids=hold.ids
                )
            )
            form.save().action_apply()
            self.assertFalse(self.silenced())
            self.env["dunning.change"].search([], order="id desc", limit=1).action_undo()
        self.assertEqual(self.silenced(), self.item)
