import base64
import hashlib
import io
import os

import pypdfium2
import zxingcpp
from pypdf import PdfReader, PdfWriter

from ..rules.texts import KEYS
from .letter_common import LetterCommon


class TestLetterPaper(LetterCommon):
    """A letter as PDF: what is on it, and where."""

    def setUp(self):
        super().setUp()
        self.jan = self.person_at("Jan Jansen")

    def printed(self, letter):
        self.batch_of(letter)
        self.assertFalse(letter.letter_problem)
        if folder := os.environ.get("PAYT_LOOK"):
            with open(f"{folder}/{self._testMethodName}.pdf", "wb") as file:
                file.write(letter.letter_file_id.raw)
        return letter.letter_file_id.raw

    def codes(self, pdf):
        """What the QR codes of a letter stand for, read from its pages as pictures."""
        found = []
        for page in pypdfium2.PdfDocument(pdf):
            image = page.render(scale=3).to_pil()
            found += [code.text for code in zxingcpp.read_barcodes(image)]
        return found

    def spoken(self, lang):
        """A language of the debtor."""
        self.env["res.lang"]._activate_lang(lang)
        self.jan.lang = lang

    def test_a_short_letter_is_one_page_of_one(self):
        letter = self.letter_to(self.jan)
        self.shortened(letter)
        pages = self.pages(self.printed(letter))
        self.assertEqual(len(pages), 1)
        self.assertIn("Page 1 of 1", pages[0])

    def test_each_page_of_a_long_letter_says_which_of_how_many_it_is(self):
        pages = self.pages(self.printed(self.letter_to(self.jan)))
        self.assertEqual(len(pages), 2)
        self.assertIn("Page 1 of 2", pages[0])
        self.assertIn("Page 2 of 2", pages[1])

    def test_pages_are_counted_for_each_letter_not_for_the_file(self):
        letters = self.letter_to(self.jan) | self.letter_to(self.person_at("Piet Pietersen"))
        pages = self.pages(self.batch_of(letters).file_id.raw)
        for page, number in zip(pages, (1, 2, 1, 2), strict=True):
            self.assertIn(f"Page {number} of 2", page)

    def test_the_heads_of_a_table_are_on_each_page_that_it_takes(self):
        pages = self.pages(self.printed(self.letter_to(self.jan, invoices=40)))
        self.assertIn("Due date", pages[0])
        self.assertIn("Due date", pages[1])

    def window(self, pdf):
        """The text in the window of an envelope, by the side where the window is."""
        words = self.words_at(pdf)
        return {
            side: [t for x, y, t in words if first - 1 < x < first + 85 and 45 <= y <= 80]
            for side, first in (("left", 20), ("right", 105))
        }

    def test_the_address_lies_in_the_window(self):
        pdf = self.printed(self.letter_to(self.jan))
        lines = [(x, y, t) for x, y, t in self.words_at(pdf) if "Lindelaan 5" in t]
        for x, y, _text in lines:
            self.assertAlmostEqual(x, 20, delta=0.5)
            self.assertTrue(50 <= y <= 80)
        shown = " ".join(self.window(pdf)["left"])
        for words in ("Jan Jansen", "Lindelaan 5", "2611 AB", "Delft"):
            self.assertIn(words, shown)

    def test_nothing_but_the_addresses_can_be_seen_from_outside(self):
        pdf = self.printed(self.letter_to(self.jan))
        shown = " ".join(self.window(pdf)["left"])
        for words in (self.company.name, "Havenkade 1", "3011 AA Rotterdam"):
            self.assertIn(words, shown)
            shown = shown.replace(words, "")
        for words in ("Jan Jansen", "Lindelaan 5", "2611 AB Delft"):
            shown = shown.replace(words, "")
        self.assertFalse(shown.replace("·", "").strip())

    def test_the_window_of_envelopes_may_be_on_the_right(self):
        self.company.dunning_letter_window = "right"
        shown = self.window(self.printed(self.letter_to(self.jan)))
        self.assertIn("Jan Jansen", shown["right"])
        self.assertNotIn("Jan Jansen", shown["left"])

    def test_the_country_is_written_in_capitals_for_post_abroad_only(self):
        home = self.window(self.printed(self.letter_to(self.jan)))["left"]
        self.assertNotIn("NETHERLANDS", " ".join(home))
        self.company.country_id = self.env.ref("base.be")
        lines = self.env["dunning.letter.paper"]._address_lines(
            self.notices_to(self.jan), self.company
        )
        self.assertEqual(lines[self.notices_to(self.jan).id][-1], "NETHERLANDS")

    def test_a_long_address_still_lies_in_the_window(self):
        self.jan.write(
            {
                "name": "Stichting tot Behoud van de Historische Binnenstad van Delft en Omgeving",
                "street2": "Afdeling Crediteurenadministratie en Betalingsverkeer, kamer 4.21",
            }
        )
        shown = " ".join(self.window(self.printed(self.letter_to(self.jan)))["left"])
        self.assertIn("Delft en Omgeving", shown)
        self.assertIn("2611 AB", shown)

    def test_a_code_leads_to_the_page_and_one_to_a_transfer(self):
        letter = self.letter_to(self.jan)
        codes = self.codes(self.printed(letter))
        self.assertIn(letter._page_url(), codes)
        (transfer,) = [code for code in codes if code.startswith("BCD")]
        self.assertIn("NL91ABNA0417164300", transfer)
        self.assertIn(f"EUR{letter.amount:.2f}", transfer)

    def test_code_and_pin_are_on_it(self):
        letter = self.letter_to(self.jan)
        text = " ".join("".join(self.pages(self.printed(letter))).split())
        key = self.env["dunning.page.key"].sudo()._keys(letter)[letter.id]
        self.assertIn(f"Code {key.shown}, PIN {key.pin}", text)

    def test_a_code_in_its_text_is_put_in(self):
        letter = self.letter_to(self.jan)
        letter.body = f"<div><p>Your code: {KEYS['code']}.</p></div>"
        text = " ".join("".join(self.pages(self.printed(letter))).split())
        key = self.env["dunning.page.key"].sudo()._keys(letter)[letter.id]
        self.assertIn(f"Your code: {key.shown}.", text)

    def test_nothing_on_it_must_be_clicked(self):
        text = " ".join(self.pages(self.printed(self.letter_to(self.jan))))
        for words in ("claim-page.invalid", "Pay now", "View and pay"):
            self.assertNotIn(words, text)

    def test_who_has_no_internet_finds_phone_address_and_account(self):
        text = "".join(self.pages(self.printed(self.letter_to(self.jan))))
        for words in (
            "+31 10 123 45 67",
            "Havenkade 1, 3011 AA Rotterdam",
            "NL91 ABNA 0417 1643 00",
        ):
            self.assertIn(words, text)

    def test_answers_go_to_the_address_that_the_company_gives(self):
        self.company.dunning_letter_answer = "Antwoordnummer 12, 3000 WB Rotterdam"
        text = "".join(self.pages(self.printed(self.letter_to(self.jan))))
        self.assertIn("Antwoordnummer 12, 3000 WB Rotterdam", text)

    def test_it_can_be_read_aloud_in_its_language(self):
        self.spoken("nl_NL")
        root = PdfReader(io.BytesIO(self.printed(self.letter_to(self.jan)))).trailer["/Root"]
        self.assertIn("/StructTreeRoot", root)
        self.assertEqual(root["/Lang"], "nl-NL")

    def test_the_text_is_eleven_points_or_more(self):
        pdf = self.printed(self.letter_to(self.jan))
        sizes = set()

        def visit(text, current, matrix, _font, size):
            if "delivered to you" in text or "509.10" in text:
                sizes.add(round(abs(size * matrix[3] * current[3]), 1))

        PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
        self.assertTrue(sizes)
        self.assertGreaterEqual(min(sizes), 11)

    def test_the_file_is_kept_with_its_seal(self):
        letter = self.letter_to(self.jan)
        pdf = self.printed(letter)
        self.assertEqual(letter.letter_hash, hashlib.sha256(pdf).hexdigest())
        self.assertEqual(
            (letter.letter_file_id.res_model, letter.letter_file_id.res_id),
            ("dunning.notice", letter.id),
        )

    # -- invoices behind it -------------------------------------------------------------------

    def stored(self, move, content):
        """The PDF of an invoice as it was stored when it was sent."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "invoice.pdf",
                    "datas": base64.b64encode(content),
                    "mimetype": "application/pdf",
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
        )

    def with_invoice(self, content):
        self.env.ref("payt_dunning.level_consumer_3").attachment = "pdf"
        item = self.reminded(24, 509.10, self.jan)
        file = self.stored(item.move_id, content)
        self.run_day()
        with self.on_day(self.today):
            item.debtor_id.action_make_letter()
        return self.notices_to(self.jan), file

    def one_page(self):
        writer, stream = PdfWriter(), io.BytesIO()
        writer.add_blank_page(300, 300)
        writer.write(stream)
        return stream.getvalue()

    def test_the_invoice_lies_behind_the_letter(self):
        letter, _file = self.with_invoice(self.one_page())
        self.shortened(letter)
        pages = self.pages(self.printed(letter))
        self.assertEqual((len(pages), letter.letter_pages), (2, 2))
        self.assertIn("Page 1 of 1", pages[0])

    def test_a_stored_invoice_that_is_empty_or_no_pdf_is_not_attached(self):
        for content in (b"", b"<html>not found</html>"):
            self.jan = self.person_at("Jan Jansen")
            letter, _file = self.with_invoice(content)
            self.assertEqual(len(letter), 1)
            self.assertFalse(letter.attachment_ids)

    def test_an_invoice_with_a_password_is_left_out_with_a_note(self):
        writer, stream = PdfWriter(clone_from=io.BytesIO(self.one_page())), io.BytesIO()
        writer.encrypt("secret", algorithm="RC4-128")
        writer.write(stream)
        letter, _file = self.with_invoice(stream.getvalue())
        self.shortened(letter)
        self.assertEqual(len(self.pages(self.printed(letter))), 1)
        self.assertIn("invoice.pdf", letter.letter_note)

    def test_an_invoice_that_may_be_read_and_not_changed_lies_behind_the_letter(self):
        writer, stream = PdfWriter(clone_from=io.BytesIO(self.one_page())), io.BytesIO()
        writer.encrypt("", "owner", algorithm="RC4-128")
        writer.write(stream)
        letter, _file = self.with_invoice(stream.getvalue())
        self.shortened(letter)
        self.assertEqual(len(self.pages(self.printed(letter))), 2)

    def test_an_invoice_whose_pages_can_not_be_read_is_left_out_with_a_note(self):
        content = self.one_page().replace(b"/Kids", b"/Kidz")
        letter, _file = self.with_invoice(content)
        self.shortened(letter)
        self.assertEqual(len(self.pages(self.printed(letter))), 1)
        self.assertIn("invoice.pdf", letter.letter_note)

    def test_an_invoice_that_can_not_be_read_is_left_out_with_a_note(self):
        letter, file = self.with_invoice(b"%PDF-1.7 broken")
        self.assertEqual(letter.attachment_ids, file)
        self.shortened(letter)
        self.assertEqual(len(self.pages(self.printed(letter))), 1)
        self.assertIn("invoice.pdf", letter.letter_note)
