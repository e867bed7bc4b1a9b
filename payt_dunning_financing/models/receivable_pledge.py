from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from .receivable_financing_draw import GROUP

PLEDGE_STATES = [
    ("proposed", "Proposed"),
    ("offered", "Offered"),
    ("pledged", "Pledged"),
    ("released", "Released"),
    ("dropped", "Left Out"),
]
#: In which nobody else can have the invoice.
IN_FORCE = ("offered", "pledged")


class ReceivablePledge(models.Model):
    """An invoice that is, was or is to be pledged to a financier: to whom, since when, how far."""

    _name = "receivable.pledge"
    _description = "Pledged Invoice"
    _order = "id desc"
    _check_company_auto = True

    draw_id = fields.Many2one(
        "receivable.financing.draw", required=True, readonly=True, index=True, ondelete="cascade"
    )
    financing_id = fields.Many2one(related="draw_id.financing_id", store=True, index=True)
    company_id = fields.Many2one(related="draw_id.company_id", store=True)
    currency_id = fields.Many2one(related="draw_id.currency_id")
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    name = fields.Char("Number", readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", readonly=True, index="btree_not_null", ondelete="set null"
    )
    invoice_date = fields.Date(readonly=True)
    date_due = fields.Date("Due Date", readonly=True)
    state = fields.Selection(PLEDGE_STATES, required=True, default="proposed", readonly=True)
    open_then = fields.Monetary("Open at the Draw", readonly=True)
    own_then = fields.Float(
        "Open in Its Currency",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="With what was open then it gives the rate by which the financier is told.",
    )
    counts = fields.Monetary("Counts by the Check", readonly=True)
    amount = fields.Monetary("Pledged For", readonly=True, help="What of it counts.")
    advance = fields.Monetary(readonly=True, help="What is advanced on it.")
    pledged_on = fields.Datetime(readonly=True)
    pledged_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    released_on = fields.Datetime(readonly=True)
    released_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    why = fields.Char("Why Left Out or Released", readonly=True)
    settled = fields.Boolean(readonly=True, help="Released by itself, for nothing was open.")
    told = fields.Json(readonly=True, help="What its financier knows of it.")
    looked_on = fields.Date(readonly=True, help="Day of the last daily look at it.")
    change_ids = fields.One2many("receivable.pledge.change", "pledge_id", "What Became of It")

    _one_at_a_time = models.UniqueIndex(
        "(move_id) WHERE state IN ('offered', 'pledged')",
        "This invoice is pledged already, or offered to a financier.",
    )
    _of_financing = models.Index("(financing_id, state) WHERE state IN ('offered', 'pledged')")

    @api.depends("name", "financing_id.name")
    def _compute_display_name(self):
        for pledge in self:
            pledge.display_name = self.env._(
                "%(invoice)s to %(financier)s",
                invoice=pledge.name,
                financier=pledge.financing_id.name,
            )

    def _check_may(self):
        """Refuse who may not, or may not see these; give them as the system writes them."""
        self.env["receivable.financing.draw"]._check_group()
        self.check_access("read")
        return self.sudo()

    # -- before it is offered ----------------------------------------------------------------------

    def action_take_out(self):
        """Leave these out of their draft."""
        pledges = self._check_may()
        pledges._check_draft()
        pledges._lock()
        pledges._check_draft()
        taken = pledges.filtered(lambda each: each.state == "proposed")
        taken._end("dropped", self.env._("Taken out by %s.", self.env.user.name))
        return True

    def action_take_in(self):
        """Put these back into their draft, as far as there is room.

        :raises UserError: there is none for one of them, or another would fall out
        """
        pledges = self._check_may()
        pledges._check_draft()
        pledges._lock()
        pledges._check_draft()
        back = pledges.filtered(lambda each: each.state == "dropped")
        back.write(
            {"state": "proposed", "why": False, "released_on": False, "released_by_id": False}
        )
        others = (back.draw_id.pledge_ids - back).filtered(lambda each: each.state == "proposed")
        for draw in back.draw_id:
            draw._fit()
        if out := back.filtered(lambda each: each.state == "dropped"):
            raise UserError(
                self.env._("There is no room for %s. Take another invoice out first.", out[0].name)
            )
        if fallen := others.filtered(lambda each: each.state == "dropped"):
            raise UserError(
                self.env._(
                    "With %(invoice)s there is no room for %(other)s any more. Take that one out "
                    "first.",
                    invoice=back[0].name,
                    other=fallen[0].name,
                )
            )
        return True

    def _check_draft(self):
        self.draw_id._check_state("draft")

    def _lock(self):
        self.draw_id._lock(self)

    # -- at whom it is -------------------------------------------------------------------------------

    @api.model
    def _in_force(self, move_ids, states=IN_FORCE):
        """Who has invoices: pledges by id of the invoice; in one statement."""
        found = self.sudo().search(
            [("move_id", "in", list(move_ids)), ("state", "in", list(states))]
        )
        return {pledge.move_id.id: pledge for pledge in found}

    def _elsewhere(self):
        """In which words these are offered or pledged by another draw: by pledge."""
        others = self._in_force(self.move_id.ids)
        return {
            pledge: others[pledge.move_id.id]._where_words()
            for pledge in self
            if pledge.move_id.id in others and others[pledge.move_id.id] != pledge
        }

    def _where_words(self):
        """To whom this is pledged or offered, since when."""
        self.ensure_one()
        values = {
            "financier": self.financing_id.name,
            "day": format_date(self.env, self.pledged_on or self.draw_id.applied_on),
        }
        if self.state == "offered":
            return self.env._("Offered to %(financier)s on %(day)s.", **values)
        return self.env._("Pledged to %(financier)s since %(day)s.", **values)

    @api.model
    def _pledged_words(self, move_ids):
        """To whom invoices are pledged, also for who sees nothing of financing: by invoice."""
        if not move_ids:
            return {}
        found = self._in_force(move_ids, ("pledged",))
        return {move_id: pledge._where_words() for move_id, pledge in found.items()}

    def _banner(self, env):
        """What the invoice's form says of it.

        :param env: of the reader
        """
        words = self.with_env(env).sudo()
        if not env.user.has_group(GROUP):
            return words._where_words()
        return env._(
            "%(where)s For %(amount)s, of which %(advance)s is advanced.",
            where=words._where_words(),
            amount=format_amount(env, self.amount, self.currency_id),
            advance=format_amount(env, self.advance, self.currency_id),
        )

    @api.model
    def _search_moves(self, field, operator, value):
        """A domain of what is about pledged invoices, for a text that says where they are.

        :param field: that leads to the invoice
        """
        if operator != "in":
            return NotImplemented
        pledged = self.sudo()._search([("state", "=", "pledged"), ("move_id", "!=", False)])
        inside = Domain(field, "in", pledged.subselect("move_id"))
        return ~inside if False in value or "" in value else inside

    def _payee_changed(self, any_payee=False):
        """Messages that wait and name where these were to be paid are made anew.

        :param any_payee: also where debtors are told nothing of it by now
        """
        told = self.filtered(
            lambda each: any_payee or each.financing_id.disclosed or each.financing_id.account_id
        )
        items = told.move_id.sudo().dunning_item_ids
        notices = self.env["dunning.notice"].sudo()
        notices.search(
            [
                ("kind", "=", "reminder"),
                ("state", "in", ("planned", "queued")),
                ("line_ids.item_id", "in", items.ids),
            ]
        )._drop(self.env._("Where it is to be paid has changed."))

    def _why_not(self, line):
        """Why an invoice can't be offered by a fresh check; empty: it can.

        :param line: of the check, if the invoice is in it
        """
        self.ensure_one()
        if line and line.state != "refused" and line.counts > 0:
            return ""
        if line:
            return line.why or self.env._("It does not qualify any more.")
        return self._now()[self.id].gone or self.env._("Nothing is open of it any more.")

    # -- the end of it -------------------------------------------------------------------------------

    def _end(self, state, why):
        """Nobody has these any more.

        :param state: ``released`` or ``dropped``
        :param why: in words
        """
        pledged = self.filtered(lambda each: each.state == "pledged")
        self.write(
            {
                "state": state,
                "why": why,
                "released_on": fields.Datetime.now(),
                "released_by_id": self.env.uid if self.env.uid != SUPERUSER_ID else False,
            }
        )
        if pledged:
            pledged._payee_changed()
            pledged.draw_id._settle()

    def action_release(self):
        """Ask why these are released."""
        pledges = self._check_may()
        pledges._check_in_force()
        return self.env["receivable.release"]._ask(pledges=self)

    def _check_in_force(self):
        for pledge in self:
            if pledge.state not in IN_FORCE:
                raise UserError(
                    self.env._(
                        "%s is neither pledged nor offered: there is nothing to release.",
                        pledge.display_name,
                    )
                )

    def _release(self, why):
        """A person releases these.

        :raises UserError: no reason, or not in force
        """
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: the reason is kept with the pledge."))
        self._lock()
        self._check_in_force()
        # What was paid this morning is told, though nobody looks at these any more.
        self.filtered(lambda each: each.state == "pledged")._look(settle=False)
        self.filtered(lambda each: each.state in IN_FORCE)._end("released", why)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for pledge in self:
            if pledge.draw_id.state != "draft":
                raise UserError(
                    self.env._("%s is kept as history. Release it instead.", pledge.display_name)
                )
