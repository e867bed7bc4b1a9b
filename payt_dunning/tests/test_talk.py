from datetime import datetime
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time
from lxml.html import fromstring

from odoo import Command
from odoo.tools import mute_logger

from ..models.dunning_talk import Telling
from ..models.dunning_when import Place
from .common import DunningCommon


class TestTalk(DunningCommon):
    """What is said to many debtors at once is said to each as if it were alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Talk = cls.env["dunning.talk"].sudo()

    def owing(self, count, name="Owes"):
        """Debtors with an invoice each; their items."""
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"{name} {number}",
                    "is_company": True,
                    "email": f"{name}.{number}@debtor.example.com".lower(),
                    "lang": "en_US",
                }
                for number in range(count)
            ]
        )
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": self.after(-20),
                    "invoice_date_due": self.after(-4),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "work", "price_unit": 50, "tax_ids": []})
                    ],
                }
                for partner in partners
            ]
        )
        moves.action_post()
        return self.synced(moves)

    def telling(self, item, text="This is what we agreed.", **options):
        def words(_env):
            return f"About {item.name}", [text]

        return Telling(item.debtor_id, item, "promise", words, options)

    def statements(self, items):
        """Statements of a telling to each of the items' debtors, of which nothing is read yet."""
        Debtor = self.env["dunning.debtor"].sudo()
        tellings = [
            Telling(
                Debtor.browse(item.debtor_id.id),
                self.Item.browse(item.id),
                "promise",
                lambda _env: ("Hello", ["This is what we agreed."]),
            )
            for item in items
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        notices = self.Talk._tell_all(tellings)
        self.env.flush_all()
        self.assertEqual([notice.debtor_id for notice in notices], [i.debtor_id for i in items])
        return self.env.cr.sql_log_count - before

    def test_statements_grow_with_batches_not_with_messages(self):
        self.statements(self.owing(1, "Warm"))
        some = self.statements(self.owing(20, "Some"))
        more = self.statements(self.owing(60, "More"))
        self.assertLess(more, 2 * some, f"{some} for 20 messages, {more} for 60")

    def test_a_conversation_reminds_of_all_that_it_is_about(self):
        item = self.owing(1)
        (notice,) = self.Talk._tell_all([self.telling(item)])
        self.assertEqual(notice._reminded().item_id, item)

    # -- slots ---------------------------------------------------------------------------------

    def entries(self, item):
        return item.move_id.message_ids.filtered("dunning_debtor_id")

    def test_what_was_told_in_a_slot_is_not_told_again(self):
        item = self.owing(1)
        slot = {"source": "plan:17", "slot": "due:1"}
        (first,) = self.Talk._tell_all([self.telling(item, **slot)])
        self.assertEqual(first.line_ids.mapped("source"), ["plan:17"])
        shown = len(self.entries(item))
        again = self.Talk._tell_all(
            [self.telling(item, recipient="other@debtor.example.com", **slot)]
        )
        self.assertEqual(again, [self.Notice])
        self.assertEqual(len(self.entries(item)), shown, "nor shown")

    def test_of_two_in_one_slot_the_first_is_told(self):
        first, second = self.owing(2)
        notices = self.Talk._tell_all(
            [
                self.telling(
                    each, source="plan:17", slot="due:1", recipient=f"{each.id}@example.com"
                )
                for each in (first, second)
            ]
        )
        self.assertEqual(notices[0].debtor_id, first.debtor_id)
        self.assertFalse(notices[1])

    def test_slots_of_different_sources_are_different(self):
        items = self.owing(2)
        notices = self.Talk._tell_all(
            [self.telling(each, source=f"plan:{each.id}", slot="due:1") for each in items]
        )
        self.assertTrue(all(notices))

    def test_the_database_refuses_a_second_message_in_a_slot(self):
        item = self.owing(1)
        telling = self.telling(item, source="plan:17", slot="due:1")
        self.Talk._tell_all([telling])
        before = self.notices_to(item.partner_id, kind="talk")
        Talk = type(self.env["dunning.talk"])
        with (
            patch.object(Talk, "_live_slots", lambda self, slots: set()),
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.Talk._tell_all([telling])
        self.assertEqual(self.notices_to(item.partner_id, kind="talk"), before)

    def test_a_message_that_failed_frees_its_slot(self):
        item = self.owing(1)
        telling = self.telling(item, source="plan:17", slot="due:1")
        (notice,) = self.Talk._tell_all([telling])
        notice._set_failed("refused")
        self.assertTrue(self.Talk._tell_all([telling])[0])

    def test_a_slot_of_a_message_moves_no_level(self):
        item = self.owing(1)
        item.reached = 2
        slot = {"source": "plan:17", "slot": f"{item.episode}:0"}
        (notice,) = self.Talk._tell_all([self.telling(item, **slot)])
        self.deliver()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(item.reached, 2)

    def test_a_message_without_an_address_stands_in_the_thread_alone(self):
        item = self.owing(1)
        item.partner_id.email = False
        self.assertEqual(self.Talk._tell_all([self.telling(item)]), [self.Notice])
        self.assertIn("This is what we agreed", self.entries(item).body)

    def test_what_can_not_be_mailed_in_a_slot_is_shown_once_and_mailed_later(self):
        item = self.owing(1)
        item.partner_id.email = False
        tellings = [
            self.telling(item, source="plan:17", slot=f"due:{number}") for number in (1, 1, 2)
        ]
        for _day in range(2):
            self.Talk._tell_all(tellings)
        self.assertEqual(len(self.entries(item)), 2)
        item.partner_id.email = "again@debtor.example.com"
        self.assertTrue(self.Talk._tell_all(tellings)[0])

    # -- what it looks like --------------------------------------------------------------------

    def test_a_table_stands_in_the_mail_and_in_the_thread(self):
        item = self.owing(1)
        (notice,) = self.Talk._tell_all(
            [
                self.telling(
                    item,
                    table=lambda env: [("1 May", "€ 10"), ("<b>", env.lang)],
                    button="See the plan",
                    anchor="plan",
                    values={"pay_by": self.after(3)},
                )
            ]
        )
        row = fromstring(notice.body).xpath("//tr[1]")[0]
        self.assertEqual(row.xpath("th[@scope='row']")[0].text, "1 May")
        self.assertEqual(row.xpath("td")[0].text, "€ 10")
        self.assertIn("&lt;b&gt;", notice.body)
        self.assertIn("See the plan", notice.body)
        self.assertIn("1 May: € 10", self.entries(item).body)
        self.assertEqual(notice.pay_by, self.after(3))
        self.assertEqual(notice.content_hash, notice._content_hash())
        (mail,) = self.deliver()
        self.assertIn("#plan", mail.replace("=\n", "").replace("=\r\n", ""))

    def test_each_debtor_is_told_in_its_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        first, second = self.owing(2)
        second.partner_id.lang = "nl_NL"
        heard = []

        def words(env):
            heard.append(env.lang)
            return "Hello", ["Hello"]

        tellings = [Telling(each.debtor_id, each, "promise", words) for each in (first, second)]
        notices = self.Talk._tell_all(tellings)
        self.assertEqual(heard, ["en_US", "nl_NL"])
        self.assertEqual([notice.lang for notice in notices], heard)

    def test_debtors_of_two_companies_are_told_by_their_own(self):
        other = self.setup_other_company()["company"]
        item = self.owing(1)
        partner = self.debtor("Elsewhere")
        foreign = self.env["dunning.debtor"].sudo()._ensure(other, partner)[partner.id]

        def words(_env):
            return "Hello", ["Hello"]

        notices = self.Talk._tell_all(
            [Telling(foreign, self.Item, "promise", words), self.telling(item)]
        )
        self.assertFalse(notices[0], "it is not live")
        self.assertEqual(notices[1].company_id, self.company)

    # -- hours ---------------------------------------------------------------------------------

    def office_hours(self):
        self.company.write(
            {"dunning_send_days": "mon_fri", "dunning_hour_from": 9, "dunning_hour_until": 17}
        )
        self.company.partner_id.tz = "UTC"

    def test_what_nobody_waits_for_leaves_on_a_working_day_within_the_hours(self):
        self.office_hours()
        item = self.owing(1)
        with freeze_time("2026-08-01 12:00:00"):  # a Saturday
            waits, hurries = self.Talk._tell_all(
                [self.telling(item, waits=False), self.telling(item)]
            )
        self.assertEqual(waits.mail_id.scheduled_date, datetime(2026, 8, 3, 9))
        self.assertFalse(hurries.mail_id.scheduled_date)

    def test_what_nobody_waits_for_is_not_handed_over_on_a_day_off(self):
        self.office_hours()
        item = self.owing(1)
        waits, _hurries = self.Talk._tell_all([self.telling(item, waits=False), self.telling(item)])
        waits.mail_id.scheduled_date = False
        with freeze_time("2026-08-01 12:00:00"):
            self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(waits.state, "queued")
        self.assertEqual(waits.mail_id.scheduled_date, datetime(2026, 8, 3, 9))

    def test_after_hours_before_a_weekend_is_after_the_weekend(self):
        self.office_hours()
        place = Place("UTC", "", "")
        window = self.env["dunning.when"]._window(self.company, "email", place, True, {})
        opens = window.first_moment(datetime(2026, 7, 31, 18))
        self.assertEqual(opens, datetime(2026, 8, 3, 9))
        noon = datetime(2026, 7, 31, 12)
        self.assertEqual(window.first_moment(noon), noon)

    # -- hand-over -----------------------------------------------------------------------------

    def test_what_does_not_hold_any_more_is_not_sent_and_frees_its_slot(self):
        item = self.owing(1)
        telling = self.telling(item, source="plan:17", slot="due:1")
        (notice,) = self.Talk._tell_all([telling])
        Notice = type(self.env["dunning.notice"])
        with patch.object(Notice, "_why_not_to_tell_now", lambda self: "It was paid meanwhile."):
            self.assertFalse(self.deliver())
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(notice.failure, "It was paid meanwhile.")
        self.assertTrue(self.Talk._tell_all([telling])[0])
