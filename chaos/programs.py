"""The programs of a chaos run: two workers, one who registers payments, and their watch."""

import os
import re
import threading
import time
from pathlib import Path

from dev import outside, postgres

#: Does what the two scheduled actions do, over and over, until the file ``stop`` is there.
_WORKER = """
import os, time
from psycopg2 import errors

RETRIED = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)

def daily_run():
    env["dunning.run"]._cron_run()

def mail_queue():
    env["mail.mail"].process_email_queue()

print("ready", flush=True)
while not os.path.exists({stop!r}):
    for job in (daily_run, mail_queue):
        try:
            job()
            env.cr.commit()
        except RETRIED as error:  # a scheduled action is rolled back too, and comes again
            env.cr.rollback()
            print("again", job.__name__, type(error).__name__, flush=True)
    print("round", flush=True)
    time.sleep(0.2)
"""

#: Pays invoices, one in four only in part; half of them are in a message that is waiting.
_PAYER = """
import os, random, time
from psycopg2 import errors

RETRIED = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
rng = random.Random({seed})

def choose():
    move = env["account.move"]
    if rng.random() < 0.5:
        waiting = env["dunning.notice"].search([("state", "=", "queued")], order="id")
        if waiting:
            move = rng.choice(rng.choice(waiting[:40]).line_ids.item_id.move_id)
    if not move or move.id in done:
        ids = env["account.move"].search([
            ("move_type", "=", "out_invoice"), ("payment_state", "=", "not_paid"),
            ("id", "not in", list(done))]).ids
        move = env["account.move"].browse(rng.choice(ids))
    return move

def pay(move, share):
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids).create({{}})
    if share < 1:
        wizard.amount = env.company.currency_id.round(move.amount_residual * share)
        wizard.payment_difference_handling = "open"
    wizard.action_create_payments()
    env.cr.commit()

done = set()
print("ready", flush=True)
while len(done) < {payments} and not os.path.exists({stop!r}):
    time.sleep(rng.uniform(0, {pause}))
    move, share = choose(), rng.choice((1, 1, 1, 0.5))
    for _attempt in range(20):
        try:
            pay(move, share)
        except RETRIED as error:
            env.cr.rollback()
            print("again", "payment", type(error).__name__, flush=True)
        else:
            print("paid", time.time(), move.amount_residual, move.name, share, flush=True)
            break
    done.add(move.id)
"""

#: What the calm after the storm does: whatever is still to be done, in good weather.
SETTLE = """
for _round in range(4):
    env["dunning.run"]._cron_run()
    env.cr.commit()
    env.cr.execute("UPDATE mail_mail SET scheduled_date = NULL WHERE state = 'outgoing'")
    env.cr.commit()
    env["mail.mail"].process_email_queue()
    env.cr.commit()
"""


def worker_script(stop):
    """Return the script of a worker."""
    return _WORKER.format(stop=str(stop))


def payer_script(stop, seed, payments, pause):
    """Return the script of the one who pays; ``pause`` is the longest time between two."""
    return _PAYER.format(stop=str(stop), seed=seed, payments=payments, pause=pause)


class Program:
    """A running Odoo shell whose output is read as it comes."""

    def __init__(self, database, name, script):
        self.name = name
        self.cut = False
        self.killed = False
        self.lines = []
        self._database = database
        self._lock = threading.Lock()
        # Odoo gives this name to its database connections.
        self.process = outside.start_shell(database, script, {"PGAPPNAME": name})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())

    @property
    def pid(self):
        """Return the process id."""
        return self.process.pid

    @property
    def ready(self):
        """Tell whether it is up and at work."""
        return self.lines[:1] == ["ready"] and self.running

    @property
    def running(self):
        """Tell whether it has not ended."""
        return self.process.poll() is None

    @property
    def rounds(self):
        """Return how often it went through its jobs."""
        return self.lines.count("round")

    def kill(self):
        """Kill it as a power cut would; return whether it was still there."""
        with self._lock:
            if not self.running:
                return False
            self.killed = True
            self.process.kill_hard()
            return True

    def cut_connection(self):
        """Cut its database connections; return whether it had one."""
        # It may end before the query does; and a second cut, which finds nothing, undoes no first.
        before, self.cut = self.cut, True
        done = postgres.psql(
            "postgres",
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            f" WHERE datname = '{self._database}' AND application_name = '{self.name}'",
        )
        hit = done != "0"
        self.cut = before or hit
        return hit

    def finish(self, timeout):
        """Wait for its end, and kill it when it does not come; return whether it came."""
        try:
            self.process.wait(timeout=timeout)
        except Exception:  # noqa: BLE001  subprocess.TimeoutExpired; killed either way
            self.process.kill_hard()
            return False
        finally:
            self._reader.join(timeout=5)
            self.process.stdout.close()
        return True

    def unexpected_end(self):
        """Return why it ended, when nobody made it end; else an empty string."""
        if self.running or self.killed or self.cut or not self.process.returncode:
            return ""
        last = ["no error in its log", *self.errors()][-1]
        return f"{self.name} ended with exit code {self.process.returncode}: {last}"

    def errors(self):
        """Return the last line of each traceback and each error in its log."""
        text = self.process.log.read_text(encoding="utf-8", errors="replace")
        return re.findall(
            r"^((?:[\w.]+\.)?\w*(?:Error|Exception|Failure|Violation|Transaction)\b.*)$", text, re.M
        )


def at_the_line(port, programs):
    """Return the program whose socket has the local ``port``; None when it is gone."""
    inode = _inode(port)
    if inode is None:
        return None
    return next((program for program in programs if _has_socket(program.pid, inode)), None)


def _has_socket(pid, inode):
    """Tell whether a process has a socket; files that it closes meanwhile are passed over."""
    return any(_link(entry) == f"socket:[{inode}]" for entry in _entries(Path(f"/proc/{pid}/fd")))


def _entries(folder):
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _link(entry):
    try:
        return os.readlink(entry)
    except OSError:
        return ""


def _inode(port):
    """Return the inode of the socket with a local port; what lingers of an earlier one has none."""
    wanted = f"0100007F:{port:04X}"
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[1] == wanted and fields[9] != "0":
            return fields[9]
    return None


def wait_until(condition, timeout):
    """Wait for a condition; return whether it came true in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
