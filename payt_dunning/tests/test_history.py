from odoo.exceptions import AccessError, UserError

from .test_why import WhyCommon


class TestHistory(WhyCommon):
    """The history of an item: what was decided and by whom, never changed."""

    def events(self, kind=None):
        domain = [("item_id", "=", self.item.id), ("kind", "=", kind)]
        return self.env["dunning.event"].search(domain[: 2 if kind else 1], order="id")

    def test_a_decision_is_noted_when_it_changes_and_not_each_day(self):
        self.hold(item_id=self.item.id)
        self.run_day()
        self.run_day(day=self.after(1))
        self.assertEqual(self.events("decision").mapped("reason"), ["hold"])

    def test_a_decision_is_noted_with_its_hold_level_and_next_day(self):
        young = self.synced(self.invoice(days_late=-20))
        self.run_day()
        event = young.event_ids
        self.assertEqual((event.action, event.reason, event.position), ("wait", "not_yet", 1))
        self.assertEqual(event.next_date, young.next_date)
        self.assertEqual((event.company_id, event.debtor_id), (young.company_id, young.debtor_id))
        self.assertEqual(event.day, self.today)

    def test_what_a_person_decides_is_noted_with_who(self):
        self.item.reason = "backlog_call"
        self.item.with_user(self.collector).action_take_up_backlog()
        event = self.events("person")
        self.assertEqual(event.user_id, self.collector)
        self.assertIn(self.item.name, event.note)

    def test_a_pause_is_noted_on_each_item_with_who_and_why(self):
        other = self.synced(self.invoice())
        hold = (
            self.env["dunning.hold"]
            .with_user(self.collector)
            .create({"debtor_id": self.item.debtor_id.id, "reason": "On holiday"})
        )
        for event in (self.events("person"), other.event_ids):
            self.assertEqual((event.user_id, event.hold_id), (self.collector, hold))
            self.assertIn("Put on hold", event.note)
            self.assertIn("On holiday", event.note)

    def test_releasing_is_noted_with_who_and_why(self):
        hold = self.hold(item_id=self.item.id)
        hold.with_user(self.collector).action_release("Paid by phone")
        event = self.events("person")[-1]
        self.assertEqual(event.user_id, self.collector)
        self.assertIn("Released", event.note)
        self.assertIn("Paid by phone", event.note)

    def test_asking_for_a_pause_and_agreeing_to_it_are_noted(self):
        hold = (
            self.env["dunning.hold"]
            .with_user(self.viewer)
            .create({"item_id": self.item.id, "company_id": self.company.id})
        )
        hold.with_user(self.collector).action_accept()
        asked, agreed = self.events("person")
        self.assertIn("Asked for", asked.note)
        self.assertEqual(asked.user_id, self.viewer)
        self.assertIn("Agreed to", agreed.note)
        self.assertEqual(agreed.user_id, self.collector)

    def test_a_hold_of_the_system_is_told_by_the_decision_alone(self):
        self.env["dunning.hold"].with_user(self.env.ref("base.user_root")).create(
            {"item_id": self.item.id, "company_id": self.company.id}
        )
        self.assertFalse(self.events("person"))

    def test_a_merge_of_debtors_keeps_the_history(self):
        self.run_day()
        events = self.events()
        kept = self.debtor("Baker's Successor")
        self.synced(self.invoice(partner=kept))
        self.env["dunning.debtor"].sudo()._combine(self.business, kept)
        self.assertEqual(self.events(), events)
        self.assertEqual(events.debtor_id.partner_id, kept)

    def test_what_happened_can_not_be_changed_or_deleted(self):
        self.run_day()
        event = self.events().sudo()[:1]
        with self.assertRaises(UserError):
            event.write({"reason": "paid"})
        with self.assertRaises(UserError):
            event.unlink()

    def test_nobody_adds_to_the_history_by_hand(self):
        self.run_day()
        for user in (self.viewer, self.collector, self.env.user):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["dunning.event"].with_user(user).create(
                    {
                        "item_id": self.item.id,
                        "company_id": self.company.id,
                        "kind": "person",
                        "day": self.today,
                    }
                )

    def test_the_history_of_another_company_is_not_shown(self):
        self.run_day()
        self.assertTrue(self.events().with_user(self.viewer).read(["day"]))
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger = self.person("why.stranger", "payt_dunning.group_dunning_user", company=other)
        event = self.events()[:1].with_user(stranger)
        with self.assertRaises(AccessError):
            event.with_context(allowed_company_ids=other.ids).read(["day"])
