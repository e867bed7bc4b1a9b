from odoo import api, models
from odoo.exceptions import AccessError, UserError

MANAGER = "payt_dunning.group_dunning_manager"
COLLECTOR = "payt_dunning.group_dunning_user"


class DunningBehaviour(models.Model):
    """What people do about how a debtor pays: decide its class, let its history begin anew."""

    _inherit = "dunning.behaviour"  # pylint: disable=consider-merging-classes-inherited

    # -- contacts that are merged ------------------------------------------------------------------

    def _decisions(self):
        """What people decided, by company: ``{company: values}``; the latest where there are more."""
        names = ("class_id", "answered_class_id", "decided_on", "decided_by_id", "decided_why")
        resets = ("reset_on", "reset_by_id", "reset_why")
        found = {}
        for row in self.sorted(lambda each: (each.decided_on or each.create_date.date(), each.id)):
            values = found.setdefault(row.company_id, {})
            if row.decided_on:
                values.update({name: row._plain(name) for name in names})
            if row.reset_on and row.reset_on >= (values.get("reset_on") or row.reset_on):
                values.update({name: row._plain(name) for name in resets})
        return found

    def _plain(self, name):
        """A value as it is written."""
        value = self[name]
        return value.id if isinstance(value, models.BaseModel) else value

    def _hand_history(self, target):
        """What was written about contacts that go is kept with who stays."""
        for row in self:
            row.message_change_thread(self._refresh(row.company_id, target))

    @api.model
    def _take_over(self, target, decided):
        """Give who stays what was decided about who goes, where nothing was decided there.

        :param decided: of :meth:`_decisions`
        """
        for company, values in decided.items():
            row = self._refresh(company, target)
            if row.decided_on:
                values = {name: value for name, value in values.items() if "reset" in name}
            if row.reset_on and row.reset_on >= (values.get("reset_on") or row.reset_on):
                values = {name: value for name, value in values.items() if "reset" not in name}
            if values:
                row._note(self.env._("Taken over from a contact that was merged with this one."))
            row.write(values)

    # -- what people do with it --------------------------------------------------------------------

    def _check_person(self, group, words):
        """Whoever decides may see these debtors and has the right to decide."""
        if not self.env.user.has_group(group):
            raise AccessError(words)
        self.check_access("read")

    def action_refresh(self):
        """Work it out anew, now."""
        self._check_person(COLLECTOR, self.env._("Only collectors can work out how debtors pay."))
        for company, behaviours in self.grouped("company_id").items():
            self._refresh(company, behaviours.partner_id)

    def action_follow_figures(self):
        """What a person decided is over: the figures give the class again."""
        self._check_person(COLLECTOR, self.env._("Only collectors can decide a payment class."))
        decided = self.filtered("decided_on")
        decided._decide_values(False, False)
        decided.action_refresh()

    def action_accept(self):
        """Decide as the figures propose, about those of whom a decision is asked."""
        self._check_person(COLLECTOR, self.env._("Only collectors can decide a payment class."))
        for behaviour in self.filtered("to_decide"):
            words = self.env._("As the figures propose.")
            behaviour._decide_values(behaviour.proposed_class_id, words)

    def _decide_values(self, payment_class, why):
        """Note the class that a person decided, or that none is any more."""
        for behaviour in self:
            today = self.env["dunning.message"]._today(behaviour.company_id)
            behaviour.sudo().write(
                {
                    "class_id": payment_class and payment_class.id,
                    "answered_class_id": payment_class and behaviour.proposed_class_id.id,
                    "decided_on": payment_class and today,
                    "decided_by_id": payment_class and self.env.uid,
                    "decided_why": why,
                    "to_decide": False,
                }
            )
            behaviour._note(
                self.env._(
                    "Class decided: %(class)s. %(why)s",
                    **{"class": payment_class.name, "why": why},
                )
                if payment_class
                else self.env._("The figures give the class again.")
            )

    def _note(self, words):
        """Keep in the history of a debtor what was done, and who did it."""
        author = self.env.user.partner_id.id
        self.sudo()._message_log(body=words, author_id=author)

    def _decide(self, payment_class, why):
        """Put debtors in a class whatever their figures say.

        :raises UserError: without a reason, or for a class of another company
        """
        self._check_person(COLLECTOR, self.env._("Only collectors can decide a payment class."))
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: it is kept with the decision."))
        for behaviour in self:
            if payment_class.company_id != behaviour.company_id:
                raise UserError(
                    self.env._(
                        "“%(class)s” is a class of another company than %(debtor)s owes.",
                        **{"class": payment_class.name, "debtor": behaviour.display_name},
                    )
                )
        self._decide_values(payment_class, why)

    def _reset(self, why):
        """Let nothing of before today count any more, and forget what was decided.

        What is open now still counts: it is no history.
        """
        self._check_person(MANAGER, self.env._("Only managers can reset how a debtor pays."))
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: it is kept with the decision."))
        self.filtered("decided_on")._decide_values(False, False)
        for company, behaviours in self.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            behaviours.sudo().write(
                {"reset_on": today, "reset_by_id": self.env.uid, "reset_why": why}
            )
            for behaviour in behaviours:
                behaviour._note(self.env._("Its history begins anew. %s", why))
            self._refresh(company, behaviours.partner_id)
