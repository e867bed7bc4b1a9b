from odoo import fields, models
from odoo.tools import format_datetime

from odoo.addons.payt_dunning.tools import exact

from .receivable_financing_export import Export
from .receivable_financing_facts import BUCKETS


class ReceivableFinancingCheck(models.Model):
    """What of a check is sent to a financier."""

    _inherit = "receivable.financing.check"  # pylint: disable=consider-merging-classes-inherited

    def _financing_export_name(self):
        return f"check-{self.id}-{self.as_of}"

    def _financing_export(self):
        """See :class:`~.receivable_financing_export.Export`."""
        self.ensure_one()
        currency = self.currency_id
        names = dict(self.answer_ids._fields["criterion"]._description_selection(self.env))
        return Export(
            what="check",
            number=str(self.id),
            day=self.as_of,
            currency=currency.name,
            digits=currency.decimal_places,
            head=self._export_head(),
            sums=[
                (key, self._fields[name]._description_string(self.env), self._exact(self[name]))
                for key, name in (
                    ("open", "open_amount"),
                    ("left_out", "left_out"),
                    ("counts", "counts"),
                    ("advance", "advance"),
                    ("limit", "limit"),
                    ("drawn", "drawn"),
                    ("room", "room"),
                )
            ],
            answers=[
                (
                    each.criterion,
                    names[each.criterion],
                    each.asked,
                    each.found,
                    each.qualifies,
                    each.facts or {},
                )
                for each in self.answer_ids
            ],
            rows=self.line_ids._financing_rows(),
        )

    def _export_head(self):
        env, kept = self.env, self.head or {}
        return [
            ("company", env._("Company"), kept.get("company", "")),
            ("company_vat", env._("VAT Number"), kept.get("company_vat", "")),
            ("company_registry", env._("Registration Number"), kept.get("company_registry", "")),
            ("legal_form", env._("Legal Form"), kept.get("legal_form", "")),
            (
                "registered_on",
                env._("Registered Since"),
                fields.Date.to_date(kept.get("registered_on")),
            ),
            ("financier", env._("Financier"), kept.get("financier", "")),
            ("contract", env._("Contract Number"), kept.get("contract", "")),
            ("as_of", env._("As of"), self.as_of),
            ("made_on", env._("Made On"), format_datetime(env, self.made_on)),
            ("currency", env._("Currency"), self.currency_id.name),
            ("says", env._("Result"), self.says),
            ("advance_rate", env._("Advance, %"), self.advance_rate),
        ]

    def _exact(self, amount):
        """An amount as a decimal with the digits of the currency."""
        return exact(amount).quantize(
            self.env["receivable.financing.facts"]._step(self.currency_id)
        )


class ReceivableFinancingCheckLine(models.Model):
    """What of its invoices is sent."""

    _inherit = "receivable.financing.check.line"  # pylint: disable=consider-merging-classes-inherited

    def _financing_rows(self):
        """Rows as :data:`~.receivable_financing_export.ROW` tells.

        Natural persons have no name where the financier does not take them, or not this invoice:
        it needs none. Reasons are told as far as they are its business.
        """
        words, countries = self.env["receivable.financing.words"], {}
        states = dict(self._fields["state"]._description_selection(self.env))
        step = self.env["receivable.financing.facts"]._step
        rows = []
        for line in self:
            digits = step(line.currency_id)
            refused = line.state == "refused"
            hidden = line.natural_person and (refused or not line.check_id.consumers)
            reasons = words._outside(line.reasons or [])
            amounts = {name: exact(line[name]).quantize(digits) for name in BUCKETS}
            rows.append(
                {
                    "debtor": 0 if hidden else line.debtor_id.id or line.debtor_name,
                    **self._export_debtor(line, hidden),
                    "invoice_date": line.invoice_date or None,
                    "due_date": line.date_due or None,
                    "days_overdue": line.days_overdue,
                    "invoice_currency": line.invoice_currency_id.name,
                    "open_own": exact(line.open_own).quantize(step(line.invoice_currency_id)),
                    "open": exact(line.open_amount).quantize(digits),
                    **amounts,
                    "counts": exact(line.counts).quantize(digits),
                    "advance": exact(line.advance).quantize(digits),
                    "state": line.state,
                    "state_name": states[line.state],
                    "reasons": reasons,
                    "why": " ".join(
                        words._reason(reason, line.currency_id, countries) for reason in reasons
                    ),
                }
            )
        return rows

    def _export_debtor(self, line, hidden):
        if hidden:
            return {
                "number": "",
                "debtor_name": self.env._("Natural person, not named"),
                "registration": "",
                "country": "",
            }
        return {
            "number": line.name or "",
            "debtor_name": line.debtor_name or "",
            "registration": line.registration or "",
            "country": line.country_id.code or "",
        }
