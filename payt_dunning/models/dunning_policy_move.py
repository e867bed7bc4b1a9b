from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..rules.ladder import place_in_revision
from ..tools import exact
from .dunning_run import LOCK_SPACE

#: A message in one of these states has left, or may have.
LEFT = ("sending", "sent", "ambiguous", "returned")


class Mover(NamedTuple):
    """An open item that is on another revision of its policy than the one that applies.

    :param reached: position of its last level, 0 for none; ``start``: of the one to begin with
    :param busy: a message about it is leaving at this moment, or nobody knows whether it has left
    :param amount: what is open, in company currency
    """

    item_id: int
    debtor_id: int
    company_id: int
    revision_id: int
    due: date
    reached: int
    start: int
    episode: int
    case_id: int
    busy: bool
    amount: Decimal


class DunningPolicyRevision(models.Model):
    """Revisions that were taken back, and from which message on they count."""

    _inherit = "dunning.policy.revision"  # pylint: disable=consider-merging-classes-inherited

    withdrawn_on = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True)
    after_notice_id = fields.Integer(
        readonly=True, help="Messages up to this one were there when it was published."
    )

    @api.model_create_multi
    def create(self, vals_list):
        last = self.env["dunning.change"]._last_notice()
        return super().create([{"after_notice_id": last, **vals} for vals in vals_list])

    def _items_left(self):
        """Items that are on this revision, about which a message has left on it."""
        self.ensure_one()
        items = self.env["dunning.item"].sudo().search([("revision_id", "=", self.id)])
        return self.env["dunning.change"]._left_after(items.ids, self.after_notice_id)


class DunningPolicy(models.Model):
    """Changing a policy that items are under way on: moving them, and taking it back."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    older_count = fields.Integer("Items on Earlier Revisions", compute="_compute_older_count")
    can_withdraw = fields.Boolean(compute="_compute_can_withdraw")

    @api.depends("revision_id")
    @api.depends_context("allowed_company_ids")
    def _compute_older_count(self):
        counts = defaultdict(int)
        for revision, count in self.env["dunning.item"]._read_group(
            [("state", "=", "open"), ("revision_id.policy_id", "in", self.ids)],
            ["revision_id"],
            ["__count"],
        ):
            policy = revision.sudo().policy_id
            counts[policy.id] += count if policy.revision_id != revision else 0
        for policy in self:
            policy.older_count = counts[policy._origin.id]

    @api.depends("revision_id")
    def _compute_can_withdraw(self):
        for policy in self:
            policy.can_withdraw = bool(policy._earlier())

    def _earlier(self):
        """The revision that applied before the current one."""
        known = self.revision_ids.filtered(lambda each: not each.withdrawn_on)
        return known.filtered(lambda each: each.number < self.revision_id.number).sorted(
            "number", reverse=True
        )[:1]

    def _check_manager(self):
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only follow-up managers can change policies."))
        self.check_access("write")

    def action_publish(self):
        """Publish, and offer to move what is under way on earlier revisions."""
        result = super().action_publish()
        shown = "dunning_seen_revision_id" in self.env.context and len(self) == 1
        return self.action_move_items() if shown and self.older_count else result

    def action_move_items(self):
        """The dialog that moves items to the current revision."""
        self.ensure_one()
        self._check_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id("payt_dunning.action_dunning_move")
        return {**action, "context": {"default_policy_id": self.id}}

    def _movers(self, companies):
        """Items of companies that follow this policy, on another revision than the current one.

        :return: list of :class:`Mover`
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT item.id, item.debtor_id, item.company_id, item.revision_id, item.date_due,
                          coalesce(item.reached, 0), coalesce(item.start_position, 0),
                          item.episode, coalesce(part.case_id, 0),
                          EXISTS (SELECT FROM dunning_notice_line line
                                    JOIN dunning_notice notice ON notice.id = line.notice_id
                                   WHERE line.item_id = item.id AND line.position > 0
                                     AND notice.state IN ('sending', 'ambiguous')),
                          item.amount_company
                     FROM dunning_item item
                     JOIN dunning_policy_revision revision ON revision.id = item.revision_id
                LEFT JOIN collection_case_line part
                       ON part.item_id = item.id AND part.left_on IS NULL
                    WHERE item.state = 'open' AND item.company_id = ANY(%(companies)s)
                      AND revision.policy_id = %(policy)s AND revision.id != %(current)s
                 ORDER BY item.debtor_id, item.id""",
                companies=companies.ids,
                policy=self.id,
                current=self.revision_id.id,
            )
        )
        movers = [Mover(*row[:-1], exact(row[-1])) for row in rows]
        # Who follows another policy by now goes there by itself.
        items = self.env["dunning.item"].sudo().browse([each.item_id for each in movers])
        policies = {item.id: policy for item, policy in items._policies().items()}
        return [each for each in movers if policies[each.item_id].id == self.id]

    def _moves(self, movers):
        """Where each of these items goes on: fields of items by item id.

        A message that waits on the earlier revision is not sent: what leaves is decided anew.
        """
        self.ensure_one()
        revisions = self.env["dunning.policy.revision"].sudo()
        ladder, ladders = self.sudo().revision_id._to_ladder(), {}
        found, moves = {}, {}
        for each in movers:
            key = (each.revision_id, each.reached, each.start)
            if each.revision_id not in ladders:
                ladders[each.revision_id] = revisions.browse(each.revision_id)._to_ladder()
            if key not in found:
                begun = ladders[each.revision_id]
                found[key] = place_in_revision(each.reached, each.start, begun, ladder)
            reached, start = found[key]
            moves[each.item_id] = {
                "revision_id": self.revision_id.id,
                "reached": reached,
                "start": start,
                # A level that is sent once more needs a slot of its own.
                "episode": each.episode + (reached != each.reached),
            }
        return moves

    def _move(self, moves):
        """Put items on the current revision.

        :param moves: what :meth:`_moves` gives
        """
        Item, places = self.env["dunning.item"].sudo(), defaultdict(list)
        for item_id, move in moves.items():
            places[move["reached"], move["start"], move["episode"]].append(item_id)
        waiting = self._waiting(list(moves))
        for (reached, start, episode), ids in places.items():
            Item.browse(ids).write(
                {
                    "revision_id": self.revision_id.id,
                    "reached": reached,
                    "start_position": start,
                    "episode": episode,
                }
            )
        waiting._drop(self.env._("Its items were moved to another revision of the policy."))
        items = Item.browse(moves)
        words = self.env._(
            "Goes on with revision %(number)s of “%(policy)s”.",
            number=self.revision_id.number,
            policy=self.name,
        )
        items.debtor_id._message_log_batch(dict.fromkeys(items.debtor_id.ids, words))
        self.env["dunning.event"].sudo()._note(items, words)
        items.debtor_id._look_again()
        items.debtor_id._decide_now()

    @api.model
    def _waiting(self, item_ids):
        """Messages about items that have not left, but for work beside one that has."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT notice.id
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                     JOIN dunning_item item ON item.id = line.item_id
                    WHERE line.item_id = ANY(%s) AND line.position > 0
                      AND line.position IS DISTINCT FROM item.reached
                      AND notice.kind = 'reminder' AND notice.state IN ('planned', 'queued')""",
                item_ids,
            )
        )
        return self.env["dunning.notice"].sudo().browse([notice_id for (notice_id,) in rows])

    def _keep_runs_away(self):
        """No run goes on until the end of this transaction: it would store what it decided before.

        :raises UserError: when one goes on now
        """
        companies = self.company_id or self.env["res.company"].sudo().search([])
        for company in companies:
            ((free,),) = self.env.execute_query(
                SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_SPACE, company.id)
            )
            if not free:
                raise UserError(
                    self.env._(
                        "A run of %s goes on at this moment. Try again in a few minutes.",
                        company.name,
                    )
                )

    # -- taking back ---------------------------------------------------------------------------

    def action_withdraw(self):
        """Take back the publishing of the current revision: nothing has left on it yet.

        What was moved to it goes back first; what began on it begins again on the earlier one.
        The levels stay as they are being edited.
        """
        self.ensure_one()
        self._check_manager()
        self._lock_to_publish()
        self._keep_runs_away()
        revision, earlier = self.revision_id.sudo(), self._earlier()
        if not earlier:
            raise UserError(self.env._("There is no earlier revision to go back to."))
        changes = self.env["dunning.change"].sudo()
        for change in changes.search(
            [("revision_id", "=", revision.id), ("undone_at", "=", False)], order="id desc"
        ):
            change._undo()
        items = self.env["dunning.item"].sudo().search([("revision_id", "=", revision.id)])
        left = set(revision._items_left()) | set(items.filtered("reached").ids)
        if left:
            raise UserError(
                self.env._(
                    "Revision %(number)s can't be taken back any more: messages about %(count)s "
                    "items have left since it was published. Change the levels and publish again.",
                    number=revision.number,
                    count=len(left),
                )
            )
        waiting = self._waiting(items.ids)
        begun, ladder = revision._to_ladder(), earlier._to_ladder()
        for position, own in items.grouped("start_position").items():
            # Where somebody said that an item begins with a later level, it does.
            start = place_in_revision(0, position, begun, ladder)[1] if position else 0
            own.write({"revision_id": False, "start_position": start})
        self.env["dunning.event"]._note(
            items, self.env._("Revision %s was taken back: begins again.", revision.number)
        )
        self.sudo().revision_id = earlier
        waiting._drop(self.env._("The revision that it was made by was taken back."))
        revision.write({"withdrawn_on": fields.Datetime.now(), "withdrawn_by_id": self.env.uid})
        companies = self.company_id or self.env["res.company"].sudo().search([])
        companies._dunning_look_again()
        items.debtor_id._decide_now()
        return True


class DunningChange(models.Model):
    """Moves to a revision are undone for what no message has left about since."""

    _inherit = "dunning.change"  # pylint: disable=consider-merging-classes-inherited

    revision_id = fields.Many2one(
        "dunning.policy.revision",
        "Moved To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    after_notice_id = fields.Integer(
        readonly=True, help="Messages up to this one were there before it."
    )

    @api.model
    def _last_notice(self):
        """Id of the newest message there is."""
        ((last,),) = self.env.execute_query(SQL("SELECT coalesce(max(id), 0) FROM dunning_notice"))
        return last

    @api.model
    def _left_after(self, item_ids, notice_id):
        """Ids of those items about which a message later than one has left."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT line.item_id
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                    WHERE line.item_id = ANY(%s) AND line.position > 0 AND notice.id > %s
                      AND notice.kind = 'reminder' AND notice.state = ANY(%s)""",
                list(item_ids),
                notice_id,
                list(LEFT),
            )
        )
        return {item_id for (item_id,) in rows}

    def _moved_items(self):
        """Ids of the items that this moved to a revision, and of those that can't go back."""
        if not self.sudo().revision_id:
            return set(), set()
        moved = {row[1] for row in self.sudo().steps["values"] if row[0] == "dunning.item"}
        return moved, self._left_after(moved, self.sudo().after_notice_id)

    def _set_back(self, values):
        moved, gone = self._moved_items()
        staying = [row for row in values if row[1] in gone and row[0] == "dunning.item"]
        waiting = self.env["dunning.policy"]._waiting(list(moved - gone))
        items, left = super()._set_back([row for row in values if row not in staying])
        made = waiting.filtered(lambda notice: notice.line_ids.item_id & items)
        made._drop(self.env._("Its items were moved back to an earlier revision."))
        return items, left + len(staying)

    def _undo(self):
        """Say why some stay."""
        _moved, gone = self._moved_items()
        words = super()._undo()
        if gone:
            words += " " + self.env._(
                "A message about %s of them has left on the newer revision.", len(gone)
            )
        return words
