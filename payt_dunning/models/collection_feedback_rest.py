import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.dossier import csv
from ..tools import exact

#: What the office has to hear of: it was not applied as it was told.
REST = ("conflict", "review", "refused")


class CollectionFeedback(models.Model):
    """What became of a message in figures, and a list of what was not applied, for the office."""

    _inherit = "collection.feedback"  # pylint: disable=consider-merging-classes-inherited

    applied_count = fields.Integer("Applied", compute="_compute_results")
    known_count = fields.Integer("Known Before", compute="_compute_results")
    rest_count = fields.Integer("Not Applied", compute="_compute_results")
    rest_file = fields.Binary("What Was Not Applied", compute="_compute_rest_file")

    @api.depends("line_ids.result")
    def _compute_results(self):
        for message in self:
            results = message.line_ids.mapped("result")
            message.applied_count = results.count("applied") + results.count("replaced")
            message.known_count = results.count("known") + results.count("older")
            message.rest_count = sum(map(results.count, REST))

    @api.depends("line_ids.result")
    @api.depends_context("lang")
    def _compute_rest_file(self):
        for message in self:
            lines = message.line_ids.filtered(lambda line: line.result in REST)
            message.rest_file = lines and base64.b64encode(message._rest_table(lines))

    def _rest_table(self, lines):
        """Rows as CSV, in the dialect of the office."""
        kinds = dict(lines._fields["kind"]._description_selection(self.env))
        results = dict(lines._fields["result"]._description_selection(self.env))
        head = (
            self.env._("Message"),
            self.env._("Case"),
            self.env._("Kind"),
            self.env._("Number"),
            self.env._("Day"),
            self.env._("Code"),
            self.env._("Amount"),
            self.env._("Text"),
            self.env._("Result"),
            self.env._("Why"),
        )
        rows = [
            (
                self.number or "",
                line.case_number or "",
                kinds[line.kind],
                line.number or "",
                line.day or None,
                line.code or "",
                exact(line.amount),
                line.text or "",
                results[line.result],
                line.says or "",
            )
            for line in lines
        ]
        return csv.table(head, rows, self.agent_id.csv_dialect)

    def action_rest(self):
        """Download what was not applied, to ask the office about it."""
        self.ensure_one()
        self._as_collector()
        if not self.rest_count:
            raise UserError(self.env._("Everything of “%s” was applied.", self.display_name))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/rest_file/not_applied.csv?download=true",
            "target": "download",
        }

    def action_read_again(self):
        """Read anew what could not be read: the reader may know more by now."""
        for message in self._as_collector():
            if message.state != "refused":
                raise UserError(self.env._("“%s” was read.", message.display_name))
            message.write({"state": "received", "says": False})
            message._read_message()
            if message.state != "refused":
                self.env["dunning.task"]._done(message, "agent_unread")
        return True
