from odoo import api, fields, models

from ..rules.public_holidays import public_holidays


class DunningWhyLadder(models.AbstractModel):
    """In words: which level comes next, when, to whom."""

    _name = "dunning.why.ladder"
    _description = "Why? In Words: Levels"

    @api.model
    def _rule_ladder(self, case, passed):
        if not passed:
            text = self.env._("No published policy applies. Publish one, or choose another.")
            return text, case.policy or case.item.debtor_id
        if case.item.debtor_id.lane and not case.item.policy_id:
            text = self.env._(
                "%(lane)s Its policy is “%(policy)s”.",
                lane=case.item.debtor_id._lane_words(),
                policy=case.policy.name,
            )
        elif case.item.policy_id:
            text = self.env._("Follows a policy of its own: “%s”.", case.policy.name)
        elif case.item.debtor_id.policy_id == case.policy:
            text = self.env._("Follows the debtor's policy “%s”.", case.policy.name)
        else:
            text = self.env._("Follows the policy “%s”.", case.policy.name)
        return text, case.policy

    @api.model
    def _rule_rung(self, case, passed):
        reached = case.level(case.facts.reached)
        if not passed:
            if not reached:
                return self.env._("The policy has no level for it. A person decides."), case.policy
            text = self.env._("“%s” was the last level. A person decides.", reached)
        elif reached:
            text = self.env._(
                "“%(reached)s” left on %(day)s; the next level is “%(level)s”.",
                reached=reached,
                day=case.date(case.facts.reached_on),
                level=case.next_level,
            )
        else:
            text = self.env._("No level has left yet; the next is “%s”.", case.next_level)
        return text, case.policy

    @api.model
    def _rule_not_yet(self, case, passed):
        facts, days = case.facts, case.decision.rung.days
        values = {
            "level": case.next_level,
            "days": case.span(abs(days)),
            "base": case.date(facts.base),
        }
        rung = case.decision.rung
        if rung.by_day and not rung.listed and not passed:
            text = self.env._(
                "“%(level)s” leaves on %(until)s: the last day on which messages may, until %(by)s.",
                level=case.next_level,
                until=case.date(case.decision.until),
                by=case.date(fields.Date.add(facts.base, days=days)),
            )
        elif facts.count_from and facts.count_from != facts.due:
            text = self.env._(
                "“%(level)s” comes %(days)s after %(base)s, from when levels count.", **values
            )
        elif days > 0:
            text = self.env._(
                "“%(level)s” comes %(days)s after the due date of %(base)s.", **values
            )
        elif days < 0:
            text = self.env._(
                "“%(level)s” comes %(days)s before the due date of %(base)s.", **values
            )
        else:
            text = self.env._("“%(level)s” comes on the due date, %(base)s.", **values)
        return text, case.policy

    @api.model
    def _rule_spacing(self, case, passed):
        facts, rung = case.facts, case.decision.rung
        if not facts.reached_on or not rung.spacing:
            return self.env._("There is no level before that it must keep its distance from."), None
        values = {
            "level": case.next_level,
            "days": case.span(rung.spacing),
            "before": case.date(facts.reached_on),
        }
        if passed:
            text = self.env._(
                "At least %(days)s after the level before, which left on %(before)s.", **values
            )
        else:
            text = self.env._(
                "“%(level)s” comes %(days)s after the level before, which left on %(before)s.",
                **values,
            )
        return text, case.policy

    @api.model
    def _rule_resumed(self, case, passed):
        if passed:
            return self.env._("Follow-up was not resumed on this day."), None
        text = self.env._("Follow-up was resumed on this day: nothing leaves on the same day.")
        return text, case.item

    @api.model
    def _rule_debtor_gap(self, case, passed):
        last = case.date(case.facts.last_message)
        if not passed and case.put_off:
            text = self.env._(
                "A formal message to this debtor leaves, which has the day to itself."
            )
        elif not last:
            text = self.env._("No message has left to this debtor yet.")
        elif passed:
            text = self.env._("The last message to this debtor left on %s: long enough ago.", last)
        else:
            text = self.env._(
                "The last message to this debtor left on %s: the next one keeps its distance.", last
            )
        return text, case.item.debtor_id

    @api.model
    def _rule_send_day(self, case, passed):
        if passed:
            return self.env._("Messages leave on this day."), None
        if why := self._why_closed(case):
            return self.env._("No messages leave on this day: %s.", why), None
        return self.env._("No messages leave on this day of the week."), None

    @api.model
    def _rule_cap(self, case, passed):
        company = case.item.company_id
        return (
            self.env._(
                "More is due than the %(count)s messages that %(company)s sends a day: formal "
                "messages and the oldest claims leave first.",
                count=company.dunning_day_cap,
                company=company.name,
            ),
            None,
        )

    @api.model
    def _why_closed(self, case):
        """The holiday, or why the company is closed, on a day; empty where it is neither."""
        company, day = case.item.company_id, case.day
        closures = self.env["dunning.closure"]._days(company, (day.year - 1, day.year))
        if day in closures:
            return closures[day]
        partner = case.partner
        for place in (company.partner_id, partner):
            code, part = place.country_id.code, place.state_id.code
            name = public_holidays(code, (day.year,), part).days.get(day)
            if name:
                return self.env._(
                    "%(holiday)s (%(country)s)", holiday=name, country=place.country_id.name
                )
        return ""

    @api.model
    def _rule_minimum(self, case, passed):
        rung, facts = case.decision.rung, case.facts
        values = {
            "level": case.next_level,
            "total": case.company_money(facts.debtor_total),
            "minimum": case.company_money(rung.minimum),
            "open": case.company_money(facts.open_company),
            "least": case.company_money(rung.item_minimum),
        }
        if facts.debtor_total < rung.minimum:
            text = self.env._(
                "The debtor owes %(total)s; “%(level)s” is sent from %(minimum)s on.", **values
            )
        elif not passed:
            text = self.env._(
                "Open on the item is %(open)s; “%(level)s” is sent from %(least)s on.", **values
            )
        elif rung.minimum or rung.item_minimum:
            text = self.env._(
                "The debtor owes %(total)s, which reaches the minimum of “%(level)s”.", **values
            )
        else:
            text = self.env._("“%(level)s” is sent whatever the amount.", **values)
        return text, case.policy

    @api.model
    def _rule_channel(self, case, passed):
        failed = case.item.debtor_id.failed_email
        if case.decision.code == "below_minimum" and not passed:
            text = self.env._(
                "The debtor owes %(total)s: less than “%(level)s” is made from.",
                total=case.company_money(case.facts.debtor_total),
                level=case.next_level,
            )
            return text, case.policy
        if case.decision.code == "no_number":
            return self.env._(
                "“%s” is a call, and there is no telephone number that works. Find one and add it "
                "to the contact.",
                case.next_level,
            ), case.partner
        if passed:
            text = self.env._("The debtor can be reached: %s.", ", ".join(case.recipients()))
        elif failed:
            text = self.env._(
                "No working address: mail servers refused %s. Correct it on the contact.", failed
            )
        else:
            text = self.env._("No working address. Add one on the contact.")
        return text, case.partner

    @api.model
    def _rule_veto(self, case, passed):
        if passed:
            return self.env._("No account manager may still object."), None
        text = self.env._(
            "The account manager may object to “%(level)s” until %(until)s.",
            level=case.next_level,
            until=case.date(case.decision.until),
        )
        return text, case.item.debtor_id
