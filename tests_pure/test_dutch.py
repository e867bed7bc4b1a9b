"""All texts of all add-ons are there in Dutch."""

import polib
import pytest

from dev import state

ADDONS = {folder.name: folder / "i18n" for folder in state.addons()}


@pytest.mark.parametrize("name", ADDONS)
def test_every_text_of_an_add_on_is_there_in_dutch(name):
    texts = {each.msgid for each in polib.pofile(ADDONS[name] / f"{name}.pot")}
    dutch = polib.pofile(ADDONS[name] / "nl.po")
    assert len(texts) >= 8
    assert sorted(texts - {each.msgid for each in dutch if each.translated()}) == []


#: What a word is called in the core, of those that an add-on calls something else.
OF_THE_CORE = {
    "Policy": "Procedure",
    "Kept": "Nagekomen",
    "Released": "Opgeheven",
    "Check": "Controle",
    "Result": "Resultaat",
    "Asked for": "Gevraagd",
}


@pytest.mark.parametrize("word", OF_THE_CORE)
def test_a_word_that_an_add_on_uses_otherwise_keeps_its_meaning_in_the_core(word):
    dutch = polib.pofile(ADDONS["payt_dunning"] / "nl.po")
    assert dutch.find(word).msgstr == OF_THE_CORE[word]
