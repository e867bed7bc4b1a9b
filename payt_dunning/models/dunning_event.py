from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .dunning_item import ACTIONS, REASONS

KINDS = [("decision", "Decision"), ("person", "Decided by a Person")]


class DunningEvent(models.Model):
    """What happened to an item, in order; rows are only ever added.

    A decision is noted when it changes, not each day it stays the same.
    """

    _name = "dunning.event"
    _description = "History of Items"
    _order = "id desc"
    _rec_name = "day"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one("dunning.debtor", readonly=True, ondelete="cascade")
    item_id = fields.Many2one(
        "dunning.item", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True, help="Where the company is.")
    action = fields.Selection(ACTIONS, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    position = fields.Integer("Level No.", readonly=True)
    next_date = fields.Date("Look Again On", readonly=True)
    hold_id = fields.Many2one("dunning.hold", readonly=True, ondelete="set null")
    note = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")

    _of_debtor = models.Index("(debtor_id, id)")

    def write(self, vals):
        raise UserError(self.env._("What happened can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _refuse_unlink(self):
        raise UserError(self.env._("What happened can't be deleted."))

    @api.model
    def _note(self, items, note):
        """Note what the user decided about items, in one statement."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO dunning_event (
                       company_id, debtor_id, item_id, kind, day, note, user_id,
                       create_uid, create_date, write_uid, write_date)
                   SELECT company_id, debtor_id, id, 'person', %(day)s, %(note)s, %(user)s,
                          %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                     FROM dunning_item WHERE id = ANY(%(items)s)""",
                day=items[:1]._today(),
                note=note,
                user=self.env.uid,
                items=items.ids,
            )
        )
        items.invalidate_recordset(["event_ids"])
