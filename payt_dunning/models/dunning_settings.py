from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class DunningSettingsMixin(models.AbstractModel):
    """What a company decides about its follow-up, and going live.

    Shown in two places: for administrators with Odoo's other settings, for follow-up managers
    in a form of their own.
    """

    _name = "dunning.settings.mixin"
    _description = "Follow-up Settings of a Company"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    dunning_is_live = fields.Boolean(compute="_compute_dunning_is_live")
    dunning_automatic = fields.Boolean(related="company_id.dunning_automatic", readonly=False)
    dunning_has_alias_domain = fields.Boolean(compute="_compute_dunning_is_live")
    dunning_handler_id = fields.Many2one(related="company_id.dunning_handler_id", readonly=False)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    dunning_write_off_limit = fields.Monetary(
        related="company_id.dunning_write_off_limit",
        readonly=False,
        currency_field="company_currency_id",
    )
    dunning_write_off_account_id = fields.Many2one(
        related="company_id.dunning_write_off_account_id", readonly=False
    )
    dunning_charge_booking = fields.Selection(
        related="company_id.dunning_charge_booking", readonly=False
    )
    dunning_charge_journal_id = fields.Many2one(
        related="company_id.dunning_charge_journal_id", readonly=False
    )
    dunning_costs_account_id = fields.Many2one(
        related="company_id.dunning_costs_account_id", readonly=False
    )
    dunning_interest_account_id = fields.Many2one(
        related="company_id.dunning_interest_account_id", readonly=False
    )
    dunning_charge_tax_id = fields.Many2one(
        related="company_id.dunning_charge_tax_id", readonly=False
    )
    dunning_agent_expense_account_id = fields.Many2one(
        related="company_id.dunning_agent_expense_account_id", readonly=False
    )
    dunning_agent_income_account_id = fields.Many2one(
        related="company_id.dunning_agent_income_account_id", readonly=False
    )
    dunning_agent_tax_id = fields.Many2one(
        related="company_id.dunning_agent_tax_id", readonly=False
    )
    dunning_waive_limit = fields.Monetary(
        related="company_id.dunning_waive_limit",
        readonly=False,
        currency_field="company_currency_id",
    )
    dunning_waive_paid = fields.Boolean(related="company_id.dunning_waive_paid", readonly=False)
    dunning_waive_paid_days = fields.Integer(
        related="company_id.dunning_waive_paid_days", readonly=False
    )
    dunning_bills = fields.Selection(related="company_id.dunning_bills", readonly=False)
    dunning_people = fields.Selection(related="company_id.dunning_people", readonly=False)
    dunning_policy_id = fields.Many2one(related="company_id.dunning_policy_id", readonly=False)
    dunning_send_days = fields.Selection(related="company_id.dunning_send_days", readonly=False)
    # A related field does not take the domain of the other along.
    dunning_channel_ids = fields.Many2many(
        related="company_id.dunning_channel_ids",
        readonly=False,
        domain="[('optional', '=', True)]",
    )
    dunning_text_from = fields.Float(related="company_id.dunning_text_from", readonly=False)
    dunning_text_until = fields.Float(related="company_id.dunning_text_until", readonly=False)
    dunning_call_from = fields.Float(related="company_id.dunning_call_from", readonly=False)
    dunning_call_until = fields.Float(related="company_id.dunning_call_until", readonly=False)
    dunning_spread = fields.Boolean(related="company_id.dunning_spread", readonly=False)
    dunning_behaviour_months = fields.Integer(
        related="company_id.dunning_behaviour_months", readonly=False
    )
    dunning_behaviour_least = fields.Integer(
        related="company_id.dunning_behaviour_least", readonly=False
    )
    dunning_behaviour_tolerance = fields.Integer(
        related="company_id.dunning_behaviour_tolerance", readonly=False
    )
    dunning_day_cap = fields.Integer(related="company_id.dunning_day_cap", readonly=False)
    dunning_tz = fields.Selection(related="company_id.partner_id.tz", readonly=False)
    dunning_hour_from = fields.Float(related="company_id.dunning_hour_from", readonly=False)
    dunning_hour_until = fields.Float(related="company_id.dunning_hour_until", readonly=False)
    dunning_receipt_days = fields.Integer(related="company_id.dunning_receipt_days", readonly=False)
    dunning_bank_gate = fields.Boolean(related="company_id.dunning_bank_gate", readonly=False)
    dunning_page_on_invoice = fields.Boolean(
        related="company_id.dunning_page_on_invoice", readonly=False
    )
    dunning_letter_window = fields.Selection(
        related="company_id.dunning_letter_window", readonly=False
    )
    dunning_letter_double_sided = fields.Boolean(
        related="company_id.dunning_letter_double_sided", readonly=False
    )
    dunning_letter_answer = fields.Char(related="company_id.dunning_letter_answer", readonly=False)
    dunning_letter_daily = fields.Boolean(related="company_id.dunning_letter_daily", readonly=False)
    dunning_require_sent = fields.Boolean(related="company_id.dunning_require_sent", readonly=False)
    dunning_backlog_days = fields.Integer(related="company_id.dunning_backlog_days", readonly=False)
    dunning_backlog_call_days = fields.Integer(
        related="company_id.dunning_backlog_call_days", readonly=False
    )
    dunning_offset_payables = fields.Boolean(
        related="company_id.dunning_offset_payables", readonly=False
    )
    dunning_answer_days = fields.Integer(related="company_id.dunning_answer_days", readonly=False)
    dunning_dispute_days = fields.Integer(related="company_id.dunning_dispute_days", readonly=False)
    dunning_acknowledge = fields.Boolean(related="company_id.dunning_acknowledge", readonly=False)
    dunning_terms_agreed = fields.Boolean(related="company_id.dunning_terms_agreed", readonly=False)
    dunning_terms_document = fields.Char(
        related="company_id.dunning_terms_document", readonly=False
    )
    dunning_costs_from = fields.Selection(related="company_id.dunning_costs_from", readonly=False)
    dunning_interest_from = fields.Selection(
        related="company_id.dunning_interest_from", readonly=False
    )
    dunning_uses_collector = fields.Boolean(
        related="company_id.dunning_uses_collector", readonly=False
    )
    dunning_cannot_deduct = fields.Boolean(
        related="company_id.dunning_cannot_deduct", readonly=False
    )
    dunning_vat_declared = fields.Boolean(related="company_id.dunning_vat_declared", readonly=False)
    dunning_for_others = fields.Boolean(related="company_id.dunning_for_others", readonly=False)
    dunning_register_number = fields.Char(
        related="company_id.dunning_register_number", readonly=False
    )
    dunning_complaints_contact = fields.Char(
        related="company_id.dunning_complaints_contact", readonly=False
    )
    dunning_complaints_email = fields.Char(
        related="company_id.dunning_complaints_email", readonly=False
    )
    dunning_complaints_phone = fields.Char(
        related="company_id.dunning_complaints_phone", readonly=False
    )
    dunning_abnormal_factor = fields.Float(
        related="company_id.dunning_abnormal_factor", readonly=False
    )

    def _compute_dunning_is_live(self):
        for settings in self:
            settings.dunning_is_live = settings.company_id._dunning_is_live()
            settings.dunning_has_alias_domain = bool(settings.company_id.alias_domain_id)

    def _check_dunning_manager(self):
        """Follow-up managers decide about sending, each for the companies they work for."""
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can switch sending on or off."))
        if strange := self.company_id - self.env.user.company_ids:
            raise AccessError(
                self.env._("You don't work for %s.", ", ".join(strange.sudo().mapped("name")))
            )

    def action_dunning_go_live(self):
        """Let the daily run of this company send."""
        self._check_dunning_manager()
        self._refuse_unready()
        self.company_id._dunning_go_live()
        return {"type": "ir.actions.client", "tag": "reload"}

    def _refuse_unready(self):
        """Refuse to go live while the checklist has something that must be mended first."""
        names = dict(
            self.env["dunning.checklist.line"]._fields["code"]._description_selection(self.env)
        )
        for company in self.company_id:
            findings = self.env["dunning.readiness"]._all(company)
            wrong = [names[code] for code, (state, _words) in findings.items() if state == "mend"]
            if wrong:
                raise UserError(self.env._("First mend what is marked so: %s.", ", ".join(wrong)))

    def action_dunning_stop_live(self):
        """Stop all sending for this company."""
        self._check_dunning_manager()
        self.company_id._dunning_stop_live()
        return {"type": "ir.actions.client", "tag": "reload"}
