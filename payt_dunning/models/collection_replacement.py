from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from .collection_handover import CLAIMS, LOWERS

#: What an office told about a handover goes on with the one that takes its place.
GOES_ON = (
    "reference",
    "agent_phase",
    "agent_status",
    "agent_since",
    "agent_told_at",
    "agent_reason",
    "agent_balance_on",
    "agent_principal",
    "agent_interest",
    "agent_costs",
    "agent_due",
)


class CollectionHandover(models.Model):
    """A claim that has changed while an office has it: another package takes the place of the first."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    credited = fields.Json("Credits Known", readonly=True)

    def _current(self):
        """The package of the same dossier that counts now."""
        self.ensure_one()
        return self.search(
            Domain("dossier_id", "=", self.dossier_id)
            & Domain("agent_id", "=", self.agent_id.id)
            & Domain("function", "in", CLAIMS),
            order="revision DESC",
            limit=1,
        )

    def _check_replaced(self, case, agent):
        """Refuse to replace what is over, or is of another case or office."""
        self._still_live()
        if self.test != agent.test_mode:
            raise UserError(
                self.env._(
                    "“%s” can't be replaced while its office is set to the other of test and real.",
                    self.display_name,
                )
            )
        if self.case_id != case or self.agent_id != agent:
            raise UserError(
                self.env._(
                    "“%s” is replaced at its own office; recall it to choose another.",
                    self.display_name,
                )
            )

    def _give_way(self):
        """It does not count any more: values of the one that takes its place."""
        own = self.sudo()
        own.state = "replaced"
        own.link_ids.revoked = True
        own.flush_recordset(["state"])
        return {name: own[name] for name in GOES_ON}

    def _take_place_of(self, former):
        """The office has to go on with this one."""
        self._message_log(
            body=self.env._("It takes the place of “%s”.", former.sudo().display_name)
        )
        self.case_id._note(self.env._("%s gets a corrected claim.", self.agent_id.partner_id.name))
        self.env["dunning.task"]._done(former, "agent_replace")

    def action_replace(self):
        """Open the dialog in which the claim is put together anew for the same office."""
        self.ensure_one()
        handover = self._as_collector()._still_live()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning.action_handover_wizard"
        )
        context = {
            "default_case_id": handover.case_id.id,
            "default_replaces_id": handover.id,
            "default_agent_id": handover.agent_id.id,
            "dialog_size": "extra-large",
        }
        return {**action, "name": self.env._("Replace What the Office Has"), "context": context}

    # -- credits after the handover --------------------------------------------------------------------

    def _report_payments(self):
        """Credits are not told: the claim is wrong then, and a person replaces or recalls it."""
        result = super()._report_payments()
        steps = self.case_id._steps(LOWERS)
        for handover in self:
            known = {tuple(each) for each in handover.credited or ()}
            found = steps[handover.case_id]
            if fresh := [each for each in found if each not in known]:
                handover.sudo().credited = [list(each) for each in found]
                handover._ask_to_replace(fresh)
        return result

    def _ask_to_replace(self, credits):
        """What the office claims is too much by now."""
        total = format_amount(
            self.env, float(sum(Decimal(each[3]) for each in credits)), self.currency_id
        )
        self.env["dunning.task"]._ask(
            self,
            "agent_replace",
            lambda env: env._(
                "Credited since it was handed over: %s. Replace the claim, or recall it", total
            ),
            company=self.company_id,
            handler=self.handler_id,
        )
