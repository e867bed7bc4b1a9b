from datetime import timedelta

from ..models.dunning_dispute import Contested
from .common import DunningCommon


class BehaviourCommon(DunningCommon):
    """Invoices that were paid on a day, and what follows for how their debtor pays."""

    @classmethod
    def paid(cls, due_ago, late, amount=100.0, partner=None, part=None, **values):
        """An invoice that was due so many days ago and paid so many days after that.

        :param part: paid of it; all of it unless told
        """
        move = cls.invoice(due_ago, amount, partner, **values)
        cls.pay_on(move, cls.today - timedelta(days=due_ago - late), part)
        return move

    @classmethod
    def pay_on(cls, move, day, amount=None, **values):
        values |= {"amount": amount} if amount else {}
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": day, **values})
        )
        return wizard._create_payments()

    def row(self, partner=None, company=None):
        """How a debtor pays, worked out now."""
        return (
            self.env["dunning.behaviour"]
            ._refresh(company or self.company, partner or self.business)
            .sudo(False)
        )

    def dispute(self, move, *outcome):
        """A dispute about all of an invoice, decided where an outcome is given."""
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        disputes = self.env["dunning.dispute"].sudo()
        found = disputes._begin(self.synced(move).sudo(), Contested("whole"), reason)
        if outcome:
            found._decide(*outcome)
        return found

    def classes(self, company=None):
        found = self.env["dunning.payment.class"].search(
            [("company_id", "=", (company or self.company).id)]
        )
        return {each.code: each for each in found}

    def paying(self, late, partner=None, count=3):
        """How a debtor pays after some invoices that were paid so late."""
        for _each in range(count):
            self.paid(100, late, partner=partner)
        return self.row(partner)
