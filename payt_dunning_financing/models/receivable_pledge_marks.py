"""Where people of follow-up see that an invoice is pledged, whatever they may see of financing."""

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.payt_dunning.rules.handover import BLOCK, WARN, Check
from odoo.addons.payt_dunning.rules.handover import PASS as FINE

VIEWER = "payt_dunning.group_dunning_viewer"
#: Who reads on an invoice that it is pledged.
READERS = ("account.group_account_readonly", "account.group_account_invoice", VIEWER)


class DunningItem(models.Model):
    """Items of pledged invoices."""

    _inherit = "dunning.item"

    pledged_to = fields.Char(
        "Pledged", compute="_compute_pledged_to", search="_search_pledged_to", groups=VIEWER
    )

    @api.depends("move_id")
    @api.depends_context("lang")
    def _compute_pledged_to(self):
        words = self.env["receivable.pledge"]._pledged_words(self.move_id.ids)
        for item in self:
            item.pledged_to = words.get(item.move_id.id, False)

    @api.model
    def _search_pledged_to(self, operator, value):
        return self.env["receivable.pledge"]._search_moves("move_id", operator, value)


class DunningDebtor(models.Model):
    """Debtors with pledged invoices."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    pledged_to = fields.Char(
        "Pledged", compute="_compute_pledged_to", search="_search_pledged_to", groups=VIEWER
    )

    @api.depends("item_ids.move_id")
    @api.depends_context("lang")
    def _compute_pledged_to(self):
        groups = (
            self.env["receivable.pledge"]
            .sudo()
            ._read_group(
                [("debtor_id", "in", self.ids), ("state", "=", "pledged")],
                ["debtor_id", "financing_id"],
                ["__count"],
            )
        )
        found = {}
        for debtor, financing, count in groups:
            words = self.env._(
                "%(count)s to %(financier)s", count=count, financier=financing.sudo().name
            )
            found.setdefault(debtor.id, []).append(words)
        for debtor in self:
            debtor.pledged_to = "; ".join(found.get(debtor._origin.id, ())) or False

    @api.model
    def _search_pledged_to(self, operator, value):
        if operator != "in":
            return NotImplemented
        pledged = (
            self.env["receivable.pledge"]
            .sudo()
            ._search([("state", "=", "pledged"), ("debtor_id", "!=", False)])
        )
        inside = Domain("id", "in", pledged.subselect("debtor_id"))
        return ~inside if False in value or "" in value else inside

    def _hand_to(self, survivor):
        """What is pledged of a debtor that is merged into another is the other's."""
        result = super()._hand_to(survivor)
        for model in ("receivable.pledge", "receivable.pledge.payment"):
            self.env[model].sudo().search([("debtor_id", "in", self.ids)]).debtor_id = survivor
        return result

    @api.model
    def _follow_merge(self, kept, contacts):
        result = super()._follow_merge(kept, contacts)
        moves = (
            self.env["dunning.item"]
            .sudo()
            .search([("line_id.partner_id", "in", contacts.ids)])
            .move_id
        )
        pledges = self.env["receivable.pledge"].sudo().search([("move_id", "in", moves.ids)])
        for pledge in pledges:
            owner = pledge.move_id.dunning_item_ids.debtor_id[:1]
            if owner and owner != pledge.debtor_id:
                pledge.debtor_id = owner
        return result


class AccountMove(models.Model):
    """Pledged invoices as Odoo shows them."""

    _inherit = "account.move"

    dunning_pledged_to = fields.Char(
        "Pledged",
        compute="_compute_dunning_pledged_to",
        search="_search_dunning_pledged_to",
        compute_sudo=True,
        groups=",".join(READERS),
    )

    @api.depends_context("lang")
    def _compute_dunning_pledged_to(self):
        words = self.env["receivable.pledge"]._pledged_words(self._origin.ids)
        for move in self:
            move.dunning_pledged_to = words.get(move._origin.id, False)

    @api.model
    def _search_dunning_pledged_to(self, operator, value):
        return self.env["receivable.pledge"]._search_moves("id", operator, value)

    def _get_alerts(self):
        """A banner: who has it, since when, for how much."""
        alerts = super()._get_alerts()
        # Customers read their invoices too: it is nothing that they are told here.
        reads = any(self.env.user.has_group(group) for group in READERS)
        if self.move_type != "out_invoice" or not self._origin.id or not reads:
            return alerts
        pledges = self.env["receivable.pledge"]._in_force(self._origin.ids)
        if pledge := pledges.get(self._origin.id):
            alerts["receivable_pledge"] = {
                "level": "info" if self.state == "posted" else "warning",
                "message": pledge._banner(self.env),
            }
        return alerts


class CollectionCheck(models.AbstractModel):
    """Before a pledged invoice goes to an office its financier may have to agree."""

    _inherit = "collection.check"

    @api.model
    def _look(self, case, agent, sums=()):
        found, facts = super()._look(case, agent, sums)
        moves = case.sudo()._open_items().move_id
        pledges = self.env["receivable.pledge"]._in_force(moves.ids, ("pledged",)).values()
        check = Check("pledged")
        if pledges:
            values = {
                "invoices": [pledge.name for pledge in pledges],
                "financiers": sorted({pledge.financing_id.name for pledge in pledges}),
            }
            barred = self.env["receivable.pledge"]._not_ours_to_claim(moves.ids)
            result = BLOCK if barred else WARN
            check = Check("pledged", result, values, overridable=True, source="BW 3:246")
        return [*found, check], facts


class CollectionCheckWords(models.AbstractModel):
    """The words of that check."""

    _inherit = "collection.check.words"

    @api.model
    def _said(self, check, currency=None):
        if check.code != "pledged":
            return super()._said(check, currency)
        if check.result == FINE:
            return self.env._("Nothing of it is pledged")
        return self.env._(
            "%(invoices)s is pledged to %(financiers)s: it may have to agree.",
            invoices=", ".join(check.values["invoices"]),
            financiers=", ".join(check.values["financiers"]),
        )

    @api.model
    def _remedy(self, check):
        if check.code != "pledged":
            return super()._remedy(check)
        return self.env._("Ask the financier first.") if check.result != FINE else ""


class DunningHold(models.Model):
    """What was paid to a financier is held until it is booked."""

    _inherit = "dunning.hold"

    def _check_not_owned(self):
        result = super()._check_not_owned()
        ids = self.filtered(lambda hold: hold.owner_model == "receivable.pledge.payment").mapped(
            "owner_id"
        )
        self.env["receivable.pledge.payment"].sudo().browse(ids).exists()._refuse_release()
        return result


class DunningPageStory(models.AbstractModel):
    """What the debtor reads of it."""

    _inherit = "dunning.page.story"

    @api.model
    def _held(self, decided):
        hold = self.env["dunning.hold"].sudo().browse(decided.hold_id)
        if hold.owner_model == "receivable.pledge.payment":
            payment = self.env[hold.owner_model].sudo().browse(hold.owner_id).exists()
            if payment:
                return payment._page_words()
        return super()._held(decided)


class DunningDialogue(models.AbstractModel):
    """What was paid to financiers is looked at before the day's decisions."""

    _inherit = "dunning.dialogue"

    @api.model
    def _watched(self):
        return [*super()._watched(), "receivable.pledge.payment"]


class DunningTask(models.AbstractModel):
    """Tasks of financing."""

    _inherit = "dunning.task"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _xmlid_of(self, kind):
        if kind in ("financing_report", "financing_book"):
            return f"payt_dunning_financing.activity_{kind}"
        return super()._xmlid_of(kind)
