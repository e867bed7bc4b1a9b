from datetime import timedelta

from odoo import api, fields, models

#: So many records are cleaned at a time; the others with the next day's cleaning.
BATCH = 10_000


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
    kept = fields.Char("How Long", compute="_compute_kept")
    why = fields.Text(required=True, translate=True)
    basis = fields.Text("Legal Basis", required=True, translate=True)
    ends = fields.Text("What Ends It", required=True, translate=True)
    cleaner = fields.Char(help="Model and method that deletes it each day; empty: nothing does.")

    @api.depends("days")
    @api.depends_context("lang")
    def _compute_kept(self):
        for row in self:
            row.kept = (
                self.env._("%s days", row.days)
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
        self.env["dunning.question"].sudo().search(
            [
                ("call_number", "!=", False),
                ("state", "!=", "open"),
                ("answered_on", "<", self._before("retention_call_numbers")),
            ],
            limit=BATCH,
        ).write({"call_number": False})

    @api.autovacuum
    def _gc_notes(self):
        """What was said or noted beside a call or a reason for not paying.

        A year after the debtor settled what it was about; the bare fact stays as long as the books.
        """
        before = self._before("retention_notes")
        for model, moment, notes in (
            ("dunning.nonpayment", "given_on", ("note",)),
            ("dunning.call", "moment", ("note", "contact_name")),
        ):
            records = self.env[model].sudo()
            for note in notes:
                records |= records.search(
                    [
                        (note, "!=", False),
                        (moment, "<", before),
                        ("debtor_id", "not any", [("item_ids.state", "!=", "closed")]),
                        (
                            "debtor_id",
                            "not any",
                            [("item_ids.closed_on", ">=", before.date())],
                        ),
                    ],
                    limit=BATCH,
                )
            records.write(dict.fromkeys(notes, False))
