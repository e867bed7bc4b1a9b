"""Where the rows of the timeline come from: one query for each kind of record.

Those of documents (calls, promises, disputes) are in :mod:`.dunning_timeline_documents`.
"""

from dataclasses import dataclass, field

from odoo.tools import SQL

#: Ids of rows: the id of the record times this, plus the number of its source.
SPACE = 64

#: A day as a moment: noon, which is the same day nearly everywhere.
NOON = "({}::timestamp + interval '12 hours')"


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of record of which the timeline shows one kind of moment.

    :param number: part of the ids of its rows, below :data:`SPACE`
    :param kind: see :data:`~.dunning_timeline.KINDS`
    :param what: what happened, or SQL that tells; said by :meth:`~.dunning_timeline_words.DunningTimeline._say`
    :param model: of the record, and ``ref`` its id
    :param key: id that the row has
    :param tables: what is read, after ``FROM``, with the debtor as ``debtor_id`` of ``owner``
    :param moment: UTC; ``exact`` whether the time of the day is known
    :param where: which records
    :param only: which of them where these ids are read; ``%s`` stands for the ids
    :param group: for rows that stand for several records
    :param items: pairs of key and item id; ``{only}`` where it must know which, not to read all
    :param reads: ``(model, fields)`` that must have been written before
    """

    number: int
    kind: str
    what: str
    model: str
    ref: str
    key: str
    tables: str
    moment: str
    owner: str
    items: str
    exact: bool = True
    where: str = "true"
    only: str = ""
    group: str = ""
    user: str = "NULL::int"
    by_debtor: str = "false"
    words: str = "NULL::text"
    amount: str = "NULL::numeric"
    currency: str = "NULL::int"
    reads: tuple = field(default=())

    def select(self, ids=None):
        """The rows of this source, or those of some records."""
        only = SQL(self.only or f"{self.key} = ANY(%s)", ids) if ids is not None else SQL("true")
        return SQL(
            f"""SELECT {self._row_id()} AS id, {self.owner}.company_id AS company_id,
                       {self.owner}.debtor_id AS debtor_id, {self.moment} AS moment,
                       {str(self.exact).lower()} AS exact, '{self.kind}'::text AS kind,
                       ({self._code()})::text AS what, '{self.model}'::text AS res_model,
                       {self.ref} AS res_id, {self.user} AS user_id,
                       {self.by_debtor} AS by_debtor, {self.words} AS words,
                       {self.amount} AS amount, {self.currency} AS currency_id
                  FROM {self.tables}
                 WHERE ({self.where}) AND %s {self.group}""",
            only,
        )

    def items_of(self, ids):
        """Pairs of row and item of some records."""
        items, near = self.items, [ids] if "{only}" in self.items else []
        return SQL(
            f"SELECT pair.key * {SPACE} + {self.number}, pair.item_id"
            f"  FROM ({items.replace('{only}', self.only)}) AS pair (key, item_id)"
            " WHERE pair.key = ANY(%s)",
            *near,
            ids,
        )

    def rows_about(self, item_ids):
        """Ids of the rows about items."""
        return SQL(
            f"SELECT pair.key * {SPACE} + {self.number}"
            f"  FROM ({self.items.replace('{only}', 'true')}) AS pair (key, item_id)"
            " WHERE pair.item_id = ANY(%s)",
            item_ids,
        )

    def _code(self):
        """What happened as SQL."""
        return f"'{self.what}'" if self.what.isidentifier() else self.what

    def _row_id(self):
        key = f"min({self.key})" if self.group else self.key
        return f"{key} * {SPACE} + {self.number}"


_NOTICE = {
    "kind": "message",
    "model": "dunning.notice",
    "ref": "notice.id",
    "key": "notice.id",
    "tables": "dunning_notice notice",
    "owner": "notice",
    "items": "SELECT notice_id, item_id FROM dunning_notice_line WHERE item_id IS NOT NULL",
    "words": "concat_ws(E'\\n', coalesce(notice.subject, ''), notice.recipient, notice.failure)",
    "amount": "CASE WHEN notice.kind = 'reminder' THEN notice.amount END",
    "currency": "notice.currency_id",
}
_INVOICE_ITEMS = (
    "SELECT one.id, item.id FROM dunning_item one"
    " JOIN dunning_item item ON item.move_id = one.move_id"
)
_FIRST = (
    "item.move_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dunning_item other"
    " WHERE other.move_id = item.move_id AND other.debtor_id = item.debtor_id"
    " AND other.id < item.id)"
)
_HOLD = {
    "kind": "hold",
    "model": "dunning.hold",
    "ref": "hold.id",
    "key": "hold.id",
    # Each part begins where the debtor is known: none of them reads all holds for one debtor.
    "tables": f"""(
                      SELECT own.id, own.company_id, own.debtor_id FROM dunning_hold own
                       WHERE own.debtor_id IS NOT NULL
                       UNION ALL
                      SELECT own.id, own.company_id, item.debtor_id FROM dunning_hold own
                        JOIN dunning_item item ON item.id = own.item_id
                       WHERE own.debtor_id IS NULL
                       UNION ALL
                      SELECT own.id, own.company_id, item.debtor_id FROM dunning_hold own
                        JOIN dunning_item item
                          ON item.move_id = own.move_id AND item.company_id = own.company_id
                       WHERE own.debtor_id IS NULL AND own.item_id IS NULL AND {_FIRST}
                      ) owner JOIN dunning_hold hold ON hold.id = owner.id""",
    "only": "owner.id = ANY(%s)",
    "owner": "owner",
    "items": """SELECT hold.id, item.id FROM dunning_hold hold
                  JOIN dunning_item item
                    ON item.id = hold.item_id
                    OR item.move_id = hold.move_id AND hold.item_id IS NULL
                    OR item.debtor_id = hold.debtor_id AND hold.item_id IS NULL
                   AND hold.move_id IS NULL""",
    "words": "hold.reason",
    "amount": "nullif(hold.amount, 0)",
    "currency": "hold.currency_id",
}

#: Of messages, invoices, holds, payments and what people decided.
SOURCES = (
    Source(
        1,
        "invoice",
        "made",
        "account.move",
        "item.move_id",
        "item.id",
        "dunning_item item JOIN account_move move ON move.id = item.move_id",
        NOON.format("coalesce(move.invoice_date, move.date)"),
        "item",
        _INVOICE_ITEMS,
        exact=False,
        where=f"{_FIRST} AND move.move_type <> 'entry'",
        words="move.name",
        amount="move.amount_total",
        currency="move.currency_id",
        reads=(
            ("dunning.item", ("debtor_id", "move_id", "line_id", "company_id")),
            ("account.move", ("invoice_date", "date", "move_type", "name", "amount_total")),
        ),
    ),
    Source(
        2,
        "invoice",
        "sent",
        "account.move",
        "item.move_id",
        "track.id",
        """dunning_item item
                 JOIN mail_message message
                   ON message.model = 'account.move' AND message.res_id = item.move_id
                 JOIN mail_tracking_value track ON track.mail_message_id = message.id
                 JOIN ir_model_fields field ON field.id = track.field_id""",
        "message.date",
        "item",
        """SELECT track.id, item.id FROM mail_tracking_value track
             JOIN mail_message message ON message.id = track.mail_message_id
             JOIN ir_model_fields field ON field.id = track.field_id
             JOIN dunning_item item ON item.move_id = message.res_id
            WHERE message.model = 'account.move' AND field.name = 'is_move_sent'
              AND track.new_value_integer = 1""",
        where=f"{_FIRST} AND field.name = 'is_move_sent' AND track.new_value_integer = 1",
        user="track.create_uid",
        words="item.name",
        reads=(
            ("mail.message", ("date", "model", "res_id")),
            ("mail.tracking.value", ("mail_message_id", "field_id", "new_value_integer")),
        ),
    ),
    Source(
        3,
        what="made",
        moment="notice.create_date",
        user="notice.create_uid",
        **_NOTICE,
        reads=(
            ("dunning.notice", ("state", "sent_at", "failure", "recipient", "subject")),
            ("dunning.notice.line", ("notice_id", "item_id")),
        ),
    ),
    Source(
        4,
        what="left",
        moment="notice.sent_at",
        where="""notice.sent_at IS NOT NULL AND notice.channel <> 'letter'""",
        **_NOTICE,
    ),
    Source(
        5,
        what="posted",
        moment=NOON.format("notice.sent_on"),
        exact=False,
        where="""notice.sent_on IS NOT NULL AND notice.channel = 'letter' AND NOT EXISTS (
                 SELECT 1 FROM dunning_delivery way
                  WHERE way.notice_id = notice.id AND way.what = 'posted')""",
        **_NOTICE,
    ),
    Source(
        6,
        what="notice.state",
        moment="notice.write_date",
        where="""notice.state IN ('failed', 'cancelled', 'ambiguous', 'returned')
             AND NOT EXISTS (
                 SELECT 1 FROM dunning_delivery way
                  WHERE way.notice_id = notice.id AND way.what IN ('undelivered', 'returned'))""",
        **_NOTICE,
    ),
    Source(
        7,
        what="way.what",
        moment="way.moment",
        **{
            **_NOTICE,
            "key": "way.id",
            "tables": "dunning_delivery way JOIN dunning_notice notice ON notice.id = way.notice_id",
            "items": """SELECT way.id, line.item_id FROM dunning_delivery way
                          JOIN dunning_notice_line line ON line.notice_id = way.notice_id
                         WHERE line.item_id IS NOT NULL""",
            "words": "concat_ws(E'\\n', coalesce(notice.subject, ''), notice.recipient, way.words)",
        },
        reads=(("dunning.delivery", ("notice_id", "what", "moment", "words")),),
    ),
    Source(
        8,
        "visit",
        "visited",
        # Without a message it was the address on an invoice, or a code.
        "dunning.page.visit",
        "visit.id",
        "visit.id",
        "dunning_page_visit visit",
        "visit.moment",
        "visit",
        """SELECT visit.id, line.item_id FROM dunning_page_visit visit
             JOIN dunning_notice_line line ON line.notice_id = visit.notice_id
            WHERE line.item_id IS NOT NULL""",
        by_debtor="true",
        reads=(("dunning.page.visit", ("debtor_id", "company_id", "moment", "notice_id")),),
    ),
    Source(
        9,
        "decision",
        "decided",
        "dunning.item",
        "min(event.item_id)",
        "event.id",
        "dunning_event event",
        "event.create_date",
        "event",
        """SELECT min(same.id), event.item_id FROM dunning_event event
             JOIN dunning_event same
               ON same.debtor_id = event.debtor_id AND same.create_date = event.create_date
              AND same.note IS NOT DISTINCT FROM event.note AND same.kind = event.kind
            WHERE event.kind = 'person' AND event.hold_id IS NULL AND same.hold_id IS NULL
              AND {only}
         GROUP BY event.id, event.item_id""",
        # What the system notes beside what it does has a row of its own.
        where="event.kind = 'person' AND event.hold_id IS NULL AND event.debtor_id IS NOT NULL"
        " AND event.user_id IS DISTINCT FROM 1",
        # One decision about many items is one row.
        only="""(event.debtor_id, event.create_date) IN (
                SELECT debtor_id, create_date FROM dunning_event WHERE id = ANY(%s))""",
        group="GROUP BY event.company_id, event.debtor_id, event.create_date, event.note,"
        " event.user_id",
        user="event.user_id",
        words="event.note",
        reads=(("dunning.event", ("debtor_id", "item_id", "note", "hold_id", "user_id")),),
    ),
    Source(
        10,
        what="begun",
        moment="hold.create_date",
        where="hold.owner_model IS NULL AND NOT coalesce(hold.proposed, false)",
        user="hold.create_uid",
        **_HOLD,
        reads=(
            (
                "dunning.hold",
                ("debtor_id", "item_id", "move_id", "reason", "released_on", "date_until")
                + ("owner_model", "proposed", "released_by_id", "amount"),
            ),
        ),
    ),
    Source(
        11,
        what="ended",
        moment=NOON.format("coalesce(hold.released_on, hold.date_until)"),
        exact=False,
        where="""hold.owner_model IS NULL AND NOT coalesce(hold.proposed, false)
             AND (hold.released_on IS NOT NULL
                  OR hold.date_until < (now() AT TIME ZONE 'UTC')::date)""",
        user="hold.released_by_id",
        **{**_HOLD, "words": "hold.release_reason"},
    ),
    Source(
        26,
        "payment",
        """CASE WHEN entry.move_type = 'out_refund' THEN 'credit'
                WHEN journal.type IN ('bank', 'cash', 'credit') THEN 'payment'
                ELSE 'ledger' END""",
        "account.move",
        "paid.move_id",
        "partial.id",
        """dunning_item item
                 JOIN account_partial_reconcile partial ON partial.debit_move_id = item.line_id
                 JOIN account_move_line paid ON paid.id = partial.credit_move_id
                 JOIN account_move entry ON entry.id = paid.move_id
                 JOIN account_journal journal ON journal.id = entry.journal_id""",
        NOON.format("paid.date"),
        "item",
        """SELECT min(same.id), item.id FROM dunning_item item
             JOIN account_partial_reconcile partial ON partial.debit_move_id = item.line_id
             JOIN account_partial_reconcile same ON same.credit_move_id = partial.credit_move_id
             JOIN dunning_item other
               ON other.line_id = same.debit_move_id AND other.debtor_id = item.debtor_id
            WHERE {only}
         GROUP BY partial.id, item.id""",
        exact=False,
        where="partial.debit_amount_currency > 0",
        # One receipt that pays many invoices is one row.
        only="""partial.credit_move_id IN (
                SELECT credit_move_id FROM account_partial_reconcile WHERE id = ANY(%s))""",
        group="GROUP BY item.company_id, item.debtor_id, paid.move_id, partial.credit_move_id,"
        " partial.debit_currency_id, paid.date, entry.name, entry.move_type, journal.type",
        words="entry.name",
        amount="sum(partial.debit_amount_currency)",
        currency="partial.debit_currency_id",
        reads=(
            (
                "account.partial.reconcile",
                ("debit_move_id", "credit_move_id", "debit_amount_currency"),
            ),
            ("account.move.line", ("date", "move_id")),
        ),
    ),
)
