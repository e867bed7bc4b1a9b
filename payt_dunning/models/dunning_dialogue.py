import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class DunningDialogue(models.AbstractModel):
    """What was agreed with debtors, or waits for us, is looked at every day."""

    _name = "dunning.dialogue"
    _description = "Daily Look at What Was Agreed"

    @api.model
    def _watched(self):
        """Models that are looked at before the day's decisions.

        Each has ``_watch_sql(company, day)``, the condition under which there is something to
        look at, and ``_watch(company, day)``, which does it.
        """
        return ["dunning.question"]

    @api.model
    def _watch(self, company, day):
        """Look at each; one that fails does not keep the run from going on.

        :return: a line for each that failed
        """
        problems = []
        for model in self._due(company, day):
            try:
                with self.env.cr.savepoint():
                    self.env[model]._watch(company, day)
            except Exception as error:
                self.env.invalidate_all(flush=False)
                _logger.exception("%s of %s could not be looked at", model, company.name)
                problems.append(f"{self.env[model]._description}: {error}")
        return problems

    @api.model
    def _due(self, company, day):
        """The watched models with something to look at; asked in one statement."""
        self.env.flush_all()
        conditions = [
            SQL("SELECT %s WHERE %s", model, self.env[model]._watch_sql(company, day))
            for model in self._watched()
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(conditions))
        found = {model for (model,) in rows}
        return [model for model in self._watched() if model in found]
