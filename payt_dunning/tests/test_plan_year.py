import os
import random
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.tools import SQL, mute_logger

from odoo.addons.payt_dunning.rules.instalments import by_count, due_dates

from .plan_common import STEP, PlanCommon
from .plan_year_book import GRACE, PAYERS, WAIT, Book

SEED, PLANS, DAYS = 8, 500, 365
#: Runs are so many days after the payment day: told before, told on it, missed, lapsed, gone on.
RUNS = (-3, 0, 4, 12, 13, 20)


class TestPlanYear(PlanCommon):
    """A year of 500 plans whose debtors pay in every way that there is.

    All plans have the same payment day, and runs are on the days around it on which the guard can
    find something for anybody (:data:`RUNS`); with ``PLAN_DAYS=all`` in the environment on each
    of the 365 days, which takes several times as long and has to end the same. Money
    has the day on which it came, on whatever day that was. Books are journal entries made in
    bulk, and plans begin without their agreement on paper: how they begin is tested elsewhere.
    Messages leave on the day on which they are made.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(SEED)
        cls.company.write(
            {
                "dunning_backlog_days": 0,
                "dunning_backlog_call_days": 0,
                "dunning_abnormal_factor": 0,
            }
        )
        cls.consumers.write({"plan_tolerance": 0, "plan_wait": WAIT, "plan_grace": GRACE})
        cls.first = cls.after(cls, 10)
        cls.bank = cls.company_data["default_journal_bank"]
        cls.other = cls.company_data["default_journal_misc"]
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.sales = cls.company_data["default_account_revenue"]

    # -- the books -----------------------------------------------------------------------------------

    def entries(self, journal, day, rows):
        """One entry with a receivable line for each row, posted; these lines.

        :param rows: ``[(partner, cents, due)]``, below zero: taken off
        """
        lines = [
            {
                "account_id": self.receivable.id,
                "partner_id": partner.id,
                "balance": cents / 100,
                "date_maturity": due,
                "no_followup": False,
            }
            for partner, cents, due in rows
        ]
        against = -sum(cents for _partner, cents, _due in rows) / 100
        lines.append({"account_id": self.sales.id, "balance": against})
        move = (
            self.env["account.move"]
            .with_context(tracking_disable=True)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": day,
                    "line_ids": [Command.create(values) for values in lines],
                }
            )
        )
        move.action_post()
        return move.line_ids.filtered(lambda line: line.account_id == self.receivable).sorted("id")

    def begin(self):
        """Debtors with one to three items each, and a plan about them."""
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Debtor {number}",
                    "email": f"d{number}@year.example.com",
                    "lang": "en_US",
                }
                for number in range(PLANS)
            ]
        )
        together = []
        for number, partner in enumerate(partners):
            apart = PAYERS[number % len(PAYERS)] == "reversed"
            rows = [
                (partner, self.dice.randrange(3000, 40000), self.after(place - 22))
                for place in range(2 if apart else 1 + number % 3)
            ]
            if apart:
                for row in rows:
                    self.entries(self.other, self.after(-34), [row])
            else:
                together += rows
        self.entries(self.other, self.after(-34), together)
        self.Item._sync(self.company)
        items = self.Item.search([("partner_id", "in", partners.ids)], order="id").grouped(
            "partner_id"
        )
        self.books, values = {}, []
        guard = self.Plan._terms_of(items[partners[0]]).guard
        for number, partner in enumerate(partners):
            own = items[partner]
            count = self.dice.randrange(2, 5)
            total = sum((Decimal(repr(item.amount_open)) for item in own), Decimal(0))
            days = due_dates(self.first, 4 + count, "month")[self.dice.randrange(4) :][:count]
            schedule = by_count(total, count, days, STEP)
            book = Book(PAYERS[number % len(PAYERS)], schedule)
            told = number % 10 == 0
            values.append(
                self.plan_values(own, schedule, {**guard, "tell_before": told, "tell_due": told})
            )
            self.books[partner.id] = book
        plans = self.Plan.with_context(tracking_disable=True, mail_create_nolog=True).create(values)
        self.plans = {plan.debtor_id.partner_id.id: plan for plan in plans}
        holds = self.env["dunning.hold"].sudo()
        holds.create(
            [
                {
                    "company_id": self.company.id,
                    "item_id": item.id,
                    "kind": "plan",
                    **holds._owner_values(plan),
                }
                for plan in plans
                for item in plan.item_ids
            ]
        )

    def plan_values(self, items, schedule, guard):
        total = float(sum(each.amount for each in schedule))
        return {
            **guard,
            "company_id": self.company.id,
            "debtor_id": items.debtor_id.id,
            "currency_id": items.currency_id.id,
            "origin": "clerk",
            "state": "running",
            "started_on": self.today,
            "health": "on_track",
            "item_ids": [Command.set(items.ids)],
            "total": total,
            "left": total,
            "last_date": schedule[-1].due,
            "open_at_start": {
                f"i{item.id}": {"open": str(item.amount_open), "paid": "0", "gone": "0"}
                for item in items
            },
            "installment_ids": [
                Command.create(
                    {
                        "number": each.number,
                        "date": each.due,
                        "amount": float(each.amount),
                        "needed": float(each.amount),
                    }
                )
                for each in schedule
            ],
        }

    # -- what debtors do -----------------------------------------------------------------------------

    def agenda(self):
        """What happens when: ``{day: [(partner id, what, cents)]}``."""
        agenda = defaultdict(list)
        for partner_id, book in self.books.items():
            last = len(book.due) - 1
            stops = self.dice.randrange(1, len(book.due) + 1)
            for place, (due, cents) in enumerate(book.due):
                for delay, what, amount in self.deeds(book.payer, place, cents, last, stops):
                    agenda[due + timedelta(delay)].append((partner_id, what, amount))
        return agenda

    def deeds(self, payer, place, cents, last, stops):
        """What a debtor does about an instalment: ``[(days after its day, what, cents)]``."""
        dice = self.dice
        if payer == "never" or (payer == "then_stops" and place >= stops):
            return []
        if payer == "early":
            return [(dice.choice((-20, -10, -3)), "pay", cents)]
        if payer == "late":
            return [(dice.choice((2, 4, 9, 12, 13, 20)), "pay", cents)]
        if payer == "in_part":
            part = cents * dice.choice((30, 50, 90)) // 100
            rest = (
                [(dice.choice((0, 4, 9, 13)), "pay", cents - part)] if dice.random() < 0.8 else []
            )
            return [(0, "pay", part), *rest]
        if payer == "too_much":
            return [(0, "pay", cents * dice.choice((100, 150, 200)) // 100)]
        if payer == "without_reference":
            return [(0, "free", cents), (dice.choice((9, 20)), "match", cents)]
        if payer == "credited" and place == 1:
            return [(-3, "credit", cents * dice.choice((30, 100, 130)) // 100)]
        if payer == "reversed" and place == 1:
            return [(-2, "reverse", 0), (0, "pay", cents)]
        if payer == "twice" and place == 0:
            return [(0, "pay", cents), (0, "pay", cents)]
        return [(dice.choice((-3, 0)), "pay", cents)]

    def happen(self, day, deeds):
        """Book what debtors do on a day, and let the test's own books know."""
        rows, wanted = defaultdict(list), defaultdict(list)
        for partner_id, what, cents in deeds:
            book, partner = self.books[partner_id], self.env["res.partner"].browse(partner_id)
            if what == "reverse":
                self.reverse(book, partner_id)
            elif what == "match":
                book.free -= cents
                wanted["match"].append((partner_id, cents))
            elif what == "free":
                book.free += cents
                rows["free"].append((partner, -cents, day))
            else:
                rows[what].append((partner, -cents, day))
        pairs = []
        for what, journal in (("pay", self.bank), ("credit", self.other), ("free", self.bank)):
            lines = self.entries(journal, day, rows[what]) if rows[what] else ()
            for line, (partner, _cents, _day) in zip(lines, rows[what], strict=True):
                if what == "free":
                    self.unmatched[partner.id].append(line)
                else:
                    pairs.append((partner.id, line, what))
        for partner_id, _cents in wanted["match"]:
            pairs.append((partner_id, self.unmatched[partner_id].pop(0), "pay"))
        self.match(pairs)

    def match(self, pairs):
        """Match money and credits with the debtors' items, the first of them first."""
        before = {line.id: line.amount_residual for _partner_id, line, _what in pairs}
        plan = []
        for partner_id, line, _what in pairs:
            debts = self.plans[partner_id].item_ids.line_id.filtered(
                lambda each: not each.reconciled and each.parent_state == "posted"
            )
            if debts:
                plan.append(line | debts)
        self.env["account.move.line"]._reconcile_plan(plan)
        for partner_id, line, what in pairs:
            book, open_before = self.books[partner_id], before[line.id]
            taken = round((line.amount_residual - open_before) * 100)
            if what == "credit":
                book.gone += taken
            else:
                # It counts from the day of its entry, whenever it was matched.
                book.came.append((line.date, taken))
                book.came.sort(key=lambda each: each[0])
            if line.amount_residual:
                book.free += round(-line.amount_residual * 100)

    def reverse(self, book, partner_id):
        """The second invoice is cancelled, as long as nothing came for it."""
        item = self.plans[partner_id].item_ids.sorted("id")[1:2]
        line = item.line_id
        if line.amount_residual != line.balance or book.state != "running":
            return
        book.gone += round(line.balance * 100)
        line.move_id.button_draft()
        line.move_id.button_cancel()

    # -- the year ------------------------------------------------------------------------------------

    @mute_logger("odoo.addons.payt_dunning.models.mail_mail")
    def test_a_year_of_plans_ends_as_their_payments_say(self):
        self.begin()
        self.unmatched = defaultdict(list)
        agenda = self.agenda()
        Pdf = type(self.env["dunning.page.statement"])
        with patch.object(Pdf, "_to_pdf", lambda *args: b"%PDF-"):
            done = self.today - timedelta(1)
            for day in self.days():
                for number in range((day - done).days):
                    happens = done + timedelta(number + 1)
                    if happens in agenda:
                        with self.on_day(happens):
                            self.happen(happens, agenda[happens])
                done = day
                self.analyze()
                self.run_day(day=day)
                self.leave(day)
                for book in self.books.values():
                    book.look(day)
        self.check_ends()
        self.check_money()
        self.check_messages()

    def days(self):
        """The days of the year that have a run."""
        if os.environ.get("PLAN_DAYS") == "all":
            return [self.after(number) for number in range(1, DAYS)]
        months = due_dates(self.first, 12, "month")
        days = {month + timedelta(offset) for month in months for offset in RUNS}
        return sorted(day for day in days if day < self.after(DAYS))

    def leave(self, day):
        """What waits leaves, on the day on which it was made."""
        waiting = self.Notice.search([("state", "=", "queued")])
        reminders = waiting.filtered(lambda notice: notice.kind == "reminder")
        for notice in reminders:
            self.check_reminder(notice, day)
            notice._mark("sending")
        reminders._set_sent(day=day)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_notice SET state = 'sent', sent_on = %s WHERE id = ANY(%s)",
                day,
                (waiting - reminders).ids,
            )
        )
        waiting.mail_id.unlink()
        self.env.invalidate_all()

    def check_reminder(self, notice, day):
        """Nobody is reminded of what is in a plan, nor on the day on which it ends."""
        for item in notice.line_ids.filtered("position").item_id:
            book = self.books[item.partner_id.id]
            self.assertEqual(book.state, "lapsed", f"{book.payer}: {notice.subject} on {day}")
            self.assertGreater(day, book.since)
            book.reminded = True

    def check_ends(self):
        ends = Counter()
        for partner_id, book in self.books.items():
            plan = self.plans[partner_id]
            told = f"{plan.name} ({book.payer})"
            self.assertEqual(plan.state, book.state, told)
            if book.since:
                self.assertEqual(plan.ended_on, book.since, told)
            goes_on = book.payer in ("never", "then_stops")
            if (
                book.state == "lapsed"
                and goes_on
                and book.since < self.after(DAYS - 60)
                and sum(book.left()) > 500
            ):
                self.assertTrue(book.reminded, f"{told}: follow-up did not go on")
            ends[book.payer, book.state] += 1
        for payer, state in (
            ("on_time", "completed"),
            ("never", "lapsed"),
            ("late", "lapsed"),
            ("late", "completed"),
            ("in_part", "lapsed"),
            ("twice", "completed"),
            ("credited", "completed"),
            ("reversed", "completed"),
            ("without_reference", "completed"),
        ):
            self.assertGreater(ends[payer, state], 3, f"{payer}: too few {state}: {ends}")

    def check_money(self):
        for partner_id, book in self.books.items():
            plan = self.plans[partner_id]
            paid, gone, left = (round(plan[name] * 100) for name in ("paid", "credited", "left"))
            self.assertEqual(paid + min(gone, book.total) + left, book.total, plan.name)

    def check_messages(self):
        """No message twice: neither its slot, nor its text to the same debtor."""
        notices = self.Notice.search([("kind", "=", "talk")])
        self.assertGreater(len(notices), PLANS)
        slots = Counter(
            notices.line_ids.filtered("slot").mapped(lambda row: (row.source, row.slot))
        )
        self.assertFalse([slot for slot, count in slots.items() if count > 1])
        bodies = Counter((notice.debtor_id.id, notice.content_hash) for notice in notices)
        self.assertEqual(max(bodies.values()), 1)
