from datetime import timedelta

from odoo.exceptions import AccessError, UserError

from .feedback_common import FeedbackCommon


class TestFeedbackNoted(FeedbackCommon):
    """What an office says by telephone or in a letter is noted, and has the same effect."""

    def make_once(self):
        super().make_once()
        self.hand_on(self.today)

    def note(self, kind="status", user=None, **values):
        dialog = self.env["collection.handover.answer"].with_user(user or self.env.user)
        with self.on_day(self.today):
            return dialog.create(
                {"handover_id": self.handover.id, "kind": kind, "day": self.today, **values}
            ).action_apply()

    def test_that_a_writ_was_served_moves_the_case(self):
        self.note(status="summons_served", told="Served at home.")
        self.assertEqual(self.case.phase, "summons")
        self.assertEqual(
            (self.handover.agent_phase, self.handover.agent_status, self.handover.agent_reason),
            ("judicial", "summons_served", "Served at home."),
        )
        notes = " ".join(str(body) for body in self.handover.message_ids.mapped("body"))
        self.assertIn("the writ was served", notes)

    def test_who_says_how_it_stands_has_taken_it(self):
        self.assertEqual(self.handover.state, "ready")
        self.note(status="demand")
        self.assertTrue(self.handover.delivered_on)

    def test_that_the_debtor_objects_is_a_task(self):
        self.note(status="disputed")
        kind = self.env.ref("payt_dunning.activity_agent_tell")
        self.assertIn(
            "objects",
            self.handover.activity_ids.filtered_domain(
                [("activity_type_id", "=", kind.id)]
            ).summary,
        )

    def test_that_it_ended_there_lets_us_decide(self):
        self.note("closure", closure="uncollectable")
        self.assertEqual(self.handover.agent_closure, "uncollectable")
        self.assertTrue(self.case.office_ended)
        with self.assertRaisesRegex(UserError, "has closed"):
            self.note(status="judgment")

    def test_what_is_noted_later_of_an_earlier_day_moves_nothing_back(self):
        self.hand_on(self.today - timedelta(days=9))
        self.note(status="judgment")
        self.note(status="summons_served", day=self.today - timedelta(days=5))
        self.assertEqual((self.case.phase, self.handover.agent_status), ("judgment", "judgment"))
        self.assertEqual(
            self.handover.feedback_line_ids.sorted("id").mapped("result"), ["applied", "older"]
        )

    def test_a_later_message_of_its_server_counts_over_what_was_noted(self):
        self.hand_on(self.today - timedelta(days=9))
        self.note(status="demand", day=self.today - timedelta(days=4))
        self.take_in(self.message(self.status("judgment", phase="judicial")))
        self.assertEqual(self.handover.agent_status, "judgment")

    def test_a_day_on_which_it_had_nothing_is_refused(self):
        for day in (self.after(1), self.today - timedelta(days=30)):
            with self.subTest(day), self.assertRaisesRegex(UserError, "has had the case since"):
                self.note(status="demand", day=day)

    def test_of_what_was_recalled_nothing_is_noted(self):
        with self.on_day(self.today):
            self.handover.action_recall("Wrong.")
        with self.assertRaisesRegex(UserError, "not handed over any more"):
            self.note(status="demand")

    def test_who_only_looks_notes_nothing(self):
        viewer = self.person("noted_viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            self.note(user=viewer, status="demand")

    def test_it_is_seen_who_noted_it(self):
        self.note(status="demand")
        message = self.handover.feedback_line_ids.feedback_id
        self.assertEqual(message.display_name, f"Bailiff Office: noted by {self.env.user.name}")

    def hand_on(self, day):
        """As if it had been handed over on a day."""
        self.handover.sudo().handed_on = day
