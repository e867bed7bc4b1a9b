"""Documents on the debtor's page: invoices and messages as sent, the statement of account."""

import logging

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from .page import CLAIM, HEADERS, WHOLE, ClaimPage, everywhere, reads

_logger = logging.getLogger(__name__)


class ClaimDocuments(ClaimPage):
    """Files of a claim; nothing of another debtor's, nothing of another claim's."""

    def _file(self, name, content):
        return request.make_response(
            content,
            [
                *HEADERS,
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name, "inline")),
            ],
        )

    @reads(everywhere("/invoice/<int:item_id>"))
    def claim_invoice(self, item_id, lang=None, **where):
        """The PDF of an invoice: what was sent, else one made for this visitor alone."""
        door, env = self._enter(lang=lang, **where)
        move = door.items.filtered(lambda item: item.id == item_id).move_id
        if not move or move.move_type == "entry" or move.state != "posted":
            raise self._nowhere(lang)
        # Core's report sets values on lines, which would write on the invoice: nobody changed it.
        move = move.with_context(skip_invoice_sync=True)
        try:
            document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        except UserError:
            _logger.exception("The PDF of invoice %s can't be made", move.id)
            piles, day = self._piles(door, env)
            problem = env._("We can't show this invoice at the moment. Ask us, and we send it.")
            return self._show(door, env, piles, day, problem=problem, status=503)
        return self._file(document["filename"], document["content"])

    @reads(f"{CLAIM}/message")
    def claim_message(self, lang=None, **where):
        """The message as it was sent."""
        door, env = self._enter(lang=lang, **where)
        return self._message(door, env, door.notice)

    @reads([f"{path}/message/<int:notice_id>" for path in WHOLE])
    def any_message(self, notice_id, lang=None, **where):
        """Any message that this debtor got."""
        door, env = self._enter(lang=lang, **where)
        notice = env["dunning.notice"].browse(notice_id).exists()
        mine = notice.filtered(lambda each: each.debtor_id == door.debtor and each.state == "sent")
        return self._message(door, env, mine)

    def _message(self, door, env, notice):
        if not notice.body:
            raise self._nowhere()
        messages = env["dunning.message"]
        body = messages._hide_keys(messages._insert_links(notice.body, door.path))
        values = {
            **self._frame(door, env),
            "subject": notice.subject,
            "sent": notice.sent_on and env["dunning.page"]._date(notice.sent_on),
            "body": Markup(body),  # nosec B704 # kept as we rendered it, escaped then
        }
        return self._answer(env, "payt_dunning.page_message", values)

    @reads([f"{path}/statement" for path in WHOLE])
    def statement(self, lang=None, **where):
        """The statement of account."""
        door, env = self._enter(lang=lang, **where)
        piles, day = self._piles(door, env)
        content = env["dunning.page.statement"]._pdf(door, piles, day)
        name = env._(
            "Statement of account %(who)s %(day)s", who=door.debtor.partner_id.name, day=day
        )
        return self._file(f"{name}.pdf", content)
