from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError

from ..rules.law.asks import Asked, announced, term_of
from ..rules.law.costs import Creditor
from ..rules.law.errors import Held, Refused
from ..rules.law.money import cents
from ..rules.law.standing import Standing
from ..rules.law.tables import BUSINESS, CONSUMER
from ..rules.plan import PlannedLine, PlannedNotice
from ..rules.texts import unknown_placeholders
from .dunning_checks import TEXTS
from .dunning_form import FORMS, LEVEL_TEXTS
from .dunning_words import BILLS, PEOPLE, languages
from .message_sources import ItemText, LevelText, Sources

#: Lateness and sum of the made-up item that stands in where there is no real one.
EXAMPLE_DAYS, EXAMPLE_AMOUNT = 12, Decimal("250.00")
#: Informal variants of the texts of a level.
INFORMAL = tuple(f"{name}_informal" for name in LEVEL_TEXTS)
#: Longer texts are not rendered while somebody types.
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a text is shown on: an item, or an example where there is none.

    :param item: ``dunning.item``, maybe empty
    :param company: whose message it is
    """

    item: object
    company: object


class DunningTextPreview(models.AbstractModel):
    """Shows a text while it is being written, as a debtor would get it.

    The message is rendered by the code that renders real ones; nothing is stored.
    """

    _name = "dunning.text.preview"
    _description = "Preview of Texts While They Are Written"

    @api.model
    def render_draft(
        self, policy_id, level_id, values, item_id=False, lang=False, channel="email", form="formal"
    ):
        """What a level would say about an item, and what is odd about it.

        :param policy_id: policy the level belongs to; false for one that is not saved yet
        :param level_id: the level; false for a new one, or to see what all levels share
        :param values: what is on the screen: fields of the level, and of its policy with a
            ``policy_`` before their names; only the latter to see what all levels share
        :param item_id: item to show it on; the oldest overdue one when left out
        :param lang: language of the reader; the user's when left out
        :param channel: code of the channel it goes by
        :param form: in which the reader is addressed
        :return: dict with ``subject`` and ``html``, or ``problem`` in words; ``notes`` about it,
            ``warnings``, ``item``, ``lang``, ``langs``, ``channel``, ``channels``, ``form`` and
            ``placeholders``
        """
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can write texts."))
        policy = self._found("dunning.policy", policy_id)
        level = policy.with_context(active_test=False).level_ids.filtered(
            lambda each: each.id == level_id
        )
        values = self._plain(values)
        shared = "subject" not in values
        if shared:
            level = policy.level_ids.filtered(lambda each: each.active and each.text)[:1]
            values |= {name: level[name] for name in ("name", *TEXTS)}
        shown = self._shown(policy, item_id)
        langs = languages(self.env)
        lang = lang if lang in dict(langs) else self.env.lang or "en_US"
        texts = self._texts(policy, level, values, lang, shown)
        channels = self._channels()
        channel = channel if channel in dict(channels) else "email"
        form = form if form in dict(FORMS) else "formal"
        texts = replace(texts.in_form(form), informal=())
        checks = self.env["dunning.checks"]
        rendered = self._rendered(shown, texts, lang, {**values, "channel": channel})
        other = self._other_language(level, lang, shown, channel)
        return {
            **rendered,
            "notes": [*other, *rendered.get("notes", ())],
            "warnings": checks._shared_warnings(policy, values)
            if shared
            else checks._level_warnings(policy, level, values),
            "item": {"id": shown.item.id, "name": shown.item.display_name or ""},
            "lang": lang,
            "langs": langs,
            "channel": channel,
            "channels": channels,
            "form": form,
            "saved": lang != (self.env.lang or "en_US"),
            "placeholders": self._placeholders(),
        }

    @api.model
    def _found(self, model, record_id):
        """The record with this id, if the user may read it; empty where there is none."""
        record_id = record_id if isinstance(record_id, int) else False
        record = self.env[model].browse(record_id or ()).exists()
        record.check_access("read")
        return record

    @api.model
    def _plain(self, values):
        """Values from a client: texts, none too long, numbers and truths."""
        plain = {
            name: value[:LONGEST] if isinstance(value, str) else value
            for name, value in dict(values).items()
            if isinstance(value, (str, int))
        }
        return {
            name: value
            for name, value in plain.items()
            if isinstance(value, int) or name not in ("days", "spacing")
        }

    @api.model
    def _shown(self, policy, item_id):
        """The item asked for, if the user may see it, else the oldest overdue one."""
        companies = policy.company_id & self.env.companies or self.env.company
        item = self._found("dunning.item", item_id)
        if not item:
            domain = [("company_id", "in", companies.ids), ("state", "=", "open")]
            item = item.search(
                [*domain, ("amount_open", ">", 0), ("line_id", "!=", False)],
                order="date_due, id",
                limit=1,
            )
        return Shown(item, item.company_id or companies[:1])

    @api.model
    def _texts(self, policy, level, values, lang, shown):
        """The texts in a language: those on the screen in the user's, the saved ones in others."""
        if lang != (self.env.lang or "en_US"):
            level, policy = level.with_context(lang=lang), policy.with_context(lang=lang)
            values = {
                **values,
                **{name: level[name] or "" for name in (*TEXTS, "short_text", *INFORMAL)},
                **{
                    f"policy_{name}": policy[name] or ""
                    for name in ("greeting", "closing", "greeting_informal", "closing_informal")
                },
            }
        bills, people = values.get("policy_bills"), values.get("policy_people")
        words = self.env["dunning.policy"].new(
            {
                "bills": bills in dict(BILLS) and bills,
                "people": people in dict(PEOPLE) and people,
            }
        )
        return LevelText(
            level_id=level.id,
            policy_id=policy.id,
            name=values.get("name") or "",
            subject=values.get("subject") or "",
            text=values.get("text") or "",
            attachment="link",
            greeting=values.get("policy_greeting") or "",
            closing=values.get("closing") or values.get("policy_closing") or "",
            terms=self._words().terms(lang, shown.company.id, words),
            short_text=values.get("short_text") or "",
            informal=self._informal(values),
            lang=lang,
        )

    @api.model
    def _words(self):
        return Sources(self.env, []).words

    @api.model
    def _rendered(self, shown, texts, lang, values=None):
        """The message, or why there is none.

        :param values: of the level, where they are known: what it asks beside the invoices
        """
        values = values or {}
        channel = values.get("channel") or "email"
        parts = (texts.subject, texts.text, texts.greeting, texts.closing)
        if not (texts.subject and texts.text):
            return {"problem": self.env._("Write a subject and a text to see the message here.")}
        if any(map(unknown_placeholders, parts)):
            return {"problem": self.env._("The message is shown once its placeholders are known.")}
        sources, line, debtor_id, partner_id, currency, day = self._sources(shown)
        sources.words.use(lang, shown.company.id, line.revision_id, line.position, texts)
        notice = PlannedNotice(
            debtor_id=debtor_id,
            company_id=shown.company.id,
            currency_id=currency.id,
            partner_id=partner_id,
            lang=lang,
            channel=channel,
            recipient="",
            phase="reminder",
            approval=False,
            day=day,
            lines=(line,),
            asked=self._asked(values, shown, line, day),
            invites=bool(values.get("invites_plan")),
        )
        (content,) = self.env["dunning.message"]._render([notice], sources)
        if content.problem:
            return {"problem": content.problem}
        return self._in_channel(channel, content, notice, shown)

    @api.model
    def _asked(self, values, shown, line, day):
        """What the level would announce or ask, as an example; ``None`` where it asks nothing."""
        code, days = values.get("statutory_code") or "", values.get("term_days") or 0
        announces, asks = values.get("announces_costs"), values.get("asks") or ""
        if not (code or days or announces or asks):
            return None
        tables = self.env["collection.law.row"]._tables()
        laws = tables.with_notice(code, day) if code else []
        own = self.env["collection.jurisdiction"]._of_country(shown.company.country_id, day)
        law = laws[0] if laws else own.sudo().code or "EU"
        standing = Standing(law, "", CONSUMER if code else BUSINESS)
        asked = Asked(law, standing.rules, code, days)
        try:
            term = term_of(tables, standing, code, days, "email", day)
            costs = announced(tables, [standing], {0: line.open}, Creditor(), day)
        except (Held, Refused):
            return asked
        asked = replace(asked, pay_by=term.last if code or days else None)
        if code or announces:
            asked = replace(
                asked, announced=costs.total, tax=costs.vat, basis=costs.why, lines=costs.lines
            )
        if asks:
            asked = replace(asked, costs=costs.total)
        if asks == "costs_interest":
            asked = replace(asked, interest=cents(line.open / 100))
        return asked

    @api.model
    def _example(self, company):
        """What a company's first reminder would say of its oldest open item, or of an example.

        :return: subject and body with working links, ``None`` where no policy has a text
        """
        company = company.sudo()
        policies = company.dunning_policy_id or self.env["dunning.policy"].search(
            [("revision_id", "!=", False), ("company_id", "in", (False, company.id))]
        )
        texts = policies.level_ids.filtered(
            lambda level: level.active and level.days > 0 and level.subject and level.text
        )
        if not texts:
            return None
        level, policy = texts[0], texts[0].policy_id
        values = {name: level[name] for name in ("name", *TEXTS)}
        shared = ("greeting", "closing", "bills", "people")
        values |= {f"policy_{name}": policy[name] for name in shared}
        shown = self.with_company(company)._shown(policy, False)
        lang = self.env.lang or "en_US"
        content = self._rendered(shown, self._texts(policy, level, values, lang, shown), lang)
        if "html" not in content:
            return None
        move = shown.item.move_id
        address = (
            self.env["dunning.page.door"]._url(move, shown.item.debtor_id)
            if move
            else f"{company.get_base_url()}/my/invoices"
        )
        return content["subject"], self.env["dunning.message"]._insert_links(
            content["html"], address
        )

    @api.model
    def _sources(self, shown):
        """What a message about the item, or about the example, is made from."""
        today = self.env["dunning.message"]._today(shown.company)
        item = shown.item
        if not item:
            sources = Sources(self.env, [])
            sources.items[0] = ItemText("INV/00042", "INV/00042", 0, True, "")
            sources.debtors[0] = {
                "debtor": self.env._("Example Ltd"),
                "handler": self.env.user.name,
            }
            due = today - timedelta(days=EXAMPLE_DAYS)
            line = PlannedLine(0, due, EXAMPLE_AMOUNT, 1, 0)
            return sources, line, 0, 0, shown.company.currency_id, today
        line = PlannedLine(item.id, item.date_due, Decimal(str(item.amount_open)), 1, 0)
        partner = item.partner_id
        notice = PlannedNotice(
            item.debtor_id.id,
            item.company_id.id,
            item.currency_id.id,
            partner.id,
            "",
            "",
            "",
            "",
            False,
            today,
            (line,),
        )
        sources = Sources(self.env, [notice])
        return sources, line, item.debtor_id.id, partner.id, item.currency_id, today

    @api.model
    def _placeholders(self):
        """Placeholders with what they stand for, in the user's language."""
        words = {
            "company": self.env._("your company"),
            "debtor": self.env._("name of the debtor"),
            "contact": self.env._("name of the person or department that gets the message"),
            "amount": self.env._("sum of what this part of the message is about"),
            "count": self.env._("how many are asked about"),
            "numbers": self.env._("their numbers"),
            "due_date": self.env._("the earliest due date among them"),
            "days_late": self.env._("days since that due date"),
            "invoice": self.env._("what you call an invoice"),
            "invoices": self.env._("the same for several"),
            "customer": self.env._("what you call a customer"),
            "iban": self.env._("account number to pay to"),
            "reference": self.env._("payment reference"),
            "handler": self.env._("person who follows up on this debtor"),
            "phone": self.env._("telephone number of your company"),
            "principal": self.env._("sum of the invoices, where costs are asked for too"),
            "costs": self.env._("costs that are due after the term, or that are asked for"),
            "interest": self.env._("interest that is asked for"),
            "term": self.env._("the term to pay, in the words of the law"),
            "pay_by": self.env._("the last day on which the amount is right"),
            "office": self.env._("who would collect it next: a bailiff or, for more, a lawyer"),
            "code": self.env._("code of the message, to be typed where there is no link"),
            "pin": self.env._("PIN that goes with the code"),
            "short_link": self.env._("short address of the page that asks for code and PIN"),
        }
        return [{"name": name, "help": text} for name, text in words.items()]
