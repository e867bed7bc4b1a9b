from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .dunning_job import UNDER_WAY
from .dunning_simulation_job import MOST_MONTHS

#: Jobs that are offered to look at again.
RECENT = 8
SIDES = ("was", "would")


class DunningSimulationScreen(models.AbstractModel):
    """Trying levels on the past, as managers see it: plain values in the user's language."""

    _name = "dunning.simulation.screen"
    _description = "Try Out Levels"

    def _check_manager(self):
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only follow-up managers can try out levels."))

    # -- asking for one --------------------------------------------------------------------------

    @api.model
    def choices(self):
        """What can be tried, for whom, and what was tried before."""
        self._check_manager()
        policies = self.env["dunning.policy"].search([])
        companies = self.env.companies
        return {
            "companies": [
                {"id": each.id, "name": each.name, "policyId": each.sudo().dunning_policy_id.id}
                for each in companies
            ],
            "policies": [
                {
                    "id": policy.id,
                    "name": policy.name,
                    "companyId": policy.company_id.id,
                    "changed": policy.has_changes,
                    "revisions": [
                        {"id": revision.id, "number": revision.number}
                        for revision in policy.revision_ids
                    ],
                }
                for policy in policies
                if policy.level_ids
            ],
            "mostMonths": MOST_MONTHS,
            "recent": [self._listed(job) for job in self._recent()],
        }

    @api.model
    def _recent(self):
        return self.env["dunning.job"].search(
            [("kind", "=", "simulation"), ("company_id", "in", self.env.companies.ids)],
            limit=RECENT,
        )

    @api.model
    def _listed(self, job):
        states = dict(job._fields["state"]._description_selection(self.env))
        return {
            "id": job.id,
            "name": job.name,
            "company": job.company_id.name,
            "state": job.state,
            "stateText": states[job.state],
            "percent": job.percent,
            "day": format_date(self.env, job.create_date),
            "user": job.user_id.sudo().name,
        }

    @api.model
    def start(self, company_id, policy_id, instead_of=None, revision_id=None, months=12):
        """Begin to try levels in the background; nothing of follow-up is stored or sent.

        :param policy_id: whose levels; 0: everything as it was, to see how exact a replay is
        :param instead_of: the policy in whose place; itself when left out
        :param revision_id: as they were published then; as they are being edited when left out
        :param months: how far back, 1 to 24
        :return: id of the job
        """
        self._check_manager()
        company = self.env["res.company"].browse(int(company_id or 0)).exists()
        if company not in self.env.companies:
            raise UserError(self.env._("Choose one of your companies."))
        params = {"months": self._months(months)}
        name = self.env._("As it was")
        if policy_id:
            policy = self._readable("dunning.policy", policy_id)
            replaced = self._readable("dunning.policy", instead_of) if instead_of else policy
            params.update(
                self._levels_of(policy, revision_id), policy_id=policy.id, instead_of=replaced.id
            )
            name = self._named(policy, replaced, params["revision"])
        start, end = self.env["dunning.simulation"]._period(company, params["months"])
        params |= {"start": start.isoformat(), "end": end.isoformat()}
        partners = self.env["dunning.past"].sudo()._partners(company, start)
        if not partners:
            raise UserError(
                self.env._(
                    "%s has no receivables in that time: there is nothing to try levels on.",
                    company.name,
                )
            )
        job = self.env["dunning.job"]._begin("simulation", name, company, len(partners), params)
        return job.id

    @api.model
    def _months(self, months):
        try:
            months = int(months)
        except (TypeError, ValueError):
            months = 0
        if not 1 <= months <= MOST_MONTHS:
            raise UserError(self.env._("Choose 1 to %s months.", MOST_MONTHS))
        return months

    @api.model
    def _readable(self, model, record_id):
        record = self.env[model].browse(int(record_id)).exists()
        if not record:
            raise UserError(self.env._("This policy is gone. Reload the page."))
        record.check_access("read")
        return record

    @api.model
    def _levels_of(self, policy, revision_id):
        """The levels that are tried: ``{"ladder": …, "revision": its number or 0}``."""
        if revision_id:
            revision = self._readable("dunning.policy.revision", revision_id)
            if revision.policy_id != policy:
                raise UserError(self.env._("This revision is of another policy."))
            return {"ladder": revision.ladder, "revision": revision.number}
        if not policy.level_ids:
            raise UserError(self.env._("“%s” has no levels. Add at least one first.", policy.name))
        return {"ladder": policy._ladder_values(), "revision": 0}

    @api.model
    def _named(self, policy, replaced, number):
        if number:
            name = self.env._("%(policy)s, revision %(number)s", policy=policy.name, number=number)
        else:
            name = self.env._("%s, as it is being edited", policy.name)
        if replaced == policy:
            return name
        return self.env._("%(levels)s, instead of %(policy)s", levels=name, policy=replaced.name)

    # -- looking ---------------------------------------------------------------------------------

    @api.model
    def _job(self, job_id):
        self._check_manager()
        job = self.env["dunning.job"].browse(int(job_id)).exists()
        if not job or job.kind != "simulation":
            raise UserError(self.env._("What was found is gone: it is kept for a month."))
        job.check_access("read")
        return job

    @api.model
    def look(self, job_id):
        """How far a trial is, or what came of it."""
        job = self._job(job_id)
        told = {
            **self._listed(job),
            "underWay": job.state in UNDER_WAY,
            "cancelling": job.cancel_asked,
            "done": job.done_count,
            "total": job.total_count,
            "note": job.note or "",
            "result": None,
        }
        if job.result:
            told["result"] = self._result(job.sudo())
        return told

    @api.model
    def cancel(self, job_id):
        """Stop a trial."""
        return self._job(job_id).action_cancel()


class ResCompany(models.Model):
    """What messages cost a company."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _dunning_prices(self):
        """What a message costs, by channel: ``{code: Decimal}``, in company currency."""
        self.ensure_one()
        prices = {}
        for code in ("email", "sms", "letter", "call"):
            name = f"dunning_cost_{code}"
            if name in self._fields and self[name]:
                prices[code] = Decimal(repr(self[name]))
        return prices
