from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .common import BadPayerCommon, PrepaymentCommon


class TestPrepayment(BadPayerCommon):
    """What quotations ask up front, in Odoo's own fields."""

    def test_a_bad_payers_quotation_asks_half_in_odoos_own_fields(self):
        order = self.order()
        self.assertEqual(self.asked(order), 500.0)
        self.assertEqual((order.require_payment, order.prepayment_percent), (True, 0.5))

    def test_a_good_payer_is_not_asked(self):
        order = self.order(partner=self.baker)
        self.assertEqual(self.asked(order), 0.0)
        self.assertFalse(order.require_payment)

    def test_it_is_on_the_screen_before_it_is_saved(self):
        with Form(self.env["sale.order"].with_user(self.salesperson)) as form:
            form.partner_id = self.business
            with form.order_line.new() as line:
                line.product_id = self.work
            self.assertTrue(form.require_payment)
            self.assertEqual(form.prepayment_percent, 0.5)
        self.assertEqual(self.asked(form.record), 500.0)

    def test_another_customer_on_the_screen_is_not_asked_what_the_first_was(self):
        with Form(self.env["sale.order"].with_user(self.salesperson)) as form:
            form.partner_id = self.business
            with form.order_line.new() as line:
                line.product_id = self.work
        with Form(form.record) as form:
            form.partner_id = self.baker
            self.assertFalse(form.require_payment)
        self.assertEqual(self.asked(form.record), 0.0)

    def test_it_follows_the_total(self):
        order = self.order()
        order.order_line.price_unit = 3000.0
        self.assertEqual(self.asked(order), 1500.0)

    def test_orders_below_the_value_ask_nothing(self):
        self.bad.prepayment_from = 1000.0
        self.assertEqual(self.asked(self.order(999.99)), 0.0)
        self.assertEqual(self.asked(self.order(1000.0)), 500.0)

    def test_an_order_that_grows_beyond_the_value_asks(self):
        self.bad.prepayment_from = 1000.0
        order = self.order(500.0)
        order.order_line.price_unit = 1200.0
        self.assertEqual(self.asked(order), 600.0)

    def test_a_customer_that_becomes_another_is_asked_anew(self):
        order = self.order()
        order.partner_id = self.baker
        self.assertEqual(self.asked(order), 0.0)
        order.partner_id = self.business
        self.assertEqual(self.asked(order), 500.0)

    def test_more_that_the_company_asks_stays(self):
        self.company.write({"portal_confirmation_pay": True, "prepayment_percent": 0.8})
        self.assertEqual(self.asked(self.order()), 800.0)

    def test_less_that_the_company_asks_becomes_more_and_comes_back(self):
        self.company.write({"portal_confirmation_pay": True, "prepayment_percent": 0.2})
        order = self.order()
        self.assertEqual(self.asked(order), 500.0)
        order.partner_id = self.baker
        self.assertEqual(self.asked(order), 200.0)

    def test_more_that_somebody_asks_stays_when_a_line_changes(self):
        order = self.order()
        order.prepayment_percent = 0.9
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 1800.0)

    def test_what_somebody_asks_of_a_good_payer_stays_when_a_line_changes(self):
        order = self.order(partner=self.baker)
        order.write({"require_payment": True, "prepayment_percent": 0.3})
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 600.0)

    def test_what_a_caller_gives_a_new_order_is_a_choice_too(self):
        order = self.order(partner=self.baker, require_payment=True, prepayment_percent=0.25)
        self.assertEqual(self.asked(order), 250.0)
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 500.0)

    def test_a_new_order_that_gives_less_is_raised_without_an_error(self):
        order = self.order(require_payment=False)
        self.assertEqual(self.asked(order), 500.0)

    def test_a_template_of_quotations_does_not_take_it_out(self):
        template = (
            self.env["sale.order.template"]
            .sudo()
            .create({"name": "Plain", "require_payment": False, "company_id": self.company.id})
        )
        order = self.order(sale_order_template_id=template.id)
        self.assertEqual(self.asked(order), 500.0)

    def test_a_template_that_asks_more_is_heard(self):
        template = (
            self.env["sale.order.template"]
            .sudo()
            .create(
                {
                    "name": "All of it",
                    "require_payment": True,
                    "prepayment_percent": 1.0,
                    "company_id": self.company.id,
                }
            )
        )
        order = self.order()
        order.sale_order_template_id = template
        self.assertEqual(self.asked(order), 1000.0)

    def test_a_fixed_amount_is_asked_to_the_cent(self):
        self.bad.write({"prepayment_kind": "amount", "prepayment_amount": 333.33})
        for total in (333.34, 1000.01, 7777.77, 99999.99):
            self.assertEqual(self.asked(self.order(total)), 333.33)

    def test_a_fixed_amount_is_never_more_than_the_order(self):
        self.bad.write({"prepayment_kind": "amount", "prepayment_amount": 2500.0})
        order = self.order()
        self.assertEqual(self.asked(order), 1000.0)
        self.assertEqual(order.prepayment_percent, 1.0)

    def dollars(self, rate=1.5):
        currency = self.env.ref(
            "base.USD" if self.company.currency_id.name != "USD" else "base.EUR"
        )
        currency.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "company_rate": rate,
            }
        )
        return self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id, "company_id": self.company.id}
        )

    def test_a_fixed_amount_in_another_currency_is_converted(self):
        self.bad.write({"prepayment_kind": "amount", "prepayment_amount": 333.33})
        order = self.order(pricelist_id=self.dollars().id)
        self.assertEqual(order.currency_id, order.pricelist_id.currency_id)
        self.assertAlmostEqual(self.asked(order), 500.0, 2)

    def test_the_value_of_an_order_in_another_currency_counts_in_that_of_the_company(self):
        self.bad.prepayment_from = 1000.0
        pricelist = self.dollars().id
        self.assertEqual(self.asked(self.order(1400.0, pricelist_id=pricelist)), 0.0)
        self.assertEqual(self.asked(self.order(1500.0, pricelist_id=pricelist)), 750.0)

    def test_an_order_of_a_contact_counts_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": self.business.id, "email": "clerk@bakery.example.com"}
        )
        self.assertEqual(self.asked(self.order(partner=contact)), 500.0)

    def test_an_archived_customer_counts_as_before(self):
        order = self.order()
        self.business.active = False
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 1000.0)

    def test_an_order_of_nothing_asks_nothing(self):
        order = self.order(0.0)
        self.assertEqual(self.asked(order), 0.0)
        self.assertFalse(order.require_payment)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_copy_asks_for_its_own_customer(self):
        copy = self.order().copy({"partner_id": self.baker.id})
        self.assertEqual(self.asked(copy), 0.0)

    def test_another_companys_classes_ask_nothing_here(self):
        other = self.setup_other_company()["company"]
        stranger = self.person("prepay.other", "sales_team.group_sale_salesman", company=other)
        order = (
            self.env["sale.order"]
            .with_user(stranger)
            .with_company(other)
            .create({"partner_id": self.business.id, "company_id": other.id})
        )
        order.order_line = [
            Command.create({"product_id": self.work.id, "price_unit": 500.0, "tax_ids": []})
        ]
        self.assertEqual(self.asked(order), 0.0)

    # -- by hand ---------------------------------------------------------------------------------

    def test_less_by_hand_is_refused_and_names_the_way_out(self):
        for values in ({"require_payment": False}, {"prepayment_percent": 0.4}):
            order = self.order()
            with self.assertRaisesRegex(ValidationError, "Override…"):
                order.write(values)

    def test_less_is_refused_of_a_sent_quotation_too(self):
        order = self.order()
        order.action_quotation_sent()
        with self.assertRaisesRegex(ValidationError, "Override…"):
            order.require_payment = False

    def test_more_by_hand_is_not_refused(self):
        order = self.order()
        order.prepayment_percent = 0.75
        self.assertEqual(self.asked(order), 750.0)

    def test_a_sent_quotation_never_changes_by_itself(self):
        order = self.order(partner=self.baker)
        order.action_quotation_sent()
        self.stand(self.baker, self.bad)
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 0.0)

    def test_a_sent_quotation_keeps_what_it_asks_when_the_customer_pays_well_again(self):
        order = self.order()
        order.action_quotation_sent()
        self.stand(self.business, self.good)
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 1000.0)

    def test_a_customer_without_prepayment_can_be_edited_when_sent(self):
        order = self.order(partner=self.baker)
        order.action_quotation_sent()
        self.stand(self.baker, self.bad)
        order.write({"require_payment": True, "prepayment_percent": 0.1})
        self.assertEqual(self.asked(order), 100.0)

    # -- propose ---------------------------------------------------------------------------------

    def test_a_proposal_changes_nothing_until_it_is_asked_for(self):
        self.bad.prepayment_mode = "propose"
        order = self.order()
        self.assertEqual(self.asked(order), 0.0)
        self.assertTrue(order.dunning_can_ask)
        self.assertIn("Nothing is asked until", order.dunning_ask_says)
        order.action_dunning_ask()
        self.assertEqual(self.asked(order), 500.0)
        self.assertFalse(order.dunning_can_ask)

    def test_what_was_asked_for_follows_the_total(self):
        self.bad.write(
            {"prepayment_mode": "propose", "prepayment_kind": "amount", "prepayment_amount": 300}
        )
        order = self.order()
        order.action_dunning_ask()
        order.order_line.price_unit = 5000.0
        self.assertEqual(self.asked(order), 300.0)

    def test_what_was_asked_for_may_be_taken_back_by_hand(self):
        self.bad.prepayment_mode = "propose"
        order = self.order()
        order.action_dunning_ask()
        order.require_payment = False
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 0.0)
        order.order_line.price_unit = 3000.0
        self.assertEqual(self.asked(order), 0.0)

    def test_a_sent_quotation_may_be_asked_for_it(self):
        self.bad.prepayment_mode = "propose"
        order = self.order()
        order.action_quotation_sent()
        order.action_dunning_ask()
        self.assertEqual(self.asked(order), 500.0)

    def test_a_confirmed_order_is_asked_nothing_any_more(self):
        order = self.order(partner=self.baker)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "Only a quotation"):
            order.action_dunning_ask()

    def test_of_a_person_without_a_decision_it_is_only_proposed(self):
        self.stand(self.consumer, self.bad, natural=True)
        order = self.order(partner=self.consumer)
        self.assertEqual(self.asked(order), 0.0)
        self.assertTrue(order.dunning_can_ask)
        self.assertIn("Nobody has decided", order.dunning_ask_says)
        order.action_dunning_ask()
        self.assertEqual(self.asked(order), 500.0)
        order.require_payment = False
        self.assertEqual(self.asked(order), 0.0)

    def test_of_a_person_somebody_decided_about_it_is_put_in(self):
        self.stand(self.consumer, self.bad, natural=True, decided=True)
        self.assertEqual(self.asked(self.order(partner=self.consumer)), 500.0)

    # -- what people see -------------------------------------------------------------------------

    def test_a_salesperson_without_our_rights_sees_class_and_reason(self):
        self.assertFalse(self.salesperson.has_group("payt_dunning.group_dunning_viewer"))
        order = self.order().with_user(self.salesperson)
        spec = {"payment_class_id": {"fields": {"display_name": {}}}, "payment_class_says": {}}
        [values] = order.web_read(spec)
        self.assertEqual(values["payment_class_id"]["display_name"], "Bad Payer")
        self.assertIn("40 days late", values["payment_class_says"])

    def test_it_is_said_that_nobody_can_pay_online(self):
        self.env["payment.provider"].search([]).state = "disabled"
        order = self.order()
        self.assertIn("No online payment", order.dunning_wrong_says)
        self.provider()
        order.invalidate_recordset()
        self.assertFalse(order.dunning_wrong_says)

    def test_a_good_payers_quotation_says_nothing(self):
        order = self.order(partner=self.baker)
        self.assertFalse(order.dunning_ask_says)
        self.assertFalse(order.dunning_wrong_says)

    # -- what is kept ----------------------------------------------------------------------------

    def test_a_confirmed_order_keeps_what_was_asked_and_why(self):
        order = self.order()
        order.action_confirm()
        self.assertEqual(order.dunning_prepayment_amount, 500.0)
        self.assertIn("Bad Payer", order.dunning_prepayment_reason)
        self.stand(self.business, self.good)
        order.invalidate_recordset()
        self.assertEqual(order.dunning_prepayment_amount, 500.0)

    def test_what_the_company_asks_of_everybody_is_not_ours_to_wait_for(self):
        self.company.write({"portal_confirmation_pay": True, "prepayment_percent": 1.0})
        order = self.order(partner=self.baker)
        order.action_confirm()
        self.assertEqual(order.dunning_prepayment_amount, 0.0)
        self.assertEqual(order.prepayment_state, "none")


class TestPrepaymentByTheLedger(PrepaymentCommon):
    """The same of customers who really pay late."""

    def test_who_really_paid_late_is_asked_and_told_why(self):
        self.ask(self.bad)
        self.paid_late(self.business)
        order = self.order()
        self.assertEqual(self.asked(order), 500.0)
        self.assertEqual(order.payment_class_id, self.bad)
        self.assertIn("60 days", order.payment_class_says)

    def test_who_really_paid_in_time_is_not_asked(self):
        self.ask(self.bad)
        self.paid_late(self.business, days=0)
        order = self.order()
        self.assertEqual(self.asked(order), 0.0)
        self.assertEqual(order.payment_class_id, self.good)

    def test_a_person_who_really_paid_late_is_only_proposed(self):
        self.ask(self.bad)
        self.paid_late(self.consumer)
        order = self.order(partner=self.consumer)
        self.assertEqual(self.asked(order), 0.0)
        self.assertTrue(order.dunning_can_ask)

    def test_a_customer_that_was_merged_brings_its_history(self):
        self.ask(self.bad)
        twin = self.debtor("Bakery Twin")
        self.paid_late(twin)
        order = self.order()
        self.assertEqual(self.asked(order), 0.0)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin | self.business).ids, self.business)
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 1000.0)

    def test_many_quotations_take_no_more_statements_than_two(self):
        self.ask(self.bad)
        partners = [self.debtor(f"Many {number}") for number in range(6)]
        few = self.env["sale.order"].union(*(self.order(partner=each) for each in partners[:2]))
        many = self.env["sale.order"].union(*(self.order(partner=each) for each in partners))
        counts = []
        for orders in (few, many):
            orders.flush_recordset()
            self.env.invalidate_all()
            orders._dunning_asks()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._dunning_asks()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
