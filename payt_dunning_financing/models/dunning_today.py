from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.payt_dunning.models.dunning_today import Act, Section
from odoo.addons.payt_dunning.models.dunning_today_work import NO_CURRENCY, NOTHING

from .receivable_financing_draw import ANSWER_DAYS, GROUP
from .receivable_pledge_payment import BOOK_DAYS


class DunningToday(models.AbstractModel):
    """What of financing waits for a person."""

    _inherit = "dunning.today"

    @api.model
    def _sections(self):
        return [
            *super()._sections(),
            (93, self._today_financing_reports()),
            (94, self._today_draws()),
            (95, self._today_financier_payments()),
        ]

    @api.model
    def _today_financing_reports(self):
        env = self.env
        return Section(
            key="financing_report",
            title=env._("Reports to financiers"),
            model="receivable.financing.report",
            domain=Domain("state", "=", "failed")
            | (Domain("state", "=", "waiting") & Domain("mail_id", "=", False)),
            action="payt_dunning_financing.action_financing_report",
            handler=None,
            debtor=SQL("NULL::int"),
            amount=NOTHING,
            currency=NO_CURRENCY,
            deadline=SQL("t.made_on::date"),
            about=lambda report: f"{report.name}: {report.financing_id.name}",
            why=lambda report: (
                report.problem or env._("Changes of pledged invoices: %s", report.change_count)
            ),
            acts=(Act(env._("Look at It"), group=GROUP),),
        )

    @api.model
    def _today_draws(self):
        env = self.env
        before = fields.Datetime.now() - timedelta(days=ANSWER_DAYS)
        return Section(
            key="draw",
            title=env._("Draws that financiers have not answered"),
            model="receivable.financing.draw",
            domain=Domain("state", "=", "applied") & Domain("applied_on", "<", before),
            action="payt_dunning_financing.action_draw",
            handler=None,
            debtor=SQL("NULL::int"),
            amount=SQL(
                """(SELECT sum(pledge.advance) FROM receivable_pledge pledge
                     WHERE pledge.draw_id = t.id AND pledge.state = 'offered')"""
            ),
            deadline=SQL("(t.applied_on::date + %s)", ANSWER_DAYS),
            about=lambda draw: f"{draw.name}: {draw.financing_id.name}",
            why=lambda draw: env._("Applied for on %s", format_date(env, draw.applied_on)),
            acts=(Act(env._("Paid Out…"), "action_paid", group=GROUP),),
        )

    @api.model
    def _today_financier_payments(self):
        env = self.env
        return Section(
            key="financier_payment",
            title=env._("Payments to financiers to book"),
            model="receivable.pledge.payment",
            domain=Domain("state", "=", "open"),
            action="payt_dunning_financing.action_pledge_payment",
            handler="debtor_id.handler_id",
            deadline=SQL("(t.noted_on + %s)", BOOK_DAYS + 2),
            about=lambda payment: payment.pledge_id.name,
            why=lambda payment: env._(
                "Paid to %(financier)s on %(day)s",
                financier=payment.financing_id.name,
                day=format_date(env, payment.day),
            ),
            acts=(
                Act(env._("It Is Booked…"), "action_booked", group=GROUP),
                Act(env._("Noted by Mistake…"), "action_mistake", group=GROUP),
            ),
        )
