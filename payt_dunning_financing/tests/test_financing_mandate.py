from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.payt_dunning.rules.handover import BLOCK, WARN

from .pledge_common import PledgeCommon


class TestFinancingMandate(PledgeCommon):
    """What debtors know to be pledged is the financier's to collect, unless the contract says so."""

    def make_once(self):
        self.move = self.invoice(days_late=30, amount=100.0)
        self.free = self.invoice(days_late=30, amount=50.0)
        self.financing.disclosed = True
        self.pledged(self.move)
        self.company.write({"dunning_costs_from": "law", "dunning_interest_from": "law"})

    def standing(self, move):
        items = self.items(move)
        return self.env["dunning.law"]._standings(items, self.today)[items.id]

    def claims(self, move):
        standing = self.standing(move)
        return standing.may_claim_costs, standing.may_claim_interest

    def test_no_costs_and_no_interest_are_ours_to_claim_of_it(self):
        self.assertEqual(self.claims(self.move), (False, False))
        self.assertEqual(self.claims(self.free), (True, True))

    def test_with_a_contract_that_says_so_they_are(self):
        self.financing.may_collect = True
        self.assertEqual(self.claims(self.move), (True, True))

    def test_before_debtors_are_told_they_are(self):
        self.financing.disclosed = False
        self.assertEqual(self.claims(self.move), (True, True))

    def test_once_it_is_released_they_are(self):
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        self.assertEqual(self.claims(self.move), (True, True))

    def test_nobody_claims_interest_of_it_by_hand(self):
        item = self.items(self.move)
        charge = self.env["dunning.charge"].new(
            {
                "company_id": self.company.id,
                "debtor_id": item.debtor_id.id,
                "kind": "interest",
                "share_ids": [Command.create({"item_id": item.id})],
            }
        )
        with self.assertRaisesRegex(UserError, "pledged to Bold Bank"):
            charge._check_company_claims("business")

    def test_reminders_of_it_go_on(self):
        self.run_day()
        self.assertTrue(self.items(self.move).notice_line_ids)

    def check(self):
        case = self.env["collection.case"]._open(self.items(self.move), "clerk")
        agent = self.env["collection.agent"].create(
            {"name": "Office Bold", "kind": "bailiff", "partner_id": self.bank.id}
        )
        checks = self.env["collection.check"]._checks(case, agent)
        return next(each for each in checks if each.code == "pledged")

    def test_handing_it_over_needs_an_override(self):
        check = self.check()
        self.assertEqual((check.result, check.overridable), (BLOCK, True))

    def test_handing_it_over_is_warned_about_where_we_may(self):
        self.financing.may_collect = True
        self.assertEqual(self.check().result, WARN)
