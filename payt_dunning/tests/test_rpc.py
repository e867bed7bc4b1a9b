from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import DunningCommon

OURS = "odoo.addons.payt_dunning.models"
#: Who may call what: everything else that clients could call must not be there.
COLLECTORS = {
    ("account.bank.statement.line", "action_dunning_dismiss"),
    ("account.bank.statement.line", "action_dunning_take_back"),
    ("dunning.hold", "action_accept"),
    ("dunning.hold", "action_release"),
    ("dunning.item", "action_collection_refused"),
    ("dunning.item", "action_mark_invoice_sent"),
    ("dunning.item", "action_set_policy"),
    ("dunning.item", "action_skip_to"),
    ("dunning.item", "action_take_up_backlog"),
    ("dunning.item", "action_try_again"),
    ("dunning.notice", "action_resend"),
    ("dunning.notice", "action_was_not_sent"),
    ("dunning.notice", "action_was_sent"),
}
MANAGERS = {
    ("dunning.notice", "action_approve"),
    ("dunning.notice", "action_refuse"),
    ("dunning.policy", "action_publish"),
    ("dunning.run", "action_approve"),
    ("dunning.settings", "action_dunning_go_live"),
    ("dunning.settings", "action_dunning_stop_live"),
    ("dunning.settings.mixin", "action_dunning_go_live"),
    ("dunning.settings.mixin", "action_dunning_stop_live"),
    ("dunning.text.preview", "render_draft"),
    ("res.config.settings", "action_dunning_go_live"),
    ("res.config.settings", "action_dunning_stop_live"),
}
#: What those take that ask for something.
ARGUMENTS = {
    "action_set_policy": (False,),
    "action_skip_to": (3, "because"),
    "render_draft": (False, False, {}),
}
#: What core lets clients call on any model; guarded by the rights on the records.
ORM = {"create", "write", "unlink", "copy"}
#: What a collector may do with records beyond reading them.
COLLECTOR_MAY = {
    ("dunning.debtor", "write"),
    ("dunning.hold", "create"),
    ("dunning.hold", "write"),
}


class TestRpc(DunningCommon):
    """What a client may call, and what it gets when it may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = new_test_user(cls.env, "outsider", groups="base.group_user")
        cls.collector = new_test_user(
            cls.env, "collector", groups="payt_dunning.group_dunning_user"
        )
        cls.manager = new_test_user(cls.env, "manager", groups="payt_dunning.group_dunning_manager")

    def setUp(self):
        super().setUp()
        self.invoice()
        run = self.run_day()
        item = run.notice_ids.line_ids.item_id
        self.records = {
            "account.bank.statement.line": self.receipt(10),
            "dunning.debtor": item.debtor_id,
            "dunning.hold": self.hold(item_id=item.id),
            "dunning.item": item,
            "dunning.level": self.env.ref("payt_dunning.level_business_1"),
            "dunning.notice": run.notice_ids,
            "dunning.notice.line": run.notice_ids.line_ids,
            "dunning.policy": self.env.ref("payt_dunning.policy_business"),
            "dunning.policy.revision": item.revision_id,
            "dunning.run": run,
            "dunning.settings": self.env["dunning.settings"].create({}),
            "res.config.settings": self.env["res.config.settings"].sudo().create({}),
        }

    def call(self, user, model, method):
        record = self.records.get(model, self.env[model]).sudo(False).with_user(user)
        if model in ("res.config.settings", "dunning.settings"):
            record = record.new()
        return getattr(record, method)(*ARGUMENTS.get(method, ()))

    def test_every_public_method_is_known(self):
        public = {
            (model, name)
            for model in self.env
            for kind in type(self.env[model]).mro()
            if kind.__module__.startswith(OURS)
            for name, value in vars(kind).items()
            if callable(value)
            and not name.startswith("_")
            and not getattr(value, "_api_private", False)
            and name not in ORM
        }
        self.assertEqual(public, COLLECTORS | MANAGERS)

    def test_somebody_without_the_group_may_call_none_of_them(self):
        for model, method in sorted(COLLECTORS | MANAGERS):
            with self.subTest(f"{model}.{method}"), self.assertRaises(AccessError):
                self.call(self.outsider, model, method)

    def test_a_collector_may_not_call_what_managers_may(self):
        for model, method in sorted(MANAGERS):
            with self.subTest(f"{model}.{method}"), self.assertRaises(AccessError):
                self.call(self.collector, model, method)

    def test_a_collector_may_call_the_others_and_nothing_happens_in_the_wrong_state(self):
        for model, method in sorted(COLLECTORS - {("dunning.notice", "action_resend")}):
            with self.subTest(f"{model}.{method}"):
                self.assertTrue(self.call(self.collector, model, method))
        with self.assertRaisesRegex(UserError, "Only mails that were sent"):
            self.call(self.collector, "dunning.notice", "action_resend")
        self.assertEqual(self.records["dunning.notice"].state, "queued")

    def test_approving_what_does_not_wait_for_it_changes_nothing(self):
        for model in ("dunning.notice", "dunning.run"):
            before = self.records[model].state
            self.call(self.manager, model, "action_approve")
            self.call(self.manager, "dunning.notice", "action_refuse")
            self.assertEqual(self.records[model].state, before)

    def test_somebody_without_the_group_reads_nothing(self):
        for model, record in self.records.items():
            if model != "res.config.settings":
                with self.subTest(model), self.assertRaises(AccessError):
                    record.sudo(False).with_user(self.outsider).read(["display_name"])

    def test_a_collector_changes_only_debtors_and_holds(self):
        for model, record in self.records.items():
            if not model.startswith("dunning."):
                continue
            record = record.sudo(False).with_user(self.collector)
            for right in ("create", "write", "unlink"):
                with self.subTest(f"{model} {right}"):
                    self.assertEqual(record.has_access(right), (model, right) in COLLECTOR_MAY)

    def test_not_even_a_manager_changes_what_happened(self):
        for model in (
            "dunning.item",
            "dunning.notice",
            "dunning.notice.line",
            "dunning.run",
        ):
            record = self.records[model].sudo(False).with_user(self.manager)
            for right in ("create", "write", "unlink"):
                with self.subTest(f"{model} {right}"):
                    self.assertFalse(record.has_access(right))

    def test_nobody_makes_a_debtor_into_somebody_else(self):
        debtor = self.records["dunning.debtor"].sudo(False)
        other = self.setup_other_company()["company"]
        for values in ({"partner_id": self.consumer.id}, {"company_id": other.id}):
            for user in (self.collector, self.manager):
                with self.subTest((values, user.login)), self.assertRaises(UserError):
                    debtor.with_user(user).write(values)

    def test_a_hold_of_another_company_cannot_be_released(self):
        other = self.setup_other_company()["company"]
        hold = self.hold(company_id=other.id)
        with self.assertRaises(AccessError):
            hold.with_user(self.collector).action_release("not mine")
