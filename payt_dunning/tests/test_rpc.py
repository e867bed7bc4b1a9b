from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import DunningCommon

#: Dialogs, all with a method ``action_apply`` or ``action_resend``, and who may open them.
DIALOGS = {
    "dunning.behaviour.wizard": "collector",
    "collection.feedback.secret": "manager",
    "collection.feedback.upload": "collector",
    "collection.handover.answer": "collector",
    "collection.interruption": "collector",
    "collection.supplement.file": "collector",
    "collection.supplement.wizard": "collector",
    "collection.remittance.match": "collector",
    "collection.handover.batch": "collector",
    "collection.handover.batch.line": "collector",
    "collection.handover.check": "collector",
    "collection.handover.exhibit": "collector",
    "collection.handover.file": "collector",
    "collection.handover.message": "collector",
    "collection.handover.wizard": "collector",
    "collection.case.decision": "collector",
    "collection.case.wizard": "collector",
    "dunning.checklist": "manager",
    "dunning.checklist.line": "manager",
    "dunning.calculation": "viewer",
    "dunning.allocate.line": "collector",
    "dunning.allocate.wizard": "collector",
    "dunning.answer.wizard": "collector",
    "dunning.contact.wizard": "collector",
    "dunning.copy.wizard": "collector",
    "dunning.reason.wizard": "collector",
    "dunning.question.move": "collector",
    "dunning.call.wizard": "collector",
    "dunning.work.wizard": "collector",
    "dunning.posted.wizard": "collector",
    "dunning.letters.posted": "collector",
    "dunning.returned.wizard": "collector",
    "dunning.delivery.wizard": "collector",
    "dunning.claim.wizard": "collector",
    "dunning.charge.paid": "collector",
    "dunning.charge.remainder": "collector",
    "dunning.charge.waive": "collector",
    "dunning.debtor.wizard": "collector",
    "dunning.dispute.change": "collector",
    "dunning.dispute.outcome.wizard": "collector",
    "dunning.dispute.wizard": "collector",
    "dunning.pause.wizard": "viewer",
    "dunning.plan.decision": "collector",
    "dunning.plan.wizard": "collector",
    "dunning.plan.wizard.line": "collector",
    "dunning.plan.wizard.row": "collector",
    "dunning.access.wizard": "manager",
    "dunning.move.line": "manager",
    "dunning.move.message": "manager",
    "dunning.move.wizard": "manager",
    "dunning.policy.wizard": "collector",
    "dunning.release.wizard": "collector",
    "dunning.resend.wizard": "collector",
    "dunning.settings": "manager",
    "dunning.skip.wizard": "collector",
    "dunning.stop.wizard": "manager",
    "dunning.takeover.level": "manager",
    "dunning.takeover.row": "manager",
    "dunning.takeover.wizard": "manager",
    "dunning.why": "viewer",
    "dunning.write.off.wizard": "collector",
}
RANKS = ("portal", "outsider", "viewer", "collector", "manager")
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

    def make_once(self):
        super().make_once()
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

    def test_dialogs_open_for_those_who_may_use_them_only(self):
        known = {
            model
            for model in self.env
            if model.startswith(
                (
                    "dunning.",
                    "collection.case",
                    "collection.feedback",
                    "collection.handover",
                    "collection.supplement",
                    "collection.interruption",
                    "collection.remittance",
                    "collection.supplement",
                )
            )
            and self.env[model]._transient
        }
        self.assertEqual(known, set(DIALOGS))
        for model, least in DIALOGS.items():
            for rank in RANKS:
                user = getattr(self, rank)
                with self.subTest(f"{rank}: {model}"):
                    may = RANKS.index(rank) >= RANKS.index(least)
                    self.assertEqual(self.env[model].with_user(user).has_access("create"), may)

    def test_approving_what_does_not_wait_for_it_changes_nothing(self):
        for model in ("dunning.notice", "dunning.run"):
            before = self.records[model].state
            record = self.records[model].sudo(False).with_user(self.manager)
            record.action_approve()
            self.records["dunning.notice"].sudo(False).with_user(self.manager).action_refuse()
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
