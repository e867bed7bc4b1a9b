import logging
import smtplib
from datetime import timedelta

import psycopg2

from odoo import fields, models, modules
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.mail import email_normalize, email_split_and_format_normalize

from ..smtp import TrackedSession
from ..tools import StillThere
from .dunning_desk import Desk, Parcel
from .ir_attachment import WHOLE_FILES, FileUnreachable

_logger = logging.getLogger(__name__)

#: A server that could not take a message is asked again after this time.
RETRY_AFTER = timedelta(minutes=15)
#: Mails made ready together; what is checked only once for them is never older than this takes.
READY_BATCH = 25
#: What is read of their notices; the body, which is long, is not.
READY_FIELDS = (
    "state",
    "run_id",
    "company_id",
    "debtor_id",
    "as_of",
    "phase",
    "channel",
    "fingerprint",
    "retry_of_id",
    "kind",
    "in_hours",
)
#: What core makes a message from.
BUILT_FROM = (
    "email_to",
    "subject",
    "body",
    "body_alternative",
    "email_cc",
    "reply_to",
    "attachments",
    "message_id",
    "references",
    "object_id",
    "headers",
)


class MailMail(models.Model):
    _inherit = "mail.mail"

    dunning_notice_id = fields.Many2one(
        "dunning.notice", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # Mails of messages are kept: Odoo's queue would read all of them each time it looks.
    _dunning_outgoing = models.Index("(id) WHERE state = 'outgoing'")

    def _prepare_outgoing_body(self):
        body = super()._prepare_outgoing_body()
        notice = self.dunning_notice_id
        if notice:
            body = self.env["dunning.message"]._insert_links(body, notice._page_url())
            body = notice._with_keys(body)
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
        if mail_server and not with_notice._filter_mail_mail_servers(mail_server):
            raise UserError(self.env._("Unauthorized server for some of the sending mails."))
        with_notice._hand_over(smtp_session, post_send_callback, **context)
        return True

    def _hand_over(self, smtp_session, post_send_callback=None, **kwargs):
        """Hand over mails with a notice, one after the other, committing around each.

        Some are made ready together; each is checked again by itself before it leaves.
        """
        if self.env["ir.mail_server"]._disable_send() or self.env["dunning.host"]._is_unfit():
            return
        session = TrackedSession(smtp_session) if smtp_session else None
        self.env["dunning.host"]._end_stalled()
        notices = self.env["dunning.notice"]
        notices._find_orphans()
        desk = Desk()
        for start in range(0, len(self), READY_BATCH):
            mails = self[start : start + READY_BATCH].exists()
            with mails.dunning_notice_id._shared_out() as mine:
                notices |= mine
                session = mails._hand_over_shared(mine, session, desk, **kwargs)
            if post_send_callback:
                post_send_callback(self[start : start + READY_BATCH].ids)
            if smtp_session and not session:
                break
        notices = notices.exists().with_prefetch()
        companies = notices.company_id
        notices._wind_up(lambda: self.env["dunning.task"]._server_answers(companies))

    def _hand_over_shared(self, notices, session, desk, **kwargs):
        """Hand over those of these mails whose notices are ours.

        :return: the session, or what took its place; ``None`` when there is none to be had
        """
        mails = self.exists().filtered(lambda mail: mail.dunning_notice_id in notices)
        for parcel in mails._make_ready(desk, **kwargs):
            mail = self.browse(parcel.mail_id)
            if session and not session.is_open:
                session = mail._reconnect(kwargs.get("mail_server"))
                if not session:
                    break
            mail._hand_over_safely(session, parcel, desk)
        return session

    def _make_ready(self, desk, mail_server=False, alias_domain_id=False):
        """Build these mails as they will leave, together, so that each is quick to hand over.

        :param desk: renewed for them, see :class:`~.dunning_desk.Desk`
        :return: list of :class:`~.dunning_desk.Parcel`
        """
        self.exists().dunning_notice_id.fetch(READY_FIELDS)
        mails = self.exists().filtered(
            lambda mail: mail.state == "outgoing" and mail.dunning_notice_id.state == "queued"
        )
        desk.renew(mails.dunning_notice_id)
        mails = mails._within_hours(desk)
        notices = mails.dunning_notice_id
        notices.debtor_id.fetch(["page_version"])
        parcels = []
        for mail in mails:
            notice = mail.dunning_notice_id
            parcel = Parcel.of(notice, mail.id)
            try:
                parcel.message, parcel.context = mail._build_noted(mail_server, alias_domain_id)
            except psycopg2.Error:
                raise
            except Exception as error:  # noqa: BLE001  recorded as its message's failure
                parcel.problem = error
            parcels.append(parcel)
        self._commit()
        return parcels

    def _within_hours(self, desk):
        """Those of these mails whose company sends now; the others wait until it does."""
        now = fields.Datetime.now()
        moments = self.env["dunning.when"]._moments(self.dunning_notice_id, now, desk.windows)
        opens = {mail: moments[mail.dunning_notice_id.id] for mail in self}
        later = self.filtered(lambda mail: opens[mail] > now)
        for moment, mails in later.grouped(opens.get).items():
            mails.write({"scheduled_date": moment})
        if later:
            self.env["dunning.notice"]._wake_queue([opens[mail] for mail in later])
        return (self - later).sorted("id")

    def _build_noted(self, mail_server, alias_domain_id):
        """This mail as an e-mail message, and the context in which core would send it."""
        Server = self.env["ir.mail_server"]
        whole = self.with_context(**{WHOLE_FILES: True})
        emails = whole._prepare_outgoing_list(mail_server=mail_server or self.mail_server_id)
        assert emails, Server.NO_VALID_RECIPIENT  # nosec B101 # as core says it to itself
        (email,) = emails
        senders = email_split_and_format_normalize(self.email_from)
        context = {"send_validated_to": email["email_to_normalized"]}
        domain = self.env["mail.alias.domain"].sudo().browse(alias_domain_id or ())
        context["domain_notifications_email"] = (
            domain.default_from_email or Server._get_default_from_address()
        )
        message = Server.with_context(**context)._build_email__(
            email_from=senders[0] if senders else self.email_from,
            subtype="html",
            subtype_alternative="plain",
            **{name: email[name] for name in BUILT_FROM},
        )
        # What core would look up for each message again; its own address changes nothing.
        context["domain_notifications_email"] = context[
            "domain_notifications_email"
        ] or email_normalize(message["From"])
        context["domain_bounce_address"] = (
            email["headers"].get("Return-Path")
            or domain.bounce_email
            or Server._get_default_bounce_address()
            or message["From"]
        )
        return message, context

    def _reconnect(self, server):
        """A new session after the server dropped the line; ``None`` when there is none to be had."""
        try:
            return TrackedSession(
                self.env["ir.mail_server"]._connect__(
                    mail_server_id=server.id if server else None, smtp_from=self.email_from
                )
            )
        except (OSError, smtplib.SMTPException, UserError) as error:
            _logger.warning("The mail server can't be reached any more: %s", error)
            self.env["dunning.task"]._ask_about_server(self.dunning_notice_id.company_id)
            return None

    def _hand_over_safely(self, session, parcel, desk):
        """The same as :meth:`_hand_over_one`; a mail at fault does not keep the others."""
        try:
            self._hand_over_one(session, parcel, desk)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception:
            _logger.exception("Mail %s with a dunning notice could not be handed over", self.id)
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)

    def _hand_over_one(self, session, parcel, desk):
        """Claim, check, mark, commit, send, record: one mail with a notice."""
        notice = self.env["dunning.notice"].browse(parcel.notice_id)
        with notice._claimed() as claimed:
            locked = claimed and notice._lock_to_send(self.id)
            if not locked:
                return
            objection = notice._why_not_to_send(parcel, locked, desk)
            if objection:
                notice._drop(objection)  # with its mail
                return
            still_there = StillThere(self.env.cr)
            notice._mark("sending")
            self._commit()
            if session:
                session.wants_reports = desk.offices[parcel.company_id].wants_reports
                session.before_content = still_there
            outcome = self._send_noted(session, parcel)
            self._record_outcome(notice, *outcome, day=desk.offices[parcel.company_id].today)

    def _send_noted(self, session, parcel):
        """Send one message that was made ready.

        :return: what became of it (``sent``, ``address``, ``later``, ``failed`` or
            ``ambiguous``), its Message-Id and what went wrong
        """
        if session:
            session.content_left = False
        problem = parcel.problem
        if not problem:
            server = self.env["ir.mail_server"].with_context(**parcel.context)
            try:
                return "sent", server.send_email(parcel.message, smtp_session=session), ""
            except psycopg2.Error:
                raise
            except Exception as error:  # noqa: BLE001  whatever it is, it must be recorded
                problem = error
        _logger.warning("Mail %s with a dunning notice: %s", self.id, problem)
        if isinstance(problem, AssertionError):
            return "address", None, str(problem)
        if isinstance(problem, FileUnreachable) and problem.lost:
            return "failed", None, str(problem)
        outcome = classify(_cause(problem), bool(session and session.content_left))
        return outcome, None, str(problem)

    def _record_outcome(self, notice, outcome, message_id, why, day):
        """Write down what became of a message."""
        notice._again(lambda: self._write_outcome(notice, outcome, message_id, why, day))

    def _write_outcome(self, notice, outcome, message_id, why, day):
        if outcome == "sent":
            self._mark_sent()
            notice._set_sent(message_id, day)
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

    def _mark_sent(self):
        """This mail has left; in one statement, as for its notice."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE mail_mail
                      SET state = 'sent', failure_reason = NULL, failure_type = NULL,
                          write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s""",
                self.env.uid,
                self.id,
            )
        )
        self.invalidate_recordset(["state", "failure_reason", "failure_type"])

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
            self.env["dunning.task"]._ask_about_server(waiting.dunning_notice_id.company_id)
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
