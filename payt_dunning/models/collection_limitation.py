from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..rules.handover import LIMITATION_WARNING

INTERRUPTIONS = [
    ("reminder", "Written Demand"),
    ("acknowledgement", "Acknowledgement by the Debtor"),
    ("lawsuit", "Lawsuit"),
    ("formal_notice", "Formal Notice by a Bailiff or Lawyer"),
]
#: No claim is barred earlier than so long after it was due.
SHORTEST = timedelta(days=2 * 365)
#: Items looked at in one run.
BATCH = 500
#: What is not near is looked at again after so long.
AGAIN = timedelta(days=60)


class DunningItem(models.Model):
    """What began the years of limitation of a claim anew, and when somebody must think of it."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    interrupted_on = fields.Date("Limitation Interrupted On", readonly=True)
    interrupted_by = fields.Selection(INTERRUPTIONS, readonly=True)
    interruption_note = fields.Char("Proof of It", readonly=True)
    limitation_told = fields.Date(
        readonly=True, help="The day on which it is time-barred, of which somebody was told."
    )
    limitation_look_on = fields.Date(readonly=True, help="Looked at again on this day, not before.")

    def _interruptions(self):
        """What began the years anew: ``[(day, what)]``."""
        if not self.interrupted_on:
            return ()
        return ((self.interrupted_on, self.interrupted_by or "reminder"),)

    def action_interrupt(self, day, what, note):
        """Note that the limitation of claims was interrupted.

        :param day: on which it was received, acknowledged or sued; a date
        :param what: one of :data:`INTERRUPTIONS`
        :param note: proof of it, in words
        """
        items = self._as_collector()
        day = fields.Date.to_date(day)
        if not day or any(not item.date_due < day <= item._today() for item in items):
            raise UserError(
                self.env._("Fill in the day: after the invoices were due, and today at the latest.")
            )
        if what not in dict(INTERRUPTIONS):
            raise UserError(self.env._("Say what interrupted it."))
        if not (note or "").strip():
            raise UserError(self.env._("Say how it can be proven."))
        items.write(
            {
                "interrupted_on": day,
                "interrupted_by": what,
                "interruption_note": note,
                "limitation_told": False,
            }
        )
        labels = dict(self._fields["interrupted_by"]._description_selection(self.env))
        items._decided(
            lambda names: self.env._(
                "Limitation of %(items)s interrupted on %(day)s: %(what)s, %(note)s",
                items=names,
                day=format_date(self.env, day),
                what=labels[what],
                note=note,
            )
        )
        self.env["collection.limitation"].sudo()._settle(items.debtor_id)
        return True

    def action_write_interruption(self):
        """Write to the debtors of these that all rights are reserved, which begins the years anew.

        It counts once it has left.
        """
        items = self._as_collector().filtered(lambda item: item.state == "open")
        if not items:
            raise UserError(self.env._("Nothing of it is open any more."))
        unreached = []
        for debtor, own in items.grouped("debtor_id").items():
            numbers = ", ".join(own.mapped("display_name"))

            def words(env, told=numbers):
                return env._("We keep our right to payment"), [
                    env._("You still owe us: %s.", told),
                    env._(
                        "We expressly reserve our right to payment of all of it, with interest and "
                        "costs. This letter interrupts the limitation period."
                    ),
                    env._("Do you want to settle it? Answer this message, and we look for a way."),
                ]

            notice = self.env["dunning.talk"]._tell(debtor, own, "interruption", words)
            if not notice:
                unreached.append(debtor.display_name)
        if unreached:
            raise UserError(
                self.env._(
                    "No e-mail reaches %s: send a registered letter and note it here.",
                    ", ".join(unreached),
                )
            )
        return True


class DunningNotice(models.Model):
    """A written reservation of rights interrupts once it has left."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    topic = fields.Selection(
        selection_add=[("interruption", "Interruption of Limitation")],
        ondelete={"interruption": "set null"},
    )

    def _set_sent(self, message_id=None, day=None):
        result = super()._set_sent(message_id, day)
        for notice in self.filtered(lambda each: each.topic == "interruption"):
            items = notice.sudo().line_ids.item_id
            items.write(
                {
                    "interrupted_on": notice.sent_on,
                    "interrupted_by": "reminder",
                    "interruption_note": self.env._(
                        "Our message of %s", format_date(self.env, notice.sent_on)
                    ),
                    "limitation_told": False,
                }
            )
            self.env["collection.limitation"].sudo()._settle(items.debtor_id)
        return result


class CollectionLimitation(models.AbstractModel):
    """Tells somebody in time that claims will be time-barred, each once."""

    _name = "collection.limitation"
    _description = "Watch Over Limitation"

    @api.model
    def _candidates_sql(self, company, day):
        return SQL(
            """company_id = %s AND state = 'open' AND limitation_told IS NULL
               AND date_due <= %s
               AND coalesce(limitation_look_on, date_due) <= %s""",
            company.id,
            day - SHORTEST + LIMITATION_WARNING,
            day,
        )

    @api.model
    def _watch_sql(self, company, day):
        """Whether a claim is so old that it may be barred soon."""
        return SQL("EXISTS (SELECT FROM dunning_item WHERE %s)", self._candidates_sql(company, day))

    @api.model
    def _watch(self, company, day):
        """Tell handlers of claims that are barred within three months, or were since."""
        ids = [
            item_id
            for (item_id,) in self.env.execute_query(
                SQL(
                    "SELECT id FROM dunning_item WHERE %s ORDER BY id LIMIT %s",
                    self._candidates_sql(company, day),
                    BATCH,
                )
            )
        ]
        items = self.env["dunning.item"].browse(ids)
        told = self.env["dunning.item"]
        for item, law in items._laws().items():
            last = law.limitation
            if last and last - LIMITATION_WARNING <= day:
                item.limitation_told = last
                told |= item
            else:
                # What is decided about it may change: it is not left alone for years.
                item.limitation_look_on = min(
                    last - LIMITATION_WARNING if last else day + AGAIN, day + AGAIN
                )
        for debtor, own in told.grouped("debtor_id").items():
            self._ask(debtor, own, day)
        return []

    @api.model
    def _ask(self, debtor, items, day):
        """Give the handler a task about claims that are barred soon."""
        first = min(items.mapped("limitation_told"))
        numbers = ", ".join(items[:5].mapped("display_name"))
        over = first < day
        self.env["dunning.task"]._ask(
            debtor,
            "limitation",
            lambda env: (
                env._(
                    "Time-barred since %(day)s: %(invoices)s",
                    day=format_date(env, first),
                    invoices=numbers,
                )
                if over
                else env._(
                    "Time-barred after %(day)s: interrupt it: %(invoices)s",
                    day=format_date(env, first),
                    invoices=numbers,
                )
            ),
        )

    @api.model
    def _settle(self, debtors):
        """The task is done where nothing of a debtor waits for it any more."""
        waiting = self.env["dunning.item"].search(
            Domain("debtor_id", "in", debtors.ids)
            & Domain("state", "=", "open")
            & Domain("limitation_told", "!=", False)
        )
        self.env["dunning.task"]._done(debtors - waiting.debtor_id, "limitation")


class DunningDialogue(models.AbstractModel):
    """Limitation is looked at with what the daily run watches."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "collection.limitation"]
