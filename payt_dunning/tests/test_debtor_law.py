from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .common import DunningCommon


class TestDebtorLaw(DunningCommon):
    """Whose rules and which law apply, each with its reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.nl")

    def make_once(self):
        super().make_once()
        self.items_here = self.synced(self.invoice(days_late=10))
        self.owner = self.items_here.debtor_id
        self.business.country_id = self.env.ref("base.de")

    def test_a_sole_trader_follows_the_rules_of_consumers_until_it_is_confirmed(self):
        self.owner.kind = "sole_trader"
        self.assertEqual(self.owner._rules(), "consumer")
        self.assertIn("until it is confirmed", self.owner.rules_why)
        self.owner.kind_confirmed = True
        self.assertEqual(self.owner._rules(), "business")
        self.assertEqual(self.owner.rules_why, "Rules of businesses")

    def test_a_business_follows_the_contract_or_our_law(self):
        self.assertEqual((self.owner.law_id.code, self.owner.law_why[:10]), ("NL", "No law was"))
        self.owner.contract_country_id = self.env.ref("base.be")
        self.assertEqual((self.owner.law_id.code, self.owner.law_why[:6]), ("BE", "Chosen"))

    def test_a_consumer_follows_the_law_of_where_it_lives(self):
        self.owner.write({"kind": "consumer", "contract_country_id": self.env.ref("base.nl").id})
        self.assertEqual((self.owner.law_id.code, self.owner.law_why[:5]), ("DE", "Where"))
        self.business.country_id = False
        self.assertEqual(self.owner.law_id.code, "NL")
        self.assertIn("not known", self.owner.law_why)

    def test_a_country_without_tables_claims_no_interest_or_costs(self):
        self.owner.kind = "consumer"
        self.business.country_id = self.env.ref("base.us")
        self.assertFalse(self.owner.law_id)
        self.assertIn("no interest or costs are claimed", self.owner.law_why)

    def test_a_member_state_without_tables_has_the_unions(self):
        self.owner.contract_country_id = self.env.ref("base.pl")
        self.assertEqual(self.owner.law_id.code, "EU")

    def test_sole_traders_and_public_bodies_follow_policies_for_businesses(self):
        before = self.items_here._policy()
        for kind in ("sole_trader", "public_body"):
            self.owner.kind = kind
            self.assertEqual(self.items_here._policy(), before)
        self.owner.kind = "consumer"
        self.assertNotEqual(self.items_here._policy(), before)

    def test_levels_of_a_sole_trader_are_not_left_out(self):
        self.owner.kind = "sole_trader"
        with self.assertRaisesRegex(UserError, "is: Sole Trader"):
            self.items_here.action_skip_to(3, "hurry")
        self.owner.kind = "public_body"
        self.items_here.action_skip_to(3, "they agreed")
        self.assertEqual(self.items_here.start_position, 3)

    def test_a_collector_confirms_and_sees_the_reason(self):
        collector = self.person("law_of_debtor", "group_dunning_user")
        owner = self.owner.sudo(False).with_user(collector)
        owner.write({"kind": "sole_trader", "kind_confirmed": True})
        self.assertEqual((owner.law_id.code, owner.rules_why), ("NL", "Rules of businesses"))

    # -- what a contract with a business gives -----------------------------------------------

    AGREED = {"contract_since": "2026-01-01", "contract_document": "General terms 2026"}

    def test_agreed_interest_and_costs_have_a_document_and_a_first_day(self):
        for values in (
            {"contract_rate": 12},
            {"contract_cost_percent": 15, "contract_since": "2026-01-01"},
            {"contract_cost_minimum": 40, "contract_document": "General terms"},
            {"contract_rate": 12, "contract_since": "2026-01-01", "contract_document": " "},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "were agreed with Bakery Ltd"),
                self.env.cr.savepoint(),
            ):
                self.owner.write(values)
        self.owner.write({**self.AGREED, "contract_rate": 12, "contract_cost_minimum": 75})
        self.assertEqual(self.owner.contract_rate, 12)

    def test_agreed_figures_are_within_bounds(self):
        for values in (
            {"contract_rate": -1},
            {"contract_rate": 100.5},
            {"contract_cost_percent": -0.5},
            {"contract_cost_minimum": -40},
            {"contract_cost_minimum": 1e9},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "Bakery Ltd: “Agreed .*must be between"),
                self.env.cr.savepoint(),
            ):
                self.owner.write({**self.AGREED, **values})

    def test_against_consumers_nothing_is_loosened(self):
        for kind, words in (
            ("consumer", "Bakery Ltd is a consumer"),
            ("sole_trader", "not confirmed that Bakery Ltd"),
        ):
            self.owner.kind = kind
            with (
                self.subTest(kind),
                self.assertRaisesRegex(ValidationError, f"{words}.*nothing is loosened"),
                self.env.cr.savepoint(),
            ):
                self.owner.write({**self.AGREED, "contract_rate": 12})
        self.owner.write({"kind_confirmed": True, **self.AGREED, "contract_rate": 12})
        self.assertEqual(self.owner.contract_rate, 12)

    def test_who_becomes_a_consumer_has_nothing_agreed_any_more(self):
        self.owner.write({**self.AGREED, "contract_rate": 12})
        with (
            self.assertRaisesRegex(ValidationError, "Take out what was agreed first"),
            self.env.cr.savepoint(),
        ):
            self.owner.kind = "consumer"
        self.owner.write({"kind": "consumer", "contract_rate": 0})
        self.assertEqual(self.owner._rules(), "consumer")

    def test_a_collector_fills_in_what_was_agreed_on_the_debtor(self):
        collector = self.person("agreed_collector", "group_dunning_user")
        form = Form(self.owner.sudo(False).with_user(collector))
        form.contract_rate = 9.5
        with self.assertRaisesRegex(AssertionError, "required field"):
            form.save()
        form.contract_since = "2026-01-01"
        form.contract_document = "General terms 2026"
        form.save()
        self.assertEqual(self.owner.contract_document, "General terms 2026")

    def test_items_are_looked_at_again_when_a_contract_changes(self):
        self.items_here.next_date = self.after(9)
        self.owner.write({**self.AGREED, "contract_rate": 12})
        self.assertEqual(self.items_here.next_date, self.today)
