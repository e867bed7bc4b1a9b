from contextlib import contextmanager, suppress

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .dunning_outbox import LOCK_SPACE

#: First key of the lock that keeps long work on one worker (the second is its id).
JOB_SPACE = 0x7061747A
#: The most workers that share the work, each a scheduled action of its own.
MOST_WORKERS = 4
WORKERS = "payt_dunning.workers"
#: Mails that a helping worker looks at in one go.
MAILS = 1000


@contextmanager
def held(env, space, ids):
    """Hold the right to work on records, as far as it can be had; nobody ever waits for it.

    It lasts over commits and ends with the program, however that ends.

    :param space: first key of the locks
    :return: set of the ids that are ours
    """
    rows = env.execute_query(
        SQL(
            "SELECT id FROM unnest(%s::int[]) AS id WHERE pg_try_advisory_lock(%s, id)",
            list(ids),
            space,
        )
    )
    mine = {row[0] for row in rows}
    try:
        yield mine
    except psycopg2.Error:
        # Nothing can be asked in a transaction that has failed, not even to let go.
        with suppress(psycopg2.Error):
            env.cr.rollback()
        raise
    finally:
        # On a line that is broken the locks are gone already.
        with suppress(psycopg2.Error):
            env.execute_query(
                SQL(
                    "SELECT pg_advisory_unlock(%s, id) FROM unnest(%s::int[]) AS id",
                    space,
                    list(mine),
                )
            )


class DunningNotice(models.Model):
    """Messages that several workers hand over at the same time."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    @contextmanager
    def _shared_out(self):
        """Hold those of these messages that no other worker holds; none is made ready twice."""
        with held(self.env, LOCK_SPACE, self.ids) as mine:
            # What others did before they let go is seen from here on.
            self._commit()
            yield self.filtered(lambda notice: notice.id in mine).exists()


class DunningDispatch(models.AbstractModel):
    """What waits, shared by several workers: each takes what no other one has."""

    _inherit = "dunning.dispatch"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _deliver(self, notice_ids):
        """Hand over those of these messages that may leave now, each at most once.

        The unit of work of whoever sends: a scheduled action or a job. Called again it does
        nothing to what has left, is unclear, or is not right any more.

        :return: those that still wait, though they might leave now
        """
        if self.env["dunning.host"]._is_unfit():
            return self.env["dunning.notice"].browse(notice_ids).exists()
        self.env["dunning.host"]._end_stalled()
        notices = self._due(notice_ids)
        for code, of_channel in notices.grouped("channel").items():
            way = self.env["dunning.channel"]._way(code)
            if code == "email":
                of_channel.mail_id.send(auto_commit=True)
            elif way is not None and not way._by_hand:
                self._dispatch(way, of_channel)
        return self._due(notice_ids)

    @api.model
    def _due(self, notice_ids):
        """Those of some messages that wait in the outbox and may leave now."""
        now = fields.Datetime.now()
        notices = self.env["dunning.notice"].browse(notice_ids).exists()
        return notices.filtered(
            lambda notice: (
                notice.state == "queued"
                and (
                    (notice.mail_id.state == "outgoing")
                    and (notice.mail_id.scheduled_date or now) <= now
                    if notice.channel == "email"
                    else notice.leaves_at and notice.leaves_at <= now
                )
            )
        )

    @api.model
    def _cron_share(self):
        """Take a share of all that waits: what the other scheduled actions do, on a worker more."""
        self._share_mails()
        self._cron_dispatch()
        self.env["dunning.job"]._cron_work()
        self.env["collection.transmission"]._cron_send()

    @api.model
    def _share_mails(self):
        """Hand over mails with a message that Odoo's own queue has not come to yet."""
        cron = self.env["ir.cron"]
        mails = self.env["mail.mail"].search(self._mails_waiting(), order="id", limit=MAILS)
        if not mails:
            return
        left = len(mails)
        cron._commit_progress(remaining=left)

        def done(ids):
            nonlocal left
            left = max(left - len(ids), 0)
            # Of more than these the next round takes some.
            cron._commit_progress(len(ids), remaining=left or int(len(mails) == MAILS))

        mails.send(auto_commit=True, post_send_callback=done)

    @api.model
    def _mails_waiting(self):
        """Mails with a message that may leave now, as a domain."""
        return [
            ("state", "=", "outgoing"),
            ("dunning_notice_id", "!=", False),
            "|",
            ("scheduled_date", "=", False),
            ("scheduled_date", "<=", self._waiting_since()),
        ]

    # -- helping workers -------------------------------------------------------------------------

    @api.model
    def _helpers(self):
        """The scheduled actions of the workers that help, the second first."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        names = (f"payt_dunning.ir_cron_dunning_share_{n}" for n in range(2, MOST_WORKERS + 1))
        ids = [find(name, raise_if_not_found=False) for name in names]
        return self.env["ir.cron"].sudo().browse([cron_id for cron_id in ids if cron_id])

    @api.model
    def _wake_helpers(self, moments=None):
        """Have the workers that help look too."""
        for cron in self._helpers()[: self._count_workers() - 1]:
            cron._trigger(moments)

    @api.model
    def _count_workers(self):
        """On how many workers the work is shared."""
        number = self.env["ir.config_parameter"].sudo().get_param(WORKERS) or "1"
        return int(number) if number.isdecimal() else 1

    @api.model
    def _set_workers(self, number):
        """Share the work between so many workers from now on."""
        if not 1 <= number <= MOST_WORKERS:
            raise UserError(
                self.env._("Between one and %s workers can share the sending.", MOST_WORKERS)
            )
        self.env["ir.config_parameter"].sudo().set_param(WORKERS, number)
        for place, cron in enumerate(self._helpers(), 2):
            if cron.active != (place <= number):
                cron.active = place <= number
