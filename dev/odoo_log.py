"""Reading the log of an Odoo test run: what was started, skipped and broken."""

import re
from dataclasses import dataclass, field

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>\S+): (?P<message>.*)$"
)
TEST = r"(?:Subtest )?(?P<test>\w+\.\w+)"
MODULE = re.compile(r"odoo\.addons\.(?P<addon>\w+)\.tests\.(?P<file>\w+)$")
# Odoo's own sums, said again after each failure that was logged by itself.
SUMMARY = re.compile(r"At least one test failed|\d+ failed, \d+ error|: \d+ failures, \d+ errors")


@dataclass
class TestLog:
    """What a log tells. Tests are named ``addon/file::Class.method``."""

    started: set = field(default_factory=set)
    skipped: dict = field(default_factory=dict)
    failed: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)


def records(text):
    """Yield the records of a log as dicts, each with the lines that belong to it."""
    current = None
    for line in text.splitlines():
        match = RECORD.match(line)
        if match:
            if current:
                yield current
            current = {**match.groupdict(), "text": line}
        elif current:
            current["text"] += f"\n{line}"
    if current:
        yield current


def read(text):
    """Return the ``TestLog`` of a log's text."""
    log = TestLog()
    for record in records(text):
        place = MODULE.match(record["logger"])
        if place and _note_test(log, f"{place['addon']}/{place['file']}::", record):
            continue
        if record["level"] in ("ERROR", "CRITICAL") and not SUMMARY.search(record["message"]):
            log.errors.append(record["text"])
    return log


def _note_test(log, prefix, record):
    """Take a record about one test; return whether it was one."""
    message = record["message"]
    if match := re.match(rf"Starting {TEST} \.\.\.", message):
        log.started.add(prefix + match["test"])
    elif match := re.match(rf"skipped {TEST} : (?P<reason>.*)", message):
        log.skipped[prefix + match["test"]] = match["reason"]
    elif match := re.match(rf"(?:FAIL|ERROR): {TEST}", message):
        log.failed.setdefault(prefix + match["test"], []).append(record["text"])
    elif match := re.match(r"ERROR: (?P<where>\w+ \(.*\))", message):
        # A class's set-up or tear-down, not one test.
        log.failed.setdefault(f"{prefix}{match['where']}", []).append(record["text"])
    else:
        return False
    return True
