from odoo import api, models


class DunningWayList(models.AbstractModel):
    """The work list: a person decides how to go on."""

    _name = "dunning.channel.list"
    _inherit = "dunning.channel.base"
    _description = "Follow-up by the Work List"

    _always = True
    _by_hand = True
    _work = True
    _waits_for = "to_decide"

    @api.model
    def _addresses(self, contacts):
        """Their names: who is on the list can always be decided about."""
        return {each.contact_id: each.name or f"#{each.contact_id}" for each in contacts}

    @api.model
    def _queue(self, notices, bodies=None, woken=None):
        """Let them wait for a person, who gets a task for each debtor."""
        result = super()._queue(notices, bodies, woken)
        notices._ask_to_work("list")
        return result
