"""Measures a block of work from outside: seconds, CPU, SQL statements, memory, and by phase.

The product carries no timing code: its methods are wrapped while a block is measured. A phase's
figures are its own, without those of a phase that it calls.
"""

import contextlib
import functools
import gc
import os
import time
from collections import defaultdict
from pathlib import Path

from odoo import sql_db

TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Attributes time, CPU and statements to phases.

    :param env: its cursor's backend is the one whose CPU is counted
    """

    def __init__(self, env):
        env.cr.execute("SELECT pg_backend_pid()")
        self._backend = env.cr.fetchone()[0]
        self._stack = ["rest"]
        self._phases = defaultdict(lambda: [0.0, 0.0, 0, 0])
        self._last = None
        self._wrapped = []
        self._committed = None
        self.longest_batch = 0.0
        self.missing = []

    def watch(self, owner, name, phase, is_commit=False):
        """Count calls of ``owner.name`` as ``phase``; note it where there is no such method."""
        original = getattr(owner, name, None)
        if original is None:
            self.missing.append(f"{phase}: {getattr(owner, '_name', owner.__name__)}.{name}")
            return

        @functools.wraps(original)
        def measured(*args, **kwargs):
            with self.phase(phase):
                result = original(*args, **kwargs)
            if is_commit:
                self._note_commit()
            return result

        self._wrapped.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, measured)

    @contextlib.contextmanager
    def block(self):
        """Measure what is inside; yields a dict that holds the figures afterwards."""
        result = {}
        gc.collect()
        idle = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._last = None
        self._book()
        start = self._committed = time.monotonic()
        try:
            yield result
        finally:
            self._book()
            self._unwrap()
        result.update(
            seconds=time.monotonic() - start,
            cpu=sum(phase[1] for phase in self._phases.values()),
            statements=sum(phase[2] for phase in self._phases.values()),
            idle_mb=idle,
            peak_mb=_memory("VmHWM") - idle,
            longest_batch=self.longest_batch,
            phases={
                name: {"seconds": s, "cpu": cpu, "statements": n, "calls": calls}
                for name, (s, cpu, n, calls) in self._phases.items()
            },
            missing=self.missing,
        )

    @contextlib.contextmanager
    def phase(self, phase):
        """Count what is inside as ``phase``."""
        self._book()
        self._stack.append(phase)
        self._phases[phase][3] += 1
        try:
            yield
        finally:
            self._book()
            self._stack.pop()

    def _book(self):
        """Put what happened since the last call on the account of the innermost phase."""
        now = (time.monotonic(), time.process_time() + self._backend_cpu(), sql_db.sql_counter)
        if self._last:
            account = self._phases[self._stack[-1]]
            for number, (new, old) in enumerate(zip(now, self._last, strict=True)):
                account[number] += new - old
        self._last = now

    def _backend_cpu(self):
        """CPU seconds of PostgreSQL's process for us; 0 where it is on another machine."""
        try:
            text = Path(f"/proc/{self._backend}/stat").read_text(encoding="ascii")
        except OSError:
            return 0.0
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _note_commit(self):
        now = time.monotonic()
        if self._committed:
            self.longest_batch = max(self.longest_batch, now - self._committed)
        self._committed = now

    def _unwrap(self):
        for owner, name, own in reversed(self._wrapped):
            if own is None:
                delattr(owner, name)
            else:
                setattr(owner, name, own)
        self._wrapped.clear()


def _memory(key):
    """A figure of this process's memory in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(key)
