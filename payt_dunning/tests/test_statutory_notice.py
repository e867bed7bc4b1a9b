from datetime import date, timedelta

from odoo.exceptions import ValidationError

from .law_common import DAY, LawCommon


class TestStatutoryNotice(LawCommon):
    """The fourteen-day letter to Dutch consumers, and the terms that messages give."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_terms_agreed = True
        cls.level = cls.env.ref("payt_dunning.level_consumer_3")
        cls.level.write({"approval": False, "alone_below": 0})
        cls.policy.action_publish()

    def late(self, amount=509.10, days_late=24, partner=None, reached=3):
        """An invoice of which the second reminder left ten days ago."""
        return self.reminded(days_late, amount, partner or self.consumer, reached)

    def notice(self, **values):
        """The statutory notice about an invoice, sent."""
        self.item = self.late(**values)
        mails = self.run_and_deliver()
        self.assertEqual(len(mails), 1, self.item.reason)
        return self.notices_to(self.consumer)

    # -- what it says ------------------------------------------------------------------

    def test_it_says_amount_term_and_exact_costs(self):
        notice = self.notice()
        self.assertEqual(notice.statutory_code, "nl_14_day")
        self.assertEqual(notice.costs_announced, 76.37)
        self.assertEqual(notice.amount, 509.10, "the notice itself is free")
        for words in ("509.10", "76.37", "within fourteen days from the day after this e-mail"):
            self.assertIn(words, notice.body.replace("\xa0", " "))
        self.assertIn("15% of", notice.body)
        self.assertEqual(
            notice.law["rows"],
            ["NoticeRule:NL:nl_14_day:2015-01-01", "CostRule:NL:consumer:2015-01-01"],
        )

    def test_each_invoice_has_number_date_due_date_and_open_amount(self):
        notice = self.notice()
        move = self.item.move_id
        for told in (move.name, "Date", "Due date"):
            self.assertIn(told, notice.body)

    def test_its_term_begins_the_day_after_it_arrived(self):
        notice = self.notice()
        self.assertEqual(notice.received_on, DAY)
        self.assertEqual(notice.term_until, DAY + timedelta(days=14))
        self.assertIn("accepted", notice.received_because)

    def test_a_last_day_on_a_holiday_moves(self):
        self.today = date(2026, 12, 11)  # 14 days later it is Christmas, then a weekend
        notice = self.notice()
        self.assertEqual(notice.term_until, date(2026, 12, 28))

    def test_costs_with_tax_declare_it(self):
        self.company.write(
            {
                "dunning_uses_collector": True,
                "dunning_cannot_deduct": True,
                "dunning_vat_declared": True,
            }
        )
        notice = self.notice()
        self.assertEqual((notice.costs_announced, notice.tax_announced), (92.41, 16.04))
        self.assertIn("cannot set that VAT off", notice.body)

    # -- when it leaves ----------------------------------------------------------------

    def test_without_an_agreed_term_a_demand_must_have_been_in_vain_first(self):
        self.company.dunning_terms_agreed = False
        item = self.late()
        self.run_day()
        self.assertEqual((item.action, item.reason), ("blocked", "no_default"))

    def test_the_second_reminder_is_such_a_demand(self):
        self.company.dunning_terms_agreed = False
        item = self.late(days_late=14, reached=2)
        self.run_and_deliver()
        demand = self.notices_to(self.consumer)
        self.assertEqual((demand.term_days, demand.term_until), (7, DAY + timedelta(days=7)))
        later = DAY + timedelta(days=10)
        self.run_and_deliver(day=later)
        self.assertEqual(self.notices_to(self.consumer)[-1].statutory_code, "nl_14_day")
        self.assertEqual(item.reached, 4)

    def test_it_takes_in_every_claimable_item_of_the_debtor(self):
        young = self.taken_in(self.invoice(6, 100, self.consumer))
        held = self.taken_in(self.invoice(6, 100, self.consumer))
        self.hold(item_id=held.id, kind="dispute")
        notice = self.notice()
        self.assertEqual(notice.line_ids.item_id, self.item | young)
        self.assertEqual(notice.costs_announced, 91.37, "15% of 609.10")
        self.assertEqual(young.reached, 4)

    def test_a_debtor_elsewhere_is_not_sent_the_notice_of_this_country(self):
        self.consumer.country_id = self.env.ref("base.be")
        item = self.late()
        self.run_day()
        self.assertEqual((item.action, item.reason), ("blocked", "law"))

    def test_a_large_notice_by_mail_alone_waits_for_a_letter(self):
        self.level.alone_below = 100
        self.policy.action_publish()
        item = self.late()
        self.run_day()
        self.assertEqual((item.action, item.reason), ("blocked", "letter"))

    def test_nothing_formal_follows_before_its_term_has_passed(self):
        demand = self.env.ref("payt_dunning.level_consumer_4")
        demand.write({"days": 30, "spacing": 0})
        self.policy.action_publish()
        self.notice()
        self.run_day(day=DAY + timedelta(days=14))
        self.assertEqual((self.item.action, self.item.reason), ("wait", "term"))
        self.assertEqual(self.item.next_date, DAY + timedelta(days=15))

    def test_waiting_for_the_term_does_not_keep_a_payment_out(self):
        self.notice()
        self.pay(self.item.move_id)
        self.run_day(day=DAY + timedelta(days=3))
        self.assertEqual(self.item.state, "closed")

    def test_a_manager_who_is_no_administrator_approves_it(self):
        self.level.approval = True
        self.policy.action_publish()
        self.late()
        self.run_day()
        notice = self.notices_to(self.consumer)
        self.assertEqual(notice.state, "planned")
        manager = self.person("approver", "group_dunning_manager")
        with self.on_day(self.today):
            notice.sudo(False).with_user(manager).action_approve()
        self.assertEqual(notice.state, "queued")
        self.deliver()
        self.assertEqual(notice.state, "sent")

    def test_a_notice_that_came_back_gives_no_term(self):
        notice = self.notice()
        notice._set_returned("no such mailbox")
        served = self.env["dunning.law"]._served(self.item.ids)
        self.assertFalse(served)

    def test_a_friendlier_level_in_the_same_message_gives_no_term(self):
        first = self.taken_in(self.invoice(6, 50, self.consumer))
        second = self.late(days_late=14, reached=2)
        self.run_and_deliver()
        served = self.env["dunning.law"]._served((first | second).ids)
        self.assertEqual(list(served), second.ids)

    # -- what an admin may write -------------------------------------------------------

    def refused(self, **texts):
        with self.assertRaises(ValidationError) as caught:
            self.level.write(texts)
        return str(caught.exception)

    def test_a_text_without_the_costs_is_refused_with_its_source(self):
        words = self.refused(text=self.level.text.replace("{costs}", "some"))
        self.assertIn("the exact amount of the costs", words)
        self.assertIn("BW 6:96(6)", words)
        self.assertIn(self.level.name, words)

    def test_a_text_with_a_term_from_today_is_refused(self):
        words = self.refused(text=self.level.text + "\n\nBetaal binnen 14 dagen na vandaag.")
        self.assertIn("a term counted from the date of the letter or today", words)

    def test_a_text_without_the_right_term_is_refused(self):
        words = self.refused(text=self.level.text.replace("{term}", "binnen 14 dagen"))
        self.assertIn("the term, counted from the day after delivery", words)
        sentence = "binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd"
        self.level.text = self.level.text.replace("{term}", sentence)

    def test_a_fee_for_the_notice_itself_is_refused(self):
        words = self.refused(closing="Wij rekenen 5 euro aanmaningskosten. {company}")
        self.assertIn("a fee for the notice itself", words)

    def test_a_translation_is_refused_as_well(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        with self.assertRaises(ValidationError):
            self.level.update_field_translations("text", {"nl_NL": "Betaal {amount} nu."})

    def test_a_friendly_level_can_not_claim_costs(self):
        with self.assertRaises(ValidationError):
            self.env.ref("payt_dunning.level_consumer_1").asks = "costs"

    def test_a_notice_that_became_invalid_is_not_sent(self):
        self.env.cr.execute(
            """UPDATE dunning_level SET text = '{"en_US": "Pay {amount}."}' WHERE id = %s""",
            (self.level.id,),
        )
        self.level.invalidate_recordset()
        self.late()
        run = self.run_day()
        self.assertIn("is no valid notice", run.problems)
        self.assertFalse(self.notices_to(self.consumer))


class TestFormalDemand(LawCommon):
    """The formal demand to a business."""

    POLICY = "payt_dunning.policy_business"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("payt_dunning.level_business_3").approval = False
        cls.policy.action_publish()

    def demand(self, amount=1000.0, **values):
        self.item = self.reminded(20, amount, days_ago=8, **values)
        self.run_and_deliver()
        return self.notices_to()

    def test_it_names_the_costs_and_gives_a_term(self):
        notice = self.demand()
        self.assertFalse(notice.statutory_code)
        self.assertEqual((notice.costs_announced, notice.amount), (150.0, 1000.0))
        self.assertEqual(notice.term_until, DAY + timedelta(days=7))
        self.assertIn("within 7 days of receiving this message", notice.body)

    def test_it_reaches_management_and_accounts_alike(self):
        self.env["res.partner"].create(
            {
                "name": "Director",
                "parent_id": self.business.id,
                "dunning_role": "management",
                "email": "director@bakery.example.com",
            }
        )
        notices = self.demand()
        self.assertEqual(notices.mapped("state"), ["sent", "sent"])
        self.assertEqual(set(notices.mapped("term_until")), {DAY + timedelta(days=7)})

    def test_a_demand_to_another_debtor_before_gives_no_term(self):
        self.demand()
        other = self.debtor("Other Owner")
        self.assertTrue(self.env["dunning.law"]._served(self.item.ids))
        debtors = self.env["dunning.debtor"].sudo()._ensure(self.company, other)
        self.item.debtor_id = debtors[other.id]
        self.env.flush_all()
        self.assertFalse(self.env["dunning.law"]._served(self.item.ids))

    def test_where_no_law_is_known_it_claims_the_invoices_alone(self):
        self.company.country_id = self.env.ref("base.us")
        notice = self.demand()
        self.assertEqual((notice.costs_announced, notice.amount), (0.0, 1000.0))
        self.assertNotIn("collection costs", notice.body)
        self.assertTrue(notice.law["held"])

    def test_in_another_currency_it_claims_the_invoices_alone(self):
        dollars = self.env.ref("base.USD")
        dollars.active = True
        self.assertEqual(self.demand(currency_id=dollars.id).costs_announced, 0.0)

    def test_a_sole_trader_that_is_not_confirmed_is_told_no_costs_and_the_levels_go_on(self):
        self.business.name = "One Man"
        self.taken_in(self.invoice(2, 10))
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", self.business.id)])
        debtor.kind = "sole_trader"
        notice = self.demand()
        self.assertEqual((notice.costs_announced, notice.amount), (0.0, 1000.0))
        self.assertNotIn("collection costs", notice.body)
        self.run_and_deliver(day=DAY + timedelta(days=11))
        demand = self.notices_to()[-1]
        self.assertEqual((demand.level_name, demand.amount), ("First demand", 1000.0))
