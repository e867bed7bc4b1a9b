from contextlib import contextmanager
from decimal import Decimal

from odoo import fields

from odoo.addons.payt_dunning.rules.instalments import by_count, due_dates

from .common import DunningCommon

STEP = Decimal("0.01")


class PlanCommon(DunningCommon):
    """Debtors that pay in parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Plan = cls.env["dunning.payment.plan"].sudo()
        cls.collector = cls.person("collector", "group_dunning_user")
        cls.consumers = cls.env.ref("payt_dunning.policy_consumer")

    def item(self, amount=300.0, partner=None, **values):
        return self.synced(self.invoice(amount=amount, partner=partner or self.consumer, **values))

    def schedule(self, items, count=3, days=10, every="month"):
        """So many instalments, the first in some days."""
        total = sum((Decimal(repr(item.amount_open)) for item in items), Decimal(0))
        dates = due_dates(self.after(days), count, every)
        return by_count(total, count, dates, STEP)

    def plan(self, items=None, count=3, days=10, every="month", **values):
        """A plan that runs."""
        items = items or self.item()
        plan = self.Plan._make(
            items, self.schedule(items, count, days, every), "proposed", "clerk", **values
        )
        plan._start("clerk")
        return plan

    def guard(self, days):
        """The daily run so many days from today."""
        self.run_day(day=self.after(days))

    def receive(self, item, amount, days=0):
        """Money that comes for an item on a day, and is matched."""
        with self.on_day(self.after(days)):
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=item.move_id.ids)
                .create({"payment_date": self.after(days), "amount": amount})
            )
            return wizard._create_payments()

    def states(self, plan):
        plan.installment_ids.invalidate_recordset()
        return plan.installment_ids.mapped("state")

    def told(self, plan, topic=None):
        """The messages about a plan."""
        notices = self.Notice.search([("plan_id", "=", plan.id)], order="id")
        return notices.filtered(lambda notice: not topic or notice.topic == topic)

    def holds(self, item):
        return self.env["dunning.hold"].search(
            [("item_id", "=", item.id), ("released_on", "=", False)]
        )

    def day_of(self, plan, number):
        """Days from today to an instalment."""
        record = plan.installment_ids.filtered(lambda each: each.number == number)
        return (record.date - self.today).days

    @contextmanager
    def on(self, days):
        with self.on_day(self.after(days)):
            yield fields.Date.to_string(self.after(days))

    def send_warning(self, plan):
        """The warning reaches the debtor."""
        warning = self.told(plan, "plan_missed").filtered(lambda each: each.state == "queued")
        for notice in warning:
            notice._mark("sending")
            notice._mark("sent")
        return warning

    def warned(self, **values):
        """A plan whose first instalment (day 10) was missed, and who was warned of it on day 14."""
        plan = self.plan(**values)
        self.guard(14)
        self.assertTrue(self.send_warning(plan))
        return plan

    def lapsed_by(self, plan, *days):
        for number in days:
            self.guard(number)
        return plan.state == "lapsed"
