from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from ..rules.decide import decide


class DunningSkipWizard(models.TransientModel):
    """Begin with a later level, or follow another policy: for some items, with a reason."""

    _name = "dunning.skip.wizard"
    _description = "Choose the Next Level of Items"

    item_ids = fields.Many2many(
        "dunning.item",
        string="Items",
        required=True,
        default=lambda self: self._default_items(),
    )
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
    outlook = fields.Text("Tomorrow", compute="_compute_outlook")

    @api.model
    def _default_items(self):
        if self.env.context.get("active_model") != "dunning.item":
            return self.env["dunning.item"]
        return self.env["dunning.item"].browse(self.env.context.get("active_ids"))

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        item = self._default_items()[:1]
        if item and "policy_id" in fields:
            policy = item.policy_id or item.revision_id.policy_id
            policy = (
                policy or self.env["dunning.policy"]._resolve(item.debtor_id)[item.debtor_id.id]
            )
            values["policy_id"] = policy.id
        return values

    @api.depends("item_ids", "level_id")
    def _compute_outlook(self):
        for wizard in self:
            wizard.outlook = "\n".join(wizard._tomorrow()) if wizard.level_id else ""

    def _tomorrow(self):
        """What becomes of each item tomorrow when it begins with the level, in words."""
        reasons = dict(self.env["dunning.item"]._fields["reason"]._description_selection(self.env))
        lines = []
        for company, items in self.item_ids.grouped("company_id").items():
            day = self.env["dunning.message"]._today(company) + timedelta(days=1)
            house = self.env["dunning.house"]._read(company, day)
            for candidate in self.env["dunning.facts"]._candidates(items.debtor_id, day, house):
                item = items.filtered(lambda item, c=candidate: item.id == c.facts.item_id)
                ladder = item and item._ladder()
                if not ladder:
                    continue
                facts = replace(candidate.facts, start=self.level_id.position)
                decision = decide(facts, ladder, day, house.calendar)
                name = item.display_name
                if decision.action == "send":
                    to = ", ".join(
                        address
                        for channel in decision.channels
                        for address, _contact in candidate.addresses(
                            channel, decision.rung.recipient
                        )
                    )
                    lines.append(
                        self.env._(
                            "%(item)s: “%(level)s” leaves to %(recipient)s.",
                            item=name,
                            level=self.level_id.name,
                            recipient=to,
                        )
                    )
                else:
                    lines.append(f"{name}: {reasons.get(decision.code, decision.code)}")
        return lines

    def action_apply(self):
        """Let the items begin with the level."""
        self.ensure_one()
        self.item_ids.action_skip_to(self.level_id.position, self.reason)
        return {"type": "ir.actions.act_window_close"}


class DunningPolicyWizard(models.TransientModel):
    """Let some items follow a policy of their own."""

    _name = "dunning.policy.wizard"
    _description = "Choose the Policy of Items"

    item_ids = fields.Many2many(
        "dunning.item",
        string="Items",
        required=True,
        default=lambda self: self.env["dunning.skip.wizard"]._default_items(),
    )
    policy_id = fields.Many2one(
        "dunning.policy",
        domain="[('revision_id', '!=', False)]",
        help="Empty: the policy of the debtor.",
    )

    def action_apply(self):
        """Let the items follow the policy."""
        self.ensure_one()
        self.item_ids.action_set_policy(self.policy_id.id)
        return {"type": "ir.actions.act_window_close"}
