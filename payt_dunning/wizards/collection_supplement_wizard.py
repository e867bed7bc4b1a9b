from odoo import api, fields, models
from odoo.exceptions import UserError

#: Kinds of question that are answered with yes, no, or on other terms.
YES_OR_NO = ("plan_proposal", "cost_approval")


class CollectionSupplementWizard(models.TransientModel):
    """Answer an office, or send it what turned up about a case that it has."""

    _name = "collection.supplement.wizard"
    _description = "Send More to an Office"

    handover_id = fields.Many2one("collection.handover", required=True, ondelete="cascade")
    case_id = fields.Many2one(related="handover_id.case_id", related_sudo=False)
    agent_id = fields.Many2one(
        "collection.agent", "Office", related="handover_id.agent_id", related_sudo=False
    )
    question_id = fields.Many2one("collection.feedback.line", ondelete="cascade")
    question = fields.Text("It Asks", related="question_id.text", related_sudo=False)
    answer_by = fields.Date("Answer Before", related="question_id.answer_by", related_sudo=False)
    yes_or_no = fields.Boolean(compute="_compute_yes_or_no")
    answer = fields.Selection(
        [("yes", "Yes, We Agree"), ("no", "No"), ("counter", "On Other Terms")], "Our Answer"
    )
    text = fields.Text("What to Tell", help="In the office's language; it is sent as it stands.")
    file_ids = fields.One2many("collection.supplement.file", "wizard_id", "Files")

    @api.depends("question_id")
    def _compute_yes_or_no(self):
        for wizard in self:
            wizard.yes_or_no = wizard.question_id.code in YES_OR_NO

    def action_apply(self):
        """Send it: by itself where the office has a way for that, else somebody hands it over."""
        self.ensure_one()
        handover = self.handover_id._as_collector()
        if self.yes_or_no and not self.answer:
            raise UserError(self.env._("Choose yes, no, or on other terms."))
        if not (self.text or "").strip() and self.answer not in ("yes", "no"):
            raise UserError(self.env._("Fill in what to tell the office."))
        question = self.question_id._to_answer(handover) if self.question_id else None
        more = handover.with_user(self.env.user)._add(
            self._words(handover.agent_id), self.file_ids, question, self.answer
        )
        if question:
            question._answered()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.handover",
            "res_id": more.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _words(self, agent):
        """The answer in words: who reads it need not know our codes."""
        env = self.with_context(lang=agent.lang or self.env.lang).env
        answers = {
            "yes": env._("Yes, we agree."),
            "no": env._("No, we don't agree."),
            "counter": env._("We agree on other terms:"),
        }
        parts = (answers.get(self.answer) if self.yes_or_no else "", (self.text or "").strip())
        return " ".join(filter(None, parts))


class CollectionSupplementFile(models.TransientModel):
    """A file that goes along with it."""

    _name = "collection.supplement.file"
    _description = "File Sent to an Office Later"
    _inherit = ["collection.added.file"]

    wizard_id = fields.Many2one("collection.supplement.wizard", required=True, ondelete="cascade")
