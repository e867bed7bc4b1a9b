from dataclasses import replace
from decimal import Decimal

from ..models.message_sources import Sources
from ..rules.law.asks import Asked
from .common import DunningCommon
from .payee_cases import NOTICE, OTHERS, OURS, THEIRS, PayeeCases


class TestPayeeMessages(PayeeCases, DunningCommon):
    """Messages name the account of whom each invoice is to be paid to."""

    def make_once(self):
        super().make_once()
        self.own_account()
        self.first, self.second = self.invoice(amount=100), self.invoice(amount=50, days_late=6)
        self.synced(self.first, self.second)

    def planned(self):
        (planned,) = self.env["dunning.preview"].sudo()._preview(self.company).planned
        return planned

    def transfers(self, planned=None):
        """The blocks about transferring, with the message's planned form."""
        message, found = self.env["dunning.message"].sudo(), []
        own = type(message)._transfers
        self.patch(
            type(message),
            "_transfers",
            lambda *args: found.append(own(*args)) or found[-1],
        )
        self.content = message._render([planned or self.planned()])[0]
        self.assertFalse(self.content.problem)
        return found[0]

    def plain(self, text):
        return " ".join(str(text).replace("\xa0", " ").split())

    # -- blocks ------------------------------------------------------------------------------

    def test_all_of_ours_is_one_block_with_our_account_and_no_heading(self):
        (block,) = self.transfers()
        self.assertTrue(block["ours"])
        self.assertEqual(block["number"].replace(" ", ""), OURS)
        self.assertEqual(block["reference"], self.content.bundle_reference)
        self.assertIn("Do you prefer to transfer", self.content.body)
        self.assertNotIn("This is how you transfer", self.content.body)

    def test_all_to_somebody_else_is_its_account_name_and_notice(self):
        self.pledge(self.first | self.second)
        (block,) = self.transfers()
        self.assertEqual((block["number"], block["holder"]), (THEIRS, "Factor BV"))
        self.assertEqual(block["reference"], self.content.bundle_reference)
        body = self.plain(self.content.body)
        self.assertLess(body.index(NOTICE), body.index(THEIRS))
        self.assertNotIn(OURS, body.replace(" ", ""))
        self.assertNotIn(f">{self.first.name}<", body[body.index("This is how") :])

    def test_several_get_a_block_each_and_the_amounts_add_up(self):
        self.pledge(self.first)
        planned = self.planned()
        ours, theirs = self.transfers(planned)
        self.assertEqual((ours["about"], theirs["about"]), (self.second.name, self.first.name))
        self.assertEqual((ours["holder"], theirs["holder"]), (self.company.name, "Factor BV"))
        self.assertIn("50.00", ours["amount"])
        self.assertIn("100.00", theirs["amount"])
        self.assertEqual(planned.total, Decimal("150"))
        self.assertEqual(theirs["notice"], NOTICE)
        self.assertEqual(ours["notice"], "")

    def test_of_several_accounts_each_has_its_own_invoices_reference(self):
        self.pledge(self.first)
        ours, theirs = self.transfers()
        self.assertFalse(self.content.bundle_reference)
        self.assertEqual(ours["reference"], self.second.payment_reference or self.second.name)
        self.assertEqual(theirs["reference"], self.first.payment_reference or self.first.name)

    def test_two_others_get_a_block_each(self):
        other = self.payee(8, OTHERS, "Bank AG")
        self.addCleanup(self.known.pop, 8)
        self.pledge(self.first)
        self.pledge(self.second, other)
        self.assertEqual({each["holder"] for each in self.transfers()}, {"Factor BV", "Bank AG"})

    def test_without_a_number_the_notice_is_there_and_whom_to_ask(self):
        self.known[7] = replace(self.factor, number="")
        self.addCleanup(self.known.__setitem__, 7, self.factor)
        self.pledge(self.first | self.second)
        self.transfers()
        self.assertIn("Please ask us to which account", self.content.body)
        self.assertIn(NOTICE, self.content.body)
        self.assertNotIn("mail-transfer", self.content.body)

    def test_what_is_only_also_open_counts_for_nothing(self):
        coming = self.invoice(days_late=-20, amount=70)
        self.synced(coming)
        self.pledge(coming)
        planned = self.planned()
        self.assertEqual(len(planned.lines), 3)
        (block,) = self.transfers(planned)
        self.assertTrue(block["ours"])
        self.assertNotIn(NOTICE, self.content.body)

    def test_the_readers_language_is_asked_for_the_notice(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.business.lang = "nl_NL"
        seen = []
        self.patch(
            type(self.env["dunning.payee"]),
            "_payee",
            lambda model, payee_id: seen.append(model.env.lang) or self.known[payee_id],
        )
        self.pledge(self.first)
        self.transfers()
        self.assertEqual(seen, [self.planned().lang])

    # -- costs -------------------------------------------------------------------------------

    def with_costs(self):
        """Blocks of a message that asks for costs as well: label and amount of each."""
        planned = replace(self.planned(), asked=Asked("NL", "consumer", costs=Decimal("40")))
        self.assertEqual(planned.total, Decimal("190"))
        sources = Sources(self.env(su=True), [planned])
        message = self.env["dunning.message"].sudo()
        frame = message._law_frame(planned, sources)
        self.blocks = blocks = message._transfers(planned, {"reference": "RF"}, frame, sources)
        return [(block["holder"], block["about"], block["amount"]) for block in blocks]

    def test_costs_are_in_our_block(self):
        self.pledge(self.first)
        (ours, _about, amount), (theirs, _other, other) = self.with_costs()
        self.assertEqual((ours, theirs), (self.company.name, "Factor BV"))
        self.assertIn("90.00", amount)
        self.assertIn("100.00", other)

    def test_costs_have_a_block_of_their_own_where_no_invoice_is_ours(self):
        self.pledge(self.first | self.second)
        (theirs, _about, amount), (ours, about, costs) = self.with_costs()
        self.assertEqual((theirs, ours), ("Factor BV", self.company.name))
        self.assertEqual(about, "Collection costs")
        self.assertIn("150.00", amount)
        self.assertIn("40.00", costs)

    def test_without_a_number_of_ours_costs_are_asked_for_apart_all_the_same(self):
        self.env["dunning.bank.account"].sudo().search([]).unlink()
        self.pledge(self.first | self.second)
        (theirs, _about, amount), (ours, about, costs) = self.with_costs()
        self.assertEqual((theirs, ours), ("Factor BV", self.company.name))
        self.assertIn("150.00", amount)
        self.assertEqual(about, "Collection costs")
        self.assertIn("40.00", costs)
        self.assertEqual(self.blocks[1]["number"], "")

    # -- the placeholder ---------------------------------------------------------------------

    def numbers(self):
        planned = self.planned()
        revision = self.env["dunning.policy.revision"].browse(planned.lines[0].revision_id)
        positions = {line.position for line in planned.lines}
        levels = revision.policy_id.level_ids
        levels.filtered(lambda level: level.position in positions).text = "Pay to <{iban}>."
        self.transfers(planned)
        text = self.plain(self.content.body)
        return text[text.index("Pay to &lt;") + 11 : text.index("&gt;.")]

    def test_the_placeholder_is_the_one_number(self):
        self.pledge(self.first | self.second)
        self.assertEqual(self.numbers(), f"{THEIRS} in the name of Factor BV")

    def test_the_placeholder_says_which_number_is_for_what(self):
        self.pledge(self.first)
        ours, theirs = self.numbers().split("; ")
        self.assertEqual(theirs, f"{THEIRS} in the name of Factor BV ({self.first.name})")
        self.assertEqual(ours.replace(" ", ""), f"{OURS}({self.second.name})")

    def test_the_placeholder_says_what_to_ask_about(self):
        self.known[7] = replace(self.factor, number="")
        self.addCleanup(self.known.__setitem__, 7, self.factor)
        self.pledge(self.first)
        _ours, theirs = self.numbers().split("; ")
        self.assertEqual(theirs, f"{self.first.name}: please ask us")

    def test_a_ready_reply_names_the_same_numbers(self):
        self.pledge(self.first)
        debtor = self.items(self.first).debtor_id
        items = self.items(self.first | self.second)
        reply = self.env["dunning.reply"].create({"name": "Where to", "body": "Pay to {iban}."})
        text = reply._filled(debtor, items)
        self.assertIn(f"{THEIRS} in the name of Factor BV ({self.first.name})", text)
        self.assertIn(f"({self.second.name})", text)

    # -- meanwhile ---------------------------------------------------------------------------

    def test_a_message_does_not_leave_with_the_old_account(self):
        self.run_day()
        self.pledge(self.first)
        self.assertFalse(self.deliver())
        self.assertEqual(self.notices_to().state, "cancelled")

    def test_it_is_made_anew_with_the_right_one(self):
        self.run_day()
        self.pledge(self.first)
        self.deliver()
        self.env.invalidate_all()
        (mail,) = self.run_and_deliver()
        self.assertIn(THEIRS, mail)

    def test_a_message_does_not_leave_when_the_pledge_ended(self):
        self.pledge(self.first)
        self.run_day()
        self.pledged.clear()
        self.assertFalse(self.deliver())

    def test_one_that_is_as_it_was_leaves(self):
        self.pledge(self.first)
        self.run_day()
        self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(
            self.notices_to().line_ids.mapped("payee_key"), [self.factor.payee_id, 0][::-1]
        )

    def changed(self, **values):
        """The one who is paid, with another number or text from now on."""
        self.known[7] = replace(self.factor, **values)
        self.addCleanup(self.known.__setitem__, 7, self.factor)

    def test_a_message_does_not_leave_with_an_old_number_of_the_same_payee(self):
        self.pledge(self.first)
        self.run_day()
        self.changed(number=OTHERS)
        self.assertFalse(self.deliver())
        self.assertEqual(self.notices_to().state, "cancelled")

    def test_nor_with_an_old_notice_of_it(self):
        self.pledge(self.first)
        self.run_day()
        self.changed(notice="Pay somebody else.")
        self.assertIn("another account", self.notices_to()._why_not_this_account())

    def test_what_was_told_before_it_was_kept_is_compared_by_payee(self):
        self.pledge(self.first)
        self.run_day()
        self.notices_to().line_ids.payee_told = False
        self.changed(number=OTHERS)
        self.assertIsNone(self.notices_to()._why_not_this_account())

    def test_a_copy_keeps_what_was_told(self):
        self.pledge(self.first)
        self.run_and_deliver()
        copy = self.notices_to()._resend("other@debtor.example.com")
        self.assertIsNone(copy._why_not_this_account())
        self.changed(number=OTHERS)
        self.assertTrue(copy._why_not_this_account())

    def test_the_invoice_as_it_was_is_attached_only_where_it_is_ours(self):
        self.env.ref("payt_dunning.level_business_1").attachment = "pdf"
        moves = self.first | self.second
        self.env["ir.attachment"].create(
            [
                {
                    "name": f"{move.id}.pdf",
                    "raw": b"%PDF-1.4",
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
                for move in moves
            ]
        )
        moves.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
        self.assertEqual(
            len(self.env["dunning.message"]._render([self.planned()])[0].file_hashes), 2
        )
        self.pledge(self.first)
        (content,) = self.env["dunning.message"].sudo()._render([self.planned()])
        files = self.env["ir.attachment"].browse(content.attachment_ids)
        self.assertEqual(files.mapped("name"), [f"{self.second.id}.pdf"])

    def test_asking_about_many_messages_takes_no_more_statements(self):
        for each in range(4):
            self.invoice(partner=self.debtor(f"Many {each}"))
        self.run_day()
        notices = self.env["dunning.notice"].sudo().search([("company_id", "=", self.company.id)])
        self.assertEqual(len(notices), 5)

        def statements(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(any(notice._why_not_this_account() for notice in some))
            return self.env.cr.sql_log_count - before

        self.assertEqual(statements(notices), statements(notices[:1]))

    def test_no_copy_goes_out_with_the_old_account(self):
        self.run_and_deliver()
        notice = self.notices_to()
        self.assertIsNone(notice._why_not_to_copy())
        self.pledge(self.first)
        self.assertIn("another account", notice._why_not_to_copy())

    def test_the_fingerprint_of_what_is_ours_is_what_it_was(self):
        planned = self.planned()
        self.assertNotIn("payee", repr(planned))

    def test_payees_are_asked_for_once_for_all_invoices(self):
        self.synced(*(self.invoice(partner=self.debtor(f"Many {each}")) for each in range(5)))
        self.asked.clear()
        self.env["dunning.preview"].sudo()._preview(self.company)
        self.assertEqual(len(self.asked), 1)

    def test_a_message_offers_no_plan_over_several_accounts(self):
        plans = self.env["dunning.payment.plan"].sudo()
        policy = self.env.ref("payt_dunning.policy_business")
        terms = policy._plan_terms(self.company.currency_id, self.company)
        planned = self.planned()
        around = plans._around_invitations([planned])
        self.assertTrue(plans._invitation(planned, terms, 0.01, around))
        self.pledge(self.first)
        self.assertFalse(plans._invitation(self.planned(), terms, 0.01, around))
