from .common import DunningCommon


class TestOtherFollowUp(DunningCommon):
    """Another module that sends reminders comes after a company went live."""

    def other(self, name="account_followup", state="installed"):
        """The row of the module, as it is once somebody installed it."""
        Module = self.env["ir.module.module"].sudo()
        module = Module.search([("name", "=", name)]) or Module.create({"name": name})
        module.write({"shortdesc": "Follow-up Reports", "state": state})
        return module

    def tasks(self):
        kind = self.env.ref("payt_dunning.activity_others")
        return self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)])

    def test_nothing_is_said_while_there_is_none(self):
        self.assertEqual(self.company._dunning_silence(), "")
        self.run_day()
        self.assertFalse(self.tasks())

    def test_what_waited_does_not_leave(self):
        self.invoice()
        self.run_day()
        self.other()
        self.assertFalse(self.deliver())

    def test_a_run_puts_the_company_back_in_test_mode(self):
        self.other()
        self.assertFalse(self.run_day().live)
        self.assertFalse(self.company.dunning_live_uuid)
        self.assertEqual(self.company.dunning_stopped_by, "Follow-up Reports")

    def test_a_manager_is_asked_once(self):
        self.other()
        self.run_day()
        self.run_day()
        self.assertEqual(len(self.tasks()), 1)
        self.assertIn("Follow-up Reports sends reminders too", self.tasks().summary)

    def test_sending_does_not_begin_again_by_itself(self):
        module = self.other()
        self.run_day()
        module.state = "uninstalled"
        self.invoice()
        self.assertFalse(self.run_day().live)
        self.assertIn("Look at what it sent", self.company._dunning_silence())

    def test_going_live_again_ends_it(self):
        module = self.other()
        self.run_day()
        module.state = "uninstalled"
        self.company._dunning_go_live()
        self.assertEqual(self.company._dunning_silence(), "")
        self.assertTrue(self.run_day().live)
        self.assertFalse(self.tasks())

    def test_a_company_that_never_went_live_is_not_told(self):
        self.company._dunning_stop_live()
        self.other()
        self.run_day()
        self.assertEqual(self.company._dunning_silence(), "")
        self.assertFalse(self.tasks())

    def test_a_copy_of_the_database_is_not_told(self):
        self.company.sudo().dunning_live_uuid = "of another database"
        self.other()
        self.run_day()
        self.assertEqual(self.company._dunning_silence(), "")

    def test_today_says_it_at_the_top(self):
        self.other()
        (company,) = self.env["dunning.today"]._companies()
        self.assertIn("Follow-up Reports sends reminders too", company["silence"])

    def test_settings_and_checklist_say_it(self):
        self.other()
        for model in ("dunning.settings", "res.config.settings", "dunning.checklist"):
            form = self.env[model].create({})
            self.assertIn("Follow-up Reports sends reminders too", form.dunning_silence, model)

    def test_each_known_one_is_noticed(self):
        for name in (
            "account_followup",
            "account_credit_control",
            "account_invoice_overdue_reminder",
            "om_account_followup",
        ):
            module = self.other(name)
            self.assertEqual(self.company._dunning_other_follow_up(), module)
            module.state = "uninstalled"
