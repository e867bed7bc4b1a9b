"""The same days twice: once in calm weather, once while programs are killed; both must end the same.

A scene makes its books and goes through its days. Each day has something that happens (what people
and banks do, which is not struck) and jobs (what scheduled actions do, which is). In the storm the
jobs of a day begin again and again and are struck at random moments, until as many blows have hit
as the day has; then they come to their end. What is unclear afterwards is decided by somebody who
asks the receiver. In the end every level, hold, agreement and message is as it is without a storm,
and the receiver has each message as often as in the calm.
"""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from chaos.nursery import Nursery
from dev import databases, outside, postgres

#: What may strike a job, with its share.
BLOWS = (("kill", 0.8), ("cut", 0.11), ("full", 0.04), ("skew", 0.04), ("crash", 0.01))
#: So far a clock may be off, in seconds.
SKEWS = (-3 * 86400, -4 * 3600, 4 * 3600, 3 * 86400, 400 * 86400)
#: What a job ends with that lost its lines to the database, and one without room on its disk.
CUT_OFF = ("OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown", "CannotConnect")
NO_ROOM = ("OSError", "File too large", "No space left")
#: Somebody else had it: it begins again.
AGAIN = ("SerializationFailure", "DeadlockDetected", "LockNotAvailable")
WORKERS = 2
#: Seconds that a child needs before it is at its work.
START = 0.3
#: So often jobs are done until nothing is left to do.
ROUNDS = 12


@dataclass
class Tick:
    """A day of a scene.

    :param happens: script of what happens before the jobs, and is not struck
    :param jobs: script of the jobs
    :param as_of: script that comes before whatever is done on this day
    :param opens: called with the peer: what the other side does on this day
    :param behave: called with the peer and dice in a storm, to say how it misbehaves
    """

    jobs: str
    happens: str = ""
    as_of: str = ""
    opens: object = None
    behave: object = None


@dataclass
class Scene:
    """What is played.

    :param books: script that makes the books, given the peer
    :param ticks: the days, given the stage
    :param peer: makes the receiver: an object with ``stop``
    :param waits: given the stage, how much is still to be done
    :param later: SQL after which what waits for its time has its turn
    :param unclear: given the stage, the scripts by which somebody decides what is unclear, and
        how many there were; ``None`` where the jobs find out by themselves
    :param got: given the peer, a counter of what it has
    :param digest: SQL by title: rows that must be the same after both
    :param left: SQL that shows what waits, where it never comes to its end
    """

    name: str
    books: object
    ticks: object
    peer: object
    waits: object
    digest: dict
    got: object
    later: str = ""
    left: str = ""
    unclear: object = None


@dataclass
class Outcome:
    """What a scene came to."""

    name: str
    wanted: int = 0
    blows: Counter = field(default_factory=Counter)
    missed: int = 0
    received: int = 0
    twice: list = field(default_factory=list)
    lost: list = field(default_factory=list)
    ambiguous: int = 0
    different: list = field(default_factory=list)
    failures: Counter = field(default_factory=Counter)
    unexpected: list = field(default_factory=list)
    seconds: float = 0

    @property
    def wrong(self):
        """Lines of text: what must not be."""
        hit = sum(self.blows.values())
        short = [f"{self.name}: {hit} of {self.wanted} blows hit"] if hit < self.wanted else []
        return [
            *short,
            *(f"{self.name}: a job failed: {each}" for each in self.unexpected),
            *(f"{self.name}: received twice: {each}" for each in self.twice),
            *(f"{self.name}: lost: {each}" for each in self.lost),
            *(f"{self.name}: {each}" for each in self.different),
        ]


class Stage:
    """A database in which a scene is played."""

    def __init__(self, scene, database, peer):
        self.scene, self.database, self.peer = scene, database, peer
        self.nursery = Nursery(database)
        self.unclear = 0
        self.tick = None

    def begin(self, **how):
        """Let a child do the jobs of the day; see :meth:`Nursery.begin`."""
        return self.nursery.begin(self.tick.as_of + self.tick.jobs, **how)

    def rows(self, query):
        """Rows of the database, each as its fields."""
        return json.loads(
            postgres.psql(
                self.database, f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) found"
            )
        )

    def count(self, rows):
        """How many rows there are, of a table with its condition."""
        return int(postgres.psql(self.database, f"SELECT count(*) FROM {rows}"))

    def happens(self, tick):
        """Let a day begin, with what happens on it."""
        self.tick = tick
        if tick.opens:
            tick.opens(self.peer)
        if tick.happens:
            self.nursery.do(tick.as_of + tick.happens)

    def finish(self):
        """Do the jobs until nothing is left; return how long they took the first time."""
        taken = 0
        for number in range(ROUNDS):
            child = self.nursery.do(self.tick.as_of + self.tick.jobs)
            taken = taken or child.ended - child.began
            decided = self.unclear
            self.after_blows()
            if number and decided == self.unclear and not self.waiting():
                return taken
        left = self.rows(self.scene.left) if self.scene.left else ""
        raise AssertionError(f"{self.waiting()} still wait after {ROUNDS} rounds: {left}")

    def waiting(self):
        """How much is still to be done."""
        return self.scene.waits(self)

    def _decide_what_is_unclear(self):
        if self.scene.unclear:
            count, script = self.scene.unclear(self)
            if count:
                self.unclear += count
                self.nursery.do(self.tick.as_of + script)

    def after_blows(self):
        """Somebody decides what is unclear, and time goes by for what waits."""
        self._decide_what_is_unclear()
        if self.scene.later:
            postgres.psql(self.database, self.scene.later)

    def digest(self):
        """What must be the same after calm and storm: rows by title."""
        return {
            title: Counter(json.dumps(row, sort_keys=True) for row in self.rows(query))
            for title, query in self.scene.digest.items()
        }


def play(scene, kills, seed, name, crashes=False):
    """Play a scene in both weathers; return its :class:`Outcome`.

    :param kills: how many blows are to hit
    :param name: what its databases are called
    :param crashes: whether PostgreSQL itself may crash: nobody else may be at work in it
    """
    began, outcome = time.monotonic(), Outcome(scene.name, kills)
    calm, durations = _calm(scene, f"{name}_calm")
    storm = _storm(scene, f"{name}_storm", Blows(kills, seed, durations, crashes), outcome)
    _compare(calm, storm, outcome)
    outcome.seconds = time.monotonic() - began
    return outcome


class Blows:
    """When and how jobs are struck: the same for the same seed, as far as processes are."""

    def __init__(self, kills, seed, durations, crashes):
        self.dice = random.Random(seed)
        self.durations = durations
        self.kinds = BLOWS if crashes else BLOWS[:-1]
        whole, more = divmod(kills, len(durations))
        self.of = [whole + (number < more) for number in range(len(durations))]

    def kind(self):
        """One of :data:`BLOWS`."""
        names, shares = zip(*self.kinds, strict=True)
        return self.dice.choices(names, shares)[0]

    def delay(self, number):
        """Seconds from the start of a day's jobs to a blow.

        Every fourth falls at any moment of them, the others early: else the first two let all of
        the work through, and the rest would find nothing to disturb.
        """
        whole = self.durations[number] * 0.95
        early = min(whole, START + 2 * whole / max(self.of[number], 1))
        return self.dice.uniform(0, whole if self.dice.random() < 0.25 else early)


def _prepared(scene, database):
    """A database with the books of a scene, its peer, and a stage for it."""
    databases.copy(databases.installed(), database)
    # PostgreSQL copies sequences as they are in memory, and counts from there again after a crash
    # that comes before the next checkpoint: numbers would be given twice.
    postgres.psql("postgres", "CHECKPOINT")
    peer = scene.peer()
    outside.finish(outside.start_shell(database, scene.books(peer)), timeout=300)
    return Stage(scene, database, peer)


def _calm(scene, database):
    """Play it undisturbed; return what it came to, and how long the jobs of each day took."""
    stage, durations = _prepared(scene, database), []
    try:
        for tick in scene.ticks(stage):
            stage.happens(tick)
            durations.append(stage.finish())
        return (stage.digest(), scene.got(stage.peer)), durations
    finally:
        _clear(stage)


def _storm(scene, database, blows, outcome):
    """Play it while jobs are struck; return what it came to."""
    stage = _prepared(scene, database)
    try:
        for number, tick in enumerate(scene.ticks(stage)):
            stage.happens(tick)
            if tick.behave:
                tick.behave(stage.peer, blows.dice)
            _strike(stage, number, blows, outcome)
            try:
                stage.finish()
            except AssertionError as error:
                # The other scenes are played all the same.
                outcome.unexpected.append(str(error))
                break
        outcome.ambiguous = stage.unclear
        return stage.digest(), scene.got(stage.peer)
    finally:
        _clear(stage)


def _strike(stage, number, blows, outcome):
    """Begin the jobs of a day and strike them, until its blows have hit."""
    wanted, tries = blows.of[number], 0
    while wanted > 0 and tries < blows.of[number] * 4 + 20:
        tries += 1
        kind = blows.kind()
        hit = _blow(stage, kind, blows.delay(number), outcome, blows.dice)
        outcome.blows[kind] += hit
        outcome.missed += not hit
        wanted -= hit
        if tries % 2 == 0:
            # What broke off waits for its time, and is unclear until somebody says so.
            stage.after_blows()


def _blow(stage, kind, delay, outcome, dice):
    """Strike one of the workers that do the jobs of a day; return whether it was hit."""
    nursery = stage.nursery
    if kind == "full":
        struck = stage.begin(full=dice.choice((1, 2000, 200000)))
    elif kind == "skew":
        struck = stage.begin(skew=dice.choice(SKEWS))
    else:
        struck = stage.begin()
    others = [stage.begin() for _each in range(dice.randrange(WORKERS))]
    strike = {"kill": nursery.kill, "cut": nursery.cut, "crash": lambda _child: postgres.crash()}
    hit = True
    if kind in strike:
        time.sleep(delay)
        hit = strike[kind](struck)
    for child in (struck, *others):
        nursery.wait(child)
        if not child.fine and not child.killed:
            outcome.failures[f"{kind}: {child.why.split('(')[0]}"] += 1
            if not explained(kind, child.why, child is struck):
                outcome.unexpected.append(f"{kind}: {child.why}")
    return hit


def explained(kind, why, is_struck):
    """Whether a blow of a kind explains that a job ended with an error.

    :param why: its last words; empty where it only has to begin again
    :param is_struck: whether it is the one that was struck
    """
    if not why or why in AGAIN:
        return True
    if kind == "crash" or (kind == "cut" and is_struck):
        return any(each in why for each in CUT_OFF)
    return kind == "full" and is_struck and any(each in why for each in NO_ROOM)


def _compare(calm, storm, outcome):
    """Write down what is not the same after the storm."""
    (before, had), (after, has) = calm, storm
    outcome.received = sum(has.values())
    for what, count in sorted((has - had).items()):
        outcome.twice.append(f"{what}: {count} too many")
    for what, count in sorted((had - has).items()):
        outcome.lost.append(f"{what}: {count} too few")
    for title, rows in before.items():
        for row, count in sorted((rows - after[title]).items()):
            outcome.different.append(f"{title}, {count} without a storm only: {row}")
        for row, count in sorted((after[title] - rows).items()):
            outcome.different.append(f"{title}, {count} after the storm only: {row}")


def _clear(stage):
    stage.nursery.stop()
    stage.peer.stop()
    databases.drop(stage.database)


def told(outcomes):
    """Lines of text: what each scene came to, and what is wrong."""
    blows = ", ".join(f"{count} {kind}" for kind, count in sum_of(outcomes).items())
    lines = [
        f"{'scene':28} {'blows':>6} {'received':>9} {'twice':>6} {'lost':>6}"
        f" {'ambiguous':>10} {'differs':>8} {'seconds':>8}"
    ]
    for one in outcomes:
        lines.append(
            f"{one.name:28} {sum(one.blows.values()):>6} {one.received:>9} {len(one.twice):>6}"
            f" {len(one.lost):>6} {one.ambiguous:>10} {len(one.different):>8} {one.seconds:>8.0f}"
        )
    lines.append(f"blows: {blows}")
    for one in outcomes:
        for why, count in one.failures.most_common():
            lines.append(f"{one.name}: {count} jobs ended with {why}")
    for one in outcomes:
        lines += one.wrong[:40]
    return lines


def sum_of(outcomes):
    """All blows by kind."""
    return sum((one.blows for one in outcomes), Counter())
