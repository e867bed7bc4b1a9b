from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..rules.work import BY_HAND
from .dunning_call_outcomes import RIGHT_PARTY

#: What may be in flight about an item: of several, the last of these counts.
IN_FLIGHT = (*BY_HAND, "queued", "sending", "planned", "ambiguous")


class DunningFacts(models.AbstractModel):
    """What was sent about items, and what became of it."""

    _inherit = "dunning.facts"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _bounced(self, rows):
        """Invoices whose mail to the debtor came back and did not arrive later either.

        What was reminded of already did arrive, one way or another.

        :return: set of ids of moves
        """
        move_ids = [row.move_id for row in rows if row.move_id and not row.reached]
        if not move_ids:
            return set()
        found = self.env.execute_query(
            SQL(
                """SELECT message.res_id
                     FROM mail_notification notification
                     JOIN mail_message message ON message.id = notification.mail_message_id
                     JOIN res_partner person ON person.id = notification.res_partner_id
                     JOIN account_move move ON move.id = message.res_id
                    WHERE notification.notification_status IN ('bounce', 'exception')
                      AND notification.notification_type = 'email'
                      AND message.model = 'account.move' AND message.res_id = ANY(%s)
                      AND person.commercial_partner_id = move.commercial_partner_id
                      AND NOT EXISTS (
                          SELECT 1
                            FROM mail_notification later
                            JOIN mail_message other ON other.id = later.mail_message_id
                           WHERE other.model = 'account.move' AND other.res_id = message.res_id
                             AND other.id > message.id AND later.notification_type = 'email'
                             AND later.res_partner_id = notification.res_partner_id
                             AND later.notification_status = 'sent')""",
                move_ids,
            )
        )
        return {move_id for (move_id,) in found}

    @api.model
    def _outbox(self, rows, except_notice=None, dropped=()):
        """Messages about each item that did not arrive, or not yet.

        Work that is still to be done beside a message that has left keeps nothing waiting.

        :return: per item id ``in_flight`` (see :data:`IN_FLIGHT`), ``failures``, ``failed_on`` and ``again``
            (the rung of ``except_notice``)
        """
        found = defaultdict(dict)
        notices = self.env.execute_query(
            SQL(
                """SELECT line.item_id, line.slot, line.position, notice.id, notice.run_id,
                          notice.state, notice.as_of, notice.failure_kind, notice.channel
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                    WHERE line.item_id = ANY(%s) AND line.position > 0 AND notice.id != ALL(%s)
                      AND (notice.state NOT IN ('sent', 'cancelled', 'returned')
                           OR notice.id = %s)""",
                [row.item_id for row in rows],
                list(dropped) or [0],
                except_notice.notice_id if except_notice else None,
            )
        )
        if not notices:
            return found
        slots = {row.item_id: (f"{row.episode}:", row.reached, row.retry_after_id) for row in rows}
        channels = self.env["dunning.channel"]
        waits_for, work = channels._waits_for(), channels._work()
        for item_id, slot, position, notice_id, run_id, state, as_of, failure, channel in notices:
            episode, reached, retry_after_id = slots[item_id]
            facts = found[item_id]
            same_episode = slot and slot.startswith(episode)
            if except_notice and notice_id == except_notice.notice_id:
                # Begun anew since: the message is about a level of the time before.
                facts["again" if same_episode else "in_flight"] = position
            elif not same_episode:
                continue
            elif state == "failed":
                forgiven = notice_id <= retry_after_id
                if failure != "address" and position != reached and not forgiven:
                    facts["failures"] = facts.get("failures", 0) + 1
                    facts["failed_on"] = max(facts.get("failed_on") or as_of, as_of)
            elif not (except_notice and run_id and run_id == except_notice.run_id):
                if state == "queued" and channel in work and position == reached:
                    continue
                waits = waits_for.get(channel, state) if state == "queued" else state
                facts["in_flight"] = max(facts.get("in_flight", waits), waits, key=IN_FLIGHT.index)
        return found

    @api.model
    def _last_messages(self, debtor_ids, except_notice=None):
        """The last day on which a message left: ``{(debtor id, currency id): date}``.

        One that came back was not received, and a copy reminds of nothing new. Nor does work of
        ours that did not reach the debtor.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT debtor_id, currency_id, max(sent_on)
                     FROM dunning_notice
                    WHERE debtor_id = ANY(%(debtors)s) AND state = 'sent' AND retry_of_id IS NULL
                      AND kind = 'reminder'
                      AND (contact IS NULL AND channel != ALL(%(work)s)
                           OR contact = ANY(%(reached)s))
                      AND NOT (as_of IS NOT DISTINCT FROM %(as_of)s
                               AND run_id IS NOT DISTINCT FROM %(run)s)
                 GROUP BY debtor_id, currency_id""",
                debtors=debtor_ids,
                work=list(self.env["dunning.channel"]._work()),
                reached=list(RIGHT_PARTY),
                as_of=except_notice.as_of if except_notice else None,
                run=(except_notice.run_id or None) if except_notice else None,
            )
        )
        return {(debtor_id, currency_id): day for debtor_id, currency_id, day in rows}
