from odoo import api, fields, models
from odoo.tools import SQL


class DunningNoticeLine(models.Model):
    """A row of a message. While the message is live, the database keeps its slot unique."""

    _name = "dunning.notice.line"
    _description = "Dunning Notice Line"
    _order = "notice_id, id"

    notice_id = fields.Many2one(
        "dunning.notice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one("dunning.item", readonly=True, index=True, ondelete="restrict")
    source = fields.Char(required=True, readonly=True, help="What the row is about.")
    slot = fields.Char(
        readonly=True, help="The level the row stands for; empty: only listed as also open."
    )
    channel = fields.Char(required=True, readonly=True)
    recipient = fields.Char(required=True, readonly=True)
    live = fields.Boolean(
        "Counts", readonly=True, help="The message may have left: its level isn't sent again."
    )
    void_because = fields.Text(
        "Not Valid Because",
        readonly=True,
        help="It asked for more than was owed: it gave no term about this one, and goes again.",
    )
    position = fields.Integer("Level No.", readonly=True)
    name = fields.Char("Number", readonly=True)
    date_due = fields.Date("Due Date", readonly=True)
    amount = fields.Monetary("Open Amount", readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    payee_key = fields.Integer(
        "Paid To", readonly=True, help="Whom the message says to pay; 0: the company itself."
    )
    payee_told = fields.Char(
        readonly=True, help="What the message says of who is paid, as a hash; empty: the company."
    )

    _slot_unique = models.UniqueIndex(
        "(source, slot, channel, recipient) WHERE live",
        "This message has been made already.",
    )

    @api.model
    def _insert_planned(self, plans):
        """Store the rows of new messages in one statement, whatever their number.

        The ORM inserts 100 rows a statement: a debtor with 200 invoices would cost more
        statements than one with a single one. Rows are never changed but for ``live``.

        :param plans: :class:`~..rules.plan.PlannedNotice` by id of its notice
        """
        told = self._told_of(plans)
        rows = [
            (
                notice_id,
                line.item_id,
                line.position,
                line.due,
                line.open,
                line.payee_id,
                told.get((notice_id, line.payee_id)),
            )
            for notice_id, plan in plans.items()
            for line in plan.lines
        ]
        if not rows:
            return
        notice_ids, item_ids, positions, dues, amounts, payees, told = map(
            list, zip(*rows, strict=True)
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO dunning_notice_line (
                          create_uid, create_date, write_uid, write_date,
                          notice_id, item_id, source, slot, channel, recipient, live,
                          position, name, date_due, amount, currency_id, payee_key, payee_told)
                   SELECT %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC',
                          notice.id, item.id, 'item:' || item.id,
                          CASE WHEN planned.position > 0
                               THEN item.episode || ':' || planned.position END,
                          notice.channel, notice.recipient, true,
                          planned.position, item.name, planned.due, planned.open,
                          notice.currency_id, planned.payee_id, planned.told
                     FROM unnest(%(notices)s::int[], %(items)s::int[], %(positions)s::int[],
                                 %(dues)s::date[], %(amounts)s::numeric[], %(payees)s::int[],
                                 %(told)s::varchar[])
                          WITH ORDINALITY
                          AS planned (notice_id, item_id, position, due, open, payee_id, told,
                                      place)
                     JOIN dunning_notice notice ON notice.id = planned.notice_id
                     JOIN dunning_item item ON item.id = planned.item_id
                    ORDER BY planned.place""",
                user=self.env.uid,
                notices=notice_ids,
                items=item_ids,
                positions=positions,
                dues=dues,
                amounts=amounts,
                payees=payees,
                told=told,
            )
        )
        self.env["dunning.notice"].browse(plans).invalidate_recordset(["line_ids"])
        self.env["dunning.item"].invalidate_model(["notice_line_ids"])

    @api.model
    def _told_of(self, plans):
        """What new messages say of others who are paid, by ``(notice id, payee id)``."""
        notices, payees, told = self.env["dunning.notice"], self.env["dunning.payee"], {}
        keys = {
            (notice_id, line.payee_id)
            for notice_id, plan in plans.items()
            for line in plan.lines
            if line.payee_id
        }
        langs = {key: notices.browse(key[0]).lang for key in keys}
        for pair in {(langs[key], key[1]) for key in keys}:
            told[pair] = payees._told(*pair)
        return {key: told[langs[key], key[1]] for key in keys}
