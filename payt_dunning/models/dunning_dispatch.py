import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import StillThere, content_of
from .dunning_desk import Desk, Parcel
from .dunning_way import Outcome
from .ir_attachment import WHOLE_FILES, FileUnreachable
from .mail_mail import READY_BATCH, RETRY_AFTER

_logger = logging.getLogger(__name__)

#: What became of a message tells that the channel itself does not work now.
OUTAGE = ("later", "ambiguous")


class DunningNotice(models.Model):
    """Messages that leave by another way than the queue of mails."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    text = fields.Text(readonly=True, help="Of a short message: as sent, without its codes.")
    leaves_at = fields.Datetime("Not Before", readonly=True)
    provider_reference = fields.Char(
        "Provider's Reference",
        readonly=True,
        index="btree_not_null",
        help="What the provider calls it by.",
    )

    _to_dispatch = models.Index("(leaves_at) WHERE state = 'queued' AND leaves_at IS NOT NULL")

    def _wait_for_dispatch(self, woken=None):
        """Let queued messages be handed over as soon as they may leave."""
        moments = self.env["dunning.when"]._moments(self, fields.Datetime.now())
        self._set_each("leaves_at", moments, "timestamp")
        self._wake_cron("payt_dunning.ir_cron_dunning_dispatch", moments.values(), woken)

    @api.model
    def _set_each(self, name, values, kind):
        """Give messages a value each, in one statement: the ORM would take one for each value.

        :param values: by id of the message
        :param kind: type of the column in the database
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE dunning_notice notice SET %(name)s = known.value
                     FROM unnest(%(ids)s::int[], %(values)s::%(kind)s[]) AS known (id, value)
                    WHERE notice.id = known.id""",
                name=SQL.identifier(name),
                kind=SQL(kind),
                ids=list(values),
                values=list(values.values()),
            )
        )
        self.browse(values).invalidate_recordset([name])

    def _put_off_with_others(self):
        """What of its company waits for the same channel leaves a while later, in one statement.

        Looked at one by one, each round of a long queue would try one more of them.
        """
        self.ensure_one()
        later = fields.Datetime.now() + RETRY_AFTER
        self._again(
            lambda: self.env.execute_query(
                SQL(
                    """UPDATE dunning_notice SET leaves_at = %s
                        WHERE company_id = %s AND channel = %s AND state = 'queued'
                          AND leaves_at < %s RETURNING id""",
                    later,
                    self.company_id.id,
                    self.channel,
                    later,
                )
            )
        )
        self.invalidate_model(["leaves_at"])
        self.env.ref("payt_dunning.ir_cron_dunning_dispatch")._trigger(later)

    def _reach_files(self):
        """Read what goes with a message.

        :raises FileUnreachable: when it is not in reach of this host: the message waits, unless
            it is lost
        """
        for file in self.sudo().attachment_ids | self.sudo().letter_file_id:
            content_of(file)

    def _words_to_send(self):
        """What a message says, with what is put in at the last moment."""
        self.ensure_one()
        text = self.env["dunning.message"]._insert_links(self.text or "", self._page_url())
        return self._with_keys(text)


class DunningDispatch(models.AbstractModel):
    """Hands over messages of all channels but e-mail, each at most once.

    As with mails each is claimed, decided about again and marked as being sent before it leaves;
    see :class:`~.mail_mail.MailMail`.
    """

    _name = "dunning.dispatch"
    _description = "Hand-over of Messages"

    @api.model
    def _cron_dispatch(self):
        """Hand over what may leave now, channel after channel."""
        if self.env["dunning.host"]._is_unfit():
            return
        self.env["dunning.host"]._end_stalled()
        notices = self.env["dunning.notice"]
        notices._find_orphans()
        self._drop_of_gone_channels()
        for way in self.env["dunning.channel"]._ways().values():
            if way._by_hand or way._name.endswith(".email"):
                continue
            self._dispatch(way)

    @api.model
    def _drop_of_gone_channels(self):
        """Messages of a channel whose add-on is gone: their items are decided about anew."""
        codes = self.env["dunning.channel"]._codes()
        gone = self.env["dunning.notice"].search(
            [("state", "=", "queued"), ("channel", "not in", codes)]
        )
        if gone:
            gone._again(lambda: gone._drop(self.env._("There is no such channel any more.")))

    @api.model
    def _dispatch(self, way, waiting=None):
        """Hand over the messages of one channel.

        A channel of a company that does not work is left alone until the next time: one message
        at most is unclear then for each worker, and never thousands.

        :param waiting: messages of the channel that may leave now; otherwise all that wait
        """
        known = waiting is not None
        waiting = waiting if known else self._waiting(way)
        mine, used, broken = waiting.browse(), self.env["res.company"], set()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting))
        for start in range(0, len(waiting), READY_BATCH):
            batch = waiting[start : start + READY_BATCH]
            with batch.exists()._shared_out() as shared:
                mine |= shared
                used |= self._dispatch_shared(way, shared, broken)
            cron._commit_progress(len(batch))
        if mine:
            answers = self.env["dunning.task"]._channel_answers
            mine.exists()._wind_up(lambda: answers(used, way, broken))
        if not known and len(waiting) == way._batch:
            self.env.ref("payt_dunning.ir_cron_dunning_dispatch")._trigger()

    @api.model
    def _dispatch_shared(self, way, notices, broken):
        """Hand over messages of a channel that no other worker has.

        :param broken: ids of the companies for which it does not work; what is found is added
        :return: the companies for which it was used
        """
        used, desk = self.env["res.company"], Desk()
        desk.renew(notices)
        for notice in notices.with_prefetch():
            if notice.company_id.id in broken:
                continue
            outcome = self._dispatch_safely(way, notice, desk)
            if outcome:
                used |= notice.company_id
            if outcome and outcome.kind in OUTAGE:
                broken.add(notice.company_id.id)
                notice._put_off_with_others()
        return used

    @api.model
    def _waiting_since(self):
        """Scheduled actions hand over what may leave since this moment (UTC), or earlier."""
        return fields.Datetime.now()

    @api.model
    def _waiting(self, way):
        """Messages of a channel that may leave now, in the order in which they were made."""
        return self.env["dunning.notice"].search(
            [
                ("state", "=", "queued"),
                ("channel", "=", way._name.rpartition(".")[2]),
                ("leaves_at", "<=", self._waiting_since()),
            ],
            order="id",
            limit=way._batch,
        )

    @api.model
    def _dispatch_safely(self, way, notice, desk):
        """The same as :meth:`_dispatch_one`; a message at fault does not keep the others."""
        try:
            return self._dispatch_one(way, notice, desk)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception as error:
            _logger.exception("Message %s by %s could not be handed over", notice.id, way._name)
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)
            why = str(error) or type(error).__name__
            notice._again(lambda: notice._put_off(fields.Datetime.now() + RETRY_AFTER, why))
            return None

    @api.model
    def _dispatch_one(self, way, notice, desk):
        """Claim, check, mark, commit, hand over, record: one message.

        :return: :class:`~.dunning_way.Outcome`; ``None`` where it did not get that far
        """
        outcome = None
        parcel = Parcel.of(notice)
        with notice._claimed() as claimed:
            locked = claimed and notice._lock_to_send()
            if not locked:
                return None
            now = fields.Datetime.now()
            opens = self.env["dunning.when"]._moments(notice, now, desk.windows)[notice.id]
            if opens > now:
                notice._put_off(opens)
                return None
            objection = notice._why_not_to_send(parcel, locked, desk)
            if objection:
                notice._drop(objection)
                return None
            # Kept before it leaves: a report may come before we know that it did.
            reference = notice.provider_reference or way._new_reference()
            whole = notice.with_context(**{WHOLE_FILES: True})
            try:
                whole._reach_files()
                text = way._prepare(whole)
            except psycopg2.Error:
                raise
            except Exception as problem:  # noqa: BLE001  recorded as its message's failure
                if isinstance(problem, FileUnreachable) and not problem.lost:
                    raise  # it waits
                _logger.warning("Message %s by %s: %s", notice.id, way._name, problem)
                notice._set_failed(str(problem) or type(problem).__name__)
                return None
            still_there = StillThere(self.env.cr)
            notice._mark("sending", provider_reference=reference)
            notice._commit()
            still_there()
            outcome = self._hand_over(way, whole, text)
            self._record(notice, outcome, desk.offices[parcel.company_id].today)
        return outcome

    @api.model
    def _hand_over(self, way, notice, text):
        """Let a channel hand over a message; whatever goes wrong is an outcome."""
        try:
            return way._hand_over(notice, text)
        except psycopg2.Error:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it must be recorded
            _logger.warning("Message %s by %s: %s", notice.id, way._name, error)
            return Outcome("ambiguous", "", str(error) or type(error).__name__)

    @api.model
    def _record(self, notice, outcome, day):
        """Write down what became of a message."""
        notice._again(lambda: self._record_once(notice, outcome, day))

    @api.model
    def _record_once(self, notice, outcome, day):
        if outcome.reference and outcome.reference != notice.provider_reference:
            notice.provider_reference = outcome.reference
        if outcome.kind == "sent" or notice.delivered_at:
            notice._set_sent(day=day)
        elif outcome.kind == "later":
            later = fields.Datetime.now() + RETRY_AFTER
            notice._update_state("queued", failure=outcome.why, leaves_at=later)
            self.env.ref("payt_dunning.ir_cron_dunning_dispatch")._trigger(later)
        else:
            record = {
                "address": notice._set_address_failed,
                "failed": notice._set_failed,
                "ambiguous": notice._set_ambiguous,
            }
            record[outcome.kind](outcome.why)
