from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class DunningWorkWizard(models.TransientModel):
    """A person decides about what is on the work list, and says why."""

    _name = "dunning.work.wizard"
    _description = "Decide About the Work List"

    notice_ids = fields.Many2many(
        "dunning.notice",
        string="About",
        required=True,
        default=lambda self: self._selected(),
        domain="[('channel', '=', 'list'), ('state', '=', 'queued')]",
    )
    story = fields.Html("The Story So Far", compute="_compute_story", sanitize=False)
    decision = fields.Selection(
        [
            ("go_on", "Done: go on with the next level"),
            ("pause", "Wait until a day, then decide again"),
        ],
        required=True,
        default="go_on",
        help="To stop for good, write off or agree on a payment plan, use the debtor's buttons: "
        "what is over leaves the list by itself.",
    )
    date_until = fields.Date("Wait Until")
    note = fields.Text("What Was Decided", required=True, help="Kept in the history of the items.")

    def _selected(self):
        if self.env.context.get("active_model") != "dunning.notice":
            return self.env["dunning.notice"]
        return self.env["dunning.notice"].browse(self.env.context.get("active_ids"))

    def _compute_story(self):
        for dialog in self:
            debtors = dialog.notice_ids.debtor_id
            stories = len(debtors) == 1 and self.env["dunning.story"]._stories(debtors)
            dialog.story = stories and stories[debtors.id]

    def action_apply(self):
        """Keep the decision in the history of the items; the work is done, or waits."""
        self.ensure_one()
        self.notice_ids.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors take care of calls and work lists."))
        if self.decision == "pause" and not self.date_until:
            raise UserError(self.env._("Fill in until when to wait."))
        work = self.notice_ids._waiting_work("list")
        items = work.line_ids.filtered("position").item_id
        if self.decision == "pause":
            self._pause(items)
        self.env["dunning.event"].sudo()._note(
            items, self.env._("Work list: %s", self.note.strip())
        )
        if self.decision == "pause":
            work._drop(self.env._("Put off by %s.", self.env.user.name))
        else:
            work._work_done()
        work.debtor_id._decide_now()
        self.env["dunning.task"].sudo()._work_done(work.debtor_id, self.note)
        return {"type": "ir.actions.act_window_close"}

    def _pause(self, items):
        """Hold items until the day, so that the level comes again after it."""
        self.env["dunning.hold"].create(
            [
                {
                    "company_id": item.company_id.id,
                    "item_id": item.id,
                    "kind": "pause",
                    "reason": self.note.strip(),
                    "date_until": self.date_until,
                }
                for item in items
            ]
        )
