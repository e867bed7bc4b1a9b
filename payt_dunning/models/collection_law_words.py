from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..rules.law.read import TABLES

#: Which table a kind of row is in.
TABLE_OF = {kind.__name__: table for table, (kind, _columns) in TABLES.items()}


class CollectionLawWords(models.AbstractModel):
    """The law tables, and what is wrong with them, in the user's language."""

    _name = "collection.law.words"
    _description = "Words of the Law Tables"

    # -- names -------------------------------------------------------------------------------

    @api.model
    def _table_words(self, table):
        """What people call a table; see :data:`~.collection_jurisdiction.NAMES`."""
        rows = self.env["collection.law.row"]
        return dict(rows._fields["table"]._description_selection(self.env))[table]

    @api.model
    def _jurisdiction(self, code):
        """What people call a jurisdiction, its code where it is not there."""
        found = self.env["collection.jurisdiction"].sudo().search([("code", "=", code)], limit=1)
        return found.display_name or code

    @api.model
    def _row_name(self, name):
        """What people call a row that something was calculated with.

        :param name: as :attr:`~..rules.law.tables.Row.name` gives it
        """
        kind, *key, since = name.split(":")
        if kind not in TABLE_OF or not key:
            return name
        return self.env._(
            "%(table)s, %(country)s, from %(day)s",
            table=self._table_words(TABLE_OF[kind]),
            country=self._jurisdiction(key[0]),
            day=format_date(self.env, since),
        )

    @api.model
    def _debtor(self, kind):
        return {
            "consumer": self.env._("Consumers"),
            "business": self.env._("Businesses"),
            "public": self.env._("Public bodies"),
            "any": self.env._("Everybody"),
        }.get(kind, kind)

    @api.model
    def _rate_kind(self, kind):
        return {
            "consumer": self.env._("Rate for consumers"),
            "commercial": self.env._("Rate in trade"),
            "policy_rate": self.env._("Rate that others are derived from"),
        }.get(kind, kind)

    @api.model
    def _notice(self, code):
        return {
            "nl_14_day": self.env._("Fourteen-day letter"),
            "be_first_reminder": self.env._("Free first reminder"),
        }.get(code, code)

    @api.model
    def _claim(self, claim):
        return {
            "contract": self.env._("Claims from contracts"),
            "periodic": self.env._("Periodic payments"),
            "consumer_sale": self.env._("Sales to consumers"),
            "utilities": self.env._("Energy and water"),
            "judgment": self.env._("Judgments"),
            "rent": self.env._("Rent"),
            "employment": self.env._("Employment"),
        }.get(claim, claim)

    @api.model
    def _part(self, part):
        return {
            "costs": self.env._("costs"),
            "interest": self.env._("interest"),
            "principal": self.env._("principal"),
        }.get(part, part)

    @api.model
    def _interruption(self, what):
        return {
            "reminder": self.env._("a written reminder that keeps the right"),
            "acknowledgement": self.env._("acknowledgement by the debtor"),
            "lawsuit": self.env._("a lawsuit"),
            "formal_notice": self.env._("a formal notice of default"),
        }.get(what, what)

    @api.model
    def _holiday(self, fixed, easter):
        """A holiday: by its date, or by its distance from Easter."""
        if easter is None or easter == "":
            try:
                # A leap year, so that 29 February is a day.
                day = date(2024, *map(int, fixed.split("-")))
            except (TypeError, ValueError):
                return fixed
            return format_date(self.env, day, date_format="d MMMM")
        names = {
            -2: self.env._("Good Friday"),
            0: self.env._("Easter Sunday"),
            1: self.env._("Easter Monday"),
            39: self.env._("Ascension Day"),
            49: self.env._("Whit Sunday"),
            50: self.env._("Whit Monday"),
        }
        if (days := int(easter)) in names:
            return names[days]
        if days < 0:
            return self.env._("%s days before Easter", -days)
        return self.env._("%s days after Easter", days)

    @api.model
    def _percent(self, value):
        """A percentage with the decimals that it has."""
        value = Decimal(value).normalize()
        places = max(0, -value.as_tuple().exponent)
        return f"{formatLang(self.env, float(value), digits=places)}%"

    @api.model
    def _about(self, table, key):
        """What a row is about: its key without the jurisdiction, in words.

        :param key: as :attr:`~..rules.law.tables.Row.key` gives it
        """
        first, *rest = [*key[1:], "", ""][:3]
        if table == "rates":
            return self._rate_kind(first)
        if table in ("interest", "costs"):
            return self._debtor(first)
        if table in ("notices", "elements"):
            return self._notice(first)
        if table == "limitation":
            claim = self._claim(first)
            return claim if rest[0] in ("any", "") else f"{claim}, {self._debtor(rest[0]).lower()}"
        if table == "holidays":
            easter = first.removeprefix("easter") if first.startswith("easter") else ""
            return self._holiday(first, easter)
        return self._table_words(table)

    # -- problems ----------------------------------------------------------------------------

    @api.model
    def _problem(self, error):
        """Why there is no number, in the user's language.

        :param error: a :class:`~..rules.law.errors.Held` or
            :class:`~..rules.law.errors.Refused`; without a code it is told as it is
        """
        code = getattr(error, "code", "")
        for speak in (self._words_of_cells, self._words_of_files, self._words_of_tables):
            if words := speak(code, _Told(self.env, error)):
                return words
        return self._words_of_claims(code, _Told(self.env, error)) or str(error)

    @api.model
    def _words_of_cells(self, code, told):
        """What is wrong with a cell of a file."""
        words = {
            "amount": lambda: self.env._(
                "%(what)s: “%(text)s” is not an amount; write it as 1234.50", **told("what", "text")
            ),
            "parts_of_a_cent": lambda: self.env._(
                "%(what)s: “%(text)s” has parts of a cent", **told("what", "text")
            ),
            "cell_choice": lambda: self.env._(
                "“%(text)s” is not one of %(choices)s", **told("text", "choices")
            ),
            "cell_comma": lambda: self.env._(
                "“%(text)s” has a decimal comma; write %(point)s", **told("text", "point")
            ),
            "cell_day": lambda: self.env._(
                "“%(text)s” is not a day; write it as 2026-07-01", **told("text")
            ),
            "cell_empty": lambda: self.env._("it can't be empty"),
            "cell_number": lambda: self.env._("“%(text)s” is not a number", **told("text")),
            "cell_whole": lambda: self.env._("“%(text)s” is not a whole number", **told("text")),
            "cell_switch": lambda: self.env._("“%(text)s” is not 0 or 1", **told("text")),
            "cell_tier": lambda: self.env._("“%(text)s” is not above/base/percent", **told("text")),
            "cell_tiers": lambda: self.env._("the tiers are not in order"),
        }
        return words[code]() if code in words else ""

    @api.model
    def _words_of_files(self, code, told):
        """What is wrong with a file, and where."""
        words = {
            "cell": lambda: self.env._(
                "%(name)s, row %(row)s, %(column)s: %(problem)s",
                **told("name", "row", "column"),
                problem=self._problem(told.error.values["problem"]),
            ),
            "columns": lambda: self.env._(
                "%(name)s, row %(row)s: it must have %(count)s columns",
                **told("name", "row", "count"),
            ),
            "csv": lambda: self.env._("%(name)s: %(problem)s", **told("name", "problem")),
            "ends_early": lambda: self.env._(
                "%(name)s, row %(row)s: it would end on %(until)s, before %(since)s",
                **told("name", "row", "until", "since"),
            ),
            "gap": lambda: self.env._(
                "%(name)s, row %(row)s, since: from %(first)s through %(last)s there would be no "
                "rate. Add the rate of those days first.",
                **told("name", "row", "first", "last"),
            ),
            "header": lambda: self.env._(
                "%(name)s: the first row must be %(wanted)s; it is %(found)s",
                **told("name", "wanted", "found"),
            ),
            "no_jurisdiction": lambda: self.env._(
                "There is no jurisdiction “%s”.", told.error.values["jurisdiction"]
            ),
        }
        return words[code]() if code in words else ""

    @api.model
    def _words_of_tables(self, code, told):
        """What the tables don't say."""
        words = {
            "overlap": lambda: self.env._(
                "%(what)s: the row from %(earlier)s and the one from %(later)s both apply on "
                "%(later)s.",
                **told("what", "earlier", "later"),
            ),
            "no_tables": lambda: self.env._("There are no tables for “%s”.", told.jurisdiction),
            "nothing_there": lambda: self.env._("The tables have nothing about: %s.", told.what),
            "to_check": lambda: self.env._(
                "%(what)s from %(since)s must be checked first: %(read_at)s",
                **told("what", "since"),
                read_at=told.error.values["source"],
            ),
            "known_until": lambda: self.env._(
                "%(what)s: known until %(until)s only, and %(day)s was asked for.",
                **told("what", "until", "day"),
            ),
            "no_row": lambda: self.env._("%(what)s: no row for %(day)s.", **told("what", "day")),
            "no_law": lambda: self.env._(
                "No law tables apply in this country and currency: the invoices alone are claimed."
            ),
            "no_limitation": lambda: self.env._(
                "The tables of %(country)s don't say after how long this ends: %(claim)s.",
                country=told.jurisdiction,
                claim=self._claim(told.error.values["claim"]),
            ),
            "third_month": lambda: self.env._(
                "%s: interest from consumers begins three months after delivery, if the invoice "
                "said so; a person has to confirm both.",
                told.jurisdiction,
            ),
        }
        return words[code]() if code in words else ""

    @api.model
    def _words_of_claims(self, code, told):
        """What can't be calculated with."""
        words = {
            "channel": lambda: self.env._("A notice can't go by “%(channel)s”.", **told("channel")),
            "claim_not_positive": lambda: self.env._(
                "A claim must be above zero: %(amount)s.", **told("amount")
            ),
            "delivered_early": lambda: self.env._(
                "A notice can't be delivered on %(delivered)s, before it left on %(sent)s.",
                **told("delivered", "sent"),
            ),
            "interruption_early": lambda: self.env._(
                "An interruption on %(day)s comes before the claim was due on %(due)s.",
                **told("day", "due"),
            ),
            "payment_early": lambda: self.env._(
                "The payment of %(day)s comes before the invoice of %(invoiced)s.",
                **told("day", "invoiced"),
            ),
            "payment_not_positive": lambda: self.env._(
                "The payment of %(day)s must be above zero: %(amount)s.", **told("day", "amount")
            ),
            "payment_unknown": lambda: self.env._(
                "The payment of %(day)s is for an unknown claim.", **told("day")
            ),
            "principal_negative": lambda: self.env._(
                "A principal can't be negative: %(amount)s.", **told("amount")
            ),
            "second_fee": lambda: self.env._(
                "A term of this continuing contract went unpaid after a notice less than six "
                "months ago: a person must look at a second fee."
            ),
            "waived_too_much": lambda: self.env._(
                "Of a charge of %(amount)s %(waived)s can't be waived.", **told("amount", "waived")
            ),
        }
        return words[code]() if code in words else ""


class _Told:
    """The values of a problem as a person reads them."""

    def __init__(self, env, error):
        self.env, self.error = env, error

    @property
    def jurisdiction(self):
        return self.env["collection.law.words"]._jurisdiction(self.error.values["jurisdiction"])

    @property
    def what(self):
        """A row of the tables: table, country and what it is about."""
        words = self.env["collection.law.words"]
        table, key = TABLE_OF[self.error.values["kind"]], self.error.values["key"]
        about = words._about(table, key)
        name = words._table_words(table)
        parts = [words._jurisdiction(key[0]), name, *([about] if about != name else [])]
        return ", ".join(parts)

    def __call__(self, *names):
        return {name: self._say(name) for name in names}

    def _say(self, name):
        if name == "what" and "what" not in self.error.values:
            return self.what
        value = self.error.values[name]
        if isinstance(value, date):
            # As it is written in the files, so that it is found there.
            return fields.Date.to_string(value)
        if isinstance(value, tuple):
            return ", ".join(value)
        return str(value)
