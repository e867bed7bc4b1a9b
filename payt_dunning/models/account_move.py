from odoo import api, fields, models

#: Kinds of entry that a debtor may write about; opening balances are entries.
ANSWERED = ("out_invoice", "out_receipt", "entry")


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_item_ids = fields.One2many(
        "dunning.item", "move_id", "Follow-up", groups="payt_dunning.group_dunning_user"
    )
    dunning_item_count = fields.Integer(
        compute="_compute_dunning_item_count", groups="payt_dunning.group_dunning_user"
    )

    dunning_level = fields.Char(
        "Follow-up Level",
        compute="_compute_dunning_level",
        groups="payt_dunning.group_dunning_user",
        help="The furthest level that one of its open items has reached.",
    )

    @api.depends("dunning_item_ids")
    def _compute_dunning_item_count(self):
        for move in self:
            move.dunning_item_count = len(move.dunning_item_ids)

    @api.depends("dunning_item_ids.state", "dunning_item_ids.reached")
    @api.depends_context("lang")
    def _compute_dunning_level(self):
        for move in self:
            items = move.dunning_item_ids
            furthest = items.filtered(lambda item: item.state == "open").sorted("reached")[-1:]
            if not furthest:
                move.dunning_level = self.env._("Closed") if items else False
            else:
                move.dunning_level = furthest.reached_name or self.env._("No level yet")

    def _message_post_after_hook(self, new_message, message_values):
        """A debtor who answers is heard: the handler gets a task, the next step waits."""
        result = super()._message_post_after_hook(new_message, message_values)
        if (
            new_message.message_type in ("email", "comment")
            and not new_message.is_internal
            and not self.env.context.get("dunning_automatic")
            and _is_outsider(new_message)
            and self.move_type in ANSWERED
        ):
            self.sudo()._dunning_debtor_wrote(new_message)
        return result

    def _dunning_debtor_wrote(self, message):
        """Hold what the debtor wrote about for some days and give somebody a task."""
        self.ensure_one()
        items = self._dunning_answered(message).filtered(lambda item: item.state == "open")
        if not items:
            return
        days = self.company_id.dunning_answer_days
        self._dunning_hold_answered(items, fields.Date.add(items._today(), days=days))
        author = message.author_id.name or message.email_from
        self.env["dunning.task"]._ask(
            self,
            "answer",
            lambda env: env._("Answer %s", author),
            handler=items.debtor_id[:1].handler_id,
        )
        items.debtor_id._decide_now()

    def _dunning_answered(self, message):
        """The items that a message of the debtor is about.

        All that our message reminded of, when it answers one; else those of this invoice. An
        entry with opening balances has those of many debtors: then the author's.
        """
        notices = self.env["dunning.notice"].browse(self.env.context.get("dunning_answered", ()))
        reminded = notices._reminded().item_id
        own = self.dunning_item_ids
        if self in reminded.move_id:
            items = reminded if self.move_type == "entry" else reminded | own
            return items.filtered(lambda item: item.company_id == self.company_id)
        if self.move_type == "entry":
            author = message.author_id.commercial_partner_id
            return own.filtered(lambda item: item.partner_id == author)
        return own

    @api.model
    def _dunning_hold_answered(self, items, until):
        """Hold items because the debtor wrote about them; longer, where they are already.

        An invoice is held as a whole; of an entry with opening balances only these items.
        """
        Hold = self.env["dunning.hold"]
        entries = items.filtered(lambda item: item.move_id.move_type == "entry")
        moves = (items - entries).move_id
        holds = Hold.search(
            [
                ("kind", "=", "question"),
                ("released_on", "=", False),
                ("proposed", "=", False),
                "|",
                ("move_id", "in", moves.ids),
                ("item_id", "in", entries.ids),
            ]
        ).filtered(lambda hold: not hold.amount)
        holds.filtered(lambda hold: hold.date_until and hold.date_until < until).write(
            {"date_until": until}
        )
        new = [("item_id", item) for item in entries - holds.item_id]
        new += [("move_id", move) for move in moves - holds.move_id]
        Hold.create(
            [
                {
                    "company_id": record.company_id.id,
                    scope: record.id,
                    "kind": "question",
                    "date_until": until,
                }
                for scope, record in new
            ]
        )


def _is_outsider(message):
    """Whether the author is not one of us: the type of a message can be chosen by its sender."""
    author = message.author_id
    return not author or author.partner_share
