from odoo import api, models
from odoo.tools import SQL

from .dunning_reduction import NOBODY

#: What a debtor proposed as its contact details, and what they were.
DETAILS = ("email", "phone", "street", "zip", "city")
#: Of cases: statements that empty words and names. All but the proof goes with the packages.
OF_CASES = (
    """UPDATE collection_case
          SET note = NULL, solvency_note = NULL, opinion_answer = NULL,
              reason = NULL, closed_because = NULL
        WHERE id = ANY(%(ids)s)""",
    """UPDATE collection_handover
          SET recall_reason = NULL, agent_reason = NULL, added_text = NULL
        WHERE case_id = ANY(%(ids)s)""",
    """UPDATE collection_transmission sent SET payload = NULL
         FROM collection_handover made
        WHERE made.id = sent.handover_id AND made.case_id = ANY(%(ids)s)""",
    """UPDATE collection_handover_link link SET recipient = %(nobody)s
         FROM collection_handover made
        WHERE made.id = link.handover_id AND made.case_id = ANY(%(ids)s)""",
    """UPDATE collection_feedback_line SET text = NULL, values = NULL
        WHERE case_id = ANY(%(ids)s)""",
)
#: Files of what offices told, where all that it was about is over.
TOLD_FILES = """WITH over AS (
       SELECT told.id, told.file_id FROM collection_feedback told
        WHERE told.file_id IS NOT NULL
          AND told.id IN (SELECT feedback_id FROM collection_feedback_line
                           WHERE case_id = ANY(%(ids)s))
          AND NOT EXISTS (
              SELECT 1 FROM collection_feedback_line beside
                JOIN collection_case about ON about.id = beside.case_id
               WHERE beside.feedback_id = told.id AND about.reduced_on IS NULL))
   UPDATE collection_feedback told SET file_id = NULL FROM over
    WHERE told.id = over.id RETURNING over.file_id"""
#: Of invoices: words of holds, where all of the invoice is over.
OF_ITEMS = (
    """UPDATE dunning_hold SET reason = NULL, release_reason = NULL
        WHERE item_id = ANY(%(ids)s)""",
    """UPDATE dunning_hold SET reason = NULL, release_reason = NULL
        WHERE move_id IN (
              SELECT about.move_id FROM dunning_item about
               WHERE about.id = ANY(%(ids)s) AND NOT EXISTS (
                     SELECT 1 FROM dunning_item beside
                      WHERE beside.move_id = about.move_id AND beside.reduced_on IS NULL))""",
)
#: Of debtors of whom nothing younger is left.
OF_DEBTORS = (
    "DELETE FROM dunning_failed_address WHERE debtor_id = ANY(%(ids)s)",
    "UPDATE dunning_debtor SET failed_email = NULL WHERE id = ANY(%(ids)s)",
    """UPDATE dunning_contact_change SET answer = NULL, email_partner_id = NULL, %(details)s
        WHERE debtor_id = ANY(%(ids)s) AND state <> 'open'""",
)


class DunningReduction(models.AbstractModel):
    """Which words and names go, beside those of items and messages."""

    _inherit = "dunning.reduction"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _reduce_case_words(self, case_ids):
        """What people and offices wrote about cases that were reduced."""
        for query in OF_CASES:
            self._do(query, case_ids, nobody=NOBODY)
        files = self._ids_of(TOLD_FILES, case_ids)
        self.env["ir.attachment"].sudo().browse(files).unlink()

    @api.model
    def _reduce_words_about(self, item_ids):
        """What people wrote about items that were reduced, and about debtors of whom all is over."""
        for query in OF_ITEMS:
            self._do(query, item_ids)
        debtor_ids = self._ids_of(
            """SELECT DISTINCT own.debtor_id FROM dunning_item own
                WHERE own.id = ANY(%(ids)s) AND NOT EXISTS (
                      SELECT 1 FROM dunning_item beside
                       WHERE beside.debtor_id = own.debtor_id AND beside.reduced_on IS NULL)""",
            item_ids,
        )
        details = SQL(", ").join(
            SQL("%s = NULL", SQL.identifier(f"{when}_{name}"))
            for name in DETAILS
            for when in ("old", "new")
        )
        for query in OF_DEBTORS:
            self._do(query, debtor_ids, details=details)

    @api.model
    def _reduce_holds(self, company, years):
        """Words of a company's holds that ended long ago, a batch; how many those were."""
        hold_ids = self._locked(
            """SELECT held.id FROM dunning_hold held
            LEFT JOIN dunning_item item ON item.id = held.item_id
            LEFT JOIN account_move move ON move.id = held.move_id
            LEFT JOIN dunning_debtor debtor
                   ON debtor.id = coalesce(held.debtor_id, item.debtor_id)
                WHERE held.company_id = %(company)s
                  AND coalesce(held.released_on, held.date_until) < %(before)s
                  AND (held.reason IS NOT NULL OR held.release_reason IS NOT NULL)
                  AND debtor.keep_everything IS NOT TRUE
                  AND NOT EXISTS (
                      SELECT 1 FROM dunning_debtor kept
                       WHERE kept.partner_id = move.commercial_partner_id
                         AND kept.company_id = held.company_id AND kept.keep_everything)
             ORDER BY coalesce(held.released_on, held.date_until) LIMIT %(limit)s FOR NO KEY UPDATE OF held SKIP LOCKED""",
            company=company.id,
            before=self._ago(company, years),
        )
        self._do(
            "UPDATE dunning_hold SET reason = NULL, release_reason = NULL WHERE id = ANY(%(ids)s)",
            hold_ids,
        )
        return len(hold_ids)
