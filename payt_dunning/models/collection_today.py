"""What of today is about cases, offices, limitation and the law."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .dunning_today import MANAGER, Act, Section
from .dunning_today_talk import excerpt
from .dunning_today_work import NO_CURRENCY, NOTHING

#: So many days before law tables end somebody has to think of it.
LAW_DAYS = 14


class DunningItem(models.Model):
    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    _time_barred = models.Index(
        "(limitation_told) WHERE state = 'open' AND limitation_told IS NOT NULL"
    )


class DunningToday(models.AbstractModel):
    _inherit = "dunning.today"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self):
        return [
            *super()._sections(),
            (50, self._today_cases()),
            (52, self._today_limitation()),
            (65, self._today_office_questions()),
            (66, self._today_office_messages()),
            (67, self._today_remittances()),
            (68, self._today_not_arrived()),
            (120, self._today_law()),
        ]

    @api.model
    def _case_amount(self, case):
        """What of a case's invoices is open, in the company's currency."""
        return SQL(
            """(SELECT sum(item.amount_company) FROM collection_case_line line
                  JOIN dunning_item item ON item.id = line.item_id
                 WHERE line.case_id = %s AND line.left_on IS NULL)""",
            case,
        )

    @api.model
    def _today_cases(self):
        env = self.env
        return Section(
            key="case",
            title=env._("Cases ready for handover"),
            model="collection.case",
            domain=Domain("phase", "=", "ready"),
            action="payt_dunning.action_cases",
            amount=self._case_amount(SQL("t.id")),
            currency=SQL("company.currency_id"),
            deadline=SQL("t.deadline"),
            about=lambda case: case.name,
            why=lambda case: env._(
                "In a case since %(day)s; invoices: %(count)s",
                count=len(case.line_ids.filtered(lambda line: not line.left_on)),
                day=format_date(env, case.opened_on),
            ),
            acts=(
                Act(env._("Hand Over…"), "payt_dunning.action_handover_wizard"),
                Act(env._("Payment Plan…"), "action_plan"),
                Act(
                    env._("Do Not Pursue…"),
                    "payt_dunning.action_case_decision",
                    context={"default_kind": "give_up"},
                    group=MANAGER,
                ),
            ),
        )

    @api.model
    def _today_limitation(self):
        env = self.env
        return Section(
            key="limitation",
            title=env._("Claims that become time-barred"),
            model="dunning.item",
            domain=Domain("state", "=", "open") & Domain("limitation_told", "!=", False),
            action="payt_dunning.action_dunning_item",
            amount=SQL("t.amount_open"),
            deadline=SQL("t.limitation_told"),
            about=lambda item: item.display_name,
            why=lambda item: env._("Due since %s", format_date(env, item.date_due)),
            acts=(Act(env._("Interrupt…"), "payt_dunning.action_collection_interruption"),),
        )

    @api.model
    def _today_office_questions(self):
        """Asked by an office, applied and not answered."""
        env = self.env
        return Section(
            key="office_question",
            title=env._("Questions of offices"),
            model="collection.feedback.line",
            domain=Domain("kind", "=", "question")
            & Domain("result", "=", "applied")
            & Domain("test", "!=", True)
            & Domain("answer_ids", "=", False)
            & Domain("case_id.phase", "!=", "closed"),
            action="payt_dunning.action_feedback_line",
            handler="case_id.handler_id",
            debtor=SQL("(SELECT debtor_id FROM collection_case found WHERE found.id = t.case_id)"),
            amount=self._case_amount(SQL("t.case_id")),
            currency=SQL("company.currency_id"),
            deadline=SQL("t.answer_by"),
            about=lambda line: line.case_id.name,
            why=lambda line: excerpt(line.text),
            acts=(Act(env._("Answer…"), "action_answer", when=lambda line: line.can_answer),),
        )

    @api.model
    def _today_office_messages(self):
        """Messages of offices about which a person decides."""
        env = self.env
        return Section(
            key="office_message",
            title=env._("Messages of offices to look at"),
            model="collection.feedback",
            domain=Domain("state", "=", "review") & Domain("test", "!=", True),
            action="payt_dunning.action_feedback",
            handler=None,
            debtor=SQL("NULL::int"),
            amount=NOTHING,
            currency=NO_CURRENCY,
            deadline=SQL("t.create_date::date"),
            about=lambda message: message.display_name,
            why=lambda message: excerpt(message.says),
            acts=(Act(env._("Look at It")),),
        )

    @api.model
    def _today_remittances(self):
        env = self.env
        return Section(
            key="remittance",
            title=env._("Money of offices to match"),
            model="collection.remittance",
            domain=Domain("state", "in", ("found", "overdue")),
            action="payt_dunning.action_remittances",
            debtor=SQL("NULL::int"),
            amount=SQL("t.paid_out"),
            deadline=SQL("t.day"),
            about=lambda each: each.display_name,
            why=lambda each: dict(each._fields["state"]._description_selection(env)).get(
                each.state
            ),
            acts=(
                Act(env._("Match…"), "action_match"),
                Act(
                    env._("Settled by Hand"),
                    "action_settled",
                    confirm=env._("It is not looked for any more. Was it booked in another way?"),
                ),
            ),
        )

    @api.model
    def _today_not_arrived(self):
        env = self.env
        return Section(
            key="not_arrived",
            title=env._("Not delivered to an office"),
            model="collection.transmission",
            domain=Domain("state", "=", "failed"),
            action="payt_dunning.action_transmissions",
            handler=None,
            debtor=SQL("NULL::int"),
            amount=NOTHING,
            currency=NO_CURRENCY,
            about=lambda each: each.display_name,
            acts=(Act(env._("Look at It")), Act(env._("Try Again"), "action_again")),
        )

    @api.model
    def _today_law(self):
        """Tables of the countries of these companies that have ended, or end in two weeks."""
        env = self.env
        today = fields.Date.context_today(self)
        ends = {}
        for country in env.companies.country_id:
            law = env["collection.jurisdiction"].sudo()._of_country(country, today)
            if law.known_until and (law.known_until - today).days <= LAW_DAYS:
                ends[law.id] = law.known_until
        known = SQL(", ").join(SQL("(%s, %s::date)", *each) for each in ends.items())
        return Section(
            key="law",
            title=env._("Law tables that end"),
            model="collection.jurisdiction",
            domain=Domain("id", "in", list(ends)),
            action="payt_dunning.action_collection_jurisdiction",
            handler=None,
            company=SQL("%s", env.company.id),
            debtor=SQL("NULL::int"),
            amount=NOTHING,
            currency=NO_CURRENCY,
            deadline=SQL(
                "(SELECT day FROM (VALUES %s) AS known(id, day) WHERE known.id = t.id)", known
            )
            if ends
            else SQL("NULL::date"),
            about=lambda law: law.display_name,
            why=lambda law: env._("New rows are needed"),
            acts=(
                Act(env._("Add a Rate…"), "payt_dunning.action_collection_law_rate", group=MANAGER),
            ),
        )
