"""One more proof on the debtor's page: a code that is mailed; a new link; and visits."""

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.dunning_page_pace import TooMany
from .page import CLAIM, ClaimPage, reads, refusal


def writes(path, **options):
    """A route that changes something, from a form of ours."""
    return http.route(path, type="http", auth="public", methods=["POST"], **options)


class ClaimProof(ClaimPage):
    """Asking for a code, typing it, asking for a new link."""

    @reads(f"{CLAIM}/proof")
    def claim_proof(self, lang=None, **where):
        """The page that asks for a code."""
        door, env = self._enter(lang=lang, **where)
        if self._is_proven(door):
            return request.redirect(f"{door.path}/all")
        return self._ask(door, env)

    def _ask(self, door, env, problem="", sent=None, status=200):
        codes = env["dunning.page.code"]
        known = door.debtor._known_addresses()[:1]
        if sent is None:
            sent = request.session.get("dunning_code") == door.debtor.id
        values = {
            **self._frame(door, env),
            "known": known and codes._mask(known[0]),
            "sent": sent,
            "problem": problem,
            "csrf": request.csrf_token(),
        }
        return self._answer(env, "payt_dunning.page_proof", values, status)

    @writes(f"{CLAIM}/code")
    def claim_code(self, **where):
        """Mail a code."""
        door, env = self._enter(**where)
        try:
            self._check_pace(door, env)
            env["dunning.page.code"]._mail_code(door.debtor)
        except UserError as problem:
            return self._ask(door, env, refusal(problem), status=429)
        request.session["dunning_code"] = door.debtor.id
        return request.redirect(f"{door.path}/proof")

    @writes(f"{CLAIM}/open")
    def claim_open(self, code="", **where):
        """Type the code: then everything is shown for an hour."""
        door, env = self._enter(**where)
        try:
            self._check_pace(door, env)
            right = env["dunning.page.code"]._check(door.debtor, code)
        except UserError as problem:
            status = 429 if isinstance(problem, TooMany) else 403
            return self._ask(door, env, refusal(problem), sent=True, status=status)
        if not right:
            wrong = env._("This is not the code that we mailed you last.")
            return self._ask(door, env, wrong, sent=True, status=403)
        self._prove(door.debtor)
        request.session.pop("dunning_code", None)
        return request.redirect(f"{door.path}/all")

    @writes(f"{CLAIM}/renew", csrf=False)
    def claim_renew(self, kind, record_id, token, **_rest):
        """Mail a new link to whoever has one that was replaced: to the address that is known now.

        Without a token of the form: the page before it keeps no session, and a form elsewhere
        can't know the address.
        """
        door = request.env(su=True)["dunning.page.door"]._open(kind, record_id, token)
        if not door or not door.replaced:
            raise self._nowhere()
        env = self._localized(door)
        debtor = door.debtor.with_env(env)
        record = door.notice or door.plan or env["account.move"].browse(record_id)
        values, status = {"renewed": True}, 200
        try:
            self._check_pace(door, env)
            env["dunning.page.code"]._mail_link(debtor, record)
        except UserError as problem:
            values, status = {"problem": refusal(problem)}, 429
        values |= {**self._frame(door, env), "state": "replaced"}
        return self._answer(env, "payt_dunning.page_closed", values, status)

    @writes(f"{CLAIM}/visit", csrf=False)
    def claim_visit(self, here="", **where):
        """Note that somebody used the page; sent by a script once it is touched, never by a scanner.

        Without a token of the form: the address itself is one, and all it does is note a moment.

        :param here: whether who handles the debtor may be told that the page is open
        """
        door, env = self._enter(**where)
        ours = request.env.user._is_internal()
        if not ours and not env["ir.http"].is_a_bot():
            env["dunning.page.visit"]._note(door)
            if here == "1":
                env["dunning.presence"]._note(door)
        return request.make_response("", status=204)
