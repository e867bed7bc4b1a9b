from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_dispute import ACCEPTED


class DunningDispute(models.Model):
    """What was accepted of a dispute is credited: a credit note in one click."""

    _inherit = "dunning.dispute"  # pylint: disable=consider-merging-classes-inherited

    credit_move_id = fields.Many2one(
        "account.move", "Credit Note", readonly=True, index="btree_not_null", ondelete="set null"
    )
    credited_on = fields.Date(
        readonly=True, help="What was accepted is off the invoice: follow-up goes on by itself."
    )
    credited_before = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="Credited of the invoice before it came in, or for another dispute.",
    )

    def _credited_amount(self):
        """What credit notes have taken off its items, in their currency."""
        history = self.env["dunning.owed"]._history(self.item_ids)
        steps = [step for ledger in history.values() for step in ledger.steps]
        return float(sum((step.amount for step in steps if step.kind == "credit"), ZERO))

    def _left_to_credit(self):
        """What of the accepted amount nobody has credited yet."""
        if self.credited_on:
            return 0.0
        credited = self._credited_amount() - self.credited_before
        return max(self.currency_id.round(self.amount_accepted - max(credited, 0.0)), 0.0)

    # -- making it ----------------------------------------------------------------------------------

    def action_credit_note(self):
        """The credit note of what was accepted: made as a draft, or the one that is there.

        With the user's own rights in the accounts. Whoever has none is told, and who has gets a
        task.
        """
        self.ensure_one()
        dispute = self._as_collector()
        if dispute.state not in ACCEPTED:
            raise UserError(
                self.env._(
                    "Nothing of the dispute on %s was accepted: there is nothing to credit.",
                    dispute.name,
                )
            )
        if not dispute.credit_move_id:
            if dispute.credited_on:
                raise UserError(self.env._("%s has been credited already.", dispute.name))
            if not self._may_credit():
                dispute._ask_to_credit()
                return self._told_to_others()
            self._make_credit_note()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Note"),
            "res_model": "account.move",
            "res_id": dispute.credit_move_id.id,
            "view_mode": "form",
        }

    def _may_credit(self):
        """Whether the user may make credit notes."""
        moves = self.env["account.move"].sudo(False)
        return moves.has_access("create") and moves.has_access("write")

    def _told_to_others(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "You may not make credit notes. A colleague of accounting has a task to make "
                    "the one for %s.",
                    self.sudo().name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _ask_to_credit(self):
        """Somebody of accounting makes the credit note."""
        group = self.env.ref("account.group_account_invoice")
        for dispute in self:
            company = dispute.company_id
            accountant = (
                self.env["res.users"]
                .sudo()
                .search(
                    [
                        ("all_group_ids", "in", group.id),
                        ("company_ids", "in", company.id),
                        ("share", "=", False),
                    ],
                    order="id",
                )
                .sorted(lambda user, owner=dispute.owner_id: user != owner)[:1]
            )
            self.env["dunning.task"]._ask(
                dispute.move_id,
                "credit_note",
                lambda env, dispute=dispute: env._(
                    "Make the credit note of %(amount)s for %(invoice)s: a dispute was accepted",
                    amount=env["dunning.page"]._money(
                        dispute._left_to_credit(), dispute.currency_id
                    ),
                    invoice=dispute.name,
                ),
                company=company,
                handler=accountant,
            )

    def _make_credit_note(self):
        """The draft of a credit note of exactly what was accepted, less what is credited of it."""
        dispute = self.sudo()
        if not dispute.try_lock_for_update():
            raise UserError(
                self.env._("Somebody makes the credit note for %s at this moment.", dispute.name)
            )
        dispute.invalidate_recordset(["credit_move_id"])
        if dispute.credit_move_id:
            return
        move = dispute.move_id.sudo(False).with_user(self.env.user)
        move = move.with_company(dispute.company_id)
        if dispute.item_key:
            credit = dispute._credit_balance(move)
        else:
            credit = dispute._credit_invoice(move)
        dispute.credit_move_id = credit
        self.env["dunning.task"]._done(dispute.move_id, "credit_note")
        dispute._note(self.env._("Credit note made as a draft."))

    def _credit_invoice(self, move):
        """The invoice reversed: all of it, some lines, or scaled to an amount."""
        today = self.item_ids._today()
        credit = move._reverse_moves(
            [
                {
                    "date": today,
                    "invoice_date": today,
                    "invoice_date_due": today,
                    "invoice_payment_term_id": False,
                    "invoice_cash_rounding_id": False,
                    "ref": self.env._("Credit for %s", move.name),
                }
            ]
        )
        accepted = exact(self._left_to_credit())
        if self.scope == "lines":
            self._keep_lines(move, credit)
        self._scale(credit, accepted)
        return credit

    def _keep_lines(self, move, credit):
        """Leave only the lines in a credit note that the dispute is about."""
        kept = self.line_ids
        pairs = zip(
            move.line_ids.filtered(_is_product), credit.line_ids.filtered(_is_product), strict=True
        )
        gone = credit.line_ids.browse([copy.id for own, copy in pairs if own.sudo() not in kept])
        gone |= credit.invoice_line_ids.filtered(lambda line: line.display_type != "product")
        credit.write({"invoice_line_ids": [Command.delete(line.id) for line in gone]})

    @api.model
    def _scale(self, credit, amount):
        """Bring a draft to an amount with tax, each line by the same factor.

        What rounding leaves goes to the largest line, and what no price can reach to its tax.
        """
        currency = credit.currency_id
        lines = credit.line_ids.filtered(lambda line: _is_product(line) and line.price_total)
        if not lines or currency.compare_amounts(credit.amount_total, float(amount)) == 0:
            return
        factor = float(amount) / credit.amount_total
        credit.write(
            {
                "invoice_line_ids": [
                    Command.update(line.id, {"price_unit": line.price_unit * factor})
                    for line in lines
                ]
            }
        )
        largest = lines.sorted(lambda line: abs(line.price_total))[-1:]
        for _try in range(3):
            missing = currency.round(float(amount) - credit.amount_total)
            if not missing or not largest.price_total:
                return
            price = largest.price_unit * (1 + missing / largest.price_total)
            credit.write({"invoice_line_ids": [Command.update(largest.id, {"price_unit": price})]})
        missing = currency.round(float(amount) - credit.amount_total)
        taxes = credit.line_ids.filtered("tax_line_id")
        if missing and taxes:
            tax = taxes.sorted(lambda line: abs(line.amount_currency))[-1:]
            more = {"amount_currency": tax.amount_currency + missing}
            credit.write({"line_ids": [Command.update(tax.id, more)]})

    def _credit_balance(self, move):
        """A credit note for an opening balance: one line, its account and taxes to be chosen."""
        today = self.item_ids._today()
        return move.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.item_key.line_id.partner_id.id,
                "company_id": self.company_id.id,
                "invoice_date": today,
                "currency_id": self.currency_id.id,
                "ref": self.env._("Credit for %s", self.name),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": self.env._("Credit for %s", self.name),
                            "price_unit": self._left_to_credit(),
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )

    # -- what becomes of it ---------------------------------------------------------------------

    def _match_credit(self):
        """The credit note is posted: set it against the invoice; what it held goes on.

        Of less than was accepted, the rest stays held, and somebody is asked to credit that too.
        """
        for dispute in self:
            credit, left = dispute.credit_move_id, dispute._left_to_credit()
            lines = (credit.line_ids | dispute.item_ids.line_id).filtered(
                lambda line: (
                    line.account_id.account_type == "asset_receivable"
                    and line.parent_state == "posted"
                    and not line.reconciled
                )
            )
            for own in lines.grouped("account_id").values():
                if credit in own.move_id and len(own.move_id) > 1:
                    own.reconcile()
            if dispute.currency_id.compare_amounts(credit.amount_total, left) < 0:
                dispute._credited_in_part()
            else:
                dispute._credited()

    def _credited_in_part(self):
        """Less was credited than was accepted: the rest of that stays held."""
        for dispute in self:
            dispute.credit_move_id = False
            words = self.env._("A part of what was accepted of %s has been credited.", dispute.name)
            self.env["dunning.hold"]._release_owned(dispute, words)
            whole = dispute.scope == "whole" and dispute.state == "accepted"
            dispute._hold(None if whole else dispute._left_to_credit())
            dispute._ask_to_credit()
            dispute.debtor_id._decide_now()

    def _others(self):
        """Disputes on the same items that hold something: what is credited of one is not theirs."""
        return self.search(self._in_force() & Domain("item_ids", "in", self.item_ids.ids)) - self

    def _credited(self):
        """What was accepted is off the invoice: what is left goes on by itself."""
        for dispute in self:
            for other in dispute._others():
                other.credited_before += dispute.amount_accepted
            dispute.credited_on = dispute.item_ids._today()
            words = self.env._("What was accepted of %s has been credited.", dispute.name)
            self.env["dunning.hold"]._release_owned(dispute, words)
            self.env["dunning.task"]._done(dispute.move_id, "credit_note")
            dispute.debtor_id._decide_now()

    def _not_credited(self):
        """The credit note is no longer posted: what was accepted is held again."""
        for dispute in self:
            dispute.credited_on = False
            for other in dispute._others():
                other.credited_before -= dispute.amount_accepted
            whole = dispute.scope == "whole" and dispute.state == "accepted"
            dispute._hold(None if whole else dispute.amount_accepted)
            dispute.debtor_id._decide_now()


class AccountMove(models.Model):
    """Credit notes of disputes that were accepted."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _dunning_disputes(self, *domain):
        """The disputes that are credited by these."""
        refunds = self.filtered(lambda move: move.move_type == "out_refund")
        Dispute = self.env["dunning.dispute"].sudo()
        if not refunds:
            return Dispute
        return Dispute.search(Domain("credit_move_id", "in", refunds.ids) & Domain(domain))

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._dunning_disputes(("credited_on", "=", False))._match_credit()
        return posted

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("draft", "cancel"):
            self._dunning_disputes(("credited_on", "!=", False))._not_credited()
        return result

    def unlink(self):
        disputes = self._dunning_disputes()
        result = super().unlink()
        disputes._ask_to_credit()
        return result


def _is_product(line):
    return line.display_type == "product"
