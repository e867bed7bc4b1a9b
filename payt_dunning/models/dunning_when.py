from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.public_holidays import public_holidays
from ..rules.windows import OUTER_HOURS, SUNDAY, Hours, channel_window
from ..rules.working_days import Calendar
from ..rules.zones import debtor_zone

#: Scheduled actions are woken at whole five minutes at the most: each moment would be a row.
WAKE_EVERY = timedelta(minutes=5)

#: Over so much of the hours messages are spread: what is tried again has some left.
SPREAD = 0.9


class Place(NamedTuple):
    """Where a debtor is: decides when it may be disturbed.

    :param zone: name of its time zone
    :param country: code; empty: unknown
    :param part: of the country, the second part of its ISO 3166-2 code
    """

    zone: str
    country: str
    part: str


class DunningWhen(models.AbstractModel):
    """When messages may leave: hours of the channel where the debtor is, days, holidays."""

    _name = "dunning.when"
    _description = "Moments at Which Messages May Leave"

    @api.model
    def _places(self, debtor_ids):
        """Where debtors are: ``{debtor id: Place}``, read in one statement."""
        rows = self.env.execute_query(
            SQL(
                """SELECT debtor.id, partner.tz, country.code, state.code, owner.tz, home.code
                     FROM dunning_debtor debtor
                     JOIN res_partner partner ON partner.id = debtor.partner_id
                     JOIN res_company company ON company.id = debtor.company_id
                     JOIN res_partner owner ON owner.id = company.partner_id
                LEFT JOIN res_country home ON home.id = owner.country_id
                LEFT JOIN res_country country ON country.id = partner.country_id
                LEFT JOIN res_country_state state ON state.id = partner.state_id
                    WHERE debtor.id = ANY(%s)""",
                list(debtor_ids),
            )
        )
        return {
            debtor_id: Place(debtor_zone(own, country, ours, home).name, country or "", part or "")
            for debtor_id, own, country, part, ours, home in rows
        }

    @api.model
    def _closed(self, company, country="", part="", year=None):
        """Days on which nothing leaves to somebody in a country: ``frozenset`` of dates.

        Public holidays there and where the company is, and the company's own closures. A company
        that sends on every day means every day.

        :param year: around which; this one when left out
        """
        if company.sudo().dunning_send_days == "all":
            return frozenset()
        return self._holidays(company, country, part, year)

    @api.model
    def _holidays(self, company, country="", part="", year=None):
        """The same, whatever the company sends on: days on which people don't work."""
        settings = company.sudo()
        year = year or self.env["dunning.message"]._today(company).year
        years = range(year - 1, year + 3)
        own = public_holidays(settings.country_id.code, years, settings.state_id.code)
        there = public_holidays(country, years, part) if country else own
        return own.dates | there.dates | frozenset(self._closures(company, years))

    @api.model
    def _closures(self, company, years):
        return self.env["dunning.closure"]._days(company, years)

    @api.model
    def _calendar(self, company, place, known):
        """The days on which messages may leave to somebody, as the rules know them.

        :param place: :class:`Place`; ``None`` for the company's own
        :param known: filled in as needed, by company and country
        """
        key = (company.id, *(place[1:] if place else ("", "")))
        if key not in known:
            days = company.sudo()._dunning_days()
            closed = self._closed(company, *key[1:])
            known[key] = Calendar(days.friendly, days.formal, closed)
        return known[key]

    @api.model
    def _is_rest(self, channel, place, day):
        """Whether a channel that disturbs people keeps still on a day, whatever a company sets."""
        if channel not in OUTER_HOURS:
            return False
        holidays = public_holidays(place.country, (day.year,), place.part)
        return day.weekday() == SUNDAY or day in holidays.dates

    @api.model
    def _moments(self, notices, moment, known=None):
        """The first moment (UTC), not before ``moment``, at which each message may leave.

        Reminders: within the hours of their channel. On which days they leave is decided about
        anew when they do, for they are made for a day. What nobody waits for of a conversation:
        on working days too. An answer: at once.

        :param known: windows and calendars, filled in as needed
        :return: ``{notice id: datetime}``
        """
        known = {} if known is None else known
        places = self._places(notices.debtor_id.ids)
        found = {}
        for notice in notices:
            if notice.kind == "talk" and not notice.in_hours:
                found[notice.id] = moment
                continue
            place = places[notice.debtor_id.id]
            key = (notice.company_id.id, notice.channel, place, notice.kind)
            if key not in known:
                known[key] = self._window(
                    notice.company_id, notice.channel, place, notice.kind == "talk", known
                )
            first = known[key].first_moment(moment)
            if notice.kind == "reminder" and notice.company_id.sudo().dunning_spread:
                first = max(first, self._spread(known[key], notice, first))
            found[notice.id] = first
        return found

    @api.model
    def _spread(self, window, notice, first):
        """Where in the hours of its day a message has its place: one of the debtor's own.

        The same whenever it is asked for, so that a message that is looked at again keeps it.
        """
        local = first.replace(tzinfo=ZoneInfo("UTC")).astimezone(window.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        begins = midnight.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        return window.spread(begins, f"{notice.debtor_id.id}:{notice.as_of}", share=SPREAD)

    @api.model
    def _window(self, company, channel, place, days_too, known):
        """The window of a channel for somebody.

        :param days_too: not on days on which nothing leaves either
        """
        settings, zone = company.sudo(), ZoneInfo(place.zone)
        hours = settings._dunning_hours_of(channel)
        if not days_too:
            return channel_window(channel, zone, hours, rest=False)
        calendar = self._calendar(company, place, known)
        return channel_window(
            channel, zone, hours, calendar.formal, closures=calendar.closed, rest=False
        )

    @api.model
    def _wake_at(self, moments):
        """Moments at which to wake a scheduled action for messages that leave then."""
        epoch = datetime(1970, 1, 1)
        return {epoch - ((epoch - moment) // WAKE_EVERY) * WAKE_EVERY for moment in moments}


class ResCompany(models.Model):
    """Companies have hours for each channel, and days without messages."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_text_from = fields.Float(
        "Text Messages From", default=10.0, help="Where the debtor is. Never before 8."
    )
    dunning_text_until = fields.Float(
        "Text Messages Until", default=19.0, help="Where the debtor is. Never after 20."
    )
    dunning_call_from = fields.Float(
        "Calls From", default=9.0, help="Where the debtor is. Never before 7."
    )
    dunning_call_until = fields.Float(
        "Calls Until", default=18.0, help="Where the debtor is. Never after 20."
    )
    dunning_spread = fields.Boolean(
        "Spread Over the Hours",
        help="Reminders leave one after the other over the hours for messages, not all when they "
        "begin: answers and calls come in over the day.",
    )
    dunning_day_cap = fields.Integer(
        "Reminders a Day at Most",
        help="What is more waits for the next day, the oldest claims and formal messages first. "
        "0: no limit.",
    )

    _dunning_text_hours = models.Constraint(
        "CHECK(dunning_text_from >= 8 AND dunning_text_until <= 20"
        " AND dunning_text_from < dunning_text_until)",
        "The hours for text messages must lie between 8 and 20, the first before the last.",
    )
    _dunning_call_hours = models.Constraint(
        "CHECK(dunning_call_from >= 7 AND dunning_call_until <= 20"
        " AND dunning_call_from < dunning_call_until)",
        "The hours for calls must lie between 7 and 20, the first before the last.",
    )
    _dunning_cap = models.Constraint(
        "CHECK(dunning_day_cap >= 0)", "The number of reminders a day can't be negative."
    )

    def _dunning_hours_of(self, channel):
        """The hours of a channel, as the rules know them."""
        self.ensure_one()
        first, last = {
            "sms": ("dunning_text_from", "dunning_text_until"),
            "whatsapp": ("dunning_text_from", "dunning_text_until"),
            "call": ("dunning_call_from", "dunning_call_until"),
        }.get(channel, ("dunning_hour_from", "dunning_hour_until"))
        return Hours(round(self[first] * 60), round(self[last] * 60))

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["dunning.closure"].sudo()._add_usual(companies)
        return companies
