import re

from odoo import api, models
from odoo.fields import Domain

from ..tools import normal_email

#: Fields that name somebody or reach somebody: only what is the person's own is in an export.
REACHES = ("address", "author", "contact_name", "email")
#: Fields of a wish for other contact details that are about the contact with the e-mail address.
E_MAIL = ("old_email", "new_email")


class DunningAccess(models.AbstractModel):
    """What of others is left out of an access export (GDPR art. 15(4))."""

    _inherit = "dunning.access"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _somebody(self):
        return self.env._("somebody else")

    @api.model
    def _row(self, record, names, person, others):
        """A record as it is written: values by field, nothing that is another person's."""
        row = {name: self._value(record, name, person, others) for name in names}
        model, own = record._name, self._own(person)
        for name in set(REACHES) & set(row):
            if isinstance(record[name], str) and _plain(record[name]) not in own:
                row[name] = self._somebody()
        if row.get("failed_email"):
            failed = [each for each in record.failed_email.split() if _plain(each) in own]
            row["failed_email"] = " ".join(failed)
        notice = record if model == "dunning.notice" else None
        if model in ("dunning.notice.line", "dunning.delivery"):
            notice = record.notice_id
        if notice is not None and not self._to(notice, person):
            row.update({name: self._somebody() for name in ("recipient", "words") if row.get(name)})
        if model == "dunning.failed.address" and self._to(record.notice_id, person):
            row["address"] = record.address
        if model == "dunning.contact.change" and record.email_partner_id - person:
            row.update({name: self._somebody() for name in E_MAIL if row.get(name)})
        if model == "dunning.question" and not self._wrote_all(record, person):
            row["text"] = None
        return {name: value for name, value in row.items() if value not in (None, "")}

    @api.model
    def _own(self, person):
        """By what a person is called and reached, to be compared."""
        return {_plain(value) for value in (person.name, person.email, person.phone) if value}

    @api.model
    def _to(self, notice, person):
        """Whether a message went to a person."""
        return notice.partner_id == person

    @api.model
    def _wrote_all(self, question, person):
        """Whether a contact wrote all that a question says; the debtor itself reads all of it."""
        if person == question.debtor_id.partner_id:
            return True
        between = Domain("id", ">=", question.message_id.id) & Domain(
            "id", "<=", question.last_message_id.id
        )
        written = question.message_id.search(
            between
            & Domain("model", "=", "account.move")
            & Domain("res_id", "=", question.move_id.id)
            & Domain("message_type", "in", ("email", "comment"))
            & Domain("author_id", "!=", person.id)
        )
        ours = question.company_id.partner_id
        return all(
            each.author_id and (each.author_id == ours or not each.author_id.partner_share)
            for each in written
        )

    @api.model
    def _others(self, debtor, person):
        """What must not be in texts: names, addresses and numbers of who else is reached there.

        :return: a pattern
        """
        partner = debtor.partner_id
        known = partner.search([("id", "child_of", partner.id), ("id", "!=", person.id)])
        notices = self.env["dunning.notice"].sudo()
        to = {
            group: set(notices.search([("debtor_id", "=", debtor.id), domain]).mapped("recipient"))
            for group, domain in (
                ("person", ("partner_id", "=", person.id)),
                ("others", ("partner_id", "not in", [person.id, False])),
            )
        }
        wrote = self.env["dunning.question"].sudo().search([("debtor_id", "=", debtor.id)])
        own = self._own(person) | {_plain(each) for each in to["person"]}
        reached = {value for each in known for value in (each.email, each.phone)}
        reached |= to["others"] | set(wrote.mapped("email"))
        named = {each.name for each in known if not each.is_company and each != partner}
        calls = self.env["dunning.call"].sudo().search([("debtor_id", "=", debtor.id)])
        reports = self.env["dunning.delivery"].sudo()
        reports = reports.search(
            [
                ("notice_id.debtor_id", "=", debtor.id),
                ("notice_id.partner_id", "not in", [person.id, False]),
            ]
        )
        named.update(
            wrote.mapped("author") + calls.mapped("contact_name") + reports.mapped("words")
        )
        patterns = [
            *(re.escape(each) for each in _longest(reached) if _plain(each) not in own),
            *(
                rf"(?<!\w){re.escape(each)}(?!\w)"
                for each in _longest(named)
                if _plain(each) not in own | {_plain(partner.name or "")}
            ),
        ]
        return re.compile("|".join(patterns) or "(?!)", re.IGNORECASE)

    @api.model
    def _redact(self, text, others):
        return self.env["dunning.talk"]._without_tokens(others.sub("•••", str(text)))


def _longest(values):
    """What is written there, the longest first: a part of another one comes after it."""
    return sorted({value.strip() for value in values if value and value.strip()}, key=len)[::-1]


def _plain(text):
    """A name, address or number as it is compared: numbers are written in many ways."""
    lower = text.strip().lower()
    if "@" in lower:
        return normal_email(lower) or lower
    digits = re.sub(r"[\s()./-]", "", lower)
    return digits if re.fullmatch(r"\+?\d+", digits) else lower
