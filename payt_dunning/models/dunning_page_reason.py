import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .dunning_hold_self import MOST_DAYS

_logger = logging.getLogger(__name__)

#: So many invoices can be ticked in the form of a reason; above it, it is about all of them.
FEW = 20
#: Invoices in the file that holds all of them.
MOST_COPIES = 50
#: Offers that are about everything that is open.
ABOUT_ALL = ("pay", "overview")
LONGEST_NUMBER = 100
#: Code of the reason that a dispute on the page gives.
DISAGREE = "disagree"


class DunningPageDialogue(models.AbstractModel):
    """Why a debtor does not pay, and what the page offers then."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        values = super()._sections(door, piles, day, visitor)
        company, business = door.company.sudo(), values["is_business"]
        help_url = company.dunning_debt_help_business_url if business else None
        return {
            **values,
            "reasons": self._offers(door, visitor) if any(p.rows for p in piles) else [],
            "few": FEW,
            "overview_limit": self.env._("The %s oldest invoices are in it.", MOST_COPIES)
            if sum(len(pile.rows) for pile in piles) > MOST_COPIES
            else "",
            "copy_term": self.env._(
                "From the day it is mailed you have %s days to pay it.", company.dunning_copy_days
            ),
            "debt_help": help_url if business else company.dunning_debt_help_url,
        }

    @api.model
    def _reasons(self, door):
        """The reasons that this debtor may give on its page."""
        fits = ("all",) if door.debtor.kind == "consumer" else ("all", "business")
        return (
            self.env["dunning.nonpayment.reason"]
            .sudo()
            .search(
                Domain("audience", "in", fits)
                & Domain("question", "!=", False)
                & Domain("needs_manager", "=", False)
            )
        )

    @api.model
    def _offers(self, door, visitor):
        """The same for the template, each with the name of its form."""
        typed, reasons = visitor.get("typed") or {}, self._reasons(door)
        plan = reasons.filtered(lambda reason: reason.offer == "plan")[:1]
        return [
            {
                "id": reason.id,
                "form": f"reason{reason.id}",
                "question": reason.question,
                "offer": reason.offer,
                "asks": reason.asks,
                "hardship": reason.hardship,
                # The form for what one does not agree with says all of it.
                "form_only": reason.code == DISAGREE,
                # The form for paying later is there once, below the first that leads to it.
                "promise_next": reason == plan,
                "open": f"reason{reason.id}" in typed,
                "text": (typed.get(f"reason{reason.id}") or {}).get("text", ""),
            }
            for reason in reasons
        ]

    @api.model
    def _told(self, what, door):
        words = {
            "reason": self.env._("Thank you, we have noted it."),
            "copy": self.env._(
                "We have mailed it to you. It may take a few minutes. Below you read until when "
                "you have time to pay."
            ),
            "copy_ask": self.env._(
                "Thank you, we have noted that you never received it. One of us looks at it and "
                "answers you here and by e-mail. You can read it at once under “Documents”."
            ),
            "parts": self.env._(
                "Thank you for telling us. One of us looks at it and makes you a proposal, here "
                "and by e-mail. For 30 days we send no reminders about it and add no costs or "
                "interest."
            ),
            "parts_choose": self.env._(
                "Thank you for telling us. For 30 days we send no reminders about it and add no "
                "costs or interest. Choose below how you would like to pay; does nothing suit "
                "you, we make you a proposal."
            ),
            "parts_choose_again": self.env._(
                "Thank you for telling us. Choose below how you would like to pay."
            ),
            "parts_ask": self.env._(
                "Thank you, we have your message. You asked for time before, so one of us looks "
                "at it and answers you here and by e-mail."
            ),
        }
        return words.get(what) or super()._told(what, door)

    @api.model
    def _agreed(self, door, piles, day):
        ids = [row.item_id for pile in piles for row in pile.rows]
        page, words = self.env["dunning.page"], []
        for item in (
            self.env["dunning.item"]
            .sudo()
            .search_fetch(
                Domain("id", "in", ids)
                & Domain("copied_on", "!=", False)
                & Domain("count_from", ">=", day),
                ["name", "copied_on", "count_from"],
            )
        ):
            words.append(
                self.env._(
                    "We sent you invoice %(invoice)s again on %(day)s. You have until %(until)s "
                    "to pay it.",
                    invoice=item.name,
                    day=page._date(item.copied_on),
                    until=page._date(item.count_from),
                )
            )
        waiting = Domain("kind", "=", "plan_requested") & Domain("by_debtor", "=", True)
        for hold in self._own_holds(ids, waiting, day):
            words.append(
                self.env._(
                    "You asked on %(day)s to pay invoice %(invoice)s in parts. You hear from us; "
                    "until %(until)s at most we send no reminders about it.",
                    day=page._date(hold.date_from),
                    invoice=hold.item_id.name,
                    until=page._date(hold.date_until),
                )
            )
        return [*super()._agreed(door, piles, day), *({"text": text} for text in words)]

    @api.model
    def _own_holds(self, item_ids, domain, day):
        """Holds of items that last on a day and begin by what the debtor did."""
        return (
            self.env["dunning.hold"]
            .sudo()
            .search(
                domain
                & Domain("item_id", "in", item_ids)
                & Domain("released_on", "=", False)
                & Domain("date_until", ">=", day)
            )
        )

    # -- a reason is given ------------------------------------------------------------------------

    @api.model
    def _reason(self, door, reason_id):
        """The reason that was chosen, if this debtor may give it.

        :raises UserError: for any other
        """
        reason = self._reasons(door).filtered(lambda each: each.id == reason_id)
        if not reason:
            raise UserError(self.env._("This reason is not there any more. Choose another one."))
        return reason

    @api.model
    def _about(self, door, reason, item_ids, everything=False):
        """The items that a reason was given for: open ones, if any of them is.

        :raises UserError: when none was chosen
        """
        if reason.offer in ABOUT_ALL or everything:
            items = door.items
        else:
            items = self._chosen(door, item_ids)
        return items.filtered(lambda item: item.state == "open") or items

    @api.model
    def _asked_for(self, reason, text):
        """What was filled in beside a reason, checked.

        :raises UserError: in the debtor's words
        """
        text = self._check_text(text, needed=False)
        if reason.asks == "none":
            return ""
        if not text:
            raise UserError(
                {
                    "number": self.env._("Fill in your order number or reference."),
                    "date": self.env._("Fill in the day."),
                }.get(reason.asks, self.env._("Write a few words first."))
            )
        if reason.asks == "number" and (len(text) > LONGEST_NUMBER or "\n" in text):
            raise UserError(
                self.env._("An order number has at most %s characters.", LONGEST_NUMBER)
            )
        if reason.asks == "date":
            try:
                day = fields.Date.to_date(text)
            except ValueError:
                raise UserError(self.env._("“%s” is not a day we can read.", text[:30])) from None
            text = self.env["dunning.page"]._date(day)
        return text

    @api.model
    def _give_reason(self, door, reason, items, text):
        """Keep a reason that the debtor gives; what it wrote with it waits for an answer.

        :param text: what :meth:`_asked_for` gave
        :return: what is written in the thread, empty for nothing
        """
        self.env["dunning.nonpayment"].sudo()._give(items, reason, text, by_debtor=True)
        if not text:
            return ""
        return f"{reason.question}\n\n{text}"

    @api.model
    def _dispute(self, door, said, files, author):
        """Who does not agree gives that as the reason too."""
        told, message = super()._dispute(door, said, files, author)
        reason = self._reasons(door).filtered(lambda each: each.code == DISAGREE)
        items = said.items.filtered(lambda item: item.state == "open")
        if reason and items:
            self.env["dunning.nonpayment"].sudo()._give(
                items, reason[:1], said.text, by_debtor=True
            )
        return told, message

    # -- offers -----------------------------------------------------------------------------------

    @api.model
    def _copy(self, door, reason, items):
        """Mail the debtor its invoices again, with a new term: those for which it may ask.

        :return: those that a person has to look at
        """
        self.env["dunning.nonpayment"].sudo()._give(items, reason, by_debtor=True)
        can_mail = door.company._dunning_is_live() and door.debtor._known_addresses()
        mine = items._may_be_copied() if can_mail else items.browse()
        try:
            with self.env.cr.savepoint():
                mine._send_invoice_again(mine._new_term(door.company), by_debtor=True)
        except UserError:
            _logger.exception("Invoices of debtor %s can't be sent again", door.debtor.id)
            return items
        return items - mine

    @api.model
    def _ask_for_parts(self, door, reason, items):
        """Follow-up waits for our offer of a plan, and nothing is added until then.

        The wait is not over with our answer: the debtor has to answer that.

        :return: whether anything waits; what had its share before is for a person
        """
        until = items._today() + timedelta(days=MOST_DAYS - 1)
        holds = self.env["dunning.hold"].sudo()
        words = reason.with_context(lang=door.company.partner_id.lang).name
        holds = holds._self_service(items, "plan_requested", until, None, words)
        if reason.hardship:
            holds.write({"hardship": True})
        self.env["dunning.task"]._ask(
            items.move_id[:1],
            "plan_request",
            lambda env: env._("%s asks to pay in parts", door.debtor.display_name),
            company=door.company,
            handler=door.debtor.handler_id,
        )
        door.debtor._decide_now()
        return bool(holds)


class DunningQuestion(models.Model):
    """What asked for a plan is answered with the message that asked for it."""

    _inherit = "dunning.question"  # pylint: disable=consider-merging-classes-inherited

    def _close(self, state, user, message=None):
        result = super()._close(state, user, message)
        self.env["dunning.task"]._done(self.move_id, "plan_request")
        return result
