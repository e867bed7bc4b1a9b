from dateutil.relativedelta import relativedelta

from odoo import Command

from .financing_common import FinancingCommon

#: What a strict financier asks of invoices, all at once.
STRICT = {
    "consumers": False,
    "other_currencies": False,
    "related": False,
    "disputed": False,
    "in_plan": False,
    "in_case": False,
    "days_old": 120,
    "days_overdue": 30,
    "least_amount": 25.0,
    "concentration": 25,
    "deduct_owed": True,
}


class TestFinancingDemoBooks(FinancingCommon):
    """Books in which each criterion is not kept to once, each told in its words."""

    def books(self):
        """An invoice for each reason that one can have, by that reason."""
        staff = self.customer("Staff", employee=True)
        abroad = self.customer("Abroad", country_id=self.env.ref("base.de").id)
        sister = self.env["res.company"].create({"name": "Sister", "country_id": self.home.id})
        books = {
            "country": self.invoice(-5, 100, abroad),
            "consumer": self.invoice(-5, 100, self.person_at_home()),
            "currency": self.invoice(
                -5, 100, self.customer("In Francs"), currency_id=self.other_currency().id
            ),
            "employee": self.invoice(-5, 100, staff),
            "group": self.invoice(-5, 100, sister.partner_id),
            "disputed": self.invoice(-5, 100, self.customer("Disagrees")),
            "in_plan": self.invoice(-5, 100, self.customer("In Parts")),
            "in_case": self.invoice(20, 100, self.customer("In a Case")),
            "on_hold": self.invoice(-5, 100, self.customer("Insolvent")),
            "too_old": self.invoice(
                10, 100, self.customer("Long Ago"), invoice_date=self.after(-150)
            ),
            "overdue": self.invoice(45, 100, self.customer("Late")),
            "too_small": self.invoice(-5, 20, self.customer("Small")),
            "not_yet": self.invoice(-60, 100, self.customer("Later"), invoice_date=self.after(9)),
            "credited": self.invoice(-5, 100, self.customer("Has a Credit")),
            "owed": self.invoice(-5, 100, self.customer("Is Owed")),
            "concentration": self.invoice(-5, 1000, self.customer("Large")),
            "pledged": self.invoice(-5, 100, self.customer("Pledged")),
            "good": self.invoice(-5, 300, self.customer("Good")),
        }
        self.disputed(books["disputed"], 40.0)
        self.in_plan(books["in_plan"])
        self.in_case(books["in_case"])
        insolvent = self.synced(books["on_hold"]).debtor_id
        self.hold(kind="insolvency", debtor_id=insolvent.id, reason="Trustee wrote")
        self.credit_note(30, books["credited"].partner_id)
        self.owe(books["owed"].partner_id, 40)
        self.pledge(books["pledged"], self.financier(name="Second Factor"))
        return books

    def person_at_home(self):
        self.consumer.country_id = self.home
        return self.consumer

    def owe(self, partner, amount):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        bill.action_post()

    def test_each_refusal_of_invoices_is_found_once_in_its_words(self):
        books = self.books()
        check = self.check(country_ids=[Command.set(self.home.ids)], **STRICT)
        found = {name: self.line(move, check).why for name, move in books.items()}
        self.assertEqual(
            {name: (why or "").replace("\xa0", "") for name, why in found.items()},
            {
                "country": "The debtor is in another country: Germany.",
                "consumer": "The debtor is a natural person: Consumer.",
                "currency": "It is in another currency: CHF.",
                "employee": "The debtor works for us.",
                "group": "The debtor is a company of our own group.",
                "disputed": "The debtor disputes $40.00 of it.",
                "in_plan": "It is in a payment plan.",
                "in_case": "It is in a case, or was handed over.",
                "on_hold": "On hold: Insolvency: file the claim with the trustee.",
                "too_old": "It is 150 days old; 120 at most.",
                "overdue": "It is overdue for 45 days; 30 at most.",
                "too_small": "$20.00 is open; at least $25.00.",
                "not_yet": "Its date is still to come: "
                f"{self.env['receivable.financing.words']._day(str(self.after(9)))}.",
                "credited": "$30.00 is covered by credit notes or receipts that are not matched "
                "yet.",
                "owed": "We owe the debtor $40.00 ourselves.",
                "concentration": "$642.50 is above the share of one debtor: 25 %, which is $357.50.",
                "pledged": "It is pledged already, or offered: to Second Factor.",
                "good": "",
            },
        )

    def test_what_counts_is_what_is_left(self):
        books = self.books()
        check = self.check(country_ids=[Command.set(self.home.ids)], **STRICT)
        counted = {
            name: self.line(move, check).counts
            for name, move in books.items()
            if self.line(move, check).counts
        }
        self.assertEqual(
            counted, {"credited": 70.0, "owed": 60.0, "concentration": 357.5, "good": 300.0}
        )
        self.assertEqual((check.counts, check.advance, check.room), (787.5, 630.0, 630.0))
        self.assertEqual((check.full_count, check.partly_count, check.refused_count), (1, 3, 14))

    def test_each_refusal_of_the_company_is_found_once_in_its_words(self):
        today = self.today
        self.company.write(
            {
                "receivable_legal_form_id": self.env.ref(
                    "payt_dunning_financing.legal_form_nl_vof"
                ).id,
                "receivable_registered_on": today - relativedelta(months=6),
            }
        )
        self.company.sudo().dunning_live_since = today
        (first, _last), _months = self.env["receivable.financing.books"]._periods(
            self.company, today
        )
        expense, debt = self.account("expense"), self.account("liability_current")
        self.entry(first, (expense, 5_000_000.0), (debt, -5_000_000.0))
        check = self.check(
            legal_form_ids=[Command.set(self.form.ids)],
            months_registered=12,
            months_followed=3,
            profit=True,
            equity=True,
        )
        self.assertEqual(
            [(answer.criterion, answer.says) for answer in check.answer_ids],
            [
                (criterion, "✗ No")
                for criterion in ("legal_form", "registered", "profit", "equity", "followed")
            ],
        )
        found = {answer.criterion: answer.found for answer in check.answer_ids}
        self.assertEqual(found["legal_form"], "Vennootschap onder firma (vof), NL")
        self.assertIn("long enough from", found["registered"])
        self.assertIn("A loss of", found["profit"])
        self.assertIn("-", found["equity"])
        self.assertIn("long enough from", found["followed"])
        self.assertEqual(check.room, 0.0)
        self.assertTrue(check.says.startswith("Nothing can be drawn: the company is a Venn"))
