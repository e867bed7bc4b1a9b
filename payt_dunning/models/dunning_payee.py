from dataclasses import dataclass

from odoo import api, models

from ..rules.seal import seal


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is to be paid, in a reader's words; plain values that outlive commits.

    :param payee_id: 0: the company itself
    :param number: of its account, as it may be shown; empty: none may be shown
    :param bank_id: of that account (``res.partner.bank``)
    :param holder: in whose name the account is
    :param notice: what the debtor is told about it, plain text; empty: nothing
    :param online: whether what is to be paid to it can be paid online with us
    """

    payee_id: int
    number: str = ""
    bank_id: int = 0
    holder: str = ""
    notice: str = ""
    online: bool = True

    def told(self):
        """What a debtor is told, as a short hash: it tells whether that is what it was."""
        return seal(self.holder, self.number, self.notice)[:16]

    def written(self, env):
        """The number in one text, with the name of who is not the company."""
        if not (self.payee_id and self.number and self.holder):
            return self.number
        return env._("%(number)s in the name of %(holder)s", number=self.number, holder=self.holder)


#: The company itself; its number depends on what its invoices name.
OWN = Payee(0)


class DunningPayee(models.AbstractModel):
    """Who is to be paid, where that is somebody else than the company.

    The core knows of nobody else. An add-on that does overrides :meth:`_of` and :meth:`_payee`,
    and :meth:`~.dunning_bank_account.DunningBankAccount._payee_accounts` for their numbers.
    """

    _name = "dunning.payee"
    _description = "Who Is to Be Paid"

    @api.model
    def _of(self, move_ids):
        """Which invoices are to be paid to somebody else; asked in bulk, in few statements.

        :return: id of the payee by id of the invoice, of those alone
        """
        return {}

    @api.model
    def _payee(self, payee_id):
        """A payee in the language of the environment.

        :param payee_id: as :meth:`_of` gave it; 0: the company
        :return: :class:`Payee`
        """
        return Payee(payee_id)

    @api.model
    def _told(self, lang, payee_id):
        """See :meth:`Payee.told`; empty of the company."""
        if not payee_id:
            return ""
        return self.with_context(lang=lang).sudo()._payee(payee_id).told()

    # -- asked by others -------------------------------------------------------------------------

    @api.model
    def _by_move(self, move_ids):
        """:class:`Payee` by id of the invoice, of those to be paid to somebody else."""
        found = self.sudo()._of([move_id for move_id in move_ids if move_id])
        payees = {payee_id: self.sudo()._payee(payee_id) for payee_id in {*found.values()}}
        return {move_id: payees[payee_id] for move_id, payee_id in found.items() if payee_id}

    @api.model
    def _elsewhere(self, move_ids):
        """The same of those that can't be paid online with us."""
        found = self._by_move(move_ids)
        return {move_id: payee for move_id, payee in found.items() if not payee.online}

    @api.model
    def _account(self, payee):
        """The account of a payee as a record with the number and the name that are shown.

        It is not stored; empty where no number may be shown.
        """
        banks = self.env["res.partner.bank"].sudo()
        if not payee.number:
            return banks
        known = banks.browse(payee.bank_id or ()).exists()
        return banks.new(
            {
                "acc_number": payee.number,
                "acc_holder_name": payee.holder,
                "partner_id": known.partner_id.id,
                "bank_id": known.bank_id.id,
            }
        )

    @api.model
    def _numbers(self, moves, company, words):
        """The account numbers to which invoices are to be paid, in one text.

        :param words: :class:`~.message_sources.Words`
        """
        groups = {}
        found = self.sudo()._of(moves.ids)
        for move in moves:
            groups.setdefault(found.get(move.id, 0), []).append(move)
        written = []
        for payee_id, own in groups.items():
            printed = [(each.partner_bank_id.id, each.partner_bank_id.acc_number) for each in own]
            payee = words.payee(self.env.lang, payee_id) if payee_id else None
            number = (
                payee.written(self.env) if payee else words.numbers(company.id).pick(printed)[1]
            )
            written.append((", ".join(each.name or "" for each in own), number))
        return self._together(written) if groups else words.numbers(company.id).pick()[1]

    @api.model
    def _together(self, written):
        """Numbers of accounts in one text; of several each with what it is for.

        :param written: list of pairs: what it is for, the number; empty where none may be shown
        """
        if len(written) == 1:
            return written[0][1]
        return "; ".join(
            f"{number} ({about})" if number else self.env._("%s: please ask us", about)
            for about, number in written
        )
