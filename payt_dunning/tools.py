"""Small helpers: between Odoo's values and those of the rules, for pictures, for messages."""

import base64
import io
import re
import time
from dataclasses import dataclass
from decimal import Decimal

import qrcode

from odoo.tools.mail import email_normalize

#: Addresses that need no parser.
PLAIN_ADDRESS = re.compile(r"[a-z0-9]+([._+-][a-z0-9]+)*@([a-z0-9-]+\.)+[a-z]{2,}")

#: Of QR codes: a chequerboard, which leaves no large areas of one colour.
MASK = 0


#: Seconds after which a program asks whether it still holds what it holds; nobody is cut off sooner.
STOPPED = 0.5


def seconds_of_life():
    """Seconds since the machine was started, also those in which it or this program stood still."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class StillThere:
    """Asked right before something leaves: whether this program was stopped since it looked.

    A program that was stopped for long has its line to the database cut, and others decide about
    what it held. Once it goes on it must find out before it sends.

    :raises psycopg2.Error: where the line was cut
    """

    def __init__(self, cr):
        self._cr, self._since = cr, seconds_of_life()

    def __call__(self):
        if seconds_of_life() - self._since > STOPPED:
            self._look()
            self._since = seconds_of_life()

    def _look(self):
        self._cr.execute("SELECT 1")


def exact(amount):
    """A stored, already rounded float amount as an exact decimal."""
    return Decimal(repr(amount or 0.0))


def normal_email(address):
    """The address alone, in lower case; most are written so that a glance is enough."""
    lower = (address or "").strip().lower()
    return lower if PLAIN_ADDRESS.fullmatch(lower) else email_normalize(address or "")


def content_of(file):
    """The bytes of a stored file, kept in no cache: neither they nor those of its neighbours.

    ``raw`` alone is read for all that were found together.

    :param file: ``ir.attachment`` record
    """
    alone = file.with_prefetch()
    content = alone.raw or b""
    alone.invalidate_recordset(["raw"], flush=False)
    return content


def qr_image(text):
    """A QR code as the address of an image that holds the image itself (``data:``)."""
    # Readers undo any mask; to look for the prettiest of the eight takes most of the time.
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=5, mask_pattern=MASK)
    code.add_data(text)
    image = code.make_image()
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


@dataclass(frozen=True, slots=True)
class Heard:
    """How a message came in, as the server knows it.

    Kept in the context under ``dunning_heard``. A client may send any context with its call, but
    none that holds an object of this class: what it says can be believed.

    :param automatic: a program wrote it
    :param answered: ids of the messages of ours that it answers
    :param debtor_id: whose it is: written on that debtor's page, or said to that debtor
    :param item_ids: what it is about
    :param dispute_id: the dispute that it begins
    :param question_id: the question that it answers, also one that was answered before
    """

    automatic: bool = False
    answered: tuple = ()
    debtor_id: int = 0
    item_ids: tuple = ()
    dispute_id: int = 0
    question_id: int = 0


def heard(env):
    """How a message came in, see :class:`Heard`; nothing is known of most."""
    known = env.context.get("dunning_heard")
    return known if isinstance(known, Heard) else Heard()
