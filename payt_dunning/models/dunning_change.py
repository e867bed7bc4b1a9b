from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

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
)
#: What a change is made of.
STEPS = ("values", "made", "ended", "entries", "messages")
#: A change can be undone for so long; then nobody remembers what came of it.
KEPT_DAYS = 90


class Watch:
    """Sees what becomes of some records from here on, so that it can be undone.

    :param records: items or debtors, one model or several
    """

    def __init__(self, env, *records):
        self.env = env
        self.before = [(each, _values(each)) for each in records]

    def keep(self, what, **done):
        """Keep what has changed since as one change of each company.

        :param what: in words, for whoever looks for it later
        :param done: beside values: holds ``made`` and ``ended``, journal ``entries`` that were
            posted, ``messages`` that were put in the queue
        :return: an action that tells it, with a button to undo it
        """
        Change = self.env["dunning.change"]
        steps = defaultdict(lambda: {name: [] for name in STEPS})
        for records, before in self.before:
            records.invalidate_recordset(WATCHED[records._name])
            after = _values(records)
            for record in records:
                old, new = before[record.id], after[record.id]
                changed = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
                if changed:
                    steps[record.company_id]["values"].append([record._name, record.id, changed])
        for name, records in done.items():
            for record in records:
                steps[record.company_id][name].append(record.id)
        changes = Change.sudo().create(
            [
                {"company_id": company.id, "name": what, "steps": done}
                for company, done in steps.items()
            ]
        )
        return changes._tell(what)


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


class DunningChange(models.Model):
    """What a person did with a dialog to one record or many; it can be undone."""

    _name = "dunning.change"
    _description = "Change by a Person"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    name = fields.Char("What", required=True, readonly=True)
    steps = fields.Json(readonly=True)
    size = fields.Integer("Records", compute="_compute_size")
    create_uid = fields.Many2one("res.users", "By", readonly=True)
    create_date = fields.Datetime("On", readonly=True)
    undone_at = fields.Datetime("Undone On", readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)
    outcome = fields.Char("Undone", readonly=True)

    @api.depends("steps")
    def _compute_size(self):
        for change in self:
            steps = change.steps or {}
            change.size = max(map(len, steps.values()), default=0)

    @api.model
    def _watch(self, *records):
        """Begin to watch items or debtors before a dialog changes them."""
        return Watch(self.env, *records)

    @api.autovacuum
    def _gc_changes(self):
        """Changes are kept to be undone, not as history: that is told on items and debtors."""
        oldest = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", oldest)]).unlink()

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
        debtors, left = self._set_back(steps["values"])
        for undo, name in (
            (self._release, "made"),
            (self._hold_again, "ended"),
            (self._reverse, "entries"),
            (self._take_out, "messages"),
        ):
            if steps[name]:
                concerned, count = undo(steps[name])
                debtors |= concerned
                left += len(steps[name]) - count
        debtors.sudo()._look_again()
        debtors.sudo()._decide_now()
        total = sum(map(len, steps.values()))
        words = self.env._(
            "Undone for %(count)s of %(total)s: %(change)s.",
            count=total - left,
            total=total,
            change=self.sudo().name,
        )
        if left:
            words += " " + self.env._("The others have changed since and stay as they are.")
        self.env["dunning.event"].sudo()._note(self._items(steps), words)
        self.sudo().write(
            {
                "undone_at": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
                "outcome": self.env._("%(count)s of %(total)s", count=total - left, total=total),
            }
        )
        return words

    def _items(self, steps):
        """The open items that a change was about."""
        ids = defaultdict(list)
        for model, record_id, _changed in steps["values"]:
            ids[model].append(record_id)
        items = self.env["dunning.item"].sudo().browse(ids["dunning.item"]).exists()
        debtors = self.env["dunning.debtor"].sudo().browse(ids["dunning.debtor"]).exists()
        holds = self.env["dunning.hold"].sudo().browse(steps["made"] + steps["ended"]).exists()
        notices = self.env["dunning.notice"].sudo().browse(steps["messages"]).exists()
        items |= debtors.item_ids | holds._items() | notices.line_ids.item_id
        return items.filtered(lambda item: item.state == "open")

    def _set_back(self, values):
        """Set values back that are still what the change made them.

        :return: the debtors it is about, and how many records were left alone
        """
        debtors, left = self.env["dunning.debtor"], 0
        by_model = defaultdict(dict)
        for model, record_id, changed in values:
            by_model[model][record_id] = changed
        for model, rows in by_model.items():
            records = self.env[model].browse(rows).exists()
            records.check_access("read")
            records = records._as_collector() if model == "dunning.item" else records
            now = _values(records)
            same = defaultdict(list)
            for record in records:
                changed = rows[record.id]
                if all(now[record.id][name] == new for name, (_old, new) in changed.items()):
                    before = tuple((name, old) for name, (old, _new) in changed.items())
                    same[before].append(record.id)
            for before, ids in same.items():
                records.browse(ids).write(dict(before))
            left += len(rows) - sum(map(len, same.values()))
            found = records.sudo(False)
            debtors |= found.debtor_id if model == "dunning.item" else found
        return debtors, left

    def _release(self, made):
        """End holds that began.

        :return: the debtors they are about, and how many still counted
        """
        holds = self.env["dunning.hold"].browse(made).exists()
        holds = holds.filtered(lambda hold: not hold.released_on)
        debtors = holds._debtors().sudo(False)
        holds.action_release(self.env._("Undone: %s", self.sudo().name))
        return debtors, len(holds)

    def _hold_again(self, ended):
        """Make holds anew that were released, where they would still be in force.

        :return: the debtors they are about, and how many were made
        """
        holds = self.env["dunning.hold"].browse(ended).exists()
        holds.check_access("read")
        values = [
            {name: hold[name].id if hold._fields[name].relational else hold[name] for name in AGAIN}
            for hold in holds.sudo()
            if not hold.date_until
            or hold.date_until >= self.env["dunning.message"]._today(hold.company_id)
        ]
        again = holds.create(values)
        return again._debtors().sudo(False), len(again)

    def _reverse(self, entry_ids):
        """Reverse posted write-offs, with the rights of whoever undoes them.

        :return: the debtors they are about, and how many were reversed
        """
        entries = self.env["account.move"].browse(entry_ids).exists()
        entries.check_access("write")
        posted = entries.filtered(
            lambda entry: entry.state == "posted" and not entry.reversal_move_ids
        )
        lines = posted.line_ids.matched_debit_ids.debit_move_id
        posted._reverse_moves(
            [{"ref": self.env._("Undone: %s", entry.ref or entry.name)} for entry in posted],
            cancel=True,
        )
        items = self.env["dunning.item"].sudo().search([("line_id", "in", lines.ids)])
        return items.debtor_id.sudo(False), len(posted)

    def _take_out(self, notice_ids):
        """Drop messages that have not left yet.

        :return: the debtors they are about, and how many were dropped
        """
        notices = self.env["dunning.notice"].browse(notice_ids).exists()
        notices.check_access("read")
        queued = notices.sudo().filtered(lambda notice: notice.state == "queued")
        queued._drop(self.env._("Undone by %s.", self.env.user.name))
        return queued.debtor_id.sudo(False), len(queued)
