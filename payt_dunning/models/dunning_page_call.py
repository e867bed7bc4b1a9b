from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_time

from ..rules.windows import Hours, NeverOpen

UTC = ZoneInfo("UTC")
#: Parts of a day on which somebody may want to be called, in minutes of the local day.
PARTS = {
    "morning": Hours(0, 12 * 60),
    "afternoon": Hours(12 * 60, 17 * 60),
    "evening": Hours(17 * 60, 24 * 60),
}
WISHES = ("soon", *PARTS)
#: Somebody must read it first: a part of a day that ends sooner is the next day's.
LEAD = timedelta(minutes=30)
#: A debtor asks so often in a day at the most.
A_DAY = 3


class DunningQuestion(models.Model):
    """What a debtor asks for may be to be called: at which number, not before when."""

    _inherit = "dunning.question"  # pylint: disable=consider-merging-classes-inherited

    call_number = fields.Char("Call This Number", readonly=True)
    call_from = fields.Datetime(
        "Call Not Before",
        readonly=True,
        help="The first moment of the hours for calls, where the debtor is, that fits its wish.",
    )
    call_task_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _with_number = models.Index("(answered_on) WHERE call_number IS NOT NULL")

    def _call_back(self, number, call_from, when):
        """The debtor wants to be called: a task for who handles it, at the day that fits.

        :param number: international
        :param call_from: UTC
        :param when: its wish in words, of which reader whatever
        """
        self.ensure_one()
        company = self.company_id
        person = self.env["dunning.task"]._person(self.debtor_id.handler_id, company)
        env = self.with_context(lang=person.lang or self.env.lang).env
        zone = self.env["dunning.when"]._places(self.debtor_id.ids)[self.debtor_id.id].zone
        task = self.debtor_id.sudo().with_context(mail_activity_quick_update=True)
        self.write(
            {
                "call_number": number,
                "call_from": call_from,
                "call_task_id": task.activity_schedule(
                    "mail.mail_activity_data_call",
                    date_deadline=call_from.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date(),
                    # Not the number: that is deleted, and a done task stays in the chatter.
                    summary=env._("Call, as was asked: %s", when),
                    note=env._("The number is in the dialog of the call."),
                    user_id=person.id,
                ).id,
            }
        )

    @api.model
    def _called(self, debtors):
        """Somebody spoke to these debtors: what they asked to be called about is answered."""
        waiting = self.sudo().search(
            [
                ("debtor_id", "in", debtors.ids),
                ("state", "=", "open"),
                ("call_number", "!=", False),
            ]
        )
        waiting._close("answered", self.env.user)

    def _close(self, state, user, message=None):
        """The task to call goes with what it was for."""
        result = super()._close(state, user, message)
        self.call_task_id.sudo().filtered("active").unlink()
        return result


class DunningPageDialogue(models.AbstractModel):
    """A debtor asks on its page to be called: the one way in which a visit leads to a call."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self, door, piles, day, visitor):
        typed = (visitor.get("typed") or {}).get("call")
        return {
            **super()._sections(door, piles, day, visitor),
            "call": {
                "known": [(key, self._masked(number)) for key, number in self._numbers(door)],
                "wishes": self._wishes(self._windows(door)),
                "asked": self._asked_to_call(door),
            },
            "call_typed": typed or {},
        }

    @api.model
    def _numbers(self, door):
        """The numbers that we know of who reads the page and of the debtor: ``[(key, number)]``."""
        people = door.notice.partner_id | door.debtor.partner_id
        ours = people.filtered(lambda each: each.commercial_partner_id == door.debtor.partner_id)
        found = {person.phone: str(person.id) for person in ours.sudo() if person.phone}
        return [(key, number) for number, key in found.items()]

    @api.model
    def _masked(self, number):
        """A number as whoever owns it recognises it: ``••• 67``."""
        return f"••• {''.join(filter(str.isdigit, number))[-2:]}"

    @api.model
    def _windows(self, door):
        """The hours for calls where the debtor is, for each wish of which any are left."""
        when, now = self.env["dunning.when"], fields.Datetime.now()
        place, found = when._places(door.debtor.ids)[door.debtor.id], {}
        for wish in WISHES:
            try:
                window = found.get("soon") or when._window(door.company, "call", place, True, {})
                if wish in PARTS:
                    window = replace(window, hours=window.hours.cut(PARTS[wish]))
                window.first_moment(now)
            except NeverOpen:
                continue
            found[wish] = window
        return found

    @api.model
    def _wishes(self, windows):
        """When one may want to be called: ``[(wish, words)]``, within the hours for calls."""
        names = {
            "soon": self.env._("As soon as you can"),
            "morning": self.env._("In the morning"),
            "afternoon": self.env._("In the afternoon"),
            "evening": self.env._("In the evening"),
        }
        return [
            (wish, names[wish] if wish == "soon" else f"{names[wish]} ({_clock(window.hours)})")
            for wish, window in windows.items()
        ]

    @api.model
    def _waiting_call(self, door):
        """What this debtor asked to be called about, and waits for."""
        return (
            self.env["dunning.question"]
            .sudo()
            .search(
                [
                    ("debtor_id", "=", door.debtor.id),
                    ("state", "=", "open"),
                    ("call_number", "!=", False),
                ],
                limit=1,
            )
        )

    @api.model
    def _asked_to_call(self, door):
        """What the page says of a call that was asked for; nothing of who asked or the number."""
        waiting = self._waiting_call(door)
        if not waiting:
            return ""
        return self.env._("You asked us to call you. We call %s.", self._when(door, waiting))

    @api.model
    def _when(self, door, question):
        """From when on we call, in the reader's words."""
        place = self.env["dunning.when"]._places(door.debtor.ids)[door.debtor.id]
        moment = question.call_from.replace(tzinfo=UTC)
        local = moment.astimezone(ZoneInfo(place.zone))
        return self.env._(
            "on %(day)s, from %(time)s on",
            day=self.env["dunning.page"]._date(local.date()),
            time=format_time(self.env, local.time(), time_format="short"),
        )

    @api.model
    def _call_me(self, door, items, typed, author):
        """Take what a debtor asks for who wants to be called.

        :param typed: ``known`` (key of a number that we know), ``phone`` (another one), ``when``
        :return: the message in the thread
        :raises UserError: says what is missing, or that it was asked too often
        """
        debtor = door.debtor
        if self._waiting_call(door):
            raise UserError(
                self.env._("You asked us to call you before. We will: you need not ask again.")
            )
        self._check_calls(debtor)
        number = self._number(door, typed)
        wish = typed.get("when") or "soon"
        windows = self._windows(door)
        if wish not in windows:
            raise UserError(self.env._("Choose when we may call you."))
        words = dict(self._wishes(windows))[wish]
        message = self._say(
            door,
            items,
            self.env._(
                "Please call me. Number: %(number)s. When: %(when)s.",
                number=self._masked(number),
                when=words,
            ),
            author=author,
        )
        question = (
            self.env["dunning.question"].sudo().search([("last_message_id", "=", message.id)])
        )
        soonest = fields.Datetime.now() + (LEAD if wish in PARTS else timedelta())
        question._call_back(number, windows[wish].first_moment(soonest), words)
        return message

    @api.model
    def _check_calls(self, debtor):
        """Refuse to be asked for calls too often.

        :raises UserError: when there were too many today
        """
        yesterday = fields.Datetime.now() - timedelta(days=1)
        recent = (
            self.env["dunning.question"]
            .sudo()
            .search_count(
                [
                    ("debtor_id", "=", debtor.id),
                    ("call_number", "!=", False),
                    ("asked_on", ">", yesterday),
                ]
            )
        )
        if recent >= A_DAY:
            raise UserError(
                self.env._("You asked us to call several times today. Please call us yourself.")
            )

    @api.model
    def _number(self, door, typed):
        """The number to call.

        :raises UserError: when there is none that can be called
        """
        text = (typed.get("phone") or "").strip()
        text = text or dict(self._numbers(door)).get(typed.get("known"), "")
        if not text:
            raise UserError(self.env._("Type the number at which we can call you."))
        return self.env["dunning.contact.change"]._check(door.debtor, "phone", text)

    @api.model
    def _told(self, what, door):
        if what != "call":
            return super()._told(what, door)
        waiting = self._waiting_call(door)
        if not waiting:
            return self.env._("Thank you, we have your message.")
        return self.env._("Thank you. We call you %s.", self._when(door, waiting))


def _clock(hours):
    return " – ".join(f"{minute // 60}:{minute % 60:02d}" for minute in (hours.opens, hours.closes))
