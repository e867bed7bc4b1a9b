from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import split_every

from ..rules.decide import decide
from ..rules.work import lacks_number
from ..rules.working_days import add_working_days
from .dunning_call_outcomes import OUTCOMES

#: So often a debtor is called in vain before that is what came of it.
ATTEMPTS = 3
#: Outcomes after which the debtor is tried again on the next working day.
IN_VAIN = ("not_reached", "wrong_person")
#: Reasons for which nobody is to be called, or decided about, any more.
OVER = (
    *("paid", "not_posted", "no_followup", "core_blocked", "intercompany", "employee", "hold"),
    *("ambiguous", "match_credit", "we_owe", "money_under_way", "receipt", "direct_debit"),
    *("no_ladder", "no_number", "no_address"),
)
#: Debtors looked at together.
BATCH = 500


class DunningNotice(models.Model):
    """Work for our people that stands for a level: calls to make, decisions to take.

    It waits in the outbox, and has left when it is done: its level is reached then.
    """

    _inherit = ["dunning.notice", "dunning.handled"]  # pylint: disable=consider-merging-classes-inherited
    _name = "dunning.notice"

    handler_id = fields.Many2one(related="debtor_id.handler_id", string="Handler")
    call_on = fields.Date(readonly=True, help="Not before this day.")
    attempts = fields.Integer("Tried", readonly=True, help="Calls that reached nobody.")
    contact = fields.Selection(OUTCOMES, "What Came of It", readonly=True)
    story = fields.Html("The Story So Far", compute="_compute_story", sanitize=False)
    hours = fields.Char("When to Call", compute="_compute_hours")
    days_late = fields.Integer(compute="_compute_days_late")

    _to_do = models.Index("(company_id, channel, call_on) WHERE state = 'queued'")

    def _compute_story(self):
        stories = self.env["dunning.story"]._stories(self.debtor_id)
        for notice in self:
            notice.story = stories.get(notice.debtor_id.id, "")

    @api.depends("channel")
    def _compute_hours(self):
        stories = self.env["dunning.story"]
        words = {company: stories._hours(company) for company in self.company_id}
        for notice in self:
            notice.hours = notice.channel == "call" and words[notice.company_id]

    @api.depends("line_ids.date_due")
    def _compute_days_late(self):
        for notice in self:
            days = notice.line_ids.filtered("position").mapped("date_due")
            today = self.env["dunning.message"]._today(notice.company_id)
            notice.days_late = max((today - min(days)).days, 0) if days else 0

    # -- asking for it -------------------------------------------------------------------------

    def _ask_to_work(self, kind):
        """Let work wait for a person: a task for each debtor, with the story so far."""
        for company, own in self.grouped("company_id").items():
            own.write({"call_on": self.env["dunning.message"]._today(company)})
        words = {
            "call": lambda env: env._("Call the debtor"),
            "list": lambda env: env._("Decide how to go on"),
        }
        tasks = self.env["dunning.task"].sudo()._ask(self.debtor_id, kind, words[kind])
        for person, own in tasks.grouped("user_id").items():
            env = self.with_context(lang=person.lang or self.env.lang).env
            debtors = env["dunning.debtor"].sudo().browse(own.mapped("res_id"))
            # A task that is done stays in the chatter: notes, which are emptied, are not in it.
            stories = env["dunning.story"].sudo()._stories(debtors, notes=False)
            for task in own:
                task.note = stories.get(task.res_id)

    # -- doing it ------------------------------------------------------------------------------

    def _waiting_work(self, *channels):
        """The work of some kinds among these that still waits, writable."""
        return self.sudo().filtered(
            lambda notice: notice.channel in channels and notice.state == "queued"
        )

    def _called(self, outcome, why):
        """What a call came to, for the calls among these that wait.

        A wrong number is not used again; whom nobody reached is called again on the next working
        day, up to :data:`ATTEMPTS` times; anything else has done what the level is for.
        """
        calls = self._waiting_work("call")
        if outcome == "wrong_number":
            calls._set_address_failed(why)
            calls.debtor_id._decide_now()
            return
        for call in calls:
            tried = call.attempts + (outcome in IN_VAIN)
            if outcome in IN_VAIN and tried < ATTEMPTS:
                call.write({"attempts": tried, "call_on": call._next_working_day()})
            else:
                call.attempts = tried
                call._work_done(outcome)
        calls.debtor_id._decide_now()

    def _next_working_day(self):
        """The next day on which people work and are called."""
        today = self.env["dunning.message"]._today(self.company_id)
        return add_working_days(today, 1, self.env["dunning.when"]._closed(self.company_id))

    def _work_done(self, contact=None):
        """It is done: its level is reached. Nothing is shown to the debtor by itself."""
        for notice in self:
            notice._update_state("sending", contact=contact, logged=True)
            notice._set_sent(day=self.env["dunning.message"]._today(notice.company_id))

    def action_log_call(self):
        """Open the dialog in which the call is logged."""
        self.check_access("read")
        self._check_collector()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning.action_dunning_call_debtors"
        )
        debtors = self.debtor_id
        context = {"active_model": debtors._name, "active_ids": debtors.ids}
        return {**action, "context": {**context, "active_id": debtors[:1].id}}

    def _check_collector(self):
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors take care of calls and work lists."))

    # -- when it is no longer wanted -----------------------------------------------------------

    def _drop_work(self, company):
        """Drop work that the rules no longer ask for: paid, held, or gone further meanwhile.

        Another day of the week, or a message that has left just before, is no reason.
        """
        if not self:
            return
        day = self.env["dunning.message"]._today(company)
        house = self.env["dunning.house"]._read(company, day)
        for debtor_ids in split_every(BATCH, self.debtor_id.ids, list):
            debtors = self.env["dunning.debtor"].browse(debtor_ids)
            candidates = self.env["dunning.facts"]._candidates(debtors, house.day, house)
            known = {candidate.facts.item_id: candidate for candidate in candidates}
            for notice in self.filtered(lambda each, own=debtors: each.debtor_id in own):
                notice._drop_what_is_over(known, house)

    def _drop_what_is_over(self, known, house):
        """Take rows out that are no longer wanted; without any the work is dropped.

        :param known: candidates by item id
        """
        rows = self.line_ids.filtered("position")
        over = rows.filtered(lambda row: not self._is_wanted(row, known.get(row.item_id.id), house))
        if over == rows:
            self._drop(self.env._("What is owed changed while it waited for a person."))
        elif over:
            over.write({"position": 0, "live": False})

    def _is_wanted(self, row, candidate, house):
        """Whether the rules would still ask for this work, had it not been asked for."""
        if candidate is None:
            return False
        facts = candidate.facts
        episode = row.item_id.episode
        if row.slot != f"{episode}:{row.position}":
            return False
        if facts.reached == row.position:
            return candidate.decision.code not in OVER and facts.claim(house.day) > 0
        ladder = self.env["dunning.house"]._known_ladder(house, candidate.revision_id)[1]
        decision = decide(replace(facts, in_flight=None), ladder, house.day, house.calendar)
        rung = decision.rung
        return decision.code not in OVER and bool(rung) and rung.position == row.position


class DunningTask(models.AbstractModel):
    """Tasks to call, to decide and to find a number last while the work waits."""

    _inherit = "dunning.task"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _about_debtors(self):
        return (*super()._about_debtors(), "call", "list")

    @api.model
    def _still_asked(self, kind, debtors):
        if kind == "number":
            return self._without_number(debtors)
        if kind not in ("call", "list"):
            return super()._still_asked(kind, debtors)
        found = (
            self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("debtor_id", "in", debtors.ids),
                    ("state", "=", "queued"),
                    ("channel", "=", kind),
                ]
            )
        )
        return found.debtor_id

    @api.model
    def _without_number(self, debtors):
        """Those of ``debtors`` with something open and no number to call."""
        found = debtors.browse()
        for company, own in debtors.filtered("open_count").grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            house = self.env["dunning.house"]._read(company, day, own)
            people = self.env["dunning.debtor"]._people(own.ids, house)
            found |= own.filtered(lambda each, of=people: "call" not in of[each.id].reachable)
        return found

    @api.model
    def _ask_for_numbers(self, candidates):
        """Ask for the numbers of debtors whom a call would reach beside the message."""
        lacking = {each.debtor_id for each in candidates if lacks_number(each.facts, each.decision)}
        self._ask(
            self.env["dunning.debtor"].browse(sorted(lacking)),
            "number",
            lambda env: env._("Find a telephone number"),
        )

    @api.model
    def _work_done(self, debtors, note):
        """What was on the work list is decided: its tasks are done."""
        waiting = self._still_asked("list", debtors)
        done = self._open(debtors - waiting, self._type("list"))
        done.action_feedback(feedback=note or False)

    @api.model
    def _calls_made(self, debtors):
        """Calls were logged: tasks whose calls are made are done, the others get their next day."""
        calls = self.env["dunning.notice"].sudo()
        waiting = calls.search(
            [("debtor_id", "in", debtors.ids), ("channel", "=", "call"), ("state", "=", "queued")]
        ).grouped("debtor_id")
        over = self.env["mail.activity"].sudo()
        for task in self._open(debtors, self._type("call")):
            own = waiting.get(debtors.sudo().browse(task.res_id))
            if own:
                day = min(own.mapped("call_on")) or task.date_deadline
                task.date_deadline = max(day, task.date_deadline)
            else:
                over += task
        over.action_feedback()
