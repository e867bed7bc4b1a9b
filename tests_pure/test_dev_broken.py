"""The list of breaks on purpose fits the code it breaks."""

from pathlib import Path

import pytest

from dev import broken

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("fault, file, old, new, test", broken.BREAKS)
def test_what_is_broken_stands_in_the_code_once_and_its_test_exists(fault, file, old, new, test):
    assert (ROOT / file).read_text(encoding="utf-8").count(old) == 1, fault
    name = f"def {test.rpartition('.')[2]}(self)"
    tests = (path.read_text(encoding="utf-8") for path in ROOT.glob("payt_dunning/tests/*.py"))
    assert any(name in text for text in tests), test
