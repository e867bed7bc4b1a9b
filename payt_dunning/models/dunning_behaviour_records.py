from odoo import api, models
from odoo.fields import Domain


class DunningBehaviour(models.Model):
    """The records behind the figures of how a debtor pays."""

    _inherit = "dunning.behaviour"  # pylint: disable=consider-merging-classes-inherited

    def _list(self, xmlid, domain):
        """A list action, of some of its records."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": domain, "context": {"create": False}}

    @api.model
    def _rows_of(self, companies, owners):
        """How commercial partners pay companies, as stored: ``{(company id, partner id): row}``."""
        found = self.search([("company_id", "in", companies.ids), ("partner_id", "in", owners.ids)])
        return {(row.company_id.id, row.partner_id.id): row for row in found}

    def _class_told(self):
        """The class in force, or the one that is proposed and that nobody decided yet."""
        if self.to_decide and not self.class_id:
            return self.env._("%s (proposed)", self.proposed_class_id.name)
        return (self.class_id or self.proposed_class_id).name

    def _form(self):
        """How a debtor pays, with every figure."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Behaviour"),
            "res_model": "dunning.behaviour",
            "res_id": self[:1].id,
            "views": [(False, "form")],
        }

    def action_debtor(self):
        """What is followed up of this debtor."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.debtor",
            "res_id": self.debtor_id.id,
            "views": [(False, "form")],
        }

    def action_invoices(self):
        """The invoices that were due since the day it looks back to."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("commercial_partner_id", "=", self.partner_id.id)
        domain &= Domain("move_type", "in", ("out_invoice", "out_receipt"))
        domain &= Domain("state", "=", "posted")
        if self.since:
            domain &= Domain("invoice_date_due", ">=", self.since)
        return self._list("account.action_move_out_invoice_type", domain)

    def action_promises(self):
        """Its promises whose day has come."""
        return self._list(
            "payt_dunning.action_dunning_promise",
            Domain("debtor_id", "=", self.debtor_id.id) & Domain("state", "in", ("kept", "broken")),
        )

    def action_plans(self):
        """Its payment plans that were kept or lapsed."""
        return self._list(
            "payt_dunning.action_dunning_payment_plan",
            Domain("debtor_id", "=", self.debtor_id.id)
            & Domain("state", "in", ("completed", "lapsed")),
        )

    def action_disputes(self):
        """Its disputes."""
        return self._list(
            "payt_dunning.action_dunning_dispute",
            Domain("debtor_id", "=", self.debtor_id.id) & Domain("state", "!=", "withdrawn"),
        )
