from dataclasses import replace

from odoo import api, fields, models

from ..rules.ladder import same_place


class DunningPolicyWizard(models.TransientModel):
    """Let some items follow a policy of their own."""

    _name = "dunning.policy.wizard"
    _inherit = "dunning.outlook"
    _description = "Choose the Policy of Items"

    policy_id = fields.Many2one(
        "dunning.policy",
        domain="[('revision_id', '!=', False)]",
        help="Empty: the policy of the debtor.",
    )

    @api.depends("item_ids", "policy_id")
    def _compute_outlook(self):
        return super()._compute_outlook()

    def _suppose(self, item, facts):
        """As if it had moved to the policy; see ``dunning.facts``."""
        ladder = item._ladder(self.policy_id)
        begun = item.revision_id.sudo()
        if not ladder or not begun or begun.policy_id == item._policy(self.policy_id):
            return replace(facts, reached=item.reached, start=item.start_position), ladder
        reached = same_place(item.reached, begun._to_ladder(), ladder)
        return replace(facts, reached=reached, start=0), ladder

    def _level_name(self, item, position):
        levels = item._policy(self.policy_id).with_context(active_test=False).level_ids
        return levels.filtered(lambda level: level.position == position).name

    def action_apply(self):
        """Let the items follow the policy."""
        self.ensure_one()
        watch = self.env["dunning.change"]._watch(self.item_ids)
        self.item_ids.action_set_policy(self.policy_id.id)
        words = self.env._(
            "%(count)s items follow %(policy)s",
            count=len(self.item_ids),
            policy=self.policy_id.name or self.env._("the debtor's policy"),
        )
        return watch.keep(words)
