from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Days that all a debtor does by itself may hold one item, in one run through its levels.
MOST_DAYS = 30
#: Whose pauses belong to an offer that was made to the debtor.
OFFERERS = ("collection.case", "dunning.charge")


class DunningHold(models.Model):
    """Holds that debtors begin by themselves, within bounds; and holds that a record owns."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    by_debtor = fields.Boolean(readonly=True, help="Begun by the debtor, on its page or by mail.")
    episode = fields.Integer(
        readonly=True, help="Of the item: how often it had begun with its levels then."
    )

    _owned = models.Index("(owner_model, owner_id) WHERE owner_id IS NOT NULL")

    @api.model
    def _owner_values(self, owner):
        """Values by which a hold belongs to a record, which ends it."""
        return {"owner_model": owner._name, "owner_id": owner.id} if owner else {}

    def _open_owner(self):
        """The record that would end this hold, if it is still to do so."""
        self.ensure_one()
        if not self.owner_id:
            return None
        owner = self.env[self.owner_model].sudo().browse(self.owner_id).exists()
        return owner.filtered(lambda each: "state" in each and each.state == "open") or None

    @api.model
    def _owned_by(self, owners):
        """The holds of records that have not ended."""
        return self.search(
            [
                ("owner_model", "=", owners._name),
                ("owner_id", "in", owners.ids),
                ("released_on", "=", False),
            ]
        )

    def _check_not_owned(self):
        """Refuse to end by hand what a dispute or message holds that waits for us, or an offer.

        The debtor was told that nothing of it leaves before our answer, or before a day.

        :raises UserError: says what ends it
        """
        promised = self.filtered(lambda hold: hold.kind == "pause" and hold.owner_model in OFFERERS)
        if promised:
            raise UserError(
                self.env._(
                    "The debtor of “%s” was offered that costs lapse: until that is over nothing "
                    "leaves, and the hold ends by itself.",
                    promised[0].item_id.display_name,
                )
            )
        disputes, questions = (
            self.env[model]
            .sudo()
            .browse(
                self.filtered(lambda hold, model=model: hold.owner_model == model).mapped(
                    "owner_id"
                )
            )
            .exists()
            for model in ("dunning.dispute", "dunning.question")
        )
        if dispute := disputes.filtered_domain(disputes._in_force())[:1]:
            raise UserError(
                self.env._(
                    "“%s” is disputed: decide about the dispute, or credit what was accepted; that "
                    "ends the hold.",
                    dispute.display_name,
                )
            )
        if question := questions.filtered(lambda each: each.state == "open")[:1]:
            raise UserError(
                self.env._(
                    "“%s” waits for an answer: answer the message, or say that it needs none; that "
                    "ends the hold.",
                    question.display_name,
                )
            )

    @api.model
    def _looked_into(self, items, day):
        """Those of items that are said to be paid, and looked for, or whose message waits."""
        if not items:
            return items
        holds = self.sudo().search(
            Domain("released_on", "=", False)
            & Domain("proposed", "=", False)
            & Domain("date_from", "<=", day)
            & (Domain("item_id", "in", items.ids) | Domain("move_id", "in", items.move_id.ids))
            & (
                # Friendly steps go on some day without an answer; nothing that costs money does.
                Domain("kind", "=", "question")
                | (
                    Domain("kind", "=", "already_paid")
                    & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))
                )
            )
        )
        return items & (holds.item_id | holds.move_id.dunning_item_ids)

    @api.model
    def _release_owned(self, owners, reason):
        """End the holds of records, and take up follow-up where it was: never on the same day."""
        holds = self._owned_by(owners)
        if not holds:
            return
        items = holds._items()
        holds._end(reason)
        items._resume()

    @api.model
    def _self_service(self, items, kind, until, owner, reason=False):
        """Hold items because their debtor says so, without a person having looked at it.

        Each kind once for an item in one run through its levels, and all of them together no
        longer than :data:`MOST_DAYS`: beyond that a person decides.

        :param until: last day that is asked for
        :param owner: the record that ends the holds
        :return: the holds; none for an item that had its share
        """
        values = []
        for item, left in self._days_left(items, kind).items():
            if left <= 0:
                continue
            values.append(
                {
                    "company_id": item.company_id.id,
                    "item_id": item.id,
                    "kind": kind,
                    "date_until": min(until, item._today() + timedelta(days=left - 1)),
                    "reason": reason,
                    "by_debtor": True,
                    "episode": item.episode,
                    **self._owner_values(owner),
                }
            )
        return self.create(values)

    @api.model
    def _days_left(self, items, kind):
        """For how many days the debtor may hold items by saying so: ``{item: days}``.

        None where it did so before in this run through the levels, for the same reason.
        """
        before = self.search(
            Domain("by_debtor", "=", True)
            & (Domain("item_id", "in", items.ids) | Domain("move_id", "in", items.move_id.ids))
            # Messages hold by other bounds: those of an answer.
            & Domain("episode", ">", 0)
        )
        found = {}
        for item in items:
            today = item._today()
            own = before.filtered(
                lambda hold, item=item: (
                    (hold.item_id == item or (hold.move_id and hold.move_id == item.move_id))
                    and hold.episode == item.episode
                )
            )
            used = sum(hold._days_held(today) for hold in own)
            found[item] = 0 if kind in own.mapped("kind") else MOST_DAYS - used
        return found

    def _days_held(self, today):
        """On how many days it held something, or will."""
        ends = [day for day in (self.date_until, self.released_on) if day]
        last = min(ends) if ends else today
        return max((last - self.date_from).days + (0 if last == self.released_on else 1), 0)
