from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..rules.facts import FORMAL_PHASES


class DunningItem(models.Model):
    """What people may decide about items; each decision is noted on the debtor."""

    _inherit = "dunning.item"

    def _as_collector(self):
        """These items, writable, if the user may decide about them.

        Collectors have no write access to items: what they may do to them is just this.
        """
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about items."))
        return self.sudo()

    def _decided(self, what):
        """Note a decision on the debtors of these items, and decide anew about them.

        :param what: gives the decision in words for the numbers of the items
        """
        for debtor, items in self.grouped("debtor_id").items():
            words = what(", ".join(items.mapped("display_name")))
            debtor._message_log(body=words)
            self.env["dunning.event"].sudo()._note(items, words)
        self.debtor_id._look_again()
        self.debtor_id._decide_now()

    def action_try_again(self):
        """Messages about these items that failed no longer count: they may be sent again."""
        items = self._as_collector().filtered(lambda item: item.reason in ("failed", "retry"))
        last = self.env["dunning.notice"].sudo().search([], limit=1)
        items.write({"retry_after_id": last.id})
        items._decided(lambda names: self.env._("%s may be sent again after it failed.", names))
        return True

    def action_take_up_backlog(self):
        """Follow up on what was late for long before going live; the debtor has been called."""
        items = self._as_collector().filtered(
            lambda item: item.reason in ("old_backlog", "backlog_call")
        )
        items.write({"backlog_taken": True})
        items._decided(lambda names: self.env._("Old backlog taken up: %s.", names))
        return True

    def action_mark_invoice_sent(self):
        """The invoice was sent outside Odoo, by letter for instance."""
        items = self._as_collector().filtered(
            lambda item: item.reason in ("invoice_not_sent", "invoice_bounced")
        )
        for company_items in items.grouped("company_id").values():
            company_items.write({"invoice_sent_on": company_items._today()})
        items._decided(lambda names: self.env._("Marked as sent outside Odoo: %s.", names))
        return True

    def action_collection_refused(self):
        """The bank refused to collect these items: their levels count from today."""
        items = self._as_collector().filtered(lambda item: item.reason == "direct_debit")
        for company_items in items.grouped("company_id").values():
            company_items._begin_again()
            company_items.write({"count_from": company_items._today()})
        items._decided(lambda names: self.env._("Direct debit refused: %s.", names))
        return True

    def action_set_policy(self, policy):
        """Follow another policy for these items only.

        :param policy: a ``dunning.policy``, or its id; empty: the debtor's
        """
        policy = self.env["dunning.policy"].browse(policy and int(policy))
        policy.check_access("read")
        items = self._as_collector()
        items.write({"policy_id": policy.id})
        name = policy.name or self.env._("the debtor's policy")
        items._decided(
            lambda names: self.env._("%(items)s: %(policy)s applies.", items=names, policy=name)
        )
        return True

    def action_skip_to(self, position, reason):
        """Leave out the levels before one; businesses only, with a reason that is kept.

        :param position: number of the level to begin with
        :param reason: why, in words
        """
        items = self._as_collector()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the levels before it are left out."))
        for item in items:
            item._check_may_skip(position)
        items.write({"start_position": position})
        items._decided(
            lambda names: self.env._(
                "%(items)s: level %(position)s comes next. Reason: %(reason)s",
                items=names,
                position=position,
                reason=reason,
            )
        )
        return True

    def _check_may_skip(self, position):
        """Skipping is for businesses, and never leaves out a message that the law asks for."""
        self.ensure_one()
        self.debtor_id._check_may_skip_levels()
        ladder = self._ladder()
        place = ladder.place(position) if ladder else -1
        if place < 0 or not ladder.rungs[place].active:
            raise UserError(
                self.env._(
                    "The policy of %(item)s has no level %(position)s.",
                    item=self.display_name,
                    position=position,
                )
            )
        skipped = ladder.rungs[ladder.place(self.reached) + 1 : place]
        if any(rung.active and rung.phase in FORMAL_PHASES for rung in skipped):
            raise UserError(
                self.env._(
                    "A statutory notice or demand can't be left out for %s.", self.display_name
                )
            )

    def _policy(self, own=None):
        """The policy this item follows.

        :param own: as if this were its own, or it had none (an empty one)
        """
        self.ensure_one()
        own = self.policy_id if own is None else own
        return own or self.env["dunning.policy"]._resolve(self.debtor_id)[self.debtor_id.id]

    def _policies(self):
        """The policies that these follow, by item; see :meth:`_policy`."""
        found = self.env["dunning.policy"]._resolve(self.debtor_id)
        return {item: item.policy_id or found[item.debtor_id.id] for item in self}

    def _ladder(self, own=None):
        """The ladder this item follows, ``None`` without one; see :meth:`_policy`."""
        policy = self._policy(own)
        begun = self.revision_id
        revision = begun if begun.policy_id == policy else policy.sudo().revision_id
        return revision.sudo()._to_ladder() if revision else None

    def _follow_policies(self, candidates):
        """Items whose policy has become another begin there, at the place that fits.

        In an episode of its own: a level of the old policy is not one of the new.

        :param candidates: those that moved, see :class:`~..rules.plan.Candidate`
        """
        places = {(c.revision_id, c.facts.reached) for c in candidates}
        for revision_id, reached in places:
            ids = [
                c.facts.item_id
                for c in candidates
                if (c.revision_id, c.facts.reached) == (revision_id, reached)
            ]
            for item in self.browse(ids):
                item.write(
                    {
                        "revision_id": revision_id,
                        "reached": reached,
                        "start_position": 0,
                        "episode": item.episode + 1,
                    }
                )

    def _note_vetoes(self, day, decisions):
        """Account managers may object from today on to a formal level of these items.

        :param decisions: decisions by item id
        """
        waiting = self.browse([i for i, d in decisions.items() if d.code == "veto"])
        waiting = waiting.filtered(lambda item: not item.veto_from)
        waiting.write({"veto_from": day})
        tasks = self.env["mail.activity"]
        for debtor, items in waiting.grouped("debtor_id").items():
            names = ", ".join(items.mapped("display_name"))
            tasks += self.env["dunning.task"]._ask(
                debtor,
                "veto",
                lambda env, names=names: env._("Object to a formal message about %s?", names),
                handler=debtor._salesperson(),
                again=True,
            )
        tasks.write({"date_deadline": fields.Date.add(day, days=3)})
