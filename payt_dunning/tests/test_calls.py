from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form
from odoo.tools import html2plaintext

from .common import DunningCommon


class TestCalls(DunningCommon):
    """A call is kept with what was agreed, and confirmed in writing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("collector", "group_dunning_user")
        cls.found = cls.synced(cls.invoice())

    def dialog(self, records=None, **values):
        records = records or self.found
        Wizard = self.env["dunning.call.wizard"].sudo(False).with_user(self.collector)
        form = Form(Wizard.with_context(active_model=records._name, active_ids=records.ids))
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def log(self, records=None, **values):
        dialog = self.dialog(records, **values).save()
        dialog.action_apply()
        return self.calls()

    def calls(self):
        return self.env["dunning.call"].sudo().search([], order="id")

    def promised(self, **values):
        return self.log(outcome="promised", date_until=self.after(5), **values)

    def thread(self):
        return (
            self.env["mail.message"]
            .sudo()
            .search([("dunning_debtor_id", "=", self.found.debtor_id.id)])
        )

    def test_one_action_stores_the_call_makes_the_promise_and_confirms_it(self):
        call = self.promised(contact_name="Ann")
        self.assertEqual((call.debtor_id, call.user_id), (self.found.debtor_id, self.collector))
        self.assertTrue(call.right_party)
        promise = call.promise_ids
        self.assertEqual((promise.amount, promise.date), (100.0, self.after(5)))
        self.assertEqual(
            (call.notice_id.topic, call.notice_id.recipient), ("call", self.business.email)
        )
        text = html2plaintext(call.notice_id.body)
        self.assertIn("spoke on the phone to Ann", text)
        self.assertIn(self.found.name, text)
        self.assertIn("100.00", text)

    def test_the_confirmation_stands_in_the_thread_of_the_invoice(self):
        self.promised()
        message = self.thread().filtered(lambda each: each.res_id == self.found.move_id.id)
        self.assertIn("Our phone call", message.subject)
        self.assertEqual(message.author_id, self.collector.partner_id)

    def test_what_is_noted_inside_never_reaches_the_debtor(self):
        reason = self.env["dunning.nonpayment.reason"].create(
            {"name": "SECRET-REASON", "code": "secret", "offer": "question"}
        )
        call = self.promised(note="SECRET-NOTE", reason_id=reason)
        self.assertEqual((call.note, call.reason_id), ("SECRET-NOTE", reason))
        self.assertEqual(call.item_ids.nonpayment_reason_id, reason)
        for text in (call.notice_id.body, *self.thread().mapped("body")):
            self.assertNotIn("SECRET", text)
        self.run_and_deliver(day=self.after(20))
        for notice in self.notices_to() | self.notices_to(kind="talk"):
            self.assertNotIn("SECRET", notice.body)
            self.assertNotIn("SECRET", notice.subject)

    def test_a_note_is_kept_with_the_call_only_so_that_it_can_be_emptied(self):
        reason = self.env["dunning.nonpayment.reason"].create(
            {"name": "Ill", "code": "ill", "offer": "question"}
        )
        call_type = self.env.ref("mail.mail_activity_data_call")
        self.found.debtor_id.activity_schedule(activity_type_id=call_type.id)
        self.log(outcome="reached", date_until=self.after(3), note="SECRET-NOTE")
        self.promised(note="SECRET-NOTE", reason_id=reason)
        words = " ".join(self.found.event_ids.filtered("note").mapped("note"))
        self.assertIn("Call: Says when it will be paid. Ill The note is on the call.", words)
        for model, name in (
            ("mail.message", "body"),
            ("mail.activity", "note"),
            ("dunning.event", "note"),
            ("dunning.hold", "reason"),
            ("dunning.promise", "note"),
            ("dunning.notice", "body"),
        ):
            copies = self.env[model].sudo().search([(name, "like", "SECRET-NOTE")])
            self.assertFalse(copies, model)
        self.found.sudo().write({"state": "closed", "closed_on": self.after(-400)})
        long_ago = {"moment": fields.Datetime.now() - timedelta(days=400)}
        self.calls().write(long_ago)
        self.found.nonpayment_ids.sudo().write({"given_on": self.after(-400)})
        self.env["dunning.retention"]._gc_notes()
        self.assertFalse(any(self.calls().mapped("note")))
        self.assertFalse(any(self.found.nonpayment_ids.mapped("note")))

    def test_a_task_to_call_tells_no_notes_the_dialog_does(self):
        self.log(outcome="reached", note="SECRET-NOTE")
        debtor, stories = self.found.debtor_id, self.env["dunning.story"]
        self.assertIn("SECRET-NOTE", stories._stories(debtor)[debtor.id])
        self.assertNotIn("SECRET-NOTE", stories._stories(debtor, notes=False)[debtor.id])

    def test_the_dialog_shows_what_the_debtor_will_read(self):
        form = self.dialog(outcome="promised", date_until=self.after(5), note="inside")
        self.assertTrue(form.confirm)
        self.assertEqual(form.goes_to, self.business.email)
        preview = form.preview
        dialog = form.save()
        dialog.action_apply()
        text = html2plaintext(self.calls().notice_id.body)
        for paragraph in preview.split("\n\n")[1:]:
            self.assertIn(" ".join(paragraph.split()), " ".join(text.split()))
        self.assertNotIn("inside", preview)

    def test_the_preview_is_in_the_debtor_s_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.business.lang = "nl_NL"
        form = self.dialog(outcome="promised", date_until=self.after(5))
        day = self.env["dunning.page"].with_context(lang="nl_NL")._date(self.after(5))
        self.assertIn(day, form.preview)

    def test_less_than_is_open_can_be_promised(self):
        promise = self.promised(amount=30.0).promise_ids
        self.assertEqual(promise.amount, 30.0)

    def test_more_than_is_open_is_refused_and_nothing_is_kept(self):
        dialog = self.dialog(outcome="promised", date_until=self.after(5), amount=500.0).save()
        with self.assertRaisesRegex(UserError, "more than what is open"):
            dialog.action_apply()

    def test_a_call_that_reached_nobody_confirms_nothing(self):
        call = self.log(outcome="not_reached")
        self.assertFalse(call.right_party)
        self.assertFalse(call.confirmed)
        self.assertFalse(self.notices_to(kind="talk"))

    def test_nothing_agreed_is_not_confirmed_unless_asked_for(self):
        self.assertFalse(self.log(outcome="reached").confirmed)
        self.assertTrue(self.log(outcome="reached", confirm=True)[-1].confirmed)

    def test_without_an_address_it_stands_on_the_page_and_the_dialog_says_so(self):
        self.business.email = False
        form = self.dialog(outcome="promised", date_until=self.after(5))
        self.assertFalse(form.goes_to)
        told = form.save().action_apply()
        self.assertIn("it was not mailed", told["params"]["message"])
        self.assertTrue(self.calls().confirmed)
        self.assertTrue(self.thread())

    def test_earlier_promises_stand_beside_a_new_one(self):
        self.assertIn("None yet", self.dialog().promise_history)

    def test_a_promise_for_two_currencies_makes_one_for_each(self):
        other = "EUR" if self.company.currency_id.name != "EUR" else "USD"
        foreign = self.env.ref(f"base.{other}")
        foreign.active = True
        both = self.found | self.synced(self.invoice(currency_id=foreign.id, amount=50))
        call = self.log(both, outcome="promised", date_until=self.after(5))
        self.assertEqual(sorted(call.promise_ids.mapped("amount")), [50.0, 100.0])

    def test_undoing_it_cancels_the_promise_and_tells_the_debtor(self):
        self.promised()
        change = self.env["dunning.change"].sudo().search([], limit=1)
        change.with_user(self.collector).sudo(False).action_undo()
        self.assertEqual(self.calls().promise_ids.state, "cancelled")
        self.assertEqual(self.notices_to(kind="talk")[-1].topic, "promise")

    def test_a_debtor_shows_how_often_the_right_person_was_reached(self):
        for outcome in ("reached", "not_reached", "wrong_person", "wrong_number"):
            self.log(outcome=outcome)
        debtor = self.found.debtor_id
        self.assertEqual((debtor.call_count, debtor.right_party_rate), (4, 0.25))

    def test_calls_about_several_debtors_are_one_each(self):
        other = self.synced(self.invoice(partner=self.consumer))
        calls = self.log(self.found | other, outcome="promised", date_until=self.after(5))
        self.assertEqual(len(calls), 2)
        self.assertEqual(calls.promise_ids.mapped("debtor_id"), (self.found | other).debtor_id)

    def test_they_go_along_when_debtors_are_merged(self):
        gone = self.debtor("Gone")
        call = self.log(self.synced(self.invoice(partner=gone)), outcome="reached")
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.business + gone).ids, self.business)
        self.env.invalidate_all()
        self.assertEqual(call.debtor_id, self.found.debtor_id)
