"""Three servers on one database share the work: one is killed and one stopped in the middle."""

import os
import signal
import threading
import time
from collections import Counter

import pytest

from chaos.programs import at_the_line
from dev import databases, outside, postgres, state
from dev.lock_watch import LockWatch
from dev.smtp_double import hang
from tests_outside.books import BOOKS, RUN, recipients, states

DEBTORS = 70
#: After so many messages of its own a server is struck.
STRUCK_AT = 4
MANY = "env.company.dunning_abnormal_factor = 0\n"
WORKERS = """
env["dunning.dispatch"]._set_workers({workers})
env["ir.config_parameter"].sudo().set_param("payt_dunning.stalled_seconds", "6")
env.cr.execute("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day'")
env.cr.commit()
"""
#: What time would do: the scheduled actions that send come round again.
COME_ROUND = """
INSERT INTO ir_cron_trigger (cron_id, call_at)
SELECT cron.id, now() AT TIME ZONE 'UTC' - interval '1 second'
  FROM ir_cron cron JOIN ir_model_data data ON data.model = 'ir.cron' AND data.res_id = cron.id
 WHERE cron.active AND (data.name LIKE 'ir_cron_dunning_share%%'
                        OR data.name IN ('ir_cron_dunning_dispatch', 'ir_cron_mail_scheduler_action'))
   AND NOT EXISTS (SELECT FROM ir_cron_trigger WHERE cron_id = cron.id
                     AND call_at <= now() AT TIME ZONE 'UTC')
"""
#: Somebody looks into what is unclear: the mail server has not got it.
NOT_SENT = (
    """
notices = env["dunning.notice"].with_user(env.ref("base.user_admin")).search([])
notices.filtered(lambda notice: notice.state == "ambiguous").action_was_not_sent()
env.cr.commit()
"""
    + RUN
)
UNCLEAR_TASKS = """
SELECT count(*) FROM mail_activity activity JOIN ir_model_data data
    ON data.model = 'mail.activity.type' AND data.res_id = activity.activity_type_id
 WHERE data.name = 'activity_unclear'
"""


class Hosts:
    """The servers, who of them sent what, and the blows that fall on two of them."""

    def __init__(self, servers):
        self.servers, self.sent = servers, Counter()
        self.killed = self.stopped = None
        self._lock = threading.Lock()

    def watch(self, stage, port):
        """Called by the mail server: a message is stored, and its sender does not know yet."""
        if stage != "stored":
            return
        with self._lock:
            sender = at_the_line(port, self.servers)
            if sender is None:
                return
            self.sent[sender.pid] += 1
            if self.sent[sender.pid] != STRUCK_AT:
                return
            if self.killed is None:
                self.killed = sender
                os.killpg(sender.pid, signal.SIGKILL)
            elif self.stopped is None:
                self.stopped = sender
                os.killpg(sender.pid, signal.SIGSTOP)


@pytest.fixture
def core_db():
    """Return a fresh database with the core alone, dropped afterwards."""
    name = f"payt_outside_{os.getpid()}_hosts"
    databases.copy(databases.core(), name)
    yield name
    databases.drop(name)


def come_round(database):
    """Let the scheduled actions that send come round, and wake the servers."""
    postgres.psql(database, COME_ROUND)
    postgres.psql("postgres", f"NOTIFY cron_trigger, '{database}'")


def test_three_servers_share_a_run_of_which_one_is_killed_and_one_stopped(
    core_db, processes, smtp_server, psql
):
    made = BOOKS.format(port=smtp_server.port, debtors=DEBTORS) + MANY + RUN
    outside.finish(outside.start_shell(core_db, made + WORKERS.format(workers=3)))
    assert states(psql, core_db) == {"queued": DEBTORS}
    smtp_server.choose = lambda _address: hang(0.15)
    servers = [outside.start_server(core_db, state.any_free_port(), 1) for _number in range(3)]
    processes.extend(servers)
    hosts, watch = Hosts(servers), LockWatch(core_db)
    smtp_server.watch = hosts.watch
    watch.start()

    def all_but_two_are_sent():
        come_round(core_db)
        time.sleep(0.4)
        return states(psql, core_db) == {"sent": DEBTORS - 2, "ambiguous": 2}

    try:
        outside.eventually(all_but_two_are_sent, 80, "the end")
    finally:
        if hosts.stopped:
            os.killpg(hosts.stopped.pid, signal.SIGCONT)
    # It goes on where it was stopped: with a message that it thinks is its own.
    for _moment in range(6):
        come_round(core_db)
        time.sleep(0.5)
    longest = watch.stop()

    assert Counter(recipients(smtp_server)) == dict.fromkeys(
        (f"debtor{n}@example.com" for n in range(DEBTORS)), 1
    )
    assert states(psql, core_db) == {"sent": DEBTORS - 2, "ambiguous": 2}
    assert psql(core_db, UNCLEAR_TASKS) == ["2"], "people are told of both"
    assert len(hosts.sent) == 3, f"not all took part: {hosts.sent}"
    assert longest < 1, f"somebody waited {longest:.1f} s for a lock"


def test_a_server_that_was_stopped_before_the_content_left_does_not_send_it_later(
    core_db, processes, smtp_server, psql
):
    made = BOOKS.format(port=smtp_server.port, debtors=12) + MANY + RUN
    outside.finish(outside.start_shell(core_db, made + WORKERS.format(workers=2)))
    smtp_server.choose = lambda _address: hang(0.1)
    servers = [outside.start_server(core_db, state.any_free_port(), 1) for _number in range(2)]
    processes.extend(servers)
    stopped, one_at_a_time = [], threading.Lock()

    def stop_one(stage, port):
        """It has said who gets the message, and waits to say what it says."""
        with one_at_a_time:
            if stage != "rcpt" or smtp_server.begun <= 3 or stopped:
                return
            sender = at_the_line(port, servers)
            if sender is not None:
                stopped.append(sender)
                os.killpg(sender.pid, signal.SIGSTOP)

    smtp_server.watch = stop_one

    def all_but_one_are_sent():
        come_round(core_db)
        time.sleep(0.4)
        return states(psql, core_db) == {"sent": 11, "ambiguous": 1}

    def all_are_sent():
        come_round(core_db)
        time.sleep(0.4)
        return states(psql, core_db).get("sent") == 12

    try:
        outside.eventually(all_but_one_are_sent, 80, "the end")
        outside.finish(outside.start_shell(core_db, NOT_SENT))
        outside.eventually(all_are_sent, 60, "the message that was made anew")
    finally:
        for server in stopped:
            os.killpg(server.pid, signal.SIGCONT)
    for _moment in range(6):
        come_round(core_db)
        time.sleep(0.5)

    assert Counter(recipients(smtp_server)) == dict.fromkeys(
        (f"debtor{n}@example.com" for n in range(12)), 1
    )
    assert stopped[0].poll() is None, "it went on"
