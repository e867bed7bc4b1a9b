from odoo import api, fields, models


class ReceivableFinancing(models.Model):
    """What the contract lets the company do with invoices of which debtors know the pledge."""

    _inherit = "receivable.financing"  # pylint: disable=consider-merging-classes-inherited

    may_collect = fields.Boolean(
        "We May Claim Costs and Hand Over",
        tracking=True,
        help="The contract says so. Once debtors are told of a pledge, only the financier may "
        "collect, unless it agreed otherwise (in the Netherlands BW 3:246). Without it reminders "
        "go on, but no costs or interest are claimed, no notice gives a term for them, and "
        "nothing is handed to an office unless somebody overrides it.",
    )


class ReceivablePledge(models.Model):
    _inherit = "receivable.pledge"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _not_ours_to_claim(self, move_ids):
        """Pledges that debtors know of and whose financier did not let us collect.

        :return: by id of the invoice; in one statement
        """
        if not move_ids:
            return {}
        found = self.sudo().search(
            [
                ("move_id", "in", list(move_ids)),
                ("state", "=", "pledged"),
                ("financing_id.disclosed", "=", True),
                ("financing_id.may_collect", "=", False),
            ]
        )
        return {pledge.move_id.id: pledge for pledge in found}


class DunningLaw(models.AbstractModel):
    _inherit = "dunning.law"

    @api.model
    def _mandated(self, rows):
        """Nothing beside the invoice is claimed for what is not ours to claim."""
        rows = super()._mandated(rows)
        barred = self.env["receivable.pledge"]._not_ours_to_claim(
            {row.move_id for row in rows if row.move_id}
        )
        return [row._replace(claims_beside=False) if row.move_id in barred else row for row in rows]


class DunningCharge(models.Model):
    _inherit = "dunning.charge"

    def _check_company_claims(self, rules):
        """Every new claim of costs and interest passes here, whoever makes it."""
        result = super()._check_company_claims(rules)
        moves = self.share_ids.item_id.move_id
        for pledge in self.env["receivable.pledge"]._not_ours_to_claim(moves.ids).values():
            self._refuse(
                self.env._(
                    "%(invoice)s is pledged to %(financier)s, and its contract does not say that "
                    "we may claim this.",
                    invoice=pledge.name,
                    financier=pledge.financing_id.name,
                )
            )
        return result
