"""Makes a ledger of any size in a database: a few invoices by the ORM, the rest by SQL."""

from . import checks, shape
from .clone import Cloner
from .people import People
from .templates import AGE, Templates

TABLES = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "account_full_reconcile",
    "account_move_line_account_tax_rel",
)


def make(env, size, kind="mixed"):
    """Make ``size`` invoices and check the books. A mixed ledger counts the templates among them.

    :param kind: shape of the ledger, see :func:`~.shape.debtors`
    :return: ``{"counts": {table: rows}, "checks": {what: differences}}``
    """
    partner, contact, pairs = Templates(env).make()
    debtors = shape.debtors(size, kind)
    people = People(env, partner, contact)
    people.make(debtors)
    count = max(size - len(pairs), 0) if kind == "mixed" else size
    rows = shape.invoices(count, kind, debtors)
    Cloner(env, pairs).clone(_plan(people, debtors, rows))
    env.cr.commit()
    for table in TABLES:
        env.cr.execute(f"ANALYZE {table}")
    env.cr.commit()
    return {"counts": _counts(env), "checks": checks.all_checks(env)}


def _plan(people, debtors, rows):
    for number, row in enumerate(rows):
        debtor = debtors[row.debtor]
        yield (
            number,
            row.template,
            people.partner_id(debtor),
            people.addressee_id(debtor),
            people.shown_name(debtor),
            row.factor,
            AGE - row.age,
        )


def _counts(env):
    counts = {}
    for table in TABLES[:5]:
        env.cr.execute(f"SELECT count(*) FROM {table}")
        counts[table] = env.cr.fetchone()[0]
    return counts
