import re
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, split_every
from odoo.tools.mail import email_normalize

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
    ("thanks", "Thank-You"),
    ("statement", "Statement of Account"),
    ("waiver", "Costs Waived"),
]
#: Messages that are made together.
BATCH = 500
#: Addresses of pages in what people quote: nothing that is kept holds their tokens. Mail programs
#: write them within addresses of their own, with a slash as %2F or %252F.
TOKENS = re.compile(r"((/|%(?:25)?2F)claim\2[mip]\2\d+\2)[0-9a-f]{32}", re.I)


class Telling(NamedTuple):
    """Something that is to be said to a debtor.

    :param items: what it is about
    :param topic: one of :data:`TOPICS`
    :param words: function of an environment in the debtor's language that gives the subject and
        the paragraphs
    :param options: see :meth:`DunningTalk._tell_all`
    """

    debtor: object
    items: object
    topic: str
    words: object
    options: dict = {}  # noqa: RUF012  never changed


class Voice(NamedTuple):
    """How we speak to a debtor.

    :param env: of the system, in the debtor's language
    :param addresses: where it can be reached by mail, the best first
    """

    env: object
    addresses: list


class Speech(NamedTuple):
    """A telling in the words of the debtor's language; its records are the system's.

    :param table: ``[(label, text)]``
    :param recipient: empty where it is not mailed
    """

    debtor: object
    items: object
    topic: str
    subject: str
    paragraphs: list
    table: list
    recipient: str
    options: dict


class DunningNotice(models.Model):
    """Messages that are part of a conversation: answers, confirmations, outcomes.

    They go through the same outbox as reminders, so never twice, and are kept as sent with
    their SHA-256. They stand for no level, start no term, and leave at any hour where somebody
    waits for them.
    """

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    kind = fields.Selection(KINDS, required=True, default="reminder", readonly=True)
    topic = fields.Selection(TOPICS, "About", readonly=True)
    in_hours = fields.Boolean(
        "Within Hours",
        readonly=True,
        help="Nobody waits for it: it leaves on the days and within the hours for messages.",
    )

    def _why_not_to_talk(self):
        """Why a message of a conversation may not leave now, in words; ``None`` when it may."""
        if not self.company_id._dunning_is_live():
            return self.env._("Sending is switched off for %s.", self.company_id.name)
        if self.recipient in (self.debtor_id.failed_email or "").split():
            return self.env._("%s does not work any more.", self.recipient)
        if self.channel != "email" and not self._is_still_reached():
            return self.env._("The debtor is not reached at %s any more.", self.recipient)
        return self._why_not_to_tell_now()

    def _is_still_reached(self):
        """Whether a contact of the debtor can be reached where this message goes: it may have asked
        us to stop, have another number, or its company may not use the channel any more."""
        debtor, company = self.debtor_id, self.company_id
        day = self.env["dunning.message"]._today(company)
        house = self.env["dunning.house"]._read(company, day, debtor)
        places = self.env["dunning.debtor"]._people(debtor.ids, house)[debtor.id].places
        return any(
            channel == self.channel and address == self.recipient
            for (channel, _contact), address in places.items()
        )

    def _why_not_to_tell_now(self):
        """Why what a message says does not hold any more, in words; ``None`` when it does.

        For whoever says something that may be overtaken: asked when it is handed over.
        """
        return None


class DunningTalk(models.AbstractModel):
    """What we say to a debtor outside the levels: by mail, in the thread, on the page."""

    _name = "dunning.talk"
    _description = "Conversation with a Debtor"

    @api.model
    def _env_of(self, debtor):
        """The environment of the system in the language that the debtor reads."""
        return self._voices(debtor)[debtor.id].env

    @api.model
    def _voices(self, debtors):
        """How to speak to debtors: ``{debtor id: Voice}``; read together for each company."""
        voices = {}
        for company, own in debtors.sudo().grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            house = self.env["dunning.house"].sudo()._read(company, day, own)
            tz = company.partner_id.tz or "UTC"
            for debtor_id, person in (
                self.env["dunning.debtor"].sudo()._people(own.ids, house).items()
            ):
                context = {**self.env.context, "lang": person.lang, "tz": tz}
                found = [each[2] for each in person.recipients if each[0] == "email"]
                addresses = list(dict.fromkeys(filter(None, map(email_normalize, found))))
                voices[debtor_id] = Voice(self.env(su=True, context=context), addresses)
        return voices

    @api.model
    def _tell(self, debtor, items, topic, words, **options):
        """Say something to a debtor: it stands in the thread of each invoice, and is mailed.

        See :meth:`_tell_all`.

        :return: the message; empty where it could not be mailed
        """
        return self._tell_all([Telling(debtor, items, topic, words, options)])[0]

    @api.model
    def _tell_all(self, tellings):
        """Say something to many debtors, in batches: in the thread of each invoice, and by mail.

        Where the company is not live, or no address works, it stands in the thread alone.
        Options of a telling:

        - ``recipient`` (an address), ``answers`` (the message that is answered), ``files``
          (attachments), ``author`` (a partner), ``shown`` (put it in the thread);
        - ``source`` and ``slot``: what it is about (``plan:17``) and which message about it. One
          whose slot is live already, for whatever recipient, is left out: it is not shown
          either. A failed or dropped message frees its slot; one that could not be mailed has none,
          and is shown once;
        - ``waits`` (yes): somebody waits for it, so it leaves at any hour; else on the days and
          within the hours for messages;
        - ``values``: more values of the message;
        - ``button`` (its text) and ``anchor`` (the place on the page that it leads to);
        - ``paper``: it is printed, so that nothing in it is a link;
        - ``table``: ``[(label, text)]``, shown after so many paragraphs as ``table_after`` says
          (one). Like the button it may be a function of an environment in the debtor's language.

        :param tellings: list of :class:`Telling`
        :return: list of messages, in the same order; empty where one could not be mailed
        :raises psycopg2.errors.UniqueViolation: somebody else made one with its slot meanwhile
        """
        if not tellings:
            return []
        debtors = self.env["dunning.debtor"].sudo().union(*(each.debtor for each in tellings))
        voices = self._voices(debtors)
        live = {company for company in debtors.company_id if company._dunning_is_live()}
        items = self.env["dunning.item"].sudo().union(*(each.items for each in tellings))
        fresh = self._with_free_slot(tellings)
        made = {}
        for batch in split_every(BATCH, fresh, list):
            speeches = [self._speak(tellings[at], voices, live, debtors, items) for at in batch]
            self._show_all([each for each in speeches if each.options.get("shown", True)])
            made.update(zip(batch, self._mail(speeches), strict=True))
        none = self.env["dunning.notice"].sudo()
        self._wake(none.union(*made.values()))
        return [made.get(at, none) for at in range(len(tellings))]

    @api.model
    def _with_free_slot(self, tellings):
        """Which of these may be said: the first with each slot that no live message has.

        :return: list of places in ``tellings``
        """
        slots = [
            (each.options["source"], each.options["slot"]) if each.options.get("slot") else None
            for each in tellings
        ]
        taken, free = self._live_slots({slot for slot in slots if slot}), []
        for at, slot in enumerate(slots):
            if slot not in taken:
                free.append(at)
                taken |= {slot} - {None}
        return free

    @api.model
    def _live_slots(self, slots):
        """Those of some slots that a live message has, whoever gets it.

        :param slots: set of ``(source, slot)``
        """
        if not slots:
            return set()
        self.env["dunning.notice.line"].flush_model()
        sources, names = map(list, zip(*slots, strict=True))
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT DISTINCT line.source, line.slot
                         FROM unnest(%s::text[], %s::text[]) AS wanted (source, slot)
                         JOIN dunning_notice_line line
                           ON line.source = wanted.source AND line.slot = wanted.slot
                        WHERE line.live""",
                    sources,
                    names,
                )
            )
        )

    @api.model
    def _speak(self, telling, voices, live, debtors, items):
        """A telling in the debtor's language.

        :param live: companies that send
        :param debtors: of all tellings, and so ``items``: what is read is read of all
        :return: :class:`Speech`
        """
        voice, options = voices[telling.debtor.id], telling.options
        env = voice.env
        subject, paragraphs = telling.words(env)
        table = options.get("table") or []
        recipient = options.get("recipient") or next(iter(voice.addresses), False)
        debtor = telling.debtor.with_env(env).with_prefetch(debtors._prefetch_ids)
        return Speech(
            debtor=debtor,
            items=telling.items.with_env(env).with_prefetch(items._prefetch_ids),
            topic=telling.topic,
            subject=subject,
            paragraphs=[str(each).strip() for each in paragraphs if str(each or "").strip()],
            table=table(env) if callable(table) else table,
            recipient=debtor.company_id in live and recipient,
            options=options,
        )

    @api.model
    def _without_tokens(self, body):
        """A text of somebody without the tokens of pages that it quotes."""
        cleaned = TOKENS.sub(r"\1…", str(body or ""))
        return Markup(cleaned) if isinstance(body, Markup) else cleaned  # nosec B704 # it was Markup before
