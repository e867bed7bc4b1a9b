from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import DunningCommon, ScriptedSMTP


class TestPreviewOfDemo(DunningCommon):
    """Preview equals sent, message by message, over the whole demo book."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        demo = cls.env["dunning.demo"].sudo()
        demo._load()
        demo._go_live()
        cls.companies = demo._demo_companies()
        # Around midnight it is another day there.
        cls.today = cls.env["dunning.message"]._today(cls.companies[0])
        cls.companies.dunning_send_days = "all"
        cls.companies.dunning_abnormal_factor = 0
        cls.companies.write({"dunning_hour_from": 0, "dunning_hour_until": 24})
        for company in cls.companies:
            cls.Item.with_company(company)._sync(company)

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.payt_dunning.models.mail_mail")
    def test_what_the_screen_shows_of_the_demo_book_is_what_leaves(self):
        previewed = self.previewed()
        self.assertGreater(len(previewed), 50)
        for company in self.companies:
            self.run_day(company=company)
        # A connection for each company's address.
        self.deliver(*(ScriptedSMTP() for _company in self.companies))
        sent = self.Notice.search(
            [
                ("company_id", "in", self.companies.ids),
                ("run_id", "!=", False),
                ("state", "in", ("sent", "planned", "queued")),
            ]
        )
        waiting = sent.filtered(lambda notice: notice.state == "queued")
        self.assertLessEqual(set(waiting.mapped("channel")), {"letter", "call", "list"})
        left = {self.content(notice) for notice in sent}
        self.assertEqual({each[:3] for each in left}, {each[:3] for each in previewed})
        for before, after in zip(sorted(previewed), sorted(left), strict=True):
            self.assertEqual(before, after)

    def previewed(self):
        """Everything the screen tells of each message; what waits for approval included."""
        collector = new_test_user(
            self.env,
            "demo.collector",
            groups="payt_dunning.group_dunning_user",
            company_id=self.companies[0].id,
            company_ids=[(6, 0, self.companies.ids)],
        )
        screen = (
            self.env["dunning.preview.screen"]
            .with_user(collector)
            .with_context(allowed_company_ids=self.companies.ids)
        )
        contents = set()
        for row in screen.look()["messages"]:
            message = screen.message(row["companyId"], row["debtorId"], row["key"])
            contents.add(
                (
                    row["debtorId"],
                    message["recipient"],
                    message["subject"],
                    message["body"],
                    tuple(message["attachments"]),
                )
            )
        return contents

    def content(self, notice):
        return (
            notice.debtor_id.id,
            notice.recipient,
            notice.subject,
            notice.body,
            tuple(notice.attachment_ids.mapped("name")),
        )
