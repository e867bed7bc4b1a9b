"""How easily a text is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.readability import (
    FORMULAS,
    LEAST_WORDS,
    LONG_SENTENCE,
    Formula,
    readability,
    sentences_of,
    syllables_of,
)

SYLLABLES = {
    "nl": "factuur 2 betalen 3 geïnd 2 financiële 5 officieel 4 radio 3 blij 1 bijeen 2 eeuw 1"
    " nieuwe 2 uiterlijk 3 incassokosten 5 verschuldigd 3 creëren 3 beëindigd 3 u 1 frequent 2"
    " vriendelijke 4 betalingsregeling 6 informatie 4 januari 4 quota 2 e-mail 2 foto's 2",
    "de": "rechnung 2 zahlen 2 überweisung 4 freundlichen 3 grüße 2 mahnung 2 häuser 2 sie 1"
    " gerichtsvollzieher 5 feuer 2 vereinbarung 4 ratenzahlung 4 qualität 3 europäisch 4",
    "en": "invoice 2 payment 2 received 2 radio 3 nation 2 special 2 question 2 little 2 table 2"
    " asked 1 wanted 2 services 3 please 1 money 2 various 3 the 1 outstanding 3 agreement 3"
    " overdue 3 reasonable 4 area 3 changes 2 make 1 don't 1 we'll 1",
    "fr": "facture 2 payer 2 attention 3 créance 2 aujourd'hui 3 vous 1 merci 2 restent 2 somme 1"
    " mois 1 bureau 2 œuvre 1 question 2 entreprise 3 réel 2 virement 3 naïve 2 cordialement 4"
    " que 1 échéance 3 journée 2 bien 1 rendez-vous 3",
}
PLAIN = {
    "nl": "Wij hebben uw betaling nog niet gezien. Bent u het vergeten? Dan kunt u nu betalen."
    " Lukt het niet in één keer? Vraag ons dan om in delen te betalen.",
    "de": "Wir haben Ihre Zahlung noch nicht gesehen. Haben Sie sie vergessen? Dann zahlen Sie"
    " jetzt. Geht es nicht auf einmal? Dann fragen Sie uns, ob Sie in Teilen zahlen können.",
    "en": "We have not yet seen your payment. Did you forget? You can pay now. Can you not pay it"
    " all at once? Ask us if you may pay in parts. We are happy to help.",
    "fr": "Nous n'avons pas encore vu votre paiement. Vous l'avez oublié ? Vous pouvez payer tout"
    " de suite. Vous ne pouvez pas tout payer ? Demandez-nous de payer en deux fois.",
}
BUSINESSLIKE = {
    "nl": "Betaal € 509,10 binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd."
    " Dan betaalt u niets extra. Betaalt u later, dan moet u ook incassokosten betalen.",
    "de": "Die Frist zur Zahlung ist abgelaufen. Bitte überweisen Sie den Betrag von {amount}"
    " innerhalb von sieben Tagen auf das Konto {iban} und geben Sie {reference} an.",
    "en": "According to our records, invoice {numbers} is still open. The term of payment passed on"
    " {due_date}. Please transfer {amount} to account {iban} within seven days.",
    "fr": "Selon nos dossiers, la facture {numbers} reste ouverte. Le délai de paiement est passé."
    " Veuillez virer le montant de {amount} sur le compte {iban} dans les sept jours en indiquant"
    " {reference}. Si vous avez une question sur cette facture, contactez {handler}.",
}
HEAVY = {
    "nl": "Ondanks herhaalde sommatie hebben wij moeten constateren dat u in gebreke bent gebleven"
    " met betrekking tot de voldoening van onderstaande vordering, vermeerderd met de wettelijke"
    " rente en buitengerechtelijke incassokosten.",
    "de": "Trotz mehrfacher Zahlungsaufforderung mussten wir feststellen, dass Sie Ihren"
    " vertraglichen Zahlungsverpflichtungen bislang nicht nachgekommen sind, weshalb wir Sie"
    " letztmalig auffordern, die ausstehende Gesamtforderung unverzüglich auszugleichen.",
    "en": "Notwithstanding our previous correspondence, we have ascertained that the obligation"
    " remains unsatisfied, and accordingly we demand settlement of the outstanding receivable,"
    " together with statutory interest and reasonable collection expenses.",
    "fr": "Nonobstant nos précédentes correspondances, nous avons constaté que l'obligation"
    " susmentionnée demeure inexécutée, en conséquence de quoi nous vous mettons en demeure de"
    " procéder au règlement intégral de la créance.",
}


# -- levels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", sorted(FORMULAS))
def test_plain_businesslike_and_heavy_texts_are_told_apart(language):
    found = [readability(texts[language], language) for texts in (PLAIN, BUSINESSLIKE, HEAVY)]
    assert [text.level for text in found] == ["A2", "B1", "C1"]
    assert found[0].hints == found[1].hints == ()
    assert [hint.code for hint in found[2].hints] == ["sentence_long", "words_hard"]


def test_the_formulas_are_those_of_their_authors():
    assert {
        "nl": Formula(206.84, 0.93, 77),
        "en": Formula(206.835, 1.015, 84.6),
        "de": Formula(180, 1, 58.5),
        "fr": Formula(207, 1.015, 73.6),
    } == FORMULAS


@pytest.mark.parametrize(
    ("language", "word", "score"),
    [("nl", "dag", 125.2), ("en", "day", 117.2), ("de", "tag", 116.5), ("fr", "jour", 128.3)],
)
def test_a_score_follows_from_words_per_sentence_and_syllables_per_word(language, word, score):
    five = " ".join([word] * 5).capitalize()
    found = readability(". ".join([five] * 4) + ".", language)
    assert (found.words, found.sentences, found.per_sentence) == (20, 4, 5)
    assert found.score == score


@pytest.mark.parametrize(
    ("words", "level"),
    [(41, "A2"), (42, "B1"), (61, "B1"), (62, "B2"), (71, "B2"), (72, "C1")],
)
def test_levels_begin_at_80_60_and_50(words, level):
    # In one sentence, at one syllable a word: 180 - words - 58.5.
    assert readability(" ".join(["tag"] * words), "de").level == level


def test_a_text_of_a_few_words_has_no_score():
    few = readability("tag " * (LEAST_WORDS - 1), "de")
    assert (few.score, few.level, few.words) == (None, "", LEAST_WORDS - 1)
    assert readability("tag " * LEAST_WORDS, "de").score is not None


@pytest.mark.parametrize("language", ["fy", "pl_PL", "", None])
def test_of_an_unknown_language_words_and_sentences_are_counted_only(language):
    found = readability(PLAIN["nl"], language)
    assert (found.words, found.sentences, found.longest_words) == (30, 5, 8)
    assert (found.language, found.score, found.level) == ("", None, "")


@pytest.mark.parametrize("code", ["nl_NL", "nl", "NL_be", "nl-BE"])
def test_codes_of_countries_make_no_difference(code):
    assert readability(PLAIN["nl"], code) == readability(PLAIN["nl"], "nl")


# -- hints ----------------------------------------------------------------------------------------


def test_the_longest_sentence_is_shown():
    long = " ".join(["dag"] * (LONG_SENTENCE + 1))
    found = readability(f"Kort. {long.capitalize()}. Weer kort.", "nl")
    assert (found.longest, found.longest_words) == (f"{long.capitalize()}.", LONG_SENTENCE + 1)
    (hint,) = found.hints
    assert hint.code == "sentence_long"
    assert hint.values == {"words": 21, "most": 20, "sentence": found.longest}
    assert not readability(" ".join(["dag"] * LONG_SENTENCE), "nl").hints


def test_hard_words_are_named_the_longest_first_each_once():
    text = "Buitengerechtelijke incassokosten. Incassokosten en aanmaningen. " + "Dag en uur. " * 5
    (hint,) = readability(text, "nl").hints
    assert hint.code == "words_hard"
    assert hint.values == {
        "share": 20,
        "words": ["buitengerechtelijke", "incassokosten", "aanmaningen"],
    }


def test_a_few_hard_words_are_no_hint():
    assert readability("Incassokosten en aanmaningen. " + "Dag en uur. " * 5, "nl").hints == ()
    assert readability("Incassokosten en aanmaningen.", "nl").hints == ()


def test_what_is_no_word_is_not_hard():
    text = "{due_date_of_invoice} https://example.com/a-very-long-address info@a-long-domain.com"
    found = readability(f"{text} 1.234.567.890,12 rendez-vous-ensemble", "fr")
    assert (found.words, found.long_share) == (5, 0)


# -- sentences and words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Een zin. En nog een! Echt? Ja…", 4),
        ("Beste mevrouw,\n\nEen zin\nen nog een.\n", 3),
        ("Bel dhr. Jansen van A. de Vries B.V. vandaag.", 1),
        ("Wij helpen u. Bel ons.", 2),
        ("Zahlen Sie bis zum 3. November. Danke!", 2),
        ("Betaal op dag 14. Bel anders.", 2),
        ("Betaal vóór 3 mei 2026. Daarna niets.", 2),
        ("z. B. heute", 1),
        ("Het kost 12.50 euro, o.a. dit. Dat.", 2),
        ('Hij zei: "Zeker." Dus betaalde hij.', 2),
        ("Betaal {amount}. {company} helpt.", 2),
        ("Zie www.example.com. Of bel.", 2),
        ("1. Betaal nu.\n2) Bel ons.\n- Schrijf ons.", 3),
        ("", 0),
        ("...", 1),
    ],
)
def test_sentences_are_told_apart(text, sentences):
    assert len(sentences_of(text)) == sentences


def test_sentences_are_shown_as_they_were_written():
    assert sentences_of('Hij zei: "Zeker." Dus ja.') == ['Hij zei: "Zeker."', "Dus ja."]
    assert sentences_of("1. Betaal nu.") == ["Betaal nu."]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Betaal {amount} aan {company}.", "nl", 4),
        ("Bel 020-123 of mail info@example.com", "nl", 5),
        ("Zie https://example.com/c/ABCD?a=1 nu", "nl", 3),
        ("e-mail en foto's", "nl", 3),
        ("l'appel d'aujourd'hui", "fr", 5),
        ("don't", "en", 1),
        ("€ 12,50 – ja", "nl", 2),
        ("l’e\u0301te\u0301", "fr", 2),
    ],
)
def test_words_are_counted(text, language, words):
    assert readability(text, language).words == words


@pytest.mark.parametrize("language", sorted(FORMULAS))
def test_syllables_are_counted(language):
    words = SYLLABLES[language].split()
    wanted = {word: int(count) for word, count in zip(words[::2], words[1::2], strict=True)}
    assert {word: syllables_of(word, language) for word in wanted} == wanted


@pytest.mark.parametrize("word", ["{amount}", "12,50", "https://example.com", "a@b.nl"])
def test_what_is_no_word_has_two_syllables(word):
    assert syllables_of(word, "nl") == 2


def test_of_nothing_nothing_is_said():
    assert readability("", "nl") == readability(None, "nl") == readability(" …\n", "nl")
    assert readability("", "nl").hints == ()


@given(st.text(), st.sampled_from([*FORMULAS, "xx"]))
def test_any_text_can_be_looked_at(text, language):
    found = readability(text, language)
    assert found.sentences <= found.words
    assert 0 <= found.long_share <= 1
    assert found.longest_words <= found.words
