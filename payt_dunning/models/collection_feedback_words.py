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
