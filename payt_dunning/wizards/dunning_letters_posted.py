from odoo import api, fields, models
from odoo.exceptions import UserError


class DunningLettersPosted(models.TransientModel):
    """Says on which day letters of a print batch were posted: all of them, or some."""

    _name = "dunning.letters.posted"
    _description = "Letters Were Posted"

    batch_id = fields.Many2one(
        "dunning.letter.batch",
        "Print Batch",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    day = fields.Date("Posted On", required=True, default=fields.Date.context_today)
    letter_ids = fields.Many2many(
        "dunning.notice",
        string="Letters",
        domain="[('letter_batch_id', '=', batch_id), ('state', '=', 'queued'), ('printed_on', '!=', False)]",
        default=lambda self: self._default_letters(),
    )
    take_out = fields.Text("Take These Out", compute="_compute_take_out")
    anyway = fields.Boolean(
        "These Were Posted Too",
        help="They had left already when that happened: they count as posted all the same.",
    )

    @api.model
    def _default_letters(self):
        batch = self.env["dunning.letter.batch"].browse(self.env.context.get("active_id"))
        return batch.exists().letter_ids.filtered(
            lambda letter: letter.state == "queued" and letter.printed_on
        )

    @api.depends("letter_ids", "day")
    def _compute_take_out(self):
        for dialog in self:
            batch = dialog.batch_id
            batch.check_access("read")
            dialog.take_out = "\n".join(
                batch._in_the_stack(letter, why)
                for letter in dialog.letter_ids._origin.sorted("letter_place")
                if (why := letter.sudo()._why_not_to_post(dialog.day))
            )

    def action_apply(self):
        """Note it for those that may leave; tell which must be taken out of the stack."""
        self.ensure_one()
        if not self.letter_ids:
            raise UserError(self.env._("No letter was selected."))
        waiting = self.letter_ids.filtered(lambda letter: letter.state == "queued")
        out = self.batch_id._mark_posted(self.letter_ids, self.day, self.anyway)
        posted = len(waiting.filtered(lambda letter: letter.state != "queued"))
        message = (
            self.env._("One letter was noted as posted.")
            if posted == 1
            else self.env._("%s letters were noted as posted.", posted)
        )
        if out:
            lines = [self.batch_id._in_the_stack(*each) for each in out.items()]
            message = "\n".join([message, self.env._("Take these out:"), *lines])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if out else "success",
                "sticky": bool(out),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
