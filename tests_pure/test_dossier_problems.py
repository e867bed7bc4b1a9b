"""Each problem has words, and each of its words a place where it is said."""

import ast
import re
import string
from pathlib import Path

from rules.dossier import problems

FOLDER = Path(problems.__file__).parent
#: The words are those of dossiers and of what comes back about them.
FILES = sorted([*FOLDER.glob("*.py"), *(FOLDER.parent / "feedback").glob("*.py")])


def strings():
    """All texts in the code beside the words themselves."""
    for path in FILES:
        if path.name != "problems.py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def called():
    """Codes with which a problem is made by name."""
    for path in FILES:
        yield from re.findall(r'\bproblem\(\s*"(\w+)"', path.read_text())


def test_each_code_that_is_used_has_words():
    assert set(called()) <= set(problems.WORDS)


def test_all_words_are_used():
    assert sorted(set(problems.WORDS) - set(strings())) == []


def test_the_values_of_words_are_named():
    for words in problems.WORDS.values():
        assert all(
            name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(words)
        )


def test_what_is_refused_tells_all_its_problems():
    refused = problems.Refused(
        problems.problem("empty_file", "a"), problems.problem("missing", "b", problems.WARNING)
    )
    assert str(refused) == "a: is empty; b: is missing"
    assert [each.is_error for each in refused.problems] == [True, False]
