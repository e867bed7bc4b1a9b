import hashlib
import re
import unicodedata
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.tools import consteq
from odoo.tools.mail import plaintext2html

from odoo.addons.payt_dunning.tools import Heard

from ..cloud_api import digest, is_signed, kind_of, read_error

#: A message that is nothing but one of these ends the agreement.
STOP = frozenset(
    {
        *("stop", "stopp", "stoppen", "stop please", "stop aub", "stop bitte", "unsubscribe"),
        *("opt out", "optout", "afmelden", "uitschrijven", "geen berichten", "abmelden"),
        *("abbestellen", "keine nachrichten", "arret", "arreter", "desabonner", "desinscrire"),
        *("baja", "cancel", "end", "quit"),
    }
)
LONGEST_TEXT = 10_000
#: How far a moment in a report may lie ahead of us.
CLOCKS_DIFFER = timedelta(minutes=10)


class DunningWhatsappReport(models.AbstractModel):
    """What the platform reports: delivered, failed, what contacts write back, templates.

    Reports come in any order, more than once, or not at all. That somebody read a message is
    ignored on purpose: we don't look over people's shoulders.
    """

    _name = "dunning.whatsapp.report"
    _description = "Reports of WhatsApp"

    @api.model
    def _signed_by(self, body, header):
        """The accounts whose secret signed these bytes. All are tried: time tells nothing."""
        accounts = self.env["dunning.whatsapp.account"].sudo().search([("app_secret", "!=", False)])
        return accounts.browse(
            [each.id for each in accounts if is_signed(each.app_secret, body, header)]
        )

    @api.model
    def _knows_verify_token(self, token):
        """Whether this is the verify token of one of the accounts."""
        accounts = self.env["dunning.whatsapp.account"].sudo().search([])
        given = digest(token or "")
        found = [consteq(each.verify_digest or "", given) for each in accounts]
        return any(found)

    @api.model
    def _take(self, accounts, payload):
        """Act on a report; what is not about one of ``accounts`` is ignored.

        :param accounts: who signed it: of others it can tell nothing
        :param payload: as it came in, of any shape
        """
        for entry in _dicts(payload, "entry"):
            own = accounts.filtered(
                lambda each, entry=entry: each.business_account_id == str(entry.get("id") or "")
            )
            for change in _dicts(entry, "changes"):
                value = change.get("value")
                if not own or not isinstance(value, dict):
                    continue
                if change.get("field") == "message_template_status_update":
                    self.env["dunning.whatsapp.template"].sudo()._take_status(own.company_id, value)
                elif change.get("field") == "messages":
                    self._take_messages(own, value)

    @api.model
    def _take_messages(self, accounts, value):
        metadata = value.get("metadata")
        number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
        account = accounts.filtered(lambda each: each.phone_number_id == str(number or ""))
        if not account:
            return
        company = account.company_id
        own = self.with_company(company).with_context(lang=company.partner_id.lang)
        statuses, messages = _dicts(value, "statuses"), _dicts(value, "messages")
        notices = own._notices(company, statuses)
        for status in statuses:
            notice = notices.get(_text(status, "id")) or notices.get(
                _text(status, "biz_opaque_callback_data")
            )
            if notice:
                own._take_status(notice, status)
        for message in messages:
            own._take_message(company, message)

    # -- what became of our messages -----------------------------------------------------------

    @api.model
    def _notices(self, company, statuses):
        """The messages of a company that reports are about, by reference, ours or the platform's."""
        references = {
            _text(status, name)
            for status in statuses
            for name in ("id", "biz_opaque_callback_data")
        } - {""}
        found = (
            self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("channel", "=", "whatsapp"),
                    ("provider_reference", "in", list(references)),
                ]
            )
        )
        return {notice.provider_reference: notice for notice in found}

    @api.model
    def _take_status(self, notice, status):
        """One report about one message."""
        what = status.get("status")
        if what == "sent":
            notice._take_accepted()
        elif what == "delivered":
            notice._take_delivered(moment=_moment(status.get("timestamp")))
        elif what == "failed":
            self._take_failure(notice, next(iter(_dicts(status, "errors")), {}))

    @api.model
    def _take_failure(self, notice, error):
        """It did not arrive; see the outcomes of the hand-over for what that means."""
        code, subcode, words = read_error(error)
        way = self.env["dunning.channel.whatsapp"]
        why = way._words_of(code, words)
        way._learn(notice, code)
        kind = kind_of(code, subcode)
        if kind == "later":
            # Its number is as good as before: the same channel is tried again.
            notice._take_undelivered(why, after=timedelta(0))
            self.env["dunning.task"]._channel_answers(
                notice.company_id, way, {notice.company_id.id}
            )
        else:
            notice._take_undelivered(why, wrong_address=kind == "address")

    # -- what contacts write ---------------------------------------------------------------------

    @api.model
    def _take_message(self, company, message):
        """A contact wrote: to stop, or something that waits for an answer."""
        number = "+" + re.sub(r"\D", "", _text(message, "from"))
        optins = (
            self.env["dunning.whatsapp.optin"]
            .sudo()
            .search([("company_id", "=", company.id), ("number", "=", number)])
        )
        words = self._words(message)
        if _is_stop(words):
            optins._withdraw(self.env._("Wrote “%s” by WhatsApp.", words[:40]))
            return
        notice = self._answered(company, number, message)
        partner = notice.partner_id or optins[:1].partner_id
        items = self._about(company, notice, partner)
        if items:
            self._ask(items, partner, words, _text(message, "id"))

    @api.model
    def _words(self, message):
        """What a message says; of anything but text only that there was something."""
        for kind, part in (("text", "body"), ("button", "text")):
            content = message.get(kind)
            if isinstance(content, dict) and isinstance(content.get(part), str):
                return self.env["dunning.talk"]._without_tokens(content[part])[:LONGEST_TEXT]
        return self.env._(
            "Sent something by WhatsApp that is no text (%s). It was not kept: ask for it.",
            re.sub(r"\W", "", _text(message, "type"))[:20] or "?",
        )

    @api.model
    def _answered(self, company, number, message):
        """The message of ours that a contact answers: the one it names, else our last to it."""
        context = message.get("context")
        named = _text(context, "id") if isinstance(context, dict) else ""
        Notice = self.env["dunning.notice"].sudo()
        ours = [
            ("company_id", "=", company.id),
            ("channel", "=", "whatsapp"),
            ("recipient", "=", number),
            ("state", "in", ("sent", "sending", "ambiguous")),
        ]
        found = named and Notice.search([*ours, ("provider_reference", "=", named)], limit=1)
        return found or Notice.search(ours, order="id desc", limit=1)

    @api.model
    def _about(self, company, notice, partner):
        """The items that a message is about; empty where nobody knows."""
        if notice:
            items = notice._reminded().item_id
            return items.filtered(lambda item: item.state == "open") or items
        debtor = (
            self.env["dunning.debtor"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "=", partner.commercial_partner_id.id),
                ]
            )
        )
        items = debtor.item_ids.filtered(lambda item: item.state == "open")
        return items.sorted(lambda item: (item.date_due, item.id))[:1]

    @api.model
    def _ask(self, items, partner, words, reference):
        """Put it in the thread of the oldest invoice: it waits for an answer; each once."""
        kept = hashlib.sha256(reference.encode()).hexdigest()[:40]
        message_id = f"<{kept}@whatsapp.invalid>"
        if self.env["mail.message"].sudo().search_count([("message_id", "=", message_id)], limit=1):
            return
        debtor = items.debtor_id[:1]
        author = partner if partner.commercial_partner_id == debtor.partner_id else None
        author = author or debtor.partner_id
        items.move_id[:1].sudo().with_context(
            dunning_heard=Heard(debtor_id=debtor.id, item_ids=tuple(items.ids)),
            disable_attachment_import=True,
            mail_post_autofollow_author_skip=True,
        ).message_post(
            body=plaintext2html(words),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=author.email_formatted or False,
            message_id=message_id,
        )


def _dicts(holder, name):
    """The dicts in a list that may be anything."""
    found = holder.get(name) if isinstance(holder, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(holder, name):
    """A text in a dict that may hold anything."""
    found = holder.get(name)
    return found.replace("\x00", "") if isinstance(found, str) else ""


def _moment(timestamp):
    """A moment in a report (seconds, UTC) as the database keeps it; ``None`` for nonsense."""
    try:
        moment = datetime.fromtimestamp(int(timestamp), timezone.utc).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    now = fields.Datetime.now()
    return moment if now - timedelta(days=31) < moment < now + CLOCKS_DIFFER else None


def _is_stop(words):
    """Whether a message says nothing but to stop, however it is written."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", plain)) in STOP
