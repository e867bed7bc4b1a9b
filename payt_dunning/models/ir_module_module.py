from odoo import models
from odoo.exceptions import UserError


class IrModuleModule(models.Model):
    """Follow-up is not taken out from under messages that are leaving."""

    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Refused while a company is live, also where it would go with another module."""
        result = super().button_uninstall()
        if self.search_count([("name", "=", "payt_dunning"), ("state", "=", "to remove")], limit=1):
            self._refuse_while_live()
        return result

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
