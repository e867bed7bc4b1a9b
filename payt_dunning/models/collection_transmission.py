import logging
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..rules.delivery import LOOK_UP, REFUSED, SETTINGS, TAKEN, next_try
from ..tools import StillThere
from .collection_handover import LIVE
from .dunning_dialogue import DISTURBED
from .ir_attachment import WHOLE_FILES, FileUnreachable
from .mail_mail import RETRY_AFTER

_logger = logging.getLogger(__name__)

STATES = [
    ("queued", "Waits"),
    ("sending", "Being Sent"),
    ("doubt", "Not Clear Whether It Arrived"),
    ("sent", "Arrived"),
    ("failed", "Given Up"),
    ("dropped", "Not Needed Any More"),
]
KINDS = [("package", "Package"), ("recall", "Recall"), ("payment", "Payment to Us")]
#: Still to be done.
OPEN = ("queued", "sending", "doubt")
#: What is being sent for longer than this was broken off: a process ended.
BROKEN_OFF = timedelta(minutes=10)
#: Key of the context under which it is looked, right before something leaves, whose it is.
STILL_OURS = "dunning_still_ours"
#: So many are sent each time the scheduled action runs; then it runs again.
MOST = 50


class Overtaken(Exception):
    """Another worker took what this one was about to send."""


class StillOurs(StillThere):
    """Asked right before something goes to an office: whether another worker took it meanwhile.

    A program that was stopped for long holds nothing here that ends with it: what it was at is
    taken for broken off.

    :raises Overtaken: where another one did
    """

    def __init__(self, cr, attempt):
        super().__init__(cr)
        self._attempt_id = attempt.id

    def _look(self):
        # One that is changed at this moment, or was since this transaction began, is an error. Its
        # lock is let go at once: the office may take its time.
        with self._cr.savepoint(flush=False) as savepoint:
            self._cr.execute(
                SQL(
                    """SELECT 1 FROM collection_transmission transmission
                         JOIN collection_transmission_attempt attempt
                           ON attempt.transmission_id = transmission.id
                        WHERE attempt.id = %s AND transmission.state = 'sending'
                          AND NOT EXISTS (
                              SELECT FROM collection_transmission_attempt later
                               WHERE later.transmission_id = transmission.id
                                 AND later.id > attempt.id)
                          FOR NO KEY UPDATE OF transmission NOWAIT""",
                    self._attempt_id,
                )
            )
            found = self._cr.fetchone()
            savepoint.rollback()
        if not found:
            raise Overtaken


class CollectionTransmission(models.Model):
    """Something that goes to an office by itself: sent with the same key until it has arrived.

    It is noted that it is being sent, and committed, before anything leaves. What was broken off, or
    is not clear, is asked for at the office before it is sent again: never a second case.
    """

    _name = "collection.transmission"
    _description = "Message to an Office"
    _order = "id desc"

    handover_id = fields.Many2one(
        "collection.handover", required=True, readonly=True, index=True, ondelete="restrict"
    )
    agent_id = fields.Many2one(related="handover_id.agent_id", store=True, index=True)
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="queued")
    idempotency_key = fields.Char(required=True, readonly=True, copy=False)
    payload = fields.Json(readonly=True)
    next_try = fields.Datetime("Tried Next", readonly=True)
    tries = fields.Integer(readonly=True)
    sending_since = fields.Datetime(readonly=True)
    sent_at = fields.Datetime("Arrived At", readonly=True)
    says = fields.Char("What Came of It", readonly=True)
    attempt_ids = fields.One2many(
        "collection.transmission.attempt", "transmission_id", "Attempts", readonly=True
    )

    _key_unique = models.UniqueIndex("(idempotency_key)", "This was queued already.")
    _to_send = models.Index("(next_try) WHERE state IN ('queued', 'doubt', 'sending')")

    @api.depends("kind", "handover_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for each in self:
            each.display_name = f"{kinds[each.kind]}: {each.handover_id.display_name}"

    # -- queue ---------------------------------------------------------------------------------------

    @api.model
    def _queue(self, handover, kind, payload=None):
        """Let something go to an office as soon as this transaction has ended well."""
        transmission = self.sudo().create(
            {
                "handover_id": handover.id,
                "kind": kind,
                "payload": payload,
                # A package has its own: the same however often it is queued.
                "idempotency_key": handover.idempotency_key
                if kind == "package"
                else str(uuid.uuid4()),
                "next_try": fields.Datetime.now(),
            }
        )
        self._wake()
        return transmission

    @api.model
    def _wake(self, moment=None):
        cron = self.env.ref("payt_dunning.ir_cron_collection_send", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(moment)
            self.env["dunning.dispatch"].sudo()._wake_helpers(moment)

    @api.model
    def _cron_send(self):
        """Send what waits, one after the other; each is noted before and after."""
        if self.env["dunning.host"]._is_unfit():
            return
        # Of companies that went live in this very database: a copy of it sends nothing.
        live = self.env["res.company"].sudo().search([])
        live = live.filtered(lambda company: company._dunning_is_live())
        # What other workers took until now is seen.
        self.env["ir.cron"]._commit_progress()
        for _number in range(MOST):
            try:
                if not self._send_next(live):
                    return
            except (*DISTURBED, Overtaken):
                # Somebody else got in between. Was one on its way, it is asked for later.
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
        self._wake()

    @api.model
    def _send_next(self, companies):
        """Send the next one whose turn it is; says whether there was one."""
        transmission = self._take_next(companies)
        if transmission:
            lang = transmission.company_id.partner_id.lang
            transmission.with_context(lang=lang)._send()
            self.env["ir.cron"]._commit_progress(1)
        return bool(transmission)

    @api.model
    def _take_next(self, companies):
        """The next one whose turn it is, noted as being sent; nobody else gets it.

        :param companies: of which something may be sent
        """
        now = fields.Datetime.now()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT transmission.id
                     FROM collection_transmission transmission
                     JOIN collection_agent agent ON agent.id = transmission.agent_id
                    WHERE (transmission.state IN ('queued', 'doubt')
                           AND transmission.next_try <= %s
                       OR transmission.state = 'sending' AND transmission.sending_since < %s)
                      AND agent.stopped_because IS NULL AND agent.changed_by_id IS NULL AND transmission.company_id = ANY(%s)
                      AND (transmission.kind = 'package' OR NOT EXISTS (
                           SELECT FROM collection_transmission first
                            WHERE first.handover_id = transmission.handover_id
                              AND first.kind = 'package' AND first.state = ANY(%s)))
                      AND NOT EXISTS (
                           SELECT FROM collection_transmission earlier
                             JOIN collection_handover former ON former.id = earlier.handover_id
                             JOIN collection_handover own ON own.id = transmission.handover_id
                            WHERE earlier.kind IN ('package', 'payment') AND earlier.state = ANY(%s)
                              AND former.dossier_id = own.dossier_id
                              AND former.revision < own.revision)
                      AND NOT EXISTS (
                           SELECT FROM collection_transmission recall
                             JOIN collection_handover former ON former.id = recall.handover_id
                             JOIN collection_handover own ON own.id = transmission.handover_id
                            WHERE recall.kind = 'recall' AND recall.state = ANY(%s)
                              AND recall.id < transmission.id
                              AND former.dossier_id = own.dossier_id
                              AND former.id <> own.id)
                 ORDER BY transmission.next_try, transmission.id
                    LIMIT 1
               FOR UPDATE OF transmission SKIP LOCKED""",
                now,
                now - BROKEN_OFF,
                companies.ids,
                list(OPEN),
                list(OPEN),
                list(OPEN),
            )
        )
        transmission = self.sudo().browse([row[0] for row in rows])
        return transmission._note_sending(now) if transmission else transmission

    def _note_sending(self, now):
        """Note that this one is being sent, for everybody to see before anything leaves."""
        # What was broken off may have arrived.
        doubt = self.state in ("sending", "doubt")
        attempt = self.env["collection.transmission.attempt"].sudo()
        attempt = attempt.create(
            {
                "transmission_id": self.id,
                "question": "lookup" if doubt and self.kind == "package" else "send",
                "at": now,
            }
        )
        self.write({"state": "sending", "sending_since": now, "tries": self.tries + 1})
        still_ours = StillOurs(self.env.cr, attempt)
        self.env["ir.cron"]._commit_progress()
        return self.with_context(**{STILL_OURS: still_ours})

    def _send(self):
        """Send one, or ask for it, and note what came of it."""
        self.ensure_one()
        attempt = self.attempt_ids.sorted("id")[-1:]
        if self._is_over() and attempt.question == "send":
            attempt.sudo().says = self._drop()
            return
        way = self.env["collection.transmission.way"].with_context(**{WHOLE_FILES: True})
        try:
            outcome = way._deliver(self.with_context(**{WHOLE_FILES: True}), attempt.question)
        except FileUnreachable as error:
            # Read before anything leaves: another host may have it.
            _logger.error("Package %s waits for another host: %s", self.id, error)
            attempt.sudo().says = str(error)
            if error.lost:
                self._give_up(str(error))
            else:
                self._wait_for_files(str(error))
            return
        attempt._note(outcome)
        self._take(outcome, attempt.question)

    def _check_still_ours(self):
        """Go no further where another worker took this one while the program stood still."""
        if still_ours := self.env.context.get(STILL_OURS):
            self.flush_recordset()
            still_ours()

    # -- what came of it -----------------------------------------------------------------------------

    def _take(self, outcome, question):
        words = self.env["collection.transmission.way"]._words(outcome)
        values = {"says": words, "sending_since": False}
        if outcome.kind == TAKEN:
            self.write({**values, "state": "sent", "sent_at": fields.Datetime.now()})
            self.env["dunning.task"]._done(self.handover_id, "agent_unreachable")
            self._arrived(outcome.receipt)
        elif outcome.kind == SETTINGS:
            self.agent_id.sudo().stopped_because = words
            # It did not arrive, unless that was asked for.
            state = "doubt" if question == "lookup" else "queued"
            self.write({**values, "state": state, "tries": self.tries - 1})
            self._ask_a_person(words, managers=True)
        elif outcome.kind == REFUSED:
            self._give_up(words)
        else:
            self._wait(outcome, values)

    def _wait(self, outcome, values):
        moment = next_try(self.tries, fields.Datetime.now(), outcome.retry_after)
        if outcome.code == "not_there":
            if self._is_over():
                self._drop()
                return
            # The office does not have it: it may go again, at once.
            moment = fields.Datetime.now()
        if not moment:
            self._give_up(values["says"])
            return
        state = "doubt" if outcome.kind == LOOK_UP else "queued"
        self.write({**values, "state": state, "next_try": moment})
        self._wake(moment)

    def _wait_for_files(self, words):
        """Nothing left, for its file is out of reach here: tried again as if it had not been."""
        moment = fields.Datetime.now() + RETRY_AFTER
        values = {"state": "queued", "says": words, "sending_since": False, "next_try": moment}
        self.write({**values, "tries": self.tries - 1})
        self._wake(moment)

    def _is_over(self):
        """Whether it is a package that nobody wants to arrive any more."""
        return self.kind == "package" and self.handover_id.state not in LIVE

    def _drop(self):
        """It need not arrive any more."""
        words = self.env._("Recalled before it arrived.")
        self.write({"state": "dropped", "says": words, "sending_since": False})
        return words

    def _give_up(self, words):
        self.write({"state": "failed", "says": words, "sending_since": False})
        self._ask_a_person(words)

    def _ask_a_person(self, words, managers=False):
        self.env["dunning.task"]._ask(
            self.handover_id,
            "agent_unreachable",
            lambda env: env._("Nothing gets to the office by itself: %s", words),
            company=self.company_id,
            handler=self.handover_id.handler_id,
            managers=managers,
        )

    def _arrived(self, receipt):
        if self.kind == "package" and self.handover_id.state in LIVE:
            self.handover_id._accept(receipt.reference)

    # -- decisions -------------------------------------------------------------------------------------

    def action_again(self):
        """Try again what was given up: with the same key, asked for first where it may be there."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        for each in self.sudo():
            if each.state != "failed":
                raise UserError(self.env._("“%s” was not given up.", each.display_name))
            each.write({"state": "doubt", "tries": 0, "next_try": fields.Datetime.now()})
        self._wake()
        return True


class CollectionTransmissionAttempt(models.Model):
    """One attempt: when, and what came of it. Nothing is ever changed of it afterwards."""

    _name = "collection.transmission.attempt"
    _description = "Attempt to Reach an Office"
    _order = "id desc"

    transmission_id = fields.Many2one(
        "collection.transmission", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="transmission_id.company_id", store=True)
    question = fields.Selection(
        [("send", "Sent"), ("lookup", "Asked Whether It Is There")], required=True, readonly=True
    )
    at = fields.Datetime(required=True, readonly=True)
    status = fields.Integer("HTTP", readonly=True)
    says = fields.Char("What Came of It", readonly=True)

    def _note(self, outcome):
        """What came of it; an attempt without says that it was broken off."""
        self.ensure_one()
        words = self.env["collection.transmission.way"]._words(outcome)
        self.sudo().write({"status": outcome.status, "says": words})
