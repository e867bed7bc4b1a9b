from odoo import api, models


class DunningSettings(models.TransientModel):
    """The follow-up settings of a company for its follow-up managers.

    They may neither write on companies nor open Odoo's general settings: what is written here
    is checked here, and then written with the rights of the system.
    """

    _name = "dunning.settings"
    _inherit = "dunning.settings.mixin"
    _description = "Follow-up Settings"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_dunning_manager()
        settings = super(DunningSettings, self.sudo()).create(vals_list).sudo(False)
        settings._check_dunning_manager()
        return settings

    def write(self, vals):
        self._check_dunning_manager()
        result = super(DunningSettings, self.sudo()).write(vals)
        self._check_dunning_manager()
        return result

    def action_apply(self):
        """Close the form; what was changed has been saved by then."""
        self._check_dunning_manager()
        return {"type": "ir.actions.act_window_close"}
