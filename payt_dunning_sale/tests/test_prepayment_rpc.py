from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.payt_dunning.tests.test_public_methods import ORM

from .common import PrepaymentCommon

OURS = ("odoo.addons.payt_dunning_sale.", "odoo.addons.payt_dunning_sale_stock.")
#: Public methods of these add-ons; what each refuses is tested where it belongs.
EXPECTED = {
    ("sale.order", "action_confirm"),
    ("sale.order", "action_dunning_ask"),
    ("sale.order", "action_dunning_override"),
    ("dunning.sale.confirm", "action_apply"),
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

    def test_a_dialog_confirms_nothing_of_another_company(self):
        order = self.order()
        other = self.setup_other_company()["company"]
        stranger = self.person("prepay.there", "sales_team.group_sale_manager", company=other)
        self.env.flush_all()
        self.env.invalidate_all()
        dialog = self.env["dunning.sale.confirm"].with_user(stranger)
        with self.assertRaises(AccessError):
            dialog.create({"order_ids": order.ids}).action_apply()
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
