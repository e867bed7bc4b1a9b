"""In which time zone a debtor lives.

One zone for each country: that of the capital or, where most people live elsewhere, theirs. The
names are those of the tz database, whose ``zone.tab`` says which country each belongs to.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

UTC = "UTC"
#: Cities by area and code of the country (ISO 3166, with XK and XI as Odoo has them). Nobody lives
#: in Antarctica, on Bouvet Island and on Heard Island.
_MAIN = {
    "Africa": (
        "AO:Luanda BF:Ouagadougou BI:Bujumbura BJ:Porto-Novo BW:Gaborone CD:Kinshasa "
        "CF:Bangui CG:Brazzaville CI:Abidjan CM:Douala DJ:Djibouti DZ:Algiers EG:Cairo "
        "EH:El_Aaiun ER:Asmara ET:Addis_Ababa GA:Libreville GH:Accra GM:Banjul GN:Conakry "
        "GQ:Malabo GW:Bissau KE:Nairobi LR:Monrovia LS:Maseru LY:Tripoli MA:Casablanca "
        "ML:Bamako MR:Nouakchott MW:Blantyre MZ:Maputo NA:Windhoek NE:Niamey NG:Lagos "
        "RW:Kigali SD:Khartoum SL:Freetown SN:Dakar SO:Mogadishu SS:Juba ST:Sao_Tome "
        "SZ:Mbabane TD:Ndjamena TG:Lome TN:Tunis TZ:Dar_es_Salaam UG:Kampala ZA:Johannesburg "
        "ZM:Lusaka ZW:Harare"
    ),
    "America": (
        "AG:Antigua AI:Anguilla AR:Argentina/Buenos_Aires AW:Aruba BB:Barbados "
        "BL:St_Barthelemy BO:La_Paz BQ:Kralendijk BR:Sao_Paulo BS:Nassau BZ:Belize CA:Toronto "
        "CL:Santiago CO:Bogota CR:Costa_Rica CU:Havana CW:Curacao DM:Dominica "
        "DO:Santo_Domingo EC:Guayaquil GD:Grenada GF:Cayenne GL:Nuuk GP:Guadeloupe "
        "GT:Guatemala GY:Guyana HN:Tegucigalpa HT:Port-au-Prince JM:Jamaica KN:St_Kitts "
        "KY:Cayman LC:St_Lucia MF:Marigot MQ:Martinique MS:Montserrat MX:Mexico_City "
        "NI:Managua PA:Panama PE:Lima PM:Miquelon PR:Puerto_Rico PY:Asuncion SR:Paramaribo "
        "SV:El_Salvador SX:Lower_Princes TC:Grand_Turk TT:Port_of_Spain US:New_York "
        "UY:Montevideo VC:St_Vincent VE:Caracas VG:Tortola VI:St_Thomas"
    ),
    "Arctic": ("SJ:Longyearbyen"),
    "Asia": (
        "AE:Dubai AF:Kabul AM:Yerevan AZ:Baku BD:Dhaka BH:Bahrain BN:Brunei BT:Thimphu "
        "CN:Shanghai CY:Nicosia GE:Tbilisi HK:Hong_Kong ID:Jakarta IL:Jerusalem IN:Kolkata "
        "IQ:Baghdad IR:Tehran JO:Amman JP:Tokyo KG:Bishkek KH:Phnom_Penh KP:Pyongyang "
        "KR:Seoul KW:Kuwait KZ:Almaty LA:Vientiane LB:Beirut LK:Colombo MM:Yangon "
        "MN:Ulaanbaatar MO:Macau MY:Kuala_Lumpur NP:Kathmandu OM:Muscat PH:Manila PK:Karachi "
        "PS:Gaza QA:Qatar SA:Riyadh SG:Singapore SY:Damascus TH:Bangkok TJ:Dushanbe TL:Dili "
        "TM:Ashgabat TW:Taipei UZ:Tashkent VN:Ho_Chi_Minh YE:Aden"
    ),
    "Atlantic": (
        "BM:Bermuda CV:Cape_Verde FK:Stanley FO:Faroe GS:South_Georgia IS:Reykjavik SH:St_Helena"
    ),
    "Australia": ("AU:Sydney"),
    "Europe": (
        "AD:Andorra AL:Tirane AT:Vienna AX:Mariehamn BA:Sarajevo BE:Brussels BG:Sofia "
        "BY:Minsk CH:Zurich CZ:Prague DE:Berlin DK:Copenhagen EE:Tallinn ES:Madrid "
        "FI:Helsinki FR:Paris GB:London GG:Guernsey GI:Gibraltar GR:Athens HR:Zagreb "
        "HU:Budapest IE:Dublin IM:Isle_of_Man IT:Rome JE:Jersey LI:Vaduz LT:Vilnius "
        "LU:Luxembourg LV:Riga MC:Monaco MD:Chisinau ME:Podgorica MK:Skopje MT:Malta "
        "NL:Amsterdam NO:Oslo PL:Warsaw PT:Lisbon RO:Bucharest RS:Belgrade RU:Moscow "
        "SE:Stockholm SI:Ljubljana SK:Bratislava SM:San_Marino TR:Istanbul UA:Kyiv VA:Vatican "
        "XI:London XK:Belgrade"
    ),
    "Indian": (
        "CC:Cocos CX:Christmas IO:Chagos KM:Comoro MG:Antananarivo MU:Mauritius MV:Maldives "
        "RE:Reunion SC:Mahe TF:Kerguelen YT:Mayotte"
    ),
    "Pacific": (
        "AS:Pago_Pago CK:Rarotonga FJ:Fiji FM:Pohnpei GU:Guam KI:Tarawa MH:Majuro MP:Saipan "
        "NC:Noumea NF:Norfolk NR:Nauru NU:Niue NZ:Auckland PF:Tahiti PG:Port_Moresby "
        "PN:Pitcairn PW:Palau SB:Guadalcanal TK:Fakaofo TO:Tongatapu TV:Funafuti UM:Midway "
        "VU:Efate WF:Wallis WS:Apia"
    ),
}
#: The zone of each country, by its code.
ZONES = {
    code: f"{area}/{city}"
    for area, countries in _MAIN.items()
    for code, city in (country.split(":") for country in countries.split())
}


class DebtorZone(NamedTuple):
    """A time zone, and why it is this one.

    ======= ==========================================================
    reason  meaning
    ======= ==========================================================
    own     the contact's own
    country the main one of the contact's country
    company the company's, as nothing better is known
    utc     nobody's: not even the company has one that can be used
    ======= ==========================================================
    """

    name: str
    reason: str

    @property
    def info(self) -> ZoneInfo:
        """The zone itself."""
        return ZoneInfo(self.name)


@lru_cache(maxsize=1024)
def is_zone(name: str | None) -> bool:
    """Whether there is a time zone of this name."""
    if not name:
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def zone_of_country(code: str | None) -> str | None:
    """The main time zone of a country; ``None`` for an unknown one."""
    return ZONES.get((code or "").upper())


def debtor_zone(
    own: str | None,
    country: str | None,
    company: str | None,
    company_country: str | None = None,
) -> DebtorZone:
    """The time zone of a debtor.

    Odoo gives new contacts the zone of the user who enters them. A zone of their own that is just
    the company's therefore says nothing about contacts in another country.

    :param own: the contact's zone
    :param country: code of the contact's country
    :param company: the company's zone
    :param company_country: code of the company's country
    """
    abroad = bool(country and company_country) and country.upper() != company_country.upper()
    main = zone_of_country(country)
    if is_zone(own) and not (abroad and own == company and is_zone(main)):
        return DebtorZone(own, "own")
    if is_zone(main):
        return DebtorZone(main, "country")
    return DebtorZone(company, "company") if is_zone(company) else DebtorZone(UTC, "utc")
