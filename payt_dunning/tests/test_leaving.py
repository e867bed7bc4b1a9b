from odoo.exceptions import UserError

from ..hooks import forget, uninstall_hook
from .common import DunningCommon


class TestLeaving(DunningCommon):
    """The add-on goes."""

    def leave(self, name="payt_dunning"):
        module = self.env["ir.module.module"].search([("name", "=", name)])
        module.with_user(self.env.ref("base.user_admin")).button_uninstall()
        return module

    def test_it_is_refused_while_a_company_is_live(self):
        with self.assertRaisesRegex(UserError, "sends reminders now. Stop sending first"):
            self.leave()

    def test_it_is_refused_where_it_would_go_with_another_module(self):
        with self.assertRaisesRegex(UserError, "sends reminders now. Stop sending first"):
            self.leave("account_payment")

    def test_it_goes_once_no_company_is_live(self):
        self.company._dunning_stop_live()
        self.assertEqual(self.leave().state, "to remove")

    def test_other_modules_go_while_a_company_is_live(self):
        self.assertEqual(self.leave("l10n_nl").state, "to remove")

    def test_what_waits_to_be_sent_goes_with_it(self):
        self.invoice()
        self.run_day()
        own = self.env["mail.mail"].search([("dunning_notice_id", "!=", False)])
        other = self.env["mail.mail"].create({"subject": "Something else", "state": "outgoing"})
        self.assertEqual(own.mapped("state"), ["outgoing"])
        uninstall_hook(self.env(su=True))
        self.assertFalse(own.exists())
        self.assertEqual(other.state, "outgoing")

    def test_its_tasks_go_with_it_also_those_on_what_stays(self):
        partner, move = self.company.partner_id, self.invoice()
        tasks = self.env["dunning.task"]
        tasks._ask(partner, "server", lambda env: "Look", company=self.company, managers=True)
        tasks._ask(move, "answer", lambda env: "Answer", company=self.company)
        own = (partner | move.partner_id).activity_ids | move.activity_ids
        self.assertEqual(len(own), 2)
        other = move.activity_schedule("mail.mail_activity_data_todo")
        own[:1].active = False
        uninstall_hook(self.env(su=True))
        self.assertFalse(own.exists())
        self.assertTrue(other.exists())

    def test_its_system_parameters_go_with_it(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for name in ("payt_dunning.workers", "payt_dunning_some.thing", "paytXdunning.workers"):
            parameters.set_param(name, "2")
        uninstall_hook(self.env(su=True))
        left = parameters.search([("key", "=like", "payt%")]).mapped("key")
        self.assertEqual(left, ["paytXdunning.workers"])

    def test_an_add_on_that_goes_alone_takes_its_own_only(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for name in ("payt_dunning.workers", "payt_dunning_some.thing"):
            parameters.set_param(name, "2")
        forget(self.env(su=True), "payt\\_dunning\\_some")
        left = parameters.search([("key", "=like", "payt%")]).mapped("key")
        self.assertIn("payt_dunning.workers", left)
        self.assertNotIn("payt_dunning_some.thing", left)

    def test_what_was_sent_stays(self):
        self.invoice()
        self.run_day()
        self.deliver()
        own = self.env["mail.mail"].search([("dunning_notice_id", "!=", False)])
        self.assertEqual(own.mapped("state"), ["sent"])
        uninstall_hook(self.env(su=True))
        self.assertTrue(own.exists())
