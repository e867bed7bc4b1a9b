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
