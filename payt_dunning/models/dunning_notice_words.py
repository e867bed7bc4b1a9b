from odoo import api, fields, models
from odoo.tools import format_datetime


class DunningNoticeWords(models.AbstractModel):
    """What became of a message, in a sentence."""

    _name = "dunning.notice.words"
    _description = "Delivery in Words"

    delivery = fields.Text("What Became of It", compute="_compute_delivery")

    channel_name = fields.Char("Channel", compute="_compute_channel_name")

    @api.depends("channel")
    @api.depends_context("lang")
    def _compute_channel_name(self):
        names = {each.code: each.name for each in self.env["dunning.channel"].sudo().search([])}
        for notice in self:
            notice.channel_name = names.get(notice.channel, notice.channel)

    @api.depends("state", "sent_at", "recipient", "failure", "retry_of_id")
    @api.depends_context("lang", "tz")
    def _compute_delivery(self):
        for notice in self:
            notice.delivery = notice._delivery_in_words()

    def _delivery_in_words(self):
        self.ensure_one()
        sent = self.sent_at and format_datetime(self.env, self.sent_at, dt_format="short")
        values = {"recipient": self.recipient, "sent": sent, "failure": self.failure or ""}
        words = {
            "planned": self.env._("Waits until a manager approves it."),
            "queued": self.env._(
                "Waits for its turn: it leaves to %(recipient)s in the hours for messages."
            ),
            "sending": self.env._("Is being handed over to the mail server for %(recipient)s."),
            "sent": self.env._("The mail server took it on %(sent)s for %(recipient)s."),
            "ambiguous": self.env._(
                "It is not known whether it left to %(recipient)s: a person says so."
            ),
            "failed": self.env._("Did not leave to %(recipient)s: %(failure)s"),
            "cancelled": self.env._("Was dropped before it left: %(failure)s"),
            "returned": self.env._("Left to %(recipient)s and came back: %(failure)s"),
        }
        if self.channel != "email":
            words |= {
                "sending": self.env._("Is being handed over to the provider for %(recipient)s."),
                "sent": self.env._("The provider took it on %(sent)s for %(recipient)s."),
            }
        if self.channel == "letter":
            words |= {
                "queued": self.env._("Waits to be printed and posted to %(recipient)s."),
                "sent": self.env._("Was posted to %(recipient)s."),
            }
        if self.channel == "call":
            words |= {
                "queued": self.env._("Waits until somebody phones %(recipient)s."),
                "sent": self.env._("The call was made on %(sent)s."),
            }
        if self.channel == "list":
            words |= {
                "queued": self.env._("Waits until a person decides how to go on."),
                "sent": self.env._("A person decided on %(sent)s."),
            }
        return (words[self.state] % values).strip()
