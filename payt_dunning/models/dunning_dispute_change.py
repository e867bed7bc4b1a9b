from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date


class DunningDispute(models.Model):
    """A dispute that somebody else looks into, or that takes longer than was promised."""

    _inherit = "dunning.dispute"  # pylint: disable=consider-merging-classes-inherited

    def _change(self, owner, deadline, reason):
        """Let somebody else look into it, give it more time, or both.

        The debtor gets no message; its page shows who looks into it and by when.

        :param reason: why; a later deadline asks for one
        :raises UserError: when it is decided, or the values can't be
        """
        self._check_undecided()
        reason = (reason or "").strip()
        given, later = owner != self.owner_id, deadline != self.deadline
        if not (given or later):
            raise UserError(self.env._("Choose somebody else, or a later day."))
        words = self._given_words(owner) if given else []
        if later:
            words += self._later_words(deadline, reason)
        before = self.owner_id
        self.write({"owner_id": owner.id, **(self._later_values(deadline) if later else {})})
        self._note(" ".join(filter(None, (*words, reason))))
        self._move_task(before, later)

    def _given_words(self, owner):
        """What its history tells of another owner, who must be able to decide about it."""
        works = owner.active and not owner.share and self.company_id in owner.company_ids
        if not (works and owner.has_group("payt_dunning.group_dunning_user")):
            raise UserError(
                self.env._(
                    "%(user)s is no collector of %(company)s.",
                    user=owner.name,
                    company=self.company_id.name,
                )
            )
        return [
            self.env._(
                "Dispute on %(invoice)s: %(user)s looks into it from now on.",
                invoice=self.name,
                user=owner.name,
            )
        ]

    def _later_words(self, deadline, reason):
        """What its history tells of more time, which nobody takes without saying why."""
        today = self.env["dunning.message"]._today(self.company_id)
        if deadline < max(self.deadline, today):
            raise UserError(
                self.env._(
                    "The debtor was promised an answer by %s. Choose a later day, from today on.",
                    format_date(self.env, self.deadline),
                )
            )
        if not reason:
            raise UserError(self.env._("Say why it takes longer."))
        return [
            self.env._(
                "Dispute on %(invoice)s: to be answered by %(day)s instead of %(before)s.",
                invoice=self.name,
                day=format_date(self.env, deadline),
                before=format_date(self.env, self.deadline),
            )
        ]

    def _later_values(self, deadline):
        """People are told again once the new day has passed, after as many days as before."""
        much = self.much_too_late_on or self.deadline
        return {
            "deadline": deadline,
            "much_too_late_on": deadline + (much - self.deadline),
            "owner_told_on": False,
            "manager_told_on": False,
        }

    def _move_task(self, before, later):
        """The task to decide goes to its owner, on its new day; nobody is late any more then.

        An invoice has one for all its disputes: where another is undecided, that one stays.

        :param before: the owner until now
        :param later: whether it has another deadline
        """
        tasks = self.env["dunning.task"]
        others = Domain("move_id", "=", self.move_id.id) & Domain("state", "=", "open")
        alone = not self.search_count(others & Domain("id", "!=", self.id), limit=1)
        if alone and later:
            tasks._done(self.move_id, "late_dispute")
        asked = tasks._open(self.move_id, tasks._type("dispute")).filtered("automated")
        if alone and asked:
            person = tasks._person(self.owner_id, self.company_id)
            day = {"date_deadline": self.deadline} if later else {}
            asked = asked.with_context(mail_activity_quick_update=True)
            asked.write({"user_id": person.id, **day})
        elif self.owner_id not in before | self.env.user:
            self._ask_to_decide(self, again=True)
