from odoo import fields, models
from odoo.exceptions import AccessError


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    dunning_dismissed = fields.Boolean(
        "Not for an Open Invoice",
        help="This receipt no longer holds back reminders.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "dunning_dismissed" in vals:
            self._dunning_look_again()
        return result

    def _dunning_look_again(self):
        """Items that wait for a receipt are decided about anew."""
        items = (
            self.env["dunning.item"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", self.company_id.root_id.ids),
                    ("state", "=", "open"),
                    ("reason", "=", "receipt"),
                ]
            )
        )
        items.debtor_id._look_again()

    def action_dunning_dismiss(self):
        """These receipts are for something else: they hold back no reminders."""
        self._dunning_as_collector().dunning_dismissed = True
        return True

    def action_dunning_take_back(self):
        """These receipts may be for an open invoice after all."""
        self._dunning_as_collector().dunning_dismissed = False
        return True

    def _dunning_as_collector(self):
        """These receipts, writable, if the user may decide what they are for."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide what a receipt is for."))
        return self.sudo()
