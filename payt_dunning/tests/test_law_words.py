from datetime import date
from decimal import Decimal

from ..rules.law.errors import CODES, Held, Refused
from ..rules.law.read import TABLES
from ..rules.law.tables import Rate
from .common import DunningCommon

VALUES = {
    "kind": "Rate",
    "key": ("NL", "commercial"),
    "jurisdiction": "NL",
    "claim": "periodic",
    "problem": Refused("it can't be empty", "cell_empty"),
    "choices": ("sure", "likely"),
    "amount": Decimal("1.50"),
}


class TestLawWords(DunningCommon):
    """What the tables say, and why they don't, in words."""

    def says(self, table, **cells):
        rows = self.env["collection.law.row"].search([("table", "=", table)])
        for row in rows:
            told = {**row.cells, "jurisdiction": row.jurisdiction_id.code}
            if all(told.get(name) == value for name, value in cells.items()):
                return row.says
        raise AssertionError("no such row")

    def test_each_table_says_its_rows_in_words(self):
        for table, cells, words in (
            ("rates", {"jurisdiction": "NL", "percent": "10.40"}, "10.4% a year in trade"),
            (
                "interest",
                {"jurisdiction": "NL", "debtor": "consumer"},
                "Consumers: rate for consumers, once the debtor is in default; unpaid interest "
                "joins the claim after each year",
            ),
            (
                "notices",
                {"code": "nl_14_day"},
                "Fourteen-day letter (consumers): 14 days from the day after receipt; a letter "
                "counts as received 2 days after posting, not counting Monday, Sunday and "
                "holidays; a last day in a weekend or on a holiday moves to the next working day",
            ),
            (
                "elements",
                {"element": "the exact amount of the costs"},
                "Must say: the exact amount of the costs",
            ),
            (
                "elements",
                {"element": "a fee for the notice itself"},
                "Must not say: a fee for the notice itself",
            ),
            (
                "allocation",
                {"jurisdiction": "NL"},
                "Payments go to: costs, then interest, then principal",
            ),
            ("holidays", {"fixed": "12-25"}, "25 December"),
            ("holidays", {"easter": "1"}, "Easter Monday"),
            ("jurisdictions", {"jurisdiction": "NL"}, "In EUR; the law of Netherlands"),
        ):
            with self.subTest(words):
                self.assertEqual(self.says(table, **cells), words)

    def test_a_scale_is_told_band_by_band(self):
        self.assertRegex(
            self.says("costs", jurisdiction="NL", debtor="consumer"),
            "^Consumers: 15% of the first .*2,500.*, 10% of the next .*2,500.*, 5% of the next "
            ".*, 1% of the next .*190,000.*, 0.5% of what is more, at least .*40.*, at most "
            ".*6,775.*; after this: Fourteen-day letter; 21% VAT on top",
        )
        self.assertRegex(
            self.says("costs", jurisdiction="BE", debtor="consumer"),
            "^Consumers: .*20.*; above .*150.*: .*30.* and 10% of what is more; above .*500.*",
        )
        self.assertRegex(
            self.says("costs", jurisdiction="UK", debtor="business"),
            "^Businesses: .*£.*40; from .*1,000: .*70; from .*10,000: .*100; for each invoice$",
        )
        self.assertEqual(
            self.says("costs", jurisdiction="DE", debtor="consumer"),
            "Consumers: nothing may be asked",
        )

    def test_limitation_and_courts_are_told(self):
        self.assertEqual(
            self.says("limitation", jurisdiction="DE", claim="contract"),
            "Claims from contracts: 3 years from the end of the calendar year; begins anew by "
            "acknowledgement by the debtor, a lawsuit",
        )
        self.assertRegex(
            self.says("courts", jurisdiction="NL"),
            "^Up to .*25,000.*: kantonrechter; above: rechtbank; whatever the amount "
            "kantonrechter: sales to consumers, rent, employment$",
        )

    def test_court_fees_are_told(self):
        rows = self.env["collection.law.row"].search([("table", "=", "court_fees")])
        says = rows.mapped("says")
        self.assertTrue(any("139" in line and "up to" in line for line in says))
        self.assertTrue(any("1,504" in line and "higher claims" in line for line in says))

    def test_no_row_shows_the_name_of_a_column_or_a_code(self):
        for row in self.env["collection.law.row"].search([]):
            self.assertTrue(row.says and row.about)
            for column in TABLES[row.table][1]:
                self.assertNotIn(f"{column}:", row.says)
            for code in ("nl_14_day", "be_first", "consumer_sale", "policy_rate", "third_month"):
                self.assertNotIn(code, row.says + row.about)

    def test_each_problem_is_said_in_words(self):
        words = self.env["collection.law.words"]
        for code, names in CODES.items():
            values = {name: VALUES.get(name, date(2026, 7, 1)) for name in names}
            for kind in (Held, Refused):
                with self.subTest(code):
                    said = words._problem(kind("PLAIN", code, **values))
                    self.assertTrue(said)
                    self.assertNotIn("PLAIN", said)

    def test_a_problem_names_the_row_as_the_screen_does(self):
        tables = self.env["collection.law.row"]._tables()
        with self.assertRaises(Held) as caught:
            tables.one(Rate, "NL", "commercial", day=date(2030, 1, 1))
        self.assertEqual(
            self.env["collection.law.words"]._problem(caught.exception),
            "Netherlands, Rates of interest, Rate in trade: known until 2026-12-31 only, and "
            "2030-01-01 was asked for.",
        )

    def test_a_problem_without_a_code_is_told_as_it_is(self):
        self.assertEqual(self.env["collection.law.words"]._problem(Held("as it is")), "as it is")
