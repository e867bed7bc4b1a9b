"""Small helpers: between Odoo's values and those of the rules, and for pictures."""

import base64
import io
from decimal import Decimal

import qrcode


def exact(amount):
    """A stored, already rounded float amount as an exact decimal."""
    return Decimal(repr(amount or 0.0))


def qr_image(text):
    """A QR code as the address of an image that holds the image itself (``data:``)."""
    image = qrcode.make(text, error_correction=qrcode.ERROR_CORRECT_M, box_size=5)
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
