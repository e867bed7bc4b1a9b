from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.payt_dunning.tests.public_common import ORM

from .financing_common import FinancingCommon

#: Public methods about checks, and what each needs beside the record.
EXPECTED = {
    ("receivable.financing", "action_check"),
    ("receivable.financing", "action_checks"),
    ("receivable.financing", "action_company"),
    ("receivable.financing.check", "action_again"),
    ("receivable.financing.check", "action_fill_in"),
    ("receivable.financing.check", "action_lines"),
    ("receivable.financing.check", "action_debtors"),
    ("receivable.financing.check", "action_download"),
    ("receivable.financing.reason", "action_lines"),
    ("receivable.financing.aging", "action_debtor"),
}
#: Files of this add-on that have other public methods, tested beside these.
MINE = (
    *("receivable_financing", "receivable_financing_check", "receivable_financing_check_line"),
    *("receivable_financing_answer", "receivable_financing_making", "receivable_financing_aging"),
    *("receivable_financing_reason", "receivable_financing_export", "receivable_financing_words"),
    *("receivable_financing_facts", "receivable_financing_books", "receivable_legal_form"),
    *("receivable_financing_check_export", "receivable_financing_money", "res_company"),
)
RECORDS = ("check", "check.line", "answer")


class TestFinancingRights(FinancingCommon):
    """Who sees what a financier would advance, and that nobody changes it."""

    def make_once(self):
        super().make_once()
        self.move = self.invoice(partner=self.consumer)
        self.made = self.check(profit=True, consumers=False)
        self.user = self.person("rights.finance", "payt_dunning_financing.group_financing")
        self.collector = self.person("rights.collector", "group_dunning_user")
        self.manager = self.person("rights.manager", "group_dunning_manager")
        other = self.setup_other_company()["company"]
        self.stranger = self.person("rights.stranger", "group_dunning_manager", other)

    def records(self):
        return {
            "receivable.financing": self.financing,
            "receivable.financing.check": self.made,
            "receivable.financing.check.line": self.made.line_ids,
            "receivable.financing.answer": self.made.answer_ids,
            "receivable.financing.reason": self.made.reason_ids,
            "receivable.financing.aging": self.env["receivable.financing.aging"].search(
                [("check_id", "=", self.made.id)]
            ),
        }

    def as_(self, user, record):
        return record.sudo(False).with_user(user).with_company(user.company_id)

    def test_every_public_method_is_known(self):
        found = {
            (model._name, name)
            for model in self.env.registry.values()
            for klass in model.__mro__
            if klass.__module__.rpartition(".")[2] in MINE
            and klass.__module__.startswith("odoo.addons.payt_dunning_financing.")
            for name, value in vars(klass).items()
            if callable(value) and not name.startswith("_") and name not in ORM
        }
        self.assertEqual(found, EXPECTED)

    def test_who_finances_and_managers_see_it(self):
        for user in (self.user, self.manager):
            for model, record in self.records().items():
                with self.subTest(f"{user.login}: {model}"):
                    self.assertTrue(record)
                    self.assertTrue(self.as_(user, record).read(["display_name"]))

    def test_collectors_see_nothing_of_it(self):
        for model, record in self.records().items():
            with self.subTest(model), self.assertRaises(AccessError):
                self.as_(self.collector, record).read(["display_name"])

    def test_managers_of_another_company_see_nothing_of_it(self):
        for model, record in self.records().items():
            with self.subTest(model):
                theirs = self.as_(self.stranger, record)
                self.assertFalse(theirs.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    theirs.read(["display_name"])

    def test_nobody_makes_changes_or_deletes_what_was_found(self):
        values = {
            "check": {"room": 1000000.0},
            "check.line": {"counts": 1000000.0, "state": "qualifies"},
            "answer": {"qualifies": True},
        }
        for name in RECORDS:
            record = self.records()[f"receivable.financing.{name}"]
            for user in (self.user, self.manager):
                mine = self.as_(user, record)
                with self.subTest(f"{user.login}: {name}"):
                    with self.assertRaises(AccessError):
                        mine.write(values[name])
                    with self.assertRaises(AccessError):
                        mine.create(values[name])
                    with self.assertRaises(AccessError):
                        mine.unlink()

    def test_a_check_does_not_come_with_a_financier(self):
        with self.assertRaises(AccessError):
            self.as_(self.manager, self.financing).write(
                {"check_ids": [fields.Command.create({"room": 5.0})]}
            )

    def test_who_finances_checks_but_does_not_say_what_is_asked(self):
        action = self.as_(self.user, self.financing).action_check()
        made = self.made.browse(action["res_id"])
        self.assertEqual((made.made_by_id, made.company_id), (self.user, self.company))
        with self.assertRaises(AccessError):
            self.as_(self.user, self.financing).advance_rate = 100

    def test_others_call_nothing(self):
        reason = self.made.reason_ids[:1]
        calls = [(self.financing, name) for name in ("check", "checks", "company")]
        calls += [
            (self.made, name) for name in ("again", "fill_in", "lines", "debtors", "download")
        ]
        calls += [(reason, "lines"), (self.records()["receivable.financing.aging"], "debtor")]
        portal = new_test_user(self.env, "rights.portal", groups="base.group_portal")
        before = self.env["receivable.financing.check"].search_count([])
        for user in (portal, self.collector, self.stranger):
            for record, name in calls:
                with (
                    self.subTest(f"{user.login}: {record._name}.{name}"),
                    self.assertRaises(AccessError),
                ):
                    getattr(self.as_(user, record), f"action_{name}")()
        self.assertEqual(self.env["receivable.financing.check"].search_count([]), before)

    def test_who_finances_calls_what_it_may(self):
        made = self.as_(self.user, self.made)
        self.assertEqual(made.action_again()["res_model"], made._name)
        lines = made.with_context(financing_state="refused").action_lines()
        self.assertEqual(made.env[lines["res_model"]].search(lines["domain"]).move_id, self.move)
        debtors = made.action_debtors()
        self.assertEqual(len(made.env[debtors["res_model"]].search(debtors["domain"])), 1)
        aging = made.env[debtors["res_model"]].search(debtors["domain"])
        self.assertEqual(aging.action_debtor()["res_id"], made.line_ids.debtor_id.id)
        lines = made.reason_ids.action_lines()
        self.assertEqual(made.env[lines["res_model"]].search(lines["domain"]).move_id, self.move)
        with self.assertRaises(AccessError):
            made.action_fill_in()
        self.assertEqual(
            self.as_(self.manager, self.made).action_fill_in()["res_model"], "dunning.settings"
        )

    # -- how long it is kept -----------------------------------------------------------------------

    def aged(self, days, check):
        check.made_on = fields.Datetime.now() - timedelta(days=days)
        return check

    def test_checks_go_after_their_time_with_their_lines_and_those_of_a_draw_stay(self):
        row = self.env.ref("payt_dunning_financing.retention_checks")
        old, young, used = self.made, self.check(), self.check()
        self.aged(row.days + 1, old)
        self.aged(row.days - 1, young)
        self.aged(row.days + 1, used)
        self.pledge(self.move).draw_id.check_id = used
        lines = old.line_ids
        self.env["receivable.financing.check"]._gc_old()
        self.assertEqual((old | young | used).exists(), young | used)
        self.assertFalse(lines.exists())

    def test_what_is_kept_of_checks_stands_in_the_table(self):
        row = self.env.ref("payt_dunning_financing.retention_checks")
        self.assertEqual(row._models(), {f"receivable.financing.{name}" for name in RECORDS})
        model, _dot, name = row.cleaner.rpartition(".")
        self.assertTrue(getattr(type(self.env[model]), name)._autovacuum)
