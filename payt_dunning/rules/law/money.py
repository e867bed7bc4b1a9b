"""Exact amounts, and when they become money."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from .errors import Refused

ZERO = Decimal(0)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)
#: Digits of an amount before its point, less one: with more nobody can reckon to the cent.
LARGEST = 15


def cents(amount: Decimal) -> Decimal:
    """``amount`` as money: half a cent goes up. Only where an amount becomes money."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def amount_of(text: object, what: str) -> Decimal:
    """An amount that is given as text.

    :param text: digits with a decimal point, as in ``"1234.50"``
    :param what: what it is, for the message
    :raises Refused: when it is no such number, or has parts of a cent
    """
    try:
        amount = Decimal(str(text).strip())
    except InvalidOperation as error:
        raise _no_amount(text, what) from error
    if not amount.is_finite() or amount.adjusted() > LARGEST:
        raise _no_amount(text, what)
    if amount != amount.quantize(CENT):
        raise Refused(
            f"{what}: “{text}” has parts of a cent", "parts_of_a_cent", what=what, text=text
        )
    return amount


def _no_amount(text: object, what: str) -> Refused:
    return Refused(
        f"{what}: “{text}” is not an amount; write it as 1234.50", "amount", what=what, text=text
    )


def share(total: Decimal, weights: dict[int, Decimal]) -> dict[int, Decimal]:
    """Divide money in proportion to weights, so that the shares add up exactly.

    The cents that rounding leaves over go to the largest remainders, ties to the lowest key.

    :param total: in cents, zero or more
    :param weights: by key, none negative; all zero: equal shares
    :return: shares by key, in cents
    """
    if not weights:
        return {}
    whole = sum(weights.values(), ZERO)
    if not whole:
        weights, whole = dict.fromkeys(weights, Decimal(1)), Decimal(len(weights))
    exact = {key: total * weight / whole for key, weight in weights.items()}
    shares = {key: (amount // CENT) * CENT for key, amount in exact.items()}
    left = int((total - sum(shares.values(), ZERO)) / CENT)
    by_rest = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in by_rest[:left]:
        shares[key] += CENT
    return shares
