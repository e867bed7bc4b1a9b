from odoo import api, models


class DunningWhyLaw(models.AbstractModel):
    """In words: what the law has to say about a level."""

    _name = "dunning.why.law"
    _description = "Why? In Words: Law"

    @api.model
    def _rule_law(self, case, passed):
        rung, standing = case.decision.rung, case.facts.law
        debtor = case.item.debtor_id
        if passed and not rung.notice:
            return self.env._("The level is no statutory notice."), None
        law = debtor.law_id.display_name or ""
        if passed:
            text = self.env._(
                "The law of %(law)s applies, which has this notice. %(why)s",
                law=law,
                why=debtor.law_why or "",
            )
        elif standing is None or not standing.jurisdiction:
            text = self.env._("No law tables apply to this debtor. %s", debtor.law_why or "")
        elif not standing.currency_fits:
            text = self.env._("The law that applies knows amounts in another currency only.")
        elif rung.notice not in standing.notices:
            text = self.env._(
                "The law that applies (%s) has no such notice for this debtor. Choose a policy "
                "that fits.",
                law,
            )
        else:
            text = self.env._("By the company's settings no costs are claimed from such debtors.")
        return text, debtor

    @api.model
    def _rule_default(self, case, passed):
        after = case.facts.law and case.facts.law.default_after
        if passed and not case.decision.rung.notice:
            text = self.env._("The level may leave whether the debtor is in default or not.")
        elif passed:
            text = self.env._("The debtor is in default after %s.", case.date(after))
        elif after:
            text = self.env._(
                "The debtor is not in default before %s has passed.", case.date(after)
            )
        else:
            text = self.env._(
                "The debtor is not in default: no term of payment was agreed, and no written "
                "demand with at least 7 days has left."
            )
        return text, case.item

    @api.model
    def _rule_term(self, case, passed):
        standing = case.facts.law
        until = standing and standing.term_until
        notice = case.item.env["dunning.notice"]
        if until:
            notice = notice.browse(standing.served[-1].notice_id)
        if not passed:
            text = self.env._("The debtor has until %s to pay.", case.date(until))
        elif until:
            text = self.env._("The term to pay that was given ends on %s.", case.date(until))
        else:
            text = self.env._("No message has given a term to pay.")
        return text, notice

    @api.model
    def _rule_notice(self, case, passed):
        standing, rung = case.facts.law, case.decision.rung
        if not passed:
            text = self.env._("The notice that the law wants before costs has not left.")
            return text, case.policy
        if not rung.asks:
            return self.env._("The level asks for no costs."), None
        served = standing and standing.needs_notice and standing.notice(standing.needs_notice)
        if not served:
            return self.env._("The law wants no notice before what the level asks."), None
        notice = case.item.env["dunning.notice"].browse(served.notice_id)
        return self.env._("The notice that the law wants has left."), notice

    @api.model
    def _rule_letter(self, case, passed):
        rung = case.decision.rung
        text = self.env._(
            "A statutory notice goes by letter. An e-mail alone is enough below %(amount)s, to an "
            "address that the debtor used in the last 12 months.",
            amount=case.company_money(rung.alone_below),
        )
        return text, case.item.debtor_id

    @api.model
    def _rule_held(self, case, passed):
        problem = case.decision.trace[-1].values.get("problem")
        problem = self.env["collection.law.words"]._problem(problem) if problem else ""
        return self.env._("It can't be said what would be due: %s", problem), None

    @api.model
    def _rule_along(self, case, passed):
        text = self.env._("It goes along with the statutory notice of its debtor: one for all.")
        return text, case.item.debtor_id
