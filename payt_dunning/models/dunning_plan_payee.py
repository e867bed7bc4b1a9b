from odoo import api, models
from odoo.exceptions import UserError

from .dunning_payee import OWN


class DunningPaymentPlan(models.Model):
    """Plans about what is to be paid to somebody else: to one account, and not collected."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _check_covered(self, items, charges, own=None):
        """What is in a plan is paid by one transfer at a time: it goes to one account."""
        result = super()._check_covered(items, charges, own)
        groups = self._payees_of(items)
        if len(groups) > 1:
            raise UserError(
                self.env._(
                    "These go to different accounts: %s. Make a payment plan for each of them.",
                    "; ".join(
                        f"{payee.holder or items.company_id.name} ({', '.join(own.mapped('name'))})"
                        for payee, own in groups.items()
                    ),
                )
            )
        if charges and OWN not in groups:
            raise UserError(
                self.env._(
                    "Costs and interest are paid to %(company)s, and %(items)s to %(payee)s. Leave "
                    "the costs and interest out of this payment plan.",
                    company=items.company_id.name,
                    items=", ".join(items.mapped("name")),
                    payee=next(iter(groups)).holder,
                )
            )
        return result

    @api.model
    def _payees_of(self, items):
        """Items by who is to be paid for them, the company first.

        :return: dict of :class:`~.dunning_payee.Payee` to items
        """
        found = self.env["dunning.payee"]._by_move(items.sudo().move_id.ids)
        groups = items.grouped(lambda item: found.get(item.sudo().move_id.id, OWN))
        return dict(sorted(groups.items(), key=lambda pair: pair[0] != OWN))

    def _accounts(self):
        """To which accounts a plan is paid, for templates: of several each with what it is for.

        :return: list of dicts with ``about``, ``number``, ``holder`` and ``notice``
        """
        self.ensure_one()
        groups, values = self._payees_of(self.item_ids), self.env["dunning.page.values"]
        page, found = self.env["dunning.page"], []
        for payee, items in groups.items():
            account = page._account_for(self.company_id, items.move_id[:1])
            found.append(
                {
                    **values._account(account, self.company_id),
                    "about": ", ".join(items.mapped("name")) if len(groups) > 1 else "",
                    "notice": payee.notice,
                    "other": payee.holder if payee != OWN else "",
                }
            )
        return found

    def _pays_online(self):
        """Whether instalments can be paid online, as things stand."""
        self.ensure_one()
        return all(payee.online for payee in self._payees_of(self._open_items()))

    def _collects(self):
        return super()._collects() and self._pays_online()

    def _how_to_pay(self, usual, first=""):
        """How an instalment is paid, for messages.

        :param usual: what is said where it is paid to the company
        :param first: said first where it is not
        """
        self.ensure_one()
        accounts, online = self._accounts(), self._pays_online()
        if online and not any(each["other"] for each in accounts):
            return usual
        where = "; ".join(
            self.env._("%(number)s in the name of %(holder)s", **each)
            + (f" ({each['about']})" if each["about"] else "")
            for each in accounts
            if each["number"]
        )
        if not where:
            words = [self.env._("Please ask us to which account you transfer it.")]
        elif online:
            words = [
                usual,
                self.env._("The account to transfer it to is %s.", where),
            ]
        else:
            words = [
                self.env._(
                    "Please transfer it to %(where)s, and mention %(reference)s.",
                    where=where,
                    reference=self.reference,
                )
            ]
        notices = dict.fromkeys(each["notice"] for each in accounts if each["notice"])
        return "\n".join([*filter(None, [first]), *notices, *words])
