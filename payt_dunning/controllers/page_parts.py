"""Paying in parts: what the debtor chooses or proposes, worked out from the database each time."""

from odoo.exceptions import UserError
from odoo.http import request

from .page import _number, everywhere, reads, refusal, status_of
from .page_forms import LARGEST_FORM, ClaimForms
from .page_proof import writes

#: What the forms of this page send.
TYPED = ("way", "number", "amount", "every", "date", "text")


class ClaimParts(ClaimForms):
    """The page for paying in parts."""

    @reads(everywhere("/parts"))
    def claim_parts(self, c=None, d="", told=None, lang=None, **where):
        """The ways to pay in parts, for a first day."""
        door, env = self._enter(lang=lang, **where)
        piles, day = self._piles(door, env)
        keys = request.httprequest.args.getlist("k")
        pages = env["dunning.page.dialogue"]
        problem = ""
        try:
            try:
                basis = pages._parts_basis(door, piles, day, _number(c), keys, d)
            except UserError as wrong:
                if not d:
                    raise
                # The day is asked for again; the rest stays as it was chosen.
                basis = pages._parts_basis(door, piles, day, _number(c), keys)
                problem = refusal(wrong)
        except UserError as wrong:
            return self._show(door, env, piles, day, problem=refusal(wrong), status=409)
        told = pages._told(told, door) if told else ""
        status = 400 if problem else 200
        return self._parts(door, env, piles, basis, problem=problem, told=told, status=status)

    def _parts(self, door, env, piles, basis, status=200, typed=None, **values):
        pages = env["dunning.page.dialogue"]
        company, business = door.company.sudo(), door.debtor.kind != "consumer"
        values = {
            "problem": "",
            "told": "",
            "check": None,
            **self._frame(door, env),
            **pages._parts_page(door, piles, basis, typed),
            "who": door.debtor.partner_id.name,
            "csrf": self._visitor(door)["csrf"],
            "debt_help": company.dunning_debt_help_business_url
            if business
            else company.dunning_debt_help_url,
            **values,
        }
        return self._answer(env, "payt_dunning.page_parts", values, status)

    @writes(everywhere("/parts"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_parts_propose(self, c="", d="", seal="", lang=None, **where):
        """Choose a way to pay in parts: what was typed is shown first, and agreed to after that."""
        form = request.httprequest.form
        typed = {name: form.get(name, "") for name in TYPED}
        where = {name: value for name, value in where.items() if name not in TYPED}
        keys = form.getlist("k")
        door, env = self._enter(lang=lang, **where)
        pages, basis = env["dunning.page.dialogue"], None
        try:
            self._check_pace(door, env)
            if door.kind == "my" and not request.validate_csrf(form.get("csrf_token")):
                raise UserError(env._("This page was open for too long. Send it once more."))
            with env.cr.savepoint():
                # Two at the same moment: the second begins anew and sees the first.
                door.debtor.lock_for_update(allow_referencing=True)
                piles, day = self._piles(door, env)
                basis = pages._parts_basis(door, piles, day, _number(c), keys, d)
                schedule = pages._wanted(basis, typed)
                if typed["way"] == "count":
                    seal = form.get(f"seal{typed['number']}") or seal
                if pages._seal(basis, schedule) == seal:
                    told, message = pages._propose_parts(
                        door, basis, schedule, typed["text"], self._author(door)
                    )
                    env.flush_all()
                    self._remember(door, message)
                    return request.redirect(f"{door.path}?told={told}#told")
            changed = env._("What is open has changed meanwhile. Look at it once more.")
            return self._parts(
                door,
                env,
                piles,
                basis,
                problem=changed if seal else "",
                check=pages._to_check(basis, schedule),
                typed=typed,
            )
        except UserError as wrong:
            return self._parts_refused(door, env, keys, c, typed, wrong)

    def _parts_refused(self, door, env, keys, currency, typed, wrong):
        """The page once more, with what was typed; the claim's page where there is nothing to choose."""
        piles, day = self._piles(door, env)
        pages = env["dunning.page.dialogue"]
        problem, status = refusal(wrong), status_of(wrong)
        for given in (keys, ()):
            try:
                basis = pages._parts_basis(door, piles, day, _number(currency), given)
            except UserError:
                continue
            return self._parts(door, env, piles, basis, problem=problem, typed=typed, status=status)
        return self._show(door, env, piles, day, problem=problem, status=status)
