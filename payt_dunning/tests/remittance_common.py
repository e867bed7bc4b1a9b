from odoo import Command

from .feedback_common import FeedbackCommon


class RemittanceCommon(FeedbackCommon):
    """A company that can book what an office paid out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"]
        cls.expense = accounts.create(
            {"name": "Collection expense", "code": "45500", "account_type": "expense"}
        )
        cls.input_vat = accounts.create(
            {"name": "Input VAT", "code": "15200", "account_type": "asset_current"}
        )
        cls.vat = cls.env["account.tax"].create(
            {
                "name": "21% of services",
                "amount": 21,
                "type_tax_use": "purchase",
                "invoice_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "account_id": cls.input_vat.id}),
                ],
                "refund_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "account_id": cls.input_vat.id}),
                ],
            }
        )
        cls.company.write(
            {"dunning_agent_expense_account_id": cls.expense.id, "dunning_agent_tax_id": cls.vat.id}
        )
        cls.accountant = cls.person("remittance.books", "group_dunning_user")
        cls.accountant.group_ids += cls.env.ref("account.group_account_user")

    def make_once(self):
        super().make_once()
        # Of 1,000.00 that the office collects 500 pay this one.
        self.second = self.late(30, 700.0)

    def told(self, *parts, **values):
        self.take_in(self.message(self.status(), *parts, **values))
        return self.env["collection.remittance"].search([("agent_id", "=", self.agent.id)])

    def join(self):
        with self.on_day(self.today):
            self.case._add(self.second)

    def match(self, remittance, line, user=None):
        with self.on_day(self.today):
            dialog = (
                self.env["collection.remittance.match"]
                .with_user(user or self.accountant)
                .create({"remittance_id": remittance.id, "statement_line_id": line.id})
            )
            self.preview, self.problem = dialog.entry, dialog.problem
            dialog.action_apply()
        return line.move_id

    def booked(self, move):
        """Sums by account, debit above zero."""
        return {
            account.code or account.account_type: round(sum(lines.mapped("balance")), 2)
            for account, lines in move.line_ids.grouped("account_id").items()
        }

    def second_case(self):
        partner = self.debtor(
            "Other Bakery",
            country_id=self.env.ref("base.nl").id,
            company_registry="90000003",
            street="Molenstraat 46",
            city="Zwolle",
            zip="8000 AA",
        )
        item = self.at_level(3, 40, amount=700.0, partner=partner)
        self.store_pdf(item.move_id)
        item.debtor_id.write(
            {"address_checked_on": self.today, "insolvency_checked_on": self.today}
        )
        return self.open_case(item, begun_on=self.after(-10))
