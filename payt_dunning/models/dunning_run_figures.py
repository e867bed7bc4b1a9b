from markupsafe import Markup

from odoo import api, fields, models

#: What leaves comes first, then what waits, then what somebody must do something about.
ORDER = {"send": 0, "wait": 1, "blocked": 2}


class DunningRunFigures(models.AbstractModel):
    """What a run decided, as a table in words."""

    _name = "dunning.run.figures"
    _description = "Figures of a Run in Words"

    outcome = fields.Html("What Was Decided", compute="_compute_outcome", sanitize=False)
    done_parts = fields.Integer(readonly=True, help="Parts of the work that are done.")
    part_count = fields.Integer(readonly=True, help="Parts of the work in all; 0: it was small.")
    percent = fields.Integer("Progress", compute="_compute_percent")
    notice_count = fields.Integer(compute="_compute_notice_count")

    @api.depends("done_parts", "part_count", "state")
    def _compute_percent(self):
        for run in self:
            going_on = run.state in ("ordered", "running")
            run.percent = 100 * run.done_parts // (run.part_count or 1) if going_on else 100

    def _note_parts(self, count):
        """There are so many more parts to do; of a small run nobody wants to know."""
        if count > 1:
            self.part_count += count

    def _note_part(self):
        """One more part is done."""
        if self.part_count:
            self.done_parts += 1

    def _tell_who_asked(self):
        """Tell who asked for a run that it is over, wherever he is in Odoo by now."""
        if not self.asked_by_id:
            return
        words = self.with_context(lang=self.asked_by_id.lang)
        states = dict(words._fields["state"]._description_selection(words.env))
        self.asked_by_id._bus_send(
            "payt_dunning.job",
            {
                "id": self.id,
                "model": self._name,
                "title": f"{words.display_name}: {states[self.state]}",
                "text": words.env._("%s messages.", self.planned),
                "ok": self.state == "done",
            },
        )

    @api.depends("notice_ids")
    def _compute_notice_count(self):
        counts = dict(
            self.env["dunning.notice"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            run.notice_count = counts.get(run, 0)

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_outcome(self):
        Item = self.env["dunning.item"]
        actions = dict(Item._fields["action"]._description_selection(self.env))
        reasons = dict(Item._fields["reason"]._description_selection(self.env))
        row = Markup('<tr><td>%s</td><td>%s</td><td class="text-end">%s</td></tr>')
        for run in self:
            counts = [(*key.split(":", 1), count) for key, count in (run.reasons or {}).items()]
            counts.sort(key=lambda each: (ORDER.get(each[0], 3), -each[2]))
            rows = Markup().join(
                row % (actions.get(action, action), reasons.get(code, code), count)
                for action, code, count in counts
            )
            head = (self.env._("What Happens"), self.env._("Why"), self.env._("Items"))
            run.outcome = rows and (
                Markup(
                    '<table class="table table-sm"><thead><tr><th>%s</th><th>%s</th>'
                    '<th class="text-end">%s</th></tr></thead><tbody>%s</tbody></table>'
                )
                % (*head, rows)
            )

    # -- what somebody should know ---------------------------------------------------------------

    def _nobodys(self):
        """A line about receivables that have no partner, if there are any."""
        numbers = self.env["dunning.sync"]._without_partner(self.company_id)
        if not numbers:
            return []
        return [
            self.env._(
                "Nobody is reminded of %s: the journal item has no partner.", ", ".join(numbers)
            )
        ]

    def _without_policy(self, counts):
        """A line for a company in which items have no policy that applies to them."""
        if not counts["blocked", "no_ladder"]:
            return []
        return [
            self.env._(
                "%(count)s items of %(company)s have no published policy: nobody is reminded of "
                "them.",
                count=counts["blocked", "no_ladder"],
                company=self.company_id.name,
            )
        ]

    def _without_rate(self):
        """A line about currencies without a rate: minimums can't be compared rightly in them."""
        company = self.company_id
        groups = self.env["dunning.item"]._read_group(
            [("company_id", "=", company.id), ("state", "=", "open")], ["currency_id"]
        )
        used = self.env["res.currency"].union(*(currency for (currency,) in groups))
        foreign = (used - company.currency_id).with_company(company)
        nameless = foreign.filtered(
            lambda currency: (
                not currency.rate_ids.filtered(
                    lambda rate: rate.company_id in (self.env["res.company"], company.root_id)
                )
            )
        )
        if not nameless:
            return []
        return [
            self.env._(
                "There is no exchange rate for %s: add one, minimum amounts are not compared "
                "rightly without it.",
                ", ".join(nameless.mapped("name")),
            )
        ]
