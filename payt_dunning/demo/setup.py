"""Companies, users, debtors and settings of the demo data.

Every method finds what an earlier load or somebody else made before it creates anything.
"""

import base64
import io

from PIL import Image, ImageDraw

from odoo import Command

from . import people
from .ledger import PRODUCTS

# Nothing may leave a demo database while it is filled.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "no_reset_password": True,  # nosec B105 # no password
    "disable_abnormal_invoice_detection": True,
}
# Units of the currency for one euro.
RATES = {"USD": 1.08, "GBP": 0.86}


def logo(color):
    """Return a base64 PNG: a white house on a coloured square, enough to tell companies apart."""
    image = Image.new("RGB", (180, 180), color)
    draw = ImageDraw.Draw(image)
    draw.polygon([(90, 34), (150, 88), (30, 88)], fill="white")
    draw.rectangle((48, 88, 132, 146), fill="white")
    draw.rectangle((78, 108, 102, 146), fill=color)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue())


class Setup:
    """Builds the master data; ``env`` is a superuser environment with the ``QUIET`` context."""

    def __init__(self, env):
        self.env = env
        self.installed = {code for code, _name in env["res.lang"].get_installed()}

    def lang(self, key):
        """Return the language code for ``nl``, ``en`` or ``de``, False when not installed."""
        code = people.LANGS[key]
        return code if code in self.installed else False

    # ------------------------------------------------------------------
    # Companies
    # ------------------------------------------------------------------

    def companies(self):
        """Return ``{key: res.company}``, each with a chart of accounts, a bank and a logo."""
        return {row.key: self._company(row) for row in people.COMPANIES}

    def _company(self, row):
        # A company's country makes Odoo install localisation modules, which commits half-way: the
        # context that the chart loader uses against that keeps the load one transaction.
        companies = self.env["res.company"].with_context(chart_template_load=True)
        company = companies.search([("name", "=", row.name)], limit=1)
        if not company and row.key == "main":
            company = self._usable_main_company()
        company = company or companies.create(
            {"name": row.name, "country_id": self.env.ref("base.nl").id}
        )
        company.write(self._company_vals(row))
        company.partner_id.write(
            {"lang": self.lang("nl") or company.partner_id.lang, "tz": "Europe/Amsterdam"}
        )
        company = company.with_env(self.env)
        self._load_chart(company)
        self._bank(company, row)
        return company

    def _usable_main_company(self):
        """Return the main company unless its books are already kept in another currency."""
        main = self.env.ref("base.main_company").with_context(chart_template_load=True)
        if main._existing_accounting() and main.currency_id != self.env.ref("base.EUR"):
            return self.env["res.company"]
        return main

    def _company_vals(self, row):
        return {
            "name": row.name,
            "street": row.street,
            "street2": False,
            "zip": row.zip,
            "city": row.city,
            "state_id": False,
            "country_id": self.env.ref("base.nl").id,
            "email": row.email,
            "phone": row.phone,
            "website": "https://www.example.nl",
            "vat": row.vat,
            "company_registry": row.registry,
            "logo": logo(row.color),
            "primary_color": row.color,
            "dunning_bills": row.bills,
            "dunning_people": row.people,
        }

    def _load_chart(self, company):
        """Load the Dutch chart, or the generic one, into a company without bookings.

        A chart that Odoo put there by itself before the country was known is replaced; one with
        entries stays.
        """
        pending = getattr(self.env.registry, "_auto_install_template", None)
        if pending:
            # Install of `account` in the same run: the chart it would load at the end of the run
            # has to come before ours, or it would replace ours.
            pending(self.env)
            del self.env.registry._auto_install_template
        dutch = self.env["ir.module.module"].search_count(
            [("name", "=", "l10n_nl"), ("state", "in", ("installed", "to upgrade"))]
        )
        wanted = "nl" if dutch else "generic_coa"
        if company._existing_accounting():
            return
        if company.chart_template != wanted:
            # `_load`, for `try_loading` warns while modules still load, as demo data does.
            self.env["account.chart.template"]._load(wanted, company, install_demo=False)
            self.env.invalidate_all()
        # The generic chart is American and sets the dollar.
        company.currency_id = self.env.ref("base.EUR")

    def _bank(self, company, row):
        """Give the company its IBAN, trusted, on its first bank journal."""
        account = company.partner_id.bank_ids.filtered(
            lambda bank: bank.sanitized_acc_number == row.iban
        ) or self.env["res.partner.bank"].create(
            {
                "acc_number": row.iban,
                "partner_id": company.partner_id.id,
                "company_id": company.id,
                "allow_out_payment": True,
            }
        )
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        journal.bank_account_id = account

    # ------------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------------

    def currencies(self, companies, day):
        """Activate the foreign currencies and give every company a rate from ``day`` on."""
        self.env.ref("base.EUR").position = "before"  # as Dutch readers write amounts
        for name, rate in RATES.items():
            currency = (
                self.env["res.currency"]
                .with_context(active_test=False)
                .search([("name", "=", name)], limit=1)
            )
            currency.active = True
            for company in companies:
                if not currency.rate_ids.filtered(lambda r, c=company: r.company_id == c):
                    self.env["res.currency.rate"].create(
                        {
                            "currency_id": currency.id,
                            "company_id": company.id,
                            "name": day,
                            "rate": rate,
                        }
                    )

    def alias_domain(self, companies):
        """Give the companies a domain, without which Odoo has no catchall and bounce address."""
        domains = self.env["mail.alias.domain"]
        domain = domains.search([("name", "=", "example.nl")], limit=1)
        domain = domain or domains.create({"name": "example.nl"})
        for company in companies:
            company.alias_domain_id = domain

    def mail_server(self, host, port):
        """Make or update the one server that all mail of the demo goes to."""
        servers = self.env["ir.mail_server"].with_context(active_test=False)
        server = servers.search([("name", "=", "Demo mail server")], limit=1)
        vals = {
            "name": "Demo mail server",
            "smtp_host": host,
            "smtp_port": int(port or 25),
            "smtp_encryption": "none",
            "smtp_authentication": "login",
            # So that the companies' own addresses are the senders.
            "from_filter": "example.nl",
            "sequence": 1,
            "active": True,
        }
        if server:
            server.write(vals)
        else:
            servers.create(vals)

    def payment_terms(self):
        """Return ``{"14": term, "30": term, "parts": term}``, shared by all companies."""
        parts = [(30, 33.34), (60, 33.33), (90, 33.33)]
        plans = {
            "14": ("14 dagen", [(14, 100)]),
            "30": ("30 dagen", [(30, 100)]),
            "parts": ("3 termijnen (30, 60 en 90 dagen)", parts),
        }
        terms = self.env["account.payment.term"]
        found = {}
        for key, (name, lines) in plans.items():
            found[key] = terms.search(
                [("name", "=", name), ("company_id", "=", False)], limit=1
            ) or terms.create(
                {
                    "name": name,
                    "company_id": False,
                    "note": name,
                    "line_ids": [
                        Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                        for days, share in lines
                    ],
                }
            )
        return found

    def sale_tax(self, company):
        """Return the sale tax of 21 %, made when the chart has none (the generic chart)."""
        taxes = self.env["account.tax"].with_company(company)
        tax = company.account_sale_tax_id
        if tax.amount == 21:
            return tax
        domain = [
            ("company_id", "=", company.id),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
            ("amount", "=", 21),
        ]
        return taxes.search(domain, limit=1) or taxes.create(
            {"name": "21%", "amount": 21, "type_tax_use": "sale", "company_id": company.id}
        )

    def products(self, taxes):
        """Return ``{key: product.product}``; ``taxes`` is the sale tax of each company by key."""
        records = (
            self.env["product.product"]
            .with_context(lang="en_US")
            .create(
                [
                    {
                        "name": row.en,
                        "type": "service",
                        "default_code": f"LW-{row.key}".upper(),
                        "list_price": row.price,
                        "taxes_id": [Command.set([tax.id for tax in taxes.values()])],
                        "purchase_ok": False,
                    }
                    for row in PRODUCTS
                ]
            )
        )
        for row, product in zip(PRODUCTS, records, strict=True):
            names = {"nl_NL": row.nl, "de_DE": row.de}
            product.product_tmpl_id.update_field_translations(
                "name", {code: name for code, name in names.items() if code in self.installed}
            )
        return {row.key: product for row, product in zip(PRODUCTS, records, strict=True)}

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def users(self, companies):
        """Make the people of each group, and let the administrator into every company."""
        ids = [company.id for company in companies]
        base_vals = {"company_ids": [Command.link(cid) for cid in ids]}
        self.env.ref("base.user_admin").write({**base_vals, "company_id": ids[0]})
        users = self.env["res.users"].with_context(active_test=False)
        for login, name, email, group in people.USERS:
            user = users.search([("login", "=", login)], limit=1)
            if not user:
                vals = {"login": login, "password": login, "name": name, "email": email}
                user = users.create(
                    {
                        **vals,
                        **base_vals,
                        "company_id": ids[0],
                        "tz": "Europe/Amsterdam",
                        "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
                        **({"lang": "nl_NL"} if "nl_NL" in self.installed else {}),
                    }
                )
            # The groups come with the add-on's own data, possibly after an earlier load.
            found = self.env.ref(group, raise_if_not_found=False)
            if found:
                user.group_ids = [Command.link(found.id)]

    def debtors(self, terms, companies):
        """Return ``{key: res.partner}`` for every row of ``debtors.csv``, contacts included."""
        rows = people.load_debtors()
        vals_list = [self._debtor_vals(row, number) for number, row in enumerate(rows, 1)]
        partners = self.env["res.partner"].create(vals_list)
        for row, partner in zip(rows, partners, strict=True):
            term = terms[str(people.KINDS[row.kind][1])]
            for company in companies:
                partner.with_company(company).property_payment_term_id = term
        return {row.key: partner for row, partner in zip(rows, partners, strict=True)}

    def _debtor_vals(self, row, number):
        is_company, _days, kind = people.KINDS[row.kind]
        names = [kind] + [
            people.CATEGORIES[situation]
            for situation, keys in people.PERSONAL_SITUATIONS.items()
            if row.key in keys and situation in people.CATEGORIES
        ]
        vals = {
            "name": row.name,
            "is_company": is_company,
            "street": row.street,
            "zip": row.zip,
            "city": row.city,
            "country_id": self.env.ref(
                people.COUNTRY_OF.get(row.key) or people.COUNTRIES[row.lang]
            ).id,
            "email": self._address(row.email, row.lang),
            "phone": people.PHONES[row.lang] % number,
            "vat": people.VAT_OF.get(row.key, False),
            "company_id": False,
            "user_id": self._handler(row),
            "category_id": [Command.link(self._category(name).id) for name in names],
            "child_ids": [
                Command.create(
                    {
                        "name": contact.name,
                        "type": contact.type,
                        "email": self._address(contact.email, row.lang),
                        "function": contact.function,
                        "dunning_role": contact.role or False,
                        "street": row.street,
                        "zip": row.zip,
                        "city": row.city,
                    }
                )
                for contact in people.CONTACTS.get(row.key, [])
            ],
        }
        if self.lang(row.lang):
            vals["lang"] = self.lang(row.lang)
        return vals

    def _handler(self, row):
        """Id of the user who looks after a debtor: the manager after key accounts."""
        login = "manager" if row.key in people.PERSONAL_SITUATIONS["key_account"] else "clerk"
        return self.env["res.users"].search([("login", "=", login)], limit=1).id

    def _address(self, email, lang):
        if not email or "@" in email or "(" in email:
            return email or False
        return f"{email}@{people.DOMAINS[lang]}"

    def _category(self, name):
        categories = self.env["res.partner.category"]
        domain = [("name", "=", name)]
        return categories.search(domain, limit=1) or categories.create({"name": name})
