from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """How much of what was asked up front is in, read from payments and invoices.

    An online payment counts until it is set against an invoice of the order; then the invoice
    counts, with what was paid of it. So each amount counts once. Money that was taken back, or
    set against something else, does not count.
    """

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    def _dunning_money_in(self):
        """What is in for each of these orders, by id, in its currency; in two statements."""
        found = dict.fromkeys(self.ids, 0.0)
        if not found:
            return found
        self.env.flush_all()
        rates = {}
        orders = {order.id: order for order in self.sudo()}
        for order_id, currency_id, day, amount in [
            *self._dunning_invoices_paid(),
            *self._dunning_online_paid(),
        ]:
            order = orders[order_id]
            key = (currency_id, order.currency_id.id, order.company_id.id, day)
            if key not in rates:
                rates[key] = self.env["res.currency"]._get_conversion_rate(
                    self.env["res.currency"].browse(currency_id),
                    order.currency_id,
                    order.company_id,
                    day or fields.Date.today(),
                )
            found[order_id] += float(amount) * rates[key]
        return {order.id: order.currency_id.round(found[order.id]) for order in self.sudo()}

    def _dunning_invoices_paid(self):
        """Paid parts of posted invoices, less credit notes; an order's share by its lines.

        An invoice that a credit note closes is not paid: the credit note counts against it.
        """
        return self.env.execute_query(
            SQL(
                """SELECT ordered.order_id, move.currency_id,
                          COALESCE(move.invoice_date, move.date),
                          SUM(line.price_total) / move.amount_total
                          * (move.amount_total - move.amount_residual)
                          * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                     FROM sale_order_line ordered
                     JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = ordered.id
                     JOIN account_move_line line ON line.id = rel.invoice_line_id
                     JOIN account_move move ON move.id = line.move_id
                    WHERE ordered.order_id = ANY(%s) AND move.state = 'posted'
                      AND move.move_type IN ('out_invoice', 'out_refund')
                      AND move.amount_total <> 0
                    GROUP BY ordered.order_id, move.id""",
                self.ids,
            )
        )

    def _dunning_online_paid(self):
        """Online payments that no invoice has yet, less what was paid back.

        One that was taken in parts counts by its parts, and what is still reserved.
        """
        by_root = defaultdict(list)
        share = {}
        for root_id, order_id, part, *row in self.env.execute_query(self._dunning_online_sql()):
            share.setdefault(root_id, {})[order_id] = part
            if row not in by_root[root_id]:
                by_root[root_id].append(row)
        for root_id, rows in by_root.items():
            [(_id, _child, state, _refund, amount, worth, currency_id, day)] = [
                row for row in rows if not row[1]
            ]
            parts = [row for row in rows if row[1] and not row[3]]
            taken = [row for row in parts if row[2] == "done"]
            if any(row[2] in ("done", "cancel") for row in parts):
                worth = sum(row[5] for row in taken)
                if state == "authorized":
                    worth += amount - sum(row[4] for row in parts if row[2] in ("done", "cancel"))
            worth += sum(row[5] for row in rows if row[3] and row[2] == "done")
            for order_id, part in share[root_id].items():
                yield order_id, currency_id, day, worth * part

    def _dunning_online_sql(self):
        """Transactions of these orders and what came of each (a part that was captured, what was
        paid back of that), with what each is worth.

        :return: rows of the transaction of the order, the order, its share where there are
            several orders, id, whether it came of another, state, whether it pays back, amount,
            worth, currency and day
        """
        return SQL(
            """WITH RECURSIVE root AS (
                    SELECT tx.id, rel.sale_order_id,
                           COALESCE(sale.amount_total / NULLIF(SUM(sale.amount_total) OVER (
                               PARTITION BY tx.id), 0), 1) AS part
                      FROM sale_order_transaction_rel rel
                      JOIN payment_transaction tx ON tx.id = rel.transaction_id
                      JOIN sale_order sale ON sale.id = rel.sale_order_id
                     WHERE tx.id IN (SELECT transaction_id FROM sale_order_transaction_rel
                                      WHERE sale_order_id = ANY(%(orders)s))
                       AND tx.state IN ('authorized', 'done') AND tx.operation <> 'validation'),
               tree AS (
                    SELECT DISTINCT id AS root_id, id FROM root
                     UNION
                    SELECT tree.root_id, tx.id
                      FROM tree JOIN payment_transaction tx ON tx.source_transaction_id = tree.id)
               SELECT root.id, root.sale_order_id, root.part, tx.id,
                      tx.id <> root.id AS child, tx.state, tx.operation = 'refund' AS refund,
                      tx.amount,
                      CASE WHEN payment.id IS NULL THEN tx.amount
                           WHEN payment.state IN ('draft', 'canceled', 'rejected') THEN 0
                           WHEN payment.move_id IS NULL
                           THEN SIGN(tx.amount)
                                * GREATEST(ABS(tx.amount) - COALESCE(invoiced.paid, 0), 0)
                           ELSE SIGN(tx.amount) * COALESCE(rest.amount, 0)
                       END AS worth,
                      tx.currency_id, tx.last_state_change::date
                 FROM root
                 JOIN tree ON tree.root_id = root.id
                 JOIN payment_transaction tx ON tx.id = tree.id
                 LEFT JOIN account_payment payment ON payment.id = tx.payment_id
                 LEFT JOIN LATERAL (
                      SELECT ABS(SUM(line.amount_residual_currency)) AS amount
                        FROM account_move_line line
                       WHERE line.move_id = payment.move_id
                         AND line.account_id = payment.destination_account_id) rest ON TRUE
                 LEFT JOIN LATERAL (
                      SELECT SUM(move.amount_total - move.amount_residual) AS paid
                        FROM account_move__account_payment rel
                        JOIN account_move move ON move.id = rel.invoice_id
                       WHERE rel.payment_id = payment.id AND move.state = 'posted') invoiced
                   ON TRUE
                WHERE root.sale_order_id = ANY(%(orders)s)""",
            orders=self.ids,
        )
