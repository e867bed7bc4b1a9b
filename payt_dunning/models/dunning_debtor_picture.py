from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

#: Days late up to which an amount is in a bucket; the last has no end.
BUCKETS = (0, 30, 60, 90, None)


class DunningDebtor(models.Model):
    """What a collector sees of a debtor at once: how old what is owed is, what was agreed, how
    the debtor behaves, and what comes next."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    aging = fields.Json(
        "How Old It Is",
        compute="_compute_aging",
        help="Open amounts in each currency by days after the due date.",
    )
    main_phone = fields.Char(related="partner_id.phone")
    main_email = fields.Char(related="partner_id.email")
    question_count = fields.Integer("Unanswered Messages", compute="_compute_question_count")
    agreements = fields.Text("Agreed or Contested", compute="_compute_agreements")
    next_step = fields.Char(compute="_compute_next_step")
    next_step_on = fields.Date(compute="_compute_next_step")

    @api.depends("item_ids.state", "item_ids.amount_open", "item_ids.date_due")
    @api.depends_context("lang")
    def _compute_aging(self):
        """In one statement; credits that are not matched are no items and do not count."""
        self.env.flush_all()
        today = fields.Date.context_today(self)
        found = {}
        for debtor_id, currency_id, bucket, amount, count in self.env.execute_query(
            SQL(
                """SELECT debtor_id, currency_id,
                          CASE WHEN %(day)s - date_due <= 0 THEN 0
                               WHEN %(day)s - date_due <= 30 THEN 1
                               WHEN %(day)s - date_due <= 60 THEN 2
                               WHEN %(day)s - date_due <= 90 THEN 3
                               ELSE 4 END AS bucket,
                          sum(amount_open), count(*)
                     FROM dunning_item
                    WHERE debtor_id = ANY(%(ids)s) AND state = 'open' AND amount_open > 0
                 GROUP BY debtor_id, currency_id, bucket ORDER BY currency_id, bucket""",
                day=today,
                ids=self.ids,
            )
        ):
            own = found.setdefault(debtor_id, {}).setdefault(currency_id, {})
            own[bucket] = (float(amount), count)
        labels = self._aging_labels()
        for debtor in self:
            debtor.aging = [
                self._aging_bar(self.env["res.currency"].browse(currency_id), buckets, labels)
                for currency_id, buckets in found.get(debtor._origin.id, {}).items()
            ]

    @api.model
    def _aging_labels(self):
        return (
            self.env._("Not due"),
            self.env._("1-30 days"),
            self.env._("31-60 days"),
            self.env._("61-90 days"),
            self.env._("More than 90 days"),
        )

    @api.model
    def _aging_bar(self, currency, buckets, labels):
        """What one currency owes by age, in plain values.

        :param buckets: amount and number of items by place in :data:`BUCKETS`
        """
        total = sum(amount for amount, _count in buckets.values())
        return {
            "currency": currency.name,
            "total": format_amount(self.env, total, currency),
            "buckets": [
                {
                    "place": place,
                    "label": labels[place],
                    "amount": format_amount(self.env, amount, currency),
                    "count": count,
                    "share": round(100 * amount / total, 2),
                }
                for place, (amount, count) in sorted(buckets.items())
            ],
        }

    @api.depends("partner_id")
    def _compute_question_count(self):
        counts = {
            debtor.id: count
            for debtor, count in self.env["dunning.question"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "=", "open")], ["debtor_id"], ["__count"]
            )
        }
        for debtor in self:
            debtor.question_count = counts.get(debtor._origin.id, 0)

    def action_questions(self):
        """The messages of these debtors that wait for an answer."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning.action_dunning_question"
        )
        waiting = [("debtor_id", "in", self.ids), ("state", "=", "open")]
        return {**action, "domain": waiting, "context": {}}

    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_agreements(self):
        """Promises that are expected, plans under way and open disputes, a line each."""
        lines = {}
        for told in (self._promises_told(), self._plans_told(), self._disputes_told()):
            for debtor_id, line in told:
                lines.setdefault(debtor_id, []).append(line)
        for debtor in self:
            debtor.agreements = "\n".join(lines.get(debtor._origin.id, ()))

    def _of_these(self, model, states, order):
        """Records of these debtors in some states."""
        return self.env[model].search(
            [("debtor_id", "in", self.ids), ("state", "in", states)], order=order
        )

    def _promises_told(self):
        for promise in self._of_these("dunning.promise", ("open",), "date, id"):
            yield (
                promise.debtor_id.id,
                self.env._(
                    "Promised: %(amount)s on %(day)s",
                    amount=format_amount(self.env, promise.amount, promise.currency_id),
                    day=format_date(self.env, promise.date),
                ),
            )

    def _plans_told(self):
        states = dict(
            self.env["dunning.payment.plan"]._fields["state"]._description_selection(self.env)
        )
        under_way = ("proposed", "offered", "running")
        for plan in self._of_these("dunning.payment.plan", under_way, "id"):
            yield (
                plan.debtor_id.id,
                self.env._(
                    "Payment plan %(name)s (%(state)s): %(left)s to pay, next on %(day)s",
                    name=plan.name,
                    state=states[plan.state],
                    left=format_amount(self.env, plan.left, plan.currency_id),
                    day=format_date(self.env, plan.next_date) if plan.next_date else "–",
                ),
            )

    def _disputes_told(self):
        for dispute in self._of_these("dunning.dispute", ("open",), "deadline, id"):
            yield (
                dispute.debtor_id.id,
                self.env._(
                    "Contests %(amount)s (%(reason)s): answer by %(day)s",
                    amount=format_amount(self.env, dispute.amount, dispute.currency_id),
                    reason=dispute.reason_id.name,
                    day=format_date(self.env, dispute.deadline),
                ),
            )

    @api.depends("item_ids.state", "item_ids.action", "item_ids.reason", "item_ids.next_date")
    @api.depends_context("lang")
    def _compute_next_step(self):
        """Of the item that comes first; where all wait for somebody, why the largest does."""
        self.env.flush_all()
        first = self.env["dunning.item"].browse(
            item_id
            for (item_id,) in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (debtor_id) id FROM dunning_item
                        WHERE debtor_id = ANY(%s) AND state = 'open'
                     ORDER BY debtor_id, coalesce(action, '') = 'blocked',
                              CASE WHEN coalesce(action, '') <> 'blocked' THEN next_date END,
                              amount_company DESC, id""",
                    self.ids,
                )
            )
        )
        reasons = dict(first._fields["reason"]._description_selection(self.env))
        by_debtor = {item.debtor_id.id: item for item in first}
        for debtor in self:
            item = by_debtor.get(debtor._origin.id, first.browse())
            waits = item.action == "blocked"
            debtor.next_step_on = not waits and item.next_date
            debtor.next_step = (
                self.env._("%(level)s, for %(item)s", level=item.next_name, item=item.name)
                if item.next_name and not waits
                else reasons.get(item.reason)
            )
