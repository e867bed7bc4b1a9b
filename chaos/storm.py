"""The storm: kills and cut connections at random moments, in bad weather (``weather.py``)."""

import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from chaos import books, programs
from chaos.weather import Weather
from dev import databases, outside, postgres, state
from dev.steps import say

#: The stages of a message at which a program may be struck; see ``SmtpServer.watch``.
STAGES = ("mail", "rcpt", "stored", "answered")
#: First key of the advisory locks of the hand-over (``dunning_outbox.LOCK_SPACE``).
LOCK_SPACE = 0x70617974
WORKERS = 2


@dataclass(frozen=True)
class Plan:
    """How large a chaos run is, and how bad the weather.

    :param badness: multiplies the share of messages that something happens to
    :param patience: longest time in seconds that the mail server keeps a sender waiting
    :param limit: seconds after which the storm is ended, whatever is still to be done
    """

    seed: int = 1
    items: int = 5000
    debtors: int = 1500
    kills: int = 30
    cuts: int = 10
    payments: int = 40
    pay_pause: float = 6
    badness: float = 1
    patience: float = 4
    limit: float = 1500


@dataclass(frozen=True)
class Moment:
    """One blow: ``kill`` or ``cut``, when ``after`` messages have been begun.

    At a ``stage`` it hits who sends that message; without, any worker, ``delay`` seconds later.
    """

    what: str
    after: int
    stage: str
    delay: float


@dataclass
class Evidence:
    """All that is known when the storm is over; what the checks look at."""

    plan: Plan
    books: dict
    messages: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    payments: list = field(default_factory=list)
    kills: Counter = field(default_factory=Counter)
    cuts: Counter = field(default_factory=Counter)
    broken: int = 0
    weather: Counter = field(default_factory=Counter)
    leaked: list = field(default_factory=list)
    shown: list = field(default_factory=list)
    stale: list = field(default_factory=list)
    crashes: list = field(default_factory=list)
    retried: Counter = field(default_factory=Counter)
    errors: Counter = field(default_factory=Counter)
    unfinished: list = field(default_factory=list)
    seconds: dict = field(default_factory=dict)


def moments(plan):
    """Return the blows of a plan, by the number of messages after which each falls.

    Every third is set by time alone, some of those before the first message.
    """
    rng = random.Random(plan.seed)
    blows = ["kill"] * plan.kills + ["cut"] * plan.cuts
    found = []
    for number, what in enumerate(blows):
        by_time = number % 3 == 0
        early = by_time and number % 9 == 0
        found.append(
            Moment(
                what,
                0 if early else rng.randint(1, max(int(plan.debtors * 0.85), 1)),
                "" if by_time else STAGES[number % len(STAGES)],
                rng.uniform(0, min(plan.debtors / 100, 6))
                if early
                else rng.uniform(0, 1.5 if by_time else 0.05),
            )
        )
    return sorted(found, key=lambda moment: moment.after)


class Storm:
    """One chaos run on an own database and mail server."""

    def __init__(self, plan, database, server):
        self.plan = plan
        self.database = database
        self.server = server
        self._moments = moments(plan)
        self._lock = threading.Lock()
        self._rng = random.Random(plan.seed + 1)
        self._stop = state.path("run", f"{database}.stop")
        self._paid_enough = state.path("run", f"{database}.paid")
        self._count = 0
        self._workers = []
        self._all = []
        self._pending = []  # blows by time: (when, what)
        self.evidence = None

    def run(self):
        """Make the books, let the storm blow, let it calm down; return the evidence."""
        started = time.monotonic()
        self._forget_signals()
        made = outside.finish(
            outside.start_shell(
                self.database,
                books.script(self.server.port, self.plan.seed, self.plan.items, self.plan.debtors),
            ),
            timeout=300,
        )
        self.evidence = Evidence(self.plan, books.read(made.stdout))
        made_at = time.monotonic()
        try:
            self._blow()
        finally:
            self._end_programs()
        blown_at = time.monotonic()
        self.server.choose = self.server.watch = None
        outside.finish(outside.start_shell(self.database, programs.SETTLE), timeout=300)
        self._collect()
        self.evidence.seconds = {
            "books": made_at - started,
            "storm": blown_at - made_at,
            "calm": time.monotonic() - blown_at,
        }
        return self.evidence

    # -- the storm ----------------------------------------------------------------------

    def _start(self, kind, script):
        self._count += 1
        program = programs.Program(self.database, f"chaos-{kind}-{self._count}", script)
        self._all.append(program)
        return program

    def _blow(self):
        weather = self.server.choose = Weather(self.plan, lambda: not self.server.broken)
        self.evidence.weather = weather.seen
        self.server.watch = self._at_stage
        worker = programs.worker_script(self._stop)
        self._workers = [self._start("worker", worker) for _number in range(WORKERS)]
        payer = self._start(
            "payer",
            programs.payer_script(
                self._paid_enough, self.plan.seed, self.plan.payments, self.plan.pay_pause
            ),
        )
        self._payer = payer
        deadline = time.monotonic() + self.plan.limit
        look = time.monotonic() + 3
        while time.monotonic() < deadline:
            time.sleep(0.05)
            for place, program in enumerate(self._workers):
                if not program.running:
                    self._workers[place] = self._start("worker", worker)
            self._by_time()
            if time.monotonic() > look:
                look = time.monotonic() + 2
                if self._is_over():
                    self._find_leaked_claims()
                    return
        self.evidence.unfinished.append(f"the storm did not end in {self.plan.limit} s")

    def _at_stage(self, stage, port):
        """Called by the mail server, in a thread, while a message is at ``stage``."""
        with self._lock:
            moment = next(
                (m for m in self._moments if m.stage == stage and m.after <= self.server.begun),
                None,
            )
            if moment is None:
                return
            program = programs.at_the_line(port, self._workers)
            if program is None:
                return
            self._moments.remove(moment)
        time.sleep(moment.delay)
        if not self._strike(moment.what, program, stage):
            with self._lock:
                self._pending.append((time.monotonic(), moment.what))

    def _by_time(self):
        """Strike any worker that is at work, at the times that have come."""
        ready = [program for program in self._workers if program.ready]
        if not ready:
            return
        now = time.monotonic()
        with self._lock:
            for moment in [m for m in self._moments if not m.stage]:
                if moment.after <= self.server.begun:
                    self._moments.remove(moment)
                    self._pending.append((now + moment.delay, moment.what))
            due = next((blow for blow in self._pending if blow[0] <= now), None)
            if due:
                self._pending.remove(due)
        if due and not self._strike(due[1], self._rng.choice(ready), "any time"):
            with self._lock:
                self._pending.append((now + 1, due[1]))

    def _strike(self, what, program, stage):
        """Kill a program or cut its connection; return whether there was one to be hit."""
        hit = program.kill() if what == "kill" else program.cut_connection()
        if hit:
            (self.evidence.kills if what == "kill" else self.evidence.cuts)[stage] += 1
        return hit

    def _is_over(self):
        """Whether nothing is left to be sent; mails to be sent later are brought forward."""
        rows = postgres.psql(
            self.database,
            """UPDATE mail_mail SET scheduled_date = NULL
                WHERE state = 'outgoing' AND scheduled_date IS NOT NULL;
               SELECT (SELECT count(*) FROM dunning_notice
                        WHERE state IN ('planned', 'queued', 'sending')),
                      (SELECT count(*) FROM dunning_item
                        WHERE state = 'open' AND action = 'send'),
                      (SELECT count(*) FROM dunning_notice)""",
        ).splitlines()
        waiting, to_send, notices = map(int, rows[-1].split("|"))
        if not notices or waiting or to_send:
            return False
        if self._payer.running:
            # Every message has left: a payment from now on proves nothing.
            self._paid_enough.touch()
            return False
        with self._lock:
            # Blows that found no message any more fall now.
            left, self._moments = self._moments, []
            self._pending += [(time.monotonic(), moment.what) for moment in left]
            return not self._pending

    def _find_leaked_claims(self):
        """Claims on messages that are held although nobody hands over anything."""
        seen = None
        for _look in range(4):
            rows = postgres.psql(
                "postgres",
                f"""SELECT lock.objid, activity.application_name
                      FROM pg_locks lock JOIN pg_stat_activity activity USING (pid)
                     WHERE lock.locktype = 'advisory' AND lock.classid = {LOCK_SPACE}
                       AND activity.datname = '{self.database}'""",
            ).splitlines()
            seen = set(rows) if seen is None else seen & set(rows)
            time.sleep(0.5)
        self.evidence.leaked = sorted(seen)

    def _end_programs(self):
        self._stop.touch()
        self._paid_enough.touch()
        for program in self._all:
            if not program.finish(timeout=60):
                self.evidence.unfinished.append(f"{program.name} did not end by itself")
        self._forget_signals()

    def _forget_signals(self):
        for signal in (self._stop, self._paid_enough):
            signal.unlink(missing_ok=True)

    # -- the evidence -------------------------------------------------------------------

    def _collect(self):
        evidence = self.evidence
        evidence.messages = list(self.server.messages)
        evidence.broken = self.server.broken
        evidence.notices = json.loads(
            postgres.psql(
                self.database,
                """SELECT coalesce(json_agg(notice), '[]') FROM (
                     SELECT n.id, n.state, n.message_id, n.recipient, n.subject, n.failure,
                            m.state AS mail_state,
                            (SELECT coalesce(json_agg(json_build_array(l.name, l.position)), '[]')
                               FROM dunning_notice_line l WHERE l.notice_id = n.id) AS rows
                       FROM dunning_notice n LEFT JOIN mail_mail m ON m.id = n.mail_id) notice""",
            )
        )
        evidence.shown = [
            (number, subject, count)
            for number, subject, count in json.loads(
                postgres.psql(
                    self.database,
                    """SELECT coalesce(json_agg(json_build_array(number, subject, count)), '[]')
                         FROM (SELECT move.name AS number, message.subject, count(*)
                                 FROM mail_message message
                                 JOIN account_move move ON move.id = message.res_id
                                 JOIN ir_model_data subtype ON subtype.res_id = message.subtype_id
                                WHERE message.model = 'account.move'
                                  AND message.message_type = 'email_outgoing'
                                  AND subtype.module = 'mail' AND subtype.name = 'mt_comment'
                                  AND subtype.model = 'mail.message.subtype'
                                GROUP BY move.name, message.subject) shown""",
                )
            )
        ]
        evidence.stale = postgres.psql(
            self.database,
            """SELECT i.name || ': ' || i.amount_open || ' instead of '
                      || l.amount_residual_currency || ', ' || i.state
                 FROM dunning_item i JOIN account_move_line l ON l.id = i.line_id
                WHERE i.amount_open <> l.amount_residual_currency ORDER BY i.name""",
        ).splitlines()
        for program in self._all:
            if why := program.unexpected_end():
                evidence.crashes.append(why)
            evidence.errors.update(error.split(":")[0] for error in program.errors())
            for line in program.lines:
                word, *rest = line.split()
                if word == "paid":
                    evidence.payments.append((float(rest[0]), float(rest[1]), rest[2]))
                elif word == "again":
                    evidence.retried[" ".join(rest)] += 1


def run(plan, database):
    """Let a storm blow over an empty database with the add-on; return the evidence."""
    from dev.smtp_double import SmtpServer

    server = SmtpServer(state.any_free_port())
    server.start()
    try:
        return Storm(plan, database, server).run()
    finally:
        server.stop()


def run_on_copy(plan):
    """Do so on a copy of the installed database, dropped afterwards."""
    import os

    database = f"payt_outside_{os.getpid()}_chaos"
    source = databases.installed()
    databases.copy(source, database)
    say(
        f"chaos: seed {plan.seed}, {plan.items} items of {plan.debtors} debtors,"
        f" {plan.kills} kills, {plan.cuts} cut connections"
    )
    try:
        return run(plan, database)
    finally:
        databases.drop(database)
