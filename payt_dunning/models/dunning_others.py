from odoo import api, fields, models


class ResCompany(models.Model):
    """What happens once another module that chases debtors is installed beside a live company."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_stopped_by = fields.Char(
        readonly=True,
        copy=False,
        help="Modules that send reminders too, because of which sending stopped.",
    )

    def _dunning_stop_for_others(self):
        """Companies that are live beside another module go back to test mode.

        What that one sends nobody knows here: somebody looks at it and goes live again.
        """
        others = self._dunning_other_follow_up()
        live = self.sudo().filtered(lambda company: others and company._dunning_is_switched_on())
        live._dunning_stop_live()
        live.dunning_stopped_by = ", ".join(each.shortdesc or each.name for each in others)

    def _dunning_is_switched_on(self):
        """Whether it went live in this very database, whatever else keeps messages from leaving."""
        uuid = self.sudo().dunning_live_uuid
        return bool(uuid) and uuid == self._dunning_database_uuid()

    def _dunning_go_live(self):
        """What stopped them is over."""
        result = super()._dunning_go_live()
        self.sudo().dunning_stopped_by = False
        return result

    def _dunning_silence(self):
        """Why a company that went live sends nothing, in words; empty where it sends, or never did."""
        self.ensure_one()
        company, others = self.sudo(), self._dunning_other_follow_up()
        if others and (company.dunning_stopped_by or company._dunning_is_switched_on()):
            return self.env._(
                "%(company)s sends nothing: %(modules)s sends reminders too, and your debtors "
                "would get two. Uninstall it, then go live again.",
                company=company.name,
                modules=", ".join(each.shortdesc or each.name for each in others),
            )
        if company.dunning_stopped_by and not company._dunning_is_live():
            return self.env._(
                "%(company)s sends nothing since %(modules)s was installed, which sent reminders "
                "too. Look at what it sent, then go live again.",
                company=company.name,
                modules=company.dunning_stopped_by,
            )
        return ""


class DunningSettingsMixin(models.AbstractModel):
    """Settings and checklist say it."""

    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_silence = fields.Char(compute="_compute_dunning_silence")

    @api.depends("company_id")
    def _compute_dunning_silence(self):
        for settings in self:
            settings.dunning_silence = settings.company_id._dunning_silence()


class DunningRun(models.Model):
    """The daily run looks before it begins."""

    _inherit = "dunning.run"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _begun(self, company, ordered=None):
        company._dunning_stop_for_others()
        return super()._begun(company, ordered)


class DunningTask(models.AbstractModel):
    """A manager is asked."""

    _inherit = "dunning.task"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _ask_to_approve(self, run):
        result = super()._ask_to_approve(run)
        company = run.company_id
        if not company._dunning_silence():
            self._done(company.partner_id, "others")
            return result
        self._ask(
            company.partner_id,
            "others",
            lambda env: company.with_env(env)._dunning_silence(),
            company=company,
            managers=True,
        )
        return result
