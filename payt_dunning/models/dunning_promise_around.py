"""What promises and payments that were told of change of other records, and their settings."""

from odoo import api, fields, models


class DunningItem(models.Model):
    """What was promised is looked at as soon as its item closes, or is open again."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    def _close(self):
        result = super()._close()
        promises = (
            self.env["dunning.promise"]
            .sudo()
            .search(
                [
                    ("item_ids", "in", self.ids),
                    ("state", "in", ("open", "broken")),
                    ("settled_on", "=", False),
                ]
            )
        )
        broken = promises.filtered(lambda promise: promise.state == "broken")
        for promise_id, since in broken._since().items() if broken else ():
            if since.covered_on:
                broken.browse(promise_id)._settle(since.covered_on)
        for items in self.grouped("company_id").values():
            today = items._today()
            own = promises - broken
            own.filtered(lambda each, of=items.company_id: each.company_id == of)._look(today)
        return result

    def _reopen(self):
        closed = self.filtered(lambda item: item.state in ("closed", "remainder"))
        result = super()._reopen()
        if closed:
            kept = (
                self.env["dunning.promise"]
                .sudo()
                .search([("item_ids", "in", closed.ids), ("state", "=", "kept")])
            )
            self.env["dunning.event"].sudo()._note(
                kept.item_ids & closed,
                self.env._(
                    "The payment that kept a promise was taken back. The promise still counts as "
                    "kept."
                ),
            )
        return result


class DunningHold(models.Model):
    """A promise whose holds a person ended does not count any more."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    def _end(self, reason):
        result = super()._end(reason)
        ids = self.filtered(lambda hold: hold.owner_model == "dunning.promise").mapped("owner_id")
        promises = self.env["dunning.promise"].sudo().browse(ids).exists()
        promises = promises.filtered(lambda promise: promise.state == "open")
        if promises:
            held = self.env["dunning.hold"].sudo()._owned_by(promises).mapped("owner_id")
            over = promises.filtered(lambda promise: promise.id not in held)
            over._cancel(reason or self.env._("Its hold was released."), tell=True)
        return result


class DunningDebtor(models.Model):
    """How a debtor keeps what it promises."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    promise_ids = fields.One2many("dunning.promise", "debtor_id", "Promises")
    promise_count = fields.Integer("Number of Promises", compute="_compute_promises")
    promise_history = fields.Char(
        "Promises", compute="_compute_promises", help="Of those whose day has come."
    )

    @api.depends("promise_ids.state", "promise_ids.days_late", "promise_ids.settled_on")
    @api.depends_context("lang")
    def _compute_promises(self):
        found = {}
        for debtor, state, *figures in self.env["dunning.promise"]._read_group(
            [("debtor_id", "in", self.ids)],
            ["debtor_id", "state"],
            ["__count", "days_late:sum", "settled_on:count"],
        ):
            found.setdefault(debtor.id, {})[state] = figures
        for debtor in self:
            states = found.get(debtor.id, {})
            debtor.promise_count = sum(figures[0] for figures in states.values())
            debtor.promise_history = self._promises_in_words(states)

    @api.model
    def _promises_in_words(self, states):
        """How promises were kept.

        :param states: number, sum of the days late and number that was paid, by state
        """
        none = (0, 0, 0)
        kept, broken = states.get("kept", none), states.get("broken", none)
        total, paid = kept[0] + broken[0], kept[2] + broken[2]
        if not total:
            return self.env._("None yet whose day has come")
        late = round(((kept[1] or 0) + (broken[1] or 0)) / paid) if paid else 0
        if not late:
            return self.env._("Kept %(kept)s of %(total)s", kept=kept[0], total=total)
        return self.env._(
            "Kept %(kept)s of %(total)s, on average %(days)s days late",
            kept=kept[0],
            total=total,
            days=late,
        )


class DunningQuestion(models.Model):
    _inherit = "dunning.question"  # pylint: disable=consider-merging-classes-inherited

    promise_history = fields.Char(related="debtor_id.promise_history")


class DunningPolicy(models.Model):
    """How far ahead debtors may promise by themselves."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    promise_days = fields.Integer(
        "Days a Debtor May Promise",
        default=14,
        help="On its page a debtor may say that it pays so many days from now, once for each "
        "invoice. A later day is a question that you answer. 0: always a question.",
    )

    _promise_days_not_negative = models.Constraint(
        "CHECK(promise_days >= 0)", "The days a debtor may promise can't be negative."
    )


class ResCompany(models.Model):
    """For how long promises, and what is said to be paid, hold."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_promise_grace = fields.Integer(
        "Days After a Promise",
        default=3,
        help="A transfer takes some days: a promise counts as not kept so many days after its day.",
    )
    dunning_paid_days = fields.Integer(
        "Days to Look for a Payment",
        default=7,
        help="What a debtor says it has paid is held so many days, while you look for the money.",
    )

    _dunning_promise_grace = models.Constraint(
        "CHECK(dunning_promise_grace >= 0)", "The days after a promise can't be negative."
    )
    _dunning_paid_days = models.Constraint(
        "CHECK(dunning_paid_days > 0)", "Give at least one day to look for a payment."
    )


class DunningSettingsMixin(models.AbstractModel):
    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_promise_grace = fields.Integer(
        related="company_id.dunning_promise_grace", readonly=False
    )
    dunning_paid_days = fields.Integer(related="company_id.dunning_paid_days", readonly=False)


class DunningDialogue(models.AbstractModel):
    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "dunning.promise", "dunning.payment.advice"]
