from odoo import api, fields, models
from odoo.tools import SQL, format_amount

#: How many months of invoices tell how a debtor pays.
MONTHS = 24


class DunningDebtorFigures(models.AbstractModel):
    """What a collector wants to know of a debtor before calling: owed, whom, how it pays."""

    _name = "dunning.debtor.figures"
    _description = "Figures of a Debtor"

    owed = fields.Text("Owes", compute="_compute_owed", help="Open amounts in each currency.")
    contact_ids = fields.Many2many(
        "res.partner", string="Contacts", compute="_compute_contact_ids", compute_sudo=False
    )
    paid_count = fields.Integer("Invoices Paid", compute="_compute_paid")
    paid_days_late = fields.Integer(
        "Average Days Late",
        compute="_compute_paid",
        help="Of what was paid in full and was due in the last two years. Negative: early.",
    )

    weighted_days_late = fields.Integer(
        "Days Late by Amount",
        compute="_compute_paid",
        help="Average days late of what was paid in full and was due in the last two years, "
        "in which each invoice counts for its amount. Negative: early.",
    )

    @api.depends("item_ids.state", "item_ids.amount_open")
    @api.depends_context("lang")
    def _compute_owed(self):
        sums = {}
        for debtor, currency, amount in self.env["dunning.item"]._read_group(
            [("debtor_id", "in", self.ids), ("state", "=", "open")],
            ["debtor_id", "currency_id"],
            ["amount_open:sum"],
        ):
            sums.setdefault(debtor, []).append(format_amount(self.env, amount, currency))
        for debtor in self:
            debtor.owed = " + ".join(sums.get(debtor, ())) or self.env._("nothing")

    @api.depends("partner_id.child_ids")
    def _compute_contact_ids(self):
        contacts = self.env["res.partner"].search(
            [("commercial_partner_id", "in", self.partner_id.ids)], order="id"
        )
        by_owner = contacts.grouped("commercial_partner_id")
        for debtor in self:
            debtor.contact_ids = by_owner.get(debtor.partner_id, debtor.partner_id)

    def _compute_paid(self):
        """How late what was paid in full came, in one statement."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT debtor.id, count(*), round(avg(paid.on_day - line.date_maturity)),
                          round(sum((paid.on_day - line.date_maturity) * line.balance)
                                / nullif(sum(line.balance), 0))
                     FROM dunning_debtor debtor
                     JOIN res_partner partner ON partner.commercial_partner_id = debtor.partner_id
                     JOIN account_move_line line ON line.partner_id = partner.id
                                                AND line.company_id = debtor.company_id
                     JOIN account_move move ON move.id = line.move_id
             JOIN LATERAL (SELECT max(max_date) AS on_day
                             FROM account_partial_reconcile
                            WHERE debit_move_id = line.id) paid ON paid.on_day IS NOT NULL
                    WHERE debtor.id = ANY(%s)
                      AND move.move_type = 'out_invoice'
                      AND line.display_type = 'payment_term'
                      AND line.parent_state = 'posted'
                      AND line.reconciled
                      AND line.date_maturity > %s - make_interval(months => %s)
                 GROUP BY debtor.id""",
                self.ids,
                fields.Date.context_today(self),
                MONTHS,
            )
        )
        found = {debtor_id: (count, int(late), int(by or 0)) for debtor_id, count, late, by in rows}
        for debtor in self:
            count, late, by_amount = found.get(debtor._origin.id, (0, 0, 0))
            debtor.paid_count, debtor.paid_days_late = count, late
            debtor.weighted_days_late = by_amount
