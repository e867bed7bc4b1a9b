from datetime import timedelta

from odoo import Command

from .common import DunningCommon


class ChargeCommon(DunningCommon):
    """A company and a consumer in the Netherlands, and fourteen-day letters about invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nl = cls.env.ref("base.nl")
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.company.country_id = cls.nl
        cls.consumer.country_id = cls.nl
        cls.business.country_id = cls.nl
        cls.Charge = cls.env["dunning.charge"].sudo()

    @classmethod
    def euros(cls, amount=100.0, partner=None, days_late=40, **values):
        """A posted invoice in euros; of the consumer unless told."""
        partner = partner or cls.consumer
        return cls.invoice(days_late, amount, partner, **{"currency_id": cls.euro.id, **values})

    @classmethod
    def item(cls, amount=100.0, partner=None, **values):
        return cls.synced(cls.euros(amount, partner, **values))

    @classmethod
    def letter(cls, items, announced=40.0, ended=1, **values):
        """A fourteen-day letter that left, whose term ended ``ended`` days ago.

        Made by hand: what is tested here is what the gate thinks of it.
        """
        until = cls.today - timedelta(days=ended)
        channel = {"channel": "email", "recipient": "jan@jansen.example.com"}
        line = {**channel, "position": 3, "currency_id": items[:1].currency_id.id}
        return cls.Notice.create(
            {
                "debtor_id": items[:1].debtor_id.id,
                "company_id": items[:1].company_id.id,
                "partner_id": items[:1].partner_id.id,
                "currency_id": items[:1].currency_id.id,
                "as_of": until - timedelta(days=16),
                "subject": "Last chance",
                "state": "sent",
                "sent_on": until - timedelta(days=16),
                "statutory_code": "nl_14_day",
                "term_days": 14,
                "received_on": until - timedelta(days=14),
                "term_until": until,
                "costs_announced": announced,
                "law": {"valid": True},
                "line_ids": [
                    Command.create(
                        {
                            **line,
                            "item_id": item.id,
                            "source": f"item:{item.id}",
                            "slot": f"test:{len(item.notice_line_ids)}",
                            "live": True,
                            "amount": item.amount_open,
                        }
                    )
                    for item in items
                ],
                **channel,
                **values,
            }
        )

    def costs(self, items, notice=None, net=40.0, tax=0.0, shares=None, **values):
        """Claim costs as other code does."""
        if shares is None:
            each = round((net + tax) / len(items), 2)
            shares = [(item, item.amount_open, each) for item in items]
        given = {
            "due_from": self.today,
            "basis": "BW 6:96",
            "lines": ["15% of 100.00 = 15.00, at least 40"],
            "rows": ["CostRule:NL:consumer:2015-01-01"],
            **values,
        }
        return self.Charge._create_costs(notice, shares, net, tax, **given)

    def claimed(self, amount=100.0, **values):
        """A charge of 40 about one invoice of the consumer."""
        item = self.item(amount, **values)
        return self.costs(item, self.letter(item))
