from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .dunning_debtor_law import AGREED

#: What decides about a debtor's items: they are looked at again when it changes.
DECIDING = {"policy_id", "kind", "direct_debit", "key_account", "failed_email"}
DECIDING |= {"kind_confirmed", "contract_country_id", "costs_clause", "contract_since", *AGREED}
#: What goes along with its level when a debtor becomes another one.
#: Plans come before their items, which would have left them else.
MOVING = ("dunning.payment.plan", "dunning.item", "dunning.notice", "dunning.hold")
MOVING += ("dunning.promise", "dunning.payment.advice", "dunning.call", "dunning.dispute")
MOVING += ("collection.case",)


class DunningDebtor(models.Model):
    """Who owes: one row for each company and commercial partner."""

    _name = "dunning.debtor"
    _description = "Debtor"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "dunning.debtor.figures",
        "dunning.debtor.law",
        "dunning.handled",
    ]
    _rec_names_search = ["partner_id"]
    _order = "id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one(
        "dunning.policy", check_company=True, help="Empty: the policy for this kind of debtor."
    )
    handler_id = fields.Many2one("res.users", check_company=True, domain="[('share', '=', False)]")
    last_message_date = fields.Date(readonly=True, help="Last day on which a message left.")
    direct_debit = fields.Boolean(
        help="Invoices are collected from the debtor's account: no reminders before that failed."
    )
    key_account = fields.Boolean(
        help="The account manager has three working days to object to a formal message."
    )
    amount_we_owe = fields.Monetary(
        "We Owe", compute="_compute_amount_we_owe", help="Open bills of this debtor."
    )
    failed_email = fields.Char(
        "Addresses That Failed",
        help="Refused by their mail server and not used again. "
        "Take one out here when it works again.",
    )
    item_ids = fields.One2many("dunning.item", "debtor_id", "Items")
    notice_ids = fields.One2many("dunning.notice", "debtor_id", "Notices")
    charge_ids = fields.One2many("dunning.charge", "debtor_id", "Costs and Interest")
    paused = fields.Boolean(compute="_compute_paused")
    open_count = fields.Integer("Number of Open Items", compute="_compute_open")
    amount_open = fields.Monetary(
        "Open Amount",
        compute="_compute_open",
        help="All of it, in the company's currency. “Owes” has it by currency.",
    )

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

    def _compute_paused(self):
        holds = self.env["dunning.hold"]
        pauses = holds.search(
            holds._in_force() & Domain([("kind", "=", "pause"), ("debtor_id", "in", self.ids)])
        )
        for debtor in self:
            debtor.paused = debtor in pauses.debtor_id

    def _compute_amount_we_owe(self):
        for company, debtors in self.with_prefetch().grouped("company_id").items():
            owed = self.env["dunning.money"]._payables(
                company.id, {debtor.partner_id.id: debtor.id for debtor in debtors}
            )
            for debtor in debtors:
                debtor.amount_we_owe = owed.get(debtor.id, 0.0)

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

    def _salesperson(self):
        """The contact's salesperson; nobody where that one has left or is another company's."""
        self.ensure_one()
        user = self.partner_id.sudo().user_id
        return user.filtered("active") if self.company_id in user.company_ids else user.browse()

    def write(self, vals):
        if not self.env.su and "last_message_date" in vals:
            raise UserError(self.env._("Only a message that leaves sets the last message date."))
        if not self.env.su and not {"company_id", "partner_id"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "%s can't become another debtor; merge the contacts.", self[:1].display_name
                )
            )
        result = super().write(vals)
        if not DECIDING.isdisjoint(vals):
            self._look_again()
        return result

    def _note_failed_address(self, address):
        """Don't use an address again until somebody corrects it."""
        for debtor in self:
            failed = (debtor.failed_email or "").split()
            if address not in failed:
                debtor.failed_email = " ".join([*failed, address])

    def _look_again(self):
        """Something about these debtors changed: decide anew about all their items today."""
        for company, debtors in self.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            # Collectors may change the debtor, what follows for its items is the system's.
            self.env["dunning.item"].sudo().search(
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
                debtor._replace_addresses()
                own[debtor.company_id] = debtor
                continue
            for model in MOVING:
                self.env[model].search([("debtor_id", "=", debtor.id)]).write(
                    {"debtor_id": survivor.id}
                )
            survivor.write(
                {
                    "policy_id": survivor.policy_id.id or debtor.policy_id.id,
                    "handler_id": survivor.handler_id.id or debtor.handler_id.id,
                    "direct_debit": survivor.direct_debit or debtor.direct_debit,
                    "failed_email": " ".join(
                        {
                            address: None
                            for one in (survivor, debtor)
                            for address in (one.failed_email or "").split()
                        }
                    )
                    or False,
                    "last_message_date": max(
                        filter(None, (survivor.last_message_date, debtor.last_message_date)),
                        default=False,
                    ),
                    # Addresses of both lead nowhere any more.
                    "page_version": max(survivor.page_version, debtor.page_version) + 1,
                    **survivor._agreed_from(debtor),
                }
            )
            self.env["dunning.event"].sudo()._follow_debtor(debtor, survivor)
            self.env["dunning.failed.address"]._follow_debtor(debtor, survivor)
            self.env["dunning.question"]._follow_debtor(debtor, survivor)
            self.env["dunning.nonpayment"]._follow_debtor(debtor, survivor)
            self.env["dunning.contact.change"]._follow_debtor(debtor, survivor)
            self.env["dunning.charge"]._follow_debtor(debtor, survivor)
            self.env["payment.transaction"].sudo().search(
                [("dunning_debtor_id", "=", debtor.id)]
            ).dunning_debtor_id = survivor
            debtor._hand_to(survivor)
            debtor.message_change_thread(survivor)
            debtor.activity_ids.res_id = survivor.id
            debtor.unlink()
            survivor._look_again()
        self.env.flush_all()

    def _hand_to(self, survivor):
        """Give another debtor what add-ons keep of this one, which is about to be deleted."""

    @api.model
    def _follow_merge(self, kept, contacts):
        """Give items to who owes them after a merge, with their levels.

        :param kept: the contact that stayed; somebody else's by now, or its own company
        :param contacts: it and those below it
        """
        if kept.commercial_partner_id != kept:
            self._combine(kept, kept.commercial_partner_id)
        items = self.env["dunning.item"].search([("line_id.partner_id", "in", contacts.ids)])
        for item in items:
            owner = item.line_id.partner_id.commercial_partner_id
            if owner != item.partner_id:
                item.debtor_id = self._ensure(item.company_id, owner)[owner.id]
                item.debtor_id._look_again()

    def _decide_now(self):
        """Decide anew about all open items, so that people see what comes next at once."""
        for company, debtors in self.with_prefetch().grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            candidates = self.env["dunning.facts"]._candidates(debtors, day)
            items = self.env["dunning.item"].browse([c.facts.item_id for c in candidates])
            items._record_decisions({c.facts.item_id: c.decision for c in candidates}, day)
