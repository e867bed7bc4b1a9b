from odoo import api, models
from odoo.tools import SQL

from odoo.addons.payt_dunning.tools import exact


class DunningBehaviour(models.Model):
    _inherit = "dunning.behaviour"

    @api.model
    def _more_exposure(self, company, partner_ids):
        """Add the order book: what is confirmed and not invoiced yet, in one statement.

        An order of which more was invoiced than it was for does not lower that of another.
        """
        more = dict(super()._more_exposure(company, partner_ids))
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id,
                          SUM(GREATEST(sale.amount_total - COALESCE(invoiced.amount, 0), 0)
                              / COALESCE(NULLIF(sale.currency_rate, 0), 1))
                     FROM sale_order sale
                     JOIN res_partner partner ON partner.id = sale.partner_id
                     LEFT JOIN LATERAL (
                          SELECT SUM(CASE WHEN move.move_type = 'out_refund'
                                          THEN -line.price_total ELSE line.price_total END) amount
                            FROM sale_order_line ordered
                            JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = ordered.id
                            JOIN account_move_line line ON line.id = rel.invoice_line_id
                            JOIN account_move move ON move.id = line.move_id
                           WHERE ordered.order_id = sale.id AND move.state = 'posted') invoiced
                       ON TRUE
                    WHERE sale.company_id = %s AND sale.state = 'sale'
                      AND partner.commercial_partner_id = ANY(%s)
                    GROUP BY partner.commercial_partner_id""",
                company.id,
                list(partner_ids),
            )
        )
        for partner_id, amount in rows:
            booked = exact(company.currency_id.round(float(amount or 0)))
            more[partner_id] = more.get(partner_id, 0) + booked
        return more
