from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class DunningPauseWizard(models.TransientModel):
    """Pause some items, debtors or invoices until a date, with a reason."""

    _name = "dunning.pause.wizard"
    _description = "Pause Items or Debtors"
    _inherit = "dunning.selection"

    reason_id = fields.Many2one("dunning.hold.reason", "Why")
    needs_note = fields.Boolean(related="reason_id.needs_note")
    date_until = fields.Date(
        "Until",
        compute="_compute_date_until",
        store=True,
        readonly=False,
        required=True,
        help="Last day of the pause.",
    )
    everything = fields.Boolean("Pause Messages of Payment Plans Too")
    reason = fields.Text("Note", help="In your own words, for whoever looks at this later.")
    proposed = fields.Boolean(default=lambda self: not self._may_decide())
    effect = fields.Text("What It Keeps Back", compute="_compute_effect")

    @api.model
    def _may_decide(self):
        return self.env.user.has_group("payt_dunning.group_dunning_user")

    @api.depends("reason_id")
    def _compute_date_until(self):
        for dialog in self:
            if dialog.reason_id:
                today = fields.Date.context_today(dialog)
                dialog.date_until = fields.Date.add(today, days=dialog.reason_id.days)

    @api.depends("item_ids", "debtor_ids", "selected_moves", "date_until")
    def _compute_effect(self):
        for dialog in self:
            dialog.effect = dialog.date_until and "\n".join(dialog._kept_back())

    def _kept_back(self):
        """The steps that would come about the items within the pause, in words."""
        steps = defaultdict(lambda: self.env["dunning.item"])
        for item in self._open_items():
            soon = item.action == "send" or (item.next_date or self.date_until) <= self.date_until
            if item.next_name and item.action != "blocked" and soon:
                steps[item.next_name] |= item
        lines = [
            self.env._("“%(level)s” about %(count)s items", level=level, count=len(items))
            for level, items in steps.items()
        ]
        return lines or [self.env._("Nothing: no step would come by then.")]

    def action_apply(self):
        """Make a hold for each of them; a viewer's counts once a collector agrees."""
        self.ensure_one()
        note = (self.reason or "").strip()
        if not note and (not self.reason_id or self.needs_note):
            raise UserError(self.env._("Say why follow-up is paused: choose a reason or note it."))
        words = ". ".join(filter(None, (self.reason_id.name, note)))
        items = self._open_items()
        watch = self.env["dunning.change"]._watch(items)
        holds = self._hold(
            kind="pause",
            reason=words,
            reason_id=self.reason_id.id,
            date_until=self.date_until,
            everything=self.everything,
        )
        day = format_date(self.env, self.date_until)

        def told(count):
            if self.proposed:
                return self.env._(
                    "Asked for a pause of %(count)s items until %(day)s", count=count, day=day
                )
            return self.env._("Paused %(count)s items until %(day)s", count=count, day=day)

        return watch.keep(told, made=holds)
