"""Loads the demo data and says who is who in it."""

import json
from datetime import timedelta

from odoo import api, models

from . import people
from .booking import Books
from .cases import DemoCases
from .channels import DemoChannels
from .dialogue import DemoDialogue
from .in_law import DemoLaw
from .ledger import OPENING_ITEMS, all_invoices, situations
from .plans import DemoPlans
from .setup import QUIET, Setup

LOADED = "payt_dunning.demo_loaded"
SITUATIONS = "payt_dunning.demo_situations"
TALKED = "payt_dunning.demo_talked"


class DunningDemo(models.AbstractModel):
    """Demo data relative to the day it is loaded, so that reminders are due on that very day."""

    _name = "dunning.demo"
    _description = "Receivables Follow-up Demo Data"

    @api.model
    def _load(self, smtp_host=None, smtp_port=None):
        """Fill the database with companies, users, debtors and invoices, once.

        Runs in the caller's transaction: all or nothing. Called again it only brings the groups
        of the demo users and the mail server up to date.

        :param smtp_host: host of a test mail server that all mail goes to; none when empty
        :param smtp_port: its port
        """
        # The demo is made by the system, whoever asks for it: charts and users need it.
        env = self.sudo().with_context(**QUIET).env
        setup = Setup(env)
        if smtp_host:
            setup.mail_server(smtp_host, smtp_port)
        loaded = env["ir.config_parameter"].get_param(LOADED)
        if loaded:
            setup.users(env["res.company"].browse(json.loads(loaded)).exists())
            return
        companies = setup.companies()
        env["ir.config_parameter"].set_param(LOADED, json.dumps([c.id for c in companies.values()]))
        self._load_ledger(setup, companies)

    @api.model
    def _load_dialogue(self):
        """Let debtors ask, disagree, promise and say that they have paid; once, after the books."""
        env = self.sudo().with_context(**QUIET).env
        companies, settings = self._demo_companies(), env["ir.config_parameter"]
        if not companies or settings.get_param(TALKED):
            return
        settings.set_param(TALKED, "1")
        keys = {row.name: row.key for row in people.load_debtors()}
        domain = [("name", "in", list(keys)), ("parent_id", "=", False)]
        found = env["res.partner"].with_context(active_test=False).search(domain)
        partners = {keys[partner.name]: partner for partner in found}
        DemoDialogue(env, companies[:1], partners).load()
        DemoPlans(env, companies[:1]).load()
        DemoChannels(env, companies[:1]).load()
        DemoCases(env, companies[:1]).load()

    def _load_ledger(self, setup, companies):
        """Make the master data and post the books of every company."""
        env = setup.env
        today = env["dunning.message"]._today(companies["main"])
        records = env["res.company"].union(*companies.values())
        setup.alias_domain(records)
        setup.users(list(companies.values()))
        setup.currencies(records, today - timedelta(days=800))
        terms = setup.payment_terms()
        debtors = setup.debtors(terms, records)
        products = setup.products({key: setup.sale_tax(c) for key, c in companies.items()})
        owed = {**debtors, **{key: company.partner_id for key, company in companies.items()}}
        rows = people.load_debtors()
        invoices = all_invoices(rows)
        for key, company in companies.items():
            books = Books(env, company, owed, terms, products, today)
            books.post_all([row for row in invoices if row.company == key])
            if key == "main":
                books.opening_balance(OPENING_ITEMS)
        found = situations(rows, invoices)
        for key in found["archived"]:
            debtors[key].active = False
        self._mark_debtors(debtors, companies["main"])
        ids = {name: [owed[key].id for key in keys] for name, keys in found.items()}
        env["ir.config_parameter"].set_param(SITUATIONS, json.dumps(ids))

    def _mark_debtors(self, partners, company):
        """Tell follow-up what an accountant knows of some debtors; activate their policies.

        :param partners: by key, as in ``debtors.csv``
        """
        env = self.sudo().env
        for name in ("members", "public", "direct_debit", "key_account"):
            policy = env.ref(f"payt_dunning.policy_{name}")
            policy.active = True
            policy._publish()
        known = {
            name: env["dunning.debtor"]._ensure(company, env["res.partner"].union(*who)).values()
            for name, keys in people.PERSONAL_SITUATIONS.items()
            if (who := [partners[key] for key in keys if partners[key].active])
        }
        for debtor in known["direct_debit"]:
            debtor.direct_debit = True
        self._dispute(company, partners[people.DISPUTES])
        self._refuse_collection(company, known["collection_refused"])
        for debtor in known["key_account"]:
            debtor.key_account = True
        DemoLaw(env, company, partners).load()
        for situation, kind, reason in people.HELD:
            env["dunning.hold"].create(
                [
                    {
                        "company_id": company.id,
                        "debtor_id": debtor.id,
                        "kind": kind,
                        "reason": reason,
                    }
                    for debtor in known[situation]
                ]
            )

    def _dispute(self, company, debtor):
        """Let a debtor disagree with a part of its newest invoice: the rest is followed up."""
        env = self.sudo().env
        move = env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("commercial_partner_id", "=", debtor.id),
                ("move_type", "=", "out_invoice"),
                ("amount_residual", ">", people.DISPUTED_PART),
            ],
            order="invoice_date_due desc, id desc",
            limit=1,
        )
        env["dunning.hold"].create(
            {
                "company_id": company.id,
                "move_id": move.id,
                "amount": people.DISPUTED_PART,
                "kind": "dispute",
                "reason": people.DISPUTE,
            }
        )

    def _refuse_collection(self, company, debtors):
        """Let the bank have refused, three days ago, what fell due at these debtors lately."""
        env = self.sudo().env
        env["dunning.sync"]._sync(company)
        today = env["dunning.message"]._today(company)
        items = env["dunning.item"].search(
            [
                ("debtor_id", "in", [debtor.id for debtor in debtors]),
                ("date_due", ">", today - timedelta(days=40)),
                ("state", "=", "open"),
            ]
        )
        items.count_from = today - timedelta(days=3)

    @api.model
    def _go_live(self):
        """Switch the follow-up on for every company, as its go-live checklist would."""
        companies = self._demo_companies()
        # The demo must show something on a Sunday night too, and nobody is there to let it go on.
        companies.write(
            {
                "dunning_send_days": "all",
                "dunning_hour_from": 0,
                "dunning_hour_until": 24,
                "dunning_abnormal_factor": 0,
            }
        )
        companies._dunning_go_live()

    @api.model
    def _after_run(self):
        """What there is to show once the day's messages have left; add-ons have something."""

    @api.model
    def _demo_companies(self):
        """The companies of the demo; empty before it was loaded."""
        stored = self.env["ir.config_parameter"].sudo().get_param(LOADED)
        return self.env["res.company"].sudo().browse(json.loads(stored or "[]")).exists()

    @api.model
    def _debtors_by_situation(self):
        """Return ``{situation: [res.partner id, ...]}``, empty before the demo was loaded."""
        stored = self.env["ir.config_parameter"].sudo().get_param(SITUATIONS)
        return json.loads(stored or "{}")
