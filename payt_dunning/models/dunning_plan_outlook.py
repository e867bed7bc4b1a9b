from typing import NamedTuple

from odoo import api, models
from odoo.fields import Date
from odoo.tools import SQL, format_amount, format_date

#: Fewer cases than this say nothing.
ENOUGH = 5
#: So many days an invoice has to be paid after a level before it counts as a case.
SETTLED_DAYS = 30
#: What is longer ago says little about today.
YEARS = 2


class History(NamedTuple):
    """What became of plans, and of invoices without one, in a company.

    :param plans: plans that ended
    :param kept: those of them that were paid in full
    :param share: part of their totals that was paid, on average; 0 to 1
    :param level: name of the level that the invoices reached, or come to next; empty: none
    :param invoices: other invoices that reached that level and were in no plan
    :param settled: those of them that nothing is open of any more
    :param days: from the level until then, on average
    """

    plans: int = 0
    kept: int = 0
    share: float = 0.0
    level: str = ""
    invoices: int = 0
    settled: int = 0
    days: int = 0


class DunningPlanOutlook(models.AbstractModel):
    """A plan against going on without one, from what a company has seen so far."""

    _name = "dunning.plan.outlook"
    _description = "Plan Against Going On"

    @api.model
    def _history(self, items):
        """What is known about plans, and about invoices as far as some items; two statements.

        :param items: of one company, with the rights of the system
        :return: :class:`History`
        """
        self.env.flush_all()
        company = items.company_id
        plans, kept, share = self._plans(company)
        policy, position, level = self._level(items)
        if not (level and policy):
            return History(plans, kept, share)
        day = self.env["dunning.message"]._today(company)
        return History(plans, kept, share, level, *self._invoices(company, policy, position, day))

    @api.model
    def _plans(self, company):
        """Number of plans that ended, of those that were kept, and what was paid of them."""
        ((plans, kept, share),) = self.env.execute_query(
            SQL(
                """SELECT count(*), count(*) FILTER (WHERE state = 'completed'),
                          avg(CASE WHEN state = 'completed' THEN 1
                                   ELSE least(coalesce(paid, 0)
                                              / (total - coalesce(credited, 0)), 1) END)
                     FROM dunning_payment_plan
                    WHERE company_id = %s AND state IN ('completed', 'lapsed', 'ended')
                      AND started_on IS NOT NULL AND total > coalesce(credited, 0)""",
                company.id,
            )
        )
        return plans, kept, float(share or 0)

    @api.model
    def _level(self, items):
        """The furthest level that items reached, else the first that comes: policy, no., name."""
        item = items.sorted("reached", reverse=True)[:1]
        # An item that has not begun yet has none of its own.
        policy = self.env["dunning.page.choice"]._policies(item.ids)[:1]
        if item.reached:
            return policy, item.reached, item.reached_name or ""
        return policy, item.next_position, item.next_name or ""

    @api.model
    def _invoices(self, company, policy, position, day):
        """Number of invoices that reached a level, of those that are settled, and after how long."""
        ((invoices, settled, days),) = self.env.execute_query(
            SQL(
                """WITH reached AS (
                       SELECT line.item_id, min(notice.sent_on) AS day
                         FROM dunning_notice notice
                         JOIN dunning_level level ON level.id = notice.level_id
                         JOIN dunning_notice_line line ON line.notice_id = notice.id
                        WHERE notice.company_id = %(company)s AND notice.state = 'sent'
                          AND notice.sent_on BETWEEN %(since)s AND %(until)s
                          AND level.policy_id = %(policy)s
                          AND line.position = %(position)s AND line.void_because IS NULL
                     GROUP BY line.item_id
                   )
                   SELECT count(*), count(*) FILTER (WHERE item.state <> 'open'),
                          avg(item.closed_on - reached.day) FILTER (WHERE item.state = 'closed')
                     FROM reached
                     JOIN dunning_item item ON item.id = reached.item_id
                    WHERE NOT EXISTS (
                          SELECT FROM dunning_item_dunning_payment_plan_rel rel
                            JOIN dunning_payment_plan plan
                              ON plan.id = rel.dunning_payment_plan_id
                           WHERE rel.dunning_item_id = item.id AND plan.started_on IS NOT NULL)""",
                company=company.id,
                policy=policy.id,
                position=position,
                since=Date.subtract(day, years=YEARS),
                until=Date.subtract(day, days=SETTLED_DAYS),
            )
        )
        return invoices, settled, round(days or 0)

    @api.model
    def _words(self, history, schedule, currency):
        """A plan against going on without one, for people.

        :param history: :class:`History`
        :param schedule: :class:`~..rules.instalments.Instalment`; none: the plan is not known yet
        :return: lines
        """
        return "\n".join(
            [self._plan_words(history, schedule, currency), self._other_words(history)]
        )

    @api.model
    def _plan_words(self, history, schedule, currency):
        total = sum(float(each.amount) for each in schedule)
        values = {
            "plans": history.plans,
            "kept": history.kept,
            "total": format_amount(self.env, total, currency),
            "day": schedule and format_date(self.env, max(each.due for each in schedule)),
            "expected": format_amount(self.env, currency.round(total * history.share), currency),
        }
        if history.plans < ENOUGH:
            return (
                self.env._("With this plan: %(total)s by %(day)s. No history yet.", **values)
                if schedule
                else self.env._("With a plan: no history yet.")
            )
        if not schedule:
            return self.env._(
                "Of %(plans)s plans that ended %(kept)s were paid in full.",
                plans=history.plans,
                kept=history.kept,
            )
        return self.env._(
            "Of %(plans)s plans that ended %(kept)s were paid in full. This plan: %(total)s by "
            "%(day)s, expected %(expected)s.",
            **values,
        )

    @api.model
    def _other_words(self, history):
        if history.invoices < ENOUGH:
            return self.env._("Without a plan: no history yet.")
        if not history.settled:
            return self.env._(
                "Without a plan: of %(invoices)s invoices that reached “%(level)s” none is "
                "settled.",
                invoices=history.invoices,
                level=history.level,
            )
        return self.env._(
            "Without a plan: of %(invoices)s invoices that reached “%(level)s” %(settled)s are "
            "settled, after %(days)s days on average.",
            invoices=history.invoices,
            level=history.level,
            settled=history.settled,
            days=history.days,
        )
