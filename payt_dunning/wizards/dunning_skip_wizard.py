from dataclasses import replace

from odoo import api, fields, models


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

    def _suppose(self, item, facts):
        return replace(facts, start=self.level_id.position), item._ladder()

    def _level_name(self, item, position):
        return self.level_id.name

    def action_apply(self):
        """Let the items begin with the level."""
        self.ensure_one()
        watch = self.env["dunning.change"]._watch(self.item_ids)
        self.item_ids.action_skip_to(self.level_id.position, self.reason)
        words = self.env._(
            "%(count)s items begin with “%(level)s”",
            count=len(self.item_ids),
            level=self.level_id.name,
        )
        return watch.keep(words)
