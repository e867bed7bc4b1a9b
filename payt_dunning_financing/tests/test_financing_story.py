import csv
import io
import json
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .pledge_common import PledgeCommon

#: As it is shown, and as it is compared.
THEIRS, PLAIN = "NL02 ABNA 0123 4567 89", "NL02ABNA0123456789"


@tagged("post_install", "-at_install")
class TestFinancingStory(PledgeCommon, HttpCase):
    """From the check to the money, the reminder, the payment, and the end of it."""

    real_check = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls.env["res.partner.bank"].create(
            {"acc_number": THEIRS, "partner_id": cls.financing.partner_id.id}
        )
        cls.financing.write(
            {"disclosed": True, "account_id": account.id, "pay_online": False, "contract": "C-7"}
        )
        rows = cls.env["dunning.bank.account"].sudo()
        waiting = rows.search([("number", "=", PLAIN), ("for_payee", "=", True)])
        waiting.confirmed_on = cls.financing.create_date

    def make_once(self):
        self.move = self.invoice(days_late=4, amount=100.0)
        self.business.country_id = self.env.ref("base.nl")

    def drawn(self):
        check = self.financing._check()
        draw = self.Draw.browse(check.action_draw()["res_id"])
        self.dialog(draw.action_offer()).action_apply()
        return draw

    def test_from_the_check_to_the_release(self):
        draw = self.drawn()
        self.assertEqual((draw.state, draw.advance), ("applied", 80.0))
        self.pay_out(draw, amount=79.0, why="Fee of 1")

        (mail,) = self.run_and_deliver()
        notice = self.notices_to()
        self.assertEqual(notice.state, "sent")
        self.assertIn(f"Please pay it to account {THEIRS}", notice.body)
        self.assertIn(PLAIN, "".join(mail.replace("=\r\n", "").replace("=\n", "").split()))

        self.authenticate(None, None)
        path = self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id)
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("has been pledged to Bold Bank", page.text)
        self.assertIn(PLAIN, "".join(page.text.split()))

        self.pay(self.move)
        self.look()
        report = self.reports()
        self.assertEqual(report.change_ids.kind, "paid")
        self.assertEqual(report.change_ids.amount, 100.0)
        report.action_sent()
        pledge = self.pledge(self.move)
        self.assertEqual((pledge.state, pledge.why), ("released", "Paid in full"))
        self.assertEqual(draw.state, "settled")

    def test_where_both_are_paid_to_us_nobody_reads_of_different_accounts(self):
        self.financing.account_id = False
        self.pay_out(self.offered(self.move))
        other = self.invoice(amount=30.0)
        self.run_and_deliver()
        notice = self.notices_to()
        self.assertEqual(notice.line_ids.item_id.move_id, self.move + other)
        self.authenticate(None, None)
        path = self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id)
        page = self.url_open(path).text
        self.assertIn("You can pay it as usual", page)
        self.assertNotIn("different accounts", page)

    # -- files -------------------------------------------------------------------------------------

    def file(self, what, record, kind, login="story_financing"):
        self.authenticate(login, login)
        return self.url_open(f"/payt_dunning_financing/{what}/{record.id}/{kind}")

    def test_what_was_offered_is_downloaded_as_it_was_whatever_became_of_it(self):
        self.person("story_financing", "payt_dunning_financing.group_financing")
        draw = self.drawn()
        self.pay(self.move, 40.0)
        self.pay_out(draw)
        self.assertEqual(draw.advance, 48.0)
        content = json.loads(self.file("draw", draw, "json").content)
        self.assertEqual((content["kind"], content["number"]), ("draw", draw.name))
        self.assertEqual(content["contract"], "C-7")
        self.assertEqual(float(content["totals"]["advance"]), 80.0)
        (invoice,) = content["invoices"]
        self.assertEqual(invoice["number"], self.move.name)
        self.assertEqual(float(invoice["advance"]), 80.0)
        (debtor,) = content["debtors"]
        self.assertEqual(float(debtor["late_30"]), 100.0)

    def test_a_draft_is_downloaded_as_it_is_now(self):
        self.person("story_financing", "payt_dunning_financing.group_financing")
        draw = self.draft(self.move)
        rows = list(csv.reader(io.StringIO(self.file("draw", draw, "invoices.csv").text)))
        self.assertEqual(len(rows), 2)
        draw.pledge_ids.action_take_out()
        rows = list(csv.reader(io.StringIO(self.file("draw", draw, "invoices.csv").text)))
        self.assertEqual(len(rows), 1)

    def test_each_file_opens_with_the_sums_of_the_screen(self):
        import openpyxl

        self.person("story_financing", "payt_dunning_financing.group_financing")
        other = self.invoice(amount=200.0)
        draw = self.drawn()
        self.assertIn(other, draw.pledge_ids.move_id)
        book = openpyxl.load_workbook(io.BytesIO(self.file("draw", draw, "xlsx").content))
        sheet = book["Invoices"]
        heads = [cell.value for cell in sheet[1]]
        at = heads.index("Advance") + 1
        total = sum(sheet.cell(row, at).value for row in range(2, sheet.max_row + 1))
        self.assertEqual(total, draw.advance)

    def test_a_report_is_downloaded_in_each_form_with_the_same_amounts(self):
        import openpyxl

        self.person("story_financing", "payt_dunning_financing.group_financing")
        self.business.name = "=1+1 Bakery"
        self.pay_out(self.drawn())
        self.pay(self.move, 30.0)
        self.look()
        report = self.reports()
        content = json.loads(self.file("report", report, "json").content)
        (change,) = content["changes"]
        self.assertEqual((change["kind"], float(change["amount"])), ("paid", 30.0))
        self.assertEqual(float(change["open_after"]), 70.0)
        text = self.file("report", report, "changes.csv").text.lstrip("\ufeff")
        (row,) = csv.DictReader(io.StringIO(text))
        self.assertEqual((row["Number"], float(row["Amount"])), (self.move.name, 30.0))
        self.assertFalse(row["Debtor"].startswith("="))
        book = openpyxl.load_workbook(io.BytesIO(self.file("report", report, "xlsx").content))
        sheet = book["Changes"]
        heads = [cell.value for cell in sheet[1]]
        self.assertEqual(sheet.cell(2, heads.index("Amount") + 1).value, 30.0)
        self.assertEqual(sheet.cell(2, heads.index("Debtor") + 1).data_type, "s")

    def test_no_file_is_for_a_collector_another_company_or_of_another_kind(self):
        self.person("story_financing", "payt_dunning_financing.group_financing")
        self.person("story_collector", "group_dunning_user")
        other = self.env["res.company"].create({"name": "Other Ltd"})
        self.person("story_other", "payt_dunning_financing.group_financing", company=other)
        draw = self.drawn()
        for login in ("story_collector", "story_other"):
            self.assertEqual(self.file("draw", draw, "json", login).status_code, 404)
        self.assertEqual(self.file("draw", draw, "changes.csv").status_code, 404)
        self.assertEqual(self.file("draw", draw, "json").status_code, 200)

    # -- the real check ----------------------------------------------------------------------------

    def test_what_another_financier_has_does_not_qualify_for_a_second_one(self):
        self.pay_out(self.drawn())
        other = self.financier("Keen Credit")
        check = other._check()
        line = check.line_ids.filtered(lambda each: each.move_id == self.move)
        self.assertEqual(line.state, "refused")
        self.assertIn("Bold Bank", line.why)

    def test_what_is_disputed_since_the_draft_is_left_out_with_the_checks_words(self):
        other = self.invoice(amount=60.0)
        check = self.financing._check()
        draw = self.Draw.browse(check.action_draw()["res_id"])
        self.dispute(self.move)
        dialog = self.dialog(draw.action_offer())
        self.assertIn(f"{self.move.name}: ", dialog.left)
        self.assertIn("disputes all of it", dialog.left)
        dialog.action_apply()
        self.assertEqual(self.pledge(other, draw).state, "offered")

    def test_a_reminder_after_the_release_names_our_account_again(self):
        self.pay_out(self.drawn())
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        self.run_and_deliver(self.today + timedelta(days=1))
        self.assertNotIn(THEIRS, self.notices_to()[-1].body)
