from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

#: A line above a message that says what it is.
TEST_FRAME = Markup(
    '<p style="max-width:600px;margin:0 auto;padding:24px 16px 0 16px;"><b>%s</b></p>%s'
)


class DunningChecklist(models.TransientModel):
    """What to look at before a company goes live, and the three ways to work.

    Test mode decides and sends nothing; then people send from the preview; then the daily run
    sends.
    """

    _name = "dunning.checklist"
    _inherit = "dunning.settings"
    _description = "Go-Live Checklist"

    line_ids = fields.One2many("dunning.checklist.line", "checklist_id", "Checks")
    mode = fields.Selection(
        [("test", "Test Mode"), ("manual", "People Send"), ("automatic", "Daily Run Sends")],
        compute="_compute_mode",
    )
    to_mend = fields.Integer(compute="_compute_to_mend")

    @api.depends("company_id.dunning_live_since", "company_id.dunning_automatic")
    def _compute_mode(self):
        for checklist in self:
            live = "automatic" if checklist.company_id.dunning_automatic else "manual"
            checklist.mode = live if checklist.company_id._dunning_is_live() else "test"

    @api.depends("line_ids.state")
    def _compute_to_mend(self):
        for checklist in self:
            checklist.to_mend = len(checklist.line_ids.filtered(lambda line: line.state == "mend"))

    @api.depends("company_id")
    def _compute_display_name(self):
        for checklist in self:
            checklist.display_name = self.env._("Go Live: %s", checklist.company_id.name)

    @api.model
    def _open(self):
        """The checklist of the user's company as it is now, as an action."""
        checklist = self.create({})
        checklist._look()
        return checklist._shown()

    def _shown(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go Live"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "main",
        }

    def _look(self):
        """Look at everything anew."""
        self.ensure_one()
        self._check_dunning_manager()
        administrator = self.env.user.has_group("base.group_system")
        lines = [
            {
                "sequence": place,
                "code": code,
                "state": state,
                "found": found,
                "can_open": administrator or code not in ("server", "others"),
                "can_take_over": code == "others" and self.env["dunning.takeover"]._is_there(),
            }
            for place, (code, (state, found)) in enumerate(
                self.env["dunning.readiness"]._all(self.company_id).items()
            )
        ]
        self.write(
            {
                "line_ids": [
                    fields.Command.clear(),
                    *[fields.Command.create(line) for line in lines],
                ]
            }
        )

    def action_look_again(self):
        """Look at everything anew, with the limits that were changed."""
        self._look()
        return self._shown()

    def action_manual(self):
        """Go live: people send from the preview, the daily run only decides."""
        return self._go_live(automatic=False)

    def action_automatic(self):
        """Go live: the daily run sends."""
        return self._go_live(automatic=True)

    def _go_live(self, automatic):
        """Go live, unless something must be mended before."""
        self._look()
        self._refuse_unready()
        self.company_id.sudo().dunning_automatic = automatic
        self.company_id._dunning_go_live()
        return self._shown()

    def action_test_mode(self):
        """Stop all sending; the daily run goes on deciding."""
        self._check_dunning_manager()
        self.company_id._dunning_stop_live()
        return self._shown()

    # -- a message to whoever asks -----------------------------------------------------------

    def action_test_message(self):
        """Send one reminder to the user's own address, as a debtor would get it.

        It stands for nothing: no message is stored, no level is reached.
        """
        self._check_dunning_manager()
        user = self.env.user
        if not user.email:
            raise UserError(self.env._("You have no e-mail address yourself."))
        subject, body = self._example()
        first = self.env._(
            "This is a test, sent to you only. Answer it to see that answers arrive."
        )
        company = self.company_id.sudo()
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    **company._dunning_sender(),
                    "model": "res.partner",
                    "res_id": user.partner_id.id,
                    "message_type": "email_outgoing",
                    "email_to": user.email_formatted,
                    "subject": self.env._("Test: %s", subject),
                    # What is kept at the contact has no links to anybody's invoice.
                    "body": first,
                    "body_html": TEST_FRAME % (first, Markup(body)),  # nosec B704 # rendered, escaped
                    "auto_delete": False,
                }
            )
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        self._keep(
            "reply", {"message": mail.mail_message_id.id, "to": user.email, **self._signature()}
        )
        self._look()
        return self._shown()

    def _example(self):
        """Subject and body of a reminder that leaves today, else of what one would say."""
        company = self.company_id
        preview = self.env["dunning.preview"].sudo()._preview(company)
        for planned in preview.planned:
            content = self.env["dunning.message"].sudo()._render([planned])[0]
            if not content.problem:
                item = self.env["dunning.item"].sudo().browse(planned.lines[0].item_id)
                address = self.env["dunning.page.door"]._url(item.move_id, item.debtor_id)
                message = self.env["dunning.message"].sudo()
                key = self.env["dunning.page.key"]._example(company.get_base_url())
                body = message._insert_keys(message._insert_links(content.body, address), key)
                return content.subject, body
        example = self.env["dunning.text.preview"].sudo()._example(company)
        if not example:
            raise UserError(self.env._("No policy has a text yet: write and publish one first."))
        return example

    # -- what people confirm -----------------------------------------------------------------

    def _signature(self):
        """Who confirms, and today."""
        day = self.env["dunning.message"]._today(self.company_id)
        return {"by": self.env.user.name, "on": fields.Date.to_string(day)}

    def _keep(self, code, value):
        """Keep what was confirmed about a check; nothing takes it back."""
        company = self.company_id.sudo()
        kept = dict(company.dunning_confirmed or {})
        kept.pop(code, None)
        company.dunning_confirmed = {**kept, code: value} if value else kept
