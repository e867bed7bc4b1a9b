from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .page_common import PageCommon

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@tagged("post_install", "-at_install")
class TestPresence(PageCommon):
    """Who handles a debtor is told that it is on its page; nothing else comes of that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_presence = True
        cls.handler = cls.collector("hanna")
        cls.debtor.handler_id = cls.handler

    @classmethod
    def collector(cls, login, **values):
        return new_test_user(
            cls.env,
            login,
            groups="payt_dunning.group_dunning_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **values,
        )

    def setUp(self):
        super().setUp()
        self.told = []
        Bus = type(self.env["bus.bus"])

        def note(_bus, target, kind, message):
            if kind == "dunning_here":
                self.told.append((target.user_ids, message))

        self.startPatcher(patch.object(Bus, "_sendone", note))

    def signal(self, here="1", agent=FIREFOX):
        """The page's script tells that it is open."""
        self.env.flush_all()
        self.opener.post(
            f"{self.base_url()}{self.path}/visit",
            data={"here": here} if here else {},
            headers={"User-Agent": agent},
            timeout=10,
        )

    def who(self):
        """Users that were told, one for each notice."""
        return [user for users, _message in self.told for user in users]

    def seen_ago(self, **ago):
        before = fields.Datetime.now() - timedelta(**ago)
        presence = self.env["dunning.presence"].sudo().search([])
        presence.write({"seen_on": before, "arrived_on": before})

    # -- who is told ---------------------------------------------------------------------------

    def test_the_handler_is_told_once_while_the_page_stays_open(self):
        self.signal()
        for _minute in range(3):
            self.seen_ago(minutes=1)
            self.signal()
        self.assertEqual(self.who(), [self.handler])

    def test_who_comes_back_after_a_while_is_told_of_again(self):
        self.signal()
        self.seen_ago(minutes=16)
        self.signal()
        self.assertEqual(self.who(), [self.handler, self.handler])

    def test_the_stand_in_is_told_instead_of_the_handler(self):
        stand_in = self.collector("stand.in")
        self.env["dunning.substitute"].create(
            {
                "user_id": self.handler.id,
                "substitute_id": stand_in.id,
                "date_until": self.after(3),
            }
        )
        self.signal()
        self.assertEqual(self.who(), [stand_in])

    def test_where_nobody_handles_it_the_company_s_handler_is_told(self):
        self.debtor.handler_id = False
        other = self.collector("other")
        self.company.dunning_handler_id = other
        self.signal()
        self.assertEqual(self.who(), [other])

    def test_who_wants_to_hear_of_all_is_told_too_and_who_wants_none_is_not(self):
        curious = self.collector("curious", dunning_presence="all")
        self.handler.dunning_presence = "none"
        self.signal()
        self.assertEqual(self.who(), [curious])

    def test_a_collector_of_another_company_hears_nothing(self):
        other = self.setup_other_company()["company"]
        self.collector("elsewhere", dunning_presence="all").write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.signal()
        self.assertEqual(self.who(), [self.handler])

    def test_everybody_chooses_for_themselves(self):
        own = self.handler.with_user(self.handler)
        own.write({"dunning_presence": "none"})
        self.assertEqual(own.read(["dunning_presence"])[0]["dunning_presence"], "none")

    # -- who is not ----------------------------------------------------------------------------

    def test_it_is_off_unless_a_company_switches_it_on(self):
        self.assertFalse(self.env["res.company"].new({}).dunning_presence)
        self.company.dunning_presence = False
        self.signal()
        self.assertFalse(self.told)
        self.assertFalse(self.env["dunning.presence"].sudo().search([]))
        self.assertNotIn("Our staff can see", self.get().text)

    def test_the_page_says_it_before_it_counts(self):
        page = self.get().text
        self.assertIn("Our staff can see that you have this page open.", page)
        self.assertLess(page.index("Our staff can see"), page.index("page.js"))
        self.assertFalse(self.told)

    def test_who_does_not_want_it_is_noted_as_a_visit_only(self):
        self.signal(here="")
        self.assertFalse(self.told)
        visits = self.env["dunning.page.visit"].sudo()
        self.assertEqual(len(visits.search([("debtor_id", "=", self.debtor.id)])), 1)

    def test_scanners_and_one_of_us_are_not_told_of(self):
        self.signal(agent="Googlebot/2.1 (+http://www.google.com/bot.html)")
        self.person("looker", "group_dunning_user", password="looker.looker")
        self.authenticate("looker", "looker.looker")
        self.signal()
        self.assertFalse(self.told)

    def test_opening_an_address_tells_nobody(self):
        self.get("/visit?here=1")
        self.get("?here=1")
        self.assertFalse(self.told)

    # -- what is told --------------------------------------------------------------------------

    def test_the_bus_carries_numbers_only_and_the_words_are_read_by_right(self):
        self.signal()
        ((_users, message),) = self.told
        self.assertEqual(set(message), {"debtor", "items", "moment"})
        words = self.debtor.with_user(self.handler).presence(message["items"])
        self.assertEqual(words["title"], "Bakery Ltd is on its page now")
        self.assertIn("2 invoices", words["message"])
        self.assertIn("150.00", words["message"])

    def test_one_invoice_is_told_by_name(self):
        item = self.items(self.moves[0])
        self.signal()
        words = self.debtor.with_user(self.handler).presence(item.ids)
        self.assertIn(self.moves[0].name, words["message"])
        self.assertIn("100.00", words["message"])

    def test_items_of_another_debtor_are_not_told_of(self):
        other = self.invoice(partner=self.consumer)
        self.Item._sync(self.company)
        self.signal()
        words = self.debtor.with_user(self.handler).presence(self.items(other).ids)
        self.assertEqual(words["message"], "Nothing of what it looks at is open.")

    def test_who_works_in_another_company_at_that_moment_is_told_all_the_same(self):
        other = self.setup_other_company()["company"]
        self.handler.company_ids += other
        self.signal()
        reader = self.debtor.with_user(self.handler).with_context(allowed_company_ids=other.ids)
        words = reader.presence([])
        self.assertEqual(words["title"], "Bakery Ltd is on its page now")
        self.assertEqual(words["company"], self.company.id)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nothing_is_told_and_nothing_fails_of_a_debtor_that_can_t_be_read(self):
        other = self.setup_other_company()["company"]
        self.signal()
        stranger = self.collector("stranger")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertIs(self.debtor.with_user(stranger).presence([]), False)
        gone = self.debtor.browse(self.debtor.search([], order="id desc", limit=1).id + 1000)
        self.assertIs(gone.with_user(self.handler).presence([]), False)

    def test_nothing_is_told_of_who_has_gone(self):
        self.signal()
        self.seen_ago(minutes=3)
        self.assertFalse(self.debtor.with_user(self.handler).presence([]))

    # -- what comes of it ----------------------------------------------------------------------

    def test_a_visit_makes_no_task_and_changes_no_decision(self):
        items = self.Item.search([("debtor_id", "=", self.debtor.id)])
        kept = items.read(["action", "reason", "next_date", "reached"])
        tasks = self.env["mail.activity"].search_count([])
        self.signal()
        self.assertEqual(items.read(["action", "reason", "next_date", "reached"]), kept)
        self.assertEqual(self.env["mail.activity"].search_count([]), tasks)
        self.assertFalse(self.env["dunning.call"].search([]))

    def test_the_moment_is_kept_for_a_day(self):
        self.signal()
        presence = self.env["dunning.presence"].sudo()
        self.seen_ago(hours=23)
        presence._gc_presence()
        self.assertTrue(presence.search([]))
        self.seen_ago(hours=25)
        presence._gc_presence()
        self.assertFalse(presence.search([]))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_stranger_reads_no_presence(self):
        self.signal()
        other = self.setup_other_company()["company"]
        stranger = self.collector("stranger")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.env["dunning.presence"].with_user(stranger).search([]))
