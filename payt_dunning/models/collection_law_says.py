from odoo import api, models
from odoo.tools.misc import format_amount

#: Elements of the shipped notices; rows that people add say theirs in their own words.
PARTS = {
    "the exact amount of the costs": lambda env: env._("the exact amount of the costs"),
    "the term, counted from the day after delivery": lambda env: env._(
        "the term, counted from the day after delivery"
    ),
    "the amount to pay now": lambda env: env._("the amount to pay now"),
    "each invoice with number, date and open amount": lambda env: env._(
        "each invoice with number, date and open amount"
    ),
    "what happens without payment": lambda env: env._("what happens without payment"),
    "tax on the costs with its declaration, where it applies": lambda env: env._(
        "tax on the costs with its declaration, where it applies"
    ),
    "a term counted from the date of the letter or today": lambda env: env._(
        "a term counted from the date of the letter or today"
    ),
    "a fee for the notice itself": lambda env: env._("a fee for the notice itself"),
    "name and enterprise number of the creditor": lambda env: env._(
        "name and enterprise number of the creditor"
    ),
    "balance that is due": lambda env: env._("balance that is due"),
    "the amount of the clause that follows": lambda env: env._(
        "the amount of the clause that follows"
    ),
    "what was bought, and its due date": lambda env: env._("what was bought, and its due date"),
    "the term before anything is charged": lambda env: env._("the term before anything is charged"),
    "a fee for the first reminder": lambda env: env._("a fee for the first reminder"),
}


class CollectionLawSays(models.AbstractModel):
    """What a row of a law table says, as a sentence in the user's language."""

    _name = "collection.law.says"
    _description = "Sentences of Law Rows"

    @api.model
    def _says(self, table, row, currency):
        """A row in words.

        :param table: which one
        :param row: see :class:`~..rules.law.tables.Row`
        :param currency: ``res.currency`` of its amounts
        """
        return getattr(self, f"_say_{table}")(row, currency)

    @property
    def _words(self):
        return self.env["collection.law.words"]

    @api.model
    def _money(self, amount, currency):
        if not currency:
            return str(amount)
        return format_amount(self.env, float(amount), currency, trailing_zeroes=False)

    @api.model
    def _say_jurisdictions(self, row, currency):
        countries = self.env["res.country"].search([("code", "in", row.countries)])
        return self.env._(
            "In %(currency)s; the law of %(countries)s",
            currency=row.currency,
            countries=", ".join(countries.mapped("name")),
        )

    @api.model
    def _say_rates(self, row, currency):
        percent = self._words._percent(row.percent)
        return {
            "consumer": self.env._("%s a year from consumers", percent),
            "commercial": self.env._("%s a year in trade", percent),
            "policy_rate": self.env._("%s a year, from which rates are derived", percent),
        }[row.kind]

    @api.model
    def _say_interest(self, row, currency):
        debtor = self._words._debtor(row.debtor)
        if row.rate_kind == "none":
            return self.env._("%s: no interest by law", debtor)
        rate = self._words._rate_kind(row.rate_kind).lower()
        parts = [
            {
                "due": self.env._("from the day after the due date"),
                "default": self.env._("once the debtor is in default"),
                "notice": self.env._("once the free term has passed"),
                "third_month": self.env._(
                    "three months after delivery, if the invoice said so and a person confirms it"
                ),
            }[row.start],
            self.env._("the first day's rate stays") if row.fixed else "",
            self.env._("unpaid interest joins the claim after each year")
            if row.compounding
            else self.env._("interest bears no interest"),
            self.env._("in a leap year a day is 1/366") if row.actual else "",
        ]
        if row.no_clause:
            kind = self._words._rate_kind(row.no_clause).lower()
            parts.append(self.env._("without a valid clause: %s", kind))
        return f"{debtor}: {rate}, {'; '.join(filter(None, parts))}"

    @api.model
    def _say_costs(self, row, currency):
        debtor = self._words._debtor(row.debtor)
        if not row.tiers:
            return self.env._("%s: nothing may be asked", debtor)
        money = [self._scale(row.tiers, row.below, currency)]
        if row.minimum:
            money.append(self.env._("at least %s", self._money(row.minimum, currency)))
        if row.maximum is not None:
            money.append(self.env._("at most %s", self._money(row.maximum, currency)))
        parts = [", ".join(money)]
        if row.each:
            parts.append(self.env._("for each invoice"))
        if row.floor_each:
            parts.append(
                self.env._("at least %s for each invoice", self._money(row.floor_each, currency))
            )
        if row.needs_notice:
            parts.append(self.env._("after this: %s", self._words._notice(row.needs_notice)))
        if row.needs_clause:
            parts.append(self.env._("where the contract has a clause about it"))
        if row.ceiling:
            parts.append(self.env._("the contract may give less"))
        if row.vat_percent:
            vat = self._words._percent(row.vat_percent)
            parts.append(
                self.env._("%s VAT on top, where the creditor can't deduct it and says so", vat)
            )
        if row.stacking_limit:
            limit = self._money(row.stacking_limit, currency)
            parts.append(
                self.env._(
                    "of terms of a contract up to %s a second time within six months after a "
                    "person looked at it",
                    limit,
                )
            )
        return f"{debtor}: {'; '.join(parts)}"

    @api.model
    def _scale(self, tiers, below, currency):
        """The tiers of a scale: marginal percentages, or an amount for each band."""
        bands = []
        for (above, base, percent), following in zip(tiers, [*tiers[1:], None], strict=True):
            rest = following and following[0] - above
            bands.append((above, base, percent, rest, following and following[1]))
        if any(
            rest is not None and base + rest * percent / 100 != then
            for _above, base, percent, rest, then in bands
        ):
            return "; ".join(
                self._band(above, base, percent, below, currency)
                for above, base, percent, _rest, _then in bands
            )
        return ", ".join(
            self._marginal(place, base, percent, rest, currency)
            for place, (_above, base, percent, rest, _then) in enumerate(bands)
        )

    @api.model
    def _marginal(self, place, base, percent, rest, currency):
        """A band of a scale without steps."""
        if not percent and not place:
            return self._money(base, currency)
        told = {
            "percent": self._words._percent(percent),
            "amount": rest is not None and self._money(rest, currency),
        }
        if rest is None and not place:
            return self.env._("%s of the claim", told["percent"])
        if rest is None:
            return self.env._("%s of what is more", told["percent"])
        if place:
            return self.env._("%(percent)s of the next %(amount)s", **told)
        return self.env._("%(percent)s of the first %(amount)s", **told)

    @api.model
    def _band(self, above, base, percent, below, currency):
        """A band of a scale with steps."""
        amount = self._money(base, currency)
        if percent:
            amount = self.env._(
                "%(amount)s and %(percent)s of what is more",
                amount=amount,
                percent=self._words._percent(percent),
            )
        if not above:
            return amount
        edge = self._money(above, currency)
        if below:
            return self.env._("from %(edge)s: %(amount)s", edge=edge, amount=amount)
        return self.env._("above %(edge)s: %(amount)s", edge=edge, amount=amount)

    @api.model
    def _say_notices(self, row, currency):
        day = (
            self.env._("%s days from the day of receipt", row.days)
            if row.post_first
            else self.env._("%s days from the day after receipt", row.days)
        )
        parts = [
            f"{self._words._notice(row.code)} ({self._words._debtor(row.debtor).lower()}): {day}",
            self._delivery(row),
        ]
        if row.moves:
            parts.append(
                self.env._("a last day in a weekend or on a holiday moves to the next working day")
            )
        return "; ".join(parts)

    @api.model
    def _delivery(self, row):
        """When a letter counts as received."""
        if not row.post_skips:
            return self.env._("a letter counts as received %s days after posting", row.post_days)
        weekdays = self.env["res.lang"]._fields["week_start"]._description_selection(self.env)
        skipped = [name for value, name in weekdays if int(value) - 1 in row.post_skips]
        return self.env._(
            "a letter counts as received %(days)s days after posting, not counting %(skipped)s "
            "and holidays",
            days=row.post_days,
            skipped=", ".join(skipped),
        )

    @api.model
    def _say_elements(self, row, currency):
        words = PARTS.get(row.element, lambda env: row.element)(self.env)
        if row.required:
            return self.env._("Must say: %s", words)
        return self.env._("Must not say: %s", words)

    @api.model
    def _say_allocation(self, row, currency):
        return self.env._(
            "Payments go to: %s",
            self.env._(", then ").join(self._words._part(part) for part in row.order),
        )

    @api.model
    def _say_limitation(self, row, currency):
        years = (
            self.env._("%s years from the end of the calendar year", row.years)
            if row.year_end
            else self.env._("%s years", row.years)
        )
        parts = [f"{self._words._about('limitation', row.key)}: {years}"]
        if row.interrupted_by:
            ways = ", ".join(self._words._interruption(what) for what in row.interrupted_by)
            parts.append(self.env._("begins anew by %s", ways))
        if row.renewed_years:
            parts.append(self.env._("then %s years", row.renewed_years))
        return "; ".join(parts)

    @api.model
    def _say_courts(self, row, currency):
        words = self.env._(
            "Up to %(limit)s: %(court)s; above: %(otherwise)s",
            limit=self._money(row.limit, currency),
            court=row.court,
            otherwise=row.otherwise,
        )
        if not row.always:
            return words
        always = ", ".join(self._words._claim(claim).lower() for claim in row.always)
        return self.env._(
            "%(words)s; whatever the amount %(court)s: %(always)s",
            words=words,
            court=row.court,
            always=always,
        )

    @api.model
    def _say_court_fees(self, row, currency):
        fee = self._money(row.fee, currency)
        if row.upto is None:
            return self.env._("%s for higher claims", fee)
        return self.env._(
            "%(fee)s for claims up to %(limit)s", fee=fee, limit=self._money(row.upto, currency)
        )

    @api.model
    def _say_holidays(self, row, currency):
        return self._words._holiday(row.fixed, row.easter)
