"""All texts of all add-ons are there in Dutch."""

import polib
import pytest

from dev import state

#: How places of names of models begin, and how those of fields end that every model has.
OF_MODELS = "model:ir.model,name:"
FIELDS = ("__display_name", "__create_uid", "__create_date", "__write_uid", "__write_date")
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


def models_of(addon):
    """Names of models that an add-on names, as their places tell them."""
    texts = polib.pofile(ADDONS[addon] / "nl.po")
    places = (place for each in texts for place, _line in each.occurrences)
    return {place.split(".")[-1] for place in places if place.startswith(OF_MODELS)}


@pytest.mark.parametrize("name", [name for name in ADDONS if name != "payt_dunning"])
def test_models_of_the_core_and_fields_of_odoo_are_called_the_same_in_all_add_ons(name):
    core = {each.msgid: each.msgstr for each in polib.pofile(ADDONS["payt_dunning"] / "nl.po")}
    models = models_of("payt_dunning")

    def is_of_core(place):
        return place.endswith(FIELDS) or (
            place.startswith(OF_MODELS) and place.split(".")[-1] in models
        )

    other = [
        (each.msgid, each.msgstr, core[each.msgid])
        for each in polib.pofile(ADDONS[name] / "nl.po")
        if core.get(each.msgid, each.msgstr) != each.msgstr
        and any(is_of_core(place) for place, _line in each.occurrences)
    ]
    assert other == []
