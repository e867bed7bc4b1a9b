"""Why there is no number."""


class Held(Exception):
    """The tables don't say what applies: nothing is claimed until a person has looked.

    ``str()`` of it tells what is missing, of which jurisdiction and for which day.
    """


class Refused(ValueError):
    """The input can't be right; ``str()`` of it tells what is wrong with it."""
