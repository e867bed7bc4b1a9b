from odoo import api, models

from ..tools import normal_email


class DunningWayEmail(models.AbstractModel):
    """E-mail: mails of Odoo's own queue, each handed over by :meth:`~.mail_mail.MailMail._send`."""

    _name = "dunning.channel.email"
    _inherit = "dunning.channel.base"
    _description = "Follow-up by E-mail"

    _always = True

    @api.model
    def _addresses(self, contacts):
        found = {each.contact_id: normal_email(each.email) for each in contacts if each.email}
        return {contact_id: email for contact_id, email in found.items() if email}

    @api.model
    def _queue(self, notices, bodies=None, woken=None):
        notices._queue_mails(bodies, woken)
