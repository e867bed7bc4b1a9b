from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class CollectionCaseWizard(models.TransientModel):
    """Open a case about what was selected, or put it in a case that the debtor has."""

    _name = "collection.case.wizard"
    _inherit = "dunning.selection"
    _description = "Open a Case"

    debtor_id = fields.Many2one("dunning.debtor", compute="_compute_choices")
    choice_ids = fields.Many2many("dunning.item", compute="_compute_choices")
    chosen_ids = fields.Many2many(
        "dunning.item",
        "collection_case_wizard_chosen_rel",
        string="Invoices in It",
        compute="_compute_chosen_ids",
        store=True,
        precompute=True,
        readonly=False,
    )
    case_id = fields.Many2one(
        "collection.case",
        "Put Them in",
        domain="[('debtor_id', '=', debtor_id), ('phase', '!=', 'closed')]",
        help="Empty: a new case.",
    )
    reason = fields.Text(required=True, help="Why now. Kept with the case; the debtor sees it not.")
    outlook = fields.Text("What Happens", compute="_compute_outlook")

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_choices(self):
        for wizard in self:
            items = wizard._open_items()
            wizard.debtor_id = items.debtor_id if len(items.debtor_id) == 1 else False
            wizard.choice_ids = self.env["dunning.item"].search(
                Domain("debtor_id", "=", wizard.debtor_id.id)
                & Domain("state", "=", "open")
                & Domain("case_id", "=", False)
            )

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_chosen_ids(self):
        for wizard in self:
            wizard.chosen_ids = wizard._open_items().filtered(lambda item: not item.case_id)

    @api.depends("chosen_ids", "case_id")
    def _compute_outlook(self):
        for wizard in self:
            wizard.outlook = "\n".join(wizard._tomorrow())

    def _tomorrow(self):
        """What becomes of the chosen ones, in sentences."""
        items = self.chosen_ids
        if len(items.debtor_id) > 1:
            return [self.env._("These are of several debtors: open a case for each.")]
        if not items:
            return [self.env._("Nothing of it is open and free: choose invoices.")]
        if self.case_id:
            return [
                self.env._(
                    "They go on with the others of case %s: one message for all.", self.case_id.name
                )
            ]
        cases = self.env["collection.case"]
        policy = cases._policy_of(items)
        ladder = items[:1]._ladder() if policy == items[:1]._policy() else None
        ladder = ladder or (policy.sudo().revision_id._to_ladder() if policy else None)
        rung = ladder and cases._formal_rung(ladder)
        if not rung:
            return [
                self.env._("Their policy has no formal level: the case goes on as they do now.")
            ]
        level = policy._level_at(rung.position).name
        behind = items.filtered(
            lambda item: ladder.place(item.reached) < ladder.place(rung.position)
        )
        told = []
        if behind and all(map(cases._may_skip, behind.debtor_id)):
            told.append(self.env._("“%s” comes next, for all of them together.", level))
        elif behind:
            told.append(
                self.env._(
                    "They get the levels that are left before “%s”, which comes next for all of them: "
                    "nothing is left out for a consumer.",
                    level,
                )
            )
        told.append(
            self.env._(
                "From the day on which “%(level)s” has left it takes %(days)s days, pauses apart.",
                level=level,
                days=policy.case_days,
            )
        )
        if policy.case_ask_first:
            told.append(self.env._("A manager approves each message before it leaves."))
        return told

    def action_apply(self):
        """Open the case, or let the invoices join one; the case is shown."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can open cases."))
        self.chosen_ids.check_access("read")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the case is opened."))
        case = self.case_id
        if case:
            case.action_join(self.chosen_ids)
        else:
            case = self.env["collection.case"]._open(self.chosen_ids, "clerk", self.reason)
            case.debtor_id._decide_now()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.case",
            "res_id": case.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
