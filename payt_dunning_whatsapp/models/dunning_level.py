from odoo import api, fields, models
from odoo.exceptions import ValidationError

FRIENDLY = ("courtesy", "reminder")
POLICY_URL = "https://business.whatsapp.com/policy"


class DunningLevel(models.Model):
    """Levels that may go by WhatsApp: friendly ones, which ask for nothing beside the invoices."""

    _inherit = "dunning.level"

    whatsapp_template_ids = fields.Many2many(
        "dunning.whatsapp.template",
        string="WhatsApp Templates",
        help="Of each company and language the one that fits. Empty: those for every level.",
    )

    @api.constrains("channel_ids", "phase", "statutory_code", "announces_costs", "asks", "fee")
    def _check_whatsapp_is_friendly(self):
        """Source: WhatsApp Business Messaging Policy, which forbids debt collection."""
        for level in self:
            if "whatsapp" not in level.channel_ids.mapped("code"):
                continue
            demands = level.statutory_code or level.announces_costs or level.asks or level.fee
            if level.phase not in FRIENDLY or demands:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” can't go by WhatsApp: its policy forbids debt collection "
                        "(%(policy)s). Only courtesies and reminders can, without costs.",
                        level=level.name,
                        policy=POLICY_URL,
                    )
                )
