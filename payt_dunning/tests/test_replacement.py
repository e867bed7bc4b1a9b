from odoo.exceptions import UserError
from odoo.tests import tagged

from .feedback_common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestReplacement(FeedbackCommon):
    """A claim that changes while an office has it."""

    def credit(self, amount=100.0):
        """A credit note against the invoice of the case."""
        note = self.credit_note(amount)
        (note.line_ids + self.item.line_id).filtered(
            lambda line: line.account_id == self.item.line_id.account_id
        ).reconcile()
        return note

    def pay_part(self, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.item.move_id.ids
        )
        wizard.create({"amount": amount, "payment_date": self.today})._create_payments()

    def look(self):
        with self.on_day(self.today):
            self.env["collection.handover"]._watch(self.company, self.today)

    def tasks(self, handover=None):
        tasks = self.env["dunning.task"]
        return tasks._open(handover or self.handover, tasks._type("agent_replace"))

    def replace(self, **values):
        handovers = self.env["collection.handover"]
        with self.on_day(self.today):
            return handovers._hand_over(self.case, self.wanted(**values), replaces=self.handover)

    def test_what_is_credited_after_a_handover_is_for_a_person_once(self):
        self.credit()
        self.look()
        self.assertIn("100", self.tasks().summary)
        self.tasks().unlink()
        self.look()
        self.assertFalse(self.tasks())

    def test_what_was_credited_before_is_in_the_package(self):
        with self.on_day(self.today):
            self.handover.action_recall("Wrong amount")
        self.credit()
        handover = self.hand_over()
        self.look()
        self.assertFalse(self.tasks(handover))

    def test_a_payment_is_told_and_nothing_is_replaced(self):
        self.pay_part(50.0)
        self.look()
        self.assertFalse(self.tasks())

    def test_the_corrected_claim_takes_the_place_of_the_first(self):
        self.take_in(self.message(self.status("judgment", phase="judicial")))
        before = self.handover.total
        self.credit()
        self.look()
        new = self.replace()
        self.assertEqual((self.handover.state, new.function), ("replaced", "replacement"))
        self.assertEqual((new.revision, new.dossier_id), (2, self.handover.dossier_id))
        self.assertEqual((self.case.handover_id, self.case.phase), (new, "judgment"))
        self.assertLess(new.total, before)
        self.assertFalse(self.tasks())

    def test_what_the_office_told_goes_on_with_it(self):
        self.take_in(self.message(self.status("judgment", phase="judicial"), self.booking()))
        new = self.replace()
        self.assertEqual((new.reference, new.agent_status), ("R-1", "judgment"))
        known = self.take_in(
            self.message(self.status("judgment", phase="judicial"), self.booking())
        )
        self.assertEqual(set(known.line_ids.mapped("result")), {"known"})
        self.take_in(
            self.message(self.status("enforcement", since=self.today, phase="enforcement"))
        )
        self.assertEqual((new.agent_status, self.case.phase), ("enforcement", "enforcement"))

    def test_follow_up_stays_stopped_and_is_held_once(self):
        self.replace()
        holds = self.env["dunning.hold"].search(
            [("item_id", "=", self.item.id), ("kind", "=", "handed_over")]
        )
        self.assertEqual(len(holds), 1)
        self.assertFalse(holds.released_on)

    def test_payments_are_told_about_the_newest_alone(self):
        new = self.replace()
        self.pay_part(50.0)
        self.look()
        self.assertTrue(new.reported)
        self.assertFalse(self.handover.reported)

    def test_what_is_over_is_not_replaced(self):
        with self.on_day(self.today):
            self.handover.action_recall("Paid")
        with self.assertRaisesRegex(UserError, "not handed over any more"):
            self.replace()

    def test_another_office_gets_nothing_by_replacing(self):
        other = self.agent.create({"partner_id": self.debtor("Other Office").id})
        with self.assertRaisesRegex(UserError, "recall it to choose another"):
            self.replace(agent_id=other)
        self.assertEqual(self.handover.state, "ready")

    def test_a_real_claim_is_not_replaced_by_a_test(self):
        self.agent.test_mode = True
        with self.assertRaisesRegex(UserError, "test and real"):
            self.replace()
        self.assertEqual((self.handover.state, self.case.phase), ("ready", "handed_over"))

    def test_a_link_to_what_was_replaced_works_no_more(self):
        links = self.env["collection.handover.link"]
        link, address, _code = links._make(self.handover, "office@example.com")
        token = address.rpartition("/")[2]
        self.assertTrue(links._find(link.id, token))
        self.replace()
        self.assertFalse(links._find(link.id, token))

    def test_a_collector_replaces_in_the_dialog_of_a_handover(self):
        user = self.person("replacing.collector", "group_dunning_user")
        self.credit()
        with self.on_day(self.today):
            action = self.handover.with_user(user).action_replace()
            dialog = (
                self.env["collection.handover.wizard"]
                .with_user(user)
                .with_context(**action["context"])
                .create({"no_defence": True, "declared": True})
            )
            self.assertEqual(dialog.agent_id, self.agent)
            self.assertFalse(dialog.blocked)
            new = self.env["collection.handover"].browse(dialog.action_apply()["res_id"])
        self.assertEqual((self.case.handover_id, new.declared_by_id), (new, user))

    def test_a_case_that_is_with_an_office_is_not_handed_over_again(self):
        with self.assertRaisesRegex(UserError, "can't be done any more"):
            self.hand_over()
