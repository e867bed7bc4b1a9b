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
    bounce_until = fields.Date(
        readonly=True, help="When its address is tried again; empty: never by itself."
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
            notice._set_returned(notice.bounce, notice.bounce_until)
        return result

    def _set_ambiguous(self, why):
        """What has come back did leave: nobody needs to find out."""
        bounced = self.filtered("bounce")
        for notice in bounced:
            notice._set_address_failed(notice.bounce, notice.bounce_until)
        return super(DunningNotice, self - bounced)._set_ambiguous(why)

    @api.model
    def _find_by_message_id(self, message_ids):
        """Notices by the Message-Id they left with, the latest first."""
        message_ids = [message_id.strip() for message_id in message_ids]
        return self.search([("message_id", "in", message_ids)]) if message_ids else self

    @api.model
    def _receive_bounce(self, email, message_dict):
        """A report came in about a mail that left: find its notice.

        :param email: the report, an :class:`email.message.EmailMessage`
        :param message_dict: what core read from it
        """
        message_ids = message_dict.get("bounced_msg_ids")
        said = _said(email)
        if not message_ids or not said:
            return
        why = html2plaintext(message_dict.get("body") or "").strip()[:WORDS]
        notice = self._find_by_message_id(message_ids)[:1]
        if said == "delivered":
            notice._take_delivered(why)
        elif said != "failed":
            self.env["dunning.delivery"]._note(notice, said, why)
        else:
            notice._take_bounce(why or email["subject"])

    @api.model
    def _is_good_news(self, email, message_dict):
        """Whether a report says that a message of ours was delivered or passed on."""
        message_ids = message_dict.get("bounced_msg_ids")
        good = message_ids and _said(email) in ("delivered", "relayed")
        return bool(good and self._find_by_message_id(message_ids))

    def _take_bounce(self, why):
        """This message came back; what was delivered before stays so.

        :param why: the words of the report
        """
        if self.state not in ("sending", "ambiguous", "sent"):
            return
        self.env["dunning.delivery"]._note(self, "undelivered", why)
        if self.delivered_at:
            return
        if self.state == "sending":
            # Who hands it over changes the same row next, and is disturbed if this came between.
            self.bounce = why
        elif self.state == "ambiguous":
            # An unclear message that comes back is clear: it left, and did not arrive.
            self._set_address_failed(why)
        else:
            self._set_returned(why)

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
            if notice._blames_address(until):
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
        """Whether an item has gone further since: what came back is history then.

        Not where the same level left by another message too, which did not come back.
        """
        self.ensure_one()
        lines = self._current_lines()
        left = self._left_lines(lines.item_id)
        elsewhere = {(line.item_id, line.position) for line in left}
        positions = {
            line.item_id: line.position
            for line in lines
            if (line.item_id, line.position) not in elsewhere
        }
        return any(
            line.position != positions.get(line.item_id, line.position)
            and line.notice_id.id > self.id
            for line in left
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


def _said(email):
    """What a report says of a mail that left.

    Receipts of readers and of servers, and servers that are still trying, look much alike
    (RFC 3464, 2.3.3; RFC 8098). That it was passed on to where no reports come from is no
    delivery: it may still come back.

    :return: ``failed`` (for good; also where nothing is said), ``delayed``, ``delivered``,
        ``relayed``, or nothing for receipts of readers
    """
    if email.get_param("report-type") == "disposition-notification":
        return ""
    found = {
        (block.get("Action") or "").strip().lower()
        for part in email.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in (part.get_payload() if part.is_multipart() else ())
    } - {""}
    if not found or "failed" in found:
        return "failed"
    if "delayed" in found:
        return "delayed"
    if "delivered" in found:
        return "delivered"
    return "relayed" if found & {"relayed", "expanded"} else ""
