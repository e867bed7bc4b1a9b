import ast

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import Form

from .common import DunningCommon


class TestNonpayment(DunningCommon):
    """Reasons for not paying: who gives them, what counts, what is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("reason.collector", "group_dunning_user")
        cls.manager = cls.person("reason.manager", "group_dunning_manager")
        cls.viewer = cls.person("reason.viewer", "group_dunning_viewer")
        cls.Given = cls.env["dunning.nonpayment"].sudo()
        cls.forgot = cls.env.ref("payt_dunning.reason_forgot")
        cls.no_cash = cls.env.ref("payt_dunning.reason_no_cash")
        cls.bad_faith = cls.env.ref("payt_dunning.reason_bad_faith")

    def make_once(self):
        super().make_once()
        self.item = self.synced(self.invoice(days_late=4, amount=80))

    def note(self, reason, items=None, user=None, note="", **selected):
        """Note a reason by the dialog."""
        items = self.item if items is None else items
        wizard = self.env["dunning.reason.wizard"].sudo(False).with_user(user or self.collector)
        values = {"reason_id": reason.id, "note": note, **(selected or {"item_ids": items.ids})}
        wizard.create(values).action_apply()
        return self.Given.search([("item_id", "in", items.ids)])

    def tasks(self):
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", self.env.ref("payt_dunning.activity_reason").id)]
        )

    def test_a_collector_notes_why_an_item_is_not_paid(self):
        row = self.note(self.forgot, note="said so by phone")
        self.assertEqual((row.days_late, row.amount, row.by_debtor), (4, 80, False))
        self.assertEqual((row.given_by_id, row.note), (self.collector, "said so by phone"))
        self.assertEqual(self.item.nonpayment_reason_id, self.forgot)
        self.assertIn("Forgot", self.item.event_ids[:1].note)

    def test_the_latest_reason_is_the_current_one_and_earlier_ones_are_kept(self):
        self.note(self.forgot)
        rows = self.note(self.no_cash)
        self.assertEqual(rows.filtered("current").reason_id, self.no_cash)
        self.assertEqual(len(rows), 2)
        self.assertEqual(self.item.nonpayment_reason_id, self.no_cash)

    def test_the_figures_count_an_item_once_whatever_reasons_were_given(self):
        self.note(self.forgot)
        self.note(self.no_cash)
        self.note(self.bad_faith, note="said so")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "payt_dunning.action_dunning_nonpayment"
        )
        defaults = [
            name.removeprefix("search_default_")
            for name, value in ast.literal_eval(action["context"]).items()
            if value
        ]
        arch = etree.fromstring(self.Given.get_view(view_type="search")["arch"])
        domain = Domain.AND(
            ast.literal_eval(arch.find(f".//filter[@name='{name}']").get("domain"))
            for name in defaults
        )
        ((amount,),) = self.Given._read_group(domain, [], ["amount_company:sum"])
        self.assertEqual(amount, 80)

    def test_the_same_reason_twice_on_a_day_is_kept_once(self):
        self.note(self.forgot)
        self.assertEqual(len(self.note(self.forgot, note="again")), 1)

    def test_a_reason_can_be_noted_on_an_invoice_or_a_debtor(self):
        other = self.synced(self.invoice())
        wizard = self.env["dunning.reason.wizard"].with_user(self.collector)
        wizard = wizard.with_context(active_model="account.move", active_ids=other.move_id.ids)
        form = Form(wizard)
        form.reason_id = self.forgot
        form.save().action_apply()
        self.assertEqual(other.nonpayment_reason_id, self.forgot)
        self.assertFalse(self.item.nonpayment_reason_id)
        self.note(self.no_cash, self.item | other, debtor_ids=self.item.debtor_id.ids)
        self.assertEqual((self.item | other).nonpayment_reason_id, self.no_cash)

    def test_nothing_open_is_said_and_nothing_is_kept(self):
        self.pay(self.item.move_id)
        self.run_day()
        with self.assertRaisesRegex(UserError, "Nothing of the selection is open"):
            self.note(self.forgot)

    def test_an_item_that_becomes_anothers_loses_the_reason(self):
        self.note(self.forgot)
        other = self.env["dunning.debtor"].sudo()._ensure(self.company, self.consumer)
        self.item.debtor_id = other[self.consumer.id]
        self.assertFalse(self.item.nonpayment_reason_id)

    def test_reasons_go_along_when_debtors_are_merged(self):
        twin = self.debtor("Bakery Twin")
        self.synced(self.invoice(partner=twin))
        self.note(self.forgot)
        self.env["dunning.debtor"].sudo()._combine(self.business, twin)
        self.assertEqual(self.Given.search([]).debtor_id.partner_id, twin)
        self.assertEqual(self.item.nonpayment_reason_id, self.forgot)

    # -- what a manager confirms ------------------------------------------------------------------

    def test_bad_faith_counts_for_nothing_before_a_manager_confirms_it(self):
        row = self.note(self.bad_faith, note="false proof of payment")
        self.assertFalse(self.item.nonpayment_reason_id)
        self.assertFalse(row.current)
        self.assertTrue(self.tasks().user_id.has_group("payt_dunning.group_dunning_manager"))

    def test_bad_faith_needs_a_note(self):
        with self.assertRaisesRegex(UserError, "Say what shows “Bad faith”"):
            self.note(self.bad_faith)

    def test_a_collector_cannot_confirm_it(self):
        row = self.note(self.bad_faith, note="x")
        with self.assertRaises(AccessError):
            row.sudo(False).with_user(self.collector).action_confirm()

    def test_a_manager_confirms_it_for_six_months(self):
        row = self.note(self.bad_faith, note="x")
        row.sudo(False).with_user(self.manager).action_confirm()
        self.assertEqual(self.item.nonpayment_reason_id, self.bad_faith)
        self.assertEqual(row.confirmed_by_id, self.manager)
        self.assertFalse(self.tasks())
        with self.on_day(row.expires_on):
            self.env["dunning.dialogue"]._watch(self.company, row.expires_on)
        self.assertFalse(self.item.nonpayment_reason_id)
        self.assertFalse(row.current)

    def test_what_was_said_before_counts_again_once_bad_faith_has_expired(self):
        self.note(self.forgot)
        row = self.note(self.bad_faith, note="x").filtered("needs_manager")
        row.sudo(False).with_user(self.manager).action_confirm()
        with self.on_day(row.expires_on):
            self.env["dunning.dialogue"]._watch(self.company, row.expires_on)
        self.assertEqual(self.item.nonpayment_reason_id, self.forgot)

    def test_a_proposal_can_be_withdrawn(self):
        row = self.note(self.bad_faith, note="x")
        row.sudo(False).with_user(self.collector).action_withdraw()
        self.assertTrue(row.withdrawn_on)
        self.assertFalse(self.tasks())
        row.sudo(False).with_user(self.manager).action_confirm()
        self.assertFalse(row.confirmed_by_id)

    def test_only_a_manager_withdraws_what_a_manager_confirmed(self):
        row = self.note(self.bad_faith, note="x")
        row.sudo(False).with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, "only a manager can withdraw it"):
            row.sudo(False).with_user(self.collector).action_withdraw()

    def test_nobody_writes_reasons_given_and_managers_keep_the_list(self):
        row = self.note(self.forgot).sudo(False)
        for user in (self.viewer, self.collector, self.manager):
            self.assertTrue(row.with_user(user).has_access("read"))
            for right in ("create", "write", "unlink"):
                self.assertFalse(row.with_user(user).has_access(right))
        self.assertTrue(self.forgot.sudo(False).with_user(self.manager).has_access("write"))
        self.assertFalse(self.forgot.sudo(False).with_user(self.collector).has_access("write"))

    def test_a_company_does_not_see_the_reasons_of_another(self):
        row = self.note(self.forgot).sudo(False)
        company = self.setup_other_company()["company"]
        stranger = self.person("reason.stranger", "group_dunning_manager", company)
        self.assertFalse(row.with_user(stranger).search([("id", "=", row.id)]))


class TestInvoiceSentAgain(DunningCommon):
    """Invoices that a collector sends again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("copy.collector", "group_dunning_user")

    def make_once(self):
        super().make_once()
        self.move = self.invoice()
        self.run_and_deliver()
        self.item = self.items(self.move)

    def send(self, **values):
        wizard = self.env["dunning.copy.wizard"].sudo(False).with_user(self.collector)
        dialog = wizard.create({"item_ids": self.item.ids, **values})
        dialog.action_apply()
        return self.notices_to(kind="talk")

    def test_it_leaves_with_the_pdf_and_begins_anew_with_a_new_term(self):
        self.assertTrue(self.item.reached)
        notice = self.send()
        self.assertEqual((notice.topic, notice.recipient), ("copy", "pay@bakery.example.com"))
        self.assertEqual(notice.attachment_ids.mimetype, "application/pdf")
        self.assertEqual((self.item.reached, self.item.count_from), (0, self.after(7)))
        self.assertEqual(self.item.date_due, self.after(-4))
        self.assertEqual(self.item.action, "wait")

    def test_the_stored_original_is_sent_where_there_is_one(self):
        kept = self.env["ir.attachment"].create(
            {
                "name": "original.pdf",
                "raw": b"%PDF-1.4 original",
                "res_model": "account.move",
                "res_id": self.move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.move.invalidate_recordset(["invoice_pdf_report_id"])
        notice = self.send()
        self.assertEqual(notice.attachment_ids, kept)

    def test_without_a_new_term_its_level_stays(self):
        self.send(new_term=False)
        self.assertTrue(self.item.reached)
        self.assertFalse(self.item.count_from)

    def test_where_something_formal_left_no_new_term_is_proposed(self):
        self.notices_to().phase = "notice"
        dialog = self.env["dunning.copy.wizard"].create({"item_ids": self.item.ids})
        self.assertFalse(dialog.new_term)

    def test_a_debtor_without_an_address_is_named(self):
        self.business.email = False
        with self.assertRaisesRegex(UserError, "Bakery Ltd has no working address"):
            self.send()

    def test_a_wrong_address_is_refused(self):
        with self.assertRaisesRegex(UserError, "is not one e-mail address"):
            self.send(recipient="nobody")

    def test_a_term_that_has_ended_is_refused(self):
        with self.assertRaisesRegex(UserError, "must not have ended"):
            self.send(date_until=self.after(-1))
