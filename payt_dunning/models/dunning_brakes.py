from odoo import fields, models
from odoo.exceptions import AccessError

#: Runs that tell what is usual, and how many there must be to tell it.
USUAL_RUNS, USUAL_FROM = 10, 3
#: A run with fewer messages than this is never abnormal.
ABNORMAL_FROM = 50
#: What was approved may have grown by so much when the next run does it.
APPROVED_GROWTH = 1.1


class DunningRun(models.Model):
    """Brakes: a run with many more messages than usual waits for a manager."""

    _inherit = "dunning.run"

    usual = fields.Integer("Usual Number of Messages", readonly=True)
    manual = fields.Boolean(
        readonly=True, help="The daily run only decided: people send from the preview."
    )

    def _sends(self):
        """Whether this run makes messages.

        Nothing does before the company went live; where people send, only what they asked for.
        """
        self.ensure_one()
        return self.live and not self.manual

    def _usual_size(self):
        """Messages of an average run that sent something; 0 while too little is known."""
        runs = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("id", "<", self.id),
                ("live", "=", True),
                ("manual", "=", False),
                ("debtor_ids", "=", False),
                ("planned", ">", 0),
                ("state", "in", ("done", "problems")),
            ],
            limit=USUAL_RUNS,
        )
        return round(sum(runs.mapped("planned")) / len(runs)) if len(runs) >= USUAL_FROM else 0

    def _must_wait(self, count, approved):
        """Whether so many messages wait for a manager.

        The first runs after going live have nothing to be compared with: they wait as well.

        :param approved: runs that a manager let go on and that have not been done yet
        """
        self.ensure_one()
        factor = self.company_id.sudo().dunning_abnormal_factor
        if not factor or count < ABNORMAL_FROM:
            return False
        if self.usual and count <= factor * self.usual:
            return False
        allowed = max(approved.mapped("planned"), default=0)
        return count > allowed * APPROVED_GROWTH

    def action_approve(self):
        """A manager lets a run go on that has many more messages than usual."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can approve a run."))
        runs = self.sudo().filtered(lambda run: run.state == "waiting")
        ordered = runs.filtered("asked_by_id")
        if ordered:
            ordered.write({"state": "ordered"})
            self._wake_ordered()
        runs -= ordered
        if not runs:
            return True
        runs.write({"state": "approved"})
        runs.company_id._dunning_look_again()
        self.env.ref("payt_dunning.ir_cron_dunning_run").sudo()._trigger()
        return True
