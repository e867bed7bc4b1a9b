from odoo import api, fields, models
from odoo.tools import format_datetime


class DunningNoticeWords(models.AbstractModel):
    """What became of a message, in a sentence."""

    _name = "dunning.notice.words"
    _description = "Delivery in Words"

    delivery = fields.Text("What Became of It", compute="_compute_delivery")

    @api.depends("state", "sent_at", "recipient", "failure", "retry_of_id")
    @api.depends_context("lang", "tz")
    def _compute_delivery(self):
        for notice in self:
            notice.delivery = notice._delivery_in_words()

    def _delivery_in_words(self):
        self.ensure_one()
        sent = self.sent_at and format_datetime(self.env, self.sent_at)
        values = {"recipient": self.recipient, "sent": sent, "failure": self.failure or ""}
        _ = self.env._
        words = {
            "planned": _("Waits until a manager approves it."),
            "queued": _(
                "Waits for its turn: it leaves to %(recipient)s in the hours for messages."
            ),
            "sending": _("Is being handed over to the mail server for %(recipient)s."),
            "sent": _("The mail server took it on %(sent)s for %(recipient)s."),
            "ambiguous": _("It is not known whether it left to %(recipient)s: a person says so."),
            "failed": _("Did not leave to %(recipient)s: %(failure)s"),
            "cancelled": _("Was dropped before it left: %(failure)s"),
            "returned": _("Left to %(recipient)s and came back: %(failure)s"),
        }
        return (words[self.state] % values).strip()
