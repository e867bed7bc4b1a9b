from odoo import api, models
from odoo.tools import SQL

from odoo.addons.payt_dunning.models.dunning_payee import Payee


class DunningPayee(models.AbstractModel):
    """Pledged invoices are to be paid where their financier says; a payee's id is its financier's."""

    _inherit = "dunning.payee"

    @api.model
    def _of(self, move_ids):
        found = super()._of(move_ids)
        self.env["receivable.pledge"].flush_model(["state", "move_id", "financing_id"])
        self.env["receivable.financing"].flush_model(["disclosed", "account_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT pledge.move_id, pledge.financing_id
                     FROM receivable_pledge pledge
                     JOIN receivable_financing financing ON financing.id = pledge.financing_id
                    WHERE pledge.move_id = ANY(%s) AND pledge.state = 'pledged'
                      AND (financing.disclosed OR financing.account_id IS NOT NULL)""",
                list(move_ids),
            )
        )
        return {**found, **dict(rows)}

    @api.model
    def _payee(self, payee_id):
        financing = self.env["receivable.financing"].sudo().browse(payee_id).exists()
        if not financing:
            return super()._payee(payee_id)
        number, bank_id, holder = financing._shown_account()
        return Payee(
            payee_id,
            number=number,
            bank_id=bank_id,
            holder=holder,
            notice=financing._notice(number, holder),
            online=financing.pay_online,
        )


class DunningBankAccount(models.Model):
    """Accounts of financiers are confirmed by a second person too."""

    _inherit = "dunning.bank.account"

    @api.model
    def _payee_accounts(self, company):
        financiers = self.env["receivable.financing"].sudo().with_context(active_test=False)
        financiers = financiers.search(
            [("company_id", "in", company.ids), ("account_id", "!=", False)]
        ).filtered(lambda each: each.active or each.pledge_count)
        foreign = financiers.filtered(lambda each: not each._is_own_account())
        return super()._payee_accounts(company) | foreign.account_id
