import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.dossier import sense
from ..rules.dossier.dossier import Dossier
from ..rules.dossier.dossier import Supplement as Added
from ..rules.dossier.forbidden import redact_dossier
from ..rules.dossier.package import arrange, build
from ..rules.dossier.problems import Refused
from .collection_dossier import Wanted
from .collection_handover import CLAIMS, LIVE


class CollectionHandover(models.Model):
    """What is added to a case that an office has: an answer, a document that turned up."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    added_text = fields.Text("What It Adds", readonly=True)
    question_id = fields.Many2one(
        "collection.feedback.line", "Answer To", readonly=True, index="btree_not_null"
    )
    answer = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("counter", "On Other Terms")], readonly=True
    )

    def _add(self, text, added=(), question=None, answer=""):
        """Send more for a case that an office has, in a package of its own.

        :param text: what it is, in words of the office's language
        :param added: rows of ``collection.added.file``
        :param question: what it answers, a ``collection.feedback.line``
        :param answer: ``yes``, ``no`` or ``counter``, where that was asked
        :return: the handover of the supplement
        :raises UserError: in words, where a file can't go along
        """
        self.ensure_one()
        own = self.sudo()
        own.case_id._lock()
        own._still_live()
        agent = own.agent_id
        new = {
            **self._new_values(own.case_id, agent),
            # It is about this one, whatever the office is set to now.
            "test": own.test,
        }
        wanted = Wanted(
            agent_id=agent,
            action=own.action,
            day=own.case_id._today(),
            dossier_id=own.dossier_id,
            revision=new["revision"],
            function="supplement",
            test=own.test,
            added_ids=added,
            reference=own.reference or "",
        )
        told = Added(
            answers_to=question.number if question else "", answer=answer or "", text=text.strip()
        )
        dossier, built, content = own._build_added(wanted, told)
        more = own.create(
            {
                **new,
                "dossier_id": own.dossier_id,
                "function": "supplement",
                "action": own.action,
                "day": wanted.day,
                "documents": [[each.exhibit, each.title, each.path] for each in dossier.documents],
                "file_hash": built.sha256,
                "file_size": built.size,
                "declared_by_id": self.env.uid,
                "handed_on": fields.Datetime.now(),
                "added_text": dossier.supplement.text,
                "question_id": question.id if question else False,
                "answer": answer or False,
            }
        )
        more.file_id = self._keep(more, built.name, content)
        own.case_id._note(
            self.env._("%(office)s gets more: %(text)s", office=agent.name, text=more.added_text)
        )
        more._made()
        return more

    @api.model
    def _not_sent_words(self, case, refused):
        words = self.env["collection.problem.words"]
        return self.env._(
            "Nothing was sent about %(case)s:\n%(why)s",
            case=case.display_name,
            why="\n".join(f"· {words._said(each)}" for each in refused.problems),
        )

    def _build_added(self, wanted, told):
        """The package of a supplement: ``(dossier, what was built, its bytes)``.

        :raises UserError: where a file can't go along, or the text holds what may not be told
        """
        with tempfile.TemporaryFile() as out:
            try:
                dossier, built = self._write_added(wanted, told, out)
            except Refused as refused:
                raise UserError(self._not_sent_words(self.case_id, refused)) from refused
            out.seek(0)
            return dossier, built, out.read()

    def _write_added(self, wanted, told, out):
        makes = self.env["collection.dossier"].sudo()
        makes = makes.with_context(lang=wanted.agent_id.lang or self.env.lang)
        now = makes._at(self.company_id, fields.Datetime.now())
        arranged = arrange(
            [each.exhibit for each in makes._added_files(wanted.added_ids)],
            first=self._last_exhibit() + 1,
        )
        dossier, found = redact_dossier(
            Dossier(
                header=makes._header(self.case_id, wanted, now),
                assignment=makes._assignment(
                    wanted.with_values(company_id=self.company_id), self.env.user
                ),
                supplement=told,
                documents=tuple(each.document for each in arranged),
            )
        )
        found = [*sense.check_sense(dossier), *found]
        if errors := [each for each in found if each.is_error]:
            raise Refused(*errors)
        return dossier, build(dossier, arranged, out, dialect=wanted.agent_id.csv_dialect)

    def _last_exhibit(self):
        """The highest number of an exhibit that the office has of this dossier."""
        packages = self.search(
            [("dossier_id", "=", self.dossier_id), ("agent_id", "=", self.agent_id.id)]
        )
        numbers = [row[0] for package in packages for row in package.documents or ()]
        return max(numbers, default=0)

    def _supplements(self):
        """What was added to these and did not get there yet."""
        return self.sudo().search(
            [
                ("dossier_id", "in", self.mapped("dossier_id")),
                ("agent_id", "in", self.agent_id.ids),
                ("function", "not in", CLAIMS),
                ("state", "=", "ready"),
            ]
        )

    def action_recall(self, reason):
        """What was to be added to it is not wanted any more either."""
        result = super().action_recall(reason)
        self._supplements().state = "recalled"
        return result

    def action_add(self):
        """Open the dialog in which something is added to what the office has."""
        self.ensure_one()
        self._as_collector()._still_live()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send More to the Office"),
            "res_model": "collection.supplement.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_handover_id": self.id},
        }


class CollectionFeedbackLine(models.Model):
    """Questions of offices are answered by what is added to their case."""

    _inherit = "collection.feedback.line"  # pylint: disable=consider-merging-classes-inherited

    answer_ids = fields.One2many("collection.handover", "question_id", "Answers", readonly=True)
    task_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    can_answer = fields.Boolean(compute="_compute_can_answer")

    @api.depends("kind", "result", "answer_ids", "handover_id.state")
    def _compute_can_answer(self):
        for line in self:
            line.can_answer = (
                line.kind == "question"
                and line.result == "applied"
                and not line.answer_ids
                and line.sudo().handover_id._current().state in LIVE
            )

    def action_answer(self):
        """Open the dialog in which a question of an office is answered."""
        self.ensure_one()
        handover = self._as_collector()._to_answer().handover_id._current()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer the Office"),
            "res_model": "collection.supplement.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_handover_id": handover.id,
                "default_question_id": self.id,
            },
        }

    def _to_answer(self, handover=None):
        """This question, if it waits for an answer.

        :param handover: about which it has to be
        """
        own = self.sudo()
        if not own.can_answer or (handover and own.handover_id._current() != handover):
            raise UserError(
                self.env._("“%s” is no question that waits for an answer.", own.display_name)
            )
        return own

    def _ask(self, words):
        """Which task it is, so that it is done when the question is answered."""
        self.task_id = super()._ask(words)
        return self.task_id

    def _answered(self):
        """Nobody needs to answer it any more."""
        if task := self.sudo().task_id:
            task.action_feedback()
