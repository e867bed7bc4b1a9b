from rules.checks import (
    LevelDraft,
    check_ladder,
    check_level_texts,
    check_text,
    departures,
    faults,
)


def level(days, **values):
    return LevelDraft(**{"name": "L", "days": days, "channels": ("email",), **values})


def codes(findings):
    return [finding.code for finding in findings]


def of_text(text, phase="reminder"):
    return list(check_text(text, phase, 0, {"field": "text"}))


def test_levels_with_room_between_them_leave_on_their_days():
    assert departures([level(3, spacing=3), level(10, spacing=7)], gap=7) == [3, 10]


def test_a_spacing_wider_than_the_days_between_makes_a_level_late():
    levels = [level(3), level(10, spacing=14)]
    assert departures(levels, gap=7) == [3, 17]
    (finding,) = check_ladder(levels, gap=7)
    assert (finding.code, finding.level) == ("late", 1)
    assert finding.values == {"previous": 0, "day": 10, "leaves": 17}


def test_the_gap_between_messages_makes_a_friendly_level_late_too():
    assert departures([level(3), level(5, spacing=0)], gap=7) == [3, 10]


def test_the_gap_between_messages_does_not_keep_a_formal_level():
    assert departures([level(3), level(5, spacing=0, phase="notice")], gap=7) == [3, 5]


def test_what_makes_one_level_late_makes_the_next_one_late():
    levels = [level(3), level(10, spacing=14), level(17, spacing=7)]
    assert departures(levels, gap=7) == [3, 17, 24]


def test_a_level_before_the_due_date_that_has_to_wait_never_leaves():
    levels = [level(-5), level(-2, spacing=7)]
    assert departures(levels, gap=7) == [-5, None]
    assert codes(check_ladder(levels, gap=7)) == ["never"]


def test_a_level_that_is_not_in_use_keeps_no_other_waiting():
    levels = [level(3), level(5, active=False), level(10, spacing=7)]
    assert departures(levels, gap=7) == [3, None, 10]
    assert not codes(check_ladder(levels, gap=7))


def test_a_friendly_level_after_a_harsher_one_is_out_of_order():
    levels = [level(3, phase="notice"), level(30, phase="reminder")]
    (finding,) = check_ladder(levels, gap=7)
    assert (finding.code, finding.level, finding.values) == ("order", 1, {"harsher": 0})


def test_a_level_without_a_channel_is_told():
    assert codes(check_ladder([level(3, channels=())], gap=7)) == ["no_channel"]


def test_a_level_without_subject_and_text_is_told_once_for_each():
    findings = list(check_level_texts(level(3), 0, ("en_US", "nl_NL")))
    assert [(f.code, f.values["field"]) for f in findings] == [
        ("no_text", "subject"),
        ("no_text", "text"),
    ]


def test_a_text_that_is_not_there_in_a_language_of_debtors_is_told():
    texts = {"en_US": {"subject": "Hello", "text": "Pay"}, "nl_NL": {"subject": "Hallo"}}
    (finding,) = check_level_texts(level(3, texts=texts), 0, ("en_US", "nl_NL"))
    assert finding.values == {"field": "text", "lang": "nl_NL"}


def test_every_language_is_checked_for_placeholders():
    texts = {
        "en_US": {"subject": "Hello", "text": "Pay"},
        "nl_NL": {"subject": "Hallo", "text": "Betaal {bedrag}"},
    }
    (finding,) = check_level_texts(level(3, texts=texts), 0, ("en_US",))
    assert (finding.code, finding.values["lang"]) == ("unknown", "nl_NL")


def test_a_mistyped_placeholder_is_told_with_the_one_that_was_meant():
    (finding,) = of_text("Your {invocie}")
    assert (finding.code, finding.values["name"], finding.values["near"]) == (
        "unknown",
        "invocie",
        "invoice",
    )


def test_a_placeholder_like_no_other_is_told_without_a_guess():
    (finding,) = of_text("{xyzzy}")
    assert finding.values["near"] == ""


def test_placeholders_of_other_programs_are_told():
    for text in ("${amount}", "%(amount)s", "[[amount]]", "<<amount>>", "«amount»"):
        assert "foreign" in codes(of_text(f"Pay {text}")), text
    assert "unknown" in codes(of_text("Pay {{ object.amount }}"))


def test_half_a_placeholder_is_told():
    for text in ("Pay {amount", "Pay amount}", "Pay {amount\nnow"):
        assert codes(of_text(text)) == ["brace"], text


def test_scripts_and_other_html_are_told():
    for text in ("<script>alert(1)</script>", "<b>now</b>", "<img src='x'>", "<!-- x -->"):
        assert codes(of_text(text)) == ["markup"], text


def test_an_image_from_elsewhere_is_told():
    assert codes(of_text("See https://example.com/logo.PNG")) == ["image"]


def test_what_a_debtor_would_read_as_typed_is_a_fault():
    for text, code in (
        ("Pay ${amount}", "foreign"),
        ("Pay {amount", "brace"),
        ("<SCRIPT>alert(1)", "markup"),
        ("javascript:alert(1)", "markup"),
        ("<img src='x'>", "image"),
        ("See https://example.com/logo.PNG", "image"),
    ):
        assert [found for found, _words in faults(text)] == [code], text


def test_what_only_looks_odd_is_no_fault():
    for text in ("<b>now</b>", "Else the bailiff comes", "{xyzzy}", "a < b, c > d: {amount}", ""):
        assert not list(faults(text)), text


def test_a_threat_in_a_friendly_text_is_told_and_in_a_formal_one_is_not():
    assert codes(of_text("Else the bailiff comes")) == ["threat"]
    assert not of_text("Else the bailiff comes", phase="collection")


def test_a_plain_text_with_placeholders_is_fine():
    assert not of_text("Dear {contact},\nyou owe < 5 and > 3: {amount}. See https://example.com.")


def test_a_level_that_is_not_in_use_may_be_empty():
    assert not list(check_level_texts(level(3, active=False), 0, ("en_US",)))
