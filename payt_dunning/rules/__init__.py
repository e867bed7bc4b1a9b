"""Pure rules of receivables follow-up: no ``odoo`` import, ``Decimal`` money, table-tested."""
