"""Messages by other ways than mail: a pile of letters, and a debtor who was hard to reach."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

from ..rules.plan import plan
from ..rules.working_days import Calendar
from .owing import Owing


class Case(NamedTuple):
    """A debtor without e-mail who owes one invoice since some days."""

    name: str
    street: str
    zip: str
    city: str
    amount: float
    what: str
    late: int = 6


#: They get their first reminder on paper.
BY_LETTER = (
    Case("Mevr. J. Terpstra-Hoekstra", "Kerkstraat 12", "8911 ZZ", "Leeuwarden", 86.5, "Kraan"),
    Case("Dhr. P. van den Heuvel", "Molenweg 3", "5611 ZZ", "Eindhoven", 132.0, "Ontstoppen"),
    Case("Fam. Benali", "Sluisplein 41", "3511 ZZ", "Utrecht", 59.95, "Onderhoud geiser"),
)
#: Each way failed but the last.
HARD_TO_REACH = Case(
    "R. Wiersma", "Havenkade 88", "9711 ZZ", "Groningen", 415.0, "Vernieuwen badkamer", 24
)
#: Nobody has this number: subscriber numbers don't begin with 0.
PHONE = "+31 6 00 00 01 23"


class DemoChannels(Owing):
    """What happened by other channels in the weeks before the demo is loaded."""

    def __init__(self, env, company):
        self.env = env(context={**env.context, "allowed_company_ids": company.ids})
        self.company = company.with_env(self.env)
        self.today = env["dunning.message"]._today(company)

    def load(self):
        letters = self.env["dunning.channel"].search([("code", "=", "letter")])
        self.company.dunning_channel_ids = letters
        for case in BY_LETTER:
            self._owing(case)
        self._tried_everything(self._owing(HARD_TO_REACH, email="r.wiersma@example.nl"))

    def _owing(self, case, **values):
        """The item of a consumer who owes one invoice."""
        partner = self._debtor(
            case.name,
            street=case.street,
            zip=case.zip,
            city=case.city,
            tz="Europe/Amsterdam",
            **values,
        )
        due = self.today - timedelta(days=case.late)
        return self._items(self._invoiced(partner, due, case.what, [case.amount]))

    def _tried_everything(self, item):
        """A mail that bounced, a text message that was delivered, a letter that came back."""
        mail = self._left(item, "email", "r.wiersma@example.nl", 18)
        mail._set_returned("550 5.1.1 r.wiersma@example.nl: no such user")
        text = self._left(item, "sms", PHONE.replace(" ", ""), 16)
        text._take_delivered(moment=self._at(16))
        partner = item.partner_id
        address = self.env["dunning.letter"]._addresses(partner.ids)[partner.id]
        letter = self._left(item, "letter", address, 9)
        self.env["dunning.delivery"]._note(letter, "posted", moment=self._at(9))
        letter._set_returned("Vertrokken, geen nieuw adres bekend")
        item.partner_id.write({"email": False, "phone": PHONE})
        self._date_back({mail: 18, text: 16, letter: 9})

    def _left(self, item, channel, recipient, days_ago):
        """A message of the next level that left by a channel some days ago."""
        day = self.today - timedelta(days=days_ago)
        house = self.env["dunning.house"]._read(self.company, day, item.debtor_id)
        house = replace(house, bank_until=None, require_sent=False, calendar=Calendar())
        (candidate,) = self.env["dunning.facts"]._candidates(item.debtor_id, day, house)
        partner = item.partner_id.id
        candidate = replace(candidate, recipients=((channel, "accounts", recipient, partner),))
        rung = candidate.decision.rung
        decision = replace(candidate.decision, action="send", code="due", channels=(channel,))
        rung = replace(rung, channels=(channel,), recipient="accounts")
        (planned,) = plan([replace(candidate, decision=replace(decision, rung=rung))], day)
        notice, _problems = self.env["dunning.notice"]._create_planned(
            self.env["dunning.run"], [replace(planned, approval=True)]
        )
        for state in ("queued", "sending"):
            notice._update_state(state)
        notice._set_sent(day=day)
        notice.write({"logged": True, "sent_at": self._at(days_ago)})
        return notice

    def _date_back(self, notices):
        """Let messages have been made and have come back when they did: days ago, by message."""
        self.env.flush_all()
        for notice, days_ago in notices.items():
            self.env.cr.execute(
                """UPDATE dunning_notice SET create_date = %s, write_date = %s WHERE id = %s""",
                [self._at(days_ago), self._at(days_ago - 2), notice.id],
            )
        self.env.invalidate_all()

    def _at(self, days_ago):
        """Ten in the morning, some days ago."""
        return datetime.combine(self.today - timedelta(days=days_ago), time(9))
