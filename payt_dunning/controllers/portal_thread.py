"""Odoo's own thread on the portal's page of an invoice: what debtors write there is heard too."""

from odoo.http import request

from odoo.addons.portal.controllers.thread import PortalThreadController


class PortalThread(PortalThreadController):
    """The client chooses type and subtype of a message; of a debtor's it may not."""

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        values = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        if kwargs.get("from_create") and thread._name == "account.move" and request.env.user.share:
            values |= {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        return values
