import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.mail import formataddr, plaintext2html

from ..rules.seal import seal
from .dunning_message import CLAIM


class DunningTalk(models.AbstractModel):
    """How what we say gets into threads and into the queue of mails, many at a time."""

    _inherit = "dunning.talk"  # pylint: disable=consider-merging-classes-inherited

    # -- the thread ----------------------------------------------------------------------------

    @api.model
    def _show(self, debtor, moves, subject, paragraphs, author=None):
        """Put what is said in the thread with the debtor, without notifying anybody.

        :return: the entries
        """
        return self._show_entries([(debtor, moves, subject, paragraphs, author, None)])

    @api.model
    def _show_all(self, speeches):
        """Put what we say in the thread of each invoice.

        What has a slot and can't be mailed has no row that keeps it: its entries do, so that it
        is not said again every day.
        """
        marks = {
            at: self._mark(each)
            for at, each in enumerate(speeches)
            if each.options.get("slot") and not each.recipient
        }
        said = self._said(marks.values())
        self._show_entries(
            [
                (
                    each.debtor,
                    each.items.move_id,
                    each.subject,
                    self._as_text(each),
                    each.options.get("author"),
                    marks.get(at),
                )
                for at, each in enumerate(speeches)
                if marks.get(at) not in said
            ]
        )

    @api.model
    def _mark(self, speech):
        """What the Message-Ids of entries begin with that keep the slot of a message."""
        about = f"{speech.options['source']}.{speech.options['slot']}.{speech.debtor.id}"
        return "<" + re.sub(r"[^\w.]", "-", about)

    @api.model
    def _said(self, marks):
        """Those of some marks that entries have."""
        marks = list(marks)
        if not marks:
            return set()
        self.env["mail.message"].flush_model()
        return {
            mark
            for (mark,) in self.env.execute_query(
                SQL(
                    """SELECT mark FROM unnest(%s) AS mark
                        WHERE EXISTS (SELECT FROM mail_message
                                       WHERE message_id = mark || '@thread>')""",
                    marks,
                )
            )
        }

    @api.model
    def _as_text(self, speech):
        """The paragraphs of a message, its table as one of them."""
        if not speech.table:
            return speech.paragraphs
        env = speech.debtor.env
        rows = [
            env._("%(label)s: %(text)s", label=label, text=text) for label, text in speech.table
        ]
        place = speech.options.get("table_after", 1)
        return [*speech.paragraphs[:place], "\n".join(rows), *speech.paragraphs[place:]]

    @api.model
    def _show_entries(self, shown):
        """Make entries of threads.

        :param shown: list of ``(debtor, invoices, subject, paragraphs, author, mark)``; the mark
            is put on the first entry, see :meth:`_mark`
        """
        Chatter, subtype = self.env["dunning.chatter"], self.env.ref("mail.mt_comment")
        companies = self.env["res.company"].union(*(each[0].company_id for each in shown))
        common = {
            company.id: {
                **company._dunning_sender(),
                "message_type": "comment",
                "subtype_id": subtype.id,
                "record_company_id": company.id,
            }
            for company in companies
        }
        values, places = [], []
        for debtor, moves, subject, paragraphs, author, mark in shown:
            company = debtor.company_id
            body = Markup("").join(map(plaintext2html, paragraphs))
            for move in moves:
                marked = mark and move == moves[:1]
                places.append(move.id)
                values.append(
                    {
                        **common[company.id],
                        "subject": subject,
                        "body": body,
                        "author_id": (author or company.partner_id).id,
                        "dunning_debtor_id": debtor.id,
                        "message_id": f"{mark}@thread>"
                        if marked
                        else Chatter._new_message_id(move.id),
                    }
                )
        entries = self.env["mail.message"].sudo().create(values)
        if entries:
            Chatter._put_on_invoices(dict(zip(entries.ids, places, strict=True)))
        return entries

    # -- the mail ------------------------------------------------------------------------------

    @api.model
    def _mail(self, speeches):
        """Put messages in the queue of mails.

        :return: list of messages; empty ones where there is no recipient
        """
        mailed = [each for each in speeches if each.recipient]
        notices = self.env["dunning.notice"].sudo()
        notices = notices.create([self._notice_values(each) for each in mailed])
        self._queue(notices, mailed)
        made = iter(notices)
        return [next(made) if each.recipient else notices.browse() for each in speeches]

    @api.model
    def _body(self, speech):
        """The canonical body of a message."""
        debtor, options = speech.debtor, speech.options
        button = options.get("button")
        anchor = options.get("anchor")
        return Markup(  # nosec B704 # rendered, escaped
            debtor.env["ir.qweb"]._render(
                "payt_dunning.talk_mail",
                {
                    "company": debtor.company_id,
                    "lang": debtor.env.lang,
                    "who": debtor.partner_id.name,
                    "paragraphs": speech.paragraphs,
                    "table": speech.table,
                    "table_after": options.get("table_after", 1),
                    # Where nothing may be shown there is nothing to go to, and no thread for an answer.
                    "link": speech.items
                    and not options.get("paper")
                    and (f"{CLAIM}#{anchor}" if anchor else CLAIM),
                    "button": button(debtor.env) if callable(button) else button,
                },
            )
        )

    @api.model
    def _notice_values(self, speech):
        debtor, items, options = speech.debtor, speech.items, speech.options
        company, recipient, subject = debtor.company_id, speech.recipient, speech.subject
        files = options.get("files") or self.env["ir.attachment"]
        body = self._body(speech)
        currency = items.currency_id[:1] or company.currency_id
        values = {
            "kind": "talk",
            "topic": speech.topic,
            "level_name": self._named(speech.topic, company),
            "debtor_id": debtor.id,
            "company_id": company.id,
            "partner_id": debtor.partner_id.id,
            "channel": "email",
            "recipient": recipient,
            "lang": debtor.env.lang,
            "currency_id": currency.id,
            "as_of": self.env["dunning.message"]._today(company),
            "subject": subject,
            "body": body,
            "content_hash": seal(
                recipient, subject, str(body), self.env["dunning.message"]._file_hashes(files)
            ),
            "in_hours": not options.get("waits", True),
            "line_ids": [Command.create(each) for each in self._all_line_values(speech, currency)],
            **options.get("values", {}),
        }
        if files:
            values["attachment_ids"] = [Command.set(files.ids)]
        return values

    @api.model
    def _named(self, topic, company):
        """What a message is about, as our own people call it."""
        notices = self.env["dunning.notice"].with_context(lang=company.partner_id.lang)
        return dict(notices._fields["topic"]._description_selection(notices.env))[topic]

    @api.model
    def _all_line_values(self, speech, currency):
        """The rows of a message; its slot, if it has one, is the first one's."""
        rows = [self._line_values(item, speech.recipient, currency) for item in speech.items]
        payees = self.env["dunning.payee"].sudo()
        found = payees._of(speech.items.move_id.ids)
        lang = speech.debtor.env.lang
        told = {payee_id: payees._told(lang, payee_id) for payee_id in {*found.values()}}
        for row, item in zip(rows, speech.items, strict=True):
            payee_id = found.get(item.move_id.id, 0)
            row.update(payee_key=payee_id, payee_told=told.get(payee_id))
        if slot := speech.options.get("slot"):
            if not rows:
                raise ValueError(f"a message about nothing can't have the slot {slot}")
            rows[0].update(source=speech.options["source"], slot=slot)
        return rows

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
    def _queue(self, notices, speeches):
        """Put messages in the queue of mails.

        :param speeches: of each message, in the same order
        """
        if not notices:
            return
        moments = self._moments(notices)
        envelopes = {company: notices._envelope(company) for company in notices.company_id}
        moves = [speech.items.move_id[:1] for speech in speeches]
        values = []
        for notice, speech, move in zip(notices, speeches, moves, strict=True):
            answers, files = speech.options.get("answers"), speech.options.get("files")
            mail = {
                **envelopes[notice.company_id],
                "scheduled_date": moments[notice.id],
                "dunning_notice_id": notice.id,
                "message_id": self.env["dunning.chatter"]._new_message_id(move.id),
                "references": answers.message_id if answers else False,
                "subject": notice.subject,
                "email_to": formataddr((speech.debtor.partner_id.name or "", notice.recipient)),
                "body_html": notice.body,
            }
            if files:
                mail["attachment_ids"] = [Command.set(files.ids)]
            values.append(mail)
        mails = self.env["mail.mail"].sudo().create(values)
        places = {
            mail.mail_message_id.id: move.id
            for mail, move in zip(mails, moves, strict=True)
            if move
        }
        if places:
            self.env["dunning.chatter"]._put_on_invoices(places)
        notices._set_queued()

    @api.model
    def _moments(self, notices):
        """Not before when messages leave, by their id; ``False`` for at once."""
        moments = self.env["dunning.when"]._moments(notices, fields.Datetime.now())
        return {notice.id: notice.in_hours and moments[notice.id] for notice in notices}

    @api.model
    def _wake(self, notices):
        """Have the queue of mails looked at when the first of these messages may leave."""
        moments = self._moments(notices).values()
        notices._wake_queue({moment or fields.Datetime.now() for moment in moments})
