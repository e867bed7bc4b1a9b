from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.collection_agent import ACTIONS
from ..models.collection_dossier import Wanted
from ..rules.dossier.codes import DOCUMENT
from ..rules.dossier.problems import Refused
from ..rules.handover import BLOCK, worst_first
from ..rules.sensitive import hint

CHANNELS = [
    ("on_premises", "At Our Place"),
    ("off_premises", "Away From It, at the Door for Instance"),
    ("distance", "At a Distance"),
]
#: So much of a message is shown in the dialog.
EXCERPT = 600


class CollectionHandoverWizard(models.TransientModel):
    """Hand a case to a bailiff, lawyer or agency: checks, exhibits, defence, preview."""

    _name = "collection.handover.wizard"
    _description = "Hand Over a Case"

    case_id = fields.Many2one(
        "collection.case",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    replaces_id = fields.Many2one("collection.handover", "Takes the Place of", ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    agent_id = fields.Many2one(
        "collection.agent",
        "To",
        required=True,
        domain="[('company_id', '=', company_id)]",
        compute="_compute_agent_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    action = fields.Selection(
        ACTIONS,
        "Asked For",
        compute="_compute_action",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    ground = fields.Text(
        "What Was Supplied", help="In a few sentences: what was agreed, delivered, and when."
    )
    agreed_on = fields.Date()
    contract_channel = fields.Selection(
        CHANNELS, "Where a Consumer Agreed", help="A judge asks for it where a consumer owes."
    )
    is_consumer = fields.Boolean(compute="_compute_is_consumer")
    no_defence = fields.Boolean(
        "No Defence Is Known", help="Say it actively: who hides a defence loses the case."
    )
    has_disputes = fields.Boolean(compute="_compute_is_consumer")
    check_ids = fields.One2many(
        "collection.handover.check",
        "wizard_id",
        "Checks",
        compute="_compute_check_ids",
        store=True,
        precompute=True,
        readonly=False,
    )
    exhibit_ids = fields.One2many(
        "collection.handover.exhibit",
        "wizard_id",
        "Exhibits",
        compute="_compute_exhibit_ids",
        store=True,
        precompute=True,
        readonly=False,
    )
    message_ids = fields.One2many(
        "collection.handover.message",
        "wizard_id",
        "Conversation",
        compute="_compute_exhibit_ids",
        store=True,
        precompute=True,
        readonly=False,
    )
    added_ids = fields.One2many("collection.handover.file", "wizard_id", "Files to Add")
    blocked = fields.Boolean(compute="_compute_blocked")
    owed = fields.Monetary("Owed Today", related="case_id.total")
    court_fee = fields.Monetary(
        "Court Fee to Advance",
        compute="_compute_check_ids",
        store=True,
        precompute=True,
        help="If it goes to court.",
    )
    declared = fields.Boolean(
        "Complete and True",
        help="To my knowledge the dossier is complete and true, every known defence included.",
    )

    @api.depends("case_id")
    def _compute_agent_id(self):
        for wizard in self:
            case = wizard.case_id
            wizard.agent_id = self.env["collection.agent"]._proposed(case).get(case, False)

    @api.depends("agent_id")
    def _compute_action(self):
        for wizard in self:
            wizard.action = wizard.agent_id.action or "demand"

    @api.depends("case_id")
    def _compute_is_consumer(self):
        for wizard in self:
            case = wizard.case_id
            case.check_access("read")
            wizard.is_consumer = any(
                item.debtor_id._rules(item.claim_kind) == "consumer"
                for item in case.sudo().item_ids
            )
            wizard.has_disputes = bool(
                self.env["dunning.dispute"].sudo()._known(case.sudo()._open_items())
            )

    @api.depends("case_id", "agent_id")
    def _compute_check_ids(self):
        words = self.env["collection.check.words"]
        for wizard in self:
            wizard.check_ids = [fields.Command.clear()]
            wizard.case_id.check_access("read")
            if not (wizard.case_id and wizard.agent_id):
                wizard.court_fee = 0.0
                continue
            found, facts = wizard._found()
            wizard.court_fee = float(facts.court_fee or 0)
            wizard.check_ids = [
                fields.Command.create(
                    {
                        "code": check.code,
                        "result": check.result,
                        "says": words._said(check, wizard.currency_id),
                        "remedy": words._remedy(check),
                        "source": check.source,
                        "overridable": check.overridable,
                    }
                )
                for check in sorted(found, key=worst_first)
            ]

    def _found(self):
        """What the checks say, and the facts that they looked at."""
        case = self.case_id.sudo()._origin or self.case_id.sudo()
        looks = self.env["collection.check"].with_context(dunning_replaces=bool(self.replaces_id))
        return looks.sudo()._look(case, self.agent_id.sudo())

    @api.depends("case_id")
    def _compute_exhibit_ids(self):
        for wizard in self:
            wizard.exhibit_ids = wizard.message_ids = [fields.Command.clear()]
            wizard.case_id.check_access("read")
            if not wizard.case_id:
                continue
            evidence, wizard.message_ids = wizard._read()
            wizard.exhibit_ids = [
                fields.Command.create(
                    {
                        "key": each.key,
                        "kind": each.kind,
                        "title": each.exhibit.title,
                        "date": each.exhibit.date,
                        "needed": each.needed,
                        "taken": True,
                        "place": number,
                    }
                )
                for number, each in enumerate(evidence, 1)
            ]

    def _read(self):
        """The files that there are about the case, in the order in which they would go, and rows
        for the messages of its conversation.
        """
        case = (self.case_id._origin or self.case_id).sudo()
        agent = self.agent_id.sudo() or self.env["collection.agent"].sudo()
        wanted = Wanted(agent_id=agent, action="demand", day=case._today())
        try:
            facts = self.env["collection.dossier"].sudo()._read(case, wanted)
        except UserError:
            return [], []
        evidence = sorted(
            facts.evidence,
            key=lambda each: (DOCUMENT.index(each.kind), str(each.exhibit.date or "")),
        )
        return evidence, [
            fields.Command.create(self._message_values(facts, message))
            for message in facts.conversation
        ]

    def _message_values(self, facts, message):
        text = message._dunning_words()
        return {
            "key": message.id,
            "date": message.date,
            "who": facts.debtor.partner_id.name if facts.wrote(message) else facts.company.name,
            "text": text[:EXCERPT],
            "hint": hint(text) or False,
            "sensitive": message.dunning_sensitive,
            "was": message.dunning_sensitive,
        }

    @api.depends("check_ids.result", "check_ids.reason")
    def _compute_blocked(self):
        for wizard in self:
            wizard.blocked = any(
                check.result == BLOCK and not (check.overridable and check.reason)
                for check in wizard.check_ids
            )

    # -- doing ---------------------------------------------------------------------------------------

    def _wanted(self):
        self.ensure_one()
        return Wanted(
            agent_id=self.agent_id.sudo(),
            action=self.action,
            day=self.case_id._today(),
            ground=self.ground or "",
            agreed_on=self.agreed_on or None,
            contract_channel=self.contract_channel or "",
            places={
                **{each.key: each.place for each in self.exhibit_ids if each.taken or each.needed},
                **{f"file:{each.id}": None for each in self.added_ids},
            },
            added_ids=self.added_ids,
            no_defence=self.no_defence,
        )

    def _check_may(self):
        self.case_id.check_access("read")
        self.agent_id.check_access("read")
        self.replaces_id.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can hand over cases."))
        self.agent_id._check_works_for(self.case_id)

    def action_preview(self):
        """Make the cover as it would go, without handing over anything."""
        self.ensure_one()
        self._check_may()
        case, wanted = self.case_id.sudo(), self._wanted()
        values = self.env["collection.handover"].sudo()._new_values(case, wanted.agent_id)
        wanted = wanted.with_values(dossier_id=values["dossier_id"], revision=values["revision"])
        with self.env.cr.savepoint() as savepoint:
            self._mark_sensitive()
            cover = self._cover(case, wanted)
            # It was only looked at.
            savepoint.rollback()
        file = self.env["ir.attachment"].create(
            {
                "name": self.env._("Cover %s.pdf", case.name).replace("/", "-"),
                "raw": cover,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {"type": "ir.actions.act_url", "url": f"/web/content/{file.id}", "target": "new"}

    def _cover(self, case, wanted):
        """The cover as it would go, as PDF.

        :raises UserError: telling what can't be
        """
        words = self.env["collection.handover"]._refused_words
        try:
            dossier, arranged, facts, problems = (
                self.env["collection.dossier"].sudo()._make(case, wanted, self._found()[0])
            )
            if errors := [each for each in problems if each.is_error]:
                raise Refused(*errors)
        except Refused as refused:
            raise UserError(words(case, refused)) from refused
        return self.env["collection.cover"].sudo()._pdf(dossier, arranged, facts)

    def action_apply(self):
        """Hand the case over; what was checked is checked again."""
        self.ensure_one()
        self._check_may()
        if not self.declared:
            raise UserError(self.env._("Say that the dossier is complete and true."))
        self._mark_sensitive()
        handover = self.env["collection.handover"]._hand_over(
            self.case_id, self._wanted(), self._reasons(), self.replaces_id.sudo()
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.handover",
            "res_id": handover.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _mark_sensitive(self):
        """Mark what was changed in the dialog; of this debtor alone.

        What somebody marked meanwhile stays marked.
        """
        changed = self.message_ids.filtered(lambda row: row.sensitive != row.was)
        marks = {row.key: row.sensitive for row in changed}
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("id", "in", list(marks)),
                    ("dunning_debtor_id", "=", self.case_id.sudo().debtor_id.id),
                ]
            )
        )
        for kind, own in messages.grouped(lambda each: marks[each.id]).items():
            own._dunning_mark(kind)

    def _reasons(self):
        return {check.code: check.reason for check in self.check_ids if check.reason}
