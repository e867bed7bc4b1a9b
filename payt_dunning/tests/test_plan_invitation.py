from dataclasses import replace
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .plan_common import PlanCommon


class TestPlanInvitation(PlanCommon):
    """A level may offer to pay in parts: what it shows is what can be accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.env.ref("payt_dunning.level_consumer_1")
        cls.level.invites_plan = True
        cls.consumers.action_publish()

    def planned(self):
        return self.env["dunning.preview"].sudo()._preview(self.company).planned

    def invited(self, amount=300.0, **values):
        """The message about one item, and what it offers."""
        item = self.item(amount, days_late=6, **values)
        self.run_day()
        notice = self.notices_to(self.consumer)
        return item, notice, notice.plan_id

    def test_a_plan_that_we_offer_is_no_reaction_of_the_debtor(self):
        item, notice, plan = self.invited()
        self.deliver()
        lanes, debtors = self.env["dunning.lane"].sudo(), item.debtor_id
        notice.sent_at = plan.create_date - timedelta(minutes=1)
        self.env.flush_all()
        self.assertEqual(lanes._without_reaction(debtors), {debtors.id: 1})
        plan._accept()
        self.env.flush_all()
        self.assertEqual(lanes._without_reaction(debtors), {})

    # -- what the message says ----------------------------------------------------------------------

    def test_a_message_of_such_a_level_offers_to_pay_in_parts(self):
        item, notice, plan = self.invited()
        self.assertEqual((plan.state, plan.origin), ("offered", "invitation"))
        self.assertEqual((plan.item_ids, plan.total), (item, 300.0))
        self.assertEqual(plan.invitation_id, notice)
        self.assertEqual(plan.valid_until, self.after(self.consumers.plan_offer_days))
        self.assertIn("You can pay in parts", notice.body)
        first = plan.installment_ids[0]
        self.assertEqual(first.date, self.after(14))
        self.assertIn(f"{plan.count} times", notice.body)
        for each in plan.installment_ids:
            self.assertIn(f"{each.amount:.2f}", notice.body)

    def test_what_was_previewed_is_what_is_sent(self):
        self.item(300.0, days_late=6)
        planned = self.planned()
        (content,) = self.env["dunning.message"].sudo()._render(list(planned))
        self.run_and_deliver()
        notice = self.notices_to(self.consumer)
        self.assertEqual(notice.state, "sent")
        self.assertEqual(
            (notice.body, notice.content_hash, notice.fingerprint),
            (content.body, content.sha256(), planned[0].fingerprint()),
        )
        self.assertIn("You can pay in parts", notice.body)

    def test_a_preview_keeps_no_offer(self):
        self.item(300.0, days_late=6)
        self.env["dunning.message"].sudo()._render(list(self.planned()))
        self.assertFalse(self.Plan.search([]))

    def test_a_message_that_offers_nothing_has_the_fingerprint_that_it_always_had(self):
        self.item(300.0, days_late=6)
        (planned,) = self.planned()
        silent = replace(planned, invites=False)
        self.assertNotIn("invites", repr(silent))
        self.assertNotEqual(planned.fingerprint(), silent.fingerprint())

    def test_a_level_that_offers_none_is_published_as_before(self):
        self.assertTrue(self.level._rung_values()["invites"])
        self.level.invites_plan = False
        self.assertNotIn("invites", self.level._rung_values())
        self.assertTrue(self.consumers.has_changes)

    def test_the_offer_is_shown_while_the_level_is_written(self):
        self.item(300.0, days_late=6)
        preview = self.env["dunning.text.preview"]
        values = {name: self.level[name] for name in ("name", "subject", "text")}
        ask = (self.consumers.id, self.level.id)
        shown = preview.render_draft(*ask, {**values, "invites_plan": True})
        self.assertIn("You can pay in parts", shown["html"])
        shown = preview.render_draft(*ask, values)
        self.assertNotIn("You can pay in parts", shown["html"])

    # -- where there is none --------------------------------------------------------------------------

    def offers_nothing(self):
        _item, notice, plan = self.invited()
        self.assertTrue(notice)
        self.assertFalse(plan)
        self.assertNotIn("You can pay in parts", notice.body)

    def test_there_is_no_offer_where_the_policy_has_no_plan_for_the_total(self):
        self.consumers.plan_minimum = 200.0
        self.offers_nothing()

    def test_there_is_no_offer_where_the_policy_has_no_plans(self):
        self.consumers.plan_who = "none"
        self.offers_nothing()

    def test_who_broke_a_plan_lately_is_offered_none(self):
        broken = self.plan()
        broken._over("lapsed", "It was not kept.")
        broken.item_ids.company_id.invalidate_recordset()
        self.hold(item_id=broken.item_ids.id)
        self.offers_nothing()

    def test_who_broke_a_plan_long_ago_is_offered_one(self):
        broken = self.plan()
        broken._over("lapsed", "It was not kept.")
        broken.ended_on = self.today - timedelta(days=370)
        self.hold(item_id=broken.item_ids.id)
        self.assertTrue(self.invited()[2])

    def test_what_is_disputed_in_part_is_not_offered_in_parts(self):
        item = self.item(300.0, days_late=6)
        self.hold(item_id=item.id, kind="dispute", amount=50.0)
        self.run_day()
        notice = self.notices_to(self.consumer)
        self.assertEqual(notice.amount, 250.0)
        self.assertFalse(notice.plan_id)

    def test_an_offer_of_one_of_us_stays(self):
        item = self.item(300.0, days_late=6)
        own = self.Plan._offer(item, self.schedule(item, days=20))
        self.run_day()
        self.assertEqual(own.state, "offered")
        self.assertFalse(self.notices_to(self.consumer).plan_id)

    # -- what becomes of it ---------------------------------------------------------------------------

    def test_an_offer_holds_nothing(self):
        item, _notice, _plan = self.invited()
        self.assertFalse(self.holds(item))

    def test_it_is_accepted_once_its_message_has_left(self):
        item, notice, plan = self.invited()
        self.assertFalse(self.Plan._standing_offer(item, self.today))
        with self.assertRaisesRegex(UserError, "few minutes"):
            plan._accept()
        self.deliver()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.Plan._standing_offer(item, self.today), plan)
        self.assertTrue(plan._accept())
        self.assertEqual(plan.state, "running")
        self.assertEqual(self.holds(item).kind, "plan")

    def test_it_is_withdrawn_with_a_message_that_is_cancelled(self):
        _item, notice, plan = self.invited()
        notice._drop("because")
        self.assertEqual(plan.state, "withdrawn")

    def test_a_message_that_no_longer_fits_takes_its_offer_with_it(self):
        item, notice, plan = self.invited()
        self.pay(item.move_id, amount=100.0)
        self.deliver()
        self.assertEqual((notice.state, plan.state), ("cancelled", "withdrawn"))

    @mute_logger("odoo.addons.payt_dunning.models.mail_mail")
    def test_it_is_withdrawn_with_a_message_that_failed(self):
        _item, notice, plan = self.invited()
        notice._update_state("failed", failure="no")
        self.assertEqual(plan.state, "withdrawn")

    def test_a_message_to_two_people_makes_one_offer(self):
        self.level.recipient = "both"
        self.consumers.action_publish()
        self.env["res.partner"].create(
            {
                "name": "The son",
                "email": "son@jansen.example.com",
                "parent_id": self.consumer.id,
                "dunning_role": "management",
            }
        )
        self.item(300.0, days_late=6)
        self.run_day()
        notices = self.notices_to(self.consumer)
        self.assertEqual(len(notices), 2)
        plan = notices.plan_id
        self.assertEqual(len(plan), 1)
        notices[0]._drop("because")
        self.assertEqual(plan.state, "offered")
        notices[1]._drop("because")
        self.assertEqual(plan.state, "withdrawn")

    def test_a_new_offer_takes_the_place_of_an_earlier_one(self):
        item, notice, plan = self.invited()
        self.deliver()
        self.env.ref("payt_dunning.level_consumer_2").invites_plan = True
        self.consumers.action_publish()
        item.revision_id = self.consumers.revision_id
        self.run_day(day=self.after(9))
        second = self.notices_to(self.consumer) - notice
        self.assertEqual(second.level_name, "Second reminder")
        self.assertEqual((plan.state, second.plan_id.state), ("withdrawn", "offered"))

    def test_an_offer_that_nobody_accepts_ends(self):
        _item, _notice, plan = self.invited()
        self.deliver()
        self.guard(15)
        self.assertEqual(plan.state, "expired")

    def test_the_last_message_to_consumers_offers_a_plan(self):
        last = self.env.ref("payt_dunning.level_consumer_5")
        self.assertTrue(last.active and last.invites_plan)
        last._check_text()
