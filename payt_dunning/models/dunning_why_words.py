import datetime
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..rules.plan import Candidate
from .dunning_house import House

#: Reasons to wait whose end is known; of the others it is only known when they are looked at.
UNTIL_THEN = (
    "hold",
    "receipt",
    "not_yet",
    "spacing",
    "resumed",
    "debtor_gap",
    "send_day",
    "cap",
    "veto",
    "default",
    "term",
)


@dataclass(frozen=True)
class Case:
    """An item with what the rules found about it on a day, for telling it in words.

    :param item: with the rights of the system, in the user's language
    """

    item: models.BaseModel
    candidate: Candidate
    house: House
    day: datetime.date

    @property
    def facts(self):
        return self.candidate.facts

    @property
    def decision(self):
        return self.candidate.decision

    @property
    def move(self):
        return self.item.move_id

    @property
    def partner(self):
        return self.item.debtor_id.partner_id

    @property
    def policy(self):
        """The policy that the item follows, empty where none applies."""
        env = self.item.env
        return env["dunning.policy.revision"].browse(self.candidate.revision_id or ()).policy_id

    @property
    def put_off(self):
        """Whether it would leave, but for a formal message on the same day."""
        return any(step.code == "debtor_gap" and step.passed for step in self.decision.trace)

    @property
    def next_level(self):
        return self.level(self.decision.rung.position) if self.decision.rung else ""

    def level(self, position):
        """Name of a level of the policy; empty for none."""
        levels = self.policy.with_context(active_test=False).level_ids
        return levels.filtered(lambda level: level.position == position)[:1].name or ""

    def recipients(self):
        """The addresses that the next level goes to."""
        rung, candidate = self.decision.rung, self.candidate
        channels = self.decision.channels or rung.channels
        found = [candidate.addresses(channel, rung.recipient) for channel in channels]
        return list(dict.fromkeys(address for pairs in found for address, _contact in pairs))

    def money(self, amount, currency=None):
        return format_amount(self.item.env, float(amount), currency or self.item.currency_id)

    def company_money(self, amount):
        return self.money(amount, self.item.company_id.currency_id)

    def span(self, days):
        env = self.item.env
        return env._("1 day") if days == 1 else env._("%s days", days)

    def date(self, day):
        return format_date(self.item.env, day, date_format="long") if day else ""


class DunningWhyWords(models.AbstractModel):
    """The rules in words that a clerk understands, each with the records behind it."""

    _name = "dunning.why.words"
    _description = "Why? In Words"
    _inherit = ["dunning.why.ledger", "dunning.why.money", "dunning.why.ladder", "dunning.why.law"]

    @api.model
    def _say(self, case, step):
        """A line of the trace: ``(whether it let pass, text, records behind it or None)``."""
        text, records = getattr(self, f"_rule_{step.code}")(case, step.passed)
        return step.passed, text, records

    @api.model
    def _headline(self, case, stopped):
        """What happens to an item on the day, and why.

        :param stopped: what the rule says that did not let it pass
        """
        decision = case.decision
        if decision.action == "send":
            values = {
                "level": case.next_level,
                "day": case.date(case.day),
                "recipients": ", ".join(case.recipients()),
            }
            if decision.rung.approval:
                return self.env._(
                    "“%(level)s” is made on %(day)s for %(recipients)s, and leaves when a manager "
                    "approves it.",
                    **values,
                )
            return self.env._("“%(level)s” leaves on %(day)s to %(recipients)s.", **values)
        if decision.action == "wait":
            values = {"day": case.date(decision.until), "why": stopped}
            if decision.code in UNTIL_THEN:
                return self.env._("Waits until %(day)s. %(why)s", **values)
            return self.env._("Waits, and is looked at again on %(day)s. %(why)s", **values)
        if decision.action == "blocked":
            return self.env._("Stays where it is until somebody acts. %s", stopped)
        return self.env._("Follow-up ends. %s", stopped)
