from .common import DunningCommon


class MoneyCommon(DunningCommon):
    """Money that is there, or on its way."""

    def planned(self, day=None):
        return self.run_day(day=day).planned

    def assert_held(self, move, reason="receipt"):
        """Nothing about ``move`` leaves, because of money."""
        self.run_day()
        self.assertEqual(self.items(move).reason, reason)
        self.assertFalse(self.notices_to(self.items(move).partner_id))
