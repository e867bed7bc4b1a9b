from odoo import models


class CollectionCase(models.Model):
    """What of a case money of an office may go to."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    def _claimed_items(self):
        """The items of these, without those that somebody took out before the end."""
        lines = self.sudo().line_ids.filtered(
            lambda line: (
                not line.left_on
                or line.case_id.closed_on
                and line.left_on >= line.case_id.closed_on
            )
        )
        return lines.item_id

    def _lines_of_items(self, currency):
        """What is open of its invoices, also of those that left with its end: ``[(line, due)]``."""
        items = self._claimed_items().filtered(
            lambda item: item.debtor_id == self.debtor_id and item.currency_id == currency
        )
        return [(item.line_id, item.date_due) for item in items if _is_open(item.line_id)]

    def _lines_of_charges(self):
        """What is open of costs and interest that are booked about its invoices."""
        booked = self._charges(self._claimed_items()).filtered(
            lambda charge: charge.state == "booked"
        )
        return [
            (line, charge.due_from)
            for charge in booked
            for line in charge._receivables(charge.move_id)
            if _is_open(line)
        ]

    def _receivable_account(self):
        """The account of its invoices."""
        lines = self.sudo().line_ids.item_id.line_id
        partner = self.partner_id.with_company(self.company_id).sudo()
        return lines.account_id[:1] or partner.property_account_receivable_id

    def _steps(self, kinds):
        """What offices paid out is no payment of the debtor to us."""
        remittances = self.env["collection.remittance"].sudo()
        matched = remittances.search(
            [("line_ids.case_id", "in", self.ids), ("state", "=", "matched")]
        )
        offices = self.env["collection.agent"].sudo().with_context(active_test=False)
        offices = offices.search([("company_id", "in", self.company_id.ids)])
        steps = super()._steps(kinds)
        names = {step[1] for own in steps.values() for step in own if step[1]}
        # However it was matched: what an office transferred is not the debtor's payment to us.
        by_hand = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", self.company_id.root_id.ids),
                    ("name", "in", list(names)),
                    (
                        "commercial_partner_id",
                        "in",
                        offices.partner_id.commercial_partner_id.ids,
                    ),
                ]
            )
        )
        theirs = {*matched.statement_line_id.move_id.mapped("name"), *by_hand.mapped("name")}
        return {
            case: [step for step in own if step[1] not in theirs] for case, own in steps.items()
        }


def _is_open(line):
    return line.parent_state == "posted" and not line.reconciled and line.amount_residual > 0
