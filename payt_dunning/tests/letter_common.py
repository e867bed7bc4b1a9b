import io

from pypdf import PdfReader

from .law_common import DAY, LawCommon

#: PDF points in a millimetre, and the height of A4 in points.
MM, HIGH = 72 / 25.4, 297 / 25.4 * 72


class LetterCommon(LawCommon):
    """A Dutch company with statutory notices that go by letter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "dunning_terms_agreed": True,
                "street": "Havenkade 1",
                "zip": "3011 AA",
                "city": "Rotterdam",
                "phone": "+31 10 123 45 67",
                "company_registry": "12345678",
            }
        )
        cls.account = cls.own_account()
        cls.env.ref("payt_dunning.level_consumer_3").approval = False
        cls.policy.action_publish()
        cls.Batch = cls.env["dunning.letter.batch"].sudo()

    @staticmethod
    def shortened(*letters):
        """Letters that need one page only."""
        for letter in letters:
            letter.body = "<div><p>Please pay.</p></div>"

    def person_at(self, name, postcode="2611 AB", **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "street": "Lindelaan 5",
                "zip": postcode,
                "city": "Delft",
                "country_id": self.env.ref("base.nl").id,
                "lang": "en_US",
                **values,
            }
        )

    def letter_to(self, partner, invoices=1, day=DAY):
        """The statutory notice to a debtor, as a letter that waits to be printed."""
        items = self.env["dunning.item"].sudo()
        for number in range(invoices):
            items |= self.reminded(24, 509.10 + number, partner)
        self.run_day(day=day)
        with self.on_day(day):
            items.debtor_id.action_make_letter()
        return self.notices_to(partner)

    def batch_of(self, *letters, printed=True, day=DAY):
        with self.on_day(day):
            batch = self.Batch._make(self.company, self.Notice.union(*letters))
            if printed:
                batch._print()
        return batch

    def posted(self, batch, day=DAY, today=None, **values):
        with self.on_day(today or day):
            wizard = (
                self.env["dunning.letters.posted"]
                .with_context(active_id=batch.id)
                .create({"day": day, **values})
            )
            return wizard, wizard.action_apply()

    @staticmethod
    def pages(pdf):
        """The text of each page."""
        return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]

    @staticmethod
    def words_at(pdf, page=0):
        """Pieces of text of a page: ``(millimetres from the left, from the top, text)``."""
        found = []

        def visit(text, current, matrix, _font, _size):
            if text.strip():
                x = matrix[4] * current[0] + matrix[5] * current[2] + current[4]
                y = matrix[4] * current[1] + matrix[5] * current[3] + current[5]
                found.append((x / MM, (HIGH - y) / MM, text.strip()))

        PdfReader(io.BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
        return found
