"""Days as people type them."""

from datetime import date

import pytest

from rules.days import read_day


@pytest.mark.parametrize(
    "text", ["2026-12-03", "3-12-2026", "3/12/2026", "03.12.2026", " 3-12-26 ", "3 12 2026"]
)
def test_a_day_is_read_as_people_write_it(text):
    assert read_day(text) == date(2026, 12, 3)


def test_the_reader_s_order_decides():
    assert read_day("3/12/2026", day_first=False) == date(2026, 3, 12)
    assert read_day("2026-12-03", day_first=False) == date(2026, 12, 3)


@pytest.mark.parametrize(
    "text", ["", None, "tomorrow", "31-2-2026", "2026-13-01", "3-12", "3-12-20261"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        read_day(text)
