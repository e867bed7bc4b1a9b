from dataclasses import replace
from decimal import Decimal

from lxml import html

from ..models.dunning_message import CLAIM, LINK
from ..rules.plan import PlannedLine, PlannedNotice
from .common import DunningCommon


class TestMessages(DunningCommon):
    """What a message says."""

    def test_it_names_number_due_date_and_open_amount_of_each_invoice(self):
        move = self.invoice(amount=1234.5)
        self.pay(move, amount=234.5)
        self.run_day()
        body = self.Notice.search([]).body
        self.assertIn(move.name, body)
        self.assertIn("1,000.00", body)
        self.assertNotIn("1,234.50", body)

    def test_text_of_people_is_escaped(self):
        self.business.name = "<script>alert(1)</script>"
        self.invoice()
        self.run_day()
        self.assertNotIn("<script>", self.Notice.search([]).body)

    def test_each_level_in_a_message_has_its_own_text(self):
        older = self.invoice(days_late=12)
        self.run_and_deliver()
        younger = self.invoice(days_late=4)
        self.items(older).reached_on = "2020-01-01"
        self.Notice.search([]).sent_on = "2020-01-01"
        self.run_day()
        notice = self.Notice.search([], limit=1)
        self.assertEqual(notice.level_name, "Second reminder")
        self.assertEqual(notice.line_ids.mapped("position"), [3, 2])
        self.assertIn("We wrote to you", notice.body)
        self.assertIn("slipped through", notice.body)
        self.assertIn(younger.name, notice.body)

    def test_a_dutch_debtor_gets_a_dutch_message(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env["ir.module.module"].search([("name", "=", "payt_dunning")])._update_translations(
            ["nl_NL"]
        )
        self.business.lang = "nl_NL"
        self.invoice()
        self.run_day()
        notice = self.Notice.search([])
        self.assertIn("Herinnering", notice.subject)
        self.assertIn("Openstaand", notice.body)
        self.assertNotIn("Open amount", notice.body)

    # -- ways to pay ------------------------------------------------------------------------

    def test_a_message_about_one_invoice_has_a_button_to_its_page(self):
        body = self.message().body
        self.assertIn("See the invoice and pay", body)
        self.assertIn(f'href="{CLAIM}"', body)

    def test_a_message_about_several_invoices_links_all_and_each(self):
        moves = [self.invoice(), self.invoice(days_late=5)]
        self.run_day()
        body = html.fromstring(self.Notice.search([]).body)
        links = {link.text_content(): link.get("href") for link in body.iter("a")}
        each = {move.name: LINK % move.id for move in moves}
        self.assertEqual(links, {**each, "See the invoices and pay": CLAIM})

    def test_a_link_to_an_invoice_opens_the_page_of_its_message_with_it_chosen(self):
        body = self.env["dunning.message"]._insert_links(f"{CLAIM} {LINK % 31}", "https://x/c")
        self.assertEqual(body, "https://x/c https://x/c?i=31")

    def test_the_number_of_the_company_is_said_to_be_one(self):
        self.company.write({"company_registry": "90000012", "vat": False})
        self.company.country_id = self.env.ref("base.nl")
        self.assertIn("Chamber of Commerce (KvK) 90000012", self.text(self.message().body))

    def test_the_number_of_a_company_elsewhere_is_no_dutch_one(self):
        self.company.country_id = self.env.ref("base.us")
        self.company.write({"company_registry": "90000012", "vat": "US12345673"})
        text = self.text(self.message().body)
        self.assertIn("Company number 90000012", text)
        self.assertIn("VAT number US12345673", text)

    def text(self, body):
        """What a message says, without its marks."""
        return " ".join(html.fromstring(body).text_content().replace("\ufeff", "").split())

    # -- words and signatures ---------------------------------------------------------------

    def message(self, **values):
        self.invoice(**values)
        self.run_day()
        return self.Notice.search([], limit=1)

    def test_an_association_speaks_of_membership_fees_and_members(self):
        self.company.write({"dunning_bills": "membership", "dunning_people": "member"})
        self.level_of().text = "Dear {customer}, your {invoice} is open."
        body = self.message().body
        self.assertIn("Dear member, your membership fee is open.", body)
        self.assertIn("See the membership fee and pay", body)
        self.assertNotIn("See the invoice", body)

    def test_a_policy_with_words_of_its_own_uses_them(self):
        policy = self.level_of().policy_id
        policy.write({"bills": "membership", "people": "member"})
        self.level_of().text = "Dear {customer}, your {invoice} is open."
        body = self.message().body
        self.assertIn("Dear member, your membership fee is open.", body)
        self.assertIn("Membership Fee", body)
        self.assertIn("See the membership fee and pay", body)

    def test_the_policy_for_members_speaks_of_membership_fees(self):
        policy = self.env.ref("payt_dunning.policy_members")
        self.assertEqual((policy.bills, policy.people), ("membership", "member"))

    def test_a_level_is_named_in_the_language_of_the_company_it_is_sent_for(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.level_of().with_context(lang="nl_NL").name = "Eerste"
        self.invoice()
        self.Item._sync(self.company)
        planned = list(self.env["dunning.preview"].sudo()._preview(self.company).planned)
        self.company.partner_id.lang = "nl_NL"
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere.partner_id.lang = "en_US"
        message = self.env["dunning.message"].sudo().with_company(elsewhere)
        (content,) = message._render(planned)
        self.assertEqual(content.level.name, "Eerste")

    def test_a_level_may_be_signed_by_somebody_else(self):
        self.level_of().closing = "The head of finance"
        body = self.message().body
        self.assertIn("The head of finance", body)
        self.assertNotIn("Kind regards", body)

    def test_a_level_without_a_signature_is_signed_as_its_policy(self):
        self.assertFalse(self.level_of().closing)
        self.assertIn("Kind regards", self.message().body)

    # -- what was received or credited -------------------------------------------------------

    def figures(self, body):
        """The text of each cell of a message's tables."""
        cells = html.fromstring(body).iter("td")
        texts = [cell.text_content().replace("\ufeff", "") for cell in cells]
        return [" ".join(text.split()) for text in texts]

    def test_what_was_credited_has_a_row_between_the_invoice_and_the_total(self):
        self.credit_note(30)
        figures = self.figures(self.message(amount=100).body)
        row = figures.index("Already received or credited")
        self.assertIn("100.00", figures[row - 1])
        self.assertIn("-30.00", figures[row + 1])
        self.assertEqual(figures[row + 2], "Total")
        self.assertIn("70.00", figures[row + 3])

    def test_the_amount_asked_for_is_what_is_left_after_credits(self):
        self.credit_note(30)
        notice = self.message(amount=100)
        self.assertIn("70.00", notice.subject)
        self.assertNotIn("100.00", notice.subject)

    def test_an_invoice_without_credits_has_no_row_for_them(self):
        self.assertNotIn("Already received", self.message(amount=100).body)

    def test_a_message_is_made_anew_when_what_was_credited_changed_but_not_the_amount(self):
        line = PlannedLine(1, self.today, Decimal(70), 2, 1)
        self.assertNotEqual(
            self.planned(line).fingerprint(),
            self.planned(replace(line, received=Decimal(30))).fingerprint(),
        )

    def planned(self, line):
        return PlannedNotice(
            debtor_id=1,
            company_id=1,
            currency_id=1,
            partner_id=1,
            lang="en_US",
            channel="email",
            recipient="a@b.example.com",
            phase="courtesy",
            approval=False,
            day=self.today,
            lines=(line,),
        )

    def level_of(self):
        return self.env.ref("payt_dunning.level_business_1")
