"""A hint that a message may be about health or family: a person looks, nobody decides by it."""

from __future__ import annotations

import re

#: Beginnings of words, in Dutch, English, German and French. "=" at the end: the whole word.
_WORDS = {
    "health": (
        "ziek=", "zieke=", "ziekte", "ziekenhuis", "ziekmeld", "ziekgemeld", "kanker", "chemo",
        "operatie=", "geopereerd", "depressi", "overspannen=", "burn-?out", "psychi", "psycho",
        "therapie", "revalid", "huisarts", "specialist=", "diagnose", "zwanger", "verslav",
        "arbeidsongeschikt", "medicijn", "medisch",
        "sick=", "illness", "hospital", "cancer", "surgery", "therapy", "pregnan", "diagnos",
        "disabled", "disability", "addict", "medical", "medication", "mental",
        "krank=", "krankheit", "krankenhaus", "krebs=", "schwanger", "arbeitsunfähig",
        "malade", "maladie", "hôpital", "hopital", "enceinte", "grossesse", "dépression",
    ),
    "family": (
        "scheiding", "gescheiden=", "echtscheid", "overleden=", "overlijden", "begrafenis",
        "uitvaart", "rouw=", "alimentatie", "weduw", "mantelzorg", "huiselijk",
        "divorce", "passed away", "died=", "funeral", "widow", "deceased", "bereave",
        "scheidung", "geschieden=", "verstorben", "gestorben", "beerdigung", "witwe",
        "décès", "décédé", "enterrement", "veuf=", "veuve=",
    ),
}  # fmt: skip
_FINDS = {
    kind: re.compile(
        r"(?<!\w)(?:"
        + "|".join(word[:-1] + r"(?!\w)" if word.endswith("=") else word for word in words)
        + ")",
        re.IGNORECASE,
    )
    for kind, words in _WORDS.items()
}


def hint(text: str) -> str:
    """What a text may be about: ``health``, ``family``, or empty.

    It finds words, not meanings: it misses some and is wrong about others.
    """
    return next((kind for kind, finds in _FINDS.items() if finds.search(text)), "")
