from odoo import api, models


class DunningReduction(models.AbstractModel):
    _inherit = "dunning.reduction"

    @api.model
    def _words_of_messages(self):
        """What was filled into a template goes with the message."""
        return (*super()._words_of_messages(), "whatsapp")
