from odoo import api, fields, models

from ..models.dunning_sale_override import WHAT


class DunningSaleOverrideWizard(models.TransientModel):
    """Decide otherwise about an order than the class of its customer says, with a reason."""

    _name = "dunning.sale.override.wizard"
    _description = "Override a Credit Decision"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    order_state = fields.Selection(related="order_id.state", related_sudo=False)
    what = fields.Selection(WHAT, "Override", required=True)
    asked = fields.Char("As It Stands", compute="_compute_asked")
    reason = fields.Char(required=True)

    @api.depends("order_id", "what")
    @api.depends_context("lang")
    def _compute_asked(self):
        for dialog in self:
            order = dialog.order_id
            # Its words are made of what everybody may not see.
            order.check_access("read")
            dialog.asked = order and dialog.what and order._dunning_asked_words(dialog.what)

    def action_apply(self):
        """Decide; the right is looked at again."""
        self.ensure_one()
        self.order_id._dunning_override(self.what, self.reason)
        return {"type": "ir.actions.act_window_close"}
