"""Programs that are there at once: one Odoo that is loaded once, and a process of its own for each job.

A kill is only worth something where it hits a real process. Loading Odoo takes seconds; a child
of a loaded one takes none, so that a thousand kills fit into some minutes. The loaded one has no
connection to the database: each child opens its own, as any process does.
"""

import contextlib
import itertools
import json
import os
import queue
import signal
import threading
import time
from dataclasses import dataclass

from dev import outside, postgres, state

_numbers = itertools.count(1)

#: The loaded one: reads an order a line, and lets a child do each.
_PARENT = """
import json, os, resource, sys, threading, time, traceback
from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config
from psycopg2 import errors

AGAIN = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)
database = env.cr.dbname
env.cr.close()
sql_db.close_all()

def child(order):
    if order["full"]:
        # As on a disk without room: no file grows beyond what is written already.
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["full"], order["full"]))
    if order["skew"]:
        import freezegun
        from datetime import datetime, timedelta
        freezegun.freeze_time(
            datetime.utcnow() + timedelta(seconds=order["skew"]), tick=True,
            ignore=["threading", "selectors", "asyncio"]).start()
    # Read when Odoo was loaded: by it one finds the lines of this child.
    config["db_app_name"] = order["name"]
    registry = Registry(database)
    registry._db = sql_db.db_connect(database)
    registry = registry.check_signaling()
    with registry.cursor() as cr:
        scope = {"env": api.Environment(cr, SUPERUSER_ID, {}), "order": order}
        if order["skew"]:
            # Its clock is read in a way of its own, which only a wrong machine changes.
            type(scope["env"]["dunning.host"])._clock = lambda self: (
                time.clock_gettime(time.CLOCK_REALTIME) + order["skew"])
        exec(compile(order["script"], order["name"], "exec"), scope)
        cr.commit()

def fork(order):
    pid = os.fork()
    if pid:
        print(json.dumps({"began": order["name"], "pid": pid}), flush=True)
        return pid
    status = 0
    try:
        child(order)
    except AGAIN as error:
        status = 4
        print(json.dumps({"again": order["name"], "why": type(error).__name__}), flush=True)
    except BaseException as error:
        traceback.print_exc()
        status = 3
        print(json.dumps({"failed": order["name"], "why": repr(error)[:500]}), flush=True)
    finally:
        sys.stderr.flush()
        os._exit(status)

names = {}
def reap():
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        print(json.dumps({"ended": names.pop(pid), "status": status}), flush=True)

import select
print(json.dumps({"ready": True}), flush=True)
pipe = os.open(ORDERS, os.O_RDWR)
left = b""
while True:
    if select.select([pipe], [], [], 0.01)[0]:
        left += os.read(pipe, 1 << 20)
        *lines, left = left.split(b"\\n")
        for line in lines:
            order = json.loads(line)
            if order.get("stop"):
                os._exit(0)
            names[fork(order)] = order["name"]
    reap()
"""


@dataclass
class Child:
    """A process at work: ``status`` is that of ``wait`` once it has ended, ``why`` its last words."""

    name: str
    began: float
    pid: int = 0
    status: int | None = None
    why: str = ""
    ended: float = 0

    @property
    def killed(self):
        """Whether a kill ended it."""
        return self.status is not None and os.WIFSIGNALED(self.status)

    @property
    def fine(self):
        """Whether it came to its end by itself."""
        return self.status == 0


class Nursery:
    """A loaded Odoo on a database; ``begin`` gives children, ``wait`` their ends."""

    def __init__(self, database):
        self.database = database
        self._orders = state.path("run", f"{database}-{next(_numbers)}.orders")
        with contextlib.suppress(FileNotFoundError):
            self._orders.unlink()
        os.mkfifo(self._orders)
        script = f"ORDERS = {str(self._orders)!r}\n{_PARENT}"
        self.process = outside.start_shell(database, script)
        self._said, self._ready = queue.Queue(), threading.Event()
        self._children = {}
        self._lock = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        if not self._ready.wait(120):
            raise AssertionError(f"Odoo was not loaded:\n{self.process.log_tail()}")
        self._pipe = os.open(self._orders, os.O_WRONLY)

    def _read(self):
        for line in self.process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if not isinstance(said, dict):
                continue
            if "ready" in said:
                self._ready.set()
            with self._lock:
                self._note(said)
                self._lock.notify_all()

    def _note(self, said):
        for what in ("began", "ended", "again", "failed"):
            child = self._children.get(said.get(what))
            if child and what == "began":
                child.pid = said["pid"]
            elif child and what == "ended":
                child.status, child.ended = said["status"], time.monotonic()
            elif child:
                child.why = said["why"]

    def begin(self, script, skew=0, full=0):
        """Let a child do a script.

        :param skew: seconds that its clock is ahead (below zero: behind)
        :param full: no file may be larger, in bytes; 0: there is room
        """
        name = f"chaos-{next(_numbers)}"
        child = Child(name, time.monotonic())
        order = {"name": name, "script": script, "skew": skew, "full": full}
        with self._lock:
            self._children[name] = child
        os.write(self._pipe, json.dumps(order).encode() + b"\n")
        return child

    def wait(self, child, timeout=180):
        """Wait for the end of a child; it is an error of the suite when it does not come."""
        with self._lock:
            if not self._lock.wait_for(lambda: child.status is not None, timeout):
                raise AssertionError(f"a job did not end in {timeout} s:\n{self._tail()}")
        return child

    def do(self, script, timeout=180):
        """Let a child do a script to its end, whatever it takes; return it."""
        for _attempt in range(5):
            child = self.wait(self.begin(script), timeout)
            if child.fine:
                return child
            if os.WEXITSTATUS(child.status) != 4:
                break
        raise AssertionError(f"a job failed: {child.why}\n{self._tail()}")

    def kill(self, child):
        """End it as a power cut would; return whether it was still at work."""
        with self._lock:
            self._lock.wait_for(lambda: child.pid or child.status is not None, 10)
            if child.status is not None:
                return False
        # It may have ended just now.
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        return self.wait(child).killed

    def cut(self, child):
        """Cut its lines to the database; return whether there were any."""
        hit = postgres.psql(
            "postgres",
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            f" WHERE datname = '{self.database}' AND application_name = '{child.name}'",
        )
        return hit != "0"

    def stop(self):
        """End the loaded one and all its children."""
        if self.process.poll() is None:
            self.process.kill_hard()
        os.close(self._pipe)
        self._orders.unlink(missing_ok=True)

    def _tail(self):
        return self.process.log_tail(60)
