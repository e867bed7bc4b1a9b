from collections import Counter
from contextlib import suppress
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

#: Invoices that are shown one by one.
SHOWN = 1000
#: What would leave is worked out for so many debtors; it is said where there are more.
LOOKED_AT = 2000
WHAT = [
    ("take", "Goes On Here"),
    ("hold", "Ignored There: Held"),
    ("ignore", "Never Reminded There: Held"),
    ("begun", "Has Begun Here Already"),
    ("leaving", "Leaving There Now: Look at It First"),
    ("unsent", "Nothing Was Sent"),
    ("out", "Left Out"),
]


class _NotKept(Exception):
    """Ends what was only tried."""


class DunningTakeoverWizard(models.TransientModel):
    """Take over what OCA's Credit Control has sent; shows first where each invoice goes on."""

    _name = "dunning.takeover.wizard"
    _description = "Take Over From Credit Control"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    level_ids = fields.One2many("dunning.takeover.level", "wizard_id", "Levels There")
    hold = fields.Boolean(
        "Hold What Was Ignored There",
        default=True,
        help="Until somebody releases it. Off: it is only listed.",
    )
    row_ids = fields.One2many("dunning.takeover.row", "wizard_id", "Invoices", readonly=True)
    unknown = fields.Text("To Decide First", readonly=True)
    counts = fields.Text("What Happens", readonly=True)
    tomorrow = fields.Text("What Leaves Next", readonly=True)

    @api.depends("company_id")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Take Over: %s", wizard.company_id.name)

    @api.model
    def _open(self):
        """The dialog for the user's company, with a proposal for each level there."""
        wizard = self.create({})
        wizard._check_may()
        company = wizard.company_id
        self.env["dunning.item"].sudo()._sync(company)
        takeover = self.env["dunning.takeover"]
        rows = []
        standing = takeover._standing(company)
        for level in sorted(standing, key=lambda each: (each.policy_id.name, each.level)):
            policy, ours = takeover._propose(company, level, standing[level])
            rows.append(
                {
                    "their_id": level.id,
                    "their_policy": level.policy_id.name,
                    "name": level.name,
                    "comes": takeover._when(level),
                    "items": len(standing[level]),
                    "policy_id": policy.id,
                    "level_id": ours.id,
                }
            )
        wizard.level_ids = [Command.create(row) for row in rows]
        return wizard.action_look()

    def _check_may(self):
        self.env["dunning.policy"]._check_manager()
        if not self.env["dunning.takeover"]._is_there():
            raise UserError(
                self.env._("Credit Control is not installed: there is nothing to read.")
            )
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose %s first.", self.company_id.name))

    def _shown(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    # -- looking ---------------------------------------------------------------------------------

    def _places(self):
        levels = {line.their_id: line.level_id for line in self.level_ids if not line.leave_out}
        return self.env["dunning.takeover"]._places(self.company_id, levels)

    def _unknown(self):
        """Levels there of which nobody has said what stands for them, in lines."""
        return [
            self.env._(
                "“%(level)s” of “%(policy)s” (%(count)s invoices) is not known here: choose the "
                "level that stands for it, or leave it out. What is left out begins with the "
                "first level.",
                level=line.name,
                policy=line.their_policy,
                count=line.items,
            )
            for line in self.level_ids
            if not (line.level_id or line.leave_out)
        ]

    def action_look(self):
        """Look at what would happen with the levels as they are chosen; nothing is kept."""
        self.ensure_one()
        self._check_may()
        places = self._places()
        day, leaving = self._leaving(places)
        rows = [self._row(place, leaving) for place in places[:SHOWN]]
        self.write(
            {
                "row_ids": [Command.clear(), *(Command.create(row) for row in rows)],
                "unknown": "\n".join(self._unknown()),
                "counts": "\n".join(self._counted(places)),
                "tomorrow": self._told(places, day, leaving),
            }
        )
        return self._shown()

    def _row(self, place, leaving):
        names = self.env["dunning.takeover"]._level_names(place)
        reached = place.level and place.level.policy_id._level_at(place.reached).name
        return {
            "item_id": place.item.id,
            "what": place.what,
            "stood": names,
            "sent_on": place.last and place.last.day,
            "goes_on": (reached or self.env._("No level yet")) if place.level else False,
            "again": place.again,
            "leaves": leaving.get(place.item.id, False),
        }

    def _counted(self, places):
        counts = Counter(place.what for place in places)
        kinds = dict(
            self.env["dunning.takeover.row"]._fields["what"]._description_selection(self.env)
        )
        lines = [
            self.env._("%(what)s: %(count)s", what=kinds[what], count=counts[what])
            for what, _name in WHAT
            if counts[what]
        ]
        again = sum(place.again for place in places)
        if again:
            lines.append(
                self.env._(
                    "A formal level there counts for nothing here and is served anew: %s.", again
                )
            )
        if len(places) > SHOWN:
            lines.append(self.env._("The first %s are shown one by one.", SHOWN))
        return lines or [self.env._("There is nothing to take over.")]

    def _leaving(self, places):
        """What leaves on the next day on which messages leave, once this is taken over.

        It is taken over for that and undone again: nothing is kept.

        :return: the day, and the name of the level by item id
        """
        company, found = self.company_id, {}
        tomorrow = self.env["dunning.message"]._today(company) + timedelta(days=1)
        day = self.env["dunning.when"]._calendar(company, None, {}).first_day(tomorrow)
        with suppress(_NotKept), self.env.cr.savepoint():
            items, _holds = self.env["dunning.takeover"]._take_over(places, self.hold)
            debtors = items.debtor_id[:LOOKED_AT]
            planned = self.env["dunning.preview"].sudo()._preview(company, day, debtors).planned
            screen = self.env["dunning.preview.screen"].sudo()
            lines = [line for notice in planned for line in notice.lines if line.position]
            names = screen._level_names({line.revision_id for line in lines})
            for line in lines:
                found[line.item_id] = names.get((line.revision_id, line.position), "")
            raise _NotKept
        self.env.invalidate_all(flush=False)
        return day, found

    def _told(self, places, day, leaving):
        day = format_date(self.env, day)
        if not leaving:
            return self.env._("%s: no message leaves about them.", day)
        lines = [
            self.env._("%(day)s: a message about %(count)s of them.", day=day, count=len(leaving))
        ]
        for level, count in sorted(Counter(leaving.values()).items()):
            lines.append(self.env._("– %(level)s: %(count)s", level=level, count=count))
        debtors = {place.item.debtor_id.id for place in places}
        if len(debtors) > LOOKED_AT:
            lines.append(
                self.env._(
                    "This is of the first %(some)s of %(all)s debtors.",
                    some=LOOKED_AT,
                    all=len(debtors),
                )
            )
        return "\n".join(lines)

    # -- doing it --------------------------------------------------------------------------------

    def action_apply(self):
        """Take it over; it can be undone for what no message has left about since."""
        self.ensure_one()
        self._check_may()
        if unknown := self._unknown():
            raise UserError("\n".join(unknown))
        self.env["dunning.policy"]._keep_runs_away()
        places = self._places()
        kept = ("hold", "ignore") if self.hold else ()
        places = [place for place in places if place.level or place.what in kept]
        if not places:
            raise UserError(self.env._("There is nothing to take over."))
        items = self.env["dunning.item"].browse([place.item.id for place in places])
        watch = self.env["dunning.change"]._watch(items)
        _items, holds = self.env["dunning.takeover"]._take_over(places, self.hold)
        told = watch.keep(
            lambda count: self.env._("%s invoices taken over from Credit Control", len(items)),
            made=holds,
        )
        self.action_look()
        return told


class DunningTakeoverLevel(models.TransientModel):
    """What stands here for a level there."""

    _name = "dunning.takeover.level"
    _description = "Level of Credit Control"

    wizard_id = fields.Many2one("dunning.takeover.wizard", ondelete="cascade", index=True)
    their_id = fields.Integer(readonly=True)
    their_policy = fields.Char("Policy There", readonly=True)
    name = fields.Char("Level There", readonly=True)
    comes = fields.Char(readonly=True)
    items = fields.Integer("Invoices on It", readonly=True)
    policy_id = fields.Many2one(
        "dunning.policy", "Policy Here", domain="[('revision_id', '!=', False)]", ondelete="cascade"
    )
    level_id = fields.Many2one(
        "dunning.level",
        "Stands For",
        domain="[('policy_id', '=', policy_id)]",
        context={"active_test": False},
        ondelete="cascade",
    )
    leave_out = fields.Boolean(help="What stands on it begins with the first level here.")


class DunningTakeoverRow(models.TransientModel):
    """Where an invoice stood there, and where it goes on here."""

    _name = "dunning.takeover.row"
    _description = "Invoice to Take Over"

    wizard_id = fields.Many2one("dunning.takeover.wizard", ondelete="cascade", index=True)
    item_id = fields.Many2one("dunning.item", "Invoice", readonly=True, ondelete="cascade")
    debtor_id = fields.Many2one(related="item_id.debtor_id")
    date_due = fields.Date(related="item_id.date_due")
    what = fields.Selection(WHAT, "What Happens", readonly=True)
    stood = fields.Char("Stood On", readonly=True)
    sent_on = fields.Date(readonly=True)
    goes_on = fields.Char("Goes On After", readonly=True)
    again = fields.Boolean("Formal Level Served Anew", readonly=True)
    leaves = fields.Char("Leaves Next", readonly=True)
