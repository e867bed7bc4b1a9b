from odoo.exceptions import AccessError

from odoo.addons.payt_dunning.tests.public_common import ORM

from .pledge_common import GROUP, PledgeCommon

#: Models of draws, pledges and reports: the check and the insurances have tests of their own.
MODELS = {
    "receivable.financing.draw",
    "receivable.pledge",
    "receivable.pledge.change",
    "receivable.pledge.payment",
    "receivable.financing.report",
    "receivable.draw.offer",
    "receivable.draw.payout",
    "receivable.release",
    "receivable.pledge.pay",
    "receivable.pledge.pay.line",
}
EXPECTED = {
    ("receivable.financing.draw", "action_cancel"),
    ("receivable.financing.draw", "action_download"),
    ("receivable.financing.draw", "action_offer"),
    ("receivable.financing.draw", "action_paid"),
    ("receivable.pledge", "action_pay"),
    ("receivable.pledge", "action_release"),
    ("receivable.pledge", "action_take_in"),
    ("receivable.pledge", "action_take_out"),
    ("receivable.pledge.payment", "action_booked"),
    ("receivable.pledge.payment", "action_mistake"),
    ("receivable.financing.report", "action_again"),
    ("receivable.financing.report", "action_download"),
    ("receivable.financing.report", "action_sent"),
}
DIALOGS = {
    ("receivable.draw.offer", "action_apply"),
    ("receivable.draw.payout", "action_apply"),
    ("receivable.release", "action_apply"),
    ("receivable.pledge.pay", "action_apply"),
}


class TestPledgeRpc(PledgeCommon):
    """What clients can do, whatever the screens show."""

    def make_once(self):
        self.move = self.invoice(amount=100.0)
        self.draw = self.pledged(self.move)
        self.pay(self.move, 10.0)
        self.look()
        pledge = self.pledge(self.move).sudo()
        payments = self.env["receivable.pledge.payment"].sudo()
        self.payment = payments._note(pledge, self.today, 5.0)
        self.draft_draw = self.draft(self.invoice(amount=50.0))
        self.collector = self.person("rpc_collector", "group_dunning_user")
        self.person("rpc_financing", GROUP)

    def records(self):
        return {
            "receivable.financing.draw": self.draft_draw,
            "receivable.pledge": self.pledge(self.move),
            "receivable.pledge.payment": self.payment,
            "receivable.financing.report": self.reports(),
            "receivable.pledge.change": self.pledge(self.move).change_ids,
        }

    def test_every_public_method_is_known(self):
        found = {
            (model, name)
            for model in MODELS
            for klass in type(self.env[model]).mro()
            if klass.__module__.startswith("odoo.addons.payt_dunning_financing.")
            for name, value in vars(klass).items()
            if callable(value) and not name.startswith("_") and name not in ORM
        }
        self.assertEqual(found, EXPECTED | DIALOGS)

    def test_a_collector_without_the_right_can_do_none_of_it(self):
        for model, name in sorted(EXPECTED):
            record = self.records()[model].sudo(False).with_user(self.collector)
            with self.subTest(f"{model}.{name}"), self.assertRaises(AccessError):
                getattr(record, name)()
        check = self.draft_draw.check_id.with_user(self.collector)
        with self.assertRaises(AccessError):
            check.action_draw()
        with self.assertRaises(AccessError):
            self.financing.with_user(self.collector).action_report_now()

    def test_a_collector_without_the_right_opens_none_of_the_dialogs(self):
        for model, _name in sorted(DIALOGS):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.collector).create({})

    def test_whoever_works_for_another_company_can_do_none_of_it(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        stranger = self.person("rpc_stranger", GROUP, company=other)
        for model, name in sorted(EXPECTED):
            record = self.records()[model].sudo(False).with_user(stranger)
            with self.subTest(f"{model}.{name}"), self.assertRaises(AccessError):
                getattr(record, name)()

    def test_a_dialog_about_another_companys_records_does_nothing(self):
        other = self.env["res.company"].create({"name": "Other Ltd"})
        stranger = self.person("rpc_stranger", GROUP, company=other)
        dialogs = self.env["receivable.release"].with_user(stranger)
        for values in (
            {"draw_id": self.draft_draw.id},
            {"pledge_ids": [(6, 0, self.pledge(self.move).ids)]},
            {"payment_ids": [(6, 0, self.payment.ids)]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                dialogs.create({**values, "why": "mine"}).action_apply()
        offers = self.env["receivable.draw.offer"].with_user(stranger)
        with self.assertRaises(AccessError):
            offers.create({"draw_id": self.draft_draw.id, "seen": "x"}).action_apply()

    def test_nobody_makes_changes_or_deletes_these_records_past_the_buttons(self):
        manager = self.person("rpc_manager", "group_dunning_manager")
        for model, record in self.records().items():
            theirs = record.sudo(False).with_user(manager)
            with self.subTest(model):
                with self.assertRaises(AccessError):
                    theirs.write({"company_id": self.company.id})
                with self.assertRaises(AccessError):
                    theirs.unlink()
                with self.assertRaises(AccessError):
                    theirs.copy()

    def test_whoever_has_the_right_finances_without_being_a_manager(self):
        user = self.env["res.users"].search([("login", "=", "rpc_financing")])
        draw = self.draft_draw.sudo(False).with_user(user)
        self.dialog(draw.action_offer()).with_user(user).action_apply()
        self.dialog(draw.action_paid()).with_user(user).action_apply()
        self.assertEqual((draw.state, draw.applied_by_id), ("paid", user))
