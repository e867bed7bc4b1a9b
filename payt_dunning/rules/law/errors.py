"""Why there is no number."""

#: Each reason that can reach a person, with the names of what it tells beside. Whoever speaks
#: another language says them from these; ``str()`` of an error has them in English.
CODES = {
    "amount": ("what", "text"),
    "cell": ("name", "row", "column", "problem"),
    "cell_choice": ("text", "choices"),
    "cell_comma": ("text", "point"),
    "cell_day": ("text",),
    "cell_empty": (),
    "cell_number": ("text",),
    "cell_switch": ("text",),
    "cell_tier": ("text",),
    "cell_tiers": (),
    "cell_whole": ("text",),
    "channel": ("channel",),
    "claim_not_positive": ("amount",),
    "columns": ("name", "row", "count"),
    "csv": ("name", "problem"),
    "delivered_early": ("delivered", "sent"),
    "ends_early": ("name", "row", "until", "since"),
    "gap": ("name", "row", "first", "last"),
    "header": ("name", "wanted", "found"),
    "interruption_early": ("day", "due"),
    "known_until": ("kind", "key", "until", "day"),
    "no_jurisdiction": ("jurisdiction",),
    "no_law": (),
    "no_limitation": ("claim", "jurisdiction"),
    "no_row": ("kind", "key", "day"),
    "no_tables": ("jurisdiction",),
    "nothing_there": ("kind", "key"),
    "overlap": ("kind", "key", "earlier", "later"),
    "parts_of_a_cent": ("what", "text"),
    "payment_early": ("day", "invoiced"),
    "payment_not_positive": ("day", "amount"),
    "payment_unknown": ("day",),
    "principal_negative": ("amount",),
    "second_fee": (),
    "third_month": ("jurisdiction",),
    "to_check": ("kind", "key", "since", "source"),
    "waived_too_much": ("amount", "waived"),
}


class Held(Exception):
    """The tables don't say what applies: nothing is claimed until a person has looked.

    ``str()`` of it tells what is missing, of which jurisdiction and for which day.

    :param code: one of :data:`CODES`
    :param values: what the words of that code tell
    """

    def __init__(self, message: str = "", code: str = "", /, **values: object) -> None:
        super().__init__(message)
        self.code, self.values = code, values


class Refused(ValueError):
    """The input can't be right; ``str()`` of it tells what is wrong with it.

    :param code: one of :data:`CODES`
    :param values: what the words of that code tell
    """

    def __init__(self, message: str = "", code: str = "", /, **values: object) -> None:
        super().__init__(message)
        self.code, self.values = code, values
