from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.payt_dunning.models.dunning_way_sms import _mobile

SOURCES = [
    ("form", "Form on Paper or Online"),
    ("contract", "Contract or Order"),
    ("call", "Said on the Phone"),
    ("written", "E-mail or Letter"),
    ("whatsapp", "Wrote to Us by WhatsApp"),
]
#: Words that only a withdrawal may change.
WITHDRAWAL = {"withdrawn_on", "withdrawn_because", "withdrawn_by_id"}


class DunningWhatsappOptin(models.Model):
    """A contact agreed to get messages of a company by WhatsApp: when, how, in which words.

    Nothing of it is changed later; it can be withdrawn, by anybody and for ever. To agree again
    is another record.
    """

    _name = "dunning.whatsapp.optin"
    _description = "Agreement to Be Reached by WhatsApp"
    _order = "given_on desc, id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    number = fields.Char(
        compute="_compute_number",
        store=True,
        precompute=True,
        readonly=False,
        help="Messages go to this number as long as it is the contact's.",
    )
    given_on = fields.Date("Agreed On", required=True, default=fields.Date.context_today)
    source = fields.Selection(SOURCES, "How", required=True)
    text = fields.Text(
        "Agreed To", required=True, help="The words that the contact agreed to, or said."
    )
    evidence = fields.Binary(attachment=True, help="The form, the mail, a note of the call.")
    evidence_name = fields.Char()
    withdrawn_on = fields.Datetime(readonly=True, copy=False)
    withdrawn_because = fields.Char("Why Withdrawn", readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _one_alive = models.UniqueIndex(
        "(company_id, partner_id, number) WHERE withdrawn_on IS NULL",
        "This contact agreed already with this number.",
    )
    _by_number = models.Index("(number)")

    @api.depends("partner_id")
    def _compute_number(self):
        for optin in self:
            optin.number = optin.number or self._number_of(optin.partner_id, optin.company_id)

    @api.model
    def _number_of(self, partner, company):
        """The mobile number of a contact as ``+31612345678``; empty for none."""
        country = partner.country_id or partner.commercial_partner_id.country_id
        return _mobile(partner.phone, country.code or company.country_id.code)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if WITHDRAWAL & vals.keys():
                raise AccessError(self.env._("An agreement begins without being withdrawn."))
        optins = super().create(vals_list)
        optins._look_again()
        return optins

    def write(self, vals):
        """Only a withdrawal is noted later."""
        if not self.env.su or vals.keys() - WITHDRAWAL:
            raise UserError(
                self.env._("What somebody agreed to can't be changed; it can be withdrawn.")
            )
        result = super().write(vals)
        self._look_again()
        return result

    @api.constrains("number", "partner_id")
    def _check_number(self):
        for optin in self:
            if not optin.number or _mobile(optin.number, "") != optin.number:
                raise ValidationError(
                    self.env._(
                        "“%s” is no mobile number: write it with the code of its country, as in "
                        "+31612345678.",
                        optin.number or "",
                    )
                )

    @api.constrains("given_on")
    def _check_given_on(self):
        for optin in self:
            if optin.given_on > fields.Date.context_today(optin):
                raise ValidationError(self.env._("Nobody agrees on a day that is to come."))

    def _look_again(self):
        """Who can be reached otherwise now is decided about again."""
        partners = self.partner_id.commercial_partner_id
        self.env["dunning.debtor"].sudo().search(
            [("partner_id", "in", partners.ids), ("company_id", "in", self.company_id.ids)]
        )._look_again()

    def action_withdraw(self):
        """The contact wants no more messages by WhatsApp: a collector notes it."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can note that."))
        self._withdraw(self.env._("According to %s", self.env.user.name), user=self.env.user)
        return True

    def _withdraw(self, why, user=None):
        """Note that these contacts want no more messages; what was withdrawn before stays so."""
        self.sudo().filtered(lambda optin: not optin.withdrawn_on).write(
            {
                "withdrawn_on": fields.Datetime.now(),
                "withdrawn_because": why,
                "withdrawn_by_id": user.id if user else False,
            }
        )
        # Whoever agrees again does so in the same moment, and SQL looks at it.
        self.flush_recordset()

    @api.model
    def _agreed(self, company, partner_ids):
        """Who agreed to be reached at which number: set of ``(contact id, number)``."""
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT partner_id, number FROM dunning_whatsapp_optin
                        WHERE company_id = %s AND partner_id = ANY(%s) AND withdrawn_on IS NULL""",
                    company.id,
                    list(partner_ids),
                )
            )
        )


class ResPartner(models.Model):
    """Contacts that agreed."""

    _inherit = "res.partner"

    dunning_whatsapp_optin_ids = fields.One2many(
        "dunning.whatsapp.optin", "partner_id", "WhatsApp Agreements", readonly=True
    )
