from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

KINDS = [("costs", "Collection Costs"), ("interest", "Interest"), ("fee", "Fee")]
STATES = [
    ("claimed", "Claimed"),
    ("booked", "Booked"),
    ("paid", "Paid"),
    ("waived", "Waived"),
]
#: What a new charge says; all else comes of booking, payment and waiving.
GIVEN = {
    "company_id",
    "debtor_id",
    "currency_id",
    "kind",
    "notice_id",
    "amount_net",
    "amount_tax",
    "due_from",
    "basis",
    "calculation",
    "law_rows",
    "share_ids",
}


class DunningCharge(models.Model):
    """Costs, interest or a fee that one debtor owes beside invoices, by virtue of one message.

    What it is about is in its shares, one for each item, which add up exactly. It never changes
    but by waiving, booking and payment; the calculation is kept as it was made. Nothing but
    :meth:`_update` writes on it, and a new one has to pass the gate (``dunning.charge.gate``).
    """

    _name = "dunning.charge"
    _description = "Costs or Interest Claimed"
    _inherit = [
        "mail.thread",
        "dunning.charge.gate",
        "dunning.charge.booking",
        "dunning.charge.waiver",
    ]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Contact")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        STATES,
        compute="_compute_state",
        store=True,
        index=True,
        help="Claimed until it is in the ledger; booked until it is paid.",
    )
    notice_id = fields.Many2one(
        "dunning.notice",
        "Announced By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The message that said what would be due.",
    )
    announced = fields.Monetary(readonly=True, help="More than this is never claimed.")
    amount_net = fields.Monetary("Before Tax", required=True, readonly=True)
    amount_tax = fields.Monetary(
        "Raised by Tax", readonly=True, help="Where the creditor can't deduct it and said so."
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Claimed")
    waived = fields.Monetary(readonly=True)
    amount_left = fields.Monetary(
        "Left", compute="_compute_amount_left", help="What is still asked for."
    )
    due_from = fields.Date(required=True, readonly=True, help="The first day on which it is due.")
    basis = fields.Text("Legal Basis", readonly=True)
    calculation = fields.Json(readonly=True, help="The calculation, a line each.")
    law_rows = fields.Json("Rows Used", readonly=True, help="Names of the rows of the law tables.")
    calculation_lines = fields.Text("How It Was Calculated", compute="_compute_lines")
    law_row_lines = fields.Text("Rows of Law Tables Used", compute="_compute_lines")
    share_ids = fields.One2many("dunning.charge.share", "charge_id", "Shares", readonly=True)

    @api.depends("amount_net", "amount_tax")
    def _compute_amount(self):
        for charge in self:
            charge.amount = charge.currency_id.round(charge.amount_net + charge.amount_tax)

    @api.depends("calculation", "law_rows")
    @api.depends_context("lang")
    def _compute_lines(self):
        for charge in self:
            steps = charge.calculation or ()

            def money(amount, currency=charge.currency_id):
                return format_amount(self.env, float(amount), currency)

            lines = self.env["dunning.law.words"]._calculation(self.env, steps, money)
            charge.calculation_lines = "\n".join(lines)
            words = self.env["collection.law.words"]
            charge.law_row_lines = "\n".join(map(words._row_name, charge.law_rows or ()))

    @api.depends("kind", "share_ids.item_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            charge.display_name = self.env._(
                "%(kind)s about %(items)s", kind=kinds[charge.kind], items=charge._numbers()
            )

    def _numbers(self):
        """Numbers of the items that it is about."""
        return ", ".join(self.share_ids.item_id.mapped("display_name"))

    # -- making ------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if foreign := set(vals) - GIVEN:
                raise UserError(
                    self.env._("A new claim does not say this: %s.", ", ".join(sorted(foreign)))
                )
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        # What is refused is not there either, even where somebody goes on after it.
        with self.env.cr.savepoint():
            charges = super(DunningCharge, quiet).create(vals_list).with_env(self.env)
            for charge in charges:
                if charge.notice_id and charge.kind != "interest":
                    charge._update(announced=charge.notice_id.costs_announced)
                charge._check_gate()
        return charges

    @api.model
    def _create_costs(self, notice, shares, net, tax, due_from, basis, lines, rows):
        """Claim collection costs; refused unless the law allows them now.

        :param notice: that announced them; empty where none is needed
        :param shares: ``[(item, principal it was calculated on, part of net and tax)]``
        :param net: costs before tax, in the currency of the items
        :param tax: what they are raised by
        :param due_from: first day on which they are due
        :param basis: on what law they rest, in words
        :param lines: the calculation, a line each
        :param rows: names of the rows of the law tables that were used
        :raises UserError: with the reason
        """
        values = self._values(shares, due_from, basis, lines, rows, notice)
        return self.sudo().create({**values, "kind": "costs", "amount_net": net, "amount_tax": tax})

    @api.model
    def _create_fee(self, notice, shares):
        """Claim the fee of a message that has left; see :meth:`_create_costs`."""
        basis = self.env._("Fee for “%s”", notice.level_name or "")
        values = self._values(shares, notice.sent_on, basis, [], [], notice)
        return self.sudo().create({**values, "kind": "fee", "amount_net": notice.fee})

    @api.model
    def _create_interest(self, items_shares, day, basis, lines, rows, notice=None):
        """Fix interest as a claim of its own, through a day; see :meth:`_create_costs`."""
        values = self._values(items_shares, day, basis, lines, rows, notice)
        currency = items_shares[0][0].currency_id
        net = currency.round(sum(float(amount) for _item, _base, amount in items_shares))
        return self.sudo().create({**values, "kind": "interest", "amount_net": net})

    @api.model
    def _values(self, shares, due_from, basis, lines, rows, notice):
        if not shares:
            raise UserError(self.env._("A claim is about one invoice at least."))
        first = shares[0][0]
        return {
            "company_id": first.company_id.id,
            "debtor_id": first.debtor_id.id,
            "currency_id": first.currency_id.id,
            "notice_id": notice.id if notice else False,
            "due_from": due_from,
            "basis": basis,
            "calculation": list(lines),
            "law_rows": list(rows),
            "share_ids": [
                Command.create({"item_id": item.id, "base": float(base), "amount": float(amount)})
                for item, base, amount in shares
            ],
        }

    # -- changing ----------------------------------------------------------------------------

    def _update(self, **values):
        """The one way to change charges, for their own methods; clients can't call it."""
        return super().write(values)

    def write(self, vals):
        if set(vals) - set(self.env["mail.thread"]._fields):
            raise UserError(
                self.env._(
                    "What was claimed stays as it is. Waive it, in full or in part, instead."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was claimed is kept. Waive it instead."))

    @api.model
    def _follow_debtor(self, debtor, survivor):
        """The charges of a debtor that becomes another one go along."""
        self.sudo().search([("debtor_id", "=", debtor.id)])._update(debtor_id=survivor.id)

    def _note(self, words):
        """Note on the charge and in the history of its items what became of it."""
        for charge in self:
            charge._message_log(body=words, author_id=self.env.user.partner_id.id)
            self.env["dunning.event"].sudo()._note(charge.share_ids.item_id, words)


class DunningChargeShare(models.Model):
    """What part of a charge is because of which item."""

    _name = "dunning.charge.share"
    _description = "Share of an Item in Costs or Interest"
    _order = "charge_id, id"

    charge_id = fields.Many2one(
        "dunning.charge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "dunning.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="charge_id.currency_id")
    kind = fields.Selection(related="charge_id.kind")
    state = fields.Selection(related="charge_id.state")
    due_from = fields.Date(related="charge_id.due_from")
    base = fields.Monetary(readonly=True, help="The principal that it was calculated on.")
    amount = fields.Monetary(required=True, readonly=True, help="With tax, where it is raised.")
    once = fields.Boolean(
        compute="_compute_once", store=True, help="Costs that are live: an item has them once."
    )

    _once = models.UniqueIndex("(charge_id, item_id)", "An item has one share in a charge.")
    _one_live = models.UniqueIndex(
        "(item_id) WHERE once", "Costs are claimed about this invoice already."
    )

    @api.depends("charge_id.kind", "charge_id.state")
    def _compute_once(self):
        for share in self:
            charge = share.charge_id
            share.once = charge.kind == "costs" and charge.state != "waived"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_taken(vals_list)
        with self.env.cr.savepoint():
            shares = super().create(vals_list)
            shares.charge_id._check_shares()
        return shares

    def _check_not_taken(self, vals_list):
        """Refuse costs about an item that has some; the index refuses what comes between."""
        for charge in self.env["dunning.charge"].browse(vals["charge_id"] for vals in vals_list):
            item_ids = [each["item_id"] for each in vals_list if each["charge_id"] == charge.id]
            taken = self.sudo().search([("item_id", "in", item_ids), ("once", "=", True)])
            if taken and charge.kind == "costs":
                charge._refuse(
                    self.env._(
                        "costs about %s are claimed already.",
                        ", ".join(taken.item_id.mapped("display_name")),
                    )
                )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was claimed about an invoice stays as it is."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was claimed about an invoice is kept."))
