from odoo import api, fields, models


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

    def _policies_then(self, items):
        if not self.policy_id:
            resolved = self.env["dunning.policy"]._resolve(items.debtor_id)
            return {item: resolved[item.debtor_id.id] for item in items}
        return dict.fromkeys(items, self.policy_id)

    def action_apply(self):
        """Let the items follow the policy."""
        self.ensure_one()
        watch = self.env["dunning.change"]._watch(self.item_ids)
        self.item_ids.action_set_policy(self.policy_id.id)
        policy = self.policy_id.name or self.env._("the debtor's policy")
        return watch.keep(
            lambda count: self.env._(
                "%(count)s items follow %(policy)s", count=count, policy=policy
            )
        )
