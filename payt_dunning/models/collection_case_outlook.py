from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date, plaintext2html

from ..rules.worth import worth

#: Outcomes after which the money was there.
WON = ("paid", "collected")


class CollectionCase(models.Model):
    """Whether a case is worth going on with: what is known, what is not, and what else there is."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    court_fee = fields.Monetary("Court Fee to Advance", compute="_compute_outlook")
    last_safe_day = fields.Date(
        "Can Be Enforced Until",
        compute="_compute_outlook",
        help="The earliest of its invoices; the last day to sue or to interrupt.",
    )
    outlook = fields.Text("Worth It?", compute="_compute_outlook")
    solvency_note = fields.Text(
        "What Is Known of Its Means", help="Kept inside; facts and where they come from."
    )
    opinion_agent_id = fields.Many2one("collection.agent", "Asked", readonly=True)
    opinion_asked_on = fields.Date(readonly=True)
    opinion_answer = fields.Text("What the Office Thinks")

    @api.depends("line_ids.left_on", "phase")
    @api.depends_context("lang")
    def _compute_outlook(self):
        for case in self:
            if case.phase == "closed" or not case._origin:
                case.court_fee, case.last_safe_day, case.outlook = 0.0, False, False
                continue
            case.check_access("read")
            facts = self.env["collection.check"].sudo()._facts(case._origin, case._today())
            days = [part.last_day for part in facts.parts if part.last_day]
            case.court_fee = float(facts.court_fee or 0)
            case.last_safe_day = min(days, default=False)
            case.outlook = "\n".join(case._outlook_lines(facts))

    def _outlook_lines(self, facts):
        """Whether it is worth it, in sentences, each number with where it comes from."""
        won, ended = self._history_of_cases()
        found = worth(facts.claimed + facts.interest + facts.costs, facts.court_fee, won, ended)
        lines = [
            self.env._(
                "%(total)s is claimed: %(principal)s on invoices, the rest costs and interest.",
                total=self._shown(found.claim),
                principal=self._shown(facts.claimed),
            )
        ]
        if facts.court_fee is not None:
            lines.append(
                self.env._(
                    "Going to court, %s is advanced; the debtor bears it if you win.",
                    self._shown(facts.court_fee),
                )
            )
        if not ended:
            lines.append(
                self.env._("Not estimated: no case that was handed over has ended here yet.")
            )
        elif found.chance is None:
            lines.append(
                self.env._(
                    "Not estimated: only %(ended)s cases that were handed over have ended; from "
                    "%(least)s on your own history says something.",
                    ended=ended,
                    least=found.least,
                )
            )
        else:
            lines.append(
                self.env._(
                    "Estimate from your own history: %(won)s of %(ended)s cases that were handed over "
                    "were paid (%(chance)s%%). Expected: %(value)s, the chance times the claim, less the "
                    "fee where it is lost. It says nothing of this debtor.",
                    won=won,
                    ended=ended,
                    chance=round(found.chance * 100),
                    value=self._shown(found.value),
                )
            )
        lines.append(
            self.env._(
                "Instead: a payment plan, letting it rest until it is nearly barred, or a write-off."
            )
        )
        return lines

    def _shown(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)

    def _history_of_cases(self):
        """How many cases of the company that were handed over ended, and were paid."""
        cases = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("phase", "=", "closed"),
                ("outcome", "!=", "recalled"),
                ("handover_ids", "any", [("test", "=", False)]),
            ]
        )
        return len(cases.filtered(lambda case: case.outcome in WON)), len(cases)

    def action_ask_opinion(self, agent, question):
        """Ask an office what it thinks of a case; it gets no names, only what it is about.

        :param agent: ``collection.agent`` record, or its id
        :param question: in words
        """
        case = self._as_collector()._still_ours()
        case.ensure_one()
        agent = self.env["collection.agent"].browse(int(agent))
        agent.check_access("read")
        if not (question or "").strip():
            raise UserError(self.env._("Fill in what you want to know."))
        address = agent._address()
        if not address:
            raise UserError(
                self.env._("%s has no e-mail address: ask by telephone.", agent.partner_id.name)
            )
        env = case.with_context(lang=agent.lang or self.env.lang).env
        text = env._(
            "Case %(case)s, owed %(total)s, the oldest invoice due since %(day)s.",
            case=case.name,
            total=format_amount(env, case.total, case.currency_id),
            day=format_date(env, min(case.item_ids.mapped("date_due"), default=case.opened_on)),
        )
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": env._("Your opinion on case %s", case.name),
                    "body_html": plaintext2html(f"{text}\n\n{question}"),
                    "email_to": address,
                    "email_from": case.company_id._dunning_sender()["email_from"],
                    "auto_delete": True,
                }
            )
        )
        mail.send()
        case.write({"opinion_agent_id": agent.id, "opinion_asked_on": case._today()})
        case._note(
            self.env._(
                "%(office)s was asked for its opinion: %(question)s",
                office=agent.partner_id.name,
                question=question,
            )
        )
        return True
