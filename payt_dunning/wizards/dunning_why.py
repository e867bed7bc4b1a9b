from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..models.dunning_why_words import Case

#: So many items are explained; more of them is no answer to anybody.
SHOWN = 40
#: How far ahead one may ask.
FURTHEST = timedelta(days=366)

MARK = {
    True: Markup('<i class="fa fa-fw fa-check text-success" role="img" aria-label="%s"></i>'),
    False: Markup('<i class="fa fa-fw fa-hand-stop-o text-danger" role="img" aria-label="%s"></i>'),
    None: Markup('<i class="fa fa-fw fa-history text-muted" role="img" aria-label="%s"></i>'),
}
#: How what happens is marked at the side.
EDGE = {"send": "success", "wait": "info", "blocked": "danger"}


class DunningWhy(models.TransientModel):
    """Why an item is reminded of on a day, or is not: the trace of the rules in words.

    For today and later the rules are asked; of days that are over, what was decided then.
    """

    _name = "dunning.why"
    _description = "Why?"
    _inherit = "dunning.why.words"

    item_ids = fields.Many2many("dunning.item", string="Items", readonly=True)
    left_out = fields.Integer(readonly=True, help="Items of the selection that are not told about.")
    day = fields.Date(required=True)
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        Item, asked_about = self.env["dunning.item"], self._asked_about()
        items = Item.search(asked_about, limit=SHOWN)
        left_out = Item.search_count(asked_about) - SHOWN if len(items) == SHOWN else 0
        today = self.env["dunning.message"]._today(items[:1].company_id or self.env.company)
        own = {"item_ids": [(6, 0, items.ids)], "left_out": left_out, "day": today}
        return {**{name: own[name] for name in own if name in fields}, **values}

    @api.model
    def _asked_about(self):
        """A domain: the items of what was selected, which are items, debtors or invoices."""
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids")
        if model not in ("dunning.item", "dunning.debtor", "account.move") or not ids:
            return [("id", "=", False)]
        records = self.env[model].browse(ids)
        records.check_access("read")
        if model == "dunning.debtor":
            return [("debtor_id", "in", records.ids), ("state", "=", "open")]
        return [("id" if model == "dunning.item" else "move_id", "in", records.ids)]

    @api.depends("item_ids", "left_out", "day")
    def _compute_answer(self):
        for wizard in self:
            wizard.answer = wizard._answer()

    def _answer(self):
        items = self.item_ids._origin[:SHOWN]
        items.check_access("read")
        if not items:
            return self._note(self.env._("Nothing of the selection is open and followed up."))
        if not self.day:
            return self._note(self.env._("Choose a day."))
        parts, alone = [], len(items) == 1
        for company, of_company in items.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            if self.day > today + FURTHEST:
                return self._note(self.env._("Choose a day within a year from today."))
            if self.day < today:
                told = self._recorded(of_company)
            else:
                parts += self._supposed(company, today)
                told = self._decided(company, of_company)
            for item in of_company:
                action, headline, lines = told[item.id]
                if item.payee_name:
                    paid = self.env._("It is to be paid to %s.", item.payee_name)
                    lines = [(None, paid, item.move_id), *lines]
                parts.append(self._section(item, action, headline, lines, alone))
        if self.left_out > 0:
            parts.append(self._note(self.env._("And %s more items.", self.left_out)))
        return Markup("").join(parts)

    # -- today and later -----------------------------------------------------------------

    def _supposed(self, company, today):
        """What one should know of the answer about a day that is not over."""
        notes = []
        if not company.sudo()._dunning_is_live():
            notes.append(self.env._("%s has not gone live: nothing leaves yet.", company.name))
        if self.day > today:
            notes.append(
                self.env._(
                    "If nothing happens until then: nothing is paid and nothing leaves before it."
                )
            )
        return [self._note(note) for note in notes]

    def _decided(self, company, items):
        """What the rules say of items of a company: ``{item id: (action, headline, lines)}``."""
        debtors = items.debtor_id.sudo()
        house = self.env["dunning.house"].sudo()._ahead(company, self.day, debtors)
        candidates = {
            candidate.facts.item_id: candidate
            for candidate in self.env["dunning.facts"]
            .sudo()
            ._candidates(debtors, self.day, house, explain=True)
        }
        told = {}
        for item in items:
            if item.id not in candidates:
                ended = self.env._("Follow-up has ended: nothing is open any more.")
                told[item.id] = ("closed", ended, [(None, ended, item.move_id)])
                continue
            candidate = self._as_capped(item, candidates[item.id])
            case = Case(item.sudo(), candidate, house, self.day)
            lines = [self._say(case, step) for step in case.decision.trace]
            told[item.id] = (case.decision.action, self._headline(case, lines[-1][1]), lines)
        return told

    def _as_capped(self, item, candidate):
        """What is decided about an item, where the run put it off: it was more than fits a day."""
        today = self.env["dunning.message"]._today(item.company_id)
        put_off = item.reason == "cap" and item.next_date and item.next_date > self.day
        if not put_off or self.day != today or candidate.decision.action != "send":
            return candidate
        return replace(candidate, decision=candidate.decision.put_off("cap", self.day))

    # -- days that are over ----------------------------------------------------------------

    def _recorded(self, items):
        """What was decided about items on a day that is over, or last before it, as above."""
        events = self.env["dunning.event"].search([("item_id", "in", items.ids)], order="id")
        left = items.sudo().notice_line_ids.filtered(
            lambda line: line.position and line.notice_id.sent_on == self.day
        )
        told = {}
        for item in items:
            own = events.filtered(lambda event, item=item: event.item_id == item)
            until = own.filtered(lambda event: event.day <= self.day)
            decided = until.filtered(lambda event: event.kind == "decision")[-1:]
            of_day = decided | until.filtered(lambda event: event.day == self.day)
            lines = [
                (None, event._told(), event.hold_id or item.debtor_id)
                for event in of_day.sorted("id")
            ]
            for line in left.filtered(lambda line, item=item: line.item_id == item):
                text = self.env._("A message left to %s.", line.recipient)
                lines.append((None, text, line.notice_id))
            told[item.id] = (decided.action, self._recorded_headline(own, decided), lines)
        return told

    def _recorded_headline(self, events, decided):
        """What held for an item on the day.

        :param events: all that is recorded about it
        :param decided: the decision that held, or none
        """
        if decided:
            values = {
                "day": format_date(self.env, self.day, date_format="long"),
                "since": format_date(self.env, decided.day, date_format="long"),
                "decision": decided._decision(),
            }
            if decided.day == self.day:
                return self.env._("Decided on %(day)s: %(decision)s", **values)
            return self.env._("On %(day)s, as decided on %(since)s: %(decision)s", **values)
        nothing = self.env._("Nothing is recorded about it up to that day.")
        if events:
            day = format_date(self.env, events[0].day, date_format="long")
            first = self.env._("The first entry is of %s.", day)
            nothing = f"{nothing} {first}"
        return nothing

    # -- as HTML ---------------------------------------------------------------------------

    def _note(self, text):
        return Markup('<p class="text-muted">%s</p>') % text

    def _section(self, item, action, headline, lines, unfolded):
        """An item's block: what it is, the headline, and a line for each rule or entry.

        :param lines: ``(whether it let pass or None, text, records or None)``; what the last one
            leads to is linked beside the headline as well
        :param unfolded: whether the lines are shown at once
        """
        about = [item.debtor_id.display_name]
        if item.state == "open":
            about.append(format_amount(self.env, item.amount_open, item.currency_id))
        title = Markup('<h4 class="mt-2 mb-1">%s <small class="text-muted">%s</small></h4>') % (
            item.display_name,
            " · ".join(about),
        )
        edge = EDGE.get(action, "secondary")
        said = Markup("<strong>%s</strong>%s") % (
            headline,
            self._links(lines[-1][2]) if lines else "",
        )
        listed = Markup('<ul class="list-unstyled small mt-2 mb-0">%s</ul>') % Markup("").join(
            self._line(*line) for line in lines
        )
        if unfolded or not lines:
            block = Markup('<div class="border-start border-4 border-%s ps-3">%s</div>%s') % (
                edge,
                said,
                listed if lines else "",
            )
        else:
            block = Markup(
                '<details class="border-start border-4 border-%s ps-3"><summary>%s</summary>%s'
                "</details>"
            ) % (edge, said, listed)
        return Markup('<section class="mb-4">%s%s</section>') % (title, block)

    def _line(self, passed, text, records):
        said = {
            True: self.env._("Passed"),
            False: self.env._("Stops here"),
            None: self.env._("Recorded"),
        }
        mark = MARK[passed] % said[passed]
        if passed is False:
            text = Markup("<strong>%s</strong>") % text
        return Markup(
            '<li class="d-flex border-bottom py-1"><span class="me-2">%s</span><div>%s%s</div></li>'
        ) % (mark, text, self._links(records))

    def _links(self, records):
        """Links to the records among these that the user may open."""
        if not records:
            return ""
        # What was read with the rights of the system is shown with the user's.
        own = self.env[records._name].browse(records.ids)._filtered_access("read")
        return Markup("").join(
            Markup(' <a href="/odoo/%s/%s" target="_blank" class="ms-1">%s</a>')
            % (record._name, record.id, self._label(record))
            for record in own
        )

    def _label(self, record):
        """What a link says: names of contacts and policies don't tell what they are of."""
        kinds = {
            "res.partner": self.env._("Contact: %s", record.display_name),
            "dunning.debtor": self.env._("Debtor: %s", record.display_name),
            "dunning.policy": self.env._("Policy: %s", record.display_name),
            "dunning.notice": self.env._("Message: %s", record.display_name),
            "dunning.item": self.env._("Item: %s", record.display_name),
            "dunning.hold": self.env._("Open the hold"),
            "account.journal": self.env._("Journal: %s", record.display_name),
        }
        return kinds.get(record._name, record.display_name)
