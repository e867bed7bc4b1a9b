from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_outlook import SHOWN


class DunningSkipWizard(models.TransientModel):
    """Begin with a later level: for some items, with a reason."""

    _name = "dunning.skip.wizard"
    _inherit = "dunning.outlook"
    _description = "Choose the Next Level of Items"

    policy_id = fields.Many2one(
        "dunning.policy", domain="[('revision_id', '!=', False)]", help="Of the first item."
    )
    level_id = fields.Many2one(
        "dunning.level",
        "Begin With Level",
        domain="[('policy_id', '=', policy_id), ('active', '=', True)]",
        required=True,
    )
    reason = fields.Text(required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        item = self._default_items()[:1]
        if item and "policy_id" in fields:
            values["policy_id"] = item._policy().id
        return values

    @api.depends("item_ids", "level_id")
    def _compute_outlook(self):
        for wizard in self:
            wizard.outlook = "\n".join(wizard._tomorrow()) if wizard.level_id else ""

    def _suppose(self, item, facts, policy):
        return replace(facts, start=self.level_id.position), item._ladder()

    def action_apply(self):
        """Let the items begin with the level; it is a level of the policy that they follow."""
        self.ensure_one()
        policy = self.level_id.policy_id
        others = self.item_ids.filtered(lambda item: item._policy() != policy)
        if others:
            raise UserError(
                self.env._(
                    "“%(level)s” is a level of %(policy)s, which these do not follow: %(items)s. "
                    "Choose for them apart.",
                    level=self.level_id.name,
                    policy=policy.name,
                    items=", ".join(others[:SHOWN].mapped("display_name")),
                )
            )
        watch = self.env["dunning.change"]._watch(self.item_ids)
        self.item_ids.action_skip_to(self.level_id.position, self.reason)
        name = self.level_id.name
        return watch.keep(
            lambda count: self.env._(
                "%(count)s items begin with “%(level)s”", count=count, level=name
            )
        )
