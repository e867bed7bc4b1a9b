import re

from odoo.tests import new_test_user

from odoo.addons.payt_dunning.models.dunning_page_dialogue import MOST_MESSAGES

from .plan_page_common import PlanPageCommon


class TestPagePlan(PlanPageCommon):
    """A plan has one address: what is paid, what comes next, and what can be done about it."""

    def text(self, page):
        """The page without the markup within sentences."""
        return " ".join(re.sub(r"</?(strong|t|span)[^>]*>", "", page).split())

    # -- the address -------------------------------------------------------------------------------

    def test_messages_of_a_plan_lead_to_the_page_of_the_plan(self):
        plan = self.plan()
        address = self.told(plan, "plan")._page_url()
        self.assertEqual(address, plan._page_url())
        self.assertIn(f"/claim/p/{plan.id}/", address)

    def test_a_corrected_address_replaces_the_plans_address(self):
        plan = self.plan()
        path = self.path(plan)
        self.consumer.email = "jan@new.example.com"
        page = self.get(path, 410)
        self.assertIn("This link has been replaced", page)
        self.assertNotIn(plan.item_ids.name, page)
        renewed = self.post(f"{path}/renew")
        self.assertIn("We have mailed you a new link", renewed)

    def test_a_wrong_token_opens_nothing(self):
        plan = self.plan()
        self.get(f"/claim/p/{plan.id}/{'0' * 32}", 404)
        other = self.plan(self.item(partner=self.business))
        self.get(self.path(plan).replace(f"/{plan.id}/", f"/{other.id}/"), 404)

    def test_quoted_addresses_of_plans_are_kept_without_their_tokens(self):
        path = self.path(self.plan())
        kept = self.env["dunning.talk"]._without_tokens(f"see {path}")
        self.assertNotIn(path.rsplit("/", 1)[1], kept)

    # -- a plan that runs ----------------------------------------------------------------------------

    def test_a_running_plan_shows_what_is_paid_and_what_comes_next(self):
        self.own_account()
        plan = self.plan()
        self.receive(plan.item_ids, 100.0, days=9)
        page = self.get(self.path(plan))
        self.assertIn("1 of 3 instalments", page)
        self.assertIn("Paid $ 100.00 of $ 300.00; $ 200.00 is left.", self.text(page))
        self.assertIn("Pay the instalment of $ 100.00", self.text(page))
        self.assertIn(f"/pay?n=2&p={plan.id}", page)
        self.assertIn("Pay the rest at once: $ 200.00", self.text(page))
        self.assertIn("Paid on", page)
        self.assertIn(plan.reference, page)
        self.assertIn('<progress max="100" value="33"', page)

    def test_nothing_is_asked_for_beside_the_instalments(self):
        plan = self.plan(self.item(days_late=30))
        page = self.get(self.path(plan))
        self.assertIn("<h1>Your payment plan</h1>", page)
        self.assertNotIn("days late", page)
        self.assertNotIn("I will pay later", page)
        self.assertNotIn("like to pay in parts</button>", page)
        self.assertNotIn("/parts", page)
        self.assertIn("You pay in parts, as agreed.", page)

    def test_an_instalment_that_is_late_is_said_to_be(self):
        plan = self.plan(days=5)
        with self.on(12):
            plan._look(self.after(12))
            page = self.get(self.path(plan))
        self.assertIn("An instalment is late", page)
        self.assertIn('<span class="state late">Late</span>', page)

    def test_the_agreement_and_messages_can_be_read_as_sent(self):
        plan = self.plan()
        notice = self.told(plan, "plan")
        notice._mark("sending")
        notice._mark("sent")
        notice.sent_on = self.today
        page = self.get(self.path(plan))
        version = f"/plan/{plan.id}/version/1"
        message = f"/plan/{plan.id}/message/{notice.id}"
        self.assertIn(version, page)
        self.assertIn(message, page)
        self.env.flush_all()
        pdf = self.url_open(self.path(plan) + version)
        self.assertEqual(pdf.content, plan.version_ids.pdf_id.raw)
        self.assertIn(plan.reference, self.get(self.path(plan) + message))

    def test_a_plan_of_one_instalment_does_not_speak_of_several(self):
        plan = self.offer(count=1)
        answer = self.post(f"{self.path(plan)}/plan/accept", record=plan.id)
        self.assertIn("0 of 1 instalment<", answer)
        said = plan.item_ids.move_id.message_ids.mapped("body")
        self.assertTrue(
            any("as you offered" in body and "instalments" not in body for body in said), said
        )

    def test_papers_of_another_plan_are_not_there(self):
        plan, other = self.plan(), self.plan(self.item(partner=self.business))
        self.get(f"{self.path(plan)}/plan/{other.id}/version/1", 404)
        self.get(f"{self.path(plan)}/plan/{plan.id}/version/7", 404)
        notice = self.told(other, "plan")
        self.get(f"{self.path(plan)}/plan/{plan.id}/message/{notice.id}", 404)

    def test_the_page_of_an_invoice_shows_a_plan_that_is_about_it_alone(self):
        plan = self.plan()
        self.assertIn("0 of 3 instalments", self.get(self.invoice_path(plan.item_ids)))

    def test_the_page_of_one_invoice_tells_nothing_of_a_plan_about_more(self):
        items = self.item() | self.item(200.0)
        plan = self.plan(items)
        page = self.get(self.invoice_path(items[0]))
        self.assertIn("This is part of a payment plan", page)
        for secret in (plan.reference, "instalments", "500.00", "166.6", items[1].name):
            self.assertNotIn(secret, page)

    def test_beside_a_plan_only_the_rest_is_to_be_paid(self):
        planned, rest = self.item(), self.item(70.0)
        plan = self.plan(planned)
        page = self.env["dunning.page"]
        (pile,) = page._piles(plan.debtor_id, planned | rest, self.today)
        self.assertEqual((pile.open, pile.in_plan, pile.payable), (370, 300, 70))
        self.assertEqual([bool(row.plan_id) for row in pile.rows], [True, False])

    def test_who_is_logged_in_sees_the_plan_and_what_is_beside_it(self):
        planned, rest = self.item(days_late=20), self.item(70.0)
        plan = self.plan(planned)
        user = new_test_user(self.env, "jan", groups="base.group_portal", password="jan.jan")
        user.partner_id.parent_id = self.consumer
        self.env.flush_all()
        self.authenticate("jan", "jan.jan")
        mine = f"/my/claims/{plan.debtor_id.id}"
        page = self.text(self.get(mine))
        self.assertIn("0 of 3 instalments", page)
        self.assertIn("<dt>In your payment plan</dt><dd>$ -300.00</dd>", page)
        self.assertIn("Pay $ 70.00", page)
        self.assertIn("It was due on", page)
        self.assertNotIn("20 days", page)
        pay = self.get(f"{mine}/pay?n=1&p={plan.id}")
        self.assertIn("Instalment 1 of 3", pay)
        self.assertIn(rest.name, self.get(f"{mine}/pay"))
        refused = self.post(f"{mine}/plan/stop", 400, record=plan.id)
        self.assertIn("This page was open for too long", refused)

    def test_a_statement_tells_what_is_in_a_plan(self):
        plan = self.plan()
        (pile,) = self.env["dunning.page"]._piles(plan.debtor_id, plan.item_ids, self.today)
        shown = self.env["dunning.page.statement"]._pile(pile)
        self.assertEqual(
            (self.plain(shown["in_plan"]), self.plain(shown["payable"])), ("$ -300.00", "$ 0.00")
        )

    def test_an_offer_that_has_not_left_is_not_shown(self):
        plan = self.offer()
        plan.invitation_id.kind = "reminder"
        self.assertNotIn("our offer", self.get(self.invoice_path(plan.item_ids)))
        self.assertNotEqual(plan.invitation_id._page_url(), plan._page_url())

    # -- moved, stopped ------------------------------------------------------------------------------

    def test_the_debtor_moves_an_instalment_within_the_bounds_at_once(self):
        plan = self.plan()
        answer = self.post(f"{self.path(plan)}/plan/move", record=plan.id, n=1, date=self.after(17))
        self.assertIn("It is moved", answer)
        self.assertIn("moved from", answer)
        self.assertEqual(plan.installment_ids[0].date, self.after(17))

    def test_a_later_day_is_asked_of_us(self):
        plan = self.plan()
        before = plan.installment_ids.mapped("date")
        answer = self.post(f"{self.path(plan)}/plan/move", record=plan.id, n=1, date=self.after(60))
        self.assertIn("One of us looks at the day", answer)
        self.assertEqual(plan.installment_ids.mapped("date"), before)
        self.assertIn("Is that all right?", self.questions(plan.debtor_id).text)

    def test_what_can_not_be_moved_is_refused_and_what_was_typed_is_kept(self):
        plan = self.plan()
        path = f"{self.path(plan)}/plan/move"
        for number, day, words in (
            (1, self.after(-3), "Choose a day after"),
            (2, self.after(60), "Another instalment is the next"),
            ("x", self.after(20), "Another instalment is the next"),
            (1, "soon", "is not a day we can read"),
            (1, "", "Choose a day"),
        ):
            with self.subTest(day=day, number=number):
                answer = self.post(path, 400, record=plan.id, n=number, date=day)
                self.assertIn(words, answer)
        self.assertIn('value="soon"', self.post(path, 400, record=plan.id, n=1, date="soon"))
        self.assertEqual(plan.version, 1)

    def test_the_debtor_stops_its_plan(self):
        plan = self.plan()
        answer = self.post(f"{self.path(plan)}/plan/stop", record=plan.id)
        self.assertIn("Your payment plan has stopped", answer)
        self.assertIn("Our payment plan ended on", answer)
        self.assertEqual(plan.state, "ended")
        self.assertIn("300.00", answer)
        again = self.post(f"{self.path(plan)}/plan/stop", 400, record=plan.id)
        self.assertIn("does not run any more", again)

    def test_who_stopped_a_plan_does_not_begin_the_next_one_by_itself(self):
        item = self.item()
        first = self.proposal(item, count=3)
        self.assertEqual(first.state, "running")
        self.post(f"{self.path(first)}/plan/stop", record=first.id)
        second = self.proposal(item, count=3)
        self.assertEqual(second.state, "proposed")
        self.assertIn("it stopped one", second.bounds_broken)

    def test_another_debtors_plan_is_left_alone(self):
        plan, other = self.plan(), self.plan(self.item(partner=self.business))
        for action in ("accept", "agree", "move", "stop", "withdraw", "by-hand"):
            for wrong in (other.id, 99999999, "x", "", -1, "9" * 50):
                with self.subTest(action, record=wrong):
                    answer = self.post(
                        f"{self.path(plan)}/plan/{action}",
                        400,
                        record=wrong,
                        n=1,
                        date="2030-01-01",
                    )
                    self.assertIn("This payment plan is not here", answer)
        self.assertEqual((plan | other).mapped("state"), ["running", "running"])

    def test_a_plan_of_more_than_the_claim_is_not_changed_from_there(self):
        items = self.item() | self.item(200.0)
        plan = self.plan(items)
        answer = self.post(f"{self.invoice_path(items[0])}/plan/stop", 400, record=plan.id)
        self.assertIn("This payment plan is not here", answer)
        self.assertEqual(plan.state, "running")

    def test_an_instalment_is_not_moved_beyond_what_a_plan_may_last(self):
        plan = self.plan()
        for day in ("9999-12-31", self.after(5000)):
            answer = self.post(
                f"{self.path(plan)}/plan/move", 400, record=plan.id, n=1, date=str(day)
            )
            self.assertIn("Choose a day within ten years.", answer)
        self.assertFalse(self.questions(plan.debtor_id))

    def test_messages_about_an_instalment_have_a_button_for_it(self):
        plan = self.plan()
        self.guard(self.day_of(plan, 1))
        self.assertIn("Pay the instalment of $\xa0100.00", self.told(plan, "plan_due").body)
        self.guard(self.day_of(plan, 1) + 4)
        self.assertIn("Pay the instalment of $\xa0100.00", self.told(plan, "plan_missed").body)

    # -- offered, changed, asked for ---------------------------------------------------------------

    def test_an_offer_is_accepted_in_one_tap(self):
        plan = self.offer()
        page = self.get(self.path(plan))
        self.assertIn("Pay in parts: our offer", page)
        self.assertIn("we ask for no proof of your income", page)
        answer = self.post(f"{self.path(plan)}/plan/accept", record=plan.id)
        self.assertIn("Thank you, we agreed", answer)
        self.assertIn("0 of 3 instalments", answer)
        self.assertEqual(plan.state, "running")

    def test_who_agrees_in_two_tabs_reads_that_it_agreed_already(self):
        plan = self.offer()
        path = f"{self.path(plan)}/plan/accept"
        self.post(path, record=plan.id)
        self.assertIn("You agreed already", self.post(path, record=plan.id))
        self.assertEqual(len(plan.version_ids), 1)

    def test_an_offer_that_does_not_stand_any_more_says_so(self):
        plan = self.offer()
        path = f"{self.path(plan)}/plan/accept"
        with self.on(15):
            self.assertIn("You could accept our offer until", self.get(self.path(plan)))
            answer = self.post(path, 400, record=plan.id)
        self.assertIn("This offer does not stand any more", answer)
        plan._withdraw("not any more")
        self.assertIn("does not stand any more", self.get(self.path(plan)))
        self.assertIn("This offer does not stand", self.post(path, 400, record=plan.id))

    def test_the_reminders_page_shows_an_offer_about_what_it_asks_for(self):
        plan = self.offer()
        path = self.invoice_path(plan.item_ids)
        self.assertIn("our offer", self.get(path))
        self.post(f"{path}/plan/accept", record=plan.id)
        self.assertEqual(plan.state, "running")

    def test_instead_of_an_offer_other_instalments_are_chosen_for_the_same_invoices(self):
        plan = self.offer()
        self.item(70.0)
        with self.subTest("the link"):
            page = self.get(self.path(plan))
            query = f"/parts?c={plan.currency_id.id}&k=r{plan.item_ids.id}"
            self.assertIn(query, page)
        parts = self.get(f"{self.path(plan)}{query}")
        self.assertIn("$ 300.00", parts)

    def test_the_page_says_whose_an_offer_or_a_proposal_was_that_is_over(self):
        offer = self.offer()
        with self.on(15):
            self.assertIn("Pay in parts: our offer", self.get(self.path(offer)))
        offer._withdraw("not any more")
        self.assertIn("Pay in parts: our offer", self.get(self.path(offer)))
        proposal = self.proposal(self.item(), count=20)
        proposal.action_refuse("That is too long.")
        page = self.get(self.path(proposal))
        self.assertIn("Your proposal to pay in parts", page)
        self.assertNotIn("Your payment plan", page)

    def test_who_waits_for_an_answer_longer_than_promised_reads_that_we_are_late(self):
        plan = self.proposal(count=20)
        late = (plan.answer_by - self.today).days + 1
        with self.on(late):
            self.assertIn("did not. We are sorry.", self.get(self.path(plan)))

    def test_a_change_waits_for_the_debtors_yes(self):
        plan = self.plan()
        plan._amend(self.schedule(plan.item_ids, 2, 5), "Sooner")
        self.assertIn("We propose a change", self.get(self.path(plan)))
        answer = self.post(f"{self.path(plan)}/plan/agree", record=plan.id)
        self.assertIn("Thank you, we agreed", answer)
        self.assertEqual(plan.installment_ids.mapped("amount"), [150.0, 150.0])
        again = self.post(f"{self.path(plan)}/plan/agree", record=plan.id)
        self.assertIn("You agreed already", again)

    def test_a_proposal_shows_by_when_we_answer_and_can_be_taken_back(self):
        plan = self.proposal()
        page = self.get(self.path(plan))
        self.assertIn("Your proposal to pay in parts", page)
        self.assertIn("answers you by", page)
        answer = self.post(f"{self.path(plan)}/plan/withdraw", record=plan.id)
        self.assertIn("You took your proposal back", answer)
        self.assertEqual(plan.state, "withdrawn")
        self.assertFalse(self.holds(plan.item_ids))
        again = self.post(f"{self.path(plan)}/plan/withdraw", 400, record=plan.id)
        self.assertIn("We have answered this proposal already", again)

    def test_what_was_refused_says_why(self):
        plan = self.proposal()
        plan.with_user(self.collector).action_refuse("This takes too long for us.")
        page = self.get(self.path(plan))
        self.assertIn("We could not agree to your proposal", page)
        self.assertIn("This takes too long for us.", page)

    def test_a_plan_that_lapsed_leads_back_to_what_is_open(self):
        plan = self.plan()
        plan._lapse()
        page = self.get(self.path(plan))
        self.assertIn("because an instalment was not paid", page)
        self.assertIn("Pay $ 300.00", page.replace("<!-- -->", ""))

    def test_a_plan_that_was_kept_says_thanks(self):
        plan = self.plan()
        self.receive(plan.item_ids, 300.0)
        self.guard(0)
        page = self.get(self.path(plan))
        self.assertIn("All of it is paid. Thank you", page)
        plan.item_ids.closed_on = self.after(-400)
        self.assertIn("This has been settled", self.get(self.path(plan)))

    def test_what_is_in_a_plan_is_not_promised_beside_it(self):
        plan = self.plan()
        answer = self.post(
            f"{self.path(plan)}/promise", 400, item=plan.item_ids.id, date=self.after(5)
        )
        self.assertIn("is in your payment plan", answer)

    def test_more_messages_in_an_hour_than_anybody_writes_are_refused(self):
        plan = self.proposal()
        path = self.path(plan)
        for number in range(MOST_MESSAGES):
            self.post(f"{path}/ask", item=plan.item_ids.id, text=f"message {number}")
        answer = self.post(f"{path}/plan/withdraw", 400, record=plan.id)
        self.assertIn("several messages already", answer)
