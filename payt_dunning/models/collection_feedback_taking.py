from collections import defaultdict
from contextlib import suppress
from dataclasses import fields as parts_of
from datetime import date, datetime, timezone
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.dossier.problems import Refused
from ..rules.feedback.sense import Ours, look
from ..rules.feedback.sorting import CONFLICT, KNOWN, NEW, OLDER, Told, sort_out
from ..rules.feedback.values import Booking
from ..tools import exact
from .collection_handover import CLAIMS

#: What becomes of a part, by how it was sorted out.
RESULT_OF = {NEW: "applied", KNOWN: "known", OLDER: "older", CONFLICT: "conflict"}
#: Of these nobody need know anything.
IN_ORDER = ("applied", "known", "older")
DAYS = ("since", "date", "as_of", "at", "asked_at")
AMOUNTS = ("amount", "due", "paid_out")


class CollectionFeedbackLine(models.Model):
    """Taking in what an office tells, many cases at once: found, looked at, sorted out, noted."""

    _inherit = "collection.feedback.line"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _take_in(self, message, cases, told):
        """Note and apply what is told about some cases, with as many statements as about one.

        :param cases: :class:`~..rules.feedback.values.CaseFeedback`
        :return: what is the matter, in words; empty: everything is in order
        """
        problems, pile = [], {}
        for case, (handover, words) in zip(
            cases, self._find_all(message.agent_id, cases), strict=True
        ):
            if not handover:
                self._note(
                    message, [(case, handover, part, "refused", words) for part in case.parts]
                )
                problems.append(words)
                continue
            if handover in pile:
                # What is told first counts when it is told of again.
                problems += self._take_pile(message, pile, told)
                pile = {}
            pile[handover] = (case, words)
        return problems + self._take_pile(message, pile, told)

    @api.model
    def _take_pile(self, message, pile, told):
        """:param pile: a case and what is the matter with it, by handover"""
        before = self._before(
            message.agent_id, list(pile), [case for case, _words in pile.values()]
        )
        problems, rows = [], []
        for handover, (case, words) in pile.items():
            wrong = self._wrong(message, case, before.ours[handover], words, told)
            results = {**RESULT_OF, NEW: "review"} if wrong else RESULT_OF
            for each in sort_out(case, before.told(handover), told.feedback.sent_at):
                rows.append((case, handover, each.part, results[each.result], ""))
            problems += wrong
        # Ids are told once in a message: none of a case has a part in what another tells.
        lines = self._note(message, rows)
        lines.filtered(lambda line: line.result == "applied")._apply_all(told.files)
        lines.filtered(lambda line: line.result == "older")._catch_up()
        return problems

    @api.model
    def _wrong(self, message, case, ours, words, told):
        """What is the matter with a case, in words."""
        found = [message._said(each) for each in look(case, ours, told.feedback.test)]
        return [words, *found] if words else found

    @api.model
    def _find_all(self, agent, cases):
        """The handover that each case of a message is about: ``[(handover, what is the matter)]``."""
        handovers = self.env["collection.handover"].sudo()
        of_agent = Domain("agent_id", "=", agent.id) & Domain("function", "in", CLAIMS)
        rising = {"order": "revision, id"}
        ids = [case.dossier_id for case in cases]
        mine = handovers.search(of_agent & Domain("dossier_id", "in", ids), **rising)
        by_id = {handover.dossier_id: handover for handover in mine}
        others = [case for case in cases if case.dossier_id not in by_id]
        by_number = defaultdict(handovers.browse)
        if others:
            mine = handovers.search(
                of_agent
                & (
                    Domain("reference", "in", [case.recipient_reference for case in others])
                    | Domain("case_id.name", "in", [case.case_number for case in others])
                ),
                **rising,
            )
            for handover in mine:
                by_number["reference", handover.reference] = handover
                by_number["name", handover.case_id.name] = handover
        return [
            (by_id[case.dossier_id], "")
            if case.dossier_id in by_id
            else self._found_by_number(agent, case, by_number)
            for case in cases
        ]

    @api.model
    def _found_by_number(self, agent, case, by_number):
        found = (
            by_number["reference", case.recipient_reference] | by_number["name", case.case_number]
        ).sorted(lambda handover: (handover.revision, handover.id))[-1:]
        if found:
            return found, self.env._(
                "%s is told with the number of another dossier.", case.case_number
            )
        return found, self.env._(
            "%(case)s (%(dossier)s) is no case that %(office)s has of us.",
            case=case.case_number,
            dossier=case.dossier_id,
            office=agent.partner_id.name,
        )

    @api.model
    def _before(self, agent, handovers, cases):
        """What is known of some cases; see :class:`Before`."""
        company = agent.company_id.sudo()
        accounts = frozenset(company.partner_id.bank_ids.mapped("sanitized_acc_number"))
        numbers = [part.key for case in cases for part in case.parts if part.key]
        mine = Domain("agent_id", "=", agent.id) & Domain("result", "=", "applied")
        dossiers = [handover.dossier_id for handover in handovers]
        # The ledger there goes on from one revision of a dossier to the next.
        booked = defaultdict(list)
        for row in self.sudo().search(
            mine & Domain("kind", "=", "booking") & Domain("handover_id.dossier_id", "in", dossiers)
        ):
            # What a test told counts for tests alone.
            booked[row.handover_id.dossier_id, row.test].append(
                Booking(row.number, row.day, row.code, exact(row.amount), row.charged_to)
            )
        # Ids are the office's, of whatever case.
        tests = {handover.test for handover in handovers}
        known = self.sudo().search(
            mine & Domain("number", "in", numbers) & Domain("test", "in", tests)
        )
        return Before(
            {
                handover: Ours(
                    handover.currency_id.name,
                    handover.case_id._today(),
                    accounts,
                    tuple(booked[handover.dossier_id, handover.test]),
                    handover.test,
                )
                for handover in handovers
            },
            {(line.kind, line.number): line.content_hash for line in known},
        )

    @api.model
    def _note(self, message, rows):
        """Note parts and what became of them, all at once; conflicts know what they contradict.

        :param rows: case, handover, part, result and words of each, in the order in which they came
        """
        lines = self.sudo().create(
            [
                {
                    **_shown(part, case),
                    "feedback_id": message.id,
                    "handover_id": handover.id,
                    "case_number": case.case_number,
                    "result": result,
                    "says": words,
                }
                for case, handover, part, result, words in rows
            ]
        )
        if contradicting := lines.filtered(lambda line: line.result == "conflict" and line.number):
            applied = self.sudo().search(
                [
                    ("agent_id", "=", message.agent_id.id),
                    ("number", "in", contradicting.mapped("number")),
                    ("result", "=", "applied"),
                ]
            )
            before = {(line.kind, line.number): line for line in applied}
            for line in contradicting:
                line.before_id = before.get((line.kind, line.number))
        return lines

    # -- what overtook something -------------------------------------------------------------------

    @api.model
    def _look_again(self, message):
        """What waited for something that was missing is applied when that has come.

        A balance may overtake the bookings that it is the sum of. What somebody has begun to decide
        about stays with people.

        :param message: the one that came
        """
        came = message.line_ids.filtered(lambda line: line.result == "applied").handover_id
        if not came:
            return
        waiting = self.sudo().search(
            [
                ("handover_id", "in", came.ids),
                ("result", "=", "review"),
                ("feedback_id", "!=", message.id),
                ("feedback_id.file_id", "!=", False),
            ]
        )
        for former, lines in sorted(
            waiting.grouped("feedback_id").items(), key=lambda pair: (pair[0].sent_at, pair[0].id)
        ):
            # What is wrong with the former message is no fault of this one.
            with suppress(UserError), self.env.cr.savepoint():
                lines._look_again_at(former)

    def _look_again_at(self, message):
        """:param message: that of these lines, which may be in order now"""
        try:
            told = message._read(message.file_id.raw)
        except Refused:
            return
        cases = told.feedback.cases
        own = message.line_ids.grouped(lambda line: (line.handover_id, line.case_number))
        waiting = {(line.handover_id, line.case_number) for line in self}
        for case, (handover, words) in zip(
            cases, self._find_all(message.agent_id, cases), strict=True
        ):
            key = (handover, case.case_number)
            if words or key not in waiting:
                continue
            lines = own[key]
            if lines.decided_by_id or len(lines) != len(case.parts):
                continue
            before = self._before(message.agent_id, [handover], [case])
            if self._wrong(message, case, before.ours[handover], words, told):
                continue
            lines._settle_as(sort_out(case, before.told(handover), told.feedback.sent_at), told)
        whole = len(message.line_ids) == sum(len(case.parts) for case in cases)
        if whole and all(line.result in IN_ORDER for line in message.line_ids):
            message.says = False
            message._settle()

    def _settle_as(self, sorted_out, told):
        """Take in lines that waited, as they are sorted out now."""
        found = {(line.kind, line.content_hash): line for line in self}
        for each in sorted_out:
            line = found.get((each.part.KIND, each.part.content_hash))
            if line and line.result == "review":
                line.result = RESULT_OF[each.result]
        self.flush_recordset(["result"])
        self.filtered(lambda line: line.result == "applied")._apply_all(told.files)
        self.filtered(lambda line: line.result == "older")._catch_up()


class Before:
    """What is known of some cases before a message.

    :param ours: :class:`~..rules.feedback.sense.Ours` by handover
    :param hashes: of what was applied and has an id, by kind and id
    """

    def __init__(self, ours, hashes):
        self.ours, self.hashes = ours, hashes

    def told(self, handover):
        """:class:`~..rules.feedback.sorting.Told` of a case."""
        return Told(
            self.hashes,
            handover._told_status(),
            handover._told_status_sent(),
            handover._told_balance(),
            handover._told_closure(),
        )


def _shown(part, case):
    """What is kept of a part, as values of a line."""
    said = {each.name: getattr(part, each.name) for each in parts_of(part)}
    if part.KIND == "status":
        said["reference"] = case.recipient_reference

    def first(*names):
        return next((said[name] for name in names if said.get(name) is not None), None)

    day = first(*DAYS)
    return {
        "kind": part.KIND,
        "number": part.key or False,
        "content_hash": part.content_hash,
        "day": day.date() if isinstance(day, datetime) else day,
        "code": first("code", "type", "phase"),
        "amount": float(first(*AMOUNTS) or 0),
        "charged_to": first("charged_to"),
        "text": first("text", "reason", "note", "file") or False,
        "answer_by": first("answer_by"),
        "values": {key: _plain(value) for key, value in said.items()},
    }


def _plain(value):
    """A value as JSON has it; moments in UTC."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    return value.isoformat() if isinstance(value, date) else value
