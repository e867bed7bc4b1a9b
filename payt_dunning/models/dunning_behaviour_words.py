from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_amount

from ..rules import behaviour as rules


class DunningBehaviourWords(models.AbstractModel):
    """How a debtor pays, told: the sentence beside the class, and every figure with its limit."""

    _name = "dunning.behaviour.words"
    _description = "Payment Behaviour in Words"

    @api.model
    def _number(self, value, digits=1):
        """A number as the user's language writes it, without decimals where it has none."""
        digits = digits if value % 1 else 0
        language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        text = f"{value:.{digits}f}"
        return text.replace(".", language.decimal_point or ".")

    @api.model
    def _amount(self, company, value):
        return format_amount(self.env, float(value), company.currency_id)

    @api.model
    def _labels(self):
        """What each figure is called."""
        return {
            rules.DAYS_LATE: self.env._("Average days late, by amount"),
            rules.LATE_SHARE: self.env._("Invoices paid late"),
            rules.BROKEN: self.env._("Promises and plans not kept"),
            rules.REJECTED: self.env._("Disputes rejected"),
            rules.OVERDUE: self.env._("Overdue"),
            rules.OVERDUE_DAYS: self.env._("Oldest overdue"),
            rules.EXPOSURE: self.env._("Exposure"),
        }

    @api.model
    def _told(self, company, measure, value):
        """A figure or a limit, with its unit."""
        if value is None:
            return self.env._("nothing yet") if measure in rules.HISTORY else self.env._("nothing")
        if measure in (rules.OVERDUE, rules.EXPOSURE):
            return self._amount(company, value)
        if measure in (rules.DAYS_LATE, rules.OVERDUE_DAYS):
            return self.env._("%s days", self._number(round(value, 1)))
        if measure == rules.LATE_SHARE:
            return self.env._("%s %%", self._number(round(value, 1)))
        return str(value)

    @api.model
    def _beside(self, company, figures, measure):
        """What a figure was made of."""
        env = self.env
        if measure == rules.DAYS_LATE:
            if figures.days_late_each is None or not figures.paid:
                return ""
            return env._(
                "of %(paid)s that was paid; each invoice alike: %(days)s days",
                paid=self._amount(company, figures.paid),
                days=self._number(round(figures.days_late_each, 1)),
            )
        if measure == rules.LATE_SHARE:
            return (
                env._("%(late)s of %(all)s", late=figures.late, all=figures.invoices)
                if figures.invoices
                else ""
            )
        if measure == rules.BROKEN:
            return env._(
                "promises: %(kept)s kept, %(broken)s not; plans: %(done)s kept, %(lapsed)s lapsed",
                kept=figures.promises_kept,
                broken=figures.promises_broken,
                done=figures.plans_kept,
                lapsed=figures.plans_broken,
            )
        if measure == rules.REJECTED:
            return env._(
                "%(right)s in which the debtor was right and %(open)s open ones don't count "
                "against it",
                right=figures.disputes_right,
                open=figures.disputes_open,
            )
        if measure == rules.OVERDUE and (figures.contested or figures.in_plan):
            return env._(
                "without %(contested)s that is contested and %(plan)s in a payment plan",
                contested=self._amount(company, figures.contested),
                plan=self._amount(company, figures.in_plan),
            )
        if measure == rules.EXPOSURE and figures.ordered:
            return env._(
                "%(open)s open and %(ordered)s ordered",
                open=self._amount(company, figures.open),
                ordered=self._amount(company, figures.ordered),
            )
        return ""

    @api.model
    def _says(self, company, figures, verdict, named, since=None):
        """Why the figures give a class, in a sentence.

        :param named: record of the class
        :param since: the first day that counts; for all but those whose history began anew the
            same
        """
        labels = self._labels()
        if verdict.place is None:
            return self.env._(
                "%(class)s (%(count)s paid since %(since)s, at least %(least)s are needed)",
                **{
                    "class": named.name,
                    "count": self._invoices(figures.documents),
                    "since": self._since_told(company, since),
                    "least": max(company.dunning_behaviour_least, 1),
                },
            )
        parts = verdict.because or tuple(
            each for each in verdict.weighed if each.counts and each.measure in rules.HISTORY
        )
        facts = "; ".join(
            self.env._(
                "%(figure)s: %(value)s",
                figure=labels[each.measure].lower(),
                value=self._told(company, each.measure, each.value),
            )
            for each in parts
        )
        return self.env._("%(class)s (%(facts)s)", **{"class": named.name, "facts": facts})

    @api.model
    def _invoices(self, count):
        return self.env._("1 invoice") if count == 1 else self.env._("%s invoices", count)

    @api.model
    def _since_told(self, company, since):
        today = self.env["dunning.message"]._today(company)
        return self.env["dunning.page"]._date(since or self._since(company, today))

    def _says_of(self, company, figures, verdict, named):
        """The same for a row: first what a person decided, where one did.

        :param self: the row, or none
        """
        words = self._says(company, figures, verdict, named, self.since)
        if not self.decided_on:
            return words
        return self.env._(
            "Decided: %(class)s. %(why)s By the figures: %(figures)s",
            **{
                "class": self.class_id.name,
                "why": self._sentence(self.decided_why),
                "figures": words,
            },
        )

    @api.model
    def _sentence(self, text):
        """What a person wrote, ended as a sentence is."""
        text = (text or "").strip()
        return text if not text or text[-1] in ".!?" else f"{text}."

    @api.model
    def _explained(self, company, figures, verdict, classes, without):
        """A table: each figure, what it was made of, and what it did."""
        labels = self._labels()
        rows = Markup()
        for each in verdict.weighed:
            rows += Markup(
                "<tr><td>%s</td><td class='text-end text-nowrap'>%s</td>"
                "<td class='text-muted'>%s</td><td>%s</td></tr>"
            ) % (
                labels[each.measure],
                self._told(company, each.measure, each.value),
                self._beside(company, figures, each.measure),
                self._did(company, each, classes),
            )
        named = without if verdict.place is None else classes[verdict.place]
        return Markup(
            "<table class='table table-sm mb-2'><thead><tr><th>%s</th><th class='text-end'>%s</th>"
            "<th></th><th>%s</th></tr></thead><tbody>%s</tbody></table><p class='mb-0'>%s</p>"
        ) % (
            self.env._("Figure"),
            self.env._("Of this debtor"),
            self.env._("What it means"),
            rows,
            self._sum_up(company, verdict, named),
        )

    @api.model
    def _did(self, company, each, classes):
        """What a figure did."""
        if not each.counts:
            return self.env._("too few invoices to tell")
        limits = [(one, getattr(one._limits(), each.measure)) for one in classes]
        if all(limit is None for _one, limit in limits):
            return self.env._("no class has a limit for it")
        if each.place is not None and limits[each.place][1] is not None:
            one, limit = limits[each.place]
            within = self._told(company, each.measure, limit)
            return self.env._(
                "%(class)s: at most %(limit)s", **{"class": one.name, "limit": within}
            )
        before = limits if each.place is None else limits[: each.place]
        passed = next((pair for pair in reversed(before) if pair[1] is not None), None)
        one = classes[-1] if each.place is None else classes[each.place]
        if passed is None:
            return one.name
        return self.env._(
            "%(class)s: more than the %(limit)s of %(other)s",
            **{
                "class": one.name,
                "limit": self._told(company, each.measure, passed[1]),
                "other": passed[0].name,
            },
        )

    @api.model
    def _sum_up(self, company, verdict, named):
        if verdict.place is None:
            return self.env._(
                "Fewer than %(least)s invoices were paid, and nothing speaks against the debtor: "
                "%(class)s.",
                **{"least": max(company.dunning_behaviour_least, 1), "class": named.name},
            )
        return self.env._(
            "The first class all of whose limits these figures keep to: %s.", named.name
        )
