"""Paying on the debtor's page: what is paid is chosen there, what it amounts to is not."""

import re

from werkzeug.exceptions import HTTPException

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request
from odoo.tools import SQL, str2bool

from odoo.addons.payment.controllers.portal import PaymentPortal

from .page import HEADERS, ClaimPage, _number, everywhere, reads, refusal

#: What the payment form may send; the amount it sends is not read.
SENT = (
    "reference_prefix",
    "currency_id",
    "partner_id",
    "payment_reference",
    "access_token",
)
#: Characters of a payment's reference.
LONGEST = 60


class ClaimPayment(ClaimPage, PaymentPortal):
    """Choosing, the page with the ways to pay, and beginning a payment online."""

    @reads(everywhere("/pay"), website=True, multilang=False, sitemap=False)
    def claim_pay(self, c=None, i=None, amount="", lang=None, n=None, p=None, **where):
        """The ways to pay what was chosen; what can't be is said on the claim's page."""
        try:
            door, env = self._enter(lang=lang, **where)
        except HTTPException as answer:
            # Raised, it would become Odoo's own page of the website.
            return answer.get_response()
        piles, day = self._piles(door, env)
        pile = next((each for each in piles if each.currency.id == _number(c)), None)
        pile = pile or next(iter(piles), None)
        chosen = request.httprequest.args.getlist("k")
        try:
            self._check_free(door, env)
            plan = env["dunning.page.choice"]._plan_meant(door, piles, n, _number(p), chosen)
            if plan:
                number = _number(n) if n else 0
                pile, choice = env["dunning.page.choice"]._choose_of_plan(piles, plan, number, day)
            else:
                choice = self._choice(env, pile, chosen, amount, _number(i))
        except UserError as problem:
            return self._show(door, env, piles, day, problem=refusal(problem), status=409)
        return self._pay_page(door, env, pile, choice)

    def _choice(self, env, pile, chosen, amount="", invoice_id=0):
        choices = env["dunning.page.choice"]
        if pile is None:
            raise UserError(env._("Nothing of this is open any more: you need not pay."))
        if chosen == ["none"] or (request.params.get("chose") and not chosen):
            raise UserError(env._("Tick at least one line that you want to pay."))
        return choices._choose(pile, chosen, amount or "", invoice_id)

    def _check_free(self, door, env):
        """Refuse a second payment while one is under way."""
        begun = env["dunning.page.choice"]._begun(door.items)
        if begun:
            raise UserError(env["dunning.page.values"]._begun_words(begun[:1]))

    def _pay_page(self, door, env, pile, choice):
        pages = env["dunning.page.values"]
        online = env["dunning.page.choice"]._online(pile, choice)
        values = {
            **self._frame(door, env),
            "payment": pages._payment(door, pile, choice),
            "payment_methods_sudo": env["payment.method"],
            **(self._form(door, env, pile, online) if online else {"request": request}),
        }
        # The status page that follows is Odoo's own: in the same language.
        request.future_response.set_cookie("frontend_lang", env.lang, samesite="Lax")
        request.update_context(lang=env.lang)
        html = env["ir.ui.view"]._render_template("payt_dunning.page_pay", values)
        return request.make_response(html, headers_with_scripts())

    def _form(self, door, env, pile, choice):
        """What Odoo's payment form needs."""
        partner = door.debtor.partner_id
        providers, methods = self._ways(door, env, pile.currency, choice.amount)
        signed = env["dunning.page.choice"]._sign(door, pile, choice)
        return {
            "request": request,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": env["payment.token"],
            "show_tokenize_input_mapping": self._may_collect(providers, choice),
            "mode": "payment",
            "amount": float(choice.amount),
            "currency": pile.currency,
            "partner_id": partner.id,
            "reference_prefix": "",
            "transaction_route": f"{door.path}/transaction/{signed}",
            "landing_route": door.path,
            "access_token": "",  # nosec B105 # empty: no token of Odoo's is needed
            "availability_report": {},
            "display_submit_button": True,
        }

    def _may_collect(self, providers, choice):
        """By which providers the instalments that follow may be collected: ``{id: whether}``.

        Only who pays an instalment of a plan can agree to that; nobody's details are kept else.
        """
        if not choice.plan or not choice.number:
            return dict.fromkeys(providers.ids, False)
        return self._compute_show_tokenize_input_mapping(providers)

    def _ways(self, door, env, currency, amount):
        """Providers and methods by which this can be paid; a transfer is on the page anyway."""
        partner, company = door.debtor.partner_id, door.company
        online = env["ir.config_parameter"].get_param("account_payment.enable_portal_payment")
        if not str2bool(online or "True"):
            return env["payment.provider"], env["payment.method"]
        providers = env["payment.provider"]._get_compatible_providers(
            company.id, partner.id, float(amount), currency_id=currency.id
        )
        providers = providers.filtered(lambda provider: provider.code != "custom")
        methods = env["payment.method"]._get_compatible_payment_methods(
            providers.ids, partner.id, currency_id=currency.id
        )
        return providers, methods

    # -- beginning -----------------------------------------------------------------------------

    @http.route(
        everywhere("/transaction/<string:signed>"),
        type="jsonrpc",
        auth="public",
        methods=["POST"],
    )
    def claim_transaction(  # nosec B107 # empty: none was given
        self, signed, kind=None, record_id=0, token="", scope=None, debtor_id=0, **kwargs
    ):
        """Begin the payment of what was chosen, if it still amounts to the same.

        :return: what the payment form goes on with
        :raises ValidationError: in the debtor's words
        """
        door, env = self._enter(kind, record_id, token, scope, debtor_id)
        try:
            self._check_pace(door, env)
            pile, choice = self._still(door, env, signed)
        except UserError as problem:
            raise ValidationError(refusal(problem)) from None
        self._validate_transaction_kwargs(kwargs, additional_allowed_keys=SENT)
        return self._begin(door, env, pile, choice, kwargs)._get_processing_values()

    def _still(self, door, env, signed):
        """What was chosen, worked out again while nobody else begins a payment."""
        choices = env["dunning.page.choice"]
        currency_id, keys, total, amount, plan_id, number = choices._signed(door, signed)
        # Changed, not only locked: a second click at the same moment begins anew and sees this.
        env.cr.execute(
            SQL(
                "UPDATE dunning_debtor SET payments_begun = coalesce(payments_begun, 0) + 1 "
                "WHERE id = %s",
                door.debtor.id,
            )
        )
        self._check_free(door, env)
        piles, day = self._piles(door, env)
        pile = next((each for each in piles if each.currency.id == currency_id), None)
        if pile is None:
            raise UserError(env._("Nothing of this is open any more: you need not pay."))
        if plan_id:
            plan = env["dunning.payment.plan"].browse(plan_id)
            pile, choice = choices._choose_again(piles, plan, number, amount, day)
            choices._check_online(pile, choice)
            return pile, choice
        choice = choices._choose(pile, list(keys))
        choices._check_online(pile, choice)
        if choice.total != total:
            raise UserError(
                env._("What you owe has changed in the meantime. Go back to see what is open now.")
            )
        return pile, choice._replace(amount=amount)

    def _begin(self, door, env, pile, choice, kwargs):
        """The transaction, begun."""
        providers, methods = self._ways(door, env, pile.currency, choice.amount)
        provider = providers.filtered(lambda each: each.id == kwargs.get("provider_id"))
        method = methods.filtered(lambda each: each.id == kwargs.get("payment_method_id"))
        if not provider or not method or kwargs.get("flow") not in ("redirect", "direct"):
            raise ValidationError(env._("You can't pay this way here. Choose another way."))
        collect = kwargs.get("tokenization_requested") and self._may_collect(provider, choice)
        reference = (
            choice.reference
            if choice.plan
            else env["dunning.page"]._reference(choice.rows, door.notice)
        )
        # Signs that every bank and provider takes; of several invoices the first ones.
        reference = re.sub(r"[^A-Za-z0-9/.]+", "-", reference).strip("-")[:LONGEST]
        return self._create_transaction(
            provider_id=provider.id,
            payment_method_id=method.id,
            token_id=None,
            amount=float(choice.amount),
            currency_id=pile.currency.id,
            partner_id=door.debtor.partner_id.id,
            flow=kwargs["flow"],
            tokenization_requested=bool(collect) and collect[provider.id],
            landing_route=door.path,
            reference_prefix=reference,
            custom_create_values=env["dunning.page.choice"]._transaction_values(door, pile, choice),
        )


def headers_with_scripts():
    """Odoo's payment form needs scripts and pages of providers: no policy of ours for those."""
    return [pair for pair in HEADERS if pair[0] != "Content-Security-Policy"]
