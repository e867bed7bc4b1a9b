from datetime import date, timedelta

from .letter_common import LetterCommon

#: A Thursday: thirty days later it is a Saturday.
BEGUN = date(2026, 11, 5)


class TestStandardTrack(LetterCommon):
    """The shipped levels, lived through day by day from the formal notice to the decision."""

    with_holidays = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = BEGUN
        cls.company.dunning_send_days = "tue_fri"
        # At night it is another day across the ocean or the sea, and a holiday at times.
        cls.business.country_id = cls.env.ref("base.nl")
        cls.company.partner_id.tz = "Europe/Amsterdam"
        cls.company.dunning_channel_ids += cls.env.ref("payt_dunning.channel_letter")
        cls.manager = cls.person("track.manager", "group_dunning_manager")

    def setUp(self):
        super().setUp()
        self.anna = self.person_at("Anna", email="anna@debtor.example.com")

    def live(self, partner, policy, days_late, amount=400.0):
        """Thirty days of a case: the day of each level, counted from its notice."""
        self.policy = self.env.ref(policy)
        item = self.reminded(days_late, amount, partner)
        self.days = {}
        for number in range(31):
            self.live_one_day(BEGUN + timedelta(days=number))
            for notice in self.notices_to(partner):
                self.days.setdefault(notice.level_id.name, number)
        return item

    def live_one_day(self, day):
        """What happens on a day: the run, a manager who approves, mail and post."""
        self.run_day(day=day)
        with self.on_day(day):
            planned = self.Notice.search([("state", "=", "planned")])
            planned.sudo(False).with_user(self.manager).action_approve()
        self.deliver(day=day)
        letters = self.Notice.search([("state", "=", "queued"), ("channel", "=", "letter")])
        if letters:
            self.posted(self.batch_of(*letters, day=day), day=day)

    def assert_ready(self, item):
        case = item.case_id
        self.assertEqual(case.begun_on, BEGUN)
        self.assertEqual((case.phase, case.phase_on), ("ready", BEGUN + timedelta(days=30)))
        self.assertEqual(case.deadline, case.phase_on)
        self.assertEqual(item.reason, "to_decide")
        return case

    def test_a_consumer_s_case_is_to_be_decided_on_day_thirty(self):
        item = self.live(self.anna, "payt_dunning.policy_consumer", 24)
        self.assert_ready(item)
        self.assertEqual(
            self.days,
            {
                "Statutory notice": 0,
                "First demand": 21,
                "Last chance: payment plan": 28,
                "Decision about handover": 30,
            },
        )

    def test_a_business_s_case_is_to_be_decided_on_day_thirty(self):
        item = self.live(self.business, "payt_dunning.policy_business", 20)
        self.assert_ready(item)
        self.assertEqual(
            self.days,
            {
                "Formal demand": 0,
                # Nine days later it is a Saturday.
                "First demand": 11,
                "Second demand": 18,
                # 24 days later it is a Sunday.
                "Announcement of handover": 22,
                "Decision about handover": 30,
            },
        )

    def test_letters_leave_it_thirty_days_too(self):
        address = {"street": "Kade 2", "zip": "2611 AB", "city": "Delft"}
        self.business.write(address)
        item = self.live(self.business, "payt_dunning.policy_business", 20, 1500.0)
        self.assert_ready(item)
        letters = self.notices_to(self.business).filtered(lambda each: each.channel == "letter")
        self.assertEqual(
            [(letter.sent_on - BEGUN).days for letter in letters.sorted("sent_on")], [0, 12, 22]
        )

    def test_the_handler_gets_one_task_about_the_case(self):
        handler = self.person("track.handler", "group_dunning_user")
        self.company.dunning_handler_id = handler
        case = self.assert_ready(self.live(self.anna, "payt_dunning.policy_consumer", 24))
        (task,) = case.activity_ids
        self.assertEqual(task.activity_type_id, self.env.ref("payt_dunning.activity_case_decision"))
        self.assertEqual(task.user_id, handler)
        kinds = case.debtor_id.activity_ids.activity_type_id
        self.assertNotIn(self.env.ref("payt_dunning.activity_list"), kinds)

    def test_a_pause_puts_each_level_off_by_its_days(self):
        self.policy = self.env.ref("payt_dunning.policy_consumer")
        item = self.reminded(24, 400.0, self.anna)
        self.live_one_day(BEGUN)
        self.env["dunning.hold"].create(
            {
                "item_id": item.id,
                "date_from": BEGUN + timedelta(days=3),
                "date_until": BEGUN + timedelta(days=9),
            }
        )
        for number in range(1, 38):
            self.live_one_day(BEGUN + timedelta(days=number))
        case = item.case_id
        self.assertEqual(case.days_paused, 7)
        self.assertEqual((case.phase, case.phase_on), ("ready", BEGUN + timedelta(days=37)))
        demands = self.notices_to(self.anna).filtered(
            lambda notice: notice.level_id.case_step == "demand"
        )
        self.assertEqual(set(demands.mapped("sent_on")), {BEGUN + timedelta(days=28)})

    def test_a_demand_names_a_last_day_that_fits_before_what_follows(self):
        self.live(self.business, "payt_dunning.policy_business", 20)
        demand, second, announcement = (
            self.notices_to(self.business)
            .filtered(lambda notice: notice.phase == "collection" and notice.channel == "email")
            .sorted("sent_on")
        )
        self.assertEqual(demand.pay_by, BEGUN + timedelta(days=16))
        # Five days would end on the day after the announcement.
        self.assertEqual(second.pay_by, BEGUN + timedelta(days=21))
        self.assertEqual(second.term_until, second.pay_by)
        self.assertLess(announcement.pay_by, BEGUN + timedelta(days=30))

    def test_the_announcement_says_who_would_collect_it(self):
        self.live(self.business, "payt_dunning.policy_business", 20)
        announcement = self.notices_to(self.business).filtered(
            lambda notice: notice.level_id.case_step == "pre_court"
        )
        self.assertIn("hand this claim to a bailiff", announcement.body)
        self.assertIn("If it comes to a lawsuit", announcement.body)

    def test_what_a_higher_court_decides_goes_to_a_lawyer(self):
        message = self.env["dunning.message"]
        words = {kind: message._office_words(kind, self.env) for kind in ("bailiff", "lawyer", "")}
        self.assertEqual(
            words,
            {
                "bailiff": "a bailiff",
                "lawyer": "a lawyer",
                "": "a collection agency or a lawyer",
            },
        )
