from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.handover import PROTECTED
from .dunning_talk import Telling

#: Payments that came to be known so many days ago are still thanked for.
DAYS = 3
#: Why something is open that we don't ask for.
NOT_ASKED_FOR = ("hold", "match_credit", "money_under_way", "receipt")


class ResCompany(models.Model):
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_thanks = fields.Boolean(
        "Thank for Payments",
        help="Who pays after a reminder is thanked, once for all that was paid on a day.",
    )


class DunningSettingsMixin(models.AbstractModel):
    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_thanks = fields.Boolean(related="company_id.dunning_thanks", readonly=False)


class DunningThanks(models.AbstractModel):
    """Thanks debtors who paid after a reminder: once a day, and with what is still due."""

    _name = "dunning.thanks"
    _description = "Thank-You After a Payment"

    @api.model
    def _watch_sql(self, company, day):
        """Whether anything was paid these days that had been reminded of."""
        if not company.sudo().dunning_thanks:
            return SQL("false")
        return SQL("EXISTS (%s)", self._paid(company, day))

    @api.model
    def _paid(self, company, day):
        """A query of ``(debtor id, day, item id)``: paid with money, after a message had left."""
        return SQL(
            """SELECT item.debtor_id, item.closed_on, item.id
                 FROM dunning_item item
                WHERE item.company_id = %(company)s AND item.state = 'closed'
                  AND item.closed_on BETWEEN %(first)s AND %(day)s
                  AND EXISTS (SELECT FROM dunning_notice_line line
                                JOIN dunning_notice notice ON notice.id = line.notice_id
                               WHERE line.item_id = item.id AND line.position > 0
                                 AND notice.state = 'sent' AND notice.kind = 'reminder')
                  AND EXISTS (SELECT FROM account_partial_reconcile part
                                JOIN account_move_line credit ON credit.id = part.credit_move_id
                                JOIN account_journal journal ON journal.id = credit.journal_id
                               WHERE part.debit_move_id = item.line_id
                                 AND journal.type IN ('bank', 'cash', 'credit')
                                 -- A credit note may have closed what was paid in part long ago.
                                 AND part.create_date >= (
                                     SELECT max(create_date) - %(days)s
                                       FROM account_partial_reconcile
                                      WHERE debit_move_id = item.line_id))""",
            company=company.id,
            days=timedelta(days=DAYS),
            first=day - timedelta(days=DAYS),
            day=day,
        )

    @api.model
    def _watch(self, company, day):
        """Thank for what was paid; the slot keeps it from being said again."""
        self.env.flush_all()
        paid = {}
        for debtor_id, closed_on, item_id in self.env.execute_query(self._paid(company, day)):
            paid.setdefault((debtor_id, closed_on), []).append(item_id)
        debtors = self.env["dunning.debtor"].browse({debtor_id for debtor_id, _day in paid})
        debtors -= self._protected(debtors, day)
        paid = {key: ids for key, ids in paid.items() if key[0] in debtors.ids}
        if not paid:
            return
        left, waits = self._still_due(debtors, day), self._waiting(debtors, day)
        items = self.env["dunning.item"].browse([each for ids in paid.values() for each in ids])
        self.env["dunning.talk"]._tell_all(
            [
                Telling(
                    debtors.browse(debtor_id),
                    items.browse(item_ids),
                    "thanks",
                    self._words(items.browse(item_ids), left.get(debtor_id), debtor_id in waits),
                    {
                        "source": f"thanks:{debtor_id}",
                        "slot": f"paid:{closed_on}",
                        "waits": False,
                    },
                )
                for (debtor_id, closed_on), item_ids in paid.items()
            ]
        )

    @api.model
    def _still_due(self, debtors, day):
        """What is due and not paid yet: ``{debtor id: items}``; what is held is not asked for."""
        due = self.env["dunning.item"].search(
            [
                ("debtor_id", "in", debtors.ids),
                ("state", "=", "open"),
                ("date_due", "<", day),
                ("reason", "not in", NOT_ASKED_FOR),
            ]
        )
        return {debtor.id: own for debtor, own in due.grouped("debtor_id").items()}

    @api.model
    def _protected(self, debtors, day):
        """Who is dead, insolvent or in debt help gets no thanks: somebody else speaks for them."""
        holds = self.env["dunning.hold"].search(
            [
                ("debtor_id", "in", debtors.ids),
                ("kind", "in", PROTECTED),
                ("proposed", "=", False),
                ("released_on", "=", False),
                ("date_from", "<=", day),
                "|",
                ("date_until", "=", False),
                ("date_until", ">=", day),
            ]
        )
        return holds.debtor_id

    @api.model
    def _waiting(self, debtors, day):
        """Ids of debtors with something due that we don't ask for now: held, or looked for."""
        items = self.env["dunning.item"].search(
            [
                ("debtor_id", "in", debtors.ids),
                ("state", "=", "open"),
                ("date_due", "<", day),
                ("reason", "in", NOT_ASKED_FOR),
            ]
        )
        return set(items.debtor_id.ids)

    @api.model
    def _words(self, items, left, waits=False):
        """What is said, as a function of an environment in the debtor's language.

        :param left: items that are due and not paid
        :param waits: something else is due that we don't ask for now: nothing is said of the rest
        """

        def words(env):
            numbers = env["dunning.promise"]._names(items.with_env(env))
            thanks = env._("We received your payment for %s. Thank you!", numbers)
            if not left and waits:
                return env._("Thank you for your payment"), [thanks]
            if not left:
                rest = env._("Nothing else is due. You need not do anything more.")
            else:
                rest = env._(
                    "Still due is %(numbers)s. Have you paid that too? Then you need not do "
                    "anything. Is there a problem with it? Reply to this message.",
                    numbers=env["dunning.promise"]._names(left.with_env(env)),
                )
            return env._("Thank you for your payment"), [thanks, rest]

        return words


class DunningNotice(models.Model):
    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _why_not_to_tell_now(self):
        """Nobody is thanked for a payment that was taken back."""
        if self.topic == "thanks" and self.line_ids.item_id.filtered(
            lambda item: item.state == "open"
        ):
            return self.env._("The payment was taken back.")
        return super()._why_not_to_tell_now()


class DunningDialogue(models.AbstractModel):
    """Who paid is thanked by the daily run."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "dunning.thanks"]
