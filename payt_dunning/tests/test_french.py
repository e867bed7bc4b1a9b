import re

from lxml import html

from .letter_common import LetterCommon
from .page_common import PageCommon

#: Words that no French text has.
ENGLISH = re.compile(
    r"\b(the|you|your|our|we|us|and|please|pay|paid|is|are|of|to|by|not|for|this|what)\b",
    re.IGNORECASE,
)


def _speak(env, lang):
    """Install a language as an administrator does, with the texts of this add-on."""
    env["res.lang"]._activate_lang(lang)
    env["ir.module.module"].search([("name", "=", "payt_dunning")])._update_translations([lang])


def _text(source):
    """What a person reads of HTML, with ordinary spaces."""
    tree = html.fromstring(source)
    for unread in tree.xpath("//script|//style|//head|//nav"):
        unread.drop_tree()
    return re.sub(r"\S+@\S+", "", " ".join(" ".join(tree.itertext()).replace("\xa0", " ").split()))


class TestFrenchPage(PageCommon):
    """Who reads French finds French only, on the page and in messages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _speak(cls.env, "fr_FR")

    def shown(self, path):
        answer = self.get(path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn('lang="fr-FR"', answer.text)
        return _text(answer.text)

    def assertFrench(self, text, *words):
        for each in words:
            self.assertIn(each, text)
        self.assertFalse(ENGLISH.findall(text), text)

    def test_the_page_of_a_message_is_french(self):
        text = self.shown("?lang=fr_FR")
        self.assertFrench(text, "À payer", "Payer en plusieurs fois", "Avez-vous une question ?")

    def test_choosing_how_to_pay_in_parts_is_french(self):
        text = self.shown("/parts?lang=fr_FR")
        self.assertFrench(text, "Payer en plusieurs fois")

    def test_the_page_for_a_code_of_a_letter_is_french(self):
        text = _text(self.url_open("/c?lang=fr_FR").text)
        self.assertFrench(text, "Votre lettre ou votre SMS", "8 lettres et chiffres")

    def test_a_message_to_who_speaks_french_is_french(self):
        someone = self.business.copy({"name": "Boulangerie Dupont", "lang": "fr_FR"})
        self.invoice(partner=someone)
        self.run_and_deliver()
        notice = self.notices_to(someone)
        self.assertEqual(notice.lang, "fr_FR")
        self.assertIn("reste à payer", notice.subject)
        self.assertFrench(
            _text(notice.body), "Bonjour", "un paiement est en attente depuis", "Cordialement"
        )


class TestFrenchLetter(LetterCommon):
    """Who reads the French of Belgium gets a statutory notice in French."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        _speak(cls.env, "fr_BE")

    def test_a_statutory_notice_is_french_and_gives_the_whole_term(self):
        letter = self.letter_to(self.person_at("Jean Dupont", lang="fr_BE"))
        self.assertEqual(letter.lang, "fr_BE")
        text = _text(letter.body)
        for words in (
            "dans les quatorze jours à compter du lendemain du jour où cette lettre vous a été "
            "remise. Alors vous ne payez rien de plus.",
            "de frais de recouvrement. Ce montant découle de la loi.",
        ):
            self.assertIn(words, text)
        self.assertFalse(ENGLISH.findall(text), text)

    def test_its_paper_is_french(self):
        letter = self.letter_to(self.person_at("Jean Dupont", lang="fr_BE"))
        text = " ".join("".join(self.pages(self.batch_of(letter).file_id.raw)).split())
        for words in ("Page 1 sur 2", "Appelez-nous :", "Payer par virement"):
            self.assertIn(words, text.replace("\xa0", " "))
