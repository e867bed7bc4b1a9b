from odoo import api, models

from .dunning_payee import OWN


class DunningMessagePayee(models.AbstractModel):
    """To whom what a message asks for is to be transferred: a block for each account."""

    _inherit = "dunning.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _by_payee(self, lines):
        """Rows by who is to be paid: the company first, then others as their rows come."""
        groups = {}
        for line in sorted(lines, key=lambda line: line.payee_id != OWN.payee_id):
            groups.setdefault(line.payee_id, []).append(line)
        return groups

    @api.model
    def _payee(self, planned, payee_id, sources):
        return sources.words.payee(planned.lang, payee_id) if payee_id else OWN

    @api.model
    def _own_number(self, planned, lines, sources):
        """The company's account number for some rows; empty where none may be shown."""
        # The account printed on the oldest invoice, else the company's first.
        items = [sources.items[line.item_id] for line in lines]
        printed = [(item.bank_id, item.account) for item in items]
        return sources.words.numbers(planned.company_id).pick(printed)[1]

    @api.model
    def _numbers_of(self, planned, reminded, sources):
        """All account numbers of a message in one text: of several each with what it is for."""
        env, written = sources.words.env_of(planned.lang), []
        for payee_id, lines in self._by_payee(reminded).items():
            payee = self._payee(planned, payee_id, sources)
            number = payee.written(env) if payee_id else self._own_number(planned, lines, sources)
            written.append((self._about(lines, sources), number))
        return env["dunning.payee"]._together(written)

    @api.model
    def _about(self, lines, sources):
        return ", ".join(sources.items[line.item_id].name for line in lines)

    @api.model
    def _transfers(self, planned, values, frame, sources):
        """How to transfer what a message asks for: a block for each account, as plain texts.

        Costs and interest are the company's, whoever is paid for the invoices: they are booked
        there, and shown there on the debtor's page. Where no number of it may be shown, the debtor
        asks.

        :param values: of the message, with its ``amount`` and ``reference``
        :param frame: see :meth:`~.dunning_message_law.DunningMessageLaw._law_frame`
        :return: list of dicts; their amounts add up to the message's
        """
        groups = self._by_payee([line for line in planned.lines if line.position])
        costs = planned.total - planned.principal
        apart = costs and OWN.payee_id not in groups
        first = next(iter(groups))
        if len(groups) == 1 and not apart:
            block = self._transfer(planned, first, groups[first], planned.total, sources)
            return [block | {"about": "", "reference": values["reference"]}]
        blocks, due = [], set(planned.asked_lines)
        for payee_id, lines in groups.items():
            amount = sum(line.open for line in lines if line in due)
            amount += costs if payee_id == OWN.payee_id else 0
            blocks.append(self._transfer(planned, payee_id, lines, amount, sources))
        if apart:
            block = self._transfer(planned, OWN.payee_id, (), costs, sources)
            about = ", ".join(label for label, _amount in frame["beside"])
            blocks.append(block | {"about": about, "reference": values["reference"]})
        return blocks

    @api.model
    def _transfer(self, planned, payee_id, lines, amount, sources):
        """One block: ``amount`` is empty where nothing of it is due yet."""
        payee = self._payee(planned, payee_id, sources)
        references = [sources.items[line.item_id].reference for line in lines]
        company = self.env["res.company"].browse(planned.company_id)
        return {
            "about": self._about(lines, sources),
            "amount": sources.amount(planned.lang, planned.currency_id, amount) if amount else "",
            "number": payee.number if payee_id else self._own_number(planned, lines, sources),
            "holder": payee.holder if payee_id else company.name,
            "reference": ", ".join(dict.fromkeys(filter(None, references))),
            "notice": payee.notice,
            "ours": not payee_id,
        }
