from odoo import fields, models

#: What decides when an item is looked at next.
WATCHED = {"date_maturity", "no_followup"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    dunning_item_ids = fields.One2many(
        "dunning.item", "line_id", "Follow-up", groups="payt_dunning.group_dunning_user"
    )

    _dunning_open_receivable = models.Index(
        "(company_id, date_maturity) WHERE display_type = 'payment_term'"
        " AND reconciled IS NOT TRUE AND parent_state = 'posted'"
    )

    def write(self, vals):
        result = super().write(vals)
        if not WATCHED.isdisjoint(vals):
            # Not before what was decided of old facts: a due date may have come closer.
            self.sudo().dunning_item_ids.debtor_id._look_again()
        return result
