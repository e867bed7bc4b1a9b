"""What is wrong with a dossier or a package, for a person to read."""

from __future__ import annotations

from dataclasses import dataclass, field

#: What each code says, in English; the names in braces are the keys of ``values``.
WORDS = {
    # -- sums -------------------------------------------------------------------------------------
    "sum_incl": "{excl} and {vat} of VAT are not {incl}",
    "sum_open": "{incl} less {paid} paid, {credited} credited, {excluded} left out is not {open}",
    "paid_differs": "says {paid} is paid, its payments take {found} of the principal",
    "credited_differs": "says {credited} is credited, its credits say {found}",
    "credit_note_overused": "credits of {found} refer to it, but it was used for {credited}",
    "credit_note_unknown": "the credit note {number} is not among the invoices",
    "payment_parts": "principal {principal}, interest {interest}, costs {costs} are not {amount}",
    "interest_days": "{since} through {until} is {found} days, not {days}",
    "interest_amount": "{base} at {rate} % for {days} days is {found}, not {amount}",
    "interest_overlap": "two periods cover {day}",
    "interest_before_default": "begins {since}, before default on {default}",
    "interest_after_day": "ends {until}, after the calculation date {day}",
    "interest_straddles": "runs over the payment of {day}; a payment begins a new period",
    "interest_base": "the base without earlier interest is {base}; {low} to {high} was open",
    "interest_total": "the periods add up to {found}, not {accrued}",
    "interest_paid": "says {paid} is paid, payments say {found}",
    "interest_per_day": "the bases of the last day give {found} a day, not {per_day}",
    "interest_none": "no interest is claimed, but there are periods or amounts",
    "costs_paid": "says {paid} is paid on costs, payments say {found}",
    "costs_step": "{rate} % of {base} is {found}, not {amount}",
    "costs_steps": "the steps end with {found}, not {amount}",
    "costs_not_due": "costs are {basis}, but {amount} is asked for",
    "costs_no_reason": "costs are {basis} without a reason",
    "costs_too_high": "{amount} is more than the {most} that the law's scale gives",
    "costs_no_notice": "a consumer owes costs only after a statutory notice; none is named",
    "costs_wrong_notice": "the event {event} is a {kind}, not a statutory notice",
    "costs_notice_returned": "the notice {event} did not arrive",
    "costs_notice_early": "the term of the notice {event} has not ended: {term}",
    "vat_deducted": "the creditor deducts VAT, but claims {vat} of it on costs",
    "total_principal": "says {total}, the invoices have {found} open",
    "total_interest": "says {total}, accrued less paid is {found}",
    "total_costs": "says {total}, costs with VAT less paid are {found}",
    "total_other": "says {total}, other costs with VAT less paid are {found}",
    "total_due": "says {total}, its parts add up to {found}",
    "nothing_due": "nothing is due",
    "ledger_differs": "{open} is open here, {residual} in the ledger",
    "ledger_missing": "is not in the ledger",
    # -- sense ------------------------------------------------------------------------------------
    "function_parts": "a dossier of function {function} must have: {wanted}; it has: {found}",
    "party_kind": "is neither an entity nor a person, or both",
    "no_principal": "none of the debtors is the principal one",
    "no_registration": "has no registration number",
    "no_legal_form": "has no legal form",
    "known_iban": "an account of the debtor is told only where seizing is asked for",
    "address_old": "the address was confirmed on {day}, more than half a year ago",
    "due_early": "is due on {due}, before its date {issued}",
    "default_early": "default on {default} is not after the due date {due}",
    "time_barred": "the claim ended on {day}",
    "invoice_document": "has no document of its own among {documents}",
    "unknown": "refers to {kind} {id}, which is not there",
    "twice": "{kind} {id} is there twice",
    "dispute_answer": "has no answer",
    "dispute_open": "is undecided, but nothing of {invoices} is left out",
    "plan_active": "is still active",
    "plan_paid": "the instalment of {due} has {paid} paid of {amount}",
    "consumer_channel": "where the consumer made the contract is not said",
    "consumer_document": "a judge wants a document of kind {kind}",
    "in_the_future": "{what} on {day} is after the dossier was made",
    # -- documents and packages -------------------------------------------------------------------
    "empty_file": "is empty",
    "unreadable": "can't be read: {why}",
    "file_too_large": "is larger than {most} bytes",
    "package_too_large": "the files together have {size} bytes, more than {most}",
    "too_many_files": "{count} files, more than {most}",
    "media_type": "files of type {type} are not taken along",
    "not_its_type": "is no {type}",
    "encrypted": "is encrypted",
    "active": "holds a program ({what})",
    "changed": "has changed since it was looked at",
    # -- schema and XML ---------------------------------------------------------------------------
    "xml_empty": "is empty",
    "xml_too_large": "has {size} bytes, more than {most}",
    "xml_doctype": "has a document type (DOCTYPE), which is refused",
    "xml_broken": "is no XML: {why}",
    "xml_deep": "is nested deeper than {most}",
    "xml_many": "has more than {most} elements",
    "schema": "line {line}: {why}",
    "schema_unknown": "is no dossier or feedback of a version that is known: {root}",
    # -- from outside -----------------------------------------------------------------------------
    "zip_broken": "is no ZIP file that can be read: {why}",
    "zip_name": "is no name that is allowed in a package",
    "zip_twice": "is there twice",
    "zip_kind": "is no plain file",
    "zip_encrypted": "is encrypted",
    "zip_method": "is compressed in a way that is not allowed",
    "zip_ratio": "unpacks to {ratio} times its size, more than {most} times",
    "zip_nested": "is an archive in an archive",
    "zip_around": "other bytes stand before the archive",
    "missing": "is missing",
    "not_listed": "is in the package, but not in {where}",
    "listed_not_there": "is in {where}, but not in the package",
    "manifest_line": "line {line} can't be read",
    "manifest_hash": "its content is not what {where} says",
    "bagit_txt": "does not say BagIt 1.0 in UTF-8",
    "oxum": "Payload-Oxum says {said}, the payload has {found}",
    "bag_info": "says {label} {said}, the dossier says {found}",
    "document_size": "has {found} bytes, the dossier says {said}",
    "document_hash": "its SHA-256 is not the one in the dossier",
    "schema_copy": "is not the schema that was published",
    "csv_broken": "can't be read: {why}",
    "csv_columns": "lacks the columns {columns}",
    "csv_rows": "has {found} rows, the dossier has {wanted} invoices",
    "csv_value": "{column} says “{said}”, the dossier “{wanted}”",
    "csv_formula": "row {row}, {column}: a spreadsheet would take the text for a formula",
    # -- feedback ---------------------------------------------------------------------------------
    "feedback_files": "holds {count} files that may be the message; one is wanted",
    "feedback_value": "holds a value that can't be: {why}",
    "feedback_rows": "has {count} rows; 1 to {most} are read",
    "feedback_heads": "its rows are of more than one message",
    "feedback_kind": "tells of “{kind}”, which is not known",
    "feedback_currency": "is told in {said}, the dossier is in {wanted}",
    "feedback_test": "is a test and the dossier is not, or the other way round",
    "feedback_sign": "a {type} of {amount} has the wrong sign",
    "feedback_parts": "principal, interest and costs are {found}, not {amount}",
    "feedback_reverses": "reverses {id}, which is not known",
    "feedback_balance": "principal, interest and costs are {found}, not {due}",
    "feedback_bookings": "the bookings at the debtor's expense add up to {found}, not {due}",
    "feedback_paid_out": "collected less what was kept is {found}, not {paid_out}",
    "feedback_negative": "has a negative amount",
    "feedback_iban": "was paid to {iban}, which is no account of ours",
    "feedback_future": "is of {day}, which is still to come",
    # -- what must not be in it -------------------------------------------------------------------
    "link": "holds a link or token that may still work: {found}",
    "page_code": "holds the code or PIN of a debtor's page",
    "national_id": "holds what may be a national identity number (BSN): {found}",
    "ip_address": "holds an address on the network: {found}",
    "user_agent": "holds the name of a browser: {found}",
    "card_number": "holds what may be the number of a payment card: {found}",
    "text_unread": "its text can't be read, so nobody looked for what must not be in it",
}
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; ``str()`` says it in English.

    :param code: one of :data:`WORDS`
    :param where: the record or file, as in ``invoice 2025-0417`` or ``data/claims.csv``
    :param values: what the words of the code tell, as text
    :param severity: ``error``: it must not go out; ``warning``: a person has to look
    """

    code: str
    where: str
    values: dict[str, str] = field(default_factory=dict)
    severity: str = ERROR

    def __str__(self) -> str:
        return f"{self.where}: {WORDS[self.code].format(**self.values)}"

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


def problem(code: str, where: str, severity: str = ERROR, /, **values: object) -> Problem:
    """A problem with values of any kind, which become text."""
    return Problem(code, where, {key: str(value) for key, value in values.items()}, severity)


class Refused(ValueError):
    """Something can't be packed or read; ``str()`` of it tells all that is wrong.

    :param problems: one or more
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems
