import hashlib
import re
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import groupby

from ..rules.references import message_reference
from ..rules.seal import seal
from ..rules.texts import KEYS, UnknownPlaceholder, fill_paragraphs, insert_keys, substitute
from .dunning_payee import OWN
from .message_sources import Sources

#: Stands for the address of the debtor's page until the message is handed over.
CLAIM = "https://claim-page.invalid/"
#: The same with one invoice chosen there.
LINK = CLAIM + "%d"
_LINK = re.compile(r"https://claim-page\.invalid/(\d*)")


@dataclass(frozen=True, slots=True)
class Content:
    """A rendered message, or the problem that kept it from being rendered.

    :param level: the :class:`~.message_sources.LevelText` it begins with
    :param body: canonical HTML
    :param bundle_reference: payment reference of its own, when it is about several items
    :param file_hashes: SHA-256 of each attachment
    :param invitation: the payment plan that it offers, see
        :class:`~.dunning_plan_invitation.Invitation`
    :param text: of a short message, canonical as the body
    :param kept: values of the notice that its channel needs to hand it over
    """

    problem: str = ""
    level: object = None
    recipient: str = ""
    subject: str = ""
    body: str = ""
    bundle_reference: str | bool = False
    attachment_ids: tuple[int, ...] = ()
    file_hashes: tuple[str, ...] = ()
    invitation: object = None
    text: str = ""
    kept: dict = field(default_factory=dict)

    def sha256(self):
        """To whom the message says what, as kept for proof."""
        return seal(self.recipient, self.subject, str(self.body), self.file_hashes)


class TextError(Exception):
    """A text can't be turned into a message; ``args[0]`` says which and why, for people."""


class DunningMessage(models.AbstractModel):
    """Turns a planned notice into its canonical subject and body.

    Canonical: with a stand-in for the debtor's own links, so that the same message can be
    previewed, compared, hashed and kept. Texts of people are escaped into a static view.
    """

    _name = "dunning.message"
    _description = "Rendering of Dunning Messages"

    @api.model
    def _render(self, planned, sources=None):
        """Render planned notices.

        :param planned: list of :class:`~..rules.plan.PlannedNotice`
        :param sources: what they are made from, where that was read already
        :return: list of :class:`Content`, in the same order
        """
        sources = sources or Sources(self.env, planned)
        results = []
        for notice in planned:
            try:
                results.append(self._render_one(self._in_words(notice, sources), sources))
            except TextError as error:
                results.append(Content(problem=error.args[0]))
        return results

    @api.model
    def _in_words(self, planned, sources):
        """The same message in the language that all its texts are there in."""
        rungs = {(line.revision_id, line.position) for line in planned.lines if line.position}
        short = self.env["dunning.channel"]._way(planned.channel)._format == "text"
        lang = sources.words.spoken(planned.lang, planned.company_id, sorted(rungs), short)
        return planned if lang == planned.lang else replace(planned, lang=lang)

    @api.model
    def _render_one(self, planned, sources):
        reminded = [line for line in planned.lines if line.position]
        together = len(self._by_payee(reminded)) == 1
        bundle = (
            together
            and len(reminded) > 1
            and message_reference(
                planned.debtor_id,
                planned.currency_id,
                planned.day,
                [line.item_id for line in reminded],
            )
        )
        base = {
            **self._base_values(planned, reminded, sources),
            **self._law_values(planned, sources),
        }
        sections, levels, attachments = [], [], []
        for (revision_id, position), lines in groupby(
            reminded, key=lambda line: (line.revision_id, line.position)
        ):
            level = self._level(planned, revision_id, position, sources)
            section = self._section_values(planned, lines, bundle, sources)
            values = {**base, **level.terms, **section}
            self._check_statutory(planned, level, values)
            levels.append((level, values))
            if level.attachment == "pdf":
                # A stored PDF names our account: not of what is to be paid to somebody else.
                ours = [line for line in lines if line.payee_id == OWN.payee_id]
                moves = dict.fromkeys(sources.items[line.item_id].move_id for line in ours)
                # Others are linked, never rendered here.
                attachments += filter(None, (sources.pdf(move) for move in moves))
            received = self._received(planned, lines, sources)
            disputed = self._disputed(planned, lines, sources)
            sections.append(
                {
                    "paragraphs": self._fill(level, level.text, values, fill_paragraphs),
                    "terms": level.terms,
                    "rows": self._rows(planned, lines, sources),
                    "total": values["amount"]
                    if received or disputed or len(lines) > 1 or planned.total != planned.principal
                    else None,
                    "received": received,
                    "disputed": disputed,
                }
            )
        level, values = levels[0]
        total = sources.amount(planned.lang, planned.currency_id, planned.total)
        values = {**values, "amount": total}
        invitation = sources.invitation(planned, level.policy_id)
        return Content(
            level=level,
            recipient=planned.recipient,
            subject=self._fill(level, level.subject, values),
            body=self._body(planned, level, values, sections, sources, invitation),
            bundle_reference=bundle,
            attachment_ids=tuple(attachments),
            file_hashes=self._file_hashes(self.env["ir.attachment"].browse(attachments)),
            invitation=invitation,
        )

    @api.model
    def _body(self, planned, level, values, sections, sources, invitation=None):
        """The sections of a message in their frame: greeting, ways to pay, what else is open."""
        others = [line for line in planned.lines if not line.position]
        frame = self._law_frame(planned, sources)
        body = sources.words.env_of(planned.lang)["ir.qweb"]._render(
            "payt_dunning.reminder_mail",
            {
                "company": self.env["res.company"].browse(planned.company_id),
                "lang": planned.lang,
                "greeting": self._fill_policy(level, level.greeting, values),
                "sections": sections,
                "terms": level.terms,
                "also_open": self._rows(planned, others, sources),
                "also_received": self._received(planned, others, sources),
                "also_disputed": self._disputed(planned, others, sources),
                "closing": self._fill_policy(level, level.closing, values, fill_paragraphs),
                "transfers": self._transfers(planned, values, frame, sources),
                **frame,
                "invitation": self._invitation_frame(planned, sources, invitation),
                "link": CLAIM,
                "button": "button"
                if sum(len(each["rows"]) for each in sections) == 1
                else "button_all",
            },
        )
        return Markup(body)  # nosec B704 # rendered, escaped

    @api.model
    def _file_hashes(self, attachments):
        """SHA-256 of the content of each attachment."""
        return tuple(hashlib.sha256(file.raw or b"").hexdigest() for file in attachments.sudo())

    @api.model
    def _received(self, planned, lines, sources):
        """What is taken off some rows, written as a negative amount; nothing when nothing is."""
        received = sum(line.received for line in lines)
        return received and sources.amount(planned.lang, planned.currency_id, -received)

    @api.model
    def _disputed(self, planned, lines, sources):
        """The same of what is disputed."""
        disputed = sum(line.disputed for line in lines)
        return disputed and sources.amount(planned.lang, planned.currency_id, -disputed)

    @api.model
    def _base_values(self, planned, reminded, sources):
        """Values of the placeholders that are the same in the whole message."""
        debtor = sources.debtors[planned.debtor_id]
        return {
            **sources.words.company(planned.company_id),
            **debtor,
            **KEYS,
            "contact": sources.contacts.get(planned.partner_id) or debtor["debtor"],
            "iban": self._numbers_of(planned, reminded, sources),
        }

    @api.model
    def _level(self, planned, revision_id, position, sources):
        """The texts of a rung as its reader is addressed; see :class:`~.message_sources.LevelText`."""
        level = sources.words.level(planned.lang, planned.company_id, revision_id, position)
        if not level:
            policy = self.env["dunning.policy.revision"].browse(revision_id).policy_id
            raise TextError(
                self.env._(
                    "Policy “%(policy)s” has no text any more for level %(position)s.",
                    policy=policy.name,
                    position=position,
                )
            )
        return level.in_form(sources.forms.get(planned.partner_id))

    @api.model
    def _fill(self, level, text, values, fill=substitute):
        """Fill in a text of a level; a missing one is a :class:`TextError` as well."""
        if not text:
            record = self.env["dunning.level"].browse(level.level_id)
            raise TextError(
                self.env._(
                    "Level “%(level)s” of policy “%(policy)s” has no text.",
                    level=record.name,
                    policy=record.policy_id.name,
                )
            )
        return self._fill_record(("dunning.level", level.level_id), text, values, fill)

    @api.model
    def _fill_policy(self, level, text, values, fill=substitute):
        """Fill in a text of the policy of ``level``, which may be empty."""
        return self._fill_record(("dunning.policy", level.policy_id), text, values, fill)

    @api.model
    def _fill_record(self, owner, text, values, fill):
        """Fill in a text; an unknown placeholder is a :class:`TextError` that names its owner."""
        try:
            return fill(text, values)
        except UnknownPlaceholder as error:
            model, record_id = owner
            record = self.env[model].browse(record_id)
            raise TextError(
                self.env["dunning.level"]._unknown_message(record, [error.args[0]])
            ) from error

    @api.model
    def _section_values(self, planned, lines, bundle, sources):
        items = [sources.items[line.item_id] for line in lines]
        oldest = min(line.due for line in lines)
        # What the law has a part in goes alone: its one amount holds costs and interest.
        total = planned.total if planned.asked else sum(line.open for line in lines)
        references = [bundle or item.reference for item in items]
        return {
            "amount": sources.amount(planned.lang, planned.currency_id, total),
            "count": str(len(lines)),
            "numbers": ", ".join(item.name for item in items),
            "due_date": sources.words.date(planned.lang, oldest),
            "days_late": str(max((planned.day - oldest).days, 0)),
            "reference": ", ".join(dict.fromkeys(filter(None, references))),
        }

    @api.model
    def _rows(self, planned, lines, sources):
        rows = []
        for line in lines:
            item = sources.items[line.item_id]
            rows.append(
                {
                    "name": item.name,
                    "due": sources.words.date(planned.lang, line.due),
                    "invoiced": planned.asked
                    and item.invoiced
                    and sources.words.date(planned.lang, item.invoiced),
                    # As in the ledger; what is taken off has a row of its own.
                    "open": sources.amount(
                        planned.lang,
                        planned.currency_id,
                        line.open + line.received + line.disputed,
                    ),
                    "link": LINK % item.move_id if item.is_invoice else None,
                }
            )
        return rows

    @api.model
    def _insert_links(self, body, address):
        """Put the real address of the debtor's page in a canonical body.

        :param address: see :meth:`~.dunning_page_door.DunningPageDoor._url`
        """
        return _LINK.sub(
            lambda found: f"{address}?i={found.group(1)}" if found.group(1) else address, str(body)
        )

    @api.model
    def _insert_keys(self, text, key):
        """Put the real code, PIN and short address in a canonical text.

        :param text: a body or a plain text, with the stand-ins of :data:`~..rules.texts.KEYS`
        :param key: see :meth:`~.dunning_page_key.DunningPageKey._keys`
        """
        values = {"code": key.shown, "pin": key.pin, "short_link": key.url}
        return insert_keys(str(text), values)

    @api.model
    def _hide_keys(self, text):
        """The same for who may not read them: whoever looks at a message that was sent."""
        return insert_keys(str(text), {"code": "•••• ••••", "pin": "••••", "short_link": "•••"})

    @api.model
    def _today(self, company):
        """Today where the company is; Odoo keeps no time zone per company but its partner's."""
        return fields.Date.context_today(self.with_context(tz=company.partner_id.tz or "UTC"))
