from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError

from ..models.dunning_takeover import Step
from .common import DunningCommon


class TestTakeover(DunningCommon):
    """What another add-on sent, and where its items go on; the add-on itself is tested outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.takeover = cls.env["dunning.takeover"]
        cls.policy = cls.env.ref("payt_dunning.policy_business")
        rungs = cls.policy.sudo().revision_id._to_ladder().rungs
        active = [rung for rung in rungs if rung.active]
        cls.friendly = [rung.position for rung in active if not rung.formal]
        cls.formal = [rung.position for rung in active if rung.formal]

    def step(self, state, days, level=1, replaced=False):
        return Step(level, state, self.today - timedelta(days=days), "email", replaced)

    def place(self, *steps, levels=None, held=False, excluded=False):
        """What becomes of an item with these reminders."""
        item = self.synced(self.invoice())
        levels = levels or {1: self.policy._level_at(self.friendly[1])}
        friendly = {level: self.takeover._friendly(level) for level in levels.values() if level}
        holders = set(item.ids) if held else set()
        return self.takeover._place(item, list(steps), levels, friendly, excluded, holders)

    def test_a_friendly_level_counts_as_reached(self):
        level = self.policy._level_at(self.friendly[1])
        self.assertEqual(self.takeover._friendly(level), (self.friendly[1], False))

    def test_a_formal_level_is_served_anew(self):
        before = [each for each in self.friendly if each < self.formal[0]][-1]
        for position in self.formal:
            level = self.policy._level_at(position)
            self.assertEqual(self.takeover._friendly(level), (before, True))

    def test_the_reminder_that_was_sent_last_counts(self):
        place = self.place(self.step("sent", 20, 2), self.step("sent", 9, 1))
        self.assertEqual((place.what, place.last.day), ("take", self.today - timedelta(days=9)))

    def test_what_was_only_prepared_was_not_sent(self):
        for state in ("draft", "to_be_sent", "error", "email_error"):
            self.assertEqual(self.place(self.step(state, 9)).what, "unsent")

    def test_what_is_leaving_is_left_alone(self):
        place = self.place(self.step("sent", 20), self.step("queued", 1))
        self.assertEqual(place.what, "leaving")

    def test_what_was_ignored_is_held_and_keeps_its_level(self):
        place = self.place(self.step("sent", 20), self.step("ignored", 1))
        self.assertEqual((place.what, place.reached), ("hold", self.friendly[1]))

    def test_what_was_left_out_later_is_not_reminded_from_the_beginning_again(self):
        place = self.place(self.step("sent", 20), excluded=True)
        self.assertEqual((place.what, place.reached), ("ignore", self.friendly[1]))
        with patch.object(type(self.takeover), "_told", lambda *args: "Taken over."):
            self.takeover._take_over([place], hold=False)
        self.assertEqual(place.item.reached, self.friendly[1])

    def test_what_was_left_out_and_is_held_here_keeps_its_level_too(self):
        place = self.place(self.step("sent", 20), excluded=True, held=True)
        self.assertEqual((place.what, place.reached), ("take", self.friendly[1]))

    def test_what_was_left_out_and_is_held_here_without_a_level_stays_as_it_is(self):
        self.assertEqual(self.place(excluded=True, held=True).what, "begun")

    def test_what_was_replaced_there_was_not_ignored(self):
        place = self.place(self.step("sent", 20), self.step("ignored", 1, replaced=True))
        self.assertEqual(place.what, "take")

    def test_a_level_that_nothing_stands_for_is_left_out(self):
        place = self.place(self.step("sent", 20, 7))
        self.assertEqual((place.what, place.level), ("out", None))

    def test_what_has_begun_here_stays_as_it_is(self):
        item = self.synced(self.invoice())
        item.reached = self.friendly[0]
        level = self.policy._level_at(self.friendly[1])
        place = self.takeover._place(
            item, [self.step("sent", 9)], {1: level}, {level: (1, False)}, False, item.browse()
        )
        self.assertEqual((place.what, place.level), ("begun", None))

    def test_without_the_other_add_on_there_is_nothing_to_read(self):
        with self.assertRaisesRegex(UserError, "Credit Control is not installed"):
            self.env["dunning.takeover.wizard"]._open()

    def test_the_checklist_offers_it_only_beside_the_other_add_on(self):
        action = self.env["dunning.checklist"]._open()
        lines = self.env["dunning.checklist"].browse(action["res_id"]).line_ids
        self.assertFalse(any(lines.mapped("can_take_over")))
