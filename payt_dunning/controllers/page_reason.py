"""Why a debtor does not pay: what the page offers then."""

import logging

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.pdf import merge_pdf

from ..models.dunning_page_reason import MOST_COPIES
from .page import everywhere, numbers, reads
from .page_documents import ClaimDocuments
from .page_forms import LARGEST_FORM, ClaimForms
from .page_proof import writes

_logger = logging.getLogger(__name__)


class ClaimReasons(ClaimForms):
    """Forms of the reasons for not paying."""

    def _reason_form(self, reason, where, lang, done):
        """Run the form of a reason.

        :param reason: its id, as it came in
        :param done: function of the door, its environment, the reason and the items, which gives
            what the page then says
        """
        reason_id = int(reason) if reason.isdecimal() and len(reason) < 10 else 0

        def give(door, env):
            pages = env["dunning.page.dialogue"]
            found = pages._reason(door, reason_id)
            form = request.httprequest.form
            chosen = numbers(form.getlist("item"))
            items = pages._still_ours(pages._about(door, found, chosen, bool(form.get("all"))))
            if not items.filtered(lambda item: item.state == "open"):
                return self._settled(door, env, items)
            return done(door, env, found, items)

        return self._take(f"reason{reason_id}", give, where, lang)

    def _settled(self, door, env, items):
        """A reason for what is paid by now: what was written with it is a message like others."""
        text = env["dunning.page.dialogue"]._check_text(
            request.httprequest.form.get("text"), needed=False
        )
        if not text:
            raise UserError(env._("Nothing of this is open any more: you need not do anything."))
        self._post(door, env, items, text)
        return "ask_paid"

    def _post(self, door, env, items, words):
        """Put words of the debtor in the thread."""
        message = env["dunning.page.dialogue"]._say(door, items, words, None, self._author(door))
        self._remember(door, message)
        return message

    @writes(everywhere("/reason"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_reason(self, reason="", text="", lang=None, **where):
        """Say why it is not paid."""

        def give(door, env, found, items):
            pages = env["dunning.page.dialogue"]
            words = pages._give_reason(door, found, items, pages._asked_for(found, text))
            if not words:
                return "reason"
            self._post(door, env, items, words)
            return "ask"

        return self._reason_form(reason, where, lang, give)

    @writes(everywhere("/copy"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_copy(self, reason="", lang=None, **where):
        """Have invoices mailed that never arrived."""

        def give(door, env, found, items):
            if found.offer != "copy":
                raise UserError(env._("This reason is not there any more. Choose another one."))
            rest = env["dunning.page.dialogue"]._copy(door, found, items)
            if not rest:
                return "copy"
            self._post(door, env, rest, found.question)
            return "copy_ask"

        return self._reason_form(reason, where, lang, give)

    @writes(everywhere("/parts/ask"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_parts_ask(self, reason="", text="", lang=None, **where):
        """Ask to pay in parts: who may choose by itself goes on to the choices."""

        def give(door, env, found, items):
            pages = env["dunning.page.dialogue"]
            if found.offer != "plan":
                raise UserError(env._("This reason is not there any more. Choose another one."))
            words = pages._check_text(text, needed=False)
            env["dunning.nonpayment"]._give(items, found, words, by_debtor=True)
            piles, _day = self._piles(door, env)
            chooses = not words and any(pages._may_choose(door, pile) for pile in piles)
            if not chooses:
                asked = env._("I would like to pay in parts.")
                self._post(door, env, items, f"{asked}\n\n{words}" if words else asked)
            held = pages._ask_for_parts(door, found, items)
            if chooses:
                return "parts_choose" if held else "parts_choose_again"
            return "parts" if held else "parts_ask"

        return self._reason_form(reason, where, lang, give)


class ClaimOverview(ClaimDocuments):
    """Everything in one file."""

    @reads(everywhere("/overview"))
    def claim_overview(self, lang=None, **where):
        """All open invoices of a claim as one PDF; with the statement where all is shown."""
        door, env = self._enter(lang=lang, **where)
        piles, day = self._piles(door, env)
        ids = [row.move_id for pile in piles for row in pile.rows]
        moves = env["account.move"].browse(dict.fromkeys(ids))
        moves = moves.filtered(lambda move: move.move_type != "entry" and move.state == "posted")
        moves = moves[:MOST_COPIES].with_context(skip_invoice_sync=True)
        if not moves and not door.whole:
            raise self._nowhere(lang)
        try:
            pages = [env["dunning.page.statement"]._pdf(door, piles, day)] if door.whole else []
            pages += [
                move._get_invoice_legal_documents("pdf", allow_fallback=True)["content"]
                for move in moves
            ]
            content = merge_pdf(pages)
        except Exception:
            _logger.exception("The file with all of debtor %s can't be made", door.debtor.id)
            problem = env._("We can't make this file at the moment. Ask us, and we send it.")
            return self._show(door, env, piles, day, problem=problem, status=503)
        who = door.debtor.partner_id.name
        name = env._("Invoices %(who)s %(day)s", who=who, day=day)
        return self._file(f"{name}.pdf", content)
