"""The test run: pure rules, Odoo's tests, Odoo's linters, outside processes.

Each suite writes its whole log to the state; only failures are printed. The
last line counts all tests: ``N passed, N failed``.
"""

import os
import subprocess
import time
from xml.etree import ElementTree

from dev import databases, expected, odoo, odoo_log, python_env, state, system
from dev.lint import addons
from dev.steps import BenchError, say

SHOWN_LINES = 60
SHOWN_FAILURES = 15


class Suite:
    """The outcome of one suite: how many tests ran, and what failed, by name."""

    def __init__(self, title, log):
        self.title = title
        self.log = log
        self.ran = 0
        self.tours = 0
        self.failures = {}
        self.started = time.monotonic()
        log.unlink(missing_ok=True)

    def fail(self, name, text=""):
        """Note a failure; the last word about a test is kept with the earlier ones."""
        self.failures[name] = f"{self.failures.get(name, '')}\n{text}".strip()

    @property
    def passed(self):
        """How many tests ran well; a failure that is no test does not lower it below zero."""
        return max(0, self.ran - len(self.failures))

    def show(self):
        """Print the outcome: one line, and each failure with its part of the log."""
        seconds = time.monotonic() - self.started
        say(f"  [{seconds:5.1f} s] {self.title}: {self.passed} passed, {len(self.failures)} failed")
        for name, text in list(self.failures.items())[:SHOWN_FAILURES]:
            lines = text.splitlines()
            cut = [f"... {len(lines) - SHOWN_LINES} lines more in the log"]
            shown = lines if len(lines) <= SHOWN_LINES else cut + lines[-SHOWN_LINES:]
            say("\n    ".join([f"--- {name}", *shown]))
        if len(self.failures) > SHOWN_FAILURES:
            say(f"--- and {len(self.failures) - SHOWN_FAILURES} more")
        if self.failures:
            say(f"--- whole log: {self.log}")


def main():
    """Run the suites asked for (all by default) and return the exit code."""
    suites = {"pure": pure, "odoo": odoo_tests, "lint": odoo_lint, "outside": outside}
    wanted = os.environ.get("TESTS", "").split() or list(suites)
    if unknown := set(wanted) - set(suites):
        raise BenchError(
            f"there is no kind of test {', '.join(sorted(unknown))}",
            f"TESTS may name: {' '.join(suites)}",
        )
    _check_browser()
    results, counts = [], {}
    for name in wanted:
        suite = suites[name]()
        suite.show()
        results.append(suite)
        counts[name] = suite.ran
        if name == "odoo":
            counts["tours"] = suite.tours
    too_few = [] if os.environ.get("TAGS") else expected.below_floor(counts)
    for line in too_few:
        say(f"too few: {line}")
    failed = sum(len(suite.failures) for suite in results) + len(too_few)
    say(f"\n{sum(suite.passed for suite in results)} passed, {failed} failed")
    return 1 if failed else 0


def _check_browser():
    """Refuse to run without what Odoo's tours need: Odoo would skip them in silence."""
    remedy = "run 'make clean' and 'make test' again; the set-up installs it"
    if not system.browser():
        raise BenchError("there is no browser for the tours", remedy)
    probe = [python_env.python(), "-c", "import websocket"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        raise BenchError("the Python package websocket-client is missing", remedy)


def pure():
    """Run the tests of the rules, which know no Odoo."""
    return _pytest("pure", "tests_pure")


def outside():
    """Run the tests that start, watch and kill real processes."""
    return _pytest("outside", "tests_outside")


def _pytest(name, folder):
    suite = Suite(f"pytest {folder}", state.path("logs", f"test-{name}.log"))
    if not any((state.CHECKOUT / folder).glob("test_*.py")):
        return suite
    report = state.path("logs", f"test-{name}.xml")
    report.unlink(missing_ok=True)
    with open(suite.log, "w", encoding="utf-8") as stream:
        done = subprocess.run(
            [python_env.python(), "-m", "pytest", "-q", "-ra", f"--junitxml={report}", folder],
            cwd=state.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "PYTHONDONTWRITEBYTECODE": "1",
                "HYPOTHESIS_STORAGE_DIRECTORY": str(state.path("hypothesis")),
            },
            check=False,
        )
    if report.exists():
        _read_junit(suite, report)
    if done.returncode and not suite.failures:
        text = suite.log.read_text(encoding="utf-8", errors="replace")
        suite.fail(f"pytest ended with exit code {done.returncode}", text)
    return suite


def _read_junit(suite, report):
    """Take a pytest report; a skipped or expected failure counts as a failure."""
    for case in ElementTree.parse(report).iter("testcase"):
        suite.ran += 1
        name = f"{case.get('classname')}::{case.get('name')}"
        for kind in ("failure", "error", "skipped"):
            for found in case.iter(kind):
                text = found.text or found.get("message") or ""
                suite.fail(name, f"skipped: {text}" if kind == "skipped" else text)


def odoo_tests():
    """Run the add-ons' tests in Odoo: the core alone, then with the glue add-ons."""
    suite = Suite("Odoo tests", state.path("logs", "test-odoo.log"))
    core = [folder for folder in addons() if folder.name == "payt_dunning"]
    glue = [folder for folder in addons() if folder.name != "payt_dunning"]
    for group in filter(None, (core, glue)):
        _run_odoo_tests(suite, group)
    return suite


def _run_odoo_tests(suite, group):
    names = [folder.name for folder in group]
    tags = os.environ.get("TAGS") or ",".join(f"/{name}" for name in names)
    database = f"payt_test_{os.getpid()}"
    before = suite.log.stat().st_size if suite.log.exists() else 0
    try:
        databases.copy(databases.TEMPLATE, database)
        options = ("-i", ",".join(names), "--test-tags", tags, "--stop-after-init")
        port = ("--http-port", str(state.any_free_port()))
        done = odoo.run(("server", "-d", database, *options, *port), suite.log, check=False)
    finally:
        databases.drop(database)
    with open(suite.log, encoding="utf-8", errors="replace") as stream:
        stream.seek(before)
        log = odoo_log.read(stream.read())
    failures = len(suite.failures)
    _judge(suite, log)
    wanted = {} if os.environ.get("TAGS") else expected.odoo_tests(group)
    for name in sorted(wanted.keys() - log.started):
        suite.fail(name, "this test did not run")
    tours = {name for name, tour in wanted.items() if tour}
    suite.tours += len(tours & (log.started - log.skipped.keys()))
    if done.returncode and len(suite.failures) == failures:
        suite.fail(f"Odoo ended with exit code {done.returncode}", odoo.failure(suite.log))


def _judge(suite, log):
    """Take what a log of Odoo's tests tells."""
    suite.ran += len(log.started)
    for name, texts in log.failed.items():
        suite.fail(name, "\n".join(texts))
    for name, reason in log.skipped.items():
        suite.fail(name, f"skipped: {reason}")
    for text in log.errors:
        suite.fail(f"error in the log: {text.splitlines()[0][:150]}", text)


def odoo_lint():
    """Run Odoo's own linters over the add-ons."""
    suite = Suite("Odoo's test_lint", state.path("logs", "test-lint.log"))
    database = f"payt_lint_{os.getpid()}"
    try:
        databases.copy(databases.installed(), database)
        done = odoo.run(
            ("shell", "-d", database, "--no-http"),
            suite.log,
            stdin=(state.CHECKOUT / "dev" / "odoo_lint.py").read_text(encoding="utf-8"),
            check=False,
            timeout=300,
            PAYT_OWN_ADDONS=",".join(folder.name for folder in addons()),
        )
    except BenchError as error:
        suite.fail("Odoo's test_lint cannot run", f"{error.cause}\n{error.remedy}")
        return suite
    finally:
        databases.drop(database)
    text = suite.log.read_text(encoding="utf-8", errors="replace") if suite.log.exists() else ""
    _judge(suite, odoo_log.read(text))
    for record in odoo_log.records(text):
        if record["level"] == "WARNING" and ".test_lint." in record["logger"]:
            suite.fail(f"warning: {record['message'][:150]}", record["text"])
    if "PAYT_LINT" not in done.stdout:
        suite.fail("Odoo's test_lint did not end", odoo.failure(suite.log))
    return suite
