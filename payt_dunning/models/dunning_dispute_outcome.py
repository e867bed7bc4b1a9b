from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_dispute import ACCEPTED


class DunningDispute(models.Model):
    """How disputes end: decided by one of us, withdrawn, or settled."""

    _inherit = "dunning.dispute"  # pylint: disable=consider-merging-classes-inherited

    def _check_undecided(self):
        """Refuse a decision beside that of somebody else.

        :raises UserError: says who decided what, and when
        """
        self.ensure_one()
        if not self.try_lock_for_update():
            raise UserError(
                self.env._(
                    "Somebody is deciding about the dispute on %s at this moment. Look again in a "
                    "minute.",
                    self.name,
                )
            )
        self.invalidate_recordset()
        if self.state != "open":
            raise UserError(
                self.env._(
                    "The dispute on %(invoice)s is not open any more: “%(state)s” since "
                    "%(moment)s, by %(user)s.",
                    invoice=self.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                    moment=format_datetime(self.env, self.decided_on),
                    user=self.decided_by_id.name or self.env._("none of us"),
                )
            )

    def _decide(self, state, outcome, amount=0.0):
        """Decide about a dispute, and tell its debtor.

        What was rejected is followed up again from tomorrow on; what was accepted stays held
        until it has been credited.

        :param state: ``accepted``, ``partly`` or ``rejected``
        :param outcome: why, as the debtor reads it
        :param amount: what is accepted of it, for ``partly``
        :raises UserError: when somebody decided before, or the values can't be
        """
        self._check_undecided()
        outcome = (outcome or "").strip()
        if not outcome:
            raise UserError(self.env._("Write what the debtor is told."))
        accepted = self._check_accepted(state, amount)
        self.write(
            {
                "state": state,
                "outcome": outcome,
                "amount_accepted": accepted,
                "decided_on": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
            }
        )
        if state in ACCEPTED and not self._left_to_credit():
            self._credited()  # somebody made the credit note before deciding
        whole = self.scope == "whole" and state == "accepted"
        waived = self._void_notices(whole) if state in ACCEPTED else 0.0
        self._tell_outcome(waived)
        self.env["dunning.hold"]._release_owned(self, self._ended_words())
        if state in ACCEPTED and not self.credited_on:
            self._hold(None if whole else self._left_to_credit())
        self._over(self._ended_words())
        self.debtor_id._decide_now()

    def _check_accepted(self, state, amount):
        """What is accepted, in its currency."""
        currency = self.currency_id
        if state == "accepted":
            return self.amount
        if state == "rejected":
            return 0.0
        amount = currency.round(amount)
        if currency.compare_amounts(amount, 0) <= 0 or (
            currency.compare_amounts(amount, self.amount) >= 0
        ):
            raise UserError(
                self.env._(
                    "Of %(invoice)s %(disputed)s is disputed: what is accepted in part is more "
                    "than zero and less than that.",
                    invoice=self.name,
                    disputed=currency.format(self.amount),
                )
            )
        return amount

    def _ended_words(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "Dispute on %(invoice)s: %(state)s.", invoice=self.name, state=states[self.state]
        )

    def _over(self, words):
        """It is decided: nobody needs to look into it any more."""
        self._note(words)
        questions = self._questions()
        questions._close("answered", self.env.user)
        tasks = self.env["dunning.task"]
        for dispute in self:
            others = Domain("move_id", "=", dispute.move_id.id) & Domain("state", "=", "open")
            if not self.search_count(others, limit=1):
                tasks._done(dispute.move_id, "dispute")
                tasks._done(dispute.move_id, "late_dispute")

    def _questions(self):
        """The messages that began these, and wait."""
        return self.env["dunning.question"].search(
            [("dispute_id", "in", self.ids), ("state", "=", "open")]
        )

    # -- what the debtor is told -------------------------------------------------------------------

    def _tell_outcome(self, waived):
        self.env["dunning.talk"]._tell(
            self.debtor_id,
            self.item_ids,
            "outcome",
            lambda env: self._outcome_words(env, waived),
            answers=self._questions().last_message_id[:1],
        )

    def _outcome_words(self, env, waived):
        pages, name = env["dunning.page"], self.name
        subject = {
            "accepted": env._("%s: you are right", name),
            "partly": env._("%s: you are right in part", name),
            "rejected": env._("%s: we don't agree with you", name),
        }[self.state]
        begin = env._("We have looked into what you told us about %s. This is our answer:", name)

        def money(amount):
            return pages._money(amount, self.currency_id)

        credit = self.state in ACCEPTED and (
            env._("We have credited %s: you need not pay that amount.", money(self.amount_accepted))
            if self.credited_on
            else env._(
                "We make a credit note of %s. You need not pay that amount.",
                money(self.amount_accepted),
            )
        )
        # What is accepted of this one counts already, what else is disputed too.
        rest = self._room(self.item_ids)
        if self.state == "accepted":
            stays = rest > 0 and env._("This stays to be paid: %s.", money(rest))
        else:
            stays = rest > 0 and env._(
                "This stays to be paid: %s. From tomorrow on we may remind you of it again.",
                money(rest),
            )
        nothing = not rest and self._open_of(self.item_ids) <= exact(self._left_to_credit())
        return subject, [
            begin,
            self.outcome,
            credit,
            waived
            and env._(
                "You need not pay the extra %s either that we asked for about it.", money(waived)
            ),
            stays or (nothing and env._("Nothing stays to be paid of it.")),
        ]

    # -- withdrawn -----------------------------------------------------------------------------------

    def action_withdraw(self):
        """The debtor agrees after all: follow-up goes on tomorrow, and it is told so."""
        for dispute in self._as_collector():
            dispute._check_undecided()
            dispute._withdraw(self.env._("The debtor agrees after all."))
            self.env["dunning.talk"]._tell(
                dispute.debtor_id, dispute.item_ids, "outcome", dispute._withdrawn_words
            )
        return True

    def _withdrawn_words(self, env):
        open_amount = self._open_of(self.item_ids)
        return env._("You agree with %s after all", self.name), [
            env._("We have noted that you agree with %s after all.", self.name),
            open_amount > 0
            and env._(
                "This stays to be paid: %s.",
                env["dunning.page"]._money(open_amount, self.currency_id),
            ),
            env._("Is that not right? Then answer this message."),
        ]

    def _withdraw(self, why):
        """End disputes without a decision: withdrawn by the debtor, or nothing is left of it.

        :param why: in words, for whoever looks at it later
        """
        for dispute in self:
            dispute.write(
                {
                    "state": "withdrawn",
                    "note": why,
                    "decided_on": fields.Datetime.now(),
                    "decided_by_id": not self.env.user.share and self.env.uid,
                }
            )
            self.env["dunning.hold"]._release_owned(dispute, why)
            dispute._over(self.env._("Dispute on %(name)s ended: %(why)s", name=self.name, why=why))
            dispute.debtor_id._decide_now()

    # -- notices that asked for too much ---------------------------------------------------------

    def _void_notices(self, whole):
        """A statutory notice that asked for what is credited gave no term: it goes again.

        What is credited was never owed. Where nothing else is open of an item, nothing is asked
        any more, and its notices stay as they are. Costs were due of neither.

        :param whole: everything that is open is credited
        :return: the costs that lapse
        """
        if whole:
            return self._lapse_costs(self.item_ids)
        rows = self.env["dunning.facts"]._rows_of(self.item_ids.ids)
        accepted = exact(self.amount_accepted)
        if self.item_key:
            parts = {self.item_key.id: accepted}
        else:
            parts = self.env["dunning.hold"]._parts(accepted, rows, self.move_id.id)
        left = {row.item_id: row.open for row in rows}
        items = self.item_ids.filtered(
            lambda item: ZERO < parts.get(item.id, ZERO) < left.get(item.id, ZERO)
        )
        gone = self.item_ids.filtered(
            lambda item: parts.get(item.id, ZERO) >= left.get(item.id, ZERO) > ZERO
        )
        waived, Line = self._lapse_costs(gone), self.env["dunning.notice.line"]
        for item in items:
            void = self._void_of(item, Line.search(self._statutory(item), order="id"))
            waived += self._lapse_costs(item, void.notice_id)
        return waived

    @api.model
    def _statutory(self, item):
        """A domain: what statutory notices that left said of an item."""
        return Domain(
            [
                ("item_id", "=", item.id),
                ("position", ">", 0),
                ("notice_id.state", "=", "sent"),
                ("notice_id.statutory_code", "!=", False),
                ("notice_id.retry_of_id", "=", False),
                ("notice_id.debtor_id", "=", item.debtor_id.id),
                ("void_because", "=", False),
            ]
        )

    def _void_of(self, item, statutory):
        """Void what was said of one item, and all that followed from it."""
        asked = statutory.filtered(lambda line: self._left_before(line.notice_id))
        if not asked:
            return asked
        since = min(asked.notice_id.ids)
        current = self.env["dunning.notice"]._left_lines(item)
        later = current.filtered(lambda line: line.notice_id.id >= since)
        words = self.env._(
            "%(amount)s of %(invoice)s is credited, and it had asked for that too.",
            amount=self.currency_id.format(self.amount_accepted),
            invoice=self.name,
        )
        (asked | later).write({"void_because": words, "live": False})
        if item.reached not in later.mapped("position"):
            return asked | later
        last = (current - later)[-1:]
        values = {"reached": last.position, "reached_on": last.notice_id.sent_on}
        if not last:
            values["start_position"] = later[:1].position
        item.write(values)
        return asked | later

    def _lapse_costs(self, items, notices=None):
        """Costs and fees that were claimed about items were never due: what is left lapses.

        Where that can't be done, somebody gets a task.

        :param notices: only of these; ``None`` for all
        :return: what lapses
        """
        shares = self.env["dunning.charge.share"].search(
            [
                ("item_id", "in", items.ids),
                ("charge_id.kind", "in", ("costs", "fee")),
                ("charge_id.state", "in", ("claimed", "booked")),
            ]
        )
        lapsed = 0.0
        for share in shares:
            charge, amount = share.charge_id, min(share.amount, share.charge_id.amount_left)
            if amount <= 0 or not (notices is None or charge.notice_id in notices):
                continue
            try:
                with self.env.cr.savepoint():
                    charge._waive(amount, self._ended_words())
            except UserError:
                charge.invalidate_recordset()
                self._ask_to_waive()
            else:
                lapsed += amount
        return lapsed

    def _ask_to_waive(self):
        self.env["dunning.task"]._ask(
            self.debtor_id,
            "costs",
            lambda env: env._(
                "Waive the costs about %s: what they are about was never owed", self.name
            ),
            managers=True,
        )

    def _left_before(self, notice):
        """Whether a message left before the dispute came in, and so asked for what is disputed."""
        if notice.sent_at:
            return notice.sent_at <= self.opened_on
        return bool(notice.sent_on) and notice.sent_on <= self.opened_on.date()
