import base64
from datetime import date
from decimal import Decimal

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from ..rules.law.errors import Held
from ..rules.law.read import TABLES, read_folder
from ..rules.law.tables import Rate
from .common import DunningCommon

NEXT = "NL,2027-01-01,2027-06-30,commercial,10.65,Stb. 2026 999,sure"


class TestLawTables(DunningCommon):
    """The law in rows that people can read and add to, and that never change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("law_manager", "group_dunning_manager")
        cls.collector = cls.person("law_collector", "group_dunning_user")
        cls.Row = cls.env["collection.law.row"]

    def add(self, rows=NEXT, user=None, **values):
        dialogs = self.env["collection.law.import"].with_user(user or self.manager)
        return dialogs.create({"rows": rows, **values}).action_apply()

    def added(self):
        return self.Row.search([("shipped", "=", False)])

    def rate(self, day):
        return self.Row._tables().one(Rate, "NL", "commercial", day=day).percent

    def test_everything_that_is_shipped_is_there_as_the_rules_read_it(self):
        shipped = sorted(row.name for row in read_folder().rows)
        self.assertEqual(sorted(row.name for row in self.Row._tables().rows), shipped)
        self.assertEqual(set(self.Row.search([]).mapped("table")), set(TABLES))
        self.assertEqual(self.rate(date(2026, 7, 1)), Decimal("10.40"))

    def test_an_update_adds_nothing_twice(self):
        before = self.Row.search_count([])
        self.Row._load_shipped()
        self.assertEqual(self.Row.search_count([]), before)

    def elements(self):
        """The row on what a Dutch notice says of what happens without payment, of each version."""
        about = [("key", "like", "nl_14_day / what happens"), ("table", "=", "elements")]
        return self.Row.search(about, order="id")

    def test_an_update_recognises_notices_in_one_more_language(self):
        old = self.elements()
        self.env.cr.execute(
            """UPDATE collection_law_row SET cells = jsonb_set(cells::jsonb, '{pattern}', '"costs"')
                WHERE id = %s""",
            [old.id],
        )
        self.env.invalidate_all()
        before = self.Row.search_count([("withdrawn", "=", False)])
        self.Row.sudo()._load_shipped()
        new = self.elements() - old
        self.assertTrue(old.withdrawn and old.withdrawn_because)
        self.assertIn("frais de recouvrement", new.cells["pattern"])
        self.assertEqual(self.Row.search_count([("withdrawn", "=", False)]), before)

    def test_an_update_leaves_what_the_law_itself_says_as_it_is(self):
        row = self.elements()
        self.env.cr.execute(
            """UPDATE collection_law_row SET cells = jsonb_set(cells::jsonb, '{required}', '"0"')
                WHERE id = %s""",
            [row.id],
        )
        self.env.invalidate_all()
        self.Row.sudo()._load_shipped()
        self.assertEqual((self.elements(), row.cells["required"]), (row, "0"))

    def test_a_manager_adds_the_rate_of_the_next_half_year(self):
        with self.assertRaises(Held):
            self.rate(date(2027, 1, 1))
        self.add()
        self.assertEqual(self.rate(date(2027, 1, 1)), Decimal("10.65"))
        self.assertEqual(self.added().source, "Stb. 2026 999")

    def test_a_file_is_read_as_well(self):
        header = "jurisdiction,since,until,kind,percent,source,confidence"
        file = base64.b64encode(f"{header}\n{NEXT}\n".encode("utf-8-sig"))
        self.add(rows=False, file=file, file_name="rates-2027.csv")
        self.assertEqual(self.rate(date(2027, 6, 30)), Decimal("10.65"))

    def test_a_file_with_one_wrong_row_adds_none_and_says_which(self):
        wrong = NEXT.replace("2027-01-01,2027-06-30", "2027-07-01,2027-12-31")
        for rows, words in (
            (f"{NEXT}\n{wrong.replace('10.65', 'abc')}", "row 3, percent"),
            (NEXT.replace("10.65", '"10,65"'), "decimal comma"),
            (NEXT.replace("NL,", "XX,"), "no jurisdiction “XX”"),
            (NEXT.replace("2027-01-01", "2026-12-01"), "both apply on 2026-12-01"),
            (NEXT.replace("2027-01-01", "2026-07-01"), "there already"),
            (NEXT.replace("2027-01-01", "2027-02-01"), "row 2, since: from 2027-01-01 through"),
            (f"{NEXT}\n{NEXT.replace('Stb. 2026 999', ' ')}", "row 3, source: it can't be empty"),
            (NEXT.replace("2027-06-30", "2026-12-31"), "row 2: it would end on 2026-12-31"),
            (f"{NEXT},more", "row 2: it must have 7 columns"),
        ):
            with (
                self.subTest(words),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.add(rows)
            self.assertFalse(self.added())
        self.assertEqual(self.rate(date(2026, 12, 1)), Decimal("10.40"))

    def test_a_file_that_is_no_table_is_refused(self):
        for file, words in (
            (base64.b64encode(b"\xff\xfe\x00"), "not UTF-8"),
            (base64.b64encode(b"a;b\n1;2\n"), "first row must be"),
            (base64.b64encode(b"x" * 1_000_001), "too large"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.add(rows=False, file=file)
        with self.assertRaisesRegex(UserError, "Choose a file"):
            self.add(rows=" ")

    def rate_form(self, **values):
        dialog = self.env["collection.law.rate"].with_user(self.manager)
        netherlands = self.env["collection.jurisdiction"].search([("code", "=", "NL")])
        form = Form(dialog.with_context(active_model=netherlands._name, active_id=netherlands.id))
        filled = {"percent": "10.65", "until": "2027-06-30", "source": "Stb. 2026 999", **values}
        for name, value in filled.items():
            form[name] = value
        return form

    def test_a_manager_adds_a_rate_by_a_form_that_knows_the_next_day(self):
        form = self.rate_form()
        self.assertEqual(form.since, date(2027, 1, 1))
        self.assertEqual(form.known, "10.4% from 07/01/2026 through 12/31/2026")
        form.kind = "consumer"
        self.assertEqual(form.known, "4% from 01/01/2026 through 12/31/2026")
        form.kind = "commercial"
        form.save().action_apply()
        self.assertEqual(self.rate(date(2027, 6, 30)), Decimal("10.65"))
        self.assertEqual(self.added().says, "10.65% a year in trade")

    def test_a_rate_that_a_file_would_not_be_taken_with_is_refused_in_the_form(self):
        for values, words in (
            ({"percent": "10,65"}, "^Percent a Year: “10,65” has a decimal comma; write 10.65"),
            ({"percent": "much"}, "^Percent a Year: “much” is not a number"),
            ({"source": " "}, "^Source: it can't be empty"),
            ({"since": "2027-02-01"}, "from 2027-01-01 through 2027-01-31 there would be no rate"),
            ({"since": "2026-12-01"}, "both apply on 2026-12-01"),
            ({"since": "2026-07-01"}, "there already"),
            ({"until": "2026-12-31"}, "last day comes before the first"),
        ):
            with (
                self.subTest(words),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.rate_form(**values).save().action_apply()
            self.assertFalse(self.added())

    def test_rows_are_found_by_table_country_and_day(self):
        action = self.env.ref("payt_dunning.action_collection_law_row")
        arch = self.Row.get_view(view_type="search")["arch"]
        filters = {
            each.get("name"): each.get("domain")
            for each in etree.fromstring(arch).iter("filter")
            if each.get("domain")
        }
        for name, domain in filters.items():
            with self.subTest(name):
                found = self.Row.search(safe_eval(domain))
                self.assertEqual(bool(found), name not in ("own", "withdrawn", "later"))
        told = {name for domain in filters.values() for name in TABLES if f"'{name}'" in domain}
        self.assertEqual(told, set(TABLES) - {"jurisdictions"})
        self.assertIn("search_default_now", action.context)

    def test_a_row_is_never_changed_or_deleted(self):
        self.add()
        row = self.added()
        for user in (self.manager, self.env.ref("base.user_root")):
            with self.assertRaises(UserError):
                row.sudo(user.id == 1).with_user(user).write({"until": date(2028, 1, 1)})
            with self.assertRaises(UserError):
                row.with_user(user).unlink()
        with self.assertRaises(UserError):
            row.sudo().write({"cells": {}})

    def test_a_row_added_by_mistake_is_withdrawn_with_a_reason(self):
        self.add()
        row = self.added()
        dialogs = self.env["collection.law.withdraw"].with_user(self.manager)
        dialogs.create({"row_ids": row.ids, "reason": "typed wrongly"}).action_apply()
        self.assertEqual((row.withdrawn, row.withdrawn_because), (True, "typed wrongly"))
        with self.assertRaises(Held):
            self.rate(date(2027, 1, 1))
        self.add()
        self.assertEqual(self.rate(date(2027, 1, 1)), Decimal("10.65"))

    def test_a_shipped_row_is_not_withdrawn(self):
        row = self.Row.search([("table", "=", "rates")], limit=1)
        with self.assertRaisesRegex(UserError, "came with the product"):
            row.with_user(self.manager)._withdraw("I know better")

    def test_a_collector_reads_the_tables_and_adds_nothing(self):
        self.assertTrue(self.Row.with_user(self.collector).search([], limit=1).says)
        with self.assertRaises(AccessError):
            self.add(user=self.collector)
        with self.assertRaises(AccessError):
            self.Row.with_user(self.collector).search([], limit=1)._withdraw("why not")

    def test_a_manager_is_asked_for_new_rates_before_the_tables_end(self):
        self.company.country_id = self.env.ref("base.nl")
        jurisdiction = self.env["collection.jurisdiction"].search([("code", "=", "NL")])
        self.assertEqual(jurisdiction.known_until, date(2026, 12, 31))
        for day, tasks in ((date(2026, 12, 1), 0), (date(2026, 12, 20), 1), (date(2027, 1, 5), 1)):
            with self.on_day(day):
                self.env["collection.jurisdiction"]._warn_when_stale()
            self.assertEqual(len(jurisdiction.activity_ids), tasks)
        self.assertIn("2026-12-31", jurisdiction.activity_ids.note)
