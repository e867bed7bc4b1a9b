from odoo import api, fields, models
from odoo.tools.mail import html2plaintext

#: How much of a mail server's words is kept.
WORDS = 500


class DunningNotice(models.Model):
    """Messages that were accepted by a mail server and came back later."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    message_id = fields.Char(index="btree_not_null")
    bounce = fields.Text(
        "Came Back", readonly=True, help="A report that came before the server's answer was noted."
    )

    def _update_state(self, state, **values):
        """Whoever says what became of an unclear message, a person or a report, does that task."""
        unclear = self.filtered(lambda notice: notice.state == "ambiguous")
        result = super()._update_state(state, **values)
        self.env["dunning.task"]._take_back(unclear.debtor_id)
        return result

    def _set_sent(self, message_id=None, day=None):
        """What has come back before this was known was not received."""
        result = super()._set_sent(message_id, day)
        for notice in self.filtered("bounce"):
            notice._set_returned(notice.bounce)
        return result

    def _set_ambiguous(self, why):
        """What has come back did leave: nobody needs to find out."""
        bounced = self.filtered("bounce")
        for notice in bounced:
            notice._set_address_failed(notice.bounce)
        return super(DunningNotice, self - bounced)._set_ambiguous(why)

    @api.model
    def _find_by_message_id(self, message_ids):
        """Notices by the Message-Id they left with, the latest first."""
        message_ids = [message_id.strip() for message_id in message_ids]
        return self.search([("message_id", "in", message_ids)]) if message_ids else self

    @api.model
    def _receive_bounce(self, email, message_dict):
        """A report came in that a mail could not be delivered: find its notice.

        :param email: the report, an :class:`email.message.EmailMessage`
        :param message_dict: what core read from it
        """
        message_ids = message_dict.get("bounced_msg_ids")
        if not message_ids or not _says_undelivered(email):
            return
        why = html2plaintext(message_dict.get("body") or "").strip()[:WORDS]
        notices = self._find_by_message_id(message_ids)[:1]
        # Who hands it over changes the same row next, and is disturbed if this came between.
        notices.filtered(lambda notice: notice.state == "sending").bounce = why or email["subject"]
        # An unclear message that comes back is clear: it left, and did not arrive.
        notices.filtered(lambda notice: notice.state == "ambiguous")._set_address_failed(why)
        notices.filtered(lambda notice: notice.state == "sent")._set_returned(why)

    def _set_returned(self, why, until=None):
        """These messages left and came back: the address fails, their levels were not reached.

        :param why: the words of the report
        :param until: the first day on which the address is tried again; ``None``: never by itself
        """
        for notice in self:
            notice._update_state("returned", failure=why or False)
            notice._note_failed_address(why, until)
            notice._take_back_levels()
            if notice._reminded_since():
                notice._stop_undeliverable()
            self.env["dunning.task"]._ask_about_address(notice)
            notice._decide_anew()
            notice.debtor_id._decide_now()

    def _current_lines(self):
        """Rows of this message about a level of the time their item is in now."""
        return self.line_ids.filtered(
            lambda line: line.position and line.slot == f"{line.item_id.episode}:{line.position}"
        )

    def _left_lines(self, items):
        """Rows of other messages, which did leave, about the levels of ``items`` in their time.

        :return: in the order in which they left, which is that in which they were made
        """
        lines = self.env["dunning.notice.line"].search(
            [
                ("item_id", "in", items.ids),
                ("position", ">", 0),
                ("notice_id", "!=", self.id),
                ("notice_id.state", "=", "sent"),
                ("void_because", "=", False),
            ]
        )
        return lines.filtered(
            lambda line: line.slot == f"{line.item_id.episode}:{line.position}"
        ).sorted(lambda line: line.notice_id.id)

    def _reminded_since(self):
        """Whether an item has gone further since: what came back is history then."""
        self.ensure_one()
        lines = self._current_lines()
        positions = {line.item_id: line.position for line in lines}
        return any(
            line.position != positions[line.item_id] and line.notice_id.id > self.id
            for line in self._left_lines(lines.item_id)
        )

    def _take_back_levels(self):
        """The levels of this message were not reached: they are sent again, to who can be reached.

        An item goes back to what left last before: to the same level, where another message took
        it to somebody else. Where nothing left in its time, it begins with this one again.
        """
        lines = self._current_lines()
        left = self._left_lines(lines.item_id).grouped("item_id")
        for line in lines.filtered(lambda line: line.item_id.reached == line.position):
            last = left.get(line.item_id, line.browse())[-1:]
            values = {
                "reached": last.position,
                "reached_on": last.notice_id.sent_on,
            }
            if not last:
                values["start_position"] = line.position
            line.item_id.write(values)

    def _stop_undeliverable(self):
        """Stop the clock of the debtor: a later level has left already."""
        self.ensure_one()
        Hold = self.env["dunning.hold"]
        about = {
            "company_id": self.company_id.id,
            "debtor_id": self.debtor_id.id,
            "kind": "undeliverable",
        }
        if not Hold.search(
            [
                *((name, "=", value) for name, value in about.items()),
                ("released_on", "=", False),
                ("proposed", "=", False),
                ("date_until", "=", False),
            ],
            limit=1,
        ):
            Hold.create({**about, "reason": self.failure})


class DunningDebtor(models.Model):
    """Debtors with addresses that failed."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        """Whoever takes an address out of those that failed has done the task about it."""
        result = super().write(vals)
        if "failed_email" in vals:
            self.env["dunning.task"]._take_back(self)
        return result


def _says_undelivered(email):
    """Whether a report says for good that a mail did not arrive.

    Receipts of readers and of servers, and servers that are still trying, look much alike
    (RFC 3464, 2.3.3; RFC 8098).
    """
    if email.get_param("report-type") == "disposition-notification":
        return False
    actions = [
        (block.get("Action") or "").strip().lower()
        for part in email.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in (part.get_payload() if part.is_multipart() else ())
    ]
    actions = [action for action in actions if action]
    return not actions or "failed" in actions
