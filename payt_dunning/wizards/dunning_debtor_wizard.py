from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.dunning_debtor_law import KINDS
from ..rules.ladder import same_place

WHAT = [("handler", "Handler"), ("kind", "Kind of Debtor"), ("policy", "Policy")]


class DunningDebtorWizard(models.TransientModel):
    """Give several debtors another handler, kind or policy, after seeing what comes of it."""

    _name = "dunning.debtor.wizard"
    _description = "Change Debtors"
    _inherit = ["dunning.selection", "dunning.outlook"]

    item_ids = fields.Many2many(required=False)
    what = fields.Selection(WHAT, "Change", required=True, default="handler")
    handler_id = fields.Many2one(
        "res.users", domain="[('share', '=', False)]", help="Empty: the company's handler."
    )
    kind = fields.Selection(KINDS, "Kind of Debtor")
    policy_id = fields.Many2one(
        "dunning.policy",
        domain="[('revision_id', '!=', False)]",
        help="Empty: the policy for this kind of debtor.",
    )

    def _chosen(self):
        """The debtors that were selected, or those of the items that were."""
        return self.debtor_ids | self._open_items().debtor_id

    @api.depends("item_ids", "debtor_ids", "what", "kind", "policy_id")
    def _compute_outlook(self):
        for dialog in self:
            known = dialog.what == "policy" or (dialog.what == "kind" and dialog.kind)
            dialog.outlook = "\n".join(dialog._tomorrow()) if known else ""

    def _concerned(self):
        return self._chosen().item_ids.filtered(lambda item: item.state == "open")

    def _policy_then(self, debtor):
        """The policy that a debtor has once the choice applies."""
        policies = self.env["dunning.policy"]
        own = self.policy_id.id if self.what == "policy" else debtor.policy_id.id
        kind = self.kind if self.what == "kind" else debtor.kind
        chosen = policies._choose(
            policies._segments(debtor.company_id), {debtor.id: (own, kind, debtor.partner_id.id)}
        )
        return policies.browse(chosen[debtor.id] or ())

    def _suppose(self, item, facts):
        policy = item.policy_id or self._policy_then(item.debtor_id)
        ladder = item._ladder(policy)
        begun = item.revision_id.sudo()
        if not ladder or not begun or begun.policy_id == policy:
            return facts, ladder
        reached = same_place(item.reached, begun._to_ladder(), ladder)
        return replace(facts, reached=reached, start=0), ladder

    def _level_name(self, item, position):
        policy = item.policy_id or self._policy_then(item.debtor_id)
        levels = policy.with_context(active_test=False).level_ids
        return levels.filtered(lambda level: level.position == position).name

    def action_apply(self):
        """Change the debtors, and decide anew about what they owe."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can change debtors."))
        debtors = self._chosen()
        if not debtors:
            raise UserError(self.env._("No debtor was selected."))
        if self.what == "kind" and not self.kind:
            raise UserError(self.env._("Choose which kind of debtor they are."))
        self.policy_id.check_access("read")
        values = {
            "handler": {"handler_id": self.handler_id.id},
            "kind": {"kind": self.kind},
            "policy": {"policy_id": self.policy_id.id},
        }[self.what]
        watch = self.env["dunning.change"]._watch(debtors)
        debtors.write(values)
        if self.what != "handler":
            debtors._decide_now()
        field = {"handler": "handler_id", "kind": "kind", "policy": "policy_id"}[self.what]
        words = self.env._(
            "%(what)s of %(count)s debtors: %(value)s",
            what=dict(self._fields["what"]._description_selection(self.env))[self.what],
            count=len(debtors),
            value=self._fields[field].convert_to_export(self[field], self) or "-",
        )
        self.env["dunning.event"].sudo()._note(
            debtors.item_ids.filtered(lambda item: item.state == "open"), words
        )
        return watch.keep(words)
