"""Forms on the debtor's page: paying later, and having paid already."""

from odoo.http import request

from .page import everywhere
from .page_forms import LARGEST_FORM, ClaimForms
from .page_proof import writes


class ClaimPromises(ClaimForms):
    """The debtor says when it pays, or that it has."""

    @writes(everywhere("/promise"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_promise(self, date="", amount="", lang=None, **where):
        """Say by when something will be paid."""

        def promise(door, env):
            pages, items = env["dunning.page.dialogue"], self._items(door, env)
            told, message = pages._promise(door, items, date, amount, self._author(door))
            self._remember(door, message)
            return told

        return self._take("promise", promise, where, lang)

    @writes(everywhere("/paid"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_paid(self, lang=None, **where):
        """Say that something was paid already."""

        def paid(door, env):
            pages, items = env["dunning.page.dialogue"], self._items(door, env)
            files = self._files(door, env)
            typed = dict(request.httprequest.form.items(multi=False))
            told, message = pages._paid(door, items, typed, files, self._author(door))
            self._remember(door, message)
            return told

        return self._take("paid", paid, where, lang)
