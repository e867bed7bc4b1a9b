from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

KINDS = [
    ("pause", "Pause"),
    ("question", "Question or message of the debtor"),
    ("already_paid", "Says it has been paid"),
    ("promise", "Promise to pay"),
    ("dispute", "Dispute"),
    ("dispute_rest", "The rest of what is disputed"),
    ("plan_requested", "Payment plan asked for"),
    ("plan", "Payment plan"),
    ("direct_debit", "Direct debit"),
    ("handed_over", "Handed over to somebody else"),
    ("reopened", "Open again after it was paid: check the booking"),
    ("booking_error", "Possible booking error: paid long ago and open again"),
    ("document_missing", "A document is missing"),
    ("undeliverable", "Messages can't be delivered"),
    ("letter_returned", "Letter returned"),
    ("unknown_address", "Address unknown"),
    ("insolvency", "Insolvency: file the claim with the trustee"),
    ("restructuring", "Debt restructuring or moratorium"),
    ("debt_help", "Debt help"),
    ("administration", "Administration or guardianship"),
    ("deceased", "Deceased"),
    ("minor", "Minor"),
    ("ignore", "Ignore list"),
    ("stop_goodwill", "Stopped: goodwill"),
    ("stop_write_off", "Stopped: written off"),
    ("stop_not_ours", "Stopped: not ours to collect"),
]
#: Stopping for good: a manager's decision, with a reason.
FINAL_KINDS = ("stop_goodwill", "stop_write_off", "stop_not_ours")
#: What only the actions of a hold change: when it began and ended, and what it is about.
FIXED = {
    "company_id",
    "debtor_id",
    "move_id",
    "item_id",
    "kind",
    "date_from",
    "proposed",
    "hardship",
    "everything",
    "owner_model",
    "owner_id",
    "released_on",
    "released_by_id",
    "release_reason",
}
#: What no hold has from the start.
LATER = {"owner_model", "owner_id", "released_on", "released_by_id", "release_reason"}
RESUME_MODES = [
    ("continue", "Continue with the next level"),
    ("restart", "Begin again with the first level"),
    ("recalculate", "Go to the level that fits the days late"),
]


class DunningHold(models.Model):
    """The only thing that stops the clock: of an item, an invoice, a debtor or a company.

    A hold ends by comparing dates; releasing one earlier is noted with who and why.
    """

    _name = "dunning.hold"
    _description = "Dunning Hold"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    debtor_id = fields.Many2one(
        "dunning.debtor", index="btree_not_null", ondelete="cascade", check_company=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    item_id = fields.Many2one(
        "dunning.item", index="btree_not_null", ondelete="cascade", check_company=True
    )
    kind = fields.Selection(KINDS, required=True, default="pause")
    reason_id = fields.Many2one(
        "dunning.hold.reason", "Reason Chosen", readonly=True, ondelete="restrict"
    )
    reason = fields.Text(help="In your own words, for whoever looks at this later.")
    amount = fields.Monetary(help="Only this part is held. Empty: everything.")
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False
    )
    date_from = fields.Date(
        compute="_compute_date_from", store=True, readonly=False, required=True, precompute=True
    )
    date_until = fields.Date(help="Last day of the hold. Empty: until it is released.")
    owner_model = fields.Char(readonly=True, help="Kind of document that owns the hold.")
    owner_id = fields.Many2oneReference(model_field="owner_model", readonly=True)
    proposed = fields.Boolean(
        readonly=True, help="Asked for by somebody who may not decide; holds nothing yet."
    )
    released_on = fields.Date(readonly=True)
    released_by_id = fields.Many2one("res.users", readonly=True)
    release_reason = fields.Text(readonly=True)
    create_uid = fields.Many2one("res.users", "Made By", readonly=True)
    about = fields.Char("Concerns", compute="_compute_about")

    _active = models.Index("(company_id) WHERE released_on IS NULL")
    _of_company = models.Index(
        "(company_id) WHERE debtor_id IS NULL AND item_id IS NULL AND move_id IS NULL"
    )
    _worded = models.Index(
        "(company_id, (coalesce(released_on, date_until))) "
        "WHERE reason IS NOT NULL OR release_reason IS NOT NULL"
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "The amount that is held can't be negative."
    )

    @api.depends("kind", "debtor_id", "move_id", "item_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for hold in self:
            scope = hold.item_id or hold.move_id or hold.debtor_id or hold.company_id
            hold.display_name = f"{labels.get(hold.kind, '')}: {scope.display_name}"

    @api.depends("debtor_id.display_name", "move_id.name", "item_id.name", "company_id.name")
    def _compute_about(self):
        """Whom and what it holds, in one line."""
        for hold in self:
            item = hold.item_id.sudo()
            debtor = hold.debtor_id or item.debtor_id
            name = debtor.display_name or hold.move_id.sudo().commercial_partner_id.display_name
            what = item.display_name or hold.move_id.sudo().name
            hold.about = " · ".join(filter(None, (name, what))) or hold.company_id.name

    @api.depends("item_id", "move_id", "company_id")
    def _compute_currency_id(self):
        for hold in self:
            hold.currency_id = (
                hold.item_id.currency_id or hold.move_id.currency_id or hold.company_id.currency_id
            )

    @api.depends("company_id")
    def _compute_date_from(self):
        for hold in self:
            today = self.env["dunning.message"]._today(hold.company_id)
            hold.date_from = hold.date_from or today

    @api.constrains("item_id", "move_id", "debtor_id", "amount", "date_from", "date_until")
    def _check_scope(self):
        for hold in self:
            if sum(map(bool, (hold.item_id, hold.move_id, hold.debtor_id))) > 1:
                raise ValidationError(
                    self.env._("A hold is about one item, one invoice or one debtor, not several.")
                )
            if hold.amount and not hold.item_id and not hold.move_id:
                raise ValidationError(
                    self.env._("A part can be held of an item or an invoice, not of a debtor.")
                )
            if hold.date_until and hold.date_until < hold.date_from:
                raise ValidationError(
                    self.env._(
                        "The hold “%(hold)s” would end on %(until)s, before it begins on %(start)s.",
                        hold=hold.display_name,
                        until=hold.date_until,
                        start=hold.date_from,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not (self.env.su or self.env.user.has_group("payt_dunning.group_dunning_user")):
            vals_list = [{**vals, "proposed": True} for vals in vals_list]
        if not self.env.su and any(vals.get(name) for vals in vals_list for name in LATER):
            raise UserError(self.env._("A hold can't be made as one that has ended."))
        holds = super().create(vals_list)
        holds._check_final()
        holds._debtors()._look_again()
        holds._note_begun()
        self.env["dunning.task"]._ask_about_holds(holds)
        return holds

    def write(self, vals):
        self._check_may_stop()  # what was stopped for good is not undone by editing it
        if not (self.env.su or FIXED.isdisjoint(vals)):
            raise UserError(
                self.env._(
                    "What “%s” is about and when it begins stays as it is. Release it and make "
                    "another one.",
                    self[:1].display_name,
                )
            )
        if not self.env.su and {"date_until", "amount"} & set(vals):
            self._check_not_owned()
        if "date_until" in vals:
            self._check_not_over(fields.Date.to_date(vals["date_until"]))
        before = self._debtors()
        result = super().write(vals)
        self._check_final()
        (before | self._debtors())._look_again()
        return result

    def _over(self, day):
        """Whether the last day of this hold had passed on a day, by itself."""
        self.ensure_one()
        until, released = self.date_until, self.released_on
        return bool(until) and until < day and not (released and released <= until)

    def _check_not_over(self, until):
        """Refuse to let what is over go on: it says what held when our messages left.

        :param until: the last day that is asked for, if any
        """
        for hold in self:
            over = hold._over(self.env["dunning.message"]._today(hold.company_id))
            if over and (not until or until > hold.date_until):
                raise UserError(
                    self.env._(
                        "“%(hold)s” ended on %(day)s. Make a new hold instead of letting this "
                        "one go on.",
                        hold=hold.display_name,
                        day=format_date(self.env, hold.date_until),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Holds are kept as history. Release “%s” instead.", self[:1].display_name)
        )

    def _check_final(self):
        """Stopping for good asks for the right and for a reason."""
        for hold in self._check_may_stop():
            if not (hold.reason or "").strip():
                raise ValidationError(
                    self.env._("Say why the follow-up of %s stops for good.", hold.display_name)
                )

    def _check_may_stop(self):
        """The holds among these that stop for good; managers alone may touch them."""
        final = self.filtered(lambda hold: hold.kind in FINAL_KINDS)
        manager = self.env.su or self.env.user.has_group("payt_dunning.group_dunning_manager")
        if final and not manager:
            raise AccessError(self.env._("Only a follow-up manager can stop follow-up for good."))
        return final

    def _note_begun(self):
        """Note on the items what a person holds; decisions tell what the system does."""
        if self.env.uid == SUPERUSER_ID:
            return
        asked, made = self.filtered("proposed"), self.filtered(lambda hold: not hold.proposed)
        for holds, words in (
            (asked, lambda hold: self.env._("Asked for: %s.", hold.display_name)),
            (made, lambda hold: self.env._("Put on hold: %s.", hold.display_name)),
        ):
            holds._note_done(lambda hold, words=words: hold._with_reason(words(hold), hold.reason))

    def _note_done(self, what):
        """Note what a person did to these holds on the history of their items."""
        self.env["dunning.event"].sudo()._note_holds(self.sudo(), what)

    def _with_reason(self, words, reason):
        return f"{words} {reason}" if reason else words

    @api.model
    def _in_force(self):
        """A domain: holds that stop the clock today, or will."""
        today = fields.Date.context_today(self)
        return (
            Domain("released_on", "=", False)
            & Domain("proposed", "=", False)
            & (Domain("date_until", "=", False) | Domain("date_until", ">=", today))
        )

    def _items(self):
        """The open items that these holds are about."""
        items = self.env["dunning.item"].sudo()
        for company, holds in self.grouped("company_id").items():
            domain = Domain("state", "=", "open") & Domain("company_id", "=", company.id)
            if all(hold.item_id or hold.move_id or hold.debtor_id for hold in holds):
                domain &= (
                    Domain("id", "in", holds.item_id.ids)
                    | Domain("move_id", "in", holds.move_id.ids)
                    | Domain("debtor_id", "in", holds.debtor_id.ids)
                )
            items |= items.search(domain)
        return items

    def _items_of_each(self):
        """The open items of each of these holds: ``[(hold, items)]``, looked up together."""
        items = self._items()
        by_move, by_debtor = items.grouped("move_id"), items.grouped("debtor_id")
        none = items.browse()
        return [
            (
                hold,
                hold.item_id.sudo() & items
                if hold.item_id
                else by_move.get(hold.move_id.sudo(), none)
                if hold.move_id
                else by_debtor.get(hold.debtor_id.sudo(), none),
            )
            for hold in self
        ]

    def _debtors(self):
        return self._items().debtor_id

    def action_accept(self):
        """A collector agrees with holds that were asked for: they count from now on."""
        self.check_access("write")
        proposed = self.filtered("proposed")
        proposed._check_may_stop()
        proposed.sudo().write({"proposed": False})
        proposed._note_done(lambda hold: self.env._("Agreed to: %s.", hold.display_name))
        self.env["dunning.task"]._holds_ended(proposed)  # as what was asked for
        self.env["dunning.task"]._ask_about_holds(proposed)
        return True

    def action_release(self, reason=False, mode="continue"):
        """End holds today and resume follow-up; never with a burst.

        :param reason: why, in words
        :param mode: ``continue``, ``restart`` or ``recalculate``
        """
        active = self._as_releaser()
        # What held nothing (asked for only, or over) has nothing to resume from.
        items = active._in_force_now()._items()
        active._end(reason)
        items._resume(mode)
        return True

    def _as_releaser(self):
        """Those among these holds that have not ended, if the user may end them."""
        self.check_access("write")
        active = self.filtered(lambda hold: not hold.released_on)
        active._check_not_owned()
        final = active.filtered(lambda hold: hold.kind in FINAL_KINDS)
        if final and not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can take up stopped items."))
        return active

    def _in_force_now(self):
        """Those among these holds that stop the clock, or will."""
        return self.filtered_domain(self._in_force())

    def _end(self, reason):
        """End holds today, and note it; what follows for their items is the caller's."""
        for company, holds in self.grouped("company_id").items():
            holds.sudo().write(
                {
                    "released_on": self.env["dunning.message"]._today(company),
                    "released_by_id": self.env.uid,
                    "release_reason": reason,
                }
            )
        self._note_done(
            lambda hold: hold._with_reason(
                self.env._("Released: %s.", hold.display_name), hold.release_reason
            )
        )
        self.env["dunning.task"]._holds_ended(self)
