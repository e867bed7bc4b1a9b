"""Multiplies template invoices in the database, a statement for each table.

Every row of a template (moves, lines, payment, matchings) has a number within its kind; the
clone ``n`` of it gets the id ``base + n * width + number``. A reference from one cloned row to
another is computed the same way, so nothing is looked up and no trigger is needed.

Which columns are amounts, dates or references is read from the ORM's fields.
"""

import io

from odoo.tools import SQL

CLONED = (
    "account.move",
    "account.payment",
    "account.full.reconcile",
    "account.move.line",
    "account.partial.reconcile",
)
#: Amounts that are not monetary fields.
AMOUNTS = {"account.move.line": ("price_unit",)}

NEW_NAME = (
    "(regexp_replace({0}.sequence_prefix, '[0-9]{{4}}', to_char({0}.date + p.shift, 'YYYY'))"
    " || to_char(p.n + 10000, 'FM99999999'))"
)


class Cloner:
    """Clones template invoices as a plan says.

    :param pairs: ``[(invoice, payment or none)]``, in the order of the plan's template numbers
    """

    def __init__(self, env, pairs):
        self.env = env
        self.cr = env.cr
        self.rows = self._collect(pairs)
        self.base, self.width = {}, {}

    def clone(self, plan):
        """Insert everything. ``plan`` yields ``(n, template, partner, contact, shown, factor, shift)``:

        :param partner: id of the commercial partner; ``contact`` whom the invoice is addressed to
        :param shown: display name of the contact
        :param shift: days to move every date by
        """
        # No triggers: moves and payments refer to each other. The checks look for dangling ids.
        self.cr.execute("SET LOCAL session_replication_role = replica")
        self._store_rows()
        last = self._store_plan(plan)
        for model in CLONED:
            self._insert(model)
            self._insert_tags(model)
            self._advance(self.env[model]._table, self.base[model] + last * self.width[model])
        self.cr.execute("DROP TABLE bench_plan, bench_row, bench_name")
        self.cr.execute("SET LOCAL session_replication_role = DEFAULT")
        self.env.invalidate_all()

    # -- what is cloned --------------------------------------------------------------

    def _collect(self, pairs):
        """Number the rows of each template: ``{model: [(template, id, number)]}``."""
        rows = {model: [] for model in CLONED}
        for template, (invoice, payment) in enumerate(pairs):
            moves = invoice | payment.move_id
            lines = moves.line_ids
            partials = lines.matched_debit_ids | lines.matched_credit_ids
            found = {
                "account.move": moves,
                "account.payment": payment,
                "account.full.reconcile": lines.full_reconcile_id,
                "account.move.line": lines,
                "account.partial.reconcile": partials,
            }
            for model, records in found.items():
                rows[model] += [(template, id_, number) for number, id_ in enumerate(records.ids)]
        return rows

    def _store_rows(self):
        self.cr.execute(
            "CREATE TEMP TABLE bench_row (model text, template int, source int, number int)"
        )
        self.cr.execute_values(
            "INSERT INTO bench_row VALUES %s",
            [(model, *row) for model, rows in self.rows.items() for row in rows],
        )
        self.cr.execute("ANALYZE bench_row")
        for model, rows in self.rows.items():
            table = SQL.identifier(self.env[model]._table)
            self.cr.execute(SQL("SELECT coalesce(max(id), 0) + 1 FROM %s", table))
            self.base[model] = self.cr.fetchone()[0]
            self.width[model] = max((number for *_rest, number in rows), default=0) + 1

    def _store_plan(self, plan):
        """Store the plan and the names of the clones' moves; return the highest ``n`` plus one."""
        self.cr.execute(
            """CREATE TEMP TABLE bench_plan (n int, template int, partner int, contact int,
                                             shown text, factor int, shift int)"""
        )
        buffer, count = io.StringIO(), 0
        for row in plan:
            buffer.write("\t".join(map(str, row)) + "\n")
            count += 1
        buffer.seek(0)
        self.cr.copy_expert("COPY bench_plan FROM STDIN", buffer)
        # The number of a name: within a clone the invoice's, with its payment's beside it.
        self.cr.execute(
            f"""CREATE TEMP TABLE bench_name AS
                SELECT p.n, i.name AS old_name, {NEW_NAME.format("i")} AS name,
                       {NEW_NAME.format("m")} AS payment_name
                  FROM bench_plan p
                  JOIN bench_row r ON r.model = 'account.move' AND r.template = p.template
                                  AND r.number = 0
                  JOIN account_move i ON i.id = r.source
                  LEFT JOIN bench_row s ON s.model = 'account.move' AND s.template = p.template
                                       AND s.number = 1
                  LEFT JOIN account_move m ON m.id = s.source"""
        )
        self.cr.execute("CREATE UNIQUE INDEX ON bench_name (n)")
        self.cr.execute("ANALYZE bench_plan")
        self.cr.execute("ANALYZE bench_name")
        return count

    # -- insertion -------------------------------------------------------------------

    def _insert(self, model):
        """Insert the clones of all templates' rows of one model."""
        joins, columns = [], {"id": self._new_id(model, "r")}
        for name, field in self.env[model]._fields.items():
            if name != "id" and field.store and field.column_type:
                columns[name] = self._value(model, field, joins)
        columns.update(self._own_values(model, joins))
        table = self.env[model]._table
        names = ", ".join(f'"{name}"' for name in columns)
        self.cr.execute(
            f"""INSERT INTO {table} ({names})
                SELECT {", ".join(columns.values())}
                  FROM bench_plan p
                  JOIN bench_name named ON named.n = p.n
                  JOIN bench_row r ON r.template = p.template AND r.model = '{model}'
                  JOIN {table} t ON t.id = r.source
                  {" ".join(joins)}
                 ORDER BY p.n, r.number"""
        )

    def _value(self, model, field, joins):
        """The SQL of a clone's column: a multiple, a later day, a clone's id, or the same."""
        column = f't."{field.name}"'
        if field.type == "monetary" or field.name in AMOUNTS.get(model, ()):
            return f"{column} * p.factor"
        if field.type == "date":
            return f"{column} + p.shift"
        if field.type == "many2one" and field.comodel_name in CLONED:
            alias = f"ref_{len(joins)}"
            joins.append(
                f"LEFT JOIN bench_row {alias} ON {alias}.source = {column}"
                f" AND {alias}.model = '{field.comodel_name}'"
            )
            return self._new_id(field.comodel_name, alias)
        if field.type == "many2one" and field.comodel_name == "res.partner":
            return f"CASE WHEN {column} IS NOT NULL THEN p.partner END"
        return column

    def _new_id(self, model, alias):
        return f"({self.base[model]} + p.n * {self.width[model]} + {alias}.number)"

    def _own_values(self, model, joins):
        """What a clone has of its own: its name, and texts that hold a name."""
        if model == "account.move":
            addressed = "CASE WHEN r.number = 0 THEN p.contact ELSE p.partner END"
            return {
                "name": "CASE WHEN r.number = 0 THEN named.name ELSE named.payment_name END",
                "sequence_prefix": "regexp_replace(t.sequence_prefix, '[0-9]{4}',"
                " to_char(t.date + p.shift, 'YYYY'))",
                "sequence_number": "p.n + 10000",
                "partner_id": addressed,
                "partner_shipping_id": f"CASE WHEN t.partner_shipping_id IS NOT NULL THEN {addressed} END",
                "invoice_partner_display_name": "CASE WHEN t.invoice_partner_display_name IS NOT NULL"
                " THEN p.shown END",
                "payment_reference": "replace(t.payment_reference, named.old_name, named.name)",
                "ref": "replace(t.ref, named.old_name, named.name)",
                "access_token": "NULL",
            }
        if model == "account.move.line":
            return {
                "move_name": "CASE WHEN t.move_name = named.old_name THEN named.name"
                " ELSE named.payment_name END",
                "name": "replace(t.name, named.old_name, named.name)",
                "ref": "replace(t.ref, named.old_name, named.name)",
                "matching_number": self._matching_number(joins),
            }
        if model == "account.payment":
            return {
                "name": "named.payment_name",
                "memo": "replace(t.memo, named.old_name, named.name)",
            }
        return {}

    def _matching_number(self, joins):
        """The id of the full matching, or P and the id of the first partial one."""
        cases = ""
        for prefix, model in (("", "account.full.reconcile"), ("P", "account.partial.reconcile")):
            alias = f"match_{len(joins)}"
            joins.append(
                f"LEFT JOIN bench_row {alias} ON {alias}.model = '{model}'"
                f" AND t.matching_number = '{prefix}' || {alias}.source"
            )
            cases += (
                f" WHEN {alias}.source IS NOT NULL THEN '{prefix}' || {self._new_id(model, alias)}"
            )
        return f"CASE{cases} END"

    def _insert_tags(self, model):
        """Clone the rows' links to records that are shared (taxes, tags)."""
        for field in self.env[model]._fields.values():
            if field.type != "many2many" or not field.store:
                continue
            self.cr.execute(
                f"""INSERT INTO {field.relation} ({field.column1}, {field.column2})
                    SELECT {self._new_id(model, "r")}, t.{field.column2}
                      FROM bench_plan p
                      JOIN bench_row r ON r.template = p.template AND r.model = '{model}'
                      JOIN {field.relation} t ON t.{field.column1} = r.source"""
            )
            if self.cr.rowcount and field.comodel_name in CLONED:
                raise NotImplementedError(f"links of {field} lead to cloned rows")

    def _advance(self, table, last):
        self.cr.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, last))
