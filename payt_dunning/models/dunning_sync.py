from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: How many new receivable lines one statement takes in.
SYNC_BATCH = 10000
#: What was paid before that and is open again is more likely a mistake than a debt.
BOOKED_LONG_AGO = timedelta(days=182)


class DunningSync(models.AbstractModel):
    """Brings the items of a company in line with its ledger, at the start of every run."""

    _name = "dunning.sync"
    _description = "Dunning Items From the Ledger"

    @api.model
    def _sync(self, company):
        """Add new lines, attach items whose line was made anew, open those that were paid and
        are not any more, move those whose debtor changed, close finished ones.

        :return: number of items added and number of items closed
        """
        self._read_ledger_again(company)
        self._attach_again(company)
        self._follow_debtor(company)
        added = self._add_missing(company)
        self._open_again(company)
        return added, self._close_finished(company)

    @api.model
    def _read_ledger_again(self, company):
        """Put right what items say of their lines, where a payment came between.

        A payment that is committed while another transaction takes in its line sees no item
        to refresh, and the item keeps the old amount.
        """
        for model in ("account.move.line", "dunning.item"):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE dunning_item item
                      SET amount_open = line.amount_residual_currency,
                          amount_company = line.amount_residual,
                          reconciled = coalesce(line.reconciled, false),
                          line_state = line.parent_state,
                          date_due = coalesce(line.date_maturity, line.date),
                          next_date = least(item.next_date, %(today)s)
                     FROM account_move_line line
                    WHERE line.id = item.line_id
                      AND item.company_id = %(company)s
                      AND item.state = 'open'
                      AND (item.amount_open, coalesce(item.reconciled, false), item.line_state,
                           item.date_due)
                          IS DISTINCT FROM
                          (line.amount_residual_currency, coalesce(line.reconciled, false),
                           line.parent_state, coalesce(line.date_maturity, line.date))""",
                company=company.id,
                today=self.env["dunning.message"]._today(company),
            )
        )
        if self.env.cr.rowcount:
            self.env["dunning.item"].invalidate_model()

    @api.model
    def _add_missing(self, company):
        """Take in the open receivable lines that no item follows yet; returns how many.

        Each part is committed: there may be tens of thousands.
        """
        line_ids = self.env["account.move.line"].search(self._missing(company), order="id").ids
        for start in range(0, len(line_ids), SYNC_BATCH):
            self._add(company, line_ids[start : start + SYNC_BATCH])
            self.env["dunning.notice"]._commit()
        return len(line_ids)

    @api.model
    def _take_in(self, moves):
        """Take in the open due dates of invoices now, in the transaction of whoever asks.

        The next run finds their items and goes on with them.
        """
        for company, of_company in moves.grouped("company_id").items():
            domain = self._missing(company) & Domain("move_id", "in", of_company.ids)
            lines = self.env["account.move.line"].search(domain, order="id")
            if lines:
                self._add(company, lines.ids)

    @api.model
    def _missing(self, company):
        """Open receivable lines of a company that no item follows yet, as a domain."""
        return self.env["dunning.item"]._receivable_domain(company) & Domain(
            [
                ("no_followup", "=", False),
                ("amount_residual_currency", ">", 0),
                ("dunning_item_ids", "=", False),
                # Costs and interest that are booked have no reminders of their own.
                ("move_id.dunning_charge_id", "=", False),
            ]
        )

    @api.model
    def _add(self, company, line_ids):
        """Make the items of receivable lines, and the debtors that are missing.

        A few statements for thousands: by the ORM 36,000 lines and their 10,000 debtors take
        ten times as long.
        """
        self.env.flush_all()
        self._insert_debtors(company, line_ids)
        debtor_ids = self._insert_items(company, line_ids)
        self._name_again(line_ids)
        for model in ("dunning.debtor", "dunning.item"):
            self.env[model].invalidate_model()
        self.env["account.move.line"].invalidate_model(["dunning_item_ids"])
        self.env["dunning.debtor"].browse(debtor_ids)._look_again()

    @api.model
    def _insert_debtors(self, company, line_ids):
        """Make the debtors of receivable lines that are missing; see :meth:`DunningDebtor._ensure`.

        A contact is everybody's, its salesperson may be another company's. How they pay may be
        known already.
        """
        self.env.cr.execute(
            SQL(
                """WITH made AS (
                   INSERT INTO dunning_debtor (
                          create_uid, create_date, write_uid, write_date,
                          company_id, partner_id, kind, handler_id)
                   SELECT %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC',
                          %(company)s, owner.id,
                          CASE WHEN owner.is_company OR owner.vat <> '' THEN 'business'
                               ELSE 'consumer' END,
                          allowed.user_id
                     FROM res_partner owner
                LEFT JOIN res_company_users_rel allowed ON allowed.user_id = owner.user_id
                                                       AND allowed.cid = %(company)s
                    WHERE owner.id IN (SELECT partner.commercial_partner_id
                                         FROM account_move_line line
                                         JOIN res_partner partner ON partner.id = line.partner_id
                                        WHERE line.id = ANY(%(lines)s))
                 ORDER BY owner.id
                   ON CONFLICT DO NOTHING
                RETURNING id, company_id, partner_id)
                   UPDATE dunning_behaviour own SET debtor_id = made.id
                     FROM made
                    WHERE own.company_id = made.company_id AND own.partner_id = made.partner_id""",
                company=company.id,
                lines=line_ids,
                user=self.env.uid,
            )
        )
        self.env["dunning.behaviour"].invalidate_model(["debtor_id"])

    @api.model
    def _insert_items(self, company, line_ids):
        """Insert the items of receivable lines; returns the ids of their debtors.

        An instalment's number is its place among the due dates of its invoice; an entry that
        is no invoice is known by its label.
        """
        rows = self.env.execute_query(
            SQL(
                """WITH line AS (
                       SELECT line.id, line.move_id, line.partner_id, line.company_id,
                              line.currency_id, line.ref, line.name, line.date_maturity, line.date,
                              line.amount_residual_currency, line.amount_residual,
                              line.parent_state, move.name AS number, move.move_type,
                              partner.commercial_partner_id AS owner_id
                         FROM account_move_line line
                         JOIN account_move move ON move.id = line.move_id
                         JOIN res_partner partner ON partner.id = line.partner_id
                        WHERE line.id = ANY(%(lines)s)
                   ), term AS (
                       SELECT sibling.id, sibling.move_id,
                              row_number() OVER (
                                  PARTITION BY sibling.move_id
                                      ORDER BY coalesce(sibling.date_maturity, sibling.date),
                                               sibling.id) AS place,
                              count(*) OVER (PARTITION BY sibling.move_id) AS terms
                         FROM account_move_line sibling
                         JOIN account_account account ON account.id = sibling.account_id
                        WHERE account.account_type = 'asset_receivable'
                          AND sibling.move_id IN (SELECT move_id FROM line)
                   )
                   INSERT INTO dunning_item (
                          create_uid, create_date, write_uid, write_date,
                          debtor_id, partner_id, handler_id, company_id,
                          line_id, move_id, term_number, name,
                          currency_id, date_due, amount_open, amount_company,
                          reconciled, line_state, state, episode, reached, next_date)
                   SELECT %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC',
                          debtor.id, debtor.partner_id, debtor.handler_id, line.company_id,
                          line.id, line.move_id, term.place,
                          CASE WHEN line.move_type = 'entry'
                               THEN coalesce(nullif(line.ref, ''), nullif(line.name, ''),
                                             line.number)
                               WHEN term.terms > 1 THEN line.number || '-' || term.place
                               ELSE line.number END,
                          line.currency_id, coalesce(line.date_maturity, line.date),
                          line.amount_residual_currency, line.amount_residual,
                          false, line.parent_state, 'open', 1, 0, %(today)s
                     FROM line
                     JOIN term ON term.id = line.id
                     JOIN dunning_debtor debtor ON debtor.company_id = line.company_id
                                               AND debtor.partner_id = line.owner_id
                   ON CONFLICT DO NOTHING
                   RETURNING debtor_id""",
                lines=line_ids,
                user=self.env.uid,
                today=self.env["dunning.message"]._today(company),
            )
        )
        return list({debtor_id for (debtor_id,) in rows})

    @api.model
    def _name_again(self, line_ids):
        """An invoice that had one due date and has several now: all its items say which."""
        self.env.cr.execute(
            SQL(
                """UPDATE dunning_item item
                      SET name = move.name || '-' || item.term_number,
                          write_uid = %(user)s, write_date = now() AT TIME ZONE 'UTC'
                     FROM account_move move
                    WHERE move.id = item.move_id
                      AND move.move_type <> 'entry'
                      AND item.line_id IS NOT NULL
                      AND item.name IS DISTINCT FROM move.name || '-' || item.term_number
                      AND item.move_id IN (
                          SELECT other.move_id
                            FROM dunning_item new
                            JOIN dunning_item other ON other.move_id = new.move_id
                           WHERE new.line_id = ANY(%(lines)s) AND other.term_number > 1)""",
                lines=line_ids,
                user=self.env.uid,
            )
        )

    @api.model
    def _term_numbers(self, moves):
        """For each receivable line of ``moves``: its place among the due dates, and their number."""
        lines = self.env["account.move.line"].search(
            [("move_id", "in", moves.ids), ("account_type", "=", "asset_receivable")]
        )
        numbers = {}
        for move_lines in lines.grouped("move_id").values():
            ordered = move_lines.sorted(lambda line: (line.date_maturity or line.date, line.id))
            for place, line in enumerate(ordered, start=1):
                numbers[line.id] = (place, len(ordered))
        return numbers

    @api.model
    def _attach_again(self, company):
        """Items whose line was deleted take the line of the same due date made since.

        A reset to draft may make the lines of an invoice anew; the level reached is kept.
        """
        Item = self.env["dunning.item"]
        lost = Item.search(
            [("company_id", "=", company.id), ("state", "=", "open"), ("line_id", "=", False)]
        )
        if not lost:
            return
        numbers = self._term_numbers(lost.move_id)
        taken = set(Item.search([("line_id", "in", list(numbers))]).line_id.ids)
        lines = self.env["account.move.line"].browse(numbers)
        free = {
            (line.move_id.id, numbers[line.id][0]): line for line in lines if line.id not in taken
        }
        for item in lost:
            item.line_id = free.get((item.move_id.id, item.term_number), False)

    @api.model
    def _follow_debtor(self, company):
        """An item whose invoice went to another debtor begins anew there."""
        self.env["account.move.line"].flush_model(["partner_id"])
        self.env["dunning.item"].flush_model(["line_id", "partner_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT item.id
                     FROM dunning_item item
                     JOIN account_move_line line ON line.id = item.line_id
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE item.company_id = %s AND item.state = 'open'
                      AND partner.commercial_partner_id != item.partner_id""",
                company.id,
            )
        )
        items = self.env["dunning.item"].browse([item_id for (item_id,) in rows])
        for item in items:
            partner = item.line_id.partner_id.commercial_partner_id
            debtor = self.env["dunning.debtor"]._ensure(company, partner)[partner.id]
            item.debtor_id._look_again()
            item.debtor_id = debtor
            item._begin_again()
            debtor._look_again()

    @api.model
    def _open_again(self, company):
        """Closed items with something open again go to a person, not on with their old level."""
        reopened = self.env["dunning.item"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("closed", "remainder")),
                ("reconciled", "=", False),
                ("line_state", "=", "posted"),
                ("amount_open", ">", 0),
            ]
        )
        if not reopened:
            return
        today = self.env["dunning.message"]._today(company)
        reopened._reopen()
        # A collection that the bank refused: the levels count from today.
        collected = reopened.filtered("debtor_id.direct_debit")
        collected._begin_again()
        collected.write({"count_from": today})
        long_ago = reopened.filtered(
            lambda item: item.closed_on and item.closed_on < today - BOOKED_LONG_AGO
        )
        Hold = self.env["dunning.hold"]
        held = Hold.search(
            [
                ("item_id", "in", reopened.ids),
                ("kind", "in", ("reopened", "booking_error")),
                ("released_on", "=", False),
            ]
        )
        Hold.create(
            [
                {
                    "company_id": company.id,
                    "item_id": item.id,
                    "kind": "booking_error" if item in long_ago else "reopened",
                }
                for item in reopened - held.item_id - collected
                if item.reached or item in long_ago
            ]
        )

    @api.model
    def _close_finished(self, company):
        """Close items with nothing open, or whose invoice was cancelled or deleted."""
        finished = self.env["dunning.item"].search(
            Domain([("company_id", "=", company.id), ("state", "=", "open")])
            & (
                Domain("reconciled", "=", True)
                | Domain("line_state", "=", "cancel")
                | Domain("move_id", "=", False)
                # An instalment that its invoice no longer has.
                | Domain("line_id", "=", False) & Domain("move_id.state", "=", "posted")
                | Domain("amount_open", "<=", 0) & Domain("line_state", "=", "posted")
            )
        )
        finished._close()
        return len(finished)

    @api.model
    def _without_partner(self, company):
        """Numbers of followed-up receivable lines that can't be followed: they are nobody's."""
        domain = [
            ("company_id", "=", company.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("partner_id", "=", False),
            ("no_followup", "=", False),
            ("amount_residual", ">", 0),
        ]
        return self.env["account.move.line"].search(domain, limit=20).mapped("move_name")
