from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount

from . import dunning_brakes


class DunningFirstRun(models.AbstractModel):
    """What going live would do to what is open now, in words and figures."""

    _name = "dunning.first.run"
    _description = "What the First Run Would Do"

    @api.model
    def _all(self, company):
        """Findings about what is open, see :class:`~.dunning_readiness.DunningReadiness`."""
        preview = self.env["dunning.preview"]._preview(company)
        return {
            "policy": self._policy(company, preview),
            "excluded": self._excluded(company),
            "opening": self._opening(company),
            "backlog": self._backlog(company),
            "first": self._first(company, preview),
        }

    @api.model
    def _money(self, company, amount):
        return format_amount(self.env, float(amount or 0), company.currency_id)

    @api.model
    def _policy(self, company, preview):
        without = preview.counts["blocked", "no_ladder"]
        if without:
            return "mend", self.env._(
                "%(count)s open items (%(amount)s) have no published policy: nobody would be "
                "reminded of them.",
                count=without,
                amount=self._money(company, preview.amounts["blocked", "no_ladder"]),
            )
        if not self._open_items(company, Domain.TRUE)[0]:
            return "attention", self.env._(
                "No open items were taken in yet: the daily run does so, also in test mode."
            )
        default = company.dunning_policy_id
        if not default.revision_id:
            return "attention", self.env._(
                "Every open item has a policy. There is none for debtors that no policy fits: "
                "choose one in the settings."
            )
        return "ok", self.env._("Every open item has a policy; else “%s” applies.", default.name)

    # -- what is left out ----------------------------------------------------------------

    @api.model
    def _left_out(self, company):
        """A domain: open receivables that the ledger excludes from follow-up."""
        return self.env["dunning.item"]._receivable_domain(company) & Domain(
            [("no_followup", "=", True), ("amount_residual", ">", 0)]
        )

    @api.model
    def _opening_domain(self, company):
        """Those of entries that are no invoices: opening balances, which Odoo excludes."""
        return self._left_out(company) & Domain("move_id.move_type", "=", "entry")

    @api.model
    def _sum(self, domain):
        """How many receivables, and what is open of them."""
        return self.env["account.move.line"]._read_group(
            domain, [], ["__count", "amount_residual:sum"]
        )[0]

    @api.model
    def _excluded(self, company):
        count, amount = self._sum(
            self._left_out(company) & Domain("move_id.move_type", "!=", "entry")
        )
        blocked, blocked_amount = self._open_items(company, Domain("reason", "=", "core_blocked"))
        held, held_amount = self._open_items(company, Domain("reason", "=", "hold"))
        lines = [
            (count, self.env._("excluded in the ledger"), amount),
            (blocked, self.env._("with payment blocked"), blocked_amount),
            (held, self.env._("on hold"), held_amount),
        ]
        words = "\n".join(
            f"{number} {name}: {self._money(company, total)}"
            for number, name, total in lines
            if number
        )
        return ("attention", words) if words else ("ok", self.env._("Nothing is left out."))

    @api.model
    def _opening(self, company):
        count, amount = self._sum(self._opening_domain(company))
        if not count:
            return "ok", self.env._("No opening balances are left out.")
        return "attention", self.env._(
            "%(count)s opening balances (%(amount)s) are never reminded of, for Odoo excludes "
            "them. They can be taken in; attach the old invoices to their entry, so that whoever "
            "is asked can send them.",
            count=count,
            amount=self._money(company, amount),
        )

    @api.model
    def _take_in_opening(self, company):
        """Follow up on opening balances from the next run on; returns how many."""
        lines = self.env["account.move.line"].search(self._opening_domain(company))
        lines.write({"no_followup": False})
        return len(lines)

    # -- what is old, and what leaves first -----------------------------------------------

    @api.model
    def _open_items(self, company, domain):
        """How many open items, and what is open of them in company currency."""
        return self.env["dunning.item"]._read_group(
            Domain("company_id", "=", company.id) & Domain("state", "=", "open") & domain,
            [],
            ["__count", "amount_company:sum"],
        )[0]

    @api.model
    def _ages(self, company):
        """Open items by age when going live, youngest first: ``[(domain, what happens)]``."""
        day = company.dunning_live_since or self.env["dunning.message"]._today(company)
        call, old = company.dunning_backlog_call_days, company.dunning_backlog_days
        late = Domain("date_due", "<", day)
        called = Domain("date_due", "<", day - timedelta(days=call)) if call else Domain.FALSE
        decided = Domain("date_due", "<", day - timedelta(days=old)) if old else Domain.FALSE
        return [
            (~late, self.env._("not due yet: reminded when it is time")),
            (late & ~called & ~decided, self.env._("overdue: one friendly text first")),
            (called & ~decided, self.env._("more than %s days late: call first", call)),
            (decided, self.env._("more than %s days late: a person decides", old)),
        ]

    @api.model
    def _backlog(self, company):
        lines, waiting = [], 0
        for place, (domain, name) in enumerate(self._ages(company)):
            count, amount = self._open_items(company, domain)
            lines.append(f"{count} {name} ({self._money(company, amount)})")
            waiting += count if place > 1 else 0
        return "attention" if waiting else "ok", "\n".join(lines)

    @api.model
    def _first(self, company, preview):
        currencies = self.env["res.currency"].browse(list(preview.sums))
        amounts = " + ".join(
            format_amount(self.env, float(preview.sums[currency.id]), currency)
            for currency in currencies
        )
        count = len(preview.planned)
        if not count:
            return "ok", self.env._("No message would leave today.")
        words = self.env._(
            "%(count)s messages would leave today: %(amount)s.", count=count, amount=amounts
        )
        approval = sum(planned.approval for planned in preview.planned)
        if approval:
            words += "\n" + self.env._("%s of them wait for approval one by one.", approval)
        if count >= dunning_brakes.ABNORMAL_FROM and company.dunning_abnormal_factor:
            words += "\n" + self.env._("The run waits until a manager approves it under Runs.")
        return "attention", words
