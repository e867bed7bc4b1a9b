from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError

from ..models.dunning_dispute import Contested
from ..rules.pressing import Waiting
from .common import DunningCommon


class TodayCase(DunningCommon):
    """The screen of today, as somebody sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.person("today.anna", "group_dunning_user")
        cls.bert = cls.person("today.bert", "group_dunning_user")

    def look(self, scope="all", user=None, companies=None, **values):
        today = self.env["dunning.today"].with_user(user or self.anna)
        companies = companies or self.company
        with self.on_day(self.today):
            return today.with_context(allowed_company_ids=companies.ids).look(scope, **values)

    def section(self, key, scope="all", **values):
        (section,) = self.look(scope, keys=[key], **values)["sections"]
        return section

    def rows(self, key, scope="all", **values):
        return [row["id"] for row in self.section(key, scope, **values)["rows"]]

    def contest(self, amount=100.0, deadline=5, owner=None, partner=None, **values):
        """A dispute about an invoice of its own, to be decided so many days from today."""
        item = self.synced(self.invoice(amount=amount, partner=partner, **values))
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        dispute = self.env["dunning.dispute"].sudo()._begin(item, Contested("whole"), reason)
        dispute.deadline = deadline is not None and self.after(deadline)
        dispute.owner_id = owner or self.anna
        return dispute


class TestToday(TodayCase):
    """What is on the screen, for whom, in which order."""

    def test_rows_come_in_the_order_of_the_rule(self):
        disputes = [
            self.contest(amount, deadline)
            for amount, deadline in ((900, 0), (5, -1), (50, -40), (70, 3), (80, 3))
        ]
        waiting = {
            each.id: Waiting(each.deadline, Decimal(str(each.amount))).order(self.today)
            for each in disputes
        }
        self.assertEqual(self.rows("dispute"), sorted(waiting, key=waiting.get))

    def test_rows_say_by_what_the_screen_merges_those_of_sections(self):
        self.contest(50, -3)
        self.contest(70, 2)
        orders = [row["order"] for row in self.section("dispute")["rows"]]
        self.assertEqual(orders, [[0, 0, -50], [1, 2, -70]])

    def test_a_section_tells_how_many_how_much_how_late(self):
        self.contest(50, -3)
        self.contest(70, 2)
        section = self.section("dispute")
        self.assertEqual((section["count"], section["late"]), (2, 1))
        self.assertIn("120.00", section["amounts"][0])

    def test_ten_rows_are_given_and_all_are_counted(self):
        for number in range(12):
            self.contest(10 + number)
        section = self.section("dispute")
        self.assertEqual((section["count"], len(section["rows"])), (12, 10))

    def test_a_row_says_who_what_and_why(self):
        dispute = self.contest(50, -3)
        (row,) = self.section("dispute")["rows"]
        self.assertEqual((row["debtor"], row["about"]), ("Bakery Ltd", dispute.move_id.name))
        self.assertIn(dispute.reason_id.name, row["why"])
        self.assertEqual((row["days"], row["late"]), (3, True))

    def test_the_list_behind_a_section_shows_what_is_counted(self):
        mine, theirs = self.contest(50), self.contest(60, owner=self.bert)
        shown = self.section("dispute", "mine")["all"]
        found = self.env["dunning.dispute"].search(shown["domain"])
        self.assertEqual(found, mine)
        shown = self.section("dispute")["all"]
        self.assertEqual(self.env["dunning.dispute"].search(shown["domain"]), mine + theirs)

    # -- money ---------------------------------------------------------------------------

    def test_an_amount_in_another_currency_is_counted_in_the_company_s(self):
        other = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        self.contest(100, currency_id=other.id)
        self.contest(100)
        section = self.section("dispute")
        self.assertEqual(len(section["amounts"]), 1)
        self.assertIn("150.00", section["amounts"][0])
        self.assertEqual([row["order"][2] for row in section["rows"]], [-100, -50])

    def test_currencies_of_two_companies_are_never_added_up(self):
        second = self.other_company()
        self.contest(100)
        self.foreign(second)
        both = self.company + second
        self.anna.company_ids = [Command.set(both.ids)]
        section = self.section("receipt", companies=both)
        self.assertEqual((section["count"], len(section["amounts"])), (2, 2))

    def other_company(self):
        """A company with another currency."""
        currency = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        data = self.setup_other_company(currency_id=currency.id)
        self.second = data
        return data["company"]

    def foreign(self, company):
        """A receipt in each company."""
        self.receipt(10)
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.second["default_journal_bank"].id,
                "payment_ref": "there",
                "amount": 20,
                "date": self.today,
                "company_id": company.id,
            }
        )

    # -- for whom ------------------------------------------------------------------------

    def test_mine_is_what_i_handle(self):
        mine = self.contest(owner=self.anna)
        self.contest(owner=self.bert)
        self.assertEqual(self.rows("dispute", "mine"), mine.ids)

    def test_mine_is_also_what_somebody_handles_for_whom_i_stand_in_today(self):
        theirs = self.contest(owner=self.bert)
        self.assertFalse(self.rows("dispute", "mine"))
        self.absent(self.bert, self.anna)
        self.assertEqual(self.rows("dispute", "mine"), theirs.ids)

    def absent(self, user, substitute, days=0):
        self.env["dunning.substitute"].create(
            {
                "user_id": user.id,
                "substitute_id": substitute.id,
                "date_from": self.after(days),
                "date_until": self.after(days + 3),
            }
        )

    def questions(self):
        """A message that Bert answers, and one that nobody does."""
        found = []
        for name, handler in (("Berts", self.bert), ("Nobodys", self.env["res.users"])):
            partner = self.debtor(name)
            item = self.synced(self.invoice(partner=partner))
            item.debtor_id.handler_id = handler
            item.move_id.message_post(
                body="Why?",
                author_id=partner.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            found.append(
                self.env["dunning.question"].search([("debtor_id", "=", item.debtor_id.id)])
            )
        return found

    def test_team_is_also_what_nobody_handles(self):
        _berts, nobodys = self.questions()
        self.assertEqual(self.rows("question", "team"), nobodys.ids)
        self.assertFalse(self.rows("question", "mine"))

    def test_team_is_also_of_colleagues_with_whom_i_stand_in_at_another_time(self):
        berts, nobodys = self.questions()
        self.absent(self.anna, self.bert, days=40)
        self.assertCountEqual(self.rows("question", "team"), (berts + nobodys).ids)
        self.assertFalse(self.rows("question", "mine"))

    def test_what_belongs_to_the_company_is_shown_to_everybody(self):
        line = self.receipt(10)
        for scope in ("mine", "team", "all"):
            self.assertEqual(self.rows("receipt", scope), line.ids)

    def test_a_viewer_sees_rows_without_buttons(self):
        self.contest()
        viewer = self.person("today.viewer", "group_dunning_viewer")
        look = self.look(user=viewer)
        self.assertFalse(look["may"])
        rows = [row for section in look["sections"] for row in section["rows"]]
        self.assertEqual([row["debtor"] for row in rows], ["Bakery Ltd"])
        self.assertEqual([row["acts"] for row in rows], [[]])

    def test_only_a_manager_gets_the_buttons_of_managers(self):
        self.invoice()
        self.run_day()
        self.notices_to().state = "planned"
        manager = self.person("today.manager", "group_dunning_manager")
        self.assertFalse(self.section("approval")["rows"][0]["acts"])
        acts = self.section("approval", user=manager)["rows"][0]["acts"]
        self.assertEqual([act["do"] for act in acts], ["action_approve", "action_refuse"])

    def test_nobody_else_may_look(self):
        seller = self.person("today.seller", "base.group_user")
        with self.assertRaises(AccessError):
            self.look(user=seller)

    def test_nothing_of_another_company_is_shown(self):
        self.contest()
        other = self.setup_other_company()["company"]
        stranger = self.person("today.stranger", "group_dunning_user", company=other)
        look = self.look(user=stranger, companies=other)
        self.assertFalse([each["key"] for each in look["sections"] if each["count"]])

    def test_another_scope_is_refused(self):
        with self.assertRaises(UserError):
            self.look("everything")

    def test_it_says_which_companies_are_not_live_and_have_nothing_open(self):
        self.company._dunning_stop_live()
        (company,) = self.look()["companies"]
        self.assertEqual((company["live"], company["open"]), (False, False))
        self.synced(self.invoice())
        (company,) = self.look()["companies"]
        self.assertTrue(company["open"])

    # -- cost ----------------------------------------------------------------------------

    def fill(self, count):
        """So many debtors, each with something in several sections."""
        for number in range(count):
            partner = self.debtor(f"Many {count} {number}")
            self.contest(partner=partner)
            item = self.synced(self.invoice(partner=partner))
            item.sudo().reason = "end_of_ladder"
            item.move_id.message_post(
                body="Why?",
                author_id=partner.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def statements(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.look()
        return self.env.cr.sql_log_count - before

    def test_thirty_debtors_cost_as_many_statements_as_three(self):
        self.fill(3)
        self.statements()
        three = self.statements()
        self.fill(27)
        thirty = self.statements()
        self.assertLessEqual(thirty, three)
