import ipaddress
from urllib.parse import urlsplit

import requests

from odoo import api, models

from odoo.addons.payt_dunning.models.dunning_message import TextError
from odoo.addons.payt_dunning.models.dunning_way import Outcome, kind_of_status
from odoo.addons.payt_dunning.models.dunning_way_sms import _lost, _mobile

from ..cloud_api import STOPPED, TEMPLATE, Bearer, kind_of, read_error, read_json

API_URL, API_VERSION = "https://graph.facebook.com", "v23.0"
#: Seconds to connect, and to wait for an answer.
TIMEOUT = (10, 30)


class DunningWayWhatsapp(models.AbstractModel):
    """WhatsApp, on the official Cloud API: approved templates, to contacts who agreed.

    The API knows no request that is safe to repeat: what it did not answer is unclear. Its
    reports name our own reference, and make that clear mostly within seconds.
    """

    _name = "dunning.channel.whatsapp"
    _inherit = "dunning.channel.base"
    _description = "Follow-up by WhatsApp"

    _format = "text"

    @api.model
    def _addresses(self, contacts):
        """Mobile numbers (E.164) of contacts that agreed to be reached there."""
        home = self._home()
        numbers = {each.contact_id: _mobile(each.phone, each.country or home) for each in contacts}
        numbers = {contact_id: number for contact_id, number in numbers.items() if number}
        if not numbers:
            return {}
        agreed = self.env["dunning.whatsapp.optin"]._agreed(self.env.company, numbers)
        stopped = self.env["dunning.channel.sms"]._stopped(set(numbers.values()))
        return {
            contact_id: number
            for contact_id, number in numbers.items()
            if (contact_id, number) in agreed and number not in stopped
        }

    @api.model
    def _own_text(self, planned, level, values):
        """An approved template with its parameters; its words are not ours to change."""
        company = self.env["res.company"].browse(planned.company_id)
        record = self.env["dunning.level"].browse(level.level_id)
        template = self.env["dunning.whatsapp.template"]._pick(company, record, planned.lang)
        if not template:
            raise TextError(
                self.env._("No WhatsApp template for level “%s” is approved.", record.name)
            )
        parameters = template._values(values)
        sent = {"name": template.name, "code": template.code, "parameters": parameters}
        return template._fill(parameters), {"whatsapp": sent}

    @api.model
    def _hand_over(self, notice, text):
        account = self.env["dunning.whatsapp.account"]._of(notice.company_id)
        url = self._url(account)
        if not url:
            return Outcome("later", "", self.env._("WhatsApp is not set up, or not safely."))
        try:
            answer = requests.post(
                url,
                json=self._message(notice),
                auth=Bearer(account.access_token),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            return _lost(error)
        return self._read_answer(notice, answer.status_code, read_json(answer.content))

    @api.model
    def _url(self, account):
        """Where messages of an account are handed over; empty where that is not safe."""
        get = self.env["ir.config_parameter"].sudo().get_param
        base = get("payt_dunning_whatsapp.api_url", API_URL).rstrip("/")
        version = get("payt_dunning_whatsapp.api_version", API_VERSION)
        if not account or not _is_safe(base):
            return ""
        return f"{base}/{version}/{account.phone_number_id}/messages"

    @api.model
    def _message(self, notice):
        """A message as the API takes it."""
        sent, address = notice.whatsapp, notice._page_url()
        insert = self.env["dunning.message"]._insert_links
        texts = [notice._with_keys(insert(each, address)) for each in sent["parameters"]]
        return {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": notice.recipient.lstrip("+"),
            "type": "template",
            "template": {
                "name": sent["name"],
                "language": {"code": sent["code"]},
                "components": [
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": text} for text in texts],
                    }
                ],
            },
            # Its reports name this, also those that come before its answer or without one.
            "biz_opaque_callback_data": notice.provider_reference,
        }

    @api.model
    def _read_answer(self, notice, status, answer):
        """What the API answered about a message; nonsense tells nothing."""
        answer = answer if isinstance(answer, dict) else {}
        if "error" in answer:
            code, subcode, words = read_error(answer["error"])
            why = self._words_of(code, words)
            self._learn(notice, code)
            return Outcome(kind_of(code, subcode, status), "", why)
        messages = answer.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        reference = first.get("id") if isinstance(first, dict) else None
        if status == 200 and isinstance(reference, str) and reference:
            return Outcome("sent", reference[:250])
        why = self.env._("WhatsApp gave no answer about it (HTTP %s).", status)
        return Outcome("ambiguous" if status < 300 else kind_of_status(status), "", why)

    @api.model
    def _words_of(self, code, words):
        """An error of the platform, for people."""
        code = "?" if code is None else code
        return self.env._("WhatsApp says: %(words)s (%(code)s)", words=words or "–", code=code)

    @api.model
    def _learn(self, notice, code):
        """What an error tells beyond its message: about the template, or the contact's wish."""
        if code in TEMPLATE:
            self.env["dunning.whatsapp.template"].sudo().search(
                [
                    ("company_id", "=", notice.company_id.id),
                    ("name", "=", notice.whatsapp["name"]),
                    ("code", "=", notice.whatsapp["code"]),
                ]
            ).write({"status": TEMPLATE[code]})
        if code == STOPPED:
            notice._withdraw_whatsapp(self.env._("Stopped our messages at WhatsApp."))


def _is_safe(url):
    """Whether a token may go there: encrypted, or it does not leave this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
