import logging
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.payt_dunning.models.dunning_dialogue import DISTURBED
from odoo.addons.payt_dunning.rules.pledges import as_plain, changes, from_plain
from odoo.addons.payt_dunning.tools import exact

_logger = logging.getLogger(__name__)

#: Pledges that are looked at together.
BATCH = 500
#: On which day a change was, by its kind: that of the ledger's entry, else today.
LEDGER_DAYS = {"paid", "credited", "written_off"}


class ReceivablePledge(models.Model):
    """What became of pledged invoices since their financier was told."""

    _inherit = "receivable.pledge"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _to_watch(self):
        """What is pledged, and what was paid in full and is open again."""
        reopened = SQL(
            """(SELECT pledge.id FROM receivable_pledge pledge
                  JOIN account_move_line line ON line.move_id = pledge.move_id
                 WHERE pledge.settled AND pledge.state = 'released'
                   AND line.parent_state = 'posted' AND line.display_type = 'payment_term'
                   AND line.amount_residual_currency > 0)"""
        )
        return Domain("state", "=", "pledged") | Domain("id", "in", reopened)

    @api.model
    def _cron_look(self):
        """Every day: find what changed; when all was looked at, financiers are told of it."""
        self.env.flush_all()
        ids = self.sudo().search(self._to_watch() & self._not_looked_at(), order="id").ids
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(ids))
        for start in range(0, len(ids), BATCH):
            batch = self.sudo().browse(ids[start : start + BATCH]).exists()
            batch._look_safely()
            # Also what failed: it is tried again tomorrow, and keeps no other waiting.
            for company, own in batch.grouped("company_id").items():
                own.looked_on = self.env["dunning.message"]._today(company)
            if not commit(processed=len(batch)) and start + BATCH < len(ids):
                return
        self.env.ref("payt_dunning_financing.ir_cron_report_to_financiers").sudo()._trigger()

    @api.model
    def _not_looked_at(self):
        """What the daily look has not had yet, by the day of its company."""
        today = self.env["dunning.message"]._today
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & (Domain("looked_on", "=", False) | Domain("looked_on", "!=", today(company)))
            for company in self.env["receivable.financing"]
            .sudo()
            .with_context(active_test=False)
            .search([])
            .company_id
        )

    def _look_safely(self):
        """Look at these together; only where that fails at each, so that one keeps no other."""
        try:
            with self.env.cr.savepoint():
                self._look()
        except DISTURBED:
            raise
        except Exception:
            if len(self) == 1:
                _logger.exception("Pledge %s could not be looked at", self.id)
                return
            for pledge in self:
                pledge._look_safely()

    def _look(self, settle=True):
        """Note what changed of each invoice since it was told last; each change once.

        :param settle: whether what is paid in full and told by now is released
        :return: the new changes
        """
        standings, again = self._now(), self.browse()
        taken = self._in_force(self.move_id.ids)
        values, today = [], {}
        for pledge in self:
            now = standings[pledge.id]
            if pledge.state != "pledged":
                if now.gone or now.open <= 0 or pledge.move_id.id in taken:
                    continue
                again |= pledge
            company = pledge.company_id
            today.setdefault(company, self.env["dunning.message"]._today(company))
            values += pledge._changes(now, today[company])
        again._pledge_again()
        found = self.env["receivable.pledge.change"].create(values)
        withdrawn = found.filtered(lambda change: change.kind == "withdrawn").pledge_id
        for pledge in withdrawn:
            pledge._end("released", standings[pledge.id].gone)
        if settle:
            over = self.filtered(lambda each: each._all_told(standings[each.id]))
            (over - found.pledge_id)._release_settled()
        return found

    def _changes(self, now, today):
        """Values of what changed of one invoice; it counts as told from here on."""
        self.ensure_one()
        told = from_plain(self.told)
        if now.gone:
            kept = exact(self.amount)
            return [self._change("withdrawn", today, kept, 0, note=now.gone)]
        found = changes(told, now.standing, still_open=now.open > 0)
        if not found and told == now.standing:
            return []
        self.told = {
            **as_plain(now.standing),
            "principal": str(max(now.principal, Decimal((self.told or {}).get("principal", 0)))),
        }
        notes = {
            "plan": now.standing.plan,
            "plan_over": told.plan,
            "case": now.standing.case,
            "case_over": told.case,
        }
        days = {kind: now.days.get(kind, today) for kind in LEDGER_DAYS}
        return [
            self._change(
                each.kind,
                days.get(each.kind, today),
                self._in_financing(each.amount),
                self._in_financing(now.open),
                note=notes.get(each.kind),
            )
            for each in found
        ]

    def _change(self, kind, day, amount, still, note=False):
        return {
            "pledge_id": self.id,
            "kind": kind,
            "day": day,
            "amount": float(amount),
            "open_amount": float(still),
            "note": note,
        }

    def _pledge_again(self):
        """What was paid in full and is open again is its financier's, as it was."""
        if not self:
            return
        self.write(
            {
                "state": "pledged",
                "settled": False,
                "why": False,
                "released_on": False,
                "released_by_id": False,
            }
        )
        self.draw_id._settle()
        self._payee_changed()

    def _release_settled(self):
        """Release those of which nothing is open, and whose financier was told all of it."""
        pledged = self.filtered(lambda each: each.state == "pledged")
        if not pledged:
            return
        waiting = (
            self.env["receivable.pledge.change"]
            .search(
                [
                    ("pledge_id", "in", pledged.ids),
                    "|",
                    ("report_id", "=", False),
                    ("report_id.state", "!=", "sent"),
                ]
            )
            .pledge_id
        )
        standings = (pledged - waiting)._now()
        done = (pledged - waiting).filtered(lambda each: each._all_told(standings[each.id]))
        words = {True: self.env._("Paid in full"), False: self.env._("Nothing is open any more")}
        for in_money, own in done.grouped(
            lambda each: _mostly_paid(standings[each.id].standing)
        ).items():
            own._end("released", words[in_money])
        done.write({"settled": True, "released_by_id": False})

    def _all_told(self, now):
        """Whether nothing is open of it, and its financier knows it as the books have it."""
        return not now.gone and now.open <= 0 and from_plain(self.told) == now.standing


def _mostly_paid(standing):
    return standing.paid > standing.credited + standing.written_off
