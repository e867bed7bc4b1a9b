from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: So many records are cleaned at a time, each time in a transaction of its own.
BATCH = 10_000


def clean(records):
    """Delete records that are over, and tell Odoo's daily cleaning whether others are left.

    :param records: no more than :data:`BATCH`
    """
    count = len(records)
    records.unlink()
    return count, count == BATCH


class DunningRetention(models.Model):
    """How long each kind of data about debtors is kept, why, and what ends it.

    The rows are shipped; a test looks that each table of ours is in one of them, and that what a
    row promises is done by a cleaner that runs each day.
    """

    _name = "dunning.retention"
    _description = "How Long Something Is Kept"
    _order = "sequence, id"

    name = fields.Char("What", required=True, translate=True)
    sequence = fields.Integer(default=10)
    tables = fields.Char(
        required=True, help="Technical names, with a comma between them; of fields with a dot."
    )
    days = fields.Integer(help="0: as long as the books that it belongs to.")
    by_country = fields.Boolean(
        help="As many years as the law of the company's country wants, or the company itself."
    )
    kept = fields.Char("How Long", compute="_compute_kept")
    why = fields.Text(required=True, translate=True)
    basis = fields.Text("Legal Basis", required=True, translate=True)
    ends = fields.Text("What Ends It", required=True, translate=True)
    cleaner = fields.Char(help="Model and method that deletes it each day; empty: nothing does.")

    @api.depends("days", "by_country")
    @api.depends_context("lang", "company")
    def _compute_kept(self):
        years, _unpaid = self.env.company.sudo()._dunning_kept()
        for row in self:
            row.kept = (
                self.env._("%s years", years)
                if row.by_country
                else self.env._("%s days", row.days)
                if row.days > 1
                else self.env._("1 day")
                if row.days
                else self.env._("As long as the books")
            )

    def _models(self):
        """The models of a row."""
        names = (name.strip() for name in self.tables.split(","))
        return {name.rpartition(":")[0] or name for name in names}

    @api.model
    def _by_model(self):
        """The row that says how long the records of a model are kept, by its name."""
        return {name: row for row in self.sudo().search([]) for name in row._models()}

    @api.model
    def _days_of(self, xmlid):
        return self.env.ref(f"payt_dunning.{xmlid}").sudo().days

    @api.model
    def _before(self, xmlid):
        """The moment before which what a row is about is over."""
        return fields.Datetime.now() - timedelta(days=self._days_of(xmlid))

    @api.autovacuum
    def _gc_call_numbers(self):
        """Numbers that somebody typed to be called go a while after the call."""
        questions = (
            self.env["dunning.question"]
            .sudo()
            .search(
                [
                    ("call_number", "!=", False),
                    ("state", "!=", "open"),
                    ("debtor_id.keep_everything", "!=", True),
                    ("answered_on", "<", self._before("retention_call_numbers")),
                ],
                limit=BATCH,
                order="answered_on, id",
            )
        )
        questions.write({"call_number": False})
        return len(questions), len(questions) == BATCH

    @api.autovacuum
    def _gc_notes(self):
        """What was said or noted beside a call or a reason for not paying.

        A year after the debtor settled what it was about; the bare fact stays as long as the books.
        """
        before, cleaned = self._before("retention_notes"), 0
        for model, moment, notes in (
            ("dunning.nonpayment", "given_on", ("note",)),
            ("dunning.call", "moment", ("note", "contact_name")),
        ):
            records = self._settled(model, moment, notes, before)
            records.write(dict.fromkeys(notes, False))
            cleaned = max(cleaned, len(records))
        return cleaned, cleaned == BATCH

    @api.model
    def _settled(self, model, moment, notes, before):
        """Records with notes of debtors of whom everything was settled before some moment.

        Each debtor is looked at by its own items, so it does not matter how many others have.
        """
        records = self.env[model].sudo()
        records.flush_model([moment, *notes])
        self.env["dunning.item"].flush_model(["debtor_id", "state", "closed_on"])
        rows = self.env.execute_query(
            SQL(
                """SELECT kept.id FROM %(table)s kept
                     JOIN dunning_debtor debtor ON debtor.id = kept.debtor_id
                    WHERE (%(noted)s) AND %(moment)s < %(before)s
                      AND debtor.keep_everything IS NOT TRUE AND NOT EXISTS (
                          SELECT 1 FROM dunning_item item WHERE item.debtor_id = kept.debtor_id
                             AND (item.state <> 'closed' OR item.closed_on >= %(day)s))
                    LIMIT %(limit)s""",
                table=SQL.identifier(records._table),
                noted=SQL(" OR ").join(SQL("%s <> ''", SQL.identifier(name)) for name in notes),
                moment=SQL.identifier(moment),
                before=before,
                day=before.date(),
                limit=BATCH,
            )
        )
        return records.browse(row_id for (row_id,) in rows)
