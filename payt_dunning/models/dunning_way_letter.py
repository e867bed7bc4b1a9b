from odoo import api, models


class DunningWayLetter(models.AbstractModel):
    """Letters: printed and posted by a person, who says on which day."""

    _name = "dunning.channel.letter"
    _inherit = "dunning.channel.base"
    _description = "Follow-up by Letter"

    _by_hand = True
    _waits_for = "to_post"

    @api.model
    def _addresses(self, contacts):
        return self.env["dunning.letter"]._addresses([each.contact_id for each in contacts])
