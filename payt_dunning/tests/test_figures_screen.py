import ast
import csv
import io
from datetime import datetime, timedelta

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..rules.figures.values import WHY, unknown
from .common import DunningCommon
from .figures_common import FiguresCommon

ANALYSES = ("aging", "cohort", "level.result", "contact.result", "fault")


@tagged("post_install", "-at_install")
class TestFiguresScreen(FiguresCommon, HttpCase):
    """Figures as people see them: defined, drillable, in files, in the weekly mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("figures.collector", "group_dunning_user", password="figures1")

    def cards(self, day=None, **asked):
        groups = self.look(day, **asked)["groups"]
        return {card["key"]: card for group in groups for card in group["cards"]}

    def test_every_figure_has_a_definition_and_every_number_a_name(self):
        for card in self.cards().values():
            with self.subTest(card["key"]):
                self.assertGreater(len(card["definition"].split()), 8)
                self.assertTrue(card["text"] and all(row["name"] for row in card["inputs"]))

    def test_every_reason_for_not_knowing_has_words(self):
        words = {self.Figures._why_not(unknown(why)) for why in WHY}
        self.assertEqual(len(words), len(WHY))

    def test_every_number_that_can_be_opened_leads_to_records_that_a_collector_may_see(self):
        opened = 0
        figures = self.Figures.with_user(self.collector)
        with self.on_day(self.day):
            for card in self.cards().values():
                for row in card["inputs"]:
                    if row["opens"]:
                        action = figures.open(row["key"], "2026-11-30")
                        model = figures.env[action["res_model"]].with_context(**action["context"])
                        model.search(action["domain"]).read()
                        opened += 1
        self.assertGreater(opened, 40)

    def test_analyses_can_be_summed_by_a_collector(self):
        with self.on_day(self.day):
            for name in ANALYSES:
                model = self.env[f"dunning.{name}"].with_user(self.collector)
                measures = [
                    f"{field.name}:{field.aggregator}"
                    for field in model._fields.values()
                    if field.store and field.aggregator and field.name != "id"
                ]
                with self.subTest(name):
                    (sums,) = model._read_group([], [], ["__count", *measures])
                    self.assertEqual(len(sums), 1 + len(measures))

    # -- cohorts -------------------------------------------------------------------------------

    def cohort(self, month, day):
        with self.on_day(self.day):
            row = self.env["dunning.cohort"].search(
                [("cohort", "=", month), ("day", "=", day), ("company_id", "=", self.company.id)]
            )
            row.read()
        return row

    def test_a_cohort_is_followed_from_month_to_month(self):
        # Of September's 2,200: on the 30th 300 + 200 + 250 + 150 + 250 + 350 = 1,500 open.
        row = self.cohort("2026-09-01", "2026-09-30")
        self.assertEqual((row.invoiced, row.open, row.age), (2200, 1500, 0))
        # Overdue: 300 + 200 + 250 + 150
        self.assertEqual(row.overdue, 900)
        # End of November: 200 and 350 (paid in December), both overdue.
        row = self.cohort("2026-09-01", "2026-11-30")
        self.assertEqual((row.open, row.overdue, row.long, row.age), (550, 550, 0, 2))
        self.assertEqual(row.share_open, 25)

    def test_a_cohort_tells_what_is_more_than_90_days_late(self):
        row = self.cohort("2026-08-01", "2026-11-30")
        self.assertEqual((row.invoiced, row.open, row.long), (1400, 450, 450))

    def test_the_share_of_several_cohorts_is_of_their_sums(self):
        with self.on_day(self.day):
            ((share,),) = self.env["dunning.cohort"]._read_group(
                [("day", "=", "2026-11-30"), ("cohort", "<", "2026-10-01")], [], ["share_open:avg"]
            )
        # (450 + 550) ÷ (1,400 + 2,200)
        self.assertAlmostEqual(share, 27.78, places=2)

    # -- files ---------------------------------------------------------------------------------

    def test_the_table_has_every_figure_with_its_definition(self):
        with self.on_day(self.day):
            content = self.Figures._file("csv", day="2026-11-30").decode()
        rows = {row["Figure"]: row for row in csv.DictReader(io.StringIO(content))}
        self.assertEqual(len(rows), len(self.cards()))
        self.assertEqual(rows["DSO, Count-Back"]["Value"], "33.50")
        self.assertIn("4,350", rows["DSO, Count-Back"]["Computed From"])
        self.assertTrue(rows["Promises Kept"]["Value"].startswith("Not known"))

    def test_no_cell_of_a_file_is_a_formula(self):
        self.company.name = "=HYPERLINK(1)"
        with self.on_day(self.day):
            text = self.Figures._file("csv", day="2026-11-30").decode()
            book = self.Figures._file("xlsx", day="2026-11-30")
        self.assertNotIn('"=', text)
        self.assertIn('"\'=HYPERLINK(1)"', text)
        sheet = load_workbook(io.BytesIO(book)).active
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        self.assertNotIn("f", kinds)
        self.assertEqual(sheet["A2"].value, "=HYPERLINK(1)")
        self.assertEqual(sheet["B2"].value, datetime(2026, 11, 30))

    def test_a_collector_downloads_and_nobody_else(self):
        self.authenticate("figures.collector", "figures1")
        day = fields.Date.to_string(self.today - timedelta(days=400))
        answer = self.url_open(f"/payt_dunning/figures.csv?day={day}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertIn("Receivables", answer.text)
        other = self.setup_other_company()["company"]
        for place in (f"csv?company={other.id}", "pdf", "csv?company=0"):
            self.assertEqual(self.url_open(f"/payt_dunning/figures.{place}").status_code, 404)
        for asked in ("day=2999-01-01", "day=x"):
            self.assertEqual(self.url_open(f"/payt_dunning/figures.csv?{asked}").status_code, 400)
        self.person("figures.viewer", "group_dunning_viewer", password="figures1")
        self.authenticate("figures.viewer", "figures1")
        self.assertEqual(self.url_open("/payt_dunning/figures.csv").status_code, 400)

    def test_what_is_refused_is_told_as_plain_text(self):
        self.authenticate("figures.collector", "figures1")
        answer = self.url_open("/payt_dunning/figures.csv?day=<b>now</b>")
        self.assertEqual(answer.status_code, 400)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    # -- the weekly mail -----------------------------------------------------------------------

    def digest(self, user=None):
        digest = self.env["digest.digest"].create(
            {"name": "Week", "company_id": self.company.id, "periodicity": "weekly"}
        )
        return digest.with_user(user or self.collector).with_context(
            start_datetime=datetime(2026, 11, 23), end_datetime=datetime(2026, 11, 30)
        )

    def test_the_mail_tells_what_was_overdue_and_dso_at_its_end(self):
        with self.on_day(self.shortly(5)):
            digest = self.digest().sudo()
            self.assertEqual(digest.kpi_dunning_overdue_value, 2050)
            self.assertEqual(digest.kpi_dunning_dso_value, 33.5)

    def test_a_dso_that_is_not_known_is_left_out_of_the_mail(self):
        empty = self.setup_other_company()["company"]
        self.collector.company_ids += empty
        digest = self.digest().sudo()
        digest.company_id = empty
        with self.on_day(self.shortly(5)):
            self.assertEqual(digest.kpi_dunning_overdue_value, 0)
            with self.assertRaisesRegex(AccessError, "Not known"):
                digest.mapped("kpi_dunning_dso_value")

    def test_the_mail_counts_all_that_waited_at_its_end(self):
        def asked(day, answered=None):
            return (
                self.env["dunning.question"]
                .sudo()
                .create(
                    {
                        "company_id": self.company.id,
                        "debtor_id": debtor.id,
                        "move_id": self.moves[len(made)].id,
                        "asked_on": day,
                        "answered_on": answered,
                        "state": "answered" if answered else "open",
                    }
                )
            )

        made = []
        debtor = self.synced(*self.moves).debtor_id[:1]
        spans = (("2026-10-01", None), ("2026-11-25", None), ("2026-11-02", "2026-12-01"))
        for span in (*spans, ("2026-11-02", "2026-11-24"), ("2026-12-01", None)):
            made.append(asked(*span))
        self.assertEqual(self.digest().sudo().kpi_dunning_unanswered_value, len(spans))

    def test_what_needs_no_answer_is_no_answer(self):
        debtor = self.synced(*self.moves).debtor_id[:1]
        questions = self.env["dunning.question"].sudo()
        for move, state, hours in zip(
            self.moves[:3], ("answered", "answered", "closed"), (4, 8, 96), strict=True
        ):
            questions += questions.create(
                {
                    "company_id": self.company.id,
                    "debtor_id": debtor.id,
                    "move_id": move.id,
                    "asked_on": "2026-11-02",
                    "answered_on": "2026-11-10",
                    "response_hours": hours,
                    "state": state,
                }
            )
        figures, _aging = self.values()
        self.assertEqual(figures["response"].value, 6)
        self.assertEqual(self.opened("answers"), questions[:2].sudo(False))
        action = self.env["ir.actions.actions"]._for_xml_id(
            "payt_dunning.action_dunning_figures_answers"
        )
        found = questions.search(ast.literal_eval(action["domain"]))
        self.assertEqual(found & questions, questions[:2])

    def test_the_mail_has_no_figures_of_a_company_that_its_reader_may_not_see(self):
        digest = self.digest().sudo()
        digest.company_id = self.setup_other_company()["company"]
        for name in ("overdue", "dso", "promises", "unanswered", "sent"):
            with self.subTest(name), self.assertRaises(AccessError):
                digest.mapped(f"kpi_dunning_{name}_value")

    def test_the_mail_of_who_is_no_collector_has_no_figures(self):
        outsider = self.person("figures.outsider", "base.group_user")
        digest = self.digest(outsider).sudo().with_user(outsider).sudo()
        digest.write(
            {
                name: True
                for name in digest._fields
                if name in ("kpi_dunning_overdue", "kpi_dunning_sent", "kpi_dunning_unanswered")
            }
        )
        kpis = digest._compute_kpis(self.company, outsider)
        self.assertFalse([kpi for kpi in kpis if "dunning" in kpi["kpi_name"]])
        kpis = digest._compute_kpis(self.company, self.collector)
        names = {kpi["kpi_name"] for kpi in kpis}
        self.assertIn("kpi_dunning_overdue", names)
        self.assertIn("kpi_dunning_sent", names)


@tagged("post_install", "-at_install")
class TestFiguresTour(DunningCommon, HttpCase):
    """The screen of figures in a browser."""

    def test_from_a_figure_to_its_invoices(self):
        self.invoice(days_late=15)
        self.person("figures.tour", "group_dunning_user", password="figures.tour")
        self.env.flush_all()
        self.start_tour("/odoo/dunning-figures", "dunning_figures", login="figures.tour")
