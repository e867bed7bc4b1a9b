from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

SHOWN = 10


class DunningSelection(models.AbstractModel):
    """What was selected for a dialog: items, debtors or invoices, one or many."""

    _name = "dunning.selection"
    _description = "Selection for a Dialog"

    item_ids = fields.Many2many(
        "dunning.item", string="Items", default=lambda self: self._selected("dunning.item")
    )
    debtor_ids = fields.Many2many(
        "dunning.debtor", string="Debtors", default=lambda self: self._selected("dunning.debtor")
    )
    # Ids only: salespeople, who may ask for pauses, may not read invoices.
    selected_moves = fields.Json(default=lambda self: self._selected("account.move").ids)
    concerns = fields.Text("It Concerns", compute="_compute_concerns")

    @api.model
    def _selected(self, model):
        if self.env.context.get("active_model") != model:
            return self.env[model]
        return self.env[model].browse(self.env.context.get("active_ids"))

    def _moves(self):
        return self.env["account.move"].browse(self.selected_moves or ())

    def _open_items(self):
        """The open items of the selection.

        :raises AccessError: when the user may not see all of it
        """
        for records in filter(None, (self.item_ids, self.debtor_ids, self._moves())):
            records.check_access("read")
        items = self.env["dunning.item"].search(
            [
                ("state", "=", "open"),
                "|",
                "|",
                ("id", "in", self.item_ids.ids),
                ("debtor_id", "in", self.debtor_ids.ids),
                ("move_id", "in", self._moves().ids),
            ]
        )
        return items.sudo(False)

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_concerns(self):
        for dialog in self:
            items = dialog._open_items()
            sums = defaultdict(float)
            for item in items:
                sums[item.currency_id] += item.amount_open
            amounts = [format_amount(self.env, total, unit) for unit, total in sums.items()]
            numbers = ", ".join(items[:SHOWN].mapped("name"))
            more = "…" if len(items) > SHOWN else ""
            if len(items) == 1:
                dialog.concerns = self.env._(
                    "%(number)s of %(debtor)s, %(amount)s",
                    number=items.name,
                    debtor=items.debtor_id.display_name,
                    amount=amounts[0],
                )
                continue
            if len(items.debtor_id) == 1:
                dialog.concerns = self.env._(
                    "%(count)s open items of %(debtor)s, %(amounts)s: %(numbers)s%(more)s",
                    count=len(items),
                    debtor=items.debtor_id.display_name,
                    amounts=" + ".join(amounts),
                    numbers=numbers,
                    more=more,
                )
                continue
            dialog.concerns = self.env._(
                "%(count)s open items of %(debtors)s debtors, %(amounts)s: %(numbers)s%(more)s",
                count=len(items),
                debtors=len(items.debtor_id),
                amounts=" + ".join(amounts) or "0",
                numbers=numbers,
                more=more,
            )

    def _scopes(self):
        """What holds are to be about: ``[(company, {field: id})]``, as was selected.

        :raises UserError: when nothing of it is open
        """
        items = self._open_items()
        scopes = [(item.company_id, {"item_id": item.id}) for item in items & self.item_ids]
        scopes += [(debtor.company_id, {"debtor_id": debtor.id}) for debtor in self.debtor_ids]
        moves = items.move_id & self._moves()
        scopes += [(move.company_id, {"move_id": move.id}) for move in moves]
        if not scopes:
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        return scopes

    def _hold(self, **values):
        """Make a hold for each thing that was selected, and decide anew about it."""
        holds = self.env["dunning.hold"].create(
            [{**values, **scope, "company_id": company.id} for company, scope in self._scopes()]
        )
        holds._debtors()._decide_now()
        return holds
