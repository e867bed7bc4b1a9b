from odoo import Command
from odoo.exceptions import AccessError, UserError

from odoo.addons.payt_dunning_sale.tests.common import PrepaymentCommon


class TestDeliveryWaits(PrepaymentCommon):
    """A delivery leaves once the prepayment of its order is in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.oven = cls.env["product.product"].create(
            {
                "name": "Oven",
                "type": "consu",
                "is_storable": True,
                "taxes_id": [],
                "invoice_policy": "order",
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        ) or cls.env["stock.warehouse"].sudo().create(
            {"name": "Bakery", "code": "BAK", "company_id": cls.company.id}
        )
        cls.env["stock.quant"].sudo()._update_available_quantity(
            cls.oven, cls.warehouse.lot_stock_id, 100
        )
        cls.storekeeper = cls.person("prepay.stock", "stock.group_stock_user")
        cls.bad.write({"prepayment_mode": "set", "hold_start": True})

    def setUp(self):
        super().setUp()
        self.told()
        self.stand(self.business, self.bad)

    def delivered(self, partner=None, **values):
        order = self.order(partner=partner, product=self.oven, **values)
        order.action_confirm()
        return order, order.sudo().picking_ids

    def validate(self, pickings):
        for move in pickings.sudo().move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        return pickings.sudo(False).with_user(self.storekeeper).button_validate()

    def test_it_is_refused_and_says_which_for_whom_and_what_is_missing(self):
        order, picking = self.delivered()
        with self.assertRaises(UserError) as refused:
            self.validate(picking)
        words = str(refused.exception)
        for part in (picking.name, order.name, "Bakery Ltd", "500.00 is missing"):
            self.assertIn(part, words.replace("\xa0", " "))
        self.assertEqual(picking.state, "assigned")

    def test_the_screen_of_the_storekeeper_says_so_beforehand(self):
        order, picking = self.delivered()
        mine = picking.sudo(False).with_user(self.storekeeper)
        self.assertIn(order.name, mine.dunning_held_says)

    def test_it_leaves_once_the_money_is_in(self):
        order, picking = self.delivered()
        self.transaction(order, 500.0)
        self.env.invalidate_all()
        self.assertFalse(picking.dunning_held_says)
        self.validate(picking)
        self.assertEqual(picking.state, "done")

    def test_it_waits_again_when_the_money_was_taken_back(self):
        order, picking = self.delivered()
        transaction = self.transaction(order, 500.0)
        transaction.payment_id.action_draft()
        transaction.payment_id.action_cancel()
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.validate(picking)

    def test_who_is_asked_nothing_gets_it_at_once(self):
        _order, picking = self.delivered(partner=self.debtor("Good Baker"))
        self.validate(picking)
        self.assertEqual(picking.state, "done")

    def test_of_several_none_leaves_and_those_that_wait_are_named(self):
        _order, held = self.delivered()
        _other, free = self.delivered(partner=self.debtor("Good Baker"))
        with self.assertRaises(UserError) as refused:
            self.validate(held | free)
        self.assertIn(held.name, str(refused.exception))
        self.assertNotIn(free.name, str(refused.exception))
        self.assertEqual(free.state, "assigned")

    def test_what_does_not_use_the_button_is_refused_too(self):
        _order, picking = self.delivered()
        with self.assertRaises(UserError):
            picking._action_done()

    def test_somebody_with_the_right_lets_it_go_from_the_delivery(self):
        order, picking = self.delivered()
        action = picking.sudo(False).with_user(self.sales_manager).action_dunning_override()
        self.assertEqual(action["context"]["default_what"], "start")
        self.assertEqual(action["context"]["default_order_id"], order.id)
        self.override(order, "start", "The machine stands still")
        self.env.invalidate_all()
        self.validate(picking)
        self.assertEqual(picking.state, "done")

    def test_a_storekeeper_without_the_right_does_not(self):
        _order, picking = self.delivered()
        with self.assertRaises(AccessError):
            picking.sudo(False).with_user(self.storekeeper).action_dunning_override()

    def test_a_delivery_that_waits_for_nothing_has_nothing_to_override(self):
        _order, picking = self.delivered(partner=self.debtor("Good Baker"))
        with self.assertRaisesRegex(UserError, "no prepayment"):
            picking.sudo(False).with_user(self.sales_manager).action_dunning_override()

    def test_what_comes_back_is_not_kept(self):
        order, picking = self.delivered()
        self.override(order, "start")
        self.validate(picking)
        order.sudo().dunning_override_ids.unlink()
        self.env.invalidate_all()
        self.assertTrue(order._dunning_start_held())
        wizard = (
            self.env["stock.return.picking"]
            .sudo()
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model=picking._name)
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].sudo().browse(wizard.action_create_returns()["res_id"])
        self.validate(back)
        self.assertEqual(back.state, "done")

    def test_picking_within_the_warehouse_goes_on_and_shipping_waits(self):
        self.warehouse.sudo().delivery_steps = "pick_ship"
        order, _pickings = self.delivered()
        self.validate(order.sudo().picking_ids)
        self.assertEqual(order.sudo().picking_ids[:1].picking_type_id.code, "internal")
        ship = order.sudo().picking_ids.filtered(
            lambda picking: picking.picking_type_id.code == "outgoing"
        )
        self.assertTrue(ship)
        with self.assertRaises(UserError):
            self.validate(ship)

    def test_nobody_is_told_not_to_start_what_is_delivered(self):
        order, _picking = self.delivered(user_id=self.salesperson.id)
        self.assertFalse(self.tasks(order, "wait"))
        self.transaction(order, 500.0)
        self.assertFalse(self.tasks(order, "start"))
        self.assertIn("may start", self.notes(order))

    def beside_goods(self, **values):
        order = self.order(product=self.oven)
        order.order_line = [
            Command.create(
                {"product_id": self.work.id, "price_unit": 100.0, "tax_ids": [], **values}
            )
        ]
        order.action_confirm()
        return order

    def test_of_work_beside_goods_somebody_is_told_not_to_start(self):
        order = self.beside_goods()
        self.assertTrue(self.tasks(order, "wait"))
        self.assertEqual(order.prepayment_missing, 550.0)

    def test_a_discount_or_a_down_payment_is_no_work(self):
        for values in ({"price_unit": -100.0}, {"is_downpayment": True}):
            self.assertFalse(self.tasks(self.beside_goods(**values), "wait"))
