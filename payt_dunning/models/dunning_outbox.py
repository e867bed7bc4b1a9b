import logging
from contextlib import contextmanager, suppress
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import psycopg2

from odoo import api, fields, models, modules
from odoo.tools import SQL

from ..rules.decide import SEND
from ..rules.facts import FORMAL_PHASES
from ..rules.plan import plan
from ..rules.seal import seal
from .dunning_dialogue import DISTURBED

_logger = logging.getLogger(__name__)

#: First key of the advisory lock that whoever hands over a notice holds (the second is its id).
LOCK_SPACE = 0x70617974
#: How often the outcome of a message is written again when somebody else changed the debtor.
RECORD_ATTEMPTS = 5


class DunningNotice(models.Model):
    """The outbox's way out: claiming, checking again, and what became of a message."""

    _inherit = "dunning.notice"

    def _try_claim(self):
        """Become the only process that hands over this notice; survives a commit, dies with us."""
        self.ensure_one()
        return self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_SPACE, self.id)
        )[0][0]

    @contextmanager
    def _claimed(self):
        """Hold the claim on this notice, if it can be had, until what was done is committed.

        Released before the commit, somebody else would still see the old state. Another's
        change to the same debtor ends our work without loss: it is taken up again later.
        """
        self.ensure_one()
        claimed = self._try_claim()
        try:
            yield claimed
            self._commit()
        except DISTURBED:
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)
        except psycopg2.Error:
            with suppress(psycopg2.Error):
                self.env.cr.rollback()
            raise
        finally:
            if claimed:
                with suppress(psycopg2.Error):
                    self._release_claim()

    @api.model
    def _commit(self):
        """Commit, except in tests, where the transaction is the test's own."""
        if not modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    @api.model
    def _again(self, work):
        """Do something and commit it, again if somebody else got in between."""
        for attempt in range(RECORD_ATTEMPTS):
            try:
                work()
                self._commit()
                return
            except DISTURBED:
                if attempt + 1 == RECORD_ATTEMPTS:
                    raise
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)

    def _release_claim(self):
        self.ensure_one()
        self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_SPACE, self.id))

    @api.model
    def _find_orphans(self):
        """Notices left in *sending* by a process that is gone: a person decides about them."""
        lost = [
            ("state", "=", "queued"),
            ("channel", "=", "email"),
            "|",
            ("mail_id", "=", False),
            ("mail_id.state", "in", ("cancel", "exception")),
        ]
        for notice in self.search(["|", ("state", "=", "sending"), "&", "&", *lost]):
            with notice._claimed() as claimed:
                if not claimed:
                    continue  # somebody is handing it over right now
                notice.invalidate_recordset(["state", "mail_id"])
                notice.mail_id.invalidate_recordset(["state"])
                if notice.filtered_domain(["&", "&", *lost]):
                    notice._drop(self.env._("Its mail was deleted or cancelled by hand."))
                elif notice.state == "sending":
                    notice.mail_id.write({"state": "exception"})
                    notice._set_ambiguous(
                        self.env._("The program stopped while the message was handed over.")
                    )

    def _lock_to_send(self, mail_id=None):
        """Lock the debtor of a message that is still to be sent now, for this transaction.

        :param mail_id: of the mail that carries it; ``None`` where none does
        :return: the debtor's id and the database that its company is live in; ``None`` when
            somebody else has the debtor, or dealt with the message or put it off meanwhile
        """
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT debtor.id, company.dunning_live_uuid
                     FROM dunning_notice notice
                LEFT JOIN mail_mail mail
                       ON mail.dunning_notice_id = notice.id AND mail.id = %(mail)s
                     JOIN dunning_debtor debtor ON debtor.id = notice.debtor_id
                     JOIN res_company company ON company.id = notice.company_id
                    WHERE notice.id = %(notice)s AND notice.state = 'queued'
                      AND CASE WHEN %(mail)s IS NULL
                               THEN notice.leaves_at <= %(now)s
                               ELSE mail.state = 'outgoing' AND (mail.scheduled_date IS NULL
                                    OR mail.scheduled_date <= %(now)s) END
                      FOR NO KEY UPDATE OF debtor SKIP LOCKED""",
                notice=self.id,
                mail=mail_id,
                now=fields.Datetime.now(),
            )
        )
        return rows[0] if rows else None

    def _put_off(self, moment, why=None):
        """Let a message that waits leave later: not before ``moment`` (UTC).

        :param why: what went wrong, in words
        """
        self.write({"leaves_at": moment, **({"failure": why} if why else {})})
        self.env.ref("payt_dunning.ir_cron_dunning_dispatch")._trigger(moment)

    def _why_not_to_send(self, parcel, locked, desk):
        """Why this message must not leave now, in words; ``None`` when it may.

        Decides once more from the ledger as it is at this moment: the same rules must give
        exactly this message.

        :param parcel: the message, see :class:`Parcel`
        :param locked: what :meth:`_lock_to_send` gave
        :param desk: see :class:`Desk`
        """
        debtor_id, live_uuid = locked
        office = desk.offices[parcel.company_id]
        if not office.uuid or live_uuid != office.uuid:
            return self.env._("Sending is switched off for %s.", office.name)
        if parcel.is_copy:
            return self._why_not_to_copy()
        if parcel.is_talk:
            return self._why_not_to_talk()
        house = desk.houses[parcel.company_id, parcel.as_of]
        if not self._is_day_to_send(parcel, office, desk.places[debtor_id], house):
            return self.env._(
                "No messages leave on this day, where the debtor is; it is made anew."
            )
        if not timedelta() <= office.today - parcel.as_of <= timedelta(days=1):
            return self.env._("The message waited too long to be sent; it is made anew.")
        house = self.env["dunning.house"]._with_receipts(house)
        desk.houses[parcel.company_id, parcel.as_of] = house
        debtor = self.env["dunning.debtor"].browse(debtor_id)
        candidates = self.env["dunning.facts"]._candidates(
            debtor, parcel.as_of, house, except_notice=parcel
        )
        found = {each.fingerprint(): each for each in plan(candidates, parcel.as_of)}
        held_since = any(
            hold.counts_on(office.today) and not hold.counts_on(parcel.as_of)
            for candidate in candidates
            if candidate.decision.action == SEND
            for hold in candidate.facts.holds
        )
        planned = found.get(parcel.fingerprint)
        if held_since or not planned:
            return self.env._("What is owed, or to whom it is sent, changed before it left.")
        # Who is paid is the same; that one's number may not be.
        if any(line.payee_id for line in planned.lines):
            return self._why_not_this_account()
        return None

    def _is_day_to_send(self, parcel, office, place, house):
        """Whether a message may leave on the day that it is now where its debtor is."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        ahead = now.astimezone(ZoneInfo(place.zone)).date() - now.astimezone(office.zone).date()
        day = office.today + ahead
        if self.env["dunning.when"]._is_rest(parcel.channel, place, day):
            return False
        calendar = self.env["dunning.house"]._calendar(house, place.country)
        return calendar.first_day(day, parcel.phase in FORMAL_PHASES) == day

    def _drop(self, why):
        """Cancel messages that no longer fit; their items are decided about anew."""
        self._update_state("cancelled", failure=why)
        self.mail_id.unlink()
        self._decide_anew()

    def _set_failed(self, why, kind="content"):
        """The message is known not to have arrived."""
        self._update_state("failed", failure=why, failure_kind=kind)
        self._decide_anew()

    def _set_address_failed(self, why, until=None):
        """The address does not work: it is not used again; see :meth:`_note_failed_address`."""
        for notice in self:
            blamed = notice._blames_address(until)
            notice._note_failed_address(why, until)
            notice._set_failed(why, kind="address" if blamed else "content")
            if blamed:
                self.env["dunning.task"]._ask_about_address(notice)

    def _blames_address(self, until):
        """Whether an address that is tried again on a day has any part in the failure."""
        self.ensure_one()
        return not until or until > self.env["dunning.message"]._today(self.company_id)

    def _note_failed_address(self, why, until=None):
        """Where this message went to is not used again.

        :param until: the first day on which it is tried again, today where the address had no
            part in it; nothing: never by itself
        """
        self.ensure_one()
        if not self._blames_address(until):
            return
        if self.channel == "email":
            self.debtor_id._note_failed_address(self.recipient)
        else:
            self.env["dunning.failed.address"]._note(self, why, until)

    def _set_ambiguous(self, why):
        """Nobody knows whether the message left: nothing more is sent about it until decided."""
        self._update_state("ambiguous", failure=why)
        self.env["dunning.task"]._ask_whether_sent(self)
        self._decide_anew()

    def _decide_anew(self):
        self.line_ids.item_id.debtor_id._look_again()

    def _set_sent(self, message_id=None, day=None):
        """The message has left: the rungs in it are reached.

        In plain SQL: it is done for each message in a transaction of its own, where the ORM
        would read rows, items and debtor first.

        :param day: today where the company is
        """
        for notice in self:
            day = day or self.env["dunning.message"]._today(notice.company_id)
            left = {"sent_at": fields.Datetime.now(), "sent_on": day, "failure": None}
            if message_id:
                left["message_id"] = message_id
            notice._mark("sent", **left)
            self.env.cr.execute(
                SQL(
                    """WITH notice AS (
                           SELECT id, debtor_id, as_of FROM dunning_notice
                            WHERE id = %(notice)s
                       ), debtor AS (
                           UPDATE dunning_debtor
                              SET last_message_date = greatest(last_message_date, %(day)s)
                             FROM notice WHERE dunning_debtor.id = notice.debtor_id
                       )
                       UPDATE dunning_item item
                          SET reached = coalesce(line.position, item.reached),
                              reached_on = CASE WHEN line.position IS NOT NULL
                                                THEN %(day)s ELSE item.reached_on END,
                              next_date = least(item.next_date, %(day)s)
                         FROM notice
                         JOIN dunning_item other ON other.debtor_id = notice.debtor_id
                    LEFT JOIN dunning_notice_line line
                           ON line.notice_id = notice.id AND line.item_id = other.id
                          AND line.position > 0 AND line.position != other.reached
                          -- What was begun anew since, or with another debtor, has not
                          -- reached it, nor what has gone further.
                          AND line.slot = other.episode || ':' || line.position
                          AND (other.reached_on IS NULL OR other.reached_on <= notice.as_of)
                        WHERE item.id = other.id""",
                    notice=notice.id,
                    day=day,
                )
            )
            self.env["dunning.item"].invalidate_model(["reached", "reached_on", "next_date"])
            self.env["dunning.debtor"].invalidate_model(["last_message_date"])

    def _content_hash(self):
        """The SHA-256 of this message, computed again from what is kept of it."""
        self.ensure_one()
        files = self.env["dunning.message"]._file_hashes(self.attachment_ids)
        return seal(self.recipient, self.subject, str(self.body), files)

    @api.model
    def _log_sent(self):
        """Show messages that left on their invoices; see :class:`DunningChatter`."""
        self.env["dunning.chatter"]._log_sent()
