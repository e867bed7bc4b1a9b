from odoo import api, models

from ..rules.law.errors import Held
from ..rules.law.limits import next_office
from ..rules.law.notice_text import check_text
from ..rules.law.terms import BY_POST
from ..rules.texts import placeholders_in
from .dunning_message import TextError

#: What every message says by itself, in its frame.
BY_ITSELF = ("table", "tax_statement", "creditor_number")


class DunningMessageLaw(models.AbstractModel):
    """The part of a message that the law looks at: costs, interest and the term to pay."""

    _inherit = "dunning.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _law_values(self, planned, sources):
        """Values of the placeholders about costs, interest and terms; empty where there is none."""
        asked = planned.asked
        if not asked:
            names = ("costs", "interest", "term", "pay_by", "principal")
            office = self._office_words("", sources.words.env_of(planned.lang))
            return {**dict.fromkeys(names, ""), "office": office}

        def money(amount):
            return amount and sources.amount(planned.lang, planned.currency_id, amount) or ""

        return {
            "principal": money(planned.principal),
            "costs": money(asked.announced or asked.costs),
            "interest": money(asked.interest),
            "term": self._term_words(planned, asked, sources),
            "pay_by": asked.pay_by and sources.words.date(planned.lang, asked.pay_by) or "",
            "office": self._office(planned, asked, sources.words.env_of(planned.lang)),
        }

    @api.model
    def _office(self, planned, asked, env):
        """Who would collect it next, for debtors; only Dutch law knows bailiffs who do."""
        kind = ""
        if asked.jurisdiction == "NL":
            tables = self.env["collection.law.row"]._tables()
            amount = planned.principal + asked.interest
            kind = next_office(tables, asked.jurisdiction, amount, planned.day)
        return self._office_words(kind, env)

    @api.model
    def _office_words(self, kind, env):
        """A kind of office, for debtors."""
        return {
            "bailiff": env._("a bailiff"),
            "lawyer": env._("a lawyer"),
        }.get(kind) or env._("a collection agency or a lawyer")

    @api.model
    def _term_words(self, planned, asked, sources):
        """The term to pay, as the law wants it said. Source: HR 25 November 2016 (NL), WER XIX.2."""
        env = sources.words.env_of(planned.lang)
        by_post = planned.channel in BY_POST
        if asked.notice == "nl_14_day":
            if by_post:
                return env._(
                    "within fourteen days from the day after this letter was delivered to you"
                )
            return env._("within fourteen days from the day after this e-mail was delivered to you")
        if asked.notice == "be_first_reminder":
            if by_post:
                return env._(
                    "within 14 calendar days, counted from the third working day after this "
                    "letter was sent"
                )
            return env._("within 14 calendar days, counted from the day after this e-mail was sent")
        if asked.cut:
            return env._("by %s at the latest", sources.words.date(planned.lang, asked.pay_by))
        if asked.term_days:
            return env._("within %s days of receiving this message", asked.term_days)
        return ""

    @api.model
    def _law_frame(self, planned, sources):
        """What the frame shows of costs and interest: rows, and how costs are calculated.

        :return: dict with ``beside`` (label and amount of each row), ``calculation`` (lines) and
            ``declaration`` (of tax on the costs)
        """
        asked, frame = planned.asked, {"beside": [], "calculation": [], "declaration": ""}
        if not asked:
            return frame
        env = sources.words.env_of(planned.lang)

        def money(amount):
            return sources.amount(planned.lang, planned.currency_id, amount)

        if asked.costs:
            frame["beside"].append((env._("Collection costs"), money(asked.costs)))
        if asked.fee:
            frame["beside"].append((env._("Fee for this message"), money(asked.fee)))
        if asked.interest:
            label = env._("Interest through %s", sources.words.date(planned.lang, asked.pay_by))
            frame["beside"].append((label, money(asked.interest)))
        if asked.announced:
            words = self.env["dunning.law.words"]
            steps = [(step.code, step.values) for step in asked.lines]
            basis = env._("Legal basis: %s", asked.basis)
            frame["calculation"] = [*words._calculation(env, steps, money), basis]
        if asked.tax:
            frame["declaration"] = env._(
                "These costs include %s VAT. We use a collection service that charges VAT, and we "
                "cannot set that VAT off. That is why the costs are raised by it.",
                money(asked.tax),
            )
        return frame

    @api.model
    def _check_statutory(self, planned, level, values):
        """Refuse a message that is no valid notice: it would cost the creditor its costs.

        :raises TextError: naming what is missing, or what must not be there, and its source
        """
        asked = planned.asked
        if not (asked and asked.notice):
            return
        parts = (level.subject, level.greeting, level.text, level.closing)
        findings = self._statutory_findings(asked.notice, parts, planned.day)
        missing = self._missing_of_company(planned, asked)
        if findings or missing:
            record = self.env["dunning.level"].browse(level.level_id)
            raise TextError(
                self.env._(
                    "Level “%(level)s” is no valid notice: %(findings)s",
                    level=record.name,
                    findings="; ".join([*missing, *findings]),
                )
            )

    @api.model
    def _missing_of_company(self, planned, asked):
        """What a notice must say of the creditor and nobody filled in."""
        company = self.env["res.company"].browse(planned.company_id).sudo()
        if asked.jurisdiction == "BE" and not (company.company_registry or company.vat):
            return [self.env._("the enterprise number of %s is missing", company.name)]
        return []

    @api.model
    def _statutory_findings(self, code, parts, day):
        """What texts lack to be a statutory notice, or say that they must not; in words.

        :param parts: the texts of a level and its policy, in one language
        """
        tables = self.env["collection.law.row"]._tables()
        text = "\n".join(part for part in parts if part)
        names = {*placeholders_in(text), *BY_ITSELF}
        told = []
        for jurisdiction in tables.with_notice(code, day):
            try:
                found = check_text(tables, jurisdiction, code, text, names, day)
            except Held as problem:
                told.append(str(problem))
                continue
            told += [self._finding_words(finding) for finding in found]
        return told

    @api.model
    def _finding_words(self, finding):
        values = {
            "element": self.env["dunning.law.words"]._element(finding.element),
            "where": finding.source,
        }
        if finding.required:
            return self.env._("“%(element)s” is missing (%(where)s)", **values)
        return self.env._("“%(element)s” must not be there (%(where)s)", **values)
