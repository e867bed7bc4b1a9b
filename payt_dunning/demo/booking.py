"""Turns the rows of ``ledger.py`` into postings of one company, through the ORM, in batches."""

from datetime import timedelta

from odoo import Command
from odoo.tools import SQL

# Day of a payment term's first due date.
FIRST_DUE = {"14": 14, "30": 30, "parts": 30}
COUNTER_CLAIM = 180.00
UNALLOCATED = 150.00
STATISTICS = (
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
)


class Books:
    """The books of one company.

    :param env: superuser environment with the quiet context
    :param people: ``{key: res.partner}``, companies included under their own key
    :param terms: ``{"14" | "30" | "parts": account.payment.term}``
    :param products: ``{key: product.product}``
    :param today: date all rows are relative to
    """

    def __init__(self, env, company, people, terms, products, today):
        self.company = company
        self.env = env(
            context={
                **env.context,
                "allowed_company_ids": company.ids,
                "lang": company.partner_id.lang,
            }
        )
        self.people = people
        self.terms = terms
        self.products = products
        self.today = today

    def post_all(self, rows):
        """Post the invoices of ``rows``, then everything their settlement and flag ask for."""
        rows = sorted(rows, key=self._invoice_date)
        moves = self.env["account.move"].create([self._invoice_vals(row) for row in rows])
        moves.action_post()
        self._refresh_statistics()
        pairs = list(zip(rows, moves, strict=True))
        self._settle(pairs)
        self._reverse([move for row, move in pairs if row.flag == "reversed"])
        self._open_credits(pairs)
        self._unallocated(pairs)
        self._vendor_bills(pairs)
        self._bank_lines(pairs)
        self._mark(pairs)

    def opening_balance(self, items):
        """Post the receivables brought over from the previous books, one entry, two years old.

        :param items: ``[(debtor key, amount, taken in by the follow-up)]``
        """
        day = self.today - timedelta(days=730)
        lines = [self._opening_line(key, amount, day) for key, amount, _taken in items]
        total = round(sum(amount for _key, amount, _taken in items), 2)
        lines.append({"account_id": self._equity().id, "credit": total, "name": "Beginbalans"})
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self._journal("general").id,
                "date": day,
                "ref": "Beginbalans debiteuren",
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        entry.action_post()
        for line, (_key, _amount, taken_in) in zip(entry.line_ids, items, strict=False):
            line.no_followup = not taken_in

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------

    def _term(self, row):
        """Return the key of the payment term: the row's own, else the debtor's."""
        if row.term:
            return row.term
        partner = self._partner(row.debtor)
        return "30" if partner.property_payment_term_id != self.terms["14"] else "14"

    def _partner(self, key):
        return self.people[key].with_env(self.env)

    def _invoice_date(self, row):
        return self.today - timedelta(days=row.overdue + FIRST_DUE[self._term(row)])

    def _invoice_vals(self, row):
        partner = self._partner(row.debtor)
        vals = {
            "move_type": "out_invoice",
            "partner_id": partner.address_get(["invoice"])["invoice"],
            "invoice_date": self._invoice_date(row),
            "invoice_payment_term_id": self.terms[self._term(row)].id,
            "is_move_sent": row.flag != "never_sent",
            "invoice_line_ids": [
                Command.create({"product_id": self.products[key].id, "quantity": quantity})
                for key, quantity in row.lines
            ],
        }
        if row.currency:
            vals["currency_id"] = self.env["res.currency"].search([("name", "=", row.currency)]).id
        if row.flag == "po_missing":
            vals["narration"] = "Inkoopnummer (PO) nog niet ontvangen."
        return vals

    def _opening_line(self, key, amount, day):
        partner = self._partner(key)
        return {
            "account_id": partner.property_account_receivable_id.id,
            "partner_id": partner.id,
            "debit": amount,
            "name": f"Oude factuur {day.year}-{partner.id:04d}",
            "date_maturity": day + timedelta(days=30),
        }

    def _journal(self, kind):
        return self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", kind)], limit=1
        )

    def _equity(self):
        accounts = self.env["account.account"]
        for kind in ("equity_unaffected", "equity"):
            domain = [("company_ids", "in", self.company.ids), ("account_type", "=", kind)]
            if found := accounts.search(domain, limit=1):
                return found
        return accounts

    @staticmethod
    def _receivables(move):
        lines = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return lines.sorted("date_maturity")

    # ------------------------------------------------------------------
    # Payments
    # ------------------------------------------------------------------

    def _settle(self, pairs):
        """Register and match the payments of all rows that were (partly) paid."""
        targets, vals_list = [], []
        for row, move in pairs:
            if not row.settle:
                continue
            how, *rest = row.settle
            lines = self._receivables(move)
            amount = move.amount_total
            if how == "share":
                amount = move.currency_id.round(amount * rest[0])
            elif how == "but":
                amount = move.currency_id.round(amount - rest[0])
            elif how == "first":
                lines = lines[: rest[0]]
                amount = sum(lines.mapped("amount_currency"))
            targets.append(lines)
            vals_list.append(self._payment_vals(move, amount, rest[-1]))
        payments = self._pay(vals_list)
        self.env["account.move.line"]._reconcile_plan(
            [
                lines | self._receivables(payment.move_id)
                for lines, payment in zip(targets, payments, strict=True)
            ]
        )

    def _payment_vals(self, move, amount, days_ago):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": move.commercial_partner_id.id,
            "amount": amount,
            "currency_id": move.currency_id.id,
            "date": self.today - timedelta(days=max(days_ago, 0)),
            "journal_id": self._journal("bank").id,
            "memo": move.payment_reference or move.name,
        }

    def _pay(self, vals_list):
        payments = self.env["account.payment"].create(vals_list)
        payments.action_post()
        self._refresh_statistics()
        return payments

    def _refresh_statistics(self):
        """Tell the database what this transaction has just written.

        Until the commit its own statistics see empty tables (always so after an interrupted
        load), and matching payments then takes seconds each instead of milliseconds.
        """
        self.env.flush_all()
        for table in STATISTICS:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def _unallocated(self, pairs):
        """Post payments nobody matched: one lower, one higher than what is open."""
        vals_list = []
        for number, (_row, move) in enumerate(self._flagged(pairs, "unallocated_payment")):
            amount = move.amount_total + UNALLOCATED if number % 2 else UNALLOCATED
            vals_list.append({**self._payment_vals(move, amount, 3), "memo": "Betaling"})
        self._pay(vals_list)

    def _bank_lines(self, pairs):
        """Book today's unmatched bank lines: one names the payer, one the invoice only."""
        vals_list = []
        for number, (_row, move) in enumerate(self._flagged(pairs, "unmatched_bank_line")):
            vals_list.append(
                {
                    "journal_id": self._journal("bank").id,
                    "date": self.today,
                    "amount": move.amount_total,
                    "payment_ref": f"Betaling factuur {move.name}" if number else "Facturen",
                    "partner_id": False if number else move.commercial_partner_id.id,
                }
            )
        self.env["account.bank.statement.line"].create(vals_list)

    # ------------------------------------------------------------------
    # Credits and counter claims
    # ------------------------------------------------------------------

    @staticmethod
    def _flagged(pairs, flag):
        return [(row, move) for row, move in pairs if row.flag == flag]

    def _reverse(self, moves):
        """Credit invoices in full, matched with their credit note."""
        for move in moves:
            values = {"invoice_date": self.today - timedelta(days=2), "ref": "Creditnota"}
            move._reverse_moves([values], cancel=True)

    def _open_credits(self, pairs):
        """Post credit notes that nobody matched: of 30 % and of 100 % of an open invoice."""
        vals_list = []
        for flag, share in (("credit_open_part", 0.3), ("credit_open_full", 1.0)):
            for row, move in self._flagged(pairs, flag):
                vals = self._invoice_vals(row)
                vals["move_type"] = "out_refund"
                vals["invoice_date"] = self.today - timedelta(days=5)
                vals["ref"] = f"Creditnota bij {move.name}"
                for _command, _id, line in vals["invoice_line_ids"]:
                    line["quantity"] *= share
                vals_list.append(vals)
        self.env["account.move"].create(vals_list).action_post()

    def _vendor_bills(self, pairs):
        """Post what we owe customers ourselves."""
        vals_list = [
            {
                "move_type": "in_invoice",
                "partner_id": move.commercial_partner_id.id,
                "invoice_date": self.today - timedelta(days=20),
                "ref": f"INK-{move.id}",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Drukwerk en materiaal",
                            "quantity": 1,
                            "price_unit": COUNTER_CLAIM,
                            "tax_ids": [Command.set(self.company.account_purchase_tax_id.ids)],
                        }
                    )
                ],
            }
            for _row, move in self._flagged(pairs, "counter_claim")
        ]
        self.env["account.move"].create(vals_list).action_post()

    def _mark(self, pairs):
        """Set what has no posting: the payment block, the follow-up flag, a cleared due date."""
        for _row, move in self._flagged(pairs, "blocked"):
            move.action_toggle_block_payment()
        for _row, move in self._flagged(pairs, "no_followup"):
            move.no_followup = True
        for _row, move in self._flagged(pairs, "no_due_date"):
            self._receivables(move).date_maturity = False
