"""Contact details that a debtor proposes: behind one more proof only."""

from odoo.exceptions import UserError
from odoo.http import request

from ..models.dunning_contact_change import DETAILS
from .page import WHOLE
from .page_forms import LARGEST_FORM, ClaimForms
from .page_proof import writes


class ClaimContact(ClaimForms):
    """The form for contact details."""

    @writes([f"{path}/contact" for path in WHOLE], csrf=False, max_content_length=LARGEST_FORM)
    def claim_contact(self, lang=None, **where):
        """Propose other contact details."""
        form = request.httprequest.form
        typed = {name: form.get(name, "") for name in DETAILS}
        where = {name: value for name, value in where.items() if name not in DETAILS}

        def propose(door, env):
            env["dunning.contact.change"]._propose(door.debtor, typed)
            return "contact"

        return self._take("contact", propose, where, lang)

    @writes([f"{path}/contact/withdraw" for path in WHOLE], csrf=False)
    def claim_contact_withdraw(self, record="", lang=None, **where):
        """Take back what was proposed."""

        def withdraw(door, env):
            change = env["dunning.contact.change"].browse(
                int(record) if record.isdecimal() and len(record) < 10 else ()
            )
            change = change.exists().filtered(lambda each: each.debtor_id == door.debtor)
            if change.state != "open":
                raise UserError(env._("We have decided about it already."))
            change._withdraw()
            return "contact_kept"

        return self._take("withdraw", withdraw, where, lang)
