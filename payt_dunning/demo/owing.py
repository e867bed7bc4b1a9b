"""Debtors of the demo who owe something, beside those of ``ledger.py``."""

from datetime import timedelta

from odoo.fields import Command

#: Days between an invoice and its due date.
TERM = 14


class Owing:
    """Makes debtors with invoices for the parts of the demo that tell a story of their own.

    Who inherits it has ``env``, ``company`` and ``today``.
    """

    def _debtor(self, name, **values):
        """A debtor in the Netherlands, written to in Dutch where that is installed."""
        dutch = self.env["res.lang"]._get_data(code="nl_NL")
        return self.env["res.partner"].create(
            {
                "name": name,
                "lang": "nl_NL" if dutch else "en_US",
                "country_id": self.env.ref("base.nl").id,
                **values,
            }
        )

    def _invoiced(self, partner, due, what, amounts):
        """Posted invoices that were sent.

        :param amounts: one invoice each
        """
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "invoice_date": due - timedelta(days=TERM),
                    "invoice_date_due": due,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": what, "price_unit": amount, "tax_ids": [Command.clear()]}
                        )
                    ],
                }
                for amount in amounts
            ]
        )
        moves.action_post()
        moves.is_move_sent = True
        return moves

    def _items(self, moves):
        """The items of invoices."""
        self.env["dunning.sync"]._sync(self.company)
        return self.env["dunning.item"].search([("move_id", "in", moves.ids)])
