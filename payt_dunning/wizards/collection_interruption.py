from odoo import fields, models

from ..models.collection_limitation import INTERRUPTIONS


class CollectionInterruption(models.TransientModel):
    """Interrupt the limitation of claims: write to the debtor, or note what did."""

    _name = "collection.interruption"
    _inherit = "dunning.selection"
    _description = "Interrupt Limitation"

    how = fields.Selection(
        [("write", "Write to the Debtor Now"), ("note", "Note What Interrupted It")],
        required=True,
        default="write",
    )
    day = fields.Date("On", default=lambda self: fields.Date.context_today(self))
    what = fields.Selection(INTERRUPTIONS, "What Interrupted It", default="reminder")
    note = fields.Char("Proof of It", help="For instance the number of a registered letter.")

    def action_apply(self):
        """Write to the debtors, or note what interrupted it."""
        self.ensure_one()
        items = self._open_items()
        if self.how == "write":
            items.action_write_interruption()
        else:
            items.action_interrupt(self.day, self.what, self.note)
        return {"type": "ir.actions.act_window_close"}
