from odoo import Command

from ..models.dunning_dispute import Contested
from .charge_common import ChargeCommon


class DisputeCommon(ChargeCommon):
    """What tests of disputes need: invoices with lines, and disputes about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Dispute = cls.env["dunning.dispute"].sudo()
        cls.reason = cls.env.ref("payt_dunning.dispute_reason_quality")
        cls.tax = cls.env["account.tax"].create(
            {"name": "21%", "amount": 21, "amount_type": "percent", "type_tax_use": "sale"}
        )

    @classmethod
    def with_lines(cls, *prices, tax=False, **values):
        """A posted invoice with a line for each price."""
        taxes = [Command.set(cls.tax.ids if tax else [])]
        lines = [
            Command.create({"name": f"work {number}", "price_unit": price, "tax_ids": taxes})
            for number, price in enumerate(prices, 1)
        ]
        return cls.invoice(invoice_line_ids=lines, **values)

    def dispute(self, move, scope="whole", amount=0.0, lines=None, **values):
        """A dispute about an invoice, opened by one of us."""
        items = self.synced(move)
        contested = Contested(scope, amount, lines or self.env["account.move.line"])
        return self.Dispute._begin(
            items.filtered(lambda item: item.state == "open") or items,
            contested,
            self.reason,
            "It is broken",
            **values,
        )

    def product_lines(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == "product")

    def holds(self, move):
        return self.env["dunning.hold"].search(
            [
                ("released_on", "=", False),
                "|",
                ("move_id", "=", move.id),
                ("item_id.move_id", "=", move.id),
            ]
        )

    def tasks(self, move, kind):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", move.id),
                ("activity_type_id", "=", self.env.ref(f"payt_dunning.activity_{kind}").id),
            ]
        )

    def text_of(self, notice):
        return " ".join(str(notice.body).replace("\xa0", " ").replace("\ufeff", "").split())
