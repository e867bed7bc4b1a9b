from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..rules.signature import new_secret


class CollectionFeedbackSecret(models.TransientModel):
    """Agree on the secret with which an office signs its messages; it is shown here alone."""

    _name = "collection.feedback.secret"
    _description = "Secret of an Office"

    agent_id = fields.Many2one("collection.agent", "Office", required=True)
    url = fields.Char(related="agent_id.webhook_url", related_sudo=False)
    secret = fields.Char(default=lambda self: new_secret())
    had_one = fields.Boolean(related="agent_id.webhook_has_secret", related_sudo=False)
    at_once = fields.Boolean(
        "The Former One Ends at Once", help="Where somebody else may know it. Else it works 7 days."
    )

    def action_apply(self):
        """Use it from now on."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only managers decide about offices."))
        self.agent_id.check_access("write")
        if not self.secret:
            raise UserError(self.env._("The secret was shown before. Make another one."))
        self.agent_id._change_secret(self.secret, self.at_once)
        # It is kept with the office alone.
        self.secret = False
        return {"type": "ir.actions.act_window_close"}
