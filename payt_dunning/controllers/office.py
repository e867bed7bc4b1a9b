import logging

from odoo import http
from odoo.http import request

from ..models.dunning_page_pace import WRONG_FROM
from ..rules.signature import Signed

_logger = logging.getLogger(__name__)

#: What a message may have, in bytes; more is refused before it is read.
LARGEST = 5 * 1024 * 1024
#: Kinds of body that are taken apart before we see their bytes: no signature fits them any more.
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Office(http.Controller):
    """Messages that the server of an office sends: looked at for their signature, kept, read later.

    No answer says anything but its status. Who is not known and what is not genuine get the same.
    """

    @http.route(
        "/payt_dunning/office/<string:number>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        # What comes in pieces is cut there: one byte more tells that it is too large.
        max_content_length=LARGEST + 1,
    )
    def office_tells(self, number, **_kwargs):
        """Keep a message.

        :return: 202: it is kept, now or before; 401: not genuine; 400: empty; 413: too large;
            415: a form;
            429: too many that were not genuine came from there
        """
        if request.httprequest.mimetype in FORMS:
            return self._answer(415)
        tries = request.env(su=True)["dunning.page.try"]
        here = tries._from(request.httprequest.remote_addr, number[:32])
        if tries._waits("office", here):
            return self._answer(429)
        headers = request.httprequest.headers
        signed = Signed(
            headers.get("webhook-id", ""),
            headers.get("webhook-timestamp", ""),
            headers.get("webhook-signature", ""),
            request.httprequest.get_data(cache=False),
        )
        if len(signed.body) > LARGEST:
            return self._answer(413)
        agent = request.env["collection.agent"]._sender(number, signed)
        if not agent:
            _logger.info("A message to the address of an office was not genuine")
            tries._too_many("office", here, WRONG_FROM)
            return self._answer(401)
        if not signed.body:
            return self._answer(400)
        feedback = request.env["collection.feedback"]
        _message, known = feedback._receive(agent, signed.body, "webhook", delivery=signed.number)
        if not known:
            feedback._wake_reader()
        return self._answer(202)

    def _answer(self, status):
        headers = [("Content-Type", "text/plain"), ("Cache-Control", "no-store")]
        return request.make_response("", headers, status=status)
