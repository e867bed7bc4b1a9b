from odoo import models
from odoo.exceptions import UserError


class DunningJob(models.Model):
    """Letters and packages that are made in the background."""

    _inherit = "dunning.job"  # pylint: disable=consider-merging-classes-inherited

    def _steps_letters(self):
        """Make the letters of a batch part by part, then the file to print."""
        batch = self.env["dunning.letter.batch"].browse(self.res_id).exists()
        if not batch:
            raise UserError(self.env._("The batch of letters is gone."))
        made = len(batch._to_post().filtered("letter_file_id"))
        for done in batch._print_parts():
            yield {"done_count": made + done}
        yield {"done_count": self.total_count, "note": batch.problems or False}

    def _steps_packages(self):
        """Hand over one case after the other, with the rights of who asked for it."""
        lines = self.env["collection.handover.batch.line"].sudo(False).with_user(self.user_id)
        lines = lines.browse(self.params["line_ids"]).exists()
        waiting = lines.filtered(lambda line: line.verdict == "queued")
        for number, line in enumerate(waiting, 1):
            line._hand_over()
            yield {"done_count": len(lines) - len(waiting) + number}
        lost = len(self.params["line_ids"]) - len(lines)
        if lost:
            raise UserError(
                self.env._(
                    "%s cases were not handed over, for they waited too long: choose them again.",
                    lost,
                )
            )
        done = len(lines.filtered("handover_id"))
        stayed = lines.filtered(lambda line: line.verdict == "stayed")
        told = [
            self.env._("%(case)s stayed: %(why)s", case=line.case_id.name, why=line.says or "")
            for line in stayed
        ]
        yield {"note": "\n".join([self.env._("Handed over: %s.", done), *told])}

    def _let_go(self):
        if self.kind == "letters":
            batch = self.env["dunning.letter.batch"].browse(self.res_id).exists()
            batch.in_background = False
        if self.kind == "packages":
            lines = self.env["collection.handover.batch.line"].browse(self.params["line_ids"])
            lines.exists().filtered(lambda line: line.verdict == "queued").verdict = "go"
        return super()._let_go()

    def _when_stopped(self):
        if self.kind == "letters":
            return self.env._("Somebody stopped it. Letters that were made are kept.")
        if self.kind == "packages":
            return self.env._("Somebody stopped it. Cases that were handed over stay so.")
        return super()._when_stopped()
