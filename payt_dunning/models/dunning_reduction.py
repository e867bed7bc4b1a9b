import logging

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL
from odoo.tools.date_utils import get_fiscal_year

_logger = logging.getLogger(__name__)

#: So many items are reduced in a transaction, with all that is about them.
BATCH = 1_000
#: Cases that ended so may still be collected one day.
UNPAID = ("not_pursued", "uncollectable")
#: What debtors said and we answered, with the words that go.
SAID = (
    ("dunning.question", ("text", "author", "email")),
    ("dunning.dispute", ("text", "outcome", "note")),
    ("dunning.promise", ("note", "ended_because")),
    ("dunning.payment.plan", ("reason", "note", "ended_because", "amendment_why")),
    ("dunning.payment.advice", ("note",)),
)
#: What a recipient becomes: the field can't be empty.
NOBODY = "-"
#: Words about a message that go with it; add-ons have more (``_words_of_messages``).
WORDS = (
    "body",
    "subject",
    "text",
    "failure",
    "bounce",
    "letter_note",
    "letter_problem",
)


class DunningReduction(models.AbstractModel):
    """Reduces what happened to its proof once no law asks for more.

    First cases with their packages, then items that were settled and are in no case, plan,
    promise or dispute that still needs them: decisions go, of what people noted the words, of
    messages text, names and addresses. What was reached and when, amounts, and the SHA-256 of what
    was sent stay with the invoice.
    """

    _name = "dunning.reduction"
    _description = "Reducing What Happened"

    @api.autovacuum
    def _gc_history(self):
        """One batch of one company; Odoo's cleaning asks again while something is left."""
        for company in self.env["res.company"].sudo().with_context(active_test=False).search([]):
            try:
                with self.env.cr.savepoint():
                    done = self._reduce_some(company)
            except Exception:
                # What is the matter with one company keeps no other one from it.
                _logger.exception("What is over of company %s could not be reduced", company.id)
                self.env.invalidate_all(flush=False)
                continue
            if done:
                return done, True
        return 0, False

    @api.model
    def _reduce_some(self, company):
        """A batch of a company; how many records that were."""
        years, unpaid = company._dunning_kept()
        cases = self._old_cases(company, years, unpaid)
        self._reduce_cases(cases, years, unpaid)
        items = self._old_items(company, years)
        self._reduce_items(items, years)
        return len(cases) + len(items) + self._reduce_debtors(company, years)

    @api.model
    def _ago(self, company, years):
        """What ended before this day is kept no longer.

        The years count from the end of the year, and of the financial year, in which it ended.
        """
        day = fields.Date.today() - relativedelta(years=years)
        month = int(company.fiscalyear_last_month)
        begin, _end = get_fiscal_year(day, company.fiscalyear_last_day, month)
        return min(begin, day.replace(month=1, day=1))

    # -- what is old ---------------------------------------------------------------------------

    @api.model
    def _old_cases(self, company, years, unpaid):
        """Ids of closed cases that nobody needs any more, locked."""
        return self._locked(
            """SELECT old.id FROM collection_case old
                 JOIN dunning_debtor debtor ON debtor.id = old.debtor_id
                WHERE old.company_id = %(company)s AND old.phase = 'closed'
                  AND old.reduced_on IS NULL AND debtor.keep_everything IS NOT TRUE
                  AND old.closed_on < CASE WHEN old.outcome IN %(unpaid)s
                                           THEN %(long_ago)s::date ELSE %(before)s::date END
                  AND old.closed_on < %(before)s
                  AND NOT EXISTS (
                      SELECT 1 FROM collection_case_line own
                        JOIN dunning_item item ON item.id = own.item_id
                       WHERE own.case_id = old.id AND item.state = 'open')
             ORDER BY old.closed_on LIMIT %(limit)s FOR NO KEY UPDATE OF old SKIP LOCKED""",
            company=company.id,
            unpaid=UNPAID,
            before=self._ago(company, years),
            long_ago=self._ago(company, unpaid),
        )

    @api.model
    def _old_items(self, company, years):
        """Ids of settled items that nothing needs any more, locked."""
        return self._locked(
            """SELECT old.id FROM dunning_item old
                 JOIN dunning_debtor debtor ON debtor.id = old.debtor_id
                WHERE old.company_id = %(company)s AND old.state = 'closed'
                  AND old.reduced_on IS NULL AND old.closed_on < %(before)s
                  AND debtor.keep_everything IS NOT TRUE
                  AND NOT EXISTS (
                      SELECT 1 FROM collection_case_line own
                        JOIN collection_case holder ON holder.id = own.case_id
                       WHERE own.item_id = old.id AND holder.reduced_on IS NULL)
                  AND NOT EXISTS (
                      SELECT 1 FROM dunning_item_dunning_payment_plan_rel own
                        JOIN dunning_payment_plan plan ON plan.id = own.dunning_payment_plan_id
                       WHERE own.dunning_item_id = old.id
                         AND plan.state IN ('proposed', 'offered', 'running'))
                  AND NOT EXISTS (
                      SELECT 1 FROM dunning_dispute_dunning_item_rel own
                        JOIN dunning_dispute dispute ON dispute.id = own.dunning_dispute_id
                       WHERE own.dunning_item_id = old.id AND dispute.state = 'open')
                  AND NOT EXISTS (
                      SELECT 1 FROM dunning_item_dunning_promise_rel own
                        JOIN dunning_promise promise ON promise.id = own.dunning_promise_id
                       WHERE own.dunning_item_id = old.id AND promise.state = 'open')
             ORDER BY old.closed_on LIMIT %(limit)s FOR NO KEY UPDATE OF old SKIP LOCKED""",
            company=company.id,
            before=self._ago(company, years),
        )

    @api.model
    def _locked(self, query, **values):
        self.env.flush_all()
        return [row_id for (row_id,) in self.env.execute_query(SQL(query, limit=BATCH, **values))]

    # -- reducing ------------------------------------------------------------------------------

    @api.model
    def _reduce_cases(self, case_ids, years, unpaid):
        """Packages and notes of cases go; their hashes, days and amounts stay."""
        if not case_ids:
            return
        files = self._ids_of(
            """WITH old AS (
                   SELECT id, file_id FROM collection_handover
                    WHERE case_id = ANY(%(ids)s) AND file_id IS NOT NULL)
               UPDATE collection_handover made SET file_id = NULL, documents = NULL FROM old
                WHERE made.id = old.id RETURNING old.file_id""",
            case_ids,
        )
        self._do(
            """UPDATE collection_case
                  SET reduced_on = %(day)s,
                      reduced_after = CASE WHEN outcome IN %(never)s
                                           THEN %(unpaid)s ELSE %(years)s END
                WHERE id = ANY(%(ids)s)""",
            case_ids,
            day=fields.Date.today(),
            years=years,
            unpaid=unpaid,
            never=UNPAID,
        )
        self.env["ir.attachment"].sudo().browse(files).unlink()
        self._reduce_case_words(case_ids)

    @api.model
    def _reduce_items(self, item_ids, years):
        """The history of items goes, and of messages that are about no other item."""
        if not item_ids:
            return
        today = fields.Date.today()
        self._do(
            """UPDATE dunning_item
                  SET reduced_on = %(day)s, reduced_after = %(years)s, interruption_note = NULL
                WHERE id = ANY(%(ids)s)""",
            item_ids,
            day=today,
            years=years,
        )
        self._do(
            "DELETE FROM dunning_event WHERE item_id = ANY(%(ids)s) AND kind = 'decision'", item_ids
        )
        self._do(
            """UPDATE dunning_event
                  SET note = NULL, user_id = CASE WHEN user_id = %(system)s THEN user_id END
                WHERE item_id = ANY(%(ids)s)""",
            item_ids,
            system=SUPERUSER_ID,
        )
        notice_ids = self._ids_of(
            """SELECT DISTINCT own.notice_id FROM dunning_notice_line own
                WHERE own.item_id = ANY(%(ids)s) AND NOT EXISTS (
                      SELECT 1 FROM dunning_notice_line beside
                        JOIN dunning_item item ON item.id = beside.item_id
                       WHERE beside.notice_id = own.notice_id AND item.reduced_on IS NULL)
                  AND NOT EXISTS (
                      SELECT 1 FROM dunning_notice told
                        JOIN dunning_debtor kept ON kept.id = told.debtor_id
                       WHERE told.id = own.notice_id AND kept.keep_everything)""",
            item_ids,
        )
        self._reduce_notices(notice_ids, today, years)
        for model, words in SAID:
            self._reduce_said(model, words, item_ids, today, years)
        self._reduce_words_about(item_ids)

    @api.model
    def _reduce_said(self, model, words, item_ids, day, years):
        """Words of what was said about items go, where all that it is about was reduced."""
        table, items = self.env[model]._table, self.env[model]._fields["item_ids"]
        reduced = dict.fromkeys(words)
        if "reduced_on" in self.env[model]._fields:
            reduced |= {"reduced_on": day, "reduced_after": years}
        names = {
            "own": SQL.identifier(items.relation),
            "said": SQL.identifier("own", items.column1),
            "item": SQL.identifier("own", items.column2),
        }
        self._do(
            """UPDATE %(table)s said SET %(reduced)s
                WHERE said.state <> 'open'
                  AND NOT EXISTS (
                      SELECT 1 FROM dunning_debtor kept
                       WHERE kept.id = said.debtor_id AND kept.keep_everything)
                  AND said.id IN (SELECT %(said)s FROM %(own)s own WHERE %(item)s = ANY(%(ids)s))
                  AND NOT EXISTS (
                      SELECT 1 FROM %(own)s own JOIN dunning_item item ON item.id = %(item)s
                       WHERE %(said)s = said.id AND item.reduced_on IS NULL)""",
            item_ids,
            table=SQL.identifier(table),
            reduced=SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value) for name, value in reduced.items()
            ),
            **names,
        )

    @api.model
    def _reduce_notices(self, notice_ids, day, years):
        """Of messages the proof stays: the hash, the level, the day and the amounts."""
        if not notice_ids:
            return
        files = self._ids_of(
            """SELECT DISTINCT file.id FROM dunning_notice old
                CROSS JOIN LATERAL (VALUES (old.letter_file_id), (old.proof_id)) AS file (id)
                WHERE old.id = ANY(%(ids)s) AND file.id IS NOT NULL""",
            notice_ids,
        )
        words = SQL(", ").join(
            SQL("%s = NULL", SQL.identifier(name)) for name in self._words_of_messages()
        )
        for query in (
            """UPDATE dunning_notice
                  SET %(words)s, recipient = %(nobody)s, partner_id = NULL,
                      letter_file_id = NULL, proof_id = NULL,
                      reduced_on = %(day)s, reduced_after = %(years)s
                WHERE id = ANY(%(ids)s)""",
            """UPDATE dunning_notice_line
                  SET recipient = %(nobody)s, live = false, void_because = NULL
                WHERE notice_id = ANY(%(ids)s)""",
            "DELETE FROM sms_sms WHERE dunning_notice_id = ANY(%(ids)s)",
            "UPDATE dunning_delivery SET words = NULL WHERE notice_id = ANY(%(ids)s)",
            "DELETE FROM dunning_page_key WHERE notice_id = ANY(%(ids)s)",
            """UPDATE mail_message SET subject = NULL WHERE id IN (
                   SELECT mail_message_id FROM mail_mail WHERE dunning_notice_id = ANY(%(ids)s))""",
            "DELETE FROM mail_mail WHERE dunning_notice_id = ANY(%(ids)s)",
        ):
            self._do(query, notice_ids, nobody=NOBODY, day=day, years=years, words=words)
        # A proof of posting may be that of other letters as well.
        gone = self._ids_of(
            """SELECT file.id FROM ir_attachment file
                WHERE file.id = ANY(%(ids)s) AND NOT EXISTS (
                      SELECT 1 FROM dunning_notice other
                       WHERE other.letter_file_id = file.id)
                  AND NOT EXISTS (
                      SELECT 1 FROM dunning_notice other WHERE other.proof_id = file.id)""",
            files,
        )
        self.env["ir.attachment"].sudo().browse(gone).unlink()

    @api.model
    def _words_of_messages(self):
        """Columns of messages that hold what was said, to whom and about it."""
        return WORDS

    @api.model
    def _do(self, query, ids, **values):
        self.env.cr.execute(SQL(query, ids=ids, **values))
        self.env.invalidate_all(flush=False)

    @api.model
    def _ids_of(self, query, ids):
        self.env.cr.execute(SQL(query, ids=ids))
        return [row_id for (row_id,) in self.env.cr.fetchall()]
