"""The few invoices and payments that the ORM makes: created, posted and matched as a user would.

Every amount is such that its shares (tax, instalments, part payments) and its value in the other
currency are whole cents, so that each multiple of an invoice is exactly what Odoo would compute.
"""

from datetime import timedelta

from odoo import Command, fields

from . import shape

#: Days between the making of the ledger and its template invoices.
AGE = 400
#: Net price per company; 21 % tax in the first, 15 % in the second.
PRICES = (100, 80)
PART = 0.25
RATE = 1.25  # USD for a euro


class Templates:
    """Makes the companies and, for each kind of invoice, one invoice with its payment."""

    def __init__(self, env):
        self.env = env(context={**env.context, "tracking_disable": True, "mail_create_nolog": True})
        self.day = fields.Date.today() - timedelta(days=AGE)
        self.currencies = (env.ref("base.EUR"), env.ref("base.USD"))

    def make(self):
        """Return ``(partner, contact, [(invoice, its payment or none)])``, in the shape's order."""
        companies = self._companies()
        self._rates(companies)
        terms = self._terms()
        partner, contact = self._people()
        pairs = [self._pair(companies, terms, partner, kind) for kind in shape.TEMPLATES]
        self.env.flush_all()
        return partner, contact, pairs

    def _companies(self):
        """The database's own company (euro) and one more (dollar)."""
        first = self.env.ref("base.main_company")
        # In this context the country's localization is not installed along.
        quiet = self.env["res.company"].with_context(chart_template_load=True)
        second = quiet.create(
            {
                "name": "Second Company",
                "currency_id": self.currencies[1].id,
                "country_id": self.env.ref("base.us").id,
            }
        )
        self.env.user.company_ids += second
        companies = first + second.with_env(self.env)
        for company in companies:
            company.partner_id.email = f"billing-{company.id}@creditor.example.com"
            company.partner_id.lang = "en_US"
        self.env["res.currency"].union(*self.currencies).active = True
        self.env.flush_all()
        self.env["account.chart.template"].try_loading("generic_coa", second, install_demo=False)
        return companies

    def _rates(self, companies):
        """One rate for ever: no exchange differences."""
        self.env["res.currency.rate"].search([]).unlink()
        self.env["res.currency.rate"].create(
            [
                {"company_id": company.id, "currency_id": other.id, "name": "2000-01-01", "rate": r}
                for company, other, r in zip(
                    companies, self.currencies[::-1], (RATE, 1 / RATE), strict=True
                )
            ]
        )

    def _terms(self):
        rows = {False: [(100, 30)], True: [(30, 30), (30, 60), (40, 90)]}
        return {
            instalments: self.env["account.payment.term"].create(
                {
                    "name": "Three Instalments" if instalments else "Thirty Days",
                    "company_id": False,
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": part, "nb_days": days})
                        for part, days in parts
                    ],
                }
            )
            for instalments, parts in rows.items()
        }

    def _people(self):
        partner = self.env["res.partner"].create(
            {"name": "Template", "is_company": True, "lang": "en_US", "customer_rank": 1}
        )
        contact = self.env["res.partner"].create(
            {"name": "Accounts", "parent_id": partner.id, "type": "invoice", "lang": "en_US"}
        )
        return partner, contact

    def _pair(self, companies, terms, partner, kind):
        number, own_currency, instalments, status = kind
        company = companies[number]
        self = Templates(self.env(context={**self.env.context, "allowed_company_ids": company.ids}))
        currency = self.currencies[number if own_currency else 1 - number]
        move = self._invoice(company, partner, currency, terms[instalments], PRICES[number])
        payment = self.env["account.payment"]
        if status != "open":
            payment = self._pay(company, move, 1 if status == "paid" else PART)
        return move, payment

    def _invoice(self, company, partner, currency, term, price):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": self.day,
                "currency_id": currency.id,
                "invoice_payment_term_id": term.id,
                "is_move_sent": True,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "quantity": 1,
                            "price_unit": price * part,
                            "tax_ids": company.account_sale_tax_id.ids,
                        }
                    )
                    for name, part in (("Work", 0.8), ("Material", 0.2))
                ],
            }
        )
        move.action_post()
        return move

    def _pay(self, company, move, part):
        lines = self._receivables(move)
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": move.partner_id.id,
                "amount": move.amount_total * part,
                "currency_id": move.currency_id.id,
                "date": self.day + timedelta(days=shape.PAID_AFTER),
                "journal_id": journal.id,
                "memo": move.name,
            }
        )
        payment.action_post()
        (lines | self._receivables(payment.move_id)).reconcile()
        return payment

    @staticmethod
    def _receivables(move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
