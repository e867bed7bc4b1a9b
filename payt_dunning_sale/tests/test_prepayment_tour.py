from odoo.tests import HttpCase, tagged

from .common import PrepaymentCommon


@tagged("post_install", "-at_install")
class TestPrepaymentTour(PrepaymentCommon, HttpCase):
    """From a quotation to the money, in a browser, with a ledger of late payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.demo = cls.provider()
        cls.bad.write({"prepayment_mode": "set", "credit_check": "hold", "hold_start": True})
        cls.late = cls.debtor("Late Baker")
        cls.paid_late(cls.late)
        cls.prompt = cls.debtor("Prompt Baker")
        cls.paid_late(cls.prompt, days=0)
        cls.work.name = "Oven Repair"
        cls.salesperson.group_ids += cls.env.ref("base.group_partner_manager")

    def found(self, partner):
        return self.env["sale.order"].search([("partner_id", "=", partner.id)], limit=1)

    def play(self, tour, path, login="prepay.sales"):
        self.env.flush_all()
        self.start_tour(path, tour, login=login)
        self.env.invalidate_all()

    def test_a_bad_payer_is_asked_half_signs_and_pays_and_the_order_proceeds(self):
        self.play("prepayment_quotation", "/odoo/action-sale.action_quotations/new")
        order = self.found(self.late)
        self.assertEqual((order.state, self.asked(order)), ("draft", 500.0))

        order.action_quotation_sent()
        order._portal_ensure_token()
        self.play("prepayment_customer", order.get_portal_url(), login=None)
        self.assertEqual((order.state, order.signed_by), ("sale", "Bea Baker"))
        self.assertEqual(order.transaction_ids.state, "done")
        self.assertEqual((order.prepayment_in, order.prepayment_state), (500.0, "in"))

    def test_a_good_payer_is_not_asked(self):
        self.play("prepayment_good_payer", "/odoo/action-sale.action_quotations/new")
        order = self.found(self.prompt)
        self.assertEqual((order.state, order.prepayment_state), ("sale", "none"))

    def test_an_order_with_something_overdue_is_refused_until_it_is_overridden(self):
        self.invoice(60, 400.0, self.late)
        order = self.order(partner=self.late)
        self.play("prepayment_credit_hold", f"/odoo/sale.order/{order.id}", login="prepay.manager")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.dunning_override_ids.what, "credit")
        self.assertEqual(order.dunning_override_ids.reason, "Their bank confirmed the transfer")
        self.assertEqual(order.dunning_override_ids.user_id, self.sales_manager)

    def test_where_it_is_only_warned_the_button_asks_and_then_confirms(self):
        self.bad.write({"prepayment_mode": "none", "credit_check": "warn"})
        self.invoice(60, 400.0, self.late)
        order = self.order(partner=self.late)
        self.play("prepayment_credit_warning", f"/odoo/sale.order/{order.id}")
        self.assertEqual(order.state, "sale")
        self.assertIn("Confirmed all the same", self.notes(order))
