from odoo import fields, models


class SmsSms(models.Model):
    """Odoo's own record of a text message that carries a notice: its queue leaves it alone."""

    _inherit = "sms.sms"

    dunning_notice_id = fields.Many2one(
        "dunning.notice", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    def _get_sms_company(self):
        """Whose account the provider's reports are signed with."""
        return self.dunning_notice_id.company_id or super()._get_sms_company()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """What carries a notice is handed over by its outbox alone, also when a person asks."""
        others = self.filtered(lambda sms: not sms.dunning_notice_id)
        if not others:
            return None
        return super(SmsSms, others)._send(
            unlink_failed=unlink_failed, unlink_sent=unlink_sent, raise_exception=raise_exception
        )


class DunningNotice(models.Model):
    """Text messages with a notice have a record and a tracker of Odoo's."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _expect_reports(self):
        """Let Odoo's routes for reports of providers know these messages.

        Their state keeps them out of Odoo's own queue.
        """
        way = self.env["dunning.channel"]._way("sms")
        references = {notice.id: way._new_reference() for notice in self}
        self._set_each("provider_reference", references, "text")
        self.env["sms.sms"].sudo().create(
            [
                {
                    "uuid": notice.provider_reference,
                    "number": notice.recipient,
                    "body": notice.text,
                    "partner_id": notice.partner_id.id,
                    "state": "process",
                    "dunning_notice_id": notice.id,
                }
                for notice in self
            ]
        )
        self.env["sms.tracker"].sudo().create(
            [
                {"sms_uuid": notice.provider_reference, "dunning_notice_id": notice.id}
                for notice in self
            ]
        )
