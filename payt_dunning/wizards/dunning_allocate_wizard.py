from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain


class DunningAllocateWizard(models.TransientModel):
    """Sets a payment that is not matched yet against invoices, costs and interest.

    In the order that the company chose for the law that applies, or in another one, which is
    noted. Costs that it goes to are booked first: the ledger then says what is open.
    """

    _name = "dunning.allocate.wizard"
    _description = "Allocate a Payment"

    debtor_id = fields.Many2one(
        "dunning.debtor",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    credit_id = fields.Many2one(
        "account.move.line",
        "Payment",
        required=True,
        compute="_compute_credit_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="cascade",
        domain="[('id', 'in', free_ids)]",
    )
    free_ids = fields.Many2many("account.move.line", compute="_compute_free_ids")
    currency_id = fields.Many2one(related="credit_id.currency_id")
    amount = fields.Monetary("Not Matched Yet", compute="_compute_amount")
    proposal = fields.Char("Proposed Order", compute="_compute_order")
    line_ids = fields.One2many(
        "dunning.allocate.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        precompute=True,
        readonly=False,
    )
    reason = fields.Char(help="Needed where you depart from the order that is proposed.")

    @api.depends("debtor_id")
    def _compute_free_ids(self):
        for dialog in self:
            dialog.free_ids = dialog._free()

    @api.depends("debtor_id")
    def _compute_credit_id(self):
        for dialog in self:
            dialog.credit_id = dialog._free()[:1]

    @api.depends("credit_id")
    def _compute_amount(self):
        for dialog in self:
            dialog.amount = -dialog.credit_id.amount_residual_currency

    @api.depends("debtor_id")
    @api.depends_context("lang")
    def _compute_order(self):
        names = {
            "costs": self.env._("costs"),
            "interest": self.env._("interest"),
            "principal": self.env._("invoices, the oldest first"),
        }
        for dialog in self:
            first, second, third = (names[what] for what in dialog._sequence_of_parts())
            dialog.proposal = self.env._(
                "%(first)s, then %(second)s, then %(third)s",
                first=first,
                second=second,
                third=third,
            )

    @api.depends("credit_id")
    def _compute_line_ids(self):
        for dialog in self:
            dialog.line_ids = [Command.clear()] + [
                Command.create({"sequence": place, "taken": True, **values})
                for place, values in enumerate(dialog._proposed())
            ]

    def _free(self):
        """What the debtor paid or was credited and is not matched, oldest first."""
        debtor = self.debtor_id
        items = self.env["dunning.item"]
        domain = items.sudo()._receivable_domain(debtor.company_id) & Domain(
            [
                ("partner_id.commercial_partner_id", "=", debtor.partner_id.id),
                ("amount_residual_currency", "<", 0),
            ]
        )
        return self.env["account.move.line"].search(domain, order="date, id")

    def _sequence_of_parts(self):
        """To what a payment goes first here: ``costs``, ``interest`` and ``principal``."""
        return self.env["dunning.allocation"].sudo()._sequence(self.debtor_id)

    def _proposed(self):
        """Rows in the proposed order, as values."""
        debtor, currency = self.debtor_id, self.credit_id.currency_id
        items = self.env["dunning.item"].search(
            [
                ("debtor_id", "=", debtor.id),
                ("state", "=", "open"),
                ("currency_id", "=", currency.id),
            ],
            order="date_due, id",
        )
        charges = self.env["dunning.charge"].search(
            [
                ("debtor_id", "=", debtor.id),
                ("currency_id", "=", currency.id),
                ("state", "in", ("claimed", "booked")),
            ],
            order="due_from, id",
        )
        rows = {
            "principal": [{"item_id": item.id} for item in items],
            "interest": [{"charge_id": each.id} for each in charges if each.kind == "interest"],
            "costs": [{"charge_id": each.id} for each in charges if each.kind != "interest"],
        }
        return [values for what in self._sequence_of_parts() for values in rows[what]]

    def action_apply(self):
        """Match it in this order until nothing of it is left; noted on each."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can allocate payments."))
        if self.credit_id not in self._free():
            raise UserError(self.env._("This payment has been matched meanwhile."))
        rows = self.line_ids.filtered("taken").sorted("sequence")
        if not rows:
            raise UserError(self.env._("Choose at least one row."))
        departs = self._departs(rows)
        if departs and not (self.reason or "").strip():
            raise UserError(self.env._("Say why you depart from the order that is proposed."))
        told = []
        for row in rows:
            if self.credit_id.reconciled:
                break
            told.append(row._match(self.credit_id))
        words = self.env._(
            "%(payment)s was set against: %(rows)s.",
            payment=self.credit_id.move_id.name,
            rows=", ".join(told),
        )
        if departs:
            why = self.env._("In another order than proposed: %s", self.reason)
            words = f"{words} {why}"
        debtor = self.debtor_id.sudo()
        debtor._message_log(body=words, author_id=self.env.user.partner_id.id)
        items = rows.item_id | rows.charge_id.sudo().share_ids.item_id
        self.env["dunning.event"].sudo()._note(items.sudo(), words)
        debtor._look_again()
        debtor._decide_now()
        return {"type": "ir.actions.act_window_close"}

    def _departs(self, rows):
        """Whether rows are left out, or in another order, before the money is used up."""
        keys = [(row.item_id.id, row.charge_id.id) for row in rows]
        proposed = [
            (values.get("item_id", False), values.get("charge_id", False))
            for values in self._proposed()
        ]
        return keys != proposed[: len(keys)]


class DunningAllocateLine(models.TransientModel):
    """What a payment may go to."""

    _name = "dunning.allocate.line"
    _description = "Part of an Allocation"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "dunning.allocate.wizard", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    taken = fields.Boolean("Use")
    item_id = fields.Many2one("dunning.item", "Invoice", readonly=True, ondelete="cascade")
    charge_id = fields.Many2one(
        "dunning.charge", "Costs or Interest", readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    due = fields.Date(compute="_compute_due")
    amount = fields.Monetary("Open", compute="_compute_due")

    @api.depends("item_id", "charge_id")
    def _compute_due(self):
        for row in self:
            row.due = row.item_id.date_due or row.charge_id.due_from
            row.amount = row.item_id.amount_open or row.charge_id.amount_left

    def _match(self, credit):
        """Reconcile with what this row is about, which is booked first; says how much."""
        before = credit.amount_residual_currency
        if self.charge_id:
            charge = self.charge_id.sudo()
            target = charge.move_id if charge.state == "booked" else charge._book()
            target = charge._receivables(target)
        else:
            target = self.item_id.sudo().line_id
        (credit.sudo() | target).reconcile()
        used = credit.currency_id.format(credit.amount_residual_currency - before)
        return f"{(self.charge_id or self.item_id).display_name} {used}"
