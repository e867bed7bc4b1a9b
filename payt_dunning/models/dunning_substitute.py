from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain


class DunningSubstitute(models.Model):
    """Somebody who takes over a handler's debtors for a while: tasks, answers and “Mine”."""

    _name = "dunning.substitute"
    _description = "Stand-In of a Handler"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Handler",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        ondelete="cascade",
    )
    substitute_id = fields.Many2one(
        "res.users",
        "Stand-In",
        required=True,
        domain="[('share', '=', False)]",
        index=True,
        ondelete="cascade",
    )
    date_from = fields.Date("First Day", required=True, default=fields.Date.context_today)
    date_until = fields.Date("Last Day", required=True)

    _days_in_order = models.Constraint(
        "CHECK(date_from <= date_until)", "The first day can't come after the last."
    )
    _somebody_else = models.Constraint(
        "CHECK(user_id <> substitute_id)", "A handler can't be replaced by the same person."
    )

    @api.constrains("user_id", "substitute_id", "date_from", "date_until")
    def _check_people(self):
        for absence in self:
            if absence.substitute_id.share or not absence.substitute_id.has_group(
                "payt_dunning.group_dunning_user"
            ):
                raise ValidationError(
                    self.env._("%s is no collector.", absence.substitute_id.display_name)
                )
            overlapping = [
                ("id", "!=", absence.id),
                ("user_id", "=", absence.user_id.id),
                ("date_from", "<=", absence.date_until),
                ("date_until", ">=", absence.date_from),
            ]
            if self.sudo().search_count(overlapping, limit=1):
                raise ValidationError(
                    self.env._(
                        "%s has a stand-in in that time already.", absence.user_id.display_name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        absences = super().create(vals_list)
        absences._check_own()
        return absences

    def write(self, vals):
        self._check_own()
        result = super().write(vals)
        self._check_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_own(self):
        """Collectors arrange their own absence, managers everybody's."""
        if self.env.su or self.env.user.has_group("payt_dunning.group_dunning_manager"):
            return
        if any(absence.user_id != self.env.user for absence in self):
            raise AccessError(self.env._("Only a manager can arrange the absence of others."))

    @api.model
    def _instead_of(self, user):
        """Who stands in for a user today; one step only, ``user`` without anybody."""
        if not user:
            return user
        today = fields.Date.context_today(self)
        absence = self.sudo().search(
            [
                ("user_id", "=", user.id),
                ("date_from", "<=", today),
                ("date_until", ">=", today),
            ],
            limit=1,
        )
        stand_in = absence.substitute_id
        collects = stand_in.active and stand_in.has_group("payt_dunning.group_dunning_user")
        return stand_in if collects else user

    @api.model
    def _handled_by_me(self):
        """The users whose debtors are mine today: myself and whom I stand in for."""
        today = fields.Date.context_today(self)
        absences = self.sudo().search(
            [
                ("substitute_id", "=", self.env.uid),
                ("date_from", "<=", today),
                ("date_until", ">=", today),
            ]
        )
        return self.env.user | absences.user_id


class DunningHandled(models.AbstractModel):
    """Has a handler; “mine” is what I handle, or somebody I stand in for."""

    _name = "dunning.handled"
    _description = "Handled by Somebody"

    mine = fields.Boolean(compute="_compute_mine", search="_search_mine")

    @api.depends("handler_id")
    @api.depends_context("uid")
    def _compute_mine(self):
        users = self.env["dunning.substitute"]._handled_by_me()
        for record in self:
            record.mine = record.handler_id in users

    @api.model
    def _search_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        users = self.env["dunning.substitute"]._handled_by_me()
        return Domain("handler_id", "in", users.ids)
