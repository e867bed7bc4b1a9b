"""The debtor's page: what somebody sees who opens the address in a message."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

#: Nothing of these pages is kept by caches, framed, indexed or told to others.
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    ),
]
CLAIM = "/claim/<any(m,i):kind>/<int:record_id>/<string:token>"
LANGUAGE_FOR = 30 * 24 * 3600


class DebtorPages(http.Controller):
    """What all pages of debtors have in common."""

    def _enter(self, kind, record_id, token, lang=None):
        """The door that an address opens, in an environment in the reader's language.

        :return: :class:`~..models.dunning_page_door.Door`, and the environment
        :raises NotFound: for an address that opens nothing
        """
        env = request.env(su=True)
        door = env["dunning.page.door"]._open(kind, record_id, token)
        if not door:
            raise self._nowhere(lang)
        return door, self._localized(door, lang)

    def _localized(self, door, lang=None):
        """The environment for a door: in the reader's language, in the door's company."""
        company = door.company
        debtor_lang = door.notice.lang or door.debtor.partner_id.lang or company.partner_id.lang
        env = request.env(su=True)
        chosen = self._language(lang, debtor_lang)
        return env(
            context={
                **env.context,
                "lang": chosen,
                "allowed_company_ids": company.ids,
                "tz": company.partner_id.tz or "UTC",
            }
        )

    def _language(self, lang, default=None):
        """The language to answer in: chosen now, chosen before, the debtor's, the browser's."""
        installed = dict(request.env(su=True)["res.lang"].get_installed())
        if lang in installed:
            request.future_response.set_cookie(
                "claim_lang", lang, max_age=LANGUAGE_FOR, samesite="Lax", httponly=True
            )
        before = request.cookies.get("claim_lang")
        wanted = (lang, before, default, request.best_lang, "en_US")
        return next((code for code in wanted if code in installed), next(iter(installed)))

    def _nowhere(self, lang=None):
        """The answer to an address that opens nothing: it tells nothing."""
        env = request.env(su=True)
        env = env(context={**env.context, "lang": self._language(lang)})
        values = {"lang": env.lang.replace("_", "-"), "state": "unknown"}
        return NotFound(response=self._answer(env, "payt_dunning.page_closed", values, 404))

    def _answer(self, env, template, values, status=200):
        """A whole page as a response."""
        html = env["ir.qweb"]._render(template, values)
        response = request.make_response(f"<!DOCTYPE html>\n{html}", HEADERS, status=status)
        return response

    def _closed(self, door, env, state):
        """The page of a door behind which nothing may be shown, which says why."""
        values = env["dunning.page.values"]._frame(door.company, door.path, env.lang)
        status = 410 if state == "replaced" else 200
        return self._answer(env, "payt_dunning.page_closed", {**values, "state": state}, status)

    def _piles(self, door, env):
        """What lies behind a door, and today where its company is."""
        day = env["dunning.message"]._today(door.company)
        debtor, items = (record.with_env(env) for record in (door.debtor, door.items))
        return env["dunning.page"]._piles(debtor, items, day), day


class ClaimPage(DebtorPages):
    """The page of one message, or of one invoice."""

    @http.route(
        CLAIM, type="http", auth="public", methods=["GET"], readonly=True, save_session=False
    )
    def claim(self, kind, record_id, token, lang=None, i=None, page=None, **_rest):
        """What the message is about, and how to pay it."""
        door, env = self._enter(kind, record_id, token, lang)
        if door.replaced:
            return self._closed(door, env, "replaced")
        piles, day = self._piles(door, env)
        if not door.items:
            return self._closed(door, env, "empty")
        if env["dunning.page"]._is_over(door.items, day):
            return self._closed(door, env, "settled")
        return self._show(door, env, piles, day, chosen=_number(i), page=_number(page) or 1)

    def _show(self, door, env, piles, day, problem="", status=200, **options):
        """The page of a claim.

        :param problem: what went wrong before, in the reader's words
        """
        pages = env["dunning.page.values"]
        values = {
            **pages._frame(door.company, door.path, env.lang),
            **pages._claim(door, piles, day, **options),
            "problem": problem,
            "result": self._result(door, env),
        }
        return self._answer(env, "payt_dunning.page_claim", values, status)

    def _result(self, door, env):
        """What became of payments of this claim: of this visitor's last, or one under way."""
        transaction = env["payment.transaction"].browse(
            request.session.get("__payment_monitored_tx_id__") or ()
        )
        transaction = transaction.exists().filtered(
            lambda each: (
                each.dunning_debtor_id == door.debtor and each.invoice_ids & door.items.move_id
            )
        )
        begun = env["dunning.page.choice"]._begun(door.items)
        return env["dunning.page.values"]._result(transaction, begun)


def _number(text):
    """A whole number from an address; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def refusal(problem):
    """What a refusal says, for people."""
    return problem.args[0] if isinstance(problem, UserError) and problem.args else str(problem)
