from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules.dossier.package import MEDIA_TYPES

#: Kinds of document that people add.
ADDED = (
    "contract",
    "order_confirmation",
    "checkout_evidence",
    "terms",
    "delivery_proof",
    "sending_proof",
    "payment_proof",
    "register_extract",
    "mandate",
    "other",
)


class CollectionAddedFile(models.AbstractModel):
    """A file that somebody adds to what an office gets."""

    _name = "collection.added.file"
    _description = "File Added to a Package"

    kind = fields.Selection(lambda self: self._added(), required=True, default="contract")
    title = fields.Char("Document", required=True)
    number = fields.Char()
    date = fields.Date()
    content = fields.Binary("File", required=True, attachment=True)
    file_id = fields.Many2one("ir.attachment", compute="_compute_file_id")

    @api.model
    def _added(self):
        kinds = dict(self.env["collection.handover.exhibit"]._kinds())
        return [(code, kinds[code]) for code in ADDED]

    @api.depends("content")
    def _compute_file_id(self):
        for row in self:
            row.file_id = (
                self.env["ir.attachment"]
                .sudo()
                .search(
                    [
                        ("res_model", "=", row._name),
                        ("res_id", "=", row.id),
                        ("res_field", "=", "content"),
                    ],
                    limit=1,
                )
            )

    @api.constrains("content")
    def _check_content(self):
        for row in self:
            if row.file_id.mimetype not in MEDIA_TYPES:
                raise UserError(
                    self.env._("“%s” can't go along: PDF, JPEG and PNG files can.", row.title)
                )
