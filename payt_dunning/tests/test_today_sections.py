from datetime import timedelta
from unittest.mock import patch

from odoo.tests import Form

from ..models import dunning_today
from .public_records import PublicRecords
from .test_today import TodayCase


class TestTodaySections(TodayCase, PublicRecords):
    """Each section shows what waits, and no longer once it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("sections.manager", "group_dunning_manager")
        cls.people = {"collector": cls.anna}

    def section(self, key, scope="all", **values):
        return super().section(key, scope, **{"user": self.manager, **values})

    def assertGone(self, key, record):
        self.assertNotIn(record.id, self.rows(key))

    def assertWaits(self, key, record, *acts):
        """It is there, and these can be done about it."""
        (row,) = [row for row in self.section(key)["rows"] if row["id"] == record.id]
        self.assertEqual(row["model"], record._name)
        self.assertEqual(tuple(act["do"] for act in row["acts"]), acts)
        return row

    def dialog(self, row, place=0):
        """The dialog that a row's action opens, filled in with what the screen gives it."""
        act = row["acts"][place]
        action = self.env["ir.actions.actions"]._for_xml_id(act["do"])
        about = {
            "row": (row["model"], [row["id"]]),
            "debtor": ("dunning.debtor", [row["debtorId"]]),
        }
        model, ids = about[act["about"]]
        context = {"active_model": model, "active_id": ids[0], "active_ids": ids, **act["context"]}
        Dialog = self.env[action["res_model"]].with_user(self.manager).with_context(**context)
        return Form(Dialog.with_context(allowed_company_ids=self.company.ids))

    def call(self, record, method):
        return getattr(record.sudo(False).with_user(self.manager), method)()

    def test_a_message_waits_until_it_needs_no_answer(self):
        self.assertWaits("question", self.question, "action_answer", "action_no_answer")
        self.call(self.question, "action_no_answer")
        self.assertGone("question", self.question)

    def test_a_message_has_the_day_until_which_reminders_wait_for_the_answer(self):
        (row,) = self.section("question")["rows"]
        self.assertEqual(row["days"], -(self.question.hold_until - self.today).days)

    def test_a_dispute_waits_until_it_is_decided_in_its_dialog(self):
        row = self.assertWaits(
            "dispute", self.disputed, "payt_dunning.action_dunning_dispute_outcome"
        )
        self.assertEqual(self.dialog(row).dispute_id, self.disputed)
        self.call(self.disputed, "action_withdraw")
        self.assertGone("dispute", self.disputed)

    def test_a_plan_that_is_asked_for_waits_until_it_is_refused(self):
        row = self.assertWaits(
            "plan_request",
            self.plan,
            "payt_dunning.action_dunning_plan_decision",
            "payt_dunning.action_dunning_plan_wizard",
            "payt_dunning.action_dunning_plan_decision",
        )
        self.assertEqual(self.dialog(row).kind, "approve")
        self.assertEqual(self.dialog(row, 2).kind, "refuse")
        self.plan.with_user(self.manager).sudo(False).action_refuse("because")
        self.assertGone("plan_request", self.plan)

    def test_a_payment_that_was_told_of_waits_until_it_was_not_received(self):
        advice = self.records["dunning.payment.advice"]
        self.assertWaits("paid_said", advice, "", "action_not_received")
        self.call(advice, "action_not_received")
        self.assertGone("paid_said", advice)

    def ask_for_pause(self, **values):
        """A hold that somebody from sales asks for."""
        viewer = self.person("sections.sales", "group_dunning_viewer")
        holds = self.env["dunning.hold"].sudo(False).with_user(viewer)
        return holds.create({"company_id": self.company.id, "reason": "A talk.", **values})

    def test_a_pause_that_is_asked_for_waits_until_it_is_agreed_to_or_turned_down(self):
        self.assertFalse(self.section("pause")["count"])
        hold = self.ask_for_pause(item_id=self.item.id)
        release = "payt_dunning.action_dunning_release"
        row = self.assertWaits("pause", hold, "action_accept", release)
        self.assertEqual(row["debtorId"], self.item.debtor_id.id)
        self.assertEqual(row["why"], f"{hold.create_uid.name}: A talk.")
        self.assertEqual(self.dialog(row, 1).hold_ids.ids, hold.ids)
        with self.cr.savepoint() as savepoint:
            self.call(hold, "action_accept")
            self.assertGone("pause", hold)
            savepoint.rollback()
            self.env.invalidate_all()
        self.call(hold, "action_release")
        self.assertEqual(self.section("pause")["count"], 0)

    def test_a_pause_waits_for_who_handles_the_debtor_of_an_item_or_an_invoice(self):
        holds = self.ask_for_pause(item_id=self.item.id)
        holds |= holds.copy({"item_id": False, "move_id": self.item.sudo().move_id.id})
        holds |= holds[0].copy({"item_id": False, "debtor_id": self.item.debtor_id.id})
        debtor = self.item.debtor_id.sudo()
        for handler, mine, team in ((self.anna, 3, 3), (self.bert, 0, 0), (False, 0, 3)):
            debtor.handler_id = handler
            with self.subTest(handler):
                for scope, count in (("mine", mine), ("team", team), ("all", 3)):
                    section = self.section("pause", scope, user=self.anna)
                    self.assertEqual(section["count"], count)

    def test_a_pause_of_which_nothing_is_open_or_whose_last_day_has_passed_is_gone(self):
        hold = self.ask_for_pause(item_id=self.item.id, date_until=self.after(3))
        self.assertEqual(self.rows("pause"), hold.ids)
        self.item.sudo().state = "closed"
        self.assertGone("pause", hold)
        self.item.sudo().state = "open"
        hold.sudo().write({"date_from": self.after(-9), "date_until": self.after(-1)})
        self.assertGone("pause", hold)

    def work(self, channel, **values):
        """Something that a level asks people to do."""
        self.notice.sudo().write({"channel": channel, "state": "queued", **values})
        return self.notice

    def test_a_call_waits_from_its_day_until_it_is_made(self):
        call = self.work("call", call_on=self.after(1))
        self.assertGone("call", call)
        call.call_on = self.today
        self.assertWaits("call", call, "action_log_call")
        call.state = "sent"
        self.assertGone("call", call)

    def test_the_work_list_waits_until_somebody_decided(self):
        work = self.work("list")
        self.assertWaits("list", work, "payt_dunning.action_dunning_work_wizard")
        work.state = "sent"
        self.assertGone("list", work)

    def test_an_unclear_message_waits_until_somebody_says_what_became_of_it(self):
        self.notice.sudo().write({"state": "ambiguous", "failure": "nobody knows"})
        row = self.assertWaits("unclear", self.notice, "action_was_sent", "action_was_not_sent")
        self.assertEqual(row["why"], "nobody knows")
        self.call(self.notice, "action_was_sent")
        self.assertGone("unclear", self.notice)

    def test_a_message_waits_until_it_is_approved(self):
        self.notice.sudo().state = "planned"
        self.assertWaits("approval", self.notice, "action_approve", "action_refuse")
        self.call(self.notice, "action_refuse")
        self.assertGone("approval", self.notice)

    def test_a_run_waits_until_it_is_approved(self):
        run = self.records["dunning.run"].sudo()
        run.state = "waiting"
        self.assertWaits("run", run, "", "action_approve")
        run.state = "done"
        self.assertGone("run", run)

    def test_a_promise_that_was_not_kept_waits_until_somebody_calls(self):
        promise = self.records["dunning.promise"].sudo()
        promise.write({"state": "broken", "date": self.after(-3), "deadline": self.after(-1)})
        row = self.assertWaits(
            "promise",
            promise,
            "payt_dunning.action_dunning_call_debtors",
            "payt_dunning.action_dunning_plan_debtors",
        )
        self.assertEqual(self.dialog(row).debtor_ids.ids, promise.debtor_id.ids)
        self.called(promise.debtor_id)
        self.assertGone("promise", promise)

    def called(self, debtor):
        self.env["dunning.call"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": debtor.id,
                "user_id": self.anna.id,
                "moment": self.today,
                "outcome": "not_reached",
            }
        )

    def test_a_promise_that_was_broken_long_ago_is_left_alone(self):
        promise = self.records["dunning.promise"].sudo()
        promise.write({"state": "broken", "date": self.after(-40), "deadline": self.after(-35)})
        self.assertGone("promise", promise)

    def test_a_late_plan_waits_until_somebody_calls_or_lets_it_lapse(self):
        plan = self.env["dunning.payment.plan"].sudo().search([("state", "=", "running")], limit=1)
        plan.health = "late"
        self.assertWaits(
            "plan_late", plan, "payt_dunning.action_dunning_call_debtors", "action_lapse"
        )
        self.called(plan.debtor_id)
        self.assertGone("plan_late", plan)
        plan.lapse_asked_on = self.today
        self.assertWaits(
            "plan_late",
            plan,
            "payt_dunning.action_dunning_call_debtors",
            "action_give_time",
            "action_lapse",
        )
        plan.sudo(False).with_user(self.manager).action_end("because")
        self.assertGone("plan_late", plan)

    def test_a_case_that_is_ready_waits_until_it_is_handed_over(self):
        self.assertGone("case", self.case)
        self.case.sudo().phase = "ready"
        row = self.assertWaits(
            "case",
            self.case,
            "payt_dunning.action_handover_wizard",
            "action_plan",
            "payt_dunning.action_case_decision",
        )
        self.assertIn("100.00", row["amount"])
        self.assertEqual(self.dialog(row).case_id, self.case)
        self.case.sudo().phase = "handed_over"
        self.assertGone("case", self.case)

    def test_a_claim_that_becomes_time_barred_waits_until_that_is_interrupted(self):
        self.item.sudo().limitation_told = self.after(20)
        row = self.assertWaits(
            "limitation", self.item, "payt_dunning.action_collection_interruption"
        )
        self.assertEqual(row["days"], -20)
        day = self.item.date_due + timedelta(days=1)
        self.item.sudo(False).with_user(self.manager).action_interrupt(day, "reminder", "proof")
        self.assertGone("limitation", self.item)

    def test_an_office_s_question_waits_until_it_is_answered(self):
        line = self.records["collection.feedback.line"].sudo()
        line.write(
            {"kind": "question", "result": "applied", "text": "May we?", "answer_by": self.today}
        )
        row = [row for row in self.section("office_question")["rows"] if row["id"] == line.id]
        self.assertEqual([each["why"] for each in row], ["May we?"])
        self.records["collection.handover"].sudo().question_id = line
        self.env.invalidate_all()
        self.assertGone("office_question", line)

    def test_an_office_s_message_waits_until_it_is_settled(self):
        message = self.records["collection.feedback"].sudo()
        self.assertWaits("office_message", message, "")
        message.state = "applied"
        self.assertGone("office_message", message)

    def test_an_office_s_transfer_waits_once_it_should_have_come_until_it_is_settled(self):
        money = self.records["collection.remittance"].sudo()
        self.assertGone("remittance", money)
        money.late = True
        self.assertEqual(money.state, "overdue")
        self.assertWaits("remittance", money, "action_match", "action_settled")
        self.call(money, "action_settled")
        self.assertGone("remittance", money)

    def test_what_did_not_get_to_an_office_waits_until_it_is_tried_again(self):
        sent = self.records["collection.transmission"]
        self.assertWaits("not_arrived", sent, "", "action_again")
        self.call(sent, "action_again")
        self.assertGone("not_arrived", sent)

    def test_a_letter_waits_until_it_is_in_a_pile(self):
        letter = self.batch.letter_ids.sudo()
        letter.letter_batch_id = False
        self.assertWaits("letter", letter, "action_print_letter")
        letter.letter_batch_id = self.batch
        self.assertGone("letter", letter)

    def test_a_pile_of_letters_waits_to_be_printed_then_to_be_posted(self):
        batch = self.batch.sudo()
        self.assertWaits("batch", batch, "action_print")
        batch.state = "printed"
        self.assertWaits("batch", batch, "payt_dunning.action_dunning_letters_posted")
        batch.state = "posted"
        self.assertGone("batch", batch)

    def test_debtors_wait_whose_items_failed_have_no_address_or_a_credit(self):
        debtor = self.item.debtor_id
        waits = {
            "failed": ("failed", "action_try_again"),
            "no_address": ("no_address", ""),
            "credit": ("match_credit", "payt_dunning.action_dunning_allocate"),
        }
        for key, (reason, does) in waits.items():
            with self.subTest(key):
                self.item.sudo().reason = reason
                self.assertWaits(key, debtor, does)
                self.item.sudo().reason = "not_yet"
                self.assertGone(key, debtor)

    def test_what_failed_is_tried_again_by_its_debtor_whatever_is_shown(self):
        debtor = self.item.debtor_id
        moves = [self.invoice(partner=debtor.partner_id) for _number in range(4)]
        items = (self.synced(*moves) | self.item).sorted("id")
        items.sudo().reason = "failed"
        with patch.object(dunning_today, "MOST_ITEMS", 2):
            row = self.assertWaits("failed", debtor, "action_try_again")
        self.assertEqual((row["itemIds"], row["itemCount"]), (items[:2].ids, 5))
        self.assertEqual(row["about"], f"{items[0].display_name}, {items[1].display_name} +3")
        self.assertEqual(row["acts"][0]["about"], "debtor")
        self.call(debtor, "action_try_again")
        self.env.flush_all()
        self.assertNotIn("failed", items.mapped("reason"))

    def test_an_address_that_failed_waits_until_it_works_again(self):
        debtor = self.item.debtor_id
        row = self.assertWaits("address", debtor, "")
        self.assertIn("+31612345678", row["why"])
        self.call(self.records["dunning.failed.address"], "action_use_again")
        self.assertGone("address", debtor)
        debtor.failed_email = "gone@bakery.example.com"
        self.assertWaits("address", debtor, "")

    def test_a_receipt_waits_until_it_is_said_to_be_for_something_else(self):
        self.assertWaits("receipt", self.line, "", "action_dunning_dismiss")
        self.call(self.line, "action_dunning_dismiss")
        self.assertGone("receipt", self.line)

    def test_contact_details_wait_until_somebody_decides(self):
        row = self.assertWaits(
            "contact", self.proposed, "payt_dunning.action_dunning_contact_decide"
        )
        self.assertIn("Rotterdam", row["why"])
        self.proposed.sudo().state = "refused"
        self.assertGone("contact", self.proposed)

    def test_law_tables_wait_from_two_weeks_before_they_end(self):
        law = self.env["collection.jurisdiction"]._of_country(self.company.country_id, self.today)
        known = law.known_until
        for days, shown in ((15, False), (14, True), (-1, True)):
            with self.subTest(days), self.on_day(known - timedelta(days=days)):
                look = (
                    self.env["dunning.today"]
                    .with_user(self.manager)
                    .with_context(allowed_company_ids=self.company.ids)
                    .look("mine", ["law"])
                )
                (section,) = look["sections"]
                self.assertEqual([row["id"] for row in section["rows"]], law.ids * shown)
                self.assertEqual(section["late"], int(days < 0))

    def test_a_debtor_waits_at_the_end_of_the_policy_and_stopping_is_for_managers(self):
        debtor = self.item.debtor_id
        self.item.sudo().write({"action": "blocked", "reason": "end_of_ladder"})
        acts = ("action_dunning_plan_debtors", "action_case_debtors", "action_dunning_stop_debtors")
        row = self.assertWaits("end", debtor, *(f"payt_dunning.{act}" for act in acts))
        self.assertEqual(self.dialog(row, 2).debtor_ids.ids, debtor.ids)
        (row,) = self.section("end", user=self.anna)["rows"]
        self.assertEqual(len(row["acts"]), 2)
        self.item.sudo().reason = "not_yet"
        self.assertGone("end", debtor)

    def test_a_viewer_gets_what_he_may_read_and_no_button(self):
        viewer = self.person("sections.viewer", "group_dunning_viewer")
        look = self.look(user=viewer)
        shown = {section["key"] for section in look["sections"] if section["count"]}
        self.assertLessEqual({"question", "dispute", "plan_request"}, shown)
        self.assertFalse([row for each in look["sections"] for row in each["rows"] if row["acts"]])

    def test_the_list_behind_every_section_can_be_opened(self):
        self.item.sudo().write({"action": "blocked", "reason": "end_of_ladder"})
        for section in self.look(user=self.manager)["sections"]:
            model = self.env[self.env.ref(section["all"]["action"]).res_model]
            with self.subTest(section["key"]):
                found = model.with_user(self.manager).search(section["all"]["domain"])
                rows = {row["id"] for row in section["rows"] if row["model"] == model._name}
                self.assertLessEqual(rows, set(found.ids))
                self.assertEqual(bool(found), bool(section["count"]))

    def test_every_action_of_every_section_is_there(self):
        today = self.env["dunning.today"]
        for _rank, section in today._sections():
            self.env.ref(section.action)
            for act in section.acts:
                by_debtor = section.by_debtor or act.about == "debtor"
                model = "dunning.debtor" if by_debtor else section.model
                with self.subTest(f"{section.key} {act.do}"):
                    if "." in act.do:
                        self.env.ref(act.do)
                    elif act.do:
                        self.assertTrue(callable(getattr(self.env[model], act.do)))
