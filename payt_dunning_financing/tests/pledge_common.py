from unittest.mock import patch

from odoo import Command
from odoo.tests import Form

from odoo.addons.payt_dunning.models.dunning_dispute import Contested
from odoo.addons.payt_dunning.tests.common import DunningCommon

GROUP = "payt_dunning_financing.group_financing"


class PledgeCommon(DunningCommon):
    """A financier of whom money is asked; what qualifies is what a test says."""

    #: Whether the check itself decides what qualifies.
    real_check = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.own_account()
        cls.bank = cls.env["res.partner"].create({"name": "Bold Bank", "is_company": True})
        cls.financing = cls.financier("Bold Bank")
        cls.Draw = cls.env["receivable.financing.draw"]
        cls.Pledge = cls.env["receivable.pledge"]
        cls.Change = cls.env["receivable.pledge.change"]
        cls.Report = cls.env["receivable.financing.report"]
        #: Reasons by invoice for which it does not qualify in the checks of a test.
        cls.refused = {}
        if not cls.real_check:
            # What the check itself decides has its own tests.
            financiers = type(cls.env["receivable.financing"])
            cls.startClassPatcher(patch.object(financiers, "_check", lambda own: cls.checked(own)))

    @classmethod
    def financier(cls, name, **values):
        return cls.env["receivable.financing"].create(
            {
                "name": name,
                "partner_id": cls.env["res.partner"].create({"name": name}).id,
                "company_id": cls.company.id,
                "advance_rate": 80,
                # Those of the tests have neither a country nor a kind.
                "consumers": True,
                **values,
            }
        )

    @classmethod
    def checked(cls, financing, moves=None, **values):
        """A check of today; every open invoice qualifies, or some."""
        env = cls.env
        if moves is None:
            moves = env["account.move"].search(
                [
                    ("company_id", "=", financing.company_id.id),
                    ("move_type", "in", ("out_invoice", "out_receipt")),
                    ("state", "=", "posted"),
                    ("amount_residual", ">", 0),
                ]
            )
        cls.Item._sync(financing.company_id)
        debtors = {item.move_id: item.debtor_id for item in cls.items(moves)}
        lines = []
        for move in moves:
            refused = move.name in cls.refused
            counts = 0.0 if refused else move.amount_residual_signed
            lines.append(
                {
                    "move_id": move.id,
                    "name": move.name,
                    "debtor_id": debtors[move].id,
                    "invoice_date": move.invoice_date,
                    "date_due": move.invoice_date_due,
                    "invoice_currency_id": move.currency_id.id,
                    "open_own": move.amount_residual,
                    "open_amount": move.amount_residual_signed,
                    "counts": counts,
                    "advance": counts * financing.advance_rate / 100,
                    "state": "refused" if refused else "qualifies",
                    "reasons": [],
                }
            )
        advance = sum(line["advance"] for line in lines)
        return (
            env["receivable.financing.check"]
            .sudo()
            .create(
                {
                    "financing_id": financing.id,
                    "company_id": financing.company_id.id,
                    "currency_id": financing.currency_id.id,
                    "as_of": cls.today,
                    "qualifies": True,
                    "advance_rate": financing.advance_rate,
                    "limit": financing.limit,
                    "room": min(advance, financing.limit) if financing.limit else advance,
                    "line_ids": [Command.create(line) for line in lines],
                    **values,
                }
            )
        )

    # -- steps -------------------------------------------------------------------------------------

    def draft(self, *moves, financing=None):
        check = self.checked(
            financing or self.financing, self.env["account.move"].union(*moves) if moves else None
        )
        return self.Draw.browse(check.action_draw()["res_id"])

    def dialog(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def offered(self, *moves, financing=None):
        draw = self.draft(*moves, financing=financing)
        self.dialog(draw.action_offer()).action_apply()
        return draw

    def pay_out(self, draw, **values):
        dialog = self.dialog(draw.action_paid())
        dialog.write(values)
        dialog.action_apply()
        return draw

    def pledged(self, *moves, financing=None):
        """A draw of invoices that was paid out."""
        return self.pay_out(self.offered(*moves, financing=financing))

    def pledge(self, move, draw=None):
        domain = [("move_id", "=", move.id)]
        return self.Pledge.search(domain + ([("draw_id", "=", draw.id)] if draw else []), limit=1)

    def give_reason(self, action, why):
        """Fill in the dialog that asks why."""
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.why = why
        form.save().action_apply()

    def look(self):
        """The look of another day at what is pledged, and the reports that follow it."""
        self.Pledge.sudo().search([]).looked_on = False
        with self.no_commit():
            self.Pledge._cron_look()
            self.Report._cron_report()

    def dispute(self, move, amount=0.0):
        """A dispute about all of an invoice, or a part."""
        return (
            self.env["dunning.dispute"]
            .sudo()
            ._begin(
                self.synced(move),
                Contested("amount" if amount else "whole", amount, self.env["account.move.line"]),
                self.env.ref("payt_dunning.dispute_reason_quality"),
                "It is broken",
            )
        )

    def credit(self, move, amount=None):
        """Credit an invoice and match it."""
        note = self.credit_note(amount or move.amount_residual, move.partner_id)
        self.match(move + note)
        return note

    def match(self, moves):
        lines = moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.reconcile()

    def take_back(self, move):
        """Undo what was matched with an invoice."""
        lines = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.remove_move_reconcile()

    def changes(self, move):
        """What was found of an invoice, oldest first."""
        found = self.Change.search([("pledge_id.move_id", "=", move.id)], order="id")
        return [(change.kind, change.amount) for change in found]

    def reports(self, financing=None):
        domain = [("financing_id", "=", (financing or self.financing).id)]
        return self.Report.search(domain, order="id")

    def tell(self):
        """Look, and send what there is to report."""
        self.look()
        self.reports().filtered(lambda report: report.state == "waiting").action_sent()
