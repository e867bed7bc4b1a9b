import logging

from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command

from ..rules.law.errors import Held, Refused

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    """Payments that debtors began on their page: booked on exactly what they chose."""

    _inherit = "payment.transaction"

    # The address of a debtor's page opens it: payments and their payers need it, nobody else.
    landing_route = fields.Char(groups="base.group_system")
    dunning_debtor_id = fields.Many2one(
        "dunning.debtor", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    dunning_order = fields.Json(
        "Chosen by the Debtor",
        readonly=True,
        copy=False,
        help="What the payment goes to, in this order: items, charges, and interest through a day.",
    )

    def _create_payment(self, **extra_create_values):
        """Book the payment on what was chosen; what is left of it stays as the debtor's credit."""
        order = self.dunning_order
        if not order:
            return super()._create_payment(**extra_create_values)
        moves = self.invoice_ids
        items = (
            self.env["dunning.item"].sudo().browse(each["item"] for each in order if "item" in each)
        )
        account = items.exists().line_id.account_id[:1]
        values = {"invoice_ids": [Command.set(moves.ids)], **extra_create_values}
        if account:
            values["destination_account_id"] = account.id
        # Core would set it against the oldest due dates of these invoices, chosen or not.
        self.invoice_ids = False
        payment = super()._create_payment(**values)
        self.invoice_ids = moves
        problems = self._settle_chosen(payment)
        if problems:
            self._tell_problems(payment, problems)
        # The page says at once what comes next.
        debtor = self.dunning_debtor_id.sudo()
        debtor._look_again()
        debtor._decide_now()
        return payment

    def _settle_chosen(self, payment):
        """Set the payment against what was chosen, in order, until nothing of it is left.

        :return: what could not be booked, in words; the money is there all the same
        """
        problems = []
        for target in self.dunning_order:
            line = payment.move_id.line_ids.filtered(
                lambda line: line.account_id == payment.destination_account_id
            )
            if line and line.reconciled:
                break
            try:
                with self.env.cr.savepoint():
                    owed = self._target_lines(target)
                    if line and owed:
                        (line | owed).reconcile()
            except (UserError, RedirectWarning, Held, Refused) as problem:
                words = (
                    problem.args[0]
                    if isinstance(problem, RedirectWarning)
                    else self.env["collection.law.words"]._problem(problem)
                )
                _logger.warning("Payment %s: %s", payment.id, words)
                problems.append(words)
        return problems

    def _target_lines(self, target):
        """The open receivable lines that one chosen thing is; costs and interest are booked."""
        if "item" in target:
            item = self.env["dunning.item"].sudo().browse(target["item"]).exists()
            line = item.line_id
            return line if line.parent_state == "posted" and not line.reconciled else line.browse()
        charge = self._charge(target)
        if not charge or charge.state in ("paid", "waived"):
            return self.env["account.move.line"]
        return charge._receivables(charge.move_id if charge.state == "booked" else charge._book())

    def _charge(self, target):
        """The charge that was chosen; interest that ran becomes one through the chosen day."""
        charges = self.env["dunning.charge"].sudo()
        if "charge" in target:
            return charges.browse(target["charge"]).exists()
        items = self.env["dunning.item"].sudo().browse(map(int, target["interest"]))
        return charges._create_interest(
            [
                (item, item.line_id.amount_currency, float(target["interest"][str(item.id)]))
                for item in items
            ],
            fields.Date.to_date(target["day"]),
            self.env._("Interest through the day of the payment"),
            target.get("lines", []),
            target.get("rows", []),
        )

    def _tell_problems(self, payment, problems):
        """Somebody looks at what a payment could not be booked on; the debtor has paid it."""
        debtor = self.dunning_debtor_id
        words = self.env._(
            "Online payment %(payment)s: a part could not be booked and stays as credit. "
            "%(problems)s",
            payment=payment.name or self.reference,
            problems=" ".join(problems),
        )
        debtor._message_log(body=words)
        self.env["dunning.task"]._ask(
            debtor,
            "online",
            lambda env: env._("Book what was paid online"),
            handler=debtor.handler_id,
        )
