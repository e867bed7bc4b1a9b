import json
import re
import tempfile
import zipfile
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, split_every
from odoo.tools.mail import html2plaintext

from ..rules.dossier.names import safe_part

#: Records that are read and written at a time, and what of the file is kept in memory.
BATCH, IN_MEMORY = 500, 8 * 1024 * 1024
#: Rows of the timeline in the summary; all of it is in the data.
TOLD = 500
#: States of messages that have left, or may have.
LEFT = ("sent", "returned", "ambiguous", "sending")
#: What opens pages or proves that bytes are unchanged says nothing about a person.
NOT_ABOUT_PERSONS = re.compile(
    r"(hash|digest|token|fingerprint|secret|seal|version|access_\w+)$|^(steps|payload|checks)$"
)


class Source(NamedTuple):
    """Where something about a person is kept.

    :param path: field that leads to the debtor
    :param person: field that leads to the contact that it is about; empty: the debtor's own
    """

    model: str
    path: str = "debtor_id"
    person: str = ""


SOURCES = (
    Source("dunning.debtor", "id"),
    Source("dunning.item"),
    Source("dunning.notice", person="partner_id"),
    Source("dunning.notice.line", "notice_id.debtor_id", "notice_id.partner_id"),
    Source("dunning.delivery", "notice_id.debtor_id", "notice_id.partner_id"),
    Source("dunning.page.key", "notice_id.debtor_id", "notice_id.partner_id"),
    Source("dunning.page.visit", person="notice_id.partner_id"),
    Source("dunning.page.code"),
    Source("dunning.presence"),
    Source("dunning.question", person="message_id.author_id"),
    Source("dunning.call", person="contact_id"),
    Source("dunning.promise"),
    Source("dunning.behaviour"),
    Source("dunning.dispute"),
    Source("dunning.payment.plan"),
    Source("dunning.payment.plan.version", "plan_id.debtor_id"),
    Source("dunning.payment.installment", "plan_id.debtor_id"),
    Source("dunning.payment.advice"),
    Source("dunning.nonpayment"),
    Source("dunning.contact.change", person="email_partner_id"),
    Source("dunning.failed.address"),
    Source("dunning.hold", "held"),
    Source("dunning.charge"),
    Source("dunning.charge.share", "charge_id.debtor_id"),
    Source("dunning.event"),
    Source("collection.case"),
    Source("collection.case.line", "case_id.debtor_id"),
    Source("collection.handover"),
    Source("collection.transmission", "handover_id.debtor_id"),
    Source("collection.feedback.line", "case_id.debtor_id"),
)


class DunningAccess(models.AbstractModel):
    """Everything that is kept about a natural person, for that person (GDPR art. 15)."""

    _name = "dunning.access"
    _description = "Access Export of a Person"

    @api.model
    def _sources(self):
        """Where something is kept: :data:`SOURCES`; add-ons add their own."""
        return SOURCES

    @api.model
    def _people(self, debtor):
        """The natural persons of a debtor: itself, or who we are in contact with there.

        Addresses for invoices and deliveries are no persons, also those with a name.
        """
        partner = debtor.partner_id.sudo()
        contacts = partner.search(
            [
                ("id", "child_of", partner.id),
                ("is_company", "=", False),
                ("id", "!=", partner.id),
                ("type", "=", "contact"),
                ("name", "not in", (False, "")),
            ]
        )
        own = partner if debtor.kind == "consumer" or not partner.is_company else partner.browse()
        return own | contacts

    @api.model
    def _check_may(self, debtor, person):
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only follow-up managers can make access exports."))
        debtor.check_access("read")
        if person not in self._people(debtor):
            raise UserError(
                self.env._("Choose a natural person: the debtor, or one of its contacts.")
            )

    @api.model
    def _note(self, debtor, person):
        """Note on the debtor that somebody made the export; not what is in it."""
        words = self.env._("Access export (GDPR art. 15) of %s made.", person.name)
        debtor.sudo()._message_log(body=words, author_id=self.env.user.partner_id.id)
        self.env["dunning.event"].sudo()._note(debtor.sudo().item_ids, words)

    # -- the file --------------------------------------------------------------------------------

    @api.model
    def _zip(self, debtor, person):
        """The export, as an open temporary file at its beginning; its name and its size.

        Written record by record: large files are on disk, never in memory as a whole.
        """
        self._check_may(debtor, person)
        reader = self.with_context(lang=person.lang or self.env.lang)
        debtor, person = debtor.with_env(reader.env).sudo(), person.with_env(reader.env).sudo()
        # Closed by the server, when it has been sent.
        out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            counts = {
                source.model: reader._write_data(archive, source, debtor, person)
                for source in reader._sources()
            }
            thread = reader._write_thread(archive, debtor, person)
            notices = reader._write_messages(archive, debtor, person)
            summary = reader._summary(debtor, person, counts, thread, notices)
            archive.writestr("summary.html", str(summary))
            archive.writestr("data/contact.json", _json(reader._contact(person)))
        size = out.tell()
        out.seek(0)
        day = fields.Date.to_string(self.env["dunning.message"]._today(debtor.company_id))
        return out, f"access-{safe_part(person.name or '') or person.id}-{day}.zip", size

    @api.model
    def _is_debtor(self, debtor, person):
        return person == debtor.partner_id

    @api.model
    def _domain(self, source, debtor, person):
        """The records of a source about a person; ``None`` where it has none about contacts."""
        if source.path == "held":
            domain = (
                Domain("debtor_id", "=", debtor.id)
                | Domain("item_id.debtor_id", "=", debtor.id)
                | Domain("move_id.dunning_item_ids.debtor_id", "=", debtor.id)
            )
        else:
            domain = Domain(source.path, "=", debtor.id)
        if self._is_debtor(debtor, person):
            return domain
        return domain & Domain(source.person, "=", person.id) if source.person else None

    @api.model
    def _write_data(self, archive, source, debtor, person):
        """Write the records of a source as JSON; how many there are."""
        domain = self._domain(source, debtor, person)
        if domain is None:
            return 0
        records = self.env[source.model].sudo().with_context(active_test=False).search(domain)
        if not records:
            return 0
        names, others = self._names(source.model), self._others(debtor, person)
        with archive.open(f"data/{source.model}.json", "w") as stream:
            mark = b"[\n"
            for ids in split_every(BATCH, records.ids, list):
                for record in records.browse(ids):
                    stream.write(mark + _json(self._row(record, names, person, others)))
                    mark = b",\n"
                records.browse(ids).invalidate_recordset(flush=False)
            stream.write(b"\n]\n")
        return len(records)

    @api.model
    def _names(self, model):
        """The fields of a model that are written: what is stored, but files, keys and traces."""
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.store
            and field.type not in ("binary", "one2many", "many2one_reference")
            and not NOT_ABOUT_PERSONS.search(name)
            and not name.startswith(("message_", "activity_"))
            and name not in ("create_uid", "write_uid", "write_date", "code")
        ]

    @api.model
    def _value(self, record, name, person, others):
        """A value for people: names instead of ids, nothing that is another person's."""
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            if not value:
                return None
            if value._name == "res.users":
                return self.env._("one of us")
            if value._name == "res.partner":
                own = person | person.commercial_partner_id
                return value.name if value in own else self._somebody()
            return self._redact(value.display_name, others)
        if field.type == "many2many":
            return [self._redact(each.display_name, others) for each in value] or None
        if field.type == "boolean":
            return value
        if value is False:
            return None
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type in ("date", "datetime"):
            return value.isoformat()
        if field.type == "html":
            hidden = self.env["dunning.message"]._hide_keys(value)
            return self._redact(html2plaintext(hidden), others)
        return self._redact(value, others) if isinstance(value, str) else value

    @api.model
    def _contact(self, person):
        """What is known of a person itself."""
        names = ("name", "email", "phone", "street", "street2", "zip", "city", "lang", "vat")
        values = {name: person[name] for name in names if person[name]}
        return {**values, "country": person.country_id.name or ""}

    @api.model
    def _write_thread(self, archive, debtor, person):
        """Write what we said to each other, with its files; how many messages there are."""
        others = self._others(debtor, person)
        own = self._is_debtor(debtor, person)
        domain = Domain("dunning_debtor_id", "=", debtor.id) & Domain(
            "message_type", "in", ("email", "comment", "email_outgoing")
        )
        if not own:
            domain &= Domain("author_id", "=", person.id)
        messages = self.env["mail.message"].sudo().search(domain, order="id")
        rows = []
        for message in messages:
            theirs = message.author_id.commercial_partner_id == debtor.partner_id
            who = self.env._("you") if message.author_id == person else self._somebody()
            for file in message.attachment_ids if own or theirs else ():
                name = f"thread/{message.id}-{file.id}-{safe_part(file.name) or 'file'}"
                if file.raw or not file.store_fname:
                    archive.writestr(name, file.raw or b"")
                else:
                    missing = self.env._("This file could not be read: ask for it once more.")
                    archive.writestr(f"{name}.missing.txt", missing)
            rows.append(
                {
                    "date": message.date.isoformat(),
                    "from": who if theirs else self.env._("us"),
                    "subject": self._redact(message.subject or "", others),
                    "text": self._redact(html2plaintext(message.body or ""), others),
                    "files": message.attachment_ids.mapped("name"),
                }
            )
        if rows:
            archive.writestr("data/thread.json", _json(rows))
        return len(rows)

    @api.model
    def _write_messages(self, archive, debtor, person):
        """Write each message as it was sent, without codes and links that open something.

        :return: ``[(day, subject, path)]``
        """
        source = next(each for each in SOURCES if each.model == "dunning.notice")
        domain = self._domain(source, debtor, person) & Domain("state", "in", LEFT)
        notices = self.env["dunning.notice"].sudo().search(domain, order="id")
        others, written = self._others(debtor, person), []
        for ids in split_every(BATCH, notices.ids, list):
            for notice in notices.browse(ids):
                day = fields.Date.to_string(notice.sent_on or notice.as_of)
                path = f"messages/{day}-{notice.id}.html"
                body = self.env["dunning.message"]._hide_keys(notice.body or "")
                archive.writestr(path, self._redact(body, others))
                written.append((format_date(self.env, day), notice.subject or "", path))
            notices.browse(ids).invalidate_recordset(flush=False)
        return written

    # -- in words --------------------------------------------------------------------------------

    @api.model
    def _summary(self, debtor, person, counts, thread, notices):
        """What is in the export, for people, as HTML in the person's language."""
        kinds, by_model = {}, self.env["dunning.retention"]._by_model()
        for model, count in counts.items():
            if count and (row := by_model.get(model)):
                kinds.setdefault(row.with_env(self.env).sudo(), []).append((model, count))
        values = {
            "lang": self.env.lang or "en_US",
            "company": debtor.company_id.name,
            "contact": [
                (self.env["res.partner"]._fields[name]._description_string(self.env), value)
                for name, value in self._contact(person).items()
                if name in self.env["res.partner"]._fields and name != "lang"
            ],
            "who": person.name,
            "day": format_date(self.env, self.env["dunning.message"]._today(debtor.company_id)),
            "kinds": [
                {
                    "name": row.name,
                    "count": sum(count for _model, count in found),
                    "files": [f"data/{model}.json" for model, _count in found],
                    "why": row.why,
                    "basis": row.basis,
                    "kept": row.kept,
                    "ends": row.ends,
                }
                for row, found in sorted(kinds.items(), key=lambda pair: pair[0].sequence)
            ],
            "thread": thread,
            "messages": notices,
            "recipients": self._recipients(debtor, person),
            "events": self._events(debtor, person),
        }
        html = self.env["ir.qweb"]._render("payt_dunning.access_summary", values)
        return f"<!DOCTYPE html>\n{html}"

    @api.model
    def _recipients(self, debtor, person):
        """Who got data of the person: offices, and who carries messages and payments."""
        found = []
        if self._is_debtor(debtor, person):
            handovers = self.env["collection.handover"].sudo()
            offices = handovers.search(
                [("debtor_id", "=", debtor.id), ("test", "=", False)]
            ).agent_id
            found += [(office.display_name, self.env._("collects for us")) for office in offices]
            paid = self.env["payment.transaction"].sudo()
            providers = paid.search([("dunning_debtor_id", "=", debtor.id)]).provider_id
            found += [(each.name, self.env._("handles payments")) for each in providers]
        source = next(each for each in SOURCES if each.model == "dunning.notice")
        sent = self._domain(source, debtor, person) & Domain("state", "in", LEFT)
        used = self.env["dunning.notice"].sudo()._read_group(sent, ["channel"])
        channels = self.env["dunning.channel"].sudo().search([("code", "in", [c for (c,) in used])])
        carried = self.env._("whoever carries our messages by this way")
        return found + [(channel.name, carried) for channel in channels]

    @api.model
    def _events(self, debtor, person):
        """What happened, latest first: ``[(when, what)]``; of the debtor itself only."""
        if not self._is_debtor(debtor, person):
            return []
        rows = self.env["dunning.timeline"].sudo()
        rows = rows.search([("debtor_id", "=", debtor.id)], limit=TOLD)
        others = self._others(debtor, person)
        return [
            (
                format_datetime(self.env, row.moment, dt_format="short")
                if row.exact
                else format_date(self.env, row.moment.date()),
                self._redact(row.summary or "", others),
            )
            for row in rows
        ]


def _json(value):
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()
