from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

#: Set by nobody by hand.
NOTED = {"automatic_by_id", "automatic_on"}
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
        """Whoever lets cases go by themselves declares that their dossiers are complete."""
        return super().create([self._declared_in(vals) for vals in vals_list])

    def write(self, vals):
        """Whoever changes which cases go declares it anew."""
        return super().write(self._declared_in(vals))

    @api.model
    def _declared_in(self, vals):
        """Values with who declares, where they decide which cases go by themselves."""
        if not self.env.su and NOTED & set(vals):
            raise AccessError(self.env._("Who declared it is noted by the system."))
        if not DECLARED & set(vals):
            return vals
        return {
            **vals,
            "automatic_by_id": self.env.uid,
            "automatic_on": fields.Date.context_today(self),
        }

    def _declared_still(self):
        """Whether who declared it may still do so."""
        self.ensure_one()
        user = self.sudo().automatic_by_id
        return bool(
            user.active
            and user.has_group("payt_dunning.group_dunning_manager")
            and self.company_id in user.company_ids
        )
