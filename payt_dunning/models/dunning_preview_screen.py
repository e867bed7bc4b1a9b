from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..rules.plan import plan
from ..tools import exact

#: How far ahead one may look.
FURTHEST = timedelta(days=366)
#: Items of one outcome that can be opened as a list.
MOST_ITEMS = 10_000


class DunningPreviewScreen(models.AbstractModel):
    """The preview as people see it; everything is decided when asked for, nothing is kept.

    What is given out are plain values in the user's language.
    """

    _name = "dunning.preview.screen"
    _description = "Preview on Screen"

    # -- what may be asked for -----------------------------------------------------------

    def _check_collector(self):
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can look at what a run would do."))

    @api.model
    def _scope(self, model=None, record_ids=()):
        """The debtors by company that a selection is about; ``None`` for each when about all.

        :param model: what was selected: items, debtors or invoices
        :raises UserError: when nothing of it is followed up
        """
        if not model:
            return dict.fromkeys(self.env.companies)
        records = self.env[model].browse([int(each) for each in record_ids]).exists()
        records.check_access("read")
        if model == "dunning.debtor":
            debtors = records
        elif model == "dunning.item":
            debtors = records.filtered(lambda item: item.state == "open").debtor_id
        elif model == "account.move":
            debtors = records.dunning_item_ids.filtered(lambda item: item.state == "open").debtor_id
        else:
            raise UserError(self.env._("There is no follow-up of %s.", model))
        debtors = debtors.filtered(lambda debtor: debtor.company_id in self.env.companies)
        if not debtors:
            raise UserError(
                self.env._("Nothing of the selection is followed up: no open item was found.")
            )
        return debtors.grouped("company_id")

    @api.model
    def _day(self, day, company):
        """The day asked about; today where none is.

        :raises UserError: when it can't be looked at
        """
        today = self.env["dunning.message"]._today(company)
        if not day:
            return today
        try:
            day = fields.Date.to_date(day)
        except ValueError as error:
            raise UserError(self.env._("“%s” is not a date.", day)) from error
        if day < today:
            raise UserError(self.env._("That day is over: what was done on it is told under Runs."))
        if day > today + FURTHEST:
            raise UserError(self.env._("Choose a day within a year from today."))
        return day

    # -- looking -------------------------------------------------------------------------

    @api.model
    def look(self, day=None, model=None, record_ids=()):
        """What would happen on a day: messages, sums, and how many items wait or are blocked.

        :param day: ISO date; today when left out
        :param model: ``dunning.item``, ``dunning.debtor`` or ``account.move``
        :param record_ids: ids of ``model`` that it is about; all of the user's companies when left out
        """
        self._check_collector()
        scope = self._scope(model, record_ids)
        messages, sums, groups, before = [], [], {}, []
        is_today, not_live = True, []
        for company, debtors in scope.items():
            when = self._day(day, company)
            is_today = is_today and when == self.env["dunning.message"]._today(company)
            preview = self.env["dunning.preview"].sudo()._preview(company, when, debtors)
            previous = self._previous(company)
            messages += self._messages(company, preview, previous)
            sums += self._sums(company, preview)
            self._add_groups(groups, company, preview)
            if debtors is None:
                self._add_recorded(groups, company, when)
            if previous:
                before.append(
                    self.env._(
                        "%(company)s: %(count)s messages in the run of %(day)s.",
                        company=company.name,
                        count=previous.planned,
                        day=format_date(self.env, previous.day),
                    )
                )
            if not company._dunning_is_live():
                not_live.append(company.name)
        for group in groups.values():
            group["amounts"] = [
                format_amount(self.env, float(amount), currency)
                for currency, amount in group["amounts"].items()
            ]
        return {
            "day": fields.Date.to_string(when),
            "dayText": format_date(self.env, when),
            "isToday": is_today,
            "notLive": not_live,
            "messages": messages,
            "sums": sums,
            "groups": sorted(groups.values(), key=lambda group: (group["action"], -group["count"])),
            "before": before,
            "scope": self._scope_name(model, scope),
        }

    @api.model
    def _scope_name(self, model, scope):
        """What the preview is about, in words."""
        if not model:
            return ", ".join(company.name for company in scope)
        count = sum(len(debtors) for debtors in scope.values())
        if count > 1:
            return self.env._("%s debtors", count)
        return next(iter(scope.values())).display_name

    @api.model
    def _previous(self, company):
        """The last daily run of a company that made messages."""
        return self.env["dunning.run"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("done", "problems")),
                ("asked_by_id", "=", False),
                ("manual", "=", False),
                ("planned", ">", 0),
            ],
            limit=1,
        )

    @api.model
    def _messages(self, company, preview, previous):
        """A row for each message."""
        debtors = self.env["dunning.debtor"].browse({p.debtor_id for p in preview.planned})
        debtors.partner_id.fetch(["name"])
        names = {debtor.id: debtor.partner_id.display_name for debtor in debtors}
        channels = {each.code: each.name for each in self.env["dunning.channel"].search([])}
        levels = self._level_names({p.lines[0].revision_id for p in preview.planned})
        currencies = {c.id: c for c in self.env["res.currency"].browse(list(preview.sums))}
        known = set(previous.notice_ids.debtor_id.ids) if previous else set()
        return [
            {
                "companyId": company.id,
                "company": company.name,
                "debtorId": planned.debtor_id,
                "debtor": names[planned.debtor_id],
                "recipient": planned.recipient,
                "channel": channels.get(planned.channel, planned.channel),
                "level": levels.get((planned.lines[0].revision_id, planned.lines[0].position), ""),
                "rows": len(planned.lines),
                "amount": format_amount(
                    self.env, float(planned.total), currencies[planned.currency_id]
                ),
                "approval": planned.approval,
                "isNew": bool(previous) and planned.debtor_id not in known,
                "key": planned.fingerprint(),
            }
            for planned in preview.planned
        ]

    @api.model
    def _level_names(self, revision_ids):
        """Names of levels by ``(revision id, position)``."""
        names = {}
        for revision in self.env["dunning.policy.revision"].browse(revision_ids):
            for level in revision.policy_id.with_context(active_test=False).level_ids:
                names[revision.id, level.position] = level.name
        return names

    @api.model
    def _sums(self, company, preview):
        counts = defaultdict(int)
        for planned in preview.planned:
            counts[planned.currency_id] += 1
        currencies = self.env["res.currency"].browse(list(preview.sums))
        return [
            {
                "company": company.name,
                "count": counts[currency.id],
                "amount": format_amount(self.env, float(preview.sums[currency.id]), currency),
            }
            for currency in currencies
        ]

    @api.model
    def _add_groups(self, groups, company, preview):
        """Add what was decided in a preview to the outcomes."""
        for (action, code), items in preview.found.items():
            days = [until for _item_id, until in items if until]
            group = self._group(groups, action, code)
            group["count"] += len(items)
            group["ids"] += [item_id for item_id, _until in items][:MOST_ITEMS]
            first = min(days, default=None)
            if first and (not group["first"] or first < group["first"]):
                group["first"] = first
                group["until"] = format_date(self.env, first)
            group["amounts"][company.currency_id] += preview.amounts[action, code]

    @api.model
    def _add_recorded(self, groups, company, day):
        """Add what need not be looked at before ``day``: it stays as it was decided."""
        asleep = (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "open")
            & Domain("next_date", ">", day)
        )
        awake = self.env["dunning.item"]._search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "open")
            & (Domain("next_date", "<=", day) | Domain("next_date", "=", False))
        )
        asleep &= Domain("debtor_id", "not in", awake.subselect("debtor_id"))
        rows = self.env["dunning.item"]._read_group(
            asleep, ["action", "reason"], ["__count", "next_date:min", "amount_company:sum"]
        )
        for action, code, count, first, amount in rows:
            group = self._group(groups, action or "wait", code or "not_yet")
            group["count"] += count
            if first and (not group["first"] or first < group["first"]):
                group["first"], group["until"] = first, format_date(self.env, first)
            group["amounts"][company.currency_id] += exact(amount)
            group["recorded"] = True

    @api.model
    def _group(self, groups, action, code):
        """The outcome ``(action, code)`` among ``groups``, made where there is none yet."""
        if (action, code) not in groups:
            Item = self.env["dunning.item"]
            actions = dict(Item._fields["action"]._description_selection(self.env))
            reasons = dict(Item._fields["reason"]._description_selection(self.env))
            groups[action, code] = {
                "action": action,
                "actionText": actions.get(action, action),
                "code": code,
                "text": reasons.get(code, code),
                "count": 0,
                "ids": [],
                "first": None,
                "until": "",
                "amounts": defaultdict(Decimal),
                "recorded": False,
            }
        return groups[action, code]

    @api.model
    def message(self, company_id, debtor_id, key, day=None):
        """One message of the preview, rendered.

        :param key: as :meth:`look` gave it
        :return: subject, body (HTML) and attachments, or the ``problem`` in words
        """
        self._check_collector()
        debtor = self.env["dunning.debtor"].browse(int(debtor_id)).exists()
        debtor.check_access("read")
        if not debtor or debtor.company_id.id != company_id:
            raise UserError(self.env._("This debtor is not there any more."))
        day = self._day(day, debtor.company_id)
        house = self.env["dunning.house"].sudo()._ahead(debtor.company_id, day)
        candidates = self.env["dunning.facts"].sudo()._candidates(debtor.sudo(), day, house)
        planned = [each for each in plan(candidates, day) if each.fingerprint() == key]
        if not planned:
            return {"problem": self.env._("This message would not leave any more: look again.")}
        content = self.env["dunning.message"].sudo()._render(planned)[0]
        if content.problem:
            return {"problem": content.problem}
        attachments = self.env["ir.attachment"].sudo().browse(content.attachment_ids)
        return {
            "recipient": planned[0].recipient,
            "subject": content.subject,
            "body": self.env["dunning.message"]._hide_keys(content.body),
            "attachments": attachments.mapped("name"),
        }

    @api.model
    def remind(self, model, record_ids):
        """The preview of a selection, as an action: from there it is sent."""
        self._check_collector()
        self._scope(model, record_ids)
        action = self.env["ir.actions.actions"]._for_xml_id("payt_dunning.action_dunning_preview")
        return {**action, "params": {"model": model, "ids": list(record_ids)}}

    # -- sending -------------------------------------------------------------------------

    @api.model
    def send(self, model=None, record_ids=()):
        """Ask for a run about a selection, or about all; it starts in a moment by itself.

        :return: ids of the runs
        """
        self._check_collector()
        scope = self._scope(model, record_ids)
        for company in scope:
            if not company._dunning_is_live():
                raise UserError(
                    self.env._(
                        "%s has not gone live: nothing would leave. A follow-up manager can go "
                        "live under Configuration, Settings.",
                        company.name,
                    )
                )
        runs = self.env["dunning.run"].sudo()
        for company, debtors in scope.items():
            if debtors is None:
                preview = self.env["dunning.preview"].sudo()._preview(company)
                debtors = self.env["dunning.debtor"].browse(
                    {planned.debtor_id for planned in preview.planned}
                )
            if not debtors:
                continue
            runs += runs.create(
                {
                    "company_id": company.id,
                    "day": self.env["dunning.message"]._today(company),
                    "state": "ordered",
                    "asked_by_id": self.env.uid,
                    "debtor_ids": [fields.Command.set(debtors.ids)],
                }
            )
        if not runs:
            raise UserError(self.env._("Nothing would leave today."))
        runs._wake_ordered()
        return runs.ids
