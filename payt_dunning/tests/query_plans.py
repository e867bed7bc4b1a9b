"""How the database would answer what a block asks it, and a database that has grown."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo import sql_db
from odoo.tools import SQL

#: A table with so many rows has grown: nothing of the day's work may read all of it.
GROWN = 4_000
#: A statement that reads a larger part of a grown table reads all of it.
SHARE = 0.2
_WRITES = re.compile(
    r"\b(INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\"?\w+\"?(\s+(AS\s+)?\w+)?\s+SET)\b", re.IGNORECASE
)
_ASKS = re.compile(r"\s*\(*\s*(SELECT|WITH|UPDATE|DELETE|INSERT)\b", re.IGNORECASE)


class QueryPlans:
    """The plans of statements as they are executed, with what they read of grown tables.

    Of a statement that only reads, the rows it really reads are counted; one that writes is not
    executed twice, and is judged by its plan.
    """

    def __init__(self, cr):
        cr.execute(
            """SELECT relname, reltuples FROM pg_class
                WHERE relkind = 'r' AND reltuples >= %s AND relnamespace = 'public'::regnamespace""",
            [GROWN],
        )
        self.rows = dict(cr.fetchall())
        cr.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
        self._partial = {name for (name,) in cr.fetchall()}
        self._named = re.compile(rf"\b({'|'.join(map(re.escape, self.rows))})\b")
        self.statements, self.wide = 0, []

    @contextmanager
    def watched(self):
        """Look at each statement of a block just before it is executed."""
        execute, looks = sql_db.Cursor.execute, []

        def look_first(cursor, query, params=None, log_exceptions=True):
            text = query.code if isinstance(query, SQL) else str(query)
            if not looks and _ASKS.match(text) and self._named.search(text):
                looks.append(True)
                try:
                    self._look(cursor, execute, query, params, text)
                finally:
                    looks.pop()
            return execute(cursor, query, params, log_exceptions)

        with patch.object(sql_db.Cursor, "execute", look_first):
            yield self

    def _look(self, cursor, execute, query, params, text):
        reads = not _WRITES.search(text)
        how = "ANALYZE, TIMING OFF, FORMAT JSON" if reads else "FORMAT JSON"
        if isinstance(query, SQL):
            query = SQL("%s %s", SQL(f"EXPLAIN ({how})"), query)
        else:
            query = f"EXPLAIN ({how}) {query}"
        execute(cursor, query, params)
        ((plan,),) = cursor.fetchall()
        self.statements += 1
        for node in _nodes(plan[0]["Plan"]):
            if why := self._why_wide(node, reads):
                shown = " ".join(text.split())
                self.wide.append(f"{why}: {shown[:1500]}")

    def _why_wide(self, node, reads):
        """What a step of a plan reads too much of; nothing where that is little."""
        table = node.get("Relation Name")
        if table not in self.rows or "Scan" not in node["Node Type"]:
            return ""
        kind = node["Node Type"]
        if reads:
            each = (
                node["Actual Rows"]
                + node.get("Rows Removed by Filter", 0)
                + node.get("Rows Removed by Index Recheck", 0)
            )
            rows = each * node["Actual Loops"]
        else:
            some = "Index Cond" in node or node.get("Index Name") in self._partial
            whole = kind == "Seq Scan" or (kind.startswith("Index") and not some)
            rows = self.rows[table] if whole else node["Plan Rows"]
        if rows <= self.rows[table] * SHARE:
            return ""
        found = node.get("Filter") or node.get("Index Cond") or ""
        return f"{kind} of {rows:.0f} of {self.rows[table]:.0f} rows of {table} ({found})"


def _nodes(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


# -- a database that has grown ---------------------------------------------------------------------


def copies(record, count, **changed):
    """Insert rows like that of a record; return the number before the first of their ids.

    :param changed: other values of columns, as SQL; ``n`` is the number of a copy from 1, ``{id}``
        its id
    """
    cr, table = record.env.cr, record._table
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND column_name <> 'id'""",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    cr.execute(SQL("SELECT max(id) FROM %s", SQL.identifier(table)))
    (base,) = cr.fetchone()
    new_id = f"{base} + n"
    values = [
        changed[name].replace("{id}", new_id) if name in changed else f't."{name}"'
        for name in columns
    ]
    wanted = ", ".join(f'"{name}"' for name in columns)
    cr.execute(  # pylint: disable=sql-injection
        f'INSERT INTO "{table}" (id, {wanted}) SELECT {new_id}, {", ".join(values)}'
        f' FROM "{table}" t, generate_series(1, {count}) n WHERE t.id = {record.id}'
    )
    cr.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, base + count])
    return base
