from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from .dunning_retention import BATCH, clean

#: Items that a notice is about at the most; the others are behind its button.
ABOUT = 50


class DunningPresence(models.Model):
    """When a debtor's page was open last, for as long as that may matter: a day.

    Who handles the debtor is told when somebody comes, once: not again while the page stays open.
    It changes no decision and makes no task. Off unless a company switches it on: a visit that
    is noted proves that a message arrived, a live notice is more than most debtors expect.
    """

    _name = "dunning.presence"
    _description = "Debtor Who Is on Its Page"
    _order = "seen_on desc"
    _rec_name = "debtor_id"

    debtor_id = fields.Many2one("dunning.debtor", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="debtor_id.company_id")
    seen_on = fields.Datetime("Last Seen", required=True, readonly=True)
    arrived_on = fields.Datetime("Here Since", required=True, readonly=True)

    _debtor_unique = models.UniqueIndex("(debtor_id)", "A debtor is here once.")

    #: Whoever was away for so long comes anew; signals that follow sooner than this are one;
    #: who gave none for so long is not here; and so long a moment is kept.
    _AWAY = timedelta(minutes=15)
    _APART = timedelta(seconds=20)
    _HERE = timedelta(minutes=2)
    _KEPT = timedelta(days=1)

    @api.model
    def _note(self, door):
        """Somebody has a debtor's page open: who handles the debtor is told when it begins.

        :param door: see :class:`~.dunning_page_door.Door`
        """
        debtor = door.debtor
        if not debtor.company_id.sudo().dunning_presence or not self._arrives(debtor):
            return
        items = door.items.filtered(lambda item: item.state == "open")
        told = {
            "debtor": debtor.id,
            "items": items.ids[:ABOUT],
            "moment": fields.Datetime.to_string(fields.Datetime.now()),
        }
        for user in self._told(debtor):
            user._bus_send("dunning_here", told)

    @api.model
    def _arrives(self, debtor):
        """Note a signal; whether it is the first after a while.

        One statement: of two signals at the same moment one waits, and then is none.
        """
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO dunning_presence AS here (debtor_id, seen_on, arrived_on)
                   VALUES (%(debtor)s, %(now)s, %(now)s)
                   ON CONFLICT (debtor_id) DO UPDATE
                      SET seen_on = EXCLUDED.seen_on,
                          arrived_on = CASE WHEN here.seen_on < %(away)s THEN EXCLUDED.seen_on
                                            ELSE here.arrived_on END
                    WHERE here.seen_on < %(apart)s
                RETURNING arrived_on = seen_on""",
                debtor=debtor.id,
                now=(now := fields.Datetime.now()),
                away=now - self._AWAY,
                apart=now - self._APART,
            )
        )
        self.invalidate_model(["seen_on", "arrived_on"])
        return bool(rows and rows[0][0])

    @api.model
    def _told(self, debtor):
        """Who is told: the handler or its stand-in, else the company's; and who asked for all."""
        company, users = debtor.company_id.sudo(), self.env["res.users"].sudo()
        stand_in = self.env["dunning.substitute"]._instead_of
        handler = stand_in(debtor.sudo().handler_id or company.dunning_handler_id)
        curious = users.search(
            [("dunning_presence", "=", "all"), ("company_ids", "in", company.id)]
        )
        return (handler | curious).filtered(
            lambda user: (
                user.active
                and user.dunning_presence != "none"
                and company in user.company_ids
                and user.has_group("payt_dunning.group_dunning_user")
            )
        )

    @api.autovacuum
    def _gc_presence(self):
        before = fields.Datetime.now() - self._KEPT
        return clean(self.search([("seen_on", "<", before)], limit=BATCH))


class DunningDebtor(models.Model):
    """Whether a debtor is on its page now."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    is_here = fields.Boolean("On Its Page Now", compute="_compute_is_here")

    def _compute_is_here(self):
        since = fields.Datetime.now() - DunningPresence._HERE
        here = self.env["dunning.presence"].search(
            [("debtor_id", "in", self.ids), ("seen_on", ">=", since)]
        )
        for debtor in self:
            debtor.is_here = debtor in here.debtor_id

    def presence(self, item_ids):
        """What a notice says of a debtor who is here, for who was told; by rights of the reader.

        :param item_ids: open items that its page is about
        :return: ``title`` and ``message`` in words, ``company`` (its id); ``False`` where there is
            nothing to tell, or nothing that the reader may know
        """
        self.browse().check_access("read")
        # Who is told may work in another of its companies; the debtor may be merged meanwhile.
        self = self.with_context(allowed_company_ids=self.env.user.company_ids.ids).exists()
        if len(self) != 1 or not self.has_access("read"):
            return False
        if not self.company_id.sudo().dunning_presence or not self.is_here:
            return False
        items = self.item_ids.filtered(lambda item: item.id in item_ids and item.state == "open")
        name = self.partner_id.name
        return {
            "title": self.env._("%s is on its page now", name),
            "message": self._presence_words(items),
            "company": self.company_id.id,
        }

    def _presence_words(self, items):
        """What the page is about: an invoice by name, or how many; and the amount."""
        if not items:
            return self.env._("Nothing of what it looks at is open.")
        amount = " + ".join(
            format_amount(self.env, sum(own.mapped("amount_open")), currency)
            for currency, own in items.grouped("currency_id").items()
        )
        if len(items) == 1:
            return self.env._("%(invoice)s, %(amount)s", invoice=items.display_name, amount=amount)
        return self.env._("%(count)s invoices, %(amount)s", count=len(items), amount=amount)


class ResCompany(models.Model):
    """Whether people are told when a debtor is on its page."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_presence = fields.Boolean(
        "Tell Who Handles a Debtor That It Is on Its Page",
        help="The page then says so, and debtors can switch it off for themselves. Never a "
        "reason to call: only who asks for it on the page is called.",
    )


class DunningSettingsMixin(models.AbstractModel):
    """The same in the settings."""

    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_presence = fields.Boolean(related="company_id.dunning_presence", readonly=False)


class ResUsers(models.Model):
    """Of whom somebody wants to hear that it is on its page."""

    _inherit = "res.users"

    dunning_presence = fields.Selection(
        [("mine", "Those I handle"), ("all", "All"), ("none", "None")],
        "Debtors on Their Page",
        default="mine",
        help="Of which debtors you are told that they are on their page, where your company has "
        "switched that on.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "dunning_presence"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "dunning_presence"]
