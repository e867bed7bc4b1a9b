from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .charge_common import ChargeCommon


class TestChargeGate(ChargeCommon):
    """No costs from a consumer without a valid notice, whoever asks and in whatever way."""

    def make_once(self):
        super().make_once()
        self.owed = self.item(100)
        self.owner = self.owed.debtor_id

    def values(self, notice=None, **values):
        """What somebody would write to get round it."""
        return {
            "company_id": self.company.id,
            "debtor_id": self.owner.id,
            "currency_id": self.euro.id,
            "kind": "costs",
            "notice_id": notice.id if notice else False,
            "amount_net": 40.0,
            "due_from": self.today,
            "share_ids": [Command.create({"item_id": self.owed.id, "base": 100, "amount": 40})],
            **values,
        }

    def refused(self, why, notice=None, items=None, **values):
        before = self.Charge.search_count([])
        with self.assertRaisesRegex(UserError, why):
            self.costs(items or self.owed, notice, **values)
        self.assertEqual(self.Charge.search_count([]), before)

    # -- what passes ---------------------------------------------------------------------------

    def test_costs_are_claimed_after_a_valid_notice_was_in_vain(self):
        charge = self.costs(self.owed, self.letter(self.owed))
        self.assertEqual((charge.amount, charge.state, charge.announced), (40, "claimed", 40))
        self.assertEqual(charge.share_ids.mapped("amount"), [40])
        self.assertEqual(charge.amount_left, 40)
        self.assertIn("at least 40", charge.calculation_lines)
        self.assertEqual(charge.law_row_lines, "Collection costs, Netherlands, from 01/01/2015")

    def test_a_business_owes_forty_without_a_notice(self):
        charge = self.costs(self.item(100, self.business))
        self.assertEqual((charge.amount, charge.state), (40, "claimed"))

    # -- other ways in ---------------------------------------------------------------------------

    def test_a_manager_cannot_create_one(self):
        manager = self.person("charge_manager", "group_dunning_manager")
        with self.assertRaises(AccessError):
            self.env["dunning.charge"].with_user(manager).create(
                self.values(self.letter(self.owed))
            )

    def test_the_system_cannot_create_one_without_a_notice(self):
        with self.assertRaisesRegex(UserError, "No nl_14_day has left"):
            self.Charge.create(self.values())

    def test_an_import_is_refused_too(self):
        names = ["company_id/.id", "debtor_id/.id", "currency_id/.id", "kind", "amount_net"]
        names += ["due_from", "share_ids/item_id/.id", "share_ids/amount"]
        row = [str(self.company.id), str(self.owner.id), str(self.euro.id), "costs", "40"]
        row += [str(self.today), str(self.owed.id), "40"]
        with mute_logger("odoo.sql_db"):
            result = self.Charge.load(names, [row])
        self.assertFalse(result["ids"])
        self.assertIn("No nl_14_day has left", result["messages"][0]["message"])
        self.assertFalse(self.Charge.search_count([]))

    def test_what_was_refused_is_gone_though_somebody_goes_on(self):
        try:
            self.Charge.create(self.values())
        except UserError:
            self.env.flush_all()
        self.assertFalse(self.Charge.search_count([]))
        self.assertFalse(self.env["dunning.charge.share"].sudo().search_count([]))

    def test_a_new_claim_is_never_paid_or_waived(self):
        notice = self.letter(self.owed)
        for extra in ({"state": "paid"}, {"waived": 5}, {"paid_on": self.today}, {"announced": 99}):
            with self.subTest(extra), self.assertRaisesRegex(UserError, "does not say"):
                self.Charge.create(self.values(notice, **extra))

    def test_a_copy_is_a_second_claim(self):
        charge = self.costs(self.owed, self.letter(self.owed))
        with self.assertRaises(UserError):
            charge.copy()

    # -- the notice ---------------------------------------------------------------------------------

    def test_a_notice_that_did_not_leave_or_came_back_does_not_count(self):
        for state in ("planned", "ambiguous", "failed", "cancelled", "returned"):
            with self.subTest(state):
                notice = self.letter(self.owed, state=state)
                self.refused("did not reach", notice)

    def test_the_term_must_have_passed(self):
        notice = self.letter(self.owed, ended=0)
        self.refused("has not passed", notice)
        with self.on_day(self.after(1)):
            self.assertTrue(self.costs(self.owed, notice, due_from=self.after(1)))

    def test_a_message_that_is_no_statutory_notice_does_not_count(self):
        self.refused("No nl_14_day has left", self.letter(self.owed, statutory_code=False))
        self.refused("No nl_14_day has left", self.letter(self.owed, statutory_code="be_first"))

    def test_a_notice_with_something_missing_does_not_count(self):
        self.refused("not valid", self.letter(self.owed, law={"valid": False}))

    def test_an_item_that_the_notice_was_not_about_bears_no_costs(self):
        other = self.item(80)
        notice = self.letter(self.owed)
        self.refused("not about", notice, self.owed | other)
        self.env["dunning.notice.line"].sudo().create(
            {
                "notice_id": notice.id,
                "item_id": other.id,
                "source": "x",
                "channel": "email",
                "recipient": "x",
                "currency_id": self.euro.id,
            }
        )
        self.refused("not about", notice, self.owed | other)

    def test_a_notice_to_somebody_else_does_not_count(self):
        other = self.item(100, self.debtor("Other"))
        self.refused("another debtor", self.letter(other))

    # -- amounts -----------------------------------------------------------------------------------

    def test_never_more_than_was_announced(self):
        self.owed = self.item(1000)
        self.refused("announced", self.letter(self.owed, announced=40), net=40.01)

    def test_what_was_waived_of_a_notice_cannot_be_claimed_by_it_again(self):
        notice = self.letter(self.owed)
        self.costs(self.owed, notice)._waive(40, "goodwill")
        self.refused("announced", notice)

    def test_never_more_than_the_scale_gives_on_what_is_open(self):
        self.refused("no more than", self.letter(self.owed, announced=99), net=41)

    def test_a_credit_note_after_the_notice_lowers_the_costs(self):
        owed = self.item(1000)
        notice = self.letter(owed, announced=150)
        credit = self.credit_note(
            600, self.consumer, currency_id=self.euro.id, invoice_date=self.today
        )
        back = credit.line_ids.filtered(lambda line: line.account_id == owed.line_id.account_id)
        (owed.line_id | back).reconcile()
        self.refused("no more than", notice, owed, net=150)
        self.assertTrue(self.costs(owed, notice, net=60))

    def test_a_payment_inside_the_term_lowers_the_costs_and_a_later_one_does_not(self):
        late, early = self.item(1000), self.item(1000)
        notice = self.letter(late | early, announced=300, ended=5)
        for item, days in ((late, 2), (early, 6)):
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=item.move_id.ids)
                .create({"payment_date": self.after(-days)})
            )
            wizard._create_payments()
        self.refused("no more than", notice, early, net=40)
        self.assertTrue(self.costs(late, notice, net=150))

    def test_shares_add_up_to_the_cent(self):
        notice = self.letter(self.owed)
        for amount in (39.99, 40.01):
            self.refused("add up", notice, shares=[(self.owed, 100, amount)])
        self.refused("one invoice", notice, shares=[])
        self.refused("more than zero", notice, net=-40, shares=[(self.owed, 100, -40)])

    def test_tax_is_claimed_only_by_who_cannot_deduct_it_and_said_so(self):
        notice = self.letter(self.owed, announced=48.4, tax_announced=8.4)
        self.refused("no more than", notice, tax=8.4)
        self.company.write({"dunning_cannot_deduct": True, "dunning_uses_collector": True})
        self.assertEqual(self.costs(self.owed, notice, tax=8.4).amount, 48.4)

    def test_the_same_item_has_costs_once(self):
        self.costs(self.owed, self.letter(self.owed))
        self.refused("already", self.letter(self.owed, announced=40, ended=2))

    def test_not_before_they_are_due(self):
        notice = self.letter(self.owed)
        self.refused("not due yet", notice, due_from=self.after(1))
        self.refused("after the term", notice, due_from=notice.term_until)

    # -- whose rules, which law -------------------------------------------------------------------

    def test_a_debtor_who_turns_out_a_consumer_needs_a_notice(self):
        item = self.item(100, self.business)
        item.debtor_id.kind = "consumer"
        self.refused("No nl_14_day has left", items=item)
        item.debtor_id.kind = "sole_trader"
        self.refused("No nl_14_day has left", items=item)

    def test_what_a_sole_trader_bought_privately_follows_consumer_rules(self):
        item = self.item(100, self.business)
        item.debtor_id.write({"kind": "sole_trader", "kind_confirmed": True})
        item.claim_kind = "consumer"
        self.refused("No nl_14_day has left", items=item)
        item.claim_kind = False
        self.assertTrue(self.costs(item))

    def test_a_consumer_never_owes_fees(self):
        notice = self.letter(self.owed)
        with self.assertRaisesRegex(UserError, "never owes fees"):
            self.Charge.create(self.values(notice, kind="fee"))

    def test_a_country_without_tables_gives_no_costs(self):
        self.consumer.country_id = self.env.ref("base.us")
        self.refused("no tables", self.letter(self.owed))

    def test_where_consumers_owe_none_there_are_none(self):
        self.consumer.country_id = self.env.ref("base.de")
        self.refused("No costs may be asked", self.letter(self.owed))

    def test_a_currency_that_is_not_the_laws_is_refused(self):
        item = self.synced(self.invoice(40, 100, self.consumer))
        self.refused("are in EUR", self.letter(item), item)

    def test_a_company_may_claim_less(self):
        self.company.dunning_costs_from = "business"
        self.refused("decided not to", self.letter(self.owed))

    def test_a_second_fee_on_a_continuing_contract_waits_for_a_person(self):
        self.owed.contract_kind = "subscription"
        self.costs(self.owed, self.letter(self.owed))
        second = self.item(100)
        second.contract_kind = "subscription"
        self.refused("looked at by a person", self.letter(second), second)

    def test_a_business_owes_what_the_contract_gives_on_invoices_since(self):
        item = self.item(1000, self.business)
        item.debtor_id.write(
            {
                "contract_cost_percent": 20,
                "contract_document": "Terms 2020",
                "contract_since": item.move_id.invoice_date + timedelta(days=1),
            }
        )
        self.refused("no more than", items=item, net=200)
        item.debtor_id.contract_since = item.move_id.invoice_date
        self.assertTrue(self.costs(item, net=200))

    # -- afterwards -----------------------------------------------------------------------------------

    def test_nothing_of_it_is_changed_afterwards(self):
        charge = self.costs(self.owed, self.letter(self.owed))
        for values in (
            {"amount_net": 400},
            {"waived": 40},
            {"state": "paid"},
            {"due_from": self.after(-90)},
            {"notice_id": False},
            {"paid_on": self.today},
            {"move_id": self.owed.move_id.id},
            {"share_ids": [Command.clear()]},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                charge.write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                charge.with_user(self.person(f"u{id(values)}", "group_dunning_manager")).sudo(
                    False
                ).check_access("write")

    def test_shares_are_neither_added_nor_changed_nor_taken_away(self):
        charge = self.costs(self.owed, self.letter(self.owed))
        other = self.item(100)
        with self.assertRaises(UserError):
            charge.share_ids.write({"amount": 80})
        with self.assertRaises(UserError):
            charge.share_ids.unlink()
        with self.assertRaises(UserError):
            charge.share_ids.create({"charge_id": charge.id, "item_id": other.id, "amount": 1})
        self.assertEqual(charge.share_ids.item_id, self.owed)

    def test_a_claim_is_never_deleted(self):
        charge = self.costs(self.owed, self.letter(self.owed))
        with self.assertRaisesRegex(UserError, "Waive it"):
            charge.unlink()

    def test_a_merge_of_contacts_takes_claims_along(self):
        charge = self.costs(self.owed, self.letter(self.owed))
        other = self.item(50, self.debtor("Jan"))
        self.env["dunning.debtor"].sudo()._combine(self.consumer, other.partner_id)
        self.assertEqual(charge.debtor_id, other.debtor_id)

    # -- interest -------------------------------------------------------------------------------------

    def interest(self, item, amount=5.0, day=None):
        return self.Charge._create_interest(
            [(item, 100, amount)], day or self.today, "BW 6:119a", ["10% a year"], ["Rate:NL"]
        )

    def test_interest_is_fixed_once_through_a_day(self):
        item = self.item(100, self.business)
        self.assertEqual(self.interest(item, day=self.after(-5)).amount, 5)
        with self.assertRaisesRegex(UserError, "through that day already"):
            self.interest(item, day=self.after(-5))
        self.assertEqual(self.interest(item).amount, 5)

    def test_interest_is_not_claimed_where_the_company_decided_so(self):
        with self.assertRaisesRegex(UserError, "decided not to"):
            self.interest(self.owed)
