from odoo import api, models
from odoo.tools import SQL


class DunningMoney(models.AbstractModel):
    _inherit = "dunning.money"

    @api.model
    def _set_aside(self, company_ids, partner_ids):
        """Leave what was paid up front for an order to that order: it pays no old invoice."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT line.id
                     FROM sale_order sale
                     JOIN res_partner partner ON partner.id = sale.partner_id
                     JOIN sale_order_transaction_rel rel ON rel.sale_order_id = sale.id
                     JOIN payment_transaction tx ON tx.id = rel.transaction_id
                     JOIN account_payment payment ON payment.payment_transaction_id = tx.id
                     JOIN account_move_line line ON line.move_id = payment.move_id
                      AND line.account_id = payment.destination_account_id
                    WHERE sale.company_id = ANY(%s) AND sale.state <> 'cancel'
                      AND sale.invoice_status <> 'invoiced'
                      AND partner.commercial_partner_id = ANY(%s)
                      AND line.amount_residual < 0""",
                list(company_ids),
                list(partner_ids),
            )
        )
        return [*super()._set_aside(company_ids, partner_ids), *(line_id for (line_id,) in rows)]
