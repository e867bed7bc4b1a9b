from odoo import api, models


class DunningTask(models.AbstractModel):
    """Tasks about channels that don't work, and about numbers and postal addresses that failed."""

    _inherit = "dunning.task"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _channel_answers(self, companies, way, broken):
        """A channel was used: managers are told where it does not work, once; else that is over.

        :param companies: for which it was used
        :param way: the channel, see :class:`~.dunning_way.DunningWay`
        :param broken: ids of the companies where it does not work now
        """
        code = way._name.rpartition(".")[2]
        for company in companies:
            name = self.env["dunning.channel"].search([("code", "=", code)]).name or code
            if company.id in broken:
                self._ask(
                    company.partner_id,
                    "channel",
                    lambda env, name=name: env._(
                        "“%s” does not work: its messages wait. Look at what went wrong", name
                    ),
                    company=company,
                    managers=True,
                )
            elif not self._waits_elsewhere(company, code):
                self._done(company.partner_id, "channel")

    @api.model
    def _waits_elsewhere(self, company, code):
        """Whether messages of a company wait because another channel than ``code`` does not work."""
        return self.env["dunning.notice"].search_count(
            [
                ("company_id", "=", company.id),
                ("state", "=", "queued"),
                ("failure", "!=", False),
                ("channel", "not in", (code, "email")),
            ],
            limit=1,
        )

    @api.model
    def _with_wrong_address(self, debtors):
        """Also those of ``debtors`` with a contact whose number or postal address failed."""
        return super()._with_wrong_address(debtors) | self.env[
            "dunning.failed.address"
        ].sudo()._still_had(debtors)
