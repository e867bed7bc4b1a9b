from odoo.tools import mute_logger

from .common import DunningCommon
from .files_common import find, lose


class TestPlannedFiles(DunningCommon):
    """A message with an invoice is never made without it because a folder was out of reach."""

    def make_once(self):
        super().make_once()
        self.env.ref("payt_dunning.level_business_1").attachment = "pdf"
        self.move = self.invoice()
        self.file = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4 first",
                "res_model": "account.move",
                "res_id": self.move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )

    @mute_logger(
        "odoo.addons.base.models.ir_attachment", "odoo.addons.payt_dunning.models.mail_mail"
    )
    def test_it_waits_for_the_invoice_and_leaves_with_it(self):
        name = lose(self.file)
        self.run_day()
        notice = self.notices_to()
        self.assertEqual(notice.attachment_ids, self.file)
        self.deliver()
        self.assertEqual(notice.state, "queued")
        find(self.file, name)
        notice.mail_id.sudo().scheduled_date = False  # its time has come
        self.deliver()
        self.run_and_deliver()
        sent = self.notices_to().filtered(lambda each: each.state == "sent")
        self.assertEqual(sent.attachment_ids, self.file)

    def test_an_empty_file_is_no_invoice(self):
        self.file.raw = b""
        self.run_day()
        self.assertFalse(self.notices_to().attachment_ids)
