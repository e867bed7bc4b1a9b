from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.dunning_debtor_law import KINDS

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

    def _policies_then(self, items):
        policies, company = self.env["dunning.policy"], items.company_id
        kind = self.kind if self.what == "kind" else None
        chosen = policies._choose(
            policies._segments(company),
            {
                debtor.id: (
                    self.policy_id.id if self.what == "policy" else debtor.policy_id.id,
                    kind or debtor.kind,
                    debtor.partner_id.id,
                )
                for debtor in items.debtor_id
            },
        )
        return {
            item: item.policy_id or policies.browse(chosen[item.debtor_id.id] or ())
            for item in items
        }

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
        field = {"handler": "handler_id", "kind": "kind", "policy": "policy_id"}[self.what]
        watch = self.env["dunning.change"]._watch(debtors)
        debtors.write({field: self._fields[field].convert_to_write(self[field], self)})
        if self.what != "handler":
            debtors._decide_now()
        what = dict(self._fields["what"]._description_selection(self.env))[self.what]
        value = self._fields[field].convert_to_export(self[field], self) or "-"

        def words(count):
            return self.env._(
                "%(what)s of %(count)s debtors: %(value)s", what=what, count=count, value=value
            )

        open_items = debtors.item_ids.filtered(lambda item: item.state == "open")
        self.env["dunning.event"].sudo()._note(open_items, words(len(debtors)))
        return watch.keep(words)
