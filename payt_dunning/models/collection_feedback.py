from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules.dossier.problems import Refused
from ..rules.feedback.reading import read

STATES = [
    ("received", "To Be Read"),
    ("review", "A Person Has to Look"),
    ("applied", "Applied"),
    ("refused", "Not Read"),
]
WAYS = [("upload", "By Hand"), ("poll", "Asked for"), ("webhook", "Sent by Its Server")]
#: What a person may upload, in bytes: a message, and its files in a ZIP.
LARGEST = 30 * 1024 * 1024
#: So many cases of a message are applied at once.
TOGETHER = 200


class CollectionFeedback(models.Model):
    """A message of an office about cases: kept as it came, read once, each thing applied once."""

    _name = "collection.feedback"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Message of an Office"
    _order = "id desc"
    _check_company_auto = True

    agent_id = fields.Many2one(
        "collection.agent", "Office", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True, index=True)
    way = fields.Selection(WAYS, "How It Came", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="review")
    number = fields.Char("Its Number", readonly=True, help="The office's number of this message.")
    sent_at = fields.Datetime(readonly=True)
    test = fields.Boolean(readonly=True)
    file_id = fields.Many2one(
        "ir.attachment", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    file_hash = fields.Char("SHA-256", required=True, readonly=True)
    says = fields.Text("What Is the Matter", readonly=True)
    delivery = fields.Char(readonly=True, help="The number under which its server sent it.")
    line_ids = fields.One2many("collection.feedback.line", "feedback_id", "Told", readonly=True)
    case_count = fields.Integer("Cases", compute="_compute_counts")
    open_count = fields.Integer("To Decide", compute="_compute_counts")

    _bytes_once = models.UniqueIndex("(agent_id, file_hash)", "This message was read before.")
    _number_once = models.UniqueIndex(
        "(agent_id, number) WHERE number IS NOT NULL AND state <> 'refused'",
        "A message with this number was read before.",
    )

    _delivered_once = models.UniqueIndex(
        "(agent_id, delivery) WHERE delivery IS NOT NULL", "This message came before."
    )

    @api.depends("agent_id", "number")
    def _compute_display_name(self):
        for each in self:
            number = each.number or self.env._("not read")
            each.display_name = f"{each.agent_id.partner_id.name}: {number}"

    @api.depends("line_ids.result")
    def _compute_counts(self):
        for each in self:
            each.case_count = len(each.line_ids.handover_id.case_id)
            each.open_count = len(each.line_ids.filtered("to_decide"))

    # -- taking in -------------------------------------------------------------------------------------

    @api.model
    def _take_in(self, agent, content, way, name=""):
        """Read a message and apply what is in order; the same bytes are never applied twice.

        :param content: the file as it came
        :param name: as it was called; for a person only
        :return: ``(message, whether it was known)``
        """
        message, known = self._receive(agent, content, way, name)
        if not known:
            message._read_message()
        return message, known

    def _read_message(self, wait=True):
        """Read a message that was kept and apply what is in order, once.

        :param wait: for another message of the office that is being read
        """
        self.ensure_one()
        agent, patience = self.agent_id, SQL("" if wait else "NOWAIT")
        # One message of an office after the other; others of it are kept meanwhile.
        lock = "SELECT id FROM collection_agent WHERE id = %s FOR NO KEY UPDATE %s"
        self.env.execute_query(SQL(lock, agent.id, patience))
        lock = "SELECT id FROM collection_feedback WHERE id = %s AND state = 'received' FOR UPDATE"
        if not self.env.execute_query(SQL(lock, self.id)):
            return
        try:
            told = self._read(self.file_id.raw)
        except Refused as refused:
            self._refuse("\n".join(self._said(each) for each in refused.problems))
            return
        feedback = told.feedback
        again = Domain("number", "=", feedback.id) & Domain("state", "!=", "refused")
        if self.search_count(Domain("agent_id", "=", agent.id) & again, limit=1):
            self._refuse(
                self.env._("Message %s was read before, with another content.", feedback.id)
            )
            return
        sent_at = feedback.sent_at.astimezone(timezone.utc).replace(tzinfo=None)
        self.write({"number": feedback.id, "sent_at": sent_at, "test": feedback.test})
        self._apply_cases(told)

    def _keep(self, content, name):
        self.file_id = self.env["ir.attachment"].create(
            {
                "name": (name or "feedback")[:120],
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
                # Whatever it says that it is: nobody's browser opens it.
                "mimetype": "application/octet-stream",
            }
        )

    def _refuse(self, words):
        self.write({"state": "refused", "says": words})
        if self.way != "upload":
            # Who uploads one sees it.
            self._ask_somebody()

    @api.model
    def _said(self, problem):
        return self.env["collection.problem.words"]._said(problem)

    @api.model
    def _read(self, content):
        """A message, read; see :func:`~..rules.feedback.reading.read`."""
        return read(content)

    def _apply_cases(self, told):
        """Apply what is told about each case; what fails of one changes nothing of the others."""
        cases, problems = told.feedback.cases, []
        for first in range(0, len(cases), TOGETHER):
            problems += self._apply_pile(cases[first : first + TOGETHER], told)
        self._settle(problems)
        self.env["collection.feedback.line"]._look_again(self)

    def _apply_pile(self, cases, told):
        """Apply what is told about some cases at once; where that fails, about half of them each."""
        try:
            with self.env.cr.savepoint():
                return self.env["collection.feedback.line"]._take_in(self, cases, told)
        except UserError as error:
            if len(cases) == 1:
                return [f"{cases[0].case_number}: {error}"]
        half = len(cases) // 2
        return self._apply_pile(cases[:half], told) + self._apply_pile(cases[half:], told)

    def _settle(self, problems=()):
        """A person looks while something is to be decided, or can't be.

        :param problems: in words; they stay until somebody has seen them
        """
        if not problems and not any(line.to_decide for line in self.line_ids):
            self.state = "applied"
            self._nobody_need_look()
            return
        self.write({"state": "review", "says": "\n".join(problems) or self.says})
        if not self.line_ids.handover_id:
            self._ask_somebody()
            return
        self.env["dunning.task"]._ask(
            self.line_ids.handover_id[:1],
            "agent_message",
            lambda env: env._("Look at the message of the office: %s", self.display_name),
            company=self.company_id,
        )

    def _nobody_need_look(self):
        """Take the task back where no other message of its handover waits."""
        self.env["dunning.task"]._done(self, "agent_unread")
        handovers = self.line_ids.handover_id
        waiting = self.line_ids.search(
            [("handover_id", "in", handovers.ids), ("feedback_id.state", "=", "review")]
        )
        self.env["dunning.task"]._done(handovers - waiting.handover_id, "agent_message")

    def _files(self):
        """The files that came along, by name, read anew from the message as it is kept."""
        return self._read(self.file_id.raw).files if self.file_id else {}

    # -- decisions -------------------------------------------------------------------------------------

    def action_file(self):
        """Download the message as it came."""
        self.ensure_one()
        self._as_collector()
        if not self.sudo().file_id:
            raise UserError(
                self.env._(
                    "The file of “%s” was removed when its time was over.", self.display_name
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.sudo().file_id.id}?download=1",
            "target": "download",
        }

    def action_seen(self):
        """Somebody has read what is the matter; nothing of it is left to decide."""
        for message in self._as_collector():
            if message.open_count:
                raise UserError(
                    self.env._("Decide first about what “%s” tells.", message.display_name)
                )
            if message.state == "review":
                message.state = "applied"
            if message.state != "received":
                message._nobody_need_look()
        return True

    def _as_collector(self):
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        return self.sudo()
