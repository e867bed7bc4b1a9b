from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ..rules.law.money import ZERO
from .dunning_page_choice import payee_of
from .dunning_payee import OWN, Payee


class Share(NamedTuple):
    """What goes to one account.

    :param label: of costs and interest of a payment plan, which are no rows
    """

    payee: Payee
    rows: list
    extras: list
    amount: Decimal
    label: str = ""


class DunningPage(models.AbstractModel):
    """Rows that are to be paid to somebody else, known with them."""

    _inherit = "dunning.page"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _set_apart(self, piles):
        result = super()._set_apart(piles)
        moves = {row.item_id: row.move_id for pile in piles for row in pile.rows}
        found = self.env["dunning.payee"]._by_move([*moves.values()])
        for pile in piles if found else ():
            pile.payees = {
                row.item_id: found[row.move_id] for row in pile.rows if row.move_id in found
            }
        return result


class DunningPageChoice(models.AbstractModel):
    """Who is paid for what was chosen, and what of it can be paid online."""

    _inherit = "dunning.page.choice"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _shares(self, pile, rows, extras):
        """What goes to whom: the company first, costs and interest are its own.

        :return: list of :class:`Share`
        """
        payees = {payee_of(pile, row) for row in rows} | ({OWN} if extras else set())
        order = [OWN, *pile.payees.values()]
        shares = []
        for payee in sorted(payees, key=order.index):
            own = [row for row in rows if payee_of(pile, row) == payee]
            beside = extras if payee == OWN else []
            amount = sum((row.payable for row in own), ZERO)
            amount += sum((extra.amount for extra in beside), ZERO)
            shares.append(Share(payee, own, beside, amount))
        return shares

    @api.model
    def _shares_of_plan(self, pile, choice):
        """The same of an instalment: it goes to the oldest invoices first, as it is booked."""
        shares, left = {}, choice.amount
        for row in choice.rows:
            payee = payee_of(pile, row)
            part = min(row.owing, left)
            known = shares.get(payee, Share(payee, [], [], ZERO))
            shares[payee] = known._replace(rows=[*known.rows, row], amount=known.amount + part)
            left -= part
        if left > 0:
            known = shares.get(OWN, Share(OWN, [], [], ZERO))
            label = self.env._("Costs and interest")
            shares[OWN] = known._replace(amount=known.amount + left, label=label)
        paid = [share for share in shares.values() if share.amount > 0]
        return sorted(paid, key=lambda share: share.payee != OWN)

    @api.model
    def _choose(self, pile, keys, amount_text="", invoice_id=0):
        choice = super()._choose(pile, keys, amount_text, invoice_id)
        if choice.is_part and len(self._shares(pile, choice.rows, choice.extras)) > 1:
            raise UserError(
                self.env._("These go to different accounts. Choose what goes to one account.")
            )
        return choice

    @api.model
    def _not_online(self, pile, choice):
        """The rows of a choice that can't be paid online."""
        return [row for row in choice.rows if not payee_of(pile, row).online]

    @api.model
    def _online(self, pile, choice):
        """What of a choice can be paid online; ``None`` where that is nothing.

        Of a plan that is all or nothing: which of its invoices are paid is not chosen.
        """
        elsewhere = self._not_online(pile, choice)
        if not elsewhere:
            return choice
        rows = [row for row in choice.rows if row not in elsewhere]
        total = sum((row.payable for row in rows), ZERO)
        total += sum((extra.amount for extra in choice.extras), ZERO)
        if choice.plan or total <= 0:
            return None
        keys = tuple(f"r{row.item_id}" for row in rows)
        keys += tuple(extra.key for extra in choice.extras)
        return choice._replace(rows=rows, keys=keys, total=total, amount=total)

    @api.model
    def _check_online(self, pile, choice):
        """Refuse to begin a payment of what somebody else is to be paid.

        :raises UserError: in the debtor's words
        """
        for row in self._not_online(pile, choice):
            raise UserError(
                self.env._(
                    "%(invoice)s is to be paid to %(payee)s, and can't be paid online. Go back to "
                    "see where to transfer it.",
                    invoice=row.name,
                    payee=payee_of(pile, row).holder,
                )
            )


class DunningPageDialogue(models.AbstractModel):
    """What is paid in parts goes to one account."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _to_one_account(self, pile, rows, charges, keys):
        """Of what can be paid in parts, what goes to one account; costs go to ours.

        :param rows: by key
        :param charges: by key
        :param keys: what the debtor chose of them; none: all, of which ours come first
        :raises UserError: where it chose what goes to several
        """
        groups = {}
        for key, row in rows.items():
            groups.setdefault(payee_of(pile, row), {})[key] = row
        payee = OWN if OWN in groups else next(iter(groups))
        kept = charges if payee == OWN else {}
        if keys and (len(groups) > 1 or charges != kept):
            raise UserError(
                self.env._("These go to different accounts. Choose what goes to one account.")
            )
        return groups[payee], kept


class DunningPageValues(models.AbstractModel):
    """To whom one pays, for the templates."""

    _inherit = "dunning.page.values"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _to_transfer(self, pile):
        """Whether something is open that can only be transferred to somebody else."""
        return any(row.payable > 0 and not payee_of(pile, row).online for row in pile.rows)

    @api.model
    def _details_of_payee(self, pile, row):
        """What the details of a row say about who is to be paid."""
        payee = payee_of(pile, row)
        return [(self.env._("To be paid to"), payee.holder)] if payee != OWN else []

    @api.model
    def _elsewhere_words(self, pile):
        """What of a pile can't be paid by the button, and to whom it goes; empty: nothing."""
        rows = [row for row in pile.rows if row.payable > 0 and not payee_of(pile, row).online]
        if not rows:
            return ""
        return self.env._(
            "Please transfer %(amount)s to %(payee)s: see below. You can't pay that online.",
            amount=self.env["dunning.page"]._money(sum(row.payable for row in rows), pile.currency),
            payee=", ".join(dict.fromkeys(payee_of(pile, row).holder for row in rows)),
        )

    @api.model
    def _transfers_of(self, door, pile):
        """How to transfer all that is open of a pile: a block for each account."""
        rows = pile.rows
        payees = {payee_of(pile, row) for row in rows}
        if len(payees) > 1:
            rows = [row for row in rows if row.payable > 0] or rows
        shares = self.env["dunning.page.choice"]._shares(pile, rows, pile.extras)
        blocks = [self._transfer(door, pile, share, rows, shares) for share in shares]
        if len(blocks) == 1:
            paid = ", ".join(name for _item_id, name, _move_id in pile.paid[:5])
            blocks[0]["reference"] = blocks[0]["reference"] or paid
        return blocks

    @api.model
    def _transfers_chosen(self, door, pile, choice):
        """The same of what was chosen, each with the code for the app of a bank."""
        choices, rows = self.env["dunning.page.choice"], choice.rows or pile.rows
        if choice.plan:
            shares = choices._shares_of_plan(pile, choice)
        else:
            shares = choices._shares(pile, choice.rows, choice.extras)
        if len(shares) == 1:
            shares = [shares[0]._replace(amount=choice.amount)]
        blocks = []
        for share in shares:
            block = self._transfer(door, pile, share, rows, shares)
            if choice.plan:
                block["reference"] = choice.plan.reference
            blocks.append(block)
            block["qr"] = self._qr(block["bank"], pile, share.amount, block["reference"])
        return blocks

    @api.model
    def _transfer(self, door, pile, share, rows, shares):
        """One block.

        :param rows: what all of it is about, for costs without an invoice of ours
        """
        looks = self.env["dunning.page"]
        payee, own = share.payee, share.rows or rows
        if payee == OWN:
            ours = [row for row in own if payee_of(pile, row) == OWN]
            bank = looks._account(pile.company, ours)
        else:
            bank = self.env["dunning.payee"]._account(payee)
        about = [row.name for row in share.rows] + [extra.label for extra in share.extras]
        return {
            **self._account(bank, pile.company),
            "bank": bank,
            "about": ", ".join([*about, *filter(None, [share.label])]) if shares[1:] else "",
            "amount": looks._money(share.amount, pile.currency),
            "reference": looks._reference(own, door.notice),
            "notice": payee.notice,
            "other": payee.holder if payee != OWN else "",
            "online": payee.online,
        }

    @api.model
    def _online_words(self, pile, choice):
        """What the page for paying says of what can be paid online, and of what can't."""
        choices, looks = self.env["dunning.page.choice"], self.env["dunning.page"]
        elsewhere = choices._not_online(pile, choice)
        online = elsewhere and choices._online(pile, choice)
        names = ", ".join(dict.fromkeys(payee_of(pile, row).holder for row in elsewhere))
        about = [row.name for row in online.rows] if online else []
        about += [extra.label for extra in online.extras] if online else []
        return {
            "split": bool(online),
            "online": online
            and self.env._(
                "You can pay %(amount)s at once, for: %(what)s.",
                amount=looks._money(online.amount, pile.currency),
                what=", ".join(about),
            ),
            "elsewhere": elsewhere
            and self.env._(
                "%(invoices)s can't be paid online, because the money goes to %(payee)s and not to "
                "us. Please transfer it.",
                invoices=", ".join(row.name for row in elsewhere),
                payee=names,
            ),
        }
