from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .channels_common import ChannelCase


@tagged("post_install", "-at_install")
class TestOrders(ChannelCase):
    """Messages to the person on the order, and copies to our own people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business.email = "pay@bakery.example.com"
        cls.anna, cls.bert = cls.env["res.partner"].create(
            [
                {"name": name, "parent_id": cls.business.id, "email": f"{name}@bakery.example.com"}
                for name in ("anna", "bert")
            ]
        )

    def sent_to(self):
        return {
            notice.recipient: sorted(notice.line_ids.item_id.move_id.mapped("name"))
            for notice in self.notices_to()
        }

    def test_each_contact_on_an_invoice_gets_its_own_only(self):
        self.policy("email", recipient="order")
        first, second = self.invoice(partner=self.anna), self.invoice(partner=self.bert)
        self.run_day()
        self.assertEqual(
            self.sent_to(),
            {"anna@bakery.example.com": [first.name], "bert@bakery.example.com": [second.name]},
        )

    def test_who_has_the_role_gets_what_is_on_nobody(self):
        self.policy("email", recipient="order")
        self.bert.dunning_role = "order"
        move = self.invoice()
        self.run_day()
        self.assertEqual(self.sent_to(), {"bert@bakery.example.com": [move.name]})

    def test_without_any_person_it_goes_to_accounts_payable(self):
        self.policy("email", recipient="order")
        move = self.invoice()
        self.run_day()
        self.assertEqual(self.sent_to(), {"pay@bakery.example.com": [move.name]})

    def test_accounts_payable_gets_all_and_the_person_its_own(self):
        self.policy("email", recipient="accounts_order")
        first, second = self.invoice(partner=self.anna), self.invoice()
        self.run_day()
        self.assertEqual(
            self.sent_to(),
            {
                "anna@bakery.example.com": [first.name],
                "pay@bakery.example.com": sorted([first.name, second.name]),
            },
        )

    def test_a_debtor_without_an_address_is_reached_through_the_person(self):
        self.business.email = False
        self.policy("email", recipient="order")
        self.invoice(partner=self.anna)
        self.run_day()
        self.assertEqual(list(self.sent_to()), ["anna@bakery.example.com"])

    def test_a_level_to_accounts_payable_never_goes_to_the_person(self):
        self.policy("email", recipient="accounts")
        self.invoice(partner=self.anna)
        self.run_day()
        self.assertEqual(list(self.sent_to()), ["pay@bakery.example.com"])

    def test_the_person_on_the_order_leaves_the_outbox(self):
        self.policy("email", recipient="order")
        self.invoice(partner=self.anna)
        self.run_and_deliver()
        self.assertEqual(self.notices_to().state, "sent")

    def test_what_is_said_in_a_conversation_does_not_go_to_the_person(self):
        self.invoice(partner=self.anna)
        self.run_day()
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", self.business.id)])
        self.assertEqual(debtor._known_addresses(), ["pay@bakery.example.com"])

    def test_a_level_with_costs_can_not_go_to_the_person(self):
        policy = self.policy("email")
        with self.assertRaises(ValidationError):
            policy.level_ids.write({"recipient": "order", "term_days": 14})

    def test_two_debtors_in_one_run_get_their_own_files_only(self):
        self.policy("email", attachment="pdf")
        other = self.debtor("Other")
        files = {}
        for partner in (self.business, other):
            move = self.invoice(partner=partner)
            files[partner] = self.env["ir.attachment"].create(
                {
                    "name": f"{partner.name}.pdf",
                    "raw": b"%PDF-1.4 of " + partner.name.encode(),
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
        self.run_day()
        for partner, file in files.items():
            notice = self.notices_to(partner)
            self.assertEqual(notice.attachment_ids, file)
            self.assertEqual(notice.mail_id.attachment_ids, file)

    # -- copies --------------------------------------------------------------------------------

    def copies(self, user):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("email_to", "ilike", user.email), ("dunning_notice_id", "=", False)])
        )

    def test_the_salesperson_gets_a_copy_without_links(self):
        seller = self.person("order.seller", "base.group_user", email="seller@creditor.example.com")
        self.policy("email", copy_to="salesperson")
        self.invoice(invoice_user_id=seller.id)
        self.run_day()
        self.assertFalse(self.copies(seller))
        self.deliver()
        (copy,) = self.copies(seller)
        self.assertIn("Please pay", copy.body_html)
        self.assertNotIn("claim-page", copy.body_html)
        self.assertNotIn(self.notices_to()._page_url(), copy.body_html)

    def test_the_handler_gets_a_copy(self):
        handler = self.person(
            "order.handler", "group_dunning_user", email="handler@creditor.example.com"
        )
        self.company.dunning_handler_id = handler
        self.policy("email", copy_to="handler")
        self.invoice()
        self.run_and_deliver()
        self.assertEqual(len(self.copies(handler)), 1)

    def test_nobody_gets_a_copy_unless_the_level_says_so(self):
        seller = self.person("order.seller", "base.group_user", email="seller@creditor.example.com")
        self.policy("email")
        self.invoice(invoice_user_id=seller.id)
        self.run_and_deliver()
        self.assertFalse(self.copies(seller))
