from datetime import date
from decimal import Decimal

from .common import DunningCommon

DUE = date(2026, 5, 31)
TODAY = date(2026, 9, 1)


class OwedCommon(DunningCommon):
    """A Dutch company whose customers pay in euros, on a fixed day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.nl")
        cls.consumer.country_id = cls.business.country_id = cls.env.ref("base.nl")
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 0.8), ("2026-06-15", 0.5), ("2026-07-15", 0.9)]
        )
        cls.company.dunning_interest_from = "law"
        cls.Owed = cls.env["dunning.owed"]

    def setUp(self):
        super().setUp()
        self.enterContext(self.on_day(TODAY))

    # -- builders ----------------------------------------------------------------------------

    def bill(self, amount=1000.0, due=DUE, partner=None, **values):
        """An invoice in euros of two weeks before its due date; its item."""
        values = {
            "invoice_date": date(2026, 5, 17),
            "invoice_date_due": due,
            "currency_id": self.euro.id,
            **values,
        }
        return self.synced(self.invoice(amount=amount, partner=partner, **values))

    def paid(self, item, amount, day):
        """Register a payment of so much on a day."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=item.move_id.ids)
            .create({"amount": amount, "payment_date": day})
        )
        return wizard._create_payments()

    def charge(self, items, amount, kind="costs", **values):
        """A charge about items, divided over them; claimed unless told."""
        shares, waived = amount / len(items), values.pop("waived", 0)
        charge = (
            self.env["dunning.charge"]
            .sudo()
            .create(
                {
                    "company_id": items.company_id.id,
                    "debtor_id": items.debtor_id.id,
                    "currency_id": self.euro.id,
                    "kind": kind,
                    "amount_net": amount,
                    "due_from": date(2026, 7, 1),
                    "share_ids": [
                        (0, 0, {"item_id": item.id, "base": item.amount_open, "amount": shares})
                        for item in items
                    ],
                    **values,
                }
            )
        )
        if waived:
            charge._update(waived=waived)
        return charge

    # -- asking ------------------------------------------------------------------------------

    def owed(self, items, day=TODAY):
        """The only statement about these items."""
        (found,) = self.Owed._statements(items, day).values()
        return found

    def assert_owed(self, items, principal, interest="0", costs="0", day=TODAY):
        found = self.owed(items, day)
        got = (found.principal, found.interest, found.costs)
        self.assertEqual(got, (Decimal(principal), Decimal(interest), Decimal(costs)))
        self.assertEqual(found.total, sum(got))
        self.assertEqual(found.total, sum(each.total for each in found.items.values()))
        return found

    def assert_as_the_ledger(self, items, principal):
        """Principal is so much, and what the ledger has open."""
        found = self.owed(items)
        self.assertEqual(found.principal, Decimal(principal))
        for item in items:
            state = found.statement.claims[item.id]
            self.assertEqual(float(state.principal), item.line_id.amount_residual_currency)
        return found
