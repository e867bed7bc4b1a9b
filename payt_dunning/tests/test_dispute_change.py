from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .dispute_common import DisputeCommon


class TestDisputeChange(DisputeCommon):
    """A dispute is handed on, or gets more time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.person("change.anna", "group_dunning_user")
        cls.bert = cls.person("change.bert", "group_dunning_user")
        cls.viewer = cls.person("change.viewer", "group_dunning_viewer")

    def make_once(self):
        super().make_once()
        self.move = self.invoice()
        self.found = self.dispute(self.move, owner_id=self.anna.id)

    def change(self, user=None, dispute=None, **values):
        """As a person does it, in the dialog."""
        dispute = dispute or self.found
        dialogs = self.env["dunning.dispute.change"].sudo(False).with_user(user or self.anna)
        form = Form(dialogs.with_context(active_model=dispute._name, active_id=dispute.id))
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().action_apply()

    def watch(self, days):
        self.env["dunning.dialogue"].sudo()._watch(self.company, self.after(days))

    def history(self):
        self.items(self.move).invalidate_recordset()
        return " ".join(filter(None, self.items(self.move).event_ids.mapped("note")))

    # -- another owner ------------------------------------------------------------------------------

    def test_another_collector_gets_the_dispute_with_its_task(self):
        task = self.tasks(self.move, "dispute")
        self.assertEqual(task.user_id, self.anna)
        day = task.date_deadline
        self.change(owner_id=self.bert, reason="knows the work")
        self.assertEqual(self.found.owner_id, self.bert)
        self.assertEqual(self.tasks(self.move, "dispute"), task)
        self.assertEqual((task.user_id, task.date_deadline), (self.bert, day))
        self.assertIn("looks into it from now on. knows the work", self.history())

    def test_the_new_owner_is_asked_where_nobody_was(self):
        self.tasks(self.move, "dispute").unlink()
        self.change(owner_id=self.bert)
        self.assertEqual(self.tasks(self.move, "dispute").user_id, self.bert)

    def test_the_task_about_another_dispute_stays_with_its_owner(self):
        move = self.invoice()
        first = self.dispute(move, "amount", 10, owner_id=self.anna.id)
        self.dispute(move, "amount", 20, owner_id=self.anna.id)
        self.change(dispute=first, owner_id=self.bert)
        self.assertEqual(self.tasks(move, "dispute").user_id, self.anna | self.bert)

    def test_the_debtor_gets_no_message(self):
        told = self.notices_to(kind="talk")
        self.change(owner_id=self.bert, deadline=self.after(20), reason="on holiday")
        self.assertEqual(self.notices_to(kind="talk"), told)

    def test_who_can_not_decide_about_it_does_not_get_it(self):
        other = self.setup_other_company()["company"]
        stranger = self.person("change.stranger", "group_dunning_user", company=other)
        gone = self.person("change.gone", "group_dunning_user")
        gone.active = False
        for user in (self.viewer, stranger, gone):
            with (
                self.subTest(user.login),
                self.assertRaisesRegex(UserError, "is no collector of"),
            ):
                self.change(owner_id=user)
        self.assertEqual(self.found.owner_id, self.anna)

    # -- more time ----------------------------------------------------------------------------------

    def test_a_later_deadline_moves_the_task_and_tells_why(self):
        self.change(deadline=self.after(20), reason="waits for the supplier")
        self.assertEqual(self.found.deadline, self.after(20))
        self.assertEqual(self.tasks(self.move, "dispute").date_deadline, self.after(20))
        self.assertIn("waits for the supplier", self.history())
        self.assertEqual(self.found.owner_id, self.anna)

    def test_after_a_later_deadline_people_are_told_anew(self):
        self.watch(25)
        self.assertTrue(self.tasks(self.move, "late_dispute"))
        self.change(deadline=self.after(40), reason="waits for the supplier")
        self.assertFalse(self.tasks(self.move, "late_dispute"))
        self.watch(40)
        self.assertFalse(self.found.owner_told_on)
        self.watch(41)
        self.assertEqual(self.found.owner_told_on, self.after(41))
        self.watch(51)
        self.assertEqual(self.found.manager_told_on, self.after(51))
        self.assertTrue(self.tasks(self.move, "late_dispute"))

    def test_a_later_deadline_asks_for_a_reason(self):
        with self.assertRaisesRegex(UserError, "Say why it takes longer"):
            self.found._change(self.anna, self.after(20), " ")

    def test_an_earlier_deadline_is_refused(self):
        with self.assertRaisesRegex(UserError, "Choose a later day"):
            self.change(deadline=self.after(2), reason="soon")

    def test_a_change_that_changes_nothing_is_refused(self):
        with self.assertRaisesRegex(UserError, "somebody else, or a later day"):
            self.change(reason="just so")

    # -- who may ------------------------------------------------------------------------------------

    def test_only_collectors_of_the_company_change_a_dispute(self):
        other = self.setup_other_company()["company"]
        stranger = self.person("change.stranger", "group_dunning_user", company=other)
        values = {"dispute_id": self.found.id, "owner_id": self.bert.id}
        values["deadline"] = self.found.deadline
        dialog = self.env["dunning.dispute.change"].sudo().create(values)
        for user in (self.viewer, stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                dialog.sudo(False).with_user(user).action_apply()
        self.assertEqual(self.found.owner_id, self.anna)

    def test_what_was_decided_changes_no_more(self):
        self.found._decide("rejected", "because")
        with self.assertRaisesRegex(UserError, "is not open any more"):
            self.change(owner_id=self.bert)
