from dateutil.relativedelta import relativedelta

from .case_common import CaseCommon


def reduce(env):
    """Until nothing is left to do; no more often than that can take."""
    for _time in range(20):
        _done, again = env["dunning.reduction"]._gc_history()
        if not again:
            break
    env.invalidate_all()


class ReductionCommon(CaseCommon):
    """An item at its second level, with a message that left, of a company in the Netherlands."""

    def make_once(self):
        super().make_once()
        self.company.account_fiscal_country_id = self.env.ref("base.nl")
        self.company.country_id = self.env.ref("base.nl")
        self.run_day()
        self.item = self.at_level(2, 40, partner=self.business)
        self.debtor_row = self.item.debtor_id
        self.env["dunning.event"]._note(self.item, "Asked for time: is ill")
        self.notice = self.message(self.item)

    def message(self, *items):
        """A message that left about items."""
        item = items[0]
        notice = self.Notice.create(
            {
                "debtor_id": item.debtor_id.id,
                "company_id": self.company.id,
                "currency_id": item.currency_id.id,
                "partner_id": item.debtor_id.partner_id.id,
                "channel": "email",
                "recipient": "pay@bakery.example.com",
                "as_of": self.today,
                "amount": 100,
                "level_name": "Second",
                "subject": "Please pay",
                "body": "<p>Dear Bea, please pay</p>",
                "content_hash": "abc",
                "state": "sent",
                "sent_on": self.today,
            }
        )
        self.env["mail.mail"].sudo().create(
            {"body_html": "<p>Dear Bea</p>", "state": "sent", "dunning_notice_id": notice.id}
        )
        for each in items:
            self.env["dunning.notice.line"].sudo().create(
                {
                    "notice_id": notice.id,
                    "item_id": each.id,
                    "source": f"item-{each.id}-{notice.id}",
                    "slot": "1",
                    "channel": "email",
                    "recipient": "pay@bakery.example.com",
                    "live": True,
                    "position": 1,
                    "currency_id": each.currency_id.id,
                }
            )
        self.env["dunning.delivery"]._note(notice, "delivered", "250 ok <pay@bakery.example.com>")
        return notice

    def settle(self, years=8, item=None):
        day = self.today - relativedelta(years=years)
        (item or self.item).write({"state": "closed", "closed_on": day})

    def reduce(self):
        reduce(self.env)

    def words(self):
        return self.item.event_ids.filtered(lambda event: event.kind == "person").mapped("note")
