from odoo import models


class DunningPageDialogue(models.AbstractModel):
    _inherit = "dunning.page.dialogue"
