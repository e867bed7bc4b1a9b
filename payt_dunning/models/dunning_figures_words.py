from datetime import timedelta

from odoo import api, models
from odoo.tools import format_amount, format_date, formatLang

from ..rules.figures.values import Figure

#: Figures that must be 0: anything else is a fault of ours.
MUST_BE_ZERO = ("unwarranted", "duplicates")


class DunningFiguresWords(models.AbstractModel):
    """What each figure is called, its exact definition, and how its numbers are written."""

    _name = "dunning.figures.words"
    _description = "Definitions of Figures"

    @api.model
    def _group_names(self):
        env = self.env
        return {
            "ledger": env._("From the Ledger"),
            "faults": env._("Must Be 0"),
            "recovery": env._("What Follow-up Brings and Costs"),
            "dealings": env._("Agreements and Contact"),
        }

    @api.model
    def _definitions(self):
        """``{key: (name, exact definition)}``."""
        return {
            **self._ledger_definitions(),
            **self._recovery_definitions(),
            **self._dealing_definitions(),
        }

    @api.model
    def _ledger_definitions(self):
        env = self.env
        return {
            "receivables": (
                env._("Receivables"),
                env._(
                    "What was open on the day, less credits that were not matched: the balance of the receivable accounts. Left out of follow-up or not."
                ),
            ),
            "overdue": (
                env._("Overdue"),
                env._("What was open and due before the day. Open credits are not taken off."),
            ),
            "share_overdue": (
                env._("Share Overdue"),
                env._("Overdue ÷ open × 100. Open credits are not taken off either."),
            ),
            "share_long": (
                env._("Share More Than 90 Days Late"),
                env._("Open and more than 90 days late ÷ open × 100, whatever the buckets."),
            ),
            "dso": (
                env._("DSO, Count-Back"),
                env._(
                    "Days Sales Outstanding. From the receivables, the sales of this month are taken, then of the month before, and so on: months taken in full count with all their days, the last one with the share of its sales that is left. Credits taken off; tax included."
                ),
            ),
            "dso_simple": (
                env._("DSO, Simple"),
                env._("Receivables ÷ credit sales of the period × its days."),
            ),
            "dso_best": (
                env._("Best Possible DSO"),
                env._(
                    "Receivables that are not overdue ÷ credit sales of the period × its days: what DSO would be if nobody were late."
                ),
            ),
            "delinquent": (
                env._("Average Days Delinquent"),
                env._("Simple DSO less the best possible DSO: the days that lateness adds."),
            ),
            "effectiveness": (
                env._("Collection Effectiveness (CEI)"),
                env._(
                    "(Receivables when the period began + credit sales − receivables now) ÷ (the same beginning + credit sales − receivables that are not overdue) × 100. 100: all that was due was collected."
                ),
            ),
            "days_late": (
                env._("Days Late of What Was Paid"),
                env._(
                    "Money that came in the period: days from the due date to the payment, weighted by amount. Below 0: early."
                ),
            ),
        }

    @api.model
    def _recovery_definitions(self):
        env = self.env
        return {
            "unwarranted": (
                env._("Unwarranted Reminders"),
                env._(
                    "Messages of levels that left although, at that moment, a row of theirs had been paid, was asked for with more than was open, was held in full, disputed or promised, or had no decision ÷ messages of levels that left × 100. Must be 0."
                ),
            ),
            "duplicates": (
                env._("Duplicates"),
                env._(
                    "Messages about the same level of the same item by the same channel to the same recipient as an earlier one. Copies that somebody asked for are none. Must be 0."
                ),
            ),
            "levels": (
                env._("Recovered After Messages"),
                env._(
                    "Money that came from the day a level left until the next one left, within 30 days and through the day ÷ what was asked for × 100. Of levels that left in the period; an item counts for each."
                ),
            ),
            "cost_own": (
                env._("Cost per Recovered Euro, Ours"),
                env._(
                    "Messages and calls of the period at the costs in the settings ÷ what was recovered after messages. 0 while no costs are set."
                ),
            ),
            "cost_office": (
                env._("Cost per Recovered Euro, Offices"),
                env._(
                    "What offices kept or charged us ÷ what was recovered of what they got. All handovers through the day, whatever the period; what came of them as it stands now."
                ),
            ),
            "handed": (
                env._("Invoices That Are Handed Over"),
                env._(
                    "Invoices of the last 12 months that were handed over to a bailiff, lawyer or collection agency ÷ all invoices of these months × 100. The Dutch average for bailiffs is 0.5 to 1 %."
                ),
            ),
            "handed_amount": (
                env._("Amount That Is Handed Over"),
                env._(
                    "The same by amount: what was invoiced with them ÷ all that was invoiced × 100."
                ),
            ),
        }

    @api.model
    def _dealing_definitions(self):
        env = self.env
        return {
            "promises": (
                env._("Promises Kept"),
                env._(
                    "Kept ÷ (kept + not kept) × 100, of promises that ran out in the period. Kept or not is as it stands now, also of a day in the past. Cancelled ones don't count."
                ),
            ),
            "plans": (
                env._("Plans Completed"),
                env._(
                    "Completed ÷ (completed + lapsed) × 100, of payment plans that ended so in the period."
                ),
            ),
            "disputes": (
                env._("Days to Settle a Dispute"),
                env._(
                    "From when it came in to the decision: the mean of disputes decided in the period."
                ),
            ),
            "response": (
                env._("Hours Until an Answer"),
                env._(
                    "From the first message of a debtor to our answer: the mean of messages answered in the period. What needed no answer does not count."
                ),
            ),
            "right_party": (
                env._("Right Person Reached"),
                env._(
                    "Calls of the period in which who decides about paying was on the phone ÷ all calls × 100."
                ),
            ),
            "arrived": (
                env._("Messages That Arrived"),
                env._(
                    "Messages of the period that left and did not come back ÷ all that left × 100."
                ),
            ),
        }

    @api.model
    def _input_names(self):
        """What a figure was computed from."""
        env = self.env
        return {
            "receivables": env._("Receivables"),
            "current": env._("Not due yet"),
            "current_net": env._("Not overdue, credits taken off"),
            "overdue": env._("Overdue"),
            "long": env._("More than 90 days late"),
            "open": env._("Open Amount"),
            "credits": env._("Credits not matched"),
            "beginning": env._("Receivables when the period began"),
            "sales": env._("Credit sales of the period"),
            "sales_year": env._("Credit sales of 12 months"),
            "length": env._("Days of the period"),
            "paid": env._("Money that came"),
            "promises_kept": env._("Kept"),
            "promises_broken": env._("Not kept"),
            "plans_completed": env._("Completed"),
            "plans_lapsed": env._("Lapsed"),
            "disputes": env._("Disputes decided"),
            "answers": env._("Messages answered"),
            "right": env._("Right person reached"),
            "calls": env._("Calls"),
            "arrived": env._("Arrived"),
            "left": env._("Sent"),
            "failing": env._("Addresses that fail"),
            "recovered": env._("Recovered"),
            "asked": env._("Asked for"),
            "spent": env._("Messages and calls"),
            "office_costs": env._("Costs of offices"),
            "office_recovered": env._("Recovered there"),
            "handed": env._("At an office"),
            "handed_amount": env._("At an office"),
            "invoices": env._("Invoices"),
            "invoiced": env._("Invoiced"),
            "reminders": env._("Messages of levels that left"),
            "unwarranted": env._("Unwarranted"),
            "duplicates": env._("Sent twice"),
        }

    @api.model
    def _why_not(self, figure: Figure):
        """Why a figure is not known, in the user's language."""
        env = self.env
        return {
            "no_sales": env._("Not known: nothing was sold on credit."),
            "no_receivables": env._("Not known: nothing is open."),
            "nothing_to_collect": env._("Not known: there was nothing to collect."),
            "credits_exceed": env._("Not known: open credits are more than what is not due yet."),
            "older_than_sales": env._("Not known: more is open than was sold in three years."),
            "nothing_paid": env._("Not known: no money came."),
            "nothing_decided": env._("Not known: none ended in the period."),
            "nothing_counted": env._("Not known: there were none."),
        }[figure.why]

    @api.model
    def _shown(self, value, unit, company):
        """A number as people read it."""
        env = self.env
        if unit == "money":
            return format_amount(env, float(value), company.currency_id)
        if unit == "count":
            return formatLang(env, float(value), digits=0)
        if unit == "percent":
            return env._("%s %%", formatLang(env, float(value), digits=1))
        if unit == "days":
            return env._("%s days", formatLang(env, float(value), digits=1))
        if unit == "hours":
            return env._("%s hours", formatLang(env, float(value), digits=1))
        return format_amount(env, float(value), company.currency_id)

    @api.model
    def _period_text(self, asked):
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, asked.first + timedelta(days=1)),
            last=format_date(self.env, asked.day),
        )
