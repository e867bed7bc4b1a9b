from odoo import api, fields, models
from odoo.tools import SQL, split_every

#: Debtors looked at together.
BATCH = 500


class DunningPolicy(models.Model):
    """Who handles the debtors of a policy that nobody else handles."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    handler_id = fields.Many2one(
        "res.users",
        "Handler of Its Debtors",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Gets those debtors that nobody was chosen for, from the next daily run on. "
        "Empty: the company's handler.",
    )


class DunningDebtor(models.Model):
    """Whether a debtor's handler is its own, or its policy's."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    handler_by_policy = fields.Boolean(readonly=True, copy=False)

    def write(self, vals):
        """A handler that somebody chooses stays, whatever the policy says."""
        if "handler_id" in vals and "handler_by_policy" not in vals:
            vals = {**vals, "handler_by_policy": False}
        return super().write(vals)


class DunningDuty(models.AbstractModel):
    """Gives debtors that nobody was chosen for to the handler of their policy, once a day.

    The debtor's own handler comes first, then the policy's, then the company's.
    """

    _name = "dunning.duty"
    _description = "Handlers by Policy"

    @api.model
    def _watch_sql(self, company, day):
        """Whether any policy has a handler, or any debtor one of its policy."""
        return SQL(
            """EXISTS (SELECT FROM dunning_policy WHERE handler_id IS NOT NULL AND active)
               OR EXISTS (SELECT FROM dunning_debtor
                           WHERE company_id = %s AND handler_by_policy)""",
            company.id,
        )

    @api.model
    def _watch(self, company, day):
        """Bring handlers by policy in line with the policies of today."""
        debtors = self.env["dunning.debtor"].search(
            [
                ("company_id", "=", company.id),
                "|",
                ("handler_by_policy", "=", True),
                "&",
                ("handler_id", "=", False),
                ("item_ids.state", "=", "open"),
            ]
        )
        for ids in split_every(BATCH, debtors.ids, list):
            own = debtors.browse(ids)
            policies = self.env["dunning.policy"]._resolve(own)
            for handler, group in own.grouped(
                lambda each, found=policies: self._fit(found[each.id].handler_id, company)
            ).items():
                group.filtered(lambda each, user=handler: each.handler_id != user).write(
                    {"handler_id": handler.id, "handler_by_policy": bool(handler)}
                )

    @api.model
    def _fit(self, handler, company):
        """A handler who works for the company; else nobody."""
        works = handler.active and not handler.share and company in handler.company_ids
        return handler if works else handler.browse()


class DunningDialogue(models.AbstractModel):
    """Handlers by policy are looked at with what the daily run watches."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "dunning.duty"]
