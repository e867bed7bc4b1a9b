"""Payment plans on the debtor's page: agreeing, moving an instalment, stopping, documents."""

from .page import _number, everywhere, reads
from .page_documents import ClaimDocuments
from .page_forms import LARGEST_FORM, ClaimForms
from .page_proof import writes


class ClaimPlans(ClaimForms):
    """What a debtor does about its payment plan."""

    def _of_plan(self, form, done, record, where, lang):
        """Run a form about a plan.

        :param done: function of the dialogue, the door, the plan's id and who writes; gives what
            the page then says, and the debtor's message if there is one
        """

        def run(door, env):
            pages = env["dunning.page.dialogue"]
            told, message = done(pages, door, _number(record), self._author(door))
            if message:
                self._remember(door, message)
            return told

        return self._take(form, run, where, lang)

    @writes(everywhere("/plan/accept"), csrf=False)
    def claim_plan_accept(self, record="", lang=None, **where):
        """Agree to an offer."""
        return self._of_plan(
            "plan", lambda pages, *given: pages._accept_plan(*given), record, where, lang
        )

    @writes(everywhere("/plan/agree"), csrf=False)
    def claim_plan_agree(self, record="", lang=None, **where):
        """Agree to a change."""
        return self._of_plan(
            "plan", lambda pages, *given: pages._agree_to_change(*given), record, where, lang
        )

    @writes(everywhere("/plan/move"), csrf=False, max_content_length=LARGEST_FORM)
    def claim_plan_move(self, record="", n="", date="", lang=None, **where):
        """Move the next instalment, or ask for it."""

        def move(pages, door, plan_id, author):
            return pages._move_instalment(door, plan_id, _number(n), date, author)

        return self._of_plan("move", move, record, where, lang)

    @writes(everywhere("/plan/stop"), csrf=False)
    def claim_plan_stop(self, record="", lang=None, **where):
        """Stop a plan."""
        return self._of_plan(
            "plan", lambda pages, *given: pages._stop_plan(*given), record, where, lang
        )

    @writes(everywhere("/plan/withdraw"), csrf=False)
    def claim_plan_withdraw(self, record="", lang=None, **where):
        """Take a proposal back."""
        return self._of_plan(
            "plan", lambda pages, *given: pages._take_proposal_back(*given), record, where, lang
        )

    @writes(everywhere("/plan/by-hand"), csrf=False)
    def claim_plan_by_hand(self, record="", lang=None, **where):
        """Have nothing collected any more."""

        def stop(pages, door, plan_id, _author):
            return pages._pay_by_hand(door, plan_id), None

        return self._of_plan("plan", stop, record, where, lang)


class ClaimPlanDocuments(ClaimDocuments):
    """What was agreed in a plan, and what we wrote about it."""

    def _plan_behind(self, door, env, plan_id, lang):
        plans = env["dunning.page.dialogue"]._plans_of(door)
        plan = plans.filtered(lambda each: each.id == plan_id and each._is_within(door))
        if not plan:
            raise self._nowhere(lang)
        return plan

    @reads(everywhere("/plan/<int:plan_id>/version/<int:number>"))
    def claim_plan_version(self, plan_id, number, lang=None, **where):
        """A version of the agreement, as PDF."""
        door, env = self._enter(lang=lang, **where)
        plan = self._plan_behind(door, env, plan_id, lang)
        file = plan.version_ids.filtered(lambda each: each.number == number).pdf_id
        if not file:
            raise self._nowhere(lang)
        return self._file(file.name, file.raw)

    @reads(everywhere("/plan/<int:plan_id>/message/<int:notice_id>"))
    def claim_plan_message(self, plan_id, notice_id, lang=None, **where):
        """A message about a plan, as it was sent."""
        door, env = self._enter(lang=lang, **where)
        plan = self._plan_behind(door, env, plan_id, lang)
        notices = plan._letters(door).filtered(lambda each: each.id == notice_id)
        return self._message(door, env, notices)
