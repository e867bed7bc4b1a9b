from odoo import api, models
from odoo.tools import SQL, groupby
from odoo.tools.mail import generate_tracking_message_id

#: Messages shown together; fewer once they are about so many invoices.
LOG_BATCH, LOG_INVOICES = 500, 10000


class DunningChatter(models.AbstractModel):
    """Puts messages on their invoices, and shows those that left in the chatter."""

    _name = "dunning.chatter"
    _description = "Chatter of Dunning Messages"

    @api.model
    def _log_sent(self):
        """Show messages that left on each of their invoices, for clerk and debtor alike.

        In bulk, apart from the hand-over, and committed batch by batch; what a crash leaves
        over is logged by the next call.
        """
        Notice = self.env["dunning.notice"]
        while notice_ids := self._take_unlogged():
            self._log_batch(Notice.browse(notice_ids))
            Notice._commit()

    @api.model
    def _take_unlogged(self):
        """Mark the next messages as logged; returns their ids.

        Marked first: whoever does the same at this moment takes others.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH waiting AS (
                       SELECT id FROM dunning_notice
                        WHERE state = 'sent' AND logged IS NOT TRUE
                     ORDER BY id LIMIT %(messages)s
                          FOR NO KEY UPDATE SKIP LOCKED
                   ), counted AS (
                       SELECT waiting.id, sum(count(line.id)) OVER (ORDER BY waiting.id)
                                          - count(line.id) AS before
                         FROM waiting
                    LEFT JOIN dunning_notice_line line ON line.notice_id = waiting.id
                                                      AND line.position > 0
                     GROUP BY waiting.id
                   )
                   UPDATE dunning_notice notice
                      SET logged = true, write_uid = %(user)s,
                          write_date = now() AT TIME ZONE 'UTC'
                     FROM counted
                    WHERE notice.id = counted.id AND counted.before < %(invoices)s
                RETURNING notice.id""",
                messages=LOG_BATCH,
                invoices=LOG_INVOICES,
                user=self.env.uid,
            )
        )
        self.env["dunning.notice"].invalidate_model(["logged"])
        return sorted(notice_id for (notice_id,) in rows)

    @api.model
    def _log_batch(self, notices):
        """Make the entries: the first of each message by core, its copies in one statement.

        Core's way costs a third of a millisecond for each entry, and a message may be about
        a thousand invoices.
        """
        moves = self._reminded_invoices(notices)
        notices.fetch(["company_id", "recipient", "subject", "debtor_id"])
        notices = notices.filtered(lambda notice: notice.id in moves)
        notices = notices.sorted(lambda notice: notice.company_id.id)
        values = []
        for company, of_company in notices.grouped("company_id").items():
            common = self._entry_values(company.sudo())
            env = self.with_context(lang=company.sudo().partner_id.lang).env
            values += [
                {
                    **common,
                    "message_id": self._new_message_id(moves[notice.id][0]),
                    "subject": notice.subject,
                    "dunning_debtor_id": notice.debtor_id.id,
                    "body": env._(
                        "Message sent to %(recipient)s: “%(subject)s”.",
                        recipient=notice.recipient,
                        subject=notice.subject,
                    ),
                }
                for notice in of_company
            ]
        entries = self.env["mail.message"].create(values).ids
        places = [moves[notice.id] for notice in notices]
        self._put_on_invoices({entry: ids[0] for entry, ids in zip(entries, places, strict=True)})
        self._copy_entries({entry: ids[1:] for entry, ids in zip(entries, places, strict=True)})

    @api.model
    def _entry_values(self, company):
        """What the entries of a company have in common: all that core would look up for each."""
        return {
            **company._dunning_sender(),
            "message_type": "email_outgoing",
            "subtype_id": self.env.ref("mail.mt_comment").id,
            "author_id": company.partner_id.id,
            "record_company_id": company.id,
        }

    @api.model
    def _reminded_invoices(self, notices):
        """Ids of the invoices that each message reminds of, in its order, by its id."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT notice.id, item.move_id
                     FROM dunning_notice notice
                     -- A copy is about what its original reminds of.
                     JOIN dunning_notice_line line
                       ON line.notice_id = coalesce(notice.retry_of_id, notice.id)
                     JOIN dunning_item item ON item.id = line.item_id
                    WHERE notice.id = ANY(%s) AND line.position > 0
                      AND item.move_id IS NOT NULL
                 GROUP BY notice.id, item.move_id
                 ORDER BY notice.id, min(line.id)""",
                notices.ids,
            )
        )
        return {
            notice_id: [move_id for _notice_id, move_id in of_notice]
            for notice_id, of_notice in groupby(rows, lambda row: row[0])
        }

    @api.model
    def _new_message_id(self, move_id):
        """A Message-Id as core gives it to a message on this invoice."""
        return generate_tracking_message_id(f"{move_id}-account.move" if move_id else "private")

    @api.model
    def _put_on_invoices(self, places):
        """Put new messages on their invoices, in one statement.

        Given at creation, the ORM tries the domains of three inverse fields on each message,
        which takes half the time of making it.

        :param places: for the id of each message, the id of its invoice
        """
        Message = self.env["mail.message"]
        Message.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE mail_message message
                      SET model = 'account.move', res_id = place.move_id
                     FROM unnest(%s::int[], %s::int[]) AS place (message_id, move_id)
                    WHERE message.id = place.message_id""",
                list(places),
                list(places.values()),
            )
        )
        Message.invalidate_model(["model", "res_id"])
        self.env["account.move"].invalidate_model(["message_ids"])

    @api.model
    def _copy_entries(self, copies):
        """Repeat chatter entries on other invoices.

        :param copies: for the id of each entry, the ids of these invoices
        """
        pairs = [(entry, move) for entry, moves in copies.items() for move in moves]
        if not pairs:
            return
        Message = self.env["mail.message"]
        Message.flush_model()
        own = {
            "id": SQL("nextval('mail_message_id_seq')"),
            "res_id": SQL("pair.move_id"),
            # Unique, as the first entry's is.
            "message_id": SQL("'<' || pair.move_id || '.' || substr(entry.message_id, 2)"),
        }
        names = [
            field.name for field in Message._fields.values() if field.store and field.column_type
        ]
        self.env.cr.execute(
            SQL(
                """INSERT INTO mail_message (%(columns)s)
                   SELECT %(values)s
                     FROM unnest(%(entries)s::int[], %(moves)s::int[]) AS pair (entry_id, move_id)
                     JOIN mail_message entry ON entry.id = pair.entry_id""",
                columns=SQL(", ").join(SQL.identifier(name) for name in names),
                values=SQL(", ").join(
                    own.get(name) or SQL.identifier("entry", name) for name in names
                ),
                entries=[entry for entry, _move in pairs],
                moves=[move for _entry, move in pairs],
            )
        )
