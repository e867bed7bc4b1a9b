from odoo import api, models

from ..rules.decide import MAX_FAILURES

#: Messages that no longer have anything to do with what comes next.
OVER = ("sent", "cancelled", "returned")


class DunningWhyLedger(models.AbstractModel):
    """In words: what the books, holds and the outbox say of an item.

    Each rule of :data:`~..rules.decide.RULES` has a method ``_rule_<code>``, given a
    :class:`~.dunning_why_words.Case` and whether it let the item pass; it returns a text and
    the records behind it.
    """

    _name = "dunning.why.ledger"
    _description = "Why? In Words: Books, Holds and Messages"

    # -- the books -----------------------------------------------------------------------

    @api.model
    def _rule_open(self, case, passed):
        if not passed:
            return self.env._("Nothing is open any more."), case.move
        return (
            self.env._(
                "Open in the ledger: %(open)s, due on %(due)s.",
                open=case.money(case.facts.open),
                due=case.date(case.facts.due),
            ),
            case.move,
        )

    @api.model
    def _rule_posted(self, case, passed):
        if passed:
            return self.env._("The invoice is posted and the debtor's."), case.move
        text = self.env._("The invoice is a draft or cancelled, or somebody else's by now.")
        return text, case.move

    @api.model
    def _rule_no_followup(self, case, passed):
        if passed:
            return self.env._("Not excluded from follow-up in the ledger."), case.move
        return self.env._("Excluded from follow-up on the journal item."), case.move

    @api.model
    def _rule_core_blocked(self, case, passed):
        if passed:
            return self.env._("Payment is not blocked on the invoice."), case.move
        return self.env._("Payment is blocked on the invoice."), case.move

    @api.model
    def _rule_intercompany(self, case, passed):
        if passed:
            return self.env._("The debtor is not one of our own companies."), case.partner
        return self.env._("The debtor is one of our own companies."), case.partner

    @api.model
    def _rule_employee(self, case, passed):
        if passed:
            return self.env._("The debtor does not work for us."), case.partner
        return self.env._("The debtor works for us: a person decides."), case.partner

    # -- holds ---------------------------------------------------------------------------

    @api.model
    def _rule_hold(self, case, passed):
        if not passed:
            hold = self.env["dunning.hold"].sudo().browse(case.decision.hold_id)
            return self._hold_words(case, hold), hold
        holds = self.env["dunning.hold"].sudo().browse([h.hold_id for h in case.facts.holds])
        if not holds:
            return self.env._("No hold on this item, its invoice, the debtor or the company."), None
        return self.env._("No hold counts for all of it on this day."), holds

    @api.model
    def _hold_words(self, case, hold):
        """Which hold, until when, by whom and why."""
        kinds = dict(hold._fields["kind"]._description_selection(self.env))
        values = {"hold": kinds[hold.kind], "since": case.date(hold.date_from)}
        if hold.date_until:
            text = self.env._(
                "On hold from %(since)s until %(until)s: %(hold)s.",
                until=case.date(hold.date_until),
                **values,
            )
        else:
            text = self.env._(
                "On hold since %(since)s, until somebody releases it: %(hold)s.", **values
            )
        if hold.reason:
            text += " " + self.env._(
                "%(user)s wrote: “%(reason)s”", user=hold.create_uid.name, reason=hold.reason
            )
        return text

    @api.model
    def _rule_unanswered(self, case, passed):
        if passed:
            return self.env._("No message of the debtor waits for an answer."), None
        holds = self.env["dunning.hold"].sudo().browse(case.decision.hold_id)
        return (
            self.env._("The debtor wrote, and nobody has answered: nothing formal leaves before."),
            holds,
        )

    @api.model
    def _rule_held_in_part(self, case, passed):
        held = case.facts.held(case.day)
        parts = [h.hold_id for h in case.facts.holds if h.amount and h.counts_on(case.day)]
        holds = self.env["dunning.hold"].sudo().browse(parts)
        if not held:
            return self.env._("No part of it is held."), None
        if passed:
            text = self.env._(
                "%(held)s of it is held; %(claim)s is left to ask for.",
                held=case.money(held),
                claim=case.money(case.facts.claim(case.day)),
            )
        else:
            text = self.env._("%s of it is held, and nothing else is to ask for.", case.money(held))
        return text, holds

    # -- messages somewhere between us and the debtor ----------------------------------------

    @api.model
    def _notices(self, case, states):
        """The messages about an item that stand for a level, in some states; newest first."""
        lines = case.item.notice_line_ids.filtered("position")
        return lines.notice_id.filtered(lambda notice: notice.state in states).sorted("id")[::-1]

    @api.model
    def _rule_ambiguous(self, case, passed):
        if passed:
            return self.env._("No message about it is unclear."), None
        notices = self._notices(case, ("ambiguous",))[:1]
        text = self.env._(
            "It is unclear whether the message to %s left. Find out, and say so on the message.",
            notices.recipient,
        )
        return text, notices

    @api.model
    def _rule_approval(self, case, passed):
        if passed:
            return self.env._("No message about it waits for approval."), None
        notices = self._notices(case, ("planned",))[:1]
        text = self.env._(
            "The message to %s waits for a manager's approval.", notices.recipient or ""
        )
        return text, notices

    @api.model
    def _rule_under_way(self, case, passed):
        if passed:
            return self.env._("No message about it is on its way."), None
        notices = self._notices(case, ("queued", "sending"))
        waits = {
            "to_post": self.env._("A letter waits to be printed and posted by a person."),
            "to_call": self.env._("Somebody has to phone the debtor. See “Calls to Make”."),
            "to_decide": self.env._("It is on the work list: a person decides how to go on."),
        }
        if words := waits.get(case.decision.code):
            by_hand = self.env["dunning.channel"]._waits_for()
            found = notices.filtered(lambda each: by_hand.get(each.channel) == case.decision.code)
            return words, found[:1]
        notices = notices[:1]
        return self.env._("The message to %s is on its way.", notices.recipient or ""), notices

    @api.model
    def _rule_failed(self, case, passed):
        failures = case.facts.failures
        if not failures:
            return self.env._("No message for this level failed."), None
        text = self.env._(
            "Messages for this level that failed: %(count)s. After %(limit)s a person decides.",
            count=failures,
            limit=MAX_FAILURES,
        )
        return text, self._notices(case, ("failed",))[: 1 if passed else failures]

    @api.model
    def _rule_retry(self, case, passed):
        if passed:
            return self.env._("None failed on this day."), None
        text = self.env._("The message failed on this day; it is tried again on the next.")
        return text, self._notices(case, ("failed",))[:1]

    # -- whether the invoice is fit to be reminded of ------------------------------------------

    @api.model
    def _rule_direct_debit(self, case, passed):
        debtor, facts = case.item.debtor_id, case.facts
        behind = debtor if debtor.direct_debit else case.move
        if not passed:
            return self.env._("Collected by direct debit."), behind
        if facts.direct_debit:
            text = self.env._(
                "Direct debit was refused: levels count from %s.", case.date(facts.count_from)
            )
            return text, case.item
        return self.env._("Not collected by direct debit."), behind

    @api.model
    def _rule_invoice_sent(self, case, passed):
        if not passed:
            text = self.env._("The invoice was never sent. Send it, or mark it as sent.")
        elif case.item.invoice_sent_on:
            text = self.env._(
                "The invoice was marked as sent on %s.", case.date(case.item.invoice_sent_on)
            )
        elif case.house.require_sent:
            text = self.env._("The invoice was sent to the debtor.")
        else:
            text = self.env._("The company does not ask whether the invoice was sent.")
        return text, case.move

    @api.model
    def _rule_invoice_bounced(self, case, passed):
        if passed:
            return self.env._("No mail with the invoice came back."), case.move
        return self.env._("The mail with the invoice came back. Send it again first."), case.move

    @api.model
    def _rule_backlog(self, case, passed):
        facts, since = case.facts, case.date(case.house.live_since)
        if not passed and facts.backlog == "old":
            text = self.env._(
                "It was late for very long when follow-up began on %s. A person decides.", since
            )
        elif not passed:
            text = self.env._(
                "It was late for long when follow-up began on %s. Call the debtor, then take up "
                "the backlog.",
                since,
            )
        elif case.item.backlog_taken:
            text = self.env._("Late for long when follow-up began, and taken up since.")
        else:
            text = self.env._("Not late for long when follow-up began.")
        return text, None if passed else case.item
