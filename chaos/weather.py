"""The weather at the mail server: what it does to each try of an address."""

import random
from collections import Counter

from dev.smtp_double import (
    ACCEPT,
    CONTENT_LATER,
    DROP,
    LEAVE,
    LOSE,
    REFUSE,
    REFUSE_CONTENT,
    TRY_LATER,
    hang,
    pause,
)


class Weather:
    """What the mail server does to the n-th try of an address: the same for the same seed.

    :param spared: called for each try; while it is true that no line has been cut after the
        content, every fourth message is accepted that way, whatever the seed says
    """

    def __init__(self, plan, spared=lambda: False):
        self._plan = plan
        self._spared = spared
        self._tries = Counter()
        self.seen = Counter()

    def __call__(self, address):
        """Return a behaviour of ``dev.smtp_double``."""
        self._tries[address] += 1
        if self._tries.total() % 4 == 0 and self._spared():
            self.seen["accepted, line cut"] += 1
            return DROP
        rng = random.Random(f"{self._plan.seed} {address} {self._tries[address]}")
        longest = self._plan.patience
        kinds = {
            "refused for good (550)": (0.015, REFUSE),
            "come back later (451)": (0.03, TRY_LATER),
            "content refused (554)": (0.004, REFUSE_CONTENT),
            "content later (451)": (0.006, CONTENT_LATER),
            "line cut before content": (0.008, LEAVE),
            "line cut, content lost": (0.004, LOSE),
            "accepted, line cut": (0.008, DROP),
            "hangs before content": (0.008, pause(rng.uniform(longest / 4, longest))),
            "hangs after content": (0.008, hang(rng.uniform(longest / 4, longest))),
            "accepted with delay": (0.1, hang(rng.uniform(0.05, 0.4))),
        }
        dice = rng.random() / self._plan.badness
        for kind, (share, behaviour) in kinds.items():
            if dice < share:
                self.seen[kind] += 1
                return behaviour
            dice -= share
        return ACCEPT
