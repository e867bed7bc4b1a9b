from datetime import timedelta

from .law_common import DAY, LawCommon

EXPIRED = DAY + timedelta(days=18)


class ClaimsCommon(LawCommon):
    """Consumers whom a statutory notice has reached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_terms_agreed = True
        level = cls.env.ref("payt_dunning.level_consumer_3")
        level.write({"approval": False, "alone_below": 0})
        cls.policy.action_publish()

    def served(self, *amounts):
        """Items of which the statutory notice left on :data:`DAY`."""
        items = self.Item
        for amount in amounts:
            items |= self.reminded(24, amount, self.consumer)
        self.run_and_deliver()
        self.notice = self.notices_to(self.consumer)
        self.assertEqual(self.notice.state, "sent")
        return items

    def paid_on(self, item, day, amount=None):
        with self.on_day(day):
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=item.move_id.ids)
                .create({"payment_date": day, **({"amount": amount} if amount else {})})
            )
            return wizard._create_payments()

    def charges(self):
        return self.env["dunning.charge"].search([("debtor_id.partner_id", "=", self.consumer.id)])
