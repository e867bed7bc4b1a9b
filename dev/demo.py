"""The demo: a database with the add-on, one day's run, and Odoo left running."""

import json
import mailbox
import os
from pathlib import Path

from dev import databases, odoo, server, state
from dev.steps import BenchError, say, step

DATABASE = server.DATABASE
#: What the demo shows; Odoo installs what else they need.
ADDONS = ("payt_dunning", "payt_dunning_sale", "payt_dunning_financing")
REPORT = "PAYT_REPORT "
KEYS = ("items_seen", "sent", "waiting", "blocked")


def play():
    """Play the story, leave Odoo running and print where to look."""
    (state.path("demo")).mkdir(exist_ok=True)
    smtp_port = server.start_smtp()
    # Two runs at once would be a test of locks, not a demo.
    server.stop_odoo()
    _prepare_database()
    with step("the day's follow-up run"):
        report = _story(smtp_port)
    delivered = _delivered(report["message_ids"])
    facts = {key: report[key] for key in KEYS} | {"delivered": delivered}
    state.write_atomically(state.path("demo.json"), json.dumps(facts, indent=2) + "\n")
    url = server.start_odoo()
    _show(report, delivered, url)


def _prepare_database():
    """Make the demo database, or bring it up to date with the add-on's files."""
    key = " ".join([state.stamp("template"), *(state.tree_hash(folder) for folder in _addons())])
    log = state.path("logs", "demo-install.log")
    if not state.stamp("demo") or not databases.exists(DATABASE):
        with step("demo database with payt_dunning"):
            state.clear_stamp("demo")
            part = f"{DATABASE}_part"
            databases.copy(databases.TEMPLATE, part, durable=True)
            databases.install(part, ADDONS, log)
            databases.rename(part, DATABASE)
            state.set_stamp("demo", key)
    elif state.stamp("demo") != key:
        with step("update payt_dunning in the demo database"):
            databases.install(DATABASE, ADDONS, log)
            # What depends on it is updated with it.
            databases.install(DATABASE, ADDONS[:1], log, update=True)
            state.set_stamp("demo", key)


def _addons():
    """Return the folders of the add-ons, the core first."""
    checkout = Path(os.environ.get("PAYT_ADDONS", state.CHECKOUT))
    if not (checkout / "payt_dunning" / "__manifest__.py").is_file():
        raise BenchError(f"there is no add-on in {checkout}", "check out the whole repository")
    return state.addons(checkout)


def _story(smtp_port):
    log = state.path("logs", "demo-run.log")
    log.unlink(missing_ok=True)
    script = (state.CHECKOUT / "dev" / "demo_story.py").read_text(encoding="utf-8")
    shell = ("shell", "-d", DATABASE, "--no-http")
    addresses = {"PAYT_SMTP_PORT": str(smtp_port), "PAYT_URL": server.address()}
    done = odoo.run(shell, log, stdin=script, **addresses)
    lines = [line for line in done.stdout.splitlines() if line.startswith(REPORT)]
    if not lines:
        raise BenchError(f"the demo gave no report: {odoo.failure(log)}", f"read {log}")
    return json.loads(lines[-1].removeprefix(REPORT))


def _delivered(message_ids):
    """Count the messages in the Maildir that are among these; Odoo sends mails of its own too."""
    wanted = set(message_ids)
    box = mailbox.Maildir(server.maildir())
    return sum(" ".join(message.get("Message-Id", "").split()) in wanted for message in box)


def _show(report, delivered, url):
    say()
    for line in report["table"]:
        say(line)
    say()
    if delivered:
        say(f"{delivered} messages arrived at the mail server: {server.maildir()}")
    else:
        say("Nothing was sent: everything due today had already left.")
    say(f"Numbers: {state.path('demo.json')}")
    say(f"\nOdoo runs at {url}   (stop it with 'make stop')")
    for role, login, password in report["logins"]:
        say(f"  {role}: {login} / {password}")
    say(f"A debtor's page: {url}{report['debtor_link']}")
