from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .files_common import find, lose
from .law_common import DAY
from .letter_common import LetterCommon
from .transmission_common import TransmissionCommon

FILES = "odoo.addons.base.models.ir_attachment"
OUT_OF_REACH = "can't be reached from this host"


class TestLetterFiles(LetterCommon):
    """Letters are made whole or not at all."""

    def make_once(self):
        super().make_once()
        self.anna = self.letter_to(self.person_at("Anna"))
        self.bert = self.letter_to(self.person_at("Bert"))
        self.shortened(self.anna, self.bert)

    @mute_logger(FILES, "odoo.addons.payt_dunning.models.dunning_letter_paper")
    def test_a_letter_whose_invoice_is_out_of_reach_is_named_and_the_others_are_printed(self):
        file = self.env["ir.attachment"].create({"name": "invoice.pdf", "raw": b"%PDF-1.4 x"})
        self.anna.attachment_ids = file
        lose(file)
        batch = self.batch_of(self.anna, self.bert)
        self.assertIn(f"Anna: A file that belongs to it {OUT_OF_REACH}", batch.problems)
        self.assertFalse(self.anna.letter_file_id)
        self.assertTrue(self.bert.printed_on)

    @mute_logger(FILES)
    def test_no_pile_is_made_with_a_letter_that_is_out_of_reach(self):
        batch = self.batch_of(self.anna, self.bert)
        lose(self.anna.letter_file_id)
        with self.on_day(DAY), self.assertRaisesRegex(UserError, OUT_OF_REACH):
            batch.action_print()
        self.assertEqual(len(batch.file_ids), 1)


class TestPackageFiles(TransmissionCommon):
    """No office gets an empty package."""

    @mute_logger(FILES, "odoo.addons.payt_dunning.models.collection_transmission")
    def test_a_package_that_is_out_of_reach_waits_and_is_sent_when_it_is_back(self):
        handover, package = self.hand_over()
        name = lose(handover.sudo().file_id)
        self.send()
        self.assertEqual((self.sent(), package.state), ([], "queued"))
        self.assertIn(OUT_OF_REACH, package.says)
        find(handover.sudo().file_id, name)
        self.send(later=timedelta(minutes=16))
        self.assertEqual((len(self.sent()), package.state), (1, "sent"))
        self.assertEqual(package.tries, 1)

    @mute_logger(FILES, "odoo.addons.payt_dunning.models.collection_transmission")
    def test_a_package_that_is_lost_is_given_up_and_somebody_is_asked(self):
        handover, package = self.hand_over()
        file = handover.sudo().file_id
        file.flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET write_date = write_date - interval '2 hours' WHERE id = %s",
            [file.id],
        )
        lose(file)
        self.send()
        self.assertEqual((self.sent(), package.state), ([], "failed"))
        self.assertIn("restore it from a backup", package.says)
        self.assertIn("restore it", handover.activity_ids.summary)
