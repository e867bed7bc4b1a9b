"""Where the platform reports to."""

import re

from werkzeug.exceptions import BadRequest, Forbidden, TooManyRequests

from odoo import http
from odoo.http import request

from odoo.addons.payt_dunning.models.dunning_page_pace import WRONG_FROM

from ..cloud_api import read_json
from ..models.dunning_whatsapp_account import WEBHOOK

#: The largest report that the platform sends.
LARGEST = 3 * 1024 * 1024
PLAIN = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]
#: What is sent back is a number or the like, and never anything that a browser could run.
CHALLENGE = re.compile(r"[\w-]{1,200}")


class WhatsappWebhook(http.Controller):
    """Reports are believed when they are signed, and only about whom they are signed for."""

    @http.route(
        WEBHOOK, type="http", auth="public", methods=["GET"], save_session=False, readonly=True
    )
    def whatsapp_verify(self, **query):
        """The platform asks whether this is ours, when the webhook is entered there."""
        reports = request.env(su=True)["dunning.whatsapp.report"]
        known = reports._knows_verify_token(query.get("hub.verify_token"))
        challenge = query.get("hub.challenge") or ""
        if query.get("hub.mode") != "subscribe" or not known or not CHALLENGE.fullmatch(challenge):
            raise Forbidden()
        return request.make_response(challenge, PLAIN)

    @http.route(
        WEBHOOK,
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=LARGEST,
    )
    def whatsapp_report(self, **_rest):
        """A report: checked as the bytes that came in, before anything reads them."""
        tries = request.env(su=True)["dunning.page.try"]
        here = tries._from(request.httprequest.remote_addr)
        if tries._waits("whatsapp", here):
            raise TooManyRequests()
        body = request.httprequest.get_data()
        reports = request.env(su=True)["dunning.whatsapp.report"]
        accounts = reports._signed_by(body, request.httprequest.headers.get("X-Hub-Signature-256"))
        if not accounts:
            tries._too_many("whatsapp", here, WRONG_FROM)
            raise Forbidden()
        payload = read_json(body)
        if not isinstance(payload, dict):
            raise BadRequest()
        reports._take(accounts, payload)
        return request.make_response("ok", PLAIN)
