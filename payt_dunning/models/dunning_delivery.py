from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: What is known of the way of a message after it left.
HAPPENED = [
    ("delivered", "Delivered"),
    ("relayed", "Passed On"),
    ("delayed", "Not Delivered Yet"),
    ("undelivered", "Not Delivered"),
    ("printed", "Printed"),
    ("posted", "Posted"),
    ("returned", "Came Back"),
]
#: A number that could not be reached, but is one, is tried again after so long.
TRIED_AGAIN_AFTER = timedelta(days=30)


class DunningDelivery(models.Model):
    """What became of a message after it left: only ever added to.

    Only what its carrier reports: nothing tells whether somebody read it.
    """

    _name = "dunning.delivery"
    _description = "Delivery of a Message"
    _order = "moment, id"

    notice_id = fields.Many2one(
        "dunning.notice", "Message", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    what = fields.Selection(HAPPENED, "What Happened", required=True, readonly=True)
    moment = fields.Datetime("On", required=True, readonly=True)
    words = fields.Text("In Words of the Carrier", readonly=True)

    _once = models.UniqueIndex("(notice_id, what, moment)", "This is known already.")

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What happened to a message can't be changed."))

    @api.model
    def _note(self, notices, what, words="", moment=None):
        """Add what happened to messages; what is known already is not added again.

        :param moment: UTC, now when left out
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO dunning_delivery (create_uid, create_date, write_uid, write_date,
                          notice_id, company_id, what, moment, words)
                   SELECT %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC',
                          id, company_id, %(what)s, %(moment)s, %(words)s
                     FROM dunning_notice WHERE id = ANY(%(notices)s)
                       ON CONFLICT (notice_id, what, moment) DO NOTHING""",
                user=self.env.uid,
                what=what,
                moment=moment or fields.Datetime.now(),
                words=words or None,
                notices=notices.ids,
            )
        )
        notices.invalidate_recordset(["delivery_ids", "delivered_at"])


class DunningNotice(models.Model):
    """Messages whose carrier reports what became of them."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    delivery_ids = fields.One2many("dunning.delivery", "notice_id", "Reports", readonly=True)
    delivered_at = fields.Datetime("Delivered On", readonly=True)

    @api.model
    def _find_by_reference(self, channel, reference):
        """The message that a provider calls so; empty for none."""
        if not reference:
            return self.browse()
        return self.search(
            [("channel", "=", channel), ("provider_reference", "=", reference)], limit=1
        )

    def _set_ambiguous(self, why):
        """What was delivered meanwhile has left."""
        delivered = self.filtered("delivered_at")
        for notice in delivered:
            notice._set_sent()
        return super(DunningNotice, self - delivered)._set_ambiguous(why)

    def _take_accepted(self):
        """A carrier says that it has these messages: what it told us before is overtaken.

        One that waits to be tried again did leave, and is not tried again.
        """
        for notice in self:
            if notice.state == "queued" and notice.channel != "email":
                notice._mark("sending")
                notice._set_sent()
            elif notice.state == "ambiguous":
                notice._set_sent()

    def _take_delivered(self, words="", moment=None):
        """A carrier says that it delivered these messages; repeated and late reports are fine."""
        for notice in self:
            notice._take_accepted()
            if notice.delivered_at or notice.state not in ("sent", "sending"):
                continue
            moment = moment or fields.Datetime.now()
            notice.delivered_at = moment
            self.env["dunning.delivery"]._note(notice, "delivered", words, moment)

    def _take_undelivered(self, why, wrong_address=False, after=TRIED_AGAIN_AFTER):
        """A carrier says that it could not deliver these messages.

        Their levels were not reached: the next channel is tried. One that was delivered stays so,
        whatever comes after it.

        :param why: in words
        :param wrong_address: nothing will ever arrive there; else it is tried again some day
        :param after: so much later; nothing where the address had no part in it
        """
        for notice in self.filtered(lambda notice: not notice.delivered_at):
            if notice.state not in ("sending", "ambiguous", "sent"):
                continue
            today = self.env["dunning.message"]._today(notice.company_id)
            until = None if wrong_address else today + after
            if notice.state == "sending":
                # Acted on when the outcome is noted.
                notice.write({"bounce": why, "bounce_until": until})
            elif notice.state == "ambiguous":
                notice._set_address_failed(why, until)
            else:
                notice._set_returned(why, until)
            self.env["dunning.delivery"]._note(notice, "undelivered", why)
