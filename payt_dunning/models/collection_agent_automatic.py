from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What decides which cases go by themselves: who changes it declares anew.
DECLARED = {"automatic", "automatic_hour", "automatic_daily", "automatic_most"}


class CollectionAgent(models.Model):
    """Offices that get cases by themselves, and who declared that they may."""

    _inherit = "collection.agent"  # pylint: disable=consider-merging-classes-inherited

    automatic = fields.Boolean(
        "Gets Cases by Themselves",
        copy=False,
        help="Once each working day: cases that are ready, pass every check and follow a procedure "
        "that lets them go. The others are proposed.",
    )
    automatic_hour = fields.Integer("From This Hour", default=9, help="Where the company is.")
    automatic_daily = fields.Integer("Cases a Day at Most", default=10)
    automatic_most = fields.Monetary(
        "Claims Up to", default=5000.0, help="Larger ones are proposed. 0: any."
    )
    automatic_by_id = fields.Many2one("res.users", "Declared by", readonly=True, copy=False)
    automatic_on = fields.Date("Declared On", readonly=True, copy=False)
    run_ids = fields.One2many("collection.handover.run", "agent_id", "Days", readonly=True)

    @api.constrains("automatic_hour", "automatic_daily", "automatic_most")
    def _check_automatic(self):
        for agent in self:
            if not 7 <= agent.automatic_hour <= 20:
                raise ValidationError(self.env._("Choose an hour from 7 to 20."))
            if agent.automatic_daily < 1 or agent.automatic_most < 0:
                raise ValidationError(
                    self.env._("At least one case a day, and no amount below zero.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        agents = super().create(vals_list)
        agents.filtered("automatic")._declare()
        return agents

    def write(self, vals):
        """Whoever lets cases go by themselves declares that their dossiers are complete."""
        result = super().write(vals)
        if DECLARED & set(vals):
            self.filtered("automatic")._declare()
        return result

    def _declare(self):
        for agent in self:
            super(CollectionAgent, agent.sudo()).write(
                {"automatic_by_id": self.env.uid, "automatic_on": self._day_of(agent)}
            )

    @api.model
    def _day_of(self, agent):
        return self.env["dunning.message"]._today(agent.company_id)

    def _declared_still(self):
        """Whether who declared it may still do so."""
        self.ensure_one()
        user = self.sudo().automatic_by_id
        return bool(
            user.active
            and user.has_group("payt_dunning.group_dunning_manager")
            and self.company_id in user.company_ids
        )
