from datetime import date

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import html2plaintext

from odoo.addons.payt_dunning.tests.public_common import ORM

from .insurance_common import InsuranceCommon

#: What clients can call of credit insurance; each is refused below.
PUBLIC = {
    ("receivable.insurance", "action_look"),
    ("receivable.insurance", "action_notices"),
    ("receivable.insurance.notice", "action_take_back"),
    ("receivable.insurance.wizard", "action_apply"),
    ("dunning.debtor", "action_insurance"),
}
FILES = "odoo.addons.payt_dunning_financing."


class TestInsuranceRights(InsuranceCommon):
    """Who may do what, what is refused, and what is kept about people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limit()
        cls.invoice(days_late=55)
        cls.manager = cls.person("insurance.manager", "group_dunning_manager")
        cls.collector = cls.person("insurance.collector", "group_dunning_user")
        cls.other = cls.setup_other_company()["company"]
        cls.stranger = cls.person("insurance.there", "group_dunning_manager", company=cls.other)

    def setUp(self):
        super().setUp()
        self.look()
        self.notice = self.notices()

    def test_every_public_method_is_known(self):
        found = {
            (model._name, name)
            for model in self.env.registry.values()
            for klass in model.__mro__
            if klass.__module__.startswith(FILES) and "insurance" in klass.__module__
            for name, value in vars(klass).items()
            if callable(value) and not name.startswith("_") and name not in ORM
        }
        self.assertEqual(found, PUBLIC)

    def test_a_collector_without_the_group_reports_nothing(self):
        for record in (self.notice, self.insurance):
            with self.assertRaises(AccessError):
                record.sudo(False).with_user(self.collector).read(["display_name"])
        with self.assertRaises(AccessError):
            self.report(self.notice, user=self.collector)
        for call in (
            self.notice.sudo(False).with_user(self.collector).action_take_back,
            self.insurance.with_user(self.collector).action_look,
            self.insurance.with_user(self.collector).action_notices,
            self.notice.debtor_id.sudo(False).with_user(self.collector).action_insurance,
        ):
            with self.assertRaises(AccessError):
                call()

    def test_another_companys_manager_sees_and_reports_nothing(self):
        for record in (self.notice, self.insurance, self.insurance.limit_ids):
            theirs = record.sudo(False).with_user(self.stranger)
            self.assertFalse(theirs.search([("id", "in", record.ids)]))
        with self.assertRaises(AccessError):
            self.report(self.notice, user=self.stranger)
        for call in (
            self.notice.sudo(False).with_user(self.stranger).action_take_back,
            self.insurance.with_user(self.stranger).action_look,
            self.insurance.with_user(self.stranger).action_notices,
            self.notice.debtor_id.sudo(False).with_user(self.stranger).action_insurance,
        ):
            with self.assertRaises(AccessError):
                call()

    def test_nobody_writes_a_report_by_hand(self):
        for user in (self.reporter, self.manager):
            theirs = self.notice.sudo(False).with_user(user)
            for call in (
                lambda theirs=theirs: theirs.write({"state": "reported"}),
                theirs.unlink,
                lambda theirs=theirs: theirs.create({"deadline": self.today}),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_managers_enter_insurances_and_reporters_look_at_them(self):
        self.insurance.with_user(self.manager).note = "Clause 4"
        theirs = self.insurance.with_user(self.reporter)
        self.assertEqual(theirs.note, "Clause 4")
        with self.assertRaises(AccessError):
            theirs.note = "x"
        with self.assertRaises(AccessError):
            theirs.limit_ids.amount = 5.0

    def test_who_reports_can_have_it_worked_out_now(self):
        self.notice.unlink()
        self.insurance.with_user(self.reporter).action_look()
        self.assertEqual(len(self.notices()), 1)

    def test_an_insurance_with_reports_stays_with_its_company(self):
        with self.assertRaises(UserError):
            self.insurance.company_id = self.other

    def test_an_insurance_with_what_was_reported_is_not_deleted(self):
        second = self.insured(name="POL-2")
        second.with_user(self.manager).unlink()
        self.report(self.notice)
        with self.assertRaises(UserError):
            self.insurance.with_user(self.manager).unlink()

    # -- bad input -------------------------------------------------------------------------------

    def test_what_can_t_be_is_refused_in_words(self):
        for values in (
            {"report_days": -1},
            {"report_days": 0},
            {"report_days": 731},
            {"ahead_days": -1},
            {"ahead_days": 60},
            {"least_amount": -1.0},
            {"others_amount": -1.0},
            {"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 31)},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.insured(**values)

    def test_a_limit_is_more_than_nothing_and_ends_after_it_begins(self):
        other = self.debtor("Another")
        for values in (
            {"amount": 0.0},
            {"amount": -5.0},
            {"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 31)},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.limit(partner=other, **values)

    def test_a_debtor_has_one_limit_at_a_time(self):
        self.insurance.limit_ids.write(
            {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 6, 30)}
        )
        for since, until in (
            (False, False),
            (date(2026, 6, 30), False),
            (False, date(2026, 1, 1)),
            (date(2026, 2, 1), date(2026, 3, 1)),
        ):
            with self.subTest(since):
                with self.assertRaises(ValidationError) as refused:
                    self.limit(valid_from=since, valid_until=until)
                self.assertIn("06/30/2026", str(refused.exception))
        self.limit(valid_from=date(2026, 7, 1))
        self.limit(valid_until=date(2025, 12, 31))

    def test_two_limits_of_a_debtor_that_come_together_are_refused(self):
        partner = self.debtor("Twice")
        with self.assertRaisesRegex(ValidationError, "has a limit already"):
            self.insured(
                name="POL-2",
                limit_ids=[
                    Command.create({"partner_id": partner.id, "amount": amount})
                    for amount in (5.0, 6.0)
                ],
            )

    def test_a_limit_of_a_contact_is_its_companys(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.business.id})
        with self.assertRaises(ValidationError):
            self.limit(partner=contact)
        self.insurance.limit_ids.unlink()
        self.assertEqual(self.limit(partner=contact).partner_id, self.business)

    def test_the_same_debtor_may_have_a_limit_with_each_insurance(self):
        second = self.insured(name="POL-2")
        self.assertEqual(self.limit(insurance=second).partner_id, self.business)

    # -- screens and registers -------------------------------------------------------------------

    def test_empty_lists_say_what_would_be_in_them(self):
        for name in ("action_receivable_insurance", "action_receivable_insurance_notice"):
            words = html2plaintext(self.env.ref(f"payt_dunning_financing.{name}").help).split()
            self.assertGreater(len(words), 12)

    def test_the_debtors_form_of_a_viewer_has_no_button_to_the_reports(self):
        viewer = self.person("insurance.viewer", "group_dunning_viewer")
        for user, expected in ((viewer, 0), (self.reporter, 1)):
            arch = self.env["dunning.debtor"].with_user(user).get_view(view_type="form")["arch"]
            tree = etree.fromstring(arch)
            self.assertTrue(tree.xpath("//field[@name='insured']"))
            self.assertEqual(len(tree.xpath("//button[@name='action_insurance']")), expected)

    def test_what_is_kept_about_debtors_is_in_the_register(self):
        kept = self.env["dunning.retention"]._by_model()
        for name in ("receivable.insurance.limit", "receivable.insurance.notice"):
            self.assertIn(name, kept)

    def test_a_person_gets_its_limit_and_its_reports_and_who_was_told(self):
        access = self.env["dunning.access"]
        self.limit(partner=self.consumer)
        self.invoice(days_late=55, partner=self.consumer)
        self.look()
        debtor = self.notices(self.consumer).debtor_id
        found = {
            source.model: self.env[source.model]
            .sudo()
            .search(access._domain(source, debtor, self.consumer))
            for source in access._sources()
            if source.model.startswith("receivable.insurance")
        }
        self.assertEqual(found["receivable.insurance.notice"], self.notices(self.consumer))
        self.assertEqual(found["receivable.insurance.limit"].partner_id, self.consumer)
        self.assertIn(
            "Sure Ltd", [name for name, _why in access._recipients(debtor, self.consumer)]
        )

    def test_a_contact_of_a_company_gets_nothing_of_its_limit(self):
        contact = self.env["res.partner"].create({"name": "Ann", "parent_id": self.business.id})
        access = self.env["dunning.access"]
        for source in access._sources():
            if source.model.startswith("receivable.insurance"):
                self.assertIsNone(access._domain(source, self.notice.debtor_id, contact))
