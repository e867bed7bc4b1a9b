from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

#: What core says of an invoice that nothing is open of.
SETTLED = ("paid", "in_payment")


class DunningChargeBooking(models.AbstractModel):
    """A claim in the ledger: a posted customer invoice of its own, which is never an item.

    Whether it is booked or paid is read from that invoice, so that it is right whatever becomes
    of it there: reset or cancelled, it is a claim again that is not booked.
    """

    _name = "dunning.charge.booking"
    _description = "Booking of Costs and Interest"

    move_id = fields.Many2one(
        "account.move", "Booked As", readonly=True, index="btree_not_null", ondelete="set null"
    )
    booking_move_ids = fields.One2many(
        "account.move", "dunning_charge_id", "Invoices and Credit Notes", readonly=True
    )
    paid_on = fields.Date(readonly=True, help="Noted by a person, where it is not in the ledger.")
    paid_because = fields.Text("Why Paid", readonly=True)
    off_ledger = fields.Boolean(compute="_compute_off_ledger")

    @api.depends("company_id")
    def _compute_off_ledger(self):
        for charge in self:
            charge.off_ledger = charge.company_id.sudo().dunning_charge_booking == "off"

    @api.depends("amount", "waived", "paid_on", "move_id.state", "move_id.payment_state")
    def _compute_state(self):
        for charge in self:
            move = charge.move_id
            posted = move.state == "posted"
            if charge.currency_id.compare_amounts(charge.waived, charge.amount) >= 0:
                charge.state = "waived"
            elif charge.paid_on or (posted and move.payment_state in SETTLED):
                charge.state = "paid"
            elif posted and move.payment_state == "reversed":
                charge.state = "waived"
            else:
                charge.state = "booked" if posted else "claimed"

    @api.depends("state", "amount", "waived", "move_id.amount_residual")
    def _compute_amount_left(self):
        for charge in self:
            if charge.state == "booked":
                charge.amount_left = charge.move_id.sudo().amount_residual
            elif charge.state == "claimed":
                charge.amount_left = charge.currency_id.round(charge.amount - charge.waived)
            else:
                charge.amount_left = 0.0

    # -- booking -----------------------------------------------------------------------------

    def _as_collector(self):
        """These charges as the system, if the user may decide about them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about costs and interest."))
        return self.sudo()

    def action_book(self, match=False):
        """Book what is left as a posted customer invoice.

        :param match: reconcile it with what the debtor paid or was credited and is not matched
        """
        for charge in self._as_collector():
            charge._book(match)
        return True

    def action_book_and_match(self):
        """Book, and match with what was received and not matched yet."""
        return self.action_book(match=True)

    def _book(self, match=False):
        self.ensure_one()
        self._check_may_book()
        company = self.company_id
        lang = self.partner_id.lang or self.env.lang
        moves = self.env["account.move"].with_company(company).with_context(lang=lang)
        amount = self._to_book()
        move = moves.create(self._move_values("out_invoice", amount)).with_env(self.env)
        if self.currency_id.compare_amounts(move.amount_total, amount):
            raise UserError(
                self.env._(
                    "With the tax %(tax)s it would be %(total)s and not %(amount)s: choose another.",
                    tax=company.dunning_charge_tax_id.name,
                    total=self.currency_id.format(move.amount_total),
                    amount=self.currency_id.format(amount),
                )
            )
        self._update(move_id=move.id)
        move.action_post()
        self._receivables(self._credit_notes() | move).reconcile()
        if match:
            self._match_credits(move)
        self._note(
            self.env._("%(what)s: booked as %(move)s.", what=self.display_name, move=move.name)
        )
        return move

    def _check_may_book(self):
        """Refuse what is not to be booked, or can't be yet, with the remedy."""
        company = self.company_id
        if self.state != "claimed":
            raise UserError(self.env._("“%s” is booked or settled already.", self.display_name))
        if company.dunning_charge_booking == "off":
            raise UserError(
                self.env._("%s keeps costs and interest outside the ledger.", company.name)
            )
        if self.move_id.state == "draft":
            raise UserError(
                self.env._(
                    "%s is in draft: post it, or cancel it first.", self.move_id.display_name
                )
            )
        missing = [
            company._fields[name]._description_string(self.env)
            for name in ("dunning_charge_journal_id", self._account_field())
            if not company[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Choose these in the settings of %(company)s first: %(missing)s.",
                    company=company.name,
                    missing=", ".join(missing),
                )
            )

    def _account_field(self):
        """The setting of the company with the income account."""
        interest = self.kind == "interest"
        return "dunning_interest_account_id" if interest else "dunning_costs_account_id"

    def _credit_notes(self):
        """What was waived after a booking, in the ledger."""
        return self.booking_move_ids.filtered(
            lambda move: move.move_type == "out_refund" and move.state == "posted"
        )

    def _to_book(self):
        """What is left, and what credit notes of an earlier booking take off by themselves."""
        credited = sum(self._credit_notes().mapped("amount_total"))
        return self.currency_id.round(self.amount - self.waived + credited)

    def _move_values(self, move_type, amount):
        """An invoice or credit note of ``amount``, tax included, in the debtor's language."""
        company = self.company_id
        env = self.with_context(lang=self.partner_id.lang or self.env.lang).env
        charge, numbers = self.with_env(env), self._numbers()
        kinds = dict(charge._fields["kind"]._description_selection(env))
        tax = company.dunning_charge_tax_id
        about = env._("%(kind)s about %(items)s", kind=kinds[self.kind], items=numbers)
        today = self._day()
        return {
            "move_type": move_type,
            "company_id": company.id,
            "journal_id": company.dunning_charge_journal_id.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": today,
            "invoice_date_due": today,
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "ref": about,
            "narration": about,
            "dunning_charge_id": self.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": about,
                        "quantity": 1,
                        "price_unit": self._price(amount, tax),
                        "account_id": company[self._account_field()].id,
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
            ],
        }

    def _price(self, amount, taxes):
        """The price of a line that makes ``amount`` with its taxes."""
        added = taxes.filtered(lambda tax: not tax.price_include)
        if not added:
            return amount
        return added._get_tax_details(
            amount,
            1.0,
            precision_rounding=self.currency_id.rounding,
            special_mode="total_included",
        )["total_excluded"]

    def _receivables(self, moves):
        """The open receivable lines of moves."""
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def _match_credits(self, move):
        """Reconcile with what the debtor has free, oldest first, as far as it goes."""
        line = self._receivables(move)
        free = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("account_id", "=", line.account_id.id),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
            ],
            order="date_maturity, date, id",
        )
        if line and free:
            (line | free).reconcile()

    # -- outside the ledger --------------------------------------------------------------------

    def action_paid(self, day, reason):
        """Note that it was paid, where the company keeps such claims outside the ledger.

        :param day: the day on which it was paid
        :param reason: how that is known
        """
        day = fields.Date.to_date(day)
        for charge in self._as_collector():
            if not charge.off_ledger or charge.state != "claimed":
                raise UserError(
                    self.env._("Only what is claimed outside the ledger is noted as paid by hand.")
                )
            if not (reason or "").strip():
                raise UserError(self.env._("Say how you know that it was paid."))
            if not day or day > charge._day():
                raise UserError(self.env._("Fill in the day of the payment, today at the latest."))
            charge._update(paid_on=day, paid_because=reason)
            charge._note(
                self.env._(
                    "%(what)s: paid on %(day)s (%(reason)s).",
                    what=charge.display_name,
                    day=day,
                    reason=reason,
                )
            )
            charge._close_settled()
        return True
