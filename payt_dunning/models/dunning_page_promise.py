from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mail import plaintext2html

from ..rules.amounts import read_amount
from ..rules.days import read_day
from ..tools import exact
from .dunning_promise_checks import FURTHEST, Asks


class DunningPageDialogue(models.AbstractModel):
    """Paying later, and having paid already, on a debtor's page."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        values = super()._sections(door, piles, day, visitor)
        return {**values, "later": self._later(door, piles, day)}

    @api.model
    def _later(self, door, piles, day):
        """What the forms for paying later and having paid need: days, and an amount to begin with.

        Days are written as date fields of browsers take them.
        """
        rows = [(row, pile.currency) for pile in piles for row in pile.rows]
        ids = [row.item_id for row, _currency in rows]
        ahead = self.env["dunning.promise"]._days_ahead(door.items.browse(ids)) if ids else 0
        amount = ""
        if len(rows) == 1:
            row, currency = rows[0]
            amount = self._typed_amount(row.payable, currency) if row.payable > 0 else ""
        return {
            "least": (day + timedelta(days=1)).isoformat(),
            "most": (day + timedelta(days=FURTHEST)).isoformat(),
            "today": day.isoformat(),
            "rule": self._rule(day, ahead),
            "amount": amount,
        }

    @api.model
    def _rule(self, day, ahead):
        """What comes of a promise: noted at once, or looked at first."""
        if not ahead:
            return self.env._("Tell us by which day you pay. We look at it and answer you.")
        return self.env._(
            "Tell us by which day you pay. Up to %s we note it at once, one time for each invoice. "
            "A later day we look at first, and answer you.",
            self.env["dunning.page"]._date(day + timedelta(days=ahead)),
        )

    @api.model
    def _typed_amount(self, amount, currency):
        """An amount as the reader types it."""
        return f"{amount:.{currency.decimal_places}f}".replace(".", self._reader().decimal_point)

    @api.model
    def _reader(self):
        return self.env["res.lang"]._get_data(code=self.env.lang or "en_US")

    @api.model
    def _told(self, what, door):
        if what == "paid_twice":
            return self._told_twice(door)
        words = {
            "promise": self.env._("Thank you, we noted it. You read below what that means."),
            "promise_asked": self.env._(
                "Thank you. Somebody looks at this day first and answers you. Until then we send "
                "no formal messages about it."
            ),
            "paid": self.env._(
                "Thank you. We look for your payment. Below you read until when nothing happens; "
                "you hear from us when we have looked."
            ),
            "paid_asked": self.env._(
                "Thank you, we have your message. You told us of a payment before; somebody looks "
                "again and answers you."
            ),
        }
        return words.get(what) or super()._told(what, door)

    @api.model
    def _told_twice(self, door):
        advice = self._open_of("dunning.payment.advice", door)[-1:]
        if not advice:
            return self.env._("Thank you, we have your message.")
        return self.env._(
            "You told us on %s; we are looking for it. We have your message as well.",
            self.env["dunning.page"]._date(advice.said_on),
        )

    @api.model
    def _agreed(self, door, piles, day):
        promises = self._open_of("dunning.promise", door)
        advices = self._open_of("dunning.payment.advice", door)
        return [
            *super()._agreed(door, piles, day),
            *({"text": self._promised(promise, door)} for promise in promises),
            *({"text": self._paid_before(advice, door, day)} for advice in advices),
        ]

    @api.model
    def _open_of(self, model, door):
        """What is open of a model about the items behind a door."""
        records = self.env[model].sudo()
        return records.search(
            [
                ("debtor_id", "=", door.debtor.id),
                ("state", "=", "open"),
                ("item_ids", "in", door.items.ids),
            ],
            order="id",
        )

    @api.model
    def _is_beyond(self, record, door):
        """Whether something is about more than lies behind a door.

        Somebody who was sent one invoice learns no numbers and no amounts of the others.
        """
        return not door.whole and bool(set(record.item_ids.ids) - set(door.items.ids))

    @api.model
    def _promised(self, promise, door):
        words = promise._words_for(self.env)
        beyond = self._is_beyond(promise, door)
        said = (
            self.env._("You told us when you pay this and more.")
            if beyond
            else self.env._(
                "You said you pay %(amount)s by %(day)s for %(invoices)s.",
                amount=words["amount"],
                day=words["day"],
                invoices=promise._names(promise.item_ids),
            )
        )
        nothing = self.env._("Nothing happens until %s.", words["until"])
        if promise._is_part():
            nothing = not beyond and self.env._(
                "About this amount nothing happens until %s.", words["until"]
            )
        terms = promise._terms_run(promise.item_ids)
        earlier = self.env._("Our earlier terms stay as they are.") if terms else ""
        return " ".join(filter(None, (said, nothing, earlier)))

    @api.model
    def _paid_before(self, advice, door, day):
        words = advice._words_for(self.env)
        told = (
            self.env._(
                "You told us on %s that you paid this and more; we are looking for it.",
                words["said"],
            )
            if self._is_beyond(advice, door)
            else self.env._(
                "You told us on %(said)s that you paid %(amount)s on %(day)s for %(invoices)s; we "
                "are looking for it.",
                said=words["said"],
                amount=words["amount"],
                day=words["day"],
                invoices=words["invoices"],
            )
        )
        if not advice.hold_until or advice.hold_until < day:
            return told
        nothing = self.env._("Nothing happens until %s.", words["until"])
        return f"{told} {nothing}"

    # -- what was typed --------------------------------------------------------------------------

    @api.model
    def _still_open(self, items):
        """Those of the chosen items that are open.

        :raises UserError: when none is
        """
        found = items.filtered(lambda item: item.state == "open" and item.amount_open > 0)
        if not found:
            raise UserError(self.env._("Nothing of this is open any more: you need not pay."))
        return found

    @api.model
    def _day(self, text):
        """A day that was typed.

        :raises UserError: in the debtor's words
        """
        order = self._reader().date_format
        day_first = "%m" not in order or order.find("%d") < order.find("%m")
        example = "31-12-2026" if day_first else "12/31/2026"
        if not (text or "").strip():
            raise UserError(self.env._("Choose a day."))
        try:
            return read_day(text, day_first)
        except ValueError:
            raise UserError(
                self.env._(
                    "“%(text)s” is not a day we can read. Write it like this: %(example)s",
                    text=text.strip()[:30],
                    example=example,
                )
            ) from None

    @api.model
    def _amount(self, text, items):
        """An amount that was typed; all that is open where none was.

        :raises UserError: in the debtor's words
        """
        if len(items.currency_id) > 1:
            raise UserError(
                self.env._("Choose what is in one currency, and tell us of the rest apart.")
            )
        currency, text = items.currency_id, (text or "").strip()
        if not text:
            return sum(exact(item.amount_open) for item in items)
        try:
            return read_amount(text, self._reader().decimal_point or ".", currency.decimal_places)
        except ValueError:
            raise UserError(
                self.env._(
                    "“%(text)s” is not an amount we can read. Write it like this: %(example)s",
                    text=text[:30],
                    example=self._typed_amount(12.5, currency),
                )
            ) from None

    @api.model
    def _told_by_form(self, door, items, text, author, files=None):
        """Put in the thread what the debtor told by a form that needs no answer of a person.

        :return: the message
        """
        self._check_pace(door)
        author = author or door.debtor.partner_id
        if author.commercial_partner_id != door.debtor.partner_id:
            author = door.debtor.partner_id
        talk = self.env["dunning.talk"]
        move = items.move_id[:1]
        message = talk._show(door.debtor, move, False, [text], author)
        if files:
            files.sudo().write({"res_model": move._name, "res_id": move.id})
        message.write(
            {
                "email_from": author.email_formatted or False,
                "attachment_ids": files.ids if files else [],
            }
        )
        return message

    # -- the forms -------------------------------------------------------------------------------

    @api.model
    def _promise(self, door, items, day_text, amount_text, author):
        """The debtor says by when it pays: noted and confirmed, or asked of a person.

        :param items: those that were chosen, of the door
        :return: what the page says then, and the debtor's message
        :raises UserError: in the debtor's words
        """
        items, promises = self._still_open(items), self.env["dunning.promise"]
        door.debtor.lock_for_update(allow_referencing=True)
        day, amount = self._day(day_text), self._amount(amount_text, items)
        if day == items._today():
            raise UserError(
                self.env._("Choose a day from tomorrow on. Do you pay today? You can do so above.")
            )
        amount = promises._check(items, day, amount)
        page = self.env["dunning.page"]
        words = {
            "amount": page._money(amount, items.currency_id),
            "day": page._date(day),
            "invoices": promises._names(items),
        }
        try:
            with self.env.cr.savepoint():
                promise = promises._make(items, day, amount, by_debtor=True)
        except Asks:
            asks = self.env._(
                "I would like to pay %(amount)s by %(day)s for %(invoices)s. Is that all right?",
                **words,
            )
            return "promise_asked", self._say(door, items, asks, author=author)
        said = self.env._("I pay %(amount)s by %(day)s for %(invoices)s.", **words)
        message = self._told_by_form(door, promise.item_ids, said, author)
        promise._tell_made()
        return "promise", message

    @api.model
    def _paid(self, door, items, typed, files, author):
        """The debtor says that it has paid: looked for and held, or asked of a person.

        :param typed: ``date``, ``amount`` and ``text`` as they were typed
        :param files: attachments that prove it
        :return: what the page says then, and the debtor's message
        :raises UserError: in the debtor's words
        """
        items = self._still_open(items)
        door.debtor.lock_for_update(allow_referencing=True)
        note = self._check_text(typed.get("text"), needed=False)
        day, amount = self._day(typed.get("date")), self._amount(typed.get("amount"), items)
        advices = self.env["dunning.payment.advice"]
        advice, held = advices._make(items, day, amount, note=note, files=files)
        page = self.env["dunning.page"]
        said = self.env._(
            "I paid %(amount)s on %(day)s for %(invoices)s.",
            amount=page._money(amount, items.currency_id),
            day=page._date(day),
            invoices=self.env["dunning.promise"]._names(items),
        )
        text = "\n\n".join(filter(None, (said, note)))
        if held == items:
            return "paid", self._told_by_form(door, items, text, author, files)
        waits = not advice and advices._said_before(items).filtered(
            lambda each: each.state == "open"
        )
        message = self._say(door, items, plaintext2html(text), files, author)
        return "paid_twice" if waits else "paid_asked", message
