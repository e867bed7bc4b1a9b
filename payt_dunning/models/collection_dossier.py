from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from odoo import api, fields, models, release
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.modules.module import get_manifest
from odoo.tools import format_date

from ..rules.dossier import sense, sums
from ..rules.dossier.dossier import Dossier, Header, Software
from ..rules.dossier.forbidden import redact_dossier
from ..rules.dossier.package import arrange
from ..rules.dossier.story import Check, Declaration
from ..rules.dossier.sums_costs import statutory_most
from ..rules.handover import BLOCK, NOT_CHECKED, WARN

#: What a plan was that belongs in a dossier.
PLANS = ("running", "completed", "lapsed", "ended")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody decided about a dossier.

    :param agent_id: ``collection.agent`` record
    :param action: of ``collection_agent.ACTIONS``
    :param places: place of each exhibit that goes along, by its key; ``None``: all go
    :param added_ids: rows with files that were added
    :param no_defence: said actively that no defence is known
    :param declared_on: when it was declared beforehand for all that goes by itself
    :param reference: number that the office gave the case, where it has it already
    """

    agent_id: Any
    action: str
    day: date
    dossier_id: str = ""
    revision: int = 1
    function: str = "original"
    test: bool = False
    ground: str = ""
    agreed_on: date | None = None
    contract_channel: str = ""
    places: dict | None = None
    added_ids: Any = ()
    no_defence: bool = False
    overridden: dict = field(default_factory=dict)
    company_id: Any = None
    reference: str = ""
    declared_on: date | None = None

    def with_values(self, **values):
        """The same with other values."""
        return replace(self, **values)


@dataclass
class Facts:
    """What a dossier is made from, read once.

    :param items: what is claimed, with something open of it
    :param excluded: the disputed part by item id
    :param paid: what was set against items, by item id, see :class:`~.dunning_owed.Paid`
    :param lines: the calculation by item id, see :class:`~..rules.law.owed.Line`
    :param conversation: all messages to and fro; ``messages`` are those that go along
    :param charges: see :class:`~.dunning_owed.ChargeOwed`
    :param documents: :class:`~..rules.dossier.package.Arranged` by key of the exhibit
    """

    case: Any
    handover: Wanted
    company: Any
    debtor: Any
    currency: Any
    day: date
    items: Any
    ledgers: dict
    standings: dict
    laws: dict
    excluded: dict
    paid: dict
    lines: dict
    charges: tuple
    shares: Any
    waived: bool
    notices_left: Any = None
    notes: dict = field(default_factory=dict)
    conversation: Any = None
    messages: Any = None
    disputes: Any = None
    promises: Any = None
    plans: Any = None
    evidence: list = field(default_factory=list)
    documents: dict = field(default_factory=dict)
    checks: tuple = ()

    def ids(self, fits):
        """Ids of the documents of evidence that fits."""
        return [
            self.documents[each.key].document.id
            for each in self.evidence
            if each.key in self.documents and fits(each)
        ]

    @property
    def withheld(self):
        """How many messages stay out because they are sensitive."""
        return len(self.conversation) - len(self.messages)

    def event_of(self, notice):
        """The event that stands for a message; empty where it is not told."""
        return f"n{notice.id}" if notice and notice in self.notices_left else ""

    def wrote(self, message):
        """Whether the debtor wrote a message of the thread; else we did."""
        return not message._dunning_is_ours()


class CollectionDossier(models.AbstractModel):
    """Puts a dossier together from the case, its messages and the one calculation."""

    _name = "collection.dossier"
    _description = "Dossier of a Case"
    _inherit = [
        "collection.dossier.parties",
        "collection.dossier.claim",
        "collection.dossier.story",
        "collection.dossier.exhibits",
    ]

    # -- reading -------------------------------------------------------------------------------------

    @api.model
    def _read(self, case, wanted):
        """All that a dossier of a case is made from; see :class:`Facts`."""
        case = case.sudo()
        items = case._open_items()
        owed = (
            self.env["dunning.owed"]
            ._statements(items, wanted.day)
            .get((case.debtor_id.id, case.currency_id.id))
        )
        if not owed:
            raise UserError(self.env._("Nothing is owed in case %s.", case.name))
        ledgers = self.env["dunning.owed"]._history(items)
        items = items.filtered(lambda item: item.id in ledgers).sorted("date_due")
        paid, lines = defaultdict(list), defaultdict(list)
        for each in owed.paid:
            paid[each.item_id].append(each)
        for line in owed.statement.lines:
            lines[line.claim].append(line)
        charges = self.env["dunning.charge"].sudo().browse([c.charge_id for c in owed.charges])
        facts = Facts(
            case=case,
            handover=wanted,
            company=case.company_id,
            debtor=case.debtor_id,
            currency=case.currency_id,
            day=wanted.day,
            items=items,
            ledgers=ledgers,
            standings=self.env["dunning.law"]._standings(items, wanted.day),
            laws={item.id: law for item, law in items._laws().items()},
            excluded=self._excluded(case, items, wanted.day),
            paid=paid,
            lines=lines,
            charges=tuple(each for each in owed.charges if each.amount - each.waived > 0),
            shares=charges.share_ids.filtered(
                lambda share: share.item_id in items and share.charge_id.kind != "interest"
            ),
            waived=self._was_waived(items),
        )
        self._read_story(facts)
        facts.evidence = self._evidence(facts)
        facts.notes = {
            each.about.name: each.about for each in facts.evidence if each.kind == "credit_note"
        }
        return facts

    @api.model
    def _excluded(self, case, items, day):
        """What is disputed and not decided of items: it stays out."""
        found = {}
        for candidate in self.env["dunning.facts"]._candidates(case.debtor_id, day):
            disputed = candidate.facts.disputed(day)
            if disputed and candidate.facts.item_id in items.ids:
                found[candidate.facts.item_id] = disputed
        return found

    @api.model
    def _was_waived(self, items):
        shares = self.env["dunning.charge.share"].sudo().search([("item_id", "in", items.ids)])
        return any(charge.state == "waived" for charge in shares.charge_id)

    @api.model
    def _read_story(self, facts):
        about = Domain("item_ids", "in", facts.items.ids)
        own = Domain("debtor_id", "=", facts.debtor.id) & about
        facts.notices_left = self._notices_left(facts.items)
        facts.disputes = self.env["dunning.dispute"].sudo()._known(facts.items)
        facts.promises = self.env["dunning.promise"].sudo().search(own, order="made_on")
        facts.plans = (
            self.env["dunning.payment.plan"]
            .sudo()
            .search(own & Domain("state", "in", PLANS) & Domain("started_on", "!=", False))
        )
        facts.conversation = self._conversation_about(facts.items)
        facts.messages = facts.conversation.filtered(lambda each: not each.dunning_sensitive)

    @api.model
    def _conversation_about(self, items):
        """What the debtors of items and we wrote to each other about their invoices."""
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                Domain("model", "=", "account.move")
                & Domain("res_id", "in", items.move_id.ids)
                & Domain("dunning_debtor_id", "in", items.debtor_id.ids)
                & Domain("message_type", "in", ("email", "comment"))
                & Domain("is_internal", "=", False),
                order="date, id",
            )
        )

    # -- making --------------------------------------------------------------------------------------

    @api.model
    def _make(self, case, wanted, checks, declared_by=None):
        """The dossier of a case, its files in their order, and what is wrong with it.

        :param wanted: see :class:`Wanted`
        :param checks: list of :class:`~..rules.handover.Check`
        :param declared_by: the user who declares that it is complete and true
        :return: :class:`~..rules.dossier.dossier.Dossier`, arranged exhibits, facts, and a list of
            :class:`~..rules.dossier.problems.Problem`
        :raises Refused: when a file can't go along
        """
        lang = wanted.agent_id.lang or self.env.lang
        return self.with_context(lang=lang)._make_in(case, wanted, checks, declared_by)

    @api.model
    def _make_in(self, case, wanted, checks, declared_by):
        """The same in the language of this environment: that of the office."""
        facts = self._read(case, wanted)
        facts.checks = tuple(checks)
        arranged = arrange([self._placed(each, wanted) for each in self._chosen(facts)])
        facts.documents = {each.exhibit.key: each for each in arranged}
        declared_by = declared_by or self.env.user
        now = self._at(facts.company, fields.Datetime.now())
        disputes = self._disputes(facts)
        dossier = Dossier(
            header=self._header(case, wanted, now),
            assignment=self._assignment(replace(wanted, company_id=facts.company), declared_by),
            creditor=self._creditor(facts.company),
            debtors=(
                self._debtor(
                    facts.debtor,
                    any(each.rules == "consumer" for each in facts.standings.values()),
                ),
            ),
            claim=self._claim(facts),
            events=self._events(facts),
            disputes=disputes,
            no_defence=not disputes and wanted.no_defence,
            plans=self._plans(facts),
            checks=tuple(self._check(each, wanted, now) for each in checks),
            documents=tuple(each.document for each in arranged),
            declaration=Declaration(
                by=declared_by.name,
                function=declared_by.partner_id.function or self.env._("Credit management"),
                at=now,
                text=self._declared(wanted),
            ),
        )
        dossier, found = redact_dossier(dossier)
        tables = self.env["collection.law.row"].sudo()._tables()
        problems = [
            *sums.check(dossier, statutory_most(dossier, tables)),
            *sense.check_sense(dossier),
            *self._with_ledger(facts, dossier),
        ]
        return dossier, arranged, facts, [*problems, *(each for each in found if not each.is_error)]

    @api.model
    def _declared(self, wanted):
        """What is declared, in the language of the office."""
        words = self.env._(
            "To our knowledge this dossier is complete and true, including every defence of the "
            "debtor that is known to us."
        )
        if not wanted.declared_on:
            return words
        beforehand = self.env._(
            "Declared on %s for every case that passes all checks and about which the debtor has "
            "not written.",
            format_date(self.env, wanted.declared_on),
        )
        return f"{words} {beforehand}"

    @api.model
    def _chosen(self, facts):
        places = facts.handover.places
        if places is None:
            return facts.evidence
        return [each for each in facts.evidence if each.needed or each.key in places]

    @api.model
    def _placed(self, evidence, wanted):
        place = (wanted.places or {}).get(evidence.key)
        return replace(evidence.exhibit, place=place) if place else evidence.exhibit

    @api.model
    def _header(self, case, wanted, now):
        manifest = get_manifest("payt_dunning")
        return Header(
            dossier_id=wanted.dossier_id,
            revision=wanted.revision,
            function=wanted.function,
            case_number=case.name,
            recipient_reference=wanted.reference,
            created_at=now,
            calculation_date=wanted.day,
            currency=case.currency_id.name,
            software=Software(
                name="payt_dunning", version=manifest.get("version") or release.version
            ),
            test=wanted.test,
        )

    @api.model
    def _check(self, check, wanted, now):
        """A check as the receiver reads it."""
        result = {WARN: "warn", NOT_CHECKED: "not_checked", BLOCK: "overridden"}
        note = wanted.overridden.get(check.code, "")
        return Check(code=check.code, result=result.get(check.result, "pass"), at=now, note=note)

    @api.model
    def _with_ledger(self, facts, dossier):
        """Where the dossier and the ledger differ at this moment."""
        residuals = {item.display_name: facts.ledgers[item.id].residual for item in facts.items}
        return sums.check_ledger(dossier, residuals)


class DunningDispute(models.Model):
    """Defences that a dossier has to name."""

    _inherit = "dunning.dispute"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _known(self, items):
        """What the debtors of items contest of them, oldest first; what they took back is none."""
        return self.search(
            Domain("item_ids", "in", items.ids)
            & Domain("debtor_id", "in", items.debtor_id.ids)
            & Domain("state", "!=", "withdrawn"),
            order="opened_on",
        )
