from odoo import api, models
from odoo.fields import Domain

#: What is told of the dialogue: kind of record and what happened, never what is ours alone.
TOLD = (
    ("dunning.promise", "made"),
    ("dunning.dispute", "opened"),
    ("dunning.dispute", "decided"),
    ("dunning.question", "asked"),
    ("dunning.question", "answered"),
    ("dunning.payment.advice", "paid"),
    ("dunning.payment.plan", "agreed"),
    ("dunning.payment.plan", "changed"),
)
#: So many of them at most.
LATEST = 50


class DunningPageStory(models.AbstractModel):
    """What was said and agreed, beside messages and payments.

    Calls, holds, decisions and visits are not told: they are our notes, or may be somebody else's.
    """

    _inherit = "dunning.page.story"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _past(self, pile, messages):
        past = [*super()._past(pile, messages), *self._deeds(pile)]
        return sorted(past, key=lambda pair: pair[0], reverse=True)

    @api.model
    def _deeds(self, pile):
        """What was said and agreed about these items alone: ``[(day, text)]``.

        What is about others too is left out: a link to one invoice tells nothing of them.
        """
        timeline = self.env["dunning.timeline"].sudo()
        items = self.env["dunning.item"].sudo().browse(pile.item_ids)
        if not items:
            return []
        kinds = Domain("kind", "in", ("agreement", "dispute", "answer"))
        rows = timeline.search(timeline._about(items.debtor_id, items) & kinds, limit=LATEST)
        shown = set(items.ids)
        return [
            (row.moment.date(), self._deed(row, pile.currency))
            for row in rows
            if (row.res_model, row.what) in TOLD and shown.issuperset(row.item_ids.ids)
        ]

    @api.model
    def _deed(self, row, currency):
        """A row of the timeline in the debtor's words, without what was written."""
        amount = self.env["dunning.page"]._money(row.amount or 0, currency)
        return {
            ("dunning.promise", "made"): self.env._("You told us that you will pay %s", amount),
            ("dunning.dispute", "opened"): self.env._("You don't agree with %s", amount),
            ("dunning.dispute", "decided"): self.env._("We answered what you don't agree with"),
            ("dunning.question", "asked"): self.env._("You wrote to us"),
            ("dunning.question", "answered"): self.env._("We answered your message"),
            ("dunning.payment.advice", "paid"): self.env._(
                "You told us that you have paid %s", amount
            ),
            ("dunning.payment.plan", "agreed"): self.env._("Agreed: you pay %s in parts", amount),
            ("dunning.payment.plan", "changed"): self.env._("The plan to pay in parts was changed"),
        }[row.res_model, row.what]
