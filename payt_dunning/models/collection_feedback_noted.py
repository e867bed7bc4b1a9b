import hashlib
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

#: What an office may say of a case, in the order in which it happens, and its phase there;
#: ``None``: whatever it is in.
STATUSES = {
    "demand": None,
    "payment_plan": None,
    "disputed": None,
    "on_hold": None,
    "info_required": None,
    "summons_served": "judicial",
    "court_pending": "judicial",
    "judgment": "judicial",
    "judgment_served": "enforcement",
    "attachment": "enforcement",
    "enforcement": "enforcement",
    "settling": None,
}
#: How a case may end there.
CLOSURES = (
    "paid_in_full",
    "settled",
    "partially_paid",
    "withdrawn_by_client",
    "claim_dismissed",
    "disputed_not_pursued",
    "uncollectable",
    "debtor_insolvent",
    "debt_restructuring",
    "debtor_untraceable",
    "debtor_deceased",
    "time_barred",
    "invalid_data",
    "duplicate",
    "other",
)


class CollectionFeedback(models.Model):
    """A message that came by telephone or in a letter, of which there is no file."""

    _inherit = "collection.feedback"  # pylint: disable=consider-merging-classes-inherited

    way = fields.Selection(
        selection_add=[("noted", "Noted by Somebody")], ondelete={"noted": "cascade"}
    )

    @api.depends("way")
    def _compute_display_name(self):
        noted = self.filtered(lambda each: each.way == "noted")
        for each in noted:
            told = self.env._("noted by %s", each.create_uid.name)
            each.display_name = f"{each.agent_id.partner_id.name}: {told}"
        return super(CollectionFeedback, self - noted)._compute_display_name()


class CollectionHandover(models.Model):
    """What an office says without sending a message that can be read: it has the same effect."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _statuses(self):
        """What an office may say of a case, as choices."""
        return self._in_words(STATUSES)

    @api.model
    def _closures(self):
        """How it may end there, as choices."""
        return self._in_words(CLOSURES)

    @api.model
    def _in_words(self, codes):
        words = self.env["collection.feedback.words"]
        return [(code, (said := words._code(code))[:1].upper() + said[1:]) for code in codes]

    def _note_told(self, kind, code, day, text=""):
        """Note what the office said of a case; what follows is that of its messages.

        :param kind: ``status`` or ``closure``
        :param code: of :data:`STATUSES` or of ``CLOSURES``
        :param day: since when, a date
        :param text: in its words
        :raises UserError: when it is not there any more, or the day can't be
        """
        handover = self._as_collector()._still_live()
        handover.ensure_one()
        handover._check_told(code, day)
        agent = handover.agent_id
        message = handover.env["collection.feedback"].create(
            {
                "agent_id": agent.id,
                "way": "noted",
                "state": "applied",
                "sent_at": fields.Datetime.now(),
                "test": handover.test,
                "file_hash": hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
            }
        )
        late = kind == "status" and handover.agent_since and day < handover.agent_since
        phase = STATUSES.get(code) or handover.agent_phase or "amicable"
        line = handover.env["collection.feedback.line"].create(
            {
                "feedback_id": message.id,
                "handover_id": handover.id,
                "case_number": handover.case_id.name,
                "kind": kind,
                "content_hash": message.file_hash,
                "day": day,
                "code": code,
                "text": text,
                "values": {"phase": phase, "reference": handover.reference or ""},
                "result": "older" if late else "applied",
                "decided_by_id": self.env.uid,
            }
        )
        if late:
            line._catch_up()
        else:
            line._apply_all({})

    def _check_told(self, code, day):
        """Refuse what an office can't have said of a case that it has."""
        if not code or not day:
            raise UserError(self.env._("Fill in what the office says, and since when."))
        if self.agent_closure:
            raise UserError(self.env._("The office has closed “%s”.", self.display_name))
        first, last = self._day_made(), self.case_id._today()
        if not first <= day <= last:
            raise UserError(
                self.env._(
                    "It has had the case since %(first)s: fill in a day from then until today.",
                    first=format_date(self.env, first),
                )
            )
