from odoo import api, models
from odoo.fields import Domain

from ..rules.law.terms import BY_POST

#: Reasons for which money may be on its way.
MONEY = ("money_under_way", "receipt", "match_credit", "we_owe", "bank_behind")
#: Reasons for which nothing comes before somebody has looked at it.
QUIET = ("direct_debit", "invoice_not_sent", "invoice_bounced", "no_followup", "core_blocked")
#: Of so many invoices it is told what was paid.
LONGEST = 20


class DunningPageStory(models.AbstractModel):
    """What happened, and what comes next, in the debtor's words."""

    _name = "dunning.page.story"
    _description = "What a Debtor Reads of the Course of Things"

    @api.model
    def _past(self, pile, messages):
        """What happened, latest first: ``[(day, text)]``; of long lists the oldest invoices.

        :param messages: about them, see :meth:`_messages`
        """
        page = self.env["dunning.page"]
        found = [(notice.sent_on, self._told(notice)) for notice in messages]
        items = self.env["dunning.item"].sudo().browse(pile.item_ids[:LONGEST])
        names = {row.item_id: row.name for row in (*pile.rows, *pile.given)}
        names |= {item_id: name for item_id, name, _move_id in pile.paid}
        for item_id, ledger in self.env["dunning.owed"]._history(items).items():
            found.append((ledger.start, self.env._("Invoice %s", names[item_id])))
            for step in ledger.steps:
                amount = page._money(step.amount, pile.currency)
                text = {
                    "payment": self.env._("We received %s. Thank you.", amount),
                    "credit": self.env._("Credit note of %s", amount),
                    "ledger": self.env._("Settled: %s", amount),
                }[step.kind]
                found.append((step.day, text))
        charges = self.env["dunning.charge"].sudo()
        for each in pile.owed.charges if pile.owed else ():
            charge = charges.browse(each.charge_id)
            text = self.env._(
                "%(what)s: %(amount)s",
                what=self._kind(charge),
                amount=page._money(each.amount, pile.currency),
            )
            found.append((each.due_from, text))
        return sorted(found, key=lambda pair: pair[0], reverse=True)

    @api.model
    def _kind(self, charge):
        return dict(charge._fields["kind"]._description_selection(self.env))[charge.kind]

    @api.model
    def _messages(self, pile):
        """Messages that left to the debtor about these items, latest first.

        Not those of another debtor who had an invoice before.
        """
        items = self.env["dunning.item"].sudo().browse(pile.item_ids)
        return (
            self.env["dunning.notice"]
            .sudo()
            .search_fetch(
                Domain("line_ids.item_id", "in", items.ids)
                & Domain("debtor_id", "in", items.debtor_id.ids)
                & Domain("state", "in", ("sent", "returned"))
                & Domain("sent_on", "!=", False)
                & Domain("retry_of_id", "=", False)
                & Domain("channel", "not in", self.env["dunning.channel"]._work()),
                ["sent_on", "kind", "subject", "phase", "channel", "state", "delivered_at"]
                + ["term_until", "costs_announced", "currency_id"],
                order="sent_on desc, id desc",
                limit=50,
            )
        )

    @api.model
    def _told(self, notice):
        """A message in one line: by which way, and what is known of its arrival."""
        if notice.kind == "talk":
            what = self.env._("We wrote to you: “%s”", notice.subject)
        else:
            what = {
                "courtesy": self.env._("Friendly reminder"),
                "reminder": self.env._("Reminder"),
                "notice": self.env._("Formal reminder"),
                "collection": self.env._("Last demand"),
            }[notice.phase or "reminder"]
            what = f"{what} {self._by(notice.channel)}"
        if notice.state == "returned":
            return self.env._("%s. It came back to us: you may not have received it.", what)
        if notice.delivered_at:
            return self.env._("%s, delivered", what)
        return what

    @api.model
    def _by(self, code):
        """By which way a message went."""
        if code == "email":
            return self.env._("by e-mail")
        if code in BY_POST:
            return self.env._("by letter")
        if code == "sms":
            return self.env._("by text message")
        names = self.env["dunning.channel"].sudo().search([("code", "=", code)]).mapped("name")
        return self.env._("via %s", names[0] if names else code)

    # -- what comes next -----------------------------------------------------------------------

    @api.model
    def _next(self, pile, day, messages):
        """What comes next, the nearest first: sentences without repetition.

        :param messages: see :meth:`_messages`
        """
        if not pile.rows:
            return []
        rows = sorted(pile.rows, key=lambda row: (row.decided.until or day, row.due))
        sentences = self._terms(messages, day)
        if not sentences:
            # Of each kind the nearest only.
            steps = {}
            for row in rows:
                kind = row.decided.phase if row.decided.action in ("send", "wait") else ""
                if (key := (row.decided.action, kind, row.decided.hold_id)) not in steps:
                    steps[key] = self._step(row, day)
            sentences = steps.values()
        return list(dict.fromkeys(sentences))[:4]

    @api.model
    def _terms(self, messages, day):
        """What a message that left announced, while its term runs."""
        page = self.env["dunning.page"]
        notices = messages.filtered(
            lambda each: each.state == "sent" and each.term_until and each.term_until >= day
        )
        found = []
        for notice in notices[:1]:
            if notice.costs_announced:
                found.append(
                    self.env._(
                        "Pay by %(day)s and there are no extra costs. After that %(costs)s is "
                        "added, as we wrote to you on %(sent)s.",
                        day=page._date(notice.term_until),
                        costs=page._money(notice.costs_announced, notice.currency_id),
                        sent=page._date(notice.sent_on),
                    )
                )
            else:
                found.append(
                    self.env._(
                        "You have until %(day)s to pay, as we wrote to you on %(sent)s.",
                        day=page._date(notice.term_until),
                        sent=page._date(notice.sent_on),
                    )
                )
        return found

    @api.model
    def _step(self, row, day):
        """What comes next for one row, and when at the earliest."""
        decided = row.decided
        if row.under_way or row.covered or decided.reason in MONEY:
            return self.env._(
                "We do nothing at the moment: a payment or credit is being processed."
            )
        if decided.reason == "hold":
            return self._held(decided)
        if decided.reason == "end_of_ladder":
            return self.env._(
                "You have had all our reminders. We now decide what to do. Please pay, or call "
                "us: together we can still find a solution."
            )
        by_hand = {
            "to_post": self.env._("We are sending you a letter about it."),
            "to_call": self.env._("We will call you about it."),
            "to_decide": self.env._("One of us looks at it and decides what comes next."),
        }
        if decided.reason in by_hand:
            return by_hand[decided.reason]
        if decided.reason in QUIET or decided.action == "blocked":
            return self.env._("No next step is planned at the moment.")
        if decided.action == "send" or not decided.until or decided.until <= day:
            return self.env._("The next step is %s, from today on.", self._level(decided.phase))
        return self.env._(
            "The next step is %(what)s, on %(day)s at the earliest.",
            what=self._level(decided.phase),
            day=self.env["dunning.page"]._date(decided.until),
        )

    @api.model
    def _level(self, phase):
        """What a level is to the debtor."""
        return {
            "courtesy": self.env._("a friendly reminder"),
            "reminder": self.env._("a reminder"),
            "notice": self.env._("a formal reminder, which says what extra costs there may be"),
            "collection": self.env._("a last demand, before we ask somebody else to collect"),
        }[phase]

    @api.model
    def _held(self, decided):
        """Why nothing comes while something is on hold."""
        hold = self.env["dunning.hold"].sudo().browse(decided.hold_id)
        until = hold.date_until and self.env["dunning.page"]._date(hold.date_until)
        reasons = {
            "question": self.env._("You wrote to us, and we answer first."),
            "dispute": self.env._("You don't agree with it, and we look into that first."),
            "dispute_rest": self.env._(
                "You don't agree with a part of it, and we look into that first."
            ),
            "already_paid": self.env._("You told us that it has been paid, and we look for it."),
            "promise": self.env._("You told us when you will pay."),
            "plan_requested": self.env._("You asked to pay in parts, and we answer first."),
            "plan": self.env._("You pay in parts, as agreed."),
            "direct_debit": self.env._("It is collected from your account."),
            "document_missing": self.env._("We owe you a document first."),
        }
        if hold.kind == "handed_over":
            return self._with_agent(hold)
        nothing = (
            self.env._("Nothing happens until %s.", until)
            if until
            else self.env._("Nothing happens for now.")
        )
        return " ".join(filter(None, (nothing, reasons.get(hold.kind))))
