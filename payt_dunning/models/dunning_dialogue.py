import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class DunningDialogue(models.AbstractModel):
    """What was agreed with debtors, or waits for us, is looked at every day."""

    _name = "dunning.dialogue"
    _description = "Daily Look at What Was Agreed"

    @api.model
    def _watched(self):
        """Models with a ``_watch(company, day)``, looked at before the day's decisions."""
        return ["dunning.question"]

    @api.model
    def _watch(self, company, day):
        """Look at each; one that fails does not keep the run from going on.

        :return: a line for each that failed
        """
        problems = []
        for model in self._watched():
            try:
                with self.env.cr.savepoint():
                    self.env[model]._watch(company, day)
            except Exception as error:
                self.env.invalidate_all(flush=False)
                _logger.exception("%s of %s could not be looked at", model, company.name)
                problems.append(f"{self.env[model]._description}: {error}")
        return problems
