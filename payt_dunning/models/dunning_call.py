from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_datetime

from .dunning_call_outcomes import OUTCOMES


class DunningCall(models.Model):
    """A call about what a debtor owes: with whom, what came of it, what was agreed."""

    _name = "dunning.call"
    _description = "Call With a Debtor"
    _order = "moment desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    item_ids = fields.Many2many("dunning.item", string="Items", readonly=True)
    user_id = fields.Many2one("res.users", "Called By", readonly=True, ondelete="restrict")
    moment = fields.Datetime("On", required=True, readonly=True)
    contact_id = fields.Many2one("res.partner", readonly=True, ondelete="set null")
    contact_name = fields.Char("Spoke To", readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    right_party = fields.Boolean(
        "Right Person Reached", readonly=True, help="Who decides about paying was on the phone."
    )
    reason_id = fields.Many2one(
        "dunning.nonpayment.reason", "Why It Is Not Paid", readonly=True, ondelete="restrict"
    )
    note = fields.Text("Internal Note", readonly=True, help="The debtor does not see it.")
    date_until = fields.Date("Wait Until", readonly=True)
    promise_ids = fields.One2many("dunning.promise", "call_id", "Promised", readonly=True)
    confirmed = fields.Boolean(
        readonly=True, help="What was agreed stands in the thread with the debtor."
    )
    notice_id = fields.Many2one(
        "dunning.notice", "Confirmation", readonly=True, ondelete="set null", copy=False
    )

    _by_moment = models.Index("(moment, id)")
    _with_note = models.Index("(moment) WHERE note IS NOT NULL OR contact_name IS NOT NULL")

    @api.depends("debtor_id.display_name", "moment")
    def _compute_display_name(self):
        for call in self:
            moment = call.moment and format_datetime(self.env, call.moment, dt_format="short")
            call.display_name = f"{call.debtor_id.display_name}, {moment}"

    # -- the confirmation ------------------------------------------------------------------------

    def _confirm(self):
        """Confirm in writing what was said: by mail, in the thread, on the debtor's page.

        :return: the message; empty where it could not be mailed
        """
        self.ensure_one()
        self.promise_ids.told = True
        notice = self.env["dunning.talk"]._tell(
            self.debtor_id,
            self.item_ids,
            "call",
            lambda env: self._words(env, self.promise_ids),
            author=self.user_id.partner_id,
        )
        self.write({"confirmed": True, "notice_id": notice.id})
        return notice

    def _words(self, env, promises):
        """What is confirmed: subject and paragraphs. Nothing of what was noted internally.

        :param promises: what was promised; may be no records yet
        """
        self = self.with_env(env)
        Promise, page = env["dunning.promise"], env["dunning.page"]
        local = fields.Datetime.context_timestamp(self, self.moment)
        day, names = page._date(local.date()), Promise._names(self.item_ids)
        lines = [
            env._(
                "On %(day)s %(caller)s of %(company)s spoke on the phone to %(who)s about "
                "%(invoices)s.",
                day=day,
                caller=self.user_id.name,
                company=self.company_id.name,
                who=self.contact_name or self.contact_id.name or self.debtor_id.partner_id.name,
                invoices=names,
            ),
            *self._agreed(env, promises),
            env._("Is something of this not right? Answer this message."),
        ]
        return env._("Our phone call of %(day)s about %(invoices)s", day=day, invoices=names), lines

    def _agreed(self, env, promises):
        """What was agreed, as paragraphs."""
        until = self.date_until and env["dunning.page"]._date(self.date_until)
        if promises:
            return [env._("We agreed:"), *(each._confirmation(env) for each in promises)]
        if self.outcome == "call_back" and not until:
            return [env._("You asked us to call you back, and we will.")]
        if not until:
            return []
        wait = (
            env._("You asked us to call you back. Until %s you hear nothing else from us.", until)
            if self.outcome == "call_back"
            else env._("We agreed that you hear nothing from us about it until %s.", until)
        )
        terms = env["dunning.promise"]._terms_run(self.item_ids)
        return [wait, *([env._("Our earlier terms stay as they are.")] if terms else [])]


class DunningPromise(models.Model):
    _inherit = "dunning.promise"  # pylint: disable=consider-merging-classes-inherited

    call_id = fields.Many2one(
        "dunning.call", readonly=True, index="btree_not_null", ondelete="set null"
    )


class DunningDebtor(models.Model):
    """Calls with a debtor, and how often the right person was reached."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    call_ids = fields.One2many("dunning.call", "debtor_id", "Calls")
    call_count = fields.Integer("Number of Calls", compute="_compute_calls")
    right_party_rate = fields.Float(
        "Right Person Reached",
        compute="_compute_calls",
        help="In how many of the calls whoever decides about paying was on the phone.",
    )
    right_party_count = fields.Integer(
        "Times the Right Person Was Reached", compute="_compute_calls"
    )
    last_right_party = fields.Datetime(
        "Last Spoken To",
        compute="_compute_calls",
        help="When whoever decides about paying was on the phone last.",
    )
    last_contact = fields.Datetime(
        "Last Contact By Us",
        compute="_compute_calls",
        help="The last call or message of ours, whether it reached anybody or not.",
    )

    @api.depends("call_ids.right_party", "call_ids.moment", "notice_ids.sent_at")
    def _compute_calls(self):
        """Attempts and contacts, in two statements."""
        calls = defaultdict(dict)
        for debtor, right, count, last in self.env["dunning.call"]._read_group(
            [("debtor_id", "in", self.ids)],
            ["debtor_id", "right_party"],
            ["__count", "moment:max"],
        ):
            calls[debtor.id][right] = (count, last)
        messages = {
            debtor.id: last
            for debtor, last in self.env["dunning.notice"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "=", "sent")],
                ["debtor_id"],
                ["sent_at:max"],
            )
        }
        none = (0, False)
        for debtor in self:
            own = calls[debtor.id]
            reached, debtor.last_right_party = own.get(True, none)
            attempts = sum(count for count, _last in own.values())
            debtor.call_count, debtor.right_party_count = attempts, reached
            debtor.right_party_rate = reached / attempts if attempts else 0.0
            moments = [messages.get(debtor.id), *(last for _count, last in own.values())]
            debtor.last_contact = max(filter(None, moments), default=False)
