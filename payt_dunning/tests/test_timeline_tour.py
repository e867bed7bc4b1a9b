from odoo.tests import HttpCase, tagged

from .fallback_common import FallbackChain


@tagged("post_install", "-at_install")
class TestTimelineTour(FallbackChain, HttpCase):
    """Statuses of all channels on one list, in a real browser."""

    def test_a_collector_reads_what_became_of_each_message(self):
        self.person("tour.reader", "group_dunning_user")
        self.policy("email", "sms", "letter", "call", every=True)
        self.item = self.begun()
        by_channel = self.notices_to().grouped("channel")
        self.mail_bounces(by_channel["email"])
        self.dispatch()
        by_channel["sms"]._take_delivered()
        by_channel["letter"].sudo(False)._posted(self.today)
        by_channel["letter"].sudo(False)._letter_returned("moved", self.today)
        self.env["dunning.page.visit"].sudo().create(
            {"debtor_id": self.item.debtor_id.id, "notice_id": by_channel["sms"].id}
        )
        self.start_tour(
            f"/odoo/dunning-debtors/{self.item.debtor_id.id}",
            "dunning_timeline",
            login="tour.reader",
        )
        told = self.item.debtor_id.timeline_ids.filtered(lambda row: row.kind == "message")
        self.assertGreaterEqual(
            set(told.mapped("what")), {"made", "left", "delivered", "posted", "returned"}
        )
