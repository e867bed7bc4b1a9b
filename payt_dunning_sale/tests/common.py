from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import Command

from odoo.addons.payt_dunning.models.dunning_behaviour import Standing
from odoo.addons.payt_dunning.rules.behaviour import Figures, Verdict
from odoo.addons.payt_dunning.tests.common import DunningCommon


class PrepaymentCommon(DunningCommon):
    """Orders of customers whose class is told, or comes of a real ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._dunning_payment_classes()
        classes = cls.env["dunning.payment.class"].search([("company_id", "=", cls.company.id)])
        by_code = {each.code: each for each in classes}
        cls.good, cls.slow = by_code["good"], by_code["slow"]
        cls.bad, cls.unknown = by_code["bad"], by_code["unknown"]
        cls.company.write({"portal_confirmation_sign": True, "portal_confirmation_pay": False})
        cls.work = cls.env["product.product"].create(
            {
                "name": "Work",
                "type": "service",
                "list_price": 1000.0,
                "taxes_id": [],
                "invoice_policy": "order",
            }
        )
        cls.salesperson = cls.person("prepay.sales", "sales_team.group_sale_salesman_all_leads")
        cls.sales_manager = cls.person("prepay.manager", "sales_team.group_sale_manager")
        cls.stands = {}

    # -- how customers stand ---------------------------------------------------------------------

    def told(self):
        """From here on customers stand as :meth:`stand` says; others are good payers."""

        def standings(_self, company, partners):
            return {
                partner.id: self.stands.get((company.id, partner.id)) or self.standing(self.good)
                for partner in partners.commercial_partner_id
            }

        self.startPatcher(
            patch.object(type(self.env["dunning.behaviour"]), "_standings", standings)
        )

    def standing(self, payment_class, overdue=0, days=None, natural=False, decided=False):
        in_force = payment_class.browse() if natural and not decided else payment_class
        return Standing(
            payment_class=in_force,
            proposed=payment_class,
            decided=decided,
            natural=natural,
            figures=Figures(overdue=Decimal(overdue), overdue_days=days),
            verdict=Verdict(place=0, weighed=()),
            says=f"{payment_class.name}: 40 days late on average",
        )

    def stand(self, partner, payment_class, company=None, **values):
        key = ((company or self.company).id, partner.commercial_partner_id.id)
        self.stands[key] = self.standing(payment_class, **values)

    def setUp(self):
        super().setUp()
        self.stands = {}

    @classmethod
    def paid_late(cls, partner, days=60, count=4, amount=100.0):
        """Invoices that were paid so many days after they were due."""
        for number in range(count):
            move = cls.invoice(days + 10 + number, amount, partner)
            wizard = (
                cls.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"payment_date": move.invoice_date_due + timedelta(days=days)})
            )
            wizard._create_payments()

    # -- orders ----------------------------------------------------------------------------------

    @classmethod
    def order(cls, amount=1000.0, partner=None, product=None, user=None, **values):
        """A quotation for one thing."""
        lines = [
            Command.create(
                {
                    "product_id": (product or cls.work).id,
                    "product_uom_qty": 1,
                    "price_unit": amount,
                    "tax_ids": [],
                }
            )
        ]
        return (
            cls.env["sale.order"]
            .with_user(user or cls.salesperson)
            .create(
                {
                    "partner_id": (partner or cls.business).id,
                    "company_id": cls.company.id,
                    "order_line": lines,
                    **values,
                }
            )
            .sudo(False)
        )

    def asked(self, order):
        """What Odoo's own fields ask before the order is confirmed."""
        order.flush_recordset()
        order.invalidate_recordset()
        return order._get_prepayment_required_amount()

    @classmethod
    def provider(cls, company=None):
        journal = cls.company_data["default_journal_bank"]
        return cls.provider_of(company or cls.company, journal)

    def transaction(self, order, amount, state="done", provider=None, **values):
        """An online payment of an order, processed as the page of the customer does."""
        provider = provider or self.provider()
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": provider.payment_method_ids[:1].id,
                    "amount": amount,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "operation": "online_direct",
                    "reference": f"{order.name}-{amount}-{state}",
                    "sale_order_ids": [Command.set(order.ids)],
                    **values,
                }
            )
        )
        {
            "done": transaction._set_done,
            "authorized": transaction._set_authorized,
            "pending": transaction._set_pending,
        }[state]()
        transaction._post_process()
        return transaction

    def tasks(self, order, kind):
        kind = self.env.ref(f"payt_dunning_sale.activity_order_{kind}")
        return order.sudo().activity_ids.filtered(lambda task: task.activity_type_id == kind)

    def override(self, order, what, reason="Agreed with the manager", user=None):
        wizard = self.env["dunning.sale.override.wizard"].with_user(user or self.sales_manager)
        wizard.create({"order_id": order.id, "what": what, "reason": reason}).action_apply()
        order.invalidate_recordset()
        return order.sudo().dunning_override_ids[:1]

    def notes(self, order):
        return " ".join(order.sudo().message_ids.mapped("body"))

    def ask(self, payment_class, mode="set", **values):
        payment_class.write({"prepayment_mode": mode, **values})


class BadPayerCommon(PrepaymentCommon):
    """A customer whose class asks for money up front, and one of whom nothing is asked."""

    def setUp(self):
        super().setUp()
        self.told()
        self.ask(self.bad)
        self.stand(self.business, self.bad)
        self.baker = self.debtor("Good Baker")
