from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.payt_dunning.tests.public_common import ORM

from .common import PrepaymentCommon

OURS = ("odoo.addons.payt_dunning_sale.", "odoo.addons.payt_dunning_sale_stock.")
#: Public methods of these add-ons; what each refuses is tested where it belongs.
EXPECTED = {
    ("sale.order", "action_confirm"),
    ("sale.order", "action_dunning_ask"),
    ("sale.order", "action_dunning_override"),
    ("dunning.sale.override.wizard", "action_apply"),
    ("stock.picking", "action_dunning_override"),
    ("stock.picking", "button_validate"),
}


class TestPrepaymentRpc(PrepaymentCommon):
    """What clients can do, whatever the screens show."""

    def setUp(self):
        super().setUp()
        self.told()
        self.ask(self.bad)
        self.stand(self.business, self.bad)

    def test_every_public_method_is_known(self):
        found = set()
        for model in self.env.registry.values():
            for klass in model.__mro__:
                if klass.__module__.startswith(OURS):
                    found |= {
                        (model._name, name)
                        for name, value in vars(klass).items()
                        if callable(value)
                        and not name.startswith("_")
                        and name not in ORM
                        and name != "copy_data"
                    }
        self.assertFalse(found - EXPECTED)

    def test_nobody_makes_changes_or_deletes_an_override(self):
        log = self.override(self.order(), "prepayment")
        values = {
            "order_name": "S1",
            "company_id": self.company.id,
            "partner_id": self.business.id,
            "what": "credit",
            "reason": "x",
            "user_id": self.env.uid,
            "decided_on": "2026-01-01",
        }
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        for user in (self.salesperson, self.sales_manager, admin):
            theirs = log.sudo(False).with_user(user)
            with self.assertRaises(AccessError):
                theirs.create(values)
            with self.assertRaises(AccessError):
                theirs.reason = "another"
            with self.assertRaises(AccessError):
                theirs.unlink()

    def test_an_override_does_not_come_with_the_order(self):
        values = {"what": "prepayment", "order_name": "S1", "reason": "x"}
        with self.assertRaises(AccessError):
            self.order(dunning_override_ids=[Command.create(values)])

    def test_what_was_asked_and_kept_is_no_clients_to_say(self):
        order = self.order()
        order.action_confirm()
        stranger = new_test_user(self.env, "prepay.stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            order.with_user(stranger).action_dunning_ask()

    def test_no_client_ends_the_wait_of_an_order_it_may_write(self):
        order = self.order()
        order.action_confirm()
        theirs = order.with_user(self.salesperson)
        theirs.check_access("write")
        for name, value in (
            ("dunning_hold_start", False),
            ("dunning_prepayment_amount", 0.0),
            ("dunning_prepayment_reason", "x"),
            ("dunning_prepayment_asked", False),
            ("dunning_prepayment_seen", "in"),
            ("dunning_held_on", "2026-01-01 00:00:00"),
            ("dunning_payment_basis", {"base": None, "own": False, "put": False}),
            ("dunning_percent_basis", {"base": None, "own": 0.0, "put": 0.0}),
        ):
            with self.subTest(name), self.assertRaisesRegex(AccessError, "Override…"):
                theirs.write({name: value})

    def test_no_client_makes_an_order_that_says_what_was_kept(self):
        with self.assertRaisesRegex(AccessError, "Override…"):
            self.order(dunning_prepayment_seen="in")

    def test_no_default_of_a_client_says_what_was_kept(self):
        orders = self.env["sale.order"].with_user(self.salesperson)
        with self.assertRaisesRegex(AccessError, "Override…"):
            orders.with_context(default_dunning_prepayment_seen="in").create(
                {"partner_id": self.business.id, "company_id": self.company.id}
            )

    def test_what_a_draft_remembers_has_the_shape_we_gave_it(self):
        order = self.order().with_user(self.salesperson)
        for basis in (False, {}, {"base": None, "own": "much", "put": 0.0}, [1]):
            with self.subTest(basis), self.assertRaises(AccessError):
                order.dunning_percent_basis = basis

    def test_what_a_draft_is_made_to_remember_lowers_nothing(self):
        order = self.order().with_user(self.salesperson)
        order.write(
            {
                "dunning_payment_basis": {"base": False, "own": False, "put": False},
                "dunning_percent_basis": {"base": 1.0, "own": 0.1, "put": 0.0, "mine": True},
            }
        )
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 1000.0)

    def test_a_salesperson_copies_an_order_that_waits(self):
        order = self.order()
        order.action_confirm()
        copy = order.with_user(self.salesperson).copy()
        self.assertFalse(copy.dunning_hold_start)
        self.assertEqual(self.asked(copy), 500.0)

    def test_the_question_confirms_nothing_of_another_company(self):
        order = self.order()
        other = self.setup_other_company()["company"]
        stranger = self.person("prepay.there", "sales_team.group_sale_manager", company=other)
        self.env.flush_all()
        self.env.invalidate_all()
        answer = self.env.ref("payt_dunning_sale.action_confirm_anyway").sudo(False)
        with self.assertRaises(AccessError):
            answer.with_user(stranger).with_context(
                active_model="sale.order", active_ids=order.ids
            ).run()
        self.assertEqual(order.state, "draft")

    def test_another_companys_manager_decides_nothing_here(self):
        order = self.order()
        other = self.setup_other_company()["company"]
        stranger = self.person("prepay.there", "sales_team.group_sale_manager", company=other)
        with self.assertRaises(AccessError):
            self.override(order, "prepayment", user=stranger)

    def test_overrides_of_another_company_are_not_seen(self):
        log = self.override(self.order(), "prepayment")
        other = self.setup_other_company()["company"]
        stranger = self.person("prepay.there", "sales_team.group_sale_manager", company=other)
        self.assertFalse(
            self.env["dunning.sale.override"].with_user(stranger).search([("id", "=", log.id)])
        )

    def test_the_dialog_shows_nothing_of_another_companys_order(self):
        order = self.order()
        other = self.setup_other_company()["company"]
        stranger = self.person("prepay.there", "sales_team.group_sale_manager", company=other)
        dialogs = self.env["dunning.sale.override.wizard"].with_user(stranger)
        dialog = dialogs.create({"order_id": order.id, "what": "prepayment", "reason": "x"})
        self.env.flush_all()
        for name in ("asked", "order_state"):
            self.env.invalidate_all()
            with self.subTest(name), self.assertRaises(AccessError):
                dialog.read([name])

    def seen(self, user):
        """The names of the orders of which somebody sees overrides."""
        return set(
            self.env["dunning.sale.override"].with_user(user).search([]).mapped("order_name")
        )

    def test_who_sees_own_orders_only_sees_their_overrides_only(self):
        own = self.person("prepay.own", "sales_team.group_sale_salesman")
        mine, nobodys = self.order(user_id=own.id), self.order(user_id=False)
        another = self.order(user_id=self.salesperson.id)
        for order in (mine, nobodys, another):
            self.override(order, "prepayment")
        self.assertEqual(self.seen(own), {mine.name, nobodys.name})

    def test_who_sees_all_orders_or_all_debtors_sees_all_overrides(self):
        viewer = self.person("prepay.viewer", "group_dunning_viewer")
        viewer.group_ids += self.env.ref("sales_team.group_sale_salesman")
        order = self.order(user_id=self.sales_manager.id)
        self.override(order, "prepayment")
        for user in (self.salesperson, viewer):
            with self.subTest(user.login):
                self.assertIn(order.name, self.seen(user))
