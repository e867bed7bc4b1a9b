from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

CHOICES = [
    ("ask", "Keep Asking"),
    ("reduce", "Reduce"),
    ("waive", "Waive"),
    ("close", "Close Without Asking"),
]


class DunningChargeRemainder(models.TransientModel):
    """What becomes of an item that is paid, while costs or interest are left."""

    _name = "dunning.charge.remainder"
    _description = "Only Costs Are Left"

    item_id = fields.Many2one(
        "dunning.item",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    charge_id = fields.Many2one(
        "dunning.charge",
        "Claim",
        compute="_compute_charge_id",
        store=True,
        precompute=True,
        readonly=False,
        help="The oldest first, where there are several.",
    )
    currency_id = fields.Many2one(related="item_id.currency_id")
    amount_left = fields.Monetary(related="charge_id.amount_left")
    choice = fields.Selection(CHOICES, required=True, default="ask")
    day = fields.Date("Ask Again On")
    amount = fields.Monetary("Take Off")
    reason = fields.Char()
    can_tell = fields.Boolean(compute="_compute_can_tell")
    tell = fields.Boolean("Tell the Debtor")
    subject = fields.Char(compute="_compute_text", store=True, precompute=True, readonly=False)
    text = fields.Text(compute="_compute_text", store=True, precompute=True, readonly=False)

    @api.depends("item_id")
    def _compute_charge_id(self):
        for dialog in self:
            dialog.charge_id = dialog._live()[:1]

    def _live(self):
        """The charges of the item of which something is left, oldest first."""
        charges = self.item_id.charge_share_ids.charge_id.sorted("id")
        return charges.filtered(lambda charge: charge.amount_left > 0)

    @api.depends("charge_id")
    def _compute_can_tell(self):
        for dialog in self:
            dialog.can_tell = bool(dialog.charge_id) and dialog.charge_id._can_tell()

    @api.depends("charge_id", "choice", "amount")
    def _compute_text(self):
        for dialog in self:
            charge = dialog.charge_id
            if not charge or dialog.choice in ("ask", "close"):
                dialog.subject = dialog.text = False
                continue
            amount = charge.amount_left if dialog.choice == "waive" else dialog.amount
            dialog.subject, dialog.text = charge._told(amount)

    def action_apply(self):
        """Do what was chosen; waiving and closing with the right to let go of so much."""
        self.ensure_one()
        item = self.item_id
        item.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about costs and interest."))
        if item.state != "remainder":
            raise UserError(
                self.env._("%s is no item of which only costs are left.", item.display_name)
            )
        if self.charge_id not in self._live():
            raise UserError(self.env._("Choose a claim about this invoice with something left."))
        if self.choice == "ask":
            self._keep_asking()
        elif self.choice == "close":
            for charge in self._live():
                self._let_go(charge, charge.amount_left)
        else:
            whole = self.choice == "waive"
            self._let_go(self.charge_id, self.charge_id.amount_left if whole else self.amount)
            if self.tell:
                self.charge_id.sudo()._tell(self.subject, self.text)
        return {"type": "ir.actions.act_window_close"}

    def _let_go(self, charge, amount):
        charge._check_may_waive(amount)
        charge.sudo()._waive(amount, self.reason)

    def _keep_asking(self):
        """A task for the handler on the day on which to ask again."""
        item = self.item_id.sudo()
        if not self.day or self.day < item._today():
            raise UserError(self.env._("Fill in a day that is not over."))
        debtor, day = item.debtor_id, self.day
        tasks, left = self.env["dunning.task"], self.charge_id
        tasks._done(debtor, "costs")
        tasks._ask(
            debtor,
            "costs",
            lambda env: env._(
                "Ask for %(amount)s: %(what)s",
                amount=left.currency_id.format(left.amount_left),
                what=left.with_env(env).display_name,
            ),
        ).write({"date_deadline": day})
        item.next_date = day
        self.env["dunning.event"].sudo()._note(
            item, self.env._("Costs are asked for again on %s.", format_date(self.env, day))
        )
