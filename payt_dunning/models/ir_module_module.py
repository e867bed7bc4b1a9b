from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    """Follow-up is not taken out from under messages that are leaving."""

    _inherit = "ir.module.module"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        """Uninstalling is refused while a company is live, also where it goes with another module."""
        if vals.get("state") == "to remove" and "payt_dunning" in self.mapped("name"):
            self._refuse_while_live()
        return super().write(vals)

    def _refuse_while_live(self):
        companies = self.env["res.company"].sudo().search([("dunning_live_uuid", "!=", False)])
        live = companies.filtered(lambda company: company._dunning_is_live())
        if live:
            raise UserError(
                self.env._(
                    "%s sends reminders now. Stop sending first (Receivables Follow-up, "
                    "Configuration, Go Live), and export what you want to keep: levels reached, "
                    "holds, messages and history are deleted with the add-on. Your ledger stays "
                    "as it is.",
                    ", ".join(live.mapped("name")),
                )
            )
