from datetime import date, timedelta

from odoo import api, models
from odoo.tools import split_every

from ..rules.simulate.measure import Tally
from .dunning_simulation import PART

#: How many months back one may look.
MOST_MONTHS = 24


class DunningJob(models.Model):
    """Trying levels on the past, part by part."""

    _inherit = "dunning.job"

    def _steps_simulation(self):
        """Replay one part of the partners after the other; only sums are kept in between."""
        params = self.params
        company = self.company_id
        simulation, past = self.env["dunning.simulation"], self.env["dunning.past"]
        start, end = (date.fromisoformat(params[each]) for each in ("start", "end"))
        view = simulation._view(company, start, end)
        policy_id, ladder = simulation._tried(params)
        world = simulation._world(view, policy_id, ladder)
        partner_ids = past._partners(company, start)
        known = self.partial or {}
        tally, last = Tally.from_json(known.get("tally")), known.get("last", 0)
        # By id: partners may come and go in between.
        left = [partner_id for partner_id in partner_ids if partner_id > last]
        done = len(partner_ids) - len(left)
        for part in split_every(PART, left, list):
            tally.merge(simulation._part(view, world, part, policy_id))
            done += len(part)
            yield {
                "done_count": done,
                "total_count": len(partner_ids),
                "partial": {"last": part[-1], "tally": tally.to_json()},
            }
        yield {
            "done_count": len(partner_ids),
            "total_count": len(partner_ids),
            "result": {**tally.to_json(), "days": len(view.days)},
            "note": self.env._("%s messages would have been made.", _made(tally)),
        }


def _made(tally):
    return sum(count for (side, *_rest), count in tally.volumes.items() if side == "would")


class DunningSimulation(models.AbstractModel):
    """What is tried: levels as they are being edited, or as they were published."""

    _inherit = "dunning.simulation"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _tried(self, params):
        """The policy instead of which levels are tried, and these levels.

        :return: ``(policy id, Ladder)``; ``(0, None)``: everything as it was
        """
        if not params.get("ladder"):
            return 0, None
        revision = self.env["dunning.policy.revision"].new({"ladder": params["ladder"]})
        return params["instead_of"], revision._to_ladder()

    @api.model
    def _period(self, company, months):
        """First and last day of the last months: full days that are over."""
        end = self.env["dunning.message"]._today(company) - timedelta(days=1)
        months = min(max(months, 1), MOST_MONTHS)
        year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
        # The same day of the month, or the last that it has.
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, month + 1, min(end.day, last)) + timedelta(days=1), end
