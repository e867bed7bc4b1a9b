"""Pauses that are asked for by who may not decide: a task, and a section of today."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .dunning_today import COLLECTOR, Act, Section
from .dunning_today_talk import excerpt

#: The debtor of a hold, as SQL about the table ``t``.
DEBTOR = SQL(
    """coalesce(t.debtor_id, (SELECT min(item.debtor_id) FROM dunning_item item
                               WHERE item.id = t.item_id OR item.move_id = t.move_id))"""
)


class DunningHold(models.Model):
    """What is asked for waits for a person, until its last day or until nothing is open."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    to_agree = fields.Boolean(
        "Waits for Agreement",
        compute="_compute_to_agree",
        search="_search_to_agree",
        help="Asked for by somebody who may not decide, and still of use.",
    )
    decider_id = fields.Many2one(
        "res.users",
        "To Be Decided By",
        compute="_compute_to_agree",
        search="_search_decider_id",
        help="Who handles the debtor, while it waits for agreement.",
    )

    @api.depends("proposed", "released_on", "date_until", "debtor_id.handler_id")
    def _compute_to_agree(self):
        asked = self.search(Domain("id", "in", self.ids) & Domain("to_agree", "=", True))
        for hold in self:
            hold.to_agree = hold in asked
            own = hold.sudo()
            debtor = (
                own.debtor_id or own.item_id.debtor_id or own.move_id.dunning_item_ids.debtor_id
            )
            hold.decider_id = hold in asked and debtor[:1].handler_id

    @api.model
    def _asked_for(self, more):
        """The ids of holds that wait for agreement, as SQL about the table ``t``.

        :param more: a condition beside, as SQL
        """
        self.flush_model()
        self.env["dunning.item"].flush_model(["state", "move_id", "debtor_id"])
        self.env["dunning.debtor"].flush_model(["handler_id"])
        return SQL(
            """(SELECT t.id FROM dunning_hold t
                 WHERE t.proposed AND t.released_on IS NULL
                   AND (t.date_until IS NULL OR t.date_until >= %s)
                   AND (t.item_id IS NULL AND t.move_id IS NULL
                        OR EXISTS (SELECT FROM dunning_item item
                                    WHERE item.state = 'open'
                                      AND (item.id = t.item_id OR item.move_id = t.move_id)))
                   AND %s)""",
            fields.Date.context_today(self),
            more,
        )

    @api.model
    def _search_to_agree(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in" if True in value else "not in", self._asked_for(SQL("TRUE")))

    @api.model
    def _search_decider_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        decides = SQL(
            """EXISTS (SELECT FROM dunning_debtor debtor
                        WHERE debtor.id = %s AND debtor.handler_id = ANY(%s))""",
            DEBTOR,
            [user for user in value if user],
        )
        found = Domain("id", "in", self._asked_for(decides))
        if False in value:
            handled = SQL(
                """EXISTS (SELECT FROM dunning_debtor debtor
                            WHERE debtor.id = %s AND debtor.handler_id IS NOT NULL)""",
                DEBTOR,
            )
            found |= Domain("id", "not in", self._asked_for(handled))
        return found


class DunningTask(models.AbstractModel):
    """Who may decide is asked about each pause, until it is agreed to or turned down."""

    _inherit = "dunning.task"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _ask_about_holds(self, holds):
        result = super()._ask_about_holds(holds)
        asked = holds.sudo().filtered("proposed")
        for who, own in asked.grouped("create_uid").items():
            whole = own.filtered(lambda hold: not (hold.debtor_id or hold.item_id or hold.move_id))
            debtors = self._whose(own - whole)
            for (company, handler), of_handler in debtors.grouped(
                lambda debtor: (debtor.company_id, debtor.handler_id)
            ).items():
                self._ask_to_agree(of_handler, who, company, handler)
            for company in whole.company_id:
                self._ask_to_agree(company.partner_id, who, company, company.dunning_handler_id)
        return result

    @api.model
    def _ask_to_agree(self, records, who, company, handler):
        """Ask who handles ``records`` about a pause, or else somebody who may agree to it.

        :param who: asks for the pause
        """
        self._ask(
            records,
            "pause",
            lambda env: env._("%s asks for a pause: agree to it or turn it down", who.name),
            company=company,
            handler=self._who_may_agree(handler, company),
        )

    @api.model
    def _who_may_agree(self, handler, company):
        """The handler, if it may agree to a hold; else the company's, else a manager."""
        for user in (handler, company.dunning_handler_id):
            if user.active and company in user.company_ids and user.has_group(COLLECTOR):
                return user
        return self._manager(company)

    @api.model
    def _holds_ended(self, holds):
        result = super()._holds_ended(holds)
        whole = holds.sudo().filtered(
            lambda hold: not (hold.debtor_id or hold.item_id or hold.move_id)
        )
        still = self._whole_asked(whole.company_id)
        self._done((whole.company_id - still).partner_id, "pause")
        return result

    @api.model
    def _whole_asked(self, companies):
        """Those of companies of which everything is to be paused, if somebody agrees."""
        if not companies:
            return companies
        nothing = [(name, "=", False) for name in ("debtor_id", "item_id", "move_id")]
        asked = [("company_id", "in", companies.ids), ("to_agree", "=", True), *nothing]
        return self.env["dunning.hold"].sudo().search(asked).company_id

    @api.model
    def _about_debtors(self):
        return (*super()._about_debtors(), "pause")

    @api.model
    def _still_asked(self, kind, debtors):
        if kind != "pause":
            return super()._still_asked(kind, debtors)
        asked = [("company_id", "in", debtors.company_id.ids), ("to_agree", "=", True)]
        holds = self.env["dunning.hold"].sudo().search(asked)
        return self._whose(
            holds.filtered(lambda hold: hold.debtor_id or hold.item_id or hold.move_id)
        )


class DunningToday(models.AbstractModel):
    _inherit = "dunning.today"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self):
        return [*super()._sections(), (22, self._today_pauses())]

    @api.model
    def _today_pauses(self):
        """Late from the day after it was to begin: reminders leave meanwhile."""
        env = self.env
        return Section(
            key="pause",
            title=env._("Pauses asked for"),
            model="dunning.hold",
            domain=Domain("to_agree", "=", True),
            action="payt_dunning.action_dunning_hold",
            handler="decider_id",
            debtor=DEBTOR,
            amount=SQL(
                """(SELECT sum(item.amount_company) FROM dunning_item item
                     WHERE item.state = 'open'
                       AND (item.id = t.item_id OR item.move_id = t.move_id
                            OR item.debtor_id = t.debtor_id))"""
            ),
            currency=SQL("company.currency_id"),
            deadline=SQL("t.date_from"),
            about=lambda hold: hold.item_id.display_name or hold.move_id.name,
            why=lambda hold: ": ".join(filter(None, (hold.create_uid.name, excerpt(hold.reason)))),
            acts=(
                Act(env._("Agree"), "action_accept"),
                Act(env._("Turn Down…"), "payt_dunning.action_dunning_release"),
            ),
        )
