from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .dunning_item_reasons import ACTIONS, REASONS

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
    debtor_id = fields.Many2one("dunning.debtor", readonly=True, ondelete="set null")
    item_id = fields.Many2one(
        "dunning.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True, help="Where the company is.")
    action = fields.Selection(ACTIONS, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    position = fields.Integer("Level No.", readonly=True)
    next_date = fields.Date("Look Again On", readonly=True)
    hold_id = fields.Many2one(
        "dunning.hold", readonly=True, index="btree_not_null", ondelete="set null"
    )
    note = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")

    _of_debtor = models.Index("(debtor_id, id)")

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What happened can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _refuse_unlink(self):
        raise UserError(self.env._("What happened can't be deleted."))

    @api.model
    def _note(self, items, note):
        """Note what the user decided about items, in one statement."""
        self._note_each([(item.id, note, None) for item in items])

    @api.model
    def _note_holds(self, holds, what):
        """Note on the items of holds what the user did to these; in one statement.

        What stops a whole company is told by the decisions about its items.

        :param what: gives it in words for a hold
        """
        holds = holds.filtered(lambda hold: hold.item_id or hold.move_id or hold.debtor_id)
        self._note_each(
            [
                (item.id, what(hold), hold.id)
                for hold, items in holds._items_of_each()
                for item in items
            ]
        )

    @api.model
    def _note_each(self, notes):
        """Note what the user decided.

        :param notes: ``[(item id, note, hold id or None)]``
        """
        if not notes:
            return
        self.env.flush_all()
        item_ids, words, hold_ids = map(list, zip(*notes, strict=True))
        items = self.env["dunning.item"].sudo().browse(item_ids)
        days = {
            company: self.env["dunning.message"]._today(company) for company in items.company_id
        }
        self.env.cr.execute(
            SQL(
                """INSERT INTO dunning_event (
                       company_id, debtor_id, item_id, kind, day, note, hold_id, user_id,
                       create_uid, create_date, write_uid, write_date)
                   SELECT item.company_id, item.debtor_id, item.id, 'person', noted.day,
                          noted.note, noted.hold_id, %(user)s,
                          %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                     FROM unnest(%(items)s::int[], %(notes)s::text[], %(holds)s::int[],
                                 %(days)s::date[])
                          WITH ORDINALITY AS noted (item_id, note, hold_id, day, place)
                     JOIN dunning_item item ON item.id = noted.item_id
                 ORDER BY noted.place""",
                items=item_ids,
                notes=words,
                holds=hold_ids,
                days=[days[item.company_id] for item in items],
                user=self.env.uid,
            )
        )
        items.invalidate_recordset(["event_ids"])

    @api.model
    def _follow_debtor(self, debtor, survivor):
        """The history of a debtor that becomes another one goes along."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE dunning_event SET debtor_id = %s WHERE debtor_id = %s",
                survivor.id,
                debtor.id,
            )
        )
        self.invalidate_model(["debtor_id"])

    # -- in words ------------------------------------------------------------------------

    def _decision(self):
        """What was decided, as a sentence or two."""
        actions = dict(self._fields["action"]._description_selection(self.env))
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        parts = [f"{actions.get(self.action, '')}.", f"{reasons.get(self.reason, '')}."]
        if self.hold_id:
            parts.append(f"{self.hold_id.display_name}.")
        if self.position and (level := self._level()):
            parts.append(self.env._("Next level: “%s”.", level.name))
        if self.next_date:
            day = format_date(self.env, self.next_date, date_format="long")
            parts.append(self.env._("To be looked at again on %s.", day))
        return " ".join(parts)

    def _level(self):
        """The level that came next, of the policy the item follows by now."""
        return self.item_id.sudo()._policy()._level_at(self.position)[:1]

    def _told(self):
        """The entry in words, with its day and who it is of."""
        words = self.note if self.kind == "person" else self._decision()
        day = format_date(self.env, self.day, date_format="long")
        told = f"{day}: {words}"
        return f"{told} ({self.user_id.name})" if self.user_id else told
