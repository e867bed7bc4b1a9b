from odoo import api, models

from ..rules.dossier.problems import WORDS


class CollectionProblemWords(models.AbstractModel):
    """Says what is wrong with a dossier in the user's language; see :mod:`..rules.dossier.problems`."""

    _name = "collection.problem.words"
    _description = "Words of Problems of a Dossier"

    @api.model
    def _said(self, problem):
        """A problem in words, with the record that it is about."""
        values = dict(problem.values)
        words = {
            **self._of_claims(values),
            **self._of_files(values),
            **self._of_feedback(values),
        }.get(problem.code)
        told = words() if words else WORDS[problem.code].format(**values)
        return f"{problem.where}: {told}"

    @api.model
    def _of_claims(self, values):
        """Of amounts and what belongs together, by code."""
        env = self.env
        return {
            "sum_incl": lambda: env._("%(excl)s and %(vat)s of VAT are not %(incl)s", **values),
            "sum_open": lambda: env._(
                "%(incl)s less %(paid)s paid, %(credited)s credited, %(excluded)s left out is not %(open)s",
                **values,
            ),
            "paid_differs": lambda: env._(
                "says %(paid)s is paid, its payments take %(found)s of the principal", **values
            ),
            "credited_differs": lambda: env._(
                "says %(credited)s is credited, its credits say %(found)s", **values
            ),
            "credit_note_overused": lambda: env._(
                "credits of %(found)s refer to it, but it was used for %(credited)s", **values
            ),
            "credit_note_unknown": lambda: env._(
                "the credit note %(number)s is not among the invoices", **values
            ),
            "payment_parts": lambda: env._(
                "principal %(principal)s, interest %(interest)s, costs %(costs)s are not %(amount)s",
                **values,
            ),
            "interest_days": lambda: env._(
                "%(since)s through %(until)s is %(found)s days, not %(days)s", **values
            ),
            "interest_overlap": lambda: env._("two periods cover %(day)s", **values),
            "interest_before_default": lambda: env._(
                "begins %(since)s, before default on %(default)s", **values
            ),
            "interest_after_day": lambda: env._(
                "ends %(until)s, after the calculation date %(day)s", **values
            ),
            "interest_straddles": lambda: env._(
                "runs over the payment of %(day)s; a payment begins a new period", **values
            ),
            "interest_base": lambda: env._(
                "the base without earlier interest is %(base)s; %(low)s to %(high)s was open",
                **values,
            ),
            "interest_total": lambda: env._(
                "the periods add up to %(found)s, not %(accrued)s", **values
            ),
            "interest_paid": lambda: env._(
                "says %(paid)s is paid, payments say %(found)s", **values
            ),
            "interest_per_day": lambda: env._(
                "the bases of the last day give %(found)s a day, not %(per_day)s", **values
            ),
            "interest_none": lambda: env._(
                "no interest is claimed, but there are periods or amounts"
            ),
            "costs_paid": lambda: env._(
                "says %(paid)s is paid on costs, payments say %(found)s", **values
            ),
            "costs_steps": lambda: env._("the steps end with %(found)s, not %(amount)s", **values),
            "costs_not_due": lambda: env._(
                "costs are %(basis)s, but %(amount)s is asked for", **values
            ),
            "costs_no_reason": lambda: env._("costs are %(basis)s without a reason", **values),
            "costs_too_high": lambda: env._(
                "%(amount)s is more than the %(most)s that the law's scale gives", **values
            ),
            "costs_no_notice": lambda: env._(
                "a consumer owes costs only after a statutory notice; none is named"
            ),
            "costs_wrong_notice": lambda: env._(
                "the event %(event)s is a %(kind)s, not a statutory notice", **values
            ),
            "costs_notice_returned": lambda: env._("the notice %(event)s did not arrive", **values),
            "costs_notice_early": lambda: env._(
                "the term of the notice %(event)s has not ended: %(term)s", **values
            ),
            "vat_deducted": lambda: env._(
                "the creditor deducts VAT, but claims %(vat)s of it on costs", **values
            ),
            "total_principal": lambda: env._(
                "says %(total)s, the invoices have %(found)s open", **values
            ),
            "total_interest": lambda: env._(
                "says %(total)s, accrued less paid is %(found)s", **values
            ),
            "total_costs": lambda: env._(
                "says %(total)s, costs with VAT less paid are %(found)s", **values
            ),
            "total_other": lambda: env._(
                "says %(total)s, other costs with VAT less paid are %(found)s", **values
            ),
            "total_due": lambda: env._("says %(total)s, its parts add up to %(found)s", **values),
            "nothing_due": lambda: env._("nothing is due"),
            "ledger_differs": lambda: env._(
                "%(open)s is open here, %(residual)s in the ledger", **values
            ),
            "ledger_missing": lambda: env._("is not in the ledger"),
            "function_parts": lambda: env._(
                "a dossier of function %(function)s must have: %(wanted)s; it has: %(found)s",
                **values,
            ),
            "party_kind": lambda: env._("is neither an entity nor a person, or both"),
            "no_principal": lambda: env._("none of the debtors is the principal one"),
            "no_registration": lambda: env._("has no registration number"),
            "no_legal_form": lambda: env._("has no legal form"),
            "known_iban": lambda: env._(
                "an account of the debtor is told only where seizing is asked for"
            ),
        }

    @api.model
    def _of_files(self, values):
        """Of documents and what must not be in them, by code."""
        env = self.env
        return {
            "address_old": lambda: env._(
                "the address was confirmed on %(day)s, more than half a year ago", **values
            ),
            "due_early": lambda: env._("is due on %(due)s, before its date %(issued)s", **values),
            "default_early": lambda: env._(
                "default on %(default)s is not after the due date %(due)s", **values
            ),
            "time_barred": lambda: env._("the claim ended on %(day)s", **values),
            "invoice_document": lambda: env._(
                "has no document of its own among %(documents)s", **values
            ),
            "unknown": lambda: env._("refers to %(kind)s %(id)s, which is not there", **values),
            "twice": lambda: env._("%(kind)s %(id)s is there twice", **values),
            "dispute_answer": lambda: env._("has no answer"),
            "dispute_open": lambda: env._(
                "is undecided, but nothing of %(invoices)s is left out", **values
            ),
            "plan_active": lambda: env._("is still active"),
            "plan_paid": lambda: env._(
                "the instalment of %(due)s has %(paid)s paid of %(amount)s", **values
            ),
            "consumer_channel": lambda: env._("where the consumer made the contract is not said"),
            "consumer_document": lambda: env._(
                "a judge wants a document of kind %(kind)s", **values
            ),
            "in_the_future": lambda: env._(
                "%(what)s on %(day)s is after the dossier was made", **values
            ),
            "empty_file": lambda: env._("is empty"),
            "unreadable": lambda: env._("can't be read: %(why)s", **values),
            "file_too_large": lambda: env._("is larger than %(most)s bytes", **values),
            "package_too_large": lambda: env._(
                "the files together have %(size)s bytes, more than %(most)s", **values
            ),
            "too_many_files": lambda: env._("%(count)s files, more than %(most)s", **values),
            "media_type": lambda: env._("files of type %(type)s are not taken along", **values),
            "not_its_type": lambda: env._("is no %(type)s", **values),
            "encrypted": lambda: env._("is encrypted"),
            "active": lambda: env._("holds a program (%(what)s)", **values),
            "changed": lambda: env._("has changed since it was looked at"),
            "xml_empty": lambda: env._("is empty"),
            "xml_too_large": lambda: env._("has %(size)s bytes, more than %(most)s", **values),
            "xml_doctype": lambda: env._("has a document type (DOCTYPE), which is refused"),
            "xml_broken": lambda: env._("is no XML: %(why)s", **values),
            "xml_deep": lambda: env._("is nested deeper than %(most)s", **values),
            "xml_many": lambda: env._("has more than %(most)s elements", **values),
            "schema": lambda: env._("line %(line)s: %(why)s", **values),
            "schema_unknown": lambda: env._(
                "is no dossier or feedback of a version that is known: %(root)s", **values
            ),
            "zip_encrypted": lambda: env._("is encrypted"),
            "csv_broken": lambda: env._("can't be read: %(why)s", **values),
            "link": lambda: env._("holds a link or token that may still work: %(found)s", **values),
            "page_code": lambda: env._("holds the code or PIN of a debtor's page"),
            "national_id": lambda: env._(
                "holds what may be a national identity number (BSN): %(found)s", **values
            ),
            "ip_address": lambda: env._("holds an address on the network: %(found)s", **values),
            "user_agent": lambda: env._("holds the name of a browser: %(found)s", **values),
            "card_number": lambda: env._(
                "holds what may be the number of a payment card: %(found)s", **values
            ),
            "text_unread": lambda: env._(
                "its text can't be read, so nobody looked for what must not be in it"
            ),
        }

    @api.model
    def _of_feedback(self, values):
        """Of messages of offices, by code."""
        env = self.env
        return {
            "feedback_files": lambda: env._(
                "holds %(count)s files that may be the message; one is wanted", **values
            ),
            "feedback_value": lambda: env._("holds a value that can't be: %(why)s", **values),
            "feedback_rows": lambda: env._("has %(count)s rows; 1 to %(most)s are read", **values),
            "feedback_heads": lambda: env._("its rows are of more than one message"),
            "feedback_kind": lambda: env._("tells of “%(kind)s”, which is not known", **values),
            "feedback_currency": lambda: env._(
                "is told in %(said)s, the dossier is in %(wanted)s", **values
            ),
            "feedback_test": lambda: env._(
                "is a test and the dossier is not, or the other way round"
            ),
            "feedback_sign": lambda: env._(
                "a %(type)s of %(amount)s has the wrong sign",
                type=env["collection.feedback.words"]._code(values["type"]),
                amount=values["amount"],
            ),
            "feedback_parts": lambda: env._(
                "principal, interest and costs are %(found)s, not %(amount)s", **values
            ),
            "feedback_reverses": lambda: env._("reverses %(id)s, which is not known", **values),
            "feedback_balance": lambda: env._(
                "principal, interest and costs are %(found)s, not %(due)s", **values
            ),
            "feedback_bookings": lambda: env._(
                "the bookings at the debtor's expense add up to %(found)s, not %(due)s", **values
            ),
            "feedback_paid_out": lambda: env._(
                "collected less what was kept is %(found)s, not %(paid_out)s", **values
            ),
            "feedback_negative": lambda: env._("has a negative amount"),
            "feedback_iban": lambda: env._(
                "was paid to %(iban)s, which is no account of ours", **values
            ),
            "feedback_future": lambda: env._("is of %(day)s, which is still to come", **values),
        }
