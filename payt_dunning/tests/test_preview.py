from odoo.tools import SQL

from .common import DunningCommon

TABLES = ("dunning_notice", "dunning_notice_line", "dunning_item", "dunning_run", "mail_mail")


class TestPreview(DunningCommon):
    """Looking ahead, and looking at a message, change nothing."""

    def make_once(self):
        super().make_once()
        self.invoice(days_late=30, amount=100)
        self.invoice(days_late=1, amount=50)
        self.invoice(partner=self.consumer, days_late=6, amount=70)
        self.Item._sync(self.company)
        self.env.flush_all()

    def state(self):
        """Everything that is stored, row versions included."""
        self.env.flush_all()
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM %s t",
                    SQL.identifier(table),
                )
            )
            for table in TABLES
        }

    def preview(self, **options):
        return self.env["dunning.preview"].sudo()._preview(self.company, **options)

    def test_a_preview_stores_nothing_and_marks_nothing(self):
        before = self.state()
        self.assertEqual(len(self.preview().planned), 2)
        self.assertEqual(self.state(), before)

    def test_printing_or_looking_does_not_mark_as_sent(self):
        planned = self.preview().planned
        before = self.state()
        contents = self.env["dunning.message"].sudo()._render(list(planned))
        self.assertTrue(all(content.body for content in contents))
        self.assertEqual(self.state(), before)
        self.assertFalse(self.Item.search([("reached", ">", 0)]))

    def test_what_was_previewed_is_what_is_sent(self):
        planned = self.preview().planned
        contents = self.env["dunning.message"].sudo()._render(list(planned))
        previewed = {
            (plan.recipient, content.subject, content.body, content.sha256(), plan.fingerprint())
            for plan, content in zip(planned, contents, strict=True)
        }
        self.run_and_deliver()
        sent = self.Notice.search([("state", "=", "sent")])
        self.assertEqual(
            {(n.recipient, n.subject, n.body, n.content_hash, n.fingerprint) for n in sent},
            previewed,
        )

    def test_a_preview_counts_items_by_reason_and_sums_what_is_asked_for(self):
        preview = self.preview()
        self.assertEqual(preview.counts["send", "due"], 2)
        self.assertEqual(preview.counts["wait", "not_yet"], 1)
        self.assertEqual(preview.sums, {self.company.currency_id.id: 170})

    def test_a_preview_of_a_later_day_shows_what_is_due_by_then(self):
        preview = self.preview(day=self.after(2))
        lines = {plan.partner_id: len(plan.lines) for plan in preview.planned}
        self.assertEqual(lines, {self.business.id: 2, self.consumer.id: 1})
        self.assertEqual(preview.counts["send", "due"], 3)

    def test_a_preview_of_some_debtors_leaves_out_the_others(self):
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", self.consumer.id)])
        self.assertEqual([p.debtor_id for p in self.preview(debtors=debtor).planned], debtor.ids)
