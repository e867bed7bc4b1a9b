import logging

import psycopg2

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Somebody else changed the same records meanwhile: the run begins anew.
DISTURBED = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)


class DunningDialogue(models.AbstractModel):
    """What was agreed with debtors, or waits for us, is looked at every day."""

    _name = "dunning.dialogue"
    _description = "Daily Look at What Was Agreed"

    @api.model
    def _watched(self):
        """Models that are looked at before the day's decisions.

        Each has ``_watch_sql(company, day)``, the condition under which there is something to
        look at, and ``_watch(company, day)``, which does it and may give a line for each record
        that failed.
        """
        return ["dunning.question"]

    @api.model
    def _watched_in_parts(self):
        """Those of them that commit after each part of many, and guard each part by themselves.

        They are looked at last: nothing may be around them that a commit would end.
        """
        return []

    @api.model
    def _watch(self, company, day):
        """Look at each; one that fails does not keep the run from going on.

        :return: a line for each that failed
        """
        problems = []
        due, in_parts = self._due(company, day), self._watched_in_parts()
        for model in due:
            if model in in_parts:
                continue
            try:
                with self.env.cr.savepoint():
                    problems += self.env[model]._watch(company, day) or []
            except DISTURBED:
                raise
            except Exception as error:
                self.env.invalidate_all(flush=False)
                _logger.exception("%s of %s could not be looked at", model, company.name)
                problems.append(f"{self.env[model]._description}: {error}")
        for model in in_parts:
            if model in due:
                problems += self.env[model]._watch(company, day) or []
        return problems

    @api.model
    def _safely(self, records, look):
        """Look at records together; where that fails at each, so that one keeps no other from it.

        :param look: function of some of the records
        :return: a line for each that failed
        """
        if not records:
            return []
        try:
            with self.env.cr.savepoint():
                look(records)
                return []
        except DISTURBED:
            raise
        except Exception as error:
            self.env.invalidate_all(flush=False)
            if len(records) > 1:
                return [line for record in records for line in self._safely(record, look)]
            name = f"{records._description} {records.id}"
            _logger.exception("%s could not be looked at", name)
            return [f"{name}: {error}"]

    @api.model
    def _any_open(self, model, company):
        """The condition that a company has an open record of a model, see :meth:`_watched`."""
        return SQL(
            "EXISTS (SELECT FROM %s WHERE company_id = %s AND state = 'open')",
            SQL.identifier(self.env[model]._table),
            company.id,
        )

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
