import base64
import binascii

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.collection_feedback import LARGEST


class CollectionFeedbackUpload(models.TransientModel):
    """Read a message of an office that somebody got by mail or from its website."""

    _name = "collection.feedback.upload"
    _description = "Read a Message of an Office"

    agent_id = fields.Many2one(
        "collection.agent",
        "Office",
        required=True,
        default=lambda self: self.env["collection.agent"].search([], limit=1),
    )
    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()

    def action_apply(self):
        """Read it and apply what is in order."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        self.agent_id.check_access("read")
        if len(self.file or b"") > LARGEST * 4 // 3 + 4:
            self._refuse_size()
        try:
            content = base64.b64decode(self.file or b"", validate=True)
        except (ValueError, binascii.Error) as error:
            raise UserError(self.env._("The file can't be read.")) from error
        if len(content) > LARGEST:
            self._refuse_size()
        message, known = self.env["collection.feedback"]._take_in(
            self.agent_id, content, "upload", self.file_name or ""
        )
        action = {
            "type": "ir.actions.act_window",
            "res_model": "collection.feedback",
            "res_id": message.id,
            "views": [(False, "form")],
        }
        if not known:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("This message was read before: nothing has changed."),
                **({"next": action} if message else {}),
            },
        }

    def _refuse_size(self):
        raise UserError(self.env._("The file is larger than %s MB.", LARGEST // (1024 * 1024)))
