import logging
import time
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.collection_case import OURS
from ..models.collection_dossier import Wanted
from ..models.dunning_dialogue import DISTURBED
from ..rules.handover import ASK, GO, KEPT, PASS, WARNED, verdict, worst_first

_logger = logging.getLogger(__name__)

#: So many cases fit in one dialog.
MOST = 80
#: After so many seconds what is left goes on in the background.
BUDGET = 60
#: So many reasons of a case are told.
REASONS = 2
DONE, STAYED, QUEUED = "done", "stayed", "queued"
#: What can go is read first.
FIRST = (GO, WARNED, ASK, KEPT, QUEUED, DONE, STAYED)


class CollectionHandoverBatch(models.TransientModel):
    """Hand over several cases, each in a package of its own; what needs an answer stays."""

    _name = "collection.handover.batch"
    _description = "Hand Over Several Cases"

    agent_id = fields.Many2one(
        "collection.agent", "All To", help="Empty: each case to the office that is proposed for it."
    )
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids")
    line_ids = fields.One2many("collection.handover.batch.line", "batch_id", "Cases")
    summary = fields.Text("What Can Go", compute="_compute_summary")
    declared = fields.Boolean(
        "Complete and True",
        help="To my knowledge each dossier is complete and true, every known defence included.",
    )

    @api.depends("line_ids.company_id")
    def _compute_company_ids(self):
        for batch in self:
            batch.company_ids = batch.line_ids.company_id

    @api.depends("line_ids.verdict", "line_ids.no_defence")
    def _compute_summary(self):
        for batch in self:
            count = Counter(batch.line_ids.mapped("verdict"))
            ticked = batch.line_ids._going()
            told = [
                (count[DONE], self.env._("handed over: %s", count[DONE])),
                (count[STAYED], self.env._("stayed: %s", count[STAYED])),
                (
                    count[QUEUED],
                    self.env._("go on in the background, see Long Work: %s", count[QUEUED]),
                ),
                (count[GO] + count[WARNED], self.env._("can go: %s", count[GO] + count[WARNED])),
                (len(ticked), self.env._("ticked: %s", len(ticked))),
                (count[ASK], self.env._("to be opened: %s", count[ASK])),
                (count[KEPT], self.env._("kept back: %s", count[KEPT])),
            ]
            batch.summary = " · ".join(words for number, words in told if number)

    def action_apply(self):
        """Hand over what is ticked, one by one: one that fails keeps no other."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can hand over cases."))
        self.line_ids.case_id.check_access("read")
        self.line_ids.agent_id.check_access("read")
        going = self.line_ids._going()
        if not going:
            raise UserError(self.env._("Tick the cases of whose debtor you know no defence."))
        if not self.declared:
            raise UserError(self.env._("Say that the dossiers are complete and true."))
        until = time.monotonic() + BUDGET
        for number, line in enumerate(going):
            if number and time.monotonic() > until:
                self._go_on_later(going[number:])
                break
            line._hand_over()
        return self._shown()

    def _go_on_later(self, lines):
        """Hand over the rest in the background, company by company."""
        lines.write({"verdict": QUEUED, "says": False})
        for company, own in lines.grouped("company_id").items():
            self.env["dunning.job"]._begin(
                "packages",
                self.env._("%s cases to hand over", len(own)),
                company,
                len(own),
                {"line_ids": own.ids},
            )

    def _shown(self):
        """The dialog as it is now."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over Several Cases"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


class CollectionHandoverBatchLine(models.TransientModel):
    """One of several cases: what the checks say of it, and what became of it."""

    _name = "collection.handover.batch.line"
    _description = "Case Among Several to Hand Over"
    _order = "place, id"

    batch_id = fields.Many2one("collection.handover.batch", required=True, ondelete="cascade")
    case_id = fields.Many2one("collection.case", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    owed = fields.Monetary("Owed Today", related="case_id.total")
    agent_id = fields.Many2one(
        "collection.agent",
        "To",
        domain="[('company_id', '=', company_id)]",
        compute="_compute_agent_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    verdict = fields.Selection(
        [
            (GO, "Can Go"),
            (WARNED, "Can Go, See Why"),
            (ASK, "Open It"),
            (KEPT, "Kept Back"),
            (QUEUED, "In the Background"),
            (DONE, "Handed Over"),
            (STAYED, "Stayed"),
        ],
        "Checks",
        compute="_compute_verdict",
        store=True,
        precompute=True,
    )
    says = fields.Text("Why", compute="_compute_verdict", store=True, precompute=True)
    no_defence = fields.Boolean(
        "No Defence Is Known", help="Ticked, the case goes. Who hides a defence loses the case."
    )
    place = fields.Integer("Sequence", compute="_compute_verdict", store=True, precompute=True)
    handover_id = fields.Many2one("collection.handover", readonly=True)

    @api.depends("batch_id.agent_id")
    def _compute_agent_id(self):
        proposed = self.env["collection.agent"]._proposed(self.case_id)
        for line in self.filtered(lambda each: not each.handover_id):
            same = line.batch_id.agent_id
            fits = same.company_id == line.company_id
            line.agent_id = same if same and fits else proposed[line.case_id]

    @api.depends("agent_id")
    def _compute_verdict(self):
        self.case_id.check_access("read")
        asked = self.case_id.sudo()._to_read()
        for line in self:
            line.verdict, reasons = line._look(asked[line.case_id.sudo()])
            more = len(reasons) - REASONS
            told = [*reasons[:REASONS], *([self.env._("and %s more", more)] if more > 0 else [])]
            line.says, line.place = " ".join(told), FIRST.index(line.verdict)

    def _look(self, asked):
        """What becomes of the case, and why, worst first."""
        case, agent = self.case_id.sudo(), self.agent_id.sudo()
        if self.handover_id:
            return self.verdict, [self.says or ""]
        if case.phase not in OURS:
            labels = dict(case._fields["phase"]._description_selection(self.env))
            return KEPT, [self.env._("The case is “%s”.", labels[case.phase])]
        if not agent:
            return ASK, [self.env._("Choose an office for it.")]
        words = self.env["collection.check.words"]
        found = self.env["collection.check"].sudo()._checks(case, agent)
        told = [
            words._said(check, case.currency_id)
            for check in sorted(found, key=worst_first)
            if check.result != PASS
        ]
        outcome = verdict(found, bool(asked))
        return outcome, [*asked, *told] if outcome == ASK else told

    def _going(self):
        """Those that go when the button is pressed."""
        return self.filtered(lambda line: line.no_defence and line.verdict in (GO, WARNED))

    def _hand_over(self):
        """Hand the case over, if it still can go; else note why it stayed."""
        self.ensure_one()
        case = self.case_id
        try:
            with self.env.cr.savepoint():
                handover = self._made()
        except DISTURBED:
            raise
        except UserError as error:
            # The row names the case: what keeps it back is enough.
            self._stayed(str(error).split("\n", 1)[-1])
        except Exception:  # noqa: BLE001  one that fails keeps no other
            _logger.exception("Handover of case %s failed", case.id)
            self._stayed(self.env._("Something unexpected went wrong: the server's log tells."))
        else:
            told = self.env._("In a package for %s.", handover.agent_id.name)
            self.write({"handover_id": handover.id, "verdict": DONE, "says": told})

    def _made(self):
        """The handover, made of what is known under lock."""
        case, agent = self.case_id, self.agent_id
        agent._check_works_for(case)
        case.sudo()._lock()
        if asked := case.sudo()._to_read()[case.sudo()]:
            raise UserError(" ".join(asked))
        wanted = Wanted(
            agent_id=agent.sudo(),
            action=agent.sudo().action or "demand",
            day=case._today(),
            no_defence=True,
        )
        return self.env["collection.handover"]._hand_over(case, wanted)

    def _stayed(self, why):
        self.env.invalidate_all(flush=False)
        self.write({"verdict": STAYED, "says": why, "no_defence": False})

    def action_open(self):
        """The dialog of this case alone; its handover, once there is one."""
        self.ensure_one()
        self.case_id.check_access("read")
        if self.handover_id:
            return {
                "type": "ir.actions.act_window",
                "res_model": "collection.handover",
                "res_id": self.handover_id.id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return self.case_id._handover_dialog()


class CollectionCase(models.Model):
    """Handing over one case or several, from their list."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    def action_hand_over(self):
        """The dialog in which these are handed over: that of one case, or of several."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can hand over cases."))
        if len(self) == 1:
            return self._handover_dialog()
        if len(self) > MOST:
            raise UserError(
                self.env._(
                    "%(count)s cases are too many at once: select at most %(most)s.",
                    count=len(self),
                    most=MOST,
                )
            )
        batch = self.env["collection.handover.batch"].create(
            {"line_ids": [fields.Command.create({"case_id": case.id}) for case in self]}
        )
        return batch._shown()

    def _handover_dialog(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning.action_handover_wizard"
        )
        context = {"active_id": self.id, "default_case_id": self.id, "dialog_size": "extra-large"}
        return {**action, "context": context}
