from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

#: So many items are explained; more of them is no answer to anybody.
SHOWN = 40
#: How far ahead one may ask.
FURTHEST = timedelta(days=366)

MARK = {
    True: Markup('<i class="fa fa-check text-success me-2" title="%s"></i>'),
    False: Markup('<i class="fa fa-hand-stop-o text-danger me-2" title="%s"></i>'),
}


class DunningWhy(models.TransientModel):
    """Why an item is reminded of on a day, or is not: the trace of the rules in words.

    For today and later the rules are asked; of days that are over, what was decided then.
    """

    _name = "dunning.why"
    _description = "Why?"
    _inherit = "dunning.why.words"

    item_ids = fields.Many2many(
        "dunning.item", string="Items", readonly=True, default=lambda self: self._asked_about()
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    @api.model
    def _asked_about(self):
        """The items of what was selected: items, debtors or invoices."""
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids")
        records = self.env[model].browse(ids) if model and ids else None
        if model == "dunning.item":
            items = records
        elif model == "dunning.debtor":
            items = records.item_ids
        elif model == "account.move":
            items = records.dunning_item_ids
        else:
            return self.env["dunning.item"]
        items.check_access("read")
        is_open = items.filtered(lambda item: item.state == "open")
        return (is_open or items)[: SHOWN + 1]

    @api.depends("item_ids", "day")
    def _compute_answer(self):
        for wizard in self:
            wizard.answer = wizard._answer()

    def _answer(self):
        items = self.item_ids._origin
        items.check_access("read")
        if not items:
            return Markup("<p>%s</p>") % self.env._("Nothing of the selection is followed up.")
        if not self.day:
            return Markup("<p>%s</p>") % self.env._("Choose a day.")
        blocks = []
        for company, of_company in items[:SHOWN].grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            if self.day > today + FURTHEST:
                return Markup("<p>%s</p>") % self.env._("Choose a day within a year from today.")
            explain = self._recorded if self.day < today else self._decided
            blocks += explain(company, of_company)
        if len(items) > SHOWN:
            more = self.env._("Only the first %s items are explained.", SHOWN)
            blocks.append(Markup('<p class="text-muted">%s</p>') % more)
        return Markup("").join(blocks)

    # -- today and later -----------------------------------------------------------------

    def _decided(self, company, items):
        """What the rules say of items of a company."""
        house = self.env["dunning.house"].sudo()._ahead(company, self.day)
        candidates = (
            self.env["dunning.facts"]
            .sudo()
            ._candidates(items.debtor_id.sudo(), self.day, house, explain=True)
        )
        found = {candidate.facts.item_id: candidate for candidate in candidates}
        return [self._block(item, found.get(item.id)) for item in items]

    def _block(self, item, candidate):
        """One item with its headline and the rules that were looked at."""
        if not candidate:
            closed = self.env._("Nothing is open any more: follow-up has ended.")
            return self._section(item, closed, ())
        words = self._words(item.sudo(), candidate)
        rows = []
        for step in candidate.decision.trace:
            passed, stopped, record = words[step.code]
            if not step.passed and candidate.decision.hold_id:
                record = self.env["dunning.hold"].sudo().browse(candidate.decision.hold_id)
                stopped = f"{stopped} {record.display_name}"
            rows.append((step.passed, passed if step.passed else stopped, record))
        return self._section(item, self._headline(item, candidate), rows)

    def _headline(self, item, candidate):
        """What happens to an item on the day, in one sentence."""
        decision = candidate.decision
        reasons = dict(item._fields["reason"]._description_selection(self.env))
        reason = reasons.get(decision.code, decision.code)
        if decision.action == "send":
            revision = self.env["dunning.policy.revision"].sudo().browse(candidate.revision_id)
            recipients = [
                address
                for channel in decision.channels
                for address, _contact in candidate.addresses(channel, decision.rung.recipient)
            ]
            return self.env._(
                "“%(level)s” leaves on %(day)s to %(recipients)s.",
                level=self._level(revision.policy_id, decision.rung),
                day=format_date(self.env, self.day),
                recipients=", ".join(recipients),
            )
        if decision.action == "wait":
            return self.env._(
                "Waits: %(reason)s. It is looked at again on %(day)s.",
                reason=reason,
                day=format_date(self.env, decision.until),
            )
        if decision.action == "blocked":
            return self.env._("Does not go on by itself: %s.", reason)
        return self.env._("Follow-up has ended: %s.", reason)

    # -- days that are over ----------------------------------------------------------------

    def _recorded(self, _company, items):
        """What was decided about items on a day that is over, or last before it."""
        events = self.env["dunning.event"].search(
            [("item_id", "in", items.ids), ("day", "<=", self.day)], order="id"
        )
        blocks = []
        for item in items:
            own = events.filtered(lambda event, item=item: event.item_id == item)
            if not own:
                nothing = self.env._("Nothing is recorded about it up to that day.")
                blocks.append(self._section(item, nothing, ()))
                continue
            last = own[-1].day
            of_day = own.filtered(lambda event, last=last: event.day == last)
            headline = self.env._("Decided on %s:", format_date(self.env, last))
            rows = [(None, self._event_words(event), event.hold_id) for event in of_day]
            blocks.append(self._section(item, headline, rows))
        return blocks

    def _event_words(self, event):
        if event.kind == "person":
            return f"{event.note} ({event.user_id.name})"
        actions = dict(event._fields["action"]._description_selection(self.env))
        reasons = dict(event._fields["reason"]._description_selection(self.env))
        return f"{actions.get(event.action, '')}: {reasons.get(event.reason, '')}"

    # -- as HTML ---------------------------------------------------------------------------

    def _section(self, item, headline, rows):
        """An item's block: title, headline, and a line for each row, linked to its record.

        :param rows: ``(whether it let pass or None, text, record or None)``
        """
        lines = Markup("").join(self._line(*row) for row in rows)
        return Markup(
            '<section class="mb-4"><h4>%s</h4><p class="fw-bold">%s</p>'
            '<ul class="list-unstyled">%s</ul></section>'
        ) % (f"{item.name} · {item.debtor_id.display_name}", headline, lines)

    def _line(self, passed, text, record):
        said = {True: self.env._("Passed"), False: self.env._("Stops here")}
        mark = MARK[passed] % said[passed] if passed is not None else ""
        weight = "fw-bold" if passed is False else ""
        link = Markup("")
        if record and record.has_access("read"):
            link = Markup(' <a href="/odoo/%s/%s" target="_blank">%s</a>') % (
                record._name,
                record.id,
                self.env._("open"),
            )
        return Markup('<li class="%s">%s%s%s</li>') % (weight, mark, text, link)
