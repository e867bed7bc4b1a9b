import logging

from odoo import api, models

from ..rules.working_days import previous_working_day
from .dunning_letter_batch import DONE

_logger = logging.getLogger(__name__)


class DunningLetterBatch(models.Model):
    """Batches that are made and printed by themselves, and letters that nobody prints."""

    _inherit = "dunning.letter.batch"

    @api.model
    def _cron_letters(self):
        """Print what is to be printed, and make today's batches where companies want them."""
        Company = self.env["res.company"]
        companies = Company.search([("dunning_letter_daily", "=", True)])
        for company in companies.filtered(lambda each: each._dunning_is_live()):
            today = self.env["dunning.message"]._today(company)
            calendar = self.env["dunning.when"]._calendar(company, None, {})
            if calendar.first_day(today, formal=True) == today:
                self._make(company).in_background = True
        self.env["ir.cron"]._commit_progress()
        if not self.env["dunning.letter.paper"]._has_engine():
            _logger.warning("WeasyPrint is missing: letters wait to be printed by the browser.")
            return
        batches = self.search([("in_background", "=", True)], order="id")
        for batch in batches.filtered(lambda each: not each._jobs()):
            batch._print(commit=True)
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _look(self, company):
        """After a run: batches that are done are closed; somebody is asked about the others."""
        batches = self.search([("company_id", "=", company.id), ("state", "not in", DONE)])
        batches._close()
        today = self.env["dunning.message"]._today(company)
        calendar = self.env["dunning.when"]._calendar(company, None, {})
        old = previous_working_day(today, calendar.closed)
        late = batches.filtered(lambda batch: batch.state == "printed" and batch.printed_on < old)
        self.env["dunning.task"]._ask(
            late,
            "letters",
            lambda env: env._("Printed, not posted: post these letters, then tell on which day"),
        )
        self.env["dunning.task"]._ask(
            batches.filtered(lambda batch: batch.state == "draft" and batch.made_on < old),
            "letters",
            lambda env: env._("These letters wait to be printed and posted"),
        )
        self._ask_to_print(company, old)

    @api.model
    def _ask_to_print(self, company, old=None):
        """Ask for letters in no batch that were made before a day to be printed; or take it back."""
        tasks, partner, kind = self.env["dunning.task"], company.partner_id, "letters_to_print"
        letters = self.env["dunning.notice"].search(self._waiting(company), order="as_of", limit=1)
        if letters and old and letters.as_of < old:
            words = lambda env: env._("Letters wait to be printed and posted")  # noqa: E731
            tasks._ask(partner, kind, words, company=company)
        elif not letters and partner.activity_ids:
            tasks._done(partner, kind)
