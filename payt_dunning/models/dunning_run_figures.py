from markupsafe import Markup

from odoo import api, fields, models

#: What leaves comes first, then what waits, then what somebody must do something about.
ORDER = {"send": 0, "wait": 1, "blocked": 2}


class DunningRunFigures(models.AbstractModel):
    """What a run decided, as a table in words."""

    _name = "dunning.run.figures"
    _description = "Figures of a Run in Words"

    outcome = fields.Html("What Was Decided", compute="_compute_outcome", sanitize=False)
    notice_count = fields.Integer(compute="_compute_notice_count")

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
