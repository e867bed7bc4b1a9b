"""Items that were closed before the day was kept get it from the ledger.

How long a debtor's data are kept counts from it, and so does whether a payment that is undone was
booked long ago.
"""


def migrate(cr, version):
    """The day of the last payment; else the day on which the item was changed last."""
    cr.execute(
        """UPDATE dunning_item item
              SET closed_on = coalesce(
                      (SELECT max(part.max_date) FROM account_partial_reconcile part
                        WHERE part.debit_move_id = item.line_id),
                      item.write_date::date)
            WHERE item.state = 'closed' AND item.closed_on IS NULL"""
    )
