from odoo import fields, models
from odoo.exceptions import UserError

from ..models.dunning_readiness import CHECKS, CONFIRMED_BY_PEOPLE, STATES


class DunningChecklistLine(models.TransientModel):
    """One check, with what was found and the way to where it is mended."""

    _name = "dunning.checklist.line"
    _description = "Check Before Going Live"
    _order = "sequence"

    checklist_id = fields.Many2one(
        "dunning.checklist", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    code = fields.Selection(CHECKS, "Check", required=True, readonly=True)
    state = fields.Selection(STATES, "How It Is", required=True, readonly=True)
    found = fields.Text("What Was Found", readonly=True)
    can_open = fields.Boolean(readonly=True)
    can_take_over = fields.Boolean(readonly=True, help="What was sent there can be read.")

    def _company(self):
        """The company it is about, if the user may decide about its sending."""
        self.ensure_one()
        self.checklist_id._check_dunning_manager()
        return self.checklist_id.company_id

    def action_open(self):
        """Go to where it is mended."""
        company = self._company()
        waits = self.code == "account" and self.env["dunning.bank.account"]._waiting(company)
        if self.code in ("company", "account", "sender") and not waits:
            return {
                "type": "ir.actions.act_window",
                "res_model": "res.partner",
                "res_id": company.partner_id.id,
                "views": [(False, "form")],
            }
        places = {
            "account": ("payt_dunning.action_dunning_bank_account", {}),
            "policy": ("payt_dunning.action_dunning_policy", {}),
            "server": ("base.action_ir_mail_server_list", {}),
            "bank": ("account.open_account_journal_dashboard_kanban", {}),
            "channels": ("payt_dunning.action_dunning_settings", {}),
            "holidays": ("payt_dunning.action_dunning_closure", {}),
            "others": ("base.open_module_tree", {}),
            "kinds": (
                "payt_dunning.action_dunning_debtor",
                {"context": {"search_default_open": 1, "search_default_by_kind": 1}},
            ),
            "terms": ("account.action_payment_term_form", {}),
            "backlog": (
                "payt_dunning.action_dunning_item",
                {"context": {"search_default_open": 1, "search_default_late": 1}},
            ),
            "first": ("payt_dunning.action_dunning_preview", {}),
        }
        if self.code in ("excluded", "opening"):
            return self._left_out(company)
        if self.code not in places:
            raise UserError(self.env._("This is not mended in Odoo."))
        xmlid, more = places[self.code]
        return {**self.env["ir.actions.actions"]._for_xml_id(xmlid), **more}

    def _left_out(self, company):
        """The journal items that the ledger excludes, as an action."""
        rules = self.env["dunning.first.run"]
        domain = rules._opening_domain(company)
        if self.code == "excluded":
            domain = rules._left_out(company) & ~rules._opening_domain(company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Left Out by the Ledger"),
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
        }

    def action_confirm(self):
        """Confirm what no program can see."""
        self._company()
        if self.code not in CONFIRMED_BY_PEOPLE:
            raise UserError(self.env._("This is looked at, not confirmed."))
        self.checklist_id._keep(self.code, self.checklist_id._signature())
        return self.checklist_id.action_look_again()

    def action_take_back(self):
        """Confirm it no longer."""
        self._company()
        if self.code in CONFIRMED_BY_PEOPLE:
            self.checklist_id._keep(self.code, None)
        return self.checklist_id.action_look_again()

    def action_test_message(self):
        """Send a test message to the user."""
        self._company()
        return self.checklist_id.action_test_message()

    def action_take_over(self):
        """Take over what Credit Control has sent, before it goes."""
        self._company()
        return self.env["dunning.takeover.wizard"]._open()

    def action_take_in(self):
        """Follow up on opening balances too."""
        company = self._company()
        self.env["dunning.first.run"].sudo()._take_in_opening(company)
        return self.checklist_id.action_look_again()
