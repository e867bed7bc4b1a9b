from odoo import fields, models

from ..models.dunning_hold import FINAL_KINDS, KINDS


class DunningStopWizard(models.TransientModel):
    """Stop follow-up for good; undone by releasing the hold."""

    _name = "dunning.stop.wizard"
    _description = "Stop Follow-up for Good"
    _inherit = "dunning.selection"

    kind = fields.Selection(
        [each for each in KINDS if each[0] in FINAL_KINDS], "Why", required=True
    )
    reason = fields.Text("In Your Own Words", required=True)

    def action_apply(self):
        """Make a hold without an end for each of them; managers only."""
        self.ensure_one()
        items = self._open_items()
        watch = self.env["dunning.change"]._watch(items)
        holds = self._hold(kind=self.kind, reason=self.reason)
        return watch.keep(lambda count: self.env._("Stopped %s items for good", count), made=holds)
