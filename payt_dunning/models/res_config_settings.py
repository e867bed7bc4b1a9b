from odoo import models


# Odoo's own settings, only with a mixin: the check knows them by a single `_inherit`.
class ResConfigSettings(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "res.config.settings"
    _inherit = ["res.config.settings", "dunning.settings.mixin"]
