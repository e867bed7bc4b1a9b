from lxml import etree

from odoo.tools import html2plaintext

from .common import PrepaymentCommon


class TestPrepaymentScreens(PrepaymentCommon):
    """Lists, forms and menus of orders."""

    def test_empty_lists_say_what_would_be_in_them(self):
        for name in ("action_waiting_for_prepayment", "action_dunning_sale_override"):
            words = html2plaintext(self.env.ref(f"payt_dunning_sale.{name}").help).split()
            self.assertGreater(len(words), 12)

    def test_the_list_of_those_that_wait_opens_for_a_salesperson(self):
        self.told()
        self.ask(self.bad)
        self.stand(self.business, self.bad)
        order = self.order()
        order.action_confirm()
        view = self.env.ref("payt_dunning_sale.view_prepayment_list")
        Order = self.env["sale.order"].with_user(self.salesperson)
        arch = etree.fromstring(Order.get_view(view.id, "list")["arch"])
        names = {field.get("name") for field in arch.iter("field")}
        self.assertGreaterEqual(
            names, {"dunning_prepayment_amount", "prepayment_in", "prepayment_missing"}
        )
        [values] = order.with_user(self.salesperson).read(sorted(names - {"activity_ids"}))
        self.assertEqual(values["prepayment_missing"], 500.0)

    def test_the_form_of_a_salesperson_has_no_override(self):
        view = self.env.ref("sale.view_order_form").id
        for user, expected in ((self.salesperson, 0), (self.sales_manager, 1)):
            arch = self.env["sale.order"].with_user(user).get_view(view, "form")["arch"]
            buttons = etree.fromstring(arch).xpath("//button[@name='action_dunning_override']")
            self.assertEqual(len(buttons), expected)

    def test_both_buttons_that_confirm_ask_first(self):
        view = self.env.ref("sale.view_order_form").id
        arch = etree.fromstring(self.env["sale.order"].get_view(view, "form")["arch"])
        buttons = arch.xpath("//button[@name='action_confirm']")
        self.assertEqual(len(buttons), 2)
        for button in buttons:
            self.assertIn("'dunning_ask': True", button.get("context"))

    def test_the_menus_are_where_people_look(self):
        waiting = self.env.ref("payt_dunning_sale.menu_waiting_for_prepayment")
        self.assertEqual(waiting.parent_id, self.env.ref("sale.sale_order_menu"))
        overrides = self.env.ref("payt_dunning_sale.menu_dunning_sale_override")
        self.assertEqual(overrides.parent_id, self.env.ref("payt_dunning.menu_dunning_records"))
