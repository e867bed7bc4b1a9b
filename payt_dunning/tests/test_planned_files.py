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
        "odoo.addons.base.models.ir_attachment", "odoo.addons.payt_dunning.models.dunning_run"
    )
    def test_no_message_is_made_while_the_invoice_is_out_of_reach(self):
        name = lose(self.file)
        run = self.run_day()
        self.assertFalse(self.notices_to())
        self.assertIn("can't be reached from this host", run.problems)
        find(self.file, name)
        self.run_and_deliver()
        (sent,) = self.notices_to()
        self.assertEqual((sent.state, sent.attachment_ids), ("sent", self.file))
        self.assertEqual(sent.content_hash, sent._content_hash())

    @mute_logger(
        "odoo.addons.base.models.ir_attachment", "odoo.addons.payt_dunning.models.dunning_run"
    )
    def test_the_others_get_their_messages_all_the_same(self):
        lose(self.file)
        other = self.debtor("Other")
        self.invoice(partner=other)
        self.run_and_deliver()
        self.assertFalse(self.notices_to())
        self.assertEqual(self.notices_to(other).state, "sent")

    def test_an_empty_file_is_no_invoice(self):
        self.file.raw = b""
        self.run_day()
        self.assertFalse(self.notices_to().attachment_ids)
