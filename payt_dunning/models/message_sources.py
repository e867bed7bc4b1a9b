"""What the messages of one batch are made from, read once for all of them."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from odoo.tools import SQL, float_round, format_amount, format_date

from ..pdf import is_pdf
from ..rules.spoken import spoken
from .dunning_words import words_for

#: Texts that are read in all languages at once, of a level and of its policy.
LEVEL_TEXTS = (
    "subject",
    "text",
    "short_text",
    "subject_informal",
    "text_informal",
    "short_text_informal",
    "closing_informal",
)
POLICY_TEXTS = ("greeting_informal", "closing_informal")


@dataclass(frozen=True, slots=True)
class ItemText:
    """What a message says about an item beside its amount.

    :param account: number of the bank account printed on its invoice
    :param invoiced: the day of its invoice
    :param bank_id: of that bank account
    """

    name: str
    reference: str
    move_id: int
    is_invoice: bool
    account: str
    invoiced: date | None = None
    bank_id: int = 0


@dataclass(frozen=True, slots=True)
class LevelText:
    """The texts of a level and of its policy in one language.

    :param name: in our company's language: it is for us
    :param term_days: the days to pay that its message gives
    :param terms: what invoices and customers are called, see :func:`~.dunning_words.words_for`
    :param short_text: of a text message
    :param form: in which it is written; of what is not chosen yet, what its policy wants
    :param informal: ``(name, text)`` of informal variants, in this language
    :param lang: the language
    """

    level_id: int
    policy_id: int
    name: str
    subject: str
    text: str
    attachment: str
    greeting: str
    closing: str
    terms: dict
    term_days: int = 0
    short_text: str = ""
    form: str = "formal"
    informal: tuple = ()
    lang: str = ""

    def in_form(self, form):
        """These texts in the form that somebody wants, or that the policy wants without.

        Text by text the formal one stays where there is no other. The form is informal where any
        text was.
        """
        found = {name: text for name, text in self.informal if text}
        if (form or self.form) != "informal" or not found:
            return replace(self, form="formal")
        return replace(self, **found, form="informal")


@dataclass(frozen=True, slots=True)
class Currency:
    """What :func:`~odoo.tools.format_amount` reads of a currency; outlives commits."""

    decimal_places: int
    rounding: float
    position: str
    symbol: str

    def round(self, amount):
        return float_round(amount, precision_rounding=self.rounding)


class Words:
    """Texts of levels, what is said of companies, and days, in a reader's words.

    Plain values that outlive commits: a run reads each of them once.

    :ivar woken: scheduled actions with the moments for which they were woken in this run
    """

    def __init__(self, env):
        self.env = env
        self._levels, self._companies, self._dates, self._envs, self._payees = {}, {}, {}, {}, {}
        self._currencies, self._terms, self._numbers, self.woken = {}, {}, {}, set()
        self._plan_terms, self._written, self._texts, self._used = {}, {}, {}, set()

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

    def currency(self, currency_id):
        """A currency as :func:`~odoo.tools.format_amount` needs it."""
        if currency_id not in self._currencies:
            currency = self.env["res.currency"].browse(currency_id)
            self._currencies[currency_id] = Currency(
                currency.decimal_places, currency.rounding, currency.position, currency.symbol
            )
        return self._currencies[currency_id]

    def company(self, company_id):
        """Values of the placeholders that are the company's."""
        if company_id not in self._companies:
            company = self.env["res.company"].browse(company_id)
            self._companies[company_id] = {"company": company.name, "phone": company.phone or ""}
        return self._companies[company_id]

    def numbers(self, company_id):
        """Account numbers that a company's debtors may see, see :class:`Numbers`."""
        if company_id not in self._numbers:
            company = self.env["res.company"].browse(company_id)
            self._numbers[company_id] = self.env["dunning.bank.account"]._numbers(company)
        return self._numbers[company_id]

    def payee(self, lang, payee_id):
        """Somebody else who is to be paid, in a language: :class:`~.dunning_payee.Payee`."""
        key = (lang, payee_id)
        if key not in self._payees:
            self._payees[key] = self.env_of(lang)["dunning.payee"].sudo()._payee(payee_id)
        return self._payees[key]

    def terms(self, lang, company_id, policy):
        """What invoices and customers are called in a language: the policy's words, else ours."""
        company = self.env["res.company"].browse(company_id).sudo()
        chosen = (policy.bills or company.dunning_bills, policy.people or company.dunning_people)
        if (lang, chosen) not in self._terms:
            self._terms[lang, chosen] = words_for(self.env_of(lang), *chosen)
        return self._terms[lang, chosen]

    def plan_terms(self, company_id, currency_id, policy_id):
        """How a policy wants payment plans: :class:`~.dunning_plan_policy.PlanTerms`."""
        key = (company_id, currency_id, policy_id)
        if key not in self._plan_terms:
            self._plan_terms[key] = (
                self.env["dunning.policy"]
                .browse(policy_id)
                ._plan_terms(
                    self.env["res.currency"].browse(currency_id),
                    self.env["res.company"].browse(company_id),
                )
            )
        return self._plan_terms[key]

    def level(self, lang, company_id, revision_id, position):
        """The texts of a rung, which are the policy's latest; ``None`` where it is gone."""
        key = (lang, company_id, revision_id, position)
        if key not in self._levels:
            self._levels[key] = self._read_level(*key)
        return self._levels[key]

    def use(self, lang, company_id, revision_id, position, texts):
        """Take these texts for a rung instead of the stored ones: they are being written."""
        self._levels[lang, company_id, revision_id, position] = texts
        self._used.add((revision_id, position))

    def spoken(self, lang, company_id, rungs, short=False):
        """The language of a message to somebody who reads ``lang``, see :func:`.spoken`.

        :param rungs: ``(revision id, position)`` of its levels
        :param short: it is a text message
        """
        written = [self._languages_of(rung, short) for rung in rungs if rung not in self._used]
        company = self.env["res.company"].browse(company_id).sudo()
        return spoken(lang, company.partner_id.lang or "", [each for each in written if each])

    def _languages_of(self, rung, short):
        """Languages that the texts of a rung are there in; nothing where it has none of its own."""
        if rung not in self._written:
            revision = self.env["dunning.policy.revision"].browse(rung[0])
            levels = revision.policy_id.with_context(active_test=False).level_ids
            level = levels.filtered(lambda level: level.position == rung[1])
            self._written[rung] = self.languages_of_level(level)
        return self._written[rung][bool(short)]

    def languages_of_level(self, level):
        """Languages that a level is written in, and those of its text message."""
        if not level:
            return frozenset(), frozenset()
        stored = self._stored(level)
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        return (
            frozenset(_filled(stored["subject"]) & _filled(stored["text"]) & installed),
            frozenset(_filled(stored["short_text"]) & installed),
        )

    def _stored(self, level):
        """Texts of a level and informal ones of its policy, each in all languages."""
        if level.id not in self._texts:
            level.flush_recordset(LEVEL_TEXTS)
            level.policy_id.flush_recordset(POLICY_TEXTS)
            (texts,) = self.env.execute_query(
                SQL(
                    "SELECT %s, %s FROM dunning_level level"
                    " JOIN dunning_policy policy ON policy.id = level.policy_id"
                    " WHERE level.id = %s",
                    SQL(", ").join(SQL.identifier("level", name) for name in LEVEL_TEXTS),
                    SQL(", ").join(SQL.identifier("policy", name) for name in POLICY_TEXTS),
                    level.id,
                )
            )
            names = (*LEVEL_TEXTS, *(f"policy_{name}" for name in POLICY_TEXTS))
            self._texts[level.id] = dict(zip(names, texts, strict=True))
        return self._texts[level.id]

    def _read_level(self, lang, company_id, revision_id, position):
        company = self.env["res.company"].browse(company_id).sudo()
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
            name=level.with_context(lang=company.partner_id.lang).name,
            subject=level.subject or "",
            text=level.text or "",
            attachment=level.attachment,
            greeting=policy.greeting or "",
            closing=level.closing or policy.closing or "",
            terms=self.terms(lang, company_id, policy),
            term_days=level.term_days,
            short_text=level.short_text or "",
            form=policy.form or company.dunning_form,
            # What the law wants is said in one way only.
            informal=() if level.statutory_code else self._read_informal(lang, level),
            lang=lang,
        )

    def _read_informal(self, lang, level):
        """Informal variants in a language: without the English one that the ORM would give."""
        stored = self._stored(level)

        def own(name):
            return (stored[f"{name}_informal"] or {}).get(lang)

        return (
            ("subject", own("subject")),
            ("text", own("text")),
            ("short_text", own("short_text")),
            ("closing", own("closing") or (None if level.closing else own("policy_closing"))),
            ("greeting", own("policy_greeting")),
        )


class Sources:
    """Items, people and stored PDFs, and amounts in a reader's words.

    Everything is kept as plain values: a language of its own for each message would make the
    ORM look up each record again in each language.

    :param planned: list of :class:`~..rules.plan.PlannedNotice`
    :param words: see :class:`Words`; new ones when left out
    """

    def __init__(self, env, planned, words=None):
        self.env = env
        self.words = words or Words(env)
        env.flush_all()
        self.items = self._read_items({line.item_id for plan in planned for line in plan.lines})
        self.debtors = self._read_debtors({plan.debtor_id for plan in planned})
        self.contacts, self.forms = self._read_contacts({plan.partner_id for plan in planned})
        self._amounts, self._planned, self._around = {}, planned, None

    def invitation(self, planned, policy_id):
        """The payment plan that a message offers.

        :return: :class:`~.dunning_plan_invitation.Invitation`; ``None`` where it offers none
        """
        if not (planned.invites and policy_id):
            return None
        plans = self.env["dunning.payment.plan"]
        if self._around is None:
            inviting = [each for each in self._planned if each.invites] or [planned]
            self._around = plans._around_invitations(inviting)
        terms = self.words.plan_terms(planned.company_id, planned.currency_id, policy_id)
        step = self.words.currency(planned.currency_id).rounding
        return plans._invitation(planned, terms, step, self._around)

    def _read_items(self, item_ids):
        rows = self.env.execute_query(
            SQL(
                """SELECT item.id, coalesce(item.name, ''),
                          coalesce(nullif(move.payment_reference, ''), item.name, ''),
                          coalesce(move.id, 0), coalesce(move.move_type <> 'entry', false),
                          coalesce(bank.acc_number, ''), move.invoice_date,
                          coalesce(bank.id, 0)
                     FROM dunning_item item
                LEFT JOIN account_move move ON move.id = item.move_id
                LEFT JOIN res_partner_bank bank ON bank.id = move.partner_bank_id
                    WHERE item.id = ANY(%s)""",
                sorted(item_ids),
            )
        )
        return {item_id: ItemText(*texts) for item_id, *texts in rows}

    def _read_debtors(self, debtor_ids):
        """Values of the placeholders that are the debtor's, by its id."""
        rows = self.env.execute_query(
            SQL(
                """SELECT debtor.id, coalesce(owner.name, ''), coalesce(person.name, '')
                     FROM dunning_debtor debtor
                     JOIN res_partner owner ON owner.id = debtor.partner_id
                     JOIN res_company company ON company.id = debtor.company_id
                LEFT JOIN res_users handler
                       ON handler.id = coalesce(debtor.handler_id, company.dunning_handler_id)
                LEFT JOIN res_partner person ON person.id = handler.partner_id
                    WHERE debtor.id = ANY(%s)""",
                sorted(debtor_ids),
            )
        )
        return {
            debtor_id: {"debtor": debtor, "handler": handler} for debtor_id, debtor, handler in rows
        }

    def _read_contacts(self, partner_ids):
        """Names of those who get a message, by id; and the form in which they are addressed."""
        rows = self.env.execute_query(
            SQL(
                """SELECT person.id, coalesce(person.name, ''),
                          coalesce(person.dunning_form, owner.dunning_form, '')
                     FROM res_partner person
                LEFT JOIN res_partner owner ON owner.id = person.commercial_partner_id
                    WHERE person.id = ANY(%s)""",
                sorted(partner_ids),
            )
        )
        names = {partner_id: name for partner_id, name, _form in rows}
        return names, {partner_id: form for partner_id, _name, form in rows}

    @cached_property
    def pdfs(self):
        """The stored PDFs by invoice id; not read before a level attaches them."""
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
        return {attachment.res_id: attachment for attachment in attachments}

    def pdf(self, move_id):
        """Id of the stored PDF of an invoice; none where there is none, or it is empty or no PDF.

        :raises FileUnreachable: where it can't be read: no message is made without it
        """
        file = self.pdfs.get(move_id)
        if file and not file.raw and file.store_fname:
            raise file._unreachable(file.store_fname)
        return file.id if file and is_pdf(file.raw) else None

    def amount(self, lang, currency_id, amount):
        """An amount with its currency, written out in a language."""
        key = (lang, currency_id, amount)
        if key not in self._amounts:
            currency = self.words.currency(currency_id)
            self._amounts[key] = format_amount(self.words.env_of(lang), float(amount), currency)
        return self._amounts[key]


def _filled(translations):
    """The languages that a text is there in, of its translations as they are stored."""
    return {lang for lang, text in (translations or {}).items() if (text or "").strip()}
