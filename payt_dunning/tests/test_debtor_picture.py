from ..models.dunning_dispute import Contested
from .common import DunningCommon


class TestDebtorPicture(DunningCommon):
    """What the form of a debtor shows at once."""

    def debtor_with(self, *days, amount=100.0, **values):
        """The business, with an invoice so many days late each."""
        items = self.synced(*(self.invoice(day, amount, **values) for day in days))
        return items.debtor_id

    def buckets(self, debtor):
        (bar,) = debtor.aging
        return {bucket["place"]: bucket["count"] for bucket in bar["buckets"]}

    def test_each_amount_is_in_the_bucket_of_its_days(self):
        debtor = self.debtor_with(-5, 0, 1, 30, 31, 60, 61, 90, 91, 400)
        self.assertEqual(self.buckets(debtor), {0: 2, 1: 2, 2: 2, 3: 2, 4: 2})

    def test_the_bar_says_amounts_and_shares(self):
        debtor = self.debtor_with(5)
        self.synced(self.invoice(40, 300))
        debtor.invalidate_recordset()
        (bar,) = debtor.aging
        self.assertIn("400.00", bar["total"])
        self.assertEqual([each["share"] for each in bar["buckets"]], [25, 75])
        self.assertIn("300.00", bar["buckets"][1]["amount"])

    def test_each_currency_has_a_bar(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        debtor = self.debtor_with(5)
        self.synced(self.invoice(5, 40, currency_id=euro.id))
        debtor.invalidate_recordset()
        self.assertCountEqual(
            [(bar["currency"], bar["buckets"][0]["count"]) for bar in debtor.aging],
            [("USD", 1), ("EUR", 1)],
        )

    def test_only_what_is_open_is_in_it(self):
        debtor = self.debtor_with(5)
        paid = self.invoice(50)
        item = self.synced(paid)
        self.pay(paid)
        item._close()
        debtor.invalidate_recordset()
        self.assertEqual(self.buckets(debtor), {1: 1})

    def paid_late(self, days, amount):
        """An invoice that was paid so many days late."""
        move = self.invoice(days, amount)
        self.synced(move)
        self.pay(move)
        return move

    def test_days_late_count_for_their_amounts(self):
        self.paid_late(10, 900)
        self.paid_late(50, 100)
        debtor = self.debtor_with(1)
        self.env["dunning.behaviour"]._refresh(self.company, debtor.partner_id)
        self.assertEqual((debtor.weighted_days_late, debtor.paid_days_late), (14, 30))

    def test_agreements_are_told_a_line_each(self):
        item = self.synced(self.invoice(amount=80)).sudo()
        other = self.synced(self.invoice(amount=30)).sudo()
        self.env["dunning.promise"].sudo()._make(item, self.after(3))
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        self.env["dunning.dispute"].sudo()._begin(other, Contested("whole"), reason)
        promised, contested = item.debtor_id.agreements.splitlines()
        self.assertIn("80.00", promised)
        self.assertIn("30.00", contested)
        self.assertIn(reason.name, contested)

    def test_messages_that_wait_are_counted_and_listed(self):
        item = self.synced(self.invoice())
        item.move_id.message_post(
            body="Why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        debtor = item.debtor_id
        self.assertEqual(debtor.question_count, 1)
        listed = self.env["dunning.question"].search(debtor.action_questions()["domain"])
        self.assertEqual(listed.debtor_id, debtor)
        listed.action_no_answer()
        debtor.invalidate_recordset()
        self.assertEqual(debtor.question_count, 0)

    def test_the_next_step_is_of_the_item_that_comes_first(self):
        debtor = self.debtor_with(-20, -10)
        self.run_day()
        first = min(debtor.item_ids, key=lambda item: item.next_date)
        self.assertEqual(debtor.next_step_on, first.next_date)
        self.assertIn(first.name, debtor.next_step)
        self.assertIn(first.next_name, debtor.next_step)

    def test_where_all_wait_for_somebody_it_says_why_the_largest_does(self):
        debtor = self.debtor_with(5)
        large = self.synced(self.invoice(amount=900))
        debtor.item_ids.sudo().write({"action": "blocked", "reason": "hold"})
        large.sudo().reason = "end_of_ladder"
        debtor.invalidate_recordset()
        self.assertFalse(debtor.next_step_on)
        reasons = dict(large._fields["reason"]._description_selection(self.env))
        self.assertEqual(debtor.next_step, reasons["end_of_ladder"])

    def test_many_debtors_cost_as_many_statements_as_one(self):
        names = ["aging", "weighted_days_late", "question_count", "agreements", "next_step"]
        debtors = self.debtor_with(5)
        self.cost(debtors, names)
        one = self.cost(debtors, names)
        for number in range(8):
            partner = self.debtor(f"More {number}")
            debtors |= self.synced(self.invoice(9, partner=partner)).debtor_id
        self.assertLessEqual(self.cost(debtors, names), one)

    def cost(self, debtors, names):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        debtors.read(names)
        return self.env.cr.sql_log_count - before
