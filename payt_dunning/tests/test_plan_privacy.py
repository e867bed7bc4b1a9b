from odoo.exceptions import AccessError

from .plan_page_common import PlanPageCommon


class TestPlanPrivacy(PlanPageCommon):
    """Who may learn what of a payment plan: staff of other companies, and readers of other links."""

    # -- staff -------------------------------------------------------------------------------------

    def stranger(self):
        """A collector of another company."""
        company = self.setup_other_company()["company"]
        user = self.person("stranger", "group_dunning_user")
        user.sudo().write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        return self.env(user=user, su=False, context={"allowed_company_ids": company.ids})

    def assert_tells_nothing(self, env, model, values, fields):
        """A dialog that a client opens about what it may not read shows nothing of it."""
        self.env.flush_all()
        for name in fields:
            env.invalidate_all()
            with self.subTest(f"{model}.{name}"), self.assertRaises(AccessError):
                env[model].create(values).read([name])
            with self.subTest(f"onchange of {model}.{name}"), self.assertRaises(AccessError):
                env[model].onchange(values, [], {name: {}})

    def test_decisions_about_plans_of_another_company_show_nothing_of_them(self):
        plan = self.plan()
        plan.write({"reason": "a secret", "note": "a secret"})
        shown = ("says", "note", "total", "plan_history", "promise_history", "calendar", "outlook")
        self.assert_tells_nothing(
            self.stranger(), "dunning.plan.decision", {"plan_id": plan.id, "kind": "note"}, shown
        )

    def test_the_dialog_of_a_plan_shows_nothing_of_another_company(self):
        plan = self.plan()
        plan.reason = "a secret"
        self.post(f"{self.path(plan)}/ask", text="a secret")
        debtor, question = plan.debtor_id, self.questions(plan.debtor_id)
        env = self.stranger()
        for values, shown in (
            ({"plan_id": plan.id, "debtor_id": debtor.id}, ("says", "plan_history", "to_pay")),
            ({"question_id": question.id, "debtor_id": debtor.id}, ("asked",)),
            ({"debtor_id": debtor.id}, ("plan_history", "promise_history")),
        ):
            self.assert_tells_nothing(env, "dunning.plan.wizard", values, shown)

    def test_the_agreement_is_read_by_those_who_read_the_plan_only(self):
        plan, env = self.plan(), self.stranger()
        viewer = self.person("plan_viewer", "group_dunning_viewer")
        file = plan.version_ids.pdf_id
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(file.with_env(self.env(user=viewer, su=False)).read(["raw"])[0]["raw"])
        for records in (file, plan, plan.version_ids, plan.installment_ids):
            env.invalidate_all()
            with self.subTest(records._name), self.assertRaises(AccessError):
                records.with_env(env).read()
