from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import DunningCommon


class TestPreviewScreen(DunningCommon):
    """What a collector sees before anything leaves, and sends from there."""

    def make_once(self):
        super().make_once()
        self.late = self.invoice(days_late=30, amount=100)
        self.young = self.invoice(partner=self.consumer, days_late=-20, amount=50)
        self.Item._sync(self.company)
        self.collector = self.person("preview.collector", "payt_dunning.group_dunning_user")

    def person(self, login, *groups):
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups or ("base.group_user",)),
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def screen(self, user=None):
        return (
            self.env["dunning.preview.screen"]
            .with_user(user or self.collector)
            .with_context(allowed_company_ids=self.company.ids)
        )

    def group(self, look, code):
        return next((each for each in look["groups"] if each["code"] == code), None)

    def test_it_tells_what_leaves_to_whom_with_the_amount(self):
        (row,) = self.screen().look()["messages"]
        self.assertEqual(row["recipient"], self.late.partner_id.email)
        self.assertIn("100.00", row["amount"])
        self.assertTrue(row["level"])

    def test_it_tells_what_waits_until_when_and_why(self):
        group = self.group(self.screen().look(), "not_yet")
        self.assertEqual(group["count"], 1)
        self.assertTrue(group["until"] and group["text"])

    def test_what_was_decided_before_is_told_without_being_looked_at_again(self):
        self.run_day()
        look = self.screen().look()
        self.assertEqual(self.group(look, "not_yet")["count"], 1)

    def test_an_outcome_has_one_amount_in_each_currency(self):
        other = self.debtor("Other Ltd")
        for partner in (self.late.partner_id, other):
            self.invoice(days_late=-60, amount=40, partner=partner)
        self.synced()
        self.run_day()
        # The first is looked at with what leaves then, the second sleeps until later.
        look = self.screen().look(self.after(20).isoformat())
        self.assertEqual(len(self.group(look, "not_yet")["amounts"]), 1)

    def test_a_later_day_shows_what_leaves_then(self):
        later = self.screen().look((self.today + timedelta(days=60)).isoformat())
        self.assertGreaterEqual(len(later["messages"]), 2)
        self.assertFalse(later["isToday"])

    def test_looking_ahead_supposes_that_the_bank_is_kept_up_to_date(self):
        with patch.object(type(self.env["dunning.money"]), "_bank_behind", return_value=self.today):
            self.assertFalse(self.screen().look()["messages"])
            later = self.screen().look((self.today + timedelta(days=1)).isoformat())
        (row,) = later["messages"]
        self.assertTrue(row["recipient"])

    def test_a_day_that_is_over_too_far_or_no_date_is_refused_in_words(self):
        for day in ((self.today - timedelta(days=1)).isoformat(), "2999-01-01", "tomorrow"):
            with self.subTest(day), self.assertRaises(UserError):
                self.screen().look(day)

    def test_one_message_is_rendered_as_it_would_leave(self):
        (row,) = self.screen().look()["messages"]
        message = self.screen().message(row["companyId"], row["debtorId"], row["key"])
        self.run_day()
        notice = self.notices_to(self.late.partner_id)
        self.assertEqual((message["subject"], message["body"]), (notice.subject, notice.body))

    def test_a_message_that_changed_meanwhile_says_so(self):
        (row,) = self.screen().look()["messages"]
        self.pay(self.late)
        message = self.screen().message(row["companyId"], row["debtorId"], row["key"])
        self.assertTrue(message["problem"])

    def test_what_is_sent_from_it_is_only_the_selection(self):
        other = self.invoice(partner=self.consumer, days_late=30, amount=70)
        self.Item._sync(self.company)
        self.order("account.move", self.late.ids)
        self.assertTrue(self.notices_to(self.late.partner_id))
        self.assertFalse(self.notices_to(other.partner_id))

    def order(self, model=None, ids=()):
        runs = self.env["dunning.run"].browse(self.screen().send(model, ids))
        with self.on_day(self.today), self.no_commit():
            self.Run._cron_ordered()
        return runs

    def test_a_run_that_was_asked_for_says_by_whom_and_does_not_count_as_usual(self):
        run = self.order("account.move", self.late.ids)
        self.assertEqual(run.asked_by_id, self.collector)
        self.assertEqual((run.state, run.planned), ("done", 1))
        self.assertFalse(self.screen()._previous(self.company))

    def test_asking_twice_sends_once(self):
        self.order("account.move", self.late.ids)
        again = self.order("account.move", self.late.ids)
        self.assertEqual((again.state, again.planned), ("done", 0))
        self.assertEqual(len(self.notices_to(self.late.partner_id)), 1)

    def test_nothing_is_sent_while_the_company_has_not_gone_live(self):
        self.company.sudo().dunning_live_uuid = False
        with self.assertRaisesRegex(UserError, "has not gone live"):
            self.screen().send("account.move", self.late.ids)

    def test_an_invoice_that_is_not_followed_up_is_named_as_such(self):
        draft = self.late.copy()
        with self.assertRaisesRegex(UserError, "no open item"):
            self.screen().remind("account.move", draft.ids)

    def test_only_collectors_may_look_render_or_send(self):
        (row,) = self.screen().look()["messages"]
        for user in (
            self.person("nobody.here"),
            self.person("v", "payt_dunning.group_dunning_viewer"),
        ):
            screen = self.screen(user)
            for call in (
                lambda screen=screen: screen.look(),
                lambda screen=screen: screen.message(row["companyId"], row["debtorId"], row["key"]),
                lambda screen=screen: screen.send(),
                lambda screen=screen: screen.remind("account.move", self.late.ids),
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_another_companys_debtor_is_out_of_reach(self):
        debtor = self.synced(self.late).debtor_id
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "preview.stranger",
            groups="payt_dunning.group_dunning_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        screen = self.env["dunning.preview.screen"].with_user(stranger)
        with self.assertRaises(AccessError):
            screen.message(self.company.id, debtor.id, "x")
        with self.assertRaises(AccessError):
            screen.with_context(allowed_company_ids=other.ids).send("dunning.debtor", debtor.ids)
