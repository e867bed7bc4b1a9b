from odoo import fields, models


# Odoo's own settings, only with a mixin: the check knows them by a single `_inherit`.
class ResConfigSettings(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "res.config.settings"
    _inherit = ["res.config.settings", "dunning.settings.mixin"]

    dunning_workers = fields.Integer(
        "Workers That Send",
        default=lambda self: self.env["dunning.dispatch"].sudo()._count_workers(),
    )

    def set_values(self):
        number, dispatch = self.dunning_workers, self.env["dunning.dispatch"].sudo()
        result = super().set_values()
        if self.env.is_system() and number != dispatch._count_workers():
            dispatch._set_workers(number)
        return result
