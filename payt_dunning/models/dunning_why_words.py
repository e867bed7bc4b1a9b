from odoo import api, models
from odoo.tools import format_amount, format_date


class DunningWhyWords(models.AbstractModel):
    """The rules in words: what each found, and the record behind it."""

    _name = "dunning.why.words"
    _description = "Rules in Words"

    @api.model
    def _words(self, item, candidate):
        """What each rule found about an item, in the user's words.

        :param candidate: its :class:`~..rules.plan.Candidate`
        :return: ``(text when it lets pass, text when it stops, record behind it)`` by the
            rule's code in :data:`~..rules.decide.RULES`
        """
        return {
            **self._of_books(item, candidate.facts),
            **self._of_messages(item, candidate),
            **self._of_money(item, candidate.facts),
            **self._of_invoice(item, candidate.facts),
            **self._of_ladder(item, candidate),
        }

    def _of_books(self, item, facts):
        _, move, debtor = self.env._, item.move_id, item.debtor_id
        holds = len(facts.holds)
        return {
            "open": (
                _("Open in the ledger: %s.", self._amount(facts.open, item)),
                _("Nothing is open any more."),
                move,
            ),
            "posted": (
                _("The invoice is posted and the debtor's."),
                _("The invoice is not posted at the moment, or another debtor's."),
                move,
            ),
            "no_followup": (
                _("Not excluded from follow-up in the ledger."),
                _("Excluded from follow-up on the journal item."),
                move,
            ),
            "core_blocked": (
                _("Payment is not blocked on the invoice."),
                _("Payment is blocked on the invoice."),
                move,
            ),
            "intercompany": (
                _("The debtor is not one of our own companies."),
                _("The debtor is one of our own companies."),
                debtor.partner_id,
            ),
            "employee": (
                _("The debtor does not work for us."),
                _("The debtor works for us: a person decides."),
                debtor.partner_id,
            ),
            "hold": (
                _("No hold on all of it (holds that were looked at: %s).", holds),
                _("A hold on all of it."),
                None,
            ),
            "held_in_part": (
                _("No hold takes away all that is left to ask for."),
                _("The part that is held is all there is to ask for."),
                None,
            ),
        }

    def _of_messages(self, item, candidate):
        _, facts = self.env._, candidate.facts
        last = item.notice_line_ids.notice_id.sorted("id")[-1:]
        return {
            "ambiguous": (
                _("No message about it is unclear."),
                _("Nobody knows whether the last message left: a person decides."),
                last,
            ),
            "approval": (
                _("No message about it waits for approval."),
                _("A message about it waits for a manager's approval."),
                last,
            ),
            "under_way": (
                _("No message about it is on its way."),
                _("A message about it is on its way."),
                last,
            ),
            "failed": (
                _("Messages for this level that failed: %s.", facts.failures),
                _("The message for this level failed several times: a person decides."),
                last,
            ),
            "retry": (
                _("None failed today."),
                _("The message failed today; it is tried again tomorrow."),
                last,
            ),
        }

    def _of_money(self, item, facts):
        _, move, debtor = self.env._, item.move_id, item.debtor_id
        total = format_amount(
            self.env, float(facts.debtor_total), item.company_id.sudo().currency_id
        )
        return {
            "match_credit": (
                _(
                    "Free credits cover %(covered)s of it; the debtor owes %(total)s net.",
                    covered=self._amount(facts.covered, item),
                    total=total,
                ),
                _("Free credits of the debtor cover it, or nothing is owed net: match them."),
                debtor,
            ),
            "we_owe": (
                _("We don't owe the debtor as much."),
                _("We owe the debtor as much: settle it first."),
                debtor,
            ),
            "money_under_way": (
                _("Payments that have been started: %s.", self._amount(facts.under_way, item)),
                _("A payment that has been started covers it."),
                move,
            ),
            "receipt": (
                _("No receipt that nobody matched may be for it."),
                _("Money came in that may be for this: match it, or dismiss it."),
                debtor,
            ),
            "bank": (
                _("The bank statements are up to date."),
                _("The bank statements are behind: import them."),
                None,
            ),
        }

    def _of_invoice(self, item, facts):
        _, move, debtor = self.env._, item.move_id, item.debtor_id
        return {
            "direct_debit": (
                _("Not collected by direct debit, or the collection was refused."),
                _("Collected by direct debit."),
                debtor,
            ),
            "invoice_sent": (
                _("The invoice was sent to the debtor."),
                _("The invoice was never sent: send it first."),
                move,
            ),
            "invoice_bounced": (
                _("The mail with the invoice did not bounce."),
                _("The mail with the invoice bounced: send it again first."),
                move,
            ),
            "backlog": (
                _("Not late for long at go-live, or taken up since."),
                _("It was late for long at go-live: a person takes it up."),
                item,
            ),
        }

    def _of_ladder(self, item, candidate):
        _, facts, decision = self.env._, candidate.facts, candidate.decision
        revision = self.env["dunning.policy.revision"].browse(candidate.revision_id or ())
        policy = revision.policy_id
        rung, until = decision.rung, self._date(decision.until)
        level = self._level(policy, rung)
        return {
            "ladder": (
                _("Its policy is “%s”.", policy.name or ""),
                _("No published policy applies."),
                policy or item.debtor_id,
            ),
            "rung": (
                _("The next level is “%s”.", level),
                _("The policy has ended: a person decides."),
                policy,
            ),
            "not_yet": (
                _("“%s” is due.", level),
                _(
                    "“%(level)s” comes on %(day)s, counted from %(base)s.",
                    level=level,
                    day=until,
                    base=self._date(facts.base),
                ),
                policy,
            ),
            "spacing": (
                _("Long enough after the level before."),
                _(
                    "The level before left on %(before)s; “%(level)s” comes on %(day)s at the "
                    "earliest.",
                    before=self._date(facts.reached_on),
                    level=level,
                    day=until,
                ),
                policy,
            ),
            "resumed": (
                _("Follow-up was not resumed today."),
                _("Follow-up was resumed today: nothing leaves on the same day."),
                None,
            ),
            "debtor_gap": (
                _("Long enough after the last message to this debtor."),
                _(
                    "The debtor got a message on %(before)s; the next leaves on %(day)s at the "
                    "earliest.",
                    before=self._date(facts.last_message),
                    day=until,
                ),
                item.debtor_id,
            ),
            "send_day": (
                _("Messages leave on this day of the week."),
                _("No messages leave on this day; the first day is %s.", until),
                None,
            ),
            "minimum": (
                _("What is open reaches the minimum of the level."),
                _("Less than the minimum of “%s” is open.", level),
                policy,
            ),
            "channel": (
                _("The debtor can be reached."),
                _("No working address: correct it on the contact."),
                item.debtor_id.partner_id,
            ),
            "veto": (
                _("No account manager may still object."),
                _("The account manager may object until %s.", until),
                item.debtor_id,
            ),
        }

    def _level(self, policy, rung):
        """Name of the level that a rung stands for."""
        levels = policy.with_context(active_test=False).level_ids
        return levels.filtered(lambda level: rung and level.position == rung.position).name or ""

    def _amount(self, amount, item):
        return format_amount(self.env, float(amount), item.currency_id)

    def _date(self, day):
        return format_date(self.env, day) if day else ""
