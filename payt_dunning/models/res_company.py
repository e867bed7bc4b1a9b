from odoo import fields, models
from odoo.exceptions import UserError

from ..rules.working_days import EVERY_DAY, WORKING_DAYS, Calendar
from .dunning_words import BILLS, PEOPLE

SEND_DAYS = {
    "tue_fri": frozenset((1, 2, 3, 4)),
    "mon_fri": WORKING_DAYS,
    "mon_sat": frozenset(range(6)),
    "all": EVERY_DAY,
}
#: From whom costs or interest are claimed.
CLAIMS_FROM = [
    ("law", "From Everybody, as the Law Allows"),
    ("business", "From Businesses Only"),
    ("none", "From Nobody"),
]
#: Modules that chase debtors too.
OTHER_FOLLOW_UP = (
    "account_followup",
    "account_credit_control",
    "account_invoice_overdue_reminder",
    "om_account_followup",
)


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_live_uuid = fields.Char(
        copy=False,
        groups="base.group_system",
        help="Identity of the database that went live; a copy has another and stays silent.",
    )
    dunning_live_since = fields.Date(copy=False)
    dunning_automatic = fields.Boolean(
        "Daily Run Sends",
        default=True,
        help="Off: once live, the daily run only decides; people send from the preview.",
    )
    dunning_confirmed = fields.Json(
        copy=False,
        groups="base.group_system",
        help="What people confirmed on the go-live checklist: who and when, for each check.",
    )
    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        "Default Policy",
        help="For debtors that no other policy applies to.",
    )
    dunning_send_days = fields.Selection(
        [
            ("tue_fri", "Tuesday to Friday"),
            ("mon_fri", "Monday to Friday"),
            ("mon_sat", "Monday to Saturday"),
            ("all", "Every Day, Holidays Too"),
        ],
        "Days for Reminders",
        required=True,
        default="tue_fri",
        help="Formal messages leave on any working day. Nothing leaves on public holidays, where "
        "you are or where the debtor is.",
    )
    dunning_hour_from = fields.Float(
        "Messages From", default=8.5, help="No message leaves earlier on a day."
    )
    dunning_hour_until = fields.Float(
        "Messages Until",
        default=17.5,
        help="No message leaves later on a day: it waits for the next one.",
    )
    dunning_receipt_days = fields.Integer(
        "Days a Receipt Holds",
        default=7,
        help="Money received that is not matched holds what it may be for, for so many days.",
    )
    dunning_answer_days = fields.Integer(
        "Days an Answer Holds",
        default=7,
        help="A message of the debtor about an invoice holds its reminders for so many days.",
    )
    dunning_dispute_days = fields.Integer(
        "Days to Decide a Dispute",
        default=10,
        help="So many days after a dispute came in its debtor has our answer; then people are told.",
    )
    dunning_acknowledge = fields.Boolean(
        "Say That a Message Came In",
        default=True,
        help="A debtor who answers by mail is told that we have it and what happens now: once a "
        "day, never an unknown sender.",
    )
    dunning_bank_gate = fields.Boolean(
        "Wait for the Bank",
        default=True,
        help="Nothing is sent while the newest bank line is older than the previous working day. "
        "Only journals that had a line in the last 60 days are watched.",
    )
    dunning_require_sent = fields.Boolean(
        "Only Invoices That Were Sent",
        default=True,
        help="An invoice that was never sent is not reminded of.",
    )
    dunning_backlog_days = fields.Integer(
        "Old Backlog",
        default=365,
        help="Items that were due so many days before going live wait for a person.",
    )
    dunning_backlog_call_days = fields.Integer(
        "Call First",
        default=90,
        help="Items that were due so many days before going live wait for a call.",
    )
    dunning_offset_payables = fields.Boolean(
        "Wait While We Owe as Much",
        help="A debtor whose bills we have not paid is not reminded while they are as high "
        "as what it owes.",
    )
    dunning_abnormal_factor = fields.Float(
        "Abnormal Run",
        default=3.0,
        help="A run with so many times the usual number of messages waits for approval.",
    )
    dunning_bills = fields.Selection(
        BILLS, "We Send", required=True, default="invoice", help="How messages call invoices."
    )
    dunning_people = fields.Selection(
        PEOPLE, "To Our", required=True, default="customer", help="How texts call debtors."
    )
    dunning_page_on_invoice = fields.Boolean(
        "Page on Invoices",
        default=True,
        help="Invoice e-mails and PDFs carry a link to the debtor's page, PDFs a QR code too: "
        "there the debtor sees what is open, asks and pays.",
    )
    dunning_handler_id = fields.Many2one("res.users", "Follow-up Handler")
    dunning_write_off_limit = fields.Monetary(
        "Small Remainders up to",
        default=1.0,
        help="A collector may write off up to so much of an item; a manager may write off more.",
    )
    dunning_write_off_account_id = fields.Many2one(
        "account.account", "Account of Small Remainders", check_company=True
    )

    dunning_terms_agreed = fields.Boolean(
        "Terms of Payment Are Agreed",
        help="The due date is a term that customers agreed to, not one that the invoice sets: they "
        "are in default after it.",
    )
    dunning_terms_document = fields.Char(
        "Agreed In", help="General terms or contract in which the term of payment is agreed."
    )
    dunning_costs_from = fields.Selection(
        CLAIMS_FROM,
        "Claim Costs",
        required=True,
        default="law",
        help="The law is the most that may be claimed; a company may claim less.",
    )
    dunning_interest_from = fields.Selection(
        CLAIMS_FROM, "Claim Interest", required=True, default="business"
    )
    dunning_uses_collector = fields.Boolean(
        "A Collector Charges Us VAT", help="A collection service is used that charges VAT."
    )
    dunning_cannot_deduct = fields.Boolean("We Can't Deduct VAT")
    dunning_vat_declared = fields.Boolean(
        "Say So in the Notice",
        help="The notice declares both: only then costs may be raised by VAT.",
    )

    _dunning_hours = models.Constraint(
        "CHECK(dunning_hour_from >= 0 AND dunning_hour_until <= 24"
        " AND dunning_hour_from < dunning_hour_until)",
        "The hours for messages must lie within a day, the first before the last.",
    )

    def _dunning_database_uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _dunning_days(self):
        """The days of the week on which messages may leave, as the rules know them."""
        self.ensure_one()
        formal = EVERY_DAY if self.dunning_send_days == "all" else WORKING_DAYS
        return Calendar(friendly=SEND_DAYS[self.dunning_send_days], formal=formal)

    def _dunning_other_follow_up(self):
        """Other modules that send reminders and are installed; with both, debtors get two."""
        modules = self.env["ir.module.module"].sudo()
        return modules.search([("name", "in", OTHER_FOLLOW_UP), ("state", "=", "installed")])

    def _dunning_is_live(self):
        """Whether messages may leave: this company went live, in this very database."""
        self.ensure_one()
        uuid = self.sudo().dunning_live_uuid
        return (
            bool(uuid)
            and uuid == self._dunning_database_uuid()
            and not self._dunning_other_follow_up()
        )

    def _dunning_go_live(self):
        """From now on the daily run of these companies sends; bound to this database."""
        others = self._dunning_other_follow_up()
        if others:
            raise UserError(
                self.env._(
                    "%(modules)s sends reminders too: your debtors would get two. "
                    "Uninstall it before going live.",
                    modules=", ".join(others.mapped("shortdesc")),
                )
            )
        for company in self.sudo():
            company.dunning_live_uuid = self._dunning_database_uuid()
            if not company.dunning_live_since:
                self.env["dunning.bank.account"]._confirm_known(company)
                company.dunning_live_since = self.env["dunning.message"]._today(company)
                company._dunning_look_again()

    def _dunning_stop_live(self):
        """Back to test mode: nothing leaves any more, whatever is still waiting."""
        self.sudo().write({"dunning_live_uuid": False})

    def _dunning_look_again(self):
        """Look at every open item of these companies with the next run.

        Whoever may change what decides need not be allowed to change items.
        """
        for company in self.sudo():
            today = self.env["dunning.message"]._today(company)
            items = company.env["dunning.item"].search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                    ("next_date", ">", today),
                ]
            )
            items.write({"next_date": today})

    def _dunning_sender(self):
        """Sender and address for answers of the messages of this company.

        With an alias domain answers come back to the invoice; without one they go to the
        company's own mailbox.
        """
        self.ensure_one()
        sender = self.email_formatted or self.env.user.email_formatted
        return {"email_from": sender, "reply_to": self.catchall_formatted or sender}
