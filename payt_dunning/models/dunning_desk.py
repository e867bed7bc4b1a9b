"""What whoever hands over messages works with: messages made ready, and what is known about them."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo


@dataclass(slots=True)
class Parcel:
    """A mail with its notice, made ready to be handed over; outlives commits.

    :param is_copy: of a message that has left before
    :param is_talk: part of a conversation: the rules do not decide about it
    :param message: the :class:`email.message.EmailMessage`; ``None`` when it can't be made
    :param context: for the mail server's methods
    :param problem: the error that kept it from being made
    """

    mail_id: int
    notice_id: int
    run_id: int
    company_id: int
    as_of: date
    phase: str
    channel: str
    fingerprint: str
    is_copy: bool = False
    is_talk: bool = False
    message: object = None
    context: dict = field(default_factory=dict)
    problem: Exception | None = None

    @classmethod
    def of(cls, notice, mail_id=0):
        """The parcel of a notice.

        :param mail_id: of the mail that carries it; 0 where none does
        """
        return cls(
            mail_id=mail_id,
            notice_id=notice.id,
            run_id=notice.run_id.id,
            company_id=notice.company_id.id,
            as_of=notice.as_of,
            phase=notice.phase,
            channel=notice.channel,
            fingerprint=notice.fingerprint,
            is_copy=bool(notice.retry_of_id),
            is_talk=notice.kind == "talk",
        )


@dataclass(frozen=True, slots=True)
class Office:
    """A company as the hand-over needs it.

    :param zone: its time zone
    :param uuid: of the database in which it may be live; empty when it may not be
    :param wants_reports: mail servers are asked to report what they delivered
    """

    name: str
    today: date
    zone: ZoneInfo
    uuid: str
    wants_reports: bool = False


class Desk:
    """What whoever hands over messages has at hand; renewed for every few messages.

    :ivar offices: :class:`Office` by company id
    :ivar houses: :class:`~.dunning_house.House` by company id and as-of date
    :ivar places: :class:`~.dunning_when.Place` by debtor id
    :ivar windows: what :meth:`~.dunning_when.DunningWhen._moments` knows
    """

    def __init__(self):
        self.offices, self.houses, self.places, self.windows = {}, {}, {}, {}

    def renew(self, notices):
        """Read again what these notices need; receipts are kept while none changed."""
        env = notices.env
        self.places.update(env["dunning.when"]._places(notices.debtor_id.ids))
        for company in notices.company_id:
            others = company._dunning_other_follow_up()
            self.offices[company.id] = Office(
                name=company.name,
                today=env["dunning.message"]._today(company),
                zone=ZoneInfo(company.partner_id.tz or "UTC"),
                uuid="" if others else company._dunning_database_uuid(),
                wants_reports=company.sudo().dunning_delivery_reports,
            )
        for company, of_company in notices.grouped("company_id").items():
            for day in set(of_company.mapped("as_of")):
                key = (company.id, day)
                house = env["dunning.house"]._read(company, day, known=self.houses.get(key))
                people = env["dunning.debtor"]._people(of_company.debtor_id.ids, house)
                env["dunning.house"]._policies(house, people)  # for all of them at once
                self.houses[key] = house
