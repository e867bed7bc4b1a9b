from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command

from odoo.addons.payt_dunning.tests.channels_common import ChannelCase

NUMBER = "+31612345678"
TOKEN, SECRET, VERIFY = "EAAG-token-0123456789", "app-secret-of-ours", "verify-me-0123456789"


class Answer:
    """What the API answers: a status of HTTP, and a body."""

    def __init__(self, status=200, content=b""):
        self.status_code, self.content = status, content


def accepted(reference):
    return Answer(
        200, b'{"messaging_product":"whatsapp","messages":[{"id":"%s"}]}' % reference.encode()
    )


def refused(code, status=400, subcode=0):
    body = '{"error":{"message":"No","code":%d,"error_subcode":%d,"error_data":{"details":"why"}}}'
    return Answer(status, (body % (code, subcode)).encode())


class Api:
    """The Cloud API; what it answers is scripted.

    :param answers: for each message in turn an :class:`Answer` or an exception
    """

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), []

    def __call__(self, url, **request):
        self.calls.append((url, request))
        answer = self.answers.pop(0) if self.answers else accepted(f"wamid.{len(self.calls)}")
        if isinstance(answer, Exception):
            raise answer
        return answer


class WhatsappCase(ChannelCase):
    """A company that writes by WhatsApp, and a debtor that agreed to that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("base.group_system")
        cls.account = cls.env["dunning.whatsapp.account"].create(
            {
                "company_id": cls.company.id,
                "phone_number_id": "1066001",
                "business_account_id": "1022001",
                "new_access_token": TOKEN,
                "new_app_secret": SECRET,
                "new_verify_token": VERIFY,
            }
        )
        cls.template = cls.env["dunning.whatsapp.template"].create(cls.template_values())
        cls.optin = cls.agreement(cls.business)
        cls.by_whatsapp = cls.policy("email", "whatsapp", "sms")

    @classmethod
    def template_values(cls, **values):
        return {
            "company_id": cls.company.id,
            "name": "message_waiting",
            "code": "en",
            "lang": "en_US",
            "body": "A message of {{1}} is here: {{2}} . Answer STOP to get no more.",
            "parameters": "company, link",
            "status": "approved",
            **values,
        }

    @classmethod
    def agreement(cls, partner, **values):
        return cls.env["dunning.whatsapp.optin"].create(
            {
                "company_id": cls.company.id,
                "partner_id": partner.id,
                "given_on": cls.today,
                "source": "call",
                "text": "Yes, by WhatsApp please.",
                **values,
            }
        )

    @contextmanager
    def api(self, *answers):
        api = Api(*answers)
        with patch(
            "odoo.addons.payt_dunning_whatsapp.models.dunning_way_whatsapp.requests.post", api
        ):
            yield api

    def written(self, *answers, **values):
        """The message about a new invoice after the API had it."""
        item = self.begun(**values)
        with self.api(*answers):
            self.dispatch()
        return item.notice_line_ids.notice_id

    def second_company(self):
        """Another company with a number of its own at the same platform."""
        other = self.setup_other_company()["company"]
        self.env.user.company_ids += other
        account = self.env["dunning.whatsapp.account"].create(
            {
                "company_id": other.id,
                "phone_number_id": "1066002",
                "business_account_id": "1022002",
                "new_access_token": TOKEN,
                "new_app_secret": "their-app-secret",
            }
        )
        other.dunning_channel_ids = [Command.set(self.company.dunning_channel_ids.ids)]
        return other, account

    def reachable(self, partner=None, company=None):
        """The numbers by which a debtor is reached by WhatsApp."""
        company, partner = company or self.company, partner or self.business
        debtors = self.env["dunning.debtor"].sudo()
        debtor = debtors._ensure(company, partner)[partner.id]
        house = self.env["dunning.house"].sudo()._read(company, self.today)
        person = debtors._people(debtor.ids, house)[debtor.id]
        return [each[2] for each in person.recipients if each[:2] == ("whatsapp", "accounts")]
