from decimal import Decimal

from .common import PrepaymentCommon


class TestExposure(PrepaymentCommon):
    """The order book belongs to what is lost if nothing comes any more."""

    def ordered(self):
        self.env.flush_all()
        found = self.env["dunning.behaviour"]._more_exposure(self.company, self.business.ids)
        return found.get(self.business.id, Decimal(0))

    def test_a_confirmed_order_counts_and_a_quotation_does_not(self):
        self.order(400.0)
        self.order(1000.0).action_confirm()
        self.assertEqual(self.ordered(), Decimal("1000.0"))

    def test_what_was_invoiced_counts_no_more(self):
        order = self.order(1000.0)
        order.action_confirm()
        order.sudo()._create_invoices().action_post()
        self.assertEqual(self.ordered(), Decimal(0))

    def test_an_invoice_that_is_not_posted_changes_nothing(self):
        order = self.order(1000.0)
        order.action_confirm()
        order.sudo()._create_invoices()
        self.assertEqual(self.ordered(), Decimal("1000.0"))

    def test_it_counts_at_the_commercial_partner_in_its_figures(self):
        contact = self.env["res.partner"].create({"name": "Clerk", "parent_id": self.business.id})
        self.order(300.0, partner=contact).action_confirm()
        standing = self.env["dunning.behaviour"]._standings(self.company, self.business)
        self.assertEqual(standing[self.business.id].figures.exposure, Decimal("300.0"))

    def test_it_is_one_statement_for_any_number(self):
        partners = self.business | self.debtor("Second") | self.debtor("Third")
        for partner in partners:
            self.order(partner=partner).action_confirm()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["dunning.behaviour"]._more_exposure(self.company, partners.ids)
