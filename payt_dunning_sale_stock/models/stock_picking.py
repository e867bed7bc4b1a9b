from odoo import api, fields, models
from odoo.exceptions import UserError

#: Kinds of transfer by which goods reach a customer.
LEAVING = ("outgoing", "dropship")


class StockPicking(models.Model):
    """A delivery waits until the prepayment of its order is in, and then goes by itself."""

    _inherit = "stock.picking"

    dunning_held_says = fields.Text(
        "Waits for a Prepayment",
        compute="_compute_dunning_held_says",
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends("state", "picking_type_id", "sale_id", "move_ids.sale_line_id")
    @api.depends_context("lang")
    def _compute_dunning_held_says(self):
        held = self.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )._dunning_held()
        for picking in self:
            orders = held.get(picking.id, self.env["sale.order"])
            picking.dunning_held_says = "\n".join(
                order._dunning_missing_words() for order in orders
            )

    def _dunning_held(self):
        """The orders that keep these transfers from leaving, by the id of the transfer.

        What comes back and what moves within the warehouse is never kept.
        """
        leaving = self.sudo().filtered(
            lambda picking: (
                picking.picking_type_id.code in LEAVING
                and picking.location_id.usage != "customer"
                and picking.location_dest_id.usage not in ("internal", "supplier")
            )
        )
        orders = {
            picking.id: picking.move_ids.sale_line_id.order_id | picking.sale_id
            for picking in leaving
        }
        held = self.env["sale.order"].sudo().union(*orders.values())._dunning_start_held()
        return {key: of_it & held for key, of_it in orders.items() if of_it & held}

    def _dunning_check_held(self):
        """Refuse when any of these waits; it says which, for whom and what is missing."""
        held = self._dunning_held()
        if not held:
            return
        lines = [
            self.env._(
                "%(transfer)s: %(says)s", transfer=picking.name, says=order._dunning_missing_words()
            )
            for picking in self.filtered(lambda picking: picking.id in held)
            for order in held[picking.id]
        ]
        raise UserError(
            self.env._(
                "Nothing leaves yet:\n%(lines)s\n\nIt is released by itself once the money is in. "
                "Who has the right may use Override…, with a reason.",
                lines="\n".join(lines),
            )
        )

    def button_validate(self):
        self._dunning_check_held()
        return super().button_validate()

    def _action_done(self):
        """Also what is not validated by the button: batches, dialogs, other add-ons."""
        self._dunning_check_held()
        return super()._action_done()

    def action_dunning_override(self):
        """Open the dialog in which somebody lets this delivery go without the prepayment."""
        self.ensure_one()
        self.check_access("read")
        orders = self._dunning_held().get(self.id, self.env["sale.order"]).sudo(False)
        if not orders:
            raise UserError(self.env._("%s waits for no prepayment.", self.name))
        return orders[:1].action_dunning_override()
