"""A form on the debtor's page: asking to be called."""

from odoo.http import request

from .page import everywhere
from .page_forms import LARGEST_FORM, ClaimForms
from .page_proof import writes


class ClaimCall(ClaimForms):
    """The debtor asks for a call; nobody calls because a page was merely opened."""

    @writes(everywhere("/call"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_call(self, lang=None, **where):
        """Ask to be called."""

        def call(door, env):
            items = self._items(door, env, all_if_none=True)
            typed = dict(request.httprequest.form.items(multi=False))
            pages = env["dunning.page.dialogue"]
            self._remember(door, pages._call_me(door, items, typed, self._author(door)))
            return "call"

        return self._take("call", call, where, lang)
