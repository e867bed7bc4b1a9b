"""Every reason why there is no number can be said in another language: it has a code."""

import ast
import pickle
from pathlib import Path

import pytest

from rules.law import errors
from rules.law.errors import CODES, Held, Refused
from rules.law.money import amount_of
from rules.law.read import read_rows

FOLDER = Path(errors.__file__).parent
#: Reads worked cases for ``make law-check`` only, which speaks English.
NOT_FOR_PEOPLE = ("cases.py",)


def raised():
    """``(file, line, code, names of values)`` of every Held and Refused that is made."""
    for file in sorted(FOLDER.glob("*.py")):
        if file.name in NOT_FOR_PEOPLE:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("Held", "Refused"):
                code = node.args[1].value if len(node.args) > 1 else ""
                names = tuple(keyword.arg for keyword in node.keywords)
                yield file.name, node.lineno, code, names


def test_each_problem_has_a_code_and_tells_what_its_words_need():
    found = list(raised())
    wrong = [each for each in found if set(CODES.get(each[2], "?")) != set(each[3])]
    assert not wrong
    assert {code for _file, _line, code, _names in found} == set(CODES)


def test_nothing_else_is_raised_for_a_cell():
    text = (FOLDER / "read.py").read_text(encoding="utf-8")
    assert "raise ValueError" not in text


@pytest.mark.parametrize("kind", [Held, Refused])
def test_a_problem_keeps_its_code_between_processes(kind):
    problem = pickle.loads(pickle.dumps(kind("no row", "no_row", day="2026-01-01")))
    assert str(problem) == "no row"
    assert (problem.code, problem.values) == ("no_row", {"day": "2026-01-01"})


def test_what_is_wrong_with_a_cell_tells_its_place():
    with pytest.raises(Refused) as caught:
        read_rows("notices", _NOTICES.replace("0 6", "0 x"), "mine.csv")
    values = caught.value.values
    assert caught.value.code == "cell"
    assert (values["name"], values["row"], values["column"]) == ("mine.csv", 2, "post_skips")
    assert (values["problem"].code, values["problem"].values) == ("cell_number", {"text": "x"})


def test_half_a_day_is_not_read_as_none():
    with pytest.raises(Refused, match="row 2, days: “14.5” is not a whole number"):
        read_rows("notices", _NOTICES.replace(",14,2", ",14.5,2"))


_NOTICES = (
    "jurisdiction,since,until,code,debtor,days,post_days,post_skips,post_first,moves,source,"
    "confidence\nNL,2015-01-01,,nl_14_day,consumer,14,2,0 6,0,1,BW 6:96(6),sure\n"
)


@pytest.mark.parametrize("text", ["1e400", "9" * 40, "1E+17", "-" + "9" * 30])
def test_an_amount_beyond_all_money_is_none(text):
    with pytest.raises(Refused, match="is not an amount"):
        amount_of(text, "principal")
