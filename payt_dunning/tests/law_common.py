from datetime import date, timedelta

from .common import DunningCommon

#: A Monday: nothing near it is a holiday.
DAY = date(2026, 11, 2)


class LawCommon(DunningCommon):
    """A Dutch company whose customers pay in euros, on a day of its own."""

    #: The policy that the items of a test follow.
    POLICY = "payt_dunning.policy_consumer"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = DAY
        cls.company.write(
            {
                "country_id": cls.env.ref("base.nl").id,
                "currency_id": cls.env.ref("base.EUR").id,
                "dunning_live_since": DAY - timedelta(days=400),
            }
        )
        (cls.consumer | cls.business).country_id = cls.company.country_id
        cls.policy = cls.env.ref(cls.POLICY)

    def taken_in(self, move):
        """The item of an invoice, taken in on the day of the test."""
        with self.on_day(self.today):
            return self.synced(move)

    def reminded(self, days_late, amount, partner=None, reached=3, days_ago=10, **values):
        """The item of an invoice of which a level left some days ago."""
        item = self.taken_in(self.invoice(days_late, amount, partner, **values))
        item.write(
            {
                "reached": reached,
                "reached_on": self.today - timedelta(days=days_ago),
                "revision_id": self.policy.revision_id.id,
            }
        )
        return item
