from datetime import datetime, time
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .handover_common import HandoverCommon

MONDAY, SATURDAY, CHRISTMAS = "2026-11-02", "2026-11-07", "2026-12-25"


@tagged("post_install", "-at_install")
class TestAutomaticHandover(HandoverCommon):
    """Cases that go to an office by themselves, each working day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("automatic.manager", "group_dunning_manager")
        cls.manager.email = "manager@example.com"
        cls.company.country_id = cls.env.ref("base.nl")

    def make_once(self):
        super().make_once()
        self.case._set_phase("ready")
        self.policy.case_handover = "automatic"
        self.agent.with_user(self.manager).write({"automatic": True, "automatic_most": 1000})
        self.agent.sudo().changed_by_id = False

    def day(self, day=None, hour=9, minute=30):
        """The scheduled action at an hour of a day, in UTC."""
        day = fields.Date.to_date(day or self.today)
        now = datetime.combine(day, time(hour, minute))
        with (
            self.no_commit(),
            self.on_day(day),
            patch.object(fields.Datetime, "now", staticmethod(lambda: now)),
        ):
            self.env["collection.handover.run"]._cron_automatic()
        return self.env["collection.handover.run"].search(
            [("agent_id", "=", self.agent.id), ("day", "=", day)]
        )

    def result(self, run, case=None):
        line = run.line_ids.filtered(lambda each: each.case_id == (case or self.case))
        return line.result, line.says

    def another(self, **values):
        """Another case that is ready, of another debtor."""
        partner = self.debtor(f"Debtor {len(self.case.search([]))}")
        partner.write(
            {name: self.business[name] for name in ("street", "city", "zip", "company_registry")}
        )
        partner.country_id = self.business.country_id
        item = self.at_level(3, 40, partner=partner, **values)
        self.store_pdf(item.move_id)
        item.debtor_id.write(
            {"address_checked_on": self.today, "insolvency_checked_on": self.today}
        )
        case = self.open_case(item, begun_on=self.after(-9))
        case._set_phase("ready")
        return case

    def test_a_case_that_passes_every_check_goes_by_itself(self):
        run = self.day()
        self.assertEqual(self.result(run)[0], "goes")
        handover = self.case.handover_id
        self.assertEqual((handover.agent_id, handover.state), (self.agent, "ready"))
        self.assertEqual(handover.declared_by_id, self.manager)
        self.assertEqual(self.case.phase, "handed_over")

    def test_its_dossier_says_that_it_was_declared_beforehand(self):
        self.day()
        package = self.case.handover_id._content()
        self.assertIn(b"Declared on", package)
        self.assertIn(self.manager.name.encode(), package)

    def test_where_somebody_has_to_fetch_the_package_there_is_a_task(self):
        self.day()
        self.assertIn("Give the package", self.case.handover_id.activity_ids.summary)

    def test_it_goes_once_and_at_its_hour(self):
        self.agent.automatic_hour = 11
        self.company.partner_id.tz = "Europe/Amsterdam"
        self.assertFalse(self.day(hour=9, minute=59))
        run = self.day(hour=10)
        self.assertEqual(self.result(run)[0], "goes")
        self.assertEqual(self.day(hour=11), run)
        self.assertEqual(len(run.line_ids), 1)

    def test_nothing_goes_in_the_weekend_or_on_a_holiday_or_at_night(self):
        self.assertFalse(self.day(SATURDAY))
        self.assertFalse(self.day(CHRISTMAS))
        self.assertFalse(self.day(hour=22))
        self.assertFalse(self.case.handover_id)

    def test_nothing_goes_that_its_procedure_keeps_for_people(self):
        self.policy.case_handover = False
        self.assertFalse(self.day().line_ids)

    def test_a_procedure_that_wants_a_yes_only_proposes(self):
        self.policy.case_handover = "proposed"
        run = self.day()
        self.assertEqual(self.result(run)[0], "waits")
        self.assertFalse(self.case.handover_id)
        self.assertIn("wait for a yes", run.activity_ids.summary)

    def test_natural_persons_are_only_proposed(self):
        self.debtor_row.kind = "sole_trader"
        what, why = self.result(self.day())
        self.assertEqual(what, "waits")
        self.assertIn("natural person", why)

    def test_a_number_for_vat_makes_nobody_a_company(self):
        self.business.write({"is_company": False, "vat": False})
        self.debtor_row.kind = "business"
        self.assertEqual(self.result(self.day())[0], "waits")

    def test_what_was_asked_about_another_invoice_too_is_read_by_a_person(self):
        self.env["dunning.question"].sudo().create(
            {
                "move_id": self.invoice(5).id,
                "debtor_id": self.debtor_row.id,
                "company_id": self.company.id,
                "asked_on": fields.Datetime.now(),
                "item_ids": [fields.Command.set(self.item.ids)],
                "state": "answered",
            }
        )
        self.assertIn("The debtor wrote", self.result(self.day())[1])

    def test_a_pause_that_begins_meanwhile_counts(self):
        other = self.another()
        runs = type(self.env["collection.handover.run"])
        real = runs._look_at

        def then_paused(run, case):
            real(run, case)
            if case == self.case:
                self.hold(item_id=other.item_ids.id)

        with patch.object(runs, "_look_at", then_paused):
            run = self.day()
        self.assertEqual((self.result(run)[0], self.result(run, other)[0]), ("goes", "stays"))

    def test_switched_off_meanwhile_nothing_more_goes(self):
        other = self.another()
        runs = type(self.env["collection.handover.run"])
        real = runs._look_at

        def then_off(run, case):
            real(run, case)
            self.agent.automatic = False

        with patch.object(runs, "_look_at", then_off):
            run = self.day()
        self.assertEqual((run.state, run.line_ids.case_id), ("done", self.case))
        self.assertEqual(other.phase, "ready")

    def test_what_fails_of_one_office_keeps_no_other(self):
        second = self.agent.create(
            {"partner_id": self.debtor("Second Office").id, "automatic": True, "sequence": 99}
        )
        runs = type(self.env["collection.handover.run"])
        real = runs._ready

        def broken(run):
            if run.agent_id == second:
                raise KeyError("second")
            return real(run)

        with (
            patch.object(runs, "_ready", broken),
            patch.object(type(self.env.cr), "rollback", lambda _cr: None),
            mute_logger("odoo.addons.payt_dunning.models.collection_handover_run"),
        ):
            run = self.day()
        self.assertEqual(self.result(run)[0], "goes")

    def test_what_the_debtor_wrote_is_read_by_a_person(self):
        self.write_to_us("The goods were broken.")
        what, why = self.result(self.day())
        self.assertEqual(what, "waits")
        self.assertIn("The debtor wrote", why)

    def test_what_is_held_is_not_even_proposed(self):
        self.hold(item_id=self.item.id)
        self.assertEqual(self.result(self.day())[0], "stays")

    def test_a_warning_is_read_by_a_person_with_its_reason(self):
        self.debtor_row.insolvency_checked_on = False
        what, why = self.result(self.day())
        self.assertEqual(what, "waits")
        self.assertTrue(why)

    def test_larger_claims_are_only_proposed(self):
        self.agent.automatic_most = 400
        self.assertEqual(self.result(self.day())[0], "waits")

    def test_no_more_than_its_limit_go_on_a_day_and_the_others_on_the_next(self):
        other = self.another()
        self.agent.automatic_daily = 1
        run = self.day()
        self.assertEqual((self.result(run)[0], self.result(run, other)[0]), ("goes", "later"))
        tomorrow = self.day(self.after(1))
        self.assertEqual(self.result(tomorrow, other)[0], "goes")

    def test_one_that_fails_keeps_no_other_and_changes_nothing(self):
        other = self.another()
        handovers = type(self.env["collection.handover"])
        real, full = handovers._keep, "The disk is full."

        def broken(records, handover, name, content):
            if handover.case_id == self.case:
                raise UserError(full)
            return real(records, handover, name, content)

        with patch.object(handovers, "_keep", broken):
            run = self.day()
        self.assertEqual(self.result(run), ("failed", full))
        self.assertEqual((self.case.phase, self.result(run, other)[0]), ("ready", "goes"))

    def test_a_day_that_was_broken_off_goes_on_where_it_was(self):
        other = self.another()
        runs = type(self.env["collection.handover.run"])
        real, done = runs._look_at, []

        def broken(run, case):
            if done:
                raise KeyboardInterrupt
            done.append(case)
            return real(run, case)

        with patch.object(runs, "_look_at", broken), self.assertRaises(KeyboardInterrupt):
            self.day()
        run = self.day(hour=10)
        self.assertEqual((run.state, len(run.line_ids)), ("done", 2))
        self.assertTrue(self.case.handover_id)
        self.assertTrue(other.handover_id)

    def test_a_day_that_is_over_is_ended_and_hands_nothing_over(self):
        run = (
            self.env["collection.handover.run"]
            .sudo()
            .create({"agent_id": self.agent.id, "day": self.after(-1)})
        )
        self.agent.automatic = False
        self.day()
        self.assertEqual((run.state, len(run.line_ids)), ("done", 0))
        self.assertFalse(self.case.handover_id)

    def test_managers_get_a_summary_once(self):
        self.policy.case_handover = "proposed"
        run = self.day()
        told = run.message_ids.filtered("subject")
        self.assertIn(self.manager.partner_id, told.partner_ids)
        self.assertIn(self.case.name, told.body)
        tomorrow = self.day(self.after(1))
        self.assertFalse(tomorrow.message_ids.filtered("subject"))
        self.assertFalse(run.activity_ids)
        self.assertTrue(tomorrow.activity_ids)

    def test_after_a_yes_it_goes(self):
        self.policy.case_handover = "proposed"
        run = self.day()
        collector = self.person("automatic.collector", "group_dunning_user")
        with self.on_day(self.today):
            action = run.with_user(collector).action_waiting()
        self.assertEqual(action["res_model"], "collection.handover.wizard")
        self.assertEqual(action["context"]["default_case_id"], self.case.id)
        viewer = self.person("automatic.viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            run.with_user(viewer).action_waiting()
        self.hand_over()
        with self.assertRaisesRegex(UserError, "Nothing waits"):
            run.with_user(collector).action_waiting()

    def test_who_is_no_manager_any_more_declares_nothing(self):
        self.manager.group_ids -= self.env.ref("payt_dunning.group_dunning_manager")
        what, why = self.result(self.day())
        self.assertEqual(what, "waits")
        self.assertIn("declare it anew", why)

    def test_who_changes_its_terms_declares_anew(self):
        other = self.person("automatic.other", "group_dunning_manager")
        self.agent.with_user(other).automatic_most = 2000
        self.assertEqual(self.agent.automatic_by_id, other)

    def test_an_office_that_is_stopped_or_not_confirmed_gets_nothing(self):
        self.agent.stopped_because = "Wrong token"
        self.assertFalse(self.day())
        self.agent.sudo().write({"stopped_because": False, "changed_by_id": self.manager.id})
        self.assertFalse(self.day())

    def test_a_copy_of_the_database_hands_nothing_over(self):
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "a-copy")
        self.assertFalse(self.day())

    def test_its_terms_make_sense(self):
        for values in ({"automatic_hour": 3}, {"automatic_daily": 0}, {"automatic_most": -1}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.agent.write(values)


@tagged("post_install", "-at_install")
class TestSecondPerson(HandoverCommon):
    """Where packages go is set by one manager and confirmed by another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second = (
            cls.person(f"second.{name}", "group_dunning_manager") for name in ("first", "second")
        )

    def office(self, user):
        return self.agent.with_user(user)

    def test_a_new_address_waits_for_another_manager(self):
        self.office(self.first).email = "me@example.com"
        self.assertEqual(self.agent.changed_by_id, self.first)
        told = self.agent.message_ids.filtered("subject")
        self.assertIn(self.second.partner_id, told.partner_ids)
        self.assertNotIn(self.first.partner_id, told.partner_ids)
        self.assertIn("Sent To", told.body)
        with self.assertRaisesRegex(UserError, "set it yourself"):
            self.office(self.first).action_confirm()
        self.office(self.second).action_confirm()
        self.assertFalse(self.agent.changed_by_id)

    def test_who_set_a_part_confirms_nothing_of_it(self):
        third = self.person("second.third", "group_dunning_manager")
        self.office(self.first).email = "me@example.com"
        self.office(self.second).write({"way": "folder", "folder": "x"})
        for user in (self.first, self.second):
            with self.assertRaisesRegex(UserError, "set it yourself"):
                self.office(user).action_confirm()
        self.assertIn("Sent To", self.agent.changed_what)
        self.office(third).action_confirm()
        self.assertFalse(self.agent.changed_by_id or self.agent.changed_by_ids)

    def test_who_is_the_only_manager_left_confirms_it(self):
        self.office(self.first).email = "me@example.com"
        others = self.agent._managers() - self.first
        others.sudo().group_ids -= self.env.ref("payt_dunning.group_dunning_manager")
        self.office(self.first).action_confirm()
        self.assertFalse(self.agent.sudo().changed_by_id)

    def test_nobody_is_told_of_a_recall_by_mail_meanwhile(self):
        handover = self.hand_over()
        self.office(self.first).email = "me@example.com"
        with self.on_day(self.today):
            handover.action_recall("Paid")
        self.assertIn("Recall of case", handover.activity_ids.summary)

    def test_no_link_is_mailed_meanwhile(self):
        handover = self.hand_over()
        self.office(self.first).email = "me@example.com"
        with self.assertRaisesRegex(UserError, "another manager has to confirm"):
            handover.action_send_link()

    def test_nothing_goes_by_itself_meanwhile(self):
        self.agent.write({"way": "folder", "folder": "office"})
        self.office(self.first).folder = "mine"
        self.hand_over()
        transmissions = self.env["collection.transmission"]
        with self.no_commit(), self.on_day(self.today):
            self.assertFalse(transmissions._take_next(self.company))
            self.office(self.second).action_confirm()
            self.assertTrue(transmissions._take_next(self.company))

    def test_nobody_confirms_by_writing_into_it(self):
        self.office(self.first).email = "me@example.com"
        for values in ({"changed_by_id": False}, {"automatic_by_id": self.second.id}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.office(self.first).write(values)

    def test_what_decides_nothing_about_that_waits_for_nobody(self):
        self.office(self.first).write({"note": "Friendly people", "minimum": 50})
        self.assertFalse(self.agent.changed_by_id)

    def test_a_manager_who_is_alone_waits_for_nobody(self):
        manager = self.env.ref("payt_dunning.group_dunning_manager")
        others = self.agent._managers() - self.first
        others.sudo().group_ids -= manager
        self.office(self.first).email = "office@example.com"
        self.assertFalse(self.agent.sudo().changed_by_id)

    def test_a_new_office_waits_too(self):
        partner = self.debtor("New Office")
        new = self.env["collection.agent"].with_user(self.first).create({"partner_id": partner.id})
        self.assertEqual(new.changed_by_id, self.first)

    def test_who_is_no_manager_confirms_nothing(self):
        self.office(self.first).email = "me@example.com"
        with self.assertRaises(AccessError):
            self.office(self.person("second.user", "group_dunning_user")).action_confirm()
