"""How one receivable stands before the law: what decides about interest, costs and terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Served:
    """A notice that left and did not come back, with its term.

    :param notice_id: which message it was
    :param code: the statutory notice that it is; empty: a plain demand
    :param received: the day on which it counts as received
    :param until: the last day of its term
    :param days: the term that it gave
    :param announced: what it said is due after that, tax included; zero: it named no costs
    :param claimed: the costs have been claimed since
    :param demand: a demand after the notice gave it: the law asks nobody to wait for it
    """

    notice_id: int
    code: str
    received: date
    until: date
    days: int
    announced: Decimal = Decimal(0)
    claimed: bool = False
    demand: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What the law says of one receivable, as far as it can be said without its history.

    :param jurisdiction: code of the law that applies; empty: its tables are not there
    :param currency: of that law's amounts
    :param currency_fits: the item is in the currency of that law's amounts
    :param rules: ``consumer``, ``business`` or ``public``: whose rules its costs follow
    :param trade: its interest is that of trade, though its costs follow milder rules
    :param default_after: interest may run after this day; ``None``: not in default yet
    :param default_why: in words
    :param served: notices and demands about it that left, oldest first
    :param claim: kind of claim: ``sale``, ``services``, ``subscription``, ``rent``, ``energy``,
        ``loan`` or ``other``
    :param clause: the contract provides for costs
    :param rate: an agreed rate in percent a year
    :param scale: percentage and minimum that were agreed for costs
    :param needs_notice: code of the notice without which no costs may be claimed; empty: none
    :param notices: codes of the statutory notices that this law knows for these rules
    :param may_claim_costs: the company claims costs from such debtors
    :param may_claim_interest: the company claims interest from such debtors
    """

    jurisdiction: str
    currency: str
    rules: str
    currency_fits: bool = True
    trade: bool = False
    default_after: date | None = None
    default_why: str = ""
    served: tuple[Served, ...] = ()
    claim: str = "other"
    clause: bool = True
    rate: Decimal | None = None
    scale: tuple[Decimal, Decimal] | None = None
    needs_notice: str = ""
    notices: frozenset[str] = frozenset()
    may_claim_costs: bool = True
    may_claim_interest: bool = True

    @property
    def term_until(self) -> date | None:
        """The last day of the latest term that was given."""
        return max((each.until for each in self.served), default=None)

    @property
    def binding_until(self) -> date | None:
        """The same, without the terms of demands after the notice."""
        return max((each.until for each in self.served if not each.demand), default=None)

    def notice(self, code: str) -> Served | None:
        """The latest statutory notice of a kind."""
        found = [each for each in self.served if each.code == code]
        return max(found, key=lambda each: each.until) if found else None
