"""The page of people who hold a letter or a text message: they type its code and its PIN."""

from odoo.http import request

from ..rules.access_code import normalize, shown
from .page import DebtorPages, reads
from .page_proof import writes

#: The answer's status for what came of a code, see :class:`~..models.dunning_page_key.Opened`.
STATUS = {"empty": 400, "wrong": 403, "code": 429, "address": 429}


class CodePage(DebtorPages):
    """Typing a code, with its PIN to see the message's page, alone to hear whose it is.

    The forms carry no token against forms elsewhere: there is no session that one could abuse.
    Whoever made others send a code of his own would show them his own claim, as a link does; but
    others' tries must not be used up, so what a browser says comes from elsewhere is not taken.

    Whoever typed both is led to the address of the message's page, which then stands in the
    browser as it does for who comes from a mail. It is kept by no cache and told to nobody.
    """

    @reads(["/c", "/c/<string:code>"], save_session=False)
    def code_form(self, code="", lang=None, **_rest):
        """The form; a code in the address is filled in, whether or not it exists."""
        return self._code_page(self._code_env(lang), code)

    @writes("/c", csrf=False, save_session=False)
    def code_open(self, code="", pin="", lang=None, **_rest):
        """What a code and its PIN open: the page of the message."""
        if self._code_from_elsewhere():
            return request.redirect("/c", 303)
        env = self._code_env(lang)
        if not (code.strip() and pin.strip()):
            return self._code_page(env, code, state="empty")
        keys = env["dunning.page.key"]
        opened = keys._open(code, pin, self._code_visitor())
        if opened.state != "open":
            return self._code_page(env, code, state=opened.state)
        debtor, notice = opened.notice.debtor_id, opened.notice
        # A mail may have been passed on; paper and a phone are with who it went to.
        if notice.channel != "email" and opened.version == debtor.page_version:
            self._prove(debtor)
            request.session.can_save = True
        return request.redirect(notice._page_path(opened.version), 303)

    @writes("/c/check", csrf=False, save_session=False)
    def code_check(self, code="", lang=None, **_rest):
        """Whether a code is of a message of ours: by whom, on which day, through which channel."""
        if self._code_from_elsewhere():
            return request.redirect("/c", 303)
        env = self._code_env(lang)
        if not code.strip():
            return self._code_page(env, code, state="empty", asked=True)
        opened = env["dunning.page.key"]._check(code, self._code_visitor())
        if opened.state != "open":
            status = 200 if opened.state == "wrong" else None
            return self._code_page(env, code, state=opened.state, asked=True, status=status)
        notice = opened.notice
        debtor_lang = notice.lang or notice.debtor_id.partner_id.lang
        env = self._of_company(notice.company_id, lang, debtor_lang)
        sent = env["dunning.page.key"]._sent(notice.with_env(env))
        return self._code_page(env, code, company=notice.company_id, asked=True, sent=sent)

    def _code_env(self, lang):
        """The environment while nobody knows whose code it is: in the browser's language."""
        env = request.env(su=True)
        return env(context={**env.context, "lang": self._language(lang)})

    def _code_visitor(self):
        """Where the visitor comes from; behind a proxy what it says, where Odoo trusts it."""
        return request.httprequest.remote_addr

    def _code_from_elsewhere(self):
        """Whether the browser says that another site made it send this form."""
        return request.httprequest.headers.get("Sec-Fetch-Site") == "cross-site"

    def _code_page(self, env, typed, state="", company=None, asked=False, sent=None, status=None):
        """The page with the form, and what came of what was typed before.

        :param state: see :data:`STATUS`
        :param company: whose message it is, where that was found out
        :param asked: whether the question was if it is really from us
        :param sent: the answer to it, see :meth:`~..models.dunning_page_key.DunningPageKey._sent`
        """
        code = normalize(typed)
        here = f"/c/{code}" if code else "/c"
        pages, company = env["dunning.page.values"], company or self._code_only_company(env)
        frame = pages._frame(company, "", env.lang) if company else pages._frame_of_nobody(env.lang)
        values = {
            **frame,
            "here": here,
            "chosen": request.params.get("lang"),
            "typing_code": True,
            "code": shown(code) if code else typed[:20],
            "state": state,
            "problem": bool(state),
            "asked": asked,
            "sent": sent,
        }
        status = status or STATUS.get(state, 200)
        return self._answer(env, "payt_dunning.page_code", values, status)

    def _code_only_company(self, env):
        """The company that follows up, where there is but one: it can show that it is here."""
        live = env["res.company"].search([("dunning_live_since", "!=", False)], limit=2)
        return live if len(live) == 1 else None
