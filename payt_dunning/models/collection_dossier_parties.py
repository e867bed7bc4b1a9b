import re

from odoo import api, models

from odoo.addons.base.models.res_bank import sanitize_account_number

from ..rules.dossier.dossier import Assignment, PlanMandate
from ..rules.dossier.forbidden import is_national_id
from ..rules.dossier.parties import (
    Address,
    Contact,
    Creditor,
    Debtor,
    Identifier,
    LegalEntity,
    NaturalPerson,
    Solvency,
)
from ..tools import exact

#: Register and VAT numbers by country, as ISO 6523 calls them.
REGISTER = {"NL": "0106", "BE": "0208", "DE": "0204", "FR": "0002", "LU": "0240"}
VAT = {"NL": "9944", "BE": "9925", "DE": "9930", "FR": "9957", "LU": "9938", "AT": "9914"}
#: Dutch and neighbouring house numbers at the end of a street.
HOUSE = re.compile(r"^(?P<street>.*?[^\d\s].*?)\s+(?P<number>\d+[\s\-/]*[A-Za-z0-9\-/]{0,8})$")
RECIPIENTS = {"bailiff": "bailiff", "lawyer": "lawyer", "agency": "collection_agency"}


class CollectionDossierParties(models.AbstractModel):
    """Who is who in a dossier, from contacts and companies."""

    _name = "collection.dossier.parties"
    _description = "Parties of a Dossier"

    @api.model
    def _assignment(self, handover, contact):
        """Who is asked to do what.

        :param contact: the user who answers questions
        """
        agent, company = handover.agent_id, handover.company_id
        return Assignment(
            recipient_type=RECIPIENTS[agent.kind],
            recipient_name=agent.partner_id.name,
            client_number=agent.client_number or "",
            action=handover.action,
            mandate=agent.mandate or "",
            plan_mandate=PlanMandate(
                allowed=agent.plan_allowed,
                max_months=agent.plan_months or None if agent.plan_allowed else None,
                min_instalment=exact(agent.plan_minimum)
                if agent.plan_allowed and agent.plan_minimum
                else None,
            ),
            contact=Contact(
                name=contact.name,
                emails=tuple(filter(None, (contact.email or company.email,))),
                phones=tuple(filter(None, (self._phone(contact.phone or company.phone),))),
            ),
        )

    @api.model
    def _creditor(self, company):
        partner = company.partner_id
        _bank_id, number = self.env["dunning.bank.account"]._numbers(company).pick()
        return Creditor(
            entity=self._entity(partner),
            address=self._address(partner),
            contact=self._contact(partner),
            language=(partner.lang or "en_US")[:2],
            payout_iban=sanitize_account_number(number),
            vat_deductible=not company.dunning_cannot_deduct,
        )

    @api.model
    def _debtor(self, debtor, consumer):
        """The debtor of a case.

        :param consumer: the rules for consumers apply to it
        """
        partner, checked = debtor.partner_id, debtor.insolvency_checked_on
        natural = debtor.kind in ("consumer", "sole_trader")
        solvency = ()
        if checked:
            solvency = (
                Solvency(
                    source=self.env._("Public insolvency register"),
                    as_of=checked,
                    text=self.env._("Looked up by us; no insolvency was found."),
                ),
            )
        return Debtor(
            entity=None if natural else self._entity(partner),
            person=self._person(partner, debtor.kind) if natural else None,
            address=self._address(partner, debtor.address_checked_on),
            contact=self._contact(partner),
            language=(partner.lang or "en_US")[:2],
            number=partner.ref or f"D{debtor.id:05d}",
            consumer=consumer,
            solvency=solvency,
        )

    @api.model
    def _entity(self, partner):
        return LegalEntity(registered_name=partner.name, identifiers=self._identifiers(partner))

    @api.model
    def _person(self, partner, kind):
        """A natural person; what Odoo keeps is one name."""
        trading = None
        if kind == "sole_trader" and (partner.vat or partner.company_registry):
            trading = self._entity(partner)
        first, _space, family = (partner.name or "").strip().rpartition(" ")
        return NaturalPerson(first_names=first, family_name=family, trading_as=trading)

    @api.model
    def _identifiers(self, partner):
        country = partner.country_id.code or ""
        found = []
        if partner.company_registry:
            found.append(
                Identifier(scheme=REGISTER.get(country, "local"), value=partner.company_registry)
            )
        # Until 2020 the VAT number of a Dutch person was made of the number of a citizen.
        digits = re.sub(r"\D", "", partner.vat or "")[:9]
        personal = not partner.is_company and is_national_id(digits)
        if partner.vat and country in VAT and not personal:
            found.append(Identifier(scheme=VAT[country], value=partner.vat))
        return tuple(found)

    @api.model
    def _address(self, partner, as_of=False):
        street = (partner.street or "").strip()
        match = HOUSE.match(street)
        return Address(
            extra=(partner.street2 or "").strip(),
            street=match["street"] if match else street,
            house_number=match["number"].strip() if match else "",
            postal_code=partner.zip or "",
            city=partner.city or "",
            region=partner.state_id.name or "",
            country=partner.country_id.code or "",
            as_of=as_of or None,
        )

    @api.model
    def _contact(self, partner):
        phones = tuple(filter(None, (self._phone(partner.phone),)))
        if not (partner.email or phones):
            return None
        return Contact(emails=tuple(filter(None, (partner.email,))), phones=phones)

    @api.model
    def _phone(self, number):
        return re.sub(r"[^\d+]", "", number or "")
