from decimal import Decimal

from odoo import api, models


class DunningLawWords(models.AbstractModel):
    """Calculations and elements of the law in words."""

    _name = "dunning.law.words"
    _description = "Law in Words"

    @api.model
    def _calculation(self, env, steps, money):
        """How costs were calculated, a line each.

        :param env: in the reader's language
        :param steps: ``[(code, values)]`` of :class:`~..rules.law.costs.CostStep`, or a line that
            is written already
        :param money: writes an amount
        """
        return [
            step if isinstance(step, str) else self._step(env, step[0], dict(step[1]), money)
            for step in steps
        ]

    @api.model
    def _step(self, env, code, values, money):
        def amount(name):
            return money(Decimal(values[name]))

        if code == "scale":
            if not Decimal(values["base"]):
                return env._(
                    "%(percent)s%% of %(part)s = %(result)s",
                    percent=_plain(values["percent"]),
                    part=amount("part"),
                    result=amount("result"),
                )
            return env._(
                "%(base)s + %(percent)s%% of the part above %(above)s, which is %(part)s = "
                "%(result)s",
                base=amount("base"),
                percent=_plain(values["percent"]),
                above=amount("above"),
                part=amount("part"),
                result=amount("result"),
            )
        if code == "minimum":
            return env._("It is at least %s.", amount("minimum"))
        if code == "maximum":
            return env._("It is at most %s.", amount("maximum"))
        if code == "floor":
            return env._(
                "At least %(each)s for each of %(count)s = %(result)s",
                each=amount("each"),
                count=values["count"],
                result=amount("result"),
            )
        if code == "vat":
            return env._(
                "VAT: %(percent)s%% of %(amount)s = %(result)s",
                percent=_plain(values["percent"]),
                amount=amount("amount"),
                result=amount("result"),
            )
        return env._(
            "As agreed: %(percent)s%% of %(total)s, at least %(minimum)s = %(result)s",
            percent=_plain(values["percent"]),
            total=amount("total"),
            minimum=amount("minimum"),
            result=amount("result"),
        )

    @api.model
    def _element(self, element):
        """The name of what a notice must say or must not; those that are shipped are translated."""
        return {
            "the exact amount of the costs": self.env._("the exact amount of the costs"),
            "the term, counted from the day after delivery": self.env._(
                "the term, counted from the day after delivery"
            ),
            "the amount to pay now": self.env._("the amount to pay now"),
            "each invoice with number, date and open amount": self.env._(
                "each invoice with number, date and open amount"
            ),
            "what happens without payment": self.env._("what happens without payment"),
            "tax on the costs with its declaration, where it applies": self.env._(
                "tax on the costs with its declaration, where it applies"
            ),
            "a term counted from the date of the letter or today": self.env._(
                "a term counted from the date of the letter or today"
            ),
            "a fee for the notice itself": self.env._("a fee for the notice itself"),
            "name and enterprise number of the creditor": self.env._(
                "name and enterprise number of the creditor"
            ),
            "balance that is due": self.env._("balance that is due"),
            "the amount of the clause that follows": self.env._(
                "the amount of the clause that follows"
            ),
            "what was bought, and its due date": self.env._("what was bought, and its due date"),
            "the term before anything is charged": self.env._(
                "the term before anything is charged"
            ),
            "a fee for the first reminder": self.env._("a fee for the first reminder"),
        }.get(element, element)


def _plain(number):
    """A percentage without zeros at its end."""
    return f"{Decimal(number).normalize():f}"
