from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .common import DunningCommon


class TestPolicy(DunningCommon):
    """Policies are published; what is under way stays on its revision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("payt_dunning.policy_business")
        cls.level = cls.env.ref("payt_dunning.level_business_1")

    def test_the_shipped_policies_are_published(self):
        for name in ("business", "consumer"):
            self.assertTrue(self.env.ref(f"payt_dunning.policy_{name}").revision_id)

    def test_shipped_policies_end_with_a_decision_about_handover(self):
        for name in ("consumer", "business"):
            policy = self.env.ref(f"payt_dunning.policy_{name}")
            last = policy.revision_id._to_ladder().rungs[-1]
            self.assertTrue(last.listed and last.active and last.by_day and not last.approval)
            self.assertEqual(policy._level_at(last.position).case_step, "ready")

    def test_a_level_that_leaves_by_its_day_is_published_and_told(self):
        self.level.by_day = True
        self.assertTrue(self.policy.has_changes)
        self.policy.action_publish()
        self.assertIn("By day 3: First reminder", self.policy.revision_id.summary)
        rung = next(
            rung for rung in self.policy.revision_id._to_ladder().rungs if rung.position == 2
        )
        self.assertTrue(rung.by_day)

    def test_an_unpublished_change_of_days_changes_nothing(self):
        self.level.days = 8
        self.invoice(days_late=4)
        self.assertEqual(self.run_day().planned, 1)

    def test_a_published_change_of_days_holds_for_new_items(self):
        self.level.days = 8
        self.policy.action_publish()
        self.invoice(days_late=4)
        self.assertEqual(self.run_day().planned, 0)

    def test_items_under_way_stay_on_their_revision(self):
        move = self.invoice(days_late=4)
        self.run_and_deliver()
        first = self.items(move).revision_id
        self.env.ref("payt_dunning.level_business_2").days = 90
        self.policy.action_publish()
        self.items(move).reached_on = self.Notice.search([]).sent_on = "2020-01-01"
        move.line_ids.filtered("date_maturity").date_maturity = "2020-01-01"
        self.items(move).next_date = self.today
        self.run_day()
        self.assertEqual(self.items(move).revision_id, first)
        self.assertEqual(self.Notice.search([], limit=1).level_name, "Second reminder")

    def test_a_changed_text_takes_effect_at_once(self):
        self.level.text = "Completely new words about {amount}."
        self.invoice()
        self.run_day()
        self.assertIn("Completely new words", self.Notice.search([]).body)

    def test_publishing_twice_makes_one_revision(self):
        self.policy.action_publish()
        count = len(self.policy.revision_ids)
        self.policy.action_publish()
        self.assertEqual(len(self.policy.revision_ids), count)

    def test_a_policy_without_levels_cannot_be_published(self):
        policy = self.env["dunning.policy"].create({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "Empty"):
            policy.action_publish()

    def test_saving_an_unknown_placeholder_is_refused_and_names_it(self):
        with self.assertRaisesRegex(ValidationError, r"\{total_sum\}"):
            self.level.text = "Pay {total_sum}"

    def test_an_unknown_placeholder_is_refused_in_another_language_too(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        for record, name in ((self.level, "text"), (self.policy, "closing")):
            with self.subTest(name), self.assertRaisesRegex(ValidationError, r"\{bedrag\}"):
                record.update_field_translations(name, {"nl_NL": "Betaal {bedrag}"})
        self.level.update_field_translations("text", {"nl_NL": "Betaal {amount}"})
        self.assertEqual(self.level.with_context(lang="nl_NL").text, "Betaal {amount}")

    def test_what_a_debtor_would_read_as_it_is_typed_is_refused_and_named(self):
        for text, named in (
            ("Pay ${amount}", "${amount}"),
            ("Pay [[amount]]", "[[amount]]"),
            ("Pay {amount", "{amount"),
            ("<script>alert(1)</script>", "<script>"),
            ('<img src="x"/>', '<img src="x"/>'),
            ("See https://example.com/logo.png", "https://example.com/logo.png"),
        ):
            for record, name in ((self.level, "text"), (self.policy, "closing")):
                with (
                    self.subTest(f"{name}: {text}"),
                    self.assertRaises(ValidationError) as refused,
                    self.env.cr.savepoint(),
                ):
                    record[name] = text
                    record.flush_recordset()
                self.assertIn(f"“{named}”", str(refused.exception))

    def test_it_is_refused_in_another_language_too_naming_the_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        with self.assertRaisesRegex(ValidationError, "Text, Nederlands: “<script>”"):
            self.level.update_field_translations("text", {"nl_NL": "<script>alert(1)</script>"})

    def test_plain_text_with_signs_and_addresses_can_be_saved(self):
        self.level.text = "You owe < 5 <b>now</b>: {amount}. Write to <pay@example.com>."
        self.assertIn("<b>now</b>", self.level.text)

    def test_a_published_level_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "First reminder"):
            self.level.unlink()

    def test_a_text_that_is_missing_cannot_be_published(self):
        self.level.write({"days": 4, "text": False})
        with self.assertRaisesRegex(UserError, "First reminder"):
            self.policy.action_publish()

    # -- two people ----------------------------------------------------------------------

    def seen(self, revision):
        return self.policy.with_context(dunning_seen_revision_id=revision.id)

    def test_publishing_over_a_revision_that_one_has_not_seen_is_refused(self):
        seen = self.policy.revision_id
        self.level.days = 4
        self.seen(seen).action_publish()
        self.level.days = 5
        with self.assertRaisesRegex(UserError, f"{self.env.user.name} published revision 2"):
            self.seen(seen).action_publish()
        self.assertEqual(sorted(self.policy.revision_ids.mapped("number")), [1, 2])

    def test_publishing_what_one_has_seen_goes_on(self):
        for days in (4, 5):
            self.level.days = days
            self.seen(self.policy.revision_id).action_publish()
        self.assertEqual(sorted(self.policy.revision_ids.mapped("number")), [1, 2, 3])

    def test_publishing_while_somebody_else_does_is_refused(self):
        self.level.days = 4
        none = self.env["dunning.policy"]
        with (
            patch.object(type(self.policy), "try_lock_for_update", lambda self, **kw: none),
            self.assertRaisesRegex(UserError, "Somebody else is publishing"),
        ):
            self.policy.action_publish()

    # -- revisions -----------------------------------------------------------------------

    def test_a_revision_says_its_levels_and_how_many_items_are_on_it(self):
        move = self.invoice(days_late=4)
        self.run_and_deliver()
        revision = self.items(move).revision_id
        self.assertIn("Day 3: First reminder (E-mail)", revision.summary)
        self.assertIn("By day 44: Announcement of handover", revision.summary)
        self.assertEqual(revision.item_count, 1)

    # -- deleting and archiving ----------------------------------------------------------

    def own(self, **values):
        """A published policy of our own."""
        level = {"name": "L", "days": 99, "subject": "Pay", "text": "Pay"}
        level["channel_ids"] = [Command.set(self.env.ref("payt_dunning.channel_email").ids)]
        policy = self.env["dunning.policy"].create(
            {"name": "Ours", "level_ids": [Command.create(level)], **values}
        )
        policy.action_publish()
        return policy

    def test_a_policy_that_nobody_uses_can_be_deleted_with_its_revisions(self):
        policy = self.own()
        revision = policy.revision_id
        policy.unlink()
        self.assertFalse(revision.exists())

    def test_a_policy_with_items_on_it_cannot_be_deleted(self):
        self.invoice(days_late=4)
        self.run_and_deliver()
        with self.assertRaisesRegex(UserError, "began on it, paid ones too: 1"):
            self.policy.unlink()

    def test_a_policy_of_debtors_cannot_be_deleted_and_they_are_named(self):
        policy = self.own()
        self.synced(self.invoice()).debtor_id.policy_id = policy
        with self.assertRaisesRegex(UserError, r"own: 1 \(Bakery Ltd\)"):
            policy.unlink()

    def test_a_policy_of_an_item_cannot_be_deleted(self):
        policy = self.own()
        self.synced(self.invoice()).policy_id = policy
        with self.assertRaisesRegex(UserError, "Items that have it as their own: 1"):
            policy.unlink()

    def test_the_default_policy_of_a_company_cannot_be_deleted(self):
        self.company.dunning_policy_id = self.own()
        with self.assertRaisesRegex(UserError, self.company.name):
            self.company.dunning_policy_id.unlink()

    def test_the_default_policy_of_a_company_cannot_be_archived(self):
        self.company.dunning_policy_id = policy = self.own()
        with self.assertRaisesRegex(UserError, "Choose another one"):
            policy.active = False

    def test_a_policy_that_is_nobodys_default_can_be_archived(self):
        policy = self.own()
        policy.active = False
        self.assertFalse(policy.active)

    def test_a_debtors_own_policy_comes_first(self):
        policy = self.env["dunning.policy"].create(
            {
                "name": "Late only",
                "level_ids": [
                    Command.create(
                        {"position": 1, "name": "L", "days": 99, "subject": "Pay", "text": "Pay"}
                    )
                ],
            }
        )
        policy.level_ids.channel_ids = self.env.ref("payt_dunning.channel_email")
        policy.action_publish()
        move = self.invoice(days_late=4)
        self.run_day(day=move.invoice_date)
        self.items(move).debtor_id.policy_id = policy
        self.run_day()
        self.assertEqual(self.items(move).reason, "not_yet")
