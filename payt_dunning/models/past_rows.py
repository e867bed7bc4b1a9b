"""Receivable lines of the past as plain values, and which run could know of something."""

from bisect import bisect_left
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
#: The hour (where the company is) up to which a day without a run knows what happened.
USUAL_HOUR = time(8)


class LineRow(NamedTuple):
    """A receivable line, with the item that follows it, if one does.

    ``claims_beside``: whether costs and interest of it are the company's to claim.
    """

    line_id: int
    move_id: int
    partner_id: int
    company_id: int
    currency_id: int
    due: object
    amount: float
    balance: float
    made_at: datetime
    day: object
    no_followup: bool
    sent: bool
    collected: bool | None
    contact_id: int | None
    invoiced: object
    charge: bool
    item_id: int | None
    debtor_id: int | None
    item_at: datetime | None
    count_from: object
    backlog_taken: bool | None
    policy_id: int | None
    revision_id: int | None
    claim_kind: str | None
    contract_kind: str | None
    term_agreed: str | None
    case_id: int | None
    ask_first: bool
    joined_on: object
    by_notice: bool
    claims_beside: bool = True


def item_of(row):
    """The item of a line; of one that none follows a negative number."""
    return row.item_id or -row.line_id


def debtor_of(view, row):
    """The debtor of a line; of a partner that is none here yet a negative number."""
    return row.debtor_id or view.debtor_of[row.partner_id]


def utc_of(day, zone):
    local = datetime.combine(day, USUAL_HOUR, zone)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def first_seen(days, moments, made_at, day, live):
    """The first run that could know of something.

    :param made_at: when it was written down (UTC); what is older than going live counts from its
        own day, for it may have been imported later
    :return: the day of that run; the day itself where no run came after
    """
    if not live or day < live:
        return day
    place = bisect_left(moments, made_at)
    return days[place] if place < len(days) else max(day, (made_at + ONE_DAY).date())
