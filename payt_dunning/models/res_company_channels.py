from odoo import fields, models


class ResCompany(models.Model):
    """Which channels a company uses."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_channel_ids = fields.Many2many(
        "dunning.channel",
        string="Channels Beside E-mail",
        domain="[('optional', '=', True)]",
        help="Levels use them where they name them. Text messages cost money with your provider, "
        "letters have to be printed and posted.",
    )

    def _dunning_channels(self):
        """Codes of the channels by which this company reaches debtors."""
        self.ensure_one()
        chosen = self.sudo().dunning_channel_ids.mapped("code")
        ways = self.env["dunning.channel"]._ways()
        return frozenset(code for code, way in ways.items() if way._always or code in chosen)

    def write(self, vals):
        result = super().write(vals)
        if "dunning_channel_ids" in vals:
            self._dunning_look_again()
        return result
