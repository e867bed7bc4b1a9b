from odoo import api, fields, models
from odoo.fields import Domain


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

    dunning_unanswered = fields.Boolean(
        "Debtor Waits for an Answer",
        compute="_compute_dunning_unanswered",
        search="_search_dunning_unanswered",
        groups="payt_dunning.group_dunning_user",
    )

    dunning_paid_to = fields.Char(
        "To Be Paid To, Not Online",
        compute="_compute_dunning_paid_to",
        compute_sudo=True,
        help="Somebody else who is to be paid, so that it can't be paid online with us.",
    )

    def _compute_dunning_paid_to(self):
        """Of all invoices of a list at once."""
        found = self.env["dunning.payee"]._elsewhere(self._origin.ids)
        for move in self:
            payee = found.get(move._origin.id)
            move.dunning_paid_to = payee and (payee.holder or self.env._("somebody else"))

    def _dunning_payee(self):
        """Who is to be paid, where that is somebody else than the company.

        :return: :class:`~.dunning_payee.Payee` in the language of the environment; else ``None``
        """
        self.ensure_one()
        return self.env["dunning.payee"]._by_move(self._origin.ids).get(self._origin.id)

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self.dunning_paid_to

    def _get_online_payment_error(self):
        if self.dunning_paid_to:
            return self.env._("This invoice is to be paid to %s.", self.dunning_paid_to)
        return super()._get_online_payment_error()

    def _compute_dunning_unanswered(self):
        waiting = self.env["dunning.question"].search(
            [("move_id", "in", self.ids), ("state", "=", "open")]
        )
        for move in self:
            move.dunning_unanswered = move in waiting.move_id

    @api.model
    def _search_dunning_unanswered(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = self.env["dunning.question"]._search([("state", "=", "open")])
        return Domain("id", "in", waiting.subselect("move_id"))

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
