import io
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..rules.dossier.codes import CONSUMER_NOTICE, DOCUMENT
from ..rules.dossier.forbidden import redact, redact_html
from ..rules.dossier.package import Exhibit
from ..rules.own_words import unquoted
from ..rules.paper import on_paper
from ..tools import content_of
from .dunning_message import CLAIM

#: Invoices as electronic documents, as Odoo keeps them.
UBL_FIELD = "ubl_cii_xml_file"
#: Files that come with a dispute or message and can go along.
TAKEN = ("application/pdf", "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that may go along, and what it is about.

    :param about: the record that it proves or is
    :param needed: it can't be left out
    """

    exhibit: Exhibit
    about: Any
    needed: bool = False

    @property
    def key(self):
        return self.exhibit.key

    @property
    def kind(self):
        return self.exhibit.kind


class CollectionDossierExhibits(models.AbstractModel):
    """The files of a dossier: invoices as they were made, messages as they left, what was said."""

    _name = "collection.dossier.exhibits"
    _description = "Exhibits of a Dossier"

    @api.model
    def _evidence(self, facts):
        """All files that there are about a case: list of :class:`Evidence`."""
        return [
            *self._invoice_files(facts),
            *self._credit_note_files(facts),
            *(self._notice_file(facts, notice) for notice in facts.notices_left),
            *self._dispute_files(facts),
            *self._plan_files(facts),
            *self._conversation(facts),
            *self._added_files(facts.handover.added_ids),
        ]

    @api.model
    def _of_file(self, file):
        """A function that opens a stored file, each time from its beginning."""
        return lambda: io.BytesIO(content_of(file))

    @api.model
    def _notice_title(self, notice):
        """What a message is called: the same words went by mail and on paper, say."""
        title = notice.subject or notice.level_name or self.env._("Message")
        return f"{title} ({notice.channel_name})" if notice.channel_name else title

    @api.model
    def _once(self, make):
        """A function that opens what is made the first time, kept meanwhile."""
        kept = []

        def opened():
            if not kept:
                kept.append(make())
            return io.BytesIO(kept[0])

        return opened

    @api.model
    def _invoice_files(self, facts):
        moves = facts.items.move_id.filtered(lambda move: move.is_invoice())
        files = self.env["collection.check"]._pdfs(moves)
        found = []
        for move in moves:
            if file := files.get(move.id):
                found.append(self._document(facts, move, file, "invoice"))
        ubl = self._files(moves, UBL_FIELD)
        for move in moves:
            if file := ubl.get(move.id):
                found.append(self._document(facts, move, file, "invoice", "application/xml"))
        return found

    @api.model
    def _credit_note_files(self, facts):
        files = self.env["collection.check"]._pdfs(self._notes(facts))
        return [
            self._document(facts, note, files[note.id], "credit_note")
            for note in self._notes(facts)
            if note.id in files
        ]

    @api.model
    def _notes(self, facts):
        """Credit notes that were set against the items."""
        names = {
            each.step.name
            for own in facts.paid.values()
            for each in own
            if each.step.kind == "credit"
        }
        return (
            self.env["account.move"]
            .sudo()
            .search(
                Domain("name", "in", sorted(names))
                & Domain("move_type", "=", "out_refund")
                & Domain("company_id", "=", facts.company.id)
                & Domain("commercial_partner_id", "=", facts.debtor.partner_id.id)
            )
        )

    @api.model
    def _files(self, moves, name):
        """Files that a field of invoices holds: ``{move id: attachment}``."""
        found = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", moves.ids),
                    ("res_field", "=", name),
                ]
            )
        )
        return {file.res_id: file for file in found if file.file_size}

    @api.model
    def _document(self, facts, move, file, kind, media="application/pdf"):
        names = {
            "invoice": self.env._("Invoice %s", move.name),
            "credit_note": self.env._("Credit note %s", move.name),
        }
        ubl = media != "application/pdf"
        return Evidence(
            Exhibit(
                key=f"{kind}:{move.id}:{'ubl' if ubl else 'pdf'}",
                kind=kind,
                title=self.env._("%s (UBL)", names[kind]) if ubl else names[kind],
                open=self._of_file(file),
                number=move.name,
                date=move.invoice_date or move.date,
                media_type=media,
            ),
            move,
            needed=not ubl,
        )

    # -- messages ------------------------------------------------------------------------------------

    @api.model
    def _notice_file(self, facts, notice):
        """The words of a message as they left, without what opens the debtor's page.

        Printed letters hold code, PIN and a QR code, so what goes along is made from the words that
        are kept, with the seal of what was sent.
        """
        kind = self._notice_kind(notice)
        return Evidence(
            Exhibit(
                key=f"notice:{notice.id}",
                kind=kind if kind in DOCUMENT else "reminder",
                title=self._notice_title(notice),
                open=self._once(lambda: self._notice_pdf(facts, notice)),
                number=str(notice.id),
                date=notice.sent_on or notice.as_of,
            ),
            notice,
            needed=kind in (CONSUMER_NOTICE, "default_notice"),
        )

    @api.model
    def _notice_pdf(self, facts, notice):
        """The words of a message as they were sent, with to whom, when and what became of it."""
        words, transfer = on_paper(str(notice.body or ""), CLAIM)
        sent = self._left(facts, notice)
        rows = [
            (self.env._("To"), notice.recipient),
            (self.env._("Sent"), self._moment(facts, notice, sent)),
            (self.env._("Subject"), notice.subject),
            (self.env._("SHA-256 of what was sent"), notice.content_hash),
            (self.env._("Last day of its term"), self._day(notice.term_until)),
        ]
        return self._page(
            notice.subject or notice.level_name, rows, redact_html(words + transfer), notice.lang
        )

    @api.model
    def _moment(self, facts, notice, sent):
        """When a message left, in words: with the time where that is known."""
        day = format_date(self.env, notice.sent_on or notice.as_of)
        if not notice.sent_at or sent.hour == sent.minute == 0:
            return day
        return format_datetime(self.env, notice.sent_at, tz=facts.company.partner_id.tz or "UTC")

    @api.model
    def _day(self, day):
        return format_date(self.env, day) if day else ""

    @api.model
    def _page(self, title, rows, body, lang=None):
        """A document of ours as PDF: some facts, then words."""
        html = self.env["ir.qweb"]._render(
            "payt_dunning.dossier_page",
            {
                "title": title,
                "rows": [(label, value) for label, value in rows if value],
                "body": Markup(body),  # nosec B704 # ours, or escaped by who calls
                "spoken": (lang or self.env.lang or "en_US").replace("_", "-"),
            },
        )
        return self.env["dunning.page.statement"]._to_pdf(str(html))

    # -- disputes, plans, conversation ---------------------------------------------------------------

    @api.model
    def _dispute_files(self, facts):
        found = []
        for dispute in facts.disputes:
            found.append(
                Evidence(
                    Exhibit(
                        key=f"dispute:{dispute.id}",
                        kind="dispute",
                        title=self.env._("What the debtor contests of %s", dispute.name),
                        open=self._once(lambda own=dispute: self._dispute_pdf(facts, own)),
                        number=dispute.name or str(dispute.id),
                        date=dispute.opened_on.date(),
                    ),
                    dispute,
                    needed=True,
                )
            )
        return found

    @api.model
    def _dispute_pdf(self, facts, dispute):
        states = dict(dispute._fields["state"]._description_selection(self.env))
        rows = [
            (self.env._("Invoice"), dispute.name),
            (self.env._("Raised on"), self._day(dispute.opened_on.date())),
            (self.env._("Why"), dispute.reason_id.name),
            (self.env._("Amount"), dispute.currency_id.format(dispute.amount)),
            (self.env._("State"), states[dispute.state]),
        ]
        body = Markup("<h2>%s</h2><p>%s</p>") % (
            self.env._("What the debtor says"),
            redact(dispute.text or dispute.reason_id.name or ""),
        )
        if dispute.outcome:
            body += Markup("<h2>%s</h2><p>%s</p>") % (
                self.env._("Our answer"),
                redact(dispute.outcome),
            )
        title = self.env._("Dispute about %s", dispute.name)
        return self._page(title, rows, body)

    @api.model
    def _plan_files(self, facts):
        found = []
        for plan in facts.plans:
            version = plan.version_ids.filtered("pdf_id").sorted("number")[-1:]
            if version:
                found.append(
                    Evidence(
                        Exhibit(
                            key=f"plan:{plan.id}",
                            kind="payment_plan",
                            title=self.env._("Agreement %s", plan.name),
                            open=self._of_file(version.pdf_id.sudo()),
                            number=plan.name,
                            date=plan.started_on,
                        ),
                        plan,
                        needed=True,
                    )
                )
        return found

    @api.model
    def _conversation(self, facts):
        """What was written to and fro about the invoices, in one document."""
        if not facts.messages:
            return []
        return [
            Evidence(
                Exhibit(
                    key="conversation",
                    kind="correspondence",
                    title=self.env._("Correspondence with the debtor"),
                    open=self._once(lambda: self._conversation_pdf(facts)),
                    date=facts.messages[-1].date.date(),
                ),
                facts.debtor,
            )
        ]

    @api.model
    def _conversation_pdf(self, facts):
        parts = []
        for message in facts.messages:
            who = facts.debtor.partner_id.name if facts.wrote(message) else facts.company.name
            moment = format_datetime(
                self.env, message.date, tz=facts.company.partner_id.tz or "UTC"
            )
            parts.append(Markup("<h2>%s · %s</h2>%s") % (moment, who, self._said(facts, message)))
        if facts.withheld:
            parts.append(Markup("<p><em>%s</em></p>") % self._withheld_words(facts))
        title = self.env._("Correspondence with the debtor")
        return self._page(title, [], Markup("").join(parts))

    @api.model
    def _said(self, facts, message):
        """What a message says, as HTML; where others stay out, without what it quotes of them."""
        if not facts.withheld:
            return Markup(redact_html(str(message.body or "")))  # nosec B704 # Odoo sanitised it when it was kept
        words = redact(unquoted(str(message.body or "")))
        return Markup("").join(Markup("<p>%s</p>") % each for each in words.split("\n\n"))

    @api.model
    def _added_files(self, rows):
        """Files that somebody added in a dialog: agreement, terms, proof of delivery.

        :param rows: of a model like ``collection.added.file``
        """
        return [
            Evidence(
                Exhibit(
                    key=f"file:{row.id}",
                    kind=row.kind,
                    title=row.title,
                    open=self._of_file(row.file_id.sudo()),
                    number=redact(row.number or ""),
                    date=row.date or None,
                    media_type=row.file_id.sudo().mimetype,
                ),
                row,
            )
            for row in rows
        ]
