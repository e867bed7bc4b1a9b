"""A company that is live goes on as it did: what is new and would reach debtors stays off."""

from odoo.tools.sql import SQL, column_exists, create_column

#: Settings that came after the first version: type, for who is not live yet, for who is.
SETTINGS = {
    "dunning_acknowledge": ("boolean", True, False),
    "dunning_page_on_invoice": ("boolean", True, False),
    "dunning_backlog_call_days": ("int4", 90, 0),
}


def migrate(cr, version):
    """Make the columns before Odoo fills them with what new companies get."""
    for name, (kind, by_default, live) in SETTINGS.items():
        if column_exists(cr, "res_company", name):
            continue
        create_column(cr, "res_company", name, kind)
        cr.execute(
            SQL(
                "UPDATE res_company SET %s = CASE WHEN dunning_live_since IS NULL THEN %s ELSE %s END",
                SQL.identifier(name),
                by_default,
                live,
            )
        )
