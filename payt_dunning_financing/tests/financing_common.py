from datetime import timedelta
from decimal import Decimal

from odoo import Command

from odoo.addons.payt_dunning.models.dunning_dispute import Contested
from odoo.addons.payt_dunning.rules.instalments import single
from odoo.addons.payt_dunning.tests.common import DunningCommon
from odoo.addons.payt_dunning.tools import exact


class FinancingCommon(DunningCommon):
    """A company whose invoices a financier looks at."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("payt_dunning_financing.group_financing")
        cls.home = cls.env.ref("base.nl")
        cls.business.country_id = cls.home
        cls.currency = cls.company.currency_id
        cls.form = cls.env.ref("payt_dunning_financing.legal_form_nl_bv")
        cls.bank = cls.env["res.partner"].create({"name": "First Factor", "is_company": True})
        cls.financing = cls.financier()

    # -- builders ----------------------------------------------------------------------------------

    @classmethod
    def financier(cls, **values):
        """A financier that asks nothing and advances 80 %."""
        return cls.env["receivable.financing"].create(
            {
                "name": "First Factor",
                "partner_id": cls.bank.id,
                "company_id": cls.company.id,
                "currency_id": cls.currency.id,
                "consumers": True,
                "other_currencies": True,
                "related": True,
                "disputed": True,
                "in_plan": True,
                "in_case": True,
                **values,
            }
        )

    def check(self, financing=None, **asked):
        """What a financier would advance now.

        :param asked: what it asks beside what it asks already
        """
        financing = financing or self.financing
        financing.write(asked)
        return financing._check().sudo()

    def line(self, move, check=None):
        """The line of an invoice in a check; in one of now where none is given."""
        check = check or self.check()
        return check.line_ids.filtered(lambda line: line.move_id == move)

    def codes(self, move, **asked):
        """All reasons of an invoice."""
        return [reason["code"] for reason in self.line(move, self.check(**asked)).reasons]

    def counts(self, move, **asked):
        return self.line(move, self.check(**asked)).counts

    def answer(self, criterion, **asked):
        """The answer of the company to a criterion."""
        return self.check(**asked).answer_ids.filtered(lambda each: each.criterion == criterion)

    @classmethod
    def customer(cls, name, **values):
        return cls.debtor(name, **{"country_id": cls.home.id, **values})

    def disputed(self, move, amount=0.0):
        """A dispute about a part of an invoice; about all of it without an amount."""
        contested = Contested(
            "amount" if amount else "whole", amount, self.env["account.move.line"]
        )
        reason = self.env.ref("payt_dunning.dispute_reason_quality")
        return (
            self.env["dunning.dispute"]
            .sudo()
            ._begin(self.synced(move), contested, reason, "It is broken")
        )

    def in_plan(self, move):
        item = self.synced(move)
        rows = single(exact(item.amount_open), self.after(10))
        plan = self.env["dunning.payment.plan"].sudo()._make(item, rows, "proposed", "clerk")
        plan._start("clerk")
        return plan

    def in_case(self, move):
        return self.env["collection.case"]._open(self.synced(move), "clerk")

    @classmethod
    def entry(cls, day, *lines, post=True):
        """An entry in the books.

        :param lines: ``(account, balance)``
        """
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": cls.company.id,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "date": day,
                "line_ids": [
                    Command.create({"name": "x", "account_id": account.id, "balance": balance})
                    for account, balance in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def account(cls, kind):
        """An account of a type, of our own."""
        return cls.env["account.account"].create(
            {"name": kind, "code": f"F{kind}"[:20].replace("_", ""), "account_type": kind}
        )

    @classmethod
    def other_currency(cls, rate=2.0, code="CHF"):
        """Another currency: so many of it are worth one of ours."""
        currency = cls.env["res.currency"].with_context(active_test=False)
        found = currency.search([("name", "=", code)])
        found.active = True
        found.rate_ids.unlink()
        if rate:
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": found.id,
                    "company_id": cls.company.id,
                    "name": cls.today - timedelta(days=400),
                    "rate": rate,
                }
            )
        return found

    @classmethod
    def pledge(cls, move, financing=None, amount=100.0, advance=80.0, state="pledged"):
        """An invoice that a financier has, or was offered."""
        financing = financing or cls.financing
        draw = (
            cls.env["receivable.financing.draw"]
            .sudo()
            .create(
                {
                    "financing_id": financing.id,
                    "company_id": financing.company_id.id,
                    "currency_id": financing.currency_id.id,
                }
            )
        )
        return (
            cls.env["receivable.pledge"]
            .sudo()
            .create(
                {
                    "draw_id": draw.id,
                    "move_id": move.id,
                    "name": move.name,
                    "state": state,
                    "amount": amount,
                    "advance": advance,
                }
            )
        )

    def money(self, amount):
        return Decimal(repr(amount))
