"""The test run: pure rules, Odoo's tests, Odoo's linters, outside processes.

Each suite writes its whole log to the state; only failures are printed. The
last line counts all tests: ``N passed, N failed``.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from xml.etree import ElementTree

from dev import databases, expected, odoo, odoo_log, python_env, state, system
from dev.steps import BenchError, say

SHOWN_LINES = 60
SHOWN_FAILURES = 15

#: Files whose tests take about as long as all others together.
LONG = (
    "test_year.py",
    "test_page_*.py",
    "test_plan_*.py",
    "test_simulation.py",
    "test_letter_*.py",
    "test_hand*.py",
)
#: Files outside Odoo whose tests look at screens, or run whole commands: about half of the time.
IN_A_BROWSER = (
    "test_page_*.py",
    "test_*_tours.py",
    "test_guides.py",
    "test_plan_story.py",
    "test_readme.py",
    "test_wheels.py",
)


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
    some = any(os.environ.get(name) for name in ("TAGS", "FILES"))
    too_few = [] if some else expected.below_floor(counts)
    for line in too_few:
        say(f"too few: {line}")
    if some and not any(suite.ran for suite in results):
        raise BenchError("no test has that name", "look at TESTS, FILES and TAGS")
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
    files = _test_files("tests_pure")
    return _pytest("pure", "tests_pure", [files[::2], files[1::2]])


def outside():
    """Run the tests that start, watch and kill real processes: those with a browser beside others."""
    files = set(_test_files("tests_outside"))
    browser = {file for file in files if any(file.match(each) for each in IN_A_BROWSER)}
    if files:
        databases.installed()
    return _pytest("outside", "tests_outside", [sorted(browser), sorted(files - browser)])


def _test_files(folder):
    """Return the test files of a folder: those that FILES names, where it is given."""
    wanted = os.environ.get("FILES", "test_*.py").split()
    return sorted({file for each in wanted for file in (state.CHECKOUT / folder).glob(each)})


def _pytest(name, folder, parts):
    """Run test files, each part of them in a process of its own beside the others."""
    suite = Suite(f"pytest {folder}", state.path("logs", f"test-{name}.log"))
    parts = [files for files in parts if files]
    logs = [suite.log.with_suffix(f".{number}.log") for number in range(len(parts))]
    with ThreadPoolExecutor(max(1, len(parts))) as pool:
        codes = list(pool.map(_run_pytest, parts, logs))
    with open(suite.log, "w", encoding="utf-8") as stream:
        stream.writelines(log.read_text(encoding="utf-8", errors="replace") for log in logs)
    for code, log in zip(codes, logs, strict=True):
        failures = len(suite.failures)
        if (report := log.with_suffix(".xml")).exists():
            _read_junit(suite, report)
        if code and len(suite.failures) == failures:
            text = log.read_text(encoding="utf-8", errors="replace")
            suite.fail(f"pytest ended with exit code {code}", text)
    return suite


def _run_pytest(files, log):
    """Run test files; the report is written beside the log. Return pytest's exit code."""
    report = log.with_suffix(".xml")
    report.unlink(missing_ok=True)
    with open(log, "w", encoding="utf-8") as stream:
        return subprocess.run(
            [python_env.python(), "-m", "pytest", "-q", "-ra", f"--junitxml={report}", *files],
            cwd=state.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={
                **python_env.environment(),
                "HYPOTHESIS_STORAGE_DIRECTORY": str(state.path("hypothesis")),
            },
            check=False,
        ).returncode


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
    """Run the add-ons' tests in Odoo, two processes beside each other.

    With ``TAGS`` those that it names, as in ``/payt_dunning_whatsapp:TestWebhook``; else the core.
    """
    suite = Suite("Odoo tests", state.path("logs", "test-odoo.log"))
    core = [folder for folder in state.addons() if folder.name == "payt_dunning"]
    glue = [folder for folder in state.addons() if folder.name != "payt_dunning"]
    if tags := os.environ.get("TAGS"):
        named = set(re.findall(r"/(\w+)", tags))
        glue = [folder for folder in glue if folder.name in named]
        core = [] if glue and "payt_dunning" not in named else core
    jobs = [_job(group, tags) for group in (core, glue) if group for tags in _parts(group)]
    failures = len(suite.failures)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(_run_part, jobs, range(len(jobs))))
    # What went wrong when the add-ons were installed counts as well.
    names = {job.database().removeprefix("payt_") for job in jobs}
    logs = [state.path("logs", f"{name}.log") for name in sorted(names)]
    logs += [_log(number) for number in range(len(jobs))]
    text = "".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)
    suite.log.write_text(text, encoding="utf-8")
    log = odoo_log.read(text)
    _judge(suite, log)
    wanted = {} if os.environ.get("TAGS") else expected.odoo_tests(core + glue)
    for name in sorted(wanted.keys() - log.started):
        suite.fail(name, "this test did not run")
    tours = {name for name, tour in wanted.items() if tour}
    suite.tours += len(tours & (log.started - log.skipped.keys()))
    for number, code in enumerate(codes):
        if code and len(suite.failures) == failures:
            suite.fail(f"Odoo ended with exit code {code}", odoo.failure(_log(number)))
    return suite


class Job(NamedTuple):
    """Tests of Odoo for one process: a function that has a database with the add-ons, and tags."""

    database: Callable
    tags: str


def _job(group, tags):
    """The core is tested without the other add-ons, and these with it."""
    alone = [folder.name for folder in group] == ["payt_dunning"]
    return Job(databases.core if alone else databases.installed, tags)


def _log(number):
    return state.path("logs", f"test-odoo.{number}.log")


def _parts(group):
    """Return the test tags of each process, the longest first: what takes long goes alone."""
    if tags := os.environ.get("TAGS"):
        return [tags]
    every = ",".join(f"/{folder.name}" for folder in group)
    long = [f"/{folder.name}:{each}" for folder in group for each in expected.classes(folder, LONG)]
    if not long:
        return [every]
    return [",".join(long), ",".join([every, *(f"-{each}" for each in long)])]


def _run_part(job, number):
    """Run the tests of a job in a database of its own; return the exit code."""
    database, log = f"payt_test_{os.getpid()}_{number}", _log(number)
    log.unlink(missing_ok=True)
    try:
        databases.copy(job.database(), database)
        options = ("--test-tags", job.tags, "--stop-after-init")
        port = ("--http-port", str(state.any_free_port()))
        return odoo.run(
            ("server", "-d", database, *options, *port), log, check=False, PAYT_KEEP_COMPANIES="1"
        ).returncode
    finally:
        databases.drop(database)


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
            PAYT_OWN_ADDONS=",".join(folder.name for folder in state.addons()),
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
