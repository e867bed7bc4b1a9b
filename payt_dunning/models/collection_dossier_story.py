from datetime import datetime, time
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..rules.dossier.codes import CONSUMER_NOTICE
from ..rules.dossier.story import Delivery, Dispute, Event, Instalment, Plan
from ..tools import exact

CHANNELS = {
    "email": "email",
    "letter": "letter",
    "snailmail": "letter",
    "sms": "sms",
    "whatsapp": "whatsapp",
    "call": "phone",
}
#: Notices of the law, as a dossier calls them.
NOTICES = {"nl_14_day": CONSUMER_NOTICE}
#: What the message of a level is, by the phase of a case that it brings.
STEPS = {
    "default_notice": "default_notice",
    "demand": "demand",
    "second_demand": "demand",
    "pre_court": "pre_court_notice",
}
DISPUTES = {
    "open": "open",
    "accepted": "accepted",
    "partly": "partly_accepted",
    "rejected": "rejected",
}
PLANS = {
    "running": "active",
    "completed": "completed",
    "lapsed": "defaulted",
    "ended": "cancelled",
}


class CollectionDossierStory(models.AbstractModel):
    """What happened, was contested and agreed, as a dossier tells it: nothing that is internal."""

    _name = "collection.dossier.story"
    _description = "Story of a Dossier"

    @api.model
    def _at(self, company, moment):
        """A moment of the database with the time zone of the company."""
        zone = ZoneInfo(company.partner_id.tz or "UTC")
        return moment.replace(tzinfo=ZoneInfo("UTC"), microsecond=0).astimezone(zone)

    @api.model
    def _on(self, facts, day):
        """The beginning of a day where the company is."""
        zone = ZoneInfo(facts.company.partner_id.tz or "UTC")
        return datetime.combine(day, time(), zone)

    @api.model
    def _events(self, facts):
        """All that happened, in order."""
        events = [
            *self._invoices_sent(facts),
            *(self._notice(facts, notice) for notice in facts.notices_left),
            *self._calls(facts),
            *self._messages(facts),
            *self._withheld(facts),
            *self._disputed(facts),
            *self._agreed(facts),
            *self._paid(facts),
        ]
        return tuple(sorted(events, key=lambda event: (event.at, event.id)))

    @api.model
    def _invoices_sent(self, facts):
        """That the invoices were made; one row for each."""
        return [
            Event(
                id=f"i{move.id}",
                at=self._on(facts, move.invoice_date or move.date),
                kind="invoice_sent" if move.is_move_sent else "other",
                channel="email" if move.is_move_sent else "other",
                summary=self.env._("Invoice %s.", move.name),
                documents=tuple(facts.ids(lambda each, own=move: each.about == own)),
            )
            for move in facts.items.move_id
            if move.is_invoice()
        ]

    @api.model
    def _notice(self, facts, notice):
        """A message of the levels that left."""
        registered = notice.channel == "letter" and notice.track_number
        return Event(
            id=f"n{notice.id}",
            at=self._left(facts, notice),
            kind=self._notice_kind(notice),
            channel="registered_letter" if registered else CHANNELS.get(notice.channel, "other"),
            term_ends=notice.term_until or None,
            content_hash=notice.content_hash or "",
            summary=self._told(facts, notice),
            deliveries=self._deliveries(facts, notice),
            documents=tuple(facts.ids(lambda each: each.about == notice)),
        )

    @api.model
    def _notice_kind(self, notice):
        """What a message of the levels is: a notice of the law, else by the phase that it brings."""
        step = STEPS.get(notice.level_id.case_step, "reminder")
        return NOTICES.get(notice.statutory_code, step)

    @api.model
    def _left(self, facts, notice):
        day = notice.sent_on or notice.as_of
        moment = notice.sent_at and self._at(facts.company, notice.sent_at)
        # Of what was noted later the day counts that somebody named.
        return moment if moment and moment.date() == day else self._on(facts, day)

    @api.model
    def _told(self, facts, notice):
        numbers = ", ".join(
            line.item_id.display_name
            for line in notice.line_ids
            if line.position and line.item_id in facts.items
        )
        return self.env._(
            "%(level)s to %(recipient)s about %(invoices)s.",
            level=notice.level_name or notice.subject or "",
            invoices=numbers,
            recipient=notice.recipient,
        )

    @api.model
    def _deliveries(self, facts, notice):
        found = [Delivery(status="sent", at=self._left(facts, notice))]
        reference = notice.track_number or ""
        if notice.delivered_on:
            at = self._on(facts, notice.delivered_on)
            found.append(Delivery(status="delivered", at=at, reference=reference))
        elif notice.delivered_at:
            at = self._at(facts.company, notice.delivered_at)
            found.append(Delivery(status="delivered", at=at))
        if notice.returned_on:
            at = self._on(facts, notice.returned_on)
            found.append(Delivery(status="returned", at=at, reference=reference))
        return tuple(found)

    @api.model
    def _calls(self, facts):
        labels = dict(self.env["dunning.call"]._fields["outcome"]._description_selection(self.env))
        calls = (
            self.env["dunning.call"]
            .sudo()
            .search([("debtor_id", "=", facts.debtor.id), ("item_ids", "in", facts.items.ids)])
        )
        return [
            Event(
                id=f"c{call.id}",
                at=self._at(facts.company, call.moment),
                kind="phone_call",
                channel="phone",
                summary=labels.get(call.outcome, call.outcome),
            )
            for call in calls
        ]

    @api.model
    def _messages(self, facts):
        """What was written to and fro; the words are in the conversation's document."""
        documents = tuple(facts.ids(lambda each: each.kind == "correspondence"))
        return [
            Event(
                id=f"m{message.id}",
                at=self._at(facts.company, message.date),
                kind="message_in" if facts.wrote(message) else "message_out",
                channel="email" if message.message_type == "email" else "portal",
                summary=self.env._("Message of the debtor.")
                if facts.wrote(message)
                else self.env._("Our message to the debtor."),
                documents=documents,
            )
            for message in facts.messages
        ]

    @api.model
    def _withheld(self, facts):
        """That messages stay out; never what is in them, nor when they were written."""
        if not facts.withheld:
            return []
        return [
            Event(
                id="w1",
                at=self._on(facts, facts.day),
                kind="other",
                channel="other",
                summary=self._withheld_words(facts),
            )
        ]

    @api.model
    def _withheld_words(self, facts):
        """How many messages stay out, in a sentence; empty where none does."""
        if not facts.withheld:
            return ""
        if facts.withheld == 1:
            return self.env._(
                "1 message was left out: it is about health, family or another private matter."
            )
        return self.env._(
            "%s messages were left out: they are about health, family or other private matters.",
            facts.withheld,
        )

    @api.model
    def _disputed(self, facts):
        found = []
        for dispute in facts.disputes:
            documents = tuple(facts.ids(lambda each, own=dispute: each.about == own))
            found.append(
                Event(
                    id=f"d{dispute.id}",
                    at=self._at(facts.company, dispute.opened_on),
                    kind="dispute",
                    channel="portal" if dispute.by_debtor else "other",
                    summary=self.env._("The debtor contests %s.", dispute.name),
                    documents=documents,
                )
            )
            if dispute.decided_on:
                found.append(
                    Event(
                        id=f"a{dispute.id}",
                        at=self._at(facts.company, dispute.decided_on),
                        kind="dispute_answer",
                        channel="email",
                        summary=self.env._("We answered what was contested of %s.", dispute.name),
                        documents=documents,
                    )
                )
        return found

    @api.model
    def _agreed(self, facts):
        found = [
            Event(
                id=f"o{promise.id}",
                at=self._on(facts, promise.made_on),
                kind="promise",
                channel="portal" if promise.by_debtor else "phone",
                summary=self.env._(
                    "The debtor promised to pay %(amount)s by %(day)s.",
                    amount=promise.currency_id.format(promise.amount),
                    day=format_date(self.env, promise.date),
                ),
            )
            for promise in facts.promises
        ]
        return found + [
            Event(
                id=f"p{plan.id}",
                at=self._on(facts, plan.started_on),
                kind="payment_plan",
                channel="portal" if plan.origin == "debtor" else "email",
                summary=self.env._("Payment plan %s was agreed.", plan.name),
                documents=tuple(facts.ids(lambda each, own=plan: each.about == own)),
            )
            for plan in facts.plans
        ]

    @api.model
    def _paid(self, facts):
        found = []
        for number, each in enumerate(
            each for own in facts.paid.values() for each in own if each.step.kind == "payment"
        ):
            item = facts.items.browse(each.item_id)
            found.append(
                Event(
                    id=f"b{number}",
                    at=self._on(facts, each.step.day),
                    kind="payment",
                    channel="bank",
                    summary=self.env._(
                        "Payment of %(amount)s on %(invoice)s.",
                        amount=facts.currency.format(float(each.step.amount)),
                        invoice=item.display_name,
                    ),
                )
            )
        return found

    # -- contested and agreed -----------------------------------------------------------------------

    @api.model
    def _disputes(self, facts):
        """Defences of the debtor, with our answers."""
        numbers = {
            dispute: tuple((dispute.item_ids & facts.items).mapped("display_name"))
            for dispute in facts.disputes
        }
        return tuple(
            Dispute(
                raised_on=self._at(facts.company, dispute.opened_on).date(),
                status=DISPUTES.get(dispute.state, "resolved"),
                amount=None if dispute.scope == "whole" else exact(dispute.amount),
                defence=dispute.text or dispute.reason_id.name,
                answer=dispute.outcome or dispute.note or "",
                invoices=numbers[dispute],
                documents=tuple(facts.ids(lambda each, own=dispute: each.about == own)),
            )
            for dispute in facts.disputes
        )

    @api.model
    def _plans(self, facts):
        return tuple(
            Plan(
                agreed_on=plan.started_on,
                ended_on=plan.ended_on or None,
                status=PLANS[plan.state],
                instalments=tuple(
                    Instalment(
                        due=each.date,
                        amount=exact(each.amount),
                        paid=min(exact(each.paid), exact(each.amount)),
                        paid_on=each.paid_on or None,
                    )
                    for each in plan.installment_ids
                ),
                documents=tuple(facts.ids(lambda each, own=plan: each.about == own)),
            )
            for plan in facts.plans
        )

    # -- reading ------------------------------------------------------------------------------------

    @api.model
    def _notices_left(self, items):
        """Messages about items that left, oldest first; copies and conversations are none."""
        lines = (
            self.env["dunning.notice.line"]
            .sudo()
            .search(
                Domain("item_id", "in", items.ids)
                & Domain("position", ">", 0)
                & Domain("void_because", "=", False)
                & Domain("notice_id.state", "in", ("sent", "returned"))
                & Domain("notice_id.kind", "=", "reminder")
                & Domain("notice_id.retry_of_id", "=", False)
                & Domain("notice_id.debtor_id", "=", items.debtor_id.id)
            )
        )
        work = self.env["dunning.channel"]._work()
        notices = lines.notice_id.filtered(lambda notice: notice.channel not in work)
        return notices.sorted(lambda notice: (notice.sent_on or notice.as_of, notice.id))
