from odoo import fields, models

#: States of Odoo's text messages by which a provider says that it has one, that it arrived, or
#: never will.
ACCEPTED = ("process", "pending")
DELIVERED = "sent"
NEVER = "error"


class SmsTracker(models.Model):
    """Reports of providers about text messages that carry a notice."""

    _inherit = "sms.tracker"

    dunning_notice_id = fields.Many2one(
        "dunning.notice", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    def _action_update_from_sms_state(self, sms_state, failure_type=False, failure_reason=False):
        result = super()._action_update_from_sms_state(sms_state, failure_type, failure_reason)
        notices = self.dunning_notice_id.sudo()
        if sms_state in ACCEPTED:
            notices._take_accepted()
        elif sms_state == DELIVERED:
            notices._take_delivered()
        elif sms_state == NEVER:
            notices._take_undelivered(failure_reason or self._told(failure_type))
        return result

    def _action_update_from_provider_error(self, provider_error):
        result = super()._action_update_from_provider_error(provider_error)
        notices = self.dunning_notice_id.sudo()
        if notices:
            status, failure_type, reason = result
            notices._take_undelivered(
                reason or self._told(failure_type), wrong_address=status == "bounce"
            )
        return result

    def _told(self, failure_type):
        """A kind of failure in words."""
        if not failure_type:
            return self.env._("The provider could not deliver it.")
        field = self.env["mail.notification"]._fields["failure_type"]
        return dict(field._description_selection(self.env)).get(failure_type, failure_type)
