from odoo import api, models

from .insurance import insure

#: Invoices of the draw that is paid out, and of the one that waits for an answer.
PAID, OFFERED = 5, 3


class DunningDemo(models.AbstractModel):
    """A draw that is paid out, one that waits for an answer, and a report to be sent."""

    _inherit = "dunning.demo"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _go_live(self):
        result = super()._go_live()
        for company in self._demo_companies()[:1]:
            drawn = self.env["receivable.financing.draw"].search_count(
                [("company_id", "=", company.id)], limit=1
            )
            check = self.env["receivable.financing.check"].search(
                [("company_id", "=", company.id), ("qualifies", "=", True), ("room", ">", 0)],
                limit=1,
            )
            if check and not drawn:
                manager = self.env["res.users"].search([("login", "=", "manager")], limit=1)
                self.with_user(manager or self.env.user).sudo()._load_draws(check)
        return result

    @api.model
    def _after_run(self):
        result = super()._after_run()
        insure(self.env)
        return result

    @api.model
    def _load_draws(self, check):
        """Draw on some invoices twice; one of those that are pledged is paid since."""
        draws = self.env["receivable.financing.draw"]
        draw = draws._from_check(check.with_env(self.env))
        asked = draw.pledge_ids.filtered(lambda each: each.state == "proposed")
        asked = asked.sorted("amount", reverse=True)
        taken = asked[:PAID]
        (asked - taken).action_take_out()
        draw._offer(draw._look_at_offer()[0].mark())
        outcome = draw._look_at_payout()
        amount = round(float(outcome.advance()) - 75.0, 2)
        day = self.env["dunning.message"]._today(check.company_id)
        draw._pay_out(day, amount, self.env._("Fee of 75.00"), outcome.mark())

        second = draws._from_check(check.financing_id._check().sudo())
        asked = second.pledge_ids.filtered(lambda each: each.state == "proposed")
        (asked - asked.sorted("amount", reverse=True)[:OFFERED]).action_take_out()
        second._offer(second._look_at_offer()[0].mark())

        paid = taken.filtered(lambda each: each.state == "pledged")[-1:]
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.move_id.ids
        )
        register.create({})._create_payments()
        self.env["receivable.pledge"].search([("state", "=", "pledged")])._look()
        self.env["receivable.financing.report"]._report_all()
