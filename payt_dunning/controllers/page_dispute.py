"""Not agreeing with an invoice, on the debtor's page; and agreeing after all."""

from odoo.http import request

from .page import everywhere
from .page_forms import LARGEST_FORM, ClaimForms
from .page_proof import writes


class ClaimDispute(ClaimForms):
    """Disputes of debtors."""

    @writes(everywhere("/dispute"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_dispute(self, text="", part="", amount="", reason="", lang=None, **where):
        """Say what of an invoice is not right; that part need not be paid until it is decided."""

        def dispute(door, env):
            pages = env["dunning.page.dialogue"]
            lines = request.httprequest.form.getlist("line")
            said = pages._read_dispute(self._items(door, env), part, amount, lines, reason, text)
            told, message = pages._dispute(door, said, self._files(door, env), self._author(door))
            self._remember(door, message)
            return told

        return self._take("dispute", dispute, where, lang)

    @writes(everywhere("/dispute/withdraw"), csrf=False)
    def claim_dispute_withdraw(self, record="", lang=None, **where):
        """Agree after all."""

        def withdraw(door, env):
            number = int(record) if record.isdecimal() and len(record) < 10 else 0
            env["dunning.page.dialogue"]._withdraw_dispute(door, number)
            return "dispute_withdrawn"

        return self._take("agreed", withdraw, where, lang)
