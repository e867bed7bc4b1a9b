from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ..rules.receipts import characters
from ..rules.remittance import BankLine, Transfer, late_from, reasons
from ..tools import exact

STATES = [
    ("expected", "Expected"),
    ("found", "On the Bank"),
    ("overdue", "Not Come"),
    ("matched", "Matched"),
    ("settled", "Settled by Hand"),
    ("withdrawn", "Told Otherwise Since"),
]
#: Nothing is looked for any more.
OVER = ("matched", "settled", "withdrawn")
#: How much each reason says.
WEIGHTS = {"reference": 8, "amount": 4, "office": 2, "day": 1}


class CollectionRemittance(models.Model):
    """One transfer of an office to us: what it paid out of one case or of many.

    That an office says so books nothing. It is looked for on the bank, and a person matches it.
    """

    _name = "collection.remittance"
    _description = "Paid Out by an Office"
    _inherit = ["mail.thread", "mail.activity.mixin", "dunning.handled"]
    _order = "day desc, id desc"
    _check_company_auto = True

    agent_id = fields.Many2one(
        "collection.agent", "Office", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    handler_id = fields.Many2one(
        "res.users", readonly=True, index="btree_not_null", help="Of its first case."
    )
    reference = fields.Char(
        "Payment Reference", required=True, readonly=True, help="As it should stand on the bank."
    )
    day = fields.Date(required=True, readonly=True, help="As the office says.")
    iban = fields.Char("To Account", readonly=True)
    line_ids = fields.One2many(
        "collection.feedback.line", "remittance_id", "What It Is Made of", readonly=True
    )
    case_count = fields.Integer("Cases", compute="_compute_case_count")
    collected = fields.Monetary(readonly=True, help="What debtors paid to the office.")
    withheld = fields.Monetary(readonly=True, help="Costs that it kept, without VAT.")
    withheld_vat = fields.Monetary("VAT on That", readonly=True)
    paid_out = fields.Monetary(readonly=True, help="What should come on the bank.")
    on_bank = fields.Boolean(readonly=True, help="A line on the bank may be it.")
    asked = fields.Char("Asked About", readonly=True, help="About what its task is.")
    late = fields.Boolean(readonly=True, help="It should have been on the bank by now.")
    settled_because = fields.Char("How It Was Settled", readonly=True)
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    made_ids = fields.Many2many("account.move.line", string="Lines of Its Entry", readonly=True)
    made_count = fields.Integer(readonly=True)
    move_id = fields.Many2one(
        "account.move", "Entry", compute="_compute_move_id", help="Undone on the bank line."
    )
    matched_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    state = fields.Selection(STATES, compute="_compute_state", store=True, index=True)

    @api.depends("agent_id.partner_id.name", "reference")
    def _compute_display_name(self):
        for each in self:
            each.display_name = f"{each.agent_id.partner_id.name}: {each.reference}"

    @api.depends("line_ids.case_id", "line_ids.result")
    def _compute_case_count(self):
        for each in self:
            each.case_count = len(each._counting().case_id)

    @api.depends("state", "statement_line_id")
    def _compute_move_id(self):
        for each in self:
            matched = each.state == "matched"
            each.move_id = matched and each.sudo().statement_line_id.move_id

    @api.depends(
        "line_ids.result",
        "on_bank",
        "late",
        "settled_because",
        "made_count",
        "statement_line_id.is_reconciled",
        "statement_line_id.move_id.state",
    )
    def _compute_state(self):
        """Read from the ledger: undone on the bank line, it is looked for again."""
        for each in self:
            if each._is_matched():
                each.state = "matched"
            elif not each._counting():
                each.state = "withdrawn"
            elif each.settled_because:
                each.state = "settled"
            elif each.on_bank:
                each.state = "found"
            else:
                each.state = "overdue" if each.late else "expected"

    def _is_matched(self):
        """Whether the entry that was made of it is there still: the line may be something else's."""
        line = self.sudo().statement_line_id
        return bool(
            line.is_reconciled
            and line.move_id.state == "posted"
            and len(self.sudo().made_ids.exists()) == self.made_count
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What offices told is kept."))

    def _counting(self):
        """What of it counts by now."""
        return self.line_ids.filtered(lambda line: line.result == "applied")

    # -- told ------------------------------------------------------------------------------------------

    @api.model
    def _take_in(self, line):
        """An office paid out of a case: put it with what comes by the same transfer.

        :param line: ``collection.feedback.line`` that was applied
        """
        before = line.before_id.remittance_id
        if before.state == "matched":
            line.remittance_id = before
            before._told_otherwise()
            return before
        same = self.sudo().search(
            [
                ("agent_id", "=", line.agent_id.id),
                ("currency_id", "=", line.currency_id.id),
                ("day", "=", line.day),
                ("state", "not in", ("matched", "settled")),
            ]
        )
        wanted = characters(line.values["payment_reference"])
        found = same.filtered(lambda each: characters(each.reference) == wanted)[:1]
        line.remittance_id = found or self.sudo().create(
            {
                "agent_id": line.agent_id.id,
                "currency_id": line.currency_id.id,
                "handler_id": line.handover_id.handler_id.id,
                "reference": line.values["payment_reference"],
                "day": line.day,
                "iban": line.values["iban"],
            }
        )
        (line.remittance_id | before)._look()
        return line.remittance_id

    def _recount(self):
        """Add up what counts; what was matched stays as it was matched."""
        for each in self.filtered(lambda one: one.state not in ("matched", "settled")):
            lines = each._counting()
            for name in ("collected", "withheld", "withheld_vat", "paid_out"):
                total = sum(float(line.values[name]) for line in lines)
                each[name] = each.currency_id.round(total)

    def _told_otherwise(self):
        """The office corrects what was matched: a person looks at the entry."""
        self._ask_person(
            lambda env: env._(
                "The office corrects what was matched: check the entry of “%s”", self.reference
            )
        )

    # -- looked for on the bank ------------------------------------------------------------------------

    def _look(self):
        """Look for these on the bank, and ask people to match them, or to find out why they are late."""
        self = self.sudo()
        mine = self.filtered(lambda each: each.state not in OVER)
        self._recount()
        for company, own in mine.grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            for each in own:
                closed = self.env["dunning.when"]._closed(company, year=each.day.year)
                fits = [why for _line, why in each._candidates() if "amount" in why]
                late = not fits and each.paid_out > 0 and day >= late_from(each.day, closed)
                if (each.on_bank, each.late) != (bool(fits), late):
                    each.write({"on_bank": bool(fits), "late": late})
                each._ask_to_match()
        for each in self.filtered(lambda one: one.state in OVER):
            each._ask_to_match()

    def _ask_to_match(self):
        """A task while there is something to do: match it, or ask where it is."""
        kept = self.state not in OVER and self.paid_out <= 0
        asks = kept or self.state in ("found", "overdue")
        about = f"{self.state} {self.paid_out}" if asks else False
        if about == (self.asked or False):
            return
        self.asked = about
        self.env["dunning.task"]._done(self, "remittance")
        if about:
            self._ask_person(lambda env: self._words_of_task(env, self.state == "found"))

    def _words_of_kept(self, env):
        return env._(
            "The office kept more than it collected: book its statement of %s",
            format_date(env, self.day),
        )

    def _words_of_task(self, env, found):
        if self.paid_out <= 0:
            return self._words_of_kept(env)
        said = {"office": self.agent_id.partner_id.name, "reference": self.reference}
        money = format_amount(env, self.paid_out, self.currency_id)
        if found:
            return env._(
                "Match what %(office)s paid out: %(amount)s, “%(reference)s”", amount=money, **said
            )
        return env._(
            "Ask %(office)s where it is: %(amount)s of %(day)s, “%(reference)s”",
            amount=money,
            day=format_date(env, self.day),
            **said,
        )

    def _ask_person(self, words):
        self.env["dunning.task"]._ask(
            self, "remittance", words, company=self.company_id, handler=self.handler_id
        )

    def _candidates(self):
        """Lines on the bank that may be this one, best first: ``[(line, reasons)]``."""
        self.ensure_one()
        transfer = Transfer(exact(self.paid_out), self.day, self.reference, self.iban or "")
        lines = self.env["account.bank.statement.line"].sudo()
        open_lines = lines.search(
            Domain("company_id", "child_of", self.company_id.root_id.id)
            & Domain("is_reconciled", "=", False)
            & Domain("amount", ">", 0)
            & Domain("move_id.state", "=", "posted")
            & (Domain("amount", "=", self.paid_out) | self._names_it())
            & (
                Domain("foreign_currency_id", "=", self.currency_id.id)
                | Domain("foreign_currency_id", "=", False)
                & Domain("currency_id", "=", self.currency_id.id)
            )
        )
        found = [(line, reasons(transfer, self._bank_line(line))) for line in open_lines]
        return sorted(
            [pair for pair in found if pair[1]],
            key=lambda pair: (-sum(map(WEIGHTS.get, pair[1])), pair[0].id),
        )

    def _names_it(self):
        """A domain: bank lines that name the reference, or are in another currency than the bank's."""
        named = SQL(
            """(SELECT id FROM account_bank_statement_line
                 WHERE is_reconciled IS NOT TRUE
                   AND strpos(regexp_replace(upper(payment_ref), '[^0-9A-Z]', '', 'g'), %s) > 0)""",
            characters(self.reference),
        )
        return Domain("id", "in", named) | Domain("foreign_currency_id", "!=", False)

    def _bank_line(self, line):
        foreign = line.foreign_currency_id == self.currency_id
        office = self.agent_id.partner_id.commercial_partner_id
        return BankLine(
            line.id,
            exact(line.amount_currency if foreign else line.amount),
            line.date,
            line.payment_ref or "",
            line.journal_id.bank_account_id.sanitized_acc_number or "",
            line.partner_id.commercial_partner_id == office,
        )

    @api.model
    def _watch_sql(self, company, day):
        """Whether something that was paid out is not matched yet."""
        return SQL(
            "EXISTS (SELECT FROM collection_remittance WHERE company_id = %s AND state NOT IN %s)",
            company.id,
            OVER,
        )

    @api.model
    def _watch(self, company, day):
        """Look once a day for what was paid out."""
        mine = self.with_context(lang=company.partner_id.lang)
        waiting = mine.search([("company_id", "=", company.id), ("state", "not in", OVER)])
        return self.env["dunning.dialogue"]._safely(waiting, type(self)._look)

    # -- decisions -------------------------------------------------------------------------------------

    def _as_collector(self):
        """These, writable, if the user may decide about them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        return self.sudo()

    def action_match(self):
        """Open the dialog that shows the bank lines and the entry before anything is booked."""
        self.ensure_one()
        self._as_collector()._look()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning.action_remittance_match"
        )
        return {**action, "context": {"default_remittance_id": self.id}}

    def action_settled(self):
        """Somebody matched or booked it in another way: it is not looked for any more."""
        for each in self._as_collector():
            if each.state in OVER:
                raise UserError(self.env._("“%s” is not looked for any more.", each.display_name))
            each.settled_because = self.env._("By %s, in another way", self.env.user.name)
            each._message_log(body=each.settled_because)
            each._look()
        return True

    def action_take_back(self):
        """It was not settled: it is looked for again."""
        for each in self._as_collector().filtered("settled_because"):
            each.settled_because = False
            each._look()
        return True


class CollectionFeedbackLine(models.Model):
    """What an office paid out of a case is part of a transfer."""

    _inherit = "collection.feedback.line"  # pylint: disable=consider-merging-classes-inherited

    remittance_id = fields.Many2one(
        "collection.remittance", "Transfer", readonly=True, index="btree_not_null"
    )
    remittance_state = fields.Selection(related="remittance_id.state", string="On the Bank?")
    collected = fields.Monetary(compute="_compute_remitted")
    withheld = fields.Monetary(compute="_compute_remitted")
    withheld_vat = fields.Monetary("VAT on That", compute="_compute_remitted")

    @api.depends("values", "kind")
    def _compute_remitted(self):
        for line in self:
            said = line.values if line.kind == "remittance" else {}
            for name in ("collected", "withheld", "withheld_vat"):
                line[name] = float(said.get(name, 0))

    def _apply_remittance(self, _files):
        """Look for it on the bank, with what comes by the same transfer."""
        if not self.handover_id.test:
            self.env["collection.remittance"]._take_in(self)


class DunningDialogue(models.AbstractModel):
    """What offices paid out is looked for with what the daily run watches."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "collection.remittance"]
