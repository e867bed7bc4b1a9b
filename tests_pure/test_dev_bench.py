"""The bench's own judgement: what it reads in a log, and which tests it expects."""

import pytest

from dev import debian, expected, odoo_log

HEAD = "2026-01-02 03:04:05,678 42"
TESTS = f"{HEAD} INFO db odoo.addons.payt_dunning.tests.test_run:"
LOG = f"""\
{TESTS} Starting TestRun.test_good ...
{TESTS} Starting TestRun.test_bad ...
{HEAD} ERROR db odoo.addons.payt_dunning.tests.test_run: FAIL: Subtest TestRun.test_bad (day=1)
Traceback (most recent call last):
AssertionError: 1 != 2
{TESTS} Starting TestRun.test_tour ...
{TESTS} skipped TestRun.test_tour : no browser
{HEAD} ERROR db odoo.http: a page broke
{HEAD} ERROR db odoo.tests.result: 1 failed, 0 error(s) of 3 tests when loading database 'db'
"""


@pytest.fixture
def log():
    return odoo_log.read(LOG)


def test_every_started_test_is_found(log):
    names = {"test_good", "test_bad", "test_tour"}
    assert log.started == {f"payt_dunning/test_run::TestRun.{name}" for name in names}


def test_a_failing_subtest_fails_its_test_and_keeps_the_traceback(log):
    (texts,) = log.failed.values()
    assert list(log.failed) == ["payt_dunning/test_run::TestRun.test_bad"]
    assert "AssertionError: 1 != 2" in texts[0]


def test_a_skipped_tour_is_found_with_its_reason(log):
    assert log.skipped == {"payt_dunning/test_run::TestRun.test_tour": "no browser"}


def test_an_error_beside_the_tests_counts_and_a_sum_does_not(log):
    assert [text.rpartition(": ")[2] for text in log.errors] == ["a page broke"]


def test_a_class_set_up_that_fails_is_a_failure():
    name = "setUpClass (odoo.addons.payt_dunning.tests.test_run.TestRun)"
    line = f"{HEAD} ERROR db odoo.addons.payt_dunning.tests.test_run: ERROR: {name}"
    assert list(odoo_log.read(line).failed) == [f"payt_dunning/test_run::{name}"]


def test_tests_and_tours_are_read_from_the_source(tmp_path):
    addon = tmp_path / "payt_dunning"
    (addon / "tests").mkdir(parents=True)
    (addon / "tests" / "test_page.py").write_text(
        "class Mixin:\n"
        "    def test_shared(self): pass\n"
        "class TestPage(Mixin, HttpCase):\n"
        "    def test_plain(self): pass\n"
        "    def test_tour(self): self.start_tour('/my', 'pay')\n"
        "    def test_other_tour(self): self.helper('pay')\n"
        "    def helper(self, tour): self.start_tour('/my', tour)\n"
    )
    prefix = "payt_dunning/test_page::TestPage."
    assert expected.odoo_tests([addon]) == {
        f"{prefix}test_plain": False,
        f"{prefix}test_tour": True,
        f"{prefix}test_other_tour": True,
    }


def test_fewer_tests_than_committed_are_reported(monkeypatch):
    monkeypatch.setattr(expected, "floor", lambda: {"odoo": 5, "tours": 1})
    (line,) = expected.below_floor({"odoo": 5, "tours": 0})
    assert line.startswith("0 tours tests ran, at least 1 are expected")


def test_a_source_is_limited_to_another_suite():
    stanza = "Types: deb\nURIs: mirror\nSuites: stable stable-updates\nComponents: main contrib"
    assert "Suites: sid\nComponents: main\n" in debian.with_suite(stanza, "sid")
    assert "Suites: stable\nComponents: main\n" in debian.with_suite(stanza, None)
