from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.base.models.res_bank import sanitize_account_number


class ReceivableFinancing(models.Model):
    """Where debtors pay what is pledged to a financier, and what they read about it."""

    _inherit = "receivable.financing"  # pylint: disable=consider-merging-classes-inherited

    pledge_count = fields.Integer("Pledged Invoices", compute="_compute_pledge_count")

    def _compute_pledge_count(self):
        counts = dict(
            self.env["receivable.pledge"]._read_group(
                [("financing_id", "in", self.ids), ("state", "=", "pledged")],
                ["financing_id"],
                ["__count"],
            )
        )
        for financing in self:
            financing.pledge_count = counts.get(financing, 0)

    @api.model_create_multi
    def create(self, vals_list):
        financiers = super().create(vals_list)
        financiers.filtered("account_id")._account_changed()
        return financiers

    def write(self, vals):
        shown = ("account_id", "disclosed", "payee_text", "pay_online")
        before = {each: [each[name] for name in shown] for each in self}
        result = super().write(vals)
        changed = self.filtered(lambda each: [each[name] for name in shown] != before[each])
        changed.filtered("account_id")._account_changed()
        pledged = self.env["receivable.pledge"].sudo()
        pledged.search(
            [("financing_id", "in", changed.ids), ("state", "=", "pledged")]
        )._payee_changed(any_payee=True)
        return result

    # -- the account ---------------------------------------------------------------------------------

    def _is_own_account(self):
        return self.sudo().account_id.partner_id == self.sudo().company_id.partner_id

    def _account_changed(self):
        """Somebody else than who entered it confirms an account that debtors are to pay to."""
        rows = self.env["dunning.bank.account"]
        for financing in self.sudo():
            company = financing.company_id
            if not company.dunning_live_since:
                continue
            rows._propose(company, financing.account_id, for_payee=not financing._is_own_account())
            financing._ask_to_confirm()

    def _ask_to_confirm(self):
        self.env["dunning.bank.account"]._ask_to_confirm(self.sudo().company_id)

    def _shown_account(self):
        """The account that debtors may see: its number, its id, in whose name it is.

        Without one of its own it is the company's. An empty number: none may be shown.
        """
        financing = self.sudo()
        rows, company, account = (
            self.env["dunning.bank.account"],
            financing.company_id,
            financing.account_id,
        )
        if account and not self._is_own_account():
            number = rows._payee_number(company, account)
        else:
            printed = [(account.id, account.acc_number)] if account else []
            bank_id, number = rows._numbers(company).pick(printed)
            account = account.browse(bank_id).exists()
        holder = account.acc_holder_name or account.partner_id.name or company.name
        return number, account.id or 0, holder

    def _account_waits(self):
        """Whether debtors of a live company can't be told yet where to pay."""
        financing = self.sudo()
        if not financing.account_id or not financing.company_id._dunning_is_live():
            return False
        number, _bank_id, _holder = self._shown_account()
        return sanitize_account_number(number) != financing.account_id.sanitized_acc_number

    # -- what debtors read ---------------------------------------------------------------------------

    def _notice(self, number, holder):
        """What debtors are told in the language of the environment; nothing where they aren't.

        :param number: of the account, as they may see it
        """
        financing = self.sudo()
        if not financing.disclosed or not number:
            return ""
        text = (financing.payee_text or "").strip() or self._usual_notice()
        words = {
            "{financier}": financing.partner_id.name or financing.name,
            "{account}": number,
            "{holder}": holder,
        }
        for name, value in words.items():
            text = text.replace(name, value)
        return text

    def _usual_notice(self):
        if self.account_id and not self._is_own_account():
            return self.env._(
                "What you owe here has been pledged to {financier}. Please pay it to account "
                "{account} in the name of {holder}."
            )
        return self.env._(
            "What you owe here has been pledged to {financier}. You can pay it as usual, to "
            "account {account}."
        )

    # -- reports now ---------------------------------------------------------------------------------

    def action_report_now(self):
        """Look what changed of what is pledged, and make reports of it now instead of tonight."""
        self.env["receivable.financing.draw"]._check_group()
        self.check_access("read")
        pledges = self.env["receivable.pledge"].sudo()
        pledges.search(
            pledges._to_watch() & Domain("financing_id", "in", self.ids), order="id"
        )._look()
        reports = self.env["receivable.financing.report"].sudo()
        reports._report_all(self.sudo())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reports"),
            "res_model": "receivable.financing.report",
            "view_mode": "list,form",
            "domain": [("financing_id", "in", self.ids), ("state", "!=", "sent")],
        }
