"""What tests of codes need: a message with a code, and somebody who types it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..controllers import page_code
from .page_common import PageCommon


class KeyCommon(PageCommon):
    """A letter that left, with its code and PIN; the page for them is opened without login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notice.channel = "letter"
        cls.Keys = cls.env["dunning.page.key"].sudo()
        cls.Tries = cls.env["dunning.page.try"].sudo()

    def setUp(self):
        super().setUp()
        self.key = self.key_of(self.notice)
        self.now = fields.Datetime.now()
        clock = patch.object(fields.Datetime, "now", lambda *args: self.now)
        clock.start()
        self.addCleanup(clock.stop)
        # A browser without a session: forms carry no token.
        self.opener.cookies.clear()

    def key_of(self, notice):
        return self.Keys._keys(notice)[notice.id]

    def wrong_pin(self, key=None):
        """A PIN that is not that of the code."""
        known = (key or self.key).pin
        return known[:-1] + ("1" if known[-1] != "1" else "2")

    def later(self, **time):
        self.now += timedelta(**time)

    def type_in(self, code=None, pin=None, path="/c", follow=True, **options):
        """The answer to typing a code, and a PIN, from some address on the network."""
        self.env.flush_all()
        data = {"code": self.key.code if code is None else code}
        data["pin"] = self.key.pin if pin is None else pin
        return self.opener.post(
            f"{self.base_url()}{path}", data=data, allow_redirects=follow, timeout=30, **options
        )

    def check(self, code=None):
        return self.type_in(code, "", path="/c/check")

    def from_address(self, address):
        """Visitors come from this address."""
        patcher = patch.object(page_code.CodePage, "_code_visitor", lambda *args: address)
        patcher.start()
        self.addCleanup(patcher.stop)

    def problem(self, answer):
        """What an answer says went wrong, without how the page is made."""
        return self.amounts(answer.text.split('id="problem"')[1].split("</div>")[0])
