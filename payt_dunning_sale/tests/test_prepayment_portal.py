import base64
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import PrepaymentCommon

#: The smallest picture there is.
SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJg"
        "gg=="
    )
).decode()


@tagged("post_install", "-at_install")
class TestPrepaymentPortal(PrepaymentCommon, HttpCase):
    """Customers sign and pay; they never get an error of ours."""

    def setUp(self):
        super().setUp()
        self.told()
        self.ask(self.bad, credit_check="hold", hold_start=True)
        self.stand(self.business, self.bad)
        self.demo = self.provider()

    def quotation(self, **values):
        order = self.order(user_id=self.salesperson.id, **values)
        order.action_quotation_sent()
        order.flush_recordset()
        self.env.flush_all()
        return order

    def sign(self, order):
        order.sudo()._portal_ensure_token()
        self.env.flush_all()
        answer = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order.sudo().access_token,
                "name": "Bea Baker",
                "signature": SIGNATURE,
            },
        )
        self.env.invalidate_all()
        return answer

    def page(self, order, query="", lang=None):
        self.env.flush_all()
        url = order.sudo().get_portal_url(query_string=query)
        if lang:
            self.opener.cookies["frontend_lang"] = lang
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_who_signs_is_asked_to_pay_and_paying_confirms(self):
        order = self.quotation()
        self.assertIn("redirect_url", self.sign(order))
        self.assertEqual(order.state, "sent")
        self.transaction(order, 500.0, provider=self.demo)
        self.assertEqual((order.state, order.prepayment_state), ("sale", "in"))

    def test_who_signs_while_something_is_overdue_gets_no_error_and_loses_nothing(self):
        self.bad.prepayment_mode = "none"
        order = self.quotation()
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.assertIn("redirect_url", self.sign(order))
        self.assertEqual((order.state, order.signed_by), ("sent", "Bea Baker"))
        self.assertTrue(order.signature)
        self.assertTrue(order.dunning_held_on)
        self.assertEqual(self.tasks(order, "held").user_id, self.salesperson)
        self.assertIn("250.00", self.notes(order))

    def test_its_page_says_that_we_look_at_it_and_nothing_of_why(self):
        self.bad.prepayment_mode = "none"
        order = self.quotation()
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.sign(order)
        page = self.page(order, "&message=sign_ok")
        self.assertIn("We are checking your order", page)
        self.assertIn("We have received your signature", page)
        self.assertNotIn("We have received your payment", page)
        self.assertNotIn("250.00", page)
        self.assertNotIn("Bad Payer", page)

    def test_a_page_of_an_order_that_is_not_held_says_no_such_thing(self):
        self.assertNotIn("We are checking your order", self.page(self.quotation()))

    def test_who_pays_while_something_is_overdue_keeps_the_payment(self):
        order = self.quotation()
        self.sign(order)
        self.stand(self.business, self.bad, overdue=250, days=45)
        transaction = self.transaction(order, 500.0, provider=self.demo)
        self.assertEqual((transaction.state, order.state), ("done", "sent"))
        self.assertTrue(transaction.payment_id)
        self.assertEqual(order.amount_paid, 500.0)
        self.assertEqual(len(self.tasks(order, "held")), 1)
        self.assertIn("We have received your payment", self.page(order))

    def test_a_held_order_can_be_confirmed_once_the_overdue_is_paid(self):
        order = self.quotation()
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.transaction(order, 500.0, provider=self.demo)
        self.stand(self.business, self.bad)
        order.action_confirm()
        self.assertEqual((order.state, order.prepayment_state), ("sale", "in"))
        self.assertFalse(order.dunning_held_on)
        self.assertFalse(self.tasks(order, "held"))

    def test_who_pays_all_of_it_gets_no_credit_and_is_not_held(self):
        order = self.quotation()
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.transaction(order, 1000.0, provider=self.demo)
        self.assertEqual(order.state, "sale")

    def test_signing_twice_tells_people_once(self):
        order = self.quotation()
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.transaction(order, 500.0, provider=self.demo)
        self.transaction(order, 100.0, provider=self.demo)
        self.assertEqual(len(self.tasks(order, "held")), 1)

    def test_an_order_that_is_confirmed_for_a_customer_is_kept_without_an_error(self):
        """As cash on delivery does."""
        order, good = self.quotation(), self.quotation(partner=self.debtor("Good Baker"))
        self.stand(self.business, self.bad, overdue=250, days=45)
        both = (order | good).with_user(self.env.ref("base.public_user")).sudo()
        self.assertIs(both.action_confirm(), True)
        self.assertEqual((order.state, good.state), ("sent", "sale"))
        self.assertTrue(order.sudo().dunning_held_on)
        self.assertEqual(self.tasks(order, "held").user_id, self.salesperson)
        self.assertIs(both[:1].action_confirm(), True)
        self.assertEqual(len(self.tasks(order, "held")), 1)

    def test_who_pays_on_delivery_is_kept_before_anything_is_confirmed(self):
        order = self.order(user_id=self.salesperson.id)
        self.stand(self.business, self.bad, overdue=250, days=45)
        Transaction = type(self.env["payment.transaction"])
        self.startPatcher(
            patch.object(Transaction, "_dunning_pays_on_receipt", lambda transaction: True)
        )
        transaction = self.transaction(order, 1000.0, "pending", provider=self.demo)
        self.assertEqual((transaction.state, order.state), ("pending", "sent"))
        self.assertTrue(self.tasks(order, "held"))

    def test_where_it_is_only_warned_the_customer_goes_on(self):
        self.bad.write({"credit_check": "warn", "prepayment_mode": "none"})
        order = self.quotation()
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.sign(order)
        self.assertEqual(order.state, "sale")
        self.assertIn("250.00", self.notes(order))

    def test_a_customer_with_a_login_can_read_nothing_of_its_class(self):
        order = self.quotation()
        user = self.env["res.users"].search([("partner_id", "=", self.business.id)])
        user = user or self.person("prepay.portal", "base.group_portal")
        user.partner_id = self.business
        order.message_subscribe(self.business.ids)
        mine = order.with_user(user)
        self.assertEqual(mine.read(["name"])[0]["name"], order.name)
        for name in ("payment_class_says", "dunning_prepayment_reason", "prepayment_state"):
            self.assertFalse(mine._has_field_access(mine._fields[name], "read"), name)
