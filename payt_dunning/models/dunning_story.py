from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date, format_datetime

#: Of each kind the latest so many are told.
TOLD = 5


class DunningStory(models.AbstractModel):
    """The story so far of debtors, for whoever phones them or decides about them.

    For our people only: it tells what was noted inside. Read together for all debtors, with
    the rights of whoever asks.
    """

    _name = "dunning.story"
    _description = "The Story So Far"

    @api.model
    def _stories(self, debtors, notes=True):
        """What to know before a call: ``{debtor id: HTML}``, in the language of the environment.

        :param notes: with what was noted inside and which number was typed; kept for a while only
        """
        parts = [
            (self.env._("Open"), self._open(debtors)),
            (self.env._("Asked to be called at"), notes and self._asked(debtors)),
            (self.env._("Phone"), self._numbers(debtors)),
            (self.env._("Sent"), self._messages(debtors)),
            (self.env._("Promises"), self._promises(debtors)),
            (self.env._("Disputes"), self._disputes(debtors)),
            (self.env._("Why it is not paid"), self._reasons(debtors, notes)),
            (self.env._("Last calls"), self._calls(debtors, notes)),
        ]
        return {
            debtor.id: Markup().join(
                Markup("<p class='mb-1'><b>%s</b><br/>%s</p>")
                % (label, Markup("<br/>").join(lines[debtor.id]))
                for label, lines in parts
                if lines and lines.get(debtor.id)
            )
            for debtor in debtors
        }

    @api.model
    def _hours(self, company):
        """Within which hours, where the debtor is, a company's people call, in words."""
        hours = company.sudo()._dunning_hours_of("call")
        first, last = (
            f"{minutes // 60}:{minutes % 60:02}" for minutes in (hours.opens, hours.closes)
        )
        return self.env._("between %(first)s and %(last)s", first=first, last=last)

    @api.model
    def _latest(self, model, debtors, domain=Domain.TRUE, order="id desc"):
        """The latest records of a model about each debtor: ``{debtor id: records}``."""
        found = self.env[model].search(Domain("debtor_id", "in", debtors.ids) & domain, order=order)
        return {debtor.id: own[:TOLD] for debtor, own in found.grouped("debtor_id").items()}

    @api.model
    def _open(self, debtors):
        items = self.env["dunning.item"].search(
            [("debtor_id", "in", debtors.ids), ("state", "=", "open")]
        )
        return {
            debtor.id: [
                self.env._(
                    "%(number)s: %(amount)s, due on %(day)s (%(days)s days late)",
                    number=item.name or "",
                    amount=format_amount(self.env, item.amount_open, item.currency_id),
                    day=format_date(self.env, item.date_due),
                    days=item.days_late,
                )
                for item in own[: 2 * TOLD]
            ]
            + ["…"] * (len(own) > 2 * TOLD)
            for debtor, own in items.grouped("debtor_id").items()
        }

    @api.model
    def _asked(self, debtors):
        """The numbers at which debtors that wait for it asked to be called."""
        waits = Domain("state", "=", "open") & Domain("call_number", "!=", False)
        found = self._latest("dunning.question", debtors, waits)
        return {debtor_id: own.mapped("call_number") for debtor_id, own in found.items()}

    @api.model
    def _numbers(self, debtors):
        """Where to call, the best number first, and when."""
        people, found = self.env["dunning.debtor"].sudo(), {}
        for company, own in debtors.sudo().grouped("company_id").items():
            hours = self._hours(company)
            house = (
                self.env["dunning.house"]
                .sudo()
                ._read(company, self.env["dunning.message"]._today(company), own)
            )
            for debtor_id, person in people._people(own.ids, house).items():
                numbers = [each[2] for each in person.recipients if each[0] == "call"]
                found[debtor_id] = [f"{number}, {hours}" for number in numbers]
        return found

    @api.model
    def _messages(self, debtors):
        work = self.env["dunning.channel"]._work()
        names = {each.code: each.name for each in self.env["dunning.channel"].search([])}
        domain = Domain("state", "in", ("sent", "returned", "failed")) & Domain(
            "channel", "not in", work
        )
        states = dict(self.env["dunning.notice"]._fields["state"]._description_selection(self.env))
        return {
            debtor_id: [
                self.env._(
                    "%(day)s: “%(subject)s” by %(channel)s (%(state)s)",
                    day=format_date(self.env, notice.sent_on or notice.as_of),
                    subject=notice.subject or "",
                    channel=names.get(notice.channel, notice.channel),
                    state=self.env._("Delivered")
                    if notice.delivered_at and notice.state == "sent"
                    else states[notice.state],
                )
                for notice in own
            ]
            for debtor_id, own in self._latest("dunning.notice", debtors, domain).items()
        }

    @api.model
    def _promises(self, debtors):
        states = dict(self.env["dunning.promise"]._fields["state"]._description_selection(self.env))
        return {
            debtor_id: [
                self.env._(
                    "%(amount)s by %(day)s: %(state)s",
                    amount=format_amount(self.env, promise.amount, promise.currency_id),
                    day=format_date(self.env, promise.date),
                    state=states[promise.state],
                )
                for promise in own
            ]
            for debtor_id, own in self._latest("dunning.promise", debtors).items()
        }

    @api.model
    def _disputes(self, debtors):
        states = dict(self.env["dunning.dispute"]._fields["state"]._description_selection(self.env))
        return {
            debtor_id: [
                self.env._(
                    "%(number)s, %(amount)s: %(reason)s (%(state)s)",
                    number=dispute.name or "",
                    amount=format_amount(self.env, dispute.amount, dispute.currency_id),
                    reason=dispute.reason_id.name,
                    state=states[dispute.state],
                )
                for dispute in own
            ]
            for debtor_id, own in self._latest("dunning.dispute", debtors).items()
        }

    @api.model
    def _reasons(self, debtors, notes):
        found, told = self._latest("dunning.nonpayment", debtors, Domain("current", "=", True)), {}
        for debtor_id, own in found.items():
            told[debtor_id] = list(
                dict.fromkeys(
                    ": ".join(filter(None, (r.reason_id.name, notes and r.note))) for r in own
                )
            )
        return told

    @api.model
    def _calls(self, debtors, notes):
        outcomes = dict(
            self.env["dunning.call"]._fields["outcome"]._description_selection(self.env)
        )
        told = defaultdict(list)
        for debtor_id, own in self._latest("dunning.call", debtors, order="moment desc").items():
            for call in own:
                words = [
                    format_datetime(self.env, call.moment, dt_format="short"),
                    call.user_id.name,
                    call.contact_name,
                    outcomes[call.outcome],
                    notes and call.note,
                ]
                told[debtor_id].append(", ".join(filter(None, words)))
        return told
