from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

GROUP = "payt_dunning_financing.group_financing"
DRAW_STATES = [
    ("draft", "Draft"),
    ("applied", "Applied For"),
    ("paid", "Paid Out"),
    ("settled", "Settled"),
    ("cancelled", "Cancelled"),
]
#: So many days a financier may take before somebody asks it.
ANSWER_DAYS = 7


class ReceivableFinancingDraw(models.Model):
    """Invoices on which a financier is asked for money at one time."""

    _name = "receivable.financing.draw"
    _description = "Draw"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False)
    financing_id = fields.Many2one(
        "receivable.financing",
        "Financier",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    check_id = fields.Many2one(
        "receivable.financing.check",
        "From Check",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    state = fields.Selection(
        DRAW_STATES, required=True, default="draft", readonly=True, tracking=True
    )
    advance_rate = fields.Integer("Advance, %", readonly=True)
    room = fields.Monetary(
        "Financing Room", readonly=True, help="What could be drawn by the check."
    )
    applied_on = fields.Datetime(readonly=True, tracking=True)
    applied_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    paid_on = fields.Date("Paid Out On", readonly=True, tracking=True)
    paid_amount = fields.Monetary("Paid Out", readonly=True, tracking=True)
    paid_why = fields.Char("Why Another Amount", readonly=True)
    why = fields.Char("Why Cancelled", readonly=True)
    pledge_ids = fields.One2many("receivable.pledge", "draw_id", "Invoices")
    asked_ids = fields.One2many(
        "receivable.pledge", "draw_id", "Asked On", domain=[("state", "!=", "dropped")]
    )
    left_ids = fields.One2many(
        "receivable.pledge", "draw_id", "Left Out", domain=[("state", "=", "dropped")]
    )

    open_amount = fields.Monetary("Open", compute="_compute_sums")
    amount = fields.Monetary("Counts", compute="_compute_sums")
    advance = fields.Monetary("Asked For", compute="_compute_sums")
    pledged_advance = fields.Monetary(
        "Still Pledged For", compute="_compute_sums", help="Advanced on what is pledged still."
    )
    invoice_count = fields.Integer("Number of Invoices", compute="_compute_sums")
    left_out_count = fields.Integer(compute="_compute_sums")
    difference = fields.Monetary(
        "Fees and Differences", compute="_compute_difference", help="Asked for, less paid out."
    )
    says = fields.Char("How It Stands", compute="_compute_says")

    @api.depends("name", "financing_id.name")
    def _compute_display_name(self):
        for draw in self:
            draw.display_name = draw.name or self.env._("Draft for %s", draw.financing_id.name)

    @api.depends("pledge_ids.state", "pledge_ids.amount", "pledge_ids.advance")
    def _compute_sums(self):
        sums = {}
        groups = self.env["receivable.pledge"]._read_group(
            [("draw_id", "in", self.ids)],
            ["draw_id", "state", "pledged_on:year"],
            ["__count", "open_then:sum", "amount:sum", "advance:sum"],
        )
        for draw, state, pledged, count, *amounts in groups:
            counts = state in ("proposed", "offered", "pledged") or bool(pledged)
            found = sums.setdefault(draw, {"asked": [0, 0.0, 0.0, 0.0], "left": 0, "still": 0.0})
            if counts:
                found["asked"] = [
                    a + b for a, b in zip(found["asked"], (count, *amounts), strict=True)
                ]
            else:
                found["left"] += count
            if state == "pledged":
                found["still"] += amounts[2]
        for draw in self:
            found = sums.get(draw, {"asked": [0, 0.0, 0.0, 0.0], "left": 0, "still": 0.0})
            draw.invoice_count, draw.open_amount, draw.amount, draw.advance = found["asked"]
            draw.left_out_count, draw.pledged_advance = found["left"], found["still"]

    @api.depends("advance", "paid_amount", "paid_on")
    def _compute_difference(self):
        for draw in self:
            draw.difference = draw.advance - draw.paid_amount if draw.paid_on else 0.0

    @api.depends("state", "advance", "paid_amount", "invoice_count", "pledged_advance")
    @api.depends_context("lang")
    def _compute_says(self):
        for draw in self:
            draw.says = draw._words()

    def _words(self):
        """How this draw stands, in one sentence."""
        values = {
            "financier": self.financing_id.name,
            "amount": self._money(self.advance),
            "count": self.invoice_count,
        }
        if self.state == "draft":
            return self.env._(
                "%(amount)s can be asked of %(financier)s on %(count)s invoices. Nothing is "
                "pledged yet.",
                **values,
            )
        if self.state == "applied":
            day = format_date(self.env, self.applied_on)
            return self.env._(
                "%(amount)s was asked of %(financier)s on %(day)s, on %(count)s invoices. It has "
                "not been paid out yet.",
                day=day,
                **values,
            )
        if self.state == "paid":
            return self.env._(
                "%(paid)s was paid out on %(day)s. Invoices are still pledged for %(still)s.",
                paid=self._money(self.paid_amount),
                day=format_date(self.env, self.paid_on),
                still=self._money(self.pledged_advance),
            )
        if self.state == "settled":
            return self.env._("Nothing of it is pledged any more.")
        return self.env._("Cancelled: %s", self.why or "")

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    # -- rights --------------------------------------------------------------------------------

    @api.model
    def _check_group(self):
        if not (self.env.su or self.env.user.has_group(GROUP)):
            raise AccessError(
                self.env._(
                    "Only who has the right Finance Open Invoices may do this. Ask a follow-up "
                    "manager."
                )
            )

    def _check_may(self):
        """Refuse who may not, or may not see these; give them as the system writes them."""
        self._check_group()
        self.check_access("read")
        return self.sudo()

    def _check_state(self, *states):
        """Refuse what a draw is past, or not at yet.

        :raises UserError: says how it stands
        """
        for draw in self:
            if draw.state not in states:
                label = dict(self._fields["state"]._description_selection(self.env))[draw.state]
                raise UserError(
                    self.env._(
                        "%(draw)s is in the state “%(state)s”: this can't be done with it now.",
                        draw=draw.display_name,
                        state=label,
                    )
                )

    def _lock(self, pledges):
        """Wait for whoever else changes these draws, or the same invoices; then begin anew.

        Also for who draws on other invoices of the same financier: its limit is of all together.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE receivable_financing SET write_date = write_date WHERE id = ANY(%s)",
            [self.financing_id.ids],
        )
        self.env.cr.execute(
            "UPDATE receivable_financing_draw SET write_date = write_date WHERE id = ANY(%s)",
            [self.ids],
        )
        self.env.cr.execute(
            "UPDATE dunning_item SET write_date = write_date WHERE move_id = ANY(%s)",
            [pledges.move_id.ids],
        )
        self.env.invalidate_all()

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for draw in self:
            if draw.state != "draft":
                raise UserError(self.env._("%s is kept: it was offered.", draw.display_name))

    # -- cancelling ------------------------------------------------------------------------------

    def action_cancel(self):
        """Ask why this draw is cancelled."""
        self.ensure_one()
        self._check_may()._check_state("draft", "applied")
        return self.env["receivable.release"]._ask(draw=self)

    def _cancel(self, why):
        """Nothing comes of these draws: their invoices are free again.

        :raises UserError: no reason, or it was paid out
        """
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: the reason is kept with the draw."))
        self._lock(self.pledge_ids)
        self._check_state("draft", "applied")
        for draw in self:
            draw.pledge_ids.filtered(lambda each: each.state in ("proposed", "offered"))._end(
                "released" if draw.state == "applied" else "dropped", why
            )
            draw.write({"state": "cancelled", "why": why})

    def _settle(self):
        """Draws of which nothing is pledged any more are settled; others are not, or not again."""
        still = self.env["receivable.pledge"].search(
            [("draw_id", "in", self.ids), ("state", "=", "pledged")]
        )
        done = self.filtered(lambda draw: draw.state == "paid") - still.draw_id
        done.state = "settled"
        (still.draw_id & self).filtered(lambda draw: draw.state == "settled").state = "paid"

    # -- screens -----------------------------------------------------------------------------------

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
