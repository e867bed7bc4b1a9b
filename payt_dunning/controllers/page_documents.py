"""Documents on the debtor's page: invoices as sent, and the message itself."""

from odoo import http
from odoo.http import content_disposition, request

from .page import CLAIM, HEADERS, ClaimPage


class ClaimDocuments(ClaimPage):
    """Files of a claim; nothing of another debtor's, nothing of another claim's."""

    @http.route(
        f"{CLAIM}/invoice/<int:item_id>", type="http", auth="public", methods=["GET"], readonly=True
    )
    def claim_invoice(self, kind, record_id, token, item_id, **_rest):
        """The PDF of an invoice: what was sent, else one made for this visitor alone."""
        door, _env = self._enter(kind, record_id, token)
        move = door.items.filtered(lambda item: item.id == item_id).move_id
        if door.replaced or not move or move.move_type == "entry" or move.state != "posted":
            raise self._nowhere()
        document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        return request.make_response(
            document["content"],
            [
                *HEADERS,
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(document["filename"], "inline")),
            ],
        )

    @http.route(f"{CLAIM}/message", type="http", auth="public", methods=["GET"], readonly=True)
    def claim_message(self, kind, record_id, token, lang=None, **_rest):
        """The message as it was sent."""
        door, env = self._enter(kind, record_id, token, lang)
        notice = door.notice
        if door.replaced or not notice.body:
            raise self._nowhere(lang)
        values = {
            **env["dunning.page.values"]._frame(door.company, door.path, env.lang),
            "subject": notice.subject,
            "sent": notice.sent_on and env["dunning.page"]._date(notice.sent_on),
            "body": env["dunning.message"]._insert_links(notice.body, door.path),
        }
        return self._answer(env, "payt_dunning.page_message", values)
