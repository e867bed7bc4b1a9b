"""What the demo run did, as a table for people and as figures for programs."""

from collections import Counter

from odoo import api, models


def _short(name):
    """Name of a policy without the remark about whom it is for."""
    return name.partition(" (")[0]


class DunningDemoReport(models.AbstractModel):
    _inherit = "dunning.demo"

    @api.model
    def _report(self, since=None):
        """Sum up the books and what was sent.

        :param since: highest id of a run that is not part of the report
        :return: dict with ``items_seen``, ``sent``, ``waiting``, ``blocked``, ``table`` (lines
            to print), ``message_ids``, ``logins`` and ``debtor_link`` (path of an invoice's page, or ``None``)
        """
        Item, Notice = self.env["dunning.item"], self.env["dunning.notice"]
        open_items = Item.search([("state", "=", "open")])
        self.env.invalidate_all()  # the scheduled actions worked in transactions of their own
        notices = Notice.search([("state", "=", "sent")]).filtered(
            lambda notice: notice.run_id.id > (since or 0)
        )
        levels = [self._level_of(notice) for notice in notices]
        sent = Counter(sorted(level.name for level in levels))
        by_policy = Counter(f"{_short(level.policy_id.name)}: {level.name}" for level in levels)
        waiting = Counter(item.reason for item in open_items if item.action in ("wait", "send"))
        blocked = Counter(item.reason for item in open_items if item.action == "blocked")
        labels = dict(Item._fields["reason"]._description_selection(self.env))
        table = [f"{'items seen':<66}{len(open_items):>6}"]
        table += [f"{'sent: ' + text:<66}{by_policy[text]:>6}" for text in sorted(by_policy)]
        held = open_items.filtered(lambda item: item.reason == "hold")
        blocked_items = held.filtered(lambda item: item.action == "blocked")
        kinds = {"waiting": held - blocked_items, "blocked": blocked_items}
        for title, counts in (("waiting", waiting), ("blocked", blocked)):
            for code, count in counts.most_common():
                table.append(f"{title + ': ' + labels.get(code, code or '?')[:48]:<66}{count:>6}")
                if code == "hold":
                    table += self._kinds_of_hold(kinds[title])
        return {
            "items_seen": len(open_items),
            "sent": dict(sent),
            "waiting": dict(waiting),
            "blocked": dict(blocked),
            "table": table,
            "message_ids": notices.mapped("message_id"),
            "logins": [
                ("administrator", "admin", "admin"),
                ("collector", "clerk", "clerk"),
                ("manager", "manager", "manager"),
                ("viewer", "sales", "sales"),
            ],
            "debtor_link": self._a_debtor_link(),
        }

    @api.model
    def _level_of(self, notice):
        """The level that a message begins with."""
        line = notice.line_ids.filtered("position").sorted("position", reverse=True)[:1]
        policy = line.item_id.revision_id.policy_id.with_context(active_test=False)
        return policy.level_ids.filtered(lambda level: level.position == line.position)

    @api.model
    def _kinds_of_hold(self, items):
        """What the items on hold are on hold for, as lines of the table."""
        kinds = dict(self.env["dunning.hold"]._fields["kind"]._description_selection(self.env))
        counts = Counter(item.hold_id.kind for item in items)
        return [f"    {kinds[kind][:52]:<62}{count:>6}" for kind, count in counts.most_common()]

    @api.model
    def _a_debtor_link(self):
        """The page of somebody who was reminded, as in the mail."""
        notice = self.env["dunning.notice"].search(
            [("state", "=", "sent"), ("lang", "=", "nl_NL")], order="id", limit=1
        )
        return (
            self.env["dunning.page.door"]._path("m", notice.id, notice.debtor_id)
            if notice
            else None
        )
