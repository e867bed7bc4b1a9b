from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """What a financier asks about the company itself."""

    _inherit = "res.company"

    receivable_legal_form_id = fields.Many2one(
        "receivable.legal.form", "Legal Form", tracking=True, ondelete="restrict"
    )
    receivable_registered_on = fields.Date(
        "Registered Since",
        tracking=True,
        help="In the trade register: the first day of the company.",
    )

    @api.constrains("receivable_registered_on")
    def _check_receivable_registered_on(self):
        for company in self:
            day = company.receivable_registered_on
            if day and day > self.env["dunning.message"]._today(company):
                raise ValidationError(
                    self.env._(
                        "%s can't be registered on a day that is still to come.", company.name
                    )
                )

    def _receivable_legal(self):
        """Legal form and day of registration; a branch has those of the company it belongs to.

        :return: ``(receivable.legal.form record, date or False)``
        """
        self.ensure_one()
        own, root = self.sudo(), self.sudo().root_id
        return (
            own.receivable_legal_form_id or root.receivable_legal_form_id,
            own.receivable_registered_on or root.receivable_registered_on,
        )


class DunningSettingsMixin(models.AbstractModel):
    """The same in the settings."""

    _inherit = "dunning.settings.mixin"

    receivable_legal_form_id = fields.Many2one(
        related="company_id.receivable_legal_form_id", readonly=False
    )
    receivable_registered_on = fields.Date(
        related="company_id.receivable_registered_on", readonly=False
    )
