from dataclasses import dataclass, field, replace
from datetime import date

from odoo import api, models

from ..rules.working_days import Calendar
from .dunning_when import Place


@dataclass(frozen=True, slots=True)
class House:
    """What holds for a whole company on one day; read once for a run.

    :param tree: the company with its root and all branches, whose credits count
    :param accounts: receivable accounts of the tree
    :param receipts: last day on which a receipt holds, by item id
    :param receipts_mark: changes when any unmatched receipt does
    :param segments: what :meth:`~.dunning_policy.DunningPolicy._segments` gives
    :param languages: codes that are installed
    :param channels: codes of those by which debtors are reached
    :param country: code of the company's country
    :param calendars: of other countries' debtors, by country; filled in as needed
    :param terms_agreed: customers agreed to the terms of payment
    :param costs_from: from whom costs are claimed, see :data:`~.res_company.CLAIMS_FROM`
    :param interest_from: the same of interest
    :param laws: what :meth:`~.dunning_law.DunningLaw._law_of` found; filled in as needed
    :param ladders: ``(policy id, ladder)`` by revision id; filled in as needed
    :param revisions: current revision by policy id; filled in as needed
    :param policies: policy id by ``(debtor id, own policy id, kind, lane)``; filled in as needed
    :param supposed: what to suppose of some items instead of what is kept: fields by item id
    :param dropped: ids of messages that are supposed to be dropped
    """

    company_id: int
    day: date
    calendar: Calendar
    tree: tuple
    accounts: tuple
    receipts: dict
    receipts_mark: tuple
    bank_until: date | None
    own_partners: frozenset
    require_sent: bool
    live_since: date | None
    backlog_days: int
    backlog_call_days: int
    offset_payables: bool
    lang: str
    segments: tuple
    languages: frozenset
    channels: frozenset = frozenset({"email"})
    country: str = ""
    terms_agreed: bool = False
    costs_from: str = "law"
    interest_from: str = "business"
    calendars: dict = field(default_factory=dict)
    laws: dict = field(default_factory=dict)
    ladders: dict = field(default_factory=dict)
    revisions: dict = field(default_factory=dict)
    policies: dict = field(default_factory=dict)
    supposed: dict = field(default_factory=dict)
    dropped: tuple = ()

    def suppose(self, rows):
        """Items as they are kept, or as they are supposed to be.

        :param rows: named tuples with ``item_id``
        """
        if not self.supposed:
            return rows
        return [row._replace(**self.supposed.get(row.item_id, {})) for row in rows]

    def backlog(self, due):
        """Whether what was due then was late for long when the company went live.

        :return: ``old``, ``call`` (call the debtor first) or nothing
        """
        if not self.live_since:
            return ""
        late = (self.live_since - due).days
        if self.backlog_days and late > self.backlog_days:
            return "old"
        return "call" if self.backlog_call_days and late > self.backlog_call_days else ""


class DunningHouse(models.AbstractModel):
    """Reads what the rules must know of a company as a whole."""

    _name = "dunning.house"
    _description = "Company Facts for Dunning Decisions"

    @api.model
    def _read(self, company, day, debtors=None, known=None):
        """The facts that are the company's; see :class:`House`.

        :param debtors: only their receipts are of interest; all debtors' when left out
        :param known: a house read shortly before; its receipts are kept while none changed
        """
        settings = company.sudo()
        tree, accounts = self._tree(company)
        money = self.env["dunning.money"]
        mark = money._receipts_mark(tree.ids)
        kept = known and known.receipts_mark == mark
        return House(
            company_id=company.id,
            day=day,
            calendar=self.env["dunning.when"]._calendar(company, None, {}),
            tree=tuple(tree.ids),
            accounts=tuple(accounts.ids),
            receipts=known.receipts if kept else money._receipts(company, debtors),
            receipts_mark=mark,
            bank_until=money._bank_behind(company, day),
            own_partners=frozenset(self.env["res.company"].sudo().search([]).partner_id.ids),
            require_sent=settings.dunning_require_sent,
            # In test mode: as if the company went live on that day.
            live_since=settings.dunning_live_since or day,
            backlog_days=settings.dunning_backlog_days,
            backlog_call_days=settings.dunning_backlog_call_days,
            offset_payables=settings.dunning_offset_payables,
            lang=settings.partner_id.lang or "",
            segments=self.env["dunning.policy"]._segments(company),
            languages=frozenset(code for code, _name in self.env["res.lang"].get_installed()),
            channels=settings._dunning_channels(),
            country=settings.country_id.code or "",
            terms_agreed=settings.dunning_terms_agreed,
            costs_from=settings.dunning_costs_from,
            interest_from=settings.dunning_interest_from,
        )

    @api.model
    def _tree(self, company):
        """The company with its root and all branches, and where they book what debtors owe."""
        root = company.sudo().root_id
        tree = self.env["res.company"].sudo().search([("id", "child_of", root.id)])
        accounts = self.env["account.account"].sudo()
        return tree, accounts.search(
            [("account_type", "=", "asset_receivable"), ("company_ids", "in", tree.ids)]
        )

    @api.model
    def _ahead(self, company, day, debtors=None):
        """The facts for looking at a day, today or later.

        Of a later day nobody has bank statements yet: it is supposed that they will be there.

        :param debtors: only their receipts are of interest; all debtors' when left out
        """
        house = self._read(company, day, debtors)
        later = day > self.env["dunning.message"]._today(company)
        return replace(house, bank_until=None) if later else house

    @api.model
    def _with_receipts(self, house):
        """The same house with the receipts of this moment."""
        money = self.env["dunning.money"]
        mark = money._receipts_mark(house.tree)
        if mark == house.receipts_mark:
            return house
        company = self.env["res.company"].browse(house.company_id)
        return replace(house, receipts=money._receipts(company), receipts_mark=mark)

    @api.model
    def _policies(self, house, people):
        """The policy of each debtor: ``{debtor id: policy id}``, 0 where none applies.

        :param people: what :meth:`~.dunning_debtor.DunningDebtor._people` gives
        """
        keys = {
            debtor_id: (debtor_id, person.policy_id, person.kind, person.lane)
            for debtor_id, person in people.items()
        }
        unknown = [debtor_id for debtor_id, key in keys.items() if key not in house.policies]
        if unknown:
            found = self.env["dunning.policy"]._choose(
                house.segments, {key: (*keys[key][1:3], people[key].partner_id) for key in unknown}
            )
            lanes = self.env["dunning.policy"]._lanes(
                {found[each] for each in unknown if found[each] and people[each].lane}
            )
            for debtor_id in unknown:
                usual = found[debtor_id] or 0
                lane = (usual, people[debtor_id].lane)
                house.policies[keys[debtor_id]] = lanes.get(lane, usual)
        return {debtor_id: house.policies[key] for debtor_id, key in keys.items()}

    @api.model
    def _calendar(self, house, country):
        """The days on which messages may leave to somebody in a country."""
        if not country or country == house.country:
            return house.calendar
        company = self.env["res.company"].browse(house.company_id)
        place = Place("", country, "")
        return self.env["dunning.when"]._calendar(company, place, house.calendars)

    @api.model
    def _ladder(self, house, begun_id, policy_id):
        """The revision an item follows: ``(revision id, ladder)``, ``(0, None)`` for none.

        An item that has begun stays on its revision while its policy is still the one that
        applies.

        :param begun_id: the revision it has begun with, if it has
        """
        if begun_id and self._known_ladder(house, begun_id)[0] == policy_id:
            return begun_id, house.ladders[begun_id][1]
        if policy_id not in house.revisions:
            policy = self.env["dunning.policy"].sudo().browse(policy_id)
            house.revisions[policy_id] = policy.revision_id.id or 0
        revision_id = house.revisions[policy_id]
        return revision_id, revision_id and self._known_ladder(house, revision_id)[1] or None

    @api.model
    def _known_ladder(self, house, revision_id):
        """Policy and ladder of a revision; revisions never change, so once read is enough."""
        if revision_id not in house.ladders:
            revision = self.env["dunning.policy.revision"].sudo().browse(revision_id)
            house.ladders[revision_id] = (revision.policy_id.id, revision._to_ladder())
        return house.ladders[revision_id]
