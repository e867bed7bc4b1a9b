"""Books that were kept with the first version of the add-on go on with the present one."""

import os
from collections import Counter

import pytest

from dev import databases, odoo, outside, state
from dev.outside import eventually
from dev.smtp_double import DROP, REFUSE
from tests_outside import upgrade_books
from tests_outside.books import RUN, SEND, recipients, states
from tests_outside.upgrade_books import DEBTORS

#: Near the end of an update: the last file of the add-on but one or two.
LATE = "loading payt_dunning/views/dunning_debtor_end_views.xml"
#: What an update meets that somebody's own change keeps from being loaded.
OBSTACLE = """
CREATE FUNCTION payt_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no room for this view'; END $$;
CREATE TRIGGER payt_refuse BEFORE INSERT ON ir_ui_view FOR EACH ROW
    WHEN (NEW.arch_fs LIKE '%dunning_debtor_end_views.xml') EXECUTE FUNCTION payt_refuse();
"""
REMOVED = "DROP FUNCTION payt_refuse CASCADE"
#: What a person decides after the update about what the first version left undecided.
DECIDE = """
notices = env["dunning.notice"].with_user(env.ref("base.user_admin")).search([])
notices.filtered(lambda notice: notice.state == "ambiguous").action_was_sent()
notices.filtered(lambda notice: notice.state == "planned").action_approve()
env.cr.commit()
"""
SETTINGS = """
SELECT dunning_acknowledge, dunning_page_on_invoice, dunning_backlog_call_days, dunning_automatic
  FROM res_company WHERE dunning_live_uuid IS NOT NULL
"""


def address(name):
    """Where a debtor of the books gets messages."""
    return f"debtor{DEBTORS.index(name)}@example.com"


def update(database):
    """Update the add-on to the present version."""
    log = state.path("logs", "outside", f"{database}-update.log")
    databases.install(database, ("payt_dunning",), log, "--skip-auto-install", update=True)


@pytest.fixture(scope="module")
def first_books(tmp_path_factory, mails):
    """Return a database in which the first version worked for a month."""
    addons = upgrade_books.unpack(tmp_path_factory.mktemp("first"))
    name = f"payt_outside_{os.getpid()}_first"
    databases.core()  # has the template made
    databases.copy(databases.TEMPLATE, name)
    log = state.path("logs", "outside", f"{name}-install.log")
    path = ("--addons-path", odoo.addons_path(own=addons))
    databases.install(name, ("payt_dunning",), log, "--skip-auto-install", *path)

    def work(script):
        outside.finish(outside.start_shell(name, script, addons=addons), timeout=300)

    work(upgrade_books.prepare(mails.port))
    work(upgrade_books.day(-26))
    work(upgrade_books.decide(-20))
    mails.behave_for(address("unclear"), DROP)
    mails.behave_for(address("refused"), REFUSE)
    work(upgrade_books.day(-16))
    work(RUN)  # of today; what it made waits in the queue
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def updated(first_books):
    """Return a copy of these books with the present version; nothing has run in it yet."""
    name = f"{first_books}_updated"
    databases.copy(first_books, name)
    update(name)
    yield name
    databases.drop(name)


@pytest.fixture
def books(updated):
    """Return a copy of the updated books."""
    name = f"{updated}_copy"
    databases.copy(updated, name)
    yield name
    databases.drop(name)


def run(database, script):
    """Run a script with the present version."""
    outside.finish(outside.start_shell(database, script), timeout=300)


def lost(psql, before, after):
    """What the first version kept and is no more, or is something else."""
    kept = upgrade_books.columns(psql, before)
    rows, now = upgrade_books.rows(psql, before, kept), upgrade_books.rows(psql, after, kept)
    return [
        (key, name, value, now.get(key, {}).get(name))
        for key, row in rows.items()
        for name, value in row.items()
        if not same(value, now.get(key, {}).get(name))
    ]


def same(value, now):
    """Whether a value is what it was; a text may have got a language that it lacked."""
    if isinstance(value, dict) and isinstance(now, dict):
        return {**now, **value} == now
    return value == now


def test_the_first_version_left_something_of_every_kind(first_books, psql):
    assert states(psql, first_books) == {
        "sent": 9,
        "ambiguous": 1,
        "failed": 1,
        "planned": 1,
        "queued": 3,
    }


def test_an_update_changes_nothing_of_what_was_kept(first_books, updated, psql):
    assert lost(psql, first_books, updated) == []


def test_an_update_keeps_what_is_sent_to_debtors_of_a_live_company_as_it_was(updated, psql):
    assert psql(updated, SETTINGS) == ["f|f|0|t"]


def test_an_update_tells_the_day_on_which_items_were_closed(updated, psql):
    query = "SELECT count(*), count(closed_on) FROM dunning_item WHERE state = 'closed'"
    assert psql(updated, query) == ["1|1"]


def test_after_an_update_everybody_gets_the_next_message_once(books, mails):
    before = Counter(recipients(mails))
    run(books, SEND + RUN + SEND)
    run(books, RUN + SEND)

    got = Counter(recipients(mails)) - before
    assert got == {address(name): 1 for name in ("goes_on", "disputed", "queued")}


def test_after_an_update_the_next_message_is_that_of_the_next_level(books, psql):
    run(books, SEND + RUN + SEND)
    query = """SELECT level_name FROM dunning_notice WHERE state = 'sent'
                  AND debtor_id = (SELECT min(debtor_id) FROM dunning_notice) ORDER BY id"""
    assert psql(books, query) == ["First reminder", "Second reminder", "Our own level"]


def test_after_an_update_the_texts_that_somebody_edited_are_sent(books, mails):
    known = len(mails.messages)
    run(books, SEND + RUN + SEND)
    bodies = [
        message.body()
        for message in mails.messages[known:]
        if address("queued") in message.recipients
    ]
    assert len(bodies) == 1
    assert "In our own words" in bodies[0]


def test_after_an_update_people_decide_what_the_first_version_left_open(books, mails, psql):
    before = Counter(recipients(mails))
    run(books, DECIDE + SEND + RUN + SEND)
    got = Counter(recipients(mails)) - before
    assert got[address("waits_for_approval")] == 1
    assert "ambiguous" not in states(psql, books)


def test_an_update_that_is_killed_leaves_the_books_as_they_were_and_goes_on_later(
    first_books, psql, processes
):
    name = f"{first_books}_killed"
    databases.copy(first_books, name)
    process = outside.start_update(name, ("payt_dunning",))
    processes.append(process)
    eventually(
        lambda: LATE in process.log.read_text(encoding="utf-8") or process.poll() is not None,
        timeout=600,
        what="the end of the update",
    )
    process.kill_hard()
    assert LATE in process.log_tail(10)
    assert upgrade_books.columns(psql, name) == upgrade_books.columns(psql, first_books)
    assert lost(psql, first_books, name) == []

    update(name)

    assert lost(psql, first_books, name) == []
    databases.drop(name)


def test_an_update_that_meets_an_error_leaves_the_books_as_they_were_and_goes_on_later(
    first_books, psql
):
    name = f"{first_books}_failed"
    databases.copy(first_books, name)
    psql(name, OBSTACLE)

    process = outside.start_update(name, ("payt_dunning",))
    ended = outside.finish(process, timeout=600, check=False)

    assert ended.returncode
    assert "no room for this view" in process.log_tail(200)
    assert upgrade_books.columns(psql, name) == upgrade_books.columns(psql, first_books)
    assert lost(psql, first_books, name) == []

    psql(name, REMOVED)
    update(name)

    assert lost(psql, first_books, name) == []
    databases.drop(name)
