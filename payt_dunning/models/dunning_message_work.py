from dataclasses import replace

from odoo import api, models
from odoo.tools.mail import plaintext2html

from .dunning_message import Content, TextError


class DunningMessageWork(models.AbstractModel):
    """What our people are asked to do, instead of a message: in the language of the company."""

    _inherit = "dunning.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _render_one(self, planned, sources):
        if planned.channel not in self.env["dunning.channel"]._work():
            return super()._render_one(planned, sources)
        if planned.asked and planned.asked.notice:
            raise TextError(
                self.env._(
                    "A statutory notice is a written message: it can't be work for a person."
                )
            )
        first = next(line for line in planned.lines if line.position)
        level = self._level(planned, first.revision_id, first.position, sources)
        text = self._work_text(planned, sources)
        return Content(
            level=replace(level, term_days=0),
            recipient=planned.recipient,
            subject=text,
            body=plaintext2html(text),
            text=text,
        )

    @api.model
    def _work_text(self, planned, sources):
        """Who is to be called, or decided about, and why, in one line."""
        company = self.env["res.company"].browse(planned.company_id).sudo()
        lang = company.partner_id.lang or self.env.lang
        env = self.with_context(lang=lang).env
        reminded = [line for line in planned.lines if line.position]
        values = {
            "debtor": sources.debtors[planned.debtor_id]["debtor"],
            "numbers": ", ".join(sources.items[line.item_id].name or "" for line in reminded[:5])
            + "…" * (len(reminded) > 5),
            "amount": sources.amount(lang, planned.currency_id, planned.total),
        }
        if planned.channel == "call":
            return env._("Call %(debtor)s about %(numbers)s: %(amount)s is open", **values)
        return env._("Decide about %(numbers)s of %(debtor)s: %(amount)s is open", **values)
