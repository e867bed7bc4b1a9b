"""What debtors, tasks, Today and the registers of privacy know of credit insurance."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.payt_dunning.models.dunning_access import Source
from odoo.addons.payt_dunning.models.dunning_today import Act, Section

from .receivable_insurance import FINANCING
from .receivable_insurance_notice import LIVE

LIMIT = "receivable.insurance.limit"
#: Which of two reports of a debtor stays, first.
RANK = ("reported", "declined", "due")


class DunningDebtor(models.Model):
    """Up to what a debtor is insured, and whether its insurer knows that it is late."""

    _inherit = "dunning.debtor"

    insured = fields.Text(
        "Credit Insurance",
        compute="_compute_insured",
        compute_sudo=True,
        help="Up to what amount new invoices are insured, and what the insurer has to know.",
    )

    @api.depends("partner_id", "kind")
    @api.depends_context("lang")
    def _compute_insured(self):
        for debtor in self:
            debtor.insured = False
        for company, debtors in self.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            lines = debtors._limits_told(company, today)
            for notice in self.env["receivable.insurance.notice"].search(
                [("debtor_id", "in", debtors.ids), ("state", "in", LIVE)]
            ):
                lines.setdefault(notice.debtor_id.id, []).append(notice._told())
            for debtor in debtors:
                debtor.insured = "\n".join(lines.get(debtor._origin.id, ())) or False

    def _limits_told(self, company, today):
        """Up to what each debtor's new invoices are insured: ``{debtor id: [a line each]}``."""
        insurances = self.env["receivable.insurance"].search([("company_id", "=", company.id)])
        insurances = insurances.filtered(
            lambda each: (
                (not each.valid_from or each.valid_from <= today)
                and (not each.valid_until or today <= each.valid_until)
            )
        )
        limits = insurances.limit_ids.filtered(
            lambda limit: not limit.valid_from or limit.valid_from <= today
        ).grouped(lambda limit: (limit.insurance_id, limit.partner_id.commercial_partner_id))
        own_companies = self.env["res.company"].search([]).partner_id if insurances else ()
        lines = {}
        for debtor in self:
            for insurance in insurances:
                own = limits.get((insurance, debtor.partner_id))
                if own:
                    amount = max(
                        (
                            limit.amount
                            for limit in own
                            if not limit.valid_until or today <= limit.valid_until
                        ),
                        default=0,
                    )
                elif debtor.kind == "consumer" or debtor.partner_id in own_companies:
                    amount = 0
                else:
                    amount = insurance.others_amount
                if amount:
                    lines.setdefault(debtor._origin.id, []).append(
                        self.env._(
                            "Up to %(amount)s at %(insurance)s",
                            amount=insurance.currency_id.format(amount),
                            insurance=insurance.display_name,
                        )
                    )
        return lines

    def action_insurance(self):
        """What insurers have to be told of these debtors, or were told."""
        self.check_access("read")
        if not self.env.user.has_group(FINANCING):
            raise AccessError(self.env._("Only those who report to insurers can do this."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning_financing.action_receivable_insurance_notice"
        )
        return {**action, "domain": [("debtor_id", "in", self.ids)], "context": {}}

    def _hand_to(self, survivor):
        """Reports go along; where both are live, the one with which more was done stays."""
        result = super()._hand_to(survivor)
        today = self.env["dunning.message"]._today(survivor.company_id)
        notices = self.env["receivable.insurance.notice"].sudo()
        moving = notices.search([("debtor_id", "=", self.id)])
        own = notices.search([("debtor_id", "=", survivor.id), ("state", "in", LIVE)])
        own = own.grouped("insurance_id")
        for notice in moving.filtered(lambda each: each.state in LIVE):
            other = own.get(notice.insurance_id)
            if other:
                # What was reported stays before what was decided, and this before what waits.
                notices._end(max(notice, other, key=lambda each: RANK.index(each.state)), today)
        # What ended must have left the index of those that are live before others come in.
        notices.flush_model()
        moving.exists().write({"debtor_id": survivor.id})
        return result

    @api.model
    def _combine(self, sources, target):
        self.env[LIMIT].sudo()._follow_merge(sources, target)
        return super()._combine(sources, target)


class DunningTask(models.AbstractModel):
    _inherit = "dunning.task"

    @api.model
    def _xmlid_of(self, kind):
        if kind == "insurer":
            return "payt_dunning_financing.activity_insurer"
        return super()._xmlid_of(kind)

    @api.model
    def _ask_to_report(self, company, day):
        """Ask somebody to report debtors whose deadline is near, once; in bulk.

        The debtor's handler, or the company's, if that is somebody who may; a manager else.
        """
        waiting = self.env["receivable.insurance.notice"].sudo()
        waiting = waiting.with_context(tracking_disable=True).search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "due"),
                ("ask_on", "<=", day),
                ("asked_on", "=", False),
            ]
        )
        if not waiting:
            return
        people = {
            handler: self._reporter(handler, company) for handler in waiting.debtor_id.handler_id
        }
        nobody = self.env["res.users"]
        people[nobody] = self._reporter(nobody, company)
        model = self.env["ir.model"]._get(waiting._name)
        activity_type = self._type("insurer")
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "res_model_id": model.id,
                    "res_id": notice.id,
                    "user_id": people[notice.debtor_id.handler_id].id,
                    "date_deadline": notice.deadline,
                    "summary": notice._asked_of(people[notice.debtor_id.handler_id]),
                }
                for notice in waiting
            ]
        )
        waiting.write({"asked_on": day})

    @api.model
    def _reporter(self, handler, company):
        """Who is asked to report a debtor of this handler."""
        person = self._person(handler, company)
        return person if person.has_group(FINANCING) else self._manager(company)


class DunningToday(models.AbstractModel):
    _inherit = "dunning.today"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self):
        return [*super()._sections(), (53, self._today_insurers())]

    @api.model
    def _today_insurers(self):
        env = self.env
        return Section(
            key="insurer",
            title=env._("Debtors to report to insurers"),
            model="receivable.insurance.notice",
            domain=Domain("state", "=", "due")
            & Domain("ask_on", "<=", fields.Date.context_today(self)),
            action="payt_dunning_financing.action_receivable_insurance_notice",
            handler=None,
            deadline=SQL("t.deadline"),
            about=lambda notice: notice.insurer_id.display_name,
            why=lambda notice: env._(
                "Due since %(day)s; invoices: %(count)s",
                day=format_date(env, notice.oldest_due),
                count=notice.number,
            ),
            acts=(
                Act(
                    env._("Reported…"),
                    "payt_dunning_financing.action_insurance_reported",
                    group=FINANCING,
                ),
                Act(
                    env._("Not Reported…"),
                    "payt_dunning_financing.action_insurance_declined",
                    group=FINANCING,
                ),
            ),
        )


class DunningAccess(models.AbstractModel):
    _inherit = "dunning.access"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sources(self):
        return (*super()._sources(), Source("receivable.insurance.notice"), Source(LIMIT))

    @api.model
    def _domain(self, source, debtor, person):
        """A limit is of a contact, and of the debtor in the insurance's company."""
        if source.model != LIMIT:
            return super()._domain(source, debtor, person)
        if not self._is_debtor(debtor, person):
            return None
        return Domain("partner_id", "=", debtor.partner_id.id) & Domain(
            "company_id", "=", debtor.company_id.id
        )

    @api.model
    def _recipients(self, debtor, person):
        """Insurers that were told of a person."""
        found = super()._recipients(debtor, person)
        if self._is_debtor(debtor, person):
            told = self.env["receivable.insurance.notice"].sudo()
            told = told.search([("debtor_id", "=", debtor.id), ("reported_on", "!=", False)])
            limits = self.env[LIMIT].sudo().search(self._domain(Source(LIMIT), debtor, person))
            words = self.env._("insures us against not being paid")
            found += [
                (insurer.name, words)
                for insurer in told.insurer_id | limits.insurance_id.partner_id
            ]
        return found
