from unittest.mock import patch

from .dispute_common import DisputeCommon


class TestPromisesAround(DisputeCommon):
    """Promises beside disputes, beside each other, and beside one that fails."""

    def promise(self, items, days=2, amount=None):
        return self.env["dunning.promise"].sudo()._make(items, self.after(days), amount)

    def text(self):
        return " ".join(map(self.text_of, self.notices_to(kind="talk")))

    def test_of_several_only_what_was_promised_of_the_rest_stays(self):
        old, new = self.synced(self.invoice(9)), self.synced(self.invoice(2, 200))
        promise = self.promise(old | new, amount=150)
        self.promise(old, days=7)
        self.assertEqual((promise.item_ids, promise.amount), (new, 50))

    def test_what_is_disputed_meanwhile_need_not_be_paid_to_keep_it(self):
        move = self.invoice()
        promise = self.promise(self.synced(move))
        self.dispute(move, "amount", 30)
        self.pay(move, 70)
        self.run_day()
        self.assertEqual(promise.state, "kept")

    def test_a_promise_about_what_is_all_disputed_is_not_broken(self):
        move = self.invoice()
        promise = self.promise(self.synced(move))
        self.dispute(move)
        self.run_day()
        self.assertEqual(promise.state, "open")
        self.run_day(day=self.after(6))
        self.assertEqual(promise.state, "cancelled")
        self.assertNotIn("please pay now", self.text())

    def test_a_debtor_who_broke_it_is_not_asked_for_what_is_disputed(self):
        move = self.invoice()
        promise = self.promise(self.synced(move))
        self.dispute(move, "amount", 30)
        self.run_day(day=self.after(6))
        self.assertEqual(promise.state, "broken")
        self.assertIn("agree with $ 30.00 of it: that you need not pay", self.text())

    def test_one_that_fails_keeps_no_other_from_being_looked_at(self):
        first = self.promise(self.synced(self.invoice(9)))
        second = self.promise(self.synced(self.invoice(partner=self.consumer)))
        Promise = type(first)
        real = Promise._break

        def breaks(promise):
            if promise == first:
                raise ValueError("something odd")
            return real(promise)

        with (
            patch.object(Promise, "_break", breaks),
            self.assertLogs("odoo.addons.payt_dunning.models.dunning_dialogue", "ERROR"),
        ):
            run = self.run_day(day=self.after(8))
        self.assertEqual((first.state, second.state), ("open", "broken"))
        self.assertTrue(run)
