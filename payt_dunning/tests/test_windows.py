import os
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from ..models.dunning_when import Place
from ..rules.public_holidays import public_holidays
from .common import DunningCommon

#: Around Easter, King's Day and the changes of the clock in Europe and America; and Christmas.
TIMES = ("2026-03-23", "2026-04-20", "2026-10-19", "2026-12-18")
DAYS = 12
ONE_WEEK = timedelta(days=7)
#: ``WINDOW_DAYS=all`` lives through a whole year instead, which takes minutes.
WHOLE_YEAR = os.environ.get("WINDOW_DAYS") == "all"
YEAR = [str(date(2026, 3, 1) + timedelta(days=DAYS * number)) for number in range(365 // DAYS + 1)]
#: Days without messages to somebody in one of these countries, then.
DAYS_OFF = {
    "NL": {"2026-04-03", "2026-04-05", "2026-04-06", "2026-04-27", "2026-12-25", "2026-12-26"},
    "US": {"2026-12-25", "2027-01-01", "2026-10-12"},
    "AU": {"2026-04-03", "2026-04-06", "2026-12-25", "2026-12-28"},
}
CLOSED = {f"2026-12-{day}" for day in range(24, 32)} | {"2027-01-01"}


class TestWindows(DunningCommon):
    """Nothing leaves outside the hours and days of whoever gets it, and nothing is lost."""

    with_holidays = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "country_id": cls.env.ref("base.nl").id,
                "dunning_send_days": "mon_fri",
                "dunning_hour_from": 8.5,
                "dunning_hour_until": 17.5,
                "dunning_bank_gate": False,
                "dunning_live_since": "2026-01-01",
            }
        )
        cls.company.partner_id.tz = "Europe/Amsterdam"
        cls.zones = {"NL": "Europe/Amsterdam", "US": "America/New_York", "AU": "Australia/Sydney"}
        cls.people = {
            code: cls.debtor(
                f"Debtor {code}", country_id=cls.env.ref(f"base.{code.lower()}").id, tz=False
            )
            for code in cls.zones
        }

    def test_no_message_leaves_outside_its_window_and_none_is_lost(self):
        left = []
        for start in YEAR if WHOLE_YEAR else TIMES:
            left += self.live_from(datetime.fromisoformat(start))
            with freeze_time(self.last):
                self.everybody_pays()
        for code, moment in left:
            self.check_moment(code, moment)
        per_country = Counter(code for code, _moment in left)
        for code in self.zones:
            # One invoice a day but for the last three, each reminded of once.
            self.assertGreaterEqual(per_country[code], 2, code)
        waiting = self.Notice.search([("state", "in", ("queued", "sending"))])
        self.assertFalse(waiting.filtered(lambda notice: notice.as_of < self.last - ONE_WEEK))

    def live_from(self, start):
        """Twelve days: the daily run at half past seven UTC, hand-over whenever something waits."""
        left = []
        for number in range(DAYS):
            morning = start + timedelta(days=number, hours=7, minutes=30)
            if number % 3 == 0:
                self.analyze()
            with freeze_time(morning):
                self.last = morning.date()
                self.an_invoice_each(morning.date())
                self.run_day(day=morning.date())
            moment, night = morning, morning + timedelta(days=1)
            while moment < night:
                with freeze_time(moment):
                    day = moment.replace(tzinfo=timezone.utc).astimezone(
                        ZoneInfo("Europe/Amsterdam")
                    )
                    before = self.Notice.search([("state", "=", "sent")])
                    self.deliver(day=day.date())
                    sent = self.Notice.search([("state", "=", "sent")]) - before
                    left += [(each.partner_id.country_id.code, moment) for each in sent]
                moment = self.next_moment(moment, night)
        return left

    def everybody_pays(self):
        """So that the books of a whole year stay small."""
        for partner in self.people.values():
            moves = self.env["account.move"].search(
                [("partner_id", "=", partner.id), ("payment_state", "=", "not_paid")]
            )
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=moves.ids
            )
            register.create({"group_payment": True})._create_payments()

    def an_invoice_each(self, day):
        for partner in self.people.values():
            self.invoice_of(partner, day - timedelta(days=4))

    def next_moment(self, moment, night):
        """When the scheduled action would be started next."""
        waiting = self.Notice.search([("state", "=", "queued")]).mail_id
        later = [mail.scheduled_date for mail in waiting if mail.scheduled_date > moment]
        return min([*later, night])

    def check_moment(self, code, moment):
        local = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(self.zones[code]))
        told = f"{code}: {local}"
        self.assertTrue(8.5 <= local.hour + local.minute / 60 < 17.5, told)
        self.assertLess(local.weekday(), 5, told)
        day = str(local.date())
        self.assertNotIn(day, DAYS_OFF[code] | DAYS_OFF["NL"] | CLOSED, told)
        if WHOLE_YEAR:
            for country in (code, "NL"):
                self.assertNotIn(local.date(), public_holidays(country, (2026, 2027)).dates, told)

    def test_nothing_leaves_on_a_holiday_of_the_debtors_country_alone(self):
        day = date(2026, 7, 3)  # Independence Day, as observed
        with freeze_time("2026-07-03 15:00:00"):
            self.an_invoice_each(day)
            self.run_day(day=day)
        reasons = {}
        for code, partner in self.people.items():
            reasons[code] = self.Item.search([("partner_id", "=", partner.id)]).reason
        self.assertEqual(reasons["US"], "send_day")
        self.assertNotEqual(reasons["NL"], "send_day")

    def test_why_names_the_holiday(self):
        with freeze_time("2026-04-27 09:00:00"):
            self.an_invoice_each(datetime(2026, 4, 27).date())
            self.run_day(day=datetime(2026, 4, 27).date())
            item = self.Item.search([("partner_id", "=", self.people["US"].id)])
            self.assertEqual(item.reason, "send_day")
            self.assertEqual(str(item.next_date), "2026-04-28")
            why = self.env["dunning.why"].create({"item_ids": item.ids, "day": "2026-04-27"})
            self.assertIn("Koningsdag", str(why.answer))

    def test_a_company_is_closed_at_the_end_of_the_year_unless_it_says_otherwise(self):
        closures = self.env["dunning.closure"].search([("company_id", "=", self.company.id)])
        self.assertEqual(closures.mapped("yearly"), [True])
        days = closures._days(self.company, (2031,))
        self.assertEqual([str(min(days)), str(max(days))], ["2031-12-24", "2032-01-01"])
        closures.unlink()
        self.assertFalse(closures._days(self.company, (2031,)))

    def test_the_checklist_names_a_country_without_known_holidays(self):
        self.invoice_of(
            self.debtor("Far Away", country_id=self.env.ref("base.bv").id), date(2026, 6, 5)
        )
        self.Item._sync(self.company)
        state, words = self.env["dunning.readiness"]._find_holidays(self.company)
        self.assertEqual(state, "attention")
        self.assertIn("Bouvet", words)

    def test_a_closure_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Stocktaking"):
            self.env["dunning.closure"].create(
                {"name": "Stocktaking", "date_from": "2026-05-02", "date_until": "2026-05-01"}
            )

    def test_spread_messages_keep_their_moment_within_the_hours(self):
        self.company.dunning_spread = True
        with freeze_time("2026-06-09 05:00:00"):  # a Tuesday
            for number in range(6):
                self.invoice_of(self.debtor(f"Spread {number}"), datetime(2026, 6, 5).date())
            self.run_day(day=datetime(2026, 6, 9).date())
            notices = self.Notice.search([("state", "=", "queued")])
            moments = self.env["dunning.when"]._moments(notices, datetime(2026, 6, 9, 5))
            again = self.env["dunning.when"]._moments(notices, datetime(2026, 6, 9, 6, 31))
        self.assertEqual(len(set(moments.values())), len(notices))
        self.assertEqual(
            {at: max(moment, datetime(2026, 6, 9, 6, 31)) for at, moment in moments.items()}, again
        )
        for moment in moments.values():
            self.assertTrue(datetime(2026, 6, 9, 6, 30) <= moment < datetime(2026, 6, 9, 15, 30))

    def invoice_of(self, partner, due):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "work", "price_unit": 100, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        return move


class TestDayCap(DunningCommon):
    """So many reminders a day, and the rest on the next."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moves = cls.env["account.move"]
        for number in range(5):
            cls.moves += cls.invoice(days_late=4 + number, partner=cls.debtor(f"Cap {number}"))
        cls.company.dunning_day_cap = 2

    def test_the_oldest_claims_leave_and_the_rest_waits_for_the_next_day(self):
        run = self.run_day()
        self.assertEqual(run.planned, 2)
        self.assertEqual(run.reasons, {"send:due": 2, "wait:cap": 3})
        late = self.items(self.moves).filtered(lambda item: item.reason == "cap")
        self.assertEqual(set(late.mapped("next_date")), {self.today + timedelta(days=1)})
        self.assertEqual(late, self.items(self.moves[:3]))

    def test_a_second_run_of_the_day_sends_no_more(self):
        self.run_day()
        self.deliver()
        self.env["dunning.debtor"].search([])._look_again()
        self.assertEqual(self.run_day().planned, 0)

    def test_every_claim_has_its_turn(self):
        for number in range(3):
            self.run_and_deliver(self.today + timedelta(days=number))
        self.assertTrue(all(self.items(self.moves).mapped("reached")))

    def test_the_preview_says_the_same(self):
        self.Item._sync(self.company)
        preview = self.env["dunning.preview"].sudo()._preview(self.company)
        self.assertEqual(len(preview.planned), 2)
        self.assertEqual(preview.counts["wait", "cap"], 3)
        self.assertEqual(preview.amounts["wait", "cap"], 300)

    def test_why_tells_that_it_is_more_than_fits(self):
        self.run_day()
        late = self.items(self.moves).filtered(lambda item: item.reason == "cap")[:1]
        why = self.env["dunning.why"].create({"item_ids": late.ids, "day": self.today})
        self.assertIn("2 messages", str(why.answer))


class TestHoursOfTexts(DunningCommon):
    """Text messages disturb people: they keep to hours and days whatever a company sets."""

    def test_never_on_a_sunday_or_a_holiday_where_the_debtor_is(self):
        when, place = self.env["dunning.when"], Place("Europe/Amsterdam", "NL", "")
        for day, channel, rests in (
            ("2026-06-07", "sms", True),
            ("2026-12-25", "sms", True),
            ("2026-06-09", "sms", False),
            ("2026-06-07", "email", False),
        ):
            with self.subTest(day=day, channel=channel):
                self.assertEqual(when._is_rest(channel, place, date.fromisoformat(day)), rests)

    @mute_logger("odoo.sql_db")
    def test_hours_beyond_what_is_decent_are_refused(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.company.dunning_text_until = 22
            self.env.flush_all()
