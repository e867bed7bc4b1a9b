import logging
from contextlib import contextmanager, suppress
from datetime import timedelta

import psycopg2

from odoo import api, fields, models, modules
from odoo.tools import SQL

from ..rules.decide import FORMAL_PHASES
from ..rules.plan import plan

_logger = logging.getLogger(__name__)

#: First key of the advisory lock that whoever hands over a notice holds (the second is its id).
LOCK_SPACE = 0x70617974


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
        except psycopg2.errors.SerializationFailure:
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
                    notice._set_ambiguous(
                        self.env._("The program stopped while the message was handed over.")
                    )

    def _why_not_to_send(self, day, houses=None):
        """Why this message must not leave now, in words; ``None`` when it may.

        Decides once more from the ledger as it is at this moment: the same rules must give
        exactly this message.

        :param day: today; a message that waited for more than a day is made anew
        :param houses: facts of companies, kept between the messages of one hand-over
        """
        self.ensure_one()
        if not self.company_id._dunning_is_live():
            return self.env._("Sending is switched off for %s.", self.company_id.name)
        formal = self.phase in FORMAL_PHASES
        if self.company_id.sudo()._dunning_calendar().first_day(day, formal) != day:
            return self.env._("No messages leave on this day of the week; it is made anew.")
        if not timedelta() <= day - self.as_of <= timedelta(days=1):
            return self.env._("The message waited too long to be sent; it is made anew.")
        houses = {} if houses is None else houses
        key = (self.company_id.id, self.as_of)
        Facts = self.env["dunning.facts"]
        houses[key] = Facts._house(self.company_id, self.as_of, self.debtor_id, houses.get(key))
        candidates = Facts._candidates(self.debtor_id, self.as_of, houses[key], except_notice=self)
        fingerprints = {planned.fingerprint() for planned in plan(candidates, self.as_of)}
        if self.fingerprint not in fingerprints:
            return self.env._("What is owed, or to whom it is sent, changed before it left.")
        return None

    def _drop(self, why):
        """Cancel messages that no longer fit; their items are decided about anew."""
        self._update_state("cancelled", failure=why)
        self.mail_id.unlink()
        self._decide_anew()

    def _set_failed(self, why, kind="content"):
        """The message is known not to have arrived."""
        self._update_state("failed", failure=why, failure_kind=kind)
        self._decide_anew()

    def _set_address_failed(self, why):
        """The address does not work: it is not used again until somebody corrects it."""
        for notice in self:
            notice.debtor_id.failed_email = notice.recipient
        self._set_failed(why, kind="address")

    def _set_ambiguous(self, why):
        """Nobody knows whether the message left: nothing more is sent about it until decided."""
        self._update_state("ambiguous", failure=why)
        self._decide_anew()

    def _decide_anew(self):
        self.line_ids.item_id.debtor_id._look_again()

    def _set_sent(self, message_id=None):
        """The message has left: the rungs in it are reached."""
        for notice in self:
            day = self.env["dunning.message"]._today(notice.company_id)
            notice._update_state(
                "sent",
                sent_at=fields.Datetime.now(),
                sent_on=day,
                failure=False,
                message_id=message_id or notice.message_id,
            )
            for position, lines in notice.line_ids.grouped("position").items():
                behind = lines.item_id.filtered(
                    lambda item, position=position: item.reached < position
                )
                behind.write({"reached": position, "reached_on": day})
            notice.debtor_id.last_message_date = day
            notice._decide_anew()

    @api.model
    def _log_sent(self):
        """Show messages that left on each of their invoices, for clerk and debtor alike.

        In bulk, apart from the hand-over; what a crash leaves over is logged by the next call.
        """
        notices = self.search([("state", "=", "sent"), ("logged", "=", False)], limit=1000)
        if not notices:
            return
        comment = self.env.ref("mail.mt_comment").id
        values = []
        for company, of_company in notices.grouped("company_id").items():
            sender = company.sudo()._dunning_sender()
            env = self.with_context(lang=company.partner_id.lang).env
            for notice in of_company:
                body = env._(
                    "Message sent to %(recipient)s: “%(subject)s”.",
                    recipient=notice.recipient,
                    subject=notice.subject,
                )
                moves = notice.line_ids.filtered("position").item_id.move_id
                values += [
                    {
                        "model": "account.move",
                        "res_id": move.id,
                        "subject": notice.subject,
                        "body": body,
                        "message_type": "email_outgoing",
                        "subtype_id": comment,
                        "author_id": company.partner_id.id,
                        "record_company_id": company.id,
                        **sender,
                    }
                    for move in moves
                ]
        self.env["mail.message"].create(values)
        notices.write({"logged": True})
