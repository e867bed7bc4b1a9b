from odoo import models

from .collection_case import OURS


class CollectionCase(models.Model):
    """Cases at the end of their levels: a person decides what becomes of them."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    def _ask_to_decide(self):
        """Give the handler of what is ready a task, once."""
        ready = self.filtered(lambda case: case.phase == "ready")
        self.env["dunning.task"]._ask(
            ready, "case_decision", lambda env: env._("Decide what becomes of the case")
        )

    def _is_listed(self):
        """A list says that it is to be decided about these: they are ready, if they have begun."""
        for case in self.sudo().filtered("begun_on"):
            if case.phase in OURS and case.phase != "ready":
                case.write({"phase": "ready", "phase_on": case._today()})
                case._ask_to_decide()


class DunningNotice(models.Model):
    """The list of what is to be decided, where that is about a case."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _ask_to_work(self, kind):
        """What is put on the list of a case is a task about the case, for its handler."""
        of_cases = self.filtered("case_id") if kind == "list" else self.browse()
        result = super(DunningNotice, self - of_cases)._ask_to_work(kind)
        for company, own in of_cases.grouped("company_id").items():
            own.write({"call_on": self.env["dunning.message"]._today(company)})
        of_cases.case_id._is_listed()
        return result
