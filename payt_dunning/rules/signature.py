"""Whether bytes came from who knows a secret: Standard Webhooks 1.0, HMAC-SHA256.

What is signed is ``id.timestamp.body``; the number may hold no point, so that nothing of the body can
be taken for a part of the time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

PREFIX = "whsec_"
#: Bytes of a secret: least, most, and of those that we make.
LEAST, MOST, OURS = 24, 64, 32
#: Seconds by which a time may differ from ours, both ways.
WINDOW = 5 * 60
#: So many signatures are looked at.
SIGNATURES = 10
_NUMBER = re.compile(r"[A-Za-z0-9_=+/:-]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class Signed:
    """What came: the three headers as they came, empty where one is missing, and the bytes."""

    number: str
    seconds: str
    signatures: str
    body: bytes


def new_secret() -> str:
    """Return a secret that nobody has, as it is told to the other side."""
    return PREFIX + base64.b64encode(secrets.token_bytes(OURS)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret as it was told, with ``whsec_`` or without.

    :raises ValueError: for what is none
    """
    told = secret.strip().removeprefix(PREFIX)
    try:
        key = base64.b64decode(told, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not LEAST <= len(key) <= MOST:
        raise ValueError("too short or too long")
    return key


def is_genuine(signed: Signed, keys: list[bytes], now: float) -> bool:
    """Whether what came is signed with one of ``keys``, about now.

    As much work for what is wrong as for what is right, whichever of the keys it is.

    :param now: seconds since 1970
    """
    content = f"{signed.number}.{signed.seconds}.".encode("utf-8", "replace") + signed.body
    expected = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
    given = [_bytes(each) for each in signed.signatures.split(" ")[:SIGNATURES]]
    equal = [hmac.compare_digest(mine, theirs) for mine in expected for theirs in given]
    on_time = bool(_SECONDS.fullmatch(signed.seconds)) and (
        abs(now - int(signed.seconds)) <= WINDOW
    )
    return any(equal) and on_time and bool(_NUMBER.fullmatch(signed.number))


def sign(key: bytes, number: str, seconds: int, body: bytes) -> str:
    """The signature of a message, as the header has it."""
    content = f"{number}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _bytes(signature):
    """A signature of version 1 as bytes; something that equals none for all else."""
    version, _comma, text = signature.partition(",")
    try:
        return base64.b64decode(text, validate=True) if version == "v1" else b""
    except ValueError:
        return b""
