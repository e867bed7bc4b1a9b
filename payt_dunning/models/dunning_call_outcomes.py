"""What may come of a call."""

OUTCOMES = [
    ("reached", "Spoke to the debtor"),
    ("promised", "Says when it will be paid"),
    ("call_back", "Asked to call back"),
    ("refuses", "Does not want to pay"),
    ("wrong_person", "Spoke to somebody else"),
    ("not_reached", "Not reached"),
    ("wrong_number", "The number is wrong"),
]
#: The person who decides about it was on the phone.
RIGHT_PARTY = ("reached", "promised", "call_back", "refuses")
