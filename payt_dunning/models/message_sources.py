"""What the messages of one batch are made from, read once for all of them."""

from dataclasses import dataclass

from odoo.tools import SQL, format_amount, format_date


@dataclass(frozen=True, slots=True)
class ItemText:
    """What a message says about an item beside its amount."""

    name: str
    reference: str
    move_id: int
    is_invoice: bool
    bank_id: int
    episode: int
    revision_id: int


@dataclass(frozen=True, slots=True)
class LevelText:
    """The texts of a level and of its policy, in one language; ``name`` is in ours."""

    level_id: int
    policy_id: int
    name: str
    subject: str
    text: str
    attachment: str
    greeting: str
    closing: str


class Sources:
    """Items, people, stored PDFs and texts; and amounts and dates in a reader's words.

    Everything is kept as plain values: a language of its own for each message would make the
    ORM look up each record again in each language.

    :param planned: list of :class:`~..rules.plan.PlannedNotice`
    """

    def __init__(self, env, planned):
        self.env = env
        self.items = self._read_items({line.item_id for plan in planned for line in plan.lines})
        self.pdfs = self._read_pdfs()
        self.accounts = self._read_accounts()
        self._read_people(planned)
        self._levels, self._dates, self._amounts, self._envs = {}, {}, {}, {}

    def _read_items(self, item_ids):
        for model in ("dunning.item", "account.move"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT item.id, item.name, coalesce(move.payment_reference, ''), move.id,
                          coalesce(move.move_type <> 'entry', false), move.partner_bank_id,
                          item.episode, item.revision_id
                     FROM dunning_item item
                LEFT JOIN account_move move ON move.id = item.move_id
                    WHERE item.id = ANY(%s)""",
                sorted(item_ids),
            )
        )
        return {
            item_id: ItemText(
                name or "", reference or name or "", move or 0, invoice, bank or 0, *rest
            )
            for item_id, name, reference, move, invoice, bank, *rest in rows
        }

    def _read_pdfs(self):
        """Ids of the stored PDFs by invoice id."""
        move_ids = [item.move_id for item in self.items.values() if item.is_invoice]
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", move_ids),
                    ("res_field", "=", "invoice_pdf_report_file"),
                ],
                ["res_id"],
            )
        )
        return {attachment.res_id: attachment.id for attachment in attachments}

    def _read_accounts(self):
        """Account numbers by id of the bank account printed on an invoice."""
        ids = {item.bank_id for item in self.items.values()} - {0}
        banks = self.env["res.partner.bank"].sudo().browse(ids)
        return {bank.id: bank.acc_number for bank in banks}

    def _read_people(self, planned):
        """Names of debtors, contacts and handlers, and what a message says of its company."""
        debtors = self.env["dunning.debtor"].browse({plan.debtor_id for plan in planned})
        debtors.fetch(["partner_id", "handler_id", "company_id"])
        people = self.env["res.partner"].browse({plan.partner_id for plan in planned})
        (people | debtors.partner_id | debtors.handler_id.partner_id).fetch(["name"])
        self.contacts = {person.id: person.name or "" for person in people}
        self.debtors = {
            debtor.id: {
                "debtor": debtor.partner_id.name or "",
                "handler": (debtor.handler_id or debtor.company_id.dunning_handler_id).name or "",
            }
            for debtor in debtors
        }
        self.companies = {
            company.id: {
                "company": company.name,
                "phone": company.phone or "",
                "iban": company.sudo().partner_id.bank_ids[:1].acc_number or "",
            }
            for company in self.env["res.company"].browse({plan.company_id for plan in planned})
        }

    # -- in a reader's words -------------------------------------------------------------

    def env_of(self, lang):
        """The environment in a language."""
        if lang not in self._envs:
            self._envs[lang] = self.env["base"].with_context(lang=lang).env
        return self._envs[lang]

    def date(self, lang, day):
        """A day, written out in a language."""
        if (lang, day) not in self._dates:
            self._dates[lang, day] = format_date(self.env_of(lang), day)
        return self._dates[lang, day]

    def amount(self, lang, currency_id, amount):
        """An amount with its currency, written out in a language."""
        key = (lang, currency_id, amount)
        if key not in self._amounts:
            env = self.env_of(lang)
            currency = env["res.currency"].browse(currency_id)
            self._amounts[key] = format_amount(env, float(amount), currency)
        return self._amounts[key]

    def level(self, lang, revision_id, position):
        """The texts of a rung, which are the policy's latest; ``None`` where it is gone."""
        key = (lang, revision_id, position)
        if key not in self._levels:
            self._levels[key] = self._read_level(*key)
        return self._levels[key]

    def _read_level(self, lang, revision_id, position):
        revision = self.env_of(lang)["dunning.policy.revision"].browse(revision_id)
        policy = revision.policy_id
        level = policy.with_context(active_test=False).level_ids.filtered(
            lambda level: level.position == position
        )
        if not level:
            return None
        return LevelText(
            level_id=level.id,
            policy_id=policy.id,
            name=level.with_env(self.env).name,
            subject=level.subject or "",
            text=level.text or "",
            attachment=level.attachment,
            greeting=policy.greeting or "",
            closing=policy.closing or "",
        )
