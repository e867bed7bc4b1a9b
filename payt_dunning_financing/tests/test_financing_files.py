import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from openpyxl.cell.cell import TYPE_FORMULA

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .financing_common import FinancingCommon

SUMMED = ("not_due", "late_30", "late_60", "late_90", "late_more", "counts", "advance")


@tagged("post_install", "-at_install")
class TestFinancingFiles(FinancingCommon, HttpCase):
    """What is sent to a financier says what the screen says."""

    def make_once(self):
        super().make_once()
        self.evil = self.customer("=cmd|' /C calc'!A0", vat=False)
        self.moves = [
            self.invoice(-5, 100.10),
            self.invoice(45, 200.20, self.evil),
            self.invoice(100, 33.33, self.consumer),
            self.invoice(10, 50.0),
        ]
        self.disputed(self.moves[3], 20.0)
        self.made = self.check(
            consumers=False,
            days_overdue=60,
            months_registered=12,
            contract="+31 contract",
            country_ids=[Command.clear()],
        )
        self.Export = self.env["receivable.financing.export"]

    def file(self, kind, check=None):
        return self.Export._file(kind, check or self.made)

    def sheets(self, check=None):
        return openpyxl.load_workbook(io.BytesIO(self.file("xlsx", check)))

    def table(self, sheet):
        head, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows]

    def rows(self, kind, check=None):
        text = self.file(kind, check).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    # -- spreadsheet -------------------------------------------------------------------------------

    def test_a_spreadsheet_reader_opens_it_and_finds_five_sheets(self):
        self.assertEqual(
            self.sheets().sheetnames,
            ["Summary", "Company", "Debtors", "Invoices", "Does Not Qualify"],
        )

    def test_its_sums_are_those_of_the_screen(self):
        book = self.sheets()
        summary = {row["What"]: row["Value"] for row in self.table(book["Summary"])}
        for heading, name in (
            ("Open", "open_amount"),
            ("Does Not Qualify", "left_out"),
            ("Qualifies", "counts"),
            ("Advance", "advance"),
            ("Financing Room", "room"),
        ):
            self.assertAlmostEqual(summary[heading], self.made[name])
        lines = self.table(book["Invoices"]) + self.table(book["Does Not Qualify"])
        debtors = self.table(book["Debtors"])
        for rows in (lines, debtors):
            for heading, name in (("Open", "open_amount"), ("Counts", "counts")):
                self.assertAlmostEqual(sum(row[heading] for row in rows), self.made[name])
        self.assertEqual(sum(row["Invoices"] for row in debtors), len(self.made.line_ids))

    def test_debtors_are_aged_as_on_the_screen(self):
        debtors = {row["Debtor"]: row for row in self.table(self.sheets()["Debtors"])}
        self.assertEqual(debtors["Bakery Ltd"]["Not Due Yet"], 100.1)
        self.assertEqual(debtors["Bakery Ltd"]["1–30 Days Late"], 50)
        aging = self.env["receivable.financing.aging"].search([("check_id", "=", self.made.id)])
        mine = aging.filtered(lambda row: row.debtor_name == "Bakery Ltd")
        self.assertEqual((mine.not_due, mine.late_30, mine.count), (100.1, 50.0, 2))
        self.assertAlmostEqual(sum(aging.mapped("open_amount")), self.made.open_amount)

    def test_numbers_are_numbers_days_are_days_and_text_is_never_a_formula(self):
        book = self.sheets()
        kinds = set()
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                kinds |= {cell.data_type for cell in row}
        self.assertNotIn(TYPE_FORMULA, kinds)
        row = self.table(book["Invoices"])[0]
        self.assertIsInstance(row["Invoice Date"], datetime)
        self.assertIsInstance(row["Open"], int | float)
        names = [row["Debtor"] for row in self.table(book["Invoices"])]
        self.assertIn("=cmd|' /C calc'!A0", names)

    def test_the_company_and_what_is_missing_are_told(self):
        [row] = self.table(self.sheets()["Company"])
        self.assertEqual((row["Criterion"], row["Qualifies"]), ("Registered", "No"))
        self.assertEqual(row["Found"], "The registration date is not filled in.")

    def test_reasons_are_in_words(self):
        refused = self.table(self.sheets()["Does Not Qualify"])
        self.assertEqual(len(refused), 1)
        self.assertIn("natural person", refused[0]["Why Not"])
        self.assertIn("overdue for 100 days; 60 at most", refused[0]["Why Not"])

    # -- persons -----------------------------------------------------------------------------------

    def test_natural_persons_are_not_named_where_they_are_not_taken(self):
        for kind in ("xlsx", "csv", "debtors.csv", "json"):
            content = self.file(kind)
            if kind == "xlsx":
                content = repr([list(sheet.values) for sheet in self.sheets().worksheets]).encode()
            self.assertNotIn(b"Jansen", content, kind)
            self.assertIn(b"Bakery", content, kind)

    def test_natural_persons_are_named_where_they_are_taken(self):
        self.assertIn(b"Jan Jansen", self.file("csv", self.check(consumers=True, days_overdue=-1)))

    def everything(self, check):
        files = [self.file(kind, check) for kind in ("csv", "debtors.csv", "json")]
        sheets = [list(sheet.values) for sheet in self.sheets(check).worksheets]
        return b"".join(files).decode() + repr(sheets)

    def test_natural_persons_are_not_named_on_what_does_not_qualify(self):
        mine = self.invoice(-5, 70, self.debtor("Zoe Named", is_company=False))
        check = self.check(consumers=True, least_amount=60)
        text = self.everything(check)
        self.assertIn(mine.name, text)
        self.assertIn("Zoe Named", text)
        self.assertNotIn("Jansen", text)

    def test_what_is_no_business_of_a_financier_is_in_no_file(self):
        staff = self.customer("Staff Member", employee=True)
        self.invoice(-5, 100, staff)
        late = self.invoice(-5, 100, self.customer("Insolvent Ltd"))
        self.hold(kind="insolvency", debtor_id=self.synced(late).debtor_id.id, reason="x")
        self.pledge(self.moves[0], self.financier(name="Second Factor"))
        check = self.check(related=False)
        self.assertIn("Second Factor", self.line(self.moves[0], check).why)
        text = self.everything(check)
        for secret in ("Second Factor", "works for us", "employee", "insolvency", "Insolvency"):
            self.assertNotIn(secret, text)
        rows = {row["Debtor"]: row["Why Not"] for row in self.rows("csv", check)}
        self.assertEqual(rows["Insolvent Ltd"], "Does not qualify.")
        self.assertEqual(rows["Staff Member"], "Does not qualify.")
        self.assertIn("It is pledged already, or offered.", text)

    def test_the_head_says_what_was_so_then(self):
        self.company.receivable_legal_form_id = self.form
        check = self.check()
        before = check._export_head()
        self.company.write({"receivable_legal_form_id": False, "name": "Renamed"})
        self.financing.write({"contract": "Another", "name": "Other Factor"})
        self.assertEqual(check._export_head(), before)
        head = {key: value for key, _heading, value in before}
        self.assertEqual(head["legal_form"], self.form.name)
        self.assertEqual((head["contract"], head["financier"]), ("+31 contract", "First Factor"))

    def test_addresses_and_numbers_to_call_are_in_no_file(self):
        self.business.phone = "+31612345678"
        check = self.check(consumers=True)
        for kind in ("csv", "debtors.csv", "json"):
            content = self.file(kind, check)
            self.assertNotIn(b"example.com", content)
            self.assertNotIn(b"612345678", content)

    # -- text and json -----------------------------------------------------------------------------

    def test_the_tables_have_the_same_sums(self):
        for kind in ("csv", "invoices.csv", "debtors.csv"):
            rows = self.rows(kind)
            self.assertEqual(
                sum(Decimal(row["Open"]) for row in rows), self.money(self.made.open_amount)
            )
            self.assertEqual(
                sum(Decimal(row["Counts"]) for row in rows), self.money(self.made.counts)
            )

    def test_no_cell_of_a_table_is_a_formula(self):
        for kind in ("csv", "debtors.csv"):
            names = [row["Debtor"] for row in self.rows(kind)]
            self.assertIn("'=cmd|' /C calc'!A0", names)

    def test_a_dutch_reader_gets_what_a_dutch_spreadsheet_opens(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        dutch = self.made.with_context(lang="nl_NL")
        text = dutch.env["receivable.financing.export"]._file("csv", dutch).decode("utf-8-sig")
        self.assertIn('"100,10"', text)
        self.assertIn(";", text.splitlines()[0])

    def test_amounts_keep_the_decimals_of_their_currency(self):
        self.currency.sudo().rounding = 0.001
        self.env.invalidate_all()
        move = self.invoice(-5, 10.125, self.customer("Thousandths"))
        row = next(row for row in self.rows("csv", self.check()) if row["Number"] == move.name)
        self.assertEqual(row["Open"], "10.125")

    def test_the_format_for_programs_has_a_version_codes_and_exact_amounts(self):
        content = json.loads(self.file("json"))
        self.assertEqual((content["format"], content["version"]), ("payt-dunning-financing", 1))
        self.assertEqual((content["kind"], content["currency"]), ("check", self.currency.name))
        self.assertEqual(date.fromisoformat(content["as_of"]), self.today)
        for key, name in (("open", "open_amount"), ("counts", "counts"), ("room", "room")):
            self.assertEqual(Decimal(content["totals"][key]), self.money(self.made[name]))
        for rows in (content["invoices"], content["debtors"]):
            whole = sum(Decimal(row["open"]) for row in rows)
            self.assertEqual(whole, self.money(self.made.open_amount))
            aged = sum(Decimal(row[key]) for row in rows for key in SUMMED[:5])
            self.assertEqual(aged, whole)
        refused = [row for row in content["invoices"] if row["state"] == "refused"]
        self.assertEqual(
            [reason["code"] for reason in refused[0]["reasons"]], ["consumer", "overdue"]
        )
        [answer] = content["company_criteria"]
        self.assertEqual((answer["criterion"], answer["qualifies"]), ("registered", False))
        self.assertEqual((answer["known"], answer["asked"]), (False, {"months": 12}))

    def test_another_kind_of_file_is_refused(self):
        with self.assertRaises(UserError):
            self.file("exe")

    # -- downloading -------------------------------------------------------------------------------

    def login(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            password=login,
            groups=group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def get(self, kind, check=None, what="check"):
        number = (check or self.made).id
        return self.url_open(f"/payt_dunning_financing/{what}/{number}/{kind}")

    def test_who_finances_downloads_each_file_under_its_name(self):
        self.login("fin.user", "payt_dunning_financing.group_financing")
        self.authenticate("fin.user", "fin.user")
        for kind, name in (
            ("xlsx", f"financing-check-{self.made.id}-{self.today}.xlsx"),
            ("invoices.csv", f"financing-check-{self.made.id}-{self.today}-invoices.csv"),
            ("debtors.csv", f"financing-check-{self.made.id}-{self.today}-debtors.csv"),
            ("json", f"financing-check-{self.made.id}-{self.today}.json"),
        ):
            answer = self.get(kind)
            self.assertEqual(answer.status_code, 200, kind)
            self.assertIn(name, answer.headers["Content-Disposition"])
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_nobody_else_learns_anything(self):
        other = self.setup_other_company()["company"]
        self.login("fin.collector", "payt_dunning.group_dunning_user")
        self.login("fin.stranger", "payt_dunning_financing.group_financing", other)
        for login in ("fin.collector", "fin.stranger"):
            self.authenticate(login, login)
            self.assertEqual(self.get("json").status_code, 404, login)
            self.assertEqual(self.get("json").content, self.get("json", self.none()).content)

    def none(self):
        return self.made.browse(self.made.id + 1000)

    def test_what_is_not_there_is_not_found(self):
        self.login("fin.user2", "payt_dunning_financing.group_financing")
        self.authenticate("fin.user2", "fin.user2")
        self.assertEqual(self.get("exe").status_code, 404)
        self.assertEqual(self.get("json", what="users").status_code, 404)
        self.assertEqual(self.get("json", self.none()).status_code, 404)

    def test_the_button_leads_to_the_file(self):
        made = self.made.with_context(financing_file="debtors.csv")
        self.assertEqual(
            made.action_download()["url"],
            f"/payt_dunning_financing/check/{self.made.id}/debtors.csv",
        )
