from odoo.exceptions import UserError

from .payee_cases import NOTICE, OURS, THEIRS, PayeeCases
from .plan_page_common import PlanPageCommon


class TestPayeePlans(PayeeCases, PlanPageCommon):
    """A payment plan is paid to one account, and only online where that is ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_account(OURS)

    def pledged_plan(self):
        item = self.item()
        self.pledge(item.move_id)
        return self.plan(item)

    def test_what_goes_to_several_accounts_is_refused_in_words_that_say_what_to_do(self):
        ours, theirs = self.item(), self.item(amount=200)
        self.pledge(theirs.move_id)
        with self.assertRaisesRegex(UserError, "Make a payment plan for each of them") as refused:
            self.plan(ours | theirs)
        self.assertIn(f"Factor BV ({theirs.name})", str(refused.exception))

    def test_what_goes_to_one_other_account_can_be_in_a_plan(self):
        self.assertEqual(self.pledged_plan().state, "running")

    def test_costs_of_ours_are_not_in_a_plan_of_somebody_elses(self):
        item = self.item()
        charge = self.env["dunning.charge"].sudo().new({"company_id": self.company.id})
        self.pledge(item.move_id)
        plans = self.Plan
        self.patch(type(plans), "_check_charges", lambda *args, **kwargs: None)
        with self.assertRaisesRegex(UserError, "Leave the costs and interest out"):
            plans._check_covered(item, charge)

    def test_its_page_names_account_holder_and_notice_and_has_no_way_to_pay_online(self):
        plan = self.pledged_plan()
        page = self.get(self.path(plan))
        self.assertIn(THEIRS, page.replace(" ", ""))
        self.assertIn("Factor BV", page)
        self.assertIn(NOTICE, page)
        self.assertNotIn(OURS, page.replace(" ", ""))
        self.assertNotIn("Pay the instalment of", page)

    def test_the_ways_to_pay_an_instalment_are_its_transfer_alone(self):
        plan = self.pledged_plan()
        page = self.get(f"{self.path(plan)}/pay?n=1&p={plan.id}")
        self.assertIn("can't be paid online", page)
        self.assertIn(plan.reference, page)
        self.assertIn("100.00", page)
        self.assertNotIn("Pay at once", page)

    def test_the_agreement_names_account_holder_and_notice(self):
        plan = self.pledged_plan()
        body = self.plain(plan.version_ids.body)
        for words in (THEIRS, "Factor BV", NOTICE, "By transfer, with the reference"):
            self.assertIn(words.replace(" ", ""), body.replace(" ", ""))
        self.assertNotIn("On your page with us", body)

    def test_the_agreement_of_ours_is_what_it_was(self):
        plan = self.plan()
        body = self.plain(plan.version_ids.body)
        self.assertIn(
            "On your page with us, by the button in our messages; or by transfer to", body
        )

    def test_messages_say_where_to_transfer(self):
        plan = self.pledged_plan()
        body = self.plain(self.told(plan, "plan").body)
        words = f"Please transfer it to {THEIRS} in the name of Factor BV, and mention"
        self.assertIn(words.replace(" ", ""), body.replace(" ", ""))
        self.assertIn(NOTICE, body)
        self.assertNotIn("Behind the button you pay each instalment", body)

    def test_messages_about_what_is_ours_are_what_they_were(self):
        plan = self.plan()
        self.assertIn("Behind the button you pay each", self.plain(self.told(plan, "plan").body))

    def test_what_can_be_paid_online_as_well_keeps_the_button(self):
        self.allow_online()
        plan = self.pledged_plan()
        self.assertIn("Pay the instalment of", self.get(self.path(plan)))
        body = self.plain(self.told(plan, "plan").body).replace(" ", "")
        self.assertIn(f"Theaccounttotransferittois{THEIRS}", body)

    def test_a_plan_of_which_something_is_pledged_later_names_each_account(self):
        items = self.item() | self.item(amount=200)
        plan = self.plan(items)
        self.pledge(items[1].move_id)
        page = self.get(self.path(plan))
        self.assertIn(OURS, page.replace(" ", ""))
        self.assertIn(THEIRS, page.replace(" ", ""))
        self.assertNotIn("Pay the instalment of", page)

    def test_its_instalments_are_shared_out_oldest_first_and_add_up(self):
        items = self.item(days_late=9) | self.item(amount=200, days_late=4)
        plan = self.plan(items, count=1)
        self.pledge(items[1].move_id)
        page = self.get(f"{self.path(plan)}/pay?n=1&p={plan.id}")
        self.assertIn("500.00", page)
        self.assertIn("300.00", page)
        self.assertIn("200.00", page)
        self.assertIn("can't be paid online", page)

    def test_nothing_is_collected_for_somebody_else(self):
        plan = self.plan()
        token = self.env["payment.token"].sudo()
        provider = self.provider_of(self.company, self.company_data["default_journal_bank"])
        plan.token_id = token.create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "partner_id": self.consumer.id,
                "provider_ref": "x",
                "payment_details": "1234",
            }
        )
        self.assertTrue(plan._collects())
        self.pledge(plan.item_ids.move_id)
        self.assertFalse(plan._collects())

    def test_on_the_page_what_goes_to_our_account_is_proposed_for_parts(self):
        ours, theirs = self.item(days_late=20), self.item(amount=200, days_late=19)
        self.pledge(theirs.move_id)
        self.run_and_deliver()
        notice = self.notices_to(self.consumer)[:1]
        path = self.path(notice, "m")
        page = self.get(f"{path}/parts")
        self.assertIn(f"For {ours.name}", page)
        self.assertNotIn(f"For {ours.name}, {theirs.name}", page)
        page = self.get(f"{path}/parts?k=r{ours.id}&k=r{theirs.id}", 409)
        self.assertIn("These go to different accounts", page)
