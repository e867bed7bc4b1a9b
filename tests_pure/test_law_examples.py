"""Every worked example, on the tables that are shipped."""

import json
from decimal import Decimal

import pytest

from rules.law.cases import answer
from rules.law.read import DATA, read_folder

EXAMPLES = json.loads((DATA / "examples.json").read_text(encoding="utf-8"))["vectors"]
TABLES = read_folder()


def near(found, wanted, tolerance):
    """Whether a result is as expected: amounts within the tolerance, all else exactly."""
    if isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(
            near(found[key], wanted[key], tolerance) for key in wanted
        )
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(
            map(near, found, wanted, [tolerance] * len(wanted))
        )
    try:
        return abs(Decimal(found) - Decimal(wanted)) <= tolerance
    except (ArithmeticError, TypeError, ValueError):
        return found == wanted


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case["id"])
def test_the_example_comes_out_as_expected(case):
    result = answer(TABLES, case)["result"]
    if case["expected"].get("held"):
        assert result["held"] and result["reason"]
        return
    assert near(result, case["expected"], Decimal(case["tolerance"])), result


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES if "known_wrong_values" in case], ids=lambda case: case["id"]
)
def test_the_example_makes_none_of_the_usual_mistakes(case):
    found = Decimal(answer(TABLES, case)["result"]["interest"])
    for mistake in case["known_wrong_values"].values():
        assert abs(found - Decimal(mistake)) > Decimal(case["tolerance"])


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in EXAMPLES
        if "actact_calendar" in case.get("accept_other_day_count", {})
        and case["category"] == "interest"
    ],
    ids=lambda case: case["id"],
)
def test_days_of_leap_years_may_count_for_less(case):
    other = {**case, "input": {**case["input"], "day_count": "act/act"}}
    found = Decimal(answer(TABLES, other)["result"]["interest"])
    wanted = Decimal(case["accept_other_day_count"]["actact_calendar"])
    assert abs(found - wanted) <= Decimal(case["tolerance"])
