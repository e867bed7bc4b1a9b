from odoo import api, fields, models

from ..models.collection_sensitive import SENSITIVE
from ..rules.dossier.codes import DOCUMENT


class CollectionHandoverCheck(models.TransientModel):
    """What one check says."""

    _name = "collection.handover.check"
    _description = "Check Before a Handover"

    wizard_id = fields.Many2one("collection.handover.wizard", required=True, ondelete="cascade")
    code = fields.Char(readonly=True)
    result = fields.Selection(
        [
            ("pass", "In Order"),
            ("warn", "Warning"),
            ("block", "Keeps It Back"),
            ("not_checked", "Not Checked"),
        ],
        readonly=True,
    )
    says = fields.Text("What It Says", readonly=True)
    remedy = fields.Text("What to Do", readonly=True)
    source = fields.Char("Where It Comes From", readonly=True)
    overridable = fields.Boolean("Can Be Overridden", readonly=True)
    reason = fields.Char("Overridden Because", help="A manager hands it over all the same.")


class CollectionHandoverExhibit(models.TransientModel):
    """A document that may go along."""

    _name = "collection.handover.exhibit"
    _description = "Exhibit of a Handover"
    _order = "place, id"

    wizard_id = fields.Many2one("collection.handover.wizard", required=True, ondelete="cascade")
    place = fields.Integer("Exhibit")
    key = fields.Char(readonly=True)
    kind = fields.Selection(lambda self: self._kinds(), readonly=True)
    title = fields.Char("Document", readonly=True)
    date = fields.Date(readonly=True)
    needed = fields.Boolean(readonly=True, help="It can't be left out.")
    taken = fields.Boolean("Goes Along")

    @api.model
    def _kinds(self):
        names = {
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit Note"),
            "contract": self.env._("Agreement"),
            "order_confirmation": self.env._("Order Confirmation"),
            "checkout_evidence": self.env._("Evidence of the Order"),
            "terms": self.env._("Terms"),
            "delivery_proof": self.env._("Proof of Delivery"),
            "reminder": self.env._("Reminder"),
            "fourteen_day_letter": self.env._("Fourteen-day Letter"),
            "default_notice": self.env._("Notice of Default"),
            "sending_proof": self.env._("Proof of Sending"),
            "correspondence": self.env._("Correspondence"),
            "dispute": self.env._("Dispute"),
            "payment_plan": self.env._("Payment Plan"),
            "payment_proof": self.env._("Proof of Payment"),
            "register_extract": self.env._("Register Extract"),
            "mandate": self.env._("Mandate"),
            "other": self.env._("Other"),
        }
        return [(code, names[code]) for code in DOCUMENT]


class CollectionHandoverMessage(models.TransientModel):
    """A message of the conversation, which goes along unless it is sensitive."""

    _name = "collection.handover.message"
    _description = "Message of a Handover"
    _order = "date, id"

    wizard_id = fields.Many2one("collection.handover.wizard", required=True, ondelete="cascade")
    key = fields.Integer(readonly=True, help="The message itself.")
    date = fields.Datetime(readonly=True)
    who = fields.Char("Written By", readonly=True)
    text = fields.Text("What It Says", readonly=True)
    hint = fields.Selection(
        SENSITIVE[:2], "May Be About", readonly=True, help="Words in it say so: look at it."
    )
    sensitive = fields.Selection(SENSITIVE, "Left Out: It Is About")
    was = fields.Selection(SENSITIVE, readonly=True, help="When the dialog was opened.")


class CollectionHandoverFile(models.TransientModel):
    """A file that somebody adds: agreement, terms, proof of delivery."""

    _name = "collection.handover.file"
    _description = "File Added to a Handover"
    _inherit = ["collection.added.file"]

    wizard_id = fields.Many2one("collection.handover.wizard", required=True, ondelete="cascade")
