from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize

KINDS = [("consumer", "Consumer"), ("business", "Business")]


class DunningDebtor(models.Model):
    """Who owes: one row for each company and commercial partner."""

    _name = "dunning.debtor"
    _description = "Debtor"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        KINDS, required=True, default="business", help="Decides which policy and law apply."
    )
    policy_id = fields.Many2one(
        "dunning.policy", check_company=True, help="Empty: the policy for this kind of debtor."
    )
    handler_id = fields.Many2one("res.users", check_company=True, domain="[('share', '=', False)]")
    last_message_date = fields.Date(readonly=True, help="Last day on which a message left.")
    direct_debit = fields.Boolean(
        help="Invoices are collected from the debtor's account: no reminders before that failed."
    )
    failed_email = fields.Char(
        "Address That Failed",
        readonly=True,
        help="Refused by its mail server. Not used again while the contact still has it.",
    )
    item_ids = fields.One2many("dunning.item", "debtor_id", "Items")
    notice_ids = fields.One2many("dunning.notice", "debtor_id", "Notices")
    open_count = fields.Integer("Open Items", compute="_compute_open")
    amount_open = fields.Monetary("Open Amount", compute="_compute_open")

    _company_partner_unique = models.UniqueIndex(
        "(company_id, partner_id)", "This debtor is there already."
    )

    @api.depends("partner_id.display_name")
    def _compute_display_name(self):
        for debtor in self:
            debtor.display_name = debtor.partner_id.display_name

    @api.depends("item_ids.state", "item_ids.amount_company")
    def _compute_open(self):
        totals = {
            debtor.id: (count, amount)
            for debtor, count, amount in self.env["dunning.item"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "=", "open")],
                ["debtor_id"],
                ["__count", "amount_company:sum"],
            )
        }
        for debtor in self:
            debtor.open_count, debtor.amount_open = totals.get(debtor.id, (0, 0.0))

    @api.model
    def _ensure(self, company, partners):
        """The debtors of ``partners`` (commercial partners) in ``company``; made where missing.

        :return: dict of partner id to debtor
        """
        debtors = self.search([("company_id", "=", company.id), ("partner_id", "in", partners.ids)])
        missing = partners - debtors.partner_id
        debtors += self.with_context(tracking_disable=True).create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner.id,
                    "kind": "business" if partner.is_company or partner.vat else "consumer",
                    # The contact is everybody's, its salesperson may be another company's.
                    "handler_id": company in partner.user_id.company_ids and partner.user_id.id,
                }
                for partner in missing
            ]
        )
        return {debtor.partner_id.id: debtor for debtor in debtors}

    def write(self, vals):
        if not self.env.su and not {"company_id", "partner_id"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "%s can't become another debtor; merge the contacts.", self[:1].display_name
                )
            )
        return super().write(vals)

    def _recipients(self):
        """Whom to write to: ``{debtor id: (recipients, language)}``.

        Recipients are ``(channel, role, address, contact id)``. For accounts: a representative
        (of somebody under administration) before the invoice address before the debtor itself.
        An address that its server refused is passed over until it is corrected.
        """
        contacts = self.env["res.partner"].search_fetch(
            [
                ("commercial_partner_id", "in", self.partner_id.ids),
                "|",
                ("type", "=", "invoice"),
                ("dunning_role", "!=", False),
            ],
            ["commercial_partner_id", "email", "lang", "dunning_role"],
            order="id",
        )
        by_partner = contacts.grouped("commercial_partner_id")
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        recipients = {}
        for debtor in self:
            partner = debtor.partner_id
            own = by_partner.get(partner, contacts.browse())
            roles = own.grouped("dunning_role")
            none = contacts.browse()
            accounts = [
                *roles.get("representative", none),
                *roles.get("accounts", none),
                *roles.get(False, none),
                partner,
            ]
            rows, languages = [], []
            for role, people in (
                ("accounts", accounts),
                ("management", roles.get("management", none)),
            ):
                for person in people:
                    email = email_normalize(person.email or "")
                    if email and email != debtor.failed_email:
                        rows.append(("email", role, email, person.id))
                        languages.append(person.lang)
                        break
            languages += [partner.lang, debtor.company_id.partner_id.lang]
            lang = next((code for code in languages if code in installed), self.env.lang or "en_US")
            recipients[debtor.id] = (tuple(rows), lang)
        return recipients

    def _look_again(self):
        """Something about these debtors changed: decide anew about all their items today."""
        for company, debtors in self.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            self.env["dunning.item"].search(
                [
                    ("debtor_id", "in", debtors.ids),
                    ("state", "=", "open"),
                    ("next_date", ">", today),
                ]
            ).write({"next_date": today})

    @api.model
    def _combine(self, sources, target):
        """Give the debtors of ``target`` what those of ``sources`` have; partners are merged.

        Where the target owes the same company already, items, messages and holds move over
        with their levels; else the debtor itself goes along.
        """
        own = self.search([("partner_id", "in", target.ids)]).grouped("company_id")
        for debtor in self.search([("partner_id", "in", sources.ids)], order="id"):
            survivor = own.get(debtor.company_id)
            if not survivor:
                debtor.partner_id = target
                own[debtor.company_id] = debtor
                continue
            for model in ("dunning.item", "dunning.notice", "dunning.hold"):
                self.env[model].search([("debtor_id", "=", debtor.id)]).write(
                    {"debtor_id": survivor.id}
                )
            survivor.write(
                {
                    "policy_id": survivor.policy_id.id or debtor.policy_id.id,
                    "handler_id": survivor.handler_id.id or debtor.handler_id.id,
                    "direct_debit": survivor.direct_debit or debtor.direct_debit,
                    "last_message_date": max(
                        filter(None, (survivor.last_message_date, debtor.last_message_date)),
                        default=False,
                    ),
                }
            )
            debtor.message_change_thread(survivor)
            debtor.activity_ids.res_id = survivor.id
            debtor.unlink()
            survivor._look_again()
        self.env.flush_all()

    def _decide_now(self):
        """Decide anew about all open items, so that people see what comes next at once."""
        for company, debtors in self.grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            candidates = self.env["dunning.facts"]._candidates(debtors, day)
            items = self.env["dunning.item"].browse([c.facts.item_id for c in candidates])
            items._record_decisions({c.facts.item_id: c.decision for c in candidates})
