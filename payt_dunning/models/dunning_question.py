from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_amount
from odoo.tools.mail import email_normalize

from ..tools import heard

STATES = [("open", "Unanswered"), ("answered", "Answered"), ("closed", "No Answer Needed")]
#: What is kept beside the thread, to be read in a list.
EXCERPT = 2000


class DunningQuestion(models.Model):
    """What a debtor wrote about an invoice, until it is answered.

    The thread itself is the invoice's chatter. A question says that something waits there: since
    when, what it holds, and how long its answer took.
    """

    _name = "dunning.question"
    _description = "Message of a Debtor"
    _inherit = "dunning.handled"
    _order = "asked_on, id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    handler_id = fields.Many2one(related="debtor_id.handler_id", store=True, index="btree_not_null")
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    item_ids = fields.Many2many("dunning.item", string="Items", readonly=True)
    message_id = fields.Many2one(
        "mail.message",
        "First Message",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    last_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    author = fields.Char("From", readonly=True)
    email = fields.Char("Address", readonly=True)
    unknown_sender = fields.Boolean(
        readonly=True, help="It came from an address that we don't know as this debtor's."
    )
    text = fields.Text("What It Says", readonly=True)
    asked_on = fields.Datetime(readonly=True, required=True)
    last_on = fields.Datetime("Last Message On", readonly=True)
    state = fields.Selection(STATES, required=True, default="open", readonly=True)
    answered_on = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True)
    answer_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    answer_ids = fields.Many2many(
        "mail.message", string="Answers", readonly=True, help="The answer, and what was added."
    )
    answer_notice_id = fields.Many2one(
        "dunning.notice", "Answer as Mailed", readonly=True, ondelete="set null"
    )
    response_hours = fields.Float(
        readonly=True, aggregator="avg", help="From the first message to its answer."
    )
    alerted_on = fields.Date("Manager Told On", readonly=True)
    age_days = fields.Integer("Waits for Days", compute="_compute_age_days")
    hold_until = fields.Date(
        "Friendly Steps Wait Until",
        compute="_compute_hold_until",
        help="After it friendly reminders go on; formal ones wait for the answer.",
    )
    amount = fields.Char("Open Amount", compute="_compute_amount")

    _one_open = models.UniqueIndex(
        "(move_id, debtor_id) WHERE state = 'open'", "This waits for an answer already."
    )
    _waiting = models.Index("(company_id, asked_on) WHERE state = 'open'")
    _by_age = models.Index("(asked_on, id)")

    @api.depends("move_id.name", "debtor_id.display_name")
    def _compute_display_name(self):
        for question in self:
            names = (question.debtor_id.display_name, question.move_id.sudo().name)
            question.display_name = " · ".join(filter(None, names))

    @api.depends("asked_on", "answered_on")
    def _compute_age_days(self):
        for question in self:
            until = question.answered_on or fields.Datetime.now()
            question.age_days = (until - question.asked_on).days if question.asked_on else 0

    def _compute_hold_until(self):
        holds = self.env["dunning.hold"].sudo()._owned_by(self).grouped("owner_id")
        for question in self:
            own = holds.get(question.id)
            question.hold_until = own and max(filter(None, own.mapped("date_until")), default=False)

    @api.depends("item_ids.amount_open")
    def _compute_amount(self):
        for question in self:
            items = question.item_ids.filtered(lambda item: item.state == "open")
            items = items or question.move_id.sudo().dunning_item_ids & question.item_ids
            question.amount = " + ".join(
                format_amount(self.env, sum(own.mapped("amount_open")), currency)
                for currency, own in items.grouped("currency_id").items()
            )

    # -- a message comes in --------------------------------------------------------------------

    @api.model
    def _take(self, move, debtor, items, message):
        """A debtor wrote: it waits for an answer, the next steps wait for that, somebody is told.

        :param items: open ones that it is about; none where nothing is open any more
        :return: the question; one that waits already takes further messages in
        """
        question = self.search(
            [
                ("move_id", "=", move.id),
                ("debtor_id", "=", debtor.id),
                ("state", "=", "open"),
            ]
        )
        values = self._message_values(debtor, message)
        if question:
            text = "\n\n".join(filter(None, (question.text, values["text"])))[-EXCERPT:]
            question.write(
                {
                    **values,
                    "text": text,
                    "item_ids": [Command.link(item.id) for item in items],
                }
            )
        else:
            question = self.create(
                {
                    **values,
                    "company_id": move.company_id.id,
                    "debtor_id": debtor.id,
                    "move_id": move.id,
                    "message_id": message.id,
                    "asked_on": fields.Datetime.now(),
                    "item_ids": [Command.set((items or move.dunning_item_ids).ids)],
                }
            )
            question._acknowledge()
        question._hold(items)
        self._ask_handler(question)
        debtor._decide_now()
        return question

    @api.model
    def _message_values(self, debtor, message):
        email = email_normalize(message.email_from or "") or ""
        known = message.author_id.commercial_partner_id == debtor.partner_id
        return {
            "last_message_id": message.id,
            "last_on": fields.Datetime.now(),
            "author": message.author_id.name or message.email_from,
            "email": email,
            "unknown_sender": not known and not heard(self.env).debtor_id,
            "text": message._dunning_words()[:EXCERPT],
        }

    @api.model
    def _ask_handler(self, question):
        self.env["dunning.task"]._ask(
            question.move_id,
            "answer",
            lambda env: env._("Answer %s", question.author),
            company=question.company_id,
            handler=question.debtor_id.handler_id,
        )

    def _hold(self, items):
        """Hold what the debtor wrote about for some days; longer, where it is held still.

        What is over stays as it was: it says what held when our messages left.
        An invoice is held as a whole; of an entry with opening balances only these items. Each
        message has holds of its own: the answer to another one about the same does not end them.
        """
        self.ensure_one()
        if not items:
            return
        Hold = self.env["dunning.hold"]
        today = items._today()
        until = fields.Date.add(today, days=self._days(items))
        entries = items.filtered(lambda item: item.move_id.move_type == "entry")
        moves = (items - entries).move_id
        held = Hold._owned_by(self).filtered(lambda hold: not hold._over(today))
        held.filtered(lambda hold: hold.date_until and hold.date_until < until).write(
            {"date_until": until}
        )
        new = [("item_id", item) for item in entries - held.item_id]
        new += [("move_id", move) for move in moves - held.move_id]
        Hold.create(
            [
                {
                    "company_id": record.company_id.id,
                    scope: record.id,
                    "kind": "question",
                    "date_until": until,
                    "by_debtor": True,
                    **Hold._owner_values(self),
                }
                for scope, record in new
            ]
        )

    @api.model
    def _days(self, items):
        """For how many days friendly steps wait: as the policy says, else as the company does."""
        company = items.company_id[:1]
        own = [item._policy().answer_days for item in items[:1]]
        return max(own, default=0) or company.dunning_answer_days

    def _acknowledge(self):
        """Say by mail that a mail came in, and what happens now; once a day, never to strangers.

        Whoever writes on the page reads it there.
        """
        self.ensure_one()
        message = self.message_id
        if (
            message.message_type != "email"
            or self.unknown_sender
            or not self.company_id.sudo().dunning_acknowledge
        ):
            return
        today = self.env["dunning.message"]._today(self.company_id)
        told = [
            ("debtor_id", "=", self.debtor_id.id),
            ("topic", "=", "received"),
            ("as_of", "=", today),
        ]
        if self.env["dunning.notice"].search_count(told, limit=1):
            return
        self.env["dunning.talk"]._tell(
            self.debtor_id,
            self.item_ids,
            "received",
            self._received_words,
            answers=message,
            recipient=self._reply_address(),
            shown=False,
        )

    def _received_words(self, env):
        self.ensure_one()
        name = self.move_id.name
        subject = env._("We have received your message about %s", name)
        nothing = (
            env._("Nothing is open of it any more, so you need not pay anything.")
            if not self.item_ids.filtered(lambda item: item.state == "open")
            else env._(
                "Until you have our answer we send no formal messages about it, and for the "
                "coming days no reminders either."
            )
        )
        return subject, [
            env._("Thank you for your message about %s. One of us reads and answers it.", name),
            nothing,
        ]

    def _reply_address(self):
        """Where an answer goes: to who wrote, if we know the address as this debtor's."""
        self.ensure_one()
        known = self.debtor_id._known_addresses()
        contacts = (
            self.env["res.partner"]
            .sudo()
            .search([("commercial_partner_id", "=", self.debtor_id.partner_id.id)])
        )
        if self.email and self.email in contacts.mapped("email_normalized"):
            return self.email
        return next(iter(known), False)


class DunningPolicy(models.Model):
    """How long friendly steps wait for our answer."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    answer_days = fields.Integer(
        "Days a Message of the Debtor Holds",
        help="Friendly reminders wait so many days for our answer; formal ones wait until it is "
        "given. 0: as the company's settings say.",
    )
