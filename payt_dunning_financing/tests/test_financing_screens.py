from lxml import etree

from odoo import Command
from odoo.tests import Form
from odoo.tools import html2plaintext

from odoo.addons.payt_dunning.rules.financing import DEDUCTIONS, REFUSALS

from ..models.receivable_financing_answer import CRITERIA
from ..models.receivable_financing_check_line import REASONS
from .financing_common import FinancingCommon


class TestFinancingScreens(FinancingCommon):
    """What is shown of a check."""

    def test_empty_lists_say_what_would_be_in_them(self):
        for name in (
            "action_receivable_financing",
            "action_financing_check",
            "action_receivable_legal_form",
        ):
            words = html2plaintext(self.env.ref(f"payt_dunning_financing.{name}").help).split()
            self.assertGreater(len(words), 12)

    def test_each_reason_and_criterion_has_a_name_and_words(self):
        self.assertEqual({code for code, _name in REASONS}, {*REFUSALS, *DEDUCTIONS})
        words = self.env["receivable.financing.words"]
        for code, _name in REASONS:
            self.assertTrue(hasattr(words, f"_reason_{code}"), code)
        self.assertEqual(len(CRITERIA), 5)

    def test_a_check_says_in_one_sentence_what_can_be_drawn(self):
        self.invoice(amount=100)
        self.assertEqual(self.check().says.replace("\xa0", ""), "$80.00 can be drawn now.")

    def test_it_says_that_nothing_qualifies(self):
        self.invoice(amount=100)
        self.assertEqual(
            self.check(least_amount=200).says, "Nothing can be drawn: no open invoice qualifies."
        )

    def test_it_says_that_the_limit_is_used_up(self):
        self.pledge(self.invoice(amount=100), advance=80)
        self.invoice(amount=100)
        self.assertEqual(
            self.check(limit=80).says.replace("\xa0", ""),
            "Nothing can be drawn: the limit of $80.00 is used up.",
        )

    def test_several_reasons_are_all_told(self):
        move = self.invoice(days_late=50, amount=10)
        line = self.line(move, self.check(days_overdue=30, least_amount=25, days_old=60))
        self.assertEqual(
            line.why.replace("\xa0", ""),
            "$10.00 is open; at least $25.00. It is 64 days old; 60 at most. "
            "It is overdue for 50 days; 30 at most.",
        )

    def test_reasons_are_counted_and_summed(self):
        for _each in range(2):
            self.invoice(days_late=50, amount=10)
        self.invoice(days_late=-5, amount=10)
        check = self.check(days_overdue=30, least_amount=25)
        self.assertEqual(
            [(row.code, row.count, row.amount) for row in check.reason_ids],
            [("too_small", 3, 30.0), ("overdue", 2, 20.0)],
        )

    def test_what_another_check_adds_up_to_is_kept_beside_it(self):
        self.invoice(days_late=50, amount=10)
        first = self.check(days_overdue=30)
        self.invoice(days_late=50, amount=30)
        second = self.check()
        self.assertEqual([check.reason_ids.amount for check in (first, second)], [10.0, 40.0])
        rows = self.env["receivable.financing.aging"].search([("check_id", "=", first.id)])
        self.assertEqual((rows.count, rows.open_amount, rows.late_60), (1, 10.0, 10.0))
        first.unlink()
        self.assertFalse(rows.exists())
        self.assertTrue(second.reason_ids.exists())

    def test_lines_are_found_by_any_of_their_reasons(self):
        late = self.invoice(days_late=50, amount=10)
        small = self.invoice(days_late=-5, amount=10)
        check = self.check(days_overdue=30, least_amount=25)
        for code, moves in (("overdue", late), ("too_small", late | small), ("in_case", None)):
            found = check.line_ids.search([("reason", "=", code), ("check_id", "=", check.id)])
            self.assertEqual(found.move_id, moves or self.env["account.move"])

    def test_reasons_of_many_lines_cost_as_many_statements_as_of_one(self):
        abroad = self.customer("Abroad", country_id=self.env.ref("base.de").id)
        for _each in range(8):
            self.invoice(partner=abroad)
        found = self.check(country_ids=[Command.set(self.home.ids)]).line_ids
        lines = found.browse(found.ids)
        spent = []
        for some in (lines[:1], lines):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len([line.why for line in some]), len(some))
            spent.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*spent)

    def test_words_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        move = self.invoice(days_late=-5, amount=1000.5)
        line = self.line(move, self.check(least_amount=2000)).with_context(lang="nl_NL")
        self.assertIn("1.000,50", line.why)

    def test_a_percentage_is_written_with_one_sign(self):
        move = self.invoice(days_late=-5, amount=1000)
        why = self.line(move, self.check(concentration=25)).why
        self.assertIn("25 %,", why)

    def test_yes_and_no_are_words(self):
        answer = self.answer("equity", equity=True)
        self.assertIn(answer.says, ("✓ Yes", "✗ No"))

    def test_the_form_leads_to_what_is_missing_and_can_not_be_changed(self):
        check = self.check(months_registered=3)
        arch = etree.fromstring(check.get_view(view_type="form")["arch"])
        [button] = arch.xpath("//button[@name='action_fill_in']")
        self.assertEqual(button.get("invisible"), "not missing")
        self.assertTrue(check.missing)
        self.assertEqual(arch.get("edit"), "false")
        Form(check)

    def test_profile_check_and_lists_open_for_who_finances(self):
        self.invoice(amount=100)
        check = self.check()
        user = self.person("screens.finance", "payt_dunning_financing.group_financing")
        for model, kinds in (
            ("receivable.financing", ("list", "form", "search")),
            ("receivable.financing.check", ("list", "form", "search")),
            ("receivable.financing.check.line", ("list", "search")),
            ("receivable.financing.aging", ("list", "search")),
        ):
            mine = self.env[model].with_user(user)
            for kind in kinds:
                arch = etree.fromstring(mine.get_view(view_type=kind)["arch"])
                names = {
                    field.get("name")
                    for field in arch.iter("field")
                    if not field.xpath("ancestor::field")
                }
                if kind != "search":
                    domain = [] if model == "receivable.financing" else [("company_id", "!=", 0)]
                    mine.search(domain, limit=5).read(sorted(names))
        self.assertTrue(check.with_user(user).sudo(False).says)

    def test_a_filter_by_countries_asks_for_codes(self):
        move = self.invoice(partner=self.customer("Abroad", country_id=self.env.ref("base.de").id))
        line = self.line(move, self.check(country_ids=[Command.set(self.home.ids)]))
        self.assertEqual(line.why, "The debtor is in another country: Germany.")
