"""What the demo run did, as a table for people and as figures for programs."""

from collections import Counter

from odoo import api, models


class DunningDemoReport(models.AbstractModel):
    _inherit = "dunning.demo"

    @api.model
    def _report(self, since=None):
        """Sum up the books and what was sent.

        :param since: highest id of a run that is not part of the report
        :return: dict with ``items_seen``, ``sent``, ``waiting``, ``blocked``, ``table`` (lines
            to print), ``logins`` and ``debtor_link`` (path of an invoice's page, or ``None``)
        """
        Item, Notice = self.env["dunning.item"], self.env["dunning.notice"]
        open_items = Item.search([("state", "=", "open")])
        self.env.invalidate_all()  # the scheduled actions worked in transactions of their own
        notices = Notice.search([("state", "=", "sent")]).filtered(
            lambda notice: notice.run_id.id > (since or 0)
        )
        sent = Counter(notices.sorted("level_name").mapped("level_name"))
        waiting = Counter(item.reason for item in open_items if item.action in ("wait", "send"))
        blocked = Counter(item.reason for item in open_items if item.action == "blocked")
        labels = dict(Item._fields["reason"]._description_selection(self.env))
        table = [f"{'items seen':<58}{len(open_items):>6}"]
        table += [f"{'sent: ' + level:<58}{count:>6}" for level, count in sent.items()]
        for title, counts in (("waiting", waiting), ("blocked", blocked)):
            table += [
                f"{title + ': ' + labels.get(code, code or '?')[:48]:<58}{count:>6}"
                for code, count in counts.most_common()
            ]
        return {
            "items_seen": len(open_items),
            "sent": dict(sent),
            "waiting": dict(waiting),
            "blocked": dict(blocked),
            "table": table,
            "logins": [
                ("administrator", "admin", "admin"),
                ("collector", "clerk", "clerk"),
                ("manager", "manager", "manager"),
            ],
            "debtor_link": self._a_debtor_link(),
        }

    @api.model
    def _a_debtor_link(self):
        """The invoice page of somebody who was reminded, as in the mail."""
        notice = self.env["dunning.notice"].search(
            [("state", "=", "sent"), ("lang", "=", "nl_NL")], order="id", limit=1
        )
        moves = notice.line_ids.filtered("position").item_id.move_id
        moves._dunning_ensure_tokens()
        return moves[:1].get_portal_url() if moves else None
