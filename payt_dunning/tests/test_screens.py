from datetime import date

from lxml import etree

from odoo.tests import Form, new_test_user
from odoo.tools import html2plaintext
from odoo.tools.safe_eval import safe_eval

from .common import DunningCommon


class TestScreens(DunningCommon):
    """What a collector needs can be reached on a screen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "screen_collector",
            groups="payt_dunning.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def view(self, model, kind, xmlid=None):
        view = self.env.ref(xmlid).id if xmlid else None
        arch = self.env[model].with_user(self.collector).get_view(view, kind)["arch"]
        return etree.fromstring(arch)

    def action(self, name):
        """Records that an action shows, with the filters it begins with."""
        action = self.env["ir.actions.actions"]._for_xml_id(f"payt_dunning.{name}")
        context = safe_eval(action["context"])
        model = self.env[action["res_model"]].with_context(**context)
        search = etree.fromstring(model.get_view(view_type="search")["arch"])
        domain = []
        for key in [key for key in context if key.startswith("search_default_")]:
            (found,) = search.xpath(f"//filter[@name='{key.removeprefix('search_default_')}']")
            domain += safe_eval(found.get("domain"))
        return model.search(domain)

    def test_a_contact_in_the_form_of_its_company_has_a_role(self):
        form = self.view("res.partner", "form", "base.view_partner_form")
        self.assertTrue(form.xpath("//field[@name='child_ids']/form//field[@name='dunning_role']"))

    def test_a_contact_of_its_own_has_a_role(self):
        form = self.view("res.partner", "form", "base.view_partner_form")
        found = form.xpath("//field[@name='dunning_role'][not(ancestor::field)]")
        self.assertEqual(len(found), 1)

    def test_a_collector_can_dismiss_a_receipt_from_the_list(self):
        lists = self.view(
            "account.bank.statement.line", "list", "payt_dunning.view_dunning_receipt_list"
        )
        names = {button.get("name") for button in lists.iter("button")}
        self.assertEqual(names, {"action_dunning_dismiss", "action_dunning_take_back"})
        self.assertTrue(lists.xpath("//field[@name='dunning_dismissed']"))

    def test_a_level_shows_its_signature(self):
        form = self.view("dunning.policy", "form")
        self.assertTrue(form.xpath("//field[@name='level_ids']/form//field[@name='closing']"))

    def test_a_collector_may_correct_an_address(self):
        self.business.with_user(self.collector).email = "new@debtor.example.com"
        self.assertEqual(self.business.email, "new@debtor.example.com")

    def test_levels_are_left_out_for_businesses_only_so_consumers_have_no_button(self):
        form = self.view("dunning.item", "form")
        action = self.env.ref("payt_dunning.action_dunning_skip").id
        (button,) = form.xpath(f"//button[@name='{action}']")
        self.assertIn("debtor_kind not in ('business', 'public_body')", button.get("invisible"))

    def test_an_invoice_is_no_link_for_somebody_who_may_not_read_it(self):
        viewer = new_test_user(
            self.env, "screen_viewer", groups="payt_dunning.group_dunning_viewer"
        )
        self.assertFalse(self.env["account.move"].with_user(viewer).has_access("read"))
        for model in ("dunning.item", "dunning.hold"):
            arch = self.env[model].with_user(viewer).get_view(view_type="form")["arch"]
            (field,) = etree.fromstring(arch).xpath("//field[@name='move_id']")
            self.assertIn("no_open", field.get("options", ""))

    def test_policies_not_in_use_are_listed(self):
        listed = self.action("action_dunning_policy")
        self.assertIn(self.env.ref("payt_dunning.policy_members"), listed)

    def test_releasing_a_hold_asks_how_to_go_on(self):
        move = self.invoice(days_late=12)
        self.run_day()
        hold = self.env["dunning.hold"].create(
            {"item_id": self.items(move).id, "kind": "pause", "reason": "Asked for time"}
        )
        wizard = self.env["dunning.release.wizard"].with_user(self.collector)
        form = Form(wizard.with_context(active_model="dunning.hold", active_ids=hold.ids))
        form.mode = "restart"
        form.reason = "The time is over"
        form.save().action_apply()
        self.assertTrue(hold.released_on)
        self.assertEqual(hold.release_reason, "The time is over")
        self.assertEqual(hold.released_by_id, self.collector)

    def test_the_settings_show_the_time_zone_of_the_company(self):
        self.company.partner_id.tz = False
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.dunning_tz)
        settings.dunning_tz = "Europe/Amsterdam"
        self.assertEqual(self.company.partner_id.tz, "Europe/Amsterdam")

    def test_a_hold_says_whom_and_what_it_is_about(self):
        move = self.invoice()
        item = self.synced(move)
        for scope, about in (
            ({"item_id": item.id}, f"Bakery Ltd · {item.name}"),
            ({"move_id": move.id}, f"Bakery Ltd · {move.name}"),
            ({"debtor_id": item.debtor_id.id}, "Bakery Ltd"),
            ({}, self.company.name),
        ):
            self.assertEqual(self.hold(kind="pause", **scope).about, about)

    def test_a_new_hold_that_nobody_filled_in_is_not_stored(self):
        form = Form(self.env["dunning.hold"].with_user(self.collector))
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            form.save()
        form.debtor_id = self.synced(self.invoice()).debtor_id
        self.assertEqual(form.save().about, "Bakery Ltd")

    def test_a_run_is_called_by_its_day_as_the_user_writes_days(self):
        run = self.run_day(day=date(2026, 3, 9))
        self.assertTrue(run.display_name.endswith(" 03/09/2026"), run.display_name)

    def test_a_language_is_called_as_it_calls_itself(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        languages = dict(self.Notice._fields["lang"]._description_selection(self.env))
        self.assertEqual(languages["nl_NL"], "Nederlands")

    def test_the_settings_tell_whether_people_or_the_daily_run_send(self):
        form = self.env["dunning.settings"].get_view(view_type="form")["arch"]
        told = {
            part.get("invisible"): part.text.strip()
            for part in etree.fromstring(form).xpath("//div[hasclass('alert-success')]/div")
        }
        self.assertIn("people send", told["dunning_automatic"])
        self.assertIn("daily run sends", told["not dunning_automatic"])

    def test_what_is_not_obvious_on_a_form_is_explained(self):
        for model, names in (
            ("dunning.policy", ("debtor_kind", "partner_domain", "bundling", "gap_days", "active")),
            ("dunning.level", ("days", "spacing", "phase", "channel_ids", "text", "closing")),
            ("dunning.item", ("action", "reason", "next_date", "amount_open")),
            ("dunning.run", ("live", "waiting", "blocked")),
            ("dunning.notice", ("as_of", "content_hash", "message_id", "reference")),
        ):
            described = self.env[model].fields_get(names, ["help"])
            silent = [name for name in names if not described[name].get("help")]
            self.assertFalse(silent, model)

    def test_the_main_actions_have_a_key_that_no_other_button_beside_them_has(self):
        for model in ("dunning.item", "dunning.debtor", "dunning.notice", "dunning.run"):
            buttons = self.view(model, "form").xpath("//header/button")
            self.assertTrue(all(button.get("data-hotkey") for button in buttons), model)
        keys = [
            button.get("data-hotkey")
            for button in self.view("dunning.item", "form").xpath("//header/button")
            if not (button.get("invisible") or "").startswith("reason")
        ]
        self.assertEqual(len(keys), len(set(keys)))

    def test_each_list_of_the_menu_explains_itself_when_empty(self):
        menus = self.env["ir.ui.menu"].search(
            [("id", "child_of", self.env.ref("payt_dunning.menu_dunning_root").id)]
        )
        for action in menus.mapped("action"):
            if action and action._name == "ir.actions.act_window" and action.target != "new":
                with self.subTest(action.name):
                    self.assertGreater(len(html2plaintext(action.help or "").split()), 12)

    def test_small_remainders_are_listed(self):
        small, large = self.invoice(amount=0.8), self.invoice(amount=80)
        self.run_day()
        listed = self.action("action_dunning_item_small")
        self.assertIn(self.items(small), listed)
        self.assertNotIn(self.items(large), listed)

    def test_debtors_that_cannot_be_reached_are_listed(self):
        unreachable = self.invoice(partner=self.debtor("Nowhere", email=False))
        reachable = self.invoice()
        self.run_day()
        listed = self.action("action_dunning_item_no_address")
        self.assertIn(self.items(unreachable), listed)
        self.assertNotIn(self.items(reachable), listed)

    def test_items_at_the_end_of_their_policy_are_listed(self):
        ended, under_way = self.invoice(days_late=60), self.invoice()
        self.run_day()
        self.items(ended).reason = "end_of_ladder"
        listed = self.action("action_dunning_item_end")
        self.assertIn(self.items(ended), listed)
        self.assertNotIn(self.items(under_way), listed)

    def test_every_list_can_be_opened_by_a_collector(self):
        menus = self.env["ir.ui.menu"].with_user(self.collector)
        root = self.env.ref("payt_dunning.menu_dunning_root")
        shown = menus.search([("id", "child_of", root.id), ("action", "!=", False)])
        shown = shown.filtered(lambda menu: menu.id in menus._visible_menu_ids())
        self.assertGreater(len(shown), 7)
        for action in shown.sudo().mapped("action"):
            if action._name != "ir.actions.act_window":
                continue
            self.env[action.res_model].with_user(self.collector).search(
                safe_eval(action.domain or "[]"), limit=5
            ).read()
