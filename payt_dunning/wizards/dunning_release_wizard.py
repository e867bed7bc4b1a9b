from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.dunning_hold import RESUME_MODES
from ..rules.ladder import start_by_calendar


class DunningReleaseWizard(models.TransientModel):
    """End holds, and say with which level follow-up goes on."""

    _name = "dunning.release.wizard"
    _description = "Release Holds"
    _inherit = "dunning.outlook"

    hold_ids = fields.Many2many(
        "dunning.hold",
        string="Holds",
        required=True,
        default=lambda self: self._default_holds(),
    )
    item_ids = fields.Many2many(compute="_compute_item_ids", required=False, default=None)
    held = fields.Boolean(compute="_compute_item_ids")
    mode = fields.Selection(RESUME_MODES, "Go On", required=True, default="continue")
    reason = fields.Text()

    @api.model
    def _default_holds(self):
        """The holds that were selected, or the pauses of selected items or debtors.

        Their other holds are released one by one: each has a reason of its own to look at.
        """
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        if model == "dunning.hold":
            return self.env[model].browse(ids)
        if model == "dunning.debtor":
            scope = Domain("debtor_id", "in", ids)
        elif model == "dunning.item":
            items = self.env[model].browse(ids)
            scope = (
                Domain("item_id", "in", ids)
                | Domain("move_id", "in", items.move_id.ids)
                | Domain("debtor_id", "in", items.debtor_id.ids)
            )
        else:
            return self.env["dunning.hold"]
        holds = self.env["dunning.hold"].search(
            scope
            & Domain("kind", "=", "pause")
            # What was offered to the debtor ends by itself.
            & Domain("owner_id", "=", False)
            & self.env["dunning.hold"]._in_force()
        )
        if not holds:
            raise UserError(
                self.env._("None of these is paused. Other holds are released under Holds.")
            )
        return holds

    @api.depends("hold_ids")
    def _compute_item_ids(self):
        for dialog in self:
            dialog.hold_ids.check_access("read")
            dialog.held = bool(dialog.hold_ids._in_force_now())
            dialog.item_ids = dialog.hold_ids._in_force_now()._items().sudo(False)

    @api.depends("hold_ids", "mode")
    def _compute_outlook(self):
        return super()._compute_outlook()

    def _suppose(self, item, facts, policy):
        """As if the holds had ended today, and what the mode does to an item had been done."""
        ended = set(self.hold_ids.ids)
        today = item._today()
        facts = replace(
            facts,
            holds=tuple(hold for hold in facts.holds if hold.hold_id not in ended),
            resumed_on=today,
        )
        if self.mode == "restart":
            revision = policy.sudo().revision_id
            facts = replace(facts, reached=0, reached_on=None, start=0, veto_from=None)
            return facts, revision._to_ladder() if revision else None
        ladder = item._ladder()
        if ladder and self.mode == "recalculate":
            facts = replace(facts, start=start_by_calendar(ladder, facts.base, today))
        return facts, ladder

    def action_apply(self):
        """Release the holds."""
        self.ensure_one()
        holds = self.hold_ids
        ended = holds._in_force_now()
        watch = self.env["dunning.change"]._watch(ended._items().sudo(False))
        holds.action_release(self.reason, self.mode)
        holds._debtors()._decide_now()
        if not ended:
            return watch.keep(lambda _count: self.env._("Turned down: nothing had been held."))
        return watch.keep(
            lambda count: self.env._("Released the holds of %s items", count), ended=ended
        )
