from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import DunningCommon


class TestClaimLaw(DunningCommon):
    """Kind, contract and term of single claims: said in bulk, shown with their reasons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.nl")
        cls.consumer.country_id = cls.env.ref("base.nl")
        cls.collector = cls.person("claim_collector", "group_dunning_user")
        cls.viewer = cls.person("claim_viewer", "group_dunning_viewer")

    def make_once(self):
        super().make_once()
        self.moves = self.invoice(partner=self.consumer) + self.invoice(
            partner=self.consumer, days_late=20
        )
        self.found = self.synced(*self.moves)
        self.one = self.found.filtered(lambda item: item.move_id == self.moves[0])

    def dialog(self, records, user=None, **values):
        wizard = self.env["dunning.claim.wizard"].with_user(user or self.collector)
        form = Form(wizard.with_context(active_model=records._name, active_ids=records.ids))
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def say(self, records, user=None, **values):
        return self.dialog(records, user, **values).save().action_apply()

    # -- the dialog ------------------------------------------------------------------------

    def test_items_are_given_kind_contract_and_term_and_it_is_noted(self):
        self.say(
            self.found, bought_as="consumer", contract_kind="rent", term="yes", document="Lease"
        )
        for item in self.found:
            self.assertEqual(
                (item.claim_kind, item.contract_kind, item.term_agreed, item.term_document),
                ("consumer", "rent", "yes", "Lease"),
            )
            note = item.event_ids.filtered(lambda event: event.kind == "person").note
            self.assertIn("Kind of Contract: Rent; Term of Payment: Agreed; Lease", note)

    def test_what_is_left_as_it_is_stays(self):
        self.say(self.found, contract_kind="rent", term="yes", document="Lease")
        self.say(self.one, contract_kind="sale")
        self.assertEqual((self.one.contract_kind, self.one.term_document), ("sale", "Lease"))
        self.say(self.one, term="company", contract_kind="none")
        self.assertFalse(self.one.contract_kind or self.one.term_agreed or self.one.term_document)

    def test_it_can_be_undone(self):
        told = self.say(self.found, contract_kind="rent", term="no")
        changes = self.env["dunning.change"].browse(told["params"]["changes"])
        changes.with_user(self.collector).action_undo()
        self.assertEqual(self.found.mapped("contract_kind"), [False, False])
        self.assertEqual(self.found.mapped("term_agreed"), [False, False])

    def test_terms_of_one_invoice_change_together(self):
        move = self.invoice(
            partner=self.consumer,
            invoice_date_due=False,
            invoice_payment_term_id=self.env.ref("account.account_payment_term_advance_60days").id,
        )
        items = self.synced(move)
        self.assertEqual(len(items), 2)
        self.say(items[0], contract_kind="loan")
        self.assertEqual(items.mapped("contract_kind"), ["loan", "loan"])

    def test_it_opens_from_invoices_as_well(self):
        self.say(self.moves[0], contract_kind="energy")
        self.assertEqual(self.found.mapped("contract_kind").count("energy"), 1)
        self.assertEqual(self.one.contract_kind, "energy")

    def test_an_agreed_term_needs_its_document(self):
        with self.assertRaisesRegex(AssertionError, "document is a required field"):
            self.say(self.one, term="yes")
        dialog = self.env["dunning.claim.wizard"].with_user(self.collector)
        values = {"item_ids": self.one.ids, "term": "yes", "document": " "}
        with self.assertRaisesRegex(UserError, "Say in which document"):
            dialog.create(values).action_apply()
        self.assertFalse(self.one.term_agreed)

    def test_losing_the_rules_of_consumers_needs_a_note(self):
        form = self.dialog(self.one, bought_as="business")
        self.assertTrue(form.needs_note)
        dialog = self.env["dunning.claim.wizard"].with_user(self.collector)
        values = {"item_ids": self.one.ids, "bought_as": "business"}
        with self.assertRaisesRegex(UserError, "would lose the rules of consumers"):
            dialog.create(values).action_apply()
        form.note = "Order on the company's paper"
        form.save().action_apply()
        self.assertEqual(self.one.claim_kind, "business")
        notes = self.one.event_ids.filtered("note").mapped("note")
        self.assertIn("Order on the company's paper", " ".join(notes))

    def test_milder_rules_need_no_note(self):
        item = self.synced(self.invoice())
        self.say(item, bought_as="consumer")
        self.assertEqual(item.law_rules_why, "Rules of consumers (this was bought as: Consumer)")

    def test_nothing_chosen_or_nothing_open_is_refused(self):
        with self.assertRaisesRegex(UserError, "Choose what is to change"):
            self.say(self.found)
        with self.assertRaisesRegex(UserError, "Nothing of the selection"):
            self.say(self.credit_note(5), contract_kind="rent")

    def test_who_may_not_decide_about_items_can_not_do_it(self):
        with self.assertRaises(AccessError):
            self.say(self.one, self.viewer, contract_kind="rent")
        with self.assertRaises(AccessError):
            self.one.sudo(False).with_user(self.collector).write({"claim_kind": "business"})

    def test_the_preview_tells_what_comes_of_it(self):
        form = self.dialog(self.one)
        self.assertEqual(form.changes, "Nothing yet.")
        form.contract_kind = "services"
        self.assertIn("Contract: Not known → Services", form.changes)
        self.assertIn("Can be enforced until: ", form.changes)
        form.term = "yes"
        form.document = "Order"
        self.assertRegex(form.changes, "In default after: not yet, or not known → ")
        self.assertIn(self.one.name, form.changes)

    # -- whose rules, default --------------------------------------------------------------

    def test_a_sole_trader_buys_privately_too(self):
        owner = self.one.debtor_id
        owner.write({"kind": "sole_trader", "kind_confirmed": True})
        self.assertEqual(self.one.law_rules_why, "Rules of businesses (as the debtor is)")
        self.one.claim_kind = "consumer"
        self.assertIn("Rules of consumers", self.one.law_rules_why)
        self.assertEqual(self.one.law_why, "Where the consumer lives (Rome I, art. 6).")

    def test_a_due_date_set_by_one_side_puts_no_consumer_in_default(self):
        self.assertFalse(self.one.default_after)
        self.assertIn("Not yet", self.one.default_why)
        self.assertIn("set by one side", self.one.law_term)

    def test_the_companys_terms_count_unless_somebody_says_otherwise(self):
        self.company.write({"dunning_terms_agreed": True, "dunning_terms_document": "GT 2026"})
        self.assertEqual(self.one.law_term, "Agreed in the company's terms: GT 2026")
        self.assertEqual(self.one.default_after, self.one.date_due)
        self.one.term_agreed = "no"
        self.assertFalse(self.one.default_after)

    def test_in_trade_default_begins_after_the_due_date(self):
        item = self.synced(self.invoice())
        self.assertEqual((item.default_after, item.default_why[:8]), (item.date_due, "In trade"))

    def test_a_demand_puts_in_default_when_its_days_have_passed(self):
        Item = type(self.one)
        day = self.after(-3)
        self.patch(Item, "_demands", lambda item, served: [(day, 7)])
        self.one.invalidate_recordset()
        self.assertEqual(self.one.default_after, self.after(4))
        self.assertIn("A written demand", self.one.default_why)

    # -- limitation ------------------------------------------------------------------------

    def due_on(self, day, partner=None):
        return self.synced(self.invoice(partner=partner, invoice_date_due=day))

    def test_limitation_goes_by_the_kind_of_contract(self):
        item = self.due_on(date(2026, 3, 1), self.consumer)
        for kind, until in (
            ("sale", date(2028, 3, 1)),
            ("services", date(2031, 3, 1)),
            ("rent", date(2031, 3, 1)),
            ("energy", date(2028, 3, 1)),
        ):
            item.contract_kind = kind
            self.assertEqual(item.limitation_date, until)
        self.assertIn("Energy and water: 2 years from 03/01/2026 (BW 7:28", item.limitation_why)

    def test_an_unknown_contract_has_the_earliest_limitation_that_it_may_have(self):
        item = self.due_on(date(2026, 3, 1), self.consumer)
        self.assertEqual(item.limitation_date, date(2028, 3, 1))
        self.assertIn("kind of contract is not known", item.limitation_why)
        trade = self.due_on(date(2026, 3, 1))
        self.assertEqual(trade.limitation_date, date(2031, 3, 1))

    def test_where_the_tables_hold_back_limitation_is_not_known(self):
        self.consumer.country_id = self.env.ref("base.be")
        self.one.contract_kind = "services"
        self.assertFalse(self.one.limitation_date)
        self.assertRegex(
            self.one.limitation_why, "^Not known: Belgium, Limitation, Claims from contracts"
        )
        self.consumer.country_id = self.env.ref("base.us")
        self.assertEqual(
            (self.one.law_name, self.one.limitation_why),
            ("", "Not known: there are no tables of this law."),
        )

    def test_everybody_who_sees_items_sees_their_law(self):
        for user in (self.collector, self.viewer):
            item = self.one.sudo(False).with_user(user)
            item.invalidate_recordset()
            self.assertEqual(item.law_name, "Netherlands")
            self.assertTrue(item.limitation_why)

    # -- kinds of contract that are proposed -----------------------------------------------

    def sold(self, *categories):
        lines = [
            Command.create(
                {
                    "product_id": self.env["product.product"]
                    .create({"name": "thing", "categ_id": category.id, "taxes_id": []})
                    .id,
                    "price_unit": 10,
                    "tax_ids": [],
                }
            )
            for category in categories
        ]
        return self.synced(self.invoice(partner=self.consumer, invoice_line_ids=lines))

    def rule(self, kind, **values):
        return self.env["dunning.contract.kind.rule"].create({"contract_kind": kind, **values})

    def test_a_category_proposes_the_kind_of_contract(self):
        top = self.env["product.category"].create({"name": "Energy"})
        below = self.env["product.category"].create({"name": "Gas", "parent_id": top.id})
        other = self.env["product.category"].create({"name": "Other"})
        self.rule("energy", product_categ_id=top.id)
        item, mixed = self.sold(below), self.sold(below, other)
        self.assertEqual(item._proposed_contract_kinds()[item], "energy")
        self.assertEqual(
            item.law_contract, "Energy or Care (proposed by journal or product category)"
        )
        self.assertIn("Energy and water", item.limitation_why)
        self.assertEqual(mixed.law_contract, "Not known")
        item.contract_kind = "sale"
        self.assertEqual(item.law_contract, "Sale")

    def test_a_journal_proposes_and_the_first_rule_counts(self):
        journal = self.one.move_id.journal_id
        category = self.env["product.category"].create({"name": "Flats"})
        self.rule("rent", product_categ_id=category.id, sequence=1)
        self.rule("services", journal_id=journal.id, sequence=2)
        flat = self.sold(category)
        proposed = (self.one + flat)._proposed_contract_kinds()
        self.assertEqual((proposed[self.one], proposed[flat]), ("services", "rent"))

    def test_what_is_proposed_is_taken_over_in_bulk(self):
        self.rule("subscription", journal_id=self.one.move_id.journal_id.id)
        self.assertFalse(self.one.contract_kind)
        self.say(self.found, contract_kind="proposed")
        self.assertEqual(self.found.mapped("contract_kind"), ["subscription"] * 2)

    def test_a_rule_of_another_company_proposes_nothing(self):
        other = self.setup_other_company()["company"]
        category = self.env["product.category"].create({"name": "Flats"})
        self.rule("rent", product_categ_id=category.id, company_id=other.id)
        item = self.sold(category)
        self.assertFalse(item._proposed_contract_kinds()[item])

    def test_a_rule_says_when_it_applies_and_only_managers_make_it(self):
        with self.assertRaisesRegex(ValidationError, "journal or a product category"):
            self.rule("rent")
        rules = self.env["dunning.contract.kind.rule"].with_user(self.collector)
        with self.assertRaises(AccessError):
            rules.create({"contract_kind": "rent", "journal_id": self.one.move_id.journal_id.id})
