from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.dunning_contact_change import DETAILS


class DunningContactWizard(models.TransientModel):
    """Accept contact details that a debtor proposes, all or some of them, or refuse them."""

    _name = "dunning.contact.wizard"
    _description = "Decide About Contact Details"

    change_id = fields.Many2one(
        "dunning.contact.change",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self._change(),
    )
    debtor_id = fields.Many2one(related="change_id.debtor_id", related_sudo=False)
    take_email = fields.Boolean("Take E-mail", default=True)
    take_phone = fields.Boolean(default=True)
    take_street = fields.Boolean(default=True)
    take_zip = fields.Boolean("Take ZIP", default=True)
    take_city = fields.Boolean(default=True)
    now_email = fields.Char("E-mail Now", compute="_compute_now")
    now_phone = fields.Char("Phone Now", compute="_compute_now")
    now_street = fields.Char("Street Now", compute="_compute_now")
    now_zip = fields.Char("ZIP Now", compute="_compute_now")
    now_city = fields.Char("City Now", compute="_compute_now")
    new_email = fields.Char(related="change_id.new_email", related_sudo=False)
    new_phone = fields.Char(related="change_id.new_phone", related_sudo=False)
    new_street = fields.Char(related="change_id.new_street", related_sudo=False)
    new_zip = fields.Char(related="change_id.new_zip", related_sudo=False)
    new_city = fields.Char(related="change_id.new_city", related_sudo=False)
    seen = fields.Json(default=lambda self: self._change().sudo()._shown())
    answer = fields.Text("Reason", help="The debtor reads it. Needed to refuse.")
    meanwhile = fields.Char(readonly=True)

    @api.model
    def _change(self):
        context = self.env.context
        Change = self.env["dunning.contact.change"]
        if context.get("active_model") != Change._name:
            return Change
        change = Change.browse(context.get("active_id") or ())
        change.check_access("read")
        return change

    @api.depends("change_id")
    def _compute_now(self):
        self.change_id.check_access("read")
        for dialog in self:
            now = dialog.change_id.sudo()._shown()
            for name in DETAILS:
                dialog[f"now_{name}"] = now.get(name) or False

    def _as_collector(self):
        """The proposal, locked and as it is now, if the user may decide about it."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about contact details."))
        self.change_id.check_access("read")
        change = self.change_id.sudo()
        if not change.try_lock_for_update():
            raise UserError(
                self.env._(
                    "Somebody is deciding about this at this moment. Look again in a minute."
                )
            )
        change.invalidate_recordset()
        change._check_open()
        return change

    def action_apply(self):
        """Write the chosen details, unless somebody changed them meanwhile."""
        change = self._as_collector()
        names = [name for name in change._details() if self[f"take_{name}"]]
        if not names:
            raise UserError(self.env._("Choose at least one detail, or refuse all of them."))
        now = change._now()
        if any(now[name] != (self.seen or {}).get(name, "") for name in names):
            self.write(
                {
                    "seen": change._shown(),
                    "meanwhile": self.env._(
                        "Somebody changed these details meanwhile. Compare once more, then accept."
                    ),
                }
            )
            return self._again()
        change._accept(names, self.env.user)
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Leave everything as it is, and tell the debtor why."""
        change = self._as_collector()
        answer = (self.answer or "").strip()
        if not answer:
            raise UserError(self.env._("Say why: the debtor reads it."))
        change._refuse(answer, self.env.user)
        return {"type": "ir.actions.act_window_close"}

    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide About Contact Details"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
