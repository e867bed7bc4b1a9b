import re
from datetime import date

from .plan_page_common import PlanPageCommon


class TestPageParts(PlanPageCommon):
    """Paying in parts: chosen on one page with one button, or proposed; never by a form's amounts."""

    def make_once(self):
        super().make_once()
        self.one = self.item(days_late=10)
        self.debtor = self.one.debtor_id

    @property
    def page(self):
        return self.invoice_path(self.one)

    def hidden(self, page):
        """What a page's forms send without being asked for."""
        return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))

    def seals(self, page):
        pairs = re.findall(r'<input type="hidden" (?:name="(seal\d*)" value="([^"]*)")', page)
        return dict(pairs)

    def plans(self):
        return self.Plan.search([("debtor_id", "=", self.debtor.id)])

    def choose(self, number, status=200, page=None, **values):
        """Choose so many parts as the page offers them."""
        seals = self.seals(page or self.get(f"{self.page}/parts"))
        data = {"way": "count", "number": number, "d": "", **seals, **values}
        return self.post(f"{self.page}/parts", status, **data)

    # -- chosen ------------------------------------------------------------------------------------

    def test_the_page_leads_to_the_choices(self):
        self.assertIn(f"{self.page}/parts?c=", self.get(self.page))
        page = self.get(f"{self.page}/parts")
        self.assertIn("3 parts of $ 100.00: ", page)
        self.assertIn("Agree to pay like this", page)
        self.assertIn("You need not call, and we ask for no proof of your income", page)

    def test_who_chooses_within_the_bounds_has_a_plan_at_once(self):
        answer = self.choose(3)
        self.assertIn("Thank you, we agreed", answer)
        self.assertIn("0 of 3 instalments", answer)
        plan = self.plans()
        self.assertEqual((plan.state, plan.origin, plan.total), ("running", "debtor", 300.0))
        self.assertEqual(plan.installment_ids.mapped("amount"), [100.0, 100.0, 100.0])
        self.assertEqual(self.holds(self.one).kind, "plan")
        self.assertTrue(self.told(plan, "plan"))

    def test_another_first_day_gives_other_days(self):
        day = self.after(5)
        page = self.get(f"{self.page}/parts?d={day}")
        self.choose(2, page=page, d=day)
        self.assertEqual(self.plans().installment_ids[0].date, day)

    def test_the_thirty_first_is_the_last_day_of_shorter_months(self):
        with self.on_day(date(2027, 1, 10)):
            page = self.get(f"{self.page}/parts?d=2027-01-31")
            self.choose(3, page=page, d="2027-01-31")
        days = [str(day) for day in self.plans().installment_ids.mapped("date")]
        self.assertEqual(days, ["2027-01-31", "2027-02-28", "2027-03-31"])

    def test_a_first_day_that_can_not_be_is_asked_for_again(self):
        for day, words in (
            (self.after(-3), "Choose a first day from tomorrow on"),
            (self.after(90), "The first instalment is by"),
            ("31-02-2027", "is not a day we can read"),
            ("x", "is not a day we can read"),
        ):
            with self.subTest(day):
                page = self.get(f"{self.page}/parts?d={day}", 400)
                self.assertIn(words, page)
                self.assertIn("3 parts of $ 100.00", page)
                self.assertIn(words, self.choose(3, 400, d=day))
        self.assertFalse(self.plans())

    def test_a_number_of_parts_that_is_not_offered_is_refused(self):
        for number in ("0", "1", "99", "-3", "x", "", "9" * 40):
            with self.subTest(number):
                answer = self.choose(number, 400)
                self.assertIn("Choose one of the ways to pay in parts", answer)
        self.assertFalse(self.plans())

    def test_what_was_paid_meanwhile_is_shown_before_anything_is_agreed(self):
        page = self.get(f"{self.page}/parts")
        self.receive(self.one, 120.0)
        answer = self.choose(3, page=page)
        self.assertIn("What is open has changed meanwhile", answer)
        self.assertIn("$ 60.00", answer)
        self.assertFalse(self.plans())

    def test_an_amount_of_the_form_counts_for_nothing(self):
        self.choose(3, amount="1", total="3", every="week")
        self.assertEqual(self.plans().total, 300.0)

    def test_chosen_twice_in_two_tabs_there_is_one_plan(self):
        page = self.get(f"{self.page}/parts")
        self.choose(3, page=page)
        answer = self.choose(3, 400, page=page)
        self.assertIn("There is nothing here that can be paid in parts", answer)
        self.assertEqual(len(self.plans()), 1)

    def test_what_is_disputed_or_paid_meanwhile_is_not_in_it(self):
        page = self.get(f"{self.page}/parts")
        self.hold(item_id=self.one.id, kind="dispute")
        self.assertIn("nothing here that can be paid in parts", self.choose(3, 400, page=page))
        self.assertIn("nothing here", self.get(f"{self.page}/parts", 409))

    def test_only_some_invoices_are_paid_in_parts(self):
        other = self.item(90.0)
        plan = self.offer(self.one | other)  # an address of both
        path = self.path(plan)
        plan._withdraw("test")
        page = self.get(f"{path}/parts?k=r{other.id}")
        self.assertIn("3 parts of $ 30.00", page)
        self.post(f"{path}/parts", way="count", number=3, k=f"r{other.id}", **self.seals(page))
        self.assertEqual(self.plans().filtered(lambda p: p.state == "running").item_ids, other)
        wrong = self.post(f"{path}/parts", 400, way="count", number=3, k=f"r{other.id}")
        self.assertIn("Something you chose can't be paid in parts", wrong)

    # -- proposed ----------------------------------------------------------------------------------

    def test_a_typed_amount_is_shown_as_a_schedule_before_it_is_agreed(self):
        answer = self.post(f"{self.page}/parts", way="amount", amount="120", every="month")
        self.assertIn("This is how you would pay", answer)
        self.assertIn("$ 60.00", answer)
        self.assertIn(">I agree</button>", answer)
        self.assertFalse(self.plans())
        seal = self.hidden(answer)
        answer = self.post(
            f"{self.page}/parts", way="amount", amount="120", every="month", seal=seal["seal"]
        )
        self.assertIn("Thank you, we agreed", answer)
        self.assertEqual(self.plans().installment_ids.mapped("amount"), [120.0, 120.0, 60.0])

    def propose(self, **typed):
        """Propose something, and agree to the schedule that is shown."""
        shown = self.post(f"{self.page}/parts", **typed)
        return self.post(f"{self.page}/parts", **typed, seal=self.hidden(shown)["seal"])

    def test_a_proposal_outside_the_bounds_waits_and_says_by_when_we_answer(self):
        typed = {"way": "amount", "amount": "10", "every": "month", "text": "I lost my job."}
        shown = self.post(f"{self.page}/parts", **typed)
        self.assertIn("Send my proposal", shown)
        self.assertIn("One of us looks at it and answers you by", shown)
        answer = self.post(f"{self.page}/parts", **typed, seal=self.hidden(shown)["seal"])
        self.assertIn("we have your proposal", answer)
        self.assertIn("Your proposal to pay in parts", answer)
        self.assertIn("Take my proposal back", answer)
        plan = self.plans()
        self.assertEqual((plan.state, plan.reason), ("proposed", "I lost my job."))
        self.assertEqual(self.holds(self.one).kind, "plan_requested")
        self.assertIn("You made a proposal already", self.get(f"{self.page}/parts", 409))

    def test_all_of_it_on_a_later_day_is_a_plan_of_one(self):
        self.propose(way="day", date=self.after(20))
        self.assertEqual(self.plans().installment_ids.mapped("date"), [self.after(20)])

    def test_what_was_typed_wrongly_is_asked_for_again_and_kept(self):
        for typed, words in (
            ({"way": "amount", "amount": "301", "every": "month"}, "is more than what is open"),
            ({"way": "amount", "amount": "0", "every": "month"}, "Fill in how much is paid"),
            ({"way": "amount", "amount": "-5", "every": "month"}, "Fill in how much is paid"),
            ({"way": "amount", "amount": "much", "every": "month"}, "is not an amount we can read"),
            ({"way": "amount", "amount": "", "every": "month"}, "Fill in how much you pay"),
            ({"way": "amount", "amount": "50", "every": "day"}, "Choose how often you pay"),
            ({"way": "amount", "amount": "1", "every": "month"}, "A plan has at most 120"),
            ({"way": "day", "date": self.after(-1)}, "Choose a day from tomorrow on"),
            ({"way": "day", "date": "9999-12-31"}, "Choose a day within ten years"),
            ({"way": "day", "date": "x"}, "is not a day we can read"),
            ({"way": "free", "amount": "50"}, "Choose one of the ways"),
            ({}, "Choose one of the ways"),
        ):
            with self.subTest(**typed):
                data = {"text": "my words", **typed}
                answer = self.post(f"{self.page}/parts", 400, **data)
                self.assertIn(words, answer)
                self.assertIn("my words", answer)
        self.assertFalse(self.plans())

    def test_a_wrong_seal_agrees_to_nothing(self):
        typed = {"way": "amount", "amount": "100", "every": "month"}
        for seal in ("0" * 16, "x"):
            answer = self.post(f"{self.page}/parts", **typed, seal=seal)
            self.assertIn("This is how you would pay", answer)
        self.assertFalse(self.plans())

    def test_another_debtors_invoice_can_not_be_chosen(self):
        theirs = self.item(partner=self.business)
        for key in (f"r{theirs.id}", "r0", "x", "c1"):
            with self.subTest(key):
                self.get(f"{self.page}/parts?k={key}", 409)
                self.post(f"{self.page}/parts", 400, way="count", number=3, k=key)
        self.assertFalse(self.Plan.search([]))

    def test_a_replaced_address_proposes_nothing_and_keeps_what_was_typed(self):
        path = f"{self.page}/parts"
        self.consumer.email = "jan@new.example.com"
        answer = self.post(
            path, 410, way="amount", amount="10", every="month", text="I lost my job."
        )
        self.assertIn("This link has been replaced", answer)
        self.assertIn("I lost my job.", answer)
        self.assertFalse(self.plans())

    # -- by policy -----------------------------------------------------------------------------------

    def test_by_policy_there_are_no_plans(self):
        self.consumers.plan_who = "none"
        self.assertNotIn("/parts?c=", self.get(self.page))
        self.assertIn("Paying in parts is not possible", self.get(f"{self.page}/parts", 409))
        self.assertIn("not possible here", self.post(f"{self.page}/parts", 400, way="day"))

    def test_by_policy_a_person_decides(self):
        self.consumers.plan_who = "person"
        page = self.get(f"{self.page}/parts")
        self.assertNotIn("3 parts of", page)
        self.propose(way="amount", amount="100", every="month")
        self.assertEqual(self.plans().state, "proposed")

    def test_before_the_phase_of_the_policy_nothing_leads_there_and_a_person_decides(self):
        self.consumers.plan_phase = "notice"
        self.assertNotIn("/parts?c=", self.get(self.page))
        self.assertNotIn("3 parts of", self.get(f"{self.page}/parts"))
        self.propose(way="amount", amount="100", every="month")
        self.assertEqual(self.plans().state, "proposed")

    def test_after_a_plan_that_broke_a_person_decides(self):
        self.plan(self.item(50.0))._lapse()
        page = self.get(f"{self.page}/parts")
        self.assertIn("Send my proposal", page)
        self.choose(3, page=page)
        self.assertEqual(self.plans()[0].state, "proposed")

    # -- the reason that leads here --------------------------------------------------------------------

    def reason(self, **values):
        reason = self.env.ref("payt_dunning.reason_no_cash")
        return self.post(f"{self.page}/parts/ask", reason=reason.id, item=self.one.id, **values)

    def test_who_can_not_pay_waits_and_goes_on_to_the_choices(self):
        answer = self.reason()
        self.assertIn("Choose below how you would like to pay", answer)
        self.assertIn("3 parts of $ 100.00", answer)
        self.assertEqual(self.holds(self.one).kind, "plan_requested")
        self.assertFalse(self.questions(self.debtor))

    def test_what_was_asked_before_waits_for_our_answer_to_the_proposal(self):
        self.reason()
        self.propose(way="amount", amount="10", every="month")
        plan = self.plans()
        self.assertEqual(self.holds(self.one).owner_id, plan.id)
        plan.with_user(self.collector).action_refuse("This takes too long for us.")
        self.assertFalse(self.holds(self.one))

    def test_who_had_its_share_of_waiting_is_not_told_that_reminders_wait(self):
        self.propose(way="amount", amount="10", every="month")
        self.plans().with_user(self.collector).action_refuse("No")
        self.propose(way="amount", amount="11", every="month")
        first, second = self.told(self.plans()[1]), self.told(self.plans()[0])
        self.assertIn("Until then we send no reminders", first[0].body)
        self.assertNotIn("Until then we send no reminders", second[0].body)
        self.assertTrue(self.questions(self.debtor))
