"""Debtors that are on their way from the statutory notice to the bailiff."""

from dataclasses import replace
from datetime import timedelta

from odoo.fields import Command

from ..rules.plan import plan
from ..rules.working_days import NO_DAYS
from . import people

#: Days since the second reminder of those whose notice leaves today.
REMINDED = timedelta(days=10)


class DemoLaw:
    """Lets earlier messages have left, as the rules would have given them then."""

    def __init__(self, env, company, partners):
        self.env, self.company, self.partners = env, company, partners
        self.today = env["dunning.message"]._today(company)

    def load(self):
        costs, interest = self._accounts()
        self.company.write(
            {
                "dunning_terms_agreed": True,
                "dunning_terms_document": people.TERMS,
                "dunning_charge_journal_id": self._journal().id,
                "dunning_costs_account_id": costs.id,
                "dunning_interest_account_id": interest.id,
            }
        )
        consumers = self.env.ref("payt_dunning.policy_consumer")
        businesses = self.env.ref("payt_dunning.policy_business")
        for key in ("wolters", "faber"):
            self._reminded(key, consumers, self.today - REMINDED)
        self._served("dekker", consumers, self.today - timedelta(days=25), by_letter=True)
        self._served("stolk", businesses, self.today - timedelta(days=13))
        self._wrote("faber")
        # As the run of the day after each notice did.
        cases = self.env["collection.case"].with_context(lang=self.company.partner_id.lang)
        cases._open_after_notices(self.company, self.today)

    def _journal(self):
        """The journal that costs and interest are booked in."""
        domain = [("company_id", "=", self.company.id), ("type", "=", "sale")]
        return self.env["account.journal"].search(domain, limit=1)

    def _accounts(self):
        """Accounts for costs and for interest."""
        return (
            self.env["account.account"]
            .with_company(self.company)
            .create(
                [
                    {
                        "name": name,
                        "code": code,
                        "account_type": "income_other",
                        "company_ids": [Command.set(self.company.ids)],
                    }
                    for name, code in people.ACCOUNTS
                ]
            )
        )

    def _items(self, key):
        return self.env["dunning.item"].search(
            [("company_id", "=", self.company.id), ("partner_id", "=", self.partners[key].id)]
        )

    def _reminded(self, key, policy, day):
        """The second reminder of a debtor left on a day."""
        items = self._items(key)
        items.write({"reached": 3, "reached_on": day, "revision_id": policy.revision_id.id})
        return items

    def _served(self, key, policy, day, by_letter=False):
        """The formal message of a debtor left on the first working day from ``day`` on."""
        debtor = self._reminded(key, policy, day - REMINDED).debtor_id
        facts, houses = self.env["dunning.facts"], self.env["dunning.house"]
        for later in range(5):
            then = day + timedelta(days=later)
            house = houses._read(self.company, then, debtor)
            house = replace(
                house,
                bank_until=None,
                channels=house.channels | ({"letter"} if by_letter else set()),
                require_sent=False,
                # Whatever days are off: the demo can be loaded on any day.
                calendar=replace(house.calendar, closed=NO_DAYS),
            )
            planned = [
                replace(each, approval=True)  # nothing is queued
                for each in plan(facts._candidates(debtor, then, house), then)
                if by_letter == (each.channel == "letter")
            ]
            if planned:
                break
        Notice = self.env["dunning.notice"]
        notices, _problems = Notice._create_planned(self.env["dunning.run"], planned)
        for state in ("queued", "sending"):
            notices._update_state(state)
        notices._set_sent(day=then)
        notices.write({"logged": True})

    def _wrote(self, key):
        """A debtor wrote from its address some weeks ago."""
        partner = self.partners[key]
        self.env["mail.message"].create(
            {
                "model": "res.partner",
                "res_id": partner.id,
                "message_type": "email",
                "author_id": partner.id,
                "email_from": partner.email,
                "body": people.QUESTION,
                "date": self.today - timedelta(days=60),
            }
        )
