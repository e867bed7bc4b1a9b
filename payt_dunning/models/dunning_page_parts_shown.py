from datetime import timedelta

from odoo import api, models

from .dunning_page import PAGE_SIZE

#: Of longer plans the first and the last day are named only.
FEW_DAYS = 4


class DunningPageDialogue(models.AbstractModel):
    """What the page for paying in parts shows: choices, and a schedule to agree to."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _parts_page(self, door, piles, basis, typed=None):
        """What the page for paying in parts shows.

        :param typed: what was typed in a form before
        """
        page, typed = self.env["dunning.page"], typed or {}
        choices = self._choices(basis)
        plans, company = self.env["dunning.payment.plan"].sudo(), door.company
        waits = bool(choices) and self._waits(basis, next(iter(choices.values())))
        chosen = set(basis.keys)
        bookable = self._bookable(basis.pile)
        lines = [
            (f"r{row.item_id}", row.name, row.open) for row in basis.pile.rows if self._fits(row)
        ]
        lines += [
            (extra.key, extra.label, extra.amount)
            for extra in basis.pile.extras
            if extra.key in bookable
        ]
        return {
            "currency": basis.currency.id,
            "total": page._money(basis.total, basis.currency),
            "about_words": self.env._(
                "For %s", ", ".join([line[1] for line in lines if line[0] in chosen][:PAGE_SIZE])
            ),
            "lines": [
                {
                    "key": key,
                    "name": name,
                    "amount": page._money(amount, basis.currency),
                    "on": key in chosen,
                }
                for key, name, amount in lines
            ],
            "keys": basis.keys,
            "first": basis.first.isoformat(),
            "first_words": self.env._("The first time is on %s.", page._date(basis.first)),
            "least": (basis.day + timedelta(days=1)).isoformat(),
            "most": basis.latest.isoformat(),
            "choices": [
                {
                    "number": number,
                    "label": self._schedule_words(basis, schedule),
                    "seal": self._seal(basis, schedule),
                }
                for number, schedule in choices.items()
            ],
            "waits": waits,
            "asks": not choices,
            "answer": self._answer_words(plans._answer_day(company)),
            "typed": typed,
        }

    @api.model
    def _schedule_words(self, basis, schedule):
        """A schedule in one line."""
        page, last = self.env["dunning.page"], schedule[-1]
        money = page._money(schedule[0].amount, basis.currency)
        days = [page._date(each.due) for each in schedule]
        same = last.amount == schedule[0].amount
        values = {
            "count": len(schedule),
            "amount": money,
            "days": ", ".join(days),
            "first": days[0],
            "last_day": days[-1],
            "last": page._money(last.amount, basis.currency),
        }
        if len(schedule) <= FEW_DAYS:
            if same:
                return self.env._("%(count)s parts of %(amount)s: %(days)s", **values)
            return self.env._(
                "%(count)s parts of %(amount)s, the last one %(last)s: %(days)s", **values
            )
        if same:
            return self.env._(
                "%(count)s parts of %(amount)s, each month from %(first)s to %(last_day)s", **values
            )
        return self.env._(
            "%(count)s parts of %(amount)s, the last one %(last)s, each month from %(first)s to "
            "%(last_day)s",
            **values,
        )

    @api.model
    def _to_check(self, basis, schedule):
        """A schedule that was worked out, to be agreed to."""
        page, plans = self.env["dunning.page"], self.env["dunning.payment.plan"].sudo()
        waits = self._waits(basis, schedule)
        return {
            "rows": [
                (str(each.number), page._date(each.due), page._money(each.amount, basis.currency))
                for each in schedule
            ],
            "total": self.env._("Together %s.", page._money(basis.total, basis.currency)),
            "seal": self._seal(basis, schedule),
            "waits": waits,
            "why": plans._breaches_in_words(basis.items, schedule, basis.terms, basis.day),
        }
