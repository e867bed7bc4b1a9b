from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.dunning_dispute import Contested
from .channels_common import ChannelCase
from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestTimeline(DunningCommon):
    """What happened with a debtor stands in one list."""

    def rows(self, item=None, partner=None, **values):
        """Rows of the business, or of an item, the latest first."""
        self.env.flush_all()
        self.env["dunning.timeline"].invalidate_model()
        timeline = self.env["dunning.timeline"]
        debtor = item.debtor_id if item else self.debtor_of(partner or self.business)
        rows = timeline.search(timeline._about(debtor, item))
        return rows.filtered(lambda row: all(row[name] == value for name, value in values.items()))

    def debtor_of(self, partner):
        return self.env["dunning.debtor"].search([("partner_id", "=", partner.id)])

    def reminded(self, **values):
        move = self.invoice(**values)
        self.run_and_deliver()
        return self.items(move)

    # -- what is in it -------------------------------------------------------------------------

    def test_a_message_is_there_when_made_and_when_handed_over(self):
        item = self.reminded()
        rows = self.rows(item, kind="message")
        self.assertEqual(sorted(rows.mapped("what")), ["left", "made"])
        left = rows.filtered(lambda row: row.what == "left")
        self.assertIn("pay@bakery.example.com", left.summary)
        self.assertIn(self.notices_to().subject, left.summary)

    def test_a_message_opens_with_what_it_said(self):
        item = self.reminded()
        action = self.rows(item, what="left").action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("dunning.notice", self.notices_to().id)
        )

    def test_what_a_carrier_reports_is_a_row_of_its_own(self):
        item = self.reminded()
        self.notices_to()._take_delivered("250 ok")
        self.assertIn("Delivered", self.rows(item, what="delivered").summary)

    def test_a_message_that_came_back_says_why(self):
        item = self.reminded()
        self.notices_to()._take_undelivered("550 mailbox unavailable", wrong_address=True)
        row = self.rows(item, what="undelivered")
        self.assertIn("550 mailbox unavailable", row.summary)
        self.assertFalse(self.rows(item, what="returned"))

    def test_a_message_that_was_dropped_says_why(self):
        move = self.invoice()
        self.run_day()
        self.pay(move)
        self.deliver()
        row = self.rows(self.items(move), what="cancelled")
        self.assertIn(self.notices_to().failure.split("\n")[0][:20], row.summary)

    def test_a_visit_of_the_page_names_its_message(self):
        self.reminded()
        notice = self.notices_to()
        self.env["dunning.page.visit"].sudo().create(
            {"debtor_id": notice.debtor_id.id, "notice_id": notice.id}
        )
        row = self.rows(kind="visit")
        self.assertIn(notice.subject, row.summary)
        self.assertEqual(row.who, "Debtor")

    def test_the_invoice_and_what_was_paid_on_it_are_there(self):
        move = self.invoice(amount=100)
        self.run_day()
        self.pay(move, 40)
        rows = self.rows(self.items(move))
        self.assertIn(move.name, rows.filtered(lambda row: row.kind == "invoice").summary)
        paid = rows.filtered(lambda row: row.kind == "payment")
        self.assertEqual(paid.amount, 40)
        self.assertIn("received", paid.summary)

    def test_a_credit_note_is_no_payment(self):
        move = self.invoice(amount=100)
        self.run_day()
        credit = self.credit_note(30)
        (credit + move).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertIn("Credited", self.rows(self.items(move), kind="payment").summary)

    def test_one_payment_of_two_invoices_is_one_row(self):
        moves = self.invoice(amount=100) + self.invoice(amount=50)
        self.run_day()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        ).create({"group_payment": True})._create_payments()
        self.assertEqual(self.rows(kind="payment").amount, 150)
        for move in moves:
            self.assertEqual(self.rows(self.items(move), kind="payment").amount, 150)

    def test_one_decision_about_two_items_is_one_row(self):
        items = self.synced(self.invoice(), self.invoice())
        self.env["dunning.event"].sudo()._note(items, "They called us.")
        self.assertEqual(self.rows(kind="decision").summary, "They called us.")
        for item in items:
            self.assertEqual(len(self.rows(item, kind="decision")), 1)

    def test_what_the_system_notes_is_nobodys_decision(self):
        item = self.synced(self.invoice())
        system = self.env.ref("base.user_root")
        self.env["dunning.event"].with_user(system).sudo()._note(item, "The plan begins.")
        self.assertFalse(self.rows(item, kind="decision"))

    def test_a_debtors_form_leads_to_it(self):
        view = self.env["dunning.debtor"].get_view(view_type="form")["arch"]
        self.assertEqual(view.count('name="button_box"'), 1)
        self.assertIn("action_dunning_timeline", view)

    def test_a_hold_is_there_when_it_begins_and_when_it_ends(self):
        item = self.synced(self.invoice())
        hold = self.hold(item_id=item.id, kind="pause", reason="Holiday")
        self.assertEqual(self.rows(item, kind="hold").what, "begun")
        hold.action_release("They are back")
        rows = self.rows(item, kind="hold")
        self.assertEqual(sorted(rows.mapped("what")), ["begun", "ended"])
        self.assertIn("They are back", rows.filtered(lambda row: row.what == "ended").summary)

    def test_a_hold_of_a_debtor_is_about_each_of_its_items(self):
        items = self.synced(self.invoice(), self.invoice())
        self.hold(debtor_id=items.debtor_id.id)
        for item in items:
            self.assertEqual(len(self.rows(item, kind="hold")), 1)

    def test_a_promise_and_what_became_of_it_are_there(self):
        item = self.synced(self.invoice())
        promise = self.env["dunning.promise"].sudo()._make(item, self.after(5))
        self.assertIn("Promised", self.rows(item, kind="agreement").summary)
        promise.state = "broken"
        self.assertIn("not kept", self.rows(item, kind="agreement", what="ended").summary)

    def test_a_dispute_and_its_decision_are_there(self):
        item = self.synced(self.invoice())
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        self.env["dunning.dispute"].sudo()._begin(item, Contested("whole"), reason)
        row = self.rows(item, kind="dispute")
        self.assertIn(item.move_id.name, row.summary)

    def test_what_the_debtor_wrote_is_there(self):
        move = self.invoice()
        self.run_day()
        move.message_post(
            body="Why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn("Why?", self.rows(self.items(move), kind="answer").summary)

    # -- whom and how --------------------------------------------------------------------------

    def test_the_latest_is_first(self):
        self.reminded()
        moments = self.rows().mapped("moment")
        self.assertEqual(moments, sorted(moments, reverse=True))

    def test_another_item_of_the_debtor_is_left_out(self):
        first, second = (self.synced(self.invoice()) for _each in range(2))
        self.hold(item_id=first.id)
        self.assertFalse(self.rows(second, kind="hold"))

    def test_another_companies_rows_are_not_shown(self):
        self.reminded()
        other = self.setup_other_company()["company"]
        stranger = self.person("timeline.stranger", "group_dunning_manager", other)
        timeline = self.env["dunning.timeline"].with_user(stranger)
        self.assertFalse(timeline.search([("debtor_id", "=", self.notices_to().debtor_id.id)]))

    def test_who_has_no_part_in_follow_up_can_not_look(self):
        self.reminded()
        outsider = self.person("timeline.outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["dunning.timeline"].with_user(outsider).search([])

    def test_rows_are_read_by_their_ids(self):
        item = self.reminded()
        ids = self.rows(item).ids
        self.env.invalidate_all()
        found = self.env["dunning.timeline"].browse(ids)
        self.assertEqual(found.exists(), found)
        self.assertEqual(set(found.debtor_id), {item.debtor_id})
        self.assertFalse(self.env["dunning.timeline"].browse(ids[0] + 64 * 10**6).exists())

    def test_each_row_tells_what_it_is_about(self):
        item = self.reminded()
        for row in self.rows(item):
            self.assertIn(item, row.item_ids.sudo())

    def test_more_rows_take_no_more_statements(self):
        """Of a debtor with many invoices as many statements as of one with few."""

        def count(partner):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = self.rows(partner=partner)
            rows.read(["happened", "summary", "who", "kind", "amount"])
            return len(rows), self.env.cr.sql_log_count - before

        few, many = self.debtor("Few"), self.debtor("Many")
        self.invoice(partner=few)
        for _each in range(12):
            self.invoice(partner=many)
        self.run_and_deliver()
        self.hold(item_id=self.Item.search([("partner_id", "=", few.id)]).id)
        for item in self.Item.search([("partner_id", "=", many.id)]):
            self.hold(item_id=item.id)
        count(few)
        (some, cheap), (more, dear) = count(few), count(many)
        self.assertGreater(more, some + 20)
        self.assertLessEqual(dear, cheap + 1)


@tagged("post_install", "-at_install")
class TestTimelineOfChannels(ChannelCase):
    """The timeline names the channel of a message."""

    def test_a_text_message_is_called_one(self):
        self.policy("sms")
        self.begun()
        self.dispatch()
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", self.business.id)])
        left = debtor.timeline_ids.filtered(lambda row: row.what == "left")
        self.assertIn("+31612345678", left.summary)
        self.assertIn(self.env["dunning.channel"].search([("code", "=", "sms")]).name, left.summary)
