from odoo import api, fields, models
from odoo.fields import Domain


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model
    def process_email_queue(self, email_ids=(), batch_size=1000):
        """Odoo's own queue leaves messages to their jobs for a while, and all else as it is."""
        since = self.env["dunning.dispatch"]._waiting_since()
        queue = self
        if not email_ids and since < fields.Datetime.now():
            ours = Domain("dunning_notice_id", "=", False)
            ours |= Domain("dunning_notice_id.kind", "=", "talk")
            ours |= Domain("scheduled_date", "=", False) | Domain("scheduled_date", "<=", since)
            filters = [*self.env.context.get("filters", []), *ours]
            queue = self.with_context(filters=filters)
        return super(MailMail, queue).process_email_queue(email_ids, batch_size)
