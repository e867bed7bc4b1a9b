from odoo.tests import HttpCase, tagged

from .pledge_common import GROUP, PledgeCommon


@tagged("post_install", "-at_install")
class TestDrawTour(PledgeCommon, HttpCase):
    """Somebody with the right draws money and releases an invoice, in a browser."""

    real_check = True

    def test_from_the_check_to_the_release(self):
        self.person("tour_financing", GROUP)
        small, large, middle = (
            self.invoice(days_late=days, amount=amount)
            for days, amount in ((3, 60.0), (5, 200.0), (9, 100.0))
        )
        check = self.financing._check()
        self.env.flush_all()
        path = f"/odoo/receivable.financing.check/{check.id}"
        self.start_tour(path, "financing_draw", login="tour_financing")
        self.env.invalidate_all()
        draw = self.Draw.search([("financing_id", "=", self.financing.id)])
        self.assertEqual((draw.state, draw.paid_amount, draw.paid_why), ("paid", 238.0, "Fee of 2"))
        states = {each.move_id: each.state for each in draw.pledge_ids}
        self.assertNotIn(small, states, "what was taken out was never asked for")
        self.assertEqual(states, {large: "pledged", middle: "released"})
