import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .collection_agent import ACTIONS

STATES = [
    ("ready", "Made"),
    ("delivered", "Delivered"),
    ("acknowledged", "Accepted by the Agent"),
    ("rejected", "Refused by the Agent"),
    ("recalled", "Recalled"),
    ("replaced", "Replaced by Another"),
]
#: States in which somebody else collects.
LIVE = ("ready", "delivered", "acknowledged")
#: Functions of packages by which somebody collects; others only add to them.
CLAIMS = ("original", "replacement")
#: What lowers a claim and is no payment: a credit note, another entry in the ledger.
LOWERS = ("credit", "ledger")
FUNCTIONS = [
    ("original", "Original"),
    ("replacement", "Replacement"),
    ("supplement", "Supplement"),
    ("recall", "Recall"),
]


class CollectionHandover(models.Model):
    """One package about a case for an agent: made once, its bytes kept and sent unchanged."""

    _name = "collection.handover"
    _description = "Handover to a Bailiff, Lawyer or Agency"
    _inherit = ["mail.thread", "mail.activity.mixin", "dunning.handled"]
    _order = "id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, index=True)
    handler_id = fields.Many2one(related="case_id.handler_id", store=True, index="btree_not_null")
    currency_id = fields.Many2one(related="case_id.currency_id", store=True)
    agent_id = fields.Many2one("collection.agent", required=True, readonly=True, index=True)
    state = fields.Selection(STATES, required=True, default="ready", readonly=True, tracking=True)
    function = fields.Selection(FUNCTIONS, required=True, default="original", readonly=True)
    revision = fields.Integer(required=True, readonly=True, default=1)
    dossier_id = fields.Char(
        required=True, readonly=True, help="The same for all packages of the case."
    )
    idempotency_key = fields.Char(required=True, readonly=True, copy=False)
    test = fields.Boolean(readonly=True)
    action = fields.Selection(ACTIONS, "Asked For", readonly=True)
    day = fields.Date("Calculated As of", required=True, readonly=True)
    principal = fields.Monetary(readonly=True)
    interest = fields.Monetary(readonly=True)
    costs = fields.Monetary(readonly=True)
    total = fields.Monetary("Handed Over", readonly=True)
    checks = fields.Json("What Was Checked", readonly=True)
    overridden = fields.Json(readonly=True, help="Checks that somebody overrode, with the reason.")
    documents = fields.Json("What Is in It", readonly=True)
    file_id = fields.Many2one(
        "ir.attachment", "Package", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    file_hash = fields.Char("SHA-256", readonly=True)
    file_size = fields.Integer("Bytes", readonly=True)
    declared_by_id = fields.Many2one("res.users", "Declared by", readonly=True)
    handed_on = fields.Datetime("Made On", readonly=True)
    delivered_on = fields.Date(readonly=True)
    reference = fields.Char("Number There", readonly=True, tracking=True)
    recalled_on = fields.Date(readonly=True)
    recall_reason = fields.Text(readonly=True)

    _revision_once = models.UniqueIndex(
        "(case_id, agent_id, revision)", "This revision was handed over already."
    )
    _one_live = models.UniqueIndex(
        "(case_id) WHERE state IN ('ready', 'delivered', 'acknowledged') "
        "AND function IN ('original', 'replacement') AND test IS NOT TRUE",
        "The case has been handed over already.",
    )

    @api.depends("case_id.name", "agent_id.partner_id.name", "revision")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = (
                f"{handover.case_id.name} r{handover.revision}: {handover.agent_id.partner_id.name}"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Handovers are kept: they say what was told to whom."))

    @api.model
    def _live(self):
        """A domain: handovers by which somebody else collects."""
        return (
            Domain("state", "in", LIVE)
            & Domain("function", "in", CLAIMS)
            & Domain("test", "=", False)
        )

    @api.model
    def _new_values(self, case, agent):
        """Which dossier and revision the next package about a case for an agent is."""
        before = self.sudo().search([("case_id", "=", case.id), ("agent_id", "=", agent.id)])
        return {
            "case_id": case.id,
            "agent_id": agent.id,
            "dossier_id": before[:1].dossier_id or str(uuid.uuid4()),
            "revision": max(before.mapped("revision"), default=0) + 1,
            "idempotency_key": str(uuid.uuid4()),
            "test": agent.test_mode,
        }

    def _as_collector(self):
        """These handovers, writable, if the user may decide about them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        return self.sudo()

    def _still_live(self):
        """These handovers, if somebody else collects by them.

        :raises UserError: naming the first that is over
        """
        if over := self.filtered(lambda each: each.state not in LIVE)[:1]:
            raise UserError(self.env._("“%s” is not handed over any more.", over.display_name))
        if more := self.filtered(lambda each: each.function not in CLAIMS)[:1]:
            raise UserError(
                self.env._("“%s” only adds to a handover: choose that one.", more.display_name)
            )
        return self

    def _made(self):
        """A package was made: where its office has a way for that, it goes by itself."""

    def action_download(self):
        """Open the package; who did it is noted."""
        self.ensure_one()
        handover = self._as_collector()
        handover._message_log(body=self.env._("Downloaded by %s.", self.env.user.name))
        if handover.state == "ready":
            handover._accept()
        return {
            "type": "ir.actions.act_url",
            "url": f"/payt_dunning/handover/{handover.id}",
            "target": "download",
        }

    def action_accepted(self, reference):
        """The agent took the case.

        :param reference: its number there
        """
        for handover in self._as_collector()._still_live():
            if not (reference or "").strip():
                raise UserError(self.env._("Fill in the number that the office gave it."))
            handover._accept(reference.strip())
        return True

    def action_rejected(self, reason):
        """The agent does not take the case: it is ours again, ready for another.

        :param reason: why, in words
        """
        for handover in self._as_collector()._still_live():
            if not (reason or "").strip():
                raise UserError(self.env._("Say why the office does not take it."))
            handover._reject(reason)
        return True

    def _accept(self, reference=""):
        """The agent has it, and gave it a number; without one it only has it."""
        values = {"delivered_on": self.delivered_on or self.case_id._today()}
        if reference:
            values |= {"state": "acknowledged", "reference": reference}
        elif self.state == "ready":
            values["state"] = "delivered"
        self.write(values)

    def _reject(self, reason):
        """The agent does not take the case: it is ours again; of a test it always was."""
        self.write({"state": "rejected", "recall_reason": reason})
        if not self.test and self.function in CLAIMS:
            self.case_id._take_back(
                self.env._("%(office)s refused it: %(why)s", office=self.agent_id.name, why=reason)
            )
