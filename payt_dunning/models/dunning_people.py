from collections import defaultdict
from types import MappingProxyType
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_way import Contact

#: Channels whose addresses are not among those that failed.
KNOWN = ("email", "list")


class PersonLaw(NamedTuple):
    """What decides about the law that applies to a debtor.

    :param contract: country whose law its contract chose; empty: none
    :param home: country where it lives; empty: unknown
    :param agreed: rate, percentage and least costs that were agreed, from a day on
    """

    confirmed: bool
    contract: str
    home: str
    clause: bool
    agreed: tuple


class Person(NamedTuple):
    """A debtor as the rules need it.

    :param partner_id: the commercial partner
    :param policy_id: its own policy, 0 for none
    :param represented: somebody else gets its messages
    :param employee: works for us
    :param recipients: ``(channel, role, address, contact id)``
    :param reachable: the channels among them
    :param lang: language to write in
    :param law: what decides about the law that applies
    :param langs: ``(contact id, language)`` of those who read another
    :param orders: the contacts with role ``order``, the first of them the usual one
    :param places: ``{(channel, contact id): address}`` of everybody who can be written to
    :param lane: see :data:`~.dunning_lane.LANES`; empty: the usual one
    """

    partner_id: int
    policy_id: int
    kind: str
    direct_debit: bool
    key_account: bool
    represented: bool
    employee: bool
    recipients: tuple
    reachable: frozenset
    lang: str
    law: PersonLaw | None = None
    langs: tuple = ()
    orders: tuple = ()
    places: dict = MappingProxyType({})
    lane: str = ""

    def with_order(self, contact_id):
        """The recipients of messages about an invoice of a contact, who may be the debtor itself.

        The contact is the person on the order, unless another has that role. Somebody who is
        represented has none.
        """
        if self.represented:
            return self.recipients
        wanted = [contact_id] if contact_id in self.orders else [*self.orders, contact_id]
        if wanted == [self.partner_id]:
            return self.recipients
        found = {}
        for contact in wanted:
            for (channel, whose), address in self.places.items():
                if whose == contact and contact != self.partner_id:
                    found.setdefault(channel, (channel, "order", address, contact))
        return (*self.recipients, *found.values())


class DebtorRow(NamedTuple):
    """A debtor with its partner, as they are stored.

    :param law: what :class:`PersonLaw` is made from
    """

    debtor_id: int
    partner_id: int
    policy_id: int | None
    kind: str
    direct_debit: bool
    key_account: bool
    failed_email: str | None
    email: str | None
    phone: str | None
    lang: str | None
    employee: bool
    name: str
    lane: str
    law: list


class DunningDebtor(models.Model):
    """Who debtors are and where they can be reached, read in bulk."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    failed_address_ids = fields.One2many(
        "dunning.failed.address", "debtor_id", "Numbers and Addresses That Failed", readonly=True
    )

    @api.model
    def _debtor_rows(self, debtor_ids):
        """What :meth:`_people` needs of debtors and their partners: list of :class:`DebtorRow`."""
        rows = self.env.execute_query(
            SQL(
                """SELECT debtor.id, debtor.partner_id, debtor.policy_id, debtor.kind,
                          coalesce(debtor.direct_debit, false),
                          coalesce(debtor.key_account, false), debtor.failed_email,
                          partner.email, partner.phone, partner.lang,
                          coalesce(partner.employee, false) OR EXISTS (
                              SELECT 1 FROM res_users
                               WHERE partner_id = partner.id AND active AND share IS NOT TRUE),
                          coalesce(partner.complete_name, ''), coalesce(debtor.lane, ''),
                          coalesce(debtor.kind_confirmed, false), coalesce(chosen.code, ''),
                          coalesce(home.code, ''), coalesce(debtor.costs_clause, false),
                          debtor.contract_rate, debtor.contract_cost_percent,
                          debtor.contract_cost_minimum, debtor.contract_since
                     FROM dunning_debtor debtor
                     JOIN res_partner partner ON partner.id = debtor.partner_id
                LEFT JOIN res_country chosen ON chosen.id = debtor.contract_country_id
                LEFT JOIN res_country home ON home.id = partner.country_id
                    WHERE debtor.id = ANY(%s)""",
                debtor_ids,
            )
        )
        return [DebtorRow(*row[:13], row[13:]) for row in rows]

    @api.model
    def _people(self, debtor_ids, house):
        """Who debtors are and whom to write to: ``{debtor id: Person}``.

        A representative (of somebody under administration) gets everything. Else accounts are
        the contacts with that role before invoice addresses before the debtor itself. An
        address that its server refused is passed over until it is corrected.

        :param house: of their company, see :class:`~.dunning_house.House`
        """
        return self._people_of(self._debtor_rows(debtor_ids), house)

    @api.model
    def _people_of(self, rows, house):
        """The same, of debtors that were read: list of :class:`DebtorRow`."""
        contacts = self._contacts(rows)
        reached = self._reached_at(rows, contacts, house)
        people, work = {}, self.env["dunning.channel"]._work()
        for row in rows:
            roles = contacts[row.partner_id]
            representatives = roles["representative"]
            # Whoever is under administration gets nothing beside.
            chosen = {
                "accounts": representatives or [*roles["accounts"], *roles[""], *roles["own"]],
                "management": representatives or roles["management"],
            }
            recipients, languages = [], []
            for code, addresses in reached.items():
                for role, candidates in self._whom(code, chosen, roles).items():
                    for each in candidates:
                        if address := addresses.get((row.debtor_id, each.contact_id)):
                            recipients.append((code, role, address, each.contact_id))
                            languages.append(each.lang)
                            break
            lang = next(
                (c for c in (*languages, row.lang, house.lang) if c in house.languages),
                self.env.lang or "en_US",
            )
            everyone = {each.contact_id: each for own in roles.values() for each in own}
            people[row.debtor_id] = Person(
                partner_id=row.partner_id,
                policy_id=row.policy_id or 0,
                kind=row.kind,
                direct_debit=row.direct_debit,
                key_account=row.key_account,
                represented=bool(representatives),
                employee=row.employee,
                recipients=tuple(recipients),
                reachable=frozenset(recipient[0] for recipient in recipients),
                lang=lang,
                law=PersonLaw(*row.law[:4], tuple(row.law[4:])),
                langs=tuple(
                    (each.contact_id, each.lang)
                    for each in everyone.values()
                    if each.lang in house.languages and each.lang != lang
                ),
                orders=tuple(each.contact_id for each in roles["order"]),
                places={
                    (code, contact_id): address
                    for code, addresses in reached.items()
                    if code not in work
                    for contact_id in everyone
                    if (address := addresses.get((row.debtor_id, contact_id)))
                },
                lane=row.lane,
            )
        return people

    @api.model
    def _whom(self, code, chosen, roles):
        """Whom a channel looks for: contacts by role, the best first.

        Work of ours is done once for each debtor, whoever a message would go to.
        """
        if code not in self.env["dunning.channel"]._work():
            return chosen
        own = roles["own"] if not roles["representative"] else []
        return {"accounts": [*chosen["accounts"], *chosen["management"], *own]}

    @api.model
    def _contacts(self, rows):
        """Contacts of debtors by partner and role; ``own`` is the debtor itself, ``invoiced`` those
        without a role who stand on an open invoice.

        :param rows: list of :class:`DebtorRow`
        :return: ``{partner id: {role: [Contact]}}``
        """
        contacts = defaultdict(lambda: defaultdict(list))
        home = {}
        for row in rows:
            home[row.partner_id] = row.law[2]
            contacts[row.partner_id]["own"] = [
                Contact(row.partner_id, "", row.email, row.phone, row.lang, row.law[2], row.name)
            ]
        found = self.env.execute_query(
            SQL(
                """SELECT person.commercial_partner_id,
                          CASE WHEN person.type = 'invoice' OR person.dunning_role IS NOT NULL
                               THEN coalesce(person.dunning_role, '') ELSE 'invoiced' END,
                          person.id, person.email, person.phone, person.lang, country.code,
                          coalesce(person.complete_name, '')
                     FROM res_partner person
                LEFT JOIN res_country country ON country.id = person.country_id
                    WHERE person.commercial_partner_id = ANY(%s) AND person.active
                      AND (person.type = 'invoice' OR person.dunning_role IS NOT NULL
                           OR person.id <> person.commercial_partner_id AND EXISTS (
                              SELECT 1 FROM account_move move
                                JOIN dunning_item item ON item.move_id = move.id
                               WHERE move.partner_id = person.id AND item.state = 'open'
                                 AND item.debtor_id = ANY(%s)))
                 ORDER BY person.id""",
                [row.partner_id for row in rows],
                [row.debtor_id for row in rows],
            )
        )
        for partner_id, role, contact_id, email, phone, lang, country, name in found:
            contacts[partner_id][role].append(
                Contact(contact_id, role, email, phone, lang, country or home[partner_id], name)
            )
        return contacts

    @api.model
    def _reached_at(self, rows, contacts, house):
        """Where contacts can be reached by each channel: addresses that failed are left out.

        :return: ``{channel: {(debtor id, contact id): address}}``
        """
        channel = self.env["dunning.channel"]
        everyone = [
            each for row in rows for own in contacts[row.partner_id].values() for each in own
        ]
        # Somebody may have agreed to be reached by one company and not by another.
        found = {
            code: channel._way(code).with_company(house.company_id)._addresses(everyone)
            for code in channel._codes()
            if code in house.channels
        }
        # Of e-mail it is known with the debtor, and what is on a list has no address.
        others = any(addresses for code, addresses in found.items() if code not in KNOWN)
        failing = (
            self.env["dunning.failed.address"]._failing([row.debtor_id for row in rows], house.day)
            if others
            else set()
        )
        reached = {}
        for code, addresses in found.items():
            reached[code] = {
                (row.debtor_id, each.contact_id): addresses[each.contact_id]
                for row in rows
                for own in contacts[row.partner_id].values()
                for each in own
                if each.contact_id in addresses
                and (row.debtor_id, code, addresses[each.contact_id]) not in failing
                and (
                    code != "email"
                    or not row.failed_email
                    or addresses[each.contact_id] not in row.failed_email.split()
                )
            }
        return reached
