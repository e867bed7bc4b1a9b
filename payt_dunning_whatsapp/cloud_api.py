"""What the WhatsApp Business Cloud API says, in the outcomes of the outbox.

Source of the codes: "Error codes" of the WhatsApp Business Platform,
https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/
"""

import hashlib
import hmac
import json

import requests

#: The number can't be reached: not on WhatsApp, ourselves, a country where we may not write to,
#: or its owner wants no such messages.
ADDRESS = frozenset({130497, 131021, 131026, 131050})
#: Its owner wants no such messages from us.
STOPPED = 131050
#: Nothing leaves now: access, account, money, or too many messages.
NOT_NOW = frozenset(
    {
        *(0, 2, 3, 4, 10, 190, 368, *range(200, 300)),
        *(80007, 130429, 131005, 131016, 131030, 131031, 131037, 131042, 131045, 131048),
        *(131056, 131057, 133000, 133004, 133005, 133006, 133010, 133016),
    }
)
#: Nobody knows what it did with the message.
UNKNOWN = frozenset({1, 131000})
#: What a template becomes when a message with it is refused.
TEMPLATE = {132001: "rejected", 132007: "rejected", 132015: "paused", 132016: "disabled"}
#: The parameter at fault is the sender's number: it is gone, or we have no right to it.
NO_SENDER = (100, 33)
#: Status of HTTP that tells that nothing was done.
BUSY = (429, 503)


class Bearer(requests.auth.AuthBase):
    """An access token, which no file of passwords on the server takes the place of."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def kind_of(code, subcode=0, status=400):
    """The outcome that an error of the API is.

    :param code: ``None`` where it has none
    :param status: of HTTP; decides where the code is none that we know
    :return: see :class:`~odoo.addons.payt_dunning.models.dunning_way.Outcome`
    """
    if code in ADDRESS:
        return "address"
    if code in NOT_NOW or (code, subcode) == NO_SENDER:
        return "later"
    if code in UNKNOWN:
        return "ambiguous"
    if status in BUSY:
        return "later"
    return "ambiguous" if status >= 500 else "failed"


def read_error(error):
    """Code, code below it and words of an error, in an answer or in a report.

    :return: ``(int, int, str)``; ``None``, 0 and nothing where it does not say, or says nonsense:
        the platform has a code 0, after which nothing left
    """
    if not isinstance(error, dict):
        return None, 0, ""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else ""
    words = [part for part in (error.get("message") or error.get("title"), details) if part]
    return (
        _number(error.get("code")),
        _number(error.get("error_subcode")) or 0,
        ": ".join(str(each) for each in dict.fromkeys(map(str, words)))[:500],
    )


def read_json(raw):
    """A body as JSON; ``None`` for anything else, however it was made to hurt."""
    try:
        return _storable(json.loads(raw))
    except (ValueError, RecursionError):
        return None


def _storable(value):
    """The same without signs that no database keeps: halves of signs, and zero bytes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "")
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(each) for key, each in value.items()}
    return value


def signature(secret, body):
    """How the platform signs a body: the whole header."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(secret, body, header):
    """Whether ``header`` is the signature of these bytes, in constant time."""
    return hmac.compare_digest(signature(secret, body).encode(), (header or "").encode())


def digest(text):
    """What is kept of a secret that is only ever compared."""
    return hashlib.sha256(text.encode()).hexdigest()


def _number(value):
    return value if isinstance(value, int) and not isinstance(value, bool) else None
