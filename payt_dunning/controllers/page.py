"""The debtor's page: what somebody sees who opens the address in a message."""

import time
from urllib.parse import quote

from werkzeug.exceptions import NotFound, abort

from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.dunning_page_pace import TooMany
from ..models.dunning_page_proof import PROVEN_FOR

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
CLAIM = "/claim/<any(m,i,p):kind>/<int:record_id>/<string:token>"
#: Everything that a debtor has open: after a code was typed, or logged in.
WHOLE = (f"{CLAIM}/<any(all):scope>", "/my/claims/<int:debtor_id>")
LANGUAGE_FOR = 30 * 24 * 3600


def everywhere(ending=""):
    """The addresses of a page that is there for a claim and for everything."""
    return [f"{path}{ending}" for path in (CLAIM, *WHOLE)]


def reads(paths, **options):
    """A route that reads only."""
    options = {"readonly": True, **options}
    return http.route(paths, type="http", auth="public", methods=["GET"], **options)


class DebtorPages(CustomerPortal):
    """What all pages of debtors have in common.

    One of the portal's pages: what of these inherits the portal's and the payment's pages would
    otherwise be a second tree of controllers, whose routes stand in for Odoo's without what other
    modules add to them.
    """

    # -- the door --------------------------------------------------------------------------------

    def _enter(self, kind=None, record_id=0, token="", scope=None, debtor_id=0, lang=None, **_rest):  # nosec B107 # empty: none was given
        """The door that an address opens, in an environment in the reader's language.

        Whoever may not enter gets an answer at once: nothing is there, the address was
        replaced, or one more proof is needed.

        :return: :class:`~..models.dunning_page_door.Door`, and the environment
        """
        doors = request.env(su=True)["dunning.page.door"]
        # What is in the address is believed, a field of a form with such a name is not.
        posted, path = request.httprequest.method == "POST", request.httprequest.path
        debtor_id = debtor_id if isinstance(debtor_id, int) else 0
        scope = None if debtor_id or f"/{token}/all" not in path else scope
        if debtor_id:
            if request.env.user._is_public():
                # A form can't be opened again.
                back = f"/my/claims/{debtor_id}" if posted else request.httprequest.full_path
                back = quote(back)
                abort(request.redirect(f"/web/login?redirect={back}"))
            door = doors._of_user(request.env.user, debtor_id)
        else:
            door = doors._open(kind, record_id, token)
        if not door:
            raise self._nowhere(lang)
        env = self._localized(door, lang)
        shut = self._why_shut(door, env)
        if shut == "replaced" and request.httprequest.is_json:
            raise ValidationError(env._("This address was replaced by a new one."))
        if shut == "replaced" or (shut and not scope and not debtor_id):
            abort(self._closed(door, env, shut))
        if scope and not self._is_proven(door):
            own = doors._of_user(request.env.user, door.debtor.id)
            if posted:
                door = door._replace(path=own.path if own else f"{door.path}/all")
                abort(self._closed(door, env, "unproven"))
            abort(request.redirect(own.path if own else f"{door.path}/proof"))
        door = doors._widen(door) if scope else door
        return door._replace(debtor=door.debtor.with_env(env), items=door.items.with_env(env)), env

    def _why_shut(self, door, env):
        """Why nothing may be shown behind a door any more; empty where it may."""
        if door.replaced:
            return "replaced"
        if not door.items:
            return "empty"
        day = env["dunning.message"]._today(door.company)
        return "settled" if env["dunning.page"]._is_over(door.items, day) else ""

    def _is_proven(self, door):
        """Whether this visitor typed the code of this debtor a short while ago."""
        version, until = request.session.get("dunning_proof", {}).get(str(door.debtor.id), (0, 0))
        return version == door.debtor.page_version and until > time.time()

    def _prove(self, debtor):
        """This visitor has proven to be the debtor: it sees everything for a while."""
        proven = dict(request.session.get("dunning_proof") or {})
        until = time.time() + PROVEN_FOR.total_seconds()
        proven[str(debtor.id)] = (debtor.page_version, until)
        request.session["dunning_proof"] = proven
        # Who used this browser before, and kept its cookie, is not let in by it.
        request.session.should_rotate = True

    def _check_pace(self, door, env):
        """Refuse a form where many more come than people send.

        :raises TooMany: in the reader's words
        """
        env["dunning.page.try"]._check_forms(door.debtor, request.httprequest.remote_addr)

    def _localized(self, door, lang=None):
        """The environment for a door: in the reader's language, in the door's company."""
        company = door.company
        debtor_lang = door.notice.lang or door.debtor.partner_id.lang or company.partner_id.lang
        return self._of_company(company, lang, debtor_lang)

    def _of_company(self, company, lang, default=None):
        """The environment of a company, in the reader's language; see :meth:`_language`."""
        env = request.env(su=True)
        return env(
            context={
                **env.context,
                "lang": self._language(lang, default),
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

    # -- answers ---------------------------------------------------------------------------------

    def _nowhere(self, lang=None):
        """The answer to an address that opens nothing: it tells nothing."""
        env = request.env(su=True)
        env = env(context={**env.context, "lang": self._language(lang)})
        values = {"lang": env.lang.replace("_", "-"), "state": "unknown"}
        return NotFound(response=self._answer(env, "payt_dunning.page_closed", values, 404))

    def _answer(self, env, template, values, status=200):
        """A whole page as a response."""
        html = env["ir.qweb"]._render(template, values)
        return request.make_response(f"<!DOCTYPE html>\n{html}", HEADERS, status=status)

    def _frame(self, door, env):
        """What every page of a door shows."""
        query = request.httprequest.query_string.decode("ascii", "ignore")
        return env["dunning.page.values"]._frame(door.company, door.path, env.lang, query)

    def _closed(self, door, env, state):
        """The page of a door behind which nothing may be shown, which says why."""
        kept = request.httprequest.form.get("text") if request.httprequest.method == "POST" else ""
        values = {**self._frame(door, env), "state": state, "kept": kept}
        status = {"replaced": 410, "unproven": 403}.get(state, 200)
        return self._answer(env, "payt_dunning.page_closed", values, status)

    def _piles(self, door, env):
        """What lies behind a door, and today where its company is."""
        day = env["dunning.message"]._today(door.company)
        return env["dunning.page"]._piles(door.debtor, door.items, day), day

    def _show(self, door, env, piles, day, problem="", status=200, typed=None, **options):
        """The page of a claim, or of everything.

        :param problem: what went wrong before, in the reader's words
        :param typed: what was typed in the form that was refused, by the name of the form
        """
        visitor = {**self._visitor(door), "typed": typed}
        values = {
            **self._frame(door, env),
            **env["dunning.page.values"]._claim(door, piles, day, **options),
            **env["dunning.page.dialogue"]._sections(door, piles, day, visitor),
            "problem": problem,
            **({"chosen_open": True} if problem and not typed else {}),
            # What is refused says itself that a payment is under way.
            "result": None if problem else self._result(door, env),
            "visit": "" if door.kind == "my" else f"{door.path.removesuffix('/all')}/visit",
            "presence": door.kind != "my" and door.company.sudo().dunning_presence,
        }
        return self._answer(env, "payt_dunning.page_claim", values, status)

    def _visitor(self, door):
        """What is known of this visitor: whether it proved who it is, what it wrote here before."""
        wrote = request.session.get("dunning_wrote", {}).get(str(door.debtor.id))
        if not wrote or wrote[0] != door.debtor.page_version:
            wrote = (0, 0)
        return {
            "proven": door.whole or self._is_proven(door),
            "since": wrote[1],
            "own": wrote[1:],
            "told": request.httprequest.args.get("told"),
            # The addresses of claims are secrets themselves; those of My Account are not.
            "csrf": request.csrf_token() if door.kind == "my" else "",
        }

    def _result(self, door, env):
        """What became of payments of this claim: of this visitor's last, or one under way."""
        transaction = env["payment.transaction"].browse(
            request.session.get("__payment_monitored_tx_id__") or ()
        )
        transaction = transaction.exists().filtered(
            lambda each: (
                each.dunning_debtor_id == door.debtor
                and (door.whole or each.invoice_ids & door.items.move_id)
            )
        )
        begun = env["dunning.page.choice"]._begun(door.items)
        return env["dunning.page.values"]._result(transaction, begun)


class ClaimPage(DebtorPages):
    """The page of one message, or of one invoice; and of everything that a debtor has open."""

    @reads(CLAIM, save_session=False)
    def claim(self, lang=None, i=None, page=None, **where):
        """What the message is about, and how to pay it."""
        door, env = self._enter(lang=lang, **where)
        piles, day = self._piles(door, env)
        return self._show(door, env, piles, day, chosen=_number(i), page=_number(page) or 1)

    @reads(WHOLE)
    def everything(self, lang=None, page=None, **where):
        """Everything that the debtor has open."""
        door, env = self._enter(lang=lang, **where)
        piles, day = self._piles(door, env)
        return self._show(door, env, piles, day, page=_number(page) or 1)


def _number(text):
    """A whole number from an address; 0 for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def numbers(texts):
    """The whole numbers among what a form sent."""
    return {_number(text) for text in texts} - {0}


def status_of(problem):
    """The status with which a form is refused."""
    return 429 if isinstance(problem, TooMany) else 400


def refusal(problem):
    """What a refusal says, for people."""
    return problem.args[0] if isinstance(problem, UserError) and problem.args else str(problem)
