from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from ..rules.decide import decide
from ..rules.ladder import same_place

#: So many items are told of one by one.
SHOWN = 20
#: So many are looked at before a dialog shows; what is true of them is true of the others.
LOOKED_AT = 200


class DunningOutlook(models.AbstractModel):
    """What would become of some items tomorrow, for dialogs that change what comes next."""

    _name = "dunning.outlook"
    _description = "What Leaves Tomorrow"

    item_ids = fields.Many2many(
        "dunning.item",
        string="Items",
        required=True,
        default=lambda self: self._default_items(),
    )
    outlook = fields.Text("Tomorrow", compute="_compute_outlook")

    @api.model
    def _default_items(self):
        if self.env.context.get("active_model") != "dunning.item":
            return self.env["dunning.item"]
        return self.env["dunning.item"].browse(self.env.context.get("active_ids"))

    @api.depends("item_ids")
    def _compute_outlook(self):
        for wizard in self:
            wizard.outlook = "\n".join(wizard._tomorrow())

    def _concerned(self):
        """The items that the dialog is about."""
        return self.item_ids

    def _policies_then(self, items):
        """The policy that each item follows once the dialog's choice applies, by item.

        :param items: of one company
        """
        resolved = self.env["dunning.policy"]._resolve(items.debtor_id)
        return {item: item.policy_id or resolved[item.debtor_id.id] for item in items}

    def _suppose(self, item, facts, policy):
        """What is true of an item once the dialog's choice applies: here, on its policy.

        :param facts: its :class:`~..rules.facts.ItemFacts` as they are
        :return: facts and ladder; no ladder where nothing can be said
        """
        ladder = item._ladder(policy)
        begun = item.revision_id.sudo()
        if not ladder or not begun or begun.policy_id == policy:
            return replace(facts, reached=item.reached, start=item.start_position), ladder
        reached = same_place(item.reached, begun._to_ladder(), ladder)
        return replace(facts, reached=reached, start=0), ladder

    def _tomorrow(self):
        """What becomes of each item tomorrow, in words."""
        lines = []
        concerned = self._concerned()
        for company, items in concerned[:LOOKED_AT].grouped("company_id").items():
            day = self.env["dunning.message"]._today(company) + timedelta(days=1)
            house = self.env["dunning.house"]._read(company, day)
            by_id = {item.id or item._origin.id: item for item in items}
            policies, debtors = self._policies_then(items), items.debtor_id
            for candidate in self.env["dunning.facts"]._candidates(debtors, day, house):
                item = by_id.get(candidate.facts.item_id)
                if item:
                    policy = policies[item]
                    facts, ladder = self._suppose(item, candidate.facts, policy)
                    if ladder:
                        decision = decide(facts, ladder, day, house.calendar)
                        lines.append(self._say(item, candidate, decision, policy))
        more = max(len(concerned) - LOOKED_AT, 0) + max(len(lines) - SHOWN, 0)
        return [*lines[:SHOWN], *([self.env._("… and %s more", more)] if more else [])]

    def _say(self, item, candidate, decision, policy):
        """One item's decision, in words.

        :param candidate: says how the debtor can be reached
        :param policy: the one it follows then
        """
        name = item.display_name
        if decision.action != "send":
            reasons = dict(item._fields["reason"]._description_selection(self.env))
            return f"{name}: {reasons.get(decision.code, decision.code)}"
        recipients = [
            address
            for channel in decision.channels
            for address, _contact in candidate.addresses(channel, decision.rung.recipient)
        ]
        return self.env._(
            "%(item)s: “%(level)s” leaves to %(recipient)s.",
            item=name,
            level=policy._level_at(decision.rung.position).name,
            recipient=", ".join(recipients),
        )
