from odoo import api, models


class CollectionFeedbackWords(models.AbstractModel):
    """Codes of offices in words; another code of a newer version is shown as it is."""

    _name = "collection.feedback.words"
    _description = "Words of Messages of Offices"

    @api.model
    def _code(self, code):
        """A status, end or booking in words; empty for none."""
        return self._all().get(code, code or "")

    @api.model
    def _knows(self, code):
        return code in self._all()

    @api.model
    def _all(self):
        env = self.env
        return {
            "received": env._("it has the file"),
            "accepted": env._("it took the case"),
            "rejected": env._("it does not take the case"),
            "info_required": env._("it has a question"),
            "demand": env._("it wrote to the debtor"),
            "payment_plan": env._("a payment plan runs there"),
            "disputed": env._("the debtor objects"),
            "on_hold": env._("it is on hold"),
            "summons_served": env._("the writ was served"),
            "court_pending": env._("the court has it"),
            "judgment": env._("there is a judgment"),
            "judgment_served": env._("the judgment was served"),
            "attachment": env._("property or wages were seized"),
            "enforcement": env._("the judgment is being enforced"),
            "settling": env._("the final account is being made"),
            "closed": env._("it is closed"),
            "paid_in_full": env._("paid in full"),
            "settled": env._("settled"),
            "partially_paid": env._("paid in part"),
            "withdrawn_by_client": env._("withdrawn by us"),
            "claim_dismissed": env._("dismissed by the court"),
            "disputed_not_pursued": env._("disputed, and not pursued"),
            "uncollectable": env._("can't be collected"),
            "debtor_insolvent": env._("the debtor is insolvent"),
            "debt_restructuring": env._("the debtor's debts are restructured"),
            "debtor_untraceable": env._("the debtor can't be found"),
            "debtor_deceased": env._("the debtor has died"),
            "time_barred": env._("time-barred"),
            "invalid_data": env._("the data were wrong"),
            "duplicate": env._("it was there already"),
            "principal": env._("principal"),
            "interest": env._("interest"),
            "collection_costs": env._("collection costs"),
            "court_fee": env._("court fee"),
            "official_act": env._("official act"),
            "agent_salary": env._("salary of the representative"),
            "enquiry_costs": env._("enquiries"),
            "payment": env._("payment"),
            "payment_to_creditor": env._("payment to us"),
            "payment_reversal": env._("payment taken back"),
            "waiver": env._("waiver"),
            "fee": env._("fee"),
            "correction": env._("correction"),
            "question": env._("question"),
            "plan_proposal": env._("proposal of a payment plan"),
            "cost_approval": env._("may it make these costs?"),
            "document_request": env._("it wants documents"),
            "writ": env._("writ of summons"),
            "service_report": env._("report of service"),
            "attachment_report": env._("report of seizure"),
            "statement": env._("final account"),
            "letter": env._("letter"),
            "other": env._("something else"),
        }


class CollectionProblemWords(models.AbstractModel):
    """What is wrong with messages of offices, in words."""

    _inherit = "collection.problem.words"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _of_files(self, values):
        env = self.env
        return {
            **super()._of_files(values),
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
            "feedback_sign": lambda: (
                env._(
                    "a %(type)s of %(amount)s has the wrong sign",
                    type=env["collection.feedback.words"]._code(values["type"]),
                    amount=values["amount"],
                )
                if "amount" in values and "type" in values
                else ""
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
