from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain

from ..rules.allocation import cover
from ..tools import exact


class DunningPromise(models.Model):
    """What debtors read about what they promised."""

    _inherit = "dunning.promise"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _names(self, items, most=10):
        """Numbers of items, of many the first."""
        names = ", ".join(filter(None, items[:most].mapped("name")))
        return f"{names}…" if len(items) > most else names

    def _words_for(self, env):
        """Amounts and days of a promise as the reader of an environment writes them."""
        page = env["dunning.page"]
        return {
            "amount": page._money(self.amount, self.currency_id),
            "paid": page._money(self.paid, self.currency_id),
            "day": page._date(self.date),
            "until": page._date(self.deadline),
        }

    def _promised_of_each(self):
        """What was promised of each item when the promise was made: ``{item id: amount}``."""
        rows = [
            (item.id, item.date_due, Decimal(self._then(item)["open"])) for item in self.item_ids
        ]
        return cover(rows, exact(self.amount))

    def _is_part(self):
        """Whether less was promised than was open."""
        then = sum((Decimal(self._then(item)["open"]) for item in self.item_ids), Decimal(0))
        return exact(self.amount) < then

    def _confirmation(self, env):
        """What was promised and what that means, as sentences for the debtor."""
        self = self.with_env(env)
        money = self._words_for(env)
        lines = [
            env._(
                "You pay %(amount)s by %(day)s for %(invoices)s.",
                amount=money["amount"],
                day=money["day"],
                invoices=self._names(self.item_ids),
            ),
            env._("About this amount you hear nothing from us until %s.", money["until"]),
        ]
        if self._is_part():
            lines.append(env._("What is open beside it stays as it is."))
        if self._terms_run(self.item_ids):
            lines.append(env._("Our earlier terms stay as they are."))
        return " ".join(lines)

    @api.model
    def _terms_run(self, items):
        """Whether a message about items gave a term that has not passed."""
        today = items[:1]._today()
        return bool(
            self.env["dunning.notice"]
            .sudo()
            .search_count(
                Domain("line_ids.item_id", "in", items.ids)
                & Domain("line_ids.position", ">", 0)
                & Domain("state", "=", "sent")
                & Domain("term_until", ">=", today),
                limit=1,
            )
        )

    def _tell_made(self):
        """Confirm a promise that the debtor made by itself."""
        self.ensure_one()
        self.told = True

        def words(env):
            names = self.with_env(env)._names(self.item_ids)
            return env._("We noted when you pay %s", names), [
                env._("Thank you for telling us when you pay. We noted it like this:"),
                self._confirmation(env),
                env._("Is this not right, or does it not work out? Answer this message."),
            ]

        return self.env["dunning.talk"]._tell(self.debtor_id, self.item_ids, "promise", words)

    def _broken_words(self, env):
        self = self.with_env(env)
        money, names = self._words_for(env), self._names(self.item_ids)
        nothing = (
            env._("We have received %s of it so far.", money["paid"])
            if self.paid
            else env._("We have not received it.")
        )
        promised = env._(
            "You told us that you would pay %(amount)s by %(day)s for %(invoices)s.",
            amount=money["amount"],
            day=money["day"],
            invoices=names,
        )
        disputed = sum(self.env["dunning.dispute"].sudo()._disputed_of(self.item_ids).values())
        return env._("We have not received your payment for %s", names), [
            f"{promised} {nothing}",
            disputed
            and env._(
                "You don't agree with %s of it: that you need not pay while we look into it.",
                env["dunning.page"]._money(disputed, self.currency_id),
            ),
            env._("Have you paid in the meantime? Thank you, then you need not do anything."),
            env._(
                "If not, please pay now. From tomorrow on our reminders go on. Can't you pay at "
                "the moment? Tell us, and we look for a solution together."
            ),
        ]

    def _cancelled_words(self, env):
        self = self.with_env(env)
        money, names = self._words_for(env), self._names(self.item_ids)
        return env._("What we noted about paying %s later", names), [
            env._(
                "We had noted that you pay %(amount)s by %(day)s. This does not count any more: "
                "please pay as our invoices say.",
                amount=money["amount"],
                day=money["day"],
            ),
            env._("Is this not right? Answer this message, then we look at it again."),
        ]
