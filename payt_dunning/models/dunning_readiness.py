from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

CHECKS = [
    ("company", "Company details"),
    ("account", "Bank account"),
    ("policy", "Policies"),
    ("sender", "Sender and answers"),
    ("server", "Outgoing mail"),
    ("dns", "Mail is known as yours (SPF, DKIM, DMARC)"),
    ("reply", "Test message and answer"),
    ("bank", "Bank statements"),
    ("channels", "Channels"),
    ("holidays", "Public holidays"),
    ("others", "Other reminders are off"),
    ("kinds", "Consumers and businesses"),
    ("terms", "Agreed terms"),
    ("excluded", "Excluded invoices"),
    ("opening", "Opening balances"),
    ("backlog", "Old invoices"),
    ("first", "First run"),
]
STATES = [("ok", "OK"), ("attention", "Look at This"), ("mend", "Mend First")]
#: What no program can see: a person confirms it.
CONFIRMED_BY_PEOPLE = ("dns", "others", "kinds", "terms")
#: Invoices of so many days tell which bank account is printed.
RECENT = timedelta(days=90)


class DunningReadiness(models.AbstractModel):
    """What must be right before a company goes live: one finding for each check, in words.

    Each method gives the state (``ok``, ``attention`` or ``mend``) and what was found.
    """

    _name = "dunning.readiness"
    _description = "Checks Before Going Live"

    @api.model
    def _all(self, company):
        """All findings about a company: ``{code: (state, words)}``, in the order of CHECKS."""
        company = company.sudo()
        first_run = self.env["dunning.first.run"].sudo()
        findings = first_run._all(company)
        for code in dict(CHECKS).keys() - findings.keys():
            findings[code] = getattr(self.sudo(), f"_find_{code}")(company)
        for code in CONFIRMED_BY_PEOPLE:
            findings[code] = self._with_confirmation(company, code, *findings[code])
        return {code: findings[code] for code, _name in CHECKS}

    @api.model
    def _with_confirmation(self, company, code, state, words):
        """A finding that a person confirms, with who did and when; what must be mended stays so."""
        confirmed = (company.dunning_confirmed or {}).get(code)
        if state == "mend" or not confirmed:
            return state, words
        day = format_date(self.env, confirmed["on"])
        by = self.env._("Confirmed by %(name)s on %(day)s.", name=confirmed["by"], day=day)
        return "ok", f"{words}\n{by}"

    @api.model
    def _find_company(self, company):
        if not company.email:
            return "mend", self.env._("The company has no e-mail address to send from.")
        missing = [
            name
            for name, value in (
                (self.env._("phone number"), company.phone),
                (self.env._("street"), company.street),
                (self.env._("city"), company.city),
            )
            if not value
        ]
        if missing:
            return "attention", self.env._(
                "Debtors can't see how to reach you: %s is missing.", ", ".join(missing)
            )
        return "ok", f"{company.name}, {company.street}, {company.city}, {company.phone}"

    @api.model
    def _find_account(self, company):
        own = company.partner_id.bank_ids
        if not own:
            return "mend", self.env._("The company has no bank account: debtors can't pay.")
        printed = self.env["account.move"]._read_group(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date", ">=", fields.Date.today() - RECENT),
            ],
            ["partner_bank_id"],
            ["__count"],
        )
        rows = self.env["dunning.bank.account"]
        known = own | rows._payee_accounts(company)
        strange = [
            f"{account.acc_number} ({count})" for account, count in printed if account - known
        ]
        if strange:
            return "mend", self.env._(
                "Recent invoices name accounts that are not the company's: %s.",
                ", ".join(strange),
            )
        waiting, shown = rows._waiting(company), rows._numbers(company).pick()[1]
        if waiting and all(waiting.mapped("for_payee")):
            return "attention", self.env._(
                "%s is the account of somebody else who is to be paid. It is not shown to debtors "
                "before another follow-up manager confirms it (Configuration, Account Numbers).",
                ", ".join(waiting.mapped("name")),
            )
        if waiting:
            waiting = waiting.filtered(lambda row: not row.for_payee)
            return "attention", self.env._(
                "%(new)s is not shown to debtors before another follow-up manager confirms it "
                "(Configuration, Account Numbers). They see %(shown)s.",
                new=", ".join(waiting.mapped("name")),
                shown=shown or self.env._("no account number"),
            )
        without = sum(count for account, count in printed if not account)
        if without:
            return "attention", self.env._(
                "%(count)s recent invoices name no account; reminders name %(account)s.",
                count=without,
                account=shown,
            )
        return "ok", self.env._(
            "Invoices and reminders name the same account: %s.",
            ", ".join(account.acc_number for account, _count in printed if account) or shown,
        )

    @api.model
    def _find_sender(self, company):
        if not company.email:
            return "mend", self.env._("The company has no e-mail address to send from.")
        sender = company._dunning_sender()
        if not company.alias_domain_id:
            return "attention", self.env._(
                "Messages come from %(sender)s. There is no alias domain: answers go to that "
                "mailbox and hold nothing. An administrator can set one.",
                sender=sender["email_from"],
            )
        return "ok", self.env._(
            "Messages come from %(sender)s, answers reach the invoice through %(reply)s.",
            sender=sender["email_from"],
            reply=sender["reply_to"],
        )

    @api.model
    def _find_server(self, company):
        servers = self.env["ir.mail_server"].search([])
        if servers:
            return "ok", ", ".join(servers.mapped("name"))
        return "attention", self.env._(
            "No outgoing mail server is set up; the one of the server's own configuration is "
            "used. Send yourself a test message."
        )

    @api.model
    def _find_dns(self, company):
        domain = (company.email or "").rpartition("@")[2]
        return "attention", self.env._(
            "Whoever manages %(domain)s makes sure that SPF and DKIM allow your mail server to "
            "send for it, and that DMARC is set: else reminders land among unwanted mail.",
            domain=domain or self.env._("your domain"),
        )

    @api.model
    def _find_reply(self, company):
        test = (company.dunning_confirmed or {}).get("reply")
        message = self.env["mail.message"].browse(test and test["message"]).exists()
        if not message:
            return "attention", self.env._(
                "Send yourself a test message: it looks as your debtors will see it. Answer it, "
                "to see that answers arrive."
            )
        answer = self.env["mail.message"].search([("parent_id", "=", message.id)], limit=1)
        if answer:
            return "ok", self.env._(
                "An answer to the test message arrived on %s.", format_date(self.env, answer.date)
            )
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)], limit=1)
        if mail.state == "exception":
            return "mend", self.env._("The test message failed: %s", mail.failure_reason)
        return "attention", self.env._(
            "A test message went to %(address)s on %(day)s. Answer it, then look again.",
            address=test["to"],
            day=format_date(self.env, test["on"]),
        )

    @api.model
    def _find_bank(self, company):
        newest = self.env["account.bank.statement.line"]._read_group(
            [("company_id", "parent_of", company.id), ("journal_id.type", "!=", "cash")],
            ["journal_id"],
            ["date:max"],
        )
        if not newest:
            return "attention", self.env._(
                "No bank statement was imported: who has paid may still be reminded."
            )
        words = "\n".join(
            self.env._(
                "%(journal)s: up to %(day)s",
                journal=journal.display_name,
                day=format_date(self.env, day),
            )
            for journal, day in newest
        )
        today = self.env["dunning.message"]._today(company)
        if self.env["dunning.money"]._bank_behind(company, today):
            return "attention", self.env._(
                "%s\nThe statements are behind: nothing leaves before they are imported.", words
            )
        if not company.dunning_bank_gate:
            return "attention", self.env._(
                "%s\nReminders don't wait for the bank: switched off in the settings.", words
            )
        return "ok", words

    @api.model
    def _find_others(self, company):
        modules = company._dunning_other_follow_up()
        if modules:
            return "mend", self.env._(
                "%s sends reminders too: your debtors would get two. Uninstall it.",
                ", ".join(modules.mapped("shortdesc")),
            )
        return "attention", self.env._(
            "No other module here sends reminders. Make sure that nobody else does: another "
            "program, an agency, or somebody by hand."
        )

    @api.model
    def _find_kinds(self, company):
        counts = dict(
            self.env["dunning.debtor"]._read_group(
                [("company_id", "=", company.id), ("item_ids.state", "=", "open")],
                ["kind"],
                ["__count"],
            )
        )
        return "attention", self.env._(
            "%(business)s businesses and %(consumer)s consumers owe something. Look through them: "
            "the kind decides which policy and law apply.",
            business=sum(counts.values()) - counts.get("consumer", 0),
            consumer=counts.get("consumer", 0),
        )

    @api.model
    def _find_terms(self, company):
        terms = self.env["account.move"]._read_group(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date", ">=", fields.Date.today() - RECENT),
            ],
            ["invoice_payment_term_id"],
            ["__count"],
        )
        by_hand = self.env._("by hand")
        named = ", ".join(f"{term.name or by_hand} ({count})" for term, count in terms)
        words = self.env._(
            "Due dates of recent invoices: %s. Reminders count from them: are they what was "
            "agreed with your debtors?",
            named or self.env._("none"),
        )
        return "attention", f"{words} {self._terms_agreed(company)}"

    @api.model
    def _terms_agreed(self, company):
        """What the settings say about agreed terms, and what comes of it."""
        if not company.dunning_terms_agreed:
            return self.env._(
                "The settings don't say so: consumers are in default only after a written demand."
            )
        if not (company.dunning_terms_document or "").strip():
            return self.env._("The settings say so, but not in which document.")
        return self.env._(
            "The settings say that they are agreed in: %s.", company.dunning_terms_document
        )
