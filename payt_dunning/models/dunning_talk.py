import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.mail import formataddr, plaintext2html

from ..rules.seal import seal
from .dunning_message import CLAIM

KINDS = [("reminder", "Reminder"), ("talk", "Conversation")]
TOPICS = [
    ("answer", "Answer"),
    ("received", "Message Received"),
    ("call", "Confirmation of a Call"),
    ("promise", "Promise to Pay"),
    ("broken", "Promise Not Kept"),
    ("paid", "Says It Has Been Paid"),
    ("dispute", "Dispute"),
    ("outcome", "Outcome of a Dispute"),
    ("copy", "Invoice Sent Again"),
    ("reason", "Reason for Not Paying"),
    ("contact", "Contact Details"),
]
#: Addresses of pages in what people quote: nothing that is kept holds their tokens. Mail programs
#: write them within addresses of their own, with a slash as %2F or %252F.
TOKENS = re.compile(r"((/|%(?:25)?2F)claim\2[mi]\2\d+\2)[0-9a-f]{32}", re.I)


class DunningNotice(models.Model):
    """Messages that are part of a conversation: answers, confirmations, outcomes.

    They go through the same outbox as reminders, so never twice, and are kept as sent with
    their SHA-256. They stand for no level, start no term, and leave at any hour: somebody waits
    for them.
    """

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    kind = fields.Selection(KINDS, required=True, default="reminder", readonly=True)
    topic = fields.Selection(TOPICS, "About", readonly=True)

    def _reminded(self):
        """Of a conversation: all that it is about."""
        talks = self.filtered(lambda notice: (notice.retry_of_id or notice).kind == "talk")
        rest = super(DunningNotice, self - talks)._reminded()
        return rest | (talks | talks.retry_of_id).line_ids

    def _why_not_to_talk(self):
        """Why a message of a conversation may not leave now, in words; ``None`` when it may."""
        if not self.company_id._dunning_is_live():
            return self.env._("Sending is switched off for %s.", self.company_id.name)
        if self.recipient in (self.debtor_id.failed_email or "").split():
            return self.env._("%s does not work any more.", self.recipient)
        return None


class DunningTalk(models.AbstractModel):
    """What we say to a debtor outside the levels: by mail, in the thread, on the page."""

    _name = "dunning.talk"
    _description = "Conversation with a Debtor"

    @api.model
    def _env_of(self, debtor):
        """The environment of the system in the language that the debtor reads."""
        debtor = debtor.sudo()
        day = self.env["dunning.message"]._today(debtor.company_id)
        house = self.env["dunning.house"].sudo()._read(debtor.company_id, day, debtor)
        person = self.env["dunning.debtor"].sudo()._people(debtor.ids, house)[debtor.id]
        return self.env(
            su=True,
            context={
                **self.env.context,
                "lang": person.lang,
                "tz": debtor.company_id.partner_id.tz or "UTC",
            },
        )

    @api.model
    def _tell(self, debtor, items, topic, words, **options):
        """Say something to a debtor: it stands in the thread of each invoice, and is mailed.

        Meant for what the debtor waits for: it leaves at once, whatever the hour. Where the
        company is not live, or no address works, it stands in the thread alone.

        :param items: what it is about
        :param topic: one of :data:`TOPICS`
        :param words: function of an environment in the debtor's language that gives the subject
            and the paragraphs
        :param options: ``recipient`` (an address), ``answers`` (the message that is answered),
            ``files`` (attachments), ``author`` (a partner), ``shown`` (put it in the thread)
        :return: the message; empty where it could not be mailed
        """
        env = self._env_of(debtor)
        subject, paragraphs = words(env)
        paragraphs = [str(each).strip() for each in paragraphs if str(each or "").strip()]
        debtor, items, self = debtor.with_env(env), items.with_env(env), self.with_env(env)  # noqa: PLW0642
        if options.get("shown", True):
            self._show(debtor, items.move_id, subject, paragraphs, options.get("author"))
        recipient = options.get("recipient") or next(iter(debtor._known_addresses()), False)
        if not recipient or not debtor.company_id._dunning_is_live():
            return env["dunning.notice"]
        notice = env["dunning.notice"].create(
            self._notice_values(debtor, items, topic, recipient, subject, paragraphs, options)
        )
        self._queue(notice, items.move_id[:1], options.get("answers"))
        return notice

    @api.model
    def _show(self, debtor, moves, subject, paragraphs, author=None):
        """Put what we say in the thread with the debtor, without notifying anybody."""
        company = debtor.company_id
        body = Markup("").join(map(plaintext2html, paragraphs))
        return self.env["mail.message"].create(
            [
                {
                    **company._dunning_sender(),
                    "model": "account.move",
                    "res_id": move.id,
                    "message_type": "comment",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                    "subject": subject,
                    "body": body,
                    "author_id": (author or company.partner_id).id,
                    "record_company_id": company.id,
                    "dunning_debtor_id": debtor.id,
                    "message_id": self.env["dunning.chatter"]._new_message_id(move.id),
                }
                for move in moves
            ]
        )

    @api.model
    def _notice_values(self, debtor, items, topic, recipient, subject, paragraphs, options):
        company, files = debtor.company_id, options.get("files") or self.env["ir.attachment"]
        body = Markup(
            self.env["ir.qweb"]._render(
                "payt_dunning.talk_mail",
                {
                    "company": company,
                    "lang": self.env.lang,
                    "who": debtor.partner_id.name,
                    "paragraphs": paragraphs,
                    # Where nothing may be shown there is nothing to go to, and no thread for an answer.
                    "link": items and CLAIM,
                },
            )
        )
        today = self.env["dunning.message"]._today(company)
        currency = items.currency_id[:1] or company.currency_id
        return {
            "kind": "talk",
            "topic": topic,
            "level_name": self._named(topic, company),
            "debtor_id": debtor.id,
            "company_id": company.id,
            "partner_id": debtor.partner_id.id,
            "channel": "email",
            "recipient": recipient,
            "lang": self.env.lang,
            "currency_id": currency.id,
            "as_of": today,
            "subject": subject,
            "body": body,
            "content_hash": seal(
                recipient, subject, str(body), self.env["dunning.message"]._file_hashes(files)
            ),
            "attachment_ids": [Command.set(files.ids)],
            "line_ids": [
                Command.create(self._line_values(item, recipient, currency)) for item in items
            ],
        }

    @api.model
    def _named(self, topic, company):
        """What a message is about, as our own people call it."""
        notices = self.env["dunning.notice"].with_context(lang=company.partner_id.lang)
        return dict(notices._fields["topic"]._description_selection(notices.env))[topic]

    @api.model
    def _line_values(self, item, recipient, currency):
        """A row without a slot: it stands for no level."""
        return {
            "item_id": item.id,
            "source": f"item:{item.id}",
            "channel": "email",
            "recipient": recipient,
            "live": True,
            "position": 0,
            "name": item.name,
            "date_due": item.date_due,
            "amount": item.amount_open,
            "currency_id": (item.currency_id or currency).id,
        }

    @api.model
    def _queue(self, notice, move, answers=None):
        """Put a message in the queue of mails, to leave as soon as it is looked at."""
        company = notice.company_id
        mail = self.env["mail.mail"].create(
            {
                **notice._envelope(company.sudo(), False),
                "dunning_notice_id": notice.id,
                "message_id": self.env["dunning.chatter"]._new_message_id(move.id),
                "references": answers.message_id if answers else False,
                "subject": notice.subject,
                "email_to": formataddr((notice.partner_id.name or "", notice.recipient)),
                "body_html": notice.body,
                "attachment_ids": [Command.set(notice.attachment_ids.ids)],
            }
        )
        if move:
            self.env["dunning.chatter"]._put_on_invoices({mail.mail_message_id.id: move.id})
        notice._set_queued()
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    @api.model
    def _without_tokens(self, body):
        """A text of somebody without the tokens of pages that it quotes."""
        cleaned = TOKENS.sub(r"\1…", str(body or ""))
        return Markup(cleaned) if isinstance(body, Markup) else cleaned
