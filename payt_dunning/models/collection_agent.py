from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mail import email_normalize

from ..rules.handover_facts import Agent
from ..tools import exact

KINDS = [("bailiff", "Bailiff"), ("lawyer", "Lawyer"), ("agency", "Collection Agency")]
ACTIONS = [
    ("demand", "Demand Letter"),
    ("court_action", "Court Action"),
    ("precautionary_attachment", "Precautionary Attachment"),
    ("enforce_title", "Enforcement of a Judgment"),
    ("advice", "Advice"),
]


class CollectionAgent(models.Model):
    """A bailiff, lawyer or collection agency, and how a company works with it."""

    _name = "collection.agent"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Bailiff, Lawyer or Agency"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(related="partner_id.name", store=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner", "Office", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="bailiff")
    client_number = fields.Char("Our Number There", help="As the office knows us.")
    email = fields.Char(
        "Sent To", help="Where links to packages and notices go. Empty: the office's address."
    )
    registration_number = fields.Char(
        help="In the register of collection services. Agencies that collect from people need one."
    )
    registered_until = fields.Date()
    action = fields.Selection(ACTIONS, "Asked For", required=True, default="demand")
    mandate = fields.Text(help="What it may do without asking, as agreed.")
    plan_allowed = fields.Boolean("May Agree on Plans", default=True)
    plan_months = fields.Integer("Months at Most", default=6)
    plan_minimum = fields.Float("Least Instalment", digits=(16, 2), default=25.0)
    minimum = fields.Monetary("Takes Claims From", help="Below this it takes none. 0: any.")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language of the Cover",
        default=lambda self: self.env.company.partner_id.lang,
    )
    csv_dialect = fields.Selection(
        [("iso", "ISO: commas, points"), ("nl_excel", "Dutch Excel: semicolons, commas")],
        "Side File",
        required=True,
        default="nl_excel",
    )
    test_mode = fields.Boolean("Test", help="Packages say that they are a test.")
    note = fields.Text()

    _terms_not_negative = models.Constraint(
        "CHECK(plan_months >= 0 AND plan_minimum >= 0 AND minimum >= 0)",
        "Months and amounts can't be negative.",
    )
    _once = models.UniqueIndex(
        "(company_id, partner_id, kind, test_mode) WHERE active",
        "This office is there already for this company.",
    )

    @api.depends("partner_id.name", "kind", "test_mode")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for agent in self:
            name = f"{agent.partner_id.name} ({kinds.get(agent.kind, '')})"
            agent.display_name = self.env._("%s: test", name) if agent.test_mode else name

    @api.constrains("email")
    def _check_email(self):
        for agent in self:
            if agent.email and not email_normalize(agent.email):
                raise ValidationError(
                    self.env._(
                        "“%(address)s” of %(office)s is not an e-mail address.",
                        address=agent.email,
                        office=agent.partner_id.name,
                    )
                )

    @api.model
    def _proposed(self, cases):
        """The office that is proposed for each case: ``{case: office}``.

        The one that was asked for its opinion, else the first of the company that may collect from
        the debtor, go to court with so much and takes so little, else the first that may collect,
        else its first; empty where there is none.
        """
        agents = self.search([("company_id", "in", cases.company_id.ids)])
        proposed = {}
        for case in cases:
            own = agents.filtered(lambda agent, case=case: agent.company_id == case.company_id)
            asked = own & case.sudo().opinion_agent_id
            suited = own.filtered(lambda agent, case=case: agent._suits(case))
            proposed[case] = (asked or suited._for_so_much(case) or suited or own)[:1]
        return proposed

    def _for_so_much(self, case):
        """Those that take a claim of so much, and may go to court with it."""
        taking = self.filtered(
            lambda agent: (
                not agent.minimum
                or agent.currency_id != case.currency_id
                or agent.currency_id.compare_amounts(agent.minimum, case.principal) <= 0
            )
        )
        kinds = set(taking.mapped("kind"))
        # Where there is no choice nothing is looked up.
        if {"bailiff", "lawyer"} <= kinds and self.env["collection.check"]._needs_lawyer(case):
            return taking.filtered(lambda agent: agent.kind == "lawyer")
        return taking

    def _suits(self, case):
        """Whether the office may collect from the debtor of a case."""
        if self.kind != "agency" or case.debtor_kind == "business":
            return True
        return bool(self.registered_until and self.registered_until >= case._today())

    def _check_works_for(self, case):
        """Refuse a case of another company."""
        if self.company_id != case.company_id:
            raise UserError(
                self.env._(
                    "%(office)s works for %(company)s, whose case this is not.",
                    office=self.display_name,
                    company=self.company_id.name,
                )
            )

    def _address(self):
        """Where links and notices go; empty: nowhere."""
        self.ensure_one()
        return email_normalize(self.email or self.partner_id.email or "") or ""

    def _facts(self, company):
        """The office as the checks know it; see :class:`~..rules.handover.Agent`."""
        self.ensure_one()
        return Agent(
            kind=self.kind,
            registered_until=self.registered_until or None,
            minimum=exact(self.minimum),
            has_iban=bool(self.env["dunning.bank.account"]._numbers(company).pick()[1]),
        )
