from textwrap import shorten

from odoo import api, models
from odoo.tools import format_amount, format_date, format_datetime

from ..rules.dossier.codes import NOT_ARRIVED

#: Rows of the timeline on the cover.
MOST = 12
#: Characters of what is told of each; the XML has all of it.
LONGEST = 160
#: What is told first on the cover.
TOLD = (
    "agreement",
    "invoice_sent",
    "fourteen_day_letter",
    "default_notice",
    "demand",
    "pre_court_notice",
    "dispute",
    "dispute_answer",
    "payment_plan",
    "promise",
    "payment",
    "reminder",
)


class CollectionCover(models.AbstractModel):
    """The cover of a package for people: two pages, in the language of the office."""

    _name = "collection.cover"
    _description = "Cover of a Dossier"

    @api.model
    def _pdf(self, dossier, arranged, facts):
        """The cover as PDF.

        :param dossier: see :class:`~..rules.dossier.dossier.Dossier`
        :param arranged: its exhibits
        :param facts: see :class:`~.collection_dossier.Facts`
        """
        lang = facts.handover.agent_id.lang or self.env.lang
        cover = self.with_context(lang=lang, tz=facts.company.partner_id.tz or "UTC")
        html = cover.env["ir.qweb"]._render(
            "payt_dunning.dossier_cover", cover._values(dossier, arranged, facts)
        )
        return cover.env["dunning.page.statement"]._to_pdf(str(html))

    @api.model
    def _values(self, dossier, arranged, facts):
        claim, header = dossier.claim, dossier.header

        def money(amount):
            return format_amount(self.env, float(amount), facts.currency)

        def day(value):
            return format_date(self.env, value) if value else ""

        numbers = {each.document.id: each.document.exhibit for each in arranged}

        def exhibits(ids):
            return ", ".join(str(numbers[each]) for each in ids if each in numbers)

        return {
            "spoken": (self.env.lang or "en_US").replace("_", "-"),
            "dossier": dossier,
            "header": header,
            "claim": claim,
            "money": money,
            "day": day,
            "exhibits": exhibits,
            "made": format_datetime(self.env, in_utc(header.created_at)),
            "contact": ", ".join(
                (
                    dossier.assignment.contact.name,
                    *dossier.assignment.contact.emails,
                    *dossier.assignment.contact.phones,
                )
            ),
            "action": self._label("collection.agent", "action", dossier.assignment.action),
            "parties": [
                (self.env._("Creditor"), self._party(dossier.creditor)),
                (self.env._("Debtor"), self._party(dossier.debtors[0])),
            ],
            "basis": self._basis(claim.interest.basis),
            "events": self._events(dossier),
            "brief": lambda words: shorten(words, LONGEST, placeholder=" …"),
            "events_words": self._event_words(),
            "withheld": self.env["collection.dossier"]._withheld_words(facts),
            "notices": [
                each
                for each in dossier.events
                if each.kind in ("fourteen_day_letter", "default_notice")
            ],
            "arrived": self._arrived,
            "states": self._dispute_words(),
            "plan_states": self._plan_words(),
            "checks": self._checks(facts, dossier),
            "costs_why": self._costs_why(claim.costs),
            "arranged": arranged,
            "first_bar": min(
                (each.time_bar.day for each in claim.invoices if each.time_bar), default=None
            ),
        }

    @api.model
    def _label(self, model, name, value):
        return dict(self.env[model]._fields[name]._description_selection(self.env)).get(
            value, value
        )

    @api.model
    def _party(self, party):
        """Lines about a party."""
        address = party.address
        street = " ".join(filter(None, (address.street, address.house_number)))
        place = " ".join(filter(None, (address.postal_code, address.city)))
        registration = party.registration("0106", "0208", "0204", "local")
        contact = party.contact
        reached = [*(contact.emails if contact else ()), *(contact.phones if contact else ())]
        lines = [
            party.name,
            registration and self.env._("Registered as %s", registration),
            address.extra,
            street,
            f"{place}, {address.country}",
            ", ".join(reached),
        ]
        if address.as_of:
            lines.append(
                self.env._("Address confirmed on %s", format_date(self.env, address.as_of))
            )
        return [line for line in lines if line]

    @api.model
    def _basis(self, code):
        return {
            "statutory_commercial": self.env._("statutory, between businesses"),
            "statutory": self.env._("statutory"),
            "contractual": self.env._("as agreed"),
            "none": self.env._("none claimed"),
        }[code]

    @api.model
    def _events(self, dossier):
        """The most important things that happened, in order."""
        ranked = sorted(
            (each for each in dossier.events if each.kind in TOLD),
            key=lambda each: TOLD.index(each.kind),
        )
        return sorted(ranked[:MOST], key=lambda each: each.at)

    @api.model
    def _event_words(self):
        return {
            "agreement": self.env._("Agreement"),
            "invoice_sent": self.env._("Invoice sent"),
            "fourteen_day_letter": self.env._("Fourteen-day letter"),
            "default_notice": self.env._("Notice of default"),
            "demand": self.env._("Demand"),
            "pre_court_notice": self.env._("Announcement of handover"),
            "dispute": self.env._("Contested"),
            "dispute_answer": self.env._("Answered"),
            "payment_plan": self.env._("Payment plan"),
            "promise": self.env._("Promise"),
            "payment": self.env._("Payment"),
            "reminder": self.env._("Reminder"),
        }

    @api.model
    def _arrived(self, event):
        """What became of a message, in words."""
        words = {
            "sent": self.env._("sent"),
            "delivered": self.env._("delivered"),
            "opened": self.env._("opened"),
            "bounced": self.env._("came back"),
            "returned": self.env._("came back"),
            "refused": self.env._("refused"),
        }
        told = [
            f"{words[each.status]} {format_date(self.env, each.at)}" for each in event.deliveries
        ]
        if any(each.status in NOT_ARRIVED for each in event.deliveries):
            told.append(self.env._("it did not arrive"))
        return ", ".join(told)

    @api.model
    def _dispute_words(self):
        return {
            "open": self.env._("undecided, left out"),
            "accepted": self.env._("accepted"),
            "partly_accepted": self.env._("accepted in part"),
            "rejected": self.env._("rejected"),
            "resolved": self.env._("resolved"),
        }

    @api.model
    def _plan_words(self):
        return {
            "active": self.env._("runs"),
            "completed": self.env._("kept"),
            "defaulted": self.env._("not kept"),
            "cancelled": self.env._("ended"),
        }

    @api.model
    def _checks(self, facts, dossier):
        """What was checked, and what was not: ``[(result, words)]``."""
        results = {each.code: each for each in dossier.checks}
        words = self.env["collection.check.words"]
        return [
            (
                results[check.code].result,
                words._said(check, facts.currency),
                results[check.code].note,
            )
            for check in facts.checks
            if check.result != "pass"
        ]

    @api.model
    def _costs_why(self, costs):
        if costs.note:
            return costs.note
        if costs.reason == "no_valid_notice":
            return self.env._("No valid statutory notice has left: no costs are claimed.")
        return ""


def in_utc(moment):
    """A moment as the database has it: UTC without zone."""
    return (moment - moment.utcoffset()).replace(tzinfo=None)
