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
    ("dunning.preview.screen", "look"),
    ("dunning.preview.screen", "message"),
    ("dunning.preview.screen", "remind"),
    ("dunning.preview.screen", "send"),
}
MANAGERS = {
    ("dunning.notice", "action_approve"),
    ("dunning.notice", "action_refuse"),
    ("dunning.policy", "action_publish"),
    ("dunning.run", "action_approve"),
    ("dunning.checklist", "action_dunning_go_live"),
    ("dunning.checklist", "action_dunning_stop_live"),
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
#: Dialogs, all with a method ``action_apply`` or ``action_resend``, and who may open them.
DIALOGS = {
    "dunning.checklist": "manager",
    "dunning.checklist.line": "manager",
    "dunning.call.wizard": "collector",
    "dunning.pause.wizard": "viewer",
    "dunning.policy.wizard": "collector",
    "dunning.release.wizard": "collector",
    "dunning.resend.wizard": "collector",
    "dunning.settings": "manager",
    "dunning.skip.wizard": "collector",
    "dunning.stop.wizard": "manager",
    "dunning.why": "viewer",
}
RANKS = ("portal", "outsider", "viewer", "collector", "manager")
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
        cls.portal = new_test_user(cls.env, "portal.user", groups="base.group_portal")
        cls.viewer = new_test_user(cls.env, "viewer", groups="payt_dunning.group_dunning_viewer")
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
        if model in ("res.config.settings", "dunning.settings", "dunning.checklist"):
            record = record.new()
        arguments = ARGUMENTS.get(method, ())
        if model == "dunning.preview.screen":
            debtor = self.records["dunning.debtor"]
            arguments = {
                "look": (),
                "message": (debtor.company_id.id, debtor.id, "key"),
                "remind": (debtor._name, debtor.ids),
                "send": (debtor._name, debtor.ids),
            }[method]
        return getattr(record, method)(*arguments)

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
        for user in (self.portal, self.outsider, self.viewer):
            for model, method in sorted(COLLECTORS | MANAGERS):
                with (
                    self.subTest(f"{user.login}: {model}.{method}"),
                    self.assertRaises(AccessError),
                ):
                    self.call(user, model, method)

    def test_somebody_of_another_company_may_call_none_of_them(self):
        company = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="payt_dunning.group_dunning_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        own = {
            "dunning.checklist",
            "dunning.text.preview",
            "dunning.settings",
            "dunning.settings.mixin",
            "res.config.settings",
        }
        for model, method in sorted(COLLECTORS | MANAGERS):
            # Shipped policies are every company's; what is looked at is the user's own.
            if model in own or model == "dunning.policy" or method == "look":
                continue
            with self.subTest(f"{model}.{method}"), self.assertRaises(AccessError):
                self.call(stranger, model, method)

    def test_dialogs_open_for_those_who_may_use_them_only(self):
        known = {
            model
            for model in self.env
            if model.startswith("dunning.") and self.env[model]._transient
        }
        self.assertEqual(known, set(DIALOGS))
        for model, least in DIALOGS.items():
            for rank in RANKS:
                user = getattr(self, rank)
                with self.subTest(f"{rank}: {model}"):
                    may = RANKS.index(rank) >= RANKS.index(least)
                    self.assertEqual(self.env[model].with_user(user).has_access("create"), may)

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

    def test_a_hold_ends_and_begins_by_its_buttons_only(self):
        hold = self.records["dunning.hold"].sudo(False)
        item = self.records["dunning.item"]
        for values in (
            {"released_on": self.today},
            {"released_by_id": self.collector.id},
            {"release_reason": "because"},
            {"proposed": True},
            {"date_from": self.after(30)},
            {"kind": "question"},
            {"item_id": False, "debtor_id": item.debtor_id.id},
            {"move_id": item.move_id.id},
            {"owner_model": "res.partner"},
        ):
            for user in (self.collector, self.manager):
                with self.subTest((values, user.login)), self.assertRaises(UserError):
                    hold.with_user(user).write(values)

    def test_a_hold_cannot_be_made_as_one_that_ended(self):
        for values in ({"released_on": self.today}, {"owner_model": "res.partner"}):
            with self.subTest(values), self.assertRaises(UserError):
                self.env["dunning.hold"].with_user(self.collector).create(values)

    def test_a_collector_may_extend_a_hold_and_say_why(self):
        hold = self.records["dunning.hold"].sudo(False).with_user(self.collector)
        hold.write({"date_until": self.after(9), "reason": "on holiday", "amount": 5})
        self.assertEqual(hold.date_until, self.after(9))
        hold.action_release("back again")
        self.assertEqual(hold.released_by_id, self.collector)

    def test_nobody_changes_when_a_debtor_got_its_last_message(self):
        debtor = self.records["dunning.debtor"].sudo(False)
        for user in (self.collector, self.manager):
            with self.subTest(user.login), self.assertRaises(UserError):
                debtor.with_user(user).write({"last_message_date": False})

    def test_a_hold_of_another_company_cannot_be_released(self):
        other = self.setup_other_company()["company"]
        hold = self.hold(company_id=other.id)
        with self.assertRaises(AccessError):
            hold.with_user(self.collector).action_release("not mine")
