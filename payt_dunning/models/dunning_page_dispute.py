from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mail import plaintext2html

from ..rules.law.money import ZERO
from .dunning_dispute import Contested

#: Up to so many lines of invoices can be chosen from on the page.
MOST_LINES = 30
#: For so many days the outcome of a dispute is shown.
SHOWN_DAYS = 60


class Said(NamedTuple):
    """What a debtor says in the form.

    :param items: all of one invoice, or one opening balance
    :param words: all of it as a text, for the thread
    """

    items: object
    contested: Contested
    reason: object
    text: str
    words: str


class DunningPageDialogue(models.AbstractModel):
    """Disputes on a debtor's page."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        sections = super()._sections(door, piles, day, visitor)
        rows = [row for pile in piles for row in pile.rows]
        reasons = self.env["dunning.dispute.reason"].sudo().search([]) if rows else ()
        return {
            **sections,
            "dispute_reasons": [(str(reason.id), reason.question) for reason in reasons],
            "dispute_lines": self._dispute_lines(rows),
        }

    @api.model
    def _dispute_lines(self, rows):
        """The lines of the invoices in rows, to choose from; none where there are too many."""
        names = {}
        for row in rows:
            names.setdefault(row.move_id, row.name)
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search_fetch(
                [
                    ("move_id", "in", list(names)),
                    ("display_type", "=", "product"),
                    ("move_id.move_type", "!=", "entry"),
                ],
                ["move_id", "name", "price_total", "currency_id"],
                order="move_id, sequence, id",
                limit=MOST_LINES + 1,
            )
            if names
            else ()
        )
        if len(lines) > MOST_LINES:
            return []
        money = self.env["dunning.page"]._money
        return [
            {
                "name": names[move.id],
                "lines": [
                    (
                        str(line.id),
                        (line.name or "").split("\n")[0],
                        money(line.price_total, line.currency_id),
                    )
                    for line in own
                ],
            }
            for move, own in (lines.grouped("move_id").items() if lines else ())
        ]

    @api.model
    def _told(self, what, door):
        # Where nothing can be mailed the page does not say that something was.
        can_mail = door.company._dunning_is_live() and door.debtor._known_addresses()
        if what in ("dispute", "dispute_part") and not can_mail:
            what = f"{what}_unmailed"
        words = {
            "dispute_unmailed": self.env._(
                "Thank you, we look into it. You need not pay it until you have our answer."
            ),
            "dispute_part_unmailed": self.env._(
                "Thank you, we look into it. What you don't agree with you need not pay until you "
                "have our answer; the rest stays to be paid."
            ),
            "dispute": self.env._(
                "Thank you, we look into it. You need not pay it until you have our answer. We "
                "have mailed you a confirmation."
            ),
            "dispute_part": self.env._(
                "Thank you, we look into it. What you don't agree with you need not pay until you "
                "have our answer; the rest stays to be paid. We have mailed you a confirmation."
            ),
            "dispute_again": self.env._(
                "Thank you, we have your message. You told us before that you don't agree with "
                "this, so one of us reads it first and answers you here and by e-mail."
            ),
            "dispute_nothing": self.env._(
                "Thank you, we have your message and answer it if that is needed. Nothing is open "
                "of this any more: you need not pay."
            ),
            "dispute_withdrawn": self.env._(
                "Thank you. We have noted that you agree with it after all."
            ),
        }
        return words.get(what) or super()._told(what, door)

    # -- what is under way --------------------------------------------------------------------------

    @api.model
    def _agreed(self, door, piles, day):
        disputes = (
            self.env["dunning.dispute"]
            .sudo()
            .search(
                Domain("debtor_id", "=", door.debtor.id)
                & Domain("item_ids", "in", door.items.ids)
                & (
                    Domain("state", "=", "open")
                    | (
                        Domain("state", "in", ("accepted", "partly", "rejected"))
                        & Domain("decided_on", ">=", day - timedelta(days=SHOWN_DAYS))
                    )
                ),
                order="id",
            )
        )
        return [
            *super()._agreed(door, piles, day),
            *(self._dispute_shown(dispute, day) for dispute in disputes),
        ]

    @api.model
    def _dispute_shown(self, dispute, day):
        """A dispute under “What we agreed”: what is held, who looks into it, or its outcome."""
        pages = self.env["dunning.page"]

        def money(amount):
            return pages._money(amount, dispute.currency_id)

        values = {"invoice": dispute.name, "amount": money(dispute.amount)}
        if dispute.state == "open":
            until = pages._date(dispute.deadline)
            begin = self.env._(
                "You don't agree with %(amount)s of %(invoice)s. You need not pay that until we "
                "have answered.",
                **values,
            )
            answer = (
                self.env._(
                    "%(who)s looks into it. We answer by %(day)s.",
                    who=dispute.owner_id.name,
                    day=until,
                )
                if dispute.deadline >= day
                else self.env._("We are late with our answer, and are sorry for that.")
            )
            return {
                "text": f"{begin} {answer}",
                "action": "dispute/withdraw",
                "record": dispute.id,
                "button": self.env._("I agree with it after all"),
            }
        accepted = money(dispute.amount_accepted)
        begin = {
            "accepted": self.env._("You were right about %(amount)s of %(invoice)s.", **values),
            "partly": self.env._(
                "You were right about %(accepted)s of the %(amount)s of %(invoice)s that you did "
                "not agree with.",
                accepted=accepted,
                **values,
            ),
            "rejected": self.env._(
                "You did not agree with %(amount)s of %(invoice)s. We have looked into it, and it "
                "stays to be paid.",
                **values,
            ),
        }[dispute.state]
        credit = {
            True: self.env._("It has been credited."),
            False: self.env._("We make a credit note for it."),
        }[bool(dispute.credited_on)]
        parts = [begin, "" if dispute.state == "rejected" else credit, dispute.outcome]
        return {"text": " ".join(filter(None, parts))}

    # -- what the debtor says ------------------------------------------------------------------------

    @api.model
    def _read_dispute(self, items, part, amount, lines, reason, text):
        """What was filled in, checked for what can be seen without looking at the ledger.

        :param items: those that were chosen
        :param part: ``whole``, ``amount`` or ``lines``
        :param amount: as typed
        :param lines: ids as they came, of anything
        :param reason: an id as it came
        :return: :class:`Said`
        :raises UserError: in the debtor's words
        """
        if len(items.move_id) > 1 or (len(items) > 1 and items.move_id.move_type == "entry"):
            raise UserError(self.env._("Choose one invoice at a time."))
        items = items.env["dunning.dispute"]._family(items[:1]) or items
        known = self.env["dunning.dispute.reason"].sudo().search([])
        reason = known.filtered(lambda each: str(each.id) == reason)
        if not reason:
            raise UserError(self.env._("Choose what is not right."))
        text = self._check_text(text)
        contested, how_much = self._read_part(items, part, amount, lines)
        words = "\n".join([self.env._("I don't agree with it."), f"{reason.question}.", how_much])
        return Said(items, contested, reason, text, f"{words}\n\n{text}")

    @api.model
    def _read_part(self, items, part, amount, lines):
        """How much of an invoice it is about: a :class:`Contested`, and in words."""
        page, currency = self.env["dunning.page"], items.currency_id[:1]
        if part == "amount":
            if not (amount or "").strip():
                raise UserError(self.env._("Write the amount that you don't agree with."))
            found = self.env["dunning.page.choice"]._typed(amount, currency)
            words = self.env._("It is about %s of it.", page._money(found, currency))
            return Contested("amount", float(found)), words
        if part == "lines":
            ids = {int(each) for each in lines if each.isdecimal() and len(each) < 10}
            # Nothing of others: what is not of this invoice is not looked at at all.
            own = items.move_id.sudo().invoice_line_ids.filtered(
                lambda line: line.id in ids and line.display_type == "product"
            )
            if not own or len(own) != len(ids):
                raise UserError(
                    self.env._(
                        "Choose the lines that you don't agree with, of the invoice that it is "
                        "about."
                    )
                )
            names = ", ".join((line.name or "").split("\n")[0] for line in own)
            return Contested("lines", 0.0, own), self.env._("It is about: %s.", names)
        if part != "whole":
            raise UserError(self.env._("Choose how much of it you don't agree with."))
        return Contested("whole"), self.env._("It is about all of it.")

    @api.model
    def _dispute(self, door, said, files, author):
        """Put what the debtor says in the thread, and hold what it is about.

        Where nothing is open any more, or it did not agree before, it is a message that waits
        for an answer.

        :param said: :class:`Said`
        :return: what the page says then (see :meth:`_told`), and the message
        """
        Dispute = self.env["dunning.dispute"].sudo()
        items, body = said.items, plaintext2html(said.words)
        if Dispute._open_of(items) <= 0:
            return "dispute_nothing", self._say(door, items, body, files, author)
        days = self.env["dunning.hold"].sudo()._days_left(items, "dispute")
        if any(left <= 0 for left in days.values()):
            return "dispute_again", self._say(door, items, body, files, author)
        dispute = Dispute._begin(items, said.contested, said.reason, said.text, by_debtor=True)
        message = self._say(door, items, body, files, author, dispute)
        dispute._confirm()
        rest = Dispute._room(items) > ZERO
        return ("dispute_part" if rest else "dispute"), message

    @api.model
    def _withdraw_dispute(self, door, dispute_id):
        """The debtor agrees after all.

        :raises UserError: when there is nothing to withdraw
        """
        dispute = (
            self.env["dunning.dispute"]
            .sudo()
            .search(
                [
                    ("id", "=", dispute_id),
                    ("debtor_id", "=", door.debtor.id),
                    ("item_ids", "in", door.items.ids),
                    ("state", "=", "open"),
                ]
            )
        )
        if not dispute:
            raise UserError(self.env._("This has been decided already. Look at what is there now."))
        dispute._check_undecided()
        dispute._withdraw(self.env._("The debtor agrees after all."))
