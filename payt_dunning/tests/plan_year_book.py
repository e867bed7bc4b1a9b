"""How debtors pay their plans in a year, and what has to become of these."""

from datetime import timedelta

#: Days of waiting for a transfer, and of grace after the warning.
WAIT, GRACE = 3, 7
PAYERS = (
    "on_time",
    "early",
    "late",
    "in_part",
    "too_much",
    "never",
    "then_stops",
    "without_reference",
    "credited",
    "reversed",
    "twice",
)


class Book:
    """What one debtor owes and did, in cents, as the test knows it; the oracle of its plan.

    :ivar came: ``[(day, cents)]`` of money that was matched, oldest first
    :ivar free: money on the books that nobody matched yet
    """

    def __init__(self, payer, instalments):
        self.payer = payer
        self.due = [(each.due, int(each.amount * 100)) for each in instalments]
        self.total = sum(cents for _due, cents in self.due)
        self.came, self.gone, self.free = [], 0, 0
        self.state, self.since, self.warned, self.settled = "running", None, {}, set()
        self.reminded = False

    def left(self):
        """What each instalment still needs, the money spread as the agreement says."""
        left, gone = [cents for _due, cents in self.due], self.gone
        for place in reversed(range(len(left))):
            gone, left[place] = gone - min(gone, left[place]), left[place] - min(gone, left[place])
        for day, cents in self.came:
            due = [place for place, each in enumerate(self.due) if each[0] <= day]
            ahead = [place for place, each in enumerate(self.due) if each[0] > day]
            for place in [*due, *ahead[:1], *reversed(ahead)]:
                part = min(cents, left[place])
                left[place] -= part
                cents -= part
        return left

    def look(self, day):
        """What the guard has to make of it on a day."""
        if self.state != "running":
            return
        left = self.left()
        settled = {place for place, cents in enumerate(left) if not cents}
        for place in self.settled - settled:
            self.warned.pop(place, None)
        self.settled = settled
        if not any(left):
            kept = self.total > self.gone
            self.state, self.since = ("completed" if kept else "ended"), day
            return
        late = [
            place
            for place, cents in enumerate(left)
            if cents and self.due[place][0] + timedelta(WAIT) < day
        ]
        if not late or self.free >= sum(left[place] for place in late):
            return
        fresh = [place for place in late if place not in self.warned]
        self.warned |= dict.fromkeys(fresh, day)
        if not fresh and day > max(self.warned[place] for place in late) + timedelta(GRACE):
            self.state, self.since = "lapsed", day
