from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestPageShown(PageCommon):
    """What a debtor reads on the page of a message."""

    def page(self, query="", **options):
        return self.amounts(self.get(query, **options).text)

    # -- what is open ----------------------------------------------------------------------------

    def test_it_says_who_asks_whom_for_how_much_since_when(self):
        page = self.page()
        self.assertIn(self.company.name, page)
        self.assertIn("Bakery Ltd", page)
        self.assertIn("$ 150.00", page)
        self.assertIn("The oldest was due on", page)
        for move in self.moves:
            self.assertIn(move.name, page)

    def test_what_the_message_is_not_about_is_not_shown(self):
        later = self.invoice(days_late=-20, amount=777)
        self.env["dunning.item"].sudo()._sync(self.company)
        page = self.page()
        self.assertNotIn(later.name, page)
        self.assertNotIn("777.00", page)

    def test_a_part_that_was_paid_is_taken_off(self):
        self.pay(self.moves[0], amount=40)
        page = self.page()
        self.assertIn("$ 110.00", page)
        self.assertIn("We received $ 40.00. Thank you.", page)

    def test_free_credit_is_taken_off_and_told(self):
        self.credit_note(30)
        page = self.page()
        self.assertIn("Already received or credited", page)
        self.assertIn("$ 120.00", page)

    def test_paid_invoices_are_named_as_paid(self):
        self.pay(self.moves[0])
        page = self.page()
        self.assertIn("$ 50.00", page)
        self.assertIn(f"{self.moves[0].name} (PDF)</a> – paid", page)

    def test_when_all_is_paid_it_thanks(self):
        for move in self.moves:
            self.pay(move)
        page = self.page()
        self.assertIn("has been paid. Thank you.", page)
        self.assertNotIn("/pay?", page)

    def test_a_year_after_everything_was_settled_nothing_is_shown(self):
        for move in self.moves:
            self.pay(move)
        self.env["dunning.item"].sudo()._sync(self.company)
        items = self.items(self.moves)
        items.closed_on = self.today - timedelta(days=364)
        self.assertIn(self.moves[0].name, self.page())
        items.closed_on = self.today - timedelta(days=366)
        page = self.page()
        self.assertIn("This has been settled", page)
        self.assertNotIn(self.moves[0].name, page)
        self.assertNotIn("Bakery", page)

    def test_an_invoice_that_is_another_debtors_now_is_not_shown(self):
        self.moves[0].button_draft()
        self.moves[0].partner_id = self.consumer
        self.moves[0].action_post()
        self.env["dunning.item"].sudo()._sync(self.company)
        page = self.page()
        self.assertNotIn(self.moves[0].name, page)
        self.assertIn(self.moves[1].name, page)

    def test_each_invoice_says_what_it_is_for(self):
        self.moves[0].write({"ref": "PO 4711", "invoice_origin": "S00042"})
        self.moves[0].invoice_user_id = self.person("seller", "group_dunning_viewer")
        self.moves[0].invoice_user_id.partner_id.phone = "+31 6 111"
        page = self.page()
        for words in ("work", "PO 4711", "S00042", "+31 6 111", "Invoice amount"):
            self.assertIn(words, page)

    def test_amounts_in_two_currencies_stand_apart(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        foreign = self.invoice(currency_id=euro.id, amount=80)
        self.env["dunning.item"].sudo()._sync(self.company)
        door = self.env["dunning.page.door"]._open("m", self.notice.id, self.path.split("/")[-1])
        items = door.items | self.items(foreign)
        piles = self.env["dunning.page"]._piles(self.debtor, items, self.today)
        self.assertEqual(
            {pile.currency.name: float(pile.payable) for pile in piles}, {"USD": 150, "EUR": 80}
        )

    def test_three_hundred_invoices_come_in_pages(self):
        moves = self.invoice(days_late=9, amount=1)
        moves |= moves.union(*(self.invoice(days_late=9, amount=1) for _each in range(59)))
        self.env["dunning.item"].sudo()._sync(self.company)
        rows = self.env["dunning.page"]._piles(self.debtor, self.items(moves), self.today)[0]
        door = self.env["dunning.page.door"]._open("m", self.notice.id, self.path.split("/")[-1])
        values = self.env["dunning.page.values"]
        shown = [
            len(values._pile(door, rows, self.today, page, 0)["rows"]) for page in (1, 2, 3, 99)
        ]
        self.assertEqual(shown, [20, 20, 20, 20])

    def test_a_link_to_one_invoice_ticks_it_alone(self):
        page = self.page(f"?i={self.moves[0].id}")
        ticked = [part for part in page.split("<input")[1:] if "checked" in part.split(">")[0]]
        self.assertEqual(len(ticked), 1)
        self.assertIn(f'value="r{self.items(self.moves[0]).id}"', ticked[0])

    # -- what comes next -------------------------------------------------------------------------

    def test_it_says_what_comes_next_and_when_at_the_earliest(self):
        self.run_day(day=self.after(1))
        nearest = min(self.items(self.moves).mapped("next_date"))
        day = self.env["dunning.page"]._date(nearest)
        self.assertIn(f"on {day} at the earliest", self.page())

    def test_while_something_is_looked_into_it_says_that_nothing_happens(self):
        self.hold(debtor_id=self.debtor.id, kind="dispute")
        self.debtor._decide_now()
        self.assertIn("look into that first", self.page())

    def test_a_pause_for_reasons_of_ours_tells_no_reason(self):
        self.hold(debtor_id=self.debtor.id, kind="insolvency")
        self.debtor._decide_now()
        page = self.page()
        self.assertIn("Nothing happens for now.", page)
        self.assertNotIn("nsolvency", page)

    def test_it_tells_which_messages_left(self):
        day = self.env["dunning.page"]._date(self.today)
        self.assertIn(f"{day}</span> <span>Friendly reminder by e-mail", self.page())

    # -- frame -----------------------------------------------------------------------------------

    def test_it_can_be_read_in_other_languages(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.assertIn("?lang=nl_NL", self.page())
        answer = self.get("?lang=nl_NL")
        self.assertIn('lang="nl-NL"', answer.text)

    def test_a_language_that_is_not_installed_changes_nothing(self):
        self.assertIn('lang="en-US"', self.get("?lang=xx_XX").text)

    def test_it_tells_how_to_check_who_it_is_from(self):
        page = self.page()
        self.assertIn("Is this really from us?", page)
        self.assertIn("+31 10 123 45 67", page)

    def test_it_is_kept_by_no_cache_and_framed_by_nobody(self):
        headers = self.get().headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])

    def test_a_colour_that_is_hard_to_read_on_gets_black_letters(self):
        values = self.env["dunning.page.values"]
        self.assertEqual(values._colors("#ffee00"), ("#ffee00", "#000000"))
        self.assertEqual(values._colors("#1a237e"), ("#1a237e", "#ffffff"))
        self.assertEqual(values._colors("red;}"), ("#1a5276", "#ffffff"))

    def test_the_message_is_there_as_it_was_sent(self):
        answer = self.get("/message")
        self.assertIn(self.notice.subject, answer.text)
        self.assertNotIn("claim-page.invalid", answer.text)

    def test_a_transfer_gets_the_reference_that_finds_the_invoices(self):
        self.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.company.partner_id.id}
        )
        second = self.person("second", "group_dunning_manager")
        self.env["dunning.bank.account"].with_user(second).search([]).action_confirm()
        page = self.page("/pay")
        self.assertIn("NL91 ABNA 0417 1643 00", page)
        self.assertIn(self.notice.reference, page)
        one = self.page(f"/pay?chose=1&k=r{self.items(self.moves[0]).id}")
        self.assertIn(self.moves[0].payment_reference, one)
        self.assertNotIn(self.notice.reference, one)

    def test_the_code_for_a_banks_app_holds_exactly_the_amount(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        account = self.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.company.partner_id.id}
        )
        moves = self.invoice(currency_id=euro.id, amount=0.1) | self.invoice(
            currency_id=euro.id, amount=0.2
        )
        self.env["dunning.item"].sudo()._sync(self.company)
        (pile,) = self.env["dunning.page"]._piles(self.debtor, self.items(moves), self.today)
        amount = f"{pile.payable:.2f}"
        lines = account._get_qr_vals("sct_qr", amount, euro, self.business, "x", "")
        self.assertIn("EUR0.30", lines)
        values = self.env["dunning.page.values"]
        self.assertTrue(
            values._qr(account, pile, pile.payable, "x").startswith("data:image/png;base64,")
        )

    def test_in_another_currency_there_is_no_such_code(self):
        account = self.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.company.partner_id.id}
        )
        (pile,) = self.env["dunning.page"]._piles(self.debtor, self.items(self.moves), self.today)
        self.assertEqual(self.env["dunning.page.values"]._qr(account, pile, pile.payable, "x"), "")

    def test_a_pdf_that_can_not_be_made_is_said_on_the_page(self):
        item, Move = self.items(self.moves[0]), type(self.env["account.move"])
        broken = patch.object(Move, "_get_invoice_legal_documents", side_effect=UserError("none"))
        with broken, mute_logger("odoo.addons.payt_dunning.controllers.page_documents"):
            answer = self.get(f"/invoice/{item.id}")
        self.assertEqual(answer.status_code, 503)
        self.assertIn("show this invoice at the moment", answer.text)
        self.assertIn("150.00", answer.text)

    def test_an_invoice_has_a_page_of_its_own(self):
        path = self.env["dunning.page.door"]._path("i", self.moves[0].id, self.debtor)
        page = self.amounts(self.url_open(path).text)
        self.assertIn("$ 100.00", page)
        self.assertNotIn(self.moves[1].name, page)

    def test_it_is_called_what_the_company_calls_it(self):
        self.company.dunning_bills = "membership"
        self.assertIn("Your open membership fees", self.page())

    def test_an_invoice_with_several_due_dates_is_paid_by_date(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        move = self.invoice(
            days_late=8, amount=200, invoice_payment_term_id=term.id, invoice_date_due=False
        )
        self.env["dunning.item"].sudo()._sync(self.company)
        self.assertEqual(len(self.items(move)), 2)
        (pile,) = self.env["dunning.page"]._piles(self.debtor, self.items(move), self.today)
        self.assertEqual([float(row.payable) for row in pile.rows], [100, 100])
        self.assertEqual(len({row.due for row in pile.rows}), 2)
