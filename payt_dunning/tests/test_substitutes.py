from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tools.safe_eval import safe_eval

from ..models.dunning_dispute import Contested
from .common import DunningCommon


class TestSubstitutes(DunningCommon):
    """While a handler is away, somebody else gets the work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "group_dunning_user"
        cls.handler = cls.person("away", group)
        cls.colleague = cls.person("stays", group)
        cls.outsider = cls.person("no_collector", "base.group_user")

    def make_once(self):
        super().make_once()
        self.found = self.synced(self.invoice())
        self.found.debtor_id.handler_id = self.handler

    def away(self, first=0, last=5, user=None, **values):
        values = {
            "user_id": self.handler.id,
            "substitute_id": self.colleague.id,
            "date_from": self.after(first),
            "date_until": self.after(last),
            **values,
        }
        Substitute = self.env["dunning.substitute"].sudo(False)
        return Substitute.with_user(user or self.handler).create(values)

    def gets_tasks(self):
        return self.env["dunning.task"]._person(self.handler, self.company)

    def mine(self, user):
        items = self.env["dunning.item"].with_user(user)
        return items.search([("mine", "=", True), ("state", "=", "open")]).sudo()

    def test_tasks_go_to_the_stand_in_while_the_handler_is_away(self):
        with self.on_day(self.today):
            self.assertEqual(self.gets_tasks(), self.handler)
            self.away()
            self.assertEqual(self.gets_tasks(), self.colleague)

    def test_before_and_after_the_absence_they_go_to_the_handler(self):
        self.away(first=1)
        self.away(first=-9, last=-1)
        with self.on_day(self.today):
            self.assertEqual(self.gets_tasks(), self.handler)

    def test_a_stand_in_finds_the_items_under_mine(self):
        with self.on_day(self.today):
            self.assertNotIn(self.found, self.mine(self.colleague))
            self.away()
            self.assertIn(self.found, self.mine(self.colleague))
            self.assertIn(self.found, self.mine(self.handler))

    def filtered_as_mine(self, model, user):
        """What “Mine” of the search of a model finds for somebody."""
        records = self.env[model].sudo(False).with_user(user)
        arch = etree.fromstring(records.get_view(view_type="search")["arch"])
        domain = arch.find(".//filter[@name='mine']").get("domain")
        return records.search(safe_eval(domain, {"uid": user.id})).sudo()

    def assert_mine(self, model, record):
        """It is the colleague's as well while the handler is away, and the handler's always."""
        with self.on_day(self.today):
            self.assertNotIn(record, self.filtered_as_mine(model, self.colleague))
            self.away()
            for user in (self.colleague, self.handler):
                found = self.filtered_as_mine(model, user)
                self.assertIn(record, found)
                self.assertIn(record, found.with_user(user).filtered("mine").sudo())

    def test_a_stand_in_finds_the_aging_under_mine(self):
        with self.on_day(self.today):
            aging = self.env["dunning.aging"].search([("line_id", "=", self.found.line_id.id)])
        self.assert_mine("dunning.aging", aging)

    def test_a_stand_in_finds_the_cases_under_mine(self):
        case = (
            self.env["collection.case"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.found.debtor_id.id,
                    "currency_id": self.found.currency_id.id,
                    "origin": "clerk",
                    "opened_on": self.today,
                }
            )
        )
        self.assert_mine("collection.case", case.sudo(False))

    def test_a_stand_in_finds_the_disputes_under_mine(self):
        reason = self.env.ref("payt_dunning.dispute_reason_quality")
        dispute = self.env["dunning.dispute"].sudo()._begin(self.found, Contested("whole"), reason)
        self.assertEqual(dispute.owner_id, self.handler)
        self.assert_mine("dunning.dispute", dispute)

    def test_a_stand_in_without_access_to_the_company_gets_nothing(self):
        other = self.setup_other_company()["company"]
        self.colleague.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with self.on_day(self.today):
            self.away(user=self.env.user)
            self.assertEqual(self.gets_tasks(), self.handler)

    def test_who_is_no_collector_cannot_stand_in(self):
        with self.assertRaisesRegex(ValidationError, "no collector"):
            self.away(substitute_id=self.outsider.id)

    def test_two_stand_ins_at_the_same_time_are_refused(self):
        self.away()
        with self.assertRaisesRegex(ValidationError, "already"):
            self.away(first=5, last=9)

    def test_a_collector_arranges_only_the_own_absence(self):
        with self.assertRaises(AccessError):
            self.away(user=self.colleague)
        absence = self.away()
        with self.assertRaises(AccessError):
            absence.with_user(self.colleague).write({"date_until": self.after(9)})
        with self.assertRaises(AccessError):
            absence.with_user(self.colleague).unlink()

    def test_a_stand_in_who_collects_no_more_gets_nothing(self):
        with self.on_day(self.today):
            self.away()
            self.colleague.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
            self.assertEqual(self.gets_tasks(), self.handler)

    def test_a_manager_of_another_company_neither_sees_nor_changes_it(self):
        other = self.setup_other_company()["company"]
        stranger = self.person("absence_stranger", "group_dunning_manager", other)
        absence = self.away().with_user(stranger)
        self.assertFalse(absence.search([]))
        with self.assertRaises(AccessError):
            absence.write({"date_until": self.after(9)})
        with self.assertRaises(AccessError):
            absence.unlink()
        with self.assertRaises(AccessError):
            self.away(first=20, last=25, user=stranger)
