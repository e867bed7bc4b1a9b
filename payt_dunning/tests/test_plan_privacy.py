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
            with self.subTest(f"onchange of {model}.{name}"):
                try:
                    shown = env[model].onchange(values, [], {name: {}})["value"].get(name)
                except AccessError:
                    continue
                nothing = env[model].onchange({}, [], {name: {}})["value"].get(name)
                self.assertEqual(shown, nothing)

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

    # -- readers of a link --------------------------------------------------------------------------

    def test_who_wrote_about_one_invoice_reads_nothing_of_a_plan_about_more(self):
        items = self.item() | self.item(200.0)
        path = self.invoice_path(items[0])
        self.post(f"{path}/ask", text="Can I pay later?")
        plan = self.plan(items)
        page = self.get(path)
        self.assertIn("Can I pay later?", page)
        for secret in (plan.reference, "500.00", "166.6", items[1].name):
            self.assertNotIn(secret, page)

    def test_who_wrote_about_one_invoice_reads_of_a_plan_about_it(self):
        item = self.item()
        path = self.invoice_path(item)
        self.post(f"{path}/ask", text="Can I pay later?")
        plan = self.plan(item)
        self.assertIn(f"Then mention {plan.reference}", self.get(path))

    def test_a_reminder_about_more_is_not_read_on_the_page_of_the_plan_it_offered(self):
        level = self.env.ref("payt_dunning.level_consumer_1")
        level.invites_plan = True
        self.consumers.action_publish()
        item, other = self.item(days_late=6), self.item(70.0, days_late=2)
        self.run_and_deliver()
        notice = self.notices_to(self.consumer)
        plan = notice.plan_id
        self.assertEqual(plan.item_ids, item)
        self.assertIn(other, notice.line_ids.item_id)
        path = self.path(plan)
        self.assertNotIn(f"/message/{notice.id}", self.get(path))
        self.get(f"{path}/plan/{plan.id}/message/{notice.id}", 404)
        own = self.path(notice, "m")
        self.get(f"{own}/plan/{plan.id}/message/{notice.id}")

    def test_papers_of_a_plan_about_more_are_not_behind_a_link_to_one_invoice(self):
        items = self.item() | self.item(200.0)
        plan = self.plan(items)
        notice = self.told(plan, "plan")
        self.run_and_deliver()
        path = f"{self.invoice_path(items[0])}/plan/{plan.id}"
        self.get(f"{path}/version/1", 404)
        self.get(f"{path}/message/{notice.id}", 404)

    def test_papers_of_a_plan_are_gone_with_its_address(self):
        plan = self.plan()
        path = self.path(plan)
        self.get(f"{path}/plan/{plan.id}/version/1")
        plan.debtor_id._replace_addresses()
        self.get(f"{path}/plan/{plan.id}/version/1", 410)
        self.post(f"{path}/plan/stop", 410, record=plan.id)
        self.assertEqual(plan.state, "running")

    def test_following_a_link_decides_nothing(self):
        plan = self.offer()
        for action in ("accept", "agree", "move", "stop", "withdraw", "by-hand"):
            with self.subTest(action):
                self.get(f"{self.path(plan)}/plan/{action}?record={plan.id}", 405)
        self.assertEqual(plan.state, "offered")

    def test_who_is_logged_in_decides_by_forms_of_its_own_pages_only(self):
        plan, item = self.offer(), self.item(90.0)
        debtor = plan.debtor_id
        self.env["res.users"].sudo().create(
            {
                "name": "Jan",
                "login": "jan.portal",
                "password": "jan.portal.secret",
                "partner_id": debtor.partner_id.id,
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.authenticate("jan.portal", "jan.portal.secret")
        path = f"/my/claims/{debtor.id}"
        self.assertIn("our offer", self.get(path))
        for action in ("plan/accept", "plan/stop", "plan/withdraw", "parts"):
            with self.subTest(action):
                answer = self.post(
                    f"{path}/{action}", 400, record=plan.id, way="day", date=self.after(9)
                )
                self.assertIn("This page was open for too long", answer)
        self.assertEqual(plan.state, "offered")
        self.assertFalse(self.Plan.search([("item_ids", "in", item.ids)]))

    def test_a_viewer_writes_to_nobody_through_a_plan(self):
        plan = self.plan()
        viewer = self.person("plan_viewer", "group_dunning_viewer")
        own = plan.with_env(self.env(user=viewer, su=False))
        with self.assertRaises(AccessError):
            own.message_post(body="Pay!", partner_ids=plan.debtor_id.partner_id.ids)
        theirs = plan.with_env(self.env(user=self.collector, su=False))
        self.assertTrue(theirs.message_post(body="A note", subtype_xmlid="mail.mt_note"))
        self.assertTrue(theirs.activity_schedule("mail.mail_activity_data_todo"))
