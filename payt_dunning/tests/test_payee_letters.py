from unittest.mock import patch

from lxml import html

from .law_common import DAY
from .letter_common import LetterCommon
from .payee_cases import NOTICE, OURS, THEIRS, PayeeCases


class TestPayeeLetters(PayeeCases, LetterCommon):
    """Letters on paper name the account of whom their invoices are to be paid to."""

    def letter_about(self, invoices=1, pledged=1, name="Reader"):
        """A letter of which so many invoices are to be paid to somebody else."""
        partner, items = self.person_at(name), self.env["dunning.item"].sudo()
        for number in range(invoices):
            items |= self.reminded(24, 509.10 + number, partner)
        self.pledge(items[:pledged].move_id)
        self.items_of = items
        self.run_day(day=DAY)
        with self.on_day(DAY):
            items.debtor_id.action_make_letter()
        return self.notices_to(partner)

    def document(self, letter):
        paper = self.env["dunning.letter.paper"].sudo()
        with patch.object(
            type(self.env["dunning.page.values"]),
            "_qr",
            lambda page, account, *rest: (
                f"data:{account.sanitized_acc_number}:{account.acc_holder_name}"
            ),
        ):
            return html.fromstring(paper._html(letter, paper._shared(letter)))

    def way(self, document):
        (way,) = document.xpath("//div[@class='way'][h2='Pay by transfer']")
        return way, " ".join(way.text_content().replace("\xa0", " ").split())

    def test_all_to_somebody_else_names_its_account_beside_the_codes(self):
        way, text = self.way(self.document(self.letter_about()))
        for words in (THEIRS, "Factor BV", NOTICE):
            self.assertIn(words, text)
        self.assertNotIn(OURS, text.replace(" ", ""))
        self.assertEqual(way.xpath(".//img/@src"), [f"data:{THEIRS}:Factor BV"])

    def test_of_several_accounts_no_code_is_printed(self):
        way, text = self.way(self.document(self.letter_about(2, 1)))
        self.assertFalse(way.xpath(".//img"))
        self.assertIn(THEIRS, text)
        self.assertIn(OURS, text.replace(" ", ""))
        self.assertEqual(text.count("In the name of"), 2)

    def test_the_table_is_not_in_the_letter_twice(self):
        document = self.document(self.letter_about(2, 1))
        self.assertEqual(str(html.tostring(document)).count(THEIRS), 1)

    def test_a_letter_of_ours_is_what_it_was(self):
        way, text = self.way(self.document(self.letter_about(1, 0)))
        self.assertEqual(way.xpath(".//img/@src")[0].split(":")[1], OURS)
        self.assertNotIn("Factor BV", text)

    def test_a_letter_that_waits_is_not_posted_after_a_pledge(self):
        letter = self.letter_about(1, 0)
        batch = self.batch_of(letter)
        with self.on_day(DAY):
            self.assertIsNone(letter._why_not_to_post(DAY))
        self.pledge(self.items_of.move_id)
        self.posted(batch)
        self.assertNotEqual(letter.state, "sent")
        self.assertIn("another account", letter._why_not_this_account())

    def test_a_letter_that_waits_is_dropped_by_the_next_run(self):
        letter = self.letter_about(1, 0)
        self.pledge(self.items_of.move_id)
        self.run_day(day=DAY)
        self.assertEqual(letter.state, "cancelled")

    def test_the_code_is_not_that_of_somebody_else_who_came_later(self):
        letter = self.letter_about(1, 0)
        self.pledge(self.items_of.move_id)
        self.assertEqual(letter._transfer_code(), "")
