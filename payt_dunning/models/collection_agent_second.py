from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: Set by nobody by hand.
NOTED = {"changed_by_id", "changed_by_ids", "changed_what"}
#: What decides who gets our packages.
WATCHED = ("partner_id", "email", "way", "url", "folder", "authorities")


class CollectionAgent(models.Model):
    """A second person looks at where packages go: nobody sends debtors' data to their own office."""

    _inherit = "collection.agent"  # pylint: disable=consider-merging-classes-inherited

    changed_by_id = fields.Many2one("res.users", "Set by", readonly=True, copy=False)
    changed_by_ids = fields.Many2many(
        "res.users",
        "collection_agent_changed_rel",
        string="All Who Set It",
        readonly=True,
        copy=False,
    )
    changed_what = fields.Char("What Was Set", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_not_noted(vals)
        agents = super().create(vals_list)
        agents._ask_a_second(WATCHED)
        return agents

    def write(self, vals):
        """What is set by one manager waits for another."""
        self._check_not_noted(vals)
        before = {agent: [agent[name] for name in WATCHED] for agent in self}
        result = super().write(vals)
        for agent, values in before.items():
            changed = [
                name
                for name, value in zip(WATCHED, values, strict=True)
                if name in vals and agent[name] != value
            ]
            if changed:
                agent._ask_a_second(changed)
        return result

    @api.model
    def _check_not_noted(self, vals):
        """Refuse to set by hand what the system notes."""
        if not self.env.su and NOTED & set(vals):
            raise AccessError(self.env._("Who set it is noted by the system."))

    def _ask_a_second(self, names):
        """Let another manager look, where there is one; the system itself is nobody."""
        if self.env.su:
            return
        for agent in self:
            others = agent._managers() - self.env.user
            if not others:
                continue
            labels = ", ".join(
                agent.fields_get([name], ["string"])[name]["string"]
                for name in names
                if agent[name]
            )
            # What another one set is not looked at yet either.
            before = agent.sudo().changed_what or ""
            every = ", ".join(dict.fromkeys(filter(None, [*before.split(", "), labels])))
            super(CollectionAgent, agent.sudo()).write(
                {
                    "changed_by_id": self.env.uid,
                    "changed_by_ids": [fields.Command.link(self.env.uid)],
                    "changed_what": every,
                }
            )
            agent.sudo().message_post(
                subject=self.env._("Look at an office: %s", agent.display_name),
                body=self.env._(
                    "%(who)s set: %(what)s. Nothing goes to it by itself until another manager "
                    "has confirmed that it is right.",
                    who=self.env.user.name,
                    what=labels,
                ),
                partner_ids=others.partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _managers(self):
        """Who decides about an office."""
        self.ensure_one()
        group = self.env.ref("payt_dunning.group_dunning_manager")
        return (
            self.env["res.users"]
            .sudo()
            .search([("all_group_ids", "in", group.id), ("company_ids", "in", self.company_id.id)])
        )

    def action_confirm(self):
        """A second manager has looked: packages go there."""
        self.check_access("write")
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only managers decide about offices."))
        for agent in self:
            if not agent.changed_by_id:
                raise UserError(self.env._("Nobody has to look at %s.", agent.display_name))
            others = agent._managers() - agent.changed_by_ids
            if others and self.env.user in agent.changed_by_ids:
                raise UserError(
                    self.env._(
                        "You set it yourself: another manager confirms %s.", agent.display_name
                    )
                )
            agent.message_post(body=self.env._("Confirmed: %s", agent.changed_what))
            super(CollectionAgent, agent.sudo()).write(
                {
                    "changed_by_id": False,
                    "changed_by_ids": [fields.Command.clear()],
                    "changed_what": False,
                }
            )
        self.env["collection.transmission"].sudo()._wake()
        return True

    def _check_confirmed(self):
        """Refuse to mail anything to an office at which nobody else has looked."""
        if waiting := self.filtered("changed_by_id")[:1]:
            raise UserError(
                self.env._(
                    "%(who)s set where packages for %(office)s go: another manager has to confirm "
                    "it first.",
                    who=waiting.changed_by_id.name,
                    office=waiting.display_name,
                )
            )
