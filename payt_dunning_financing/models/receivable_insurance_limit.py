from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class ReceivableInsuranceLimit(models.Model):
    """Up to what amount a debtor is insured; an invoice by its date.

    No two of a debtor overlap. A debtor that has or had one is covered by its limits alone: an
    insurer that ends a limit takes the debtor out of the blind cover too.
    """

    _name = "receivable.insurance.limit"
    _description = "Insured Debtor"
    _order = "insurance_id, partner_id, valid_from desc, id desc"
    _rec_name = "partner_id"

    insurance_id = fields.Many2one(
        "receivable.insurance", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="insurance_id.company_id", store=True)
    currency_id = fields.Many2one(related="insurance_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Debtor",
        required=True,
        index=True,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
    )
    amount = fields.Monetary("Insured Up To", required=True)
    valid_from = fields.Date(help="Of the date of the invoice. Empty: since ever.")
    valid_until = fields.Date(help="Of the date of the invoice. Empty: no end.")

    @api.constrains("amount")
    def _check_amount(self):
        if any(limit.currency_id.compare_amounts(limit.amount, 0) <= 0 for limit in self):
            raise ValidationError(
                self.env._("A limit is more than 0. To end one, fill in its last day.")
            )

    @api.constrains("insurance_id", "partner_id", "valid_from", "valid_until")
    def _check_period(self):
        for limit in self:
            since, until = limit._period()
            if until < since:
                raise ValidationError(
                    self.env._("The limit of %s would end before it begins.", limit.display_name)
                )
        self._check_once()

    def _check_once(self):
        """A debtor has one limit at a time."""
        others = self.search(
            [
                ("insurance_id", "in", self.insurance_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        ).grouped(lambda limit: (limit.insurance_id, limit.partner_id))
        for limit in self:
            for other in others[limit.insurance_id, limit.partner_id] - limit:
                if limit._overlaps(other):
                    raise ValidationError(limit._told_twice(other))

    def _told_twice(self, other):
        """That another limit of the debtor is valid too, in words."""
        if other.valid_until:
            return self.env._(
                "%(debtor)s has a limit until %(day)s already: let this one begin after it.",
                debtor=self.display_name,
                day=format_date(self.env, other.valid_until),
            )
        return self.env._(
            "%s has a limit already: change it, or fill in its last day first.", self.display_name
        )

    def _period(self):
        return self.valid_from or date.min, self.valid_until or date.max

    def _overlaps(self, other):
        since, until = self._period()
        first, last = other._period()
        return since <= last and first <= until

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create([self._of_debtor(vals) for vals in vals_list])
        self.env["receivable.insurance"]._look_soon()
        return limits

    def write(self, vals):
        result = super().write(self._of_debtor(vals))
        self.env["receivable.insurance"]._look_soon()
        return result

    def unlink(self):
        self.env["receivable.insurance"]._look_soon()
        return super().unlink()

    @api.model
    def _of_debtor(self, vals):
        """The limit is the debtor's, whichever of its contacts was chosen."""
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {**vals, "partner_id": partner.commercial_partner_id.id}

    @api.model
    def _follow_merge(self, sources, target):
        """Contacts are merged: the limits of who stays hold, where both have one.

        What is left out is noted on the insurance, for the insurer knows of two debtors.
        """
        gone = self.search([("partner_id", "in", sources.ids)])
        kept = self.search([("partner_id", "=", target.id)])
        for limit in gone:
            twice = kept.filtered(
                lambda own, limit=limit: (
                    own.insurance_id == limit.insurance_id and own._overlaps(limit)
                )
            )
            if not twice:
                limit.partner_id = target
                kept += limit
                continue
            limit.insurance_id._message_log(
                body=self.env._(
                    "%(gone)s was merged with %(kept)s, which has a limit already. Its own of "
                    "%(amount)s is left out: ask the insurer.",
                    gone=limit.display_name,
                    kept=target.display_name,
                    amount=limit.currency_id.format(limit.amount),
                )
            )
            limit.unlink()
