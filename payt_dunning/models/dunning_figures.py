from datetime import timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..rules.figures.aging import Aging, Open, age, month_ends
from ..rules.figures.collection import (
    Month,
    average_days_delinquent,
    best_possible_dso,
    count_back,
    days_late_paid,
    effectiveness,
    simple_dso,
)
from ..rules.figures.values import ZERO, Figure, ratio, share
from ..tools import exact
from .dunning_figures_counts import COUNTS, HANDED

#: Month ends of the trend, the day itself included.
TREND = 13
#: So far the count-back looks for sales.
MONTHS_BACK = 36
ONE_DAY = timedelta(days=1)
#: Months that figures of a period may be about.
PERIODS = (1, 3, 12)


def before(day, months):
    """The last day before the period of so many months that ends with ``day``.

    Of 30 November and three months 31 August: September to November.
    """
    return day + ONE_DAY - relativedelta(months=months) - ONE_DAY


class Asked(NamedTuple):
    """What figures are asked for.

    :param first: figures of a period are about the days after it, through ``day``
    :param ends: of the aging buckets
    :param own: whether what companies of this database owe each other counts
    """

    company: object
    day: object
    first: object
    months: int
    ends: tuple
    own: bool


class Card(NamedTuple):
    """A figure with what it was computed from.

    :param unit: ``money``, ``days``, ``percent``, ``hours``, ``count`` or ``per_euro``
    :param inputs: ``(key, amount, unit)``; keys have words and lead to their records
    """

    key: str
    figure: Figure
    unit: str
    inputs: tuple


class DunningFigures(models.AbstractModel):
    """All figures of a company as at a day: the same number of statements whatever its size."""

    _name = "dunning.figures"
    _description = "Figures as at a Day"

    @api.model
    def _asked(self, day=None, company_id=None, months=3, buckets=None, own=True):
        """What is asked for, once it is checked who asks.

        :raises AccessError: for who is no collector, and for another company than the user's
        :raises UserError: for a day to come, and for odd buckets
        """
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors see the figures."))
        company = self.env.company
        if company_id:
            company = self.env.companies.filtered(lambda each: each.id == company_id)
            if not company:
                raise AccessError(self.env._("You see the figures of your own companies only."))
        company = company.sudo()
        day = self.env["dunning.ledger"]._past_day(day, company)
        months = months if months in PERIODS else 3
        ends = company._read_dunning_buckets(buckets) if buckets else company._dunning_bucket_ends()
        first = before(day, months)
        return Asked(company, day, first, months, ends, bool(own))

    @api.model
    def _alone(self, asked):
        """Our records as the system reads them, of the one company alone."""
        return self.sudo().with_context(
            allowed_company_ids=asked.company.ids, dunning_day=False, dunning_no_own=False
        )

    # -- from the ledger -------------------------------------------------------------------------------

    @api.model
    def _agings(self, asked, days):
        """``{day: Aging}``."""
        ages = self.env["dunning.ledger"]._ages(asked.company, days, asked.own)
        return {
            day: age((Open(amount, late) for late, amount, _count in rows), asked.ends)
            for day, rows in ages.items()
        }

    @api.model
    def _months(self, sales, day):
        """Sales of the month of ``day`` through it and of those before, latest first."""
        sums = {}
        for each, amount in sales.items():
            if each <= day:
                key = each.year, each.month
                sums[key] = sums.get(key, ZERO) + amount
        found, end = [], day
        for _number in range(MONTHS_BACK):
            found.append(Month(end.day, sums.get((end.year, end.month), ZERO)))
            end = end.replace(day=1) - ONE_DAY
        return found

    @api.model
    def _ledger_cards(self, asked):
        """Figures of the ledger, the aging of the day, and the trend."""
        days = month_ends(asked.day, TREND)
        agings = self._agings(asked, sorted({*days, asked.first}))
        oldest = days[0].replace(day=1) - relativedelta(months=MONTHS_BACK)
        sales = self.env["dunning.ledger"]._sales(asked.company, oldest, asked.day, asked.own)
        now, begun = agings[asked.day], agings[asked.first]
        sold = sum((amount for day, amount in sales.items() if day > asked.first), ZERO)
        length = (asked.day - asked.first).days
        current = now.receivables - now.overdue
        late = self.env["dunning.ledger"]._paid(asked.company, asked.first, asked.day, asked.own)
        receivables = ("receivables", now.receivables, "money")
        period = (("sales", sold, "money"), ("length", exact(length), "count"))
        net = ("current_net", current, "money")
        cards = [
            Card("receivables", Figure(now.receivables), "money", self._balance(now)),
            Card("overdue", Figure(now.overdue), "money", (("overdue", now.overdue, "money"),)),
            Card("share_overdue", now.share_overdue(), "percent", self._part(now, "overdue")),
            Card("share_long", now.share_long(), "percent", self._part(now, "long")),
            Card(
                "dso",
                count_back(now.receivables, self._months(sales, asked.day)),
                "days",
                (receivables, ("sales_year", self._sold(sales, asked.day), "money")),
            ),
            Card(
                "dso_simple",
                simple_dso(now.receivables, sold, length),
                "days",
                (receivables, *period),
            ),
            Card("dso_best", best_possible_dso(current, sold, length), "days", (net, *period)),
            Card(
                "delinquent",
                average_days_delinquent(now.receivables, current, sold, length),
                "days",
                (receivables, net, *period),
            ),
            Card(
                "effectiveness",
                effectiveness(begun.receivables, sold, now.receivables, current),
                "percent",
                (("beginning", begun.receivables, "money"), period[0], receivables, net),
            ),
            Card(
                "days_late",
                days_late_paid((amount, days) for days, amount in late),
                "days",
                (("paid", sum((amount for _days, amount in late), ZERO), "money"),),
            ),
        ]
        trend = [
            (
                day,
                count_back(agings[day].receivables, self._months(sales, day)),
                agings[day],
            )
            for day in days
        ]
        return cards, now, trend

    @api.model
    def _sold(self, sales, day):
        """Sales of the twelve months through ``day``."""
        first = before(day, 12)
        return sum((amount for each, amount in sales.items() if each > first), ZERO)

    @api.model
    def _balance(self, now: Aging):
        return (
            ("current", now.current, "money"),
            ("overdue", now.overdue, "money"),
            ("credits", now.credits, "money"),
        )

    @api.model
    def _part(self, now: Aging, key):
        return ((key, getattr(now, key), "money"), ("open", now.open, "money"))

    # -- from what was agreed, said and sent ----------------------------------------------------------

    @api.model
    def _counts(self, asked):
        """Numbers of the period, in two statements: ``{name: number}``."""
        self.env.flush_all()
        span = {"company": asked.company.id, "first": asked.first, "day": asked.day}
        parts = {name: SQL(text, **span) for name, text in COUNTS.items()}
        (row,) = self.env.execute_query(
            SQL("SELECT %s", SQL(", ").join(SQL("(%s)", part) for part in parts.values()))
        )
        handed = self._handed(asked, HANDED)
        names = [*parts, "invoices", "invoiced", "handed", "handed_amount"]
        return dict(zip(names, map(_number, (*row, *handed[0])), strict=True))

    @api.model
    def _handed(self, asked, query):
        """What a query about invoices of twelve months at offices gives."""
        return self.env.execute_query(
            SQL(
                query,
                company=asked.company.id,
                day=asked.day,
                year=before(asked.day, 12),
                accounts=self.env["dunning.ledger"]._accounts_sql(),
            )
        )

    @api.model
    def _dealing_cards(self, asked, counts):
        """Figures of what was agreed and said."""

        def inputs(*names):
            return tuple((name, counts[name], "count") for name in names)

        kept = counts["promises_kept"] + counts["promises_broken"]
        ended = counts["plans_completed"] + counts["plans_lapsed"]
        return [
            Card(
                "promises",
                share(counts["promises_kept"], kept, "nothing_decided"),
                "percent",
                inputs("promises_kept", "promises_broken"),
            ),
            Card(
                "plans",
                share(counts["plans_completed"], ended, "nothing_decided"),
                "percent",
                inputs("plans_completed", "plans_lapsed"),
            ),
            Card(
                "disputes",
                ratio(counts["dispute_days"], counts["disputes"], "nothing_decided"),
                "days",
                inputs("disputes"),
            ),
            Card(
                "response",
                ratio(counts["answer_hours"], counts["answers"]),
                "hours",
                inputs("answers"),
            ),
            Card(
                "right_party",
                share(counts["right"], counts["calls"]),
                "percent",
                inputs("right", "calls"),
            ),
            Card(
                "arrived",
                share(counts["arrived"], counts["left"]),
                "percent",
                inputs("arrived", "left", "failing"),
            ),
        ]

    @api.model
    def _recovery_cards(self, asked, counts):
        """What messages and offices brought in, and at what cost."""
        own = self._alone(asked)
        period = [
            ("company_id", "=", asked.company.id),
            ("sent_on", ">", asked.first),
            ("sent_on", "<=", asked.day),
        ]
        levels = own.env["dunning.level.result"].with_context(dunning_day=asked.day)
        ((asked_for, recovered),) = levels._read_group(period, [], ["asked:sum", "recovered:sum"])
        ((costs, there),) = own.env["collection.agent.result"]._read_group(
            [
                ("company_id", "=", asked.company.id),
                ("route", "!=", "own"),
                ("since", "<=", asked.day),
            ],
            [],
            ["costs:sum", "recovered:sum"],
        )
        asked_for, recovered, costs, there = map(exact, (asked_for, recovered, costs, there))
        spent = counts["message_costs"] + counts["call_costs"]
        return [
            Card(
                "levels",
                share(recovered, asked_for),
                "percent",
                (("recovered", recovered, "money"), ("asked", asked_for, "money")),
            ),
            Card(
                "cost_own",
                ratio(spent, recovered),
                "per_euro",
                (("spent", spent, "money"), ("recovered", recovered, "money")),
            ),
            Card(
                "cost_office",
                ratio(costs, there),
                "per_euro",
                (("office_costs", costs, "money"), ("office_recovered", there, "money")),
            ),
            Card(
                "handed",
                share(counts["handed"], counts["invoices"]),
                "percent",
                (
                    ("handed", counts["handed"], "count"),
                    ("invoices", counts["invoices"], "count"),
                ),
            ),
            Card(
                "handed_amount",
                share(counts["handed_amount"], counts["invoiced"]),
                "percent",
                (
                    ("handed_amount", counts["handed_amount"], "money"),
                    ("invoiced", counts["invoiced"], "money"),
                ),
            ),
        ]

    @api.model
    def _fault_cards(self, asked, counts):
        """What must be 0."""
        rows = (
            self._alone(asked)
            .env["dunning.fault"]
            ._read_group(self._fault_domain(asked), ["kind"], ["notice_id:array_agg_distinct"])
        )
        twice = {each for kind, ids in rows if kind == "duplicate" for each in ids}
        wrong = {each for kind, ids in rows if kind != "duplicate" for each in ids}
        reminders = ("reminders", counts["reminders"], "count")
        unwarranted = share(exact(len(wrong)), counts["reminders"])
        return [
            Card(
                "unwarranted",
                unwarranted,
                "percent",
                (("unwarranted", exact(len(wrong)), "count"), reminders),
            ),
            Card(
                "duplicates",
                Figure(exact(len(twice))),
                "count",
                (("duplicates", exact(len(twice)), "count"), reminders),
            ),
        ]

    @api.model
    def _fault_domain(self, asked):
        return [
            ("company_id", "=", asked.company.id),
            ("sent_on", ">", asked.first),
            ("sent_on", "<=", asked.day),
        ]

    @api.model
    def _measure(self, asked):
        """Every figure in groups, the aging of the day, and the trend."""
        ledger, aging, trend = self._ledger_cards(asked)
        counts = self._counts(asked)
        groups = [
            ("ledger", ledger),
            ("faults", self._fault_cards(asked, counts)),
            ("recovery", self._recovery_cards(asked, counts)),
            ("dealings", self._dealing_cards(asked, counts)),
        ]
        return groups, aging, trend


def _number(value):
    return exact(float(value or 0))
