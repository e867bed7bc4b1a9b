"""Only who knows the secret signs, only about now, only these very bytes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.signature import LEAST, WINDOW, Signed, is_genuine, key_of, new_secret, sign

KEY = b"k" * 32
NOW = 1_800_000_000


def signed(number="msg_1", seconds=NOW, body=b"<told/>", key=KEY, **given):
    return Signed(
        number, str(seconds), given.get("signatures", sign(key, number, seconds, body)), body
    )


def test_the_example_of_the_standard_is_genuine():
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = Signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        b'{"test": 2432232314}',
    )
    assert is_genuine(told, [key], 1614265330)


def test_what_another_key_signed_is_not_genuine():
    assert is_genuine(signed(), [KEY], NOW)
    assert not is_genuine(signed(key=b"x" * 32), [KEY], NOW)


def test_each_of_two_keys_is_taken():
    assert is_genuine(signed(), [b"x" * 32, KEY], NOW)


def test_one_of_several_signatures_is_enough():
    told = signed()
    several = f"v1,{base64.b64encode(b'x' * 32).decode()} v1a,abc {told.signatures}"
    assert is_genuine(signed(signatures=several), [KEY], NOW)


@pytest.mark.parametrize("late", [WINDOW, -WINDOW])
def test_five_minutes_are_taken_both_ways(late):
    assert is_genuine(signed(), [KEY], NOW + late)


@pytest.mark.parametrize("late", [WINDOW + 1, -WINDOW - 1, 86400])
def test_more_than_five_minutes_are_not(late):
    assert not is_genuine(signed(), [KEY], NOW + late)


def test_a_changed_byte_number_or_time_is_not_genuine():
    told = signed()
    assert not is_genuine(signed(body=b"<tolD/>", signatures=told.signatures), [KEY], NOW)
    assert not is_genuine(signed(number="msg_2", signatures=told.signatures), [KEY], NOW)
    assert not is_genuine(signed(seconds=NOW + 1, signatures=told.signatures), [KEY], NOW)


def test_a_number_with_a_point_is_refused_for_the_body_could_lend_it_its_time():
    assert not is_genuine(signed(number="msg.1"), [KEY], NOW)


@pytest.mark.parametrize(
    "signatures", ["", "v1", "v1,", "v1,???", "v1,é", "v2,AAAA", "v1,AAAA", ",", " " * 500]
)
def test_what_is_no_signature_is_not_genuine(signatures):
    assert not is_genuine(signed(signatures=signatures), [KEY], NOW)


@pytest.mark.parametrize("seconds", ["", "-1", "1e9", "١٢٣", "9" * 40, " 1", "NaN"])
def test_what_is_no_time_is_not_genuine(seconds):
    told = Signed("msg_1", seconds, "v1,AAAA", b"")
    assert not is_genuine(told, [KEY], NOW)


@given(st.text(), st.text(), st.text(), st.binary())
def test_whatever_comes_is_refused_and_nothing_breaks(number, seconds, signatures, body):
    assert not is_genuine(Signed(number, seconds, signatures, body), [KEY], NOW)


def test_a_new_secret_is_long_and_never_the_same():
    first, second = new_secret(), new_secret()
    assert first != second
    assert len(key_of(first)) == 32


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_???", "whsec_é", "c2hvcnQ=", "a" * 400])
def test_what_is_no_secret_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        key_of(text)


def test_a_secret_is_taken_without_its_prefix():
    text = base64.b64encode(b"k" * LEAST).decode()
    assert key_of(text) == key_of(f" whsec_{text} ") == b"k" * LEAST
