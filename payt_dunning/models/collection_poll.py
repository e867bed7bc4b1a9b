import logging
from contextlib import contextmanager, suppress
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..https import Door, ask
from ..rules.dossier.problems import Refused
from ..rules.feedback.reading import read
from ..rules.polling import (
    A_DAY,
    EVERY,
    LATELY,
    LATER,
    MESSAGE,
    NOTHING,
    SETTINGS,
    cursor_of,
    etag_of,
    judge_poll,
    next_poll,
    place,
)
from .collection_feedback import LARGEST

_logger = logging.getLogger(__name__)

#: So many messages of an office are fetched in a row; the next ones a few minutes later.
MOST = 50
#: First key of the lock that whoever asks an office holds (the second is its poll's id).
LOCK_SPACE = 0x6F666669
#: Seconds for all of an answer: a worker that is cut off by its own limit notes nothing.
TOGETHER = 90
ACCEPTED = "application/xml, application/zip, text/csv"


class Asked(NamedTuple):
    """What an office was asked, and from where on."""

    door: Door
    cursor: str
    etag: str


class CollectionPoll(models.Model):
    """From where on an office is asked for its messages, and when.

    Nothing is open in the database while an office is asked. The cursor moves in the transaction in
    which its message is kept; whoever asks holds a lock that ends with the connection.
    """

    _name = "collection.poll"
    _description = "Asking an Office for Its Messages"

    agent_id = fields.Many2one(
        "collection.agent", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True)
    cursor = fields.Char(readonly=True)
    etag = fields.Char(readonly=True, help="Of the last answer from this cursor on.")
    asked_at = fields.Datetime(readonly=True)
    next_ask = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    failing_since = fields.Datetime(readonly=True, help="No answer of use came since.")
    says = fields.Char("What Came of It", readonly=True)

    _agent_unique = models.UniqueIndex("(agent_id)", "This office is asked already.")

    # -- whose turn it is ----------------------------------------------------------------------------

    @api.model
    def _of(self, agents):
        """The rows of offices; those that are missing are made."""
        own = self.sudo()
        there = own.search([("agent_id", "in", agents.ids)])
        missing = agents - there.agent_id
        return there + own.create([{"agent_id": agent.id} for agent in missing])

    @api.model
    def _wake(self, moment=None):
        cron = self.env.ref("payt_dunning.ir_cron_collection_poll", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(moment)

    @api.model
    def _due(self):
        """Whom it is time to ask: of companies that went live in this very database."""
        live = self.env["res.company"].sudo().search([])
        live = live.filtered(lambda company: company._dunning_is_live())
        agents = (
            self.env["collection.agent"]
            .sudo()
            .search(
                [
                    ("company_id", "in", live.ids),
                    ("feedback_way", "=", "poll"),
                    ("way", "=", "https"),
                    ("stopped_because", "=", False),
                    # What we are known by is told to nobody at whom no second person has looked.
                    ("changed_by_id", "=", False),
                ]
            )
        )
        now = fields.Datetime.now()
        return self._of(agents).filtered(lambda poll: poll.next_ask <= now).sorted("next_ask")

    @api.model
    def _cron_poll(self):
        """Ask each office for what is new; what is wrong with one is no matter of the others."""
        due = self._due()
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for poll in due:
            try:
                with poll._claimed() as claimed:
                    if claimed:
                        poll.with_context(lang=poll.company_id.partner_id.lang)._fetch()
            except Exception:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                _logger.exception("The office of poll %s could not be asked", poll.id)
            if self.env["ir.cron"]._commit_progress(1) <= 0:
                self._wake()
                return

    @contextmanager
    def _claimed(self):
        """Hold the right to ask an office, if it can be had; it lasts over commits."""
        self.ensure_one()
        key = (LOCK_SPACE, self.id)
        query = SQL("SELECT pg_try_advisory_lock(%s, %s)", *key)
        [[claimed]] = self.env.execute_query(query)
        try:
            yield claimed
        except psycopg2.Error:
            # Nothing can be asked in a transaction that has failed, not even to let go.
            self.env.cr.rollback()
            raise
        finally:
            if claimed:
                # On a line that is broken the lock is gone already.
                with suppress(psycopg2.Error):
                    self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s, %s)", *key))

    # -- asking ----------------------------------------------------------------------------------------

    def _fetch(self):
        """Fetch message after message until there is nothing new."""
        # What others did until the claim was had is seen.
        self.env["ir.cron"]._commit_progress()
        self.env.invalidate_all()
        if self.next_ask > fields.Datetime.now():
            return
        seen = set()
        for _number in range(MOST):
            message = self._fetch_one()
            # What is known may come before what is new; the same twice ends it.
            if not message or message in seen:
                return
            seen.add(message)
        later = fields.Datetime.now() + LATELY
        self.next_ask = later
        self._wake(later)

    def _fetch_one(self):
        """Ask once, and keep and read what came.

        :return: the message that came, where there may be more behind it
        """
        asked = self._question()
        # Noted before it is asked: who asks and never comes back is not asked again at once.
        now = fields.Datetime.now()
        self.write(
            {
                "asked_at": now,
                "next_ask": now + EVERY - LATELY,
                "failing_since": self.failing_since or now,
            }
        )
        self.env["ir.cron"]._commit_progress()
        headers = [("Accept", ACCEPTED)]
        if asked.etag:
            headers.append(("If-None-Match", asked.etag))
        answer = ask(
            asked.door, "GET", place(asked.cursor), headers, most=LARGEST, together=TOGETHER
        )
        self.env.invalidate_all()
        if self.agent_id.feedback_way != "poll" or self._question() != asked:
            return False  # somebody has other plans with this office by now
        return self._take(judge_poll(answer), answer)

    def _question(self):
        return Asked(self.agent_id._door(), self.cursor or "", self.etag or "")

    def _take(self, polled, answer):
        """Note what came of it; see :meth:`_fetch_one`."""
        if polled.kind == MESSAGE:
            return self._keep(answer)
        if polled.kind == NOTHING:
            self._went_well(etag=etag_of(answer) or self.etag)
            return False
        words = self._words(polled)
        self.write({"says": words, "next_ask": next_poll(polled, fields.Datetime.now())})
        if polled.kind == SETTINGS:
            self.agent_id.stopped_because = words
        if polled.kind != LATER or self._is_long():
            self._ask_somebody(words)
        return False

    def _keep(self, answer):
        """Keep a message and move the cursor behind it, both or neither; then read it."""
        try:
            with self.env.cr.savepoint():
                message, known = self.env["collection.feedback"]._receive(
                    self.agent_id, answer.body, "poll"
                )
                told = cursor_of(answer, _number(answer.body))
                moved = bool(told) and told != self.cursor
                self._went_well(
                    cursor=told or self.cursor,
                    # Marks belong to what was asked.
                    etag=False if moved else etag_of(answer),
                    says=not told
                    and self.env._("Its server does not say which message comes next."),
                )
        except Exception:
            _logger.exception("A message of office %s could not be kept", self.agent_id.id)
            self.says = self.env._("Its message could not be kept: it is asked for again.")
            if self._is_long():
                self._ask_somebody(self.says)
            return False
        self.env["collection.feedback"]._wake_reader()
        self.env["ir.cron"]._commit_progress()
        if message and not known:
            message._read_alone()
            self.env["ir.cron"]._commit_progress()
        return message if moved else False

    def _went_well(self, **values):
        self.write({"says": False, "failing_since": False, **values})
        self.env["dunning.task"]._done(self.agent_id, "agent_silent")

    def _is_long(self):
        """Whether it has not worked for a day."""
        since = self.failing_since
        return bool(since) and fields.Datetime.now() - since >= A_DAY

    def _ask_somebody(self, words):
        self.env["dunning.task"]._ask(
            self.agent_id,
            "agent_silent",
            lambda env: env._("Messages of the office don't come: %s", words),
            managers=True,
        )

    def _words(self, polled):
        env = self.env
        words = {
            "cut": lambda: env._("The line was cut before its answer was whole."),
            "timeout": lambda: env._("Its server did not answer in time."),
            "too_large": lambda: env._(
                "Its message is larger than %s MB.", LARGEST // (1024 * 1024)
            ),
        }
        own = words.get(polled.code)
        return own() if own else env["collection.transmission.way"]._words(polled)


def _number(content):
    """The office's number of a message; empty where it can't be read."""
    try:
        return read(content).feedback.id
    except Refused:
        return ""
    except Exception:
        _logger.exception("A message could not be read")
        return ""
