import re
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from .charge_common import ChargeCommon

#: What Odoo's payment form sends along; nothing of it decides about money.
FORM = {"payment_method_id": None, "token_id": None, "amount": None, "flow": "direct"}


class PageCommon(ChargeCommon, HttpCase):
    """A consumer with invoices in euros, a page for them, and a provider to pay through.

    The company's own currency is the dollar, two for a euro: every booking is converted.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        income = cls.company_data["default_account_revenue"].copy({"name": "Costs"})
        cls.company.write(
            {
                "dunning_charge_journal_id": cls.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": income.id,
                "dunning_interest_account_id": income.copy({"name": "Interest"}).id,
                "dunning_interest_from": "law",
            }
        )
        cls.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": cls.euro.id,
                "company_id": cls.company.id,
                "rate": 0.5,
            }
        )
        cls.Transaction = cls.env["payment.transaction"].sudo()
        cls.provider = cls.provider_of(cls.company, cls.company_data["default_journal_bank"])
        cls.method = cls.provider.payment_method_ids[:1]

    # -- builders ----------------------------------------------------------------------------

    def open(self, *amounts, partner=None, **values):
        """Items of so much, the oldest first."""
        moves = self.env["account.move"]
        for days, amount in zip(range(60, 0, -2), amounts, strict=False):
            moves += self.euros(amount, partner, days, **values)
        return self.synced(moves).sorted("date_due")

    def terms(self, *percents, amount=100.0):
        """The items of an invoice with several due dates."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": each, "nb_days": 30 * n})
                    for n, each in enumerate(percents)
                ],
            }
        )
        move = self.euros(amount, days_late=80, invoice_payment_term_id=term.id)
        return self.synced(move).sorted("date_due")

    def with_interest(self, *amounts):
        """Items of a business, and the path of a message that asked for their interest."""
        items = self.open(*amounts, partner=self.business)
        return items, self.path(items, statutory_code=False, interest=1.0)

    def euros_in(self, company, amount):
        """A posted invoice of the consumer in another company, whose currency is the euro."""
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.consumer.id,
                    "invoice_date": self.after(-60),
                    "invoice_date_due": self.after(-40),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "work", "price_unit": amount, "tax_ids": []})
                    ],
                }
            )
        )
        move.action_post()
        return move

    def path(self, items, **values):
        """The address of a message about items."""
        notice = self.letter(items, **values)
        return self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id.sudo())

    # -- a browser ---------------------------------------------------------------------------

    def get(self, path, status=200):
        """What a browser gets."""
        self.env.flush_all()
        answer = self.url_open(path, timeout=60)
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, status, answer.text[:500])
        return answer

    def chosen(self, path, *keys, amount="", **extra):
        """The address at which what was chosen is paid, from the page itself."""
        query = [*(f"k={key}" for key in keys), f"amount={amount}" if amount else ""]
        query += [f"{name}={value}" for name, value in extra.items()]
        page = self.get(f"{path}/pay?{'&'.join(filter(None, query))}").text
        return re.search(r'data-transaction-route="([^"]+)"', page)[1]

    def call(self, route, **values):
        """The answer to a call of the payment form."""
        self.env.flush_all()
        form = {
            **FORM,
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            **values,
        }
        with mute_logger("odoo.http"):
            answer = self.url_open(route, json={"jsonrpc": "2.0", "params": form}, timeout=60)
        self.env.invalidate_all()
        return answer.json()

    def begin(self, route, **values):
        """Begin a payment as the form does; the transaction."""
        answer = self.call(route, **values)
        self.assertIn("result", answer, answer)
        return self.Transaction.search([("reference", "=", answer["result"]["reference"])])

    def assert_refused(self, words, route, **values):
        """A call is refused in words, and leaves no transaction."""
        before = self.Transaction.search_count([])
        error = self.call(route, **values).get("error")
        self.assertTrue(error, "it was not refused")
        self.assertRegex(error["data"]["message"], words)
        self.assertEqual(self.Transaction.search_count([]), before)

    def finish(self, transaction):
        """The provider reports that it was paid, and Odoo books it."""
        transaction._set_done()
        transaction._post_process()
        self.env.flush_all()
        self.env.invalidate_all()
        return transaction.payment_id

    def paid_online(self, path, *keys, amount="", **extra):
        """Choose, begin and finish a payment; the transaction."""
        transaction = self.begin(self.chosen(path, *keys, amount=amount, **extra))
        self.finish(transaction)
        return transaction

    def age(self, transaction, **delta):
        """Let a transaction have been begun so long ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(**delta), transaction.id],
        )
        self.env.invalidate_all()

    # -- the ledger --------------------------------------------------------------------------

    def assert_open(self, items, *amounts):
        """What the ledger has open of items."""
        self.env.invalidate_all()
        self.assertEqual(items.line_id.mapped("amount_residual_currency"), list(amounts))

    def assert_booked(self, transaction, went, credit=0):
        """What a payment was set against, to the cent, and what is left of it as credit.

        :param went: amount by receivable line
        """
        payment = transaction.payment_id
        line = payment.move_id.line_ids.filtered(lambda each: each.credit)
        self.assertEqual(line.account_id.account_type, "asset_receivable")
        got = {each.debit_move_id: each.debit_amount_currency for each in line.matched_debit_ids}
        self.assertEqual(got, went)
        self.assertEqual(payment.amount, round(sum(went.values()) + credit, 2))
        self.assertEqual(line.amount_residual_currency, -credit)
        self.assertEqual(payment.partner_id, transaction.dunning_debtor_id.partner_id)

    def line_of(self, charge):
        """The receivable line of a charge that is booked."""
        return charge.move_id.line_ids.filtered(lambda each: each.display_type == "payment_term")
