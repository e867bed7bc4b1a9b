from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .receivable_insurance import FINANCING

#: There is one report of these states about a debtor: nobody is asked twice for one delay.
LIVE = ("due", "reported", "declined")
#: What follows the ledger while a report is live.
AMOUNTS = ("amount", "limit_amount", "above", "disputed", "in_plan", "pledged")


class ReceivableInsuranceNotice(models.Model):
    """What an insurer has to be told by a day: a debtor that is late with covered invoices.

    One for each insurance, debtor and delay. It ends when nothing that is covered is overdue any
    more; a debtor that falls behind again after that is a new one.
    """

    _name = "receivable.insurance.notice"
    _description = "Report to an Insurer"
    _inherit = ["mail.thread", "mail.activity.mixin", "dunning.handled"]
    _order = "deadline, id"
    # Nobody writes a report by hand; whoever reads it may note something and see its tasks.
    _mail_post_access = "read"

    insurance_id = fields.Many2one(
        "receivable.insurance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="insurance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="insurance_id.currency_id", store=True)
    insurer_id = fields.Many2one(related="insurance_id.partner_id", string="Insurer")
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    handler_id = fields.Many2one(related="debtor_id.handler_id")
    move_id = fields.Many2one(
        "account.move", "Oldest Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    oldest_due = fields.Date("Due Since", readonly=True)
    deadline = fields.Date("Report By", required=True, readonly=True)
    ask_on = fields.Date("Asked From", readonly=True)
    asked_on = fields.Date(readonly=True, help="When somebody got a task.")
    amount = fields.Monetary("Overdue", readonly=True, help="Of invoices that are covered.")
    limit_amount = fields.Monetary("Insured Up To", readonly=True)
    above = fields.Monetary(
        "Not Covered", readonly=True, help="What of the overdue amount is above the limit."
    )
    number = fields.Integer("Invoices", readonly=True)
    disputed = fields.Monetary(readonly=True, help="What of the overdue amount is contested.")
    in_plan = fields.Monetary("In a Payment Plan", readonly=True)
    pledged = fields.Monetary(readonly=True, help="What of the overdue amount is pledged.")
    state = fields.Selection(
        [
            ("due", "To Be Reported"),
            ("reported", "Reported"),
            ("declined", "Not Reported"),
            ("over", "No Longer Needed"),
        ],
        required=True,
        default="due",
        readonly=True,
    )
    timing = fields.Char(compute="_compute_timing")
    reported_on = fields.Date(readonly=True)
    reported_by_id = fields.Many2one("res.users", "By", readonly=True, ondelete="restrict")
    reference = fields.Char("Insurer's Reference", readonly=True)
    reason = fields.Char("Why Not Reported", readonly=True)
    declined_amount = fields.Monetary(
        readonly=True, help="What was overdue when somebody decided not to report it."
    )
    over_on = fields.Date("Over Since", readonly=True)

    _one_at_a_time = models.UniqueIndex(
        "(insurance_id, debtor_id) WHERE state IN ('due', 'reported', 'declined')",
        "This debtor is to be reported to this insurer already, or was.",
    )
    _to_do = models.Index("(company_id, deadline) WHERE state = 'due'")

    @api.depends("debtor_id.display_name", "insurer_id.display_name")
    def _compute_display_name(self):
        for notice in self:
            names = (notice.debtor_id.display_name, notice.insurer_id.display_name)
            notice.display_name = " · ".join(filter(None, names))

    @api.depends("state", "deadline", "reported_on")
    @api.depends_context("lang")
    def _compute_timing(self):
        """Whether it is in time, in words."""
        for notice in self:
            today = fields.Date.context_today(notice)
            if notice.reported_on:
                late = (notice.reported_on - notice.deadline).days
                notice.timing = (
                    self.env._("Reported, days late: %s", late)
                    if late > 0
                    else self.env._("Reported in time")
                )
            elif notice.state == "due":
                left = (notice.deadline - today).days
                notice.timing = (
                    self.env._("Missed, days late: %s", -left)
                    if left < 0
                    else self.env._("Today is the last day")
                    if not left
                    else self.env._("Days left: %s", left)
                )
            else:
                notice.timing = False

    # -- in words ----------------------------------------------------------------------------

    def _told(self):
        """Where a report stands, for who looks at the debtor."""
        self.ensure_one()
        insurer = self.insurer_id.display_name
        if self.state == "reported":
            return self.env._(
                "Reported to %(insurer)s on %(day)s",
                insurer=insurer,
                day=format_date(self.env, self.reported_on),
            )
        if self.state == "declined":
            return self.env._("Not to be reported to %s", insurer)
        return self.env._(
            "To be reported to %(insurer)s by %(day)s: %(amount)s overdue",
            insurer=insurer,
            day=format_date(self.env, self.deadline),
            amount=self.currency_id.format(self.amount),
        )

    def _asked_of(self, person):
        """What a task asks, in the language of who gets it."""
        env = self.with_context(lang=person.lang or self.env.lang).env
        return env._(
            "Report %(debtor)s to %(insurer)s by %(day)s: %(amount)s overdue",
            debtor=self.debtor_id.display_name,
            insurer=self.insurer_id.display_name,
            day=format_date(env, self.deadline),
            amount=self.currency_id.with_env(env).format(self.amount),
        )

    # -- what people do ----------------------------------------------------------------------

    def _check_reporter(self):
        """Whoever reports has the right to, and may see these debtors' company."""
        if not self.env.user.has_group(FINANCING):
            raise AccessError(self.env._("Only those who report to insurers can do this."))
        self.check_access("read")

    def _reported(self, day, reference):
        """Note that the insurer was told on a day, under a reference of its own or none."""
        told = self.filtered(lambda notice: notice.state in LIVE)
        if not told:
            raise UserError(self.env._("None of these has to be reported any more."))
        for company in told.company_id:
            if day > self.env["dunning.message"]._today(company):
                raise UserError(
                    self.env._("You can't have reported on %s yet.", format_date(self.env, day))
                )
        told._settle(
            lambda notice: self.env._(
                "Reported to %(insurer)s on %(day)s, reference: %(reference)s.",
                insurer=notice.insurer_id.display_name,
                day=format_date(self.env, day),
                reference=reference or "–",
            ),
            {
                "state": "reported",
                "reported_on": day,
                "reported_by_id": self.env.uid,
                "reference": reference,
                "reason": False,
            },
        )

    def _declined(self, reason):
        """Note that the insurer is not told, and why."""
        told = self.filtered(lambda notice: notice.state in ("due", "declined"))
        if not told:
            raise UserError(self.env._("None of these waits to be reported."))
        for notice in told.sudo():
            notice.declined_amount = notice.amount
        told._settle(
            lambda notice: self.env._(
                "Not reported to %(insurer)s: %(reason)s",
                insurer=notice.insurer_id.display_name,
                reason=reason,
            ),
            {"state": "declined", "reason": reason, "reported_by_id": self.env.uid},
        )

    def action_take_back(self):
        """It was not reported, or will be after all: somebody is asked again."""
        self._check_reporter()
        told = self.filtered(lambda notice: notice.state in ("reported", "declined"))
        if not told:
            raise UserError(self.env._("Nothing of this was reported or decided."))
        told._settle(
            lambda notice: self.env._(
                "Still to be reported to %s.", notice.insurer_id.display_name
            ),
            {
                "state": "due",
                "asked_on": False,
                **dict.fromkeys(("reported_on", "reported_by_id", "reference", "reason"), False),
            },
        )
        self.env["receivable.insurance"]._look_soon()

    def _settle(self, words, values):
        """Write what a person decided; noted on the reports and, inside, on the debtors."""
        notices, author = self.sudo(), self.env.user.partner_id.id
        bodies = {notice.id: words(notice) for notice in notices}
        notices._message_log_batch(bodies=bodies, author_id=author)
        of_debtors = {
            debtor.id: " ".join(bodies[each.id] for each in own)
            for debtor, own in notices.grouped("debtor_id").items()
        }
        notices.debtor_id._message_log_batch(bodies=of_debtors, author_id=author)
        notices.write(values)
        self.env["dunning.task"]._done(notices, "insurer")

    # -- what the ledger says ----------------------------------------------------------------

    @api.model
    def _cron_look(self):
        """Work out what every company has to report; each is kept when it is done."""
        insurances = self.env["receivable.insurance"].with_context(active_test=False).search([])
        for company in insurances.company_id:
            self._look(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _look(self, company):
        """Bring the reports of a company in line with its ledger, and ask people.

        In as many statements for many debtors as for one.
        """
        notices = self.sudo().with_context(tracking_disable=True)
        day = self.env["dunning.message"]._today(company)
        late = self.env["receivable.insurance.measure"].sudo()._late(company, day)
        live = notices.search([("company_id", "=", company.id), ("state", "in", LIVE)])
        own = {(each.insurance_id.id, each.debtor_id.partner_id.id): each for each in live}
        insurances = self.env["receivable.insurance"].sudo()
        insurances = insurances.browse({row.insurance_id for row in late}).grouped("id")
        lasting, moved, new = notices, notices, []
        for row in late:
            insurance = insurances[row.insurance_id]
            enough = insurance.currency_id.compare_amounts(row.amount, insurance.least_amount) >= 0
            notice = own.get((row.insurance_id, row.partner_id))
            if notice and enough and notice._is_another_delay(row):
                notice._ask_anew()
            if notice and (enough or notice.state != "due"):
                lasting += notice
                if notice._follow(notices._values(insurance, row)) and notice.asked_on:
                    moved += notice
            elif enough and not notice:
                new.append(row)
        # A task names the day: it is made anew, or comes later.
        self.env["dunning.task"]._done(moved, "insurer")
        moved.write({"asked_on": False})
        notices._end(live - lasting, day)
        notices._begin(company, insurances, new)
        self.env["dunning.task"]._ask_to_report(company, day)

    def _is_another_delay(self, row):
        """Whether what somebody decided not to report has become something else since.

        Another invoice is the oldest, or half as much again is overdue.

        :param row: :class:`~.receivable_insurance_measure.Late`
        """
        self.ensure_one()
        return self.state == "declined" and (
            row.oldest_due > self.oldest_due
            or self.currency_id.compare_amounts(row.amount, 1.5 * self.declined_amount) >= 0
        )

    def _ask_anew(self):
        """Somebody decides once more: it is not what was decided about any more."""
        self._message_log(
            body=self.env._(
                "Asked again: more is overdue than when it was decided not to report it, or "
                "something else."
            )
        )
        self.write({"state": "due", "asked_on": False, "reason": False, "reported_by_id": False})

    @api.model
    def _values(self, insurance, row):
        """What a report says, of a row of :class:`~.receivable_insurance_measure.Late`."""
        deadline = row.oldest_due + timedelta(days=insurance.report_days)
        return {
            "move_id": row.move_id,
            "oldest_due": row.oldest_due,
            "deadline": deadline,
            "ask_on": deadline - timedelta(days=insurance.ahead_days),
            "amount": row.amount,
            "limit_amount": row.limit,
            "above": max(row.amount - row.limit, 0),
            "number": row.number,
            "disputed": row.disputed,
            "in_plan": row.in_plan,
            "pledged": row.pledged,
        }

    def _follow(self, values):
        """Take over what the ledger says; what was reported keeps its deadline.

        :return: whether the deadline is another one
        """
        self.ensure_one()
        if self.state != "due":
            values = {name: values[name] for name in (*AMOUNTS, "number")}
        changed = {
            name: value
            for name, value in values.items()
            if (
                self.currency_id.compare_amounts(self[name], value)
                if name in AMOUNTS
                else self._fields[name].convert_to_write(self[name], self) != value
            )
        }
        if changed:
            self.write(changed)
        return "deadline" in changed

    @api.model
    def _begin(self, company, insurances, rows):
        """Make reports of debtors that fell behind; their debtors too, where they are missing."""
        partners = self.env["res.partner"].browse({row.partner_id for row in rows})
        debtors = self.env["dunning.debtor"].sudo()._ensure(company, partners)
        self.create(
            [
                {
                    "insurance_id": row.insurance_id,
                    "debtor_id": debtors[row.partner_id].id,
                    **self._values(insurances[row.insurance_id], row),
                }
                for row in rows
            ]
        )

    @api.model
    def _end(self, notices, day):
        """Nothing is to be reported any more; what nobody ever saw is not kept."""
        unseen = notices.filtered(lambda each: each.state == "due" and not each.asked_on)
        self.env["dunning.task"]._done(notices, "insurer")
        (notices - unseen).write({"state": "over", "over_on": day})
        unseen.unlink()
