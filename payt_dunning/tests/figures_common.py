from datetime import date, timedelta

from odoo import Command, fields

from .common import DunningCommon

#: Thirty-two invoices, two of them never posted. Day of invoice, day due, amount, and payments:
#: day and amount. All in the company's currency; the as-at day is 30 November 2026.
LEDGER = """
# August: sales 1,000 + 400 = 1,400
2026-08-03 2026-08-17  300 2026-08-17:300
2026-08-05 2026-08-19  200 2026-08-29:200
2026-08-10 2026-08-24  100 2026-09-08:50
2026-08-12 2026-08-26  250 2026-08-20:250
2026-08-20 2026-09-03  150 2026-10-03:150
2026-08-25 2026-08-31  400
# September: 2,200
2026-09-01 2026-09-15  500 2026-09-15:500
2026-09-02 2026-09-16  100 2026-09-26:100
2026-09-07 2026-09-21  300 2026-11-20:300
2026-09-10 2026-09-24  200
2026-09-11 2026-09-25  350 2026-09-30:100,2026-10-31:250
2026-09-15 2026-09-29  150 2026-10-09:150
2026-09-21 2026-10-05  250 2026-10-05:250
2026-09-28 2026-10-12  350 2026-12-05:350
# October: 3,100
2026-10-01 2026-10-15  600 2026-10-20:600
2026-10-02 2026-10-16  400 2026-11-05:400
2026-10-05 2026-10-19  100
2026-10-08 2026-10-22  500 2026-11-21:500
2026-10-12 2026-10-26  300 2026-11-02:100
2026-10-15 2026-10-29  200 2026-10-29:200
2026-10-20 2026-11-03  450 2026-11-13:450
2026-10-26 2026-11-09  250
2026-10-30 2026-11-30  300
# November: 4,000
2026-11-02 2026-11-16  800 2026-11-16:800
2026-11-04 2026-11-18  200
2026-11-06 2026-11-20  500 2026-11-30:500
2026-11-10 2026-11-24  300
2026-11-12 2026-12-12 1000
2026-11-16 2026-12-16  700 2026-11-25:200
2026-11-20 2026-12-20  500
"""
#: Open on 30 November, by bucket:
#: not due: 300 (30 Oct, due that very day) + 1,000 + 500 (700 - 200) + 500 = 2,300
#: 1-30: 250 (21 days) + 200 (12) + 300 (6) = 750
#: 31-60: 350 (49, paid in December) + 100 (42) + 200 (35, 300 - 100) = 650
#: 61-90: 200 (67) = 200
#: more than 90: 50 (98, 100 - 50) + 400 (91) = 450
AGED = (2300, 750, 650, 200, 450)


class FiguresCommon(DunningCommon):
    """A company with a ledger that can be computed by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = date(2026, 11, 30)
        cls.Figures = cls.env["dunning.figures"]
        cls.moves = [cls.booked(line) for line in LEDGER.split("\n") if line and line[0] != "#"]
        cls.env.flush_all()

    @classmethod
    def booked(cls, line):
        """An invoice of the table, posted and paid as it says."""
        made, due, amount, *paid = line.split()
        move = cls.dated(made, due, float(amount))
        for each in paid[0].split(",") if paid else ():
            day, money = each.split(":")
            cls.pay_on(move, day, float(money))
        return move

    @classmethod
    def dated(cls, made, due, amount, post=True, **values):
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.business.id,
                "invoice_date": made,
                "date": made,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "work", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def pay_on(cls, move, day, amount, **values):
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": amount, "payment_date": day, **values})
        )
        return wizard._create_payments()

    def look(self, day=None, **asked):
        """The figures as at a day, seen from the end of 2026."""
        with self.on_day(date(2026, 12, 31)):
            return self.Figures.look(fields.Date.to_string(day or self.day), **asked)

    def values(self, day=None, months=3, own=True):
        """``{key: Figure}`` and the aging."""
        with self.on_day(date(2026, 12, 31)):
            asked = self.Figures._asked(day or self.day, None, months, None, own)
            groups, aging, _trend = self.Figures._measure(asked)
        cards = {card.key: card for _key, cards in groups for card in cards}
        return {key: card.figure for key, card in cards.items()}, aging

    def opened(self, key, day=None, **asked):
        """The records behind a number."""
        with self.on_day(date(2026, 12, 31)):
            action = self.Figures.open(key, fields.Date.to_string(day or self.day), **asked)
            model = self.env[action["res_model"]].with_context(**action["context"])
            found = model.search(action["domain"])
            # On another day there is no such row.
            found.read()
        return found

    def shortly(self, days):
        return self.day + timedelta(days=days)
