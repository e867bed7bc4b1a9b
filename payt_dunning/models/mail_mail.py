import logging
import smtplib
from datetime import timedelta

import psycopg2

from odoo import fields, models, modules
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: A server that could not take a message is asked again after this time.
RETRY_AFTER = timedelta(minutes=15)
#: How often the outcome of a message is written again when somebody else changed the debtor.
RECORD_ATTEMPTS = 5


class TrackedSession:
    """An SMTP session that knows whether the content of a message has begun to leave.

    Until then a failure is certain. After it, without an answer of the server, nobody
    knows whether the message was accepted.
    """

    def __init__(self, session):
        self._session = session
        self.content_left = False
        session_data, session_send = session.data, session.send

        def data(message):
            def send(chunk):
                if isinstance(chunk, bytes):
                    self.content_left = True
                return session_send(chunk)

            session.send = send
            try:
                return session_data(message)
            finally:
                session.send = session_send

        session.data = data

    def __getattr__(self, name):
        return getattr(self._session, name)

    @property
    def is_open(self):
        return getattr(self._session, "sock", True) is not None


class MailMail(models.Model):
    _inherit = "mail.mail"

    dunning_notice_id = fields.Many2one(
        "dunning.notice", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _prepare_outgoing_body(self):
        body = super()._prepare_outgoing_body()
        notice = self.dunning_notice_id
        if notice:
            body = self.env["dunning.message"]._insert_links(body, notice.line_ids.item_id.move_id)
        return body

    def _send(
        self,
        auto_commit=False,
        raise_exception=False,
        smtp_session=None,
        alias_domain_id=False,
        mail_server=False,
        post_send_callback=None,
    ):
        """Send mails that carry a notice one by one, each at most once.

        Core sends before it commits: killed in between it sends again, and so do two
        processes. Here each notice is claimed, checked against the ledger, marked *sending*
        and committed before its mail goes out.
        """
        context = {"alias_domain_id": alias_domain_id, "mail_server": mail_server}
        with_notice = self.filtered("dunning_notice_id")
        others = self - with_notice
        if others:
            super(MailMail, others)._send(
                auto_commit=auto_commit,
                raise_exception=raise_exception,
                smtp_session=smtp_session,
                post_send_callback=post_send_callback,
                **context,
            )
        if not with_notice:
            return True
        if not auto_commit and not modules.module.current_test:
            # A web request: the queue sends, where each message is committed on its own.
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
            return True
        with_notice._hand_over(smtp_session, post_send_callback, **context)
        return True

    def _hand_over(self, smtp_session, post_send_callback=None, **kwargs):
        """Hand over mails with a notice, one after the other, committing around each."""
        if self.env["ir.mail_server"]._disable_send():
            return
        server = kwargs.get("mail_server") or self.env["ir.mail_server"]
        session = TrackedSession(smtp_session) if smtp_session else None
        notices = self.dunning_notice_id
        notices._find_orphans()
        houses = {}
        for mail_id in self.ids:
            mail = self.browse(mail_id).exists()
            if not mail:
                continue  # dropped by somebody else in the meantime
            if session and not session.is_open:
                session = mail._reconnect(server)
                if not session:
                    break
            mail._hand_over_one(session, houses, **kwargs)
            if post_send_callback:
                post_send_callback([mail_id])
            self._commit()
        self._unless_disturbed(notices._log_sent)
        self._unless_disturbed(notices.debtor_id._decide_now)

    def _unless_disturbed(self, do):
        """Do something that can wait, and commit; leave it for later when it collides."""
        try:
            do()
            self._commit()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)

    def _reconnect(self, server):
        """A new session after the server dropped the line; ``None`` when there is none to be had."""
        try:
            return TrackedSession(
                self.env["ir.mail_server"]._connect__(
                    mail_server_id=server.id or None, smtp_from=self.email_from
                )
            )
        except (OSError, smtplib.SMTPException, UserError) as error:
            _logger.warning("The mail server can't be reached any more: %s", error)
            return None

    def _hand_over_one(self, session, houses, **kwargs):
        """Claim, check, mark, commit, send, record: one mail with a notice."""
        notice = self.dunning_notice_id
        with notice._claimed() as claimed:
            self.invalidate_recordset(["state", "scheduled_date"])
            notice.invalidate_recordset(["state"])
            if not claimed or not self.exists():
                return
            if self.state != "outgoing" or notice.state != "queued" or self._is_later():
                return
            if not notice.debtor_id.try_lock_for_update(allow_referencing=True):
                return
            today = self.env["dunning.message"]._today(notice.company_id)
            objection = notice._why_not_to_send(today, houses)
            if objection:
                notice._drop(objection)  # with its mail
                return
            notice._update_state("sending")
            self._commit()
            outcome = self._send_noted(session, **kwargs)
            self._record_outcome(notice, *outcome)

    def _is_later(self):
        """Whether somebody else put this mail off since it was read."""
        return bool(self.scheduled_date and self.scheduled_date > fields.Datetime.now())

    def _send_noted(self, session, **kwargs):
        """Send the one mail by core's own code.

        :return: what became of it (``sent``, ``address``, ``later``, ``failed`` or
            ``ambiguous``), its Message-Id and what went wrong
        """
        if session:
            session.content_left = False
        problem = None
        try:
            super()._send(auto_commit=False, raise_exception=True, smtp_session=session, **kwargs)
        except psycopg2.Error:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it must be recorded
            problem = error
            _logger.warning("Mail %s with a dunning notice: %s", self.id, error)
        if self.state == "sent":
            return "sent", self.message_id, ""
        why = str(problem or self.failure_reason or "")
        if problem is None or isinstance(problem, AssertionError):
            return "address", None, why
        return classify(_cause(problem), bool(session and session.content_left)), None, why

    def _record_outcome(self, notice, outcome, message_id, why):
        """Write down what became of a message, again if somebody else got in between."""
        for attempt in range(RECORD_ATTEMPTS):
            try:
                self._write_outcome(notice, outcome, message_id, why)
                self._commit()
                return
            except psycopg2.errors.SerializationFailure:
                if attempt + 1 == RECORD_ATTEMPTS:
                    raise
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)

    def _write_outcome(self, notice, outcome, message_id, why):
        if outcome == "sent":
            self.write({"state": "sent", "failure_reason": False, "failure_type": False})
            notice._set_sent(message_id)
        elif outcome == "later":
            later = fields.Datetime.now() + RETRY_AFTER
            self.write({"state": "outgoing", "failure_reason": why, "scheduled_date": later})
            notice._update_state("queued", failure=why)
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger(later)
        else:
            self.write({"state": "exception", "failure_reason": why})
            record = {
                "address": notice._set_address_failed,
                "failed": notice._set_failed,
                "ambiguous": notice._set_ambiguous,
            }
            record[outcome](why)

    def _commit(self):
        self.env["dunning.notice"]._commit()

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """A server that can't be reached fails nothing: these mails wait for the next time."""
        if failure_type == "mail_smtp":
            waiting = self.filtered(
                lambda mail: mail.dunning_notice_id and mail.dunning_notice_id.state == "queued"
            )
            waiting.write({"state": "outgoing"})
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )


def _cause(error):
    """The error of the mail server or the line at the bottom of what core wraps around it."""
    while error is not None:
        if isinstance(error, smtplib.SMTPException | OSError):
            return error
        error = error.__cause__ or error.__context__
    return None


def classify(cause, content_left):
    """What an error while handing over means for the message.

    A refusal that the server put in words is certain, even after the content: the server
    has not taken the message (RFC 5321, 6.1). Silence after the content is not.

    :param cause: the SMTP or line error; ``None`` when it is neither
    :param content_left: whether the content had begun to leave
    :return: ``address``, ``later``, ``failed`` or ``ambiguous``
    """
    if isinstance(cause, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _answer in cause.recipients.values()]
        return "address" if all(code >= 500 for code in codes) else "later"
    if isinstance(cause, smtplib.SMTPDataError) and cause.smtp_code >= 500:
        return "failed"
    if isinstance(cause, smtplib.SMTPResponseException):
        return "later"
    if content_left:
        return "ambiguous"
    return "later" if cause is not None else "failed"
