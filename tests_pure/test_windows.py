"""At which moments a channel may be used."""

from collections import Counter
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.windows import (
    DEFAULT_HOURS,
    OUTER_HOURS,
    Hours,
    NeverOpen,
    Window,
    channel_window,
    spread,
    within_limits,
)

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WORKING = frozenset(range(5))
#: Easter, King's Day and a closure around the turn of the year.
CLOSED = frozenset(
    {date(2026, 4, 3), date(2026, 4, 6), date(2026, 4, 27), date(2026, 12, 24)}
    | {date(2026, 12, 25) + timedelta(days=days) for days in range(8)}
)
#: Zones with moments about which their clocks change: by an hour or half of one, at night or at
#: midnight, and once by a whole day.
CHANGES = [
    ("Europe/Amsterdam", datetime(2026, 3, 29, 1)),
    ("Europe/Amsterdam", datetime(2026, 10, 25, 1)),
    ("America/New_York", datetime(2026, 3, 8, 7)),
    ("America/New_York", datetime(2026, 11, 1, 6)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30)),
    ("America/Havana", datetime(2026, 3, 8, 5)),
    ("America/Havana", datetime(2026, 11, 1, 5)),
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3)),
    ("America/Sao_Paulo", datetime(2018, 2, 18, 2)),
    ("America/St_Johns", datetime(2010, 11, 7, 2, 31)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10)),
]


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def window(opens, closes, zone="Europe/Amsterdam", **more):
    return Window(Hours(opens, closes), ZoneInfo(zone), **more)


def open_at(tested, moment):
    """What :meth:`Window.is_open` must say, by the local clock."""
    local = moment.astimezone(tested.zone)
    return (
        tested.hours.opens * 60
        <= (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
        < tested.hours.closes * 60
        and local.weekday() in tested.days
        and local.date() not in tested.closed
    )


def minutes_between(first, last):
    """Each whole minute after ``first`` and before ``last``."""
    at = first.replace(second=0, microsecond=0) + MINUTE
    while at < last:
        yield at
        at += MINUTE


hours = st.tuples(st.integers(0, 24 * 60), st.integers(0, 24 * 60)).filter(
    lambda two: two[0] < two[1]
)
weeks = st.frozensets(st.integers(0, 6), min_size=2)


def check(tested, moment):
    """What :meth:`Window.first_moment` promises, held against every minute."""
    assert tested.is_open(moment) == open_at(tested, moment)
    first = tested.first_moment(moment)
    assert first >= moment
    assert open_at(tested, first)
    assert tested.first_moment(first) == first
    if first == moment:
        return
    assert not open_at(tested, moment)
    assert not any(open_at(tested, at) for at in minutes_between(moment, first))
    assert not open_at(tested, first - timedelta(microseconds=1))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    hours,
    weeks,
)
def test_over_a_year_the_first_moment_is_open_not_earlier_and_the_first(zone, moment, two, days):
    check(window(*two, zone, days=days, closed=CLOSED), moment)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(CHANGES),
    st.timedeltas(timedelta(days=-1, hours=-6), timedelta(hours=30)),
    st.tuples(st.integers(0, 26 * 10), st.integers(1, 24)),
)
def test_around_a_change_of_the_clock_it_is_just_as_right(change, distance, start_and_length):
    zone, moment = change
    start, length = start_and_length
    opens = start * 5 % 1380
    check(window(opens, opens + length * 5, zone), moment.replace(tzinfo=UTC) + distance)


def test_hours_that_are_skipped_open_with_the_change():
    spring = window(2 * 60 + 15, 4 * 60)
    assert spring.first_moment(utc(2026, 3, 29, 0, 0)) == utc(2026, 3, 29, 1, 0)


def test_a_window_that_is_skipped_as_a_whole_opens_a_day_later():
    skipped = window(2 * 60 + 15, 2 * 60 + 45)
    assert skipped.first_moment(utc(2026, 3, 29, 0, 0)) == utc(2026, 3, 30, 0, 15)


def test_an_hour_that_comes_twice_is_open_twice():
    twice = window(2 * 60 + 15, 2 * 60 + 45)
    assert twice.first_moment(utc(2026, 10, 25, 0, 0)) == utc(2026, 10, 25, 0, 15)
    assert twice.first_moment(utc(2026, 10, 25, 0, 45)) == utc(2026, 10, 25, 1, 15)
    assert twice.left(utc(2026, 10, 25, 0, 15)) == timedelta(minutes=30)


def test_a_window_over_the_hour_that_comes_twice_stays_open_for_longer():
    night = window(60, 4 * 60)
    assert night.left(utc(2026, 10, 24, 23, 0)) == timedelta(hours=4)
    assert night.left(utc(2026, 3, 29, 0, 0)) == timedelta(hours=2)


def test_a_window_of_a_whole_day_ends_with_the_day():
    whole = window(0, 1440, days=frozenset((5, 6)))
    assert whole.left(utc(2026, 10, 24, 10)) == timedelta(hours=12)
    assert whole.left(utc(2026, 10, 24, 22)) == timedelta(hours=25)


def test_the_closing_minute_is_outside():
    mail = Window(DEFAULT_HOURS["email"], AMSTERDAM)
    assert mail.is_open(utc(2026, 11, 2, 16, 29, 59))
    assert not mail.is_open(utc(2026, 11, 2, 16, 30))
    assert mail.is_open(utc(2026, 11, 2, 7, 30))
    assert not mail.is_open(utc(2026, 11, 2, 7, 29, 59))


def test_moments_without_a_zone_are_in_utc_and_stay_without_one():
    mail = Window(DEFAULT_HOURS["email"], AMSTERDAM)
    assert mail.first_moment(datetime(2026, 11, 2, 3)) == datetime(2026, 11, 2, 7, 30)
    assert mail.first_moment(datetime(2026, 11, 2, 8)) == datetime(2026, 11, 2, 8)
    local = datetime(2026, 11, 2, 3, tzinfo=ZoneInfo("America/New_York"))
    assert mail.first_moment(local) == utc(2026, 11, 2, 8)
    assert mail.first_moment(local).tzinfo is UTC


def test_what_says_which_days_are_closed_may_be_asked():
    mail = Window(DEFAULT_HOURS["email"], AMSTERDAM, closed=lambda day: day.day <= 3)
    assert mail.first_moment(utc(2026, 11, 2, 3)) == utc(2026, 11, 4, 7, 30)


def test_a_window_that_never_opens_says_so():
    for shut in ({"closed": lambda day: True}, {"days": frozenset()}):
        with pytest.raises(NeverOpen, match="400 days"):
            window(60, 120, **shut).first_moment(utc(2026, 11, 2))


def test_a_window_that_opens_after_a_year_is_found():
    late = window(60, 120, closed=lambda day: day < date(2027, 11, 30))
    assert late.first_moment(utc(2026, 11, 2)) == utc(2027, 11, 30, 0, 0)


@pytest.mark.parametrize("two", [(60, 60), (120, 60), (-1, 60), (60, 1441)])
def test_hours_that_are_none_are_refused(two):
    with pytest.raises(NeverOpen):
        Hours(*two)


# -- what each channel keeps to ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "wanted", "given"),
    [
        ("call", (0, 1440), (7 * 60, 20 * 60)),
        ("call", (9 * 60, 18 * 60), (9 * 60, 18 * 60)),
        ("sms", (0, 1440), (8 * 60, 20 * 60)),
        ("whatsapp", (7 * 60, 12 * 60), (8 * 60, 12 * 60)),
        ("email", (0, 1440), (0, 1440)),
    ],
)
def test_hours_are_cut_to_what_a_channel_may_be_used_for(channel, wanted, given):
    assert within_limits(channel, Hours(*wanted)) == Hours(*given)


def test_hours_of_which_nothing_is_left_are_refused():
    with pytest.raises(NeverOpen):
        within_limits("call", Hours(21 * 60, 23 * 60))


def test_the_usual_hours_lie_within_the_limits():
    for channel, usual in DEFAULT_HOURS.items():
        assert within_limits(channel, usual) == usual
    assert set(OUTER_HOURS) <= set(DEFAULT_HOURS)


@pytest.mark.parametrize("channel", ["sms", "call", "whatsapp"])
def test_nobody_is_called_or_texted_on_sundays_and_holidays(channel):
    tested = channel_window(channel, AMSTERDAM, holidays=CLOSED, rest=False)
    saturday = utc(2026, 4, 4, 22)
    assert tested.first_moment(saturday).date() == date(2026, 4, 7)


def test_a_company_may_mail_on_sundays_and_holidays_but_not_while_it_is_closed():
    christmas = frozenset((date(2026, 12, 25),))
    closures = frozenset((date(2026, 12, 26),))
    shut = channel_window("email", AMSTERDAM, holidays=christmas, closures=closures)
    assert shut.first_moment(utc(2026, 12, 25)) == utc(2026, 12, 28, 7, 30)
    mail = channel_window("email", AMSTERDAM, None, frozenset(range(7)), christmas, closures, False)
    assert mail.first_moment(utc(2026, 12, 25)) == utc(2026, 12, 25, 7, 30)
    assert mail.first_moment(utc(2026, 12, 26)) == utc(2026, 12, 27, 7, 30)


def test_a_channel_that_nobody_named_keeps_to_the_hours_of_mail():
    assert channel_window("pigeon", AMSTERDAM).hours == DEFAULT_HOURS["email"]


def test_a_channel_without_a_day_is_refused():
    with pytest.raises(NeverOpen, match="sms"):
        channel_window("sms", AMSTERDAM, days=frozenset((6,)))


# -- spreading ---------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    hours,
    st.one_of(st.integers(), st.text()),
    st.floats(0.01, 1),
)
@example("Europe/Amsterdam", utc(2026, 10, 25, 0, 30), (150, 165), 7, 1.0)
def test_a_spread_message_stays_inside_the_same_opening(zone, moment, two, key, share):
    tested = window(*two, zone, closed=CLOSED)
    first, spread_to = tested.first_moment(moment), tested.spread(moment, key, share)
    assert first <= spread_to < first + tested.left(first)
    assert open_at(tested, spread_to)
    assert all(open_at(tested, at) for at in minutes_between(first, first + tested.left(first)))
    assert tested.spread(moment, key, share) == spread_to


@given(hours, st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 10), timezones=st.just(UTC)))
def test_what_is_left_ends_when_the_window_shuts(two, moment):
    tested = window(*two, closed=CLOSED, days=frozenset((0, 2, 4)))
    left = tested.left(moment)
    assert bool(left) == open_at(tested, moment)
    assert not open_at(tested, moment + left)


def test_messages_are_spread_evenly():
    first = utc(2026, 11, 2, 9)
    moments = [spread(first, timedelta(hours=8), key) for key in range(8000)]
    by_hour = Counter((moment - first) // timedelta(hours=1) for moment in moments)
    assert sorted(by_hour) == list(range(8))
    assert all(900 < count < 1100 for count in by_hour.values())


def test_messages_may_be_spread_over_a_part_of_the_time():
    first = utc(2026, 11, 2, 9)
    latest = max(spread(first, timedelta(hours=8), key, 0.25) for key in range(1000))
    assert timedelta(hours=1, minutes=55) < latest - first < timedelta(hours=2)


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="spread"):
        spread(utc(2026, 11, 2, 9), timedelta(hours=8), 7, share)
