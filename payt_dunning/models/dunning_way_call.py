from functools import lru_cache

import phonenumbers

from odoo import api, models


class DunningWayCall(models.AbstractModel):
    """Calls: somebody phones the debtor, and logs what came of it."""

    _name = "dunning.channel.call"
    _inherit = "dunning.channel.base"
    _description = "Follow-up by Telephone"

    _always = True
    _by_hand = True
    _work = True
    _waits_for = "to_call"

    @api.model
    def _addresses(self, contacts):
        """Numbers (E.164) of any kind of line."""
        home = self._home()
        numbers = {
            each.contact_id: number_of(each.phone, each.country or home) for each in contacts
        }
        return {contact_id: number for contact_id, number in numbers.items() if number}

    @api.model
    def _queue(self, notices, bodies=None, woken=None):
        """Let them wait for a person, who gets a task for each debtor."""
        result = super()._queue(notices, bodies, woken)
        notices._ask_to_work("call")
        return result


@lru_cache(maxsize=10000)
def number_of(phone, country):
    """A number as ``+31201234567``; empty where it is none.

    :param phone: as somebody entered it
    :param country: code of the country for numbers without one
    """
    if not phone:
        return ""
    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
