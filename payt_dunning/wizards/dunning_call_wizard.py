from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

OUTCOMES = [
    ("reached", "Spoke to the debtor"),
    ("promised", "Says when it will be paid"),
    ("call_back", "Asked to call back"),
    ("not_reached", "Not reached"),
]


class DunningCallWizard(models.TransientModel):
    """Note a call about items, debtors or invoices, and let follow-up wait if that was agreed."""

    _name = "dunning.call.wizard"
    _description = "Log a Call"
    _inherit = "dunning.selection"

    outcome = fields.Selection(OUTCOMES, required=True, default="reached")
    note = fields.Text(help="What was said. Kept inside: the debtor does not see it.")
    date_until = fields.Date("Wait Until", help="Nothing leaves up to this day. Empty: no wait.")

    def action_apply(self):
        """Note the call on the invoices and the debtors, internally."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can log calls."))
        items = self._open_items()
        debtors = items.debtor_id | self.debtor_ids
        if not debtors:
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        if self.outcome == "promised" and not self.date_until:
            raise UserError(self.env._("Fill in until when to wait: the day it will be paid."))
        outcome = dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
        words = self.env._("Call: %s.", outcome)
        body = f"{words} {self.note or ''}".strip()
        for records in (debtors, items.move_id):
            records.sudo()._message_log_batch(
                dict.fromkeys(records.ids, body), author_id=self.env.user.partner_id.id
            )
        self.env["dunning.event"].sudo()._note(items, body)
        self._calls_done(debtors)
        if not self.date_until:
            return {"type": "ir.actions.act_window_close"}
        watch = self.env["dunning.change"]._watch(items)
        kind = "promise" if self.outcome == "promised" else "pause"
        holds = self._hold(kind=kind, reason=body, date_until=self.date_until)
        day = format_date(self.env, self.date_until)
        return watch.keep(
            lambda _count: self.env._("Call noted; follow-up waits until %s", day), made=holds
        )

    def _calls_done(self, debtors):
        """Close the calls that were planned about the debtors; one to call back stays planned."""
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        planned = debtors.activity_ids.filtered(lambda each: each.activity_type_id == call)
        if self.outcome == "call_back":
            if self.date_until:
                planned.write({"date_deadline": self.date_until})
        elif self.outcome != "not_reached":
            planned.action_feedback(feedback=self.note or False)
