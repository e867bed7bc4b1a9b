"""How easily a text is read: a hint for whoever writes one, no judgement.

The formulas are those in common use, each made for its language from the length of sentences and
words: Douma (1960) for Dutch, Flesch (1948) for English, Amstad (1978) for German, Kandel and
Moles (1958) for French. All run from about 0 (hard) to 100 (easy) with the bands that Flesch gave
them. What those mean in levels of the European framework (A2 to C1) is a rule of thumb: the
framework is about people, and formulas see neither unknown words nor muddle. So is the count of
syllables, by groups of vowels.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

#: Fewer words have no score: one long word would decide.
LEAST_WORDS = 20
#: Least score for a level, the easiest first; below the last it is C1. Flesch calls 80 and more
#: easy, 60 to 80 plain, 50 to 60 fairly difficult and what is below difficult.
LEVELS = ((80, "A2"), (60, "B1"), (50, "B2"))
HARDEST = "C1"
#: A sentence of more words is long: advice on plain language says 15 to 20.
LONG_SENTENCE = 20
#: A word of so many letters is long, and more than so great a share of them makes a text hard.
#: German and Dutch write compounds as one word.
LONG_WORDS = {"nl": (10, 0.15), "de": (12, 0.15), "en": (9, 0.12), "fr": (9, 0.15)}
OTHER_LONG_WORDS = (10, 0.15)
#: So many hard words are named.
NAMED = 5
#: Syllables of what is no word as letters go: a placeholder, a number, an address.
NEUTRAL = 2


class Formula(NamedTuple):
    """``start - sentence * words per sentence - word * syllables per word``."""

    start: float
    sentence: float
    word: float


FORMULAS = {
    "nl": Formula(206.84, 0.93, 77),
    "en": Formula(206.835, 1.015, 84.6),
    "de": Formula(180, 1, 58.5),
    "fr": Formula(207, 1.015, 73.6),
}


@dataclass(frozen=True, slots=True)
class Hint:
    """What would make a text easier.

    ============= ========================== ===========================================
    code          meaning                    values
    ============= ========================== ===========================================
    sentence_long the longest sentence is so ``words``, ``most``, ``sentence``
    words_hard    many words are long        ``share`` (percent), ``words`` (the longest)
    ============= ========================== ===========================================
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Readability:
    """What can be counted of a text.

    :param language: two letters of one that has a formula; nothing for any other
    :param per_sentence: words per sentence
    :param long_share: share of long words, 0 to 1
    :param score: of the formula, about 0 (hard) to 100 (easy); ``None`` without a formula and for
        fewer than :data:`LEAST_WORDS` words
    :param level: ``A2``, ``B1``, ``B2`` or ``C1``; nothing without a score
    :param longest: the longest sentence
    :param longest_words: how many words it has
    """

    language: str
    words: int
    sentences: int
    per_sentence: float = 0.0
    long_share: float = 0.0
    score: float | None = None
    level: str = ""
    longest: str = ""
    longest_words: int = 0
    hints: tuple[Hint, ...] = ()


def readability(text: str, language: str | None) -> Readability:
    """How easily a text is read; placeholders such as ``{amount}`` count as a word each.

    :param language: code as Odoo has it: ``nl_NL``, ``fr``
    """
    code = re.split(r"[_\-@.]", (language or "").lower())[0]
    code = code if code in FORMULAS else ""
    text = unicodedata.normalize("NFC", text or "")
    found = [
        (sentence, words) for sentence in sentences_of(text) if (words := _words(sentence, code))
    ]
    every = [word for _sentence, words in found for word in words]
    if not every:
        return Readability(code, 0, 0)
    letters, most = LONG_WORDS.get(code, OTHER_LONG_WORDS)
    hard = [word for word in every if word[0].isalpha() and _letters(word) >= letters]
    share = len(hard) / len(every)
    longest, its_words = max(found, key=lambda pair: len(pair[1]))
    mean = len(every) / len(found)
    score = _score(code, mean, every)
    hints = []
    if len(its_words) > LONG_SENTENCE:
        values = {"words": len(its_words), "most": LONG_SENTENCE, "sentence": longest}
        hints.append(Hint("sentence_long", values))
    if share > most and len(every) >= LEAST_WORDS:
        named = sorted(dict.fromkeys(word.lower() for word in hard), key=len, reverse=True)
        hints.append(Hint("words_hard", {"share": round(100 * share), "words": named[:NAMED]}))
    return Readability(
        code,
        len(every),
        len(found),
        round(mean, 1),
        round(share, 3),
        score,
        _level(score),
        longest,
        len(its_words),
        tuple(hints),
    )


def _score(code, mean, words):
    if not code or len(words) < LEAST_WORDS:
        return None
    formula = FORMULAS[code]
    syllables = sum(syllables_of(word, code) for word in words) / len(words)
    return round(formula.start - formula.sentence * mean - formula.word * syllables, 1)


def _level(score):
    if score is None:
        return ""
    return next((level for least, level in LEVELS if score >= least), HARDEST)


# -- sentences and words ----------------------------------------------------------------------------

#: Ends of lines end sentences too: who writes a message begins a new line on purpose.
_LINE = re.compile(r"\s*\n\s*")
#: Marks of a list, which are no words.
_MARK = re.compile(r"^(?:\d{1,2}[.)]|[-*•–])\s+")
_MONTHS = "Jan|Jän|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez"
#: A full stop before a capital, a number or a placeholder; but *3. November* is one day.
_STOP = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"'’”»)]))\s+(?=[\"'‘“„«(¿¡]*[A-ZÀ-ÖØ-Þ0-9{€])"
    rf"(?!(?<=\d\.\s)(?:{_MONTHS}))"
)
#: What stands before a full stop that ends no sentence: initials, and abbreviations before names
#: and numbers.
_NO_STOP = re.compile(
    r"(?:^|[\s(])(?:(?-i:[A-ZÀ-Þz])|(?:[a-z]\.)+[a-z]"
    r"|nr|art|dhr|mevr|mw|dr|mr|mrs|ms|drs|ing|ir|prof|bijv|evt|incl|excl|tel|ca|resp|inv"
    r"|abs|bzw|ggf|inkl|zzgl|vgl|st|mme|mlle|réf|env)\.$",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"\{[^{}\s]*\}"
    r"|(?:https?://|www\.)\S+|[\w.+-]{1,64}@[^\s@]+\.\w+"
    r"|\d[\d.,:/'-]*"
    r"|[^\W\d_]+(?:[-'’][^\W\d_]+)*"
)
#: French joins short words to the next one: *l'appel* is two.
_FRENCH = re.compile(r"(?<=\w)['’](?=\w)")


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, in order; a line that ends, ends one."""
    sentences = []
    for line in _LINE.split(text.strip()):
        begun = ""
        for piece in _STOP.split(_MARK.sub("", line)):
            begun = f"{begun} {piece}".strip()
            if not _NO_STOP.search(begun[-12:]):
                sentences.append(begun)
                begun = ""
        sentences.append(begun)
    return [sentence for sentence in sentences if sentence]


def _words(sentence, code):
    words = _WORD.findall(sentence)
    if code != "fr":
        return words
    return [part for word in words for part in _FRENCH.split(word)]


def _letters(word):
    """How long a word is to the eye: the longest part of one with hyphens."""
    if "@" in word or "/" in word or "." in word:
        return 0
    return max(map(len, re.split(r"[-'’]", word)))


# -- syllables ------------------------------------------------------------------------------------

#: Vowels that make one syllable, by language, the longest first. A vowel with a diaeresis begins
#: a new one in Dutch and French.
_NUCLEI = {
    "nl": re.compile(
        r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ou|au|ei|ij|ai|oi|ëi|[aeiouyàáâäèéêëìíîïòóôöùúûü]"
    ),
    "de": re.compile(r"aa|ee|oo|ie|ei|ai|ey|ay|eu|äu|au|oi|[aeiouyäöüàéè]"),
    "fr": re.compile(
        r"oui|eau|œu|[aeou]i|au|ou|eu|oe|oî|aî|oy|ay|ui|i[oaeèéêu]|ue|[aeiouyàâæèéêëîïôùûüœ]"
    ),
    "en": re.compile(r"[aeiouyéèïöü]+"),
}
#: French and English write an ``e`` at the end that nobody speaks.
_MUTE = {
    "fr": re.compile(r"(?<=[^aeiouyàâæèéêëîïôùûüœ])es?$|(?<=[iuéyo])es?$"),
    "en": re.compile(
        r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouysxzcgh])es$"
    ),
}
#: English vowels that meet and stay two: *radio*, *area*; not *nation*, *special*.
_HIATUS = re.compile(r"(?<![tcsgx])i[aou]|ea$")


def syllables_of(word: str, language: str) -> int:
    """How many syllables a word has, about.

    :param language: one of :data:`FORMULAS`
    """
    parts = re.sub("['’]", "", word.lower()).split("-")
    if not all(part.isalpha() for part in parts):
        return NEUTRAL
    return sum(_syllables(part, language) for part in parts)


def _syllables(word, language):
    word = word.replace("qu", "q")
    mute = _MUTE.get(language)
    spoken = mute.sub("", word) if mute else word
    count = len(_NUCLEI[language].findall(spoken))
    if language == "en":
        count += len(_HIATUS.findall(spoken))
    return max(count, 1)
