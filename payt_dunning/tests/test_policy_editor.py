from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from ..rules.texts import PLACEHOLDERS
from .common import DunningCommon


class TestPolicyEditor(DunningCommon):
    """Somebody who writes a policy sees what it does, and what is odd about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("payt_dunning.policy_business")
        cls.level = cls.env.ref("payt_dunning.level_business_1")
        cls.second = cls.env.ref("payt_dunning.level_business_2")
        cls.manager = new_test_user(
            cls.env,
            "editor",
            groups="payt_dunning.group_dunning_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def drawn(self, level):
        """A level as the line around the due date shows it."""
        return next(each for each in self.policy.outline["levels"] if each["name"] == level.name)

    def render(self, level=None, item=None, lang=False, **values):
        """What the preview of a level gets, as a manager."""
        level = level or self.level
        shown = {name: level[name] for name in ("name", "days", "spacing", "phase")}
        shown |= {name: level[name] or "" for name in ("subject", "text", "closing")}
        shown |= {f"policy_{name}": self.policy[name] for name in ("greeting", "closing")}
        return (
            self.env["dunning.text.preview"]
            .with_user(self.manager)
            .render_draft(
                self.policy.id, level.id, {**shown, **values}, item.id if item else False, lang
            )
        )

    # -- the line around the due date ----------------------------------------------------

    def test_levels_are_drawn_by_day_with_phase_and_channels(self):
        days = [level["day"] for level in self.policy.outline["levels"]]
        self.assertEqual(days, sorted(days))
        drawn = self.drawn(self.level)
        self.assertEqual((drawn["day"], drawn["phase_name"]), (3, "Courtesy"))
        self.assertEqual(drawn["channels"], [{"code": "email", "name": "E-mail"}])

    def test_a_level_that_is_not_in_use_is_drawn_too(self):
        formal = self.env.ref("payt_dunning.level_business_7")
        formal.active = False
        self.assertFalse(self.drawn(formal)["active"])

    def test_the_shipped_policies_have_no_hints(self):
        for policy in self.env["dunning.policy"].with_context(active_test=False).search([]):
            found = [policy.outline["warnings"], *(x["warnings"] for x in policy.outline["levels"])]
            self.assertFalse(any(found), (policy.name, found))

    def test_the_line_follows_what_is_changed_in_the_form_before_it_is_saved(self):
        form = Form(self.policy)
        place = self.policy.level_ids.ids.index(self.level.id)
        with form.level_ids.edit(place) as line:
            line.days = 8
        drawn = {level["name"]: level for level in form.outline["levels"]}
        self.assertEqual(drawn[self.level.name]["day"], 8)
        self.assertIn("leaves on day 15", drawn[self.second.name]["warnings"][0])

    def test_the_button_to_publish_appears_when_a_day_is_changed(self):
        form = Form(self.policy)
        self.assertFalse(form.has_changes)
        place = self.policy.level_ids.ids.index(self.level.id)
        with form.level_ids.edit(place) as line:
            line.days = 4
        self.assertTrue(form.has_changes)

    def test_a_new_policy_without_levels_is_drawn_as_nothing(self):
        self.assertEqual(Form(self.env["dunning.policy"]).outline, {"levels": [], "warnings": []})

    # -- hints ---------------------------------------------------------------------------

    def test_a_harsher_level_before_a_friendly_one_is_told(self):
        self.level.phase = "collection"
        (hint,) = self.drawn(self.second)["warnings"]
        self.assertIn("comes after “First reminder”", hint)

    def test_an_impossible_spacing_says_when_the_level_leaves(self):
        self.second.spacing = 20
        (hint,) = self.drawn(self.second)["warnings"]
        self.assertIn("set to day 10", hint)
        self.assertIn("leaves on day 23", hint)

    def test_a_threat_in_a_friendly_text_is_told(self):
        self.level.text = "Pay {amount}, else the bailiff comes."
        (hint,) = self.drawn(self.level)["warnings"]
        self.assertIn("“bailiff”", hint)

    def test_a_threat_in_the_closing_of_a_policy_is_told(self):
        self.policy.closing = "Otherwise we go to court."
        self.assertIn("court", self.policy.outline["warnings"][0])

    def test_a_level_without_text_is_told(self):
        self.level.text = False
        self.assertEqual(self.drawn(self.level)["warnings"], ["Text: nothing is written yet."])

    def test_a_text_missing_in_a_language_of_debtors_is_told_with_the_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.invoice()
        self.run_day()
        self.level.text = "Pay {amount}"
        self.level.update_field_translations("text", {"nl_NL": False})
        self.assertFalse(self.drawn(self.level)["warnings"])
        self.business.lang = "nl_NL"
        self.policy.invalidate_recordset(["outline"])
        hints = self.drawn(self.level)["warnings"]
        self.assertTrue(any("no version in Nederlands" in hint for hint in hints), hints)

    def test_hints_keep_nobody_from_saving(self):
        self.level.write({"text": "<b>Pay</b> or else the bailiff comes", "spacing": 40})
        self.assertGreater(len(self.drawn(self.level)["warnings"]), 1)

    def test_a_mistyped_placeholder_is_told_while_it_is_typed(self):
        shown = self.render(text="Your {invocie}")
        (hint,) = shown["warnings"]
        self.assertIn("{invocie} is not known; did you mean {invoice}?", hint)
        self.assertNotIn("html", shown)
        self.assertTrue(shown["problem"])

    def test_a_change_of_days_is_checked_while_it_is_typed(self):
        self.assertIn("leaves on day 10", self.render(self.second, days=4)["warnings"][0])

    # -- the message ---------------------------------------------------------------------

    def test_what_is_typed_is_shown_on_the_oldest_overdue_item(self):
        self.invoice(days_late=4, amount=10)
        old = self.invoice(days_late=40, amount=77)
        self.synced()
        shown = self.render(text="Never saved: {amount}", subject="About {numbers}")
        self.assertIn("Never saved: $\xa077.00", shown["html"])
        self.assertIn(old.name, shown["subject"])
        self.assertEqual(shown["item"]["id"], self.items(old).id)
        self.assertNotIn("Never saved", self.level.text)

    def test_another_item_can_be_chosen(self):
        self.invoice(days_late=40, amount=77)
        item = self.synced(self.invoice(amount=10))
        self.assertIn("10.00", self.render(item=item, text="{amount}")["html"])

    def test_a_preview_is_what_is_sent(self):
        self.invoice(days_late=4)
        self.run_day()
        notice = self.Notice.search([])
        shown = self.render()
        self.assertEqual(shown["subject"], notice.subject)
        # Who gets it is told by the rules; the preview addresses the debtor.
        self.assertEqual(shown["html"], str(notice.body))

    def test_an_example_stands_in_where_nothing_is_open(self):
        shown = self.render(text="{debtor} owes {amount}")
        self.assertFalse(shown["item"]["id"])
        self.assertIn("Example Ltd owes $\xa0250.00", shown["html"])

    def test_another_language_shows_its_saved_text(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.level.with_context(lang="nl_NL").text = "Openstaand: {amount}"
        shown = self.render(lang="nl_NL", text="typed in English")
        self.assertIn("Openstaand:", shown["html"])
        self.assertTrue(shown["saved"])
        self.assertIn("nl_NL", dict(shown["langs"]))

    def test_html_in_a_text_is_shown_as_it_is_typed(self):
        shown = self.render(text="<script>alert(1)</script><img src='https://x.example/a.png'>")
        self.assertNotIn("<script", shown["html"])
        self.assertNotIn("<img", shown["html"])
        self.assertIn("&lt;script&gt;", shown["html"])
        self.assertEqual(len(shown["warnings"]), 2)

    def test_what_all_levels_share_is_shown_with_the_first_of_them(self):
        preview = self.env["dunning.text.preview"].with_user(self.manager)
        values = {"policy_greeting": "Hail {contact}", "policy_closing": "Else the bailiff"}
        shown = preview.render_draft(self.policy.id, False, values)
        self.assertIn("Hail", shown["html"])
        self.assertIn("bailiff", shown["warnings"][0])

    def test_every_placeholder_is_explained(self):
        names = [each["name"] for each in self.render()["placeholders"]]
        self.assertEqual(names, list(PLACEHOLDERS))

    def test_an_item_of_another_company_is_not_shown(self):
        other = self.setup_other_company()["company"]
        debtor = (
            self.env["dunning.debtor"]
            .sudo()
            .create({"partner_id": self.business.id, "company_id": other.id})
        )
        item = self.Item.create({"debtor_id": debtor.id, "company_id": other.id})
        with self.assertRaises(AccessError):
            self.render(item=item)

    def test_values_that_make_no_sense_do_no_harm(self):
        preview = self.env["dunning.text.preview"].with_user(self.manager)
        values = {"subject": "a", "text": ["b"], "policy_bills": "x", "phase": "x", "days": "x"}
        self.assertTrue(preview.render_draft("x", {}, values, "x", "xx")["problem"])

    def test_a_statutory_notice_is_shown_with_term_costs_and_calculation(self):
        level = self.env.ref("payt_dunning.level_consumer_3")
        values = {name: level[name] for name in ("name", "subject", "text", "statutory_code")}
        shown = self.env["dunning.text.preview"].render_draft(
            level.policy_id.id, level.id, {**values, "phase": "notice"}
        )
        for words in ("in collection costs", "within fourteen days", "Legal basis"):
            self.assertIn(words, shown["html"])
