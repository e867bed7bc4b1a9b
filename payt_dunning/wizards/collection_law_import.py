import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.collection_jurisdiction import NAMES
from ..rules.law.read import columns

#: Larger files are no table of rates.
MAX_BYTES = 1_000_000


class CollectionLawImport(models.TransientModel):
    """Add rows to a law table, from a file or typed in; all of them or none."""

    _name = "collection.law.import"
    _description = "Add Rows to a Law Table"

    table = fields.Selection(NAMES, required=True, default="rates")
    header = fields.Char("Columns", compute="_compute_header")
    rows = fields.Text(help="A line for each row, columns separated by commas, in this order.")
    file = fields.Binary("CSV File", attachment=False)
    file_name = fields.Char()

    @api.depends("table")
    def _compute_header(self):
        for dialog in self:
            dialog.header = ",".join(columns(dialog.table)) if dialog.table else False

    def action_apply(self):
        """Check the rows with the tables that are there, and add them."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can add rows to law tables."))
        added = (
            self.env["collection.law.row"]
            .sudo()
            ._add_by_hand(self.table, self._text(), self.file_name or "")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Added %s rows", len(added)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _text(self):
        """The file, or what was typed in under its header."""
        if not self.file:
            if not (self.rows or "").strip():
                raise UserError(self.env._("Choose a file or type rows."))
            return f"{self.header}\n{self.rows.strip()}\n"
        try:
            content = base64.b64decode(self.file, validate=True)
        except binascii.Error as error:
            raise UserError(self.env._("The file can't be read.")) from error
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("The file is too large for a law table."))
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(self.env._("The file is not UTF-8: save it as “CSV UTF-8”.")) from error


class CollectionLawWithdraw(models.TransientModel):
    """Take rows out that were added by mistake."""

    _name = "collection.law.withdraw"
    _description = "Withdraw Rows of Law Tables"

    row_ids = fields.Many2many(
        "collection.law.row",
        string="Rows",
        required=True,
        default=lambda self: self._default_rows(),
    )
    reason = fields.Text(required=True)

    @api.model
    def _default_rows(self):
        if self.env.context.get("active_model") != "collection.law.row":
            return self.env["collection.law.row"]
        return self.env["collection.law.row"].browse(self.env.context.get("active_ids"))

    def action_apply(self):
        """Withdraw the rows; what was calculated with them stays as it is."""
        self.ensure_one()
        self.row_ids._withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
