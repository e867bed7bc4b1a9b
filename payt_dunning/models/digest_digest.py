from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..rules.figures.collection import count_back
from ..rules.figures.values import share
from ..tools import exact
from .dunning_figures import MONTHS_BACK

#: Where a line of the mail leads to.
PLACES = {
    "kpi_dunning_overdue": "payt_dunning.action_dunning_figures",
    "kpi_dunning_dso": "payt_dunning.action_dunning_figures",
    "kpi_dunning_promises": "payt_dunning.action_dunning_figures_promises",
    "kpi_dunning_unanswered": "payt_dunning.action_dunning_question",
    "kpi_dunning_sent": "payt_dunning.action_dunning_notice",
}


class DigestDigest(models.Model):
    """Figures of follow-up in Odoo's regular mail, with what they were in the span before."""

    _inherit = "digest.digest"

    kpi_dunning_overdue = fields.Boolean("Overdue Receivables")
    kpi_dunning_overdue_value = fields.Monetary(compute="_compute_kpi_dunning_overdue_value")
    kpi_dunning_dso = fields.Boolean("DSO in Days")
    kpi_dunning_dso_value = fields.Float(compute="_compute_kpi_dunning_dso_value")
    kpi_dunning_promises = fields.Boolean("Promises Kept in %")
    kpi_dunning_promises_value = fields.Float(compute="_compute_kpi_dunning_promises_value")
    kpi_dunning_unanswered = fields.Boolean("Unanswered Messages of Debtors")
    kpi_dunning_unanswered_value = fields.Integer(compute="_compute_kpi_dunning_unanswered_value")
    kpi_dunning_sent = fields.Boolean("Messages Sent to Debtors")
    kpi_dunning_sent_value = fields.Integer(compute="_compute_kpi_dunning_sent_value")

    @api.model
    def _dunning_span(self):
        """First moment, end and companies; refused for who may not see them.

        :raises AccessError: for who is no collector of all of these companies; the mail is then
            without these figures
        """
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors see the figures."))
        start, end, companies = self._get_kpi_compute_parameters()
        if companies - self.env.user.company_ids:
            raise AccessError(self.env._("You see the figures of your own companies only."))
        return start, end, companies

    @api.model
    def _dunning_ages(self, company, end):
        """The day on which a span ends, and what was open on it."""
        today = self.env["dunning.message"]._today(company)
        day = min(fields.Date.to_date(end) or today, today)
        return day, self.env["dunning.ledger"].sudo()._ages(company, [day])[day]

    @api.depends_context("start_datetime", "end_datetime")
    def _compute_kpi_dunning_overdue_value(self):
        _start, end, _companies = self._dunning_span()
        for digest in self:
            _day, rows = self._dunning_ages(digest.company_id or self.env.company, end)
            digest.kpi_dunning_overdue_value = sum(
                amount for late, amount, _count in rows if late and amount > 0
            )

    @api.depends_context("start_datetime", "end_datetime")
    def _compute_kpi_dunning_dso_value(self):
        """Where it is not known the mail is without it: 0 days would be praise."""
        _start, end, _companies = self._dunning_span()
        for digest in self:
            company = digest.company_id or self.env.company
            day, rows = self._dunning_ages(company, end)
            first = day - timedelta(days=31 * MONTHS_BACK)
            sales = self.env["dunning.ledger"].sudo()._sales(company, first, day)
            months = self.env["dunning.figures"]._months(sales, day)
            dso = count_back(sum(amount for _late, amount, _count in rows), months)
            if dso.value is None:
                raise AccessError(self.env["dunning.figures.words"]._why_not(dso))
            digest.kpi_dunning_dso_value = round(float(dso.value), 1)

    @api.depends_context("start_datetime", "end_datetime")
    def _compute_kpi_dunning_promises_value(self):
        start, end, companies = self._dunning_span()
        rows = (
            self.env["dunning.promise"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "in", companies.ids),
                    ("deadline", ">=", start),
                    ("deadline", "<", end),
                    ("state", "in", ("kept", "broken")),
                ],
                ["company_id", "state"],
                ["__count"],
            )
        )
        counts = {(company, state): count for company, state, count in rows}
        for digest in self:
            company = digest.company_id or self.env.company
            kept, broken = (counts.get((company, state), 0) for state in ("kept", "broken"))
            value = share(exact(kept), exact(kept + broken)).value
            digest.kpi_dunning_promises_value = round(float(value or 0), 1)

    @api.depends_context("start_datetime", "end_datetime")
    def _compute_kpi_dunning_unanswered_value(self):
        """All that waited when the span ended, whenever it was asked."""
        _start, end, companies = self._dunning_span()
        rows = (
            self.env["dunning.question"]
            .sudo()
            ._read_group(
                Domain("company_id", "in", companies.ids)
                & Domain("asked_on", "<", end)
                & (Domain("state", "=", "open") | Domain("answered_on", ">=", end)),
                ["company_id"],
                ["__count"],
            )
        )
        counts = dict(rows)
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_dunning_unanswered_value = counts.get(company, 0)

    @api.depends_context("start_datetime", "end_datetime")
    def _compute_kpi_dunning_sent_value(self):
        self._dunning_span()
        self.sudo()._calculate_company_based_kpi(
            "dunning.notice",
            "kpi_dunning_sent_value",
            date_field="sent_at",
            additional_domain=[("state", "in", ("sent", "returned"))],
        )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("payt_dunning.menu_dunning_root").id
        for name, place in PLACES.items():
            actions[name] = f"{place}?menu_id={menu}"
        return actions
