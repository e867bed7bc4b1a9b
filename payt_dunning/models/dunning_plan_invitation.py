from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_notice import LIVE_STATES


class Invitation(NamedTuple):
    """A payment plan that a message offers; plain values.

    :param schedule: :class:`~..rules.instalments.Instalment`
    :param until: last day on which it can be accepted
    :param guard: what the plan keeps of its policy
    """

    schedule: tuple
    item_ids: tuple
    charge_ids: tuple
    until: object
    guard: dict

    @property
    def total(self):
        return sum((each.amount for each in self.schedule), ZERO)


class Around(NamedTuple):
    """What decides beside a policy whether a message may offer a plan.

    :param taken: ids of items that are in a plan, or about which one waits
    :param broken: by debtor, the last day on which one of its plans lapsed
    :param charges: by debtor, ``(id, ids of its items, what is left)`` of costs that can be in one
    """

    taken: set
    broken: dict
    charges: dict


class DunningPaymentPlan(models.Model):
    """Offers that go along with messages of levels: made with them, withdrawn with them."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    # -- what is offered -------------------------------------------------------------------------

    @api.model
    def _around_invitations(self, planned):
        """What decides about the offers of some messages, read for all of them.

        :param planned: list of :class:`~..rules.plan.PlannedNotice`
        :return: :class:`Around`
        """
        plans = self.sudo()
        item_ids = sorted({line.item_id for each in planned for line in each.asked_lines})
        debtor_ids = sorted({each.debtor_id for each in planned})
        waiting = plans.search(
            Domain("item_ids", "in", item_ids)
            & (
                Domain("state", "in", ("running", "proposed"))
                # What one of us offered does not make room for an offer that nobody looked at.
                | Domain("state", "=", "offered") & Domain("invitation_id.kind", "!=", "reminder")
            )
        )
        lapsed = plans._read_group(
            [("debtor_id", "in", debtor_ids), ("state", "=", "lapsed")],
            ["debtor_id"],
            ["ended_on:max"],
        )
        return Around(
            set(waiting.item_ids.ids),
            {debtor.id: day for debtor, day in lapsed if day},
            self._charges_to_offer(debtor_ids) if any(each.asked for each in planned) else {},
        )

    @api.model
    def _charges_to_offer(self, debtor_ids):
        """What was claimed of debtors, is open, and can be in a plan; see :class:`Around`."""
        found = defaultdict(list)
        charges = self.env["dunning.charge"].sudo()
        charges = charges.search(
            [("debtor_id", "in", debtor_ids), ("state", "in", ("claimed", "booked"))], order="id"
        )
        may_book = self.env["dunning.page.choice"]._can_book
        for charge in charges.filtered(lambda charge: charge.amount_left > 0):
            if charge.state == "booked" or may_book(charge.company_id):
                about = frozenset(charge.share_ids.item_id.ids)
                found[charge.debtor_id.id].append((charge.id, about, exact(charge.amount_left)))
        return found

    @api.model
    def _invitation(self, planned, terms, step, around):
        """The plan that a message offers; ``None`` where its policy has none for it.

        :param planned: :class:`~..rules.plan.PlannedNotice`
        :param terms: :class:`~.dunning_plan_policy.PlanTerms`
        :param step: the currency's smallest unit
        :param around: :class:`Around`
        """
        item_ids = tuple(line.item_id for line in planned.asked_lines)
        broken = around.broken.get(planned.debtor_id)
        payees = {line.payee_id for line in planned.asked_lines}
        # What a plan is paid to is one account; costs are paid to us.
        if len(payees) > 1 or (any(payees) and planned.total != planned.principal):
            return None
        if around.taken.intersection(item_ids) or (
            broken and broken > fields.Date.subtract(planned.day, months=terms.again_months)
        ):
            return None
        charge_ids, costs = self._charges_of(planned, item_ids, around)
        schedule = self._proposed_schedule(
            planned.principal + costs, terms, planned.day, Decimal(repr(step))
        )
        if not schedule:
            return None
        until = fields.Date.add(planned.day, days=terms.offer_days)
        return Invitation(schedule, item_ids, charge_ids, until, terms.guard)

    @api.model
    def _charges_of(self, planned, item_ids, around):
        """The costs that a message asks for, where they can be in its plan: their ids and sum."""
        wanted = planned.asked.costs if planned.asked else ZERO
        own = [
            (charge_id, left)
            for charge_id, about, left in around.charges.get(planned.debtor_id, ())
            if about <= set(item_ids)
        ]
        if not wanted or sum((left for _id, left in own), ZERO) != wanted:
            return (), ZERO
        return tuple(charge_id for charge_id, _left in own), wanted

    # -- kept, and withdrawn -----------------------------------------------------------------------

    @api.model
    def _offer_invited(self, invited):
        """Keep the plans that messages offer; copies of a message offer the same one.

        :param invited: ``[(notice, Invitation)]``
        """
        if not invited:
            return
        groups = defaultdict(lambda: self.env["dunning.notice"])
        offers = {}
        for notice, offer in invited:
            key = (notice.debtor_id.id, frozenset(offer.item_ids), offer.schedule)
            groups[key] |= notice
            offers[key] = offer
        items = self.env["dunning.item"].browse(
            {each for _notice, offer in invited for each in offer.item_ids}
        )
        known, fresh, kept = self._of_items(items, ("offered",)), [], self.browse()
        for key, notices in groups.items():
            same = known.filtered(
                lambda plan, key=key, notices=notices: (
                    plan.invitation_id.as_of == notices[0].as_of
                    and frozenset(plan.item_ids.ids) == key[1]
                    and plan._schedule() == key[2]
                )
            )[:1]
            if same:
                notices.sudo().plan_id = same
                kept |= same
            else:
                fresh.append(key)
        (known - kept)._withdraw(self.env._("Another offer took its place."))
        quiet = self.sudo().with_context(mail_create_nolog=True, tracking_disable=True)
        plans = quiet.create([self._invited_values(groups[key], offers[key]) for key in fresh])
        for key, plan in zip(fresh, plans, strict=True):
            groups[key].sudo().plan_id = plan.with_env(self.env)

    @api.model
    def _invited_values(self, notices, offer):
        first = notices[0]
        return {
            **offer.guard,
            "company_id": first.company_id.id,
            "debtor_id": first.debtor_id.id,
            "currency_id": first.currency_id.id,
            "state": "offered",
            "origin": "invitation",
            "invitation_id": first.id,
            "valid_until": offer.until,
            "item_ids": [Command.set(offer.item_ids)],
            "charge_ids": [Command.set(offer.charge_ids)],
            "total": float(offer.total),
            "left": float(offer.total),
            "last_date": offer.schedule[-1].due,
            "next_date": offer.schedule[0].due,
            "next_amount": float(offer.schedule[0].amount),
            "installment_ids": [
                Command.create(
                    {
                        "number": each.number,
                        "date": each.due,
                        "amount": float(each.amount),
                        "needed": float(each.amount),
                    }
                )
                for each in offer.schedule
            ],
        }

    def _has_left(self):
        """Those whose offer the debtor may have: a message of a level is sent first."""
        return self.filtered(
            lambda plan: (
                plan.invitation_id.kind != "reminder"
                or any(
                    notice.state in ("sent", "ambiguous", "returned")
                    for notice in plan.notice_ids
                    if notice.kind == "reminder"
                )
            )
        )


class DunningNotice(models.Model):
    """What a message offered is withdrawn with it."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _update_state(self, state, **values):
        result = super()._update_state(state, **values)
        if state in ("cancelled", "failed"):
            for plan in self.plan_id.filtered(lambda plan: plan.state == "offered"):
                carriers = plan.notice_ids.filtered(lambda notice: notice.kind == "reminder")
                if carriers & self and not any(each.state in LIVE_STATES for each in carriers):
                    plan._withdraw(self.env._("Its message was not sent."))
        return result


class DunningMessage(models.AbstractModel):
    """How messages of levels show what they offer."""

    _inherit = "dunning.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _invitation_frame(self, planned, sources, invitation):
        """What the frame shows of an offer to pay in parts.

        :return: dict with ``title``, ``first`` and ``last`` sentence and ``rows`` (label, amount);
            ``None`` where there is no offer
        """
        if not invitation:
            return None
        env, schedule = sources.words.env_of(planned.lang), invitation.schedule

        def money(amount):
            return sources.amount(planned.lang, planned.currency_id, amount)

        values = {
            "total": money(invitation.total),
            "count": len(schedule),
            "each": money(schedule[0].amount),
            "day": sources.words.date(planned.lang, schedule[0].due),
            "until": sources.words.date(planned.lang, invitation.until),
        }
        even = all(each.amount == schedule[0].amount for each in schedule)
        first = (
            env._(
                "Instead of %(total)s at once you can pay %(count)s times %(each)s, the first time "
                "by %(day)s:",
                **values,
            )
            if even
            else env._(
                "Instead of %(total)s at once you can pay %(count)s instalments, the first of "
                "%(each)s by %(day)s:",
                **values,
            )
        )
        return {
            "title": env._("You can pay in parts"),
            "first": first,
            "rows": [
                (
                    env._(
                        "%(number)s. by %(day)s",
                        number=each.number,
                        day=sources.words.date(planned.lang, each.due),
                    ),
                    money(each.amount),
                )
                for each in schedule
            ],
            "last": env._(
                "You agree with one tap on your page, until %(until)s. Do other amounts or days "
                "suit you better? You can choose them there too. As long as you have not agreed, "
                "what this message says above counts.",
                **values,
            ),
        }
