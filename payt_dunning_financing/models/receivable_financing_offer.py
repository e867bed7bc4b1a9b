import json
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.payt_dunning.rules.pledges import Offer, as_plain, fit
from odoo.addons.payt_dunning.tools import exact

#: A check is too old for a draw after so many days.
CHECK_DAYS = 7
#: Invoices of which is told why they are left out; of more it is told how many.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would be done with the invoices of a draw.

    :param kept: values by id of the pledge
    :param left: why, by id of the pledge, of those that are left out
    """

    kept: dict = field(default_factory=dict)
    left: dict = field(default_factory=dict)

    def mark(self):
        """What a person sees of it, to be compared with what there is when it is confirmed."""
        kept = {key: f"{values['advance']:.4f}" for key, values in self.kept.items()}
        return json.dumps([sorted(kept.items()), sorted(self.left)])

    def advance(self):
        return sum(values["advance"] for values in self.kept.values())


class ReceivableFinancingCheck(models.Model):
    """A check from which money is drawn."""

    _inherit = "receivable.financing.check"  # pylint: disable=consider-merging-classes-inherited

    draw_ids = fields.One2many("receivable.financing.draw", "check_id", "Draws", readonly=True)

    def action_draw(self):
        """Prepare a draw of what qualifies, and open it; the one that is there, if any."""
        self.ensure_one()
        draws = self.env["receivable.financing.draw"]
        draws._check_group()
        self.check_access("read")
        return (draws.sudo()._from_check(self.sudo()).with_env(self.env))._open()


class ReceivableFinancingDraw(models.Model):
    """From a check to what is offered: everything is looked at twice."""

    _inherit = "receivable.financing.draw"  # pylint: disable=consider-merging-classes-inherited

    # -- making one --------------------------------------------------------------------------------

    @api.model
    def _from_check(self, check):
        """A draft of what qualifies by a check, as far as there is room; oldest due first.

        :raises UserError: says why there can be none
        """
        self._check_check(check)
        self._check_room(check)
        draft = check.draw_ids.filtered(lambda draw: draw.state == "draft")[:1]
        if draft:
            return draft
        lines = check.line_ids.filtered(
            lambda line: line.state != "refused" and line.move_id and line.counts > 0
        )
        if not lines:
            raise UserError(
                self.env._("No invoice qualifies by this check: there is nothing to draw on.")
            )
        draw = self.create(
            {
                "financing_id": check.financing_id.id,
                "check_id": check.id,
                "company_id": check.company_id.id,
                "currency_id": check.currency_id.id,
                "advance_rate": check.advance_rate,
                "room": self._room(check),
                "pledge_ids": [
                    Command.create(self._pledge_values(line))
                    for line in lines.sorted(lambda line: (line.date_due, line.id))
                ],
            }
        )
        draw._leave_to_others()
        draw._fit()
        return draw

    def _leave_to_others(self):
        """Leave out what was offered since the check was made.

        :raises UserError: that is all of it
        """
        elsewhere = self.pledge_ids._elsewhere()
        for pledge, where in elsewhere.items():
            pledge._end("dropped", where)
        if len(elsewhere) == len(self.pledge_ids):
            raise UserError(
                self.env._(
                    "All invoices of this check are offered or pledged by now. Check again: others "
                    "may qualify."
                )
            )

    @api.model
    def _check_check(self, check):
        """Refuse to draw on a check: it is old, or the company does not qualify by it."""
        check.ensure_one()
        today = self.env["dunning.message"]._today(check.company_id)
        if not check.financing_id.active:
            raise UserError(
                self.env._(
                    "%s is archived. Take the financier out of the archive first.",
                    check.financing_id.name,
                )
            )
        if check.as_of < today - timedelta(days=CHECK_DAYS):
            raise UserError(
                self.env._(
                    "This check is of %s. Check again: invoices may have been paid since.",
                    format_date(self.env, check.as_of),
                )
            )
        if not check.qualifies:
            raise UserError(
                self.env._(
                    "The company does not qualify for %s. The check says why.",
                    check.financing_id.name,
                )
            )

    @api.model
    def _check_room(self, check):
        if check.currency_id.compare_amounts(self._room(check), 0) <= 0:
            raise UserError(
                self.env._(
                    "There is no financing room at %s: what it advances is drawn already.",
                    check.financing_id.name,
                )
            )

    @api.model
    def _room(self, check):
        """What can be drawn by a check, less what other draws have asked for meanwhile."""
        if not check.limit:
            return check.room
        ((taken,),) = self.env["receivable.pledge"]._read_group(
            [
                ("financing_id", "=", check.financing_id.id),
                ("state", "in", ("offered", "pledged")),
            ],
            [],
            ["advance:sum"],
        )
        return min(check.room, max(check.limit - taken, 0.0))

    @api.model
    def _pledge_values(self, line):
        """Values of an invoice in a draw, by its line in a check."""
        return {
            "move_id": line.move_id.id,
            "name": line.name,
            "debtor_id": line.debtor_id.id,
            "invoice_date": line.invoice_date,
            "date_due": line.date_due,
            "open_then": line.open_amount,
            "own_then": line.open_own,
            "counts": line.counts,
        }

    def _fit(self):
        """Ask on as much of what is proposed as there is room; the rest is left out."""
        self.ensure_one()
        proposed = self.pledge_ids.filtered(lambda each: each.state == "proposed")
        shares = self._shares(proposed, {each: each.counts for each in proposed}, self.room)
        for pledge in proposed:
            share = shares.get(pledge.id)
            if share:
                pledge.write({"amount": float(share.amount), "advance": float(share.advance)})
            else:
                pledge._end("dropped", self._no_room())

    def _shares(self, pledges, counts, room, rate=None):
        """How far each of pledges goes, oldest due first: shares by id, see :func:`fit`.

        :param rate: what is advanced, in percent; that of the draft when left out
        """
        rate = self.advance_rate if rate is None else rate
        step = exact(self.currency_id.rounding)
        offers = [
            Offer(pledge.id, exact(counts[pledge]))
            for pledge in pledges.sorted(
                lambda each: (each.date_due or fields.Date.today(), each.id)
            )
        ]
        return fit(offers, exact(rate), step, exact(room))

    def _no_room(self):
        return self.env._("There is no room for it.")

    # -- offering it -------------------------------------------------------------------------------

    def action_offer(self):
        """Look at everything again, and show what would be offered."""
        self.ensure_one()
        draw = self._check_may()
        draw._check_state("draft")
        outcome, _check = draw._look_at_offer()
        return self.env["receivable.draw.offer"]._show(self, outcome)

    def _look_at_offer(self):
        """What would be offered by the books of now.

        :return: pair of :class:`Outcome` and the check
        """
        self.ensure_one()
        # What the person took out or in is in the database before anybody looks.
        self.env.flush_all()
        check = self.financing_id.with_company(self.company_id)._check().sudo()
        self._check_check(check)
        proposed = self.pledge_ids.filtered(lambda each: each.state == "proposed")
        lines = {line.move_id: line for line in check.line_ids if line.move_id}
        elsewhere = proposed._elsewhere()
        left, counts = {}, {}
        for pledge in proposed:
            line = lines.get(pledge.move_id)
            why = elsewhere.get(pledge) or pledge._why_not(line)
            if why:
                left[pledge.id] = why
            else:
                counts[pledge] = line.counts
        good = proposed.filtered(lambda each: each in counts)
        shares = self._shares(good, counts, self._room(check), check.advance_rate)
        kept = {}
        for pledge in good:
            share = shares.get(pledge.id)
            if not share:
                left[pledge.id] = self._no_room()
                continue
            kept[pledge.id] = {
                **self._pledge_values(lines[pledge.move_id]),
                "amount": float(share.amount),
                "advance": float(share.advance),
            }
        return Outcome(kept, left), check

    def _offer(self, seen):
        """Offer to the financier what a person saw; it is looked at once more.

        :param seen: the mark of the :class:`Outcome` that was shown
        :raises UserError: something became otherwise since, or nothing is left
        """
        self.ensure_one()
        self._check_state("draft")
        self._lock(self.pledge_ids)
        self._check_state("draft")
        outcome, check = self._look_at_offer()
        self._check_seen(outcome, seen)
        if not outcome.kept:
            raise UserError(
                self.env._("None of these invoices qualifies any more: nothing can be offered.")
            )
        room = self._room(check)
        # What somebody took out before was never asked for.
        self.pledge_ids.filtered(lambda each: each.state == "dropped").unlink()
        self._leave_out(outcome)
        offered = self.pledge_ids.filtered(lambda each: each.id in outcome.kept)
        standings = offered._now()
        for pledge in offered:
            told = self._told(standings[pledge.id])
            pledge.write({**outcome.kept[pledge.id], "state": "offered", "told": told})
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        self.write(
            {
                "state": "applied",
                "name": sequence.next_by_code("receivable.financing.draw"),
                "check_id": check.id,
                "advance_rate": check.advance_rate,
                "room": room,
                "applied_on": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
            }
        )
        # Two people at the same time: the index lets one of them through.
        self.env.flush_all()
        self._keep_files()

    @api.model
    def _told(self, now):
        """What a financier knows of an invoice from here on.

        :param now: see :class:`~.receivable_pledge_ledger.Now`
        """
        return {**as_plain(now.standing), "principal": str(now.principal)}

    def _check_seen(self, outcome, seen):
        if outcome.mark() != seen:
            raise UserError(
                self.env._(
                    "Something changed since you looked:\n%s\nClose this and look again.",
                    self._left_words(outcome) or self.env._("amounts are others by now"),
                )
            )

    def _leave_out(self, outcome, state="dropped"):
        for pledge in self.pledge_ids.filtered(lambda each: each.id in outcome.left):
            pledge._end(state, outcome.left[pledge.id])

    def _left_words(self, outcome):
        """What is left out and why, a line each."""
        pledges = self.env["receivable.pledge"].browse(outcome.left)
        lines = [f"{pledge.name}: {outcome.left[pledge.id]}" for pledge in pledges[:SHOWN]]
        if len(pledges) > SHOWN:
            lines.append(self.env._("and %s others", len(pledges) - SHOWN))
        return "\n".join(lines)
