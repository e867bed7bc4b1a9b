"""What of today debtors wrote, asked for, promised or contest."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .dunning_today import COLLECTOR, Act, Section

#: So many letters of what a debtor wrote are shown.
EXCERPT = 90
#: A promise that was not kept is shown for so many days, unless somebody did something before.
BROKEN_DAYS = 30
#: Whoever was called about a late plan is left alone for so many days.
CALLED_DAYS = 7


def excerpt(text):
    """The beginning of a text, on one line."""
    words = " ".join((text or "").split())
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1].rstrip() + "…"


def rel_of(model):
    """Table and columns, of the items and of the records, in which a model keeps its items."""
    rel = model._fields["item_ids"]
    return (
        SQL.identifier(rel.relation),
        SQL.identifier(rel.column2),
        SQL.identifier(rel.column1),
    )


def names(records, number=None):
    """The names of some records; the first three, then how many more there are.

    :param number: how many there are, where these are the first of them
    """
    told = [each.display_name for each in records[:3]]
    more = (number or len(records)) - len(told)
    return ", ".join(told) + (f" +{more}" if more else "")


class DunningPromise(models.Model):
    _inherit = "dunning.promise"  # pylint: disable=consider-merging-classes-inherited

    to_follow_up = fields.Boolean(
        compute="_compute_to_follow_up",
        search="_search_to_follow_up",
        help="Not kept in the last 30 days, something of it is open, and nobody has called or "
        "agreed anything since.",
    )

    @api.depends("state", "item_ids.state")
    def _compute_to_follow_up(self):
        found = self.search(Domain("id", "in", self.ids) & Domain("to_follow_up", "=", True))
        for promise in self:
            promise.to_follow_up = promise in found

    @api.model
    def _search_to_follow_up(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        waiting = SQL(
            """(SELECT promise.id FROM dunning_promise promise
                 WHERE promise.state = 'broken' AND promise.deadline >= %s
                   AND EXISTS (SELECT FROM %s rel JOIN dunning_item item ON item.id = rel.%s
                                WHERE rel.%s = promise.id AND item.state = 'open')
                   AND NOT EXISTS (SELECT FROM dunning_call talk
                                    WHERE talk.debtor_id = promise.debtor_id
                                      AND talk.moment::date > promise.date)
                   AND NOT EXISTS (SELECT FROM dunning_promise later
                                    WHERE later.debtor_id = promise.debtor_id
                                      AND later.state = 'open')
                   AND NOT EXISTS (SELECT FROM dunning_payment_plan plan
                                    WHERE plan.debtor_id = promise.debtor_id
                                      AND plan.state IN ('proposed', 'offered', 'running')))""",
            today - timedelta(days=BROKEN_DAYS),
            *rel_of(self),
        )
        return Domain("id", "in" if True in value else "not in", waiting)


class DunningPaymentPlan(models.Model):
    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    to_follow_up = fields.Boolean(
        compute="_compute_to_follow_up",
        search="_search_to_follow_up",
        help="Behind, and either somebody is to say whether it lapses, or nobody has called the "
        "debtor in the last seven days.",
    )

    @api.depends("state", "health", "lapse_asked_on")
    def _compute_to_follow_up(self):
        found = self.search(Domain("id", "in", self.ids) & Domain("to_follow_up", "=", True))
        for plan in self:
            plan.to_follow_up = plan in found

    @api.model
    def _search_to_follow_up(self, operator, value):
        if operator != "in":
            return NotImplemented
        called = SQL(
            """(SELECT plan.id FROM dunning_payment_plan plan
                  JOIN dunning_call talk ON talk.debtor_id = plan.debtor_id
                 WHERE plan.state = 'running' AND talk.moment > %s)""",
            fields.Datetime.now() - timedelta(days=CALLED_DAYS),
        )
        late = Domain("state", "=", "running") & Domain("health", "=", "late")
        waiting = late & (Domain("lapse_asked_on", "!=", False) | Domain("id", "not in", called))
        return waiting if True in value else ~waiting


class DunningToday(models.AbstractModel):
    _inherit = "dunning.today"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self):
        return [
            *super()._sections(),
            (10, self._today_questions()),
            (15, self._today_disputes()),
            (20, self._today_plan_requests()),
            (25, self._today_paid_said()),
            (55, self._today_promises()),
            (60, self._today_plans_late()),
            (130, self._today_contacts()),
        ]

    @api.model
    def _open_amount(self, model):
        """What is open of the items that records are about, in the company's currency."""
        return SQL(
            """(SELECT sum(item.amount_company) FROM %s rel
                  JOIN dunning_item item ON item.id = rel.%s
                 WHERE rel.%s = t.id AND item.state = 'open')""",
            *rel_of(self.env[model]),
        )

    @api.model
    def _call(self):
        env = self.env
        return Act(env._("Log Call…"), "payt_dunning.action_dunning_call_debtors", about="debtor")

    @api.model
    def _today_questions(self):
        """Its deadline is the day until which friendly reminders wait for the answer."""
        env = self.env
        return Section(
            key="question",
            title=env._("Messages to answer"),
            model="dunning.question",
            domain=Domain("state", "=", "open"),
            action="payt_dunning.action_dunning_question",
            amount=self._open_amount("dunning.question"),
            currency=SQL("company.currency_id"),
            deadline=SQL(
                """coalesce((SELECT max(hold.date_until) FROM dunning_hold hold
                              WHERE hold.owner_model = 'dunning.question'
                                AND hold.owner_id = t.id AND hold.released_on IS NULL),
                            t.asked_on::date + company.dunning_answer_days)"""
            ),
            about=lambda question: question.move_id.name,
            why=lambda question: excerpt(question.text),
            acts=(
                Act(env._("Answer…"), "action_answer"),
                Act(env._("No Answer Needed"), "action_no_answer"),
            ),
        )

    @api.model
    def _today_disputes(self):
        env = self.env
        return Section(
            key="dispute",
            title=env._("Disputes to decide"),
            model="dunning.dispute",
            domain=Domain("state", "=", "open"),
            action="payt_dunning.action_dunning_dispute",
            handler="owner_id",
            deadline=SQL("t.deadline"),
            about=lambda dispute: dispute.move_id.name or dispute.name,
            why=lambda dispute: ": ".join(
                filter(None, (dispute.reason_id.name, excerpt(dispute.text)))
            ),
            acts=(Act(env._("Decide…"), "payt_dunning.action_dunning_dispute_outcome"),),
        )

    @api.model
    def _today_plan_requests(self):
        env = self.env
        decide = "payt_dunning.action_dunning_plan_decision"
        return Section(
            key="plan_request",
            title=env._("Payment plans asked for"),
            model="dunning.payment.plan",
            domain=Domain("state", "=", "proposed"),
            action="payt_dunning.action_dunning_payment_plan",
            amount=SQL("t.total"),
            deadline=SQL("t.answer_by"),
            about=lambda plan: plan.name,
            why=lambda plan: excerpt(plan.reason),
            acts=(
                Act(env._("Approve…"), decide, context={"default_kind": "approve"}),
                Act(env._("Counter-Offer…"), "payt_dunning.action_dunning_plan_wizard"),
                Act(env._("Refuse…"), decide, context={"default_kind": "refuse"}),
            ),
        )

    @api.model
    def _today_paid_said(self):
        env = self.env
        return Section(
            key="paid_said",
            title=env._("Say that they have paid"),
            model="dunning.payment.advice",
            domain=Domain("state", "=", "open"),
            action="payt_dunning.action_dunning_payment_advice",
            deadline=SQL("t.hold_until"),
            about=lambda advice: names(advice.item_ids),
            why=lambda advice: env._("Paid on %s", format_date(env, advice.paid_on)),
            acts=(
                Act(env._("Look for It")),
                Act(
                    env._("Not Received"),
                    "action_not_received",
                    confirm=env._(
                        "The debtor is told that we did not find it and asked for a proof; "
                        "follow-up goes on tomorrow. Was it not received?"
                    ),
                ),
            ),
        )

    @api.model
    def _today_promises(self):
        """Not kept, and nobody did anything about it yet."""
        env = self.env
        return Section(
            key="promise",
            title=env._("Promises not kept"),
            model="dunning.promise",
            domain=Domain("to_follow_up", "=", True),
            action="payt_dunning.action_dunning_promise",
            amount=SQL("greatest(t.amount - coalesce(t.paid, 0), 0)"),
            deadline=SQL("t.date"),
            about=lambda promise: names(promise.item_ids),
            why=lambda promise: env._("Promised for %s", format_date(env, promise.date)),
            acts=(
                self._call(),
                Act(
                    env._("Payment Plan…"),
                    "payt_dunning.action_dunning_plan_debtors",
                    about="debtor",
                ),
            ),
        )

    @api.model
    def _today_plans_late(self):
        """Behind, and somebody is to decide, or nobody has called lately."""
        env = self.env
        return Section(
            key="plan_late",
            title=env._("Payment plans behind"),
            model="dunning.payment.plan",
            domain=Domain("to_follow_up", "=", True),
            action="payt_dunning.action_dunning_payment_plan",
            amount=SQL('t."left"'),
            deadline=SQL("coalesce(t.lapse_asked_on, t.next_date)"),
            about=lambda plan: plan.name,
            why=lambda plan: (
                env._("Let it lapse, or give more time?")
                if plan.lapse_asked_on
                else env._("An instalment was missed")
            ),
            acts=(
                self._call(),
                Act(
                    env._("Give More Time"),
                    "action_give_time",
                    confirm=env._("The days after the warning begin anew today. Give more time?"),
                    when=lambda plan: bool(plan.lapse_asked_on),
                ),
                Act(
                    env._("Let It Lapse"),
                    "action_lapse",
                    confirm=env._(
                        "What is left is due at once, and follow-up goes on tomorrow at the "
                        "earliest. The debtor is told. Let the plan lapse?"
                    ),
                ),
            ),
        )

    @api.model
    def _today_contacts(self):
        env = self.env
        return Section(
            key="contact",
            title=env._("Contact details to check"),
            model="dunning.contact.change",
            domain=Domain("state", "=", "open"),
            action="payt_dunning.action_dunning_contact_change",
            amount=SQL("NULL::numeric"),
            currency=SQL("NULL::int"),
            about=lambda change: "",
            why=lambda change: excerpt(change.summary),
            acts=(
                Act(
                    env._("Decide…"),
                    "payt_dunning.action_dunning_contact_decide",
                    group=COLLECTOR,
                ),
            ),
        )
