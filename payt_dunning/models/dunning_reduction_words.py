from odoo import api, models

from .dunning_reduction import NOBODY

#: Of cases: statements that empty words and names. All but the proof goes with the packages.
OF_CASES = (
    """UPDATE collection_case
          SET note = NULL, solvency_note = NULL, opinion_answer = NULL,
              reason = NULL, closed_because = NULL, offer_reason = NULL
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
    "UPDATE collection_case_line SET left_because = NULL WHERE case_id = ANY(%(ids)s)",
    # Amounts and codes stay: the figures of offices are made of them.
    """UPDATE collection_feedback_line
          SET text = NULL, says = NULL,
              "values" = "values" - ARRAY['text', 'reason', 'note', 'file']
        WHERE case_id = ANY(%(ids)s)""",
    # What was noted in the threads of a case and of its packages.
    """UPDATE mail_message SET body = '', subject = NULL
        WHERE model = 'collection.case' AND res_id = ANY(%(ids)s)""",
    """UPDATE mail_message told SET body = '', subject = NULL
         FROM collection_handover made
        WHERE told.model = 'collection.handover' AND told.res_id = made.id
          AND made.case_id = ANY(%(ids)s)""",
)
#: Files at a case and its packages: what offices sent, and what people put there.
CASE_FILES = """SELECT file.id FROM ir_attachment file
    WHERE file.res_model = 'collection.case' AND file.res_id = ANY(%(ids)s)
       OR file.res_model = 'collection.handover' AND file.res_id IN (
          SELECT made.id FROM collection_handover made WHERE made.case_id = ANY(%(ids)s))"""
#: Files of what offices told, where all that it was about is over.
TOLD_FILES = """WITH over AS (
       SELECT told.id, told.file_id FROM collection_feedback told
        WHERE told.file_id IS NOT NULL
          AND told.id IN (SELECT feedback_id FROM collection_feedback_line
                           WHERE case_id = ANY(%(ids)s))
          AND NOT EXISTS (
              SELECT 1 FROM collection_feedback_line beside
           LEFT JOIN collection_case about ON about.id = beside.case_id
               WHERE beside.feedback_id = told.id
                 AND CASE WHEN about.id IS NULL THEN beside.result = 'review'
                          ELSE about.reduced_on IS NULL END))
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
#: What is noted at debtors themselves, by title: which of it is old, and what becomes of it.
#: Nothing goes while something of the debtor that it may be about was not reduced.
AT_DEBTORS = {
    "addresses that failed": (
        """SELECT old.id FROM dunning_failed_address old
             JOIN dunning_debtor debtor ON debtor.id = old.debtor_id
            WHERE old.company_id = %(company)s AND old.since < %(before)s
              AND debtor.keep_everything IS NOT TRUE
              AND NOT EXISTS (
                  SELECT 1 FROM dunning_item younger
                   WHERE younger.debtor_id = old.debtor_id AND younger.reduced_on IS NULL)
         ORDER BY old.since LIMIT %(limit)s FOR UPDATE OF old SKIP LOCKED""",
        "DELETE FROM dunning_failed_address WHERE id = ANY(%(ids)s)",
    ),
    "contact details": (
        """SELECT old.id FROM dunning_contact_change old
             JOIN dunning_debtor debtor ON debtor.id = old.debtor_id
            WHERE old.company_id = %(company)s AND old.asked_on < %(before)s
              AND old.state <> 'open' AND coalesce(old.decided_on, old.asked_on) < %(before)s
              AND coalesce(old.answer, old.new_email, old.new_phone, old.new_street,
                           old.new_zip, old.new_city) IS NOT NULL
              AND debtor.keep_everything IS NOT TRUE
              AND NOT EXISTS (
                  SELECT 1 FROM dunning_item younger
                   WHERE younger.debtor_id = old.debtor_id AND younger.reduced_on IS NULL)
         ORDER BY old.asked_on LIMIT %(limit)s FOR NO KEY UPDATE OF old SKIP LOCKED""",
        """UPDATE dunning_contact_change
              SET answer = NULL, email_partner_id = NULL,
                  old_email = NULL, old_phone = NULL, old_street = NULL, old_zip = NULL,
                  old_city = NULL, new_email = NULL, new_phone = NULL, new_street = NULL,
                  new_zip = NULL, new_city = NULL
            WHERE id = ANY(%(ids)s)""",
    ),
    "words of holds": (
        """SELECT old.id FROM dunning_hold old
        LEFT JOIN dunning_item item ON item.id = old.item_id
        LEFT JOIN account_move move ON move.id = old.move_id
        LEFT JOIN dunning_debtor debtor ON debtor.id = coalesce(old.debtor_id, item.debtor_id)
            WHERE old.company_id = %(company)s
              AND coalesce(old.released_on, old.date_until) < %(before)s
              AND (old.reason IS NOT NULL OR old.release_reason IS NOT NULL)
              AND debtor.keep_everything IS NOT TRUE
              AND (old.item_id IS NULL OR item.reduced_on IS NOT NULL)
              AND NOT EXISTS (
                  SELECT 1 FROM dunning_debtor kept
                   WHERE kept.partner_id = move.commercial_partner_id
                     AND kept.company_id = old.company_id AND kept.keep_everything)
              AND (SELECT true FROM dunning_item of_move
                    WHERE of_move.move_id = old.move_id AND of_move.reduced_on IS NULL
                    LIMIT 1) IS NULL
              AND (SELECT true FROM dunning_item held
                    WHERE held.debtor_id = old.debtor_id AND held.reduced_on IS NULL
                      AND held.create_date < coalesce(old.released_on, old.date_until) + 1
                    LIMIT 1) IS NULL
         ORDER BY coalesce(old.released_on, old.date_until)
            LIMIT %(limit)s FOR NO KEY UPDATE OF old SKIP LOCKED""",
        "UPDATE dunning_hold SET reason = NULL, release_reason = NULL WHERE id = ANY(%(ids)s)",
    ),
}


class DunningReduction(models.AbstractModel):
    """Which words and names go, beside those of items and messages."""

    _inherit = "dunning.reduction"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _reduce_case_words(self, case_ids):
        """What people and offices wrote about cases that were reduced."""
        for query in OF_CASES:
            self._do(query, case_ids, nobody=NOBODY)
        files = [*self._ids_of(TOLD_FILES, case_ids), *self._ids_of(CASE_FILES, case_ids)]
        self.env["ir.attachment"].sudo().browse(files).unlink()

    @api.model
    def _reduce_words_about(self, item_ids):
        """What people wrote about items that were reduced, and about debtors of whom all is over."""
        for query in OF_ITEMS:
            self._do(query, item_ids)
        self._do(
            """UPDATE dunning_debtor SET failed_email = NULL
                WHERE failed_email IS NOT NULL AND id IN (
                      SELECT own.debtor_id FROM dunning_item own WHERE own.id = ANY(%(ids)s)
                         AND NOT EXISTS (
                             SELECT 1 FROM dunning_item beside
                              WHERE beside.debtor_id = own.debtor_id
                                AND beside.reduced_on IS NULL))""",
            item_ids,
        )

    @api.model
    def _reduce_debtors(self, company, years):
        """A batch of what is noted at a company's debtors, and is old; how much that was."""
        before, done = self._ago(company, years), 0
        for query, reduce in AT_DEBTORS.values():
            ids = self._locked(query, company=company.id, before=before)
            if ids:
                self._do(reduce, ids)
            done += len(ids)
        return done
