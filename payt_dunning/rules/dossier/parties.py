"""Who is who in a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .codes import ROLE
from .slots import DAY, FLAG, LINE, TEXT, attribute, content, element, elements, part, parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address.

    :param extra: care of, floor, district: what stands on a line of its own
    :param country: ISO 3166-1, two letters
    :param as_of: the day on which it was last confirmed
    """

    extra: str = element("Extra", LINE, "")
    street: str = element("Street", LINE)
    house_number: str = element("HouseNumber", LINE, "")
    postal_code: str = element("PostalCode", LINE, "")
    city: str = element("City", LINE)
    region: str = element("Region", LINE, "")
    country: str = element("Country")
    as_of: date | None = element("AsOf", DAY, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A registration number, never one that a state gave to a person (a Dutch BSN, say).

    :param scheme: ISO 6523: ``0106`` Dutch trade register, ``9944`` Dutch VAT number, ``0208``
        Belgian enterprise number …; ``local`` for a register without a code of its own
    :param value: the number
    """

    scheme: str = attribute("scheme")
    value: str = content()


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEntity:
    """A legal person, or the business of a natural one.

    :param registered_name: as the register has it, not a trade name
    :param legal_form: in the words of its country; empty where it is not known
    """

    registered_name: str = element("RegisteredName", LINE)
    trade_name: str = element("TradeName", LINE, "")
    legal_form: str = element("LegalForm", LINE, "")
    identifiers: tuple[Identifier, ...] = parts("Identifier", Identifier, order=("scheme", "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NaturalPerson:
    """A person.

    :param trading_as: the business of a sole trader or partner, who is liable as a person
    """

    initials: str = element("Initials", LINE, "")
    first_names: str = element("FirstNames", LINE, "")
    prefix: str = element("Prefix", LINE, "")
    family_name: str = element("FamilyName", LINE)
    birth_date: date | None = element("BirthDate", DAY, None)
    trading_as: LegalEntity | None = part("TradingAs", LegalEntity, None)

    @property
    def full_name(self) -> str:
        return " ".join(
            filter(None, (self.initials or self.first_names, self.prefix, self.family_name))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How somebody is reached.

    :param emails: up to three
    :param phones: up to three, as in ``+31380000000``
    """

    name: str = element("Name", LINE, "")
    emails: tuple[str, ...] = elements("Email")
    phones: tuple[str, ...] = elements("Phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Solvency:
    """What a public register says of a debtor: facts only, no score.

    :param source: which register, or who was asked
    :param as_of: the day on which somebody looked
    """

    source: str = attribute("source", LINE)
    as_of: date = attribute("asOf", DAY)
    text: str = content(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A creditor or debtor: exactly one of ``entity`` and ``person``.

    :param language: ISO 639-1, as in ``nl``
    """

    entity: LegalEntity | None = part("LegalEntity", LegalEntity, None)
    person: NaturalPerson | None = part("NaturalPerson", NaturalPerson, None)
    address: Address = part("Address", Address)
    postal_address: Address | None = part("PostalAddress", Address, None)
    contact: Contact | None = part("Contact", Contact, None)
    language: str = element("Language", default="")

    @property
    def name(self) -> str:
        """The name that a court reads."""
        return self.entity.registered_name if self.entity else self.person.full_name

    @property
    def business(self) -> LegalEntity | None:
        """The entity, or the business of the person."""
        return self.entity or self.person.trading_as

    def registration(self, *schemes: str) -> str:
        """The first number of the business in one of ``schemes``; empty without one."""
        if not self.business:
            return ""
        found = {each.scheme: each.value for each in reversed(self.business.identifiers)}
        return next((found[scheme] for scheme in schemes if scheme in found), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor(Party):
    """Whose claim it is.

    :param payout_iban: where remittances go, without spaces
    :param vat_deductible: it deducts VAT: costs are claimed without it
    """

    payout_iban: str = element("PayoutIban")
    vat_deductible: bool = element("VatDeductible", FLAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor(Party):
    """Who owes it.

    :param role: of ``codes.ROLE``
    :param number: of the debtor at the creditor
    :param consumer: did not act for a trade or profession
    :param known_iban: only where attachment or execution is asked for
    """

    role: str = attribute("role", default="principal")
    number: str = element("DebtorNumber")
    consumer: bool = element("Consumer", FLAG)
    known_iban: str = element("KnownIban", default="")
    solvency: tuple[Solvency, ...] = parts("Solvency", Solvency, order=("as_of", "source"))

    @property
    def rank(self) -> int:
        """The principal debtor comes first."""
        return ROLE.index(self.role)
