from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount, format_date

#: What would leave is worked out for so many debtors; it is said where there are more.
LOOKED_AT = 2000
#: So many messages can be opened.
EXAMPLES = 20
CHOICES = [
    ("friendly", "Those without a formal message yet"),
    ("all", "All"),
    ("selected", "Those that I select"),
]


class DunningMoveWizard(models.TransientModel):
    """Move items under way to the current revision of their policy; shows first what that sends."""

    _name = "dunning.move.wizard"
    _description = "Move Items to the Current Revision"

    policy_id = fields.Many2one("dunning.policy", required=True, ondelete="cascade")
    revision_id = fields.Many2one(
        "dunning.policy.revision",
        "To",
        required=True,
        compute="_compute_revision_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="cascade",
    )
    choice = fields.Selection(CHOICES, "Move", required=True, default="friendly")
    item_ids = fields.Many2many(
        "dunning.item",
        string="Items",
        domain="[('state', '=', 'open'), ('revision_id.policy_id', '=', policy_id),"
        " ('revision_id', '!=', revision_id)]",
    )
    line_ids = fields.One2many("dunning.move.line", "wizard_id", compute="_compute_lines")
    staying = fields.Text("What Stays", compute="_compute_lines")
    tomorrow = fields.Text("What Leaves", compute="_compute_tomorrow")

    @api.depends("policy_id")
    def _compute_revision_id(self):
        """The one that applied when the dialog was opened."""
        for wizard in self:
            wizard.revision_id = wizard.policy_id.revision_id

    # -- who moves -------------------------------------------------------------------------------

    def _chosen(self):
        """The items that are moved, and how many stay, by why.

        :return: list of :class:`~..models.dunning_policy_move.Mover`, and a counter
        """
        self.ensure_one()
        movers = self.policy_id._movers(self.env.companies)
        begun = {
            revision.id: revision._to_ladder()
            for revision in self.env["dunning.policy.revision"]
            .sudo()
            .browse({each.revision_id for each in movers})
        }
        selected, stay, wanted = set(self.item_ids._origin.ids), Counter(), []
        for each in movers:
            ladder = begun[each.revision_id]
            place = ladder.place(each.reached)
            if self.choice == "selected" and each.item_id not in selected:
                continue
            if self.choice == "friendly" and place >= 0 and ladder.rungs[place].formal:
                stay["formal"] += 1
            elif each.busy:
                stay["busy"] += 1
            else:
                wanted.append(each)
        # The items of a case go the same way: on one level, on one day.
        ids = {each.item_id for each in wanted}
        torn = {each.case_id for each in movers if each.case_id and each.item_id not in ids}
        chosen = [each for each in wanted if each.case_id not in torn]
        stay["case"] = len(wanted) - len(chosen)
        return chosen, stay

    @api.depends("policy_id", "revision_id", "choice", "item_ids")
    def _compute_lines(self):
        for wizard in self:
            chosen, stay = wizard._chosen() if wizard.policy_id else ([], Counter())
            wizard.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in wizard._groups(chosen)),
            ]
            wizard.staying = "\n".join(wizard._staying(stay))

    def _groups(self, chosen):
        """A row for each place that items come from: values of lines."""
        moves, groups = self.policy_id._moves(chosen), defaultdict(list)
        for each in chosen:
            groups[each.revision_id, each.reached, moves[each.item_id]["reached"]].append(each)
        companies = {company.id: company for company in self.env.companies}
        revisions = self.env["dunning.policy.revision"].browse({key[0] for key in groups})
        number = {revision.id: revision.number for revision in revisions}
        rows = []
        for (revision_id, reached, place), movers in sorted(groups.items()):
            sums = defaultdict(float)
            for each in movers:
                sums[companies[each.company_id].currency_id] += float(each.amount)
            rows.append(
                {
                    "revision": number[revision_id],
                    "stands": self._level(reached),
                    "goes_on": self._level(place),
                    "items": len(movers),
                    "debtors": len({each.debtor_id for each in movers}),
                    "amount": " + ".join(
                        format_amount(self.env, amount, unit) for unit, amount in sums.items()
                    ),
                }
            )
        return rows

    def _level(self, position):
        if not position:
            return self.env._("No level yet")
        return self.policy_id._level_at(position).name or str(position)

    def _staying(self, stay):
        """How many items stay where they are, and why; in sentences."""
        words = {
            "formal": self.env._("Had a formal message already, and stay: %s.", stay["formal"]),
            "busy": self.env._(
                "Stay because a message about them is leaving, or nobody knows whether it has: %s.",
                stay["busy"],
            ),
            "case": self.env._("Stay because other items of the same case do: %s.", stay["case"]),
        }
        return [words[why] for why in words if stay[why]]

    # -- what leaves -----------------------------------------------------------------------------

    @api.depends("policy_id", "revision_id", "choice", "item_ids")
    def _compute_tomorrow(self):
        for wizard in self:
            chosen = wizard._chosen()[0] if wizard.policy_id else []
            lines = []
            for company, day, before, after in wizard._compare(chosen):
                lines += wizard._told(company, day, before, after)
            debtors = {each.debtor_id for each in chosen}
            if len(debtors) > LOOKED_AT:
                lines.append(
                    self.env._(
                        "This is of the first %(some)s of %(all)s debtors.",
                        some=LOOKED_AT,
                        all=len(debtors),
                    )
                )
            wizard.tomorrow = "\n".join(lines) or self.env._("Nothing is moved.")

    def _compare(self, chosen):
        """What leaves on the next days if they stay, and if they move; nothing is kept.

        :return: ``(company, day, planned if they stay, planned if they move)``
        """
        Preview, found = self.env["dunning.preview"].sudo(), []
        by_company = defaultdict(list)
        for each in chosen:
            by_company[each.company_id].append(each)
        for company in self.env.companies:
            movers = by_company[company.id]
            ids = list(dict.fromkeys(each.debtor_id for each in movers))[:LOOKED_AT]
            if not ids:
                continue
            debtors = self.env["dunning.debtor"].sudo().browse(ids)
            moves = self.policy_id._moves(movers)
            dropped = tuple(self.env["dunning.policy"]._waiting(list(moves)).ids)
            for day in self._days(company):
                stay = Preview._preview(company, day, debtors)
                move = Preview._preview(company, day, debtors, supposed=moves, dropped=dropped)
                found.append((company, day, stay.planned, move.planned))
        return found

    @api.model
    def _days(self, company):
        """Tomorrow, and the next day on which friendly messages leave where that is later."""
        tomorrow = self.env["dunning.message"]._today(company) + timedelta(days=1)
        calendar = self.env["dunning.when"]._calendar(company, None, {})
        return sorted({tomorrow, calendar.first_day(tomorrow)})

    def _told(self, company, day, before, after):
        """What leaves on a day of a company, in lines."""
        day = format_date(self.env, day)
        if len(self.env.companies) > 1:
            day = f"{company.name}, {day}"
        if list(map(_said, before)) == list(map(_said, after)):
            count = len(after)
            return [
                self.env._(
                    "%(day)s: moving them changes nothing; messages that leave: %(count)s.",
                    day=day,
                    count=count,
                )
            ]
        line = self.env._(
            "%(day)s: %(after)s messages leave if they move, %(before)s if not.",
            day=day,
            after=len(after),
            before=len(before),
        )
        then, now = self._by_level(after), self._by_level(before)
        return [
            line,
            *(
                self.env._(
                    "– %(level)s: %(after)s instead of %(before)s",
                    level=level,
                    after=then[level],
                    before=now[level],
                )
                for level in sorted(then | now)
                if then[level] != now[level]
            ),
        ]

    @api.model
    def _by_level(self, planned):
        levels = self._names(planned)
        return Counter(
            levels[each.lines[0].revision_id, each.lines[0].position] for each in planned
        )

    @api.model
    def _names(self, planned):
        names = (
            self.env["dunning.preview.screen"]
            .sudo()
            ._level_names({each.lines[0].revision_id for each in planned})
        )
        return defaultdict(lambda: self.env._("No level"), names)

    def action_examples(self):
        """Messages that leave only if they move, or only if they don't, to be read."""
        self.ensure_one()
        self.policy_id._check_manager()
        rows = []
        for _company, day, before, after in self._compare(self._chosen()[0]):
            known, kept = set(map(_said, before)), set(map(_said, after))
            rows += [("moved", day, each) for each in after if _said(each) not in known]
            rows += [("stays", day, each) for each in before if _said(each) not in kept]
        rows = rows[:EXAMPLES]
        contents = self.env["dunning.message"].sudo()._render([each for _e, _d, each in rows])
        levels = self._names([each for _effect, _day, each in rows])
        examples = self.env["dunning.move.message"].create(
            [
                {
                    "effect": effect,
                    "day": day,
                    "debtor_id": each.debtor_id,
                    "recipient": each.recipient,
                    "level": levels[each.lines[0].revision_id, each.lines[0].position],
                    "amount": float(each.total),
                    "currency_id": each.currency_id,
                    "subject": content.subject or content.problem,
                    "body": self.env["dunning.message"]._hide_keys(content.body or ""),
                }
                for (effect, day, each), content in zip(rows, contents, strict=True)
            ]
        )
        if not examples:
            raise UserError(self.env._("Moving them changes no message on these days."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Moving Them Changes"),
            "res_model": "dunning.move.message",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", examples.ids)],
            "target": "new",
        }

    # -- doing it --------------------------------------------------------------------------------

    def action_apply(self):
        """Move them; it can be undone for those about which no message has left since."""
        self.ensure_one()
        policy = self.policy_id
        policy._check_manager()
        policy._lock_to_publish()
        policy._keep_runs_away()
        if policy.revision_id != self.revision_id:
            raise UserError(
                self.env._(
                    "Revision %(number)s of “%(policy)s” applies by now. Close this and look again.",
                    number=policy.revision_id.number,
                    policy=policy.name,
                )
            )
        chosen, _stay = self._chosen()
        if not chosen:
            raise UserError(self.env._("There is nothing to move."))
        items = self.env["dunning.item"].browse([each.item_id for each in chosen])
        items.check_access("read")
        watch = self.env["dunning.change"]._watch(items)
        last = self.env["dunning.change"]._last_notice()
        policy._move(policy._moves(chosen))
        told = watch.keep(
            lambda count: self.env._(
                "%(count)s items moved to revision %(number)s of “%(policy)s”",
                count=count,
                number=policy.revision_id.number,
                policy=policy.name,
            )
        )
        self.env["dunning.change"].sudo().browse(told["params"]["changes"]).write(
            {"revision_id": policy.revision_id.id, "after_notice_id": last}
        )
        return told


class DunningMoveLine(models.TransientModel):
    """Items that stand on the same level of the same revision, in the dialog that moves them."""

    _name = "dunning.move.line"
    _description = "Items to Move"

    wizard_id = fields.Many2one("dunning.move.wizard", ondelete="cascade")
    revision = fields.Integer("From Revision")
    stands = fields.Char("Stand On")
    goes_on = fields.Char("Go On After")
    items = fields.Integer("Open Items")
    debtors = fields.Integer()
    amount = fields.Char("Open")


class DunningMoveMessage(models.TransientModel):
    """A message that would leave, or not, if items were moved; not kept."""

    _name = "dunning.move.message"
    _description = "Message That Moving Changes"
    _order = "effect, day, id"
    _rec_name = "subject"

    effect = fields.Selection(
        [("moved", "Leaves if they move"), ("stays", "Leaves if they stay")], "When", readonly=True
    )
    day = fields.Date(readonly=True)
    debtor_id = fields.Many2one("dunning.debtor", readonly=True, ondelete="cascade")
    level = fields.Char(readonly=True)
    recipient = fields.Char("To", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html("Message", sanitize=False, readonly=True)

    def action_open(self):
        """Read it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.subject,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }


def _said(planned):
    """What tells two planned messages apart for people: to whom, how, about which levels."""
    rows = tuple(sorted((line.item_id, line.position) for line in planned.lines))
    return planned.debtor_id, planned.channel, planned.recipient, rows
