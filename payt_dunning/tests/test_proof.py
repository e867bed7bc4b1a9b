from odoo.modules.neutralize import get_neutralization_queries

from .common import DunningCommon


class TestProof(DunningCommon):
    """What was sent can be proved from what is kept."""

    def sent_with_pdf(self):
        self.env.ref("payt_dunning.level_business_1").attachment = "pdf"
        move = self.invoice()
        self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4 first",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        move.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
        self.run_and_deliver()
        notice = self.notices_to()
        self.assertTrue(notice.attachment_ids)
        return notice

    def test_the_hash_of_a_message_is_computed_again_from_what_is_kept(self):
        notice = self.sent_with_pdf()
        notice.invalidate_recordset()
        self.assertEqual(len(notice.content_hash), 64)
        self.assertEqual(notice._content_hash(), notice.content_hash)

    def test_the_hash_covers_recipient_subject_text_and_files(self):
        notice = self.sent_with_pdf()
        kept = notice.attachment_ids
        other = kept.copy({"raw": b"%PDF-1.4 second", "res_field": False})
        for values in (
            {"recipient": "other@bakery.example.com"},
            {"subject": notice.subject + "."},
            {"body": notice.body + " "},
            {"attachment_ids": [(6, 0, other.ids)]},
            {"attachment_ids": [(5,)]},
            {"subject": notice.subject + "\n" + notice.body, "body": ""},
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                notice.write(values)
                self.assertNotEqual(notice._content_hash(), notice.content_hash)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_copy_has_a_hash_of_its_own(self):
        notice = self.sent_with_pdf()
        notice.sudo(False).action_resend("director@bakery.example.com")
        copy = self.notices_to()[-1]
        self.assertEqual((copy.retry_of_id, copy.attachment_ids), (notice, notice.attachment_ids))
        self.assertEqual(copy._content_hash(), copy.content_hash)
        self.assertNotEqual(copy.content_hash, notice.content_hash)

    def test_a_message_renewed_at_its_approval_has_the_hash_of_what_leaves(self):
        level = self.env.ref("payt_dunning.level_business_1")
        level.approval = True
        level.policy_id.action_publish()
        move = self.invoice(amount=100)
        self.run_day()
        notice = self.notices_to()
        before = notice.content_hash
        self.pay(move, amount=40)
        with self.on_day(self.after(2)):
            notice.sudo(False).action_approve()
        self.assertNotEqual(notice.content_hash, before)
        self.assertEqual(notice._content_hash(), notice.content_hash)

    def test_a_message_that_waited_for_approval_leaves_with_its_files(self):
        level = self.env.ref("payt_dunning.level_business_1")
        level.approval = True
        level.policy_id.action_publish()
        notice = self.sent_with_pdf()
        self.assertEqual(notice.state, "planned")
        self.env.invalidate_all()
        notice.sudo(False).action_approve()
        (mail,) = self.deliver()
        self.assertIn("invoice.pdf", mail)


class TestNeutralize(DunningCommon):
    """A copy made by Odoo's own means sends nothing, even with the identity of the original."""

    def test_a_neutralized_database_is_not_live(self):
        self.invoice()
        self.assertTrue(self.company._dunning_is_live())
        queries = list(get_neutralization_queries(["payt_dunning"]))
        self.assertTrue(queries)
        for query in queries:
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.company._dunning_is_live())
        self.assertFalse(self.run_and_deliver())
        self.assertFalse(self.notices_to())

    def test_what_waited_in_a_neutralized_database_does_not_leave(self):
        self.invoice()
        self.run_day()
        for query in get_neutralization_queries(["payt_dunning"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.deliver())
        self.assertEqual(self.notices_to().state, "cancelled")
