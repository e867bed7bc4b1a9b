"""Every method that a client can call is in a table, and refused to who may not call it.

A new public method makes the first test fail until it is entered in EXPECTED (public_methods.py): who may call it
(and everybody above), and with which arguments beside the record.
"""

import base64
import json
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .public_common import public_methods_of
from .public_methods import EXPECTED
from .public_records import PublicRecords

#: Logins and how far up they are; the stranger is a manager of another company only.
USERS = {"portal": 0, "outsider": 0, "viewer": 1, "collector": 2, "manager": 3, "stranger": 3}
#: What a refusal may be: a selection of another company's holds nothing to do something with.
REFUSALS = {"AccessError", "UserError", "MissingError"}


@tagged("post_install", "-at_install")
class TestPublicMethods(PublicRecords, HttpCase):
    """Who may call what, asked as a client asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.setup_other_company()["company"]
        groups = {
            "portal": "base.group_portal",
            "outsider": "base.group_user",
            "viewer": "payt_dunning.group_dunning_viewer",
            "collector": "payt_dunning.group_dunning_user",
        }
        cls.people = {}
        for name in USERS:
            company = other if name == "stranger" else cls.company
            cls.people[name] = new_test_user(
                cls.env,
                f"public.{name}",
                password=f"public.{name}",
                groups=groups.get(name, "payt_dunning.group_dunning_manager"),
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
        cls.prepare_state_of_things()

    # -- dialogs: each belongs to who opened it --------------------------------------------------

    def dialog(self, model, user):
        """A filled-in dialog of a user about the records of this company; or of the system."""
        Wizard = self.env[model].sudo(False).with_user(user)
        selected = {"item_ids": self.item.ids}
        level = self.env.ref("payt_dunning.level_business_2")
        values = {
            "collection.law.import": {
                "rows": "NL,2027-01-01,2027-06-30,commercial,10.65,Stb. 2026 999,sure"
            },
            "dunning.behaviour.wizard": {
                "behaviour_ids": self.records["dunning.behaviour"].ids,
                "class_id": self.records["dunning.payment.class"].id,
                "reason": "x",
            },
            "collection.case.decision": {"case_id": self.case.id, "kind": "recall", "reason": "x"},
            "collection.case.wizard": {"item_ids": self.free.ids, "reason": "x"},
            "collection.feedback.secret": {"agent_id": self.agent.id},
            "collection.feedback.upload": {
                "agent_id": self.agent.id,
                "file": base64.b64encode(b"no message"),
            },
            "collection.supplement.wizard": {
                "handover_id": self.records["collection.handover"].id,
                "text": "The agreement",
            },
            "collection.handover.answer": {
                "handover_id": self.records["collection.handover"].id,
                "reference": "2026.1",
            },
            "collection.handover.batch": {
                "line_ids": [
                    Command.create(
                        {"case_id": self.case.id, "agent_id": self.agent.id, "no_defence": True}
                    )
                ],
                "declared": True,
            },
            "collection.handover.batch.line": {
                "batch_id": self.env["collection.handover.batch"].sudo().create({}).id,
                "case_id": self.case.id,
                "agent_id": self.agent.id,
            },
            "collection.handover.wizard": {
                "case_id": self.case.id,
                "agent_id": self.agent.id,
                "action": "demand",
            },
            "collection.remittance.match": {
                "remittance_id": self.records["collection.remittance"].id
            },
            "collection.interruption": {"item_ids": self.item.ids},
            "collection.law.rate": {
                "jurisdiction_id": self.law.jurisdiction_id.id,
                "percent": "10.65",
                "since": "2028-01-01",
                "until": "2028-06-30",
                "source": "x",
            },
            "collection.law.withdraw": {"row_ids": self.law.ids, "reason": "x"},
            "dunning.allocate.wizard": {
                "debtor_id": self.item.debtor_id.id,
                "credit_id": self.item.line_id.id,
            },
            "dunning.contact.wizard": {
                "change_id": self.proposed.id,
                "answer": "x",
                "seen": {"city": self.business.city or ""},
            },
            "dunning.copy.wizard": selected,
            "dunning.reason.wizard": {
                **selected,
                "reason_id": self.env.ref("payt_dunning.reason_forgot").id,
            },
            "dunning.answer.wizard": {"question_id": self.question.id, "body": "x"},
            "dunning.question.move": {"question_id": self.question.id, "move_id": self.other.id},
            "dunning.dispute.wizard": {
                "item_id": self.item.id,
                "scope": "amount",
                "amount": 1,
                "reason_id": self.env.ref("payt_dunning.dispute_reason_price").id,
            },
            "dunning.dispute.change": {
                "dispute_id": self.disputed.id,
                "deadline": self.disputed.deadline + timedelta(days=1),
                "reason": "x",
            },
            "dunning.dispute.outcome.wizard": {
                "dispute_id": self.disputed.id,
                "state": "rejected",
                "outcome": "x",
            },
            "dunning.call.wizard": selected,
            "dunning.letters.posted": {
                "batch_id": self.batch.id,
                "letter_ids": self.batch.letter_ids.ids,
            },
            "dunning.returned.wizard": {
                "notice_ids": self.posted.ids,
                "why": "moved",
                "day": self.today,
            },
            "dunning.delivery.wizard": {"notice_id": self.posted.id, "track_number": "3S"},
            "dunning.work.wizard": {"notice_ids": self.notice.ids, "note": "x"},
            "dunning.posted.wizard": {"notice_id": self.item.notice_line_ids[:1].notice_id.id},
            "dunning.claim.wizard": {**selected, "contract_kind": "rent"},
            "dunning.charge.paid": {"charge_id": self.charge.id, "reason": "x"},
            "dunning.charge.remainder": {
                "item_id": self.rest.id,
                "choice": "waive",
                "reason": "x",
            },
            "dunning.charge.waive": {"charge_id": self.charge.id, "amount": 1, "reason": "x"},
            "dunning.pause.wizard": {**selected, "date_until": self.after(4), "reason": "x"},
            "dunning.debtor.wizard": {**selected, "handler_id": user.id},
            "dunning.write.off.wizard": {**selected, "account_id": self.loss.id, "reason": "x"},
            "dunning.stop.wizard": {**selected, "kind": "stop_goodwill", "reason": "x"},
            "dunning.plan.decision": {"plan_id": self.plan.id, "kind": "note", "note": "x"},
            "dunning.plan.wizard": {
                "debtor_id": self.free.debtor_id.id,
                "currency_id": self.free.currency_id.id,
                "line_ids": [Command.create({"item_id": self.free.id, "taken": True})],
                "how": "single",
                "date_first": self.after(10),
                "date_until": self.after(5),
            },
            "dunning.access.wizard": {
                "debtor_id": self.item.debtor_id.id,
                "person_id": self.item.debtor_id.partner_id.id,
            },
            "dunning.move.message": {"subject": "x"},
            "dunning.move.wizard": {
                "policy_id": level.policy_id.id,
                "revision_id": level.policy_id.revision_id.id,
            },
            "dunning.takeover.wizard": {"company_id": self.company.id},
            "dunning.policy.wizard": {"item_ids": self.item.ids},
            "dunning.skip.wizard": {
                "item_ids": self.item.ids,
                "policy_id": level.policy_id.id,
                "level_id": level.id,
                "reason": "x",
            },
            "dunning.release.wizard": {"hold_ids": self.pause.ids},
            "dunning.resend.wizard": {"notice_ids": self.notice.ids},
            "dunning.settings": {"company_id": self.company.id},
            "dunning.checklist": {"company_id": self.company.id},
            "res.config.settings": {"company_id": self.company.id},
        }
        if model == "dunning.checklist.line":
            checklist = self.dialog("dunning.checklist", user)
            # Made as the checklist makes them; "dns" is what a person confirms.
            return Wizard.create(
                {"checklist_id": checklist.id, "code": "dns", "state": "attention"}
            )
        return Wizard.create(values[model])

    def ids(self, model, user):
        """The record that a method is called on: the company's, or the user's own dialog."""
        if model in self.records:
            return self.records[model].ids
        if self.env[model]._abstract:
            return []
        try:
            return self.dialog(model, user).ids
        except AccessError:
            # One of somebody who may: the method has to refuse by itself.
            return self.dialog(model, self.env.ref("base.user_root")).ids

    # -- calls ---------------------------------------------------------------------------------

    def rpc(self, model, method, name, may):
        """Call a method as a client; the name of the error, ``None`` without one."""
        args = [self.values.get(arg, arg) if isinstance(arg, str) else arg for arg in may.args]
        if not getattr(getattr(type(self.env[model]), method), "_api_model", False):
            args = [self.ids(model, self.people[name]), *args]
        self.env.flush_all()
        self.before = self.state_of_things()
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_access"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        if "error" not in answer:
            return None
        return answer["error"]["data"]["name"].rpartition(".")[2]

    def state_of_things(self):
        """A mark of everything that a follow-up method could change."""
        self.env.cr.execute("EXECUTE public_things")
        return self.env.cr.fetchall()

    @classmethod
    def prepare_state_of_things(cls):
        """Let the database know, once for more than a thousand times, what it is asked for."""
        tables = [
            model._table
            for name, model in cls.env.items()
            if name.startswith(("dunning.", "collection."))
            and model._auto
            and not (model._abstract or model._transient)
        ]
        tables += ["res_company", "mail_mail", "mail_message", "mail_activity", "ir_cron_trigger"]
        tables += ["account_move", "account_move_line", "account_partial_reconcile"]
        tables += ["account_bank_statement_line", "res_partner"]
        mark = " UNION ALL ".join(
            f"SELECT '{table}', count(*), md5(string_agg(row::text, '' ORDER BY id))"
            f" FROM {table} row"
            for table in sorted(tables)
        )
        cls.env.cr.execute(f"PREPARE public_things AS {mark}")  # pylint: disable=sql-injection
        cls.addClassCleanup(cls.env.cr.execute, "DEALLOCATE public_things")

    def each(self):
        for model, methods in EXPECTED.items():
            for method, may in methods.items():
                yield model, method, may

    def check_refused(self, name):
        """Call as one user everything that this user may not call."""
        self.authenticate(f"public.{name}", f"public.{name}")
        for model, method, may in self.each():
            stranger = name == "stranger" and not may.everywhere
            if USERS[name] >= may.least and not stranger:
                continue
            with self.subTest(f"{name}: {model}.{method}"), self.env.cr.savepoint() as savepoint:
                error = self.rpc(model, method, name, may)
                if not (stranger and may.empty):
                    self.assertIn(error, REFUSALS if stranger else {"AccessError"})
                self.assertEqual(self.state_of_things(), self.before, "nothing has changed")
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_every_public_method_is_in_the_table(self):
        public = public_methods_of(self.env, "payt_dunning")
        self.assertEqual(public, {(model, method) for model, method, _may in self.each()})

    def test_a_portal_user_is_refused(self):
        self.check_refused("portal")

    def test_somebody_without_the_group_is_refused(self):
        self.check_refused("outsider")

    def test_a_viewer_is_refused_what_collectors_may(self):
        self.check_refused("viewer")

    def test_a_collector_is_refused_what_managers_may(self):
        self.check_refused("collector")

    def test_a_manager_of_another_company_is_refused(self):
        self.check_refused("stranger")

    def test_the_lowest_who_may_are_not_refused(self):
        for name in ("viewer", "collector", "manager"):
            self.authenticate(f"public.{name}", f"public.{name}")
            for model, method, may in self.each():
                if may.least != USERS[name] or not may.asked:
                    continue
                with (
                    self.subTest(f"{name}: {model}.{method}"),
                    self.env.cr.savepoint() as savepoint,
                ):
                    self.assertIsNone(self.rpc(model, method, name, may))
                    savepoint.rollback()
                    self.env.invalidate_all(flush=False)
