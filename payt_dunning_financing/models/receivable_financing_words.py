from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from odoo.addons.payt_dunning.models.dunning_debtor_law import KINDS


class ReceivableFinancingWords(models.AbstractModel):
    """Answers and reasons of a check in the reader's words."""

    _name = "receivable.financing.words"
    _description = "Financing Checks in Words"

    # -- invoices --------------------------------------------------------------------------------

    @api.model
    def _reason(self, reason, currency, countries=None):
        """One reason as a sentence.

        :param reason: as a line keeps it: code, amount and values
        :param currency: of the check
        :param countries: names by code, filled in as needed; one for many reasons
        """
        amounts = _Amounts(self.env, currency, countries)
        return getattr(self, f"_reason_{reason['code']}")(reason, amounts)

    @api.model
    def _outside(self, reasons):
        """Reasons as a financier is told them.

        To whom else an invoice is pledged, that somebody works for us, and why a debtor may not
        pay is no business of it.
        """
        told = []
        for reason in reasons:
            code = reason["code"]
            if code == "on_hold" or (code == "related" and reason.get("who") == "employee"):
                reason = {"code": "other", "amount": reason["amount"]}
            elif code == "pledged":
                reason = {"code": code, "amount": reason["amount"]}
            if reason not in told:
                told.append(reason)
        return told

    @api.model
    def _reason_other(self, _reason, _amount):
        return self.env._("Does not qualify.")

    @api.model
    def _reason_nothing_open(self, _reason, _amount):
        return self.env._("Nothing is open of it.")

    @api.model
    def _reason_pledged(self, reason, _amount):
        if "to" not in reason:
            return self.env._("It is pledged already, or offered.")
        return self.env._("It is pledged already, or offered: to %s.", reason["to"])

    @api.model
    def _reason_costs(self, _reason, _amount):
        return self.env._("It claims costs or interest of reminders, not a delivery.")

    @api.model
    def _reason_currency(self, reason, _amount):
        if reason.get("no_rate"):
            return self.env._(
                "It is in %s, and there is no exchange rate: nobody knows what it is worth.",
                reason["currency"],
            )
        return self.env._("It is in another currency: %s.", reason["currency"])

    @api.model
    def _reason_country(self, reason, amount):
        code = reason["country"]
        if not code:
            return self.env._("The debtor has no country.")
        return self.env._("The debtor is in another country: %s.", amount.country(code))

    @api.model
    def _reason_consumer(self, reason, _amount):
        kinds = dict(self.env["dunning.debtor"]._fields["kind"]._description_selection(self.env))
        if reason["kind"] not in dict(KINDS):
            return self.env._("Nobody knows what kind of debtor this is: it may be a person.")
        return self.env._("The debtor is a natural person: %s.", kinds[reason["kind"]])

    @api.model
    def _reason_related(self, reason, _amount):
        if reason["who"] == "employee":
            return self.env._("The debtor works for us.")
        return self.env._("The debtor is a company of our own group.")

    @api.model
    def _reason_not_yet(self, reason, _amount):
        return self.env._("Its date is still to come: %s.", self._day(reason["day"]))

    @api.model
    def _reason_too_old(self, reason, _amount):
        if reason["days"] is None:
            return self.env._("It has no date, so nobody knows how old it is.")
        return self.env._(
            "It is %(days)s days old; %(most)s at most.", days=reason["days"], most=reason["most"]
        )

    @api.model
    def _reason_overdue(self, reason, _amount):
        if reason["days"] is None:
            return self.env._("It has no due date, so nobody knows how late it is.")
        if not reason["most"]:
            return self.env._(
                "It is overdue for %s days; nothing overdue is taken.", reason["days"]
            )
        return self.env._(
            "It is overdue for %(days)s days; %(most)s at most.",
            days=reason["days"],
            most=reason["most"],
        )

    @api.model
    def _reason_too_small(self, reason, amount):
        return self.env._(
            "%(open)s is open; at least %(least)s.",
            open=amount(reason["open"]),
            least=amount(reason["least"]),
        )

    @api.model
    def _reason_disputed(self, reason, amount):
        if reason["disputed"] == reason["open"]:
            return self.env._("The debtor disputes all of it.")
        return self.env._("The debtor disputes %s of it.", amount(reason["disputed"]))

    @api.model
    def _reason_in_plan(self, _reason, _amount):
        return self.env._("It is in a payment plan.")

    @api.model
    def _reason_in_case(self, _reason, _amount):
        return self.env._("It is in a case, or was handed over.")

    @api.model
    def _reason_on_hold(self, reason, _amount):
        kinds = dict(self.env["dunning.hold"]._fields["kind"]._description_selection(self.env))
        return self.env._("On hold: %s.", kinds.get(reason["kind"], reason["kind"]))

    @api.model
    def _reason_in_dispute(self, reason, amount):
        return self.env._("%s of it is disputed.", amount(reason["amount"]))

    @api.model
    def _reason_under_way(self, reason, amount):
        return self.env._("A payment of %s is under way.", amount(reason["amount"]))

    @api.model
    def _reason_credited(self, reason, amount):
        return self.env._(
            "%s is covered by credit notes or receipts that are not matched yet.",
            amount(reason["amount"]),
        )

    @api.model
    def _reason_owed(self, reason, amount):
        if reason.get("no_rate"):
            return self.env._(
                "We owe the debtor something, and there is no exchange rate: nobody knows how much."
            )
        return self.env._("We owe the debtor %s ourselves.", amount(reason["amount"]))

    @api.model
    def _reason_concentration(self, reason, amount):
        return self.env._(
            "%(amount)s is above the share of one debtor: %(percent)s %%, which is %(most)s.",
            amount=amount(reason["amount"]),
            percent=reason["percent"],
            most=amount(reason["most"]),
        )

    # -- the company -----------------------------------------------------------------------------

    @api.model
    def _asked(self, answer):
        """What a criterion asks of the company.

        :param answer: ``receivable.financing.answer`` record
        """
        asked = (answer.facts or {}).get("asked", {})
        if answer.criterion == "legal_form":
            return self.env._("One of: %s", "; ".join(self._forms(asked["forms"])))
        if answer.criterion == "profit":
            return self.env._("A profit in the last financial year that is over")
        if answer.criterion == "equity":
            return self.env._("More than 0")
        if answer.criterion == "registered":
            return self.env._("For %s months at least", asked["months"])
        return self.env._("Has run here for %s months at least", asked["months"])

    @api.model
    def _found(self, answer):
        """What was found, or what is missing; see :meth:`_asked`."""
        facts = answer.facts or {}
        found = facts.get("found", {})
        if not facts.get("known"):
            return {
                "legal_form": self.env._("The legal form is not filled in."),
                "registered": self.env._("The registration date is not filled in."),
                "profit": self.env._("The books have no income and no expenses of that time."),
                "equity": self.env._("Nothing is booked."),
                "followed": self.env._("Follow-up has not gone live."),
            }[answer.criterion]
        if answer.criterion == "legal_form":
            return ", ".join(self._forms([found["form"]]))
        amount = _Amounts(self.env, answer.company_id.currency_id)
        if answer.criterion == "profit":
            return self._result(found, amount)
        if answer.criterion == "equity":
            return self.env._(
                "%(amount)s on %(day)s",
                amount=amount(found["amount"]),
                day=self._day(found["day"]),
            )
        if answer.qualifies:
            return self.env._("Since %s", self._day(found["since"]))
        return self.env._(
            "Since %(day)s: long enough from %(enough)s on",
            day=self._day(found["since"]),
            enough=self._day(found["enough_on"]),
        )

    @api.model
    def _result(self, found, amount):
        words = {
            "amount": amount(found["amount"].lstrip("-")),
            "first": self._day(found["first"]),
            "last": self._day(found["last"]),
        }
        if found["amount"].startswith("-"):
            return self.env._("A loss of %(amount)s, %(first)s to %(last)s", **words)
        if not float(found["amount"]):
            return self.env._("Neither profit nor loss, %(first)s to %(last)s", **words)
        return self.env._("A profit of %(amount)s, %(first)s to %(last)s", **words)

    @api.model
    def _short(self, answer):
        """Why the company does not qualify, as a part of a sentence; see :meth:`_asked`."""
        facts = answer.facts or {}
        found, env = facts.get("found", {}), self.env
        if not facts.get("known"):
            return {
                "legal_form": env._("the legal form of the company is not filled in"),
                "registered": env._("the registration date of the company is not filled in"),
                "profit": env._("the books show neither income nor expenses"),
                "equity": env._("nothing is booked"),
                "followed": env._("follow-up has not gone live"),
            }[answer.criterion]
        if answer.criterion == "legal_form":
            return env._("the company is a %s", ", ".join(self._forms([found["form"]])))
        if answer.criterion in ("registered", "followed"):
            words = {"since": self._day(found["since"]), "enough": self._day(found["enough_on"])}
            if answer.criterion == "registered":
                return env._("registered since %(since)s, long enough from %(enough)s on", **words)
            return env._(
                "follow-up runs here since %(since)s, long enough from %(enough)s on", **words
            )
        amount = _Amounts(env, answer.company_id.currency_id)
        if answer.criterion == "equity":
            return env._("the equity is %s", amount(found["amount"]))
        if not found["amount"].startswith("-"):
            return env._("the books show no profit")
        return env._(
            "the books show a loss of %(amount)s, %(first)s to %(last)s",
            amount=amount(found["amount"].lstrip("-")),
            first=self._day(found["first"]),
            last=self._day(found["last"]),
        )

    @api.model
    def _forms(self, ids):
        """Names of legal forms by their ids as text; of one that is gone, its number."""
        numbers = [int(number) for number in ids]
        forms = self.env["receivable.legal.form"].sudo().with_context(active_test=False)
        names = {form.id: form.display_name for form in forms.browse(numbers).exists()}
        return [names.get(number, str(number)) for number in numbers]

    @api.model
    def _day(self, text):
        return format_date(self.env, fields.Date.to_date(text))


class _Amounts:
    """Writes amounts in a currency, and countries, as the reader does."""

    def __init__(self, env, currency, countries=None):
        self.env, self.currency = env, currency
        self.countries = {} if countries is None else countries

    def __call__(self, amount):
        return format_amount(self.env, float(amount), self.currency)

    def country(self, code):
        """The name of a country; its code where it is gone."""
        if not self.countries:
            every = self.env["res.country"].sudo().search_fetch([], ["code", "name"])
            self.countries.update((each.code, each.name) for each in every)
        return self.countries.get(code, code)
