"""Which tests there are, read from the source, so that none is left out in silence.

Odoo skips a tour without a word when there is no browser, and a test file that
nobody imports does not run at all.
"""

import ast
import json

from dev import state
from dev.steps import BenchError

FLOOR = "expected_tests.json"


def odoo_tests(addons):
    """Return the test methods of add-ons: names as in ``odoo_log``, and whether each is a tour.

    A class without a base is a mixin: its tests run in the classes that use it. A tour may be
    started by another method of the class.
    """
    found = {}
    for addon in addons:
        for file in sorted((addon / "tests").glob("test_*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
            for group in tree.body:
                if not isinstance(group, ast.ClassDef) or not group.bases:
                    continue
                methods = [each for each in group.body if isinstance(each, ast.FunctionDef)]
                helpers = {each.name for each in methods if _calls(each) & {"start_tour"}}
                for method in methods:
                    if method.name.startswith("test_"):
                        name = f"{addon.name}/{file.stem}::{group.name}.{method.name}"
                        found[name] = bool(_calls(method) & {"start_tour", *helpers})
    return found


def classes(addon, patterns):
    """Return the names of the test classes in files of an add-on that fit a pattern."""
    files = sorted({file for each in patterns for file in (addon / "tests").glob(each)})
    trees = (ast.parse(file.read_text(encoding="utf-8"), str(file)) for file in files)
    return [each.name for tree in trees for each in tree.body if isinstance(each, ast.ClassDef)]


def _calls(method):
    """Return the names of the methods that a method calls."""
    calls = (node.func for node in ast.walk(method) if isinstance(node, ast.Call))
    return {call.attr for call in calls if isinstance(call, ast.Attribute)}


def floor():
    """Return the least number of tests of each kind, as committed."""
    file = state.CHECKOUT / "dev" / FLOOR
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise BenchError(f"dev/{FLOOR} cannot be read: {error}", "restore it from git") from error


def below_floor(counts):
    """Return a line for each kind of test of which fewer ran than committed."""
    return [
        f"{counts[kind]} {kind} tests ran, at least {least} are expected (dev/{FLOOR})"
        for kind, least in floor().items()
        if kind in counts and counts[kind] < least
    ]
