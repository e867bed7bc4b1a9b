from .common import DunningCommon


class TestSameDay(DunningCommon):
    """One message a day for each debtor; what goes alone has the day to itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env.ref("payt_dunning.level_business_2")

    def second_level(self, **values):
        """Publish the second reminder with other settings."""
        self.second.write(values)
        later = self.second.policy_id.level_ids.filtered(lambda each: each.days > self.second.days)
        later.active = False
        self.second.policy_id.action_publish()

    def two_levels(self):
        """An invoice before its first reminder and one before its second."""
        first, second = self.invoice(days_late=4), self.invoice(days_late=20)
        self.synced(first, second)
        self.items(second).start_position = self.second.position
        return first, second

    def reminded(self, notice):
        return notice.line_ids.filtered("position").item_id.move_id

    def test_a_reminder_that_needs_approval_and_another_are_one_message(self):
        self.second_level(approval=True)
        first, second = self.two_levels()
        self.run_day()
        notice = self.notices_to()
        self.assertEqual((notice.state, self.reminded(notice)), ("planned", first + second))
        notice.sudo(False).action_approve()
        (mail,) = self.deliver()
        self.assertIn(first.name, mail)
        self.assertIn(second.name, mail)

    def test_what_falls_due_while_a_message_waits_for_approval_comes_into_it(self):
        self.second_level(approval=True)
        first, second = self.two_levels()
        later = self.invoice(days_late=2)
        self.run_day()
        self.run_day(day=self.after(1))
        self.assertEqual(self.notices_to().mapped("state"), ["cancelled", "planned"])
        self.assertEqual(self.reminded(self.notices_to()[-1]), first + second + later)

    def test_on_the_day_of_a_formal_message_nothing_friendly_leaves(self):
        self.second_level(phase="notice")
        first, second = self.two_levels()
        self.run_day()
        notice = self.notices_to()
        self.assertEqual(self.reminded(notice), second)
        self.assertEqual(
            (self.items(first).action, self.items(first).reason), ("wait", "debtor_gap")
        )
        self.assertEqual(len(self.deliver()), 1)
        sent = [len(self.run_and_deliver(self.after(days))) for days in range(1, 8)]
        self.assertEqual(sent, [0, 0, 0, 0, 0, 0, 1])

    def test_a_formal_message_approved_on_the_day_of_another_waits_for_the_next(self):
        self.second_level(phase="notice", approval=True)
        self.two_levels()
        self.run_day()
        formal = self.notices_to()
        self.run_day(day=self.after(1))
        self.assertEqual(self.notices_to().mapped("state"), ["planned", "queued"])
        with self.on_day(self.after(1)):
            formal.sudo(False).action_approve()
        self.assertEqual(len(self.deliver(day=self.after(1))), 1)
        self.assertEqual(self.items(self.reminded(formal)).mapped("reached"), [0])

    def test_messages_of_one_day_about_different_items_have_a_reference_each(self):
        self.env["res.partner"].create(
            {
                "name": "Director",
                "parent_id": self.business.id,
                "dunning_role": "management",
                "email": "director@bakery.example.com",
            }
        )
        self.second_level(recipient="management")
        pairs = [self.two_levels(), self.two_levels()]
        self.run_day()
        notices = self.notices_to().sorted("recipient", reverse=True)
        self.assertEqual(
            [self.reminded(notice) for notice in notices],
            [pairs[0][0] + pairs[1][0], pairs[0][1] + pairs[1][1]],
        )
        self.assertEqual(len(set(notices.mapped("reference"))), 2)
        for notice in notices:
            receipt = self.receipt(1, text=f"thanks {notice.reference}")
            until = self.env["dunning.money"]._receipts(self.company)
            self.assertEqual(set(until), set(self.items(self.reminded(notice)).ids))
            receipt.unlink()
