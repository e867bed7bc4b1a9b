"""My Account: what portal users have open, and the way there from Odoo's own pages."""

from odoo.http import request, route

from odoo.addons.account_payment.controllers.portal import PortalAccount

from .page import DebtorPages


class PortalClaims(DebtorPages, PortalAccount):
    """Everything open of the company that a portal user belongs to."""

    def _claim_debtors(self):
        """The user's own company as debtor, once for each of our companies."""
        owner = request.env.user.partner_id.commercial_partner_id
        debtors = request.env["dunning.debtor"].sudo().search([("partner_id", "=", owner.id)])
        return debtors.filtered("open_count")

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "dunning_open_count" in counters:
            values["dunning_open_count"] = sum(self._claim_debtors().mapped("open_count"))
        return values

    @route("/my/claims", type="http", auth="user", methods=["GET"], readonly=True)
    def my_claims(self, **_rest):
        """What is open with each company; with one there is nothing to choose."""
        debtors = self._claim_debtors()
        if len(debtors) == 1:
            return request.redirect(f"/my/claims/{debtors.id}")
        env = request.env(su=True)
        env = env(context={**env.context, "lang": self._language(None, request.env.user.lang)})
        values = {
            "lang": env.lang.replace("_", "-"),
            "debtors": [(debtor.id, debtor.company_id.name) for debtor in debtors],
        }
        return self._answer(env, "payt_dunning.page_debtors", values)

    @route()
    def portal_my_overdue_invoices(self, *_args, **_kw):
        """Odoo's own page asks for the whole amount of invoices that are partly paid: ours."""
        return request.redirect("/my/claims")
