from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tools.safe_eval import safe_eval

from .plan_common import PlanCommon


class TestPlanScreens(PlanCommon):
    """What lists and forms show of plans, and that one gets from each thing to its plan."""

    def view(self, model, kind, xmlid=None):
        view = self.env.ref(xmlid).id if xmlid else None
        arch = self.env[model].with_user(self.collector).get_view(view, kind)["arch"]
        return etree.fromstring(arch)

    def filtered(self, name):
        """The plans that a filter of the list shows a collector."""
        search = self.view("dunning.payment.plan", "search")
        (found,) = search.xpath(f"//filter[@name='{name}']")
        return (
            self.env["dunning.payment.plan"]
            .with_user(self.collector)
            .search(safe_eval(found.get("domain")))
        )

    def test_each_filter_finds_its_plans(self):
        item = self.item()
        proposed = self.Plan._propose(item, self.schedule(item, count=10))
        other = self.item(partner=self.debtor("Offered To"))
        offered = self.Plan._offer(other, self.schedule(other, days=20))
        on_track, late = self.plan(days=40), self.plan()
        completed = self.plan(self.item(50.0), count=1)
        self.receive(completed.item_ids, 50.0)
        self.guard(14)
        for name, plan in (
            ("to_decide", proposed),
            ("offered", offered),
            ("on_track", on_track),
            ("late", late),
            ("completed", completed),
        ):
            with self.subTest(name):
                self.assertIn(plan, self.filtered(name).sudo())
                others = proposed | offered | on_track | late | completed
                self.assertFalse((others - plan) & self.filtered(name).sudo())

    def test_plans_for_which_a_lapse_is_asked_are_listed(self):
        plan = self.plan()
        self.guard(14)
        self.guard(22)
        self.assertIn(plan, self.filtered("lapse_asked").sudo())

    def test_mine_are_those_of_my_debtors(self):
        plan = self.plan()
        self.assertNotIn(plan, self.filtered("mine").sudo())
        plan.debtor_id.handler_id = self.collector
        self.assertIn(plan, self.filtered("mine").sudo())

    def test_progress_counts_what_was_paid_of_what_is_not_credited(self):
        plan = self.plan()
        self.receive(plan.item_ids, 75.0)
        self.guard(0)
        self.assertEqual(plan.progress, 25.0)

    def test_debtor_item_and_invoice_say_what_comes_next_of_the_plan(self):
        plan = self.plan()
        item = plan.item_ids
        self.assertIn(plan.name, plan.says)
        self.assertIn("100.00", plan.says)
        for says in (
            item.plan_says,
            item.debtor_id.plan_says,
            item.move_id.with_user(self.collector).dunning_plan_says,
        ):
            self.assertEqual(says, plan.says)
        self.assertEqual(item.move_id.with_user(self.collector).dunning_plan_id.sudo(), plan)

    def test_a_plan_that_is_over_is_not_said_any_more(self):
        plan = self.plan()
        plan.with_user(self.collector).action_end("Agreed")
        self.assertFalse(plan.item_ids.plan_says)
        self.assertFalse(plan.debtor_id.plan_says)

    def test_a_hold_of_a_plan_leads_to_it(self):
        plan = self.plan()
        self.assertEqual(self.holds(plan.item_ids).plan_id, plan)
        self.assertFalse(self.hold(item_id=self.item().id).plan_id)

    def test_the_debtors_page_is_opened_by_collectors(self):
        plan = self.plan()
        action = plan.with_user(self.collector).action_open_page()
        self.assertIn(f"/claim/p/{plan.id}/", action["url"])
        viewer = self.person("page_viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            plan.with_user(viewer).action_open_page()

    def test_the_agreement_can_be_read_as_pdf_in_each_version(self):
        plan = self.plan()
        viewer = self.person("pdf_viewer", "group_dunning_viewer")
        url = plan.with_user(viewer).action_agreement()["url"]
        self.assertIn(str(plan.version_ids.pdf_id.id), url)
        self.assertTrue(plan.version_ids.pdf_id.with_user(viewer).has_access("read"))
        first = plan.version_ids
        plan._postpone(1, self.after(17))
        self.assertNotEqual(plan.with_user(viewer).action_agreement()["url"], url)
        self.assertEqual(first.with_user(viewer).action_agreement()["url"], url)

    def test_an_offer_has_no_agreement_yet(self):
        item = self.item()
        plan = self.Plan._offer(item, self.schedule(item, days=20))
        with self.assertRaisesRegex(UserError, "no agreement yet"):
            plan.with_user(self.collector).action_agreement()

    def test_the_form_says_why_one_of_us_decides(self):
        item = self.item()
        plan = self.Plan._propose(item, self.schedule(item, count=10))
        plan = plan.with_user(self.person("plan_manager", "group_dunning_manager"))
        self.assertIn("at the latest", plan.bounds_broken)
        plan.action_approve("Known for years")
        self.assertFalse(plan.bounds_broken)

    def test_buttons_of_the_form_have_keys_of_their_own_in_each_state(self):
        buttons = self.view("dunning.payment.plan", "form").xpath("//header/button")
        self.assertTrue(all(button.get("data-hotkey") for button in buttons))
        values = {"version": 1, "lapse_asked_on": False}
        for state in ("proposed", "offered", "running", "completed"):
            for health in ("on_track", "late"):
                known = {**values, "state": state, "health": health}
                keys = [
                    button.get("data-hotkey")
                    for button in buttons
                    if not safe_eval(button.get("invisible") or "False", known)
                ]
                with self.subTest((state, health)):
                    self.assertEqual(len(keys), len(set(keys)))

    def test_a_plan_is_reached_from_invoices_items_and_debtors(self):
        for model, action in (
            ("dunning.item", "action_dunning_plan_items"),
            ("dunning.debtor", "action_dunning_plan_debtors"),
        ):
            action = self.env.ref(f"payt_dunning.{action}")
            form = self.view(model, "form")
            self.assertTrue(form.xpath(f"//header/button[@name='{action.id}']"), model)
            self.assertEqual(action.binding_model_id.model, model)

    def test_the_policy_shows_all_that_it_says_about_plans(self):
        form = self.view("dunning.policy", "form")
        shown = {field.get("name") for field in form.xpath("//page[@name='plans']//field")}
        known = {name for name in self.env["dunning.policy"]._fields if name.startswith("plan_")}
        self.assertFalse(known - shown)

    def test_the_settings_say_by_when_a_proposal_is_answered(self):
        for model in ("dunning.settings", "res.config.settings"):
            arch = self.env[model].get_view(view_type="form")["arch"]
            self.assertIn("dunning_plan_answer_days", arch, model)

    def test_the_value_at_risk_is_summed_by_how_plans_go(self):
        self.plan(), self.plan()
        groups = dict(
            self.env["dunning.payment.plan"]
            .with_user(self.collector)
            ._read_group([("state", "=", "running")], ["health"], ["left_company:sum"])
        )
        self.assertEqual(groups["on_track"], 600.0)
