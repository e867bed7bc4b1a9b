"""Forms on the debtor's page: asking, and what all other forms have in common."""

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..models.dunning_page_upload import SHOWN as SHOWN_KINDS
from .page import HEADERS, ClaimPage, everywhere, numbers, reads, refusal, status_of
from .page_proof import writes

#: A form with files; what is larger is refused before it is read.
LARGEST_FORM = 64 * 1024 * 1024
#: What the page says on another page than the claim's.
LANDS = {"parts_choose": "/parts", "parts_choose_again": "/parts"}
#: So many of its messages are remembered of a visitor, beside its first.
MOST_OWN = 50


class ClaimForms(ClaimPage):
    """What a form asks for is done or refused in words; what was typed is never lost."""

    def _take(self, form, done, where, lang=None):
        """Do what a form asks for, and show the page again.

        :param form: its name, under which what was typed is shown again when it is refused
        :param done: function of the door and its environment that does it, and gives what the
            page then says (see ``dunning.page.dialogue._told``)
        """
        door, env = self._enter(lang=lang, **where)
        try:
            self._check_pace(door, env)
            if door.kind == "my" and not request.validate_csrf(
                request.httprequest.form.get("csrf_token")
            ):
                raise UserError(env._("This page was open for too long. Send it once more."))
            with env.cr.savepoint():
                told = done(door, env)
                env.flush_all()
        except UserError as problem:
            piles, day = self._piles(door, env)
            typed = {form: dict(request.httprequest.form.items(multi=False))}
            typed[form]["chosen"] = request.httprequest.form.getlist("item")
            typed[form]["lines"] = request.httprequest.form.getlist("line")
            status = status_of(problem)
            return self._show(
                door, env, piles, day, problem=refusal(problem), typed=typed, status=status
            )
        return request.redirect(f"{door.path}{LANDS.get(told, '')}?told={told}#told")

    def _items(self, door, env, all_if_none=False):
        """The items that were chosen in a form.

        :param all_if_none: everything behind the door, where none was; what somebody else
            collects too
        """
        given = request.httprequest.form.getlist("item")
        chosen = numbers(given)
        if all_if_none and not given:
            open_items = door.items.filtered(lambda item: item.state == "open")
            return open_items or door.items
        pages = env["dunning.page.dialogue"]
        items = pages._chosen(door, chosen)
        return items if all_if_none else pages._still_ours(items)

    def _files(self, door, env):
        """The files of a form, kept for the message that goes with them: none of one too many."""
        env["dunning.page.dialogue"]._check_pace(door)
        return env["dunning.page.upload"]._keep(request.httprequest.files.getlist("files"))

    def _remember(self, door, message):
        """This visitor reads its own messages to us, and what we say from the first of them on.

        Kept in its session: the version of the page, and the ids of its first and its latest.
        """
        wrote = dict(request.session.get("dunning_wrote") or {})
        version, *known = wrote.get(str(door.debtor.id)) or (None,)
        known = known if version == door.debtor.page_version else []
        known = [*known[:1], *known[1:][-MOST_OWN:], message.id]
        wrote[str(door.debtor.id)] = (door.debtor.page_version, *known)
        request.session["dunning_wrote"] = wrote

    @writes(everywhere("/ask"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_ask(self, text="", lang=None, **where):
        """Write to us about one or more invoices."""

        def ask(door, env):
            pages = env["dunning.page.dialogue"]
            words, items = pages._check_text(text), self._items(door, env, all_if_none=True)
            files = self._files(door, env)
            message = pages._say(door, items, words, files, self._author(door))
            self._remember(door, message)
            return "ask" if items.filtered(lambda item: item.state == "open") else "ask_paid"

        return self._take("ask", ask, where, lang)

    def _author(self, door):
        """Who writes: a portal user, else who the message went to."""
        return request.env.user.partner_id if door.kind == "my" else door.notice.partner_id

    @reads(everywhere("/file/<int:file_id>"))
    def claim_file(self, file_id, lang=None, **where):
        """A file of the thread."""
        door, env = self._enter(lang=lang, **where)
        file = env["dunning.page.dialogue"]._file(door, file_id, self._visitor(door))
        if not file:
            raise self._nowhere(lang)
        shown = file.mimetype in SHOWN_KINDS
        return request.make_response(
            file.raw,
            [
                *HEADERS,
                ("Content-Type", file.mimetype if shown else "application/octet-stream"),
                (
                    "Content-Disposition",
                    content_disposition(file.name, "inline" if shown else "attachment"),
                ),
            ],
        )
