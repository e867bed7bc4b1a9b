from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mail import plaintext2html

from ..tools import Heard

#: Characters of one message, and messages in an hour.
LONGEST_TEXT, MOST_MESSAGES = 10_000, 10
#: Messages of a thread that are shown, the latest.
SHOWN = 50
#: Invoices that can be chosen from in a form.
CHOICES = 200


class DunningPageDialogue(models.AbstractModel):
    """The dialogue on a debtor's page: the thread, the forms, and what was agreed."""

    _name = "dunning.page.dialogue"
    _description = "Dialogue on a Debtor's Page"

    @api.model
    def _sections(self, door, piles, day, visitor):
        """What the dialogue's templates need.

        :param door: see :class:`~.dunning_page_door.Door`
        :param visitor: ``since`` (id of the first message that this visitor wrote: it reads what
            we said from there on), ``own`` (ids of all that it wrote), ``proven``, ``typed`` (what was typed in a form that was
            refused), ``told`` (which form was taken), ``csrf``
        """
        rows = [row for pile in piles for row in pile.rows]
        paid = [each for pile in piles for each in pile.paid]
        choices = [(row.item_id, row.name) for row in rows] or [each[:2] for each in paid]
        thread, told = self._thread(door), visitor.get("told")
        seen = thread if door.whole else [each for each in thread if self._may_see(each, visitor)]
        return {
            "about": choices[:CHOICES],
            "thread": seen,
            "thread_hidden": len(thread) - len(seen),
            "typed": visitor.get("typed") or {},
            "told": self._told(told, door) if told else "",
            "csrf": visitor.get("csrf") or "",
            "agreed": self._agreed(door, piles, day),
            "is_business": door.debtor.kind != "consumer",
        }

    @api.model
    def _may_see(self, entry, visitor):
        """Whoever has an address only reads what it wrote itself, and what we answered to that.

        A message that was forwarded must not show what somebody else wrote or was answered,
        before or after. Confirmations, which no person wrote, show since it wrote first, but not
        those that are about other invoices as well.
        """
        since, own = visitor.get("since"), visitor.get("own") or ()
        answered = any(first <= mine <= last for first, last in entry["answers"] for mine in own)
        told = entry["by_company"] and since and entry["id"] >= since and not entry["beyond"]
        return bool(visitor.get("proven") or entry["id"] in own or answered or told)

    @api.model
    def _told(self, what, door):
        """What happens next, in words, after a form was taken; empty for none."""
        if what == "ask":
            return self._told_asked(door)
        words = {
            "ask_paid": self.env._(
                "Thank you, we have your message and answer it if that is needed. Nothing is open "
                "here: you need not pay."
            ),
        }
        return words.get(what, "")

    @api.model
    def _told_asked(self, door):
        if door.debtor._known_addresses():
            return self.env._(
                "Thank you, we have your message. We answer it here and by e-mail. Until then "
                "we send no formal messages about it."
            )
        return self.env._(
            "Thank you, we have your message. We answer it here. Until then we send no formal "
            "messages about it."
        )

    @api.model
    def _agreed(self, door, piles, day):
        """What was agreed and is under way: ``[{"text", …}]``; other files add to it."""
        return []

    # -- the thread ------------------------------------------------------------------------------

    @api.model
    def _thread(self, door):
        """What debtor and we said about the claim, oldest first: nothing that is internal.

        Only what is marked as this debtor's: an invoice that was another's before, or an entry
        with balances of many, shows nothing of others.
        """
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                Domain("dunning_debtor_id", "=", door.debtor.id)
                & Domain("model", "=", "account.move")
                & Domain("res_id", "in", door.items.move_id.ids)
                & Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id)
                & Domain("is_internal", "=", False)
                & Domain("message_type", "in", ("email", "comment", "email_outgoing")),
                order="id desc",
                limit=SHOWN,
            )
            .sorted("id")
        )
        answers, beyond = self._answers(messages), self._beyond(messages, door)
        moves = {move.id: move.name for move in door.items.move_id}
        several = len(moves) > 1
        entries = {}
        for message in messages:
            ours = not _is_theirs(message, door)
            text = self._said(message)
            key = (ours, message.subject if ours else message.id, text)
            about = moves.get(message.res_id) if several else ""
            if key in entries and ours:  # the same on several invoices
                entries[key]["about"] += f", {about}" if about else ""
                continue
            entries[key] = {
                "id": message.id,
                "who": self._who(message, ours, door),
                "ours": ours,
                "by_company": message.author_id == door.company.partner_id,
                "answers": answers.get(message.id, []),
                "beyond": message in beyond,
                "moment": self._moment(message.date),
                "about": about,
                "text": text,
                "files": [
                    {"id": each.id, "name": each.name}
                    for each in message.attachment_ids
                    if self.env["dunning.page.upload"]._is_kind(each.name, each.mimetype)
                ],
            }
        return list(entries.values())

    @api.model
    def _beyond(self, messages, door):
        """Those of some messages of ours that stand on invoices beyond a door as well."""
        company = door.company.partner_id
        ours = messages.filtered(lambda message: message.author_id == company)
        if door.whole or not ours:
            return messages.browse()
        others = messages.search(
            Domain("dunning_debtor_id", "=", door.debtor.id)
            & Domain("model", "=", "account.move")
            & Domain("res_id", "not in", door.items.move_id.ids)
            & Domain("author_id", "=", company.id)
            & Domain("subject", "in", ours.mapped("subject"))
            & Domain("date", ">=", min(ours.mapped("date")))
        )
        said = {(each.subject, each.body) for each in others}
        return ours.filtered(lambda message: (message.subject, message.body) in said)

    @api.model
    def _answers(self, messages):
        """Which of these are answers, and to which messages: ``{id: [(first, last id)]}``."""
        found = {}
        for question in (
            self.env["dunning.question"].sudo().search([("answer_ids", "in", messages.ids)])
        ):
            asked = (question.message_id.id, question.last_message_id.id)
            for answer in question.answer_ids:
                found.setdefault(answer.id, []).append(asked)
        return found

    @api.model
    def _said(self, message):
        """The text of a message; a reminder by its subject, it can be read as a whole elsewhere."""
        if message.message_type == "email_outgoing":
            return self.env._("We sent you an e-mail: “%s”", message.subject)
        return message._dunning_words()

    @api.model
    def _who(self, message, ours, door):
        if not ours:
            return self.env._("You")
        name = message.author_id.name
        company = door.company.name
        return company if not name or name == company else f"{name}, {company}"

    @api.model
    def _moment(self, moment):
        local = fields.Datetime.context_timestamp(self, moment)
        return f"{self.env['dunning.page']._date(local.date())} {local:%H:%M}"

    @api.model
    def _file(self, door, attachment_id, visitor):
        """A file of the thread that this visitor may read; empty where none."""
        seen = self._thread(door)
        if not door.whole:
            seen = [each for each in seen if self._may_see(each, visitor)]
        known = {each["id"] for entry in seen for each in entry["files"]}
        return (
            self.env["ir.attachment"].sudo().browse(attachment_id if attachment_id in known else ())
        )

    # -- what the debtor writes ------------------------------------------------------------------

    @api.model
    def _chosen(self, door, item_ids):
        """The items that a form is about: some of the door's; all of one invoice if there is one.

        :raises UserError: when none was chosen
        """
        items = door.items.filtered(lambda item: item.id in item_ids)
        open_items = door.items.filtered(lambda item: item.state == "open")
        if not items and len((open_items or door.items).move_id) == 1:
            items = open_items or door.items
        if not items:
            raise UserError(self.env._("Choose what it is about."))
        return items

    @api.model
    def _check_text(self, text, needed=True):
        """The text of a form.

        :raises UserError: when it is missing or too long
        """
        text = (text or "").replace("\r\n", "\n").replace("\x00", "").strip()
        text = self.env["dunning.talk"]._without_tokens(text)
        if needed and not text:
            raise UserError(self.env._("Write a few words first."))
        if len(text) > LONGEST_TEXT:
            raise UserError(
                self.env._(
                    "Your message has %(count)s characters; at most %(most)s fit. Make it shorter, "
                    "or send the rest as a file.",
                    count=len(text),
                    most=LONGEST_TEXT,
                )
            )
        return text

    @api.model
    def _check_pace(self, door):
        """Refuse more messages in an hour than anybody writes.

        :raises UserError: when there were too many
        """
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        recent = (
            self.env["mail.message"]
            .sudo()
            .search_count(
                [
                    ("dunning_debtor_id", "=", door.debtor.id),
                    ("message_type", "=", "comment"),
                    ("author_id.partner_share", "=", True),
                    ("author_id", "!=", door.company.partner_id.id),
                    ("create_date", ">", since),
                ]
            )
        )
        if recent >= MOST_MESSAGES:
            raise UserError(
                self.env._(
                    "You have sent us several messages already. Try again in an hour, or call us."
                )
            )

    @api.model
    def _say(self, door, items, body, files=None, author=None, dispute=None):  # noqa: PLR0913
        """Put what the debtor wrote on the page in the thread: somebody is told, steps wait.

        On the invoice of the first of ``items``; it waits for an answer about all of them.

        :param body: text, or HTML as Markup
        :param files: attachments, see :class:`~.dunning_page_upload.DunningPageUpload`
        :param dispute: what it begins, which holds by itself
        :return: the message
        """
        self._check_pace(door)
        body = body if isinstance(body, Markup) else plaintext2html(body)
        move = items.move_id[:1]
        author = author or door.notice.partner_id or door.debtor.partner_id
        if author.commercial_partner_id != door.debtor.partner_id:
            author = door.debtor.partner_id
        return (
            move.sudo()
            .with_context(
                dunning_heard=Heard(
                    debtor_id=door.debtor.id,
                    item_ids=tuple(items.ids),
                    dispute_id=dispute.id if dispute else 0,
                ),
                disable_attachment_import=True,
                mail_post_autofollow_author_skip=True,
            )
            .message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=author.id,
                email_from=author.email_formatted or False,
                attachment_ids=files.ids if files else [],
            )
        )


def _is_theirs(message, door):
    """Whether the debtor said it."""
    author = message.author_id
    return author.commercial_partner_id == door.debtor.partner_id
