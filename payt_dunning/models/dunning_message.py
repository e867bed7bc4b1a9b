import hashlib
from dataclasses import dataclass

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, groupby

from ..rules.references import message_reference
from ..rules.texts import UnknownPlaceholder, fill_paragraphs, substitute

#: Stands for the address of an invoice's page until the message is handed over.
LINK = "https://invoice-page.invalid/%d"


@dataclass(frozen=True, slots=True)
class Content:
    """A rendered message, or the problem that kept it from being rendered.

    :param body: canonical HTML
    :param bundle_reference: payment reference of its own, when it is about several items
    """

    problem: str = ""
    level: object = None
    subject: str = ""
    body: str = ""
    bundle_reference: str | bool = False
    attachment_ids: tuple[int, ...] = ()

    def sha256(self):
        """What the message says, as kept for proof."""
        return hashlib.sha256(f"{self.subject}\n{self.body}".encode()).hexdigest()


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
    def _render(self, planned):
        """Render planned notices.

        :param planned: list of :class:`~..rules.plan.PlannedNotice`
        :return: list of :class:`Content`, in the same order
        """
        self = self.with_context(dunning_pdfs=self._prefetch(planned))  # noqa: PLW0642
        results = []
        for notice in planned:
            try:
                results.append(self._render_one(notice))
            except TextError as error:
                results.append(Content(problem=error.args[0]))
        return results

    @api.model
    def _prefetch(self, planned):
        """Read at once what all messages need.

        :return: ids of the stored PDFs by invoice id, for the levels that attach them
        """
        env = self.env
        items = env["dunning.item"].browse({ln.item_id for plan in planned for ln in plan.lines})
        items.fetch(["name", "move_id", "date_due", "episode", "revision_id", "reached"])
        moves = items.move_id
        moves.fetch(["name", "payment_reference", "partner_bank_id", "move_type"])
        moves.partner_bank_id.sudo().fetch(["acc_number"])
        debtors = env["dunning.debtor"].browse({plan.debtor_id for plan in planned})
        debtors.fetch(["partner_id", "handler_id", "company_id"])
        people = env["res.partner"].browse({plan.partner_id for plan in planned})
        (people | debtors.partner_id | debtors.handler_id.partner_id).fetch(["name"])
        attachments = (
            env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", moves.ids),
                    ("res_field", "=", "invoice_pdf_report_file"),
                ],
                ["res_id"],
            )
        )
        return {attachment.res_id: attachment.id for attachment in attachments}

    @api.model
    def _render_one(self, planned):
        self = self.with_context(lang=planned.lang)  # noqa: PLW0642
        currency = self.env["res.currency"].browse(planned.currency_id)
        reminded = [line for line in planned.lines if line.position]
        bundle = len(reminded) > 1 and message_reference(
            planned.debtor_id, planned.currency_id, planned.day
        )
        base = self._base_values(planned, reminded)
        sections, levels, attachments = [], [], []
        for (revision_id, position), lines in groupby(
            reminded, key=lambda line: (line.revision_id, line.position)
        ):
            level = self._level(revision_id, position)
            values = {**base, **self._section_values(lines, currency, planned.day, bundle)}
            levels.append((level, values))
            if level.attachment == "pdf":
                attachments += self._stored_pdfs(lines)
            sections.append(
                {
                    "paragraphs": self._fill(level, level.text, values, fill_paragraphs),
                    "rows": self._rows(lines, currency),
                    "total": values["amount"] if len(lines) > 1 else None,
                }
            )
        level, values = levels[0]
        values = {**values, "amount": self._amount(planned.total, currency)}
        policy = level.policy_id
        body = self.env["ir.qweb"]._render(
            "payt_dunning.reminder_mail",
            {
                "company": self.env["res.company"].browse(planned.company_id),
                "lang": planned.lang,
                "greeting": self._fill(policy, policy.greeting, values),
                "sections": sections,
                "also_open": self._rows(
                    [line for line in planned.lines if not line.position], currency
                ),
                "closing": self._fill(policy, policy.closing, values, fill_paragraphs),
                "iban": base["iban"],
                "reference": values["reference"],
                "total": values["amount"],
                "link": next((row["link"] for row in sections[0]["rows"] if row["link"]), None),
            },
        )
        return Content(
            level=level,
            subject=self._fill(level, level.subject, values),
            body=Markup(body),
            bundle_reference=bundle,
            attachment_ids=tuple(attachments),
        )

    @api.model
    def _base_values(self, planned, reminded):
        """Values of the placeholders that are the same in the whole message."""
        debtor = self.env["dunning.debtor"].browse(planned.debtor_id)
        company = self.env["res.company"].browse(planned.company_id)
        partner = self.env["res.partner"].browse(planned.partner_id)
        return {
            "company": company.name,
            "debtor": debtor.partner_id.name,
            "contact": partner.name or debtor.partner_id.name,
            "handler": (debtor.handler_id or company.dunning_handler_id).name or "",
            "phone": company.phone or "",
            "iban": self._account_number(company, reminded),
        }

    @api.model
    def _stored_pdfs(self, lines):
        """Ids of the invoices' PDFs that are stored; others are linked, never rendered here."""
        items = self.env["dunning.item"].browse([line.item_id for line in lines])
        stored = self.env.context.get("dunning_pdfs", {})
        return [stored[move.id] for move in items.move_id if move.id in stored]

    @api.model
    def _level(self, revision_id, position):
        """The level that holds the texts of a rung; texts are the policy's latest."""
        policy = self.env["dunning.policy.revision"].browse(revision_id).policy_id
        level = policy.with_context(active_test=False).level_ids.filtered(
            lambda level: level.position == position
        )
        if not level:
            raise TextError(
                self.env._(
                    "Policy “%(policy)s” has no text any more for level %(position)s.",
                    policy=policy.name,
                    position=position,
                )
            )
        return level

    @api.model
    def _fill(self, record, text, values, fill=substitute):
        """Fill in a text of ``record``; a missing one or an unknown placeholder is a :class:`TextError`."""
        if record._name == "dunning.level" and not text:
            raise TextError(
                self.env._(
                    "Level “%(level)s” of policy “%(policy)s” has no text.",
                    level=record.name,
                    policy=record.policy_id.name,
                )
            )
        try:
            return fill(text or "", values)
        except UnknownPlaceholder as error:
            raise TextError(
                self.env["dunning.level"]._unknown_message(record, [error.args[0]])
            ) from error

    @api.model
    def _section_values(self, lines, currency, day, bundle):
        items = self.env["dunning.item"].browse([line.item_id for line in lines])
        oldest = min(line.due for line in lines)
        references = [bundle or item.move_id.payment_reference or item.name for item in items]
        return {
            "amount": self._amount(sum(line.open for line in lines), currency),
            "count": str(len(lines)),
            "numbers": ", ".join(item.name or "" for item in items),
            "due_date": format_date(self.env, oldest),
            "days_late": str(max((day - oldest).days, 0)),
            "reference": ", ".join(dict.fromkeys(filter(None, references))),
        }

    @api.model
    def _rows(self, lines, currency):
        rows = []
        for line in lines:
            item = self.env["dunning.item"].browse(line.item_id)
            is_invoice = item.move_id.is_invoice(include_receipts=True)
            rows.append(
                {
                    "name": item.name,
                    "due": format_date(self.env, line.due),
                    "open": self._amount(line.open, currency),
                    "link": LINK % item.move_id.id if is_invoice else None,
                }
            )
        return rows

    @api.model
    def _amount(self, amount, currency):
        """An amount in words of the reader's language."""
        return format_amount(self.env, float(amount), currency)

    @api.model
    def _account_number(self, company, lines):
        """The account to pay to: the one printed on the oldest invoice, else the company's first."""
        items = self.env["dunning.item"].browse([line.item_id for line in lines])
        banks = items.move_id.sudo().partner_bank_id or company.sudo().partner_id.bank_ids
        return banks[:1].acc_number or ""

    @api.model
    def _insert_links(self, body, moves):
        """Put the real addresses of the invoices' pages in a canonical body."""
        moves._dunning_ensure_tokens()
        for move in moves:
            address = move.get_base_url() + move.get_portal_url()
            body = body.replace(LINK % move.id, address.replace("&", "&amp;"))
        return body

    @api.model
    def _today(self, company):
        """Today where the company is; Odoo keeps no time zone per company but its partner's."""
        return fields.Date.context_today(self.with_context(tz=company.partner_id.tz or "UTC"))
