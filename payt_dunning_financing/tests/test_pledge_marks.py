from lxml import etree

from odoo.fields import Command

from odoo.addons.payt_dunning.rules.handover import PASS, WARN

from .pledge_common import PledgeCommon


class TestPledgeMarks(PledgeCommon):
    """Whoever follows up sees that an invoice is pledged, whatever he sees of financing."""

    def make_once(self):
        self.move = self.invoice(amount=100.0)
        self.free = self.invoice(amount=50.0)
        self.draw = self.pledged(self.move)
        self.viewer = self.person("pledge_viewer", "group_dunning_viewer")
        self.collector = self.person("pledge_collector", "group_dunning_user")

    def test_viewers_see_on_items_to_whom_they_are_pledged(self):
        items = self.items(self.move + self.free).sudo(False).with_user(self.viewer)
        words = {item.move_id.id: item.pledged_to for item in items.sudo()}
        self.assertIn("Pledged to Bold Bank since", words[self.move.id])
        self.assertFalse(words[self.free.id])
        for item in items:
            self.assertEqual(bool(item.pledged_to), item.sudo().move_id == self.move)

    def test_items_are_found_by_it(self):
        items = self.env["dunning.item"].with_user(self.viewer)
        mine = [("debtor_id.partner_id", "=", self.business.id)]
        found = items.search([*mine, ("pledged_to", "!=", False)])
        self.assertEqual(found, self.items(self.move))
        others = items.search([*mine, ("pledged_to", "=", False)])
        self.assertEqual(others, self.items(self.free))

    def test_the_debtor_says_how_many_are_pledged_to_whom(self):
        debtor = self.items(self.move).debtor_id.sudo(False).with_user(self.viewer)
        self.assertEqual(debtor.pledged_to, "1 to Bold Bank")
        found = debtor.search([("pledged_to", "!=", False)])
        self.assertEqual(found, debtor)

    def test_the_invoice_has_a_banner_with_who_since_when_and_how_much(self):
        alert = self.move._get_alerts()["receivable_pledge"]
        self.assertIn("Pledged to Bold Bank since", alert["message"])
        self.assertIn("100.00", alert["message"])
        self.assertIn("80.00", alert["message"])
        self.assertNotIn("receivable_pledge", self.free._get_alerts())

    def test_a_collector_without_the_right_sees_the_banner_and_no_pledge(self):
        move = self.move.with_user(self.collector)
        message = move._get_alerts()["receivable_pledge"]["message"]
        self.assertIn("Bold Bank", message)
        self.assertNotIn("80.00", message, "what was advanced is not his")
        self.assertFalse(self.env["receivable.pledge"].with_user(self.collector).has_access("read"))

    def test_a_customer_with_an_account_is_told_nothing_by_it(self):
        customer = self.env["res.users"].create(
            {
                "name": "Customer",
                "login": "pledge.customer",
                "partner_id": self.business.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        alerts = self.move.with_user(customer).sudo()._get_alerts()
        self.assertNotIn("receivable_pledge", alerts)

    def test_invoices_are_found_by_it(self):
        moves = self.env["account.move"].with_user(self.collector)
        self.assertEqual(moves.search([("dunning_pledged_to", "!=", False)]), self.move)

    def test_nothing_is_marked_any_more_once_it_is_released(self):
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        self.env.invalidate_all()
        self.assertFalse(self.items(self.move).pledged_to)
        self.assertNotIn("receivable_pledge", self.move._get_alerts())

    def test_the_timeline_of_the_debtor_tells_when_it_was_pledged_and_released(self):
        self.give_reason(self.pledge(self.move).action_release(), "Agreed by phone")
        debtor = self.items(self.move).debtor_id
        self.env.flush_all()
        rows = self.env["dunning.timeline"].search(
            [("debtor_id", "=", debtor.id), ("res_model", "=", "receivable.pledge")], order="id"
        )
        said = rows.mapped("summary")
        self.assertIn(f"{self.move.name} pledged to Bold Bank for", said[0])
        self.assertEqual(
            said[1], f"{self.move.name} no longer pledged to Bold Bank. Agreed by phone"
        )
        self.assertEqual(rows.item_ids, self.items(self.move))

    def test_a_case_with_it_says_that_the_financier_may_have_to_agree(self):
        case = self.env["collection.case"]._open(self.items(self.move), "clerk")
        agent = self.env["collection.agent"].create(
            {"name": "Office Bold", "kind": "bailiff", "partner_id": self.bank.id}
        )
        checks = self.env["collection.check"]
        (check,) = [each for each in checks._checks(case, agent) if each.code == "pledged"]
        words = self.env["collection.check.words"]
        self.assertEqual(check.result, WARN)
        self.assertEqual(
            words._said(check), f"{self.move.name} is pledged to Bold Bank: it may have to agree."
        )
        self.assertEqual(words._remedy(check), "Ask the financier first.")

    def test_a_case_without_it_says_nothing_of_it(self):
        case = self.env["collection.case"]._open(self.items(self.free), "clerk")
        agent = self.env["collection.agent"].create(
            {"name": "Office Bold", "kind": "bailiff", "partner_id": self.bank.id}
        )
        checks = self.env["collection.check"]._checks(case, agent)
        (check,) = [each for each in checks if each.code == "pledged"]
        self.assertEqual(check.result, PASS)
        self.assertEqual(
            self.env["collection.check.words"]._said(check), "Nothing of it is pledged"
        )

    def test_the_lists_and_forms_show_it(self):
        for model, kind in (
            ("dunning.item", "list"),
            ("dunning.item", "form"),
            ("dunning.debtor", "form"),
        ):
            arch = self.env[model].with_user(self.viewer).get_view(view_type=kind)["arch"]
            self.assertTrue(etree.fromstring(arch).xpath("//field[@name='pledged_to']"), model)

    def test_a_persons_export_has_it_and_names_the_financier(self):
        move = self.invoice(partner=self.consumer)
        self.pledged(move)
        debtor = self.items(move).debtor_id
        access = self.env["dunning.access"]
        recipients = dict(access._recipients(debtor, self.consumer))
        self.assertIn("Bold Bank", recipients)
        sources = {source.model for source in access._sources()}
        kept = ("financing.check.line", "pledge", "pledge.change", "pledge.payment")
        self.assertLessEqual({f"receivable.{model}" for model in kept}, sources)

    def test_it_is_told_how_long_pledges_are_kept(self):
        kept = self.env["dunning.retention"]._by_model()
        for model in (
            "receivable.financing.draw",
            "receivable.pledge",
            "receivable.pledge.change",
            "receivable.pledge.payment",
            "receivable.financing.report",
        ):
            self.assertIn(model, kept)
