from odoo import api, models
from odoo.tools import format_amount, format_date


class CollectionCheckWords(models.AbstractModel):
    """Says what a check found, and what to do about it, in the user's words."""

    _name = "collection.check.words"
    _description = "Words of Checks"

    @api.model
    def _said(self, check, currency=None):
        """What a check found, in a sentence.

        :param check: see :class:`~..rules.handover.Check`
        """
        values = check.values
        words = {
            "invoices": ", ".join(values.get("invoices", ())),
            "plan": values.get("plan", ""),
            "handover": values.get("handover", ""),
            "problems": "; ".join(values.get("problems", ())),
            "day": format_date(self.env, values["day"]) if values.get("day") else "",
            "marks": self._marks(values.get("marks", ())),
        }
        money = {
            name: self._money(values[name], currency)
            for name in ("amount", "claim", "limit", "minimum", "fee")
            if name in values
        }
        if check.result == "pass":
            return self._passed(check.code)
        return self._found(check, {**words, **money})

    @api.model
    def _money(self, amount, currency):
        currency = currency or self.env.company.currency_id
        return format_amount(self.env, float(amount), currency)

    @api.model
    def _marks(self, marks):
        names = dict(self.env["dunning.hold"]._fields["kind"]._description_selection(self.env))
        return ", ".join(names.get(mark, mark) for mark in marks)

    @api.model
    def _passed(self, code):
        """What is well, in words, by code."""
        return {
            "open": self.env._("Something is open"),
            "money_under_way": self.env._("No money is on its way"),
            "no_active_payment_plan": self.env._("No payment plan runs"),
            "no_plan_offer": self.env._("No offer of a payment plan waits for the debtor"),
            "no_lapse_offer": self.env._("No costs lapse if the debtor still pays"),
            "not_on_hold": self.env._("Nothing is on hold"),
            "no_open_dispute": self.env._("Nothing is disputed"),
            "answered": self.env._("Every message of the debtor was answered"),
            "not_handed_over": self.env._("It was never handed over"),
            "not_time_barred": self.env._("Not time-barred"),
            "notice": self.env._("The statutory notice is in order, or none is needed"),
            "in_default": self.env._("The debtor is in default"),
            "not_protected": self.env._("The debtor is not insolvent, deceased or in debt help"),
            "court": self.env._("Within what the receiver may bring to court"),
            "registered": self.env._("The receiver may collect from this debtor"),
            "invoice_documents": self.env._("The PDF of each invoice is there"),
            "address": self.env._("The address is complete and was confirmed lately"),
            "name": self.env._("The invoices are in the debtor's name"),
            "amounts_match_ledger": self.env._("All amounts add up and match the ledger"),
            "payout_account": self.env._("There is a confirmed account to pay out to"),
            "worth": self.env._("The claim is worth the costs"),
            "insolvency_register": self.env._("The insolvency register was looked up"),
        }[code]

    @api.model
    def _found(self, check, said):
        """What is not well, by code."""
        box = check.values.get("box")
        registered = check.values.get("until")
        words = {
            "open": lambda: self.env._("Nothing is open any more."),
            "money_under_way": lambda: self.env._(
                "Money came in or is on its way that may be for %(invoices)s.", **said
            ),
            "no_active_payment_plan": lambda: self.env._("Payment plan %(plan)s runs.", **said),
            "no_plan_offer": lambda: self.env._(
                "The debtor may accept payment plan %(plan)s until %(day)s.", **said
            ),
            "no_lapse_offer": lambda: self.env._(
                "The debtor was told that costs lapse if it pays by %(day)s.", **said
            ),
            "not_on_hold": lambda: (
                self.env._("%(invoices)s is on hold until %(day)s: %(marks)s.", **said)
                if said["day"]
                else self.env._("%(invoices)s is on hold: %(marks)s.", **said)
            ),
            "no_open_dispute": lambda: self.env._(
                "%(amount)s of %(invoices)s is disputed and not decided: that part stays out.",
                **said,
            ),
            "answered": lambda: self.env._("A message of the debtor waits for an answer."),
            "not_handed_over": lambda: (
                self.env._("It is with %(handover)s.", **said)
                if said["handover"]
                else self.env._("Something of it was handed over before.")
            ),
            "not_time_barred": lambda: self._limitation(check, said),
            "notice": lambda: self.env._(
                "No valid statutory notice has left about all of it: it goes without costs."
            ),
            "in_default": lambda: self.env._(
                "The debtor is not in default with %(invoices)s.", **said
            ),
            "not_protected": lambda: self.env._("Nobody may go on: %(marks)s.", **said),
            "court": lambda: self.env._(
                "With interest it is %(claim)s; above %(limit)s only a lawyer can go to court.",
                **said,
            ),
            "registered": lambda: (
                self.env._(
                    "Its registration as a collector ended on %s.",
                    format_date(self.env, registered),
                )
                if registered
                else self.env._("Its registration as a collector is not known.")
            ),
            "invoice_documents": lambda: self.env._(
                "The PDF of %(invoices)s is missing or can't be read.", **said
            ),
            "address": lambda: (
                self.env._("The only address is a P.O. box.")
                if box
                else self.env._("Street, town or country is missing.")
                if check.result == "block"
                else self.env._("Nobody has confirmed the address in the last six months.")
            ),
            "name": lambda: self.env._("%(invoices)s is in another name.", **said),
            "amounts_match_ledger": lambda: self.env._(
                "Amounts don't add up: %(problems)s", **said
            ),
            "payout_account": lambda: self.env._("No account of ours is confirmed."),
            "worth": lambda: (
                self.env._("The receiver takes claims from %(minimum)s.", **said)
                if "minimum" in said
                else self.env._("The court fee of %(fee)s is more than the claim.", **said)
            ),
            "insolvency_register": lambda: self.env._(
                "Nobody has looked in the insolvency register in the last month."
            ),
        }
        return words[check.code]()

    @api.model
    def _limitation(self, check, said):
        if check.result == "block":
            return self.env._("%(invoices)s is time-barred.", **said)
        if check.result == "warn":
            return self.env._("The first claim is time-barred after %(day)s.", **said)
        return self.env._("Until when %(invoices)s can be enforced is not known.", **said)

    @api.model
    def _remedy(self, check):
        """What to do about it, by code; empty where nothing is to be done."""
        if check.result == "pass":
            return ""
        return {
            "open": self.env._("Close the case."),
            "money_under_way": self.env._("Match the money first."),
            "no_active_payment_plan": self.env._("Wait for the plan, or end it."),
            "no_plan_offer": self.env._("Wait until the offer is over: a handover ends it."),
            "no_lapse_offer": self.env._(
                "Wait some days longer: a payment of the last day comes in later."
            ),
            "not_on_hold": self.env._("Wait until the hold ends, or release it."),
            "no_open_dispute": self.env._("Decide about the dispute, or hand over the rest."),
            "answered": self.env._("Answer it first."),
            "not_handed_over": self.env._("Recall it there first."),
            "not_time_barred": self.env._(
                "Send an interruption in time; what is barred stays out."
            ),
            "notice": self.env._("Send the notice first if you want costs."),
            "in_default": self.env._("Send a demand with a term first."),
            "not_protected": self.env._("File the claim with the trustee, or leave it."),
            "court": self.env._("Choose a lawyer."),
            "registered": self.env._("Choose a bailiff or lawyer, or note its registration."),
            "invoice_documents": self.env._(
                "Print or send the invoice once. What came in with opening balances has none: "
                "leave it out of the case."
            ),
            "address": self.env._("Correct or confirm the address on the debtor."),
            "name": self.env._("Correct the name, or explain it in the ground."),
            "amounts_match_ledger": self.env._("Look at the invoices named."),
            "payout_account": self.env._("Confirm an account under Account Numbers."),
            "worth": self.env._("Think of a plan, or of letting it go."),
            "insolvency_register": self.env._("Look it up and note it on the debtor."),
        }[check.code]
