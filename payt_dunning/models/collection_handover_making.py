import hashlib
import tempfile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..rules.dossier.package import build
from ..rules.dossier.problems import Refused
from ..rules.handover import allowed
from ..tools import content_of
from .collection_case import OURS
from .collection_handover import CLAIMS, LIVE, LOWERS


class CollectionHandover(models.Model):
    """Making packages: checked, put together and stored in one transaction, under lock."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _hand_over(self, case, wanted, overridden=None, replaces=None):
        """Check a case once more under lock, make its package, keep its bytes, stop follow-up.

        :param wanted: :class:`~.collection_dossier.Wanted` without dossier and revision
        :param overridden: reasons by code of the checks that somebody overrode
        :param replaces: the handover whose place it takes, at the same office
        :return: the handover
        :raises UserError: in words, when something is in the way; nothing has changed then
        """
        case = case.sudo()
        case._lock()
        case._open_items()._lock_lines()
        if replaces:
            replaces._check_replaced(case, wanted.agent_id)
        else:
            case._still_ours()
        values = self._new_values(case, wanted.agent_id)
        wanted = wanted.with_values(
            dossier_id=values["dossier_id"],
            revision=values["revision"],
            test=values["test"],
            overridden=dict(overridden or {}),
            function="replacement" if values["revision"] > 1 else "original",
            reference=replaces.reference or "" if replaces else "",
        )
        looks = self.env["collection.check"].sudo().with_context(dunning_replaces=bool(replaces))
        checks = looks._checks(case, wanted.agent_id)
        self._check_allowed(case, checks, wanted.overridden)
        try:
            dossier, built, content = self._build(case, wanted, checks)
        except Refused as refused:
            raise UserError(self._refused_words(case, refused)) from refused
        if replaces:
            values |= replaces._give_way()
        paid = case._steps(("payment",))[case]
        handover = self.sudo().create(
            {
                **values,
                "function": wanted.function,
                "action": wanted.action,
                "day": wanted.day,
                **self._amounts(dossier),
                "checks": [[each.code, each.result] for each in checks],
                "overridden": wanted.overridden,
                "documents": [[each.exhibit, each.title, each.path] for each in dossier.documents],
                "file_hash": built.sha256,
                "file_size": built.size,
                # What was paid before is in it.
                "reported": paid,
                "paid_before": paid,
                "credited": case._steps(LOWERS)[case],
                "declared_by_id": self.env.uid,
                "handed_on": fields.Datetime.now(),
            }
        )
        handover.file_id = self._keep(handover, built.name, content)
        if replaces:
            handover._take_place_of(replaces)
        elif not handover.test:
            case._handed_over(handover)
        handover._made()
        return handover

    @api.model
    def _build(self, case, wanted, checks):
        """A package: ``(dossier, what was built, its bytes)``.

        :raises Refused: with all that is wrong
        """
        dossier, arranged, facts, problems = (
            self.env["collection.dossier"].sudo()._make(case, wanted, checks, self.env.user)
        )
        if errors := [each for each in problems if each.is_error]:
            raise Refused(*errors)
        cover = self.env["collection.cover"].sudo()._pdf(dossier, arranged, facts)
        with tempfile.TemporaryFile() as out:
            built = build(dossier, arranged, out, cover=cover, dialect=wanted.agent_id.csv_dialect)
            out.seek(0)
            return dossier, built, out.read()

    @api.model
    def _amounts(self, dossier):
        totals = dossier.claim.totals
        return {
            "principal": float(totals.principal),
            "interest": float(totals.interest),
            "costs": float(totals.collection_costs + totals.other_costs),
            "total": float(totals.due),
        }

    @api.model
    def _keep(self, handover, name, content):
        """The bytes of a package, which are never made again."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": "application/zip",
                    "res_model": handover._name,
                    "res_id": handover.id,
                }
            )
        )

    def _content(self):
        """The bytes of the package.

        :raises UserError: when they are not those that were made
        """
        self.ensure_one()
        content = content_of(self.sudo().file_id)
        if hashlib.sha256(content).hexdigest() != self.sudo().file_hash:
            raise UserError(
                self.env._(
                    "The stored package of “%s” is not what was made: it is not given to anybody.",
                    self.display_name,
                )
            )
        return content

    @api.model
    def _check_allowed(self, case, checks, overridden):
        """Refuse what the checks keep back, and overriding by who may not."""
        words = self.env["collection.check.words"]
        if allowed(checks, frozenset(overridden)):
            used = [
                check for check in checks if check.result == "block" and check.code in overridden
            ]
            if used and not self.env.user.has_group("payt_dunning.group_dunning_manager"):
                raise AccessError(
                    self.env._("Only a follow-up manager can override: %s", words._said(used[0]))
                )
            if any(not (overridden[check.code] or "").strip() for check in used):
                raise UserError(self.env._("Say why this is overridden: %s", words._said(used[0])))
            return
        in_the_way = [
            check
            for check in checks
            if check.result == "block" and not (check.overridable and check.code in overridden)
        ]
        raise UserError(
            self.env._(
                "%(case)s can't be handed over:\n%(why)s",
                case=case.display_name,
                why="\n".join(f"· {words._said(check)}" for check in in_the_way),
            )
        )

    @api.model
    def _refused_words(self, case, refused):
        words = self.env["collection.problem.words"]
        return self.env._(
            "%(case)s can't be handed over:\n%(why)s",
            case=case.display_name,
            why="\n".join(f"· {words._said(each)}" for each in refused.problems),
        )


class DunningItem(models.Model):
    """Items that are handed over may not change while their package is made."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    def _lock_lines(self):
        """Wait for whoever pays or changes these, then see what they made of them."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id FROM account_move_line WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [self.line_id.ids],
        )
        self.line_id.invalidate_recordset()
        self.invalidate_recordset()


class CollectionCase(models.Model):
    """What a handover makes of its case."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    handover_ids = fields.One2many("collection.handover", "case_id", "Handovers", readonly=True)
    handover_id = fields.Many2one(
        "collection.handover", "Is With", compute="_compute_handover_id", help="Who collects now."
    )
    agent_id = fields.Many2one("collection.agent", compute="_compute_handover_id")

    @api.depends("handover_ids.state")
    def _compute_handover_id(self):
        for case in self:
            live = case.handover_ids.filtered_domain(case.handover_ids._live())[:1]
            case.handover_id, case.agent_id = live, live.agent_id

    def _handed_over(self, handover):
        """Somebody else collects from now on: our own follow-up stops."""
        self.ensure_one()
        waiting = self.notice_ids.filtered(lambda each: each.state in ("planned", "queued"))
        office = handover.agent_id.partner_id.name
        waiting._drop(self.env._("The case was handed over to %s.", office))
        holds = self.env["dunning.hold"].sudo()
        items = self._open_items().filtered(lambda item: item.state == "open")
        holds.create(
            [
                {
                    "company_id": self.company_id.id,
                    "item_id": item.id,
                    "kind": "handed_over",
                    "reason": self.env._("Handed over to %s.", office),
                    **holds._owner_values(self),
                }
                for item in items
            ]
        )
        offers = self.env["dunning.payment.plan"]._of_items(items, ("offered",))
        offers._withdraw(self.env._("The case was handed over to %s.", office))
        self._set_phase("handed_over")
        self._note(self.env._("Handed over to %s.", office))
        self.env["dunning.task"]._done(self, "case_decision")
        self.debtor_id._look_again()

    def _take_back(self, why):
        """The case is ours again, ready for another decision."""
        holds = self.env["dunning.hold"].sudo()
        for case in self:
            holds._release_owned(case, why)
            case._set_phase("ready")
            case._note(why)


class DunningHold(models.Model):
    """What is handed over is not released by hand."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    def _check_not_owned(self):
        """Refuse to end the hold of what somebody else collects: it is recalled there first."""
        if held := self.filtered(lambda hold: hold.kind == "handed_over")[:1]:
            raise UserError(
                self.env._(
                    "“%s” is collected by somebody else: recall it from its case.",
                    held.item_id.display_name,
                )
            )
        return super()._check_not_owned()


class CollectionCheck(models.AbstractModel):
    """Whether anything of a case is, or was, with somebody else."""

    _inherit = "collection.check"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _handovers(self, case, items):
        handovers = (
            self.env["collection.handover"]
            .sudo()
            .search(
                Domain("case_id.line_ids.item_id", "in", items.ids)
                & Domain("test", "=", False)
                & Domain("function", "in", CLAIMS)
            )
        )
        live = handovers.filtered(
            lambda each: each.state in LIVE and each.case_id.phase not in OURS
        )
        if self.env.context.get("dunning_replaces"):
            # What is replaced is not in the way of what takes its place.
            handovers -= live.filtered(lambda each: each.case_id == case)
            live &= handovers
        return {
            "live_handover": live[:1].display_name or "",
            "handed_before": bool(handovers - live),
        }
