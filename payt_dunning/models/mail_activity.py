from odoo import api, fields, models
from odoo.fields import Domain


class MailActivity(models.Model):
    """Which tasks are those of follow-up, whatever record they are about."""

    _inherit = "mail.activity"

    dunning_task = fields.Boolean(
        "Task of Follow-up", compute="_compute_dunning_task", search="_search_dunning_task"
    )

    @api.depends("activity_type_id", "res_model", "res_id")
    @api.depends_context("allowed_company_ids")
    def _compute_dunning_task(self):
        domain = self._dunning_domain()
        for activity in self:
            activity.dunning_task = bool(activity.filtered_domain(domain))

    @api.model
    def _search_dunning_task(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._dunning_domain()

    @api.model
    def _dunning_domain(self):
        """Tasks of our kinds; Odoo itself leaves out what is about records of other companies.

        Those about a company's run or mail server are about its contact, which all may read:
        here they are left out where that company is not chosen.
        """
        others = self.env["res.company"].sudo().search([("id", "not in", self.env.companies.ids)])
        elsewhere = Domain("res_model", "=", "res.partner") & Domain(
            "res_id", "in", others.partner_id.ids
        )
        kinds = self.env["dunning.task"].sudo()._all_types()
        return Domain("activity_type_id", "in", kinds) & ~elsewhere
