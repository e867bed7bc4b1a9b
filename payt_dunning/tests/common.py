import smtplib
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .kept_companies import KeptCompanies


class ScriptedSMTP(smtplib.SMTP):
    """The client half of a real SMTP dialogue; the server's answers are scripted.

    :param replies: answer per command (``mail``, ``rcpt``, ``data``, ``content``): a pair of
        code and text, or ``drop`` for a line that breaks instead of an answer
    """

    def __init__(self, replies=None):
        super().__init__()
        self.replies = {"data": (354, b"go on"), **(replies or {})}
        self.sock = object()
        self.ehlo_resp = b"ready"
        self.smtp_from = self.from_filter = False
        self.delivered = []
        self._last = self._content = None

    def send(self, s):
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")
        if isinstance(s, bytes):
            self._last, self._content = "content", s
        else:
            self._last = s.split()[0].lower()

    def getreply(self):
        reply = self.replies.get(self._last, (250, b"ok"))
        if self._last == "content" and (reply == "drop" or reply[0] == 250):
            self.delivered.append(self._content)
        if reply == "drop":
            self.close()
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return reply

    def close(self):
        self.sock = None

    def quit(self):
        self.close()


@tagged("post_install", "-at_install")
class DunningCommon(KeptCompanies):
    """A company with a live follow-up, a business debtor and a consumer."""

    #: Whether nothing leaves on holidays and while the company is closed.
    with_holidays = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("payt_dunning.group_dunning_manager")
        cls.company = cls.env.company
        cls.company.email = "billing@creditor.example.com"
        cls.company.write(
            {
                "dunning_send_days": "all",
                "dunning_hour_from": 0,
                "dunning_hour_until": 24,
                "dunning_require_sent": False,
            }
        )
        if not cls.with_holidays:
            # Tests are the same on every day of the year.
            cls.startClassPatcher(
                patch.object(
                    type(cls.env["dunning.when"]), "_closed", lambda *args, **kwargs: frozenset()
                )
            )
        cls.company._dunning_go_live()
        cls.today = cls.env["dunning.message"]._today(cls.company)
        cls.business = cls.env["res.partner"].create(
            {
                "name": "Bakery Ltd",
                "is_company": True,
                "email": "pay@bakery.example.com",
                "lang": "en_US",
            }
        )
        cls.consumer = cls.env["res.partner"].create(
            {"name": "Jan Jansen", "email": "jan@jansen.example.com", "lang": "en_US"}
        )
        # As the scheduled action does: with the rights of the system.
        cls.Item = cls.env["dunning.item"].sudo()
        cls.Notice = cls.env["dunning.notice"].sudo()
        cls.Run = cls.env["dunning.run"].sudo()

    def setUp(self):
        if not vars(type(self)).get("is_made"):
            self._make()
        super().setUp()

    @classmethod
    def _make(cls):
        maker = cls("make_once")
        before = set(vars(maker))
        maker.make_once()
        for name in vars(maker).keys() - before:
            setattr(cls, name, getattr(maker, name))
        cls.is_made = True

    def make_once(self):
        """Make what all tests of the class begin with, once ``setUpClass`` has ended.

        Each test finds it as it was made: what a test does with records is rolled back. What is
        no record (servers, patches, lists) belongs into ``setUp``.
        """

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        return groups | cls.env.ref("payt_dunning.group_dunning_manager")

    # -- builders --------------------------------------------------------------------

    @classmethod
    def invoice(cls, days_late=4, amount=100.0, partner=None, **values):
        """A posted invoice that was due ``days_late`` days ago."""
        due = cls.today - timedelta(days=days_late)
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.business).id,
                "invoice_date": due - timedelta(days=14),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "work", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def pay(cls, move, amount=None):
        """Register a payment on an invoice; all that is open unless told."""
        wizard = (
            move.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": amount} if amount else {})
        )
        return wizard._create_payments()

    @classmethod
    def items(cls, moves):
        return cls.Item.search([("move_id", "in", moves.ids)])

    def run_day(self, company=None, day=None):
        """The daily run of a company, on a given day."""
        company = company or self.company
        with self.on_day(day or self.today), self.no_commit():
            return self.Run.with_company(company)._run_company(company)

    @contextmanager
    def no_commit(self):
        """Let code that commits run inside the test's transaction."""
        Cron = type(self.env["ir.cron"])
        with patch.object(Cron, "_commit_progress", lambda *args, **kwargs: float("inf")):
            yield

    def analyze(self):
        """Let the database know how large its tables have become: in one long transaction it
        does not find out by itself, and plans as if they were empty."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT string_agg(format('ANALYZE %I', relname), '; ') FROM pg_class
                WHERE relkind = 'r' AND relname IN (
                      'account_move', 'account_move_line', 'account_partial_reconcile',
                      'account_payment', 'account_move__account_payment', 'res_partner',
                      'mail_message', 'mail_mail', 'mail_activity')
                   OR relkind = 'r' AND relname LIKE 'dunning%'"""
        )
        self.env.cr.execute(self.env.cr.fetchone()[0])

    @contextmanager
    def on_day(self, day):
        Message = type(self.env["dunning.message"])
        with (
            patch.object(Message, "_today", lambda self, company: day),
            patch.object(fields.Date, "context_today", staticmethod(lambda *args: day)),
        ):
            yield

    def deliver(self, *sessions, day=None):
        """Let the mail queue hand over everything; each connection gets the next session.

        :param sessions: :class:`ScriptedSMTP`, or ``None`` for a server that can't be reached
        :return: the mails that arrived, as text
        """
        sessions = [session for session in sessions or [ScriptedSMTP()] if session]
        waiting = iter(sessions)
        Server = type(self.env["ir.mail_server"])

        def connect(*args, **kwargs):
            try:
                return next(waiting)
            except StopIteration:
                raise OSError("the mail server can't be reached") from None

        with (
            self.on_day(day or self.today),
            self.no_commit(),
            patch.object(Server, "_disable_send", lambda *args: False),
            patch.object(Server, "_connect__", connect),
        ):
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
        return [content.decode() for session in sessions for content in session.delivered]

    def run_and_deliver(self, day=None):
        self.run_day(day=day)
        return self.deliver(day=day)

    # -- more builders ---------------------------------------------------------------

    @classmethod
    def debtor(cls, name, **values):
        """A business that can be reached by e-mail."""
        address = f"{name.lower().replace(' ', '.')}@debtor.example.com"
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "email": address, "lang": "en_US", **values}
        )

    @classmethod
    def person(cls, login, group, company=None, **values):
        """A user of one company.

        :param group: one of ours, or another by its whole name
        :param company: the test's by default
        """
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=group if "." in group else f"payt_dunning.{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    @classmethod
    def credit_note(cls, amount, partner=None, **values):
        """A posted credit note that is not matched with anything."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": (partner or cls.business).id,
                "invoice_date": cls.today,
                "invoice_line_ids": [
                    Command.create({"name": "back", "price_unit": amount, "tax_ids": []})
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def receipt(cls, amount, text="payment", partner=None, days_ago=0, **values):
        """A line on the bank that nobody has matched yet."""
        return cls.env["account.bank.statement.line"].create(
            {
                "journal_id": cls.company_data["default_journal_bank"].id,
                "payment_ref": text,
                "amount": amount,
                "partner_id": partner.id if partner else False,
                "date": cls.today - timedelta(days=days_ago),
                **values,
            }
        )

    @classmethod
    def own_account(cls, number="NL91ABNA0417164300", confirmed=True):
        """A bank account of the company; its number may be shown to debtors."""
        account = cls.env["res.partner.bank"].create(
            {"acc_number": number, "partner_id": cls.company.partner_id.id}
        )
        if confirmed:
            rows = cls.env["dunning.bank.account"].sudo()
            rows.search([("bank_id", "=", account.id)]).confirmed_on = fields.Datetime.now()
        return account

    @classmethod
    def hold(cls, **values):
        """A hold that begins today."""
        return cls.env["dunning.hold"].create(
            {"company_id": cls.company.id, "date_from": cls.today, **values}
        )

    @classmethod
    def synced(cls, *moves):
        """The items of ``moves``, taken in without a run."""
        cls.Item._sync(cls.company)
        return cls.items(cls.env["account.move"].union(*moves))

    @classmethod
    def provider_of(cls, company, journal):
        """A published provider of demo payments that books in ``journal``."""
        demo = cls.env.ref("payment.payment_provider_demo").sudo()
        provider = demo.with_company(company).copy({"name": "Demo", "company_id": company.id})
        provider.write({"state": "test", "is_published": True, "journal_id": journal.id})
        provider.payment_method_ids = cls.env.ref("payment_demo.payment_method_demo")
        provider.payment_method_ids.active = True
        return provider

    def notices_to(self, partner=None, kind="reminder"):
        """Every message made for a debtor, oldest first; ``talk`` for those of conversations."""
        return self.Notice.search(
            [("debtor_id.partner_id", "=", (partner or self.business).id), ("kind", "=", kind)],
            order="id",
        )

    def after(self, days):
        return self.today + timedelta(days=days)
