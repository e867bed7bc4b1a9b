"""What tests of the debtor's page need: a message that left, and somebody who opens its page."""

from odoo import http
from odoo.tests import HttpCase

from .common import DunningCommon


class PageCommon(DunningCommon, HttpCase):
    """A debtor with a message of two invoices that left; pages are opened without login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"phone": "+31 10 123 45 67", "email": "billing@creditor.example.com"})
        cls.moves = cls.invoice(amount=100) | cls.invoice(days_late=6, amount=50)
        # Once for all tests of a class: a run and its messages take half a second.
        cls().run_and_deliver()
        cls.notice = cls.Notice.search([("debtor_id.partner_id", "=", cls.business.id)])
        cls.debtor = cls.notice.debtor_id

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    @property
    def path(self):
        """The address that the message has now."""
        return self.env["dunning.page.door"]._path("m", self.notice.id, self.debtor)

    def get(self, path="", **options):
        """The answer to opening a page of the message."""
        self.env.flush_all()
        return self.url_open(f"{self.path}{path}", **options)

    def post(self, path, **data):
        """The answer to sending a form of a page of the message."""
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(f"{self.path}{path}", data=data)

    def amounts(self, text):
        """A page's text, with ordinary spaces."""
        return " ".join(text.replace("\xa0", " ").split())
