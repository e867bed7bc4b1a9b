"""In which language somebody is written to."""

from rules.spoken import spoken


def test_a_reader_gets_his_own_language_where_the_texts_have_it():
    assert spoken("de_DE", "nl_NL", [{"en_US", "de_DE"}]) == "de_DE"


def test_another_country_with_the_same_tongue_comes_next():
    assert spoken("nl_BE", "fr_FR", [{"en_US", "fr_FR", "nl_NL"}]) == "nl_NL"


def test_then_comes_the_language_of_the_company():
    assert spoken("pl_PL", "nl_NL", [{"en_US", "nl_NL"}]) == "nl_NL"


def test_then_comes_english():
    assert spoken("pl_PL", "nl_NL", [{"en_US"}]) == "en_US"


def test_all_texts_of_a_message_are_in_one_language():
    assert spoken("de_DE", "nl_NL", [{"en_US", "de_DE"}, {"en_US", "nl_NL"}]) == "en_US"


def test_without_any_common_language_it_is_the_readers():
    assert spoken("de_DE", "nl_NL", [{"fr_FR"}]) == "de_DE"
    assert spoken("de_DE", "nl_NL", []) == "de_DE"
