import json

from odoo.tests import HttpCase
from odoo.tools import mute_logger

from .charge_common import ChargeCommon


class TestChargeRpc(ChargeCommon, HttpCase):
    """A client can't get round the gate by calling the models itself."""

    def call(self, model, method, args):
        """Call a method as a client; the name of the error, ``None`` without one."""
        self.env.flush_all()
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_access"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        return answer.get("error", {}).get("data", {}).get("name")

    def test_costs_are_neither_made_nor_changed_nor_imported_by_a_client(self):
        item = self.item(100)
        charge = self.costs(item, self.letter(item))
        other = self.item(200)
        values = {
            "company_id": self.company.id,
            "debtor_id": other.debtor_id.id,
            "currency_id": self.euro.id,
            "kind": "costs",
            "amount_net": 40.0,
            "due_from": str(self.today),
            "share_ids": [[0, 0, {"item_id": other.id, "base": 200, "amount": 40}]],
        }
        share = {"charge_id": charge.id, "item_id": other.id, "base": 1, "amount": 1}
        attempts = [
            ("dunning.charge", "create", [[values]]),
            ("dunning.charge", "write", [[charge.id], {"amount_net": 99.0}]),
            ("dunning.charge", "unlink", [[charge.id]]),
            ("dunning.charge", "copy", [[charge.id]]),
            ("dunning.charge", "web_save", [[charge.id], {"waived": 0.0}, {}]),
            ("dunning.charge", "_create_costs", [[], [], 40, 0, str(self.today), "", [], []]),
            ("dunning.charge", "_update", [[charge.id]]),
            ("dunning.charge.share", "create", [[share]]),
            ("dunning.charge.share", "write", [charge.share_ids.ids, {"amount": 99.0}]),
            ("dunning.notice", "create", [[{"statutory_code": "nl_14_day"}]]),
            ("dunning.notice", "write", [[charge.notice_id.id], {"costs_announced": 999.0}]),
            ("dunning.notice", "_set_sent", [[charge.notice_id.id]]),
        ]
        for group in ("group_dunning_user", "group_dunning_manager"):
            user = self.person(f"rpc_{group}", group)
            self.authenticate(user.login, user.login)
            for model, method, args in attempts:
                with self.subTest(f"{group}: {model}.{method}"):
                    self.assertIn(
                        self.call(model, method, args),
                        (
                            "odoo.exceptions.AccessError",
                            "odoo.exceptions.UserError",
                            "odoo.exceptions.AccessDenied",
                        ),
                    )
            load = ["dunning.charge", "load", [["kind", "amount_net"], [["costs", "40"]]]]
            self.call(*load)
        self.assertEqual(self.Charge.search([]), charge)
        self.assertEqual((charge.amount, charge.waived, charge.announced), (40, 0, 40))
        self.assertEqual(charge.notice_id.costs_announced, 40)
