"""Is a made ledger what Odoo would have made? Every check counts differences: all must be 0."""

from . import shape
from .clone import CLONED

SAMPLE = 200
RECOMPUTED = {
    "account.move": (
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "amount_residual",
        "amount_total_signed",
        "amount_residual_signed",
        "payment_state",
        "invoice_date_due",
    ),
    "account.move.line": ("amount_residual", "amount_residual_currency", "reconciled"),
}


def all_checks(env):
    """Return ``{what: number of differences}``."""
    return {
        "unbalanced moves": _unbalanced(env),
        "residuals against matchings": _residuals(env),
        "dangling references": _dangling(env),
        f"recomputed by the ORM ({SAMPLE} invoices)": _recomputed(env),
    }


def _count(env, query):
    env.cr.execute(f"SELECT count(*) FROM ({query}) AS found")
    return env.cr.fetchone()[0]


def _unbalanced(env):
    return _count(
        env,
        """SELECT move_id FROM account_move_line GROUP BY move_id
           HAVING sum(balance) <> 0 OR sum(debit) <> sum(credit)""",
    )


def _residuals(env):
    return _count(
        env,
        """SELECT line.id
             FROM account_move_line line
             JOIN account_account account ON account.id = line.account_id
                  AND account.account_type = 'asset_receivable'
             LEFT JOIN (SELECT debit_move_id AS id, sum(amount) AS amount,
                               sum(debit_amount_currency) AS in_currency
                          FROM account_partial_reconcile GROUP BY 1) d ON d.id = line.id
             LEFT JOIN (SELECT credit_move_id AS id, sum(amount) AS amount,
                               sum(credit_amount_currency) AS in_currency
                          FROM account_partial_reconcile GROUP BY 1) c ON c.id = line.id
            WHERE line.amount_residual <>
                      line.balance - coalesce(d.amount, 0) + coalesce(c.amount, 0)
               OR line.amount_residual_currency <>
                      line.amount_currency - coalesce(d.in_currency, 0) + coalesce(c.in_currency, 0)
               OR line.reconciled <> (line.amount_residual = 0)
               OR (line.full_reconcile_id IS NOT NULL AND NOT line.reconciled)""",
    )


def _dangling(env):
    """Rows whose reference leads nowhere: the clones were inserted without triggers."""
    found = 0
    for model in CLONED:
        for field in env[model]._fields.values():
            if field.type != "many2one" or not field.store or not field.column_type:
                continue
            if not env[field.comodel_name]._auto:
                continue
            found += _count(
                env,
                f"""SELECT t.id FROM {env[model]._table} t
                      LEFT JOIN {env[field.comodel_name]._table} o ON o.id = t."{field.name}"
                     WHERE t."{field.name}" IS NOT NULL AND o.id IS NULL""",
            )
    return found


def _recomputed(env):
    """Let the ORM compute stored values of random invoices again and compare; nothing is kept."""
    env.cr.execute("SELECT setseed(%s)", (shape.SEED / 100,))
    env.cr.execute(
        """SELECT id FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted'
            ORDER BY random() LIMIT %s""",
        (SAMPLE,),
    )
    moves = env["account.move"].browse([row[0] for row in env.cr.fetchall()])
    differences = 0
    with env.cr.savepoint() as savepoint:
        for records in (moves.line_ids, moves):
            names = RECOMPUTED[records._name]
            before = [[record[name] for name in names] for record in records]
            for name in names:
                env.add_to_compute(records._fields[name], records)
            after = [[record[name] for name in names] for record in records]
            differences += sum(old != new for old, new in zip(before, after, strict=True))
        env.invalidate_all(flush=False)
        savepoint.rollback()
    return differences
