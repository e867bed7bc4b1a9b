from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

#: So many debtors are named in a message; the others are counted.
NAMED = 5


class DunningPolicy(models.Model):
    """What the editor of a policy shows, who uses it, and two people publishing at once."""

    _inherit = "dunning.policy"

    outline = fields.Json(
        compute="_compute_outline", help="The levels around the due date, with hints."
    )

    @api.depends(
        "gap_days",
        "greeting",
        "closing",
        "company_id",
        "level_ids.name",
        "level_ids.days",
        "level_ids.spacing",
        "level_ids.phase",
        "level_ids.channel_ids",
        "level_ids.call_from",
        "level_ids.call_beside",
        "level_ids.letter_from",
        "level_ids.active",
        "level_ids.subject",
        "level_ids.text",
        "level_ids.closing",
    )
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_outline(self):
        for policy in self:
            policy.outline = self.env["dunning.checks"]._outline(policy)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        if field_name in ("greeting", "closing"):
            self.env["dunning.level"]._check_translations(self, field_name, translations)
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    # -- publishing ---------------------------------------------------------------------

    def _lock_to_publish(self):
        """Keep two people from publishing a policy at once, or over what one has not seen.

        The form says which revision it shows (``dunning_seen_revision_id``).

        :raises UserError: when somebody else is publishing, or has published meanwhile
        """
        if self.try_lock_for_update(allow_referencing=True) != self:
            raise UserError(
                self.env._(
                    "Somebody else is publishing this policy at this moment. What you changed is "
                    "saved. Wait a moment, reload the page and look at what is published."
                )
            )
        if "dunning_seen_revision_id" not in self.env.context:
            return
        seen = self.env.context["dunning_seen_revision_id"]
        for policy in self.filtered(lambda policy: policy.revision_id.id != seen):
            raise UserError(
                self.env._(
                    "%(user)s published revision %(number)s of “%(policy)s” on %(day)s, while you "
                    "were looking at it. What you changed is saved. Reload the page, check "
                    "the levels and publish again.",
                    user=policy.revision_id.create_uid.name,
                    number=policy.revision_id.number,
                    policy=policy.name,
                    day=format_datetime(self.env, policy.revision_id.create_date),
                )
                if policy.revision_id
                else self.env._("Reload the page: it shows a revision that is gone.")
            )

    # -- in use -------------------------------------------------------------------------

    @api.constrains("active")
    def _check_not_a_default(self):
        for policy in self.filtered(lambda policy: not policy.active):
            if companies := policy._companies_using():
                raise ValidationError(
                    self.env._(
                        "“%(policy)s” is the policy of %(companies)s for debtors that no other "
                        "policy applies to. Choose another one in the follow-up settings first.",
                        policy=policy.name,
                        companies=", ".join(companies.mapped("name")),
                    )
                )

    def _companies_using(self):
        """Companies whose debtors follow this policy where no other applies."""
        return self.env["res.company"].sudo().search([("dunning_policy_id", "in", self.ids)])

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        for policy in self:
            if uses := policy._uses():
                raise UserError(
                    self.env._(
                        "Policy “%(policy)s” can't be deleted, for it is in use:\n%(uses)s\n"
                        "Take it out of use instead (archive it): what is under way goes on, and "
                        "nothing new begins on it.",
                        policy=policy.name,
                        uses="\n".join(f"• {use}" for use in uses),
                    )
                )

    def _uses(self):
        """Who uses this policy, in words; empty when nobody does."""
        self.ensure_one()
        uses = []
        if companies := self._companies_using():
            names = ", ".join(companies.mapped("name"))
            uses.append(self.env._("It is the default policy of %s.", names))
        Debtor = self.env["dunning.debtor"]
        own = [("policy_id", "=", self.id)]
        if count := Debtor.sudo().search_count(own):
            # Names of debtors of companies that the user doesn't work for are not told.
            names = Debtor.search(own, limit=NAMED).mapped("display_name")
            uses.append(
                self.env._(
                    "Debtors that have it as their own: %(count)s (%(names)s).",
                    count=count,
                    names=", ".join(names) + (", …" if count > len(names) else ""),
                )
            )
        Item = self.env["dunning.item"].sudo()
        if count := Item.search_count(own):
            uses.append(self.env._("Items that have it as their own: %s.", count))
        if count := Item.search_count([("revision_id.policy_id", "=", self.id)]):
            uses.append(self.env._("Items that began on it, paid ones too: %s.", count))
        return uses
