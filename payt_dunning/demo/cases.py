"""Debtors whom reminders did not help: their cases, and the offices that may get them."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

from ..models.collection_dossier import Wanted
from ..rules.plan import plan
from ..rules.working_days import NO_DAYS
from ..tools import Heard
from . import at_office
from .owing import Owing
from .paper import invoice_pdf


class Case(NamedTuple):
    """A debtor with a case.

    :param amounts: of its invoices
    :param begun: days ago on which its formal notice left
    :param becomes: ``decide``: ready for a decision; ``refused``: handing over is kept back;
        ``handed_over``; ``paid_out``: the bailiff has paid a part of it out; ``running``
    """

    name: str
    email: str
    registry: str
    street: str
    zip: str
    city: str
    what: str
    amounts: tuple
    begun: int
    becomes: str = "decide"


CASES = (
    Case(
        "R. Blom", "r.blom", "", "Zwanenkade 14", "3311 ZZ", "Dordrecht", "Cv-ketel", (1240.0,), 31
    ),
    Case(
        "Kwast Timmerwerken B.V.",
        "administratie.kwast",
        "90000101",
        "Houtkade 9",
        "3081 ZZ",
        "Rotterdam",
        "Leidingwerk",
        (2150.0, 1030.0),
        31,
    ),
    Case(
        "Feestzaal De Kroon B.V.",
        "kantoor.dekroon",
        "90000102",
        "Stationsplein 2",
        "4811 ZZ",
        "Breda",
        "Luchtbehandeling",
        (26400.0, 880.0),
        31,
        "refused",
    ),
    Case(
        "Autobedrijf Vonk B.V.",
        "financien.vonk",
        "90000103",
        "Garageweg 31",
        "5051 ZZ",
        "Goirle",
        "Verwarming werkplaats",
        (4350.0,),
        48,
        "handed_over",
    ),
    Case(
        "Loodgietersbedrijf Zand B.V.",
        "boekhouding.zand",
        "90000104",
        "Ambachtsweg 18",
        "2964 ZZ",
        "Groot-Ammers",
        "Koperleiding en kranen",
        (1680.0, 940.0),
        75,
        "paid_out",
    ),
    Case(
        "T. Mulder", "t.mulder", "", "Beukenhof 5", "2802 ZZ", "Gouda", "Boiler", (385.0,), 23, ""
    ),
)
#: Name, e-mail, place and kind of an office; what it is asked for.
OFFICES = (
    ("Gerechtsdeurwaarderskantoor Maasstad", "intake.maasstad", "Rotterdam", "bailiff", "demand"),
    ("Havenlicht Advocaten", "incasso.havenlicht", "Rotterdam", "lawyer", "court_action"),
)
QUESTION = "Wij hebben nooit een opdrachtbevestiging gezien. Kunt u die sturen?"
#: The level before the formal notice, of both policies.
REMINDED = 3
#: Days between that and the notice.
BEFORE = timedelta(days=10)
#: A message leaves within so many days from when it is due: not on days off.
WAITS = 6


class DemoCases(Owing):
    """Cases on the track of the shipped policies, as its rules would have moved them."""

    def __init__(self, env, company):
        context = {
            **env.context,
            "allowed_company_ids": company.ids,
            "lang": company.partner_id.lang,
        }
        self.env = env(context=context)
        self.company = company.with_env(self.env)
        self.today = env["dunning.message"]._today(company)
        self.clerk = self.env["res.users"].search([("login", "=", "clerk")], limit=1)

    def load(self):
        offices = [self._office(*row) for row in OFFICES]
        for row in CASES:
            items = self._owing(row)
            case = self._track(items, self.today - timedelta(days=row.begun))
            getattr(self, f"_{row.becomes or 'running'}")(case, offices[0])

    def _office(self, name, email, city, kind, action):
        partner = self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{email}@example.nl",
                "phone": "+31 10 000 0077",
                "street": "Wijnhaven 100",
                "zip": "3011 ZZ",
                "city": city,
                "country_id": self.env.ref("base.nl").id,
                "lang": self.company.partner_id.lang,
            }
        )
        return self.env["collection.agent"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "kind": kind,
                "action": action,
                "client_number": "K-20417",
                "lang": self.company.partner_id.lang,
            }
        )

    # -- the debtor ----------------------------------------------------------------------------

    def _owing(self, row):
        """The items of a debtor; the second reminder left ten days before the notice."""
        partner = self._debtor(
            row.name,
            is_company=bool(row.registry),
            company_registry=row.registry,
            email=f"{row.email}@example.nl",
            lang=self.company.partner_id.lang,
            street=row.street,
            zip=row.zip,
            city=row.city,
            tz="Europe/Amsterdam",
            user_id=self.clerk.id,
        )
        due = self.today - timedelta(days=row.begun + 24)
        moves = self._invoiced(partner, due, row.what, row.amounts)
        for move in moves:
            self._keep_pdf(move)
        items = self._items(moves)
        policy = self.env.ref(f"payt_dunning.policy_{'business' if row.registry else 'consumer'}")
        items.write(
            {
                "reached": REMINDED,
                "reached_on": self.today - timedelta(days=row.begun) - BEFORE,
                "revision_id": policy.revision_id.id,
            }
        )
        items.debtor_id.write(
            {
                "address_checked_on": self.today - timedelta(days=row.begun),
                "insolvency_checked_on": self.today - timedelta(days=1),
            }
        )
        return items

    def _keep_pdf(self, move):
        """The invoice as it was sent."""
        return self.env["ir.attachment"].create(
            {
                "name": f"{move.name.replace('/', '-')}.pdf",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
                "raw": invoice_pdf(move),
                "mimetype": "application/pdf",
            }
        )

    # -- the track -----------------------------------------------------------------------------

    def _track(self, items, begun):
        """Let the formal notice leave, open the case, and let what is due until today leave."""
        notices = self._leave(items, begun)
        case = self.env["collection.case"]._open(
            items, "notice", begun_on=max(notices.mapped("sent_on"))
        )
        case.write({"opened_on": begun, "phase_on": begun})
        # The demands ask for the costs whose term is over by now.
        self.env["dunning.claims"]._claim_expired(self.company)
        day = begun + timedelta(days=1)
        while day < self.today:
            if notices := self._leave(items, day, waits=1):
                case.phase_on = max(notices.mapped("sent_on"))
            day += timedelta(days=1)
        return case

    def _leave(self, items, day, waits=WAITS):
        """Let what is due from a day on leave on the first day on which it may."""
        debtor = items.debtor_id
        for later in range(waits):
            then = day + timedelta(days=later)
            planned = [
                replace(each, approval=True)  # nothing is queued
                for each in plan(
                    self.env["dunning.facts"]._candidates(debtor, then, self._house(debtor, then)),
                    then,
                )
                if each.channel in ("email", "letter")
            ]
            if planned:
                return self._left(planned, then)
        return self.env["dunning.notice"]

    def _house(self, debtor, day):
        house = self.env["dunning.house"]._read(self.company, day, debtor)
        return replace(
            house,
            bank_until=None,
            require_sent=False,
            # Whatever days are off: the demo can be loaded on any day.
            calendar=replace(house.calendar, closed=NO_DAYS),
        )

    def _left(self, planned, day):
        Notice = self.env["dunning.notice"]
        notices, _problems = Notice._create_planned(self.env["dunning.run"], planned)
        moment = datetime.combine(day, time(9))
        for state in ("queued", "sending"):
            notices._update_state(state)
        notices._set_sent(day=day)
        for letter in notices.filtered(lambda notice: notice.channel == "letter"):
            self.env["dunning.delivery"]._note(letter, "posted", moment=moment)
        notices.write({"logged": True, "sent_at": moment})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_notice SET create_date = %s WHERE id = ANY(%s)", [moment, notices.ids]
        )
        self.env.invalidate_all()
        return notices

    # -- what becomes of it --------------------------------------------------------------------

    def _running(self, case, office):
        """It goes on by itself."""

    def _decide(self, case, office):
        """The run of today finds that somebody must decide."""

    def _refused(self, case, office):
        """Handing over is kept back: a file is gone, a message waits, and the sum needs a lawyer."""
        items = case.item_ids.sorted("amount_open")
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", items[0].move_id.id),
                ("res_field", "=", "invoice_pdf_report_file"),
            ]
        ).unlink()
        heard = Heard(debtor_id=case.debtor_id.id, item_ids=tuple(items[-1:].ids))
        items[-1].move_id.with_context(dunning_heard=heard).message_post(
            body=QUESTION,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=case.debtor_id.partner_id.id,
        )

    def _handed_over(
        self, case, office, reference="26-004512", what="Verwarming van de werkplaats", ago=0
    ):
        """A bailiff has it, and said so."""
        wanted = Wanted(
            agent_id=office,
            action=office.action,
            day=self.today - timedelta(days=ago),
            ground=f"{what}, geleverd en opgeleverd volgens opdracht.",
            no_defence=True,
        )
        handovers = self.env["collection.handover"].with_user(self.clerk or self.env.user)
        handover = handovers._hand_over(case, wanted)
        handover.action_accepted(reference)
        return handover

    def _paid_out(self, case, office):
        """A bailiff has it, collected a part of it and paid that out: its bank line is there."""
        at_office.settings(self.company)
        office.fee_percent = 15
        handover = self._handed_over(case, office, "26-003871", "Koperleiding en kranen", ago=30)
        at_office.pay_out(handover.sudo(), self.company, self.today)
