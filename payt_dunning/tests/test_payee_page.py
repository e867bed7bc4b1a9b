import re
from dataclasses import replace

from .page_payment_common import PageCommon
from .payee_cases import NOTICE, OURS, THEIRS, PayeeCases


class TestPayeePage(PayeeCases, PageCommon):
    """The debtor's page: each part goes to whom it belongs, and online only what is paid to us."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_account(OURS)
        cls.company.partner_id.country_id = cls.env.ref("base.nl")

    def mixed(self):
        """An item of ours and one of somebody else's, with the page of both."""
        items = self.open(100, 50)
        self.ours, self.theirs = items
        self.pledge(self.theirs.move_id)
        return self.path(items)

    def text(self, path, status=200):
        page = self.get(path, status).text.replace("\xa0", " ")
        page = re.sub(r"<[^>]+>", " ", page).replace("&#39;", "'")
        return " ".join(page.split())

    def plain(self, text):
        return text.replace(" ", "")

    # -- the page ----------------------------------------------------------------------------

    def test_without_anybody_else_there_is_one_transfer_without_a_heading(self):
        text = self.text(self.path(self.open(100, 50)))
        self.assertEqual(text.count("In the name of"), 1)
        self.assertNotIn("different accounts", text)
        self.assertIn(OURS, self.plain(text))

    def test_each_account_has_its_own_transfer(self):
        text = self.text(self.mixed())
        first, second = text[text.index("Transfer it yourself") :].split("In the name of")[:2]
        self.assertIn(OURS, self.plain(first))
        self.assertIn(f"{self.ours.name} Amount 100.00", first)
        self.assertIn(THEIRS, self.plain(second))
        self.assertIn(f"{self.theirs.name} {NOTICE} Amount 50.00", second)
        self.assertIn("Factor BV", text)

    def test_only_what_is_paid_to_us_is_offered_online(self):
        text = self.text(self.mixed())
        self.assertIn("150.00", text)
        self.assertRegex(text, r"Pay 100\.00")
        self.assertIn("Please transfer 50.00 € to Factor BV", text)

    def test_what_is_ours_is_nowhere_to_be_transferred_to_others(self):
        self.assertNotIn("Please transfer", self.text(self.path(self.open(100))))

    def test_a_row_says_who_is_to_be_paid(self):
        text = self.text(self.mixed())
        self.assertEqual(text.count("To be paid to Factor BV"), 1)

    def test_where_nothing_can_be_paid_online_the_transfer_is_open_and_no_button_there(self):
        items = self.open(100)
        self.pledge(items.move_id)
        page = self.get(self.path(items)).text
        self.assertNotIn('class="button"', page[: page.index("Transfer it yourself")])
        self.assertRegex(page, r'<details class="block" open="open">\s*<summary>Transfer')
        self.assertIn("Choose what to pay", page)

    def test_where_it_can_be_paid_online_too_the_button_is_for_all(self):
        path = self.mixed()
        self.allow_online()
        self.assertRegex(self.text(path), r"Pay 150\.00")

    def test_without_a_number_it_says_whom_to_ask(self):
        path = self.mixed()
        self.known[7] = replace(self.factor, number="")
        self.addCleanup(self.known.__setitem__, 7, self.factor)
        self.assertIn("Please ask us to which account", self.text(path))

    # -- paying ------------------------------------------------------------------------------

    def test_of_a_mixed_choice_the_part_of_ours_is_paid_online(self):
        path = self.mixed()
        text = self.text(f"{path}/pay")
        self.assertIn(f"You can pay 100.00 € at once, for: {self.ours.name}.", text)
        self.assertIn(f"{self.theirs.name} can't be paid online", text)
        self.assertIn(THEIRS, self.plain(text))
        transaction = self.paid_online(path)
        self.assertEqual(transaction.amount, 100)
        self.assert_booked(transaction, {self.ours.line_id: 100})

    def test_the_transfers_of_a_mixed_choice_add_up(self):
        path, values = self.mixed(), self.env["dunning.page.values"]
        seen, own = [], type(values)._transfers_chosen
        self.patch(
            type(values), "_transfers_chosen", lambda *args: seen.append(own(*args)) or seen[-1]
        )
        self.get(f"{path}/pay")
        ours, theirs = seen[0]
        self.assertIn("100.00", ours["amount"])
        self.assertIn("50.00", theirs["amount"])
        self.assertEqual(theirs["holder"], "Factor BV")
        self.assertEqual(theirs["reference"], self.theirs.move_id.payment_reference)

    def test_each_code_is_of_its_account_and_in_its_name(self):
        path, codes = self.mixed(), []
        self.patch(
            self.env.registry["dunning.page.values"],
            "_qr",
            lambda page, account, pile, amount, reference: (
                codes.append((account.sanitized_acc_number, account.acc_holder_name, amount)) or ""
            ),
        )
        self.get(f"{path}/pay")
        self.assertEqual([code[0] for code in codes], [OURS, THEIRS])
        self.assertEqual((codes[1][1], codes[1][2]), ("Factor BV", 50))

    def test_the_code_holds_number_name_and_amount(self):
        self.mixed()
        page, payees = self.env["dunning.page.values"].sudo(), self.env["dunning.payee"].sudo()
        account = payees._account(self.factor)
        lines = account._get_qr_vals(
            "sct_qr", "50.00", self.euro, page.env["res.partner"], "x", "x"
        )
        texts = [str(line) for line in lines]
        self.assertIn(THEIRS, texts)
        self.assertIn("Factor BV", texts)

    def test_a_choice_of_theirs_alone_is_transferred(self):
        path = self.mixed()
        text = self.text(f"{path}/pay?k=r{self.theirs.id}")
        self.assertIn("can't be paid online, because the money goes to Factor BV", text)
        self.assertNotIn("Pay at once", text)
        self.assertIn(THEIRS, self.plain(text))
        self.assertNotIn(OURS, self.plain(text))

    def test_a_part_over_several_accounts_is_refused(self):
        path = self.mixed()
        text = self.text(f"{path}/pay?amount=120", 409)
        self.assertIn("These go to different accounts. Choose what goes to one account.", text)

    def test_a_part_of_what_goes_to_one_account_is_taken(self):
        path = self.mixed()
        text = self.text(f"{path}/pay?k=r{self.theirs.id}&amount=20")
        self.assertIn("Amount 20.00", text)

    def test_a_choice_that_was_signed_before_the_pledge_begins_nothing(self):
        items = self.open(100, 50)
        route = self.chosen(self.path(items))
        self.pledge(items[1].move_id)
        self.assert_refused("is to be paid to Factor BV", route)

    def test_a_forged_choice_begins_nothing(self):
        path = self.mixed()
        self.patch(
            self.env.registry["dunning.page.choice"], "_online", lambda page, pile, choice: choice
        )
        route = self.chosen(path, f"r{self.theirs.id}")
        self.assert_refused("is to be paid to Factor BV", route)

    def test_costs_are_paid_to_us(self):
        items = self.open(100)
        notice = self.letter(items)
        self.costs(items, notice)
        self.pledge(items.move_id)
        path = self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id.sudo())
        text = self.text(path)
        self.assertRegex(text, r"Pay 40\.00")
        ours, theirs = text[text.index("Transfer it yourself") :].split("In the name of")[:2]
        self.assertIn("Amount 40.00", ours)
        self.assertIn("Amount 100.00", theirs)
        transaction = self.paid_online(path)
        self.assertEqual(transaction.amount, 40)

    def test_payees_are_asked_for_once_for_all_rows(self):
        path = self.path(self.open(*range(10, 22)))
        self.asked.clear()
        self.get(path)
        # All rows at once, and the oldest for the account that it names.
        self.assertLessEqual(len(self.asked), 2)
