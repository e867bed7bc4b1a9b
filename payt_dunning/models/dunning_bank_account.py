from dataclasses import dataclass, field

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.base.models.res_bank import sanitize_account_number

#: A change of one of these may give debtors another number to pay to.
PROPOSING = {"acc_number", "partner_id", "active"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which account numbers debtors of a company may see; plain values that outlive commits.

    An account is a pair of its id (of ``res.partner.bank``) and its number.

    :param own: the company's accounts, in its order
    :param confirmed: numbers without spaces; ``None`` before the company went live: all are shown
    :param last: the number of an account that was confirmed last, by its id
    :param newest: the account that was confirmed last of all
    """

    own: tuple = ()
    confirmed: frozenset | None = None
    last: dict = field(default_factory=dict)
    newest: tuple = (0, "")

    def pick(self, printed=()):
        """The account that debtors are to pay to; ``(0, "")`` where none may be shown.

        A number that nobody confirmed is left out for the one of the same account that was.

        :param printed: accounts that invoices name, the oldest first
        """
        wanted = [*(account for account in printed if account[1]), *self.own]
        if self.confirmed is None:
            return wanted[0] if wanted else (0, "")
        for bank_id, number in wanted:
            if sanitize_account_number(number) in self.confirmed:
                return bank_id, number
            if bank_id in self.last:
                return bank_id, self.last[bank_id]
        return self.newest

    def checked(self):
        """The company's own numbers that a second person has confirmed, in its order."""
        confirmed = self.confirmed or ()
        return [name for _id, name in self.own if sanitize_account_number(name) in confirmed]


class DunningBankAccount(models.Model):
    """A number that debtors are to pay to: shown once a second person has confirmed it.

    Whoever may change the company's accounts could otherwise lead payments elsewhere alone. Rows
    are made and confirmed by methods only; a number that was confirmed stays so. Those of somebody
    else who is to be paid are rows of their own: an ordinary invoice never gets one.
    """

    _name = "dunning.bank.account"
    _description = "Account Number Shown to Debtors"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    bank_id = fields.Many2one(
        "res.partner.bank", "Bank Account", readonly=True, ondelete="set null"
    )
    name = fields.Char("Account Number", required=True, readonly=True)
    number = fields.Char(
        "Number Without Spaces", required=True, readonly=True, help="By this numbers are compared."
    )
    for_payee = fields.Boolean("Of Somebody Else Who Is to Be Paid", readonly=True)
    proposed_by_id = fields.Many2one("res.users", "Entered By", readonly=True, ondelete="restrict")
    proposed_on = fields.Datetime("Entered On", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    confirmed_on = fields.Datetime(readonly=True)
    note = fields.Char(readonly=True)
    state = fields.Selection(
        [("waiting", "Waits for Confirmation"), ("confirmed", "Confirmed"), ("gone", "Not in Use")],
        compute="_compute_state",
        help="Not in use: no account of the company has this number any more, or of whom else "
        "debtors are to pay to.",
    )

    # Rows that are older than the field have no value.
    _company_number_payee_unique = models.UniqueIndex(
        "(company_id, number, coalesce(for_payee, false))", "This number is there already."
    )

    @api.depends(
        "confirmed_on",
        "number",
        "for_payee",
        "company_id.partner_id.bank_ids.sanitized_acc_number",
        "company_id.partner_id.bank_ids.active",
    )
    def _compute_state(self):
        for row in self:
            accounts = row._accounts(row.sudo().company_id, row.for_payee).filtered("active")
            used = accounts.mapped("sanitized_acc_number")
            waiting = "waiting" if row.number in used else "gone"
            row.state = "confirmed" if row.confirmed_on else waiting

    @api.model
    def _payee_accounts(self, company):
        """Accounts of others whom debtors of a company are to pay to, see :class:`DunningPayee`.

        :param company: one, or several at once
        :return: ``res.partner.bank``; nobody's in the core
        """
        return self.env["res.partner.bank"].sudo()

    @api.model
    def _accounts(self, company, for_payee=False):
        """A company's own accounts, or those of others whom its debtors are to pay to."""
        return self._payee_accounts(company) if for_payee else company.partner_id.bank_ids

    # -- what is shown ---------------------------------------------------------------------------

    @api.model
    def _numbers(self, company):
        """What debtors of a company may see, see :class:`Numbers`; one statement."""
        company = company.sudo()
        live = bool(company.dunning_live_since)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT confirmed, id, name, number
                     FROM (SELECT false AS confirmed, id, acc_number AS name,
                                  sanitized_acc_number AS number,
                                  NULL::timestamp AS moment, sequence AS place
                             FROM res_partner_bank
                            WHERE partner_id = %(partner)s AND active AND acc_number <> ''
                            UNION ALL
                           SELECT true, coalesce(bank_id, 0), name, number, confirmed_on, id
                             FROM dunning_bank_account
                            WHERE company_id = %(company)s AND confirmed_on IS NOT NULL
                              AND for_payee IS NOT TRUE
                          ) accounts
                 ORDER BY confirmed, moment, place, id""",
                partner=company.partner_id.id,
                company=company.id,
            )
        )
        own = tuple((bank_id, name) for confirmed, bank_id, name, _number in rows if not confirmed)
        if not live:
            return Numbers(own)
        shown = [row[1:] for row in rows if row[0]]
        return Numbers(
            own,
            frozenset(number for _id, _name, number in shown),
            {bank_id: name for bank_id, name, _number in shown if bank_id},
            shown[-1][:2] if shown else (0, ""),
        )

    @api.model
    def _account(self, company, printed):
        """The account to pay to, as a record; empty where none may be shown.

        Where the record's number is not the one to show, a record that is not stored has that one.

        :param printed: the account that an invoice names
        """
        banks = self.env["res.partner.bank"].sudo()
        numbers, printed = self._numbers(company), printed.sudo()
        bank_id, number = numbers.pick([(each.id, each.acc_number) for each in printed])
        account = banks.browse(bank_id or ()).exists()
        plain = sanitize_account_number(number)
        if account.sanitized_acc_number == plain or not plain:
            return account
        return banks.new({"acc_number": number, "partner_id": company.sudo().partner_id.id})

    @api.model
    def _payee_number(self, company, account):
        """The number of somebody else's account that debtors may see; empty: none.

        One that nobody confirmed is left out for the one of the same account that was.
        """
        company, account = company.sudo(), account.sudo()
        if not account or not company.dunning_live_since:
            return account.acc_number or ""
        rows = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("for_payee", "=", True),
                ("confirmed_on", "!=", False),
            ],
            order="confirmed_on desc, id desc",
        )
        if account.sanitized_acc_number in rows.mapped("number"):
            return account.acc_number
        return rows.filtered(lambda row: row.bank_id == account)[:1].name or ""

    # -- entering and confirming -----------------------------------------------------------------

    @api.model
    def _propose(self, company, accounts, confirm=False, note=False, for_payee=False):
        """Note numbers that are new for a company; a second person confirms them.

        :param confirm: whoever does this confirms them with it: the company goes live
        :param for_payee: of somebody else; such a number is known or not whatever is known of
            the company's own
        """
        rows, now, found = self.sudo(), fields.Datetime.now(), self.env.uid == SUPERUSER_ID
        known = rows.search([("company_id", "=", company.id), ("for_payee", "=", for_payee)])
        known = set(known.mapped("number"))
        new = {each.sanitized_acc_number: each for each in accounts if each.sanitized_acc_number}
        rows.create(
            [
                {
                    "company_id": company.id,
                    "bank_id": account.id,
                    "name": account.acc_number,
                    "number": number,
                    "for_payee": for_payee,
                    # The daily run finds what others have entered.
                    "proposed_by_id": account.write_uid.id if found else self.env.uid,
                    "proposed_on": now,
                    "confirmed_by_id": confirm and self.env.uid,
                    "confirmed_on": confirm and now,
                    "note": note,
                }
                for number, account in new.items()
                if number not in known
            ]
        )

    @api.model
    def _confirm_known(self, company):
        """Confirm the accounts that a company has while it goes live for the first time."""
        env = self.with_context(lang=company.partner_id.lang or self.env.lang).env
        note = env._("Known when the company went live.")
        for for_payee in (False, True):
            accounts = self._accounts(company.sudo(), for_payee)
            self._propose(company, accounts, confirm=True, note=note, for_payee=for_payee)

    @api.model
    def _adopt(self):
        """Companies that went live before numbers were confirmed keep those that they have."""
        for company in self.env["res.company"].search([("dunning_live_since", "!=", False)]):
            if not self.search_count([("company_id", "=", company.id)], limit=1):
                self._confirm_known(company)

    def action_confirm(self):
        """Show these numbers to debtors from now on; by another manager than who entered them."""
        self.check_access("read")
        user = self.env.user
        if not user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can confirm account numbers."))
        for row in self.sudo():
            if row.state == "gone":
                if row.for_payee:
                    raise UserError(self.env._("Nobody is to be paid on %s any more.", row.name))
                raise UserError(self.env._("No account of the company is %s any more.", row.name))
            if row.state == "confirmed":
                continue
            note = False
            if row.proposed_by_id == user:
                if self._managers(row.company_id) - user:
                    raise UserError(
                        self.env._(
                            "You entered %s yourself: another follow-up manager confirms it.",
                            row.name,
                        )
                    )
                note = self.env._(
                    "Entered and confirmed by the same person: the company's only follow-up "
                    "manager."
                )
            row.write(
                {"confirmed_by_id": user.id, "confirmed_on": fields.Datetime.now(), "note": note}
            )
        for company in self.sudo().company_id:
            self._ask_to_confirm(company)
        return True

    @api.model
    def _managers(self, company):
        """The follow-up managers of a company; those who work there before who may look in."""
        group = self.env.ref("payt_dunning.group_dunning_manager")
        users = self.env["res.users"].sudo()
        managers = users.search(
            [
                ("all_group_ids", "in", group.id),
                ("company_ids", "in", company.id),
                ("share", "=", False),
            ],
            order="id",
        )
        return managers.sorted(lambda user: user.company_id != company)

    # -- what waits ------------------------------------------------------------------------------

    @api.model
    def _waiting(self, company):
        """Numbers of a company's accounts that nobody has confirmed yet."""
        rows = self.sudo().search(
            [("company_id", "=", company.id), ("confirmed_on", "=", False)], order="id"
        )
        return rows.filtered(lambda row: row.state == "waiting")

    @api.model
    def _look(self, company):
        """With each run: note numbers that came some other way, and ask for what waits.

        One statement where there is nothing to ask.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT bank.id
                     FROM res_company company
                     JOIN res_partner_bank bank ON bank.partner_id = company.partner_id
                    WHERE company.id = %s AND company.dunning_live_since IS NOT NULL AND bank.active
                      AND NOT EXISTS (SELECT 1 FROM dunning_bank_account confirmed
                                       WHERE confirmed.company_id = company.id
                                         AND confirmed.number = bank.sanitized_acc_number
                                         AND confirmed.for_payee IS NOT TRUE
                                         AND confirmed.confirmed_on IS NOT NULL)""",
                company.id,
            )
        )
        others = self._payee_accounts(company).filtered("active")
        if not company.sudo().dunning_live_since:
            others = others.browse()
        if rows or others:
            accounts = self.env["res.partner.bank"].sudo().browse([bank_id for (bank_id,) in rows])
            self._propose(company, accounts)
            self._propose(company, others, for_payee=True)
            self._ask_to_confirm(company)

    @api.model
    def _ask_to_confirm(self, company):
        """Ask a manager who did not enter them to confirm numbers, while some wait."""
        company = company.sudo()
        waiting, tasks = self._waiting(company), self.env["dunning.task"]
        if not waiting:
            tasks._done(company.partner_id, "account")
            return
        managers = self._managers(company)
        tasks._ask(
            company.partner_id,
            "account",
            lambda env: env._(
                "Confirm that debtors are to pay to %s", ", ".join(waiting.mapped("name"))
            ),
            company=company,
            handler=(managers - waiting.proposed_by_id or managers)[:1],
        )


class ResPartnerBank(models.Model):
    """A new or changed number of a company that is live waits until it is confirmed."""

    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._dunning_propose()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if not PROPOSING.isdisjoint(vals):
            self._dunning_propose()
        return result

    def _dunning_propose(self):
        """Note whose number is new; who did it can't be the one who confirms it."""
        companies = self.env["res.company"].sudo().search([("dunning_live_since", "!=", False)])
        rows, own = self.env["dunning.bank.account"], self.sudo()
        # Most accounts are a vendor's or a customer's: nobody's who is paid for any company.
        if not own & rows._payee_accounts(companies):
            companies = companies.filtered(lambda each: each.partner_id in own.partner_id)
        used = own.filtered("active")
        for company in companies:
            others = rows._payee_accounts(company)
            mine = own.filtered(lambda each, who=company.partner_id: each.partner_id == who)
            if not own & (mine | others):
                continue
            rows._propose(company, used & mine)
            rows._propose(company, used & others, for_payee=True)
            rows._ask_to_confirm(company)
