from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .dunning_retention import BATCH, clean

#: What dialogs change of records, and what undoing sets back.
WATCHED = {
    "dunning.item": (
        "policy_id",
        "revision_id",
        "start_position",
        "episode",
        "reached",
        "reached_on",
        "count_from",
        "veto_from",
        "backlog_taken",
        "retry_after_id",
        "invoice_sent_on",
        "claim_kind",
        "contract_kind",
        "term_agreed",
        "term_document",
    ),
    "dunning.debtor": ("handler_id", "kind", "policy_id"),
}
#: What a hold that was released has in common with the one that is made when that is undone.
AGAIN = (
    "company_id",
    "debtor_id",
    "move_id",
    "item_id",
    "kind",
    "reason_id",
    "reason",
    "amount",
    "currency_id",
    "date_until",
    "by_debtor",
    "episode",
    "hardship",
    "everything",
)
#: What a change is made of.
STEPS = ("values", "made", "ended", "entries", "messages")
#: A change can be undone for so long; then nobody remembers what came of it.
KEPT_DAYS = 90


class Watch:
    """Sees what becomes of some records from here on, so that it can be undone.

    :param records: items or debtors; empty for what is about messages only
    """

    def __init__(self, records):
        self.records = records
        self.before = _values(records)

    def keep(self, what, also="", **done):
        """Keep what has changed since as one change of each company.

        :param what: gives it in words for a number of records
        :param also: what else to tell the user, not kept
        :param done: beside values: holds ``made`` and ``ended``, journal ``entries`` that were
            posted, ``messages`` that were put in the queue
        :return: an action that tells it, with a button to undo it
        """
        env = self.records.env
        steps = defaultdict(lambda: {name: [] for name in STEPS})
        self.records.invalidate_recordset(WATCHED[self.records._name])
        after = _values(self.records)
        for record in self.records:
            old, new = self.before[record.id], after[record.id]
            changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
            if changed:
                steps[record.company_id]["values"].append([record._name, record.id, changed])
        for name, records in done.items():
            for record in records:
                until = record.date_until if name == "made" else False
                steps[record.company_id][name].append([record.id, until and until.isoformat()])
        of_company = self.records.grouped("company_id")
        counts = {
            company: len(of_company.get(company, ())) or max(map(len, each.values()))
            for company, each in steps.items()
        }
        changes = env["dunning.change"].sudo()
        changes = changes.create(
            [
                {
                    "company_id": company.id,
                    "name": what(counts[company]),
                    "size": counts[company],
                    "steps": each,
                }
                for company, each in steps.items()
            ]
        )
        total = sum(counts.values()) or len(self.records)
        return changes._tell("\n".join(filter(None, (what(total), also))))


def _values(records):
    """The watched values of records, as JSON takes them: ``{id: {field: value}}``."""
    names = WATCHED[records._name]
    values = {}
    for row in records.sudo().read(names, load=None):
        values[row["id"]] = {
            name: row[name].isoformat() if hasattr(row[name], "isoformat") else row[name]
            for name in names
        }
    return values


def _write_again(records, values):
    """Give records values that they had once; ``False`` where that can't be any more.

    A user may have left the company since, or be gone.
    """
    for name, value in values.items():
        field = records._fields[name]
        if (
            field.type == "many2one"
            and value
            and not records.env[field.comodel_name].browse(value).exists()
        ):
            return False
    try:
        with records.env.cr.savepoint():
            records.write(values)
            records.env.flush_all()
    except AccessError:
        raise
    except UserError:
        records.invalidate_recordset()
        return False
    return True


class DunningChange(models.Model):
    """What a person did with a dialog to one record or many; it can be undone."""

    _name = "dunning.change"
    _description = "Change by a Person"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    name = fields.Char("What", required=True, readonly=True)
    steps = fields.Json(readonly=True)
    size = fields.Integer("Records", readonly=True)
    create_uid = fields.Many2one("res.users", "By", readonly=True)
    create_date = fields.Datetime("On", readonly=True, index=True)
    undone_at = fields.Datetime("Undone On", readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)
    outcome = fields.Char("Undone", readonly=True)

    @api.model
    def _watch(self, records):
        """Begin to watch items or debtors before a dialog changes them."""
        return Watch(records)

    @api.autovacuum
    def _gc_changes(self):
        """Changes are kept to be undone, not as history: that is told on items and debtors."""
        oldest = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        return clean(self.search([("create_date", "<", oldest)], limit=BATCH, order="create_date"))

    def _tell(self, message):
        """An action that tells what was done, and offers to undo it to who may."""
        may = self.env.user.has_group("payt_dunning.group_dunning_user")
        return {
            "type": "ir.actions.client",
            "tag": "dunning_done",
            "params": {"message": message, "changes": self.ids if may else []},
        }

    # -- undoing -------------------------------------------------------------------------------

    def action_undo(self):
        """Set back what these changes did, as far as nothing came of it since.

        :return: a notification that tells what was set back and what was not
        """
        self._check_may_undo()
        done = [change._undo() for change in self]
        message = " ".join(filter(None, done)) or self.env._("There is nothing to undo.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_may_undo(self):
        """Collectors undo what they did themselves, managers what others did as well."""
        self.check_access("read")
        user = self.env.user
        if not user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can undo what was changed."))
        manager = user.has_group("payt_dunning.group_dunning_manager")
        for change in self.sudo():
            if change.create_uid != user and not manager:
                raise AccessError(
                    self.env._(
                        "“%(change)s” was done by %(user)s: a follow-up manager can undo it.",
                        change=change.name,
                        user=change.create_uid.name,
                    )
                )
            if change.undone_at:
                raise UserError(self.env._("“%s” has been undone already.", change.name))

    def _undo(self):
        """Undo one change; what happened to in the meantime stays as it is.

        :return: what was done, in words
        """
        self.ensure_one()
        self.sudo().lock_for_update()
        steps = self.sudo().steps
        items, left = self._set_back(steps["values"])
        for undo, name in (
            (self._end_holds, "made"),
            (self._hold_again, "ended"),
            (self._reverse, "entries"),
            (self._take_out, "messages"),
        ):
            if steps[name]:
                concerned, stayed = undo(dict(steps[name]))
                items |= concerned
                left += stayed
        items.debtor_id._look_again()
        items.debtor_id._decide_now()
        words = self.env._("Undone: %s.", self.sudo().name)
        if left:
            words = self.env._(
                "Undone in part: %(change)s. %(left)s changed since and stay as they are.",
                change=self.sudo().name,
                left=left,
            )
        self.env["dunning.event"].sudo()._note(items, words)
        outcome = self.env._("in part") if left else self.env._("all of it")
        self.sudo().write(
            {"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid, "outcome": outcome}
        )
        return words

    def _set_back(self, values):
        """Set values back that are still what the change made them.

        :return: the open items it is about, and how many records were left alone
        """
        items, left = self.env["dunning.item"].sudo(), 0
        by_model = defaultdict(dict)
        for model, record_id, changed in values:
            by_model[model][record_id] = changed
        for model, rows in by_model.items():
            records = self.env[model].browse(rows).exists()
            records.check_access("read")
            records = records._as_collector() if model == "dunning.item" else records
            now, same = _values(records), defaultdict(list)
            for record in records:
                changed = rows[record.id]
                if all(now[record.id][name] == new for name, (_old, new) in changed.items()):
                    before = tuple((name, old) for name, (old, _new) in changed.items())
                    same[before].append(record.id)
            left += len(rows) - sum(map(len, same.values()))
            for before, ids in same.items():
                found = records.browse(ids)
                if _write_again(found, dict(before)):
                    found = found.sudo()
                    items |= found if model == "dunning.item" else found.item_ids
                else:
                    left += len(ids)
        return items.filtered(lambda item: item.state == "open"), left

    def _end_holds(self, made):
        """End holds that began, where they are as they were made.

        What began today never was: today's step is not lost. One of an earlier day is resumed
        from, as always.

        :param made: last day by id
        :return: the open items they are about, and how many holds were left alone
        """
        holds = self.env["dunning.hold"].browse(made).exists()
        holds = holds._as_releaser()
        counting = holds._in_force_now() | holds.filtered("proposed")
        holds = counting.filtered(
            lambda hold: (hold.date_until and hold.date_until.isoformat()) == made[hold.id]
        )
        items = holds._items()
        earlier = holds.filtered(
            lambda hold: (
                not hold.proposed
                and hold.date_from < self.env["dunning.message"]._today(hold.company_id)
            )
        )
        to_resume = earlier._items()
        holds._end(self.env._("Undone: %s", self.sudo().name))
        to_resume._resume()
        return items, len(made) - len(holds)

    def _hold_again(self, ended):
        """Make holds anew that were released, where they would still be in force.

        :return: the open items they are about, and how many were not made
        """
        holds = self.env["dunning.hold"].browse(ended).exists()
        holds.check_access("read")
        again = holds.browse()
        for hold in holds.sudo():
            today = self.env["dunning.message"]._today(hold.company_id)
            owner = hold._open_owner()
            over = hold.date_until and hold.date_until < today
            if over or (hold.owner_id and not owner):
                continue  # what it was about is over by now
            values = {
                name: hold[name].id if hold._fields[name].relational else hold[name]
                for name in AGAIN
            }
            if owner:
                again += holds.sudo().create({**values, **hold._owner_values(owner)})
            else:
                again += holds.create(values)
        return again._items(), len(ended) - len(again)

    def _reverse(self, entries):
        """Reverse posted write-offs, with the rights of whoever undoes them.

        :return: the items that are followed up again, and how many entries were left alone
        """
        moves = self.env["account.move"].browse(entries).exists()
        moves.check_access("write")
        posted = moves.filtered(lambda move: move.state == "posted" and not move.reversal_move_ids)
        lines = posted.line_ids.matched_debit_ids.debit_move_id
        items = self.env["dunning.item"].sudo().search([("line_id", "in", lines.ids)])
        posted._reverse_moves(
            [{"ref": self.env._("Undone: %s", move.ref or move.name)} for move in posted],
            cancel=True,
        )
        items._reopen()
        return items, len(entries) - len(posted)

    def _take_out(self, messages):
        """Drop messages that have not left yet.

        :return: the open items they are about, and how many were left alone
        """
        notices = self.env["dunning.notice"].browse(messages).exists()
        notices.check_access("read")
        queued = notices.sudo().filtered(lambda notice: notice.state == "queued")
        queued._drop(self.env._("Undone by %s.", self.env.user.name))
        items = queued.line_ids.item_id.filtered(lambda item: item.state == "open")
        return items, len(messages) - len(queued)
