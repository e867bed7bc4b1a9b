from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_amount, format_date

from ..rules.texts import fill_paragraphs, placeholders_in
from .message_sources import Words

#: What a reply may be filled in with.
PLACEHOLDERS = (
    "company",
    "debtor",
    "amount",
    "numbers",
    "due_date",
    "days_late",
    "invoice",
    "invoices",
    "customer",
    "iban",
    "reference",
    "handler",
    "phone",
)


class DunningReply(models.Model):
    """An answer that is written once and sent often, in the debtor's language."""

    _name = "dunning.reply"
    _description = "Canned Reply"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="What we call it among ourselves.")
    reason_ids = fields.Many2many(
        "dunning.nonpayment.reason",
        string="For Reasons",
        help="Stands first where one of these was given.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    body = fields.Text(
        "Text",
        required=True,
        translate=True,
        help="Plain text; an empty line begins a paragraph. Placeholders are filled in.",
    )
    placeholders = fields.Char(
        "What Can Be Filled In", compute="_compute_placeholders", help="Written in braces."
    )

    def _compute_placeholders(self):
        self.placeholders = _written(PLACEHOLDERS)

    @api.constrains("body")
    def _check_placeholders(self):
        for reply in self:
            self._refuse_unknown(reply, reply.body)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        """Other languages are written around constraints: their placeholders are checked here."""
        if field_name == "body":
            for text in translations.values():
                if isinstance(text, str):
                    self._refuse_unknown(self, text)
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    @api.model
    def _refuse_unknown(self, reply, text):
        unknown = [name for name in placeholders_in(text) if name not in PLACEHOLDERS]
        if unknown:
            raise ValidationError(
                self.env._(
                    "“%(record)s” uses %(unknown)s, which can't be filled in. "
                    "Placeholders that can: %(known)s.",
                    record=reply.display_name,
                    unknown=_written(unknown),
                    known=_written(PLACEHOLDERS),
                )
            )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Those for a reason come first where the context names one."""
        query = super()._search(domain, *args, **kwargs)
        reason_id = self.env.context.get("dunning_reason")
        usual = kwargs.get("order") in (None, self._order)
        if usual and reason_id and isinstance(reason_id, int):
            relation = self._fields["reason_ids"]
            query.order = SQL(
                """NOT EXISTS (SELECT 1 FROM %(table)s rel
                                WHERE rel.%(own)s = %(id)s AND rel.%(reason)s = %(reason_id)s),
                   %(order)s""",
                table=SQL.identifier(relation.relation),
                own=SQL.identifier(relation.column1),
                id=SQL.identifier(self._table, "id"),
                reason=SQL.identifier(relation.column2),
                reason_id=reason_id,
                order=query.order or SQL.identifier(self._table, "id"),
            )
        return query

    def _filled(self, debtor, items):
        """The text for a debtor about some items, in the debtor's language.

        :param items: of the debtor
        """
        self.ensure_one()
        env = self.env["dunning.talk"]._env_of(debtor)
        values = self._values(env, debtor.with_env(env), items.with_env(env))
        return "\n\n".join(fill_paragraphs(self.with_env(env).body, values))

    @api.model
    def _values(self, env, debtor, items):
        words, company, lang = Words(env), debtor.company_id, env.lang
        today = env["dunning.message"]._today(company)
        handler = debtor.handler_id or company.dunning_handler_id
        due = min(filter(None, items.mapped("date_due")), default=None)
        amounts = [
            format_amount(env, sum(own.mapped("amount_open")), currency)
            for currency, own in items.grouped("currency_id").items()
        ]
        moves = items.move_id
        references = [move.payment_reference or move.name or "" for move in moves]
        policy = items[:1]._policy() if items else env["dunning.policy"]
        return {
            **words.company(company.id),
            **words.terms(lang, company.id, policy or env["dunning.policy"]),
            "debtor": debtor.partner_id.name or "",
            "amount": " + ".join(amounts),
            "numbers": ", ".join(filter(None, items.mapped("name"))),
            "due_date": due and format_date(env, due) or "",
            "days_late": str(max((today - due).days, 0)) if due else "",
            "iban": env["dunning.payee"]._numbers(moves, company, words),
            "reference": ", ".join(dict.fromkeys(filter(None, references))),
            "handler": handler.partner_id.name or "",
        }


def _written(names):
    """Names of placeholders as they are written in a text."""
    return ", ".join(f"{{{name}}}" for name in names)
