"""Small helpers between Odoo's values and those of the rules."""

from decimal import Decimal


def exact(amount):
    """A stored, already rounded float amount as an exact decimal."""
    return Decimal(repr(amount or 0.0))
