from odoo import api, models

#: Headers by which programs say that nobody wrote this (RFC 3834 and older habits).
AUTO_PRECEDENCE = {"auto_reply", "bulk", "junk", "list"}


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Remember whether a program wrote this mail: absence notes are no answers."""
        automatic = (
            (message.get("Auto-Submitted") or "no").lower() != "no"
            or (message.get("Precedence") or "").lower() in AUTO_PRECEDENCE
            or message.get("X-Autoreply")
        )
        if automatic:
            self = self.with_context(dunning_automatic=True)  # noqa: PLW0642
        return super()._message_route_process(message, message_dict, routes)
