from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..rules.handover import LIMITATION_WARNING
from .collection_case import OURS
from .dunning_charge_waiver import BANK_DAYS, CONDITIONS


class CollectionCase(models.Model):
    """What people decide about a case: recall it, waive what is asked beside, give it up."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    offer_until = fields.Date(
        "Costs Lapse if Paid by",
        readonly=True,
        help="Costs and interest lapse when all its invoices are paid by this day.",
    )
    offer_state = fields.Selection(CONDITIONS, "Offer", readonly=True)
    offer_reason = fields.Char("Why Offered", readonly=True)

    # -- the dialogs of items, about those of a case ----------------------------------------------

    def _dialog(self, xmlid):
        """A dialog about what is followed up of these cases."""
        items = self._as_collector()._still_ours()._open_items()
        if not items:
            raise UserError(self.env._("Nothing of it is open any more."))
        action = self.env["ir.actions.act_window"]._for_xml_id(f"payt_dunning.{xmlid}")
        context = {
            "active_model": "dunning.item",
            "active_ids": items.ids,
            "active_id": items[0].id,
        }
        return {**action, "context": context}

    def action_pause(self):
        """Pause what is followed up of these cases."""
        return self._dialog("action_dunning_pause")

    def action_resume(self):
        """End the pauses of these cases, and see what comes next."""
        return self._dialog("action_dunning_resume")

    def action_plan(self):
        """Agree on a payment plan about these cases, costs and interest included."""
        return self._dialog("action_dunning_plan_items")

    # -- recall ----------------------------------------------------------------------------------

    def action_recall(self, reason, tell=True, apology=None):
        """Withdraw a case that was begun wrongly or too early, as if it had never been.

        Its formal messages count no more, what was claimed by them lapses, and its invoices begin
        again as if they were due today. Nothing of it counts against the debtor.

        :param reason: why, in words
        :param tell: apologise to the debtor
        :param apology: the text; empty: the usual one
        """
        cases = self._as_collector()._still_ours()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the case is recalled."))
        for case in cases:
            items = case._open_items()
            waived = case._lapse(items, reason)
            case._withdraw_messages(reason)
            for item in items.filtered(lambda item: item.state == "open"):
                item._begin_again()
                item.write({"count_from": case._today()})
            if tell:
                case._apologise(items, waived, apology)
            case._close("recalled", self.env._("Recalled. Reason: %s", reason))
            items._resume()
            case.debtor_id._decide_now()
        return True

    def _withdraw_messages(self, reason):
        """Formal messages of a case count no more; those that wait are dropped."""
        waiting = self.notice_ids.filtered(lambda each: each.state in ("planned", "queued"))
        waiting._drop(self.env._("Case %(case)s was recalled: %(why)s", case=self.name, why=reason))
        lines = self.notice_ids.filtered(lambda each: each.state == "sent").line_ids
        formal = lines | self._notices_before().line_ids.filtered(
            lambda line: line.item_id in self.line_ids.item_id
        )
        formal.filtered("position").write({"void_because": reason, "live": False})

    def _notices_before(self):
        """Formal messages that left about its items before there was a case, and began it."""
        return (
            self.env["dunning.notice.line"]
            .sudo()
            .search(
                [
                    ("item_id", "in", self.line_ids.item_id.ids),
                    ("notice_id.case_id", "=", False),
                    ("notice_id.phase", "in", ("notice", "collection")),
                    ("notice_id.debtor_id", "=", self.debtor_id.id),
                    ("notice_id.state", "=", "sent"),
                ]
            )
            .notice_id
        )

    def _charges(self, items=None):
        """Costs and interest that are claimed about its items, of which something is left."""
        items = self.line_ids.item_id if items is None else items
        shares = (
            self.env["dunning.charge.share"]
            .sudo()
            .search(
                [
                    ("item_id", "in", items.ids),
                    ("charge_id.state", "in", ("claimed", "booked")),
                ]
            )
        )
        return shares.charge_id.filtered(lambda charge: charge.amount_left > 0)

    def _lapse(self, items, reason):
        """Waive what was claimed about items, with the right to let go of so much.

        :return: what lapses
        """
        lapsed = 0.0
        for charge in self._charges(items):
            amount = charge.amount_left
            charge._check_may_waive(amount)
            charge._waive(amount, reason)
            lapsed += amount
        return lapsed

    def _apologise(self, items, waived, apology=None):
        def words(env):
            if apology:
                return env._("Our apologies"), apology.split("\n\n")
            money = format_amount(env, waived, self.currency_id) if waived else ""
            text = [
                env._(
                    "We wrote to you that you were late with paying. We should not have done so."
                ),
                env._("Please take our messages about this as not sent. We are sorry."),
            ]
            if money:
                text.insert(1, env._("You need not pay the extra %s that we asked for.", money))
            return env._("Our apologies"), text

        self.env["dunning.talk"]._tell(self.debtor_id, items, "recall", words)

    # -- costs against quick payment ---------------------------------------------------------------

    def action_offer(self, until, reason, tell=True):
        """Let costs and interest lapse when all invoices of a case are paid by a day.

        Until then nothing else leaves about them.

        :param until: the last day, a date
        :param reason: why, in words
        :param tell: write it to the debtor
        """
        case = self._as_collector()._still_ours()
        case.ensure_one()
        until = fields.Date.to_date(until)
        if not until or until < case._today():
            raise UserError(self.env._("Fill in a day that is not over."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is waived."))
        charges, items = case._charges(), case._open_items()
        if not charges:
            raise UserError(
                self.env._(
                    "No costs or interest are claimed in case %s: nothing can lapse.", case.name
                )
            )
        for charge in charges:
            charge._check_may_waive(charge.amount_left)
            charge._offer(until, reason)
        amount = sum(charges.mapped("amount_left"))
        case.write({"offer_until": until, "offer_state": "offered", "offer_reason": reason})
        holds = self.env["dunning.hold"].sudo()
        holds.create(
            [
                {
                    "company_id": case.company_id.id,
                    "item_id": item.id,
                    "kind": "pause",
                    # Until it is judged: a payment of the last day comes in later.
                    "date_until": until + BANK_DAYS,
                    "reason": self.env._(
                        "Costs lapse if it is paid by %s.", format_date(self.env, until)
                    ),
                    **holds._owner_values(case),
                }
                for item in items
            ]
        )
        case._note(
            self.env._(
                "%(amount)s lapses if its invoices are paid by %(day)s (%(reason)s).",
                amount=case._money(amount),
                day=format_date(self.env, until),
                reason=reason,
            )
        )
        if tell:
            case._tell_offer(items, amount, until)
        case._settle()
        return True

    def _tell_offer(self, items, amount, until):
        numbers = self._numbers(items)

        def words(env):
            money = format_amount(env, amount, self.currency_id)
            day = format_date(env, until, date_format="long")
            return env._("Pay by %s and the extra costs lapse", day), [
                env._("You have not paid %s yet. We would like to settle this with you.", numbers),
                env._(
                    "Pay it in full by %(day)s. Then the extra %(amount)s that we asked for lapses: "
                    "you need not pay that.",
                    day=day,
                    amount=money,
                ),
                env._(
                    "Can you not do this? Let us know before that day. Together we look for "
                    "a solution."
                ),
            ]

        self.env["dunning.talk"]._tell(self.debtor_id, items, "offer", words)

    def _look_at_offer(self):
        """Apply the offer when its invoices were paid in time; withdraw it when they were not.

        A payment of the last day may be in the books some days later.
        """
        self.ensure_one()
        items = self.line_ids.filtered(lambda line: not line.left_on).item_id
        if "draft" in items.line_id.mapped("parent_state"):
            return  # somebody is correcting an invoice: nobody knows what is open of it
        if not any(item._open_on(self.offer_until) for item in items):
            self.offer_state = "applied"
            for charge in self._charges():
                charge._waive(charge.amount_left, self.offer_reason)
            self._end_offer(self.env._("Paid in time: costs and interest lapsed."))
        elif self._today() > self.offer_until + BANK_DAYS:
            self.offer_state = "withdrawn"
            self._end_offer(self.env._("Not paid in time: nothing lapses."))

    def _end_offer(self, words):
        self.env["dunning.hold"].sudo()._release_owned(self, words)
        self._note(words)

    # -- given up ------------------------------------------------------------------------------------

    def action_give_up(self, kind, reason):
        """Close cases that are not pursued: follow-up of their invoices stops.

        :param kind: kind of the hold with which it stops: ``stop_goodwill``, ``stop_write_off`` or
            ``stop_not_ours``; or ``dormant``: they rest until they are nearly time-barred
        :param reason: why, in words
        """
        cases = self._as_collector()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the case is not pursued."))
        if kind == "dormant":
            return cases._let_rest(reason)
        for case in cases.filtered(lambda each: each.phase in OURS):
            case._withdraw_waiting(reason)
            # With the user's own rights: managers alone stop follow-up for good.
            self.env["dunning.hold"].create(
                [
                    {
                        "company_id": case.company_id.id,
                        "item_id": item.id,
                        "kind": kind,
                        "reason": reason,
                    }
                    for item in case._open_items()
                ]
            )
            case._close("not_pursued", self.env._("Not pursued. Reason: %s", reason))
            case.debtor_id._decide_now()
        return True

    def _let_rest(self, reason):
        """Close cases whose invoices rest until somebody must decide again.

        That is three months before the first of them is time-barred.
        """
        for case in self.filtered(lambda each: each.phase in OURS):
            items = case._open_items().filtered(lambda item: item.state == "open")
            last = case.last_safe_day
            if not last or last - LIMITATION_WARNING <= case._today():
                raise UserError(
                    self.env._(
                        "Case %s can't rest: it is not known until when it can be enforced, or that is "
                        "soon.",
                        case.name,
                    )
                )
            case._withdraw_waiting(reason)
            until = last - LIMITATION_WARNING
            self.env["dunning.hold"].sudo().create(
                [
                    {
                        "company_id": case.company_id.id,
                        "item_id": item.id,
                        "kind": "pause",
                        "date_until": until,
                        "reason": reason,
                    }
                    for item in items
                ]
            )
            told = format_date(self.env, until)
            case._close(
                "not_pursued",
                self.env._("Rests until %(day)s. Reason: %(reason)s", day=told, reason=reason),
            )
            case.debtor_id._decide_now()
        return True

    def _withdraw_waiting(self, reason):
        waiting = self.notice_ids.filtered(lambda each: each.state in ("planned", "queued"))
        waiting._drop(reason)


class DunningTalk(models.Model):
    """What is said about cases."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    topic = fields.Selection(
        selection_add=[("recall", "Apology"), ("offer", "Costs Lapse if Paid")],
        ondelete={"recall": "set null", "offer": "set null"},
    )
