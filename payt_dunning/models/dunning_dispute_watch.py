from odoo import api, fields, models
from odoo.tools import SQL


class DunningDialogue(models.AbstractModel):
    """Disputes are looked at every day."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "dunning.dispute"]


class DunningDispute(models.Model):
    """What nobody decided in time, and what settled itself."""

    _inherit = "dunning.dispute"  # pylint: disable=consider-merging-classes-inherited

    owner_told_on = fields.Date("Told That It Is Late On", readonly=True)
    manager_told_on = fields.Date(readonly=True)
    much_too_late_on = fields.Date(
        readonly=True, help="After it a manager is told that nobody has decided."
    )

    @api.model
    def _watch_sql(self, company, day):
        """Whether anything is late, settled, or accepted and not credited yet."""
        return SQL("EXISTS (%s)", self._to_look_at(company, day))

    @api.model
    def _to_look_at(self, company, day):
        """A query: ``(dispute id, state of its invoice, is anything open of it)``."""
        return SQL(
            """SELECT dispute.id, move.state, ledger.is_open
                 FROM dunning_dispute dispute
            LEFT JOIN account_move move ON move.id = dispute.move_id
           CROSS JOIN LATERAL (
                      SELECT EXISTS (SELECT
                                       FROM dunning_dispute_dunning_item_rel own
                                       JOIN dunning_item item ON item.id = own.dunning_item_id
                                       JOIN account_move_line line ON line.id = item.line_id
                                      WHERE own.dunning_dispute_id = dispute.id
                                        AND line.parent_state = 'posted'
                                        AND line.amount_residual_currency > 0) AS is_open
                      ) ledger
                WHERE dispute.company_id = %(company)s
                  -- as the index of those that are watched says it
                  AND (dispute.state = 'open'
                       OR (dispute.state IN ('accepted', 'partly')
                           AND dispute.credited_on IS NULL))
                  AND CASE WHEN dispute.state = 'open'
                           THEN NOT ledger.is_open OR (
                                    dispute.deadline < %(day)s
                                    AND (dispute.owner_told_on IS NULL
                                         OR (dispute.manager_told_on IS NULL
                                             AND dispute.much_too_late_on < %(day)s)))
                           ELSE dispute.state IN ('accepted', 'partly')
                                AND dispute.credited_on IS NULL
                      END""",
            company=company.id,
            day=day,
        )

    @api.model
    def _watch(self, company, day):
        """Close what is settled, and tell people of what is late."""
        self.env.flush_all()
        rows = self.env.execute_query(self._to_look_at(company, day))
        found = {dispute_id: facts for dispute_id, *facts in rows}

        def look(disputes):
            for dispute in disputes:
                move_state, is_open = found[dispute.id]
                if dispute.state != "open":
                    dispute._look_for_credit(move_state)
                elif not is_open:
                    dispute._withdraw(dispute._settled_words(move_state))
                    if move_state == "posted":
                        dispute._tell_settled()
                else:
                    dispute._tell_late(day)

        return self.env["dunning.dialogue"]._safely(self.browse(found), look)

    def _settled_words(self, move_state):
        return {
            "draft": self.env._("The invoice was reset to draft."),
            "cancel": self.env._("The invoice was cancelled."),
        }.get(move_state, self.env._("Nothing is open any more: it was paid or credited."))

    def _tell_settled(self):
        """We promised an answer: whoever paid only to avoid costs may still want it."""
        self.env["dunning.talk"]._tell(
            self.debtor_id,
            self.item_ids,
            "outcome",
            lambda env: (
                env._("Nothing is open of %s any more", self.name),
                [
                    env._(
                        "You told us that you don't agree with %s. Nothing of it is open any more, "
                        "so we closed the matter.",
                        self.name,
                    ),
                    env._(
                        "Do you still want our answer, because you paid only to avoid costs for "
                        "instance? Answer this message, and we look into it all the same."
                    ),
                ],
            ),
        )

    def _look_for_credit(self, move_state):
        """What was accepted may have been credited some other way; else it is still to be made.

        Also where the invoice was paid in full meanwhile: the debtor was promised a credit note.
        """
        if move_state == "cancel" or not self._left_to_credit():
            self._credited()
            return
        if self.credit_move_id.state == "cancel":
            self.credit_move_id = False
        if not self.credit_move_id:
            self._ask_to_credit()

    def _tell_late(self, day):
        """Whoever must look into it is told once, and a manager after twice the time."""
        if not self.owner_told_on:
            self._ask_to_decide(self)
            self.owner_told_on = day
        if self.manager_told_on or day <= self.much_too_late_on:
            return
        self.env["dunning.task"]._ask(
            self.move_id,
            "late_dispute",
            lambda env: env._(
                "Nobody has decided about the dispute of %(debtor)s on %(invoice)s, in twice the "
                "time that was promised",
                debtor=self.debtor_id.display_name,
                invoice=self.name,
            ),
            company=self.company_id,
            managers=True,
        )
        self.manager_told_on = day
