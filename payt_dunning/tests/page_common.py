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

    def setUp(self):
        super().setUp()
        self.moves = self.invoice(amount=100) | self.invoice(days_late=6, amount=50)
        self.run_and_deliver()
        self.notice = self.notices_to()
        self.debtor = self.notice.debtor_id
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
